// Package casefile is the case as it comes in: its fields and limits, its decoding into slots, and every way in which it
// can be wrong, each with its path.
package casefile

import (
	"koujing/core/atom"
	"koujing/core/canon"
	"koujing/core/clock"
)

// Case is a decoded case. Every value is an int64: a number, fen, seconds, 0 or 1, or an atom; atom.Null is absent.
type Case struct {
	Slots  []int64 // by Field, then the pack's facts; the caller's, at least Decoder.Width long
	Rows   [NumLists]Rows
	Offset int32             // of now, in seconds east; times go out with it
	Given  [NumSections]bool // the section is there and not null
}

// Rows is a list of the case: Len rows of Stride columns, one after the other.
type Rows struct {
	Data   []int64
	Stride int
	Len    int
}

// At is one value.
func (r *Rows) At(row, column int) int64 { return r.Data[row*r.Stride+column] }

// Set changes one value.
func (r *Rows) Set(row, column int, v int64) { r.Data[row*r.Stride+column] = v }

// Row is one row. It is valid until the next Decode.
func (r *Rows) Row(row int) []int64 { return r.Data[row*r.Stride : (row+1)*r.Stride] }

// Decoder reads the cases of one pack. It is not safe for concurrent use.
type Decoder struct {
	table  *atom.Table
	terms  Terms
	names  []Info
	root   *shape
	rows   [NumLists]*shape
	absent []int64 // every slot's value before anything is read
	due    int     // number of the member due_fen of a line

	r       canon.Reader
	input   []byte
	c       *Case
	twice   bool // some name was there twice
	faults  []Fault
	missing []Fault
	trail   [maxTrail]step
	depth   int
	box     int64 // index of the invoice box being read
	line    int   // where the line of the bill being read begins
}

// Width is the number of slots a case needs.
func (d *Decoder) Width() int { return len(d.absent) }

// Names is every value of this pack's cases.
func (d *Decoder) Names() []Info { return d.names }

// Lookup finds a value of this pack's cases by its path.
func (d *Decoder) Lookup(path string) (Info, bool) { return d.terms.Lookup(path) }

// Decode reads a case into c, after forgetting the last one: the table's transient atoms are reset. What it returns is
// valid until the next call; if there are faults, c must not be used.
//
// A sound case is gone over once. The contract wants the whole text judged first; but whatever the whole text can have
// wrong is noticed on the way, if not by name: broken JSON and UTF-8 by the Reader, a name that is there twice here, and
// anything too deep is no field of a case. So the judgement is called for only when something was noticed.
func (d *Decoder) Decode(text []byte, c *Case) []Fault {
	d.table.Reset()
	d.faults, d.missing = d.faults[:0], d.missing[:0]
	d.input, d.c, d.twice, d.depth = text, c, false, 0
	copy(c.Slots, d.absent)
	for i := range c.Rows {
		rows := &c.Rows[i]
		rows.Data, rows.Stride, rows.Len = rows.Data[:0], strides[i], 0
	}
	c.Offset, c.Given = 0, [NumSections]bool{}

	if len(text) <= MaxBytes {
		d.r.Reset(text)
		if k := d.r.Kind(); k == canon.Object {
			d.object(d.root, c.Slots)
		} else {
			d.fault(WrongType, "", d.r.Offset())
			d.r.Skip()
		}
		if d.r.End() && !d.twice && len(d.faults)+len(d.missing) == 0 {
			if c.Given[Complaint] && c.Slots[ComplaintState] == atom.Null {
				c.Slots[ComplaintState] = int64(WordTakenIn)
			}
			return nil
		}
	}
	if f := canon.Check(text, limits); f != nil {
		d.faults = append(d.faults[:0], *f)
		return d.faults
	}
	d.faults = append(d.faults, d.missing...)
	return d.faults
}

// object reads the object that comes next into dst: the slots, or a row. It returns a bit for each member that was there
// and not null.
func (d *Decoder) object(s *shape, dst []int64) (given uint64) {
	r := &d.r
	clear(s.seen)
	var name []byte
	last := 0
	for r.Enter(canon.Object); ; {
		n := s.next[last].number
		more, hit := r.GuessKey(s.next[last].name, &name)
		if !more {
			break
		}
		if !hit {
			if n = s.names.find(name); n < 0 {
				d.fault(UnknownField, string(name), r.Offset())
				r.Skip()
				continue
			}
			s.next[last] = follower{s.members[n].name, n}
		}
		last = n + 1
		bit := uint64(1) << (n & 63)
		if s.seen[n>>6]&bit != 0 {
			d.twice = true
			r.Skip()
			continue
		}
		s.seen[n>>6] |= bit
		m := &s.members[n]
		k := r.Kind()
		if k == canon.Null {
			r.Null()
			continue
		}
		if n < 64 {
			given |= bit
		}
		if k != m.kind {
			d.fault(WrongType, m.name, r.Offset())
			r.Skip()
			continue
		}
		switch m.read {
		case readText, readChoice, readTime, readNow:
			d.text(m, dst)
		case readInt:
			d.int(m, dst)
		case readBool:
			if r.Bool() {
				dst[m.slot] = 1
			} else {
				dst[m.slot] = 0
			}
		case readSection, readGroup:
			if m.read == readSection {
				d.c.Given[m.section] = true
			}
			d.enter(m.name)
			d.object(m.shape, dst)
			d.depth--
		default:
			d.list(m)
		}
	}
	for i := range s.required {
		if n := s.required[i]; given>>n&1 == 0 {
			d.missing = append(d.missing, Fault{Code: Missing, Path: d.path(s.members[n].name), Offset: r.Offset()})
		}
	}
	return given
}

func (d *Decoder) text(m *member, dst []int64) {
	at := d.r.Offset()
	b := d.r.String()
	switch {
	case m.read >= readTime:
		t, offset, ok := clock.Parse(b)
		if !ok {
			d.fault(BadTime, m.name, at)
			return
		}
		dst[m.slot] = t
		if m.read == readNow {
			d.c.Offset = offset
		}
	case len(b) == 0 && m.unnamed:
	case m.read == readText:
		dst[m.slot] = int64(d.table.Intern(b))
	default:
		n := m.choices.find(b)
		if n < 0 {
			d.fault(UnknownValue, m.name, at)
			return
		}
		dst[m.slot] = int64(m.values[n])
	}
}

func (d *Decoder) int(m *member, dst []int64) {
	at := d.r.Offset()
	n, whole := d.r.Int()
	if code := m.judge(n, whole); code != "" {
		d.fault(code, m.name, at)
		return
	}
	dst[m.slot] = n
}

// judge finds the fault of a number, "" if it has none.
func (m *member) judge(n int64, whole bool) string {
	switch {
	case !whole:
		return NotInteger
	case n < 0 && !m.signed:
		return Negative
	case n > m.max || n < -m.max:
		return TooLarge
	}
	return ""
}

// list reads the array that comes next.
func (d *Decoder) list(m *member) {
	r := &d.r
	start := r.Offset()
	before := len(d.faults)
	d.enter(m.name)
	n := 0
	for r.Enter(canon.Array); r.More(); n++ {
		if n >= MaxItems {
			r.Skip()
			continue
		}
		d.trail[d.depth-1].index = int32(n)
		kind := r.Kind()
		switch {
		case m.read == readRanges && kind == canon.Array:
			d.pair(m)
		case kind != m.element.kind:
			d.fault(WrongType, "", r.Offset())
			r.Skip()
		case m.read == readRows:
			d.row(m.list, n)
		case m.read == readRanges:
			d.serial(m)
		case m.element.read == readInt:
			d.int(m.element, d.add(m.list))
		default:
			d.text(m.element, d.add(m.list))
		}
	}
	d.depth--
	if n > MaxItems {
		d.faultBefore(before, TooMany, m.name, start)
	}
}

// add appends a row of absent values.
//
//go:noinline
func (d *Decoder) add(l List) []int64 {
	rows := &d.c.Rows[l]
	from := len(rows.Data)
	rows.Data = append(rows.Data, d.rows[l].absent...)
	rows.Len++
	return rows.Data[from:]
}

// row reads an element of a list of objects.
func (d *Decoder) row(l List, n int) {
	row := d.add(l)
	switch l {
	case Lines:
		d.line = d.r.Offset()
		row[LineID] = atom.Null // unlike an empty id, one that is missing or no text repeats no other
		given := d.object(d.rows[l], row)
		d.judgeLine(row, given)
	case Boxes:
		d.box = int64(d.c.Rows[l].Len - 1)
		d.object(d.rows[l], row)
	default:
		d.object(d.rows[l], row)
	}
}

// judgeLine judges a line of the bill as a whole.
func (d *Decoder) judgeLine(row []int64, given uint64) {
	if row[LineVerification] == int64(WordConfirmed) && given>>d.due&1 == 0 {
		d.fault(DueMissing, "due_fen", d.r.Offset())
	}
	if row[LineID] == atom.Null {
		return
	}
	lines := &d.c.Rows[Lines]
	for i := range lines.Len - 1 {
		first := lines.Row(i)
		if first[LineID] != row[LineID] || first[LineCopyOf] != atom.Null {
			continue
		}
		for k := range lineInputs {
			if first[k] != row[k] {
				d.differs()
				return
			}
		}
		row[LineCopyOf] = int64(i)
		return
	}
}

// differs reports that the line just read has the id of an earlier one, but not its content. The fault belongs to the
// id, so it comes before those of the members behind the id.
func (d *Decoder) differs() {
	var r canon.Reader
	r.Reset(d.input[d.line:])
	var name []byte
	for r.Enter(canon.Object); r.Key(&name); r.Skip() {
		if string(name) == "id" {
			break
		}
	}
	r.Kind()
	at := d.line + r.Offset()
	before := len(d.faults)
	for before > 0 && d.faults[before-1].Offset > at {
		before--
	}
	d.faultBefore(before, DuplicateLine, "id", at)
}

// serial reads a serial of an invoice box, a range of one.
func (d *Decoder) serial(m *member) {
	row := d.add(m.list)
	row[RangeBox] = d.box
	d.int(m.element, row[RangeFirst:])
	row[RangeLast] = row[RangeFirst]
}

// pair reads the first and the last serial of a range.
func (d *Decoder) pair(m *member) {
	r := &d.r
	start := r.Offset()
	row := d.add(m.list)
	row[RangeBox] = d.box
	before := len(d.faults)
	d.enter("")
	n := 0
	for r.Enter(canon.Array); r.More(); n++ {
		if n > 1 {
			r.Skip()
			continue
		}
		d.trail[d.depth-1].index = int32(n)
		if r.Kind() != canon.Number {
			d.fault(WrongType, "", r.Offset())
			r.Skip()
			continue
		}
		d.int(m.element, row[RangeFirst+n:])
	}
	d.depth--
	if n != 2 {
		d.faultBefore(before, WrongType, "", start)
	}
}
