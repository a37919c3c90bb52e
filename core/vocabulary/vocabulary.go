// Package vocabulary says what rules and the core have to say to each other: which decisions the core asks for, with
// their outputs, and which results of its stages an expression may name, and from when on. The author side checks packs
// against it and the engine fills it in, so that neither can drift from the other.
package vocabulary

import "koujing/core/program"

// Moment orders what happens in one decide. A decision asked at a moment sees the results known at it.
type Moment uint8

// The moments, in order. An operator's own decision runs at the first moment at which all it reads is known.
const (
	AtGates Moment = iota
	AtMultiplier
	AtMeans
	AtApproval
	AtRefundTasks
	AtClocks
	AtSeverity
	AtEscalation
	AtComplaintTasks
	AtScenario
	NumMoments
)

// Section orders the trace.
type Section uint8

// The sections of the trace, in the contract's order.
const (
	InGates Section = iota
	InClocks
	InRefund
	InComplaint
	InScenario
	InWording
	InService
	InClosing
	InResults
)

// Name is a result of a stage that expressions may use.
type Name struct {
	Path     string
	Type     program.Type
	Nullable bool
	Known    Moment
	Values   []string // what a text can be
}

// What the stages' texts can be.
var (
	means          = []string{"credit", "cash"}
	refundStatuses = []string{"none", "verify_first", "refuted", "payable", "needs_approval", "offered", "settled", "overdue"}
	clockStatuses  = []string{"ok", "due_soon", "overdue", "met"}
)

// Results are the results of the stages, each with the slot Results' index says, counted from the end of the case and
// the facts.
var Results = [...]Name{
	GatesCount:            {"gates.count", program.Int, false, AtMeans, nil},
	Blocked:               {"blocked", program.Bool, false, AtMeans, nil},
	RefundDiff:            {"refund.diff_fen", program.Int, false, AtMeans, nil},
	RefundTotal:           {"refund.total_fen", program.Int, false, AtMeans, nil},
	RefundPay:             {"refund.pay_fen", program.Int, false, AtMeans, nil},
	RefundPreview:         {"refund.preview_fen", program.Int, false, AtMeans, nil},
	RefundClaimAboveTotal: {"refund.claim_above_total", program.Bool, false, AtMeans, nil},
	RefundMeans:           {"refund.means", program.Text, true, AtApproval, means},
	RefundStatus:          {"refund.status", program.Text, true, AtRefundTasks, refundStatuses},
	RefundDueBy:           {"refund.due_by", program.Time, true, AtRefundTasks, nil},
	RefundApprovalNeeded:  {"refund.approval_needed", program.Bool, false, AtRefundTasks, nil},
	ClockFirstAnswerDue:   {"clocks.first_answer.due_at", program.Time, true, AtSeverity, nil},
	ClockFirstAnswer:      {"clocks.first_answer.status", program.Text, true, AtSeverity, clockStatuses},
	ClockFinalAnswerDue:   {"clocks.final_answer.due_at", program.Time, true, AtSeverity, nil},
	ClockFinalAnswer:      {"clocks.final_answer.status", program.Text, true, AtSeverity, clockStatuses},
	ClockSupportDue:       {"clocks.support.due_at", program.Time, true, AtSeverity, nil},
	ClockSupport:          {"clocks.support.status", program.Text, true, AtSeverity, clockStatuses},
	ClockInterimDue:       {"clocks.interim.due_at", program.Time, true, AtSeverity, nil},
	ClockInterim:          {"clocks.interim.status", program.Text, true, AtSeverity, clockStatuses},
	ClockRefundDue:        {"clocks.refund.due_at", program.Time, true, AtSeverity, nil},
	ClockRefund:           {"clocks.refund.status", program.Text, true, AtSeverity, clockStatuses},
	ClockInstallDue:       {"clocks.install.due_at", program.Time, true, AtSeverity, nil},
	ClockInstall:          {"clocks.install.status", program.Text, true, AtSeverity, clockStatuses},
	ClockDeskDue:          {"clocks.desk.due_at", program.Time, true, AtSeverity, nil},
	ClockDesk:             {"clocks.desk.status", program.Text, true, AtSeverity, clockStatuses},
	EscalateTo:            {"complaint.escalate_to", program.Int, false, AtComplaintTasks, nil},
	Salutation:            {"customer.salutation", program.Text, true, AtGates, nil},
}

// The numbers of the results. A clock has its due time and, next to it, its status.
const (
	GatesCount = iota
	Blocked
	RefundDiff
	RefundTotal
	RefundPay
	RefundPreview
	RefundClaimAboveTotal
	RefundMeans
	RefundStatus
	RefundDueBy
	RefundApprovalNeeded
	ClockFirstAnswerDue
	ClockFirstAnswer
	ClockFinalAnswerDue
	ClockFinalAnswer
	ClockSupportDue
	ClockSupport
	ClockInterimDue
	ClockInterim
	ClockRefundDue
	ClockRefund
	ClockInstallDue
	ClockInstall
	ClockDeskDue
	ClockDesk
	EscalateTo
	Salutation
	NumResults
)

// Output is one output of a decision that the core asks for.
type Output struct {
	Name     string
	Type     program.Type
	Nullable bool
	Required bool     // a rule must give it; the others default to 0, false, "" or absent
	Bare     bool     // an identifier, which a pack may write without quotes
	Values   []string // what it can be
	List     string   // or the pack's list that says so
}

// Decision is a decision that the core asks for.
type Decision struct {
	Name    string
	At      Moment
	Section Section
	Line    bool // asked for each line, which it sees as line.*
	Collect bool // its hit policy is collect; else first, unique or any
	Outputs []Output
}

// The numbers of the decisions the core asks for.
const (
	Gates = iota
	Multiplier
	Means
	Approval
	RefundTasks
	Desk
	Severity
	Next
	Escalate
	ComplaintTasks
	ServiceWarnings
	ServiceTasks
	NumDecisions
)

// A pack that has a list task must have every task in it, with what it is called on the screen.
var taskOutputs = []Output{{Name: "id", Type: program.Text, Required: true, Bare: true, List: "task"}, {Name: "due", Type: program.Time, Nullable: true}}

// Decisions are the decisions the core asks for; each is optional in a pack.
var Decisions = [NumDecisions]Decision{
	Gates: {Name: "gates", At: AtGates, Section: InGates, Collect: true, Outputs: []Output{
		{Name: "id", Type: program.Text, Required: true, Bare: true},
		{Name: "blocks", Type: program.Text, Required: true, Bare: true},
		{Name: "reason", Type: program.Text, Required: true}}},
	Multiplier: {Name: "refund.multiplier", At: AtMultiplier, Section: InRefund, Line: true, Outputs: []Output{
		{Name: "multiplier", Type: program.Int, Required: true},
		{Name: "review", Type: program.Bool}}},
	Means: {Name: "refund.means", At: AtMeans, Section: InRefund, Outputs: []Output{
		{Name: "means", Type: program.Text, Required: true, Values: means},
		{Name: "reason", Type: program.Text}}},
	Approval: {Name: "refund.approval", At: AtApproval, Section: InRefund, Outputs: []Output{
		{Name: "rung", Type: program.Int, Required: true},
		{Name: "reason", Type: program.Text}}},
	RefundTasks: {Name: "refund.tasks", At: AtRefundTasks, Section: InRefund, Collect: true, Outputs: taskOutputs},
	Desk: {Name: "service.desk", At: AtClocks, Section: InClocks, Outputs: []Output{
		{Name: "limit", Type: program.Int, Required: true}}},
	Severity: {Name: "complaint.severity", At: AtSeverity, Section: InComplaint, Outputs: []Output{
		{Name: "severity", Type: program.Text, Required: true, Values: []string{"ordinary", "major"}}}},
	Next: {Name: "complaint.next", At: AtEscalation, Section: InComplaint, Collect: true, Outputs: []Output{
		{Name: "state", Type: program.Text, Required: true, List: "state"}}},
	Escalate: {Name: "complaint.escalate", At: AtEscalation, Section: InComplaint, Outputs: []Output{
		{Name: "up", Type: program.Bool, Required: true},
		{Name: "parallel", Type: program.Bool},
		{Name: "record_first", Type: program.Bool},
		{Name: "reason", Type: program.Text}}},
	ComplaintTasks: {Name: "complaint.tasks", At: AtComplaintTasks, Section: InComplaint, Collect: true, Outputs: taskOutputs},
	ServiceWarnings: {Name: "service.warnings", At: AtScenario, Section: InService, Collect: true, Outputs: []Output{
		{Name: "code", Type: program.Text, Required: true, Bare: true},
		{Name: "message", Type: program.Text, Required: true},
		{Name: "level", Type: program.Text, Values: []string{"hint", "warning", "fault"}},
		{Name: "suggestion", Type: program.Text}}},
	ServiceTasks: {Name: "service.tasks", At: AtScenario, Section: InService, Collect: true, Outputs: taskOutputs},
}

// Settings the core reads itself; all but the first are spans.
const (
	MaxSteps      = "scenario.max_steps"
	PayWithin     = "refund.pay_within"
	FirstAnswer   = "complaint.first_answer"
	FinalAnswer   = "complaint.final_answer"
	SupportWithin = "complaint.support"
	InterimGrace  = "complaint.interim"
	InstallWithin = "service.install"
	DeskExtension = "service.extension"
	DueSoon       = "clock.due_soon"
)
