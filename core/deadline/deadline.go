// Package deadline watches the seven clocks of a case. Each has a start, a span that the pack sets, and what stops it; a
// clock whose start is unknown, or for which the pack has no span, is not there.
package deadline

import (
	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/clock"
	"koujing/core/decision"
	"koujing/core/program"
	"koujing/core/refund"
	"koujing/core/stage"
	"koujing/core/vocabulary"
)

// times are what a clock goes by; atom.Null is not known.
type times struct {
	start, due, stop int64
	stopped          bool // stopped, at a time nobody wrote down
	counted          counted
}

// counted are the working days a clock counts, from an instant on; none where it runs by hours.
type counted struct {
	from int64
	days int32
	row  atom.ID
}

// maxListed is how many working days are listed one by one. A clock of more is no clock that anybody checks with a finger on
// the calendar: it says its first and last day.
const maxListed = 100

// Limit asks the pack how long the desk may take for this kind of service. It comes before the refund, since it reads
// only the case; its clock is set with the others.
func Limit(r *stage.Run) (seconds int64) {
	if !r.Case.Given[casefile.Service] || r.Get(casefile.ServiceStartedAt) == atom.Null {
		return atom.Null
	}
	if r.Ask(vocabulary.Desk) < 0 {
		return atom.Null
	}
	return r.Answer(vocabulary.Desk, 0)
}

// Decide sets the clocks in the contract's order. limit is the desk's, from Limit.
func Decide(r *stage.Run, limit int64) {
	opened := r.Get(casefile.ComplaintOpenedAt)
	set(r, casefile.WordFirstAnswer, vocabulary.ClockFirstAnswerDue,
		after(r, opened, r.Spans.FirstAnswer, r.Get(casefile.ComplaintFirstAnswerAt)))
	set(r, casefile.WordFinalAnswer, vocabulary.ClockFinalAnswerDue,
		after(r, opened, r.Spans.FinalAnswer, r.Get(casefile.ComplaintAnsweredAt)))
	support := after(r, r.Get(casefile.ComplaintHandedAt), r.Spans.Support, atom.Null)
	support.stopped = r.Text(casefile.ComplaintState) != casefile.WordWithSupport
	set(r, casefile.WordSupport, vocabulary.ClockSupportDue, support)
	set(r, casefile.WordInterim, vocabulary.ClockInterimDue, interim(r))
	set(r, casefile.WordRefund, vocabulary.ClockRefundDue, payment(r))
	set(r, casefile.WordInstall, vocabulary.ClockInstallDue,
		after(r, r.Get(casefile.ServiceOrderedAt), r.Spans.Install, r.Get(casefile.ServiceInstalledAt)))
	set(r, casefile.WordDesk, vocabulary.ClockDeskDue, desk(r, limit))
}

// after is a clock that runs for a span.
func after(r *stage.Run, start int64, span stage.Span, stop int64) times {
	t := times{start: start, due: atom.Null, stop: stop}
	if start != atom.Null && span.Set {
		t.due = r.Calendar.Add(start, span.Span)
		t.counted = counted{start, span.Workdays, span.Row}
	}
	return t
}

// interim is the notice owed at the promised time even without a solution (CMP-20): a contact after the promise stops it.
// Before the promised time the span counts from the last contact, or from the opening.
func interim(r *stage.Run) times {
	promised, contact := r.Get(casefile.ComplaintPromisedAt), r.Get(casefile.ComplaintLastContactAt)
	t := after(r, promised, r.Spans.Interim, atom.Null)
	if promised == atom.Null {
		return t
	}
	if contact != atom.Null && contact >= promised {
		t.stop = contact
		return t
	}
	t.start = contact
	if contact == atom.Null {
		t.start = r.Get(casefile.ComplaintOpenedAt)
	}
	return t
}

// payment runs from the confirmation to the payment (REF-03). Where all is paid but nobody wrote down when, it is met.
func payment(r *stage.Run) times {
	if !r.Out.Refund.Present {
		return times{due: atom.Null}
	}
	column := casefile.LinePay
	if r.Out.Refund.Pay == 0 {
		column = casefile.LineTotal
	}
	t := after(r, refund.Confirmed(r, column), r.Spans.PayWithin, r.Get(casefile.RefundExecutedAt))
	t.stopped = r.Out.Refund.Pay == 0
	return t
}

// desk is the time at the counter (SVC-30 to SVC-33), longer where the customer agreed to it (SVC-35).
func desk(r *stage.Run, limit int64) times {
	t := times{start: r.Get(casefile.ServiceStartedAt), due: atom.Null, stop: r.Get(casefile.ServiceEndedAt)}
	if t.start == atom.Null || limit == atom.Null {
		return t
	}
	t.due = t.start + min(max(limit, 0), casefile.MaxInt)
	if r.Is(casefile.ServiceExtended) && r.Spans.Extension.Set {
		t.counted = counted{t.due, r.Spans.Extension.Workdays, r.Spans.Extension.Row}
		t.due = r.Calendar.Add(t.due, r.Spans.Extension.Span)
	}
	return t
}

// set writes a clock, and leaves its due time and status for the pack's rules.
func set(r *stage.Run, id atom.ID, result int, t times) {
	if t.due == atom.Null {
		return
	}
	c := decision.Clock{ID: id, DueAt: t.due}
	c.Status, c.Remaining = read(r, t)
	r.Out.Clocks = append(r.Out.Clocks, c)
	list(r, id, t.counted)
	r.Set(result, c.DueAt)
	r.Set(result+1, int64(c.Status))
}

// list writes the days that a clock counts into the trace, each a line, so that whoever doubts a deadline sees which days were
// taken for working days. Hours need no list.
func list(r *stage.Run, id atom.ID, c counted) {
	if c.days <= 0 {
		return
	}
	r.Scratch = append(append(r.Scratch[:0], "clock."...), r.Atoms.Text(id)...)
	line := program.Fired{Section: uint8(vocabulary.InClocks), Decision: r.Atoms.Intern(r.Scratch), Row: c.row}
	if c.days > maxListed {
		first, last := r.Calendar.AddWorkdays(c.from, 1), r.Calendar.AddWorkdays(c.from, int64(c.days))
		r.Scratch = clock.AppendDay(r.Scratch[:0], clock.DayOf(first, r.Calendar.Offset()))
		r.Scratch = clock.AppendDay(append(r.Scratch, '/'), clock.DayOf(last, r.Calendar.Offset()))
		line.Rule, line.Subject = r.Atoms.Intern([]byte("workdays")), r.Atoms.Intern(r.Scratch)
		r.Machine.Trace = append(r.Machine.Trace, line)
		return
	}
	line.Rule = r.Atoms.Intern([]byte("workday"))
	var room [maxListed]int64
	for _, day := range r.Calendar.Counted(room[:0], c.from, int64(c.days)) {
		r.Scratch = clock.AppendDay(r.Scratch[:0], day)
		line.Subject = r.Atoms.Intern(r.Scratch)
		r.Machine.Trace = append(r.Machine.Trace, line)
	}
}

// read tells a clock's status: met, overdue, due_soon or ok, and the seconds that remain. A clock that stands exactly at
// its due time is not overdue.
func read(r *stage.Run, t times) (status atom.ID, remaining int64) {
	switch {
	case t.stop != atom.Null && t.stop <= t.due, t.stop == atom.Null && t.stopped:
		return casefile.WordMet, 0
	case t.stop != atom.Null:
		return casefile.WordOverdue, t.due - t.stop
	}
	remaining = t.due - r.Now()
	switch {
	case remaining < 0:
		return casefile.WordOverdue, remaining
	case remaining <= soon(r, t):
		return casefile.WordDueSoon, remaining
	}
	return casefile.WordOK, remaining
}

// soon is how long before its due time a clock says so: the pack's setting, at most a quarter of the span.
func soon(r *stage.Run, t times) int64 {
	if !r.Spans.DueSoon.Set {
		return -1
	}
	setting := r.Calendar.Add(t.due, r.Spans.DueSoon.Span) - t.due
	if t.start == atom.Null {
		return setting
	}
	return min(setting, max(t.due-t.start, 0)/4)
}
