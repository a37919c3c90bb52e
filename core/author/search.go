package author

import (
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"koujing/core/author/phrase"
	"koujing/core/author/region"
	"koujing/core/program"
	"koujing/core/vocabulary"
)

// A search goes over the rules of each decision for rules that can never apply, rules that meet where only one may apply,
// and cases for which no rule applies. What it claims is proved: that a rule is never reached, by the rules' conditions
// alone; an overlap and a gap, by a case that was run.

// DefaultSteps is how long Check searches one decision: a step is one rule compared with another, and a case that is made up
// and run takes caseSteps of them. A table of a thousand rows that people keep in order takes a million or two.
const DefaultSteps = 6_000_000

// Bounds of what is said and tried for one decision.
const (
	maxFindings = 20  // of a kind
	maxHoles    = 6   // that are tried until one has a case
	maxCovers   = 200 // rules among which those are sought that cover another
)

// study is the search of one decision.
type study struct {
	b       *build
	d       *decisionSource
	asks    *analyst
	space   *space
	headers []ast.Node
	rules   [][]region.Box // where each rule's conditions hold
	known   []bool         // whether that is all; a tangled rule is left out
	budget  region.Budget
	gaveUp  bool   // the budget did not suffice somewhere
	probe   *probe // nil if none could be made, see witness
	probed  bool
}

// search studies every decision.
func (b *build) search(steps int) {
	b.loseBroken()
	for _, d := range b.decisions {
		if b.names.lost[d.name] {
			continue
		}
		if sc := b.scopeOf(d); sc != nil {
			s := &study{b: b, d: d, asks: b.analyst(sc), budget: region.Budget(steps)}
			s.layOut()
			s.run()
		}
	}
}

// loseBroken takes decisions out of the search that are broken or read what a broken one would give.
func (b *build) loseBroken() {
	for again := true; again; {
		again = false
		for _, d := range b.decisions {
			if b.names.lost[d.name] || !d.broken && !slices.ContainsFunc(namesIn(b.log.kept, d), b.names.isLost) {
				continue
			}
			b.names.lost[d.name], again = true, true
		}
	}
}

// scopeOf is what a decision's expressions may name, nil if it has no place.
func (b *build) scopeOf(d *decisionSource) *scope {
	if known := coreDecision(d.name); known != nil {
		return &scope{names: b.names, at: known.At, line: known.Line}
	}
	return &scope{names: b.names, at: b.ownMoment[d.name]}
}

// layOut takes all conditions apart and makes boxes of them.
func (s *study) layOut() {
	headers, types := s.asks.headers(s.d)
	s.headers = headers
	formulas := make([]formula, len(s.d.rules))
	for i := range s.d.rules {
		formulas[i] = s.asks.rule(&s.d.rules[i], headers, types)
	}
	s.space = s.asks.space()
	for _, f := range formulas {
		boxes, ok := s.space.boxes(f)
		s.rules, s.known = append(s.rules, boxes), append(s.known, ok)
		s.gaveUp = s.gaveUp || !ok
	}
}

func (s *study) run() {
	s.contradictions()
	switch s.d.hit {
	case program.First:
		s.covered()
	case program.Unique, program.Any:
		s.overlaps()
	default:
		return
	}
	s.gaps()
	if s.gaveUp {
		s.b.log.add(LevelInfo, s.d.at, gaveUp.of(s.d.name))
	}
}

// contradictions finds rules that no case fits.
func (s *study) contradictions() {
	for i := range s.d.rules {
		if !s.known[i] || len(s.rules[i]) > 0 {
			continue
		}
		r := &s.d.rules[i]
		at := r.at
		if r.when != nil {
			at = r.when.whole()
		}
		s.b.log.error(at, neverApplies.of(r.id))
	}
}

// covered finds rules that are never reached under `first`: those before them take every case together. Of those behind a
// rule without any condition that has been said already.
func (s *study) covered() {
	groups := region.NewGroups(s.rules) // a tangled rule has no boxes
	for i := range s.d.rules {
		if s.known[i] && len(s.rules[i]) > 0 {
			s.coveredBefore(groups, i)
		}
		if s.d.rules[i].always() {
			return
		}
	}
}

// coveredBefore tells whether rule i is never reached.
func (s *study) coveredBefore(groups *region.Groups, i int) {
	var before []int
	if !groups.Before(i, &s.budget, func(j int, _ region.Box) bool {
		before = append(before, j)
		return true
	}) {
		s.gaveUp = true
	}
	share := s.budget * 4 / region.Budget(len(s.d.rules)-i+4)
	left := share
	covered := len(before) > 0 && s.within(i, before, &left)
	if covered {
		before = s.least(i, before, &left)
	}
	if s.budget -= share - left; !covered {
		return
	}
	r := &s.d.rules[i]
	names := make([]string, len(before))
	for k, j := range before {
		names[k] = s.d.rules[j].id
	}
	what := coveredAlone.of(r.id, names[0])
	if len(names) > 1 {
		what = coveredTogether.of(r.id, phrase.And(names))
	}
	witness := s.witness(s.rules[i], func(fired []string) bool {
		return slices.Contains(fired, r.id) && slices.ContainsFunc(before, func(j int) bool { return slices.Contains(fired, s.d.rules[j].id) })
	})
	s.b.log.show(LevelError, r.at, what, witness)
}

// within reports whether rules cover rule i together. It is false when the budget does not suffice to tell.
func (s *study) within(i int, cover []int, budget *region.Budget) bool {
	var boxes []region.Box
	for _, j := range cover {
		boxes = append(boxes, s.rules[j]...)
	}
	for _, x := range s.rules[i] {
		_, answer := region.FindHole(x, boxes, budget)
		s.gaveUp = s.gaveUp || answer == region.Unknown
		if answer != region.Covered {
			return false
		}
	}
	return true
}

// least takes rules out of a cover as long as it is one.
func (s *study) least(i int, cover []int, budget *region.Budget) []int {
	if len(cover) > maxCovers {
		return cover
	}
	gaveUp := s.gaveUp
	for k := len(cover) - 1; k >= 0; k-- {
		if fewer := slices.Delete(slices.Clone(cover), k, k+1); len(fewer) > 0 && s.within(i, fewer, budget) {
			cover = fewer
		}
	}
	s.gaveUp = gaveUp // that a cover may be larger than needed is nothing to speak of
	return cover
}

// overlaps finds rules that apply together where only one may, or where all must say the same.
func (s *study) overlaps() {
	told, last := 0, -1
	says := make([]string, len(s.d.rules))
	for i := range s.d.rules {
		says[i] = outputsOf(&s.d.rules[i])
	}
	done := region.FindOverlaps(s.rules, &s.budget, func(i, j int, both region.Box) bool {
		if j == last || s.d.hit == program.Any && says[i] == says[j] {
			return true
		}
		first, second := &s.d.rules[i], &s.d.rules[j]
		witness := s.witness([]region.Box{both}, func(fired []string) bool {
			return slices.Contains(fired, first.id) && slices.Contains(fired, second.id)
		})
		if witness == "" || s.d.hit == program.Any && !s.differ(witness) {
			return true
		}
		last = j
		what := &overlapping
		if s.d.hit == program.Any {
			what = &contradicting
		}
		s.b.log.show(LevelError, second.at, what.of(first.id, second.id, first.at.line), witness)
		told++
		return told < maxFindings
	})
	s.gaveUp = s.gaveUp || !done
}

// outputsOf is what a rule gives as it is written: rules of which that is the same surely give the same.
func outputsOf(r *ruleSource) string {
	var out []string
	for _, a := range r.then {
		out = append(out, a.output+"="+a.value.text)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// gaps finds cases for which no rule applies, where that is surely not meant.
func (s *study) gaps() {
	space, level := s.answered()
	if space == nil || len(s.d.defaults) > 0 || len(s.d.rules) == 0 || slices.Contains(s.known, false) {
		return
	}
	boxes := slices.Concat(s.rules...)
	for range maxHoles {
		hole, answer := region.FindHole(space, boxes, &s.budget)
		if s.gaveUp = s.gaveUp || answer == region.Unknown; answer != region.Hole {
			return
		}
		if witness := s.inside(hole, func(fired []string) bool { return len(fired) == 0 }); witness != "" {
			s.b.log.show(level, s.d.at, gap.of(s.d.name, s.describe(hole), withoutRule[s.d.name]).advise(s.closing()), witness)
			return
		}
		boxes = append(boxes, hole)
	}
}

// closing says what to do about a gap.
func (s *study) closing() phrase.Text {
	if coreDecision(s.d.name) != nil || s.d.complete == complete {
		return closeGap
	}
	return closeGapOr
}

// answered is the part of space in which a decision has to have an answer, nil if nowhere. Where the core needs one, that
// is everywhere. The operator's own decisions often mean to say nothing: there it is what the rules speak of, each
// variable by itself, between the least and the greatest number that they name.
func (s *study) answered() (region.Box, string) {
	switch _, needed := withoutRule[s.d.name]; {
	case s.d.complete == noWord && needed:
		return s.space.whole, LevelWarning
	case s.d.complete == incomplete, s.d.complete == noWord && coreDecision(s.d.name) != nil:
		return nil, ""
	case s.d.complete == complete:
		return s.space.whole, LevelError
	}
	out := slices.Clone(s.space.whole)
	for i, x := range s.space.axes {
		spoken := region.NewSet(x.size)
		for _, in := range s.asks.asked[x.variable] {
			spoken = spoken.Or(x.cells(in))
		}
		if x.absent >= 0 {
			spoken = spoken.Less(x.cells(values{null: true}))
		}
		if x.starts != nil && x.typ.base != program.Bool && !spoken.Empty() {
			for c := spoken.First(); c <= spoken.Last(); c++ {
				spoken.Add(c)
			}
		}
		if !spoken.Empty() {
			out[i] = spoken
		}
	}
	return out, LevelWarning
}

// describe says a region in words: what each variable is in it that matters.
func (s *study) describe(box region.Box) phrase.Text {
	var out []phrase.Text
	for i, x := range s.space.axes {
		if !s.space.whole[i].Within(box[i]) {
			out = append(out, x.describe(box[i]))
		}
	}
	if len(out) == 0 {
		return nothingSaid
	}
	return phrase.Join(out, phrase.Text{", ", "，"})
}

func (a *axis) describe(set region.Set) phrase.Text {
	var out []phrase.Text
	for c := 0; c < a.size; c++ {
		switch {
		case !set.Has(c):
		case c == a.absent:
			out = append(out, isAbsent)
		case c == a.other:
			out = append(out, isAnother)
		case a.texts != nil:
			out = append(out, phrase.Plain(a.texts[c]))
		case a.typ.base == program.Bool:
			out = append(out, phrase.Plain([]string{"false", "true"}[a.starts[c]]))
		default:
			from, to := a.starts[c], a.end(c)
			for c+1 < len(a.starts) && set.Has(c+1) {
				c++
				to = a.end(c)
			}
			out = append(out, a.interval(from, to))
		}
	}
	if len(out) > 6 {
		out = append(out[:6], phrase.Plain("…"))
	}
	return isOneOf.Of(a.key, phrase.Join(out, phrase.Text{" or ", " 或 "}))
}

func (a *axis) interval(from, to int64) phrase.Text {
	switch least := max(a.least, a.starts[0]); {
	case from == to:
		return phrase.Plain(strconv.FormatInt(from, 10))
	case from <= least && to == a.most:
		return isGiven
	case from <= least:
		return isUpTo.Of(to)
	case to == a.most:
		return isFrom.Of(from)
	}
	return isFromTo.Of(from, to)
}

// section is the part of a case without which the core does not ask a decision.
func section(d *vocabulary.Decision) string {
	switch {
	case d == nil:
		return ""
	case d.Line:
		return "lines"
	case d.Section == vocabulary.InComplaint:
		return "complaint"
	}
	return ""
}
