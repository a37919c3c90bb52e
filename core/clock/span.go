package clock

// Span is how long something may take: seconds, or working days, never both.
type Span struct {
	Seconds  int64
	Workdays int32
}

// MaxDays bounds a span, in days or working days: a hundred years. A longer one is a typing error.
const MaxDays = 36525

// ParseSpan reads a whole number and a unit: "90s", "5m", "48h", "15d" (of 24 hours each) or "2wd"
// (working days). No sign, no blank, no leading zero, one unit, at most MaxDays.
func ParseSpan(s string) (span Span, ok bool) {
	n, digits := int64(0), 0
	for digits < len(s) && isDigit(s[digits]) {
		n = n*10 + int64(s[digits]-'0')
		if n > MaxDays*Day {
			return Span{}, false
		}
		digits++
	}
	if digits == 0 || (s[0] == '0' && digits > 1) {
		return Span{}, false
	}
	unit := int64(0)
	switch s[digits:] {
	case "s":
		unit = 1
	case "m":
		unit = Minute
	case "h":
		unit = Hour
	case "d":
		unit = Day
	case "wd":
		return Span{Workdays: int32(min(n, MaxDays))}, n <= MaxDays
	default:
		return Span{}, false
	}
	if n > MaxDays*Day/unit {
		return Span{}, false
	}
	return Span{Seconds: n * unit}, true
}

// AppendSpan writes a span so that ParseSpan reads it back: in hours where they are whole, as the
// norms of the trade are written ("48h", not "2d"), in days from a week on.
func AppendSpan(dst []byte, s Span) []byte {
	n, unit := s.Seconds, "s"
	switch {
	case s.Workdays > 0:
		n, unit = int64(s.Workdays), "wd"
	case n != 0 && n%Day == 0 && n >= 7*Day:
		n, unit = n/Day, "d"
	case n != 0 && n%Hour == 0:
		n, unit = n/Hour, "h"
	case n != 0 && n%Minute == 0:
		n, unit = n/Minute, "m"
	}
	return append(appendInt(dst, n), unit...)
}

func appendInt(dst []byte, n int64) []byte {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return append(dst, digits[i:]...)
		}
	}
}
