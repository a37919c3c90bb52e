package author

import (
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
			b.log.error(item.place(), notDay.of(item.Value))
			continue
		}
		if other, ok := b.dayKinds[day]; ok && other != kind {
			b.log.error(item.place(), twoKinds.of(item.Value, noun(other), noun(kind)))
		}
		b.dayKinds[day] = kind
		if len(b.dayKinds) == 1 || day >= b.latestDay {
			b.latestDay, b.lastDay = day, item.place()
		}
		if days = append(days, day); len(days) > pack.MaxDays {
			b.log.error(item.place(), tooManyDays.of(pack.MaxDays))
			return nil
		}
	}
	return days
}
