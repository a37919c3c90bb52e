// Package decision is the decision as it goes out: its types, their canonical form, and the table that the published
// schema is made of.
package decision

import "koujing/core/atom"

// Decision is what the engine answers. Texts are atoms; amounts are fen, times seconds since 1970, spans seconds, and
// atom.Null where there is none: it is written as null, and as "" where a text is missing. Sections are absent unless
// they are Present, lists unless they have elements. The slices are reused from one decision to the next.
type Decision struct {
	Status    atom.ID // decided, blocked or invalid
	Errors    []Error
	Gates     []Gate
	Refund    Refund
	Complaint Complaint
	Clocks    []Clock
	Scenario  Scenario
	Warnings  []Warning
	Tasks     []Task
	Cash      Cash
	Close     Close
	Results   Results
	Trace     []Fired
	Receipt   Receipt
	forms     *forms
}

// Reset empties the decision, but for its receipt, and keeps its memory.
func (d *Decision) Reset() {
	d.Status = atom.Empty
	d.Errors, d.Gates, d.Clocks = d.Errors[:0], d.Gates[:0], d.Clocks[:0]
	d.Refund = Refund{Lines: d.Refund.Lines[:0]}
	d.Complaint = Complaint{Next: d.Complaint.Next[:0]}
	d.Scenario = Scenario{
		Stack: d.Scenario.Stack[:0], Say: d.Scenario.Say[:0], Held: d.Scenario.Held[:0],
		Ask: d.Scenario.Ask[:0], Replies: d.Scenario.Replies[:0],
	}
	d.Warnings, d.Tasks, d.Trace = d.Warnings[:0], d.Tasks[:0], d.Trace[:0]
	d.Cash = Cash{}
	d.Close = Close{Differences: d.Close.Differences[:0]}
	r := &d.Results
	r.decisions, r.outputs, r.values = r.decisions[:0], r.outputs[:0], r.values[:0]
}

// Error is one thing wrong with the case, or a rule that could not be worked out.
type Error struct {
	Code    atom.ID
	Path    atom.ID // in the case; of a rule_error the rule's id
	Message atom.ID // in the pack's locale
}

// Gate is a reason why nothing may be sold or booked.
type Gate struct {
	ID, Blocks, Reason, Row atom.ID
}

// Refund is what is to be returned (rows REF-01 to REF-37).
type Refund struct {
	Present     bool
	Status      atom.ID // none, verify_first, refuted, payable, needs_approval, offered, settled or overdue
	Lines       []RefundLine
	Diff        int64
	Total       int64
	Pay         int64
	Preview     int64
	Means       atom.ID // credit or cash
	MeansReason atom.ID
	Approval    Approval
	DueBy       int64
	Flags       Flags
}

// RefundLine is what is to be returned for one line of the bill.
type RefundLine struct {
	ID         atom.ID
	Status     atom.ID // refuted, verify_first, none, settled or payable
	Diff       int64   // charged less due, may be negative; Null while due is unknown
	Multiplier int64
	Total      int64
	Pay        int64
	Preview    int64   // what a pending line would pay
	Rule       atom.ID // the rule that gave the multiplier
	Flags      Flags
}

// Approval says who has to agree before a refund is paid.
type Approval struct {
	Needed bool
	Rung   int64
	Reason atom.ID
}

// Complaint is the complaint as the rules see it now, and where it may go.
type Complaint struct {
	Present  bool
	State    atom.ID
	Severity atom.ID // ordinary or major
	Owner    atom.ID
	Rung     int64
	Next     []atom.ID // states
	Escalate Escalate
}

// Escalate is a step up the ladder; written as null unless Present.
type Escalate struct {
	Present  bool
	To       int64 // rung
	Role     atom.ID
	Parallel bool // every rung up to that one at once
	Allowed  bool
	Reason   atom.ID
}

// Clock is one running or stopped deadline.
type Clock struct {
	ID        atom.ID
	DueAt     int64
	Status    atom.ID // met, overdue, due_soon or ok
	Remaining int64   // seconds; 0 if met, negative if overdue
}

// Scenario is where the talk stands.
type Scenario struct {
	Present    bool
	ID         atom.ID
	Title      atom.ID
	Step       atom.ID
	Stack      []atom.ID
	Aim        atom.ID
	Say        []Say
	Held       []Held
	Ask        []Ask
	Replies    []Reply
	End        bool
	TitleGloss atom.ID
	AimGloss   atom.ID
}

// Say is a line to be said now.
type Say struct {
	ID, Text, Gloss atom.ID
	Tags            []atom.ID // not copied: usually the program's own
	Row             atom.ID
}

// Held is a line that cannot be said, since something it speaks of is unknown.
type Held struct {
	ID      atom.ID
	Missing []atom.ID // names
}

// AddHeld adds a held line and returns it, its Missing empty but with the memory of an earlier decision's. It is valid
// until the next AddHeld.
func (s *Scenario) AddHeld(id atom.ID) *Held {
	n := len(s.Held)
	if n < cap(s.Held) {
		s.Held = s.Held[:n+1]
	} else {
		s.Held = append(s.Held, Held{})
	}
	h := &s.Held[n]
	h.ID, h.Missing = id, h.Missing[:0]
	return h
}

// Ask is a field the agent is to fill in.
type Ask struct {
	Field atom.ID // its path in the case
	Label atom.ID
	Gloss atom.ID
}

// Reply is an answer of the customer that the track knows.
type Reply struct {
	ID    atom.ID
	Label atom.ID
	Gloss atom.ID
	Count atom.ID // the counter of scenario.counters to which the caller adds one
}

// Warning is something wrong with what is said, written or handed over.
type Warning struct {
	Code       atom.ID
	Level      atom.ID
	At         atom.ID // path in the case
	From, To   int64   // in code points; From Null: no span
	Text       atom.ID
	Count      int64 // Null: nothing was counted
	Limit      int64 // Null: no limit
	Message    atom.ID
	Suggestion atom.ID
	Row        atom.ID
}

// Task is something for the caller to do.
type Task struct {
	ID    atom.ID
	DueAt int64
	Row   atom.ID
}

// Cash is a payment at the counter (row SVC-26).
type Cash struct {
	Present bool
	Change  int64
}

// Close is the daily close of a hall.
type Close struct {
	Present     bool
	MayLeave    bool
	Differences []Difference
}

// Difference is one item of the ledger.
type Difference struct {
	Item       atom.ID
	Expected   int64
	Counted    int64
	Difference int64
}

// Fired is a rule that fired: a line of the trace.
type Fired struct {
	Decision, Subject, Rule, Row atom.ID
}

// Receipt names what was computed from what, by SHA-256.
type Receipt struct {
	Engine, Pack, Case, Decision [32]byte
}
