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
func durationMistake(text string) (message, hint string, ok bool) {
	spelt := durationLike.FindStringSubmatch(text)
	if spelt == nil || spanUnits[strings.ToLower(spelt[4])] == "" {
		return "", "", false
	}
	sign, whole, part, unit := spelt[1], spelt[2], spelt[3], spanUnits[strings.ToLower(spelt[4])]
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	switch {
	case sign != "" && sign != "+":
		return fmt.Sprintf("%q is below zero, and a duration is not", text), "write " + whole + unit + "; the rule that uses it says whether it counts back", true
	case part != "":
		message = fmt.Sprintf("%q is no whole number: there are no parts of a duration", text)
		if smaller := smallerUnits[unit]; smaller.unit != "" {
			if n, exact := share(whole, part, smaller.many); exact {
				return message, fmt.Sprintf("write %d%s", n, smaller.unit), true
			}
			return message, "write it in " + map[string]string{"s": "seconds (s)", "m": "minutes (m)", "h": "hours (h)"}[smaller.unit], true
		}
		return message, "write " + whole + unit, true
	}
	if _, fits := clock.ParseSpan(whole + unit); !fits {
		return fmt.Sprintf("%q is longer than a duration can be", text), fmt.Sprintf("at most %dd or %dwd: a hundred years", clock.MaxDays, clock.MaxDays), true
	}
	return fmt.Sprintf("%q is meant as a duration, but is none", text),
		fmt.Sprintf("write %s%s; s, m, h, d are seconds, minutes, hours, days, and wd working days", whole, unit), true
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
