package author_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-json"

	"koujing/core"
	"koujing/core/author"
)

// Tables of a thousand rows with ranges in six columns, as no person writes them: cut out of one cube at random.

const side = 1_000_000

type cell [2]int

var anything = cell{} // a cell that is not tested

// partition cuts a cube into n boxes.
func partition(r *rand.Rand, n int) [][]cell {
	rows := [][]cell{{{1, side}, {1, side}, {1, side}, {1, side}, {1, side}, {1, side}}}
	for len(rows) < n {
		i, axis := r.IntN(len(rows)), r.IntN(6)
		c := rows[i][axis]
		if c[1]-c[0] < 2 {
			continue
		}
		at := c[0] + 1 + r.IntN(c[1]-c[0]-1)
		left, right := slices.Clone(rows[i]), slices.Clone(rows[i])
		left[axis][1], right[axis][0] = at, at+1
		rows[i] = left
		rows = append(rows, right)
	}
	r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows
}

// tableOf writes rows as a table; row i is in line i+3.
func tableOf(hit string, rows [][]cell) author.Sources {
	var t strings.Builder
	fmt.Fprintf(&t, "# hit: %s\nid,facts.a,facts.b,facts.c,facts.d,facts.e,facts.f,=> o\n", hit)
	for i, row := range rows {
		fmt.Fprintf(&t, "r%d", i)
		for _, c := range row {
			if c == anything {
				t.WriteString(",-")
			} else {
				fmt.Fprintf(&t, ",[%d..%d]", c[0], c[1])
			}
		}
		fmt.Fprintf(&t, ",%d\n", i)
	}
	return author.Sources{"tables/x.y.csv": t.String(),
		"pack.yaml": "id: t\nversion: 1.0.0\ntitle: t\nlocale: zh-CN\nutc_offset: \"+08:00\"\nfacts: { a: int, b: int, c: int, d: int, e: int, f: int }\n"}
}

func engineOf(t *testing.T, src author.Sources) *core.Engine {
	t.Helper()
	built, found := author.Build(src)
	if built == nil {
		t.Fatal(found)
	}
	engine, err := core.Load(built, [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

// applying is what the engine makes of a witness: the rules in the trace, or its error.
func applying(t *testing.T, engine *core.Engine, witness string) string {
	t.Helper()
	var d struct {
		Errors []struct{ Code, Path string }
		Trace  []struct{ Rule string }
	}
	if err := json.Unmarshal(engine.Decide(nil, []byte(witness)), &d); err != nil {
		t.Fatal(err)
	}
	for _, e := range d.Errors {
		return e.Code + " " + e.Path
	}
	var rules []string
	for _, f := range d.Trace {
		rules = append(rules, f.Rule)
	}
	return strings.Join(rules, " ")
}

// largeTables are the shapes that a search must come to an end with, and what it must say: code and line, and what the
// engine says to the case.
func largeTables() []struct {
	name, hit string
	rows      [][]cell
	want      string
} {
	rows := partition(rand.New(rand.NewPCG(1, 2)), 1000)
	without := slices.Delete(slices.Clone(rows), 500, 501)
	over := slices.Clone(rows)
	over[700] = slices.Clone(over[700])
	axis := slices.IndexFunc(over[700], func(c cell) bool { return c[1] < side })
	over[700][axis][1]++
	across := append(slices.Clone(rows), []cell{{200_000, 800_000}, {300_000, 700_000}, {1, side}, {400_000, 500_000}, {1, side}, {100_000, 900_000}})
	beside := append(slices.Clone(rows), []cell{{200_000, 800_000}, {300_000, 700_000}, {1, side}, {400_000, 500_000}, {1, side}, {100_000, side + 1}})
	otherwise := append(slices.Clone(rows), []cell{anything, anything, anything, anything, anything, anything})
	var grid [][]cell
	for i := range 1000 {
		at := func(n int) cell { return cell{n*10 + 1, n*10 + 10} }
		grid = append(grid, []cell{at(i % 10), at(i / 10 % 10), at(i / 100), anything, anything, anything})
	}
	return []struct {
		name, hit string
		rows      [][]cell
		want      string
	}{
		{"all apart and whole", "unique", rows, ""},
		{"all apart and whole", "first", rows, ""},
		{"one gap", "unique", without, "gap 1: "},
		{"one gap", "first", without, "gap 1: "},
		{"one overlap", "unique", over, "overlap 703: rule_error r700"},
		{"one overlap is none under first", "first", over, ""},
		{"one row covered by several", "first", across, "unreachable_rule 1003: r473"},
		{"one row not quite covered", "first", beside, "gap 1: "},
		{"one row for the rest", "first", otherwise, ""},
		{"a grid", "unique", grid, ""},
		{"a grid without its corner", "unique", grid[:999], "gap 1: "},
	}
}

func TestLargeTables(t *testing.T) {
	for _, tt := range largeTables() {
		t.Run(tt.hit+", "+tt.name, func(t *testing.T) {
			src := tableOf(tt.hit, tt.rows)
			engine := engineOf(t, src)
			var got []string
			for _, d := range author.Check(src, author.Options{}) {
				got = append(got, fmt.Sprintf("%s %d: %s", d.Code, d.Line, applying(t, engine, d.Witness)))
			}
			if strings.Join(got, "\n") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func BenchmarkLargeTables(b *testing.B) {
	for _, tt := range largeTables() {
		b.Run(strings.ReplaceAll(tt.hit+", "+tt.name, " ", "_"), func(b *testing.B) {
			src := tableOf(tt.hit, tt.rows)
			b.ReportAllocs()
			for b.Loop() {
				author.Check(src, author.Options{})
			}
		})
	}
}

// TestTangle: a thousand rows that cross each other everywhere are too much. That is said, in time, and what is found
// besides is true.
func TestTangle(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var rows [][]cell
	for range 1000 {
		row := make([]cell, 6)
		for i := range row {
			if x, y := 1+r.IntN(side), 1+r.IntN(side); r.IntN(3) > 0 {
				row[i] = cell{min(x, y), max(x, y)}
			}
		}
		rows = append(rows, row)
	}
	src := tableOf("first", rows)
	engine := engineOf(t, src)
	codes := map[string]int{}
	for _, d := range author.Check(src, author.Options{Steps: 200_000}) {
		codes[d.Code]++
		switch fired := applying(t, engine, d.Witness); d.Code {
		case "unreachable_rule":
			if id := fmt.Sprintf("r%d", d.Line-3); fired == id || fired == "" {
				t.Errorf("%s is reached by %s", id, d.Witness)
			}
		case "gap":
			if fired != "" {
				t.Errorf("%s applies to %s", fired, d.Witness)
			}
		}
	}
	if codes["search_given_up"] != 1 || codes["unreachable_rule"] == 0 {
		t.Errorf("%v", codes)
	}
}

// TestSearchIsBounded: whatever the search does for a decision counts against its steps, and where they do not suffice that is
// said: comparing the rules of a table with each other, and trying cases for overlaps that no case shows.
func TestSearchIsBounded(t *testing.T) {
	givenUp := func(src author.Sources, steps int) bool {
		return slices.ContainsFunc(author.Check(src, author.Options{Steps: steps}), func(d author.Diagnostic) bool { return d.Code == "search_given_up" })
	}
	table := tableOf("first", partition(rand.New(rand.NewPCG(5, 6)), 200))
	table["tables/x.y.csv"] = "# complete: false\n" + table["tables/x.y.csv"]
	var rules strings.Builder
	rules.WriteString("decision: x.y\nhit: unique\ncomplete: false\nrules:\n")
	for i := range 40 {
		fmt.Fprintf(&rules, "  - { id: r%d, when: facts.a * 2 == 1 or facts.b == %d, then: { o: %d } }\n", i, i, i)
	}
	unproved := author.Sources{"rules/x.yaml": rules.String(), "pack.yaml": table["pack.yaml"]}
	for _, tt := range []struct {
		name  string
		src   author.Sources
		short int
	}{
		{"200 rows that never meet", table, 1_000},
		{"780 overlaps that no case shows", unproved, 50_000},
	} {
		if !givenUp(tt.src, tt.short) {
			t.Errorf("%s: %d steps were enough", tt.name, tt.short)
		}
		if givenUp(tt.src, author.DefaultSteps) {
			t.Errorf("%s: %d steps were not enough", tt.name, author.DefaultSteps)
		}
	}
}
