// Package stage is what the stages of a decision share: the case at hand, the machine that answers for the pack, and
// the pack's terms, resolved once at load.
package stage

import (
	"bytes"

	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/clock"
	"koujing/core/decision"
	"koujing/core/order"
	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/vocabulary"
)

// Terms are a pack's terms, ready for use: texts are atoms, settings are spans, decisions have numbers.
type Terms struct {
	Pack     *pack.Pack
	Linked   *program.Linked
	Layout   *vocabulary.Layout
	Atoms    *atom.Table
	Calendar *clock.Calendar
	Asks     [vocabulary.NumDecisions]Ask
	Spans    Spans
	MaxSteps int64
	Ladder   []atom.ID
	Own      []Own // the operator's own decisions, by the moment they run at, each after those it reads
	ByName   []int // their numbers in byte order of their names
	messages []labelled
	lists    []labels
	blank    [vocabulary.NumResults]int64 // every result before its stage
}

// Own is an operator's own decision. It runs as soon as what it reads is known.
type Own struct {
	Decision int
	Name     atom.ID
	Head     atom.ID // as results have it: decision.Head
	Hit      program.Hit
	At       vocabulary.Moment
	Outputs  []OwnOutput
}

// OwnOutput is an output of an own decision and the slot where it is left.
type OwnOutput struct {
	Key  atom.ID // as results have it: decision.Key
	Type casefile.Type
	Slot int
}

// Ask is a decision of the pack that the core asks for.
type Ask struct {
	Decision int // in the linked program, -1 if the pack has none
	out      [maxOutputs]int
}

const maxOutputs = 4

// Spans are the settings that clocks run by; Set is false where the pack has none.
type Spans struct {
	PayWithin, FirstAnswer, FinalAnswer, Support, Interim, Install, Extension, DueSoon Span
}

// Span is a setting that a clock runs by, and the row it comes from.
type Span struct {
	clock.Span
	Set bool
	Row atom.ID
}

// labelled is a value and what it is called.
type labelled struct{ id, label, gloss atom.ID }

type labels struct {
	list   string
	values []labelled
}

var caseTypes = [...]casefile.Type{program.Int: casefile.Int, program.Bool: casefile.Bool, program.Text: casefile.Text, program.Time: casefile.Time}

// defaultSteps bounds how far a talk track goes on by itself where the pack does not say.
const defaultSteps = 64

// NewTerms resolves what the core needs of a pack. linked is p's program, linked by layout and atoms. A decision of the
// core that lacks an output, or has another hit policy than the core asks for, is no pack of an author of ours: nil, and
// its name.
func NewTerms(p *pack.Pack, linked *program.Linked, layout *vocabulary.Layout, atoms *atom.Table, cal *clock.Calendar) (t *Terms, bad string) {
	t = &Terms{Pack: p, Linked: linked, Layout: layout, Atoms: atoms, Calendar: cal, MaxSteps: defaultSteps, Ladder: atoms.FixAll(p.Ladder)}
	for i := range vocabulary.Results {
		if vocabulary.Results[i].Nullable {
			t.blank[i] = atom.Null // the others are 0 or false
		}
	}
	for i := range vocabulary.Decisions {
		if bad := t.resolve(&t.Asks[i], &vocabulary.Decisions[i]); bad != "" {
			return nil, bad
		}
	}
	t.settings()
	t.own()
	for _, m := range p.Messages {
		t.messages = append(t.messages, labelled{id: atoms.Fix(m.Code), label: atoms.Fix(m.Text)})
	}
	t.lists = make([]labels, len(p.Lists))
	for i := range p.Lists {
		t.lists[i] = labels{list: p.Lists[i].Name, values: t.labelled(p.Lists[i].Values)}
	}
	return t, ""
}

// resolve finds a decision that the core asks for. bad is its name if it is not as the core wants it.
func (t *Terms) resolve(ask *Ask, want *vocabulary.Decision) (bad string) {
	ask.Decision = t.Linked.Find(want.Name)
	if ask.Decision < 0 {
		return ""
	}
	src := t.Linked.Decision(ask.Decision)
	if src.Own || (src.Hit == program.Collect) != want.Collect || src.Hit > program.Collect {
		return src.Name
	}
	for j, o := range want.Outputs {
		ask.out[j] = t.Linked.Output(ask.Decision, o.Name)
		if ask.out[j] < 0 || j >= len(src.Outputs) || src.Outputs[j].Name != o.Name || src.Outputs[j].Type != o.Type {
			return src.Name
		}
	}
	return ""
}

func (t *Terms) settings() {
	for _, s := range []struct {
		name string
		to   *Span
	}{
		{vocabulary.PayWithin, &t.Spans.PayWithin}, {vocabulary.FirstAnswer, &t.Spans.FirstAnswer},
		{vocabulary.FinalAnswer, &t.Spans.FinalAnswer}, {vocabulary.SupportWithin, &t.Spans.Support},
		{vocabulary.InterimGrace, &t.Spans.Interim}, {vocabulary.InstallWithin, &t.Spans.Install},
		{vocabulary.DeskExtension, &t.Spans.Extension}, {vocabulary.DueSoon, &t.Spans.DueSoon},
	} {
		if setting := t.Pack.Setting(s.name); setting != nil && setting.Kind == "duration" {
			*s.to = Span{Span: spanOf(setting), Set: true, Row: t.Atoms.Fix(setting.Row)}
		}
	}
	if s := t.Pack.Setting(vocabulary.MaxSteps); s != nil && s.Int > 0 && s.Int <= 1000 {
		t.MaxSteps = s.Int
	}
}

// own lists the operator's own decisions.
func (t *Terms) own() {
	for d := range t.Linked.Decisions() {
		if src := t.Linked.Decision(d); src.Own {
			t.Own = append(t.Own, t.newOwn(d, src))
		}
	}
	order.Sort(len(t.Own), func(i, j int) bool {
		a, b := &t.Own[i], &t.Own[j]
		return a.At < b.At || a.At == b.At && a.Decision < b.Decision
	}, func(i, j int) { t.Own[i], t.Own[j] = t.Own[j], t.Own[i] })
	t.sortOwn()
}

func (t *Terms) newOwn(d int, src *program.Decision) Own {
	own := Own{Decision: d, Name: t.Atoms.Fix(src.Name), Head: t.Atoms.Fix(decision.Head(src.Name)), Hit: src.Hit, At: min(vocabulary.Moment(src.Stage), vocabulary.NumMoments-1),
		Outputs: make([]OwnOutput, len(src.Outputs))}
	for i := range src.Outputs {
		o := &src.Outputs[i]
		own.Outputs[i] = OwnOutput{t.Atoms.Fix(decision.Key(o.Name, i == 0)), caseTypes[o.Type&3], t.Linked.Output(d, o.Name)}
	}
	return own
}

func (t *Terms) labelled(values []pack.Value) []labelled {
	out := make([]labelled, len(values))
	for i := range values {
		v := &values[i]
		out[i] = labelled{t.Atoms.Fix(v.ID), t.Atoms.Fix(v.Label), t.Atoms.Fix(v.Gloss)}
	}
	return out
}

// OwnOutput reports whether a slot is where an own decision leaves a result.
func (t *Terms) OwnOutput(slot int) bool {
	for i := range t.Own {
		for _, o := range t.Own[i].Outputs {
			if o.Slot == slot {
				return true
			}
		}
	}
	return false
}

// sortOwn lists the own decisions in byte order of their names.
func (t *Terms) sortOwn() {
	for i := range t.Own {
		at := len(t.ByName)
		for at > 0 && bytes.Compare(t.Atoms.Text(t.Own[i].Name), t.Atoms.Text(t.Own[t.ByName[at-1]].Name)) < 0 {
			at--
		}
		t.ByName = append(t.ByName, 0)
		copy(t.ByName[at+1:], t.ByName[at:])
		t.ByName[at] = i
	}
}

func spanOf(s *pack.Setting) clock.Span {
	if s.Workdays {
		return clock.Span{Workdays: int32(s.Int)}
	}
	return clock.Span{Seconds: s.Int}
}

// Message is the pack's text for a code, or the code itself where the pack has none.
func (t *Terms) Message(code atom.ID) atom.ID {
	for i := range t.messages {
		if t.messages[i].id == code {
			return t.messages[i].label
		}
	}
	return code
}

// Label is what a value of a list of the pack is called, Null if the list has no such value.
func (t *Terms) Label(list string, value atom.ID) atom.ID {
	if v := t.value(list, value); v != nil {
		return v.label
	}
	return atom.Null
}

// Gloss is what a value of a list is called in English, Null if nobody says.
func (t *Terms) Gloss(list string, value atom.ID) atom.ID {
	if v := t.value(list, value); v != nil && v.gloss != atom.Empty {
		return v.gloss
	}
	return atom.Null
}

func (t *Terms) value(list string, value atom.ID) *labelled {
	for i := range t.lists {
		if t.lists[i].list != list {
			continue
		}
		for j := range t.lists[i].values {
			if t.lists[i].values[j].id == value {
				return &t.lists[i].values[j]
			}
		}
	}
	return nil
}
