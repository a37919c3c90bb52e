package change

import (
	"fmt"
	"koujing/core/author/phrase"
	"slices"
	"sort"
	"strings"
)

// comparer collects what differs.
type comparer struct {
	found []Change
}

// stop is a thing, and its place among those beside it.
type stop struct {
	thing *thing
	place int
}

// trail is where one stands: the path, and the things around.
type trail struct {
	path   string
	around []stop
}

// segments are how groups stand in a path; others stand there by their name.
var segments = map[string]string{"rules": "", "values": "", "pack": "pack"}

// to is the trail of a thing in another.
func (t trail) to(x *thing, i int) trail {
	seg, ok := segments[x.group]
	if !ok {
		seg = x.group
	}
	if x.kind == "holiday" || x.kind == "workday" {
		seg += "/" + x.kind + "s"
	}
	switch {
	case x.kind == "branch":
		seg += fmt.Sprintf("[%d]", i)
	case x.id != "" && seg != "":
		seg += "/" + x.id
	case x.id != "":
		seg = x.id
	}
	path := seg
	if t.path != "" {
		path = t.path + "/" + seg
	}
	return trail{path: path, around: append(t.around[:len(t.around):len(t.around)], stop{x, i})}
}

// pair is a thing of a and the same one of b, by their places; -1 where there is none.
type pair struct{ a, b int }

// things compares things that stand beside each other, group by group.
func (c *comparer) things(at trail, a, b []*thing) {
	var groups []string
	for _, x := range append(a[:len(a):len(a)], b...) {
		if key := x.group + "/" + x.lane(); !slices.Contains(groups, key) {
			groups = append(groups, key)
		}
	}
	slices.SortStableFunc(groups, func(x, y string) int {
		x, _, _ = strings.Cut(x, "/")
		y, _, _ = strings.Cut(y, "/")
		return slices.Index(sections, x) - slices.Index(sections, y)
	})
	for _, group := range groups {
		in := func(x *thing) bool { return x.group+"/"+x.lane() == group }
		c.group(at, filter(a, in), filter(b, in))
	}
}

// lane tells apart what stands in one group and is not compared: holidays and working days.
func (x *thing) lane() string {
	switch x.kind {
	case "holiday", "workday", "calendar":
		return x.kind
	}
	return ""
}

func filter(list []*thing, in func(*thing) bool) []*thing {
	var out []*thing
	for _, x := range list {
		if in(x) {
			out = append(out, x)
		}
	}
	return out
}

// group compares the things of one group: it finds who is who, then what differs.
func (c *comparer) group(at trail, a, b []*thing) {
	pairs := match(a, b)
	moved := outOfOrder(pairs)
	for i, x := range a {
		p := pairs[i]
		here := at.to(x, i)
		if p.b < 0 {
			c.add(here, x, Change{Change: "removed", from: x.summary(), At: Places{From: x.at}})
			continue
		}
		y := b[p.b]
		places := Places{x.at, y.at}
		if x.named && x.id != y.id {
			c.add(here, x, Change{Change: "renamed", From: x.id, To: y.id, At: places})
		}
		if moved[i] {
			c.add(here, x, Change{Change: "moved", From: before(a, i), To: before(b, p.b), At: places})
		}
		if x != y { // of files that are the same there is one outline
			c.fields(here, x, y)
			c.things(here, x.parts, y.parts)
		}
	}
	for _, p := range pairs[len(a):] {
		y := b[p.b]
		c.add(at.to(y, p.b), y, Change{Change: "added", to: y.summary(), At: Places{To: y.at}})
	}
}

func (c *comparer) add(at trail, x *thing, ch Change) {
	ch.Kind, ch.ID = x.kind, x.id
	if ch.Path = at.path; ch.Field != "" {
		ch.Path += "/" + ch.Field
	}
	if ch.from.Empty() {
		ch.from = phrase.Plain(ch.From)
	}
	if ch.to.Empty() {
		ch.to = phrase.Plain(ch.To)
	}
	ch.From, ch.To = ch.from.In(phrase.EN), ch.to.In(phrase.EN)
	ch.words = ch.sentence(at.around, x.ranked)
	ch.Words = ch.words.In(phrase.EN)
	c.found = append(c.found, ch)
}

// before names the thing that stands before one, "" for the first.
func before(list []*thing, i int) string {
	if i == 0 {
		return ""
	}
	if x := list[i-1]; x.id != "" {
		return x.id
	}
	return fmt.Sprint("#", i)
}

// match finds for each thing of a the same one of b: by its name, or, where it has none, by what it says; then those with
// a new name that say the same; then those without a name that stand in the same gap. The pairs come in the order of a,
// and then those that are only in b.
func match(a, b []*thing) []pair {
	toB, toA := fill(len(a)), fill(len(b))
	tie := func(name func(*thing) (string, bool)) { // those that are still alone and have one name
		where := map[string][]int{}
		for j, y := range b {
			if toA[j] < 0 {
				if key, ok := name(y); ok {
					where[key] = append(where[key], j)
				}
			}
		}
		for i, x := range a {
			if toB[i] >= 0 || len(where) == 0 {
				continue
			}
			if key, ok := name(x); ok && len(where[key]) > 0 {
				toB[i] = where[key][0]
				toA[toB[i]] = i
				where[key] = where[key][1:]
			}
		}
	}
	twice := map[string]bool{}
	for _, list := range [][]*thing{a, b} {
		met := map[string]bool{}
		for _, x := range list {
			twice[x.id] = twice[x.id] || met[x.id]
			met[x.id] = true
		}
	}
	tie(func(x *thing) (string, bool) { // a name that stands twice says less than what goes with it
		if !x.named || !twice[x.id] {
			return "", false
		}
		return x.id + " " + x.says(), true
	})
	tie(func(x *thing) (string, bool) { return x.id, x.named })
	tie(func(x *thing) (string, bool) {
		if x.named && len(x.fields)+len(x.parts) < 2 { // what says next to nothing is not known by it
			return "", false
		}
		return fmt.Sprint(x.named, x.says()), true
	})
	gapA, gapB := 0, 0
	gaps := map[*thing]string{} // each by the one before it that is tied
	for i, x := range a {
		if toB[i] >= 0 {
			gapA = toB[i] + 1
		}
		gaps[x] = fmt.Sprint(gapA)
	}
	for j, y := range b {
		if toA[j] >= 0 {
			gapB = j + 1
		}
		gaps[y] = fmt.Sprint(gapB)
	}
	tie(func(x *thing) (string, bool) { return gaps[x], !x.named })
	var out []pair
	for i, j := range toB {
		out = append(out, pair{i, j})
	}
	for j, i := range toA {
		if i < 0 {
			out = append(out, pair{-1, j})
		}
	}
	return out
}

func fill(n int) []int { return slices.Repeat([]int{-1}, n) }

// outOfOrder returns the fewest things of a that have to move for the rest to be in order.
func outOfOrder(pairs []pair) map[int]bool {
	moved := map[int]bool{}
	before := map[int]int{} // the pair before one in the longest row in order that ends with it
	var ends []int          // by length of the row, the pair with the least b that ends one
	for i, p := range pairs {
		if p.a < 0 || p.b < 0 {
			continue
		}
		moved[p.a] = true
		n := sort.Search(len(ends), func(n int) bool { return pairs[ends[n]].b >= p.b })
		if before[i] = -1; n > 0 {
			before[i] = ends[n-1]
		}
		ends = append(ends[:n], append([]int{i}, ends[min(n+1, len(ends)):]...)...)
	}
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			delete(moved, pairs[i].a)
		}
	}
	return moved
}

// fields compares what two things say of themselves.
func (c *comparer) fields(at trail, x, y *thing) {
	for _, f := range x.fields {
		g, ok := y.field(f.name)
		ch := Change{Change: "changed", Field: f.name, From: f.text, To: g.text, At: Places{f.at, g.at}}
		switch {
		case !ok:
			ch.Change = "removed"
		case f.same() == g.same():
			continue
		}
		if x.kind == "setting" && f.name == "value" {
			unit, _ := y.field("unit")
			origin, _ := y.field("origin")
			ch.Unit, ch.Origin = unit.text, origin.text
		}
		c.add(at, x, ch)
	}
	for _, g := range y.fields {
		if _, ok := x.field(g.name); !ok {
			c.add(at, x, Change{Change: "added", Field: g.name, To: g.text, At: Places{To: g.at}})
		}
	}
	for _, name := range []string{"then", "default"} { // outputs are worked out in their order
		if a, b := x.order(name, y), y.order(name, x); a != b {
			c.add(at, x, Change{Change: "moved", Field: name, From: a, To: b, At: Places{x.at, y.at}})
		}
	}
}

func (x *thing) field(name string) (field, bool) {
	for _, f := range x.fields {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

// order lists the outputs under a key that another thing has as well.
func (x *thing) order(key string, other *thing) string {
	var out []string
	for _, f := range x.fields {
		if name, ok := strings.CutPrefix(f.name, key+"."); ok {
			if _, both := other.field(f.name); both {
				out = append(out, name)
			}
		}
	}
	return strings.Join(out, ", ")
}

// says is everything that a thing says, but for its name.
func (x *thing) says() string {
	var out strings.Builder
	for _, f := range slices.SortedStableFunc(slices.Values(x.fields), func(f, g field) int { return strings.Compare(f.name, g.name) }) {
		fmt.Fprintf(&out, "%s=%q;", f.name, f.same())
	}
	for _, p := range x.parts {
		fmt.Fprintf(&out, "%s %q {%s}", p.group, p.id, p.says())
	}
	return out.String()
}
