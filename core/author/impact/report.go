package impact

import (
	"cmp"
	"slices"
)

// Report is what a tally comes to, in the form that is written as JSON. Counts are cases unless they say otherwise, sums
// are whole fen. Lists are in a fixed order and never null.
type Report struct {
	From     Pack  `json:"from"`
	To       Pack  `json:"to"`
	Complete bool  `json:"complete"` // false: the input was not read to its end
	Skipped  int64 `json:"skipped"`  // lines of a log that keep no case
	Cases    int64 `json:"cases"`
	Changed  int64 `json:"changed"`
	// Unchanged decisions are the same to the byte, the receipt left out.
	Unchanged int64   `json:"unchanged"`
	Invalid   Invalid `json:"invalid"`
	// Changes are the ways in which cases changed, in a fixed order; a case stands in each that applies.
	Changes []Seen `json:"changes"`
	// The sums of the cases that neither pack finds invalid.
	Pay     Sum `json:"pay"`     // refund.pay_fen
	Total   Sum `json:"total"`   // refund.total_fen
	Preview Sum `json:"preview"` // refund.preview_fen

	Rules      []RuleChange     `json:"by_rule"`     // bill lines' rules first, the most fen first
	Categories []CategoryChange `json:"by_category"` // the most fen first
	Gates      []GateChange     `json:"gates"`
	Clocks     []ClockChange    `json:"clocks"`
	Tasks      []TaskChange     `json:"tasks"`
	Warnings   []WarningChange  `json:"warnings"`
	Results    []ResultChange   `json:"results"`

	// What was one thing and is another, the most frequent first. "" is nothing at all.
	Status     []Turn `json:"status"`
	Refund     []Turn `json:"refund_status"`
	Means      []Turn `json:"means"`
	Approval   []Turn `json:"approval_rung"` // "0": none needed
	Severity   []Turn `json:"severity"`
	Escalation []Turn `json:"escalation_rung"` // "0": none
	Talk       []Turn `json:"talk"`            // track/step

	Largest []LargeChange `json:"largest"` // the twenty cases with the most fen, to be paid, then owed, then previewed
}

// Pack names one of the two packs.
type Pack struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Digest  string `json:"digest"` // "sha256:" and 64 hex digits
}

// Where is a case and where it stands in the input. Nothing else of a case is told.
type Where struct {
	Case string `json:"case"` // its id, "" if it has none
	File string `json:"file"`
	Line int64  `json:"line"` // from 1
}

// Invalid counts the cases without a decision.
type Invalid struct {
	Both       int64 `json:"both"`
	Newly      int64 `json:"newly"`
	NoLonger   int64 `json:"no_longer"`
	NewlyPay   int64 `json:"newly_pay_fen"`     // what those newly invalid were paid: in no sum of the report
	NoLongPay  int64 `json:"no_longer_pay_fen"` // what those no longer invalid are paid: in no sum of the report
	NewlyFirst []Bad `json:"newly_first"`       // the first twenty
}

// Bad is a case that is newly invalid, with its first error.
type Bad struct {
	Where
	Code string `json:"code"`
	Path string `json:"path"` // in the case; of a rule_error the rule's id
}

// Seen counts cases, and names the first.
type Seen struct {
	Kind  string `json:"kind"`
	Cases int64  `json:"cases"`
	First Where  `json:"first"`
}

// Flow is fen more and fen less, each with the cases.
type Flow struct {
	More      int64 `json:"more_fen"`
	Less      int64 `json:"less_fen"` // positive
	MoreCases int64 `json:"more_cases"`
	LessCases int64 `json:"less_cases"`
	Net       int64 `json:"net_fen"` // more less less
}

// Sum is a flow with what it was and is altogether.
type Sum struct {
	From int64 `json:"from_fen"`
	To   int64 `json:"to_fen"`
	Flow
}

// RuleChange is a rule that fired with one of the packs only, or with both and answers otherwise.
type RuleChange struct {
	Decision  string `json:"decision"`
	Rule      string `json:"rule"`
	FromOnly  int64  `json:"from_only"`
	ToOnly    int64  `json:"to_only"`
	Otherwise int64  `json:"otherwise"`
	// Of tells whose fen these are: "line" those of the bill lines it was asked about, "case" those of the cases, whatever
	// the reason. Only the former may be added up over rules.
	Of      string `json:"of"`
	Pay     Flow   `json:"pay"`
	Total   Flow   `json:"total"`
	Preview Flow   `json:"preview"`
	First   Where  `json:"first"`
}

// CategoryChange is what becomes of the bill lines of a category.
type CategoryChange struct {
	Category string `json:"category"`
	Cases    int64  `json:"cases"`
	Lines    int64  `json:"lines"`
	Pay      Flow   `json:"pay"`
	Total    Flow   `json:"total"`
	Preview  Flow   `json:"preview"`
	First    Where  `json:"first"`
}

// GateChange is a gate that closed or opened.
type GateChange struct {
	ID     string `json:"id"`
	Closed int64  `json:"closed"`
	Opened int64  `json:"opened"`
	First  Where  `json:"first"`
}

// ClockChange is what became of a clock.
type ClockChange struct {
	ID       string `json:"id"`
	Breached int64  `json:"breached"`           // overdue, and was not
	Kept     int64  `json:"no_longer_breached"` // was overdue, and is not
	Earlier  int64  `json:"due_earlier"`
	Later    int64  `json:"due_later"`
	New      int64  `json:"new"`
	Gone     int64  `json:"gone"`
	First    Where  `json:"first"`
}

// TaskChange is a task that is there now, is not any more, or is due at another time.
type TaskChange struct {
	ID    string `json:"id"`
	New   int64  `json:"new"`
	Gone  int64  `json:"gone"`
	Moved int64  `json:"due_moved"`
	First Where  `json:"first"`
}

// WarningChange is a warning that is there now, or is not any more.
type WarningChange struct {
	Code  string `json:"code"`
	New   int64  `json:"new"`
	Gone  int64  `json:"gone"`
	First Where  `json:"first"`
}

// ResultChange is a decision of the operator's own with another result.
type ResultChange struct {
	Decision string `json:"decision"`
	Cases    int64  `json:"cases"`
	First    Where  `json:"first"`
}

// Turn is how many cases went from one value to another.
type Turn struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Cases int64  `json:"cases"`
	First Where  `json:"first"`
}

// RuleTurn is what became of a rule in one case: from_only, to_only or otherwise.
type RuleTurn struct {
	Decision string `json:"decision"`
	Rule     string `json:"rule"`
	How      string `json:"how"`
}

var howNames = [...]string{gone: "from_only", fresh: "to_only", otherwise: "otherwise"}

// LargeChange is one case with a difference in fen, and why.
type LargeChange struct {
	Where
	PayFrom     int64      `json:"pay_from_fen"`
	PayTo       int64      `json:"pay_to_fen"`
	TotalFrom   int64      `json:"total_from_fen"`
	TotalTo     int64      `json:"total_to_fen"`
	PreviewFrom int64      `json:"preview_from_fen"`
	PreviewTo   int64      `json:"preview_to_fen"`
	Changes     []string   `json:"changes"` // kinds
	Rules       []RuleTurn `json:"rules"`
}

// Report writes the tally down. files are the names behind Place.File; without one a place has no file. Packs and
// Complete are the caller's to fill in. The error is ErrTooLarge.
func (t *Tally) Report(files []string) (*Report, error) {
	if t.tooLarge {
		return nil, ErrTooLarge
	}
	p := printer{files}
	r := &Report{
		Complete: true, Skipped: t.skipped, Cases: t.cases, Changed: t.changed, Unchanged: t.cases - t.changed,
		Invalid: Invalid{Both: t.invalid, Newly: t.kinds[NewlyInvalid].n, NoLonger: t.kinds[NoLongerInvalid].n,
			NewlyPay: t.lostPay, NoLongPay: t.foundPay, NewlyFirst: []Bad{}},
		Changes: []Seen{},
		Pay:     Sum{t.from[pay], t.to[pay], t.amounts[pay].print()},
		Total:   Sum{t.from[total], t.to[total], t.amounts[total].print()},
		Preview: Sum{t.from[preview], t.to[preview], t.amounts[preview].print()},
		Rules:   []RuleChange{}, Categories: []CategoryChange{}, Gates: []GateChange{}, Clocks: []ClockChange{},
		Tasks: []TaskChange{}, Warnings: []WarningChange{}, Results: []ResultChange{}, Largest: []LargeChange{},
		Status: []Turn{}, Refund: []Turn{}, Means: []Turn{}, Approval: []Turn{}, Severity: []Turn{}, Escalation: []Turn{}, Talk: []Turn{},
	}
	for _, b := range t.broken {
		r.Invalid.NewlyFirst = append(r.Invalid.NewlyFirst, Bad{p.where(b.at, b.name), b.code, b.path})
	}
	for k := range kinds {
		if s := &t.kinds[k]; s.n > 0 {
			r.Changes = append(r.Changes, Seen{k.String(), s.n, p.where(s.at, s.name)})
		}
	}
	for _, row := range t.sorted() {
		p.row(r, row)
	}
	for _, l := range t.largest {
		r.Largest = append(r.Largest, LargeChange{p.where(l.at, l.name), l.from.Pay, l.to.Pay, l.from.Total, l.to.Total,
			l.from.Preview, l.to.Preview, l.kinds.Names(), l.rules})
	}
	return r, nil
}

// sorted lists the rows as a report has them: what moves the most fen first, then what concerns the most cases.
func (t *Tally) sorted() []*row {
	list := make([]*row, 0, len(t.rows))
	for _, r := range t.rows {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *row) int {
		by := cmp.Compare(a.group, b.group)
		if by == 0 && a.perLine != b.perLine {
			if a.perLine {
				return -1
			}
			return 1
		}
		if a.perLine {
			for i := range amounts {
				by = cmp.Or(by, -cmp.Compare(a.amounts[i].moved(), b.amounts[i].moved()))
			}
		}
		return cmp.Or(by, -cmp.Compare(a.first.n, b.first.n), cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b))
	})
	return list
}

// moved is all fen that move, whichever way. Each of the two is below 2^63, so the sum has room.
func (f *flow) moved() uint64 { return uint64(f.more) + uint64(f.less) }

func (f *flow) print() Flow {
	return Flow{f.more, f.less, f.moreCases, f.lessCases, f.more - f.less}
}

type printer struct{ files []string }

func (p printer) where(at Place, id string) Where {
	w := Where{Case: id, Line: at.Line}
	if at.File < len(p.files) {
		w.File = p.files[at.File]
	}
	return w
}

func (p printer) row(r *Report, x *row) {
	first := p.where(x.first.at, x.first.name)
	payFlow, totalFlow, previewFlow := x.amounts[pay].print(), x.amounts[total].print(), x.amounts[preview].print()
	turn := func(list *[]Turn) { *list = append(*list, Turn{x.a, x.b, x.n[cases], first}) }
	switch x.group {
	case byRule:
		of := "case"
		if x.perLine {
			of = "line"
		}
		r.Rules = append(r.Rules, RuleChange{x.a, x.b, x.n[gone], x.n[fresh], x.n[otherwise], of, payFlow, totalFlow, previewFlow, first})
	case byCategory:
		r.Categories = append(r.Categories, CategoryChange{x.a, x.n[cases], x.n[lines], payFlow, totalFlow, previewFlow, first})
	case byGate:
		r.Gates = append(r.Gates, GateChange{x.a, x.n[fresh], x.n[gone], first})
	case byClock:
		r.Clocks = append(r.Clocks, ClockChange{x.a, x.n[breached], x.n[kept], x.n[earlier], x.n[later], x.n[begun], x.n[ended], first})
	case byTask:
		r.Tasks = append(r.Tasks, TaskChange{x.a, x.n[fresh], x.n[gone], x.n[moved], first})
	case byWarning:
		r.Warnings = append(r.Warnings, WarningChange{x.a, x.n[fresh], x.n[gone], first})
	case byResult:
		r.Results = append(r.Results, ResultChange{x.a, x.n[cases], first})
	case statusTurn:
		turn(&r.Status)
	case refundTurn:
		turn(&r.Refund)
	case meansTurn:
		turn(&r.Means)
	case approvalTurn:
		turn(&r.Approval)
	case severityTurn:
		turn(&r.Severity)
	case escalateTurn:
		turn(&r.Escalation)
	case talkTurn:
		turn(&r.Talk)
	}
}
