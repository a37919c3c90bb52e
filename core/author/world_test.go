package author_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/expr-lang/expr/types"

	"koujing/core/atom"
	"koujing/core/author"
	"koujing/core/casefile"
	"koujing/core/clock"
	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/vocabulary"
)

// world is what random expressions live in: the names they may use, and the machine's and expr's ideas of a case.
type world struct {
	decoder  *casefile.Decoder
	layout   *vocabulary.Layout
	atoms    *atom.Table
	vars     []*variable
	lists    []*listing
	results  []*variable // of own decisions, in one batch
	calendar *clock.Calendar
}

// result lets later expressions of a batch name what an own decision gives.
func (w *world) result(path string, t *term) *variable {
	v := &variable{index: len(w.vars) + len(w.results), path: path, typ: t.typ, nullable: t.nullable, slot: 0}
	w.results = append(w.results, v)
	return v
}

// settle notes the value of a result, or that there is none.
func (s *situation) settle(v *variable, x value, ok bool) {
	s.values[v.index] = x
	s.lacking[v] = !ok
}

// worldPack is the pack.yaml of the packs that random expressions stand in: some texts are bound to a list and some are
// not, there is a fact of every type, and a setting of every kind.
const worldPack = `
id: referee
version: "1"
title: referee
locale: zh-CN
utc_offset: "+08:00"
lists:
  category: [metering, bill_item, other]
  brand: [m_zone, gotone]
  state: [taken_in, working, closed]
  tier: [gold, silver]
facts:
  affected: int
  balance: int?
  insured: bool
  union: bool?
  region: text
  remark: text?
  visit: time?
  deposit: fen
  bonus: fen?
  patience: duration
  tier: one_of tier
settings:
  word.name: { value: vip }
  word.empty: { value: "" }
  words: { value: [hall, metering, "", 咱们] }
  count.many: { value: 100 }
  count.most: { value: 9223372036854775807 }
  count.some: { value: [1, 2, 50, -7] }
  span.day: { value: 24h }
  flag.on: { value: true }
  flag.off: { value: false }
`

// newWorld reads the names off a pack, the case's table and the vocabulary: what the machine will see.
func newWorld(t testing.TB, src author.Sources) *world {
	t.Helper()
	built, found := author.Build(src)
	if built == nil {
		t.Fatal(found)
	}
	p, e := pack.Parse(built)
	if e != nil {
		t.Fatal(e)
	}
	w := &world{}
	w.tie(t, p)
	for _, s := range p.Settings {
		if v := setting(s); v != nil {
			w.vars = append(w.vars, v)
		}
	}
	w.declare(p)
	for i, r := range vocabulary.Results {
		w.vars = append(w.vars, &variable{path: r.Path, typ: r.Type, nullable: r.Nullable, values: r.Values, late: r.Known > vocabulary.AtMultiplier, slot: w.layout.Result(i)})
	}
	for i, v := range w.vars {
		v.index = i
	}
	return w
}

// setting is a setting as expressions see it; nil for a span of working days, which they do not.
func setting(s pack.Setting) *variable {
	v := &variable{path: "settings." + s.Name, slot: -1, setting: &value{n: s.Int}}
	switch s.Kind {
	case "text":
		v.typ, v.setting = program.Text, &value{s: s.Text}
	case "bool":
		v.typ = program.Bool
	case "list":
		v.setting = nil
		for _, text := range s.List {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				v.typ = program.Text
			}
			v.list = append(v.list, value{n: n, s: text})
		}
		for i := range v.list {
			if v.typ == program.Text {
				v.list[i].n = 0
			} else {
				v.list[i].s = ""
			}
		}
	case "duration":
		if s.Workdays {
			return nil
		}
	}
	return v
}

// declare adds the names of the case.
func (w *world) declare(p *pack.Pack) {
	terms := p.Terms()
	byPath := map[string]*listing{}
	for _, info := range terms.Names() {
		v := &variable{path: info.Path, typ: typeOf(info.Type), nullable: info.Nullable, values: valuesOf(&info, p)}
		switch info.Place {
		case casefile.Scalar:
			v.slot = int(info.Field)
			w.vars = append(w.vars, v)
		case casefile.Objects, casefile.Plain:
			list := &listing{path: info.Path, number: int(info.List)}
			byPath[info.Path] = list
			w.lists = append(w.lists, list)
		case casefile.Column:
			path, column, _ := strings.Cut(info.Path, "[]")
			list := byPath[path]
			v.path, v.slot, v.nullable = strings.TrimPrefix(column, "."), info.Column, info.Nullable && !info.Derived
			list.columns = append(list.columns, v)
			list.stride = max(list.stride, info.Column+1)
			if path == "lines" && info.Column < vocabulary.LineColumns {
				w.vars = append(w.vars, &variable{path: "line." + v.path, typ: v.typ, nullable: v.nullable, values: v.values,
					line: true, slot: w.layout.Line(info.Column)})
			}
		}
	}
}

// declareOwn adds the results of the pack's own decisions, as far as rules may read them.
func (w *world) declareOwn(t testing.TB, src author.Sources) {
	t.Helper()
	built, _ := author.Build(src)
	p, e := pack.Parse(built)
	if e != nil {
		t.Fatal(e)
	}
	for _, d := range p.Program.Decisions {
		if !d.Own || d.Hit == program.Collect {
			continue
		}
		for _, o := range d.Outputs {
			w.results = append(w.results, &variable{path: d.Name + "." + o.Name, typ: o.Type, nullable: o.Nullable})
		}
	}
}

// tie makes the parts that a linked program needs.
func (w *world) tie(t testing.TB, p *pack.Pack) {
	t.Helper()
	w.atoms = casefile.NewTable()
	w.decoder = casefile.NewDecoder(w.atoms, p.Terms())
	w.layout = vocabulary.NewLayout(w.decoder)
	var ok bool
	if w.calendar, ok = clock.NewCalendar(p.UTCOffset, p.Holidays, p.Workdays); !ok {
		t.Fatal("no calendar")
	}
}

func typeOf(t casefile.Type) program.Type {
	switch t {
	case casefile.Bool:
		return program.Bool
	case casefile.Text:
		return program.Text
	case casefile.Time:
		return program.Time
	}
	return program.Int
}

// valuesOf lists what a text of the case can be, nil if anything.
func valuesOf(info *casefile.Info, p *pack.Pack) []string {
	var out []string
	for _, id := range info.Fixed {
		out = append(out, casefile.Word(id))
	}
	for _, l := range p.Lists {
		if info.Choice != "" && l.Name == info.Choice {
			for _, v := range l.Values {
				out = append(out, v.ID)
			}
		}
	}
	return out
}

// situation makes up a case: every name gets a value that it can have, or any at all.
func (w *world) situation(dice *writer) *situation {
	s := &situation{values: make([]value, len(w.vars)+len(w.results)), lacking: map[*variable]bool{},
		rows: make([][][]value, casefile.NumLists), calendar: w.calendar}
	absent := dice.IntN(4) // of the names that may be absent: from nearly none to nearly all
	some := func(v *variable) value {
		if v.nullable && dice.IntN(4) <= absent {
			return value{absent: true}
		}
		return dice.content(v)
	}
	for i, v := range w.vars {
		if v.slot >= 0 {
			s.values[i] = some(v)
		}
		if v.path == "now" {
			s.now = s.values[i].n
		}
	}
	for _, list := range w.lists {
		rows := make([][]value, dice.IntN(5))
		for r := range rows {
			rows[r] = make([]value, list.stride)
			for _, c := range list.columns {
				rows[r][c.slot] = some(c)
			}
		}
		s.rows[list.number] = rows
	}
	return s
}

// content makes up a value of a name.
func (w *writer) content(v *variable) value {
	switch v.typ {
	case program.Bool:
		return value{n: int64(w.IntN(2))}
	case program.Text:
		if v.values == nil && w.IntN(40) == 0 {
			return value{s: strings.Repeat("a", 2048+w.IntN(2))} // two of them are just what a rule may build, or more
		}
		return w.literal(program.Text, v.values)
	case program.Time:
		if w.IntN(8) > 0 {
			return value{n: 1_795_000_000 + w.Int64N(40*86400)}
		}
	}
	n := w.number()
	if w.IntN(3) == 0 {
		n = -n
	}
	return value{n: n}
}

// fill puts a situation into a machine.
func (w *world) fill(m *program.Machine, s *situation) {
	w.atoms.Reset()
	m.Reset()
	for i, v := range w.vars {
		if v.slot >= 0 {
			m.Frame[v.slot] = w.slot(v.typ, s.values[i])
		}
	}
	for _, list := range w.lists {
		rows := &m.Lists[list.number]
		*rows = casefile.Rows{Data: rows.Data[:0], Stride: list.stride, Len: len(s.rows[list.number])}
		for _, row := range s.rows[list.number] {
			at := len(rows.Data)
			rows.Data = append(rows.Data, make([]int64, list.stride)...)
			for _, c := range list.columns {
				rows.Data[at+c.slot] = w.slot(c.typ, row[c.slot])
			}
		}
	}
}

func (w *world) slot(t program.Type, v value) int64 {
	switch {
	case v.absent:
		return atom.Null
	case t == program.Text:
		return int64(w.atoms.Intern([]byte(v.s)))
	}
	return v.n
}

// read is the other way round.
func (w *world) read(t program.Type, slot int64) value {
	switch {
	case slot == atom.Null:
		return value{absent: true}
	case t == program.Text:
		return value{s: string(w.atoms.Text(atom.ID(slot)))}
	}
	return value{n: slot}
}

// native is a value as expr has it. Times are seconds for it, too.
func native(t program.Type, v value) any {
	switch {
	case v.absent:
		return nil
	case t == program.Text:
		return v.s
	case t == program.Bool:
		return v.n == 1
	}
	return int(v.n)
}

// env is a situation as expr's VM takes it: maps in maps.
func (w *world) env(s *situation) map[string]any {
	env := map[string]any{}
	for i, v := range w.vars {
		switch {
		case v.list != nil:
			list := make([]any, len(v.list))
			for j, x := range v.list {
				list[j] = native(v.typ, x)
			}
			put[any](env, v.path, list)
		case v.setting != nil:
			put[any](env, v.path, native(v.typ, *v.setting))
		default:
			put[any](env, v.path, native(v.typ, s.values[i]))
		}
	}
	for _, list := range w.lists {
		rows := make([]any, 0, len(s.rows[list.number]))
		for _, row := range s.rows[list.number] {
			if list.columns[0].path == "" {
				rows = append(rows, native(list.columns[0].typ, row[0]))
				continue
			}
			element := map[string]any{}
			for _, c := range list.columns {
				element[c.path] = native(c.typ, row[c.slot])
			}
			rows = append(rows, element)
		}
		put[any](env, list.path, rows)
	}
	w.functions(env, s.now)
	return env
}

func put[V any, M ~map[string]V](env M, path string, v V) {
	head, rest, deep := strings.Cut(path, ".")
	if !deep {
		env[head] = v
		return
	}
	inner, ok := any(env[head]).(M)
	if !ok {
		inner = M{}
		env[head] = any(inner).(V)
	}
	put[V](inner, rest, v)
}

var errFault = errors.New("out of range")

// functions are the dialect's own, for expr's VM. Products wrap, as expr's do; the machine must not.
func (w *world) functions(env map[string]any, now int64) {
	put[any](env, "money.share", func(amount, num, den int, rounding string) (int, error) {
		share, ok := exactShare(int64(amount), int64(num), int64(den), rounding)
		if !ok {
			return 0, errFault
		}
		return int(share), nil
	})
	put[any](env, "money.min", func(first int, rest ...int) int { return slices.Min(append(rest, first)) })
	put[any](env, "money.max", func(first int, rest ...int) int { return slices.Max(append(rest, first)) })
	for name, seconds := range map[string]int{"minutes": 60, "hours": 3600, "days": 86400} {
		env[name] = func(n int) int { return n * seconds }
	}
	env["age"] = func(t int) int { return int(now) - t }
	env["workdays"] = func(t, n int) (int, error) {
		if n < 0 || n > 3660 {
			return 0, errFault
		}
		return int(w.calendar.AddWorkdays(int64(t), int64(n))), nil
	}
}

// types is the same environment for expr's checker: a value that may be absent is of any type.
func (w *world) types() types.Map {
	env := types.Map{}
	of := func(v *variable) types.Type {
		switch {
		case v.list != nil:
			return types.Array(exprTypes[v.typ])
		case v.nullable:
			return types.Any
		}
		return exprTypes[v.typ]
	}
	for _, v := range slices.Concat(w.vars, w.results) {
		put[types.Type](env, v.path, of(v))
	}
	for _, list := range w.lists {
		element := types.Map{}
		for _, c := range list.columns {
			if c.path == "" {
				put[types.Type](env, list.path, types.Array(of(c)))
			}
			element[c.path] = of(c)
		}
		if list.columns[0].path != "" {
			put[types.Type](env, list.path, types.Array(element))
		}
	}
	functions := map[string]any{}
	w.functions(functions, 0)
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		if inner, ok := functions[name].(map[string]any); ok {
			for k, f := range inner {
				put[types.Type](env, name+"."+k, types.TypeOf(f))
			}
			continue
		}
		env[name] = types.TypeOf(functions[name])
	}
	return env
}

var exprTypes = map[program.Type]types.Type{program.Int: types.Int, program.Time: types.Int, program.Bool: types.Bool, program.Text: types.String}

func (v value) String() string {
	switch {
	case v.absent:
		return "nil"
	case v.s != "":
		return fmt.Sprintf("%q", v.s)
	}
	return fmt.Sprint(v.n)
}
