package program_test

import (
	"strings"
	"testing"
	"time"

	"koujing/core/program"
)

// These programs are made by hand, as no author would: Link must refuse them, or the machine must end with a fault and
// in time.

// hostile is a program with one decision whose rules all begin at the start of the code, unless it says otherwise.
type hostile struct {
	name  string
	prog  program.Program
	link  string        // the code of the refusal, "" if it links
	fault program.Fault // of the decision
}

func ins(op program.Op, a, b uint16, c, d int32) program.Instr {
	return program.Instr{Op: op, A: a, B: b, C: c, D: d}
}

// deciding makes code a decision with an output in register 3, behind the inputs a and b and a spare register.
func deciding(code ...program.Instr) program.Program {
	return program.Program{
		Names: []string{"a", "b"}, Lists: []string{"xs"}, Columns: []string{"xs.n"}, Ints: []int64{1 << 40}, Texts: []string{"x"},
		Sets: []program.Set{{Ints: []int64{1}}}, Regs: 8, Code: code,
		Decisions: []program.Decision{{Name: "d", Prelude: -1, Default: -1, Outputs: []program.Output{{Name: "v", Reg: 3}},
			Rules: []program.Rule{{ID: "r", Entry: 0}}}},
	}
}

func changed(p program.Program, change func(*program.Program)) program.Program {
	change(&p)
	return p
}

var refused = []hostile{
	{name: "unknown operation", prog: deciding(ins(250, 3, 3, 3, 0))},
	{name: "jump backwards", prog: deciding(ins(program.OpInt, 3, 0, 1, 0), ins(program.OpJump, 0, 0, 0, 0))},
	{name: "jump to itself", prog: deciding(ins(program.OpJump, 0, 0, 0, 0))},
	{name: "jump behind the end", prog: deciding(ins(program.OpJump, 0, 0, 0, 9))},
	{name: "next forwards", prog: deciding(ins(program.OpNext, 3, 0, 0, 1), ins(program.OpReturn, 0, 0, 0, 0))},
	{name: "next before the start", prog: deciding(ins(program.OpNext, 3, 0, 0, -1))},
	{name: "register out of range", prog: deciding(ins(program.OpMove, 3, 8, 0, 0))},
	{name: "register out of range in C", prog: deciding(ins(program.OpAdd, 3, 3, 8, 0))},
	{name: "negative register in C", prog: deciding(ins(program.OpAdd, 3, 3, -1, 0))},
	{name: "share behind the last register", prog: deciding(ins(program.OpShare, 3, 6, 0, 0))},
	{name: "share of inputs", prog: deciding(ins(program.OpShare, 3, 0, 0, 0))},
	{name: "rounding out of range", prog: deciding(ins(program.OpShare, 3, 4, 4, 0))},
	{name: "write to an input", prog: deciding(ins(program.OpInt, 1, 0, 5, 0))},
	{name: "an input counts a loop", prog: deciding(ins(program.OpFor, 1, 0, 0, 1), ins(program.OpReturn, 0, 0, 0, 0))},
	{name: "constant out of range", prog: deciding(ins(program.OpBig, 3, 0, 1, 0))},
	{name: "negative constant", prog: deciding(ins(program.OpBig, 3, 0, -1, 0))},
	{name: "text out of range", prog: deciding(ins(program.OpText, 3, 0, 1, 0))},
	{name: "set out of range", prog: deciding(ins(program.OpJumpIn, 3, 0, 1, 1), ins(program.OpReturn, 0, 0, 0, 0))},
	{name: "list out of range", prog: deciding(ins(program.OpLen, 3, 0, 1, 0))},
	{name: "column out of range", prog: deciding(ins(program.OpElem, 3, 3, 1, 0))},
	{name: "entry behind the end", prog: changed(deciding(), func(p *program.Program) { p.Decisions[0].Rules[0].Entry = 7 })},
	{name: "entry before the start", prog: changed(deciding(), func(p *program.Program) { p.Decisions[0].Rules[0].Entry = -1 })},
	{name: "prelude behind the end", prog: changed(deciding(), func(p *program.Program) { p.Decisions[0].Prelude = 7 })},
	{name: "default behind the end", prog: changed(deciding(), func(p *program.Program) { p.Decisions[0].Default = 7 })},
	{name: "output in an input", prog: changed(deciding(), func(p *program.Program) { p.Decisions[0].Outputs[0].Reg = 1 })},
	{name: "output out of range", prog: changed(deciding(), func(p *program.Program) { p.Decisions[0].Outputs[0].Reg = 8 })},
	{name: "unknown hit policy", prog: changed(deciding(), func(p *program.Program) { p.Decisions[0].Hit = 99 })},
	{name: "expression behind the end", prog: changed(deciding(), func(p *program.Program) { p.Exprs = []program.Expr{{Entry: 7}} })},
	{name: "result out of range", prog: changed(deciding(), func(p *program.Program) { p.Exprs = []program.Expr{{Reg: 8}} })},
	{name: "template of no expression", prog: changed(deciding(), func(p *program.Program) {
		p.Templates = []program.Template{{Parts: []program.Part{{Expr: 0}}}}
	})},
	{name: "template of no form", prog: changed(deciding(), func(p *program.Program) {
		p.Templates = []program.Template{{Parts: []program.Part{{Expr: -1, Form: 99}}}}
	})},
	{name: "unknown name", link: "unknown_name", prog: program.Program{Names: []string{"z"}, Regs: 1}},
	{name: "unknown list", link: "unknown_name", prog: program.Program{Lists: []string{"ys"}}},
	{name: "unknown column", link: "unknown_name", prog: program.Program{Columns: []string{"xs.z"}}},
	{name: "more names than registers", link: "too_large", prog: program.Program{Names: []string{"a"}}},
	{name: "too many registers", link: "too_large", prog: program.Program{Regs: program.FrameSize}},
	{name: "negative registers", link: "too_large", prog: program.Program{Regs: -1}},
	{name: "too many decisions", link: "too_large", prog: program.Program{Decisions: make([]program.Decision, program.FrameSize+1)}},
}

func TestLinkRefuses(t *testing.T) {
	for _, h := range refused {
		want := h.link
		if want == "" {
			want = "bad_program"
		}
		if _, err := program.Link(&h.prog, newEngine().symbols()); err == nil || err.Code != want || err.Path == "" {
			t.Errorf("%s: %v, want %s", h.name, err, want)
		}
	}
}

var stopped = []hostile{
	{name: "no code", prog: deciding()},
	{name: "no end", prog: deciding(ins(program.OpInt, 3, 0, 1, 0))},
	{name: "rule out of range", fault: program.BadCode, prog: deciding(ins(program.OpFire, 0, 0, 1, 0))},
	{name: "negative rule", fault: program.BadCode, prog: deciding(ins(program.OpFire, 0, 0, -1, 0))},
	{name: "a loop without end", fault: program.OverBudget,
		prog: deciding(ins(program.OpInt, 3, 0, 0, 0), ins(program.OpNext, 3, 0, 0, 0))},
	{name: "loops in loops in loops", fault: program.OverBudget, prog: deciding(
		ins(program.OpFor, 2, 0, 0, 7), ins(program.OpFor, 4, 0, 0, 6), ins(program.OpFor, 5, 0, 0, 5), ins(program.OpInt, 3, 0, 1, 0),
		ins(program.OpNext, 5, 0, 0, 3), ins(program.OpNext, 4, 0, 0, 2), ins(program.OpNext, 2, 0, 0, 1), ins(program.OpReturn, 0, 0, 0, 0))},
	{name: "a rule that applies again and again", fault: program.BadCode, prog: changed(
		deciding(ins(program.OpFor, 2, 0, 0, 3), ins(program.OpFire, 0, 0, 0, 0), ins(program.OpNext, 2, 0, 0, 1), ins(program.OpReturn, 0, 0, 0, 0)),
		func(p *program.Program) { p.Decisions[0].Hit = program.Collect })},
	{name: "texts without end", fault: program.OverBudget, prog: changed(
		deciding(ins(program.OpInt, 2, 0, 0, 0), ins(program.OpText, 4, 0, 1, 0), ins(program.OpConcat, 3, 4, 0, 0), ins(program.OpNext, 2, 0, 0, 0)),
		func(p *program.Program) {
			p.Texts = append(p.Texts, strings.Repeat("x", 2000))
			p.Names = []string{"s", "t"}
		})},
	{name: "searches without end", fault: program.OverBudget, prog: changed(
		deciding(ins(program.OpInt, 2, 0, 0, 0), ins(program.OpText, 4, 0, 1, 0), ins(program.OpText, 5, 0, 2, 0), ins(program.OpContains, 3, 4, 5, 0), ins(program.OpNext, 2, 0, 0, 0)),
		func(p *program.Program) {
			p.Texts = append(p.Texts, strings.Repeat("ab", 100_000), strings.Repeat("ab", 1000)+"c")
		})},
	{name: "workdays without end", fault: program.OverBudget, prog: deciding(
		ins(program.OpInt, 2, 0, 0, 0), ins(program.OpInt, 4, 0, 3660, 0), ins(program.OpWorkdays, 3, 4, 4, 0), ins(program.OpNext, 2, 0, 0, 0))},
	{name: "an element of nowhere", prog: deciding(ins(program.OpInt, 2, 0, -5, 0), ins(program.OpElem, 3, 2, 0, 0))},
	{name: "adding up nothing", fault: program.BadCode, prog: changed(deciding(), func(p *program.Program) {
		p.Decisions[0].Hit, p.Decisions[0].Outputs = program.CollectSum, nil
	})},
	{name: "many rules at one place", fault: program.OverBudget, prog: changed(deciding(), func(p *program.Program) {
		for range 50_000 {
			p.Code = append(p.Code, ins(program.OpJumpNeInt, 0, 0, 0, 50_000))
		}
		p.Code = append(p.Code, ins(program.OpReturn, 0, 0, 0, 0))
		p.Decisions[0].Apart, p.Decisions[0].Rules = true, make([]program.Rule, 50_000)
	})},
	{name: "rules that all test other inputs", prog: changed(deciding(), func(p *program.Program) {
		p.Regs, p.Decisions[0].Apart, p.Decisions[0].Rules = 4000, true, nil
		const rules = 60_000
		for i := range int32(rules) {
			entry := int32(len(p.Code))
			p.Decisions[0].Rules = append(p.Decisions[0].Rules, program.Rule{Entry: entry})
			p.Code = append(p.Code, ins(program.OpJumpNeInt, uint16(i%4000), 0, 1, entry+2), ins(program.OpJumpNeInt, uint16(i/4000), 0, 1, entry+2),
				ins(program.OpReturn, 0, 0, 0, 0))
		}
	})},
}

// TestMachineStops runs what links. A second is far more than the budget takes.
func TestMachineStops(t *testing.T) {
	for _, h := range stopped {
		e := newEngine()
		begin := time.Now()
		m, l := e.machine(t, &h.prog)
		_, err := m.Ask(l.Find("d"))
		fault := program.NoFault
		if err != nil {
			fault = err.Fault
		}
		if fault != h.fault {
			t.Errorf("%s: fault %d, want %d", h.name, fault, h.fault)
		}
		if spent := time.Since(begin); spent > time.Minute {
			t.Errorf("%s: took %v", h.name, spent)
		}
		if e.atoms.Len() > 10_000 {
			t.Errorf("%s: made %d texts", h.name, e.atoms.Len())
		}
	}
}

// TestReadsFollowsLoops: code before a decision's entry that only a loop leads to is read, too.
func TestReadsFollowsLoops(t *testing.T) {
	p := deciding(
		ins(program.OpReturn, 0, 0, 0, 0),
		ins(program.OpMove, 3, 1, 0, 0), // b, from where only the loop comes
		ins(program.OpReturn, 0, 0, 0, 0),
		ins(program.OpMove, 3, 0, 0, 0), // the entry
		ins(program.OpNext, 2, 0, 0, 1))
	p.Decisions[0].Rules[0].Entry = 3
	_, l := newEngine().machine(t, &p)
	slots, lists := l.Reads(0)
	if !slots[0] || !slots[1] || !lists {
		t.Errorf("a %v, b %v, lists %v", slots[0], slots[1], lists)
	}
}
