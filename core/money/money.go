// Package money is whole fen with checked arithmetic. There are no floats here: a fen is never
// rounded unless a rounding is named, and a sum that does not fit is refused, never wrapped.
package money

import (
	"math"
	"math/bits"
)

// Fen is an amount in hundredths of a yuan. Amounts run from Min to Max; the one int64 below Min
// is no amount (the engine's slots use it for "absent"), so no operation takes or gives it.
type Fen int64

// Min and Max are the smallest and the largest amount.
const (
	Min Fen = -math.MaxInt64
	Max Fen = math.MaxInt64
)

// Add is a + b, not ok when the sum is no amount.
func Add(a, b Fen) (sum Fen, ok bool) {
	sum = a + b
	if (a^sum)&(b^sum) < 0 || a < Min || b < Min || sum < Min {
		return 0, false
	}
	return sum, true
}

// Sub is a - b, not ok when the difference is no amount.
func Sub(a, b Fen) (difference Fen, ok bool) {
	if b < Min {
		return 0, false
	}
	return Add(a, -b)
}

// Mul is a times n, not ok when the product is no amount.
func Mul(a Fen, n int64) (product Fen, ok bool) { return Share(a, n, 1, Down) }

// Rounding says what becomes of a part of a fen. All four look at the size of the amount, not at
// its sign: a share of minus the amount is minus the share.
type Rounding uint8

// The roundings.
const (
	Down     Rounding = iota // towards zero
	Up                       // away from zero
	HalfUp                   // to the nearest fen, half a fen away from zero
	HalfEven                 // to the nearest fen, half a fen to the even one
)

var roundings = [...]string{Down: "down", Up: "up", HalfUp: "half_up", HalfEven: "half_even"}

// ParseRounding knows "down", "up", "half_up" and "half_even".
func ParseRounding(name string) (r Rounding, ok bool) {
	for i, known := range roundings {
		if known == name {
			return Rounding(i), true
		}
	}
	return 0, false
}

// String is the name ParseRounding knows.
func (r Rounding) String() string { return roundings[r] }

// Share is amount * num / den, rounded. The product may be larger than any amount, only the result
// must fit. Not ok when den is not positive or the result is no amount.
func Share(amount Fen, num, den int64, r Rounding) (share Fen, ok bool) {
	if den <= 0 || amount < Min || num == math.MinInt64 {
		return 0, false
	}
	negative := (amount < 0) != (num < 0)
	high, low := bits.Mul64(magnitude(int64(amount)), magnitude(num))
	if high >= uint64(den) {
		return 0, false
	}
	whole, rest := bits.Div64(high, low, uint64(den))
	if whole > uint64(Max) {
		return 0, false // asked before rounding too, where one more could wrap round to 0
	}
	if rest != 0 && away(r, whole, rest, uint64(den)) {
		if whole++; whole > uint64(Max) {
			return 0, false
		}
	}
	if negative {
		return -Fen(whole), true
	}
	return Fen(whole), true
}

// away says whether a rest is rounded to the next whole fen. Neither a rest nor a denominator
// reaches 2^63, so twice the rest fits.
func away(r Rounding, whole, rest, den uint64) bool {
	switch r {
	case Up:
		return true
	case HalfUp:
		return 2*rest >= den
	case HalfEven:
		return 2*rest > den || 2*rest == den && whole%2 == 1
	}
	return false
}

// AppendYuan writes an amount in yuan as one says it: 2000 is 20, 1990 is 19.90, -5 is -0.05.
func AppendYuan(dst []byte, amount Fen) []byte {
	if amount < 0 {
		dst = append(dst, '-')
	}
	size := magnitude(int64(amount))
	yuan, fen := size/100, size%100
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + yuan%10)
		if yuan /= 10; yuan == 0 {
			break
		}
	}
	dst = append(dst, digits[i:]...)
	if fen == 0 {
		return dst
	}
	return append(dst, '.', byte('0'+fen/10), byte('0'+fen%10))
}

// magnitude is right for the smallest int64 too: negating it gives itself, whose bits are 2^63.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
