package packs_test

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"koujing/core/author"
	"koujing/core/packs"
)

// series are the rows of the catalogue, by the count it gives of each.
var series = []struct {
	name string
	rows int
}{{"REF", 38}, {"CMP", 46}, {"ESC", 20}, {"SCN", 34}, {"OUT", 88}, {"SVC", 52}, {"LNG", 33}, {"MKT", 23}, {"CUS", 26}, {"SHF", 41}, {"CNF", 22}, {"SKL", 37}}

// TestRows accounts for every row of the catalogue: it has a place in the pack and a test of its own, or a reason why it
// has no behaviour. The account is the table in ROWS.md; KOUJING_UPDATE=1 writes it anew.
func TestRows(t *testing.T) {
	source, err := fs.Sub(packs.FS, "cn-telecom")
	if err != nil {
		t.Fatal(err)
	}
	src, err := author.ReadFS(source)
	if err != nil {
		t.Fatal(err)
	}
	rows, found := author.Rows(src)
	for _, d := range found {
		t.Errorf("%s:%d: %s", d.File, d.Line, d.Message)
	}
	byID := map[string]author.Row{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	places, tests := map[string][]string{}, map[string][]string{}
	for _, u := range author.Uses(src) {
		if strings.HasPrefix(u.File, "tests/") {
			tests[u.Row] = append(tests[u.Row], u.File)
		} else {
			places[u.Row] = append(places[u.Row], u.File)
		}
	}
	var b strings.Builder
	b.WriteString("# Where each row of the catalogue lives\n\nWritten by `KOUJING_UPDATE=1 go test ./core/packs -run TestRows` from the default pack: its row index (`rows/`) and every place that names a row.\nA row has a place and a test, or a reason why it has no behaviour.\n")
	accounted := 0
	for _, s := range series {
		fmt.Fprintf(&b, "\n## %s\n\n| row | flag | what the pack does about it | where | tests |\n|---|---|---|---|---|\n", s.name)
		for n := 1; n <= s.rows; n++ {
			id := fmt.Sprintf("%s-%02d", s.name, n)
			r, ok := byID[id]
			delete(byID, id)
			switch {
			case !ok:
				t.Errorf("%s is not in the row index", id)
			case r.None != "" && len(places[id]) == 0:
				fmt.Fprintf(&b, "| %s | %s | %s | no behaviour: %s | %s |\n", id, r.Flag, r.Line, r.None, counted(tests[id]))
				accounted++
			default:
				if len(places[id]) == 0 && len(tests[id]) == 0 {
					t.Errorf("%s has no place in the pack and no reason why", id)
				}
				if r.None == "" && len(tests[id]) == 0 {
					t.Errorf("%s has behaviour and no test", id)
				}
				where := counted(places[id])
				if r.None != "" {
					where += " (" + r.None + ")"
				}
				if where == "" {
					where = "mechanics of the core, held by the tests"
				}
				fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", id, r.Flag, r.Line, where, counted(tests[id]))
				accounted++
			}
		}
	}
	for id := range byID {
		t.Errorf("%s is in the row index and not in the catalogue", id)
	}
	fmt.Fprintf(&b, "\n%d rows.\n", accounted)
	if accounted != 460 {
		t.Errorf("%d rows are accounted for, the catalogue has 460", accounted)
	}
	if os.Getenv("KOUJING_UPDATE") != "" {
		if err := os.WriteFile("ROWS.md", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile("ROWS.md"); err != nil || string(text) != b.String() {
		t.Errorf("ROWS.md is not what the pack says (%v): run KOUJING_UPDATE=1 go test ./core/packs -run TestRows and read the difference", err)
	}
}

// counted lists files, each once, with how often it names a row.
func counted(files []string) string {
	count := map[string]int{}
	var names []string
	for _, f := range files {
		if count[f]++; count[f] == 1 {
			names = append(names, f)
		}
	}
	slices.Sort(names)
	for i, f := range names {
		if count[f] > 1 {
			names[i] = fmt.Sprintf("%s ×%d", f, count[f])
		}
	}
	return strings.Join(names, ", ")
}
