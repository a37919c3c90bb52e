package decision

import (
	"koujing/core/atom"
	"koujing/core/casefile"
)

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
)

var flagWords = [...]atom.ID{
	casefile.WordCashOnApproval, casefile.WordClaimAboveTotal, casefile.WordDueUnknown, casefile.WordDuplicateLine,
	casefile.WordExecutedNotBooked, casefile.WordOverpaidBefore, casefile.WordReviewCategory,
}
