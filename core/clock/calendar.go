package clock

import (
	"slices"

	"koujing/core/order"
)

// Calendar knows which days people work. Monday to Friday are working days, except holidays; a
// Saturday or Sunday is one when it makes up for a holiday (调休). Days begin at midnight of a
// fixed offset, the pack's: a deadline does not move with the place it is looked at from.
type Calendar struct {
	offset int32
	off    []int64 // holidays that fall on Monday to Friday, ascending
	makeup []int64 // working days that fall on a weekend, ascending
}

// NewCalendar takes the offset in seconds east of UTC and two lists of day numbers in any order,
// which it does not keep. It is not ok when a day is in both lists.
func NewCalendar(offset int32, holidays, workdays []int64) (c *Calendar, ok bool) {
	c = &Calendar{offset: offset}
	for _, day := range holidays {
		if !weekend(day) {
			c.off = append(c.off, day)
		}
	}
	for _, day := range workdays {
		if slices.Contains(holidays, day) {
			return nil, false
		}
		if weekend(day) {
			c.makeup = append(c.makeup, day)
		}
	}
	order.Int64s(c.off)
	order.Int64s(c.makeup)
	c.off = slices.Compact(c.off)
	c.makeup = slices.Compact(c.makeup)
	return c, true
}

// Offset is the calendar's own, in seconds east of UTC.
func (c *Calendar) Offset() int32 { return c.offset }

// IsWorkday says whether people work on a day.
func (c *Calendar) IsWorkday(day int64) bool {
	if weekend(day) {
		_, found := slices.BinarySearch(c.makeup, day)
		return found
	}
	_, found := slices.BinarySearch(c.off, day)
	return !found
}

// Add is the deadline a span after an instant, not later than Latest. Seconds are just added;
// working days are counted as AddWorkdays does.
func (c *Calendar) Add(unix int64, s Span) int64 {
	if s.Workdays != 0 {
		return c.AddWorkdays(unix, int64(s.Workdays))
	}
	return min(clamp(unix)+s.Seconds, Latest)
}

// AddWorkdays is the same time of day n working days later: the day of the start does not count,
// holidays and weekends do not either. A start on a day off is a start at 00:00 of the next
// working day, so the first day that counts is the one after it; were the hour of the day off
// kept instead, a complaint of Saturday morning would fall due before one of Friday evening.
// So a later start never has an earlier deadline. Where n is 0 or negative there is nothing to
// wait for: the deadline is the start. An n above MaxDays counts as MaxDays; the result is not
// later than Latest.
func (c *Calendar) AddWorkdays(unix, n int64) int64 {
	if n <= 0 {
		return min(unix, Latest)
	}
	n = min(n, MaxDays)
	start, second := c.start(unix)
	// Not looked for day by day: n may come from a rule, and a step of the program must cost
	// about the same whatever its operands. Enough weekdays to make up for every holiday are
	// certainly far enough; the first day with n working days behind it lies in between.
	low, high := start, start+(n+int64(len(c.off)))/5*7+7
	for low < high {
		middle := low + (high-low)/2
		if c.between(start, middle) >= n {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return min(low*Day+second-int64(c.offset), Latest)
}

// Counted appends the days AddWorkdays(unix, n) counts, the day of the deadline last, for people
// who want to check it with a finger on the calendar.
func (c *Calendar) Counted(dst []int64, unix, n int64) []int64 {
	day, _ := c.start(unix)
	for n = min(n, MaxDays); n > 0; {
		day++
		if c.IsWorkday(day) {
			dst = append(dst, day)
			n--
		}
	}
	return dst
}

// start is the working day that counting begins on and the second of it.
func (c *Calendar) start(unix int64) (day, second int64) {
	local := clamp(unix) + int64(c.offset)
	day = floorDiv(local, Day)
	if c.IsWorkday(day) {
		return day, local - day*Day
	}
	for !c.IsWorkday(day) {
		day++
	}
	return day, 0
}

// between counts the working days after one day up to and including another.
func (c *Calendar) between(from, to int64) int64 {
	return weekdays(to) - weekdays(from) - within(c.off, from, to) + within(c.makeup, from, to)
}

// weekdays counts Mondays to Fridays from a fixed Monday, long before year 1, to a day.
func weekdays(day int64) int64 {
	const monday = 4 - 7*150000 // 1970-01-05 was one
	day -= monday
	return day/7*5 + min(day%7+1, 5)
}

// within counts the days of an ascending list after from, up to and including to.
func within(days []int64, from, to int64) int64 {
	low, _ := slices.BinarySearch(days, from+1)
	high, _ := slices.BinarySearch(days, to+1)
	return int64(high - low)
}

func weekend(day int64) bool {
	w := Weekday(day)
	return w == 0 || w == 6
}
