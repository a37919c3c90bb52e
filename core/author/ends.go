package author

import (
	"slices"

	"koujing/core/pack"
)

// checkEnds finds steps of a talk track from which no way leads to an end of it. Another track that is called comes back,
// so that it is no way out.
func (b *build) checkEnds(t *trackSource) {
	self := int32(slices.Index(b.tracks, t))
	steps := t.track.Steps
	ends := make([]bool, len(steps))
	leads := func(to pack.Target) bool { return to.Track == self && ends[to.Step] }
	anytime := func() bool {
		return slices.ContainsFunc(t.track.Anytime, func(r pack.Reply) bool { return leads(r.To) }) ||
			slices.ContainsFunc(t.track.Interrupts, func(br pack.Branch) bool { return leads(br.To) })
	}
	for again := true; again; {
		again = false
		for i := range steps {
			s := &steps[i]
			if ends[i] {
				continue
			}
			ends[i] = s.End != "" || anytime() ||
				slices.ContainsFunc(s.Replies, func(r pack.Reply) bool { return leads(r.To) }) ||
				slices.ContainsFunc(s.Next, func(br pack.Branch) bool { return leads(br.To) })
			again = again || ends[i]
		}
	}
	for i := range steps {
		if !ends[i] && len(steps[i].Replies)+len(steps[i].Next) > 0 { // one without any way on has been told
			b.log.error(t.steps[i].at, noEnd.of(steps[i].ID))
			return
		}
	}
}

// soloCondition is a condition of a talk track or a check.
type soloCondition struct {
	src   exprSource
	scope *scope
}

// checkConditions finds conditions of talk tracks and checks that no case fulfils.
func (b *build) checkConditions() {
	for _, c := range b.conditions {
		a := b.analyst(c.scope)
		tree := a.lowering(c.src).parse()
		if tree == nil {
			continue
		}
		f := a.condition(tree, true)
		if boxes, ok := a.space().boxes(f); ok && len(boxes) == 0 {
			b.log.error(c.src.whole(), neverHolds.of())
		}
	}
}
