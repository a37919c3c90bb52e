package casefile

import "koujing/core/canon"

// Fault is one thing wrong with a case.
type Fault = canon.Fault

// Codes of a case's faults. Of the first five the first found is the only one; of the others there may be many.
const (
	TooBig       = canon.TooBig
	BadUTF8      = canon.BadUTF8
	Syntax       = canon.Syntax
	TooDeep      = canon.TooDeep
	DuplicateKey = canon.DuplicateKey

	UnknownField  = "unknown_field"
	UnknownValue  = "unknown_value"
	WrongType     = "wrong_type"
	NotInteger    = "not_integer"
	Negative      = "negative"
	TooLarge      = "too_large"
	TooMany       = "too_many"
	BadTime       = "bad_time"
	DueMissing    = "due_missing"
	DuplicateLine = "duplicate_line"
	Missing       = "missing"
)

// The contract's limits of a case.
const (
	MaxBytes = 256 << 10
	MaxDepth = 32
	MaxItems = 200
	MaxFen   = 100_000_000_000 // one milliard yuan
	MaxInt   = 1<<53 - 1       // the last integer a browser's number holds exactly
)

var limits = canon.Limits{Bytes: MaxBytes, Depth: MaxDepth}
