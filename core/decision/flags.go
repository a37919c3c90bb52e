package decision

// Flags is a set of remarks on a refund or a line of it.
type Flags uint16

// The flags, in byte order of their names, which is the order they are written in.
const (
	CashOnApproval Flags = 1 << iota
	ClaimAboveTotal
	DueUnknown
	DuplicateLine
	ExecutedNotBooked
	OverpaidBefore
	ReviewCategory

	allFlags = 1<<iota - 1
)

var flagNames = [...]string{
	"cash_on_approval", "claim_above_total", "due_unknown", "duplicate_line", "executed_not_booked", "overpaid_before", "review_category",
}
