package author

import (
	"strings"

	"github.com/expr-lang/expr/ast"
)

// explain says in other words what expr's parser says of a text that it cannot read.
func explain(message string) *said {
	if rest, ok := strings.CutPrefix(message, "unexpected token "); ok {
		kind, token, _ := strings.Cut(strings.TrimSuffix(rest, ")"), "(")
		token = strings.Trim(token, `"`)
		switch {
		case kind == "EOF":
			return endsEarly.of()
		case token == "=":
			return singleEquals.of()
		}
		return strayToken.of(token)
	}
	if rest, ok := strings.CutPrefix(message, "unrecognized character: "); ok {
		_, quoted, _ := strings.Cut(rest, " ")
		char := strings.Trim(quoted, "'")
		if ascii, ok := fullWidth[char]; ok {
			return chineseMark.of(char, ascii)
		}
		return strayCharacter.of(char)
	}
	switch {
	case strings.Contains(message, "coalesce expressions (??) cannot be mixed"):
		return mixedFallback.of()
	case message == "literal not terminated":
		return openQuote.of()
	}
	return unreadable.of(translated(message))
}

// fullWidth are the marks of a Chinese keyboard and what expressions have in their place.
var fullWidth = map[string]string{"（": "(", "）": ")", "，": ",", "。": ".", "：": ":", "？": "?", "＝": "=", "＞": ">", "＜": "<", "！": "!",
	"“": `"`, "”": `"`, "‘": "'", "’": "'", "【": "[", "】": "]", "＋": "+", "－": "-", "＊": "*", "×": "*", "≥": ">=", "≤": "<=", "≠": "!="}

// counter counts the nodes of a tree.
type counter struct{ nodes int }

func (c *counter) Visit(*ast.Node) { c.nodes++ }

// depthOf is how many nodes of a tree stand in each other.
func depthOf(n ast.Node) int {
	d := 0
	for _, child := range children(n) {
		d = max(d, depthOf(child))
	}
	return d + 1
}

// children are the nodes below one, of the kinds that the dialect knows.
func children(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.ConditionalNode:
		return []ast.Node{n.Cond, n.Exp1, n.Exp2}
	case *ast.MemberNode:
		return []ast.Node{n.Node, n.Property}
	case *ast.CallNode:
		return append([]ast.Node{n.Callee}, n.Arguments...)
	case *ast.BuiltinNode:
		return n.Arguments
	case *ast.PredicateNode:
		return []ast.Node{n.Node}
	case *ast.ArrayNode:
		return n.Nodes
	case *ast.ChainNode:
		return []ast.Node{n.Node}
	}
	return nil
}

// walk goes through a node and what is below it, as long as f says so.
func walk(n ast.Node, f func(ast.Node) bool) {
	if n == nil || !f(n) {
		return
	}
	for _, c := range children(n) {
		walk(c, f)
	}
}
