package program_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"koujing/core/atom"
	"koujing/core/author"
	"koujing/core/casefile"
	"koujing/core/clock"
	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/vocabulary"
)

// tablePack declares the inputs of the tables: texts, of a list or not, and ints, present or not.
const tablePack = `
id: tables
version: "1"
title: tables
locale: zh-CN
utc_offset: "+08:00"
lists:
  tier: [gold, silver, iron]
facts:
  word: text
  note: text?
  tier: one_of tier
  n: int
  m: int?
  flag: bool
`

// column is an input of the tables, with what cells and cases draw from.
type column struct {
	name     string
	words    []string // of a text
	flag     bool
	nullable bool
}

var columns = []column{
	{name: "facts.word", words: []string{"a", "b", "c", "d", "甲", "乙"}},
	{name: "facts.note", words: []string{"x", "y", "z"}, nullable: true},
	{name: "facts.tier", words: []string{"gold", "silver", "iron"}, nullable: true},
	{name: "facts.n"},
	{name: "facts.m", nullable: true},
	{name: "facts.flag", flag: true},
}

// input is a value of a column. Texts are in s, the rest in n.
type input struct {
	absent bool
	n      int64
	s      string
}

// cell is a test of one column: how it is written, and what it says.
type cell struct {
	text  string
	holds func(input) bool
}

// row is a rule of a table: its cells, and what it gives.
type row struct {
	id    string
	cells []cell
	v     int64
	w     string
}

// draw makes up a value of a column. There are few, so that rows overlap.
func draw(dice *rand.Rand, c *column) input {
	switch {
	case c.nullable && dice.IntN(4) == 0:
		return input{absent: true}
	case c.words != nil:
		return input{s: c.words[dice.IntN(len(c.words))]}
	case c.flag:
		return input{n: dice.Int64N(2)}
	}
	return input{n: dice.Int64N(8)}
}

// cell makes up a test.
func newCell(dice *rand.Rand, c *column) cell {
	kind := dice.IntN(12)
	switch {
	case kind < 4:
		return cell{[]string{"-", ""}[dice.IntN(2)], func(input) bool { return true }}
	case kind == 4 && c.nullable:
		return cell{"null", func(x input) bool { return x.absent }}
	case kind > 8 && c.words == nil && !c.flag:
		return bound(dice)
	}
	var values []input
	var texts []string
	for range 1 + dice.IntN(4) {
		x := draw(dice, c)
		for x.absent {
			x = draw(dice, c)
		}
		values = append(values, x)
		switch {
		case c.words != nil:
			texts = append(texts, x.s)
		case c.flag:
			texts = append(texts, []string{"false", "true"}[x.n])
		default:
			texts = append(texts, fmt.Sprint(x.n))
		}
	}
	list := strings.Join(texts, ", ")
	if kind == 8 {
		return cell{"not(" + list + ")", func(x input) bool { return !slices.Contains(values, x) }}
	}
	return cell{list, func(x input) bool { return slices.Contains(values, x) }}
}

// bound makes up a test of order; an absent number passes none.
func bound(dice *rand.Rand) cell {
	low, high := dice.Int64N(8), dice.Int64N(8)
	switch dice.IntN(6) {
	case 0:
		return cell{fmt.Sprintf("> %d", low), func(x input) bool { return !x.absent && x.n > low }}
	case 1:
		return cell{fmt.Sprintf("<=%d", low), func(x input) bool { return !x.absent && x.n <= low }}
	case 2:
		return cell{fmt.Sprintf("[%d..%d]", low, high), func(x input) bool { return !x.absent && low <= x.n && x.n <= high }}
	case 3:
		return cell{fmt.Sprintf("(%d..%d)", low, high), func(x input) bool { return !x.absent && low < x.n && x.n < high }}
	case 4:
		return cell{fmt.Sprintf("%d, >= %d", low, high), func(x input) bool { return !x.absent && (x.n == low || x.n >= high) }}
	}
	return cell{fmt.Sprintf("not(%d, > %d)", low, high), func(x input) bool { return x.absent || x.n != low && x.n <= high }}
}

// table is a decision table and both its compiled forms.
type table struct {
	hit           program.Hit
	columns       []*column
	rows          []row
	atoms         *atom.Table
	layout        *vocabulary.Layout
	linked, plain *program.Machine // with and without the index
	decision      int
	groups, loose int
}

// csv writes the table as an operator would.
func (b *table) csv() string {
	var out strings.Builder
	fmt.Fprintf(&out, "# hit: %s\nid", b.hit)
	for _, c := range b.columns {
		fmt.Fprintf(&out, ",%s", c.name)
	}
	out.WriteString(",=> v")
	if b.hit < program.CollectSum {
		out.WriteString(",=> w")
	}
	out.WriteString("\n")
	for _, r := range b.rows {
		out.WriteString(r.id)
		for _, c := range r.cells {
			fmt.Fprintf(&out, ",%q", c.text)
		}
		fmt.Fprintf(&out, ",%d", r.v)
		if b.hit < program.CollectSum {
			fmt.Fprintf(&out, ",%s", r.w)
		}
		out.WriteString("\n")
	}
	return out.String()
}

// compile builds the table's pack and links it.
func (b *table) compile(t testing.TB) {
	t.Helper()
	built, found := author.Build(author.Sources{"pack.yaml": tablePack, "tables/own.table.csv": b.csv()})
	if built == nil {
		t.Fatalf("%v\n%s", found, b.csv())
	}
	p, perr := pack.Parse(built)
	if perr != nil {
		t.Fatal(perr)
	}
	b.atoms = casefile.NewTable()
	b.layout = vocabulary.NewLayout(casefile.NewDecoder(b.atoms, p.Terms()))
	l, lerr := program.Link(&p.Program, program.Symbols{Atoms: b.atoms, Slot: b.layout.Slot, List: b.layout.List, Column: b.layout.Column, Base: b.layout.Base()})
	if lerr != nil {
		t.Fatal(lerr)
	}
	cal, _ := clock.NewCalendar(0, nil, nil)
	lists := make([]casefile.Rows, casefile.NumLists)
	b.linked, b.plain = program.NewMachine(l, b.atoms, lists, cal), program.NewMachine(l.WithoutIndex(), b.atoms, lists, cal)
	b.decision = l.Find("own.table")
	b.groups, b.loose = l.Index(b.decision)
}

// fill puts inputs into a machine's frame.
func (b *table) fill(t testing.TB, m *program.Machine, inputs []input) {
	t.Helper()
	m.Reset()
	for i, c := range b.columns {
		slot, ok := b.layout.Slot(c.name)
		if !ok {
			t.Fatal(c.name)
		}
		switch x := inputs[i]; {
		case x.absent:
			m.Frame[slot] = atom.Null
		case c.words != nil:
			m.Frame[slot] = int64(b.atoms.Intern([]byte(x.s)))
		default:
			m.Frame[slot] = x.n
		}
	}
}

// answer is what a table says: the rules that apply and what comes of them.
type answer struct {
	ids   string
	out   string
	fault program.Fault
}

// naive reads the table from top to bottom.
func (b *table) naive(inputs []input) answer {
	var hits []*row
	for i := range b.rows {
		r := &b.rows[i]
		holds := true
		for c := range r.cells {
			holds = holds && r.cells[c].holds(inputs[c])
		}
		if !holds {
			continue
		}
		hits = append(hits, r)
		if b.hit == program.First {
			break
		}
		if b.hit == program.Unique && len(hits) == 2 {
			return answer{fault: program.TwoHits}
		}
		if b.hit == program.Any && (r.v != hits[0].v || r.w != hits[0].w) {
			return answer{fault: program.TwoAnswers}
		}
	}
	var ids, outs []string
	values := []int64{}
	for _, r := range hits {
		ids = append(ids, r.id)
		values = append(values, r.v)
		outs = append(outs, fmt.Sprint(r.v, r.w))
	}
	a := answer{ids: strings.Join(ids, " ")}
	switch {
	case b.hit == program.Collect:
		a.out = strings.Join(outs, " ")
	case b.hit == program.CollectCount:
		a.out = fmt.Sprint(len(hits))
	case len(hits) == 0 && b.hit > program.Collect:
		a.out = "0"
	case len(hits) == 0:
		a.out = "nothing"
	case b.hit == program.CollectSum:
		sum := int64(0)
		for _, v := range values {
			sum += v
		}
		a.out = fmt.Sprint(sum)
	case b.hit == program.CollectMin:
		a.out = fmt.Sprint(slices.Min(values))
	case b.hit == program.CollectMax:
		a.out = fmt.Sprint(slices.Max(values))
	default:
		a.out = outs[len(outs)-1]
	}
	return a
}

// ask asks a machine.
func (b *table) ask(m *program.Machine) answer {
	hits, err := m.Ask(b.decision)
	if err != nil {
		return answer{fault: err.Fault}
	}
	var ids, outs []string
	for i := range hits {
		ids = append(ids, string(b.atoms.Text(m.HitID(i))))
		if b.hit == program.Collect {
			outs = append(outs, fmt.Sprint(m.Out(i, 0), string(b.atoms.Text(atom.ID(m.Out(i, 1))))))
		}
	}
	a := answer{ids: strings.Join(ids, " "), out: strings.Join(outs, " ")}
	for i, fired := range m.Trace {
		if string(b.atoms.Text(fired.Rule)) != ids[i] {
			a.ids += " but the trace says otherwise"
		}
	}
	v := m.Frame[b.output(m, "v")]
	switch {
	case b.hit == program.Collect:
	case v == atom.Null:
		a.out = "nothing"
	case b.hit > program.Collect:
		a.out = fmt.Sprint(v)
	default:
		a.out = fmt.Sprint(v, string(b.atoms.Text(atom.ID(m.Frame[b.output(m, "w")]))))
	}
	return a
}

func (b *table) output(m *program.Machine, name string) int {
	return m.Program().Output(b.decision, name)
}

// newTable makes up a table.
func newTable(dice *rand.Rand, hit program.Hit, rows int) *table {
	b := &table{hit: hit}
	for _, i := range dice.Perm(len(columns))[:1+dice.IntN(len(columns))] {
		b.columns = append(b.columns, &columns[i])
	}
	for i := range rows {
		r := row{id: fmt.Sprintf("r%d", i), v: dice.Int64N(5) - 2, w: []string{"p", "q"}[dice.IntN(2)]}
		if hit == program.Any && dice.IntN(8) > 0 {
			r.v, r.w = 1, "p"
		}
		if hit >= program.CollectSum {
			r.w = ""
		}
		for _, c := range b.columns {
			r.cells = append(r.cells, newCell(dice, c))
		}
		if !slices.ContainsFunc(r.cells, func(c cell) bool { return c.text != "-" && c.text != "" }) {
			r.cells[0] = newCell(dice, b.columns[0]) // one that always applies is refused where it hides others
		}
		b.rows = append(b.rows, r)
	}
	return b
}

// TestTables compares three readings of random tables: by the index, by trying every row, and in Go.
func TestTables(t *testing.T) {
	const seed = 3
	tables, indexed, asked, faults := 0, 0, 0, map[program.Fault]int{}
	for n := range 400 {
		dice := rand.New(rand.NewPCG(seed, uint64(n)))
		rows := 8 + dice.IntN(60)
		if n%100 == 0 {
			rows = 1000
		}
		b := newTable(dice, program.Hit(n%8), rows)
		if always(b) {
			continue
		}
		b.compile(t)
		tables++
		if b.groups > 0 {
			indexed++
		}
		for range 100 {
			inputs := make([]input, len(b.columns))
			for i, c := range b.columns {
				inputs[i] = draw(dice, c)
			}
			b.atoms.Reset()
			b.fill(t, b.linked, inputs)
			b.fill(t, b.plain, inputs)
			want, got, plain := b.naive(inputs), b.ask(b.linked), b.ask(b.plain)
			if got != want || plain != want {
				t.Fatalf("seed %d, table %d, inputs %v\nindexed %v\nin turn %v\nin Go   %v\n%s", seed, n, inputs, got, plain, want, b.csv())
			}
			asked++
			faults[got.fault]++
		}
	}
	t.Logf("seed %d: %d tables, %d with an index, asked %d times, faults %v", seed, tables, indexed, asked, faults)
	if indexed < tables/2 || faults[program.TwoHits] == 0 || faults[program.TwoAnswers] == 0 {
		t.Error("too little was compared")
	}
}

// always reports whether a row of a first-hit table hides those behind it, which the author refuses.
func always(b *table) bool {
	return b.hit == program.First && slices.ContainsFunc(b.rows, func(r row) bool {
		return !slices.ContainsFunc(r.cells, func(c cell) bool { return c.text != "-" && c.text != "" })
	})
}

// TestCollisions asks a table whose keys all fall into one place of the hash table.
func TestCollisions(t *testing.T) {
	const rows = 200
	cells := 8
	for cells < 2*rows {
		cells *= 2
	}
	b := &table{hit: program.First, columns: []*column{&columns[3]}}
	var strangers []int64
	for v := int64(0); len(strangers) < rows; v++ {
		if program.Place(v, cells) != 5 {
			continue
		}
		if len(b.rows) == rows {
			strangers = append(strangers, v)
			continue
		}
		b.rows = append(b.rows, row{id: fmt.Sprint("r", v), v: v, w: "p",
			cells: []cell{{fmt.Sprint(v), func(x input) bool { return x.n == v }}}})
	}
	b.compile(t)
	if b.groups != 1 || b.loose != 0 {
		t.Fatalf("%d groups, %d loose rows", b.groups, b.loose)
	}
	for _, r := range b.rows {
		strangers = append(strangers, r.v)
	}
	for _, v := range strangers {
		b.fill(t, b.linked, []input{{n: v}})
		if got, want := b.ask(b.linked), b.naive([]input{{n: v}}); got != want {
			t.Errorf("%d: %v, want %v", v, got, want)
		}
	}
}

// TestAskAllocatesNothing asks tables of every hit policy after a first time.
func TestAskAllocatesNothing(t *testing.T) {
	var asked [program.CollectCount + 1]int
	for n := range uint64(40) {
		dice := rand.New(rand.NewPCG(17, n))
		b := newTable(dice, program.Hit(n)%(program.CollectCount+1), 12)
		if always(b) {
			continue
		}
		b.compile(t)
		for range 20 {
			inputs := make([]input, len(b.columns))
			for i, c := range b.columns {
				inputs[i] = draw(dice, c)
			}
			b.fill(t, b.linked, inputs)
			if b.naive(inputs).fault != program.NoFault {
				continue
			}
			asked[b.hit]++
			if n := testing.AllocsPerRun(10, func() { b.linked.Reset(); _, _ = b.linked.Ask(b.decision) }); n != 0 {
				t.Errorf("%s: %v allocations\n%s", b.hit, n, b.csv())
			}
		}
	}
	for hit, n := range asked {
		if n == 0 {
			t.Errorf("%s was never asked without a fault", program.Hit(hit))
		}
	}
}
