package impact

import (
	"cmp"
	"slices"

	"koujing/core/money"
)

// Place is where a case stands in the input.
type Place struct {
	File int   // index of the file
	Line int64 // from 1
}

func (p Place) compare(o Place) int {
	return cmp.Or(cmp.Compare(p.File, o.File), cmp.Compare(p.Line, o.Line))
}

// most is how many cases a report names.
const most = 20

// Tally sums changes up. The zero Tally is ready. It is not safe for concurrent use: give every worker one of its own,
// and merge.
type Tally struct {
	skipped           int64
	cases, changed    int64
	invalid           int64 // with both packs
	lostPay, foundPay int64 // of cases newly invalid, and no longer invalid
	kinds             [kinds]spot
	amounts           [amounts]flow
	from, to          fen
	rows              map[string]*row
	largest           []large
	broken            []broken
	tooLarge          bool
	key               []byte
}

// spot counts cases and names the first of them.
type spot struct {
	n    int64
	at   Place
	name string // the case's id
}

// flow is fen more and fen less. Both only grow, so that whether they still fit does not depend on the order.
type flow struct{ more, less, moreCases, lessCases int64 }

// row is a row of the report, of whatever group.
type row struct {
	group   group
	a, b    string
	perLine bool
	n       [countings]int64
	amounts [amounts]flow
	first   spot
}

// large is a case that is worth naming for its fen.
type large struct {
	at       Place
	name     string
	delta    fen
	from, to Outcome
	kinds    Kinds
	rules    []RuleTurn
}

// broken is a case that is invalid now.
type broken struct {
	at               Place
	name, code, path string
}

// Add takes a change into the tally. at has to be another for every case: it decides which of two equal ones is named.
func (t *Tally) Add(at Place, ch *Change) {
	t.cases++
	switch {
	case ch.From.Invalid && ch.To.Invalid:
		t.invalid++
	case ch.To.Invalid:
		t.plus(&t.lostPay, ch.From.Pay)
	case ch.From.Invalid:
		t.plus(&t.foundPay, ch.To.Pay)
	default:
		for i, sum := range [amounts][2]int64{pay: {ch.From.Pay, ch.To.Pay}, total: {ch.From.Total, ch.To.Total}, preview: {ch.From.Preview, ch.To.Preview}} {
			t.plus(&t.from[i], sum[0])
			t.plus(&t.to[i], sum[1])
			t.flow(&t.amounts[i], ch.delta[i])
		}
	}
	if ch.Kinds == 0 {
		return
	}
	t.changed++
	for k := range kinds {
		if ch.Kinds.Has(k) {
			t.kinds[k].see(at, ch.Case)
		}
	}
	for i := range ch.entries {
		t.entry(at, ch, &ch.entries[i])
	}
	if ch.Kinds.Has(NewlyInvalid) {
		t.broken = keep(t.broken, broken{at: at, name: string(ch.Case), code: string(ch.error.id), path: string(ch.error.whole)}, broken.compare)
	}
	if ch.delta != (fen{}) {
		l := large{at: at, delta: ch.delta, from: ch.From, to: ch.To, kinds: ch.Kinds}
		if len(t.largest) < most || l.compare(t.largest[most-1]) < 0 {
			l.name, l.rules = string(ch.Case), ch.rules()
			t.largest = keep(t.largest, l, large.compare)
		}
	}
}

// Skip counts a line that has no case.
func (t *Tally) Skip() { t.skipped++ }

func (t *Tally) entry(at Place, ch *Change, e *entry) {
	t.key = append(append(append(append(t.key[:0], byte(e.group)), e.a...), 0), e.b...)
	r := t.rows[string(t.key)]
	if r == nil {
		if t.rows == nil {
			t.rows = map[string]*row{}
		}
		r = &row{group: e.group, a: string(e.a), b: string(e.b)}
		t.rows[string(t.key)] = r
	}
	r.perLine = r.perLine || e.perLine
	for i, n := range e.n {
		r.n[i] += n
	}
	for i := range amounts {
		f := &r.amounts[i]
		if e.more[i] > 0 {
			f.moreCases++
			t.plus(&f.more, e.more[i])
		}
		if e.less[i] > 0 {
			f.lessCases++
			t.plus(&f.less, e.less[i])
		}
	}
	r.first.see(at, ch.Case)
}

// Merge adds another tally, of other cases. That one must not be used any more.
func (t *Tally) Merge(o *Tally) {
	t.skipped += o.skipped
	t.cases += o.cases
	t.changed += o.changed
	t.invalid += o.invalid
	t.tooLarge = t.tooLarge || o.tooLarge
	t.plus(&t.lostPay, o.lostPay)
	t.plus(&t.foundPay, o.foundPay)
	for k := range kinds {
		t.kinds[k].merge(&o.kinds[k])
	}
	for i := range amounts {
		t.plus(&t.from[i], o.from[i])
		t.plus(&t.to[i], o.to[i])
		t.join(&t.amounts[i], &o.amounts[i])
	}
	if t.rows == nil {
		t.rows, o.rows = o.rows, nil
	}
	for key, theirs := range o.rows {
		r := t.rows[key]
		if r == nil {
			t.rows[key] = theirs
			continue
		}
		r.perLine = r.perLine || theirs.perLine
		for i, n := range theirs.n {
			r.n[i] += n
		}
		for i := range amounts {
			t.join(&r.amounts[i], &theirs.amounts[i])
		}
		r.first.merge(&theirs.first)
	}
	for _, l := range o.largest {
		t.largest = keep(t.largest, l, large.compare)
	}
	for _, b := range o.broken {
		t.broken = keep(t.broken, b, broken.compare)
	}
}

// plus adds to a sum that is never negative, as nothing added is.
func (t *Tally) plus(sum *int64, n int64) {
	s, ok := money.Add(money.Fen(*sum), money.Fen(n))
	if !ok {
		t.tooLarge = true
	}
	*sum = int64(s)
}

func (t *Tally) flow(f *flow, delta int64) {
	switch {
	case delta > 0:
		f.moreCases++
		t.plus(&f.more, delta)
	case delta < 0:
		f.lessCases++
		t.plus(&f.less, -delta)
	}
}

func (t *Tally) join(f, o *flow) {
	t.plus(&f.more, o.more)
	t.plus(&f.less, o.less)
	f.moreCases += o.moreCases
	f.lessCases += o.lessCases
}

func (s *spot) see(at Place, id []byte) {
	if s.n++; s.n == 1 || at.compare(s.at) < 0 {
		s.at = at
		if s.name != string(id) {
			s.name = string(id)
		}
	}
}

func (s *spot) merge(o *spot) {
	if o.n > 0 && (s.n == 0 || o.at.compare(s.at) < 0) {
		s.at, s.name = o.at, o.name
	}
	s.n += o.n
}

// keep puts an element into a sorted list of at most most elements.
func keep[T any](list []T, x T, compare func(a, b T) int) []T {
	at, _ := slices.BinarySearchFunc(list, x, compare)
	if at == most {
		return list
	}
	return slices.Insert(list[:min(len(list), most-1)], at, x)
}

// compare puts the larger one first: by what is paid, then by what is owed, then by what would be paid, then by place.
func (l large) compare(o large) int {
	for i := range amounts {
		if by := cmp.Compare(size(o.delta[i]), size(l.delta[i])); by != 0 {
			return by
		}
	}
	return l.at.compare(o.at)
}

// size is right for every amount: money has no smallest int64.
func size(n int64) int64 { return max(n, -n) }

func (b broken) compare(o broken) int { return b.at.compare(o.at) }

// rules lists what a change says of rules, as a report has it: those with fen of their own first, then those that fired
// with one of the packs only.
func (ch *Change) rules() []RuleTurn {
	list := []RuleTurn{}
	for _, perLine := range []bool{true, false} {
		for _, what := range []int{gone, fresh, otherwise} {
			from := len(list)
			for i := range ch.entries {
				if e := &ch.entries[i]; e.group == byRule && e.perLine == perLine && e.n[what] > 0 {
					list = append(list, RuleTurn{Decision: string(e.a), Rule: string(e.b), How: howNames[what]})
				}
			}
			slices.SortFunc(list[from:], func(a, b RuleTurn) int {
				return cmp.Or(cmp.Compare(a.Decision, b.Decision), cmp.Compare(a.Rule, b.Rule))
			})
		}
	}
	return list
}
