package author_test

import (
	"math/rand/v2"
	"testing"

	"koujing/core/casefile"
	"koujing/core/program"
)

// TestNothingAllocated runs expressions of every kind again and again: after the first time, the machine allocates
// nothing, texts that rules build included.
func TestNothingAllocated(t *testing.T) {
	r := newReferee(t)
	w := &writer{Rand: rand.New(rand.NewPCG(21, 0)), lists: r.world.lists}
	r.world.results = nil
	var shown []*exhibit
	for len(shown) < 200 {
		shown = append(shown, r.exhibit(w, len(shown)))
	}
	p, linked := r.world.build(t, packOf(shown))
	if linked == nil {
		return
	}
	tie(shown, p, linked)
	s := r.world.situation(w)
	for _, v := range s.values { // the case's texts stay when the atoms are reset, so that only the machine makes any
		r.world.atoms.Fix(v.s)
	}
	for _, rows := range s.rows {
		for _, row := range rows {
			for _, v := range row {
				r.world.atoms.Fix(v.s)
			}
		}
	}
	m := program.NewMachine(linked, r.world.atoms, make([]casefile.Rows, casefile.NumLists), r.world.calendar)
	r.world.fill(m, s)
	ran := 0
	for _, e := range shown {
		if _, fault := s.work(e.term); fault != program.NoFault {
			continue // a fault ends the decision and is told on the heap
		}
		ran++
		allocated := testing.AllocsPerRun(10, func() {
			r.world.atoms.Reset()
			m.Reset()
			if e.stand == asLine || e.stand == asPart {
				_, _ = m.Eval(e.number)
			} else {
				_, _ = m.Ask(e.number)
			}
		})
		if allocated != 0 {
			t.Errorf("%s: %v allocations", e.source, allocated)
		}
	}
	if ran < 150 {
		t.Errorf("only %d expressions ran", ran)
	}
}
