// Package clock is the engine's calendar: it reads and writes RFC 3339, breaks an instant into
// what a person says, and counts deadlines in seconds or in working days.
//
// An instant is a number of whole seconds since 1970-01-01T00:00:00Z, an offset is a number of
// seconds east of UTC, a day is a number of days since 1970-01-01. There is no "now" in here and
// no time zone database: the clock of a decision is in the case, the calendar is in the pack.
//
// The package stands on nothing: importing package time would add about 68 KB of compressed
// code to the guest for a date format of twenty-five characters.
package clock

// Units in seconds.
const (
	Minute = 60
	Hour   = 60 * Minute
	Day    = 24 * Hour
)

// The years that RFC 3339 can write.
const (
	minYear = 1
	maxYear = 9999
)

// Earliest and Latest are 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. A deadline is never
// later than Latest: sums stop there instead of turning into a year of five digits.
const (
	Earliest int64 = -62135596800
	Latest   int64 = 253402300799
)

// Parse reads an RFC 3339 time: date, 'T', time, an optional fraction, and the offset, which is
// mandatory. It is strict where writers differ, so that a time has one reading everywhere: upper
// case T and Z, two-digit fields, a real day of the calendar, years 0001 to 9999, no leap second,
// a dot before the fraction. The fraction is dropped, not rounded. Any other text is not ok.
func Parse(b []byte) (unix int64, offset int32, ok bool) {
	const head = len("2006-01-02T15:04:05")
	if len(b) <= head || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return 0, 0, false
	}
	day, ok := parseDay(b[:10])
	hour, minute, second := two(b, 11), two(b, 14), two(b, 17)
	if !ok || hour > 23 || minute > 59 || second > 59 {
		return 0, 0, false
	}
	rest := b[head:]
	if rest[0] == '.' {
		n := 1
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		if n == 1 {
			return 0, 0, false
		}
		rest = rest[n:]
	}
	if len(rest) == 1 && rest[0] == 'Z' {
		offset = 0
	} else if offset, ok = parseOffset(rest); !ok {
		return 0, 0, false
	}
	local := day*Day + int64(hour*Hour+minute*Minute+second)
	return local - int64(offset), offset, true
}

// ParseOffset reads a numeric offset as an RFC 3339 time carries it ("+08:00", "-03:30") in
// seconds east of UTC.
func ParseOffset(s string) (offset int32, ok bool) { return parseOffset([]byte(s)) }

func parseOffset(b []byte) (int32, bool) {
	if len(b) != len("+08:00") || b[3] != ':' || (b[0] != '+' && b[0] != '-') {
		return 0, false
	}
	hour, minute := two(b, 1), two(b, 4)
	if hour > 23 || minute > 59 {
		return 0, false
	}
	offset := int32(hour*Hour + minute*Minute)
	if b[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// AppendTime writes an instant in whole seconds at an offset: 2026-11-22T10:00:00+08:00, and
// +00:00, not Z, for UTC. Seconds of an offset are dropped. An instant which at that offset falls
// outside the years 0001 to 9999 is written as the first or the last second that can be written.
func AppendTime(dst []byte, unix int64, offset int32) []byte {
	offset -= offset % Minute
	c := At(min(max(clamp(unix)+int64(offset), Earliest), Latest), 0)
	dst = appendDate(dst, c)
	dst = append(dst, 'T')
	dst = appendTwo(dst, c.Hour)
	dst = append(dst, ':')
	dst = appendTwo(dst, c.Minute)
	dst = append(dst, ':')
	dst = appendTwo(dst, c.Second)
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	dst = append(dst, sign)
	dst = appendTwo(dst, int(offset/Hour))
	dst = append(dst, ':')
	return appendTwo(dst, int(offset%Hour/Minute))
}

// Civil is an instant as a person at some offset reads it off the wall.
type Civil struct {
	Year, Month, Day     int // month and day from 1
	Hour, Minute, Second int
}

// At breaks an instant down at an offset. Instants more than a day outside Earliest to Latest are
// taken as that limit.
func At(unix int64, offset int32) Civil {
	local := clamp(unix) + int64(offset)
	day := floorDiv(local, Day)
	second := int(local - day*Day)
	year, month, dom := date(day)
	return Civil{
		Year: year, Month: month, Day: dom,
		Hour: second / Hour, Minute: second % Hour / Minute, Second: second % Minute,
	}
}

// clamp keeps arithmetic on an instant from wrapping round: what a rule computes may be anything.
// The day to either side lets an instant be out of range in UTC and within it at its offset.
func clamp(unix int64) int64 { return min(max(unix, Earliest-Day), Latest+Day) }

// two reads two digits at i. Anything else gives a number too large for every field.
func two(b []byte, i int) int {
	tens, ones := b[i]-'0', b[i+1]-'0'
	if tens > 9 || ones > 9 {
		return 1 << 20
	}
	return int(tens)*10 + int(ones)
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func appendTwo(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

func appendDate(dst []byte, c Civil) []byte {
	dst = appendTwo(dst, c.Year/100)
	dst = appendTwo(dst, c.Year%100)
	dst = append(dst, '-')
	dst = appendTwo(dst, c.Month)
	dst = append(dst, '-')
	return appendTwo(dst, c.Day)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
