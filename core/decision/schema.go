package decision

import (
	"koujing/core/atom"
	"koujing/core/casefile"
)

// Shape is how a value of the decision is written.
type Shape uint8

// The shapes.
const (
	Value   Shape = iota // a text, number, time, true or false
	Object               // {…}
	Objects              // [{…}, …]
	Texts                // ["…", …]
	Pair                 // [from, to]
	Named                // {"decision": {"output": value or list, …}, …}
)

// Info says all there is to say about one value of the decision.
type Info struct {
	Path     string // in the contract, with [] for any element: refund.lines[].pay_fen
	Shape    Shape
	Type     casefile.Type // of a value
	Fixed    []atom.ID     // the only texts it may be, when the contract lists them
	Nullable bool          // null where there is none
	Optional bool          // absent where there is nothing to say
}

// Schema is the decision in the order it is written. The writer is made by hand, for speed; a test holds it to this.
func Schema() []Info {
	return []Info{
		{Path: "status", Fixed: []atom.ID{casefile.WordDecided, casefile.WordBlocked, casefile.WordInvalid}},
		{Path: "errors", Shape: Objects, Optional: true},
		{Path: "errors[].code", Fixed: []atom.ID{
			casefile.WordTooBig, casefile.WordBadUTF8, casefile.WordSyntax, casefile.WordTooDeep, casefile.WordDuplicateKey,
			casefile.WordUnknownField, casefile.WordUnknownValue, casefile.WordWrongType, casefile.WordNotInteger,
			casefile.WordNegative, casefile.WordTooLarge, casefile.WordTooMany, casefile.WordBadTime, casefile.WordDueMissing,
			casefile.WordDuplicateLine, casefile.WordMissing, casefile.WordRuleError,
		}},
		{Path: "errors[].path"},
		{Path: "errors[].message"},
		{Path: "gates", Shape: Objects, Optional: true},
		{Path: "gates[].id"},
		{Path: "gates[].blocks"},
		{Path: "gates[].reason"},
		{Path: "gates[].row"},
		{Path: "refund", Shape: Object, Optional: true},
		{Path: "refund.status", Fixed: []atom.ID{
			casefile.WordNone, casefile.WordVerifyFirst, casefile.WordRefuted, casefile.WordPayable,
			casefile.WordNeedsApproval, casefile.WordOffered, casefile.WordSettled, casefile.WordOverdue,
		}},
		{Path: "refund.lines", Shape: Objects},
		{Path: "refund.lines[].id"},
		{Path: "refund.lines[].status", Fixed: []atom.ID{
			casefile.WordRefuted, casefile.WordVerifyFirst, casefile.WordNone, casefile.WordSettled, casefile.WordPayable,
		}},
		{Path: "refund.lines[].diff_fen", Type: casefile.Fen, Nullable: true},
		{Path: "refund.lines[].multiplier", Type: casefile.Int},
		{Path: "refund.lines[].total_fen", Type: casefile.Fen},
		{Path: "refund.lines[].pay_fen", Type: casefile.Fen},
		{Path: "refund.lines[].preview_fen", Type: casefile.Fen},
		{Path: "refund.lines[].rule"},
		{Path: "refund.lines[].flags", Shape: Texts, Fixed: flagWords[:]},
		{Path: "refund.diff_fen", Type: casefile.Fen},
		{Path: "refund.total_fen", Type: casefile.Fen},
		{Path: "refund.pay_fen", Type: casefile.Fen},
		{Path: "refund.preview_fen", Type: casefile.Fen},
		{Path: "refund.means", Fixed: []atom.ID{casefile.WordCredit, casefile.WordCash}},
		{Path: "refund.means_reason"},
		{Path: "refund.approval", Shape: Object},
		{Path: "refund.approval.needed", Type: casefile.Bool},
		{Path: "refund.approval.rung", Type: casefile.Int},
		{Path: "refund.approval.reason"},
		{Path: "refund.due_by", Type: casefile.Time, Nullable: true},
		{Path: "refund.flags", Shape: Texts, Fixed: flagWords[:]},
		{Path: "complaint", Shape: Object, Optional: true},
		{Path: "complaint.state"},
		{Path: "complaint.severity", Fixed: []atom.ID{casefile.WordOrdinary, casefile.WordMajor}},
		{Path: "complaint.owner"},
		{Path: "complaint.rung", Type: casefile.Int},
		{Path: "complaint.next", Shape: Texts},
		{Path: "complaint.escalate", Shape: Object, Nullable: true},
		{Path: "complaint.escalate.to", Type: casefile.Int},
		{Path: "complaint.escalate.role"},
		{Path: "complaint.escalate.parallel", Type: casefile.Bool},
		{Path: "complaint.escalate.allowed", Type: casefile.Bool},
		{Path: "complaint.escalate.reason"},
		{Path: "clocks", Shape: Objects, Optional: true},
		{Path: "clocks[].id", Fixed: []atom.ID{
			casefile.WordFirstAnswer, casefile.WordFinalAnswer, casefile.WordSupport, casefile.WordInterim,
			casefile.WordRefund, casefile.WordInstall, casefile.WordDesk,
		}},
		{Path: "clocks[].due_at", Type: casefile.Time},
		{Path: "clocks[].status", Fixed: []atom.ID{
			casefile.WordMet, casefile.WordOverdue, casefile.WordDueSoon, casefile.WordOK,
		}},
		{Path: "clocks[].remaining_sec", Type: casefile.Span},
		{Path: "scenario", Shape: Object, Optional: true},
		{Path: "scenario.id"},
		{Path: "scenario.title"},
		{Path: "scenario.step"},
		{Path: "scenario.stack", Shape: Texts},
		{Path: "scenario.aim"},
		{Path: "scenario.say", Shape: Objects},
		{Path: "scenario.say[].id"},
		{Path: "scenario.say[].text"},
		{Path: "scenario.say[].gloss"},
		{Path: "scenario.say[].tags", Shape: Texts},
		{Path: "scenario.say[].row"},
		{Path: "scenario.held", Shape: Objects},
		{Path: "scenario.held[].id"},
		{Path: "scenario.held[].missing", Shape: Texts},
		{Path: "scenario.ask", Shape: Objects},
		{Path: "scenario.ask[].field"},
		{Path: "scenario.ask[].label"},
		{Path: "scenario.ask[].gloss"},
		{Path: "scenario.replies", Shape: Objects},
		{Path: "scenario.replies[].id"},
		{Path: "scenario.replies[].label"},
		{Path: "scenario.replies[].gloss"},
		{Path: "scenario.replies[].count"},
		{Path: "scenario.end", Type: casefile.Bool},
		{Path: "scenario.title_gloss"},
		{Path: "scenario.aim_gloss"},
		{Path: "warnings", Shape: Objects, Optional: true},
		{Path: "warnings[].code"},
		{Path: "warnings[].level"},
		{Path: "warnings[].at"},
		{Path: "warnings[].span", Shape: Pair, Nullable: true},
		{Path: "warnings[].text"},
		{Path: "warnings[].count", Type: casefile.Int, Nullable: true},
		{Path: "warnings[].limit", Type: casefile.Int, Nullable: true},
		{Path: "warnings[].message"},
		{Path: "warnings[].suggestion"},
		{Path: "warnings[].row"},
		{Path: "tasks", Shape: Objects, Optional: true},
		{Path: "tasks[].id"},
		{Path: "tasks[].due_at", Type: casefile.Time, Nullable: true},
		{Path: "tasks[].row"},
		{Path: "cash", Shape: Object, Optional: true},
		{Path: "cash.change_fen", Type: casefile.Fen},
		{Path: "close", Shape: Object, Optional: true},
		{Path: "close.may_leave", Type: casefile.Bool},
		{Path: "close.differences", Shape: Objects},
		{Path: "close.differences[].item"},
		{Path: "close.differences[].expected", Type: casefile.Int, Nullable: true},
		{Path: "close.differences[].counted", Type: casefile.Int, Nullable: true},
		{Path: "close.differences[].difference", Type: casefile.Int, Nullable: true},
		{Path: "results", Shape: Named, Optional: true},
		{Path: "trace", Shape: Objects},
		{Path: "trace[].decision"},
		{Path: "trace[].subject"},
		{Path: "trace[].rule"},
		{Path: "trace[].row"},
		{Path: "receipt", Shape: Object},
		{Path: "receipt.engine"},
		{Path: "receipt.pack"},
		{Path: "receipt.case"},
		{Path: "receipt.decision"},
	}
}
