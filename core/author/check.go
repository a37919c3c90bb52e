package author

import (
	"cmp"
	"slices"

	"koujing/core/pack"
)

// Options are what Check needs to know besides the sources.
type Options struct {
	At    string // the day on which the pack is to hold, 2026-11-22; without one nothing is past
	Steps int    // how long one decision is searched, see DefaultSteps; 0 is that
}

// Check finds all there is to find about a pack: what Build finds, what its tests lack, and, in a pack that builds, what
// only a search shows: rules that can never apply, that meet, or that leave a gap. The findings are in order of place. A
// pack is in order when none of them is an error.
func Check(src Sources, options Options) []Diagnostic { return new(Workspace).Check(src, options) }

func (b *build) check(options Options) {
	if b.compile(); b.refused {
		return
	}
	readTests(b.log, b.src)
	if !b.log.failed() { // else it is not known who reads what
		b.checkUnused()
	}
	for _, m := range b.unitless {
		b.log.warn(m.at, noUnit.of(m.key))
	}
	b.checkTests()
	b.checkBasis()
	b.checkDates(options.At)
	b.checkConditions()
	b.search(cmp.Or(options.Steps, DefaultSteps))
	if size := 0; !b.log.failed() {
		for _, text := range b.src {
			size += len(text)
		}
		if size > pack.MaxBytes/4 { // a smaller one fits, whatever is in it
			b.write()
		}
	}
}

// InOrder reports whether none of the findings is an error.
func InOrder(found []Diagnostic) bool {
	return !slices.ContainsFunc(found, func(d Diagnostic) bool { return d.Level == LevelError })
}
