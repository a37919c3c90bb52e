package impact

import (
	"bytes"
	"errors"

	"koujing/core/money"
)

var (
	// ErrNoDecision is returned for a text that is no decision of the engine.
	ErrNoDecision = errors.New("impact: this is no decision")
	// ErrTooLarge is returned when an amount or a sum is beyond int64. No sum is ever wrapped.
	ErrTooLarge = errors.New("impact: the sums are beyond what fen can be counted in")
)

// Outcome is what came of a case with one of the packs.
type Outcome struct {
	Invalid             bool
	Pay, Total, Preview int64 // fen; 0 where there is no refund
}

// Change is how two decisions on one case differ. The zero Kinds: not at all.
type Change struct {
	Case     []byte // the case's id, "" if it has none
	Kinds    Kinds
	From, To Outcome

	delta   fen
	error   item // of a case that is invalid now: code and path
	entries []entry
}

// entry is one row of a report that a case counts in.
type entry struct {
	group   group
	perLine bool // the fen are those of bill lines, not of the whole case
	a, b    []byte
	n       [countings]int64
	more    fen
	less    fen // positive
}

// Comparer compares decisions, one pair at a time. The zero Comparer is ready; it keeps its memory from one pair to the next.
type Comparer struct {
	r        cursor
	from, to view
	who      customer
	lists    [sections][2][]item // of the sections that differ: those of from, those of to
	change   Change
	failed   error
}

// Compare says how the decision of the second pack on a case differs from that of the first. Texts are what the engine was
// given and what it answered. The change is valid until the next Compare, and as long as the texts are. Errors:
// ErrNoDecision, ErrTooLarge.
func (c *Comparer) Compare(caseJSON, from, to []byte) (*Change, error) {
	ch := &c.change
	*ch = Change{entries: ch.entries[:0]}
	c.failed = nil
	same := bytes.Equal(body(from), body(to))
	if !c.from.read(&c.r, from, same) {
		return nil, ErrNoDecision
	}
	if same {
		ch.From = c.from.outcome()
		ch.To = ch.From
		return ch, nil
	}
	if !c.to.read(&c.r, to, false) {
		return nil, ErrNoDecision
	}
	for i := range c.lists {
		c.lists[i][0], c.lists[i][1] = c.lists[i][0][:0], c.lists[i][1][:0]
	}
	ch.From, ch.To = c.from.outcome(), c.to.outcome()
	c.who.read(caseJSON)
	ch.Case = c.who.id
	if ch.From.Invalid || ch.To.Invalid {
		c.invalid(ch)
	} else {
		for i := range amounts {
			ch.delta[i] = c.sub(c.to.sums[i], c.from.sums[i])
		}
		c.sections(ch)
	}
	if c.failed == nil && c.r.failed {
		c.failed = ErrNoDecision
	}
	if c.failed != nil {
		return nil, c.failed
	}
	if ch.Kinds == 0 {
		ch.Kinds.add(Texts)
	}
	return ch, nil
}

func (v *view) outcome() Outcome {
	return Outcome{Invalid: v.invalid(), Pay: v.sums[pay], Total: v.sums[total], Preview: v.sums[preview]}
}

func (c *Comparer) sub(a, b int64) int64 {
	d, ok := money.Sub(money.Fen(a), money.Fen(b))
	if !ok {
		c.failed = ErrTooLarge
	}
	return int64(d)
}

// move adds a difference to an entry, fen more and fen less apart: lines are never netted.
func (c *Comparer) move(e *entry, delta fen) {
	for i, d := range delta {
		side := &e.more[i]
		if d < 0 {
			side, d = &e.less[i], -d
		}
		sum, ok := money.Add(money.Fen(*side), money.Fen(d))
		if !ok {
			c.failed = ErrTooLarge
		}
		*side = int64(sum)
	}
}

// invalid compares where there is nothing to compare: an invalid decision has no sections and no amounts.
func (c *Comparer) invalid(ch *Change) {
	switch {
	case !ch.From.Invalid:
		ch.Kinds.add(NewlyInvalid)
		if list := c.r.items(c.lists[inErrors][1], c.to.at[inErrors]); len(list) > 0 {
			ch.error = item{id: plain(list[0].id), whole: plain(c.r.value(list[0].whole, "path"))}
		}
	case !ch.To.Invalid:
		ch.Kinds.add(NoLongerInvalid)
	default:
		ch.Kinds.add(Errors)
	}
	c.turn(statusTurn, c.from.status, c.to.status)
}
