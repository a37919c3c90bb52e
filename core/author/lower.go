package author

import (
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"

	"koujing/core/program"
)

// The bounds of one expression.
const (
	maxSource = 2 << 10
	maxDepth  = 64
	maxNodes  = 300
	maxLoops  = 2
)

// lowering turns one expression into code: expr's parser makes the tree, this checks its types and compiles it. What
// it accepts is a part of expr, and means what expr's own VM makes of it, but for overflow, which is an error here.
type lowering struct {
	asm   *assembler
	scope *scope
	log   *log
	src   exprSource
	loops []loop
	bad   bool
}

// loop is a predicate being compiled: `#` is the element of list at the register index.
type loop struct {
	list  string
	index uint16
}

// parse reads an expression. It returns nil after reporting what is wrong.
func (l *lowering) parse() ast.Node {
	if strings.TrimSpace(l.src.text) == "" {
		l.error("empty_expression", 0, 1, "an expression is missing here", "")
		return nil
	}
	if len(l.src.text) > maxSource {
		l.error("expression_too_long", 0, 1, fmt.Sprintf("this expression has %d bytes, %d are allowed", len(l.src.text), maxSource), "split it: give a part its own decision and use its result")
		return nil
	}
	depth := 0
	for i, r := range []rune(l.src.text) { // before the parser sees it: its recursion has no bound of its own
		switch r {
		case '(', '[', '{':
			if depth++; depth > maxDepth {
				l.error("too_deep", i, 1, fmt.Sprintf("more than %d brackets inside each other", maxDepth), "give a part its own decision")
				return nil
			}
		case ')', ']', '}':
			depth--
		}
	}
	tree, err := l.log.kept.parse(l.src.text)
	if err != nil {
		l.parseError(err)
		return nil
	}
	c := counter{}
	ast.Walk(&tree.Node, &c)
	if c.nodes > maxNodes {
		l.error("expression_too_large", 0, 1, fmt.Sprintf("this expression has %d parts, %d are allowed", c.nodes, maxNodes), "split it: give a part its own decision and use its result")
		return nil
	}
	if d := depthOf(tree.Node); d > maxDepth {
		l.error("too_deep", 0, 1, fmt.Sprintf("this expression is nested %d deep, %d is allowed", d, maxDepth), "give a part its own decision")
		return nil
	}
	return tree.Node
}

func (l *lowering) parseError(err error) {
	var fe *file.Error
	if !errors.As(err, &fe) {
		l.error("syntax", 0, 1, err.Error(), "")
		return
	}
	message, hint := explain(fe.Message)
	l.error("syntax", fe.From, max(1, fe.To-fe.From), message, hint)
}

// error reports a mistake at a code point of the expression.
func (l *lowering) error(code string, from, width int, message, hint string) {
	l.bad = true
	l.log.error(code, l.placeOf(from, width), message, hint)
}

func (l *lowering) placeOf(from, width int) place { return l.src.place(from, width) }

// errorAt reports a mistake at a node.
func (l *lowering) errorAt(n ast.Node, code, message, hint string) operand {
	from, to := extent(n)
	l.error(code, from, max(1, to-from), message, hint)
	return operand{}
}

// extent is the run of code points that a node and all below it cover; of an operator, only the operator.
func extent(n ast.Node) (from, to int) {
	loc := n.Location()
	from, to = loc.From, loc.To
	switch n.(type) {
	case *ast.ConditionalNode: // its own location is behind it
		from, to = extent(children(n)[0])
	case *ast.MemberNode:
	default:
		if to > 0 {
			return from, to
		}
	}
	for _, c := range children(n) {
		f, t := extent(c)
		from, to = min(from, f), max(to, t)
	}
	return from, to
}

// value compiles n for its value.
func (l *lowering) value(n ast.Node) operand {
	if l.bad {
		return operand{}
	}
	switch n := n.(type) {
	case *ast.NilNode:
		return operand{typ: typ{nullable: true}, konst: true, null: true}
	case *ast.IntegerNode:
		return intConst(int64(n.Value))
	case *ast.BoolNode:
		return boolConst(n.Value)
	case *ast.StringNode:
		return textConst(n.Value)
	case *ast.FloatNode:
		return l.errorAt(n, "no_floats", "there are no fractions here: money is counted in fen, time in seconds", "to take a part of an amount, use money.share(fen, num, den, \"down\")")
	case *ast.IdentifierNode, *ast.MemberNode:
		return l.name(n)
	case *ast.PointerNode:
		return l.element(n, n, "")
	case *ast.ArrayNode:
		return l.constArray(n)
	case *ast.UnaryNode:
		return l.unary(n)
	case *ast.BinaryNode:
		return l.binary(n)
	case *ast.ConditionalNode:
		return l.conditional(n)
	case *ast.BuiltinNode:
		return l.builtin(n)
	case *ast.CallNode:
		return l.call(n)
	}
	return l.errorAt(n, "not_in_dialect", "this form of expr is not used in packs", "see the part of the language in core/packs/README.md")
}

// conditional compiles `a ? b : c`.
func (l *lowering) conditional(n *ast.ConditionalNode) operand {
	otherwise, end := newLabel(), newLabel()
	l.cond(n.Cond, false, otherwise)
	dst := l.asm.newTemp()
	x := l.value(n.Exp1)
	l.into(dst, x)
	l.asm.jump(program.Instr{Op: program.OpJump}, end)
	l.asm.bind(otherwise)
	y := l.value(n.Exp2)
	l.into(dst, y)
	l.asm.bind(end)
	return operand{typ: l.join(n, x, y), reg: dst}
}

// join is the type of a value that is either x or y.
func (l *lowering) join(n ast.Node, x, y operand) typ {
	if l.bad {
		return typ{}
	}
	if x.list != nil || y.list != nil {
		l.errorAt(n, "wrong_type", "a list can only stand behind `in`", "")
		return typ{}
	}
	t := typ{base: x.typ.base, nullable: x.typ.nullable || y.typ.nullable}
	switch {
	case x.null:
		t.base = y.typ.base
	case y.null:
	case x.typ.base != y.typ.base:
		l.errorAt(n, "wrong_type", fmt.Sprintf("both sides must be of one type, they are %s and %s", x.typ, y.typ), "")
	}
	return t
}

// into leaves an operand in a register.
func (l *lowering) into(dst uint16, o operand) {
	if l.bad {
		return
	}
	a := l.asm
	switch {
	case !o.konst:
		if o.reg != dst {
			a.emit(program.Instr{Op: program.OpMove, A: dst, B: o.reg})
		}
	case o.null:
		a.emit(program.Instr{Op: program.OpNull, A: dst})
	case o.typ.base == program.Text:
		a.emit(program.Instr{Op: program.OpText, A: dst, C: a.text(o.text)})
	case small(o.num):
		a.emit(program.Instr{Op: program.OpInt, A: dst, C: int32(o.num)})
	default:
		a.emit(program.Instr{Op: program.OpBig, A: dst, C: a.big(o.num)})
	}
}

// reg returns a register that holds o.
func (l *lowering) reg(o operand) uint16 {
	if !o.konst {
		return o.reg
	}
	r := l.asm.newTemp()
	l.into(r, o)
	return r
}

// need checks that o is a present value of one of the types.
func (l *lowering) need(n ast.Node, o operand, what string, bases ...program.Type) bool {
	if l.bad {
		return false
	}
	if o.list != nil {
		l.errorAt(n, "wrong_type", what+" cannot be a list", "a list can only stand behind `in`")
		return false
	}
	for _, b := range bases {
		if o.typ.base != b || o.null {
			continue
		}
		if o.typ.nullable {
			l.errorAt(n, "may_be_absent", fmt.Sprintf("%s may be absent here", spell(n)), fmt.Sprintf("say what then: (%s ?? …)", spell(n)))
			return false
		}
		return true
	}
	got := o.typ.String()
	if o.null {
		got = "nil"
	}
	wanted := bases[0].String()
	for _, b := range bases[1:] {
		wanted += " or " + b.String()
	}
	l.errorAt(n, "wrong_type", fmt.Sprintf("%s must be %s, this is %s", what, wanted, got), "")
	return false
}

// spell writes a node the way it was written, as far as that is short.
func spell(n ast.Node) string {
	if path, ok := dotted(n); ok {
		return path
	}
	if s := n.String(); len(s) <= 60 {
		return s
	}
	return "this value"
}

func (l *lowering) unary(n *ast.UnaryNode) operand {
	switch n.Operator {
	case "!", "not":
		return l.materialise(n)
	case "-", "+":
		x := l.value(n.Node)
		if !l.need(n.Node, x, "what stands behind "+n.Operator, program.Int) {
			return operand{}
		}
		if n.Operator == "+" {
			return x
		}
		if x.konst {
			return intConst(-x.num)
		}
		dst := l.asm.newTemp()
		l.asm.emit(program.Instr{Op: program.OpNeg, A: dst, B: x.reg})
		return operand{typ: typ{base: program.Int}, reg: dst}
	}
	return l.errorAt(n, "not_in_dialect", fmt.Sprintf("the operator %s is not used in packs", n.Operator), "")
}

// materialise compiles a condition to a register that holds 0 or 1.
func (l *lowering) materialise(n ast.Node) operand {
	dst := l.asm.newTemp()
	end := newLabel()
	l.asm.emit(program.Instr{Op: program.OpInt, A: dst})
	l.cond(n, false, end)
	l.asm.emit(program.Instr{Op: program.OpInt, A: dst, C: 1})
	l.asm.bind(end)
	return operand{typ: typ{base: program.Bool}, reg: dst}
}

var arithmetic = map[string]program.Op{"+": program.OpAdd, "-": program.OpSub, "*": program.OpMul, "%": program.OpMod}

func (l *lowering) binary(n *ast.BinaryNode) operand {
	switch n.Operator {
	case "and", "&&", "or", "||", "==", "!=", "<", "<=", ">", ">=", "in":
		return l.materialise(n)
	case "contains", "startsWith", "endsWith":
		return l.search(n)
	case "??":
		return l.coalesce(n)
	case "..":
		return l.constRange(n)
	case "/":
		return l.errorAt(n, "no_division", "there is no division: it would leave fractions of a fen", `use money.share(fen, num, den, "down")`)
	case "**", "^":
		return l.errorAt(n, "not_in_dialect", "there are no powers here", "")
	case "matches":
		return l.errorAt(n, "not_in_dialect", "patterns are not used in rules", "use contains, startsWith or endsWith")
	}
	op, ok := arithmetic[n.Operator]
	if !ok {
		return l.errorAt(n, "not_in_dialect", fmt.Sprintf("the operator %s is not used in packs", n.Operator), "")
	}
	x := l.value(n.Left)
	y := l.value(n.Right)
	if l.bad {
		return operand{}
	}
	if n.Operator == "+" && x.typ.base == program.Text && !x.null {
		return l.concat(n, x, y)
	}
	what := "each side of " + n.Operator
	if !l.need(n.Left, x, what, program.Int, program.Time) || !l.need(n.Right, y, what, program.Int, program.Time) {
		return operand{}
	}
	t, ok := timeArithmetic(n.Operator, x.typ.base, y.typ.base)
	if !ok {
		return l.errorAt(n, "wrong_type", fmt.Sprintf("%s %s %s has no meaning", x.typ, n.Operator, y.typ), "time - time is seconds, time + seconds is a time")
	}
	if x.konst && y.konst {
		if v, ok := fold(op, x.num, y.num); ok {
			return operand{typ: typ{base: t}, konst: true, num: v}
		}
	}
	dst := l.asm.newTemp()
	l.asm.emit(program.Instr{Op: op, A: dst, B: l.reg(x), C: int32(l.reg(y))})
	return operand{typ: typ{base: t}, reg: dst}
}

// timeArithmetic is the type of `x op y` where times take part.
func timeArithmetic(op string, x, y program.Type) (program.Type, bool) {
	switch {
	case x == program.Int && y == program.Int:
		return program.Int, true
	case op == "-" && x == program.Time && y == program.Time:
		return program.Int, true
	case (op == "-" || op == "+") && x == program.Time && y == program.Int:
		return program.Time, true
	case op == "+" && x == program.Int && y == program.Time:
		return program.Time, true
	}
	return 0, false
}

func (l *lowering) concat(n *ast.BinaryNode, x, y operand) operand {
	if len(l.loops) > 0 {
		return l.errorAt(n, "text_in_loop", "texts are not built inside any, all, count or sum", "")
	}
	if !l.need(n.Left, x, "a part of a text", program.Text) || !l.need(n.Right, y, "a part of a text", program.Text) {
		return operand{}
	}
	if x.konst && y.konst {
		return textConst(x.text + y.text)
	}
	dst := l.asm.newTemp()
	l.asm.emit(program.Instr{Op: program.OpConcat, A: dst, B: l.reg(x), C: int32(l.reg(y))})
	return operand{typ: typ{base: program.Text}, reg: dst}
}

var searches = map[string]program.Op{"contains": program.OpContains, "startsWith": program.OpPrefix, "endsWith": program.OpSuffix}

func (l *lowering) search(n *ast.BinaryNode) operand {
	x := l.value(n.Left)
	y := l.value(n.Right)
	if !l.need(n.Left, x, "the left side of "+n.Operator, program.Text) || !l.need(n.Right, y, "the right side of "+n.Operator, program.Text) {
		return operand{}
	}
	dst := l.asm.newTemp()
	l.asm.emit(program.Instr{Op: searches[n.Operator], A: dst, B: l.reg(x), C: int32(l.reg(y))})
	return operand{typ: typ{base: program.Bool}, reg: dst}
}

func (l *lowering) coalesce(n *ast.BinaryNode) operand {
	x := l.value(n.Left)
	if l.bad {
		return x
	}
	if !x.typ.nullable && x.list == nil {
		l.idle(n, x)
		return x
	}
	dst := l.asm.newTemp()
	end := newLabel()
	l.into(dst, x)
	l.asm.jump(program.Instr{Op: program.OpJumpGiven, A: dst}, end)
	y := l.value(n.Right)
	l.into(dst, y)
	l.asm.bind(end)
	t := l.join(n, x, y)
	t.nullable = y.typ.nullable
	return operand{typ: t, reg: dst}
}

// idle warns of a fallback that is never taken. Its code is made for the mistakes in it, and dropped.
func (l *lowering) idle(n *ast.BinaryNode, x operand) {
	from, to := extent(n.Left)
	l.log.warn("never_absent", l.placeOf(from, to-from), fmt.Sprintf("%s is never absent: what stands behind ?? is never taken", spell(n.Left)), "")
	end := l.asm.here()
	l.join(n, x, l.value(n.Right))
	l.asm.prog.Code = l.asm.prog.Code[:end]
}

// constArray reads `[a, b, c]`: constants of one type.
func (l *lowering) constArray(n *ast.ArrayNode) operand {
	c := &constList{}
	if len(n.Nodes) == 0 {
		return l.errorAt(n, "empty_list", "nothing is in an empty list", "")
	}
	for i, e := range n.Nodes {
		x := l.value(e)
		if l.bad {
			return operand{}
		}
		if !x.konst || x.null || x.list != nil {
			return l.errorAt(e, "not_constant", "a list holds only constants", "compare with == and or")
		}
		if i == 0 {
			c.base = x.typ.base
		} else if x.typ.base != c.base {
			return l.errorAt(e, "wrong_type", fmt.Sprintf("a list holds values of one type, this is %s among %s", x.typ.base, c.base), "")
		}
		if c.base == program.Text {
			c.texts = append(c.texts, x.text)
		} else {
			c.nums = append(c.nums, x.num)
		}
	}
	return operand{typ: typ{base: c.base}, konst: true, list: c}
}

func (l *lowering) constRange(n *ast.BinaryNode) operand {
	x, y := l.value(n.Left), l.value(n.Right)
	if l.bad {
		return operand{}
	}
	if !x.konst || !y.konst || x.typ.base != program.Int || y.typ.base != program.Int {
		return l.errorAt(n, "not_constant", "a range has two constant integers as its ends", "")
	}
	return operand{typ: typ{base: program.Int}, konst: true, list: &constList{base: program.Int, nums: []int64{x.num, y.num}, isRange: true}}
}
