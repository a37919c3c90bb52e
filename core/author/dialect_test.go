package author_test

import (
	"math/rand/v2"
	"slices"

	"koujing/core/program"
)

// This file makes random expressions of the dialect: typed, so that the author takes every one of them, and with
// everything in them that core/packs/README.md lists.

// value is a value of the dialect: an int, a bool as 0 or 1 and a time in n, a text in s.
type value struct {
	absent bool
	n      int64
	s      string
}

// term is an expression that was made up: what it does, of what type it is, and what it is made of.
type term struct {
	op       string // an operator, a function, or lit, name, elem, list, range, if
	typ      program.Type
	nullable bool
	kids     []*term
	lit      value
	set      []value   // behind `in`
	named    *variable // of a name, or of a column in elem
	list     *listing  // of a quantifier and of len
	column   int       // of elem
	rounding string
	style    uint8 // how it is spelt where there are several ways
	values   []string
	konst    bool // the author works it out
}

// variable is a name that expressions may use.
type variable struct {
	index    int
	path     string
	typ      program.Type
	nullable bool
	values   []string // what a text can be, where something fixes it
	line     bool     // known only in a decision asked for each line
	late     bool     // not known yet when the lines are worked out
	slot     int      // in the frame, -1 for a setting
	setting  *value
	list     []value // of a setting that is a list
}

// listing is a list that expressions may walk.
type listing struct {
	path    string
	number  int
	stride  int
	columns []*variable // slot is the column
}

// writer makes up expressions.
type writer struct {
	*rand.Rand
	vars  []*variable
	lists []*listing
	loops []*listing
	line  bool
}

func pick[T any](w *writer, from []T) T { return from[w.IntN(len(from))] }

// expression makes up an expression of about size parts. A nullable one may be absent, or not.
func (w *writer) expression(t program.Type, nullable bool, size int) *term {
	if nullable && w.IntN(3) > 0 {
		return w.optional(t, size)
	}
	if size <= 2 || w.IntN(12) == 0 {
		return w.leaf(t)
	}
	switch w.IntN(8) {
	case 0:
		return w.choice(t, false, size)
	case 1:
		return w.fallback(t, false, size)
	}
	switch t {
	case program.Int:
		return w.integer(size)
	case program.Bool:
		return w.condition(size)
	case program.Time:
		return w.time(size)
	}
	return w.text(size)
}

// optional makes up an expression that may be absent.
func (w *writer) optional(t program.Type, size int) *term {
	switch {
	case size <= 3 || w.IntN(2) == 0:
		if n := w.name(t, true); n != nil {
			return n
		}
	case w.IntN(2) == 0:
		return w.fallback(t, true, size)
	}
	return w.choice(t, true, size)
}

func (w *writer) choice(t program.Type, nullable bool, size int) *term {
	yes, no := w.expression(t, nullable, size/3), w.expression(t, nullable, size/3)
	if nullable && w.IntN(4) == 0 {
		// Only in place of what may be absent anyway: expr takes `c ? 5 : nil` for an int and then trips over the nil.
		gone := &term{op: "lit", typ: t, nullable: true, lit: value{absent: true}, konst: true}
		if yes.nullable && w.IntN(2) == 0 {
			no = gone
		} else if no.nullable {
			yes = gone
		}
	}
	return &term{op: "if", typ: t, nullable: yes.nullable || no.nullable, kids: []*term{w.condition(size / 3), yes, no}}
}

func (w *writer) fallback(t program.Type, nullable bool, size int) *term {
	first := w.expression(t, true, size/2)
	out := &term{op: "??", typ: t, kids: []*term{first, w.expression(t, nullable, size/2)}}
	out.nullable = first.nullable && out.kids[1].nullable
	if !first.nullable { // the author takes the first as it is
		out.values, out.konst = first.values, first.konst
	}
	return out
}

func (w *writer) leaf(t program.Type) *term {
	if w.IntN(2) == 0 {
		if n := w.name(t, false); n != nil {
			return n
		}
	}
	if w.IntN(3) == 0 {
		if n := w.name(t, true); n != nil {
			return &term{op: "??", typ: t, kids: []*term{n, w.plain(t)}}
		}
	}
	return w.plain(t)
}

// plain is a literal; of a time there is none, so it is one that is always known.
func (w *writer) plain(t program.Type) *term {
	if t == program.Time {
		for _, v := range w.vars {
			if v.path == "now" {
				return &term{op: "name", typ: t, named: v}
			}
		}
	}
	return &term{op: "lit", typ: t, lit: w.literal(t, nil), konst: true}
}

func (w *writer) literal(t program.Type, values []string) value {
	switch t {
	case program.Int:
		return value{n: w.number()}
	case program.Bool:
		return value{n: int64(w.IntN(2))}
	}
	if values != nil {
		return value{s: pick(w, values)}
	}
	return value{s: pick(w, texts)}
}

// numbers are ints that mean something: small ones, amounts, spans, and those at the edges of 32 and 63 bits.
var numbers = []int64{0, 0, 1, 1, 2, 3, 5, 7, 10, 50, 100, 200, 1500, 3600, 50000, 86400, 172800, 100000000000, 1<<31 - 1, 1 << 31,
	1<<32 + 1, 3037000499, 3037000500, 1 << 62, 1<<63 - 1, 1<<63 - 2}

var texts = []string{"", "a", "b", "ab", "aab", "hall", "outbound", "metering", "other", "calm", "vip", "咱们", "咱", "您好，咱们", "it's", `say "hi"`, `back\slash`, "a\tb", "😀"}

// number is small half the time, so that what an expression says and what a case holds are often equal, or next to it.
func (w *writer) number() int64 {
	switch w.IntN(6) {
	case 0, 1, 2:
		return w.Int64N(6)
	case 3:
		return w.Int64N(200000)
	}
	return pick(w, numbers)
}

// name is a name of that type, or nil if there is none. With a nullable one, it may be absent.
func (w *writer) name(t program.Type, nullable bool) *term {
	var from []*variable
	add := func(vars []*variable) {
		for _, v := range vars {
			if v.typ == t && v.nullable == nullable && v.list == nil && (w.line || !v.line) && !(w.line && v.late) {
				from = append(from, v)
			}
		}
	}
	if n := len(w.loops); n > 0 && w.IntN(3) > 0 {
		list := w.loops[n-1]
		if add(list.columns); len(from) > 0 {
			v := pick(w, from)
			return &term{op: "elem", typ: t, nullable: nullable, named: v, list: list, column: v.slot, values: v.values, style: uint8(w.IntN(2))}
		}
	}
	if add(w.vars); len(from) == 0 {
		return nil
	}
	v := pick(w, from)
	return &term{op: "name", typ: t, nullable: nullable, named: v, values: v.values, konst: v.setting != nil}
}

func (w *writer) integer(size int) *term {
	out := &term{typ: program.Int}
	switch w.IntN(14) {
	case 0, 1, 2, 3, 4:
		out.op = pick(w, []string{"+", "-", "*", "%", "+", "-"})
		out.kids = w.two(program.Int, size)
	case 5:
		out.op = pick(w, []string{"neg", "plus", "abs"})
		out.kids = []*term{w.expression(program.Int, false, size-1)}
	case 6:
		out.op = pick(w, []string{"min", "max", "money.min", "money.max"})
		for range 2 + w.IntN(3) {
			out.kids = append(out.kids, w.expression(program.Int, false, size/3))
		}
	case 7:
		out.op = pick(w, []string{"minutes", "hours", "days"})
		out.kids = []*term{w.expression(program.Int, false, size-1)}
	case 8:
		out.op, out.rounding = "money.share", pick(w, []string{"down", "up", "half_up", "half_even"})
		den := w.expression(program.Int, false, size/3)
		if w.IntN(2) == 0 || !den.varies() { // the author refuses a constant zero
			den = &term{op: "lit", typ: program.Int, lit: value{n: pick(w, []int64{1, 2, 2, 3, 4, 7, 10, 100, 1000, 1<<63 - 1})}, konst: true}
		}
		out.kids = []*term{w.expression(program.Int, false, size/3), w.expression(program.Int, false, size/3), den}
	case 9:
		out.op = "age"
		out.kids = []*term{w.expression(program.Time, false, size-1)}
	case 10:
		out.op = "-"
		out.kids = w.two(program.Time, size)
	default:
		return w.tally(size)
	}
	out.konst = out.op == "plus" && out.kids[0].konst
	return out
}

// varies reports whether a case has any say in what t is.
func (t *term) varies() bool {
	if t.list != nil || t.op == "name" && t.named.slot >= 0 {
		return true
	}
	if t.op == "??" && !t.kids[0].nullable {
		return t.kids[0].varies()
	}
	return slices.ContainsFunc(t.kids, (*term).varies)
}

func (w *writer) two(t program.Type, size int) []*term {
	left := 1 + w.IntN(max(1, size-1))
	return []*term{w.expression(t, false, left), w.expression(t, false, size-left)}
}

// tally is a number that comes from a list.
func (w *writer) tally(size int) *term {
	if w.line || len(w.loops) == 2 {
		return w.leaf(program.Int)
	}
	list := pick(w, w.lists)
	if size < 4 || w.IntN(5) == 0 {
		return &term{op: "len", typ: program.Int, list: list}
	}
	out := &term{op: pick(w, []string{"count", "sum"}), typ: program.Int, list: list, style: uint8(w.IntN(2))}
	w.loops = append(w.loops, list)
	if out.op == "sum" {
		out.kids = []*term{w.expression(program.Int, false, size-3)}
	} else {
		out.kids = []*term{w.condition(size - 3)}
	}
	w.loops = w.loops[:len(w.loops)-1]
	return out
}

func (w *writer) condition(size int) *term {
	if size <= 2 {
		return w.leaf(program.Bool)
	}
	out := &term{typ: program.Bool, style: uint8(w.IntN(4))}
	switch n := w.IntN(16); {
	case n < 4:
		out.op = pick(w, []string{"and", "or"})
		out.kids = w.two(program.Bool, size)
	case n == 4:
		out.op = "not"
		out.kids = []*term{w.expression(program.Bool, false, size-1)}
	case n < 7:
		out.op = pick(w, []string{"<", "<=", ">", ">="})
		out.kids = w.two(pick(w, []program.Type{program.Int, program.Int, program.Time}), size)
	case n < 10:
		return w.equal(size)
	case n == 10:
		return w.given(size)
	case n < 13:
		return w.member(size)
	case n == 13:
		out.op = pick(w, []string{"contains", "startsWith", "endsWith"})
		out.kids = w.two(program.Text, size)
	default:
		if w.line || len(w.loops) == 2 || size < 4 {
			return w.leaf(program.Bool)
		}
		out.op, out.list = pick(w, []string{"any", "all", "none", "one"}), pick(w, w.lists)
		w.loops = append(w.loops, out.list)
		out.kids = []*term{w.condition(size - 3)}
		w.loops = w.loops[:len(w.loops)-1]
	}
	return out
}

// equal compares two values that may be absent.
func (w *writer) equal(size int) *term {
	t := pick(w, []program.Type{program.Int, program.Bool, program.Text, program.Text, program.Time})
	x, y := w.expression(t, true, size/2), w.expression(t, true, size/2)
	if t == program.Text { // a word that the other side can never be is refused
		if x.values != nil && y.konst {
			y = &term{op: "lit", typ: t, lit: w.literal(t, x.values), konst: true}
		}
		if y.values != nil && x.konst {
			x = &term{op: "lit", typ: t, lit: w.literal(t, y.values), konst: true}
		}
	}
	return &term{op: pick(w, []string{"==", "!="}), typ: program.Bool, kids: []*term{x, y}}
}

// given compares with nil.
func (w *writer) given(size int) *term {
	t := pick(w, []program.Type{program.Int, program.Bool, program.Text, program.Time})
	x := w.optional(t, size-1)
	if !x.nullable {
		return w.leaf(program.Bool)
	}
	kids := []*term{x, {op: "lit", lit: value{absent: true}, nullable: true, konst: true}}
	if w.IntN(4) == 0 {
		kids[0], kids[1] = kids[1], kids[0]
	}
	return &term{op: pick(w, []string{"==", "!="}), typ: program.Bool, kids: kids}
}

// member looks a value up in a list of constants, in a setting, or in a range.
func (w *writer) member(size int) *term {
	t := pick(w, []program.Type{program.Int, program.Text, program.Text})
	if w.IntN(8) == 0 {
		t = program.Bool
	}
	x := w.expression(t, true, size-2)
	out := &term{op: pick(w, []string{"in", "not in"}), typ: program.Bool, style: uint8(w.IntN(2)), kids: []*term{x}}
	if t == program.Int && w.IntN(2) == 0 {
		low := w.Int64N(12) - 6
		if w.IntN(4) == 0 {
			low = w.Int64N(2000) - 1000
		}
		out.kids = append(out.kids, &term{op: "range", set: []value{{n: low}, {n: low + w.Int64N(20) - 4}}})
		return out
	}
	if x.values == nil && w.IntN(4) == 0 {
		for _, v := range w.vars {
			if v.list != nil && v.typ == t && !v.line {
				out.kids = append(out.kids, &term{op: "name", named: v, set: v.list})
				return out
			}
		}
	}
	set := &term{op: "list", typ: t}
	for range 1 + w.IntN(12) {
		set.set = append(set.set, w.literal(t, x.values))
	}
	out.kids = append(out.kids, set)
	return out
}

func (w *writer) time(size int) *term {
	out := &term{typ: program.Time}
	t, n := w.expression(program.Time, false, size/2), w.expression(program.Int, false, size/2)
	switch w.IntN(4) {
	case 0:
		out.op, out.kids = "+", []*term{n, t}
	case 1:
		out.op, out.kids = "workdays", []*term{t, n}
	default:
		out.op, out.kids = pick(w, []string{"+", "-"}), []*term{t, n}
	}
	return out
}

func (w *writer) text(size int) *term {
	if len(w.loops) > 0 {
		return w.leaf(program.Text) // texts are not built in loops
	}
	out := &term{op: "concat", typ: program.Text, kids: w.two(program.Text, size)}
	out.konst = out.kids[0].konst && out.kids[1].konst
	return out
}
