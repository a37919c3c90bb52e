package casefile

import (
	"koujing/core/atom"
	"koujing/core/canon"
)

// read is how a member is read.
type read uint8

const (
	readText read = iota
	readChoice
	readTime
	readNow // a time whose offset is kept, too
	readInt
	readBool
	readSection // an object of the case whose presence is kept
	readGroup   // an object within a section
	readRows
	readPlain
	readRanges
)

// member is what the decoder knows about a member of an object, or about the elements of a plain list.
type member struct {
	name    string
	kind    canon.Kind // of its JSON
	read    read
	unnamed bool // "" is absent
	signed  bool
	list    List
	section Section
	slot    int   // in the slots, or the column in a row
	max     int64 // of a number, either way

	choices index
	values  []atom.ID // by number of the choice
	shape   *shape    // of an object
	element *member   // of a plain list and of ranges
}

// shape is an object of the case: its members and where to look them up.
type shape struct {
	path     string
	names    index
	members  []member
	required []int
	seen     []uint64 // scratch: a bit a member
	absent   []int64  // of a row: every column's value before anything is read

	// next is a guess: the member that came first last time, then by number of a member the one that came behind it.
	// A caller writes its cases the same way every time, and a name that was guessed need not be looked up. It changes
	// how fast a case is read, never what is read.
	next []follower
}

// follower is a member that came behind another one.
type follower struct {
	name   string
	number int
}

// NewDecoder makes a decoder for the cases of a pack. It fixes the pack's values in the table, which must come from
// NewTable.
func NewDecoder(t *atom.Table, terms Terms) *Decoder {
	b := builder{table: t, terms: &terms}
	d := &Decoder{table: t, terms: terms, names: terms.Names(), root: &shape{}}
	b.shapes = append(b.shapes, d.root)
	for l := range d.rows {
		d.rows[l] = &shape{absent: make([]int64, strides[l])}
		for i := range d.rows[l].absent {
			d.rows[l].absent[i] = atom.Null
		}
	}
	for s := range NumSections {
		b.object(s.String())
	}
	d.absent = make([]int64, int(NumFields)+len(terms.Facts))
	for i := range d.names {
		b.add(d, &d.names[i])
	}
	for _, s := range b.shapes {
		s.finish()
	}
	d.due = d.rows[Lines].names.find([]byte("due_fen"))
	return d
}

// builder makes the shapes out of the table.
type builder struct {
	table  *atom.Table
	terms  *Terms
	shapes []*shape // with a path each, the root's is ""
}

func (b *builder) add(d *Decoder, info *Info) {
	switch info.Place {
	case Scalar:
		d.absent[info.Field] = info.absent()
	case Column:
		d.rows[info.List].absent[info.Column] = info.absent()
	}
	if info.Derived {
		return
	}
	parent, name := cut(info.Path)
	m := member{name: name}
	switch info.Place {
	case Scalar:
		m.slot = int(info.Field)
		b.value(&m, info)
	case Column:
		m.slot = info.Column
		b.value(&m, info)
		if list, ok := cutElement(info.Path); ok {
			b.find(list).element = element(m)
			return
		}
	default:
		m.kind, m.list = canon.Array, info.List
		switch info.Place {
		case Objects:
			m.read = readRows
			rows := d.rows[info.List]
			rows.path = info.Path + "[]"
			b.shapes = append(b.shapes, rows)
			m.element = &member{kind: canon.Object}
		case Plain:
			m.read = readPlain
		case Ranges:
			m.read = readRanges
			m.element = &member{kind: canon.Number, read: readInt, max: MaxInt}
		}
	}
	s := b.object(parent)
	s.members = append(s.members, m)
	if info.Required {
		s.required = append(s.required, len(s.members)-1)
	}
}

// element is what a list is made of: a member without a name.
func element(m member) *member {
	m.name = ""
	return &m
}

// value says how a scalar or a column is read.
func (b *builder) value(m *member, info *Info) {
	m.unnamed, m.signed = info.Unnamed, info.Signed
	switch info.Type {
	case Bool:
		m.kind, m.read = canon.Bool, readBool
	case Time:
		m.kind, m.read = canon.String, readTime
		if info.Place == Scalar && info.Field == Now {
			m.read = readNow
		}
	case Int, Fen, Span:
		m.kind, m.read = canon.Number, readInt
		m.max = b.max(info)
	default:
		m.kind, m.read = canon.String, readText
		if len(info.Fixed) > 0 {
			names := make([]string, len(info.Fixed))
			for i, w := range info.Fixed {
				names[i] = Word(w)
			}
			m.read, m.choices, m.values = readChoice, newIndex(names), info.Fixed
		} else if names, ok := b.terms.list(info.Choice); ok && info.Choice != "" {
			m.read, m.choices, m.values = readChoice, newIndex(names), b.table.FixAll(names)
		}
	}
}

func (b *builder) max(info *Info) int64 {
	switch {
	case info.Type == Fen && info.Place == Column && info.List == Lines &&
		0 < b.terms.LineCeiling && b.terms.LineCeiling < MaxFen:
		return b.terms.LineCeiling
	case info.Type == Fen:
		return MaxFen
	case info.Place == Scalar && info.Field == ComplaintRung:
		return int64(b.terms.Ladder)
	}
	return MaxInt
}

// object finds the object of that path, or adds it to the object it lies in.
func (b *builder) object(path string) *shape {
	for _, s := range b.shapes {
		if s.path == path {
			return s
		}
	}
	s := &shape{path: path}
	parent, name := cut(path)
	m := member{name: name, kind: canon.Object, read: readGroup, shape: s}
	for i := range sections {
		if sections[i] == path {
			m.read, m.section = readSection, Section(i)
		}
	}
	in := b.object(parent)
	in.members = append(in.members, m)
	b.shapes = append(b.shapes, s)
	return s
}

// find is the member of that path, which was added before.
func (b *builder) find(path string) *member {
	parent, name := cut(path)
	s := b.object(parent)
	for i := range s.members {
		if s.members[i].name == name {
			return &s.members[i]
		}
	}
	return nil
}

// finish makes the shape ready for reading.
func (s *shape) finish() {
	names := make([]string, len(s.members))
	for i := range s.members {
		names[i] = s.members[i].name
	}
	s.names = newIndex(names)
	s.seen = make([]uint64, (len(names)+63)/64)
	s.next = make([]follower, len(names)+1)
	for i, name := range names {
		s.next[i] = follower{name, i}
	}
}

// cut parts a path into the path of the object and the member's name. It is kept out of line, as is all that loops within what
// is called often at a load: a jump back counts for V8 by the length of its function, and what has counted enough is optimised while
// a page waits.
//
//go:noinline
func cut(path string) (parent, name string) {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' {
			return path[:i], path[i+1:]
		}
	}
	return "", path
}

// cutElement is the path of the list whose elements the path names.
func cutElement(path string) (list string, ok bool) {
	if n := len(path) - 2; n > 0 && path[n:] == "[]" {
		return path[:n], true
	}
	return "", false
}
