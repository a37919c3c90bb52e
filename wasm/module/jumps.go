package module

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// ForwardJumps leads jumps straight to where they go. Go's compiler makes of a function one loop around a table of its blocks of code, and
// of every jump a number in a variable and a branch to the head of that loop, which looks the number up. But the blocks stand in
// order, each behind the end of a block of the module: whatever goes forward can leave that block. Only ways back need the loop then; engines
// see how code flows, and those that count loops to find out what is worth optimising count fewer.
func ForwardJumps(sections []Section) ([]Section, error) {
	out := slices.Clone(sections)
	for i, s := range out {
		if s.ID != codeSection {
			continue
		}
		r := reader{rest: s.Content}
		all := r.bodies()
		for n := range all {
			body, err := forwardJumps(all[n])
			if err != nil {
				return nil, fmt.Errorf("body %d: %w", n, err)
			}
			all[n] = body
		}
		if r.err != nil {
			return nil, r.err
		}
		out[i].Content = appendBodies(all)
	}
	return out, nil
}

// pcB is the local that says at which block of code a function goes on: its first parameter.
const pcB = 0

// step is an instruction and its bytes.
type step struct {
	op    byte
	value int64
	text  []byte
}

func forwardJumps(body []byte) ([]byte, error) {
	r := reader{rest: body}
	r.locals()
	if r.err != nil {
		return nil, r.err
	}
	out := slices.Clone(body[:len(body)-len(r.rest)])
	var steps []step
	for len(r.rest) > 0 {
		before := r.rest
		op, value := r.instruction()
		if r.err != nil {
			return nil, r.err
		}
		steps = append(steps, step{op, value, before[:len(before)-len(r.rest)]})
	}
	f, before := flow{}, step{}
	for len(steps) > 0 {
		this := steps[0]
		switch depth, ok := f.straight(steps, 0); {
		case ok:
			out, steps = binary.AppendUvarint(append(out, br), uint64(depth)), steps[3:]
		case f.guarded(steps):
			depth, _ = f.straight(steps[1:], 1)
			out, steps = binary.AppendUvarint(append(out, brIf), uint64(depth)), steps[5:]
		default:
			f.pass(this, before)
			out, steps = append(out, this.text...), steps[1:]
		}
		before = this
	}
	return out, nil
}

// flow is where in a function one is: the blocks, loops and ifs that are open, and once it was passed, the table of its blocks of code.
type flow struct {
	open   []byte
	table  []int // by number: behind which end of a block
	loop   int   // index in open of the loop around it all
	blocks int
	passed int // of these blocks, those that have ended
}

// pass notes an instruction.
func (f *flow) pass(s, before step) {
	switch s.op {
	case block, loop, ifThen:
		f.open = append(f.open, s.op)
	case end:
		if len(f.open) == 0 {
			return // of the function
		}
		f.open = f.open[:len(f.open)-1]
		if f.table != nil && len(f.open) == f.loop+f.blocks-f.passed {
			f.passed++
		}
	case brTable:
		if f.table == nil && before.op == localGet && before.value == pcB {
			f.enter(s.text[1:])
		}
	}
}

// enter takes a table for the function's own when the blocks it leads to are open, one within the other, in a loop.
func (f *flow) enter(text []byte) {
	r := reader{rest: text}
	table := make([]int, r.number()+1)
	for i := range table {
		table[i] = r.number()
	}
	blocks := slices.Max(table) + 1
	at := len(f.open) - blocks - 1
	if at < 0 || f.open[at] != loop || slices.ContainsFunc(f.open[at+1:], func(op byte) bool { return op != block }) {
		return
	}
	f.table, f.loop, f.blocks = table, at, blocks
}

// straight reports whether steps begin with a jump forward, and to which label it can lead from here. inside is 1 where they stand in
// an if that is not open yet.
func (f *flow) straight(steps []step, inside int) (depth int, ok bool) {
	if f.table == nil || len(steps) < 3 || steps[0].op != i32Const || steps[1].op != localSet || steps[1].value != pcB ||
		steps[2].op != br || int(steps[2].value) != len(f.open)-1-f.loop+inside {
		return 0, false
	}
	last := len(f.table) - 1
	number := int(steps[0].value)
	if number < 0 || number > last {
		number = last
	}
	target := f.loop + f.blocks - f.table[number]
	return len(f.open) - 1 - target, target <= f.loop+f.blocks-f.passed
}

// guarded reports whether steps begin with an if around nothing but such a jump.
func (f *flow) guarded(steps []step) bool {
	if len(steps) < 5 || steps[0].op != ifThen || steps[0].text[1] != empty || steps[4].op != end {
		return false
	}
	_, ok := f.straight(steps[1:], 1)
	return ok
}
