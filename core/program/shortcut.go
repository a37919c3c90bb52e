package program

import (
	"slices"

	"koujing/core/atom"
)

// Most of a pack has nothing to say to most cases: a customer at the counter has no outbound call. What can be seen of that
// in the code, a machine need not find out by running it.

// Both keep a load short, whatever the program.
const (
	maxWindow = 256 // instructions of a decision that are followed
	maxWanted = 16  // instructions of its first rule that are looked at for tests
)

// want is an input without which no rule of a decision applies, so that its code need not be entered.
type want struct {
	reg        uint16
	null, zero bool // no rule applies while it is absent; while it is 0 or false
}

// missing reports whether the input is not there.
func (w *want) missing(f *Frame) bool {
	v := f[w.reg&(FrameSize-1)]
	return v == atom.Null && w.null || v == 0 && w.zero
}

// newWant finds such an input among those that the first rule tests: what all rules want, it wants too. A default may read
// what the prelude left.
func newWant(l *Linked, d *decision) want {
	if len(d.rules) == 0 || d.prelude >= 0 && d.deflt >= 0 {
		return want{}
	}
	pc := d.rules[0].entry
	for end := min(int(pc)+maxWanted, len(l.code)); int(pc) < end && l.code[pc].Op != OpReturn && l.code[pc].Op != OpFire; pc++ {
		in := &l.code[pc]
		if sh := &shapes[in.Op]; !sh.jump || !sh.a || sh.write || int(in.A) >= l.own.from {
			continue
		}
		w := want{reg: in.A, null: l.silent(d, in.A, atom.Null), zero: l.silent(d, in.A, 0)}
		if w.null || w.zero {
			return w
		}
	}
	return want{}
}

// silent reports whether no rule of d can apply, nor anything fail on the way, while an input has a value. It follows every
// path that the value leaves open; jumps go forward, so one pass over the code sees them all.
func (l *Linked) silent(d *decision, reg uint16, value int64) bool {
	var open [maxWindow]bool
	last := 0
	start := d.rules[0].entry
	if d.prelude >= 0 {
		start = min(start, d.prelude)
	}
	reach := func(pc int32) bool {
		at := int(pc) - int(start)
		if at < 0 || at >= maxWindow {
			return false
		}
		open[at], last = true, max(last, at)
		return true
	}
	if d.prelude >= 0 && !reach(d.prelude) {
		return false
	}
	for i := range d.rules {
		if (i == 0 || d.apart) && !reach(d.rules[i].entry) {
			return false
		}
	}
	for at := 0; at <= last; at++ {
		if !open[at] {
			continue
		}
		pc := start + int32(at)
		in := &l.code[pc]
		next, jump := true, false
		switch in.Op {
		case OpReturn:
			next = false
		case OpMove, OpInt, OpNull, OpElem, OpLen:
		case OpFor:
			jump = true
		default:
			if !shapes[in.Op].jump {
				return false
			}
			next, jump = true, true
			if in.Op == OpJump {
				next = false
			} else if taken, sure := l.outcome(in, reg, value); sure {
				next, jump = !taken, taken
			}
		}
		if next && !reach(pc+1) || jump && !reach(in.D) {
			return false
		}
	}
	return true
}

// outcome is what a jump does while a register has a value, as far as that settles it.
func (l *Linked) outcome(in *Instr, reg uint16, value int64) (taken, sure bool) {
	if in.A != reg {
		return false, false
	}
	c := int64(in.C)
	switch in.Op {
	case OpJumpEqInt:
		return value == c, true
	case OpJumpNeInt:
		return value != c, true
	case OpJumpLtInt:
		return value < c, true
	case OpJumpLeInt:
		return value <= c, true
	case OpJumpGtInt:
		return value > c, true
	case OpJumpGeInt:
		return value >= c, true
	case OpJumpNull:
		return value == atom.Null, true
	case OpJumpGiven:
		return value != atom.Null, true
	case OpJumpIn:
		return slices.Contains(l.sets[in.C], value), true
	case OpJumpNotIn:
		return !slices.Contains(l.sets[in.C], value), true
	}
	return false, false
}

// thread leads a jump that lands on the same test again to where that one leads: rules that follow each other often begin
// alike, and what the first of them does not get past, none does.
func thread(code []Instr) {
	for pc := len(code) - 1; pc >= 0; pc-- {
		in := &code[pc]
		if sh := &shapes[in.Op]; !sh.jump || sh.write {
			continue
		}
		if to := &code[in.D]; to.Op == OpJump || to.Op == in.Op && to.A == in.A && to.B == in.B && to.C == in.C {
			in.D = to.D
		}
	}
}
