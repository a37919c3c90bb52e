// Package gate closes the gates: reasons of the pack why nothing may be sold or booked on this contact. A case is
// blocked as long as one is closed; all else is worked out all the same.
package gate

import (
	"koujing/core/atom"
	"koujing/core/decision"
	"koujing/core/stage"
	"koujing/core/vocabulary"
)

// Decide asks the pack for closed gates (OUT-15, OUT-46, OUT-60, OUT-86, MKT-13).
func Decide(r *stage.Run) {
	hits := r.Ask(vocabulary.Gates)
	for i := range hits {
		id := atom.ID(r.Machine.Out(i, 0))
		if known(r.Out.Gates, id) {
			continue
		}
		r.Out.Gates = append(r.Out.Gates, decision.Gate{ID: id, Blocks: atom.ID(r.Machine.Out(i, 1)),
			Reason: atom.ID(r.Machine.Out(i, 2)), Row: r.Machine.HitRow(i)})
	}
	r.Set(vocabulary.GatesCount, int64(len(r.Out.Gates)))
	r.SetFlag(vocabulary.Blocked, len(r.Out.Gates) > 0)
}

func known(gates []decision.Gate, id atom.ID) bool {
	for i := range gates {
		if gates[i].ID == id {
			return true
		}
	}
	return false
}
