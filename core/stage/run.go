package stage

import (
	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/decision"
	"koujing/core/program"
	"koujing/core/vocabulary"
)

// Run is one decision being worked out. The stages read the case and ask the pack, and leave what they found in the
// decision and, for the pack's later rules, in the frame. The first rule that fails stops the run: Err says which.
type Run struct {
	*Terms
	Case    *casefile.Case
	Machine *program.Machine
	Out     *decision.Decision
	Err     *program.RunError
	next    int     // own decision that has not run yet
	found   []found // by number of own decision
	rows    []int64 // what own decisions under collect gave
	Scratch []byte  // for texts that are put together
}

// found is what became of an own decision: how many rules applied, and where its rows begin.
type found struct{ hits, from int }

// Begin makes the run ready for the case that was decoded.
func (r *Run) Begin() {
	r.Machine.Reset()
	r.Err = nil
	r.next = 0
	r.rows = r.rows[:0]
	r.found = append(r.found[:0], make([]found, len(r.Own))...)
	copy(r.Machine.Frame[r.Layout.Result(0)&(program.FrameSize-1):], r.blank[:])
	r.salutation()
}

// salutation puts the surname before the form of address (SVC-21, SVC-22). Without a form there is none.
func (r *Run) salutation() {
	form := r.Label("form", r.Text(casefile.CustomerForm))
	if form == atom.Null {
		return
	}
	surname := r.Atoms.Text(r.Text(casefile.CustomerSurname))
	if len(surname) == 0 {
		r.Set(vocabulary.Salutation, int64(form))
		return
	}
	r.Scratch = append(append(r.Scratch[:0], surname...), r.Atoms.Text(form)...)
	r.Set(vocabulary.Salutation, int64(r.Atoms.Intern(r.Scratch)))
}

// Get is a scalar of the case.
func (r *Run) Get(f casefile.Field) int64 { return r.Case.Slots[f] }

// Text is a scalar of the case that is a text.
func (r *Run) Text(f casefile.Field) atom.ID { return atom.ID(r.Case.Slots[f]) }

// Is reports whether a flag of the case is set.
func (r *Run) Is(f casefile.Field) bool { return r.Case.Slots[f] == 1 }

// Now is the case's clock, in Unix seconds.
func (r *Run) Now() int64 { return r.Case.Slots[casefile.Now] }

// Set leaves a result for the rules of later stages.
func (r *Run) Set(result int, v int64) {
	r.Machine.Frame[r.Layout.Result(result)&(program.FrameSize-1)] = v
}

// SetFlag leaves a result that is a bool.
func (r *Run) SetFlag(result int, v bool) {
	n := int64(0)
	if v {
		n = 1
	}
	r.Set(result, n)
}

// Ask asks the pack for a decision. It returns how many rules applied, and -1 if the pack has no such decision or the
// run has failed.
func (r *Run) Ask(which int) int {
	r.Reach(vocabulary.Decisions[which].At)
	d := r.Asks[which].Decision
	if d < 0 || r.Err != nil {
		return -1
	}
	r.Machine.Section = uint8(vocabulary.Decisions[which].Section)
	hits, err := r.Machine.Ask(d)
	if err != nil {
		r.Err = err
		return -1
	}
	return hits
}

// Answer is output number i of a decision that was asked, for hit policies with one answer.
func (r *Run) Answer(which, i int) int64 {
	return r.Machine.Frame[r.Asks[which].out[i]&(program.FrameSize-1)]
}

// Reach runs the operator's own decisions up to a moment: those that read nothing which is not known at it.
func (r *Run) Reach(at vocabulary.Moment) {
	for r.next < len(r.Own) && r.Own[r.next].At <= at && r.Err == nil {
		r.own(r.next)
		r.next++
	}
}

func (r *Run) own(i int) {
	own := &r.Own[i]
	r.Machine.Section = uint8(vocabulary.InResults)
	subject := r.Machine.Subject
	r.Machine.Subject = atom.Empty
	hits, err := r.Machine.Ask(own.Decision)
	r.Machine.Subject = subject
	if err != nil {
		r.Err = err
		return
	}
	r.found[i] = found{hits, len(r.rows)}
	if own.Hit == program.Collect {
		for hit := range hits {
			for o := range own.Outputs {
				r.rows = append(r.rows, r.Machine.Out(hit, o))
			}
		}
	}
}

// Finish runs the own decisions that are left and writes their results: those where a rule applied or a default holds.
func (r *Run) Finish() {
	r.Reach(vocabulary.NumMoments - 1)
	for _, i := range r.ByName {
		own, f := &r.Own[i], r.found[i]
		if r.Err != nil || (f.hits == 0 && own.Hit < program.CollectSum && r.Linked.Decision(own.Decision).Default < 0) {
			continue
		}
		r.Out.Results.Decision(own.Head)
		for o := range own.Outputs {
			out := &own.Outputs[o]
			if own.Hit != program.Collect {
				r.Out.Results.Value(out.Key, out.Type, r.Machine.Frame[out.Slot&(program.FrameSize-1)])
				continue
			}
			r.Out.Results.List(out.Key, out.Type)
			for hit := range f.hits {
				r.Out.Results.Item(r.rows[f.from+hit*len(own.Outputs)+o])
			}
		}
	}
}
