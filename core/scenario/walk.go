package scenario

import (
	"koujing/core/atom"
	"koujing/core/canon"
	"koujing/core/casefile"
	"koujing/core/decision"
	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/stage"
	"koujing/core/vocabulary"
)

// maxStack is how deep tracks may call each other.
const maxStack = 16

// walker is one walk.
type walker struct {
	*stage.Run
	book  *Book
	words Words
	track int32
	step  int32
	stack []pack.Target
	going int64 // ways taken by itself
}

// Words are texts of this package that a pack need not have: the reply next, and what is wrong with a position.
type Words struct {
	Next, NextLabel, NextGloss, Fault atom.ID
	path                              []byte
}

// NewWords fixes the words. The label of next is the pack's message "next_reply", if it has one.
func NewWords(t *stage.Terms) Words {
	w := Words{Next: t.Atoms.Fix("next"), NextGloss: t.Atoms.Fix("go on")}
	w.NextLabel = t.Message(t.Atoms.Fix("next_reply"))
	if string(t.Atoms.Text(w.NextLabel)) == "next_reply" {
		w.NextLabel = t.Atoms.Fix("继续")
	}
	return w
}

// Position is what is wrong with the place where the case says the talk stands: a step that the pack does not have, or
// more calls inside each other than tracks may make.
type Position struct{ Code, Path atom.ID }

// Decide walks the track the case names, or the one that fits (its intent, its condition, then priority, then id). It
// returns what is wrong with the position the case gives, if anything is.
//
// While a track is walked, a time promised to the customer that has passed counts as absent: it is asked anew, and no
// line gives it as a promise (CMP-20). Clocks, tasks and warnings see it as it is.
func Decide(r *stage.Run, b *Book, words *Words) *Position {
	r.Reach(vocabulary.AtScenario)
	promised := r.Get(casefile.ComplaintPromisedAt)
	if promised != atom.Null && promised < r.Now() {
		r.Case.Slots[casefile.ComplaintPromisedAt] = atom.Null
	}
	bad := walk(r, b, words)
	r.Case.Slots[casefile.ComplaintPromisedAt] = promised
	return bad
}

func walk(r *stage.Run, b *Book, words *Words) *Position {
	r.Machine.Section = uint8(vocabulary.InScenario)
	w := walker{Run: r, book: b, words: *words}
	if bad := w.begin(); bad != nil || w.track < 0 || r.Err != nil {
		return bad
	}
	w.replies()
	w.interrupts()
	for w.advance() {
	}
	if r.Err == nil {
		w.write()
	}
	return nil
}

// begin finds where the caller stands: on the track that he names, or else on the one that fits and on what it has called.
func (w *walker) begin() *Position {
	w.track = -1
	id := w.Text(casefile.ScenarioID)
	if id == atom.Null {
		w.choose()
		if w.track < 0 {
			return nil
		}
	}
	for i := range w.book.tracks {
		if w.book.tracks[i].id == id {
			w.track = int32(i)
		}
	}
	bad := w.unstack()
	at := w.Text(casefile.ScenarioStep)
	if at == atom.Null {
		return bad
	}
	if id == atom.Null && len(w.stack) > 0 {
		w.track = w.called(w.stack[len(w.stack)-1], at)
	}
	if w.step = w.find(w.track, at); w.step < 0 {
		return &Position{casefile.WordUnknownValue, w.Atoms.Intern([]byte("scenario.step"))}
	}
	return bad
}

// called is the track with a step at that a step calls, -1 if there is none.
func (w *walker) called(by pack.Target, at atom.ID) int32 {
	caller := &w.book.tracks[by.Track]
	from := &caller.steps[by.Step]
	for _, list := range [...][]reply{from.replies, caller.anytime} {
		for i := range list {
			if to := list[i].to.Track; to != by.Track && w.find(to, at) >= 0 {
				return to
			}
		}
	}
	for _, list := range [...][]pack.Branch{from.next, caller.interrupts} {
		for _, b := range list {
			if to := b.To.Track; to != by.Track && w.find(to, at) >= 0 {
				return to
			}
		}
	}
	return -1
}

// find is the place of a step in a track, -1 if there is none.
func (w *walker) find(track int32, id atom.ID) int32 {
	if track < 0 {
		return -1
	}
	for i := range w.book.tracks[track].steps {
		if w.book.tracks[track].steps[i].id == id {
			return int32(i)
		}
	}
	return -1
}

// unstack reads the calls that the talk will come back to.
func (w *walker) unstack() *Position {
	rows := &w.Case.Rows[casefile.Stack]
	if rows.Len > maxStack {
		return &Position{casefile.WordTooMany, w.Atoms.Intern([]byte("scenario.stack"))}
	}
	for i := range rows.Len {
		label := atom.ID(rows.At(i, 0))
		known := false
		for t := range w.book.tracks {
			for s := range w.book.tracks[t].steps {
				if w.book.tracks[t].steps[s].label == label {
					w.stack = append(w.stack, pack.Target{Track: int32(t), Step: int32(s)})
					known = true
				}
			}
		}
		if !known {
			return &Position{casefile.WordUnknownValue, w.path("scenario.stack", i)}
		}
	}
	return nil
}

func (w *walker) path(list string, i int) atom.ID {
	p := append(w.words.path[:0], list...)
	p = canon.AppendInt(append(p, '['), int64(i))
	return w.Atoms.Intern(append(p, ']'))
}

// choose takes the matching track of highest priority, then lowest id. A track with intents matches only those.
func (w *walker) choose() {
	intent := w.Text(casefile.Intent)
	for i := range w.book.tracks {
		t := &w.book.tracks[i]
		if len(t.intents) == 0 && t.when < 0 || !t.wants(intent) || !w.holds(t.when) {
			continue
		}
		if w.track < 0 || t.priority > w.book.tracks[w.track].priority ||
			t.priority == w.book.tracks[w.track].priority && w.before(t.id, w.book.tracks[w.track].id) {
			w.track = int32(i)
		}
	}
}

func (t *track) wants(intent atom.ID) bool {
	for _, i := range t.intents {
		if i == intent {
			return true
		}
	}
	return len(t.intents) == 0
}

func (w *walker) before(a, b atom.ID) bool {
	return string(w.Atoms.Text(a)) < string(w.Atoms.Text(b))
}

// holds evaluates a condition; one that is not there holds.
func (w *walker) holds(expr int32) bool {
	if expr < 0 {
		return true
	}
	v, err := w.Machine.Eval(int(expr))
	if err != nil {
		w.Err = err
	}
	return v == 1 && err == nil
}

func (w *walker) here() *step { return &w.book.tracks[w.track].steps[w.step] }

// replies applies the answers made since, in order. One that the step does not know is skipped with a warning.
func (w *walker) replies() {
	rows := &w.Case.Rows[casefile.Replies]
	for i := 0; i < rows.Len && w.Err == nil; i++ {
		id := atom.ID(rows.At(i, 0))
		if to, ok := w.answer(id); ok {
			w.jump(to)
			w.settle()
			continue
		}
		if id == w.words.Next && w.offersNext() {
			if !w.follow() && w.here().ends {
				w.back()
			}
			continue
		}
		w.Out.Warnings = append(w.Out.Warnings, decision.Warning{Code: casefile.WordUnknownReply, Level: casefile.WordFault,
			At: w.path("scenario.replies", i), From: atom.Null, Text: id, Count: atom.Null, Limit: atom.Null,
			Message: w.Message(casefile.WordUnknownReply)})
	}
}

// settle goes on by itself between two replies, so that the second is an answer to the step the first one led to.
func (w *walker) settle() {
	for w.advance() {
	}
}

func (w *walker) answer(id atom.ID) (pack.Target, bool) {
	for _, list := range [...][]reply{w.here().replies, w.book.tracks[w.track].anytime} {
		for i := range list {
			if list[i].id == id {
				return list[i].to, true
			}
		}
	}
	return pack.Target{}, false
}

// jump goes to a step; to another track it is a call that comes back.
func (w *walker) jump(to pack.Target) {
	if to.Track != w.track && len(w.stack) < maxStack {
		w.stack = append(w.stack, pack.Target{Track: w.track, Step: w.step})
	}
	w.track, w.step = to.Track, to.Step
}

// back returns to the step that called this track.
func (w *walker) back() {
	if n := len(w.stack); n > 0 {
		w.track, w.step = w.stack[n-1].Track, w.stack[n-1].Step
		w.stack = w.stack[:n-1]
	}
}

// interrupts jumps where the first of the track's interrupts holds, unless the talk is at an end already.
func (w *walker) interrupts() {
	for _, b := range w.book.tracks[w.track].interrupts {
		if w.Err != nil || w.here().ends {
			return
		}
		if w.holds(b.When) {
			w.jump(b.To)
			return
		}
	}
}

// advance takes one way on where there is nothing to wait for, and reports whether it did.
func (w *walker) advance() bool {
	s := w.here()
	if w.Err != nil || w.waits(s) {
		return false
	}
	if w.going++; w.going > w.MaxSteps {
		w.Err = &program.RunError{Rule: s.label, Fault: program.OverBudget}
		return false
	}
	if s.ends {
		if len(w.stack) == 0 {
			return false
		}
		w.back()
		return true
	}
	return w.follow()
}

// follow takes the first way on whose condition holds.
func (w *walker) follow() bool {
	for _, b := range w.here().next {
		if w.holds(b.When) {
			w.jump(b.To)
			return true
		}
	}
	return false
}

// waits reports whether the agent has something to do at the step: to say a line, or to ask for what is not known.
func (w *walker) waits(s *step) bool {
	for i := range s.say {
		if w.holds(s.say[i].when) {
			return true
		}
	}
	for i := range s.ask {
		if w.unknown(&s.ask[i]) {
			return true
		}
	}
	return false
}

func (w *walker) unknown(f *field) bool {
	if f.slot >= 0 {
		return w.Machine.Frame[f.slot&(program.FrameSize-1)] == atom.Null
	}
	rows := &w.Case.Rows[casefile.Lines]
	for i := range rows.Len {
		if f.column >= 0 && rows.At(i, f.column) == atom.Null {
			return true
		}
	}
	return false
}

// offersNext reports whether the step goes on by the agent's word that its lines are said.
func (w *walker) offersNext() bool {
	s := w.here()
	return len(s.next) > 0 || s.ends && len(w.stack) > 0
}
