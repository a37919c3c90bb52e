package author

import (
	"fmt"

	"koujing/core/clock"
	"koujing/core/pack"
)

// readCalendar reads holidays and make-up working days.
func (b *build) readCalendar(path, text string) {
	for _, doc := range readYAML(b.log, path, text) {
		f := doc.fields(b.log, "a calendar", "holidays", "workdays", "note", "row", "source")
		b.pack.Holidays = b.readDays(b.pack.Holidays, f["holidays"], "holiday")
		b.pack.Workdays = b.readDays(b.pack.Workdays, f["workdays"], "working day")
	}
}

// readDays adds the days of a list. No day is both a holiday and a working day, and a pack has no more than MaxDays of
// each: the engine takes no other.
func (b *build) readDays(days []int64, n node, kind string) []int64 {
	for _, item := range n.items(b.log, "days") {
		day, ok := clock.ParseDay(item.Value)
		if !ok {
			b.log.error("bad_time", item.place(), fmt.Sprintf("%q is no day", item.Value), "write 2026-11-22")
			continue
		}
		if other, ok := b.dayKinds[day]; ok && other != kind {
			b.log.error("duplicate_key", item.place(), fmt.Sprintf("%s is a %s and a %s", item.Value, other, kind), "")
		}
		b.dayKinds[day] = kind
		if len(b.dayKinds) == 1 || day >= b.latestDay {
			b.latestDay, b.lastDay = day, item.place()
		}
		if days = append(days, day); len(days) > pack.MaxDays {
			b.log.error("too_large", item.place(), fmt.Sprintf("there are more than %d days like this one", pack.MaxDays), "")
			return nil
		}
	}
	return days
}
