package casefile

import "koujing/core/atom"

// The words of the contract and of the core's own rules. They are the first atoms of every table, so that their IDs are
// constants and the stages compare texts as integers.
const (
	_ atom.ID = iota // the empty text

	// lines[].verification
	WordPending
	WordConfirmed
	WordRefuted

	// channel
	WordHall
	WordHotline
	WordOutbound
	WordOnline

	// customer.location
	WordHome
	WordRoaming
	WordAbroad

	// customer.emotion
	WordCalm
	WordUpset
	WordHeated

	// customer.accepts
	WordYes
	WordNo
	WordUnasked

	// customer.consent; none is a refund's status, too
	WordNone
	WordGiven
	WordRefused

	// account.state; closed is a complaint's state, too
	WordActive
	WordSuspended
	WordClosed

	// lines[].collected_for
	WordOperator
	WordThirdParty

	// lines[].consented_by; other is the category of a line without one, too
	WordOwner
	WordOther
	WordNobody
	WordUnknown

	// complaint.cause
	WordCustomer
	WordStaff
	WordProduct
	WordDealer

	// complaint.motive
	WordVent
	WordRespect
	WordCompensation

	// complaint.state, the states that clocks and transitions know
	WordTakenIn
	WordAnalysis
	WordWorking
	WordWithSupport
	WordSettled
	WordAnswered

	// complaint.severity
	WordOrdinary
	WordMajor

	// a decision's status
	WordDecided
	WordBlocked
	WordInvalid

	// a refund's status, with none, refuted and settled
	WordVerifyFirst
	WordPayable
	WordNeedsApproval
	WordOffered
	WordOverdue

	// a refund's means
	WordCredit
	WordCash

	// flags of a refund and of its lines
	WordCashOnApproval
	WordClaimAboveTotal
	WordDueUnknown
	WordDuplicateLine
	WordExecutedNotBooked
	WordOverpaidBefore
	WordReviewCategory

	// clocks
	WordFirstAnswer
	WordFinalAnswer
	WordSupport
	WordInterim
	WordRefund
	WordInstall
	WordDesk

	// a clock's status, with overdue
	WordMet
	WordDueSoon
	WordOK

	// what gates block, and the tags of lines they withhold
	WordBooking
	WordSell
	WordBook

	// reasons and warnings the core gives
	WordAboveAuthority
	WordAccountClosed
	WordRecordFirst
	WordUnknownReply
	WordCashShort
	WordFault
	WordWarning

	// codes of an invalid case, but for duplicate_line
	WordTooBig
	WordBadUTF8
	WordSyntax
	WordTooDeep
	WordDuplicateKey
	WordUnknownField
	WordUnknownValue
	WordWrongType
	WordNotInteger
	WordNegative
	WordTooLarge
	WordTooMany
	WordBadTime
	WordDueMissing
	WordMissing
	WordRuleError

	numWords
)

var words = [numWords]string{
	WordPending: "pending", WordConfirmed: "confirmed", WordRefuted: "refuted",
	WordHall: "hall", WordHotline: "hotline", WordOutbound: "outbound", WordOnline: "online",
	WordHome: "home", WordRoaming: "roaming", WordAbroad: "abroad",
	WordCalm: "calm", WordUpset: "upset", WordHeated: "heated",
	WordYes: "yes", WordNo: "no", WordUnasked: "unasked",
	WordNone: "none", WordGiven: "given", WordRefused: "refused",
	WordActive: "active", WordSuspended: "suspended", WordClosed: "closed",
	WordOperator: "operator", WordThirdParty: "third_party",
	WordOwner: "owner", WordOther: "other", WordNobody: "nobody", WordUnknown: "unknown",
	WordCustomer: "customer", WordStaff: "staff", WordProduct: "product", WordDealer: "dealer",
	WordVent: "vent", WordRespect: "respect", WordCompensation: "compensation",
	WordTakenIn: "taken_in", WordAnalysis: "analysis", WordWorking: "working",
	WordWithSupport: "with_support", WordSettled: "settled", WordAnswered: "answered",
	WordOrdinary: "ordinary", WordMajor: "major",
	WordDecided: "decided", WordBlocked: "blocked", WordInvalid: "invalid",
	WordVerifyFirst: "verify_first", WordPayable: "payable", WordNeedsApproval: "needs_approval",
	WordOffered: "offered", WordOverdue: "overdue",
	WordCredit: "credit", WordCash: "cash",
	WordCashOnApproval: "cash_on_approval", WordClaimAboveTotal: "claim_above_total", WordDueUnknown: "due_unknown",
	WordDuplicateLine: DuplicateLine, WordExecutedNotBooked: "executed_not_booked",
	WordOverpaidBefore: "overpaid_before", WordReviewCategory: "review_category",
	WordFirstAnswer: "first_answer", WordFinalAnswer: "final_answer", WordSupport: "support", WordInterim: "interim",
	WordRefund: "refund", WordInstall: "install", WordDesk: "desk",
	WordMet: "met", WordDueSoon: "due_soon", WordOK: "ok",
	WordBooking: "booking", WordSell: "sell", WordBook: "book",
	WordAboveAuthority: "above_authority", WordAccountClosed: "account_closed", WordRecordFirst: "record_first",
	WordUnknownReply: "unknown_reply", WordCashShort: "cash_short", WordFault: "fault", WordWarning: "warning",
	WordTooBig: TooBig, WordBadUTF8: BadUTF8, WordSyntax: Syntax, WordTooDeep: TooDeep, WordDuplicateKey: DuplicateKey,
	WordUnknownField: UnknownField, WordUnknownValue: UnknownValue, WordWrongType: WrongType,
	WordNotInteger: NotInteger, WordNegative: Negative, WordTooLarge: TooLarge, WordTooMany: TooMany,
	WordBadTime: BadTime, WordDueMissing: DueMissing, WordMissing: Missing, WordRuleError: "rule_error",
}

// NewTable returns a table of atoms that begins with the words of this package.
func NewTable() *atom.Table {
	t := atom.New()
	for _, w := range words[1:] {
		t.Fix(w)
	}
	return t
}

// Word is the text of one of this package's words, "" for any other atom.
func Word(id atom.ID) string {
	if uint64(id) >= uint64(numWords) {
		return ""
	}
	return words[id]
}
