package author

import (
	"slices"

	"koujing/core/clock"
)

// checkDates finds what is past on a day: the pack, rows of the index, the calendar. A finding is a warning; the engine
// goes by the case's own clock and decides as before.
func (b *build) checkDates(at string) {
	if _, ok := clock.ParseDay(at); !ok {
		return
	}
	if until := b.pack.ValidUntil; until != "" && until < at {
		b.log.warn(b.validUntil, packPast.of(until, at))
	}
	ends := map[string]string{}
	for _, r := range b.rows {
		if r.Until != "" && r.Until < at {
			ends[r.ID] = r.Until
		}
	}
	for _, u := range uses(b.log, b.src) {
		if until := ends[u.Row]; until != "" && kindOf(u.File) != testsFile {
			b.log.warn(u.at, rowPast.of(u.Row, until, at))
		}
	}
	b.checkCalendar(at)
}

// checkCalendar warns where working days are counted in years of which the calendar has no holidays.
func (b *build) checkCalendar(at string) {
	days := slices.Concat(b.pack.Holidays, b.pack.Workdays)
	if !b.countsWorkdays() || len(days) == 0 {
		return
	}
	year := string(clock.AppendDay(nil, slices.Max(days)))[:4]
	until := b.pack.ValidUntil
	switch {
	case at[:4] > year:
		b.log.warn(b.lastDay, calendarPast.of(year, at, at[:4]))
	case until != "" && until[:4] > year:
		b.log.warn(b.lastDay, calendarShort.of(year, until))
	}
}

// countsWorkdays reports whether some setting or expression counts working days.
func (b *build) countsWorkdays() bool {
	for i := range b.pack.Settings {
		if b.pack.Settings[i].Workdays {
			return true
		}
	}
	return b.names.used["workdays"]
}
