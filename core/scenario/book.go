// Package scenario walks talk tracks: from the step where the caller stands, by the replies made since, to the step to
// be on now, and what to say and ask there. Which tracks there are is the pack's.
package scenario

import (
	"slices"

	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/pack"
	"koujing/core/stage"
	"koujing/core/vocabulary"
)

// Book is a pack's talk tracks, ready to be walked.
type Book struct {
	tracks []track
}

type track struct {
	id, title, titleGloss atom.ID
	intents               []atom.ID
	when                  int32
	priority              int64
	anytime               []reply
	interrupts            []pack.Branch
	steps                 []step
}

type step struct {
	id, aim, aimGloss, label atom.ID // label is track/step, as it stands on the stack
	say                      []line
	ask                      []field
	replies                  []reply
	next                     []pack.Branch
	ends                     bool
}

type line struct {
	id, row     atom.ID
	text, gloss int32
	tags        []atom.ID
	sells       bool // tagged sell or book: withheld while a gate is closed
	when        int32
}

// field is something the agent is asked to fill in: a slot of the case, or a column that every line must have.
type field struct {
	path, label, gloss atom.ID
	slot, column       int // the other one is -1
}

type reply struct {
	id, label, gloss, count atom.ID
	to                      pack.Target
}

// NewBook resolves the tracks of a pack.
func NewBook(t *stage.Terms) *Book {
	b := &Book{tracks: make([]track, 0, len(t.Pack.Tracks))}
	for i := range t.Pack.Tracks {
		src := &t.Pack.Tracks[i]
		tr := track{id: t.Atoms.Fix(src.ID), title: t.Atoms.Fix(src.Title), titleGloss: t.Atoms.Fix(src.TitleGloss),
			when: src.When, priority: src.Priority, interrupts: src.Interrupts, intents: t.Atoms.FixAll(src.Intents)}
		tr.anytime = replies(t, src.Anytime)
		tr.steps = make([]step, 0, len(src.Steps))
		for j := range src.Steps {
			tr.steps = append(tr.steps, newStep(t, src.ID, &src.Steps[j]))
		}
		b.tracks = append(b.tracks, tr)
	}
	return b
}

// Sound reports whether every target, expression and template of the pack's tracks is there: a pack that passes can be
// walked without a check at each step.
func Sound(p *pack.Pack) bool {
	exprs, templates := int32(len(p.Program.Exprs)), int32(len(p.Program.Templates))
	expr := func(n int32) bool { return n >= -1 && n < exprs }
	template := func(n int32) bool { return n >= -1 && n < templates }
	target := func(t pack.Target) bool {
		return t.Track >= 0 && int(t.Track) < len(p.Tracks) && t.Step >= 0 && int(t.Step) < len(p.Tracks[t.Track].Steps)
	}
	branches := func(all []pack.Branch) bool {
		for _, b := range all {
			if !expr(b.When) || !target(b.To) {
				return false
			}
		}
		return true
	}
	answers := func(all []pack.Reply) bool {
		for i := range all {
			if !target(all[i].To) {
				return false
			}
		}
		return true
	}
	for i := range p.Tracks {
		t := &p.Tracks[i]
		if len(t.Steps) == 0 || !expr(t.When) || !answers(t.Anytime) || !branches(t.Interrupts) {
			return false
		}
		for j := range t.Steps {
			s := &t.Steps[j]
			if !answers(s.Replies) || !branches(s.Next) {
				return false
			}
			for _, l := range s.Say {
				if l.Text < 0 || !template(l.Text) || !template(l.Gloss) || !expr(l.When) {
					return false
				}
			}
		}
	}
	return true
}

func replies(t *stage.Terms, src []pack.Reply) []reply {
	out := make([]reply, len(src))
	for i, r := range src {
		out[i] = reply{t.Atoms.Fix(r.ID), t.Atoms.Fix(r.Label), t.Atoms.Fix(r.Gloss), t.Atoms.Fix(r.Count), r.To}
	}
	return out
}

func newStep(t *stage.Terms, trackID string, src *pack.Step) step {
	return step{id: t.Atoms.Fix(src.ID), aim: t.Atoms.Fix(src.Aim), aimGloss: t.Atoms.Fix(src.AimGloss),
		label: t.Atoms.Fix(trackID + "/" + src.ID), say: lines(t, src.Say), ask: asks(t, src.Ask),
		replies: replies(t, src.Replies), next: src.Next, ends: src.End != ""}
}

func lines(t *stage.Terms, src []pack.Line) []line {
	out := make([]line, len(src))
	for i := range src {
		l := &src[i]
		tags := t.Atoms.FixAll(l.Tags)
		out[i] = line{id: t.Atoms.Fix(l.ID), row: t.Atoms.Fix(l.Row), text: l.Text, gloss: l.Gloss, tags: tags,
			sells: slices.Contains(tags, casefile.WordSell) || slices.Contains(tags, casefile.WordBook), when: l.When}
	}
	return out
}

func asks(t *stage.Terms, paths []string) []field {
	out := make([]field, len(paths))
	for i, path := range paths {
		f := field{path: t.Atoms.Fix(path), slot: -1, column: -1}
		f.label, f.gloss = label(t, path)
		if slot, ok := t.Layout.Slot(path); ok {
			f.slot = slot
		} else if list, column, ok := t.Layout.Column(vocabulary.ColumnName(path)); ok && list == int(casefile.Lines) {
			f.column = column
		}
		out[i] = f
	}
	return out
}

// label is what a field is called, empty where the pack does not say.
func label(t *stage.Terms, path string) (label, gloss atom.ID) {
	for i := range t.Pack.Labels {
		if l := &t.Pack.Labels[i]; l.Field == path {
			return t.Atoms.Fix(l.Label), t.Atoms.Fix(l.Gloss)
		}
	}
	return atom.Empty, atom.Empty
}
