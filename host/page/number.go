package page

import "strconv"

// Whole writes an integer with its thousands apart: 1,234,567.
func Whole(n int64) string {
	digits := strconv.FormatInt(n, 10)
	from := 0
	if n < 0 {
		from = 1
	}
	out := digits[:from]
	for i := from; i < len(digits); i++ {
		if i > from && (len(digits)-i)%3 == 0 {
			out += ","
		}
		out += digits[i : i+1]
	}
	return out
}

// Yuan writes fen as yuan, always with two decimals, so that a column of them lines up.
func Yuan(fen int64) string {
	sign, yuan, rest := "", fen/100, fen%100
	if fen < 0 {
		sign, yuan, rest = "-", -yuan, -rest
	}
	return sign + Whole(yuan) + "." + string([]byte{byte('0' + rest/10), byte('0' + rest%10)})
}

// Signed writes an integer with its sign, 0 without one.
func Signed(n int64) string {
	if n > 0 {
		return "+" + Whole(n)
	}
	return Whole(n)
}

// SignedYuan writes fen as yuan with their sign.
func SignedYuan(fen int64) string {
	if fen > 0 {
		return "+" + Yuan(fen)
	}
	return Yuan(fen)
}

// Percent writes a share of a whole with one decimal, rounded down; "0%" where there is no whole. A share that is not
// nothing is not written as nothing.
func Percent(part, whole int64) string {
	if whole <= 0 || part == 0 {
		return "0%"
	}
	permille := part * 1000 / whole // counts of cases are far from where this overflows
	if permille == 0 {
		return "<0.1%"
	}
	return strconv.FormatInt(permille/10, 10) + "." + strconv.FormatInt(permille%10, 10) + "%"
}
