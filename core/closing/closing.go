// Package closing is arithmetic about cash and stock: the change at the counter and the daily close
// of a hall (日清). Nothing here is the pack's: money and serial numbers agree or they do not.
package closing

import (
	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/decision"
	"koujing/core/program"
	"koujing/core/stage"
	"koujing/core/vocabulary"
)

// What keeps people at their post is told in the trace: under the decision close, by item, box or
// amount.
var (
	notCounted    = note{"close.not_counted", "SHF-18"}    // an item without an opening or a count
	ledgerDiffers = note{"close.ledger_differs", "SHF-18"} // an item of which more or less is there than there should be
	boxUnknown    = note{"close.box_unknown", "SHF-30"}    // a box whose first or last serial is not told
	notOfTheBox   = note{"close.not_of_the_box", "SHF-30"} // a serial outside its box, or a range that runs backwards
	serialMissing = note{"close.serial_missing", "SHF-32"} // a serial neither used, nor void, nor blank
	serialTwice   = note{"close.serial_twice", "SHF-32"}   // a serial that is more than one of these
	depositUneven = note{"close.amounts_differ", "SHF-27"} // takings and what went to the bank
	slipUneven    = note{"close.amounts_differ", "SHF-28"} // the bank's slip or the report, and the rest
)

// note is a line of the trace: the rule's name and the row of the catalogue it stands for.
type note struct{ rule, row string }

// Decide works out the change, where the case has cash, and the close, where it has one.
func Decide(r *stage.Run) {
	if r.Case.Given[casefile.Cash] {
		change(r)
	}
	if r.Case.Given[casefile.Close] {
		d := day{run: r, out: &r.Out.Close}
		d.out.Present, d.out.MayLeave = true, true
		d.ledger()
		d.boxes()
		d.amounts()
	}
}

// change is what was received less what was due (SVC-26, LNG-14). Too little received is a warning
// and no negative change; while either figure is unknown there is nothing to say.
func change(r *stage.Run) {
	received, due := r.Get(casefile.CashReceived), r.Get(casefile.CashDue)
	switch {
	case received == atom.Null || due == atom.Null:
	case received >= due:
		r.Out.Cash = decision.Cash{Present: true, Change: received - due}
	default:
		r.Out.Warnings = append(r.Out.Warnings, decision.Warning{
			Code: casefile.WordCashShort, Level: casefile.WordFault,
			At:   text(r, "cash.received_fen"),
			From: atom.Null, To: atom.Null, Count: atom.Null, Limit: atom.Null,
			Message: r.Message(casefile.WordCashShort), Row: text(r, "SVC-26"),
		})
	}
}

// day is a close being checked.
type day struct {
	run *stage.Run
	out *decision.Close
}

// ledger compares what should be there of each item with what was counted (SHF-18 to SHF-20). Nothing
// said of deliveries or sales means that there were none; an opening or a count that is not told is
// not zero, though: the item is not counted yet.
func (d *day) ledger() {
	rows := &d.run.Case.Rows[casefile.Counters]
	for i := range rows.Len {
		row := rows.Row(i)
		item := atom.ID(row[casefile.CounterItem])
		c := decision.Difference{Item: item, Expected: atom.Null, Counted: row[casefile.CounterCounted], Difference: atom.Null}
		if opening := row[casefile.CounterOpening]; opening != atom.Null {
			c.Expected = opening + orZero(row[casefile.CounterIn]) - orZero(row[casefile.CounterOut])
		}
		if c.Expected == atom.Null || c.Counted == atom.Null {
			d.stay(notCounted, item)
		} else if c.Difference = c.Counted - c.Expected; c.Difference != 0 {
			d.stay(ledgerDiffers, item)
		}
		d.out.Differences = append(d.out.Differences, c)
	}
}

// amounts holds what was taken, deposited, on the bank's slip and in the hall's report against the
// first of these that is known (SHF-27, SHF-28).
func (d *day) amounts() {
	first := int64(atom.Null)
	for _, a := range [...]struct {
		field casefile.Field
		path  string
		note  note
	}{
		{casefile.CloseTakings, "close.takings_fen", depositUneven},
		{casefile.CloseDeposited, "close.deposited_fen", depositUneven},
		{casefile.CloseSlip, "close.slip_fen", slipUneven},
		{casefile.CloseReport, "close.report_fen", slipUneven},
	} {
		switch amount := d.run.Get(a.field); {
		case amount == atom.Null || amount == first:
		case first == atom.Null:
			first = amount
		default:
			d.stay(a.note, text(d.run, a.path))
		}
	}
}

// stay says that nobody leaves yet, and why (SHF-19).
func (d *day) stay(why note, subject atom.ID) {
	d.out.MayLeave = false
	d.run.Machine.Trace = append(d.run.Machine.Trace, program.Fired{
		Section: uint8(vocabulary.InClosing), Decision: text(d.run, "close"), Subject: subject,
		Rule: text(d.run, why.rule), Row: text(d.run, why.row),
	})
}

func text(r *stage.Run, s string) atom.ID { return r.Atoms.Intern([]byte(s)) }

func orZero(n int64) int64 {
	if n == atom.Null {
		return 0
	}
	return n
}
