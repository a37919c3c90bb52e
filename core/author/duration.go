package author

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"koujing/core/clock"
)

// durationLike is a number with a word for a span of time behind it, in any spelling.
var durationLike = regexp.MustCompile(`(?i)^([-−–+]?)\s*(\d+)(?:\.(\d+))?\s*([a-z]+|秒钟?|分钟?|小时|时|天|日|个?工作日)$`)

// spanUnits are words that people write, and the unit they mean.
var spanUnits = map[string]string{"s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "秒": "s", "秒钟": "s",
	"m": "m", "mi": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m", "分": "m", "分钟": "m",
	"h": "h", "hh": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "小时": "h", "时": "h",
	"d": "d", "dd": "d", "day": "d", "days": "d", "天": "d", "日": "d", "wd": "wd", "工作日": "wd", "个工作日": "wd", "workday": "wd", "workdays": "wd"}

// smallerUnits are the units that a part of one is counted in.
var smallerUnits = map[string]struct {
	unit string
	many int64
}{"m": {"s", 60}, "h": {"m", 60}, "d": {"h", 24}}

// durationMistake says what is wrong with a text that is meant as a duration and is none. Not ok is a text that is not
// meant as one.
func durationMistake(text string) (what *said, ok bool) {
	spelt := durationLike.FindStringSubmatch(text)
	if spelt == nil || spanUnits[strings.ToLower(spelt[4])] == "" {
		return nil, false
	}
	sign, whole, part, unit := spelt[1], spelt[2], spelt[3], spanUnits[strings.ToLower(spelt[4])]
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	span := whole + unit
	_, fits := clock.ParseSpan(span)
	switch {
	case sign != "" && sign != "+":
		return negativeSpan.of(text, span), true
	case part != "":
		smaller := smallerUnits[unit]
		if smaller.unit == "" {
			return brokenSpan.of(text).advise(writeSpan.Of(span)), true
		}
		if n, exact := share(whole, part, smaller.many); exact {
			return brokenSpan.of(text).advise(writeSpan.Of(strconv.FormatInt(n, 10) + smaller.unit)), true
		}
		return brokenSpan.of(text).advise(spanIn[smaller.unit]), true
	case !fits:
		return longSpan.of(text, fmt.Sprintf("%dd", clock.MaxDays), fmt.Sprintf("%dwd", clock.MaxDays)), true
	}
	return misspeltSpan.of(text, span), true
}

// share is whole.part times many, if that is a whole number.
func share(whole, part string, many int64) (n int64, exact bool) {
	const digits = 6 // of a part: more than a whole number of seconds can come from
	w, err := strconv.ParseInt(whole, 10, 32)
	if part = strings.TrimRight(part, "0"); err != nil || len(part) > digits {
		return 0, false
	}
	scale := int64(1)
	for range part {
		scale *= 10
	}
	p, _ := strconv.ParseInt("0"+part, 10, 64)
	if p*many%scale != 0 {
		return 0, false
	}
	return w*many + p*many/scale, true
}
