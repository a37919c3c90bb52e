package refund

import (
	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/program"
	"koujing/core/stage"
	"koujing/core/vocabulary"
)

// Guard keeps the factor of a line blind to what must never move an amount: claim, acceptance, emotion and delay, and
// to the other lines. It is worked out at load from the code itself, so it holds for any pack, also by the way of an
// operator's own decision: what such a decision makes of the hidden is hidden as well.
type Guard struct {
	slots   []hidden
	lists   bool // the code walks lists
	clamped atom.ID
}

type hidden struct {
	slot  int
	blind int64   // what the rule sees instead
	note  atom.ID // what the trace says, Null for scratch, of which there is nothing to say
	kept  int64
}

// fields that the factor of a line may not see, besides every time.
var fields = [...]casefile.Field{casefile.Claim, casefile.CustomerAccepts, casefile.CustomerEmotion, casefile.CustomerAsksForLeader,
	casefile.ScenarioSilence, casefile.ScenarioOfftopic, casefile.ComplaintMotive, casefile.ComplaintDemandAboveAuthority,
	casefile.ComplaintSeverity, casefile.ComplaintRung, casefile.Draft}

// NewGuard finds what the pack's refund.multiplier would see and must not.
func NewGuard(t *stage.Terms, names []casefile.Info) *Guard {
	g := &Guard{clamped: t.Atoms.Fix("guardrail: multiplier held to 0..2")}
	d := t.Asks[vocabulary.Multiplier].Decision
	if d < 0 {
		return g
	}
	reads, lists := t.Linked.Reads(d)
	g.lists = lists
	var tainted [program.FrameSize]bool
	for i := range names {
		if info := &names[i]; Hidden(info) {
			g.hideValue(t, reads, &tainted, info)
		}
	}
	for i := range vocabulary.NumResults {
		g.hideResult(t, reads, &tainted, i)
	}
	if readsOwn(t, reads) { // most packs do without
		g.taint(t, reads, &tainted)
	}
	g.scratch(t, reads)
	return g
}

// readsOwn reports whether a result of an own decision is read.
func readsOwn(t *stage.Terms, reads *[program.FrameSize]bool) bool {
	for i := range t.Own {
		for _, o := range t.Own[i].Outputs {
			if reads[o.Slot&(program.FrameSize-1)] {
				return true
			}
		}
	}
	return false
}

// scratch hides what other code may have left in registers that are nobody's results. An author of ours makes no code
// that reads such a thing, but the guard is for any code.
func (g *Guard) scratch(t *stage.Terms, reads *[program.FrameSize]bool) {
	for slot := t.Layout.Base(); slot < program.FrameSize; slot++ {
		if reads[slot] && !t.OwnOutput(slot) {
			g.slots = append(g.slots, hidden{slot: slot, blind: atom.Null, note: atom.Null})
		}
	}
}

// Hidden reports whether the factor of a line is kept from seeing a value of the case.
func Hidden(info *casefile.Info) bool {
	if info.Type == casefile.Time {
		return info.Place == casefile.Scalar && info.Field < casefile.NumFields ||
			info.Place == casefile.Column && info.List == casefile.Lines && info.Column < vocabulary.LineColumns
	}
	if info.Place != casefile.Scalar {
		return false
	}
	for _, f := range fields {
		if info.Field == f {
			return true
		}
	}
	return false
}

// hideValue hides a value of the case, if the rule would see it: it sees the value's default instead.
func (g *Guard) hideValue(t *stage.Terms, reads, tainted *[program.FrameSize]bool, info *casefile.Info) {
	slot := t.Layout.Line(info.Column)
	if info.Place == casefile.Scalar {
		slot = int(info.Field)
		tainted[slot&(program.FrameSize-1)] = true
	}
	if !reads[slot&(program.FrameSize-1)] {
		return
	}
	blind := info.Default
	if info.Nullable {
		blind = atom.Null
	}
	g.slots = append(g.slots, hidden{slot: slot, blind: blind, note: t.Atoms.Fix("guardrail: " + info.Path + " not seen")})
}

// hideResult hides a result of a stage: a gate may be closed by a claim or a delay.
func (g *Guard) hideResult(t *stage.Terms, reads, tainted *[program.FrameSize]bool, i int) {
	slot := t.Layout.Result(i)
	tainted[slot&(program.FrameSize-1)] = true
	if !reads[slot&(program.FrameSize-1)] {
		return
	}
	blind := int64(0)
	if vocabulary.Results[i].Nullable {
		blind = atom.Null
	}
	g.slots = append(g.slots, hidden{slot: slot, blind: blind, note: t.Atoms.Fix("guardrail: " + vocabulary.Results[i].Path + " not seen")})
}

// taint hides the results of own decisions that look at something hidden, or at lists, until nothing new is found.
func (g *Guard) taint(t *stage.Terms, reads *[program.FrameSize]bool, tainted *[program.FrameSize]bool) {
	done := make([]bool, len(t.Own))
	type sight struct {
		slots *[program.FrameSize]bool
		lists bool
	}
	sights := make([]sight, len(t.Own))
	for i := range t.Own {
		sights[i].slots, sights[i].lists = t.Linked.Reads(t.Own[i].Decision)
	}
	for again := true; again; {
		again = false
		for i := range t.Own {
			if done[i] {
				continue
			}
			dirty := sights[i].lists
			for slot := range tainted {
				dirty = dirty || tainted[slot] && sights[i].slots[slot]
			}
			if !dirty {
				continue
			}
			done[i], again = true, true
			for _, o := range t.Own[i].Outputs {
				slot := o.Slot & (program.FrameSize - 1)
				tainted[slot] = true
				if reads[slot] {
					g.slots = append(g.slots, hidden{slot: slot, blind: atom.Null,
						note: t.Atoms.Fix("guardrail: " + string(t.Atoms.Text(t.Own[i].Name)) + " not seen")})
				}
			}
		}
	}
}

// hide takes the hidden values away while the factor is asked, and says so in the trace.
func (g *Guard) hide(r *stage.Run) {
	if len(g.slots) == 0 && !g.lists {
		return
	}
	r.Machine.Section = uint8(vocabulary.InRefund)
	d := r.Asks[vocabulary.Multiplier].Decision
	for i := range g.slots {
		h := &g.slots[i]
		at := h.slot & (program.FrameSize - 1)
		h.kept, r.Machine.Frame[at] = r.Machine.Frame[at], h.blind
		if h.note != atom.Null {
			r.Machine.Note(d, h.note)
		}
	}
	if g.lists {
		r.Machine.Lists = nil
	}
}

func (g *Guard) show(r *stage.Run) {
	for i := range g.slots {
		r.Machine.Frame[g.slots[i].slot&(program.FrameSize-1)] = g.slots[i].kept
	}
	if g.lists {
		r.Machine.Lists = r.Case.Rows[:]
	}
}
