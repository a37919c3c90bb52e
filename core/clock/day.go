package clock

// The Gregorian calendar repeats every 400 years, which are 146 097 days. Counting years from
// 1 March puts the leap day at the end, so that the days before a month no longer depend on it.
const (
	daysPerEra   = 146097
	yearsPerEra  = 400
	marchOfYear0 = -719468 // day number of 0000-03-01
)

// DayOf is the day an instant falls on at an offset.
func DayOf(unix int64, offset int32) int64 { return floorDiv(unix+int64(offset), Day) }

// ParseDay reads a date ("2026-02-14") as a day number. Only real days of the years 0001 to 9999
// are ok.
func ParseDay(s string) (day int64, ok bool) { return parseDay([]byte(s)) }

func parseDay(b []byte) (int64, bool) {
	if len(b) != len("2006-01-02") || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	year, month, dom := two(b, 0)*100+two(b, 2), two(b, 5), two(b, 8)
	if year < minYear || year > maxYear || month < 1 || month > 12 || dom < 1 || dom > daysIn(year, month) {
		return 0, false
	}
	return dayNumber(year, month, dom), true
}

// AppendDay writes a day number as a date. Days outside the years 0001 to 9999 are written as
// the first or the last day that can be.
func AppendDay(dst []byte, day int64) []byte {
	day = min(max(day, Earliest/Day), Latest/Day)
	return appendDate(dst, At(day*Day, 0))
}

// Weekday is 0 for Sunday to 6 for Saturday.
func Weekday(day int64) int {
	const thursday = 4 // 1970-01-01
	w := (day + thursday) % 7
	if w < 0 {
		w += 7
	}
	return int(w)
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func dayNumber(year, month, dom int) int64 {
	y, m := int64(year), int64(month)-3
	if m < 0 {
		y, m = y-1, m+12
	}
	era := floorDiv(y, yearsPerEra)
	y -= era * yearsPerEra
	ofYear := (153*m+2)/5 + int64(dom) - 1
	return era*daysPerEra + y*365 + y/4 - y/100 + ofYear + marchOfYear0
}

func date(day int64) (year, month, dom int) {
	day -= marchOfYear0
	era := floorDiv(day, daysPerEra)
	day -= era * daysPerEra
	// Taking out the leap days that have passed leaves years of 365 days each.
	y := (day - day/1460 + day/36524 - day/146096) / 365
	ofYear := day - (y*365 + y/4 - y/100)
	m := (5*ofYear + 2) / 153
	dom = int(ofYear-(153*m+2)/5) + 1
	if m < 10 {
		return int(y + era*yearsPerEra), int(m) + 3, dom
	}
	return int(y+era*yearsPerEra) + 1, int(m) - 9, dom
}
