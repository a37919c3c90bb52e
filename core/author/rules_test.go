package author_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"koujing/core/author"
	"koujing/core/casefile"
	"koujing/core/pack"
	"koujing/core/program"
)

// TestRefereeRules runs decisions of many rules, which the machine finds by an index, and reads the same rules from top
// to bottom: the same apply, and the first that cannot be worked out is the one that is reported.
func TestRefereeRules(t *testing.T) {
	const seed = 11
	w := newWorld(t, author.Sources{"pack.yaml": worldPack})
	asked, hits, faults := 0, 0, 0
	for n := range uint64(250) {
		dice := &writer{Rand: rand.New(rand.NewPCG(seed, n)), vars: w.vars, lists: w.lists}
		hit := []program.Hit{program.First, program.Collect}[dice.IntN(2)]
		rules := make([]*term, 8+dice.IntN(120))
		for i := range rules {
			rules[i] = dice.rule()
		}
		p, linked := w.build(t, rulesPack(hit, rules))
		if linked == nil {
			return
		}
		machine := program.NewMachine(linked, w.atoms, make([]casefile.Rows, casefile.NumLists), w.calendar)
		if apart := p.Program.Decisions[0].Apart; apart != (len(rules) >= 64) {
			t.Fatalf("%d rules, apart for an index: %v", len(rules), apart)
		}
		for range 40 {
			s := w.situation(dice)
			w.fill(machine, s)
			got := []string{}
			found, err := machine.Ask(0)
			for i := range found {
				got = append(got, string(w.atoms.Text(machine.HitID(i))))
			}
			if err != nil {
				got = []string{fmt.Sprintf("%s: fault %d", w.atoms.Text(err.Rule), err.Fault)}
				faults++
			}
			if want := inTurn(s, hit, rules); !slices.Equal(got, want) {
				t.Fatalf("seed %d, decision %d: %q, in turn %q\n%s", seed, n, got, want, rulesPack(hit, rules)["rules/own.yaml"])
			}
			asked++
			hits += found
		}
	}
	t.Logf("seed %d: asked %d times, %d rules applied, %d faults", seed, asked, hits, faults)
	if hits < asked/2 || faults < 50 {
		t.Error("too little was compared")
	}
}

// rule makes up a condition as rules have them: some equalities, some of which an index can use, and something else.
func (w *writer) rule() *term {
	all := []*term{}
	for range 1 + w.IntN(4) {
		all = append(all, w.equality())
	}
	if w.IntN(3) > 0 {
		all = append(all, w.condition(3+w.IntN(8)))
	}
	w.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	out := all[0]
	for _, t := range all[1:] {
		out = &term{op: "and", typ: program.Bool, kids: []*term{out, t}, style: uint8(w.IntN(2))}
		if w.IntN(8) == 0 {
			out.op = "or"
		}
	}
	return out
}

// equality compares a name with constants.
func (w *writer) equality() *term {
	t := []program.Type{program.Text, program.Text, program.Int, program.Bool}[w.IntN(4)]
	x := w.name(t, w.IntN(2) == 0)
	if x == nil || x.konst {
		return w.condition(3)
	}
	if w.IntN(3) == 0 {
		set := &term{op: "list", typ: t}
		for range 1 + w.IntN(4) {
			set.set = append(set.set, w.literal(t, x.values))
		}
		return &term{op: pick(w, []string{"in", "not in"}), typ: program.Bool, kids: []*term{x, set}}
	}
	return &term{op: pick(w, []string{"==", "==", "!="}), typ: program.Bool,
		kids: []*term{x, {op: "lit", typ: t, lit: w.literal(t, x.values), konst: true}}}
}

// inTurn reads rules from top to bottom.
func inTurn(s *situation, hit program.Hit, rules []*term) []string {
	out := []string{}
	for i, r := range rules {
		v, fault := s.work(r)
		switch {
		case fault != program.NoFault:
			return []string{fmt.Sprintf("r%d: fault %d", i, fault)}
		case v.n == 1 && hit == program.First:
			return []string{fmt.Sprint("r", i)}
		case v.n == 1:
			out = append(out, fmt.Sprint("r", i))
		}
	}
	return out
}

func rulesPack(hit program.Hit, rules []*term) author.Sources {
	var out strings.Builder
	fmt.Fprintf(&out, "decision: own.rules\nhit: %s\nrules:\n", hit)
	for i, r := range rules {
		fmt.Fprintf(&out, "  - { id: r%d, when: '%s', then: { v: %d } }\n", i, strings.ReplaceAll(r.String(), "'", "''"), i)
	}
	return author.Sources{"pack.yaml": worldPack, "rules/own.yaml": out.String()}
}

// build compiles a pack and links it to the world; nil after saying what is wrong. Any goroutine may call it.
func (w *world) build(t testing.TB, src author.Sources) (*pack.Pack, *program.Linked) {
	t.Helper()
	built, found := author.Build(src)
	if built == nil {
		t.Errorf("%v", found)
		return nil, nil
	}
	p, err := pack.Parse(built)
	if err != nil {
		t.Error(err)
		return nil, nil
	}
	linked, bad := program.Link(&p.Program, program.Symbols{Atoms: w.atoms, Slot: w.layout.Slot, List: w.layout.List,
		Column: w.layout.Column, Base: w.layout.Base()})
	if bad != nil {
		t.Error(bad)
		return nil, nil
	}
	return p, linked
}
