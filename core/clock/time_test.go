package clock_test

import (
	"math"
	"regexp"
	"testing"
	"time"

	"koujing/core/clock"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		text   string
		unix   int64
		offset int32
	}{
		{"1970-01-01T00:00:00Z", 0, 0},
		{"1970-01-01T00:00:00-00:00", 0, 0},
		{"2026-11-22T10:00:00+08:00", 1795312800, 8 * clock.Hour},
		{"2026-11-22T10:00:00.999999999999+08:00", 1795312800, 8 * clock.Hour},
		{"1969-12-31T23:59:59.9Z", -1, 0},
		{"2024-02-29T23:59:59-03:30", 1709263799, -(3*clock.Hour + 30*clock.Minute)},
		{"0001-01-01T00:00:00Z", clock.Earliest, 0},
		{"9999-12-31T23:59:59Z", clock.Latest, 0},
		{"0001-01-01T00:00:00+23:59", clock.Earliest - 86340, 86340},
		{"9999-12-31T23:59:59-23:59", clock.Latest + 86340, -86340},
	} {
		unix, offset, ok := clock.Parse([]byte(test.text))
		if !ok || unix != test.unix || offset != test.offset {
			t.Errorf("Parse(%q) = %d, %d, %t, want %d, %d, true", test.text, unix, offset, ok, test.unix, test.offset)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"",
		"2026-11-22",
		"2026-11-22T10:00:00",           // no offset
		"2026-11-22T10:00:00.5",         // no offset after a fraction
		"2026-11-22t10:00:00Z",          // lower case
		"2026-11-22T10:00:00z",          //
		"2026-11-22 10:00:00Z",          // a blank for the T
		"2026-11-22T10:00Z",             // no seconds
		"2026-11-22T9:00:00Z",           // one digit
		"2026-11-22T10:00:00.Z",         // empty fraction
		"2026-11-22T10:00:00,5Z",        // a comma
		"2026-11-22T10:00:00+0800",      // no colon
		"2026-11-22T10:00:00+08",        //
		"2026-11-22T10:00:00+24:00",     //
		"2026-11-22T10:00:00+08:60",     //
		"2026-11-22T10:00:00+08:00 ",    // something after
		"2026-11-22T10:00:00ZZ",         //
		" 2026-11-22T10:00:00Z",         //
		"2026-11-22T24:00:00Z",          // midnight is 00:00
		"2026-11-22T10:60:00Z",          //
		"2016-12-31T23:59:60Z",          // a true leap second
		"2026-13-01T00:00:00Z",          //
		"2026-00-01T00:00:00Z",          //
		"2026-11-00T00:00:00Z",          //
		"2026-11-31T00:00:00Z",          //
		"2025-02-29T00:00:00Z",          //
		"1900-02-29T00:00:00Z",          //
		"0000-01-01T00:00:00Z",          //
		"12026-11-22T10:00:00Z",         //
		"+026-11-22T10:00:00Z",          //
		"2026-11-22T10:00:00\u22128:00", // a typographic minus
		"2026/11/22T10:00:00Z",          //
		"2026-11-22T10-00-00Z",          //
	} {
		if unix, offset, ok := clock.Parse([]byte(text)); ok {
			t.Errorf("Parse(%q) = %d, %d, want refusal", text, unix, offset)
		}
	}
}

// strict is the shape of RFC 3339, as far as a regular expression can tell; package time alone is
// too kind a reference, it takes one-digit hours, commas and offsets of 24:60.
var strict = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// FuzzParse holds Parse against the shape and, for the calendar, package time.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"2026-11-22T10:00:00+08:00", "2024-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "0000-01-01T00:00:00Z",
		"0008-01-01T0:00:00Z", "2026-11-22T10:00:00.123456789012345-00:00", "2026-11-22T10:00:60Z", "9999-12-31T23:59:59-23:59", "T:::",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		unix, offset, ok := clock.Parse(text)
		reference, err := time.Parse(time.RFC3339, string(text))
		accepts := err == nil && strict.Match(text) && reference.Year() > 0
		if ok != accepts {
			t.Fatalf("Parse(%q) ok = %t, package time says %t (%v)", text, ok, accepts, err)
		}
		if !ok {
			return
		}
		if _, east := reference.Zone(); unix != reference.Unix() || int(offset) != east {
			t.Fatalf("Parse(%q) = %d, %d, package time says %d, %d", text, unix, offset, reference.Unix(), east)
		}
		again, _, ok := clock.Parse(clock.AppendTime(nil, unix, offset))
		if !ok || again != unix {
			t.Fatalf("%q is written as %s", text, clock.AppendTime(nil, unix, offset))
		}
	})
}

// FuzzAppendTime holds writing and breaking down against package time over the whole range.
func FuzzAppendTime(f *testing.F) {
	f.Add(int64(0), int16(0))
	f.Add(int64(-1), int16(-1))
	f.Add(int64(951782400), int16(480)) // 2000-02-29
	f.Add(clock.Earliest, int16(0))
	f.Add(clock.Latest, int16(0))
	f.Fuzz(func(t *testing.T, unix int64, minutes int16) {
		unix %= clock.Latest
		if unix < clock.Earliest+clock.Day {
			unix = clock.Earliest + clock.Day
		}
		offset := int32(minutes) % (24 * 60) * clock.Minute
		wall := time.Unix(unix, 0).In(time.FixedZone("", int(offset)))
		if wall.Year() < 1 || wall.Year() > 9999 {
			t.Skip()
		}
		want := wall.Format("2006-01-02T15:04:05-07:00")
		if got := string(clock.AppendTime(nil, unix, offset)); got != want {
			t.Errorf("AppendTime(%d, %d) = %s, want %s", unix, offset, got, want)
		}
		civil := clock.At(unix, offset)
		reference := clock.Civil{
			Year: wall.Year(), Month: int(wall.Month()), Day: wall.Day(),
			Hour: wall.Hour(), Minute: wall.Minute(), Second: wall.Second(),
		}
		if civil != reference {
			t.Errorf("At(%d, %d) = %v, want %v", unix, offset, civil, reference)
		}
		if got := clock.Weekday(clock.DayOf(unix, offset)); got != int(wall.Weekday()) {
			t.Errorf("weekday of %s is %d, want %d", want, got, wall.Weekday())
		}
	})
}

func TestTimesThatCannotBeWritten(t *testing.T) {
	for _, test := range []struct {
		unix   int64
		offset int32
		want   string
	}{
		{clock.Latest, 8 * clock.Hour, "9999-12-31T23:59:59+08:00"},
		{clock.Earliest, -8 * clock.Hour, "0001-01-01T00:00:00-08:00"},
		{math.MaxInt64, 0, "9999-12-31T23:59:59+00:00"},
		{math.MinInt64, 0, "0001-01-01T00:00:00+00:00"},
		{0, 30, "1970-01-01T00:00:00+00:00"},
	} {
		if got := string(clock.AppendTime(nil, test.unix, test.offset)); got != test.want {
			t.Errorf("AppendTime(%d, %d) = %s, want %s", test.unix, test.offset, got, test.want)
		}
	}
}

func TestEveryDay(t *testing.T) {
	first, _ := clock.ParseDay("0001-01-01")
	last, _ := clock.ParseDay("9999-12-31")
	if first*clock.Day != clock.Earliest || last != clock.DayOf(clock.Latest, 0) {
		t.Fatalf("days %d to %d", first, last)
	}
	wall := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	var text []byte
	for day := first; day <= last; day++ {
		text = clock.AppendDay(text[:0], day)
		if year, month, dom := wall.Date(); clock.At(day*clock.Day, 0) != (clock.Civil{Year: year, Month: int(month), Day: dom}) {
			t.Fatalf("day %d is %s, package time says %s", day, text, wall)
		}
		if again, ok := clock.ParseDay(string(text)); !ok || again != day {
			t.Fatalf("day %d is written %s, read %d", day, text, again)
		}
		wall = wall.AddDate(0, 0, 1)
	}
}

func TestParseOffset(t *testing.T) {
	for text, want := range map[string]int32{
		"+08:00": 8 * clock.Hour, "-03:30": -(3*clock.Hour + 30*clock.Minute), "+00:00": 0, "-23:59": -86340,
	} {
		if got, ok := clock.ParseOffset(text); !ok || got != want {
			t.Errorf("ParseOffset(%q) = %d, %t, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "Z", "08:00", "+8:00", "+24:00", "+08:0", "+08:000", "+08-00"} {
		if got, ok := clock.ParseOffset(text); ok {
			t.Errorf("ParseOffset(%q) = %d, want refusal", text, got)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	text := []byte("2026-11-22T10:00:00+08:00")
	for b.Loop() {
		if _, _, ok := clock.Parse(text); !ok {
			b.Fatal("refused")
		}
	}
}

func BenchmarkAppendTime(b *testing.B) {
	b.ReportAllocs()
	var text []byte
	for b.Loop() {
		text = clock.AppendTime(text[:0], 1795312800, 8*clock.Hour)
	}
}
