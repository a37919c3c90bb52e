package impact

// Kind is one way in which two decisions differ. Its name is stable, for machines.
type Kind uint8

// The kinds, in the order of a report. A case counts for each that applies.
const (
	NewlyInvalid    Kind = iota // decided or blocked before, invalid now: its amounts are in no sum
	NoLongerInvalid             // the other way round
	Errors                      // invalid both times, for other reasons
	Status                      // decided became blocked or the other way round
	Gates                       // a gate closed or opened
	Pay                         // refund.pay_fen
	Total                       // refund.total_fen
	Preview                     // refund.preview_fen
	RefundStatus
	Means
	Approval      // needed or not, and by which rung
	RefundDue     // refund.due_by
	RefundOther   // anything else in the refund: flags, factors, reasons
	Severity      // of the complaint
	Escalation    // to which rung, or not at all
	Complaint     // anything else in the complaint
	ClockBreached // overdue now, and was not
	ClockKept     // was overdue, and is not any more
	ClockDue      // due at another time
	Clocks        // anything else of the clocks: one more, one less, due soon or not
	Track         // another talk track
	Step          // another step of the same track
	Talk          // the same step says, asks or offers something else
	Warnings
	Tasks
	Cash
	Close
	Results // of the operator's own decisions
	Rules   // a rule fired that did not, or the other way round
	Texts   // nothing but words: a reason, a message, a catalogue row
	kinds
)

var kindNames = [kinds]string{
	"newly_invalid", "no_longer_invalid", "errors", "status", "gates", "refund.pay", "refund.total", "refund.preview",
	"refund.status", "refund.means", "refund.approval", "refund.due_by", "refund.other", "complaint.severity",
	"complaint.escalation", "complaint.other", "clocks.breached", "clocks.no_longer_breached", "clocks.due", "clocks.other",
	"talk.track", "talk.step", "talk.lines", "warnings", "tasks", "cash", "close", "results", "rules", "texts",
}

// String is the kind's name.
func (k Kind) String() string { return kindNames[k] }

// Kinds is a set of them.
type Kinds uint32

// Has says whether a kind is in the set.
func (s Kinds) Has(k Kind) bool { return s>>k&1 != 0 }

func (s *Kinds) add(k Kind) { *s |= 1 << k }

// addIf adds a kind where it applies.
func (s *Kinds) addIf(is bool, k Kind) {
	if is {
		s.add(k)
	}
}

// Names lists the set in the order of a report.
func (s Kinds) Names() []string {
	names := []string{}
	for k := range kinds {
		if s.Has(k) {
			names = append(names, k.String())
		}
	}
	return names
}

// The amounts of a decision, as places in a list of three.
const (
	pay = iota
	total
	preview
	amounts
)

// fen are the three amounts of a refund, or what they differ by.
type fen [amounts]int64

// group is what a count is about.
type group uint8

const (
	byRule       group = iota // decision, rule
	byCategory                // category of a bill line
	byGate                    // id
	byClock                   // id
	byTask                    // id
	byWarning                 // code
	byResult                  // own decision
	statusTurn                // from, to, and so on for the turns
	refundTurn                //
	meansTurn                 //
	approvalTurn              // rung, 0 for none
	severityTurn              //
	escalateTurn              // rung, 0 for none
	talkTurn                  // track/step
)

// What is counted of a group. Turns count cases, which is the first.
const (
	cases = 0

	gone      = 0 // the rule fired with the first pack only; the gate opened; the task or warning is not there any more
	fresh     = 1 // the other way round
	otherwise = 2 // the rule fired with both, and answers otherwise
	moved     = 2 // the task is due at another time

	lines = 1 // of a category, besides its cases

	breached  = 0 // the clock
	kept      = 1
	earlier   = 2
	later     = 3
	begun     = 4
	ended     = 5
	countings = 6
)
