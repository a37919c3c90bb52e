// Package refund works out what goes back to the customer in a tariff dispute. The pack says which categories are
// doubled, by which means, and who has to agree. What no pack can change stands here: nothing is paid before it is
// confirmed, nothing below zero, never more than twice the difference less what was returned, lines are never netted,
// and the amount is blind to claim, acceptance, emotion and delay.
package refund

import (
	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/decision"
	"koujing/core/program"
	"koujing/core/stage"
	"koujing/core/vocabulary"
)

// maxMultiplier is the company's promise: double return (REF-09), and no more (REF-10).
const maxMultiplier = 2

// Decide works out the refund, when the case has bill lines (REF-01 to REF-37).
func Decide(r *stage.Run, guard *Guard) {
	if r.Case.Rows[casefile.Lines].Len == 0 {
		stage.Tasks(r, vocabulary.RefundTasks)
		return
	}
	out := &r.Out.Refund
	out.Present = true
	lines(r, out, guard)
	r.Set(vocabulary.RefundDiff, out.Diff)
	r.Set(vocabulary.RefundTotal, out.Total)
	r.Set(vocabulary.RefundPay, out.Pay)
	r.Set(vocabulary.RefundPreview, out.Preview)
	claim(r, out)
	means(r, out)
	approval(r, out)
	dueBy(r, out)
	out.Status = status(r, out)
	r.Set(vocabulary.RefundStatus, int64(out.Status))
	r.Set(vocabulary.RefundDueBy, out.DueBy)
	r.SetFlag(vocabulary.RefundApprovalNeeded, out.Approval.Needed)
	stage.Tasks(r, vocabulary.RefundTasks)
}

// lines works out every line on its own and sums the confirmed ones. A copy of a line counts once.
func lines(r *stage.Run, out *decision.Refund, guard *Guard) {
	rows := &r.Case.Rows[casefile.Lines]
	for i := range rows.Len {
		row := rows.Row(i)
		if first := row[casefile.LineCopyOf]; first != atom.Null {
			flagCopy(out, atom.ID(row[casefile.LineID]))
			settle(row, decision.RefundLine{Status: atom.Null}) // no line of its own
			continue
		}
		l := line(r, row, guard)
		settle(row, l)
		out.Lines = append(out.Lines, l)
		out.Flags |= l.Flags
		if row[casefile.LineVerification] == int64(casefile.WordConfirmed) {
			out.Diff += max(l.Diff, 0)
			out.Total += l.Total
			out.Pay += l.Pay
		}
		out.Preview += l.Preview
	}
}

// flagCopy marks the line that a copy repeats.
func flagCopy(out *decision.Refund, id atom.ID) {
	for i := range out.Lines {
		if out.Lines[i].ID == id {
			out.Lines[i].Flags |= decision.DuplicateLine
		}
	}
	out.Flags |= decision.DuplicateLine
}

// settle leaves a line's results in its row, for the rules that look at lines.
func settle(row []int64, l decision.RefundLine) {
	row[casefile.LineStatus] = int64(l.Status)
	row[casefile.LineDiff] = l.Diff
	row[casefile.LineTotal] = l.Total
	row[casefile.LinePay] = l.Pay
	row[casefile.LinePreview] = l.Preview
	row[casefile.LineMultiplier] = l.Multiplier
}

// line works out one line. Amounts are bounded by the decoder, so no sum here can overflow.
func line(r *stage.Run, row []int64, guard *Guard) decision.RefundLine {
	l := decision.RefundLine{ID: atom.ID(row[casefile.LineID])}
	due := row[casefile.LineDue]
	if due != atom.Null {
		l.Diff = row[casefile.LineCharged] - due
	}
	review := multiplier(r, row, guard, &l)
	promised := l.Multiplier * max(l.Diff, 0)
	open := max(promised-row[casefile.LineRefunded], 0)
	switch atom.ID(row[casefile.LineVerification]) {
	case casefile.WordRefuted:
		l.Status = casefile.WordRefuted
		return l
	case casefile.WordPending: // facts first, money afterwards (REF-01)
		l.Status = casefile.WordVerifyFirst
		l.Preview = open
		if due == atom.Null {
			l.Flags |= decision.DueUnknown
		}
	default:
		l.Total, l.Pay = promised, open
		l.Status = confirmedStatus(l)
		if l.Total > 0 && row[casefile.LineRefunded] > l.Total {
			l.Flags |= decision.OverpaidBefore
		}
	}
	if review && promised > 0 {
		l.Flags |= decision.ReviewCategory
	}
	return l
}

func confirmedStatus(l decision.RefundLine) atom.ID {
	switch {
	case l.Total == 0:
		return casefile.WordNone
	case l.Pay == 0:
		return casefile.WordSettled
	}
	return casefile.WordPayable
}

// multiplier asks the pack for the factor of a line, behind the guard, and holds it to 0..2. Without a rule the
// difference goes back once, to be reviewed (REF-20).
func multiplier(r *stage.Run, row []int64, guard *Guard, l *decision.RefundLine) (review bool) {
	frame := &r.Machine.Frame
	for c := range vocabulary.LineColumns {
		frame[r.Layout.Line(c)&(program.FrameSize-1)] = row[c]
	}
	r.Machine.Subject = l.ID
	defer func() { r.Machine.Subject = atom.Empty }()
	r.Reach(vocabulary.AtMultiplier) // the operator's own decisions see everything; only the factor is blind
	guard.hide(r)
	hits := r.Ask(vocabulary.Multiplier)
	guard.show(r)
	l.Multiplier = 1
	if hits < 0 || r.Answer(vocabulary.Multiplier, 0) == atom.Null {
		return true
	}
	if hits > 0 {
		l.Rule = r.Machine.HitID(0)
	}
	l.Multiplier = min(max(r.Answer(vocabulary.Multiplier, 0), 0), maxMultiplier)
	if l.Multiplier != r.Answer(vocabulary.Multiplier, 0) {
		r.Machine.Note(r.Asks[vocabulary.Multiplier].Decision, guard.clamped)
	}
	return r.Answer(vocabulary.Multiplier, 1) == 1
}

// claim compares what the customer demands with what the promise gives, open lines included. It never moves an amount
// (REF-35).
func claim(r *stage.Run, out *decision.Refund) {
	if c := r.Get(casefile.Claim); c != atom.Null && c > out.Total+out.Preview {
		out.Flags |= decision.ClaimAboveTotal
		r.SetFlag(vocabulary.RefundClaimAboveTotal, true)
	}
}

// means is credit where the account can take it, else cash with a reason (REF-04).
func means(r *stage.Run, out *decision.Refund) {
	closed := r.Text(casefile.AccountState) == casefile.WordClosed
	out.Means = casefile.WordCredit
	if hits := r.Ask(vocabulary.Means); hits >= 0 && r.Answer(vocabulary.Means, 0) != atom.Null {
		out.Means = atom.ID(r.Answer(vocabulary.Means, 0))
		if reason := r.Answer(vocabulary.Means, 1); reason != atom.Null {
			out.MeansReason = atom.ID(reason)
		}
	} else if closed {
		out.Means, out.MeansReason = casefile.WordCash, r.Message(casefile.WordAccountClosed)
	}
	if r.Is(casefile.CustomerWantsCash) && !closed {
		out.Flags |= decision.CashOnApproval
	}
	r.Set(vocabulary.RefundMeans, int64(out.Means))
}

// approval says who has to agree: above the agent's authority, where the pack's rule asks for it (ESC-12), and always
// where a payment was made that the books do not show, so that nobody pays twice.
func approval(r *stage.Run, out *decision.Refund) {
	a := &out.Approval
	if out.Pay == 0 {
		return
	}
	if r.Ask(vocabulary.Approval) >= 0 {
		if rung := r.Answer(vocabulary.Approval, 0); rung > 0 {
			*a = decision.Approval{Needed: true, Rung: min(rung, int64(max(len(r.Ladder), 1))), Reason: atom.ID(r.Answer(vocabulary.Approval, 1))}
		}
	}
	if authority := r.Get(casefile.AgentAuthority); authority != atom.Null && out.Pay > authority && !a.Needed {
		*a = decision.Approval{Needed: true, Rung: 1, Reason: r.Message(casefile.WordAboveAuthority)}
	}
	if r.Get(casefile.RefundExecutedAt) != atom.Null {
		out.Flags |= decision.ExecutedNotBooked
		*a = decision.Approval{Needed: true, Rung: max(a.Rung, 1), Reason: r.Message(casefile.WordExecutedNotBooked)}
	}
}

// dueBy is when the refund has to be paid: a setting after the first confirmation of a line still to be paid (REF-03).
func dueBy(r *stage.Run, out *decision.Refund) {
	out.DueBy = atom.Null
	if start := Confirmed(r, casefile.LinePay); start != atom.Null && r.Spans.PayWithin.Set {
		out.DueBy = r.Calendar.Add(start, r.Spans.PayWithin.Span)
	}
}

// status is the first of the contract's list that holds.
func status(r *stage.Run, out *decision.Refund) atom.ID {
	pending, refuted := false, true
	for i := range out.Lines {
		pending = pending || out.Lines[i].Status == casefile.WordVerifyFirst
		refuted = refuted && out.Lines[i].Status == casefile.WordRefuted
	}
	switch {
	case out.Pay > 0 && out.DueBy != atom.Null && r.Now() > out.DueBy && r.Get(casefile.RefundExecutedAt) == atom.Null:
		return casefile.WordOverdue
	case out.Pay > 0 && out.Approval.Needed:
		return casefile.WordNeedsApproval
	case out.Pay > 0 && r.Text(casefile.CustomerAccepts) == casefile.WordNo:
		return casefile.WordOffered
	case out.Pay > 0:
		return casefile.WordPayable
	case pending:
		return casefile.WordVerifyFirst
	case out.Total > 0:
		return casefile.WordSettled
	case refuted:
		return casefile.WordRefuted
	}
	return casefile.WordNone
}

// Confirmed is when the first line was confirmed whose column, LinePay or LineTotal, is above zero.
func Confirmed(r *stage.Run, column int) int64 {
	first := int64(atom.Null)
	lines := &r.Case.Rows[casefile.Lines]
	for i := range lines.Len {
		row := lines.Row(i)
		at := row[casefile.LineConfirmedAt]
		if at != atom.Null && row[casefile.LineCopyOf] == atom.Null && row[column] > 0 && (first == atom.Null || at < first) {
			first = at
		}
	}
	return first
}
