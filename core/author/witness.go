package author

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"

	"koujing/core/atom"
	"koujing/core/author/region"
	"koujing/core/casefile"
	"koujing/core/clock"
	"koujing/core/program"
)

// witnessTime is the clock of the cases that are made up here: 2026-11-22T10:00:00+08:00.
const witnessTime = 1795312800

// Bounds of what is tried for one claim.
const (
	maxDrafts = 400
	maxChain  = 3   // decisions that lead to each other
	caseSteps = 200 // of the search's budget, what it costs to make up a case and run it
)

// draft is a case being made up: JSON by path, and elements of lists, each JSON by column ("" of plain values).
type draft struct {
	set   map[string]string
	lists map[string][]map[string]string
}

func newDraft() draft {
	return draft{set: map[string]string{}, lists: map[string][]map[string]string{}}
}

// with adds another draft; what stands there already stays.
func (d draft) with(e draft) draft {
	out := draft{set: maps.Clone(d.set), lists: map[string][]map[string]string{}}
	for path, text := range e.set {
		if _, ok := out.set[path]; !ok {
			out.set[path] = text
		}
	}
	for _, from := range []draft{d, e} {
		for list, elements := range from.lists {
			for _, element := range elements {
				out.lists[list] = append(out.lists[list], maps.Clone(element))
			}
		}
	}
	return out
}

func setting(path, text string) draft {
	d := newDraft()
	d.set[path] = text
	return d
}

func adding(list string, element map[string]string) draft {
	d := newDraft()
	d.lists[list] = []map[string]string{element}
	return d
}

// witness makes up a case in one of the boxes for which claim holds of the rules that apply, and leaves out of it what
// does not matter. It is "" if none was found.
func (s *study) witness(boxes []region.Box, claim func(fired []string) bool) string {
	if !s.probed {
		s.probe, s.probed = s.b.newProbe(&question{decision: s.d.name}), true
	}
	if s.probe == nil {
		return ""
	}
	return s.madeUp(boxes, s.probe, claim)
}

// inside is witness for a case that must lie in a box, also by what the stages work out.
func (s *study) inside(box region.Box, claim func(fired []string) bool) string {
	q := &question{decision: s.d.name}
	for i, x := range s.space.axes {
		if !s.space.whole[i].Within(box[i]) {
			q.within = append(q.within, restriction{x, box[i]})
		}
	}
	p := s.b.newProbe(q)
	if p == nil {
		return ""
	}
	return s.madeUp([]region.Box{box}, p, claim)
}

func (s *study) madeUp(boxes []region.Box, p *probe, claim func(fired []string) bool) string {
	known := coreDecision(s.d.name)
	base := newDraft()
	switch section(known) {
	case "lines":
		base.lists["lines"] = []map[string]string{{}}
	case "complaint":
		base.set["complaint"] = "{}"
	}
	proves := func(d draft) bool {
		fired, ok := p.fired(s.b.writeCase(d))
		return ok && claim(fired)
	}
	tried := 0
	for _, box := range boxes {
		for _, d := range s.drafts(base, box, maxChain) {
			if proves(d) {
				return string(s.b.writeCase(shrink(d, proves)))
			}
			if tried++; tried > maxDrafts {
				return ""
			}
			if !s.budget.Spend(caseSteps) {
				s.gaveUp = true
				return ""
			}
		}
	}
	return ""
}

// shrink takes away what a case proves its point without.
func shrink(d draft, proves func(draft) bool) draft {
	for _, path := range slices.Sorted(maps.Keys(d.set)) {
		less := d.with(draft{})
		delete(less.set, path)
		if proves(less) {
			d = less
		}
	}
	for _, list := range slices.Sorted(maps.Keys(d.lists)) {
		for i := len(d.lists[list]) - 1; i >= 0; i-- {
			less := d.with(draft{})
			less.lists[list] = slices.Delete(less.lists[list], i, i+1)
			if proves(less) {
				d = less
				continue
			}
			for _, column := range slices.Sorted(maps.Keys(d.lists[list][i])) {
				less := d.with(draft{})
				delete(less.lists[list][i], column)
				if proves(less) {
					d = less
				}
			}
		}
	}
	return d
}

// drafts are cases that probably lie in a box: what the case says itself is set, and for what is worked out there are
// several guesses.
func (s *study) drafts(base draft, box region.Box, depth int) []draft {
	out := []draft{base}
	for i, x := range s.space.axes {
		if s.space.whole[i].Within(box[i]) || s.direct(x) {
			continue
		}
		guesses := s.guesses(x, box[i], depth)
		var next []draft
		for _, d := range out {
			for _, g := range guesses {
				if len(next) < maxDrafts {
					next = append(next, d.with(g))
				}
			}
		}
		out = next
	}
	for _, d := range out {
		for i, x := range s.space.axes {
			if s.direct(x) {
				s.fill(d, x, box[i])
			}
		}
	}
	return out
}

// direct reports whether a variable is a value of the case.
func (s *study) direct(x *axis) bool {
	_, ok := s.b.inputInfo(x.path)
	return ok && x.path != ""
}

// fill sets a value of the case.
func (s *study) fill(d draft, x *axis, set region.Set) {
	info, _ := s.b.inputInfo(x.path)
	text, needed := x.pick(&info, set, s.b.pack.UTCOffset)
	if !needed {
		return
	}
	if column, ok := strings.CutPrefix(x.path, "line."); ok {
		if len(d.lists["lines"]) == 0 {
			d.lists["lines"] = []map[string]string{{}}
		}
		if _, taken := d.lists["lines"][0][column]; !taken {
			d.lists["lines"][0][column] = text
		}
		return
	}
	if _, taken := d.set[x.path]; !taken {
		d.set[x.path] = text
	}
}

// pick chooses a value in a set of cells; needed is false where the value that an absent one comes to is among them.
func (a *axis) pick(info *casefile.Info, set region.Set, offset int32) (text string, needed bool) {
	if a.absent >= 0 && set.Has(a.absent) {
		return "", false
	}
	for c := 0; c < a.size; c++ {
		if !set.Has(c) || c == a.absent {
			continue
		}
		switch {
		case a.typ.base == program.Text:
			for c2 := range a.texts { // what an absent text comes to
				if set.Has(c2) && !info.Nullable && info.Default != 0 && a.texts[c2] == casefile.Word(atom.ID(info.Default)) {
					return "", false
				}
			}
			if c == a.other {
				return quoted(a.fresh()), true
			}
			return quoted(a.texts[c]), true
		case a.typ.base == program.Bool:
			return []string{"false", "true"}[a.starts[c]], a.starts[c] == 1 || info.Nullable
		case a.typ.base == program.Time:
			return quoted(string(clock.AppendTime(nil, min(max(witnessTime, a.starts[c]), a.end(c)), offset))), true
		}
		n := a.starts[c]
		if !info.Nullable && set.Meets(a.cells(values{spans: [][2]int64{{0, 0}}})) && n <= 0 {
			return "", false
		}
		if n <= a.least && n < 0 {
			n = min(0, a.end(c))
		}
		return strconv.FormatInt(n, 10), true
	}
	return "", false
}

// fresh is a text that no rule names.
func (a *axis) fresh() string {
	s := "x"
	for slices.Contains(a.texts, s) {
		s += "x"
	}
	return s
}

func quoted(s string) string {
	var b bytes.Buffer
	writeText(&b, s)
	return b.String()
}

// writeCase writes a case in the order of the contract.
func (b *build) writeCase(d draft) []byte {
	root := &branch{}
	now, ok := d.set["now"]
	if !ok {
		now = quoted(string(clock.AppendTime(nil, witnessTime, b.pack.UTCOffset)))
	}
	root.put("now", now)
	terms := b.pack.Terms()
	columns := map[string][]string{}
	names := terms.Names()
	for i := range names {
		if info := &names[i]; info.Place == casefile.Column {
			list, column, _ := strings.Cut(info.Path, "[]")
			columns[list] = append(columns[list], strings.TrimPrefix(column, "."))
		}
	}
	for i := range names {
		info := &names[i]
		section, _, nested := strings.Cut(info.Path, ".")
		if text, ok := d.set[section]; ok && nested {
			root.put(section, text)
		}
		switch info.Place {
		case casefile.Scalar:
			if text, ok := d.set[info.Path]; ok && info.Path != "now" {
				root.put(info.Path, text)
			}
		case casefile.Objects, casefile.Plain:
			if elements := d.lists[info.Path]; len(elements) > 0 {
				root.put(info.Path, writeElements(info.Path, elements, columns[info.Path]))
			}
		}
	}
	return root.write(nil)
}

func writeElements(list string, elements []map[string]string, columns []string) string {
	out := []byte{'['}
	for i, e := range elements {
		if i > 0 {
			out = append(out, ',')
		}
		if plain, ok := e[""]; ok {
			out = append(out, plain...)
			continue
		}
		if list == "lines" {
			e = completeLine(e, i)
		}
		element := &branch{}
		for _, c := range columns {
			if text, ok := e[c]; ok {
				element.put(c, text)
			}
		}
		out = element.write(out)
	}
	return string(append(out, ']'))
}

// completeLine adds what every line must have.
func completeLine(e map[string]string, i int) map[string]string {
	e = maps.Clone(e)
	want := map[string]string{"id": quoted("L" + strconv.Itoa(i+1)), "charged_fen": "0"}
	if e["verification"] == `"confirmed"` {
		want["due_fen"] = "0"
	}
	for column, text := range want {
		if _, ok := e[column]; !ok {
			e[column] = text
		}
	}
	return e
}

// branch is a JSON value being put together: a text, or members in order.
type branch struct {
	text string
	keys []string
	sub  map[string]*branch
}

func (t *branch) put(path, text string) {
	key, rest, nested := strings.Cut(path, ".")
	if t.sub == nil {
		t.sub = map[string]*branch{}
	}
	sub, ok := t.sub[key]
	if !ok {
		sub = &branch{}
		t.sub[key] = sub
		t.keys = append(t.keys, key)
	}
	if nested {
		sub.put(rest, text)
		return
	}
	sub.text = text
}

func (t *branch) write(dst []byte) []byte {
	if t.sub == nil && t.text != "" {
		return append(dst, t.text...)
	}
	dst = append(dst, '{')
	for i, key := range t.keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, quoted(key)...), ':')
		dst = t.sub[key].write(dst)
	}
	return append(dst, '}')
}
