package author

import (
	"errors"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"

	"koujing/core/author/phrase"
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
		l.error(0, 1, noExpression.of())
		return nil
	}
	if len(l.src.text) > maxSource {
		l.error(0, 1, expressionTooLong.of(len(l.src.text), maxSource))
		return nil
	}
	depth := 0
	for i, r := range []rune(l.src.text) { // before the parser sees it: its recursion has no bound of its own
		switch r {
		case '(', '[', '{':
			if depth++; depth > maxDepth {
				l.error(i, 1, tooManyBrackets.of(maxDepth))
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
		l.error(0, 1, expressionTooLarge.of(c.nodes, maxNodes))
		return nil
	}
	if d := depthOf(tree.Node); d > maxDepth {
		l.error(0, 1, expressionTooDeep.of(d, maxDepth))
		return nil
	}
	return tree.Node
}

func (l *lowering) parseError(err error) {
	var fe *file.Error
	if !errors.As(err, &fe) {
		l.error(0, 1, unreadable.of(translated(err.Error())))
		return
	}
	l.error(fe.From, max(1, fe.To-fe.From), explain(fe.Message))
}

// error reports a mistake at a code point of the expression.
func (l *lowering) error(from, width int, what *said) {
	l.bad = true
	l.log.error(l.placeOf(from, width), what)
}

func (l *lowering) placeOf(from, width int) place { return l.src.place(from, width) }

// errorAt reports a mistake at a node.
func (l *lowering) errorAt(n ast.Node, what *said) operand {
	from, to := extent(n)
	l.error(from, max(1, to-from), what)
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
		return l.errorAt(n, noFractions.of())
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
	return l.errorAt(n, notInDialect.of())
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
		l.errorAt(n, listAlone.of())
		return typ{}
	}
	t := typ{base: x.typ.base, nullable: x.typ.nullable || y.typ.nullable}
	switch {
	case x.null:
		t.base = y.typ.base
	case y.null:
	case x.typ.base != y.typ.base:
		l.errorAt(n, twoTypes.of(x.typ.said(), y.typ.said()))
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
		l.errorAt(n, cannotBeList.of(noun(what)))
		return false
	}
	for _, b := range bases {
		if o.typ.base != b || o.null {
			continue
		}
		if o.typ.nullable {
			l.errorAt(n, mayBeAbsent.of(spelled(n)))
			return false
		}
		return true
	}
	l.errorAt(n, wrongType.of(noun(what), typesOf(bases), o.said()))
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
	return longValue[phrase.EN]
}

// spelled is spell for a sentence.
func spelled(n ast.Node) phrase.Text {
	s := spell(n)
	if s == longValue[phrase.EN] {
		return longValue
	}
	return phrase.Plain(s)
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
	return l.errorAt(n, unusedOperator.of(n.Operator))
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
		return l.errorAt(n, noDivision.of())
	case "**", "^":
		return l.errorAt(n, noPowers.of())
	case "matches":
		return l.errorAt(n, noPatterns.of())
	}
	op, ok := arithmetic[n.Operator]
	if !ok {
		return l.errorAt(n, unusedOperator.of(n.Operator))
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
		return l.errorAt(n, noMeaning.of(x.typ.said(), n.Operator, y.typ.said()))
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
		return l.errorAt(n, textInLoop.of())
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
	l.log.warn(l.placeOf(from, to-from), neverTaken.of(spelled(n.Left)))
	end := l.asm.here()
	l.join(n, x, l.value(n.Right))
	l.asm.prog.Code = l.asm.prog.Code[:end]
}

// constArray reads `[a, b, c]`: constants of one type.
func (l *lowering) constArray(n *ast.ArrayNode) operand {
	c := &constList{}
	if len(n.Nodes) == 0 {
		return l.errorAt(n, emptyList.of())
	}
	for i, e := range n.Nodes {
		x := l.value(e)
		if l.bad {
			return operand{}
		}
		if !x.konst || x.null || x.list != nil {
			return l.errorAt(e, notConstant.of())
		}
		if i == 0 {
			c.base = x.typ.base
		} else if x.typ.base != c.base {
			return l.errorAt(e, mixedList.of(base(x.typ.base), base(c.base)))
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
		return l.errorAt(n, notRange.of())
	}
	return operand{typ: typ{base: program.Int}, konst: true, list: &constList{base: program.Int, nums: []int64{x.num, y.num}, isRange: true}}
}
