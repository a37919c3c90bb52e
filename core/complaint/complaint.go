// Package complaint says where a complaint stands: its severity, the states it may go to, and whether it climbs the
// ladder. The states, the ways between them and the reasons to climb are the pack's; the ladder's mechanics are here: one
// rung at a time, the owner stays, a record before the climb where the pack asks for one.
package complaint

import (
	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/decision"
	"koujing/core/program"
	"koujing/core/stage"
	"koujing/core/vocabulary"
)

// Decide works out the complaint, when the case has one (CMP-01 to CMP-23, ESC-01 to ESC-13).
func Decide(r *stage.Run) {
	if !r.Case.Given[casefile.Complaint] {
		stage.Tasks(r, vocabulary.ComplaintTasks)
		return
	}
	c := &r.Out.Complaint
	c.Present = true
	c.State = r.Text(casefile.ComplaintState)
	c.Rung = r.Get(casefile.ComplaintRung)
	c.Owner = r.Text(casefile.ComplaintOwner)
	if c.Owner == atom.Null { // the first person asked, never nobody (CMP-12)
		c.Owner = r.Text(casefile.AgentID)
	}
	severity(r, c)
	next(r, c)
	escalate(r, c)
	stage.Tasks(r, vocabulary.ComplaintTasks)
}

// severity is the case's, else what the pack's rule says (ESC-11).
func severity(r *stage.Run, c *decision.Complaint) {
	c.Severity = r.Text(casefile.ComplaintSeverity)
	if c.Severity == atom.Null {
		c.Severity = casefile.WordOrdinary
		if hits := r.Ask(vocabulary.Severity); hits >= 0 {
			if v := r.Answer(vocabulary.Severity, 0); v != atom.Null {
				c.Severity = atom.ID(v)
			}
		}
	}
	r.Machine.Frame[casefile.ComplaintSeverity&(program.FrameSize-1)] = int64(c.Severity)
}

func next(r *stage.Run, c *decision.Complaint) {
	hits := r.Ask(vocabulary.Next)
	for i := range hits {
		state := atom.ID(r.Machine.Out(i, 0))
		if !contains(c.Next, state) {
			c.Next = append(c.Next, state)
		}
	}
}

// The outputs of complaint.escalate.
const (
	up = iota
	parallel
	recordFirst
	reason
)

// escalate takes one step up the ladder where the pack says so; from the top there is none (ESC-06). The owner stays
// the first person asked (ESC-09).
func escalate(r *stage.Run, c *decision.Complaint) {
	if r.Ask(vocabulary.Escalate) <= 0 || r.Answer(vocabulary.Escalate, up) != 1 || c.Rung >= int64(len(r.Ladder)) {
		return
	}
	e := &c.Escalate
	e.Present = true
	e.To = c.Rung + 1
	e.Role = r.Ladder[e.To-1]
	e.Parallel = r.Answer(vocabulary.Escalate, parallel) == 1
	e.Allowed = r.Answer(vocabulary.Escalate, recordFirst) != 1 || r.Is(casefile.ComplaintRecordComplete)
	e.Reason = atom.ID(r.Answer(vocabulary.Escalate, reason))
	if !e.Allowed { // first the record of who, what, demand and offer (ESC-01)
		e.Reason = r.Message(casefile.WordRecordFirst)
	}
	r.Set(vocabulary.EscalateTo, e.To)
}

func contains(states []atom.ID, state atom.ID) bool {
	for _, s := range states {
		if s == state {
			return true
		}
	}
	return false
}
