package author

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"koujing/core/author/phrase"
	"koujing/core/money"
	"koujing/core/program"
)

// Functions of the dialect, apart from expr's own any, all, none, one, count, sum, len, min, max and abs.
var functions = []string{"money.share", "money.min", "money.max", "minutes", "hours", "days", "workdays", "age"}

var builtins = []string{"any", "all", "none", "one", "count", "sum", "len", "min", "max", "abs"}

// instead says what to use in place of functions that expr has and packs do not.
var instead = map[string]say{"now": timeOfCase, "date": datesInTalk, "duration": spansInSeconds,
	"map": overLists, "filter": overLists, "find": overLists, "reduce": overLists, "groupBy": overLists, "first": overLists, "last": overLists,
	"mean": overLists, "median": overLists, "sort": overLists}

var secondsIn = map[string]int64{"minutes": 60, "hours": 3600, "days": 86400}

var roundings = []string{"down", "up", "half_up", "half_even"}

// fold works out an operation on constants; the machine does the rest, so that overflow is reported in one way.
func fold(op program.Op, x, y int64) (int64, bool) {
	switch op {
	case program.OpAdd:
		v, ok := money.Add(money.Fen(x), money.Fen(y))
		return int64(v), ok
	case program.OpSub:
		v, ok := money.Sub(money.Fen(x), money.Fen(y))
		return int64(v), ok
	case program.OpMul:
		v, ok := money.Mul(money.Fen(x), y)
		return int64(v), ok
	}
	return 0, false
}

func (l *lowering) call(n *ast.CallNode) operand {
	name, ok := dotted(n.Callee)
	if !ok {
		return l.errorAt(n, notCallable.of())
	}
	switch name {
	case "minutes", "hours", "days":
		return l.arith(n, program.OpMul, program.Int, intConst(secondsIn[name]))
	case "money.min":
		return l.fewest(n, n.Arguments, program.OpMin)
	case "money.max":
		return l.fewest(n, n.Arguments, program.OpMax)
	case "money.share":
		return l.share(n)
	case "workdays":
		return l.workdays(n)
	case "age":
		return l.age(n)
	}
	return l.errorAt(n.Callee, noFunction.of(name).guess(name, append(slices.Clone(functions), builtins...)))
}

// examples show the functions that are easily called wrongly.
var examples = map[string]string{"age": "age(complaint.opened_at ?? now)", "workdays": "workdays(now, 2)", "hours": "hours(48)",
	"money.share": `money.share(refund.pay_fen, 1, 3, "half_up")`, "len": "len(lines)", "min": "min(claim_fen ?? 0, 5000)", "max": "max(0, refund.diff_fen)",
	"money": "money(refund.pay_fen)", "due": "due(refund.due_by)", "date": "date(offer.valid_until)"}

func (l *lowering) arguments(n ast.Node, args []ast.Node, want int) bool {
	if len(args) == want {
		return true
	}
	name, takes := functionName(n), argumentCount.Of(want)
	if want == 1 {
		takes = oneArgument
	}
	l.errorAt(n, wrongCount.of(name, takes, len(args)).advise(forExample(name)))
	return false
}

func forExample(name string) phrase.Text {
	if e, ok := examples[name]; ok {
		return showExample.Of(e)
	}
	return phrase.Text{}
}

func functionName(n ast.Node) string {
	switch n := n.(type) {
	case *ast.CallNode:
		name, _ := dotted(n.Callee)
		return name
	case *ast.BuiltinNode:
		return n.Name
	}
	return "this"
}

// arith compiles a function that is one operation on its argument and a constant.
func (l *lowering) arith(n *ast.CallNode, op program.Op, result program.Type, with operand) operand {
	if !l.arguments(n, n.Arguments, 1) {
		return operand{}
	}
	x := l.value(n.Arguments[0])
	if !l.need(n.Arguments[0], x, "the argument", program.Int) {
		return operand{}
	}
	if x.konst {
		if v, ok := fold(op, x.num, with.num); ok {
			return intConst(v)
		}
	}
	dst := l.asm.newTemp()
	l.asm.emit(program.Instr{Op: op, A: dst, B: l.reg(x), C: int32(l.reg(with))})
	return operand{typ: typ{base: result}, reg: dst}
}

func (l *lowering) fewest(n ast.Node, args []ast.Node, op program.Op) operand {
	if len(args) < 2 {
		name := functionName(n)
		l.errorAt(n, tooFew.of(name).advise(forExample(name)))
		return operand{}
	}
	var acc uint16
	for i, arg := range args {
		x := l.value(arg)
		if !l.need(arg, x, "the argument", program.Int) {
			return operand{}
		}
		if i == 0 {
			acc = l.asm.newTemp()
			l.into(acc, x)
			continue
		}
		l.asm.emit(program.Instr{Op: op, A: acc, B: acc, C: int32(l.reg(x))})
	}
	return operand{typ: typ{base: program.Int}, reg: acc}
}

func (l *lowering) share(n *ast.CallNode) operand {
	if !l.arguments(n, n.Arguments, 4) {
		return operand{}
	}
	var parts [3]operand
	for i := range parts {
		parts[i] = l.value(n.Arguments[i])
		if !l.need(n.Arguments[i], parts[i], "the argument", program.Int) {
			return operand{}
		}
	}
	mode, ok := n.Arguments[3].(*ast.StringNode)
	if !ok || !slices.Contains(roundings, mode.Value) {
		return l.errorAt(n.Arguments[3], unknownRounding.of())
	}
	if parts[2].konst && parts[2].num == 0 {
		return l.errorAt(n.Arguments[2], shareOfNothing.of())
	}
	rounding, _ := money.ParseRounding(mode.Value)
	first := l.asm.newTemp()
	l.asm.newTemp()
	l.asm.newTemp()
	for i, p := range parts {
		l.into(first+uint16(i), p)
	}
	dst := l.asm.newTemp()
	l.asm.emit(program.Instr{Op: program.OpShare, A: dst, B: first, C: int32(rounding)})
	return operand{typ: typ{base: program.Int}, reg: dst}
}

func (l *lowering) workdays(n *ast.CallNode) operand {
	if !l.arguments(n, n.Arguments, 2) {
		return operand{}
	}
	t, days := l.value(n.Arguments[0]), l.value(n.Arguments[1])
	if !l.need(n.Arguments[0], t, "the first argument", program.Time) || !l.need(n.Arguments[1], days, "the second argument", program.Int) {
		return operand{}
	}
	l.scope.names.used["workdays"] = true
	dst := l.asm.newTemp()
	l.asm.emit(program.Instr{Op: program.OpWorkdays, A: dst, B: l.reg(t), C: int32(l.reg(days))})
	return operand{typ: typ{base: program.Time}, reg: dst}
}

func (l *lowering) age(n *ast.CallNode) operand {
	if !l.arguments(n, n.Arguments, 1) {
		return operand{}
	}
	t := l.value(n.Arguments[0])
	if !l.need(n.Arguments[0], t, "the argument", program.Time) {
		return operand{}
	}
	dst := l.asm.newTemp()
	l.asm.emit(program.Instr{Op: program.OpSub, A: dst, B: l.asm.input("now"), C: int32(l.reg(t))})
	return operand{typ: typ{base: program.Int}, reg: dst}
}

// builtin compiles the functions that expr's parser knows.
func (l *lowering) builtin(n *ast.BuiltinNode) operand {
	switch n.Name {
	case "min":
		return l.fewest(n, n.Arguments, program.OpMin)
	case "max":
		return l.fewest(n, n.Arguments, program.OpMax)
	case "abs":
		if !l.arguments(n, n.Arguments, 1) {
			return operand{}
		}
		x := l.value(n.Arguments[0])
		if !l.need(n.Arguments[0], x, "the argument", program.Int) {
			return operand{}
		}
		dst := l.asm.newTemp()
		l.asm.emit(program.Instr{Op: program.OpAbs, A: dst, B: l.reg(x)})
		return operand{typ: typ{base: program.Int}, reg: dst}
	case "len":
		if !l.arguments(n, n.Arguments, 1) {
			return operand{}
		}
		list, ok := l.listName(n.Arguments[0])
		if !ok {
			return operand{}
		}
		dst := l.asm.newTemp()
		l.asm.emit(program.Instr{Op: program.OpLen, A: dst, C: l.asm.list(list)})
		return operand{typ: typ{base: program.Int}, reg: dst}
	case "any", "all", "none":
		return l.materialise(n)
	case "count", "one", "sum":
		return l.tally(n)
	}
	return l.errorAt(n, unusedFunction.of(n.Name).advise(instead[n.Name]))
}

// walk compiles a loop over the list of a quantifier; body is compiled once, with `#` standing for the element.
// Where the list is through, control falls out behind it.
func (l *lowering) walk(n *ast.BuiltinNode, body func(predicate ast.Node, next *label)) bool {
	if len(n.Arguments) != 2 {
		l.errorAt(n, wantsList.of(n.Name))
		return false
	}
	list, ok := l.listName(n.Arguments[0])
	if !ok {
		return false
	}
	predicate, ok := n.Arguments[1].(*ast.PredicateNode)
	if !ok {
		l.errorAt(n.Arguments[1], wantsCondition.of())
		return false
	}
	if len(l.loops) == maxLoops {
		l.errorAt(n, loopsTooDeep.of(n.Name, maxLoops))
		return false
	}
	a := l.asm
	index := a.newTemp()
	done, next := newLabel(), newLabel()
	a.jump(program.Instr{Op: program.OpFor, A: index, C: a.list(list)}, done)
	top := a.here()
	l.loops = append(l.loops, loop{list: list, index: index})
	body(predicate.Node, next)
	l.loops = l.loops[:len(l.loops)-1]
	a.bind(next)
	a.emit(program.Instr{Op: program.OpNext, A: index, C: a.list(list), D: top})
	a.bind(done)
	return !l.bad
}

// quantifier compiles any, all and none as conditions. `all p` is not any not p, and `none p` is not any p.
func (l *lowering) quantifier(n *ast.BuiltinNode, when bool, to *label) {
	sought := n.Name != "all" // the outcome of the predicate that decides early
	early := n.Name == "any"  // and what the whole is then
	if early == when {
		l.walk(n, func(p ast.Node, _ *label) { l.cond(p, sought, to) })
		return
	}
	found := newLabel()
	if l.walk(n, func(p ast.Node, _ *label) { l.cond(p, sought, found) }) {
		l.asm.jump(program.Instr{Op: program.OpJump}, to)
		l.asm.bind(found)
	}
}

// tally compiles count, one and sum.
func (l *lowering) tally(n *ast.BuiltinNode) operand {
	a := l.asm
	acc, one := a.newTemp(), a.newTemp()
	a.emit(program.Instr{Op: program.OpInt, A: acc})
	a.emit(program.Instr{Op: program.OpInt, A: one, C: 1})
	ok := l.walk(n, func(p ast.Node, next *label) {
		if n.Name != "sum" {
			l.cond(p, false, next)
			a.emit(program.Instr{Op: program.OpAdd, A: acc, B: acc, C: int32(one)})
			return
		}
		x := l.value(p)
		if l.need(p, x, "what is summed", program.Int) {
			a.emit(program.Instr{Op: program.OpAdd, A: acc, B: acc, C: int32(l.reg(x))})
		}
	})
	if !ok {
		return operand{}
	}
	if n.Name != "one" {
		return operand{typ: typ{base: program.Int}, reg: acc}
	}
	dst, end := a.newTemp(), newLabel()
	a.emit(program.Instr{Op: program.OpInt, A: dst})
	a.jump(program.Instr{Op: program.OpJumpNeInt, A: acc, C: 1}, end)
	a.emit(program.Instr{Op: program.OpInt, A: dst, C: 1})
	a.bind(end)
	return operand{typ: typ{base: program.Bool}, reg: dst}
}
