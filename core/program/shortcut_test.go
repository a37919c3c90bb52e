package program_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"koujing/core/atom"
	"koujing/core/program"
)

// tests of one register that rules are made of.
var tests = []program.Op{program.OpJumpEqInt, program.OpJumpNeInt, program.OpJumpLtInt, program.OpJumpLeInt, program.OpJumpGtInt,
	program.OpJumpGeInt, program.OpJumpNull, program.OpJumpGiven, program.OpJumpIn, program.OpJumpNotIn}

// arbitrary makes up a decision of rules that begin with tests of few inputs, some of which jump into the rule's body as an
// `or` does, with loops and with operations that can fail.
func arbitrary(dice *rand.Rand) program.Program {
	p := program.Program{
		Names: []string{"a", "b", "c"}, Lists: []string{"xs"}, Ints: []int64{1 << 40}, Regs: 6,
		Sets: []program.Set{{Ints: []int64{0, 2}}, {Ints: []int64{1}}, {Ints: []int64{atom.Null, 3}}},
	}
	d := program.Decision{Name: "d", Hit: []program.Hit{program.First, program.Unique, program.Any, program.Collect}[dice.IntN(4)],
		Apart: dice.IntN(2) == 0, Prelude: -1, Default: -1, Outputs: []program.Output{{Name: "v", Reg: 3}}}
	add := func(in ...program.Instr) int32 {
		p.Code = append(p.Code, in...)
		return int32(len(p.Code))
	}
	if dice.IntN(3) == 0 {
		d.Prelude = add()
		add(ins(program.OpMove, 4, uint16(dice.IntN(3)), 0, 0), ins([]program.Op{program.OpMove, program.OpNeg}[dice.IntN(2)], 4, 4, 0, 0), ins(program.OpReturn, 0, 0, 0, 0))
	}
	if dice.IntN(4) == 0 {
		d.Default = add()
		add(ins(program.OpMove, 3, []uint16{0, 1, 2, 4}[dice.IntN(4)], 0, 0), ins(program.OpReturn, 0, 0, 0, 0))
	}
	loved := uint16(dice.IntN(3)) // most rules ask for it
	for i := range int32(1 + dice.IntN(10)) {
		entry := add()
		d.Rules = append(d.Rules, program.Rule{ID: string(rune('A' + i)), Entry: entry})
		head := int32(1 + dice.IntN(3))
		body, end := entry+head, entry+head+3
		for j := range head {
			reg, to := []uint16{0, 1, 2, 4}[dice.IntN(4)], end // 4 is the prelude's
			if dice.IntN(3) > 0 {
				reg = loved
			}
			if j+1 < head && dice.IntN(4) == 0 {
				to = body
			}
			add(ins(tests[dice.IntN(len(tests))], reg, 0, int32(dice.IntN(3)), to))
		}
		switch dice.IntN(8) {
		case 0:
			add(ins(program.OpMod, 3, 0, 1, 0))
		case 1:
			add(ins(program.OpFor, 5, 0, 0, end))
		default:
			add(ins(program.OpInt, 3, 0, int32(dice.IntN(2)), 0))
		}
		add(ins(program.OpMove, 5, 3, 0, 0), ins(program.OpFire, 0, 0, i, 0))
		if d.Apart {
			add(ins(program.OpReturn, 0, 0, 0, 0))
		}
	}
	add(ins(program.OpReturn, 0, 0, 0, 0))
	p.Decisions = []program.Decision{d}
	return p
}

// TestShortcuts runs decisions as they are and with all that only saves time, and wants the same.
func TestShortcuts(t *testing.T) {
	dice := rand.New(rand.NewPCG(9, 9))
	values := []int64{atom.Null, 0, 1, 2, 3}
	wanting, left, fired, failed := 0, 0, 0, 0
	for range 3000 {
		p := arbitrary(dice)
		e := newEngine()
		quick, l := e.machine(t, &p)
		plain, err := program.LinkPlain(&p, e.symbols())
		if err != nil {
			t.Fatal(err)
		}
		slow := e.start(t, plain)
		if l.Wants(0) {
			wanting++
		}
		for range 40 {
			quick.Reset()
			slow.Reset()
			for i := range 3 {
				v := values[dice.IntN(len(values))]
				quick.Frame[i], slow.Frame[i] = v, v
			}
			e.lists[0].Len = dice.IntN(3)
			hits, failure := quick.Ask(0)
			wantHits, wantFailure := slow.Ask(0)
			if hits != wantHits || !reflect.DeepEqual(failure, wantFailure) || !reflect.DeepEqual(quick.Trace, slow.Trace) {
				t.Fatalf("%d hits, %+v, %v; want %d, %+v, %v\n%+v", hits, failure, quick.Trace, wantHits, wantFailure, slow.Trace, p)
			}
			if out := l.Output(0, "v"); failure == nil && quick.Frame[out] != slow.Frame[out] {
				t.Fatalf("gives %d, want %d\n%+v", quick.Frame[out], slow.Frame[out], p)
			}
			switch {
			case failure != nil:
				failed++
			case hits > 0:
				fired++
			case quick.Spent() == 0:
				left++
			}
		}
	}
	t.Logf("%d of 3000 decisions want an input; of 120000 runs %d were left out, %d fired, %d failed", wanting, left, fired, failed)
	if wanting < 300 || left < 1000 || fired < 1000 || failed < 1000 {
		t.Error("the decisions that were made up show too little")
	}
}
