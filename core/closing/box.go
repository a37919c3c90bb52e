package closing

import (
	"koujing/core/atom"
	"koujing/core/casefile"
)

// boxes checks that every serial of every invoice box is exactly once used, void or blank (SHF-30,
// SHF-32). The ranges of all boxes lie in three lists, each in the order of the boxes.
func (d *day) boxes() {
	lists := [...]ranges{
		{rows: &d.run.Case.Rows[casefile.Used]},
		{rows: &d.run.Case.Rows[casefile.Void]},
		{rows: &d.run.Case.Rows[casefile.Blank]},
	}
	boxes := &d.run.Case.Rows[casefile.Boxes]
	for i := range boxes.Len {
		for l := range lists {
			lists[l].open(int64(i))
		}
		row := boxes.Row(i)
		if why, found := walk(row[casefile.BoxFirst], row[casefile.BoxLast], &lists); found {
			d.stay(why, atom.ID(row[casefile.BoxID]))
		}
	}
}

// walk goes through the serials of a box from the first to the last and tells the first thing that is
// wrong, in the order of the serials.
func walk(first, last int64, lists *[3]ranges) (why note, found bool) {
	if first == atom.Null || last == atom.Null {
		return boxUnknown, true
	}
	if last < first {
		return notOfTheBox, true
	}
	expected := first
	for {
		from, to, ok := next(lists)
		switch {
		case !ok && expected <= last:
			return serialMissing, true
		case !ok:
			return note{}, false
		case from < first || to > last || to < from:
			return notOfTheBox, true
		case from < expected:
			return serialTwice, true
		case from > expected:
			return serialMissing, true
		}
		expected = to + 1
	}
}

// ranges walks those of one box in one list, in the order of their serials.
type ranges struct {
	rows     *casefile.Rows
	at, upTo int
}

// open moves on to a box and sorts its ranges where they lie: nothing later asks for the order they
// came in. Almost always they are in order already, which insertion sorts in one pass.
func (r *ranges) open(box int64) {
	r.at = r.upTo
	for r.upTo < r.rows.Len && r.rows.At(r.upTo, casefile.RangeBox) == box {
		for i := r.upTo; i > r.at && r.first(i) < r.first(i-1); i-- {
			this, before := r.rows.Row(i), r.rows.Row(i-1)
			for column := range this {
				this[column], before[column] = before[column], this[column]
			}
		}
		r.upTo++
	}
}

func (r *ranges) first(row int) int64 { return r.rows.At(row, casefile.RangeFirst) }

// next takes the range with the lowest first serial from the three lists.
func next(lists *[3]ranges) (from, to int64, ok bool) {
	var lowest *ranges
	for l := range lists {
		r := &lists[l]
		if r.at < r.upTo && (lowest == nil || r.first(r.at) < lowest.first(lowest.at)) {
			lowest = r
		}
	}
	if lowest == nil {
		return 0, 0, false
	}
	row := lowest.rows.Row(lowest.at)
	lowest.at++
	return row[casefile.RangeFirst], row[casefile.RangeLast], true
}
