package author

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"koujing/core/program"
)

// cond compiles n as a condition: where it comes out as when, jump to the label; else fall through. Conditions never
// become values on the way, so that `a and b or c` is a handful of compare-and-jump instructions.
func (l *lowering) cond(n ast.Node, when bool, to *label) {
	if l.bad {
		return
	}
	switch n := n.(type) {
	case *ast.BoolNode:
		if n.Value == when {
			l.asm.jump(program.Instr{Op: program.OpJump}, to)
		}
		return
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			l.cond(n.Node, !when, to)
			return
		}
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "&&":
			l.both(n, when, to)
			return
		case "or", "||":
			l.either(n, when, to)
			return
		case "==", "!=", "<", "<=", ">", ">=":
			l.compare(n, when, to)
			return
		case "in":
			l.member(n, when, to)
			return
		}
	case *ast.BuiltinNode:
		switch n.Name {
		case "any", "all", "none":
			l.quantifier(n, when, to)
			return
		}
	}
	x := l.value(n)
	if l.need(n, x, "a condition", program.Bool) {
		l.test(x, when, to)
	}
}

// test jumps where a bool is what when says.
func (l *lowering) test(x operand, when bool, to *label) {
	switch {
	case x.konst:
		if (x.num == 1) == when {
			l.asm.jump(program.Instr{Op: program.OpJump}, to)
		}
	case when:
		l.asm.jump(program.Instr{Op: program.OpJumpEqInt, A: x.reg, C: 1}, to)
	default:
		l.asm.jump(program.Instr{Op: program.OpJumpNeInt, A: x.reg, C: 1}, to)
	}
}

func (l *lowering) both(n *ast.BinaryNode, when bool, to *label) {
	if !when {
		l.cond(n.Left, false, to)
		l.cond(n.Right, false, to)
		return
	}
	no := newLabel()
	l.cond(n.Left, false, no)
	l.cond(n.Right, true, to)
	l.asm.bind(no)
}

func (l *lowering) either(n *ast.BinaryNode, when bool, to *label) {
	if when {
		l.cond(n.Left, true, to)
		l.cond(n.Right, true, to)
		return
	}
	yes := newLabel()
	l.cond(n.Left, true, yes)
	l.cond(n.Right, false, to)
	l.asm.bind(yes)
}

var (
	negated = map[string]string{"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
	swapped = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
	withInt = map[string]program.Op{"==": program.OpJumpEqInt, "!=": program.OpJumpNeInt, "<": program.OpJumpLtInt,
		"<=": program.OpJumpLeInt, ">": program.OpJumpGtInt, ">=": program.OpJumpGeInt}
)

func (l *lowering) compare(n *ast.BinaryNode, when bool, to *label) {
	x, y := l.value(n.Left), l.value(n.Right)
	if l.bad || !l.comparable(n, x, y) {
		return
	}
	op := n.Operator
	if !when {
		op = negated[op]
	}
	if x.konst && !y.konst {
		x, y, op = y, x, swapped[op]
	}
	l.compareJump(op, x, y, to)
}

// compareJump jumps where `x op y` holds; if one of them is a constant it is y.
func (l *lowering) compareJump(op string, x, y operand, to *label) {
	a := l.asm
	switch {
	case x.konst && y.konst:
		if holds(op, x, y) {
			a.jump(program.Instr{Op: program.OpJump}, to)
		}
	case y.null:
		in := program.Instr{Op: program.OpJumpNull, A: x.reg}
		if op == "!=" {
			in.Op = program.OpJumpGiven
		}
		a.jump(in, to)
	case y.konst && y.typ.base == program.Text:
		in := program.Instr{Op: program.OpJumpEqText, A: x.reg, C: a.text(y.text)}
		if op == "!=" {
			in.Op = program.OpJumpNeText
		}
		a.jump(in, to)
	case y.konst && small(y.num):
		a.jump(program.Instr{Op: withInt[op], A: x.reg, C: int32(y.num)}, to)
	default:
		p, q := x.reg, l.reg(y)
		if op == ">" || op == ">=" {
			p, q, op = q, p, swapped[op]
		}
		in := program.Instr{A: p, B: q}
		switch op {
		case "==":
			in.Op = program.OpJumpEq
		case "!=":
			in.Op = program.OpJumpNe
		case "<":
			in.Op = program.OpJumpLt
		case "<=":
			in.Op = program.OpJumpLe
		}
		a.jump(in, to)
	}
}

// holds compares two constants.
func holds(op string, x, y operand) bool {
	same := x.null == y.null && (x.null || (x.num == y.num && x.text == y.text))
	switch op {
	case "==":
		return same
	case "!=":
		return !same
	case "<":
		return x.num < y.num
	case "<=":
		return x.num <= y.num
	case ">":
		return x.num > y.num
	}
	return x.num >= y.num
}

// comparable checks the two sides of a comparison.
func (l *lowering) comparable(n *ast.BinaryNode, x, y operand) bool {
	if n.Operator != "==" && n.Operator != "!=" {
		what := "each side of " + n.Operator
		if !l.need(n.Left, x, what, program.Int, program.Time) || !l.need(n.Right, y, what, program.Int, program.Time) {
			return false
		}
		if x.typ.base != y.typ.base {
			l.errorAt(n, timeCompared.of(x.typ.said(), y.typ.said()))
			return false
		}
		return true
	}
	if x.list != nil || y.list != nil {
		l.errorAt(n, listCompared.of())
		return false
	}
	for _, side := range []struct {
		node ast.Node
		a, b operand
	}{{n.Left, x, y}, {n.Right, y, x}} {
		if side.b.null && !side.a.typ.nullable {
			l.errorAt(side.node, alwaysGiven.of(spelled(side.node)))
			return false
		}
	}
	if x.null || y.null {
		return true
	}
	if x.typ.base != y.typ.base {
		l.errorAt(n, notComparable.of(x.typ.said(), y.typ.said()))
		return false
	}
	return l.knownValue(n.Left, x, y) && l.knownValue(n.Right, y, x)
}

// knownValue checks a literal against the values that the other side can have.
func (l *lowering) knownValue(n ast.Node, literal, other operand) bool {
	if !literal.konst || literal.typ.base != program.Text || other.konst || other.typ.values == nil {
		return true
	}
	return l.oneOf(n, literal.text, other.typ)
}

func (l *lowering) oneOf(n ast.Node, value string, t typ) bool {
	if slices.Contains(t.values, value) {
		return true
	}
	l.errorAt(n, notAmong.of(value, t.among()).guess(value, t.values))
	return false
}

// member compiles `x in [a, b]` and `x in 1..5`.
func (l *lowering) member(n *ast.BinaryNode, when bool, to *label) {
	x, y := l.value(n.Left), l.value(n.Right)
	if l.bad {
		return
	}
	if y.list == nil {
		l.errorAt(n.Right, wantsConstants.of())
		return
	}
	if x.list != nil || x.typ.base != y.list.base {
		l.errorAt(n, neverIn.of(x.typ.said(), base(y.list.base)))
		return
	}
	if x.typ.values != nil {
		for i, v := range y.list.texts {
			at := n.Right
			if written, ok := at.(*ast.ArrayNode); ok {
				at = written.Nodes[i]
			}
			if !l.oneOf(at, v, x.typ) {
				return
			}
		}
	}
	l.memberJump(x, y.list, when, to)
}

func (l *lowering) memberJump(x operand, list *constList, when bool, to *label) {
	x.reg, x.konst = l.reg(x), false
	if list.isRange {
		out := newLabel()
		low, high := intConst(list.nums[0]), intConst(list.nums[1])
		if when {
			l.compareJump("<", x, low, out)
			l.compareJump("<=", x, high, to)
			l.asm.bind(out)
			return
		}
		l.compareJump("<", x, low, to)
		l.compareJump(">", x, high, to)
		return
	}
	in := program.Instr{Op: program.OpJumpIn, A: x.reg, C: l.asm.set(program.Set{Texts: list.texts, Ints: list.nums})}
	if !when {
		in.Op = program.OpJumpNotIn
	}
	l.asm.jump(in, to)
}
