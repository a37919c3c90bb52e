package casefile

// Field is a scalar of the case, and the number of its slot. The pack's facts follow at NumFields.
type Field uint16

// The scalars, in the contract's order.
const (
	ID Field = iota
	Now
	Channel
	Zone
	Intent

	AgentID
	AgentRole
	AgentContractor
	AgentAuthority

	CustomerSurname
	CustomerForm
	CustomerIsOwner
	CustomerIsUser
	CustomerHasID
	CustomerBrand
	CustomerLanguage
	CustomerLocation
	CustomerEmotion
	CustomerWantsNoContact
	CustomerDoNotContact
	CustomerAsksForLeader
	CustomerAccepts
	CustomerWantsCash
	CustomerConsent

	AccountState
	Claim

	RefundExecutedAt
	RefundToldAt

	ComplaintKind
	ComplaintCause
	ComplaintMotive
	ComplaintState
	ComplaintSeverity
	ComplaintOwner
	ComplaintRung
	ComplaintOpenedAt
	ComplaintFirstAnswerAt
	ComplaintHandedAt
	ComplaintAnsweredAt
	ComplaintLastContactAt
	ComplaintPromisedAt
	ComplaintSolvableNow
	ComplaintNeedsDepartment
	ComplaintPlanMeetsNeed
	ComplaintDemandAboveAuthority
	ComplaintNewFacts
	ComplaintRecordComplete
	ComplaintAgainstOwnTeam

	ServiceKind
	ServiceStartedAt
	ServiceEndedAt
	ServiceOrderedAt
	ServiceInstalledAt
	ServiceExtended

	OfferID
	OfferFee
	OfferValidUntil
	OfferExclusiveChannel
	OfferSelection

	ScenarioID
	ScenarioStep
	ScenarioSilence
	ScenarioOfftopic

	Draft

	CashReceived
	CashDue

	CloseTakings
	CloseDeposited
	CloseSlip
	CloseReport

	NumFields
)

// List is a list of the case.
type List uint8

// The lists. The ranges of all boxes are one list each for used, void and blank, with the box's index as a column.
const (
	Lines List = iota
	Waits
	Stack
	Replies
	Promises
	Transcript
	Counters
	Boxes
	Used
	Void
	Blank

	NumLists
)

// Columns of Lines. Those from LineStatus on are no input: the refund stage fills them, Null until then, but for
// LineCopyOf, which the decoder fills: the index of the line that this one repeats, else Null.
const (
	LineID = iota
	LineItem
	LineCharged
	LineDue
	LineRefunded
	LineCategory
	LineVerification
	LineConfirmedAt
	LineCollectedFor
	LineSubscribed
	LineConsentedBy

	LineStatus
	LineDiff
	LineTotal
	LinePay
	LinePreview
	LineMultiplier

	LineCopyOf

	lineInputs = LineStatus
)

// Columns of Promises.
const (
	PromiseBy = iota
	PromiseAt
	PromiseAmount
	PromiseDueAt
)

// Columns of Transcript.
const (
	TranscriptBy = iota
	TranscriptText
)

// Columns of Counters, the ledger of the daily close.
const (
	CounterItem = iota
	CounterOpening
	CounterIn
	CounterOut
	CounterCounted
)

// Columns of Boxes, the invoice boxes of the daily close.
const (
	BoxID = iota
	BoxFirst
	BoxLast
)

// Columns of Used, Void and Blank. A single serial is a range of one.
const (
	RangeBox = iota // index in Boxes
	RangeFirst
	RangeLast
)

// strides are the columns of a row of each list; lists of plain values have one.
var strides = [NumLists]int{
	Lines: LineCopyOf + 1, Waits: 1, Stack: 1, Replies: 1, Promises: PromiseDueAt + 1, Transcript: TranscriptText + 1,
	Counters: CounterCounted + 1, Boxes: BoxLast + 1, Used: RangeLast + 1, Void: RangeLast + 1, Blank: RangeLast + 1,
}

// Section is an object of the case.
type Section uint8

// The sections.
const (
	Agent Section = iota
	Customer
	Account
	Refund
	Complaint
	Service
	Offer
	Scenario
	Cash
	Close
	Facts

	NumSections
)

var sections = [NumSections]string{
	Agent: "agent", Customer: "customer", Account: "account", Refund: "refund", Complaint: "complaint",
	Service: "service", Offer: "offer", Scenario: "scenario", Cash: "cash", Close: "close", Facts: "facts",
}

// String is the section's path in the contract.
func (s Section) String() string { return sections[s] }
