package clock_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"koujing/core/clock"
)

func TestParseSpan(t *testing.T) {
	for text, want := range map[string]clock.Span{
		"0s": {}, "90s": {Seconds: 90}, "5m": {Seconds: 300}, "48h": {Seconds: 48 * clock.Hour},
		"15d": {Seconds: 15 * clock.Day}, "2wd": {Workdays: 2}, "0wd": {},
		"36525d": {Seconds: clock.MaxDays * clock.Day}, "36525wd": {Workdays: clock.MaxDays},
	} {
		if got, ok := clock.ParseSpan(text); !ok || got != want {
			t.Errorf("ParseSpan(%q) = %v, %t, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "s", "48", "-1h", "+1h", "1.5h", " 1h", "1h ", "1 h", "01h", "1H", "1h30m", "1w", "1d2", "1dw", "٣h",
		"36526d", "36526wd", "876601h", "99999999999999999999s",
	} {
		if got, ok := clock.ParseSpan(text); ok {
			t.Errorf("ParseSpan(%q) = %v, want refusal", text, got)
		}
	}
}

func TestAppendSpan(t *testing.T) {
	for text, span := range map[string]clock.Span{
		"0s": {}, "90s": {Seconds: 90}, "5m": {Seconds: 300}, "48h": {Seconds: 48 * clock.Hour},
		"15d": {Seconds: 15 * clock.Day}, "2wd": {Workdays: 2}, "90m": {Seconds: 5400},
	} {
		got := string(clock.AppendSpan(nil, span))
		if again, ok := clock.ParseSpan(got); got != text || !ok || again != span {
			t.Errorf("AppendSpan(%v) = %q, which reads as %v, want %q", span, got, again, text)
		}
	}
}

const east = 8 * clock.Hour

// october is a calendar around one long holiday: 1 to 8 October 2026 off, of which the 3rd and 4th
// are a weekend, with Sunday 27 September and Saturday 10 October worked for it. The dates are an
// example made for this test.
func october(t testing.TB) *clock.Calendar {
	var off []int64
	for day := day(t, "2026-10-01"); day <= mustDay("2026-10-08"); day++ {
		off = append(off, day)
	}
	slices.Reverse(off)
	c, ok := clock.NewCalendar(east, off, []int64{day(t, "2026-10-10"), day(t, "2026-09-27"), day(t, "2026-09-27")})
	if !ok {
		t.Fatal("calendar refused")
	}
	return c
}

func mustDay(text string) int64 {
	n, ok := clock.ParseDay(text)
	if !ok {
		panic(text)
	}
	return n
}

func day(t testing.TB, text string) int64 {
	t.Helper()
	return mustDay(text)
}

func instant(t testing.TB, text string) int64 {
	t.Helper()
	unix, _, ok := clock.Parse([]byte(text))
	if !ok {
		t.Fatalf("no time: %q", text)
	}
	return unix
}

func TestIsWorkday(t *testing.T) {
	c := october(t)
	for text, want := range map[string]bool{
		"2026-09-25": true,  // Friday
		"2026-09-26": false, // Saturday
		"2026-09-27": true,  // Sunday, made up
		"2026-10-01": false, // Thursday, holiday
		"2026-10-03": false, // Saturday in the holiday
		"2026-10-08": false, // Thursday, holiday
		"2026-10-09": true,  // Friday
		"2026-10-10": true,  // Saturday, made up
		"2026-10-11": false, // Sunday
	} {
		if got := c.IsWorkday(day(t, text)); got != want {
			t.Errorf("IsWorkday(%s) = %t", text, got)
		}
	}
}

func TestAdd(t *testing.T) {
	c := october(t)
	for _, test := range []struct{ from, span, want string }{
		{"2026-09-22T10:00:00+08:00", "2wd", "2026-09-24T10:00:00+08:00"}, // Tuesday to Thursday
		{"2026-09-25T18:30:00+08:00", "1wd", "2026-09-27T18:30:00+08:00"}, // Friday to the Sunday made up
		{"2026-09-25T18:30:00+08:00", "2wd", "2026-09-28T18:30:00+08:00"},
		{"2026-09-26T10:00:00+08:00", "1wd", "2026-09-28T00:00:00+08:00"}, // Saturday off: from Sunday 00:00
		{"2026-09-26T10:00:00+08:00", "0wd", "2026-09-26T10:00:00+08:00"}, // nothing to wait for
		{"2026-09-30T10:00:00+08:00", "1wd", "2026-10-09T10:00:00+08:00"}, // over the holiday
		{"2026-09-30T10:00:00+08:00", "2wd", "2026-10-10T10:00:00+08:00"},
		{"2026-09-30T10:00:00+08:00", "3wd", "2026-10-12T10:00:00+08:00"},
		{"2026-10-04T09:00:00+08:00", "2wd", "2026-10-12T00:00:00+08:00"}, // from Friday 9 October 00:00
		{"2026-09-30T23:00:00+09:00", "1wd", "2026-10-09T22:00:00+08:00"}, // days begin at the pack's midnight
		{"2026-09-30T23:00:00Z", "1wd", "2026-10-10T00:00:00+08:00"},      // 1 October over there: a day off
		{"2026-09-30T10:00:00+08:00", "48h", "2026-10-02T10:00:00+08:00"}, // hours do not stop for a holiday
		{"2026-09-30T10:00:00+08:00", "15d", "2026-10-15T10:00:00+08:00"},
		{"9999-12-31T10:00:00+08:00", "15d", "9999-12-31T23:59:59+00:00"},
		{"9999-12-31T10:00:00+08:00", "36525wd", "9999-12-31T23:59:59+00:00"},
	} {
		span, ok := clock.ParseSpan(test.span)
		if !ok {
			t.Fatalf("no span: %q", test.span)
		}
		if got, want := c.Add(instant(t, test.from), span), instant(t, test.want); got != want {
			t.Errorf("%s + %s = %s, want %s", test.from, test.span, clock.AppendTime(nil, got, east), test.want)
		}
	}
}

// TestAddWorkdaysByHand compares with the definition, walked a day at a time, over random
// calendars, and checks that a later start never falls due earlier.
func TestAddWorkdaysByHand(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	first := day(t, "2026-01-01")
	for range 300 {
		var holidays, makeup []int64
		for d := first; d < first+400; d++ {
			switch random.IntN(6) {
			case 0:
				holidays = append(holidays, d)
			case 1:
				makeup = append(makeup, d)
			}
		}
		c, ok := clock.NewCalendar(east, holidays, makeup)
		if !ok {
			t.Fatal("calendar refused")
		}
		for range 100 {
			from := (first-5)*clock.Day + random.Int64N(420*clock.Day)
			n := random.Int64N(60)
			got := c.AddWorkdays(from, n)
			at, second := clock.DayOf(from, east), (from+east)%clock.Day
			for !c.IsWorkday(at) {
				at, second = at+1, 0
			}
			var counted []int64
			for left := n; left > 0; left-- {
				for at++; !c.IsWorkday(at); at++ {
				}
				counted = append(counted, at)
			}
			want := at*clock.Day + second - east
			if n == 0 {
				want = from
			}
			if got != want {
				t.Fatalf("%s + %dwd = %s, want %s", clock.AppendTime(nil, from, east), n,
					clock.AppendTime(nil, got, east), clock.AppendTime(nil, want, east))
			}
			if days := c.Counted(nil, from, n); !slices.Equal(days, counted) {
				t.Fatalf("counted %v, want %v", days, counted)
			}
			if later := c.AddWorkdays(from+random.Int64N(5*clock.Day), n); later < got {
				t.Fatalf("a start after %s falls due earlier, at %s", clock.AppendTime(nil, from, east), clock.AppendTime(nil, later, east))
			}
		}
	}
}

func TestCalendarLimits(t *testing.T) {
	if _, ok := clock.NewCalendar(0, []int64{7}, []int64{3, 7}); ok {
		t.Error("a day both off and worked is accepted")
	}
	// Every weekday of three hundred years off: the first working day is after them.
	var off []int64
	for d := int64(0); d < 300*365; d++ {
		off = append(off, d)
	}
	c, ok := clock.NewCalendar(0, off, nil)
	if !ok {
		t.Fatal("calendar refused")
	}
	if got := clock.DayOf(c.AddWorkdays(clock.Hour, 1), 0); got < 300*365 || got > 300*365+5 {
		t.Errorf("falls due on day %d", got)
	}
	c, _ = clock.NewCalendar(0, nil, nil)
	for _, n := range []int64{math.MinInt64, -1, 0} {
		if got := c.AddWorkdays(clock.Hour, n); got != clock.Hour {
			t.Errorf("AddWorkdays(…, %d) = %d", n, got)
		}
	}
	if got, want := c.AddWorkdays(0, math.MaxInt64), c.AddWorkdays(0, clock.MaxDays); got != want {
		t.Errorf("AddWorkdays(0, MaxInt64) = %d, want %d", got, want)
	}
	for _, unix := range []int64{math.MinInt64, math.MaxInt64} {
		if got := c.AddWorkdays(unix, 3); got < clock.Earliest-7*clock.Day || got > clock.Latest {
			t.Errorf("AddWorkdays(%d, 3) = %d", unix, got)
		}
	}
}

func BenchmarkAddWorkdays(b *testing.B) {
	c := october(b)
	from := instant(b, "2026-09-30T10:00:00+08:00")
	for b.Loop() {
		c.AddWorkdays(from, 5)
	}
}
