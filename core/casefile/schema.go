package casefile

import "koujing/core/atom"

// Type is what a value of the case is. In a slot every value is an integer.
type Type uint8

// The types. Int, Fen and Span are all integers to a rule; the names say what they count.
const (
	Text Type = iota
	Int
	Fen
	Bool
	Time // seconds since 1970
	Span // seconds
)

// Place is where a value of the case goes.
type Place uint8

// The places.
const (
	Scalar  Place = iota // a slot
	Column               // a column of a list; the only one, of a list of plain values
	Objects              // a list of objects
	Plain                // a list of plain values
	Ranges               // a list of serials and of [first, last] pairs
)

// Info says all there is to say about one value of the case. The decoder, the names a rule may use, the JSON Schema and
// the TypeScript types are all read off it.
type Info struct {
	Path   string // in the contract, with [] for any element: lines[].due_fen
	Place  Place
	Field  Field // of a scalar; facts count on from NumFields
	List   List  // of a list and of a column
	Column int   // of a column
	Type   Type  // of a scalar and of a column

	Required bool  // absent is an error
	Nullable bool  // absent is Null
	Default  int64 // else absent is this
	Signed   bool  // may be below zero
	Unnamed  bool  // "" is absent
	Derived  bool  // no input: filled in by a stage, and Null before

	Fixed  []atom.ID // the only texts it may be, when the contract lists them
	Choice string    // the list of the pack whose values it may be; any text when the pack has no such list
}

// choiceOfScenarios is no list of the pack: the values are the ids of its talk tracks, and it is never absent.
const choiceOfScenarios = "scenario"

var (
	channels      = []atom.ID{WordHall, WordHotline, WordOutbound, WordOnline}
	locations     = []atom.ID{WordHome, WordRoaming, WordAbroad}
	emotions      = []atom.ID{WordCalm, WordUpset, WordHeated}
	acceptances   = []atom.ID{WordYes, WordNo, WordUnasked}
	consents      = []atom.ID{WordNone, WordGiven, WordRefused}
	accountStates = []atom.ID{WordActive, WordSuspended, WordClosed}
	verifications = []atom.ID{WordPending, WordConfirmed, WordRefuted}
	collectors    = []atom.ID{WordOperator, WordThirdParty}
	consenters    = []atom.ID{WordOwner, WordOther, WordNobody, WordUnknown}
	causes        = []atom.ID{WordCustomer, WordStaff, WordProduct, WordDealer}
	motives       = []atom.ID{WordVent, WordRespect, WordCompensation}
	severities    = []atom.ID{WordOrdinary, WordMajor}
	lineStatuses  = []atom.ID{WordRefuted, WordVerifyFirst, WordNone, WordSettled, WordPayable}
)

// table is the case, in the contract's order.
var table = [...]Info{
	{Path: "id", Field: ID, Nullable: true},
	{Path: "now", Field: Now, Type: Time, Required: true},
	{Path: "channel", Field: Channel, Nullable: true, Fixed: channels},
	{Path: "zone", Field: Zone, Nullable: true, Choice: "zone"},
	{Path: "intent", Field: Intent, Nullable: true},

	{Path: "agent.id", Field: AgentID, Nullable: true},
	{Path: "agent.role", Field: AgentRole, Nullable: true, Choice: "role"},
	{Path: "agent.contractor", Field: AgentContractor, Type: Bool},
	{Path: "agent.authority_fen", Field: AgentAuthority, Type: Fen, Nullable: true},

	{Path: "customer.surname", Field: CustomerSurname, Nullable: true},
	{Path: "customer.form", Field: CustomerForm, Nullable: true, Choice: "form"},
	{Path: "customer.is_owner", Field: CustomerIsOwner, Type: Bool, Nullable: true},
	{Path: "customer.is_user", Field: CustomerIsUser, Type: Bool, Nullable: true},
	{Path: "customer.has_id", Field: CustomerHasID, Type: Bool, Nullable: true},
	{Path: "customer.brand", Field: CustomerBrand, Nullable: true, Choice: "brand"},
	{Path: "customer.language", Field: CustomerLanguage, Nullable: true},
	{Path: "customer.location", Field: CustomerLocation, Nullable: true, Fixed: locations},
	{Path: "customer.emotion", Field: CustomerEmotion, Default: int64(WordCalm), Fixed: emotions},
	{Path: "customer.wants_no_contact", Field: CustomerWantsNoContact, Type: Bool},
	{Path: "customer.do_not_contact", Field: CustomerDoNotContact, Type: Bool},
	{Path: "customer.asks_for_leader", Field: CustomerAsksForLeader, Type: Bool},
	{Path: "customer.accepts", Field: CustomerAccepts, Default: int64(WordUnasked), Fixed: acceptances},
	{Path: "customer.wants_cash", Field: CustomerWantsCash, Type: Bool},
	{Path: "customer.consent", Field: CustomerConsent, Nullable: true, Fixed: consents},

	{Path: "account.state", Field: AccountState, Default: int64(WordActive), Fixed: accountStates},

	{Path: "lines", Place: Objects, List: Lines},
	{Path: "lines[].id", Place: Column, List: Lines, Column: LineID, Required: true},
	{Path: "lines[].item", Place: Column, List: Lines, Column: LineItem, Nullable: true},
	{Path: "lines[].charged_fen", Place: Column, List: Lines, Column: LineCharged, Type: Fen, Required: true},
	{Path: "lines[].due_fen", Place: Column, List: Lines, Column: LineDue, Type: Fen, Nullable: true},
	{Path: "lines[].refunded_fen", Place: Column, List: Lines, Column: LineRefunded, Type: Fen},
	{Path: "lines[].category", Place: Column, List: Lines, Column: LineCategory, Default: int64(WordOther), Choice: "category"},
	{Path: "lines[].verification", Place: Column, List: Lines, Column: LineVerification, Default: int64(WordPending), Fixed: verifications},
	{Path: "lines[].confirmed_at", Place: Column, List: Lines, Column: LineConfirmedAt, Type: Time, Nullable: true},
	{Path: "lines[].collected_for", Place: Column, List: Lines, Column: LineCollectedFor, Nullable: true, Fixed: collectors},
	{Path: "lines[].subscribed", Place: Column, List: Lines, Column: LineSubscribed, Type: Bool, Nullable: true},
	{Path: "lines[].consented_by", Place: Column, List: Lines, Column: LineConsentedBy, Nullable: true, Fixed: consenters},
	{Path: "lines[].status", Place: Column, List: Lines, Column: LineStatus, Derived: true, Nullable: true, Fixed: lineStatuses},
	{Path: "lines[].diff_fen", Place: Column, List: Lines, Column: LineDiff, Derived: true, Type: Fen, Nullable: true, Signed: true},
	{Path: "lines[].total_fen", Place: Column, List: Lines, Column: LineTotal, Derived: true, Type: Fen, Nullable: true},
	{Path: "lines[].pay_fen", Place: Column, List: Lines, Column: LinePay, Derived: true, Type: Fen, Nullable: true},
	{Path: "lines[].preview_fen", Place: Column, List: Lines, Column: LinePreview, Derived: true, Type: Fen, Nullable: true},
	{Path: "lines[].multiplier", Place: Column, List: Lines, Column: LineMultiplier, Derived: true, Type: Int, Nullable: true},

	{Path: "claim_fen", Field: Claim, Type: Fen, Nullable: true},

	{Path: "refund.executed_at", Field: RefundExecutedAt, Type: Time, Nullable: true},
	{Path: "refund.told_at", Field: RefundToldAt, Type: Time, Nullable: true},

	{Path: "complaint.kind", Field: ComplaintKind, Nullable: true, Choice: "kind"},
	{Path: "complaint.cause", Field: ComplaintCause, Nullable: true, Fixed: causes},
	{Path: "complaint.motive", Field: ComplaintMotive, Nullable: true, Fixed: motives},
	{Path: "complaint.state", Field: ComplaintState, Nullable: true, Choice: "state"}, // taken_in once there is a complaint
	{Path: "complaint.severity", Field: ComplaintSeverity, Nullable: true, Fixed: severities},
	{Path: "complaint.owner", Field: ComplaintOwner, Nullable: true},
	{Path: "complaint.rung", Field: ComplaintRung, Type: Int},
	{Path: "complaint.opened_at", Field: ComplaintOpenedAt, Type: Time, Nullable: true},
	{Path: "complaint.first_answer_at", Field: ComplaintFirstAnswerAt, Type: Time, Nullable: true},
	{Path: "complaint.handed_at", Field: ComplaintHandedAt, Type: Time, Nullable: true},
	{Path: "complaint.answered_at", Field: ComplaintAnsweredAt, Type: Time, Nullable: true},
	{Path: "complaint.last_contact_at", Field: ComplaintLastContactAt, Type: Time, Nullable: true},
	{Path: "complaint.promised_at", Field: ComplaintPromisedAt, Type: Time, Nullable: true},
	{Path: "complaint.solvable_now", Field: ComplaintSolvableNow, Type: Bool, Nullable: true},
	{Path: "complaint.needs_department", Field: ComplaintNeedsDepartment, Type: Bool, Nullable: true},
	{Path: "complaint.plan_meets_need", Field: ComplaintPlanMeetsNeed, Type: Bool, Nullable: true},
	{Path: "complaint.demand_above_authority", Field: ComplaintDemandAboveAuthority, Type: Bool},
	{Path: "complaint.new_facts", Field: ComplaintNewFacts, Type: Bool},
	{Path: "complaint.record_complete", Field: ComplaintRecordComplete, Type: Bool},
	{Path: "complaint.against_own_team", Field: ComplaintAgainstOwnTeam, Type: Bool},

	{Path: "service.kind", Field: ServiceKind, Nullable: true, Choice: "service_kind"},
	{Path: "service.started_at", Field: ServiceStartedAt, Type: Time, Nullable: true},
	{Path: "service.ended_at", Field: ServiceEndedAt, Type: Time, Nullable: true},
	{Path: "service.ordered_at", Field: ServiceOrderedAt, Type: Time, Nullable: true},
	{Path: "service.installed_at", Field: ServiceInstalledAt, Type: Time, Nullable: true},
	{Path: "service.extended", Field: ServiceExtended, Type: Bool},
	{Path: "service.waits_sec", Place: Plain, List: Waits},
	{Path: "service.waits_sec[]", Place: Column, List: Waits, Type: Span},

	{Path: "offer.id", Field: OfferID, Nullable: true, Unnamed: true},
	{Path: "offer.fee_fen", Field: OfferFee, Type: Fen, Nullable: true},
	{Path: "offer.valid_until", Field: OfferValidUntil, Type: Time, Nullable: true},
	{Path: "offer.exclusive_channel", Field: OfferExclusiveChannel, Type: Bool},
	{Path: "offer.selection", Field: OfferSelection, Nullable: true},

	{Path: "scenario.id", Field: ScenarioID, Nullable: true, Unnamed: true, Choice: choiceOfScenarios},
	{Path: "scenario.step", Field: ScenarioStep, Nullable: true, Unnamed: true},
	{Path: "scenario.stack", Place: Plain, List: Stack},
	{Path: "scenario.stack[]", Place: Column, List: Stack},
	{Path: "scenario.replies", Place: Plain, List: Replies},
	{Path: "scenario.replies[]", Place: Column, List: Replies},
	{Path: "scenario.counters.silence", Field: ScenarioSilence, Type: Int},
	{Path: "scenario.counters.offtopic", Field: ScenarioOfftopic, Type: Int},

	{Path: "promises", Place: Objects, List: Promises},
	{Path: "promises[].by", Place: Column, List: Promises, Column: PromiseBy, Nullable: true},
	{Path: "promises[].at", Place: Column, List: Promises, Column: PromiseAt, Type: Time, Nullable: true},
	{Path: "promises[].amount_fen", Place: Column, List: Promises, Column: PromiseAmount, Type: Fen, Nullable: true},
	{Path: "promises[].due_at", Place: Column, List: Promises, Column: PromiseDueAt, Type: Time, Nullable: true},

	{Path: "transcript", Place: Objects, List: Transcript},
	{Path: "transcript[].by", Place: Column, List: Transcript, Column: TranscriptBy, Nullable: true},
	{Path: "transcript[].text", Place: Column, List: Transcript, Column: TranscriptText, Nullable: true},

	{Path: "draft", Field: Draft, Nullable: true},

	{Path: "cash.received_fen", Field: CashReceived, Type: Fen, Nullable: true},
	{Path: "cash.due_fen", Field: CashDue, Type: Fen, Nullable: true},

	{Path: "close.counters", Place: Objects, List: Counters},
	{Path: "close.counters[].item", Place: Column, List: Counters, Column: CounterItem, Nullable: true},
	{Path: "close.counters[].opening", Place: Column, List: Counters, Column: CounterOpening, Type: Int, Nullable: true},
	{Path: "close.counters[].in", Place: Column, List: Counters, Column: CounterIn, Type: Int, Nullable: true},
	{Path: "close.counters[].out", Place: Column, List: Counters, Column: CounterOut, Type: Int, Nullable: true},
	{Path: "close.counters[].counted", Place: Column, List: Counters, Column: CounterCounted, Type: Int, Nullable: true},
	{Path: "close.takings_fen", Field: CloseTakings, Type: Fen, Nullable: true},
	{Path: "close.deposited_fen", Field: CloseDeposited, Type: Fen, Nullable: true},
	{Path: "close.slip_fen", Field: CloseSlip, Type: Fen, Nullable: true},
	{Path: "close.report_fen", Field: CloseReport, Type: Fen, Nullable: true},
	{Path: "close.invoice_boxes", Place: Objects, List: Boxes},
	{Path: "close.invoice_boxes[].box", Place: Column, List: Boxes, Column: BoxID, Nullable: true},
	{Path: "close.invoice_boxes[].first", Place: Column, List: Boxes, Column: BoxFirst, Type: Int, Nullable: true},
	{Path: "close.invoice_boxes[].last", Place: Column, List: Boxes, Column: BoxLast, Type: Int, Nullable: true},
	{Path: "close.invoice_boxes[].used", Place: Ranges, List: Used},
	{Path: "close.invoice_boxes[].void", Place: Ranges, List: Void},
	{Path: "close.invoice_boxes[].blank", Place: Ranges, List: Blank},
}

// absent is what an absent value comes to.
func (i *Info) absent() int64 {
	if i.Nullable {
		return atom.Null
	}
	return i.Default
}

// Fact is one of the pack's own inputs, facts.<name>.
type Fact struct {
	Name     string
	Type     Type
	Nullable bool   // absent is Null; else 0, false or ""
	Choice   string // a text's list of the pack, if it is bound to one
}

// ValueList is a list of the pack.
type ValueList struct {
	Name   string
	Values []string
}

// Terms are what a pack has to say about its cases.
type Terms struct {
	Lists       []ValueList
	Facts       []Fact
	Scenarios   []string // the ids of its talk tracks
	Ladder      int      // the rungs of its ladder: the highest complaint.rung
	LineCeiling int64    // the most a line's amounts may be, in fen; 0 or above MaxFen is MaxFen
}

// list is the list of that name, and whether the pack has it.
//
//go:noinline
func (t *Terms) list(name string) ([]string, bool) {
	if name == choiceOfScenarios {
		return t.Scenarios, true
	}
	for i := range t.Lists {
		if t.Lists[i].Name == name {
			return t.Lists[i].Values, true
		}
	}
	return nil, false
}

// Names is every value of a case: the contract's, in its order, then the pack's facts.
func (t *Terms) Names() []Info {
	names := make([]Info, 0, len(table)+len(t.Facts))
	names = append(names, table[:]...)
	for i, f := range t.Facts {
		names = append(names, Info{
			Path: "facts." + f.Name, Field: NumFields + Field(i),
			Type: f.Type, Nullable: f.Nullable, Choice: f.Choice,
			Signed: f.Type == Int, // a pack's figure may be a balance
		})
	}
	return names
}

// Lookup finds a value by its path in the contract, with [] for any element: lines[].due_fen.
func (t *Terms) Lookup(path string) (Info, bool) {
	for _, i := range t.Names() {
		if i.Path == path {
			return i, true
		}
	}
	return Info{}, false
}
