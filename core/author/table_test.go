package author_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"koujing/core/author"
	"koujing/core/packs"
)

// cellsOf are the rows of a table as a sheet shows them.
func cellsOf(t *author.Table) []author.TableRow {
	rows := slices.Clone(t.Rows)
	for i := range rows {
		if rows[i].Cells == nil && rows[i].Comment != "" {
			rows[i].Cells = []string{rows[i].Comment}
		}
	}
	return rows
}

// TestTablesOfPacks takes the default packs' tables apart and puts them together again, with the old bytes at hand and
// without.
func TestTablesOfPacks(t *testing.T) {
	paths, err := fs.Glob(packs.FS, "*/tables/*.csv")
	if err != nil || len(paths) < 10 {
		t.Fatal(len(paths), err)
	}
	for _, path := range paths {
		text, err := fs.ReadFile(packs.FS, path)
		if err != nil {
			t.Fatal(err)
		}
		table, err := author.ReadTable("x", string(text))
		if err != nil {
			t.Fatal(path, err)
		}
		if table.Text() != string(text) {
			t.Errorf("%s: written again it is\n%s", path, table.Text())
		}
		for _, old := range []*author.Table{nil, table} {
			if again := author.ComposeTable("x", cellsOf(table), old).Text(); again != string(text) {
				t.Errorf("%s: put together it is\n%s", path, again)
			}
		}
	}
}

// TestComposeTable keeps the bytes of what did not change, and writes the rest with as few quotes as can be.
func TestComposeTable(t *testing.T) {
	old := "\ufeff# hit: first\r\n\r\nid,\"a\",=> b\r\n1,\"x\",y\r\n#between\r\n2,\"p\r\nq\",\"say \"\"so\"\"\"\r\n\r\n"
	table, err := author.ReadTable("own.t", old)
	if err != nil {
		t.Fatal(err)
	}
	if got := table.Header(); !slices.Equal(got, []string{"id", "a", "=> b"}) {
		t.Errorf("header %q", got)
	}
	rows := cellsOf(table)
	if got := author.ComposeTable("own.t", rows, table).Text(); got != old {
		t.Errorf("unchanged: %q", got)
	}
	rows[3].Cells = []string{"1", "x, y"}
	rows = append(rows, author.TableRow{}, author.TableRow{Cells: []string{"3", "", "", "too many"}}, author.TableRow{Cells: []string{"", ""}})
	want := "\ufeff# hit: first\r\n\r\nid,\"a\",=> b\r\n1,\"x, y\",\r\n#between\r\n2,\"p\r\nq\",\"say \"\"so\"\"\"\r\n\r\n\r\n3,,,too many\r\n\r\n"
	if got := author.ComposeTable("own.t", rows, table).Text(); got != want {
		t.Errorf("changed:\n%q, want\n%q", got, want)
	}
	alone := author.ComposeTable("own.t", []author.TableRow{{Cells: []string{"# a\nb"}}, {Cells: []string{"a"}}, {Cells: []string{"#x", "1"}}, {Cells: []string{`"`, "\r"}}}, nil)
	if want := "# a\n# b\na\n\"#x\",1\n\"\"\"\",\"\r\"\n"; alone.Text() != want {
		t.Errorf("alone: %q, want %q", alone.Text(), want)
	}
	if noBreak, _ := author.ReadTable("t", "id,a\n1,2"); author.ComposeTable("t", append(cellsOf(noBreak), author.TableRow{Cells: []string{"2", "3"}}), noBreak).Text() != "id,a\n1,2\n2,3\n" {
		t.Error("a row behind one without a line break")
	}
}

// TestFind points from a finding in the file to the cell and the characters in it.
func TestFind(t *testing.T) {
	text := "# hit: first\nid,facts.x,=> v\n\na,\"say \"\"东\"\"\nline, two\",v1\n# note\nb,> 5O00,值\n"
	table := author.ComposeTable("own.t", cellsOf(must(author.ReadTable("own.t", text))), nil)
	if table.Text() != text {
		t.Fatalf("%q", table.Text())
	}
	for _, c := range []struct {
		line, from, to int
		want           author.CellSpan
	}{
		{1, 3, 6, author.CellSpan{Row: 0, Column: -1, From: 2, To: 5}},
		{2, 4, 11, author.CellSpan{Row: 1, Column: 1, From: 0, To: 7}},
		{4, 1, 2, author.CellSpan{Row: 3, Column: 0, From: 0, To: 1}},
		{4, 10, 11, author.CellSpan{Row: 3, Column: 1, From: 5, To: 6}}, // 东, behind a doubled quote
		{5, 1, 5, author.CellSpan{Row: 3, Column: 1, From: 8, To: 12}},
		{5, 12, 14, author.CellSpan{Row: 3, Column: 2, From: 0, To: 2}},
		{6, 1, 2, author.CellSpan{Row: 4, Column: -1, From: 0, To: 1}},
		{7, 5, 9, author.CellSpan{Row: 5, Column: 1, From: 2, To: 6}},
		{7, 10, 11, author.CellSpan{Row: 5, Column: 2, From: 0, To: 1}},
		{7, 11, 12, author.CellSpan{Row: 5, Column: 2, From: 1, To: 1}}, // the end of the line
	} {
		d := author.Diagnostic{File: "tables/own.t.csv", Line: c.line, Column: c.from, EndColumn: c.to}
		if got, ok := table.Find(d); !ok || got != c.want {
			t.Errorf("%d:%d-%d is %+v, want %+v", c.line, c.from, c.to, got, c.want)
		}
	}
	if _, ok := (&author.Table{}).Find(author.Diagnostic{Line: 1, Column: 1}); ok {
		t.Error("found in nothing")
	}
}

func must(t *author.Table, err error) *author.Table {
	if err != nil {
		panic(err)
	}
	return t
}

// TestLook tells the columns of tables, also in a pack that is not in order.
func TestLook(t *testing.T) {
	src, err := author.ReadFS(fs.FS(sub(t, "cn-telecom")))
	if err != nil {
		t.Fatal(err)
	}
	before := author.Look(src)
	if !before.Built || !before.Whole || before.UTCOffset != 8*3600 {
		t.Errorf("built %v, whole %v, offset %d", before.Built, before.Whole, before.UTCOffset)
	}
	columns := before.Tables["refund.approval"]
	var got []string
	for _, c := range columns {
		got = append(got, string(c.Role)+" "+c.Name+" "+c.Type)
	}
	want := []string{"id id ", "input agent.authority_fen int?", "input refund.pay_fen int", "output rung int", "output reason text", "row row ", "note note "}
	if !slices.Equal(got, want) {
		t.Errorf("columns %q, want %q", got, want)
	}
	if c := before.Tables["rights"][1]; !slices.Contains(c.Values, "duty_manager") || c.Base() != "text" {
		t.Errorf("the role: %+v", c)
	}
	path := author.PathOf("refund.approval")
	broken := author.Sources{}
	for p, text := range src {
		broken[p] = text
	}
	broken[path] = strings.Replace(src[path], "> settings.rung.handler_fen", "> 5O00", 1)
	after := author.Look(broken)
	found := after.Errors(before, []string{"refund.approval"})
	if len(found) != 1 || found[0].Code != "wrong_type" || after.Built || !after.Whole {
		t.Errorf("found %+v", found)
	}
	if again := after.Errors(after, nil); len(again) != 0 {
		t.Errorf("what was wrong before is told: %+v", again)
	}
	broken["rules/ring.yaml"] = "decision: a.a\nhit: first\nrules: [{ id: a.a, then: { x: b.b.x } }]\n---\ndecision: b.b\nhit: first\nrules: [{ id: b.b, then: { x: a.a.x } }]\n"
	ring := author.Look(broken)
	if found := ring.Errors(ring, nil); ring.Whole || len(found) == 0 {
		t.Errorf("whole %v with a ring, found %+v", ring.Whole, found)
	}
}

func sub(t *testing.T, name string) fs.FS {
	t.Helper()
	s, err := fs.Sub(packs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// FuzzTable reads any text as a table: written again it is the same text, and put together from its cells alone it has
// the same cells.
func FuzzTable(f *testing.F) {
	for _, text := range []string{"", "# hit: first\nid,a\n1,\"x,y\"\n", "\ufeffa\r\n\r\n#c\r\n\"\"\r\n", "a,b\n\"1\n2\",\"\"\"\"", "#", "\n\n", "a\n\"#\"\n,,\n \n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := author.ReadTable("t", text)
		if err != nil {
			return
		}
		if table.Text() != text {
			t.Fatalf("written again %q", table.Text())
		}
		if again := author.ComposeTable("t", cellsOf(table), table); again.Text() != text && !ragged(table) {
			t.Fatalf("put together %q", again.Text())
		}
		alone := author.ComposeTable("t", cellsOf(table), nil)
		if ragged(table) || len(alone.Rows) == 0 {
			return
		}
		for i := range alone.Rows {
			if !slices.Equal(alone.Rows[i].Cells, table.Rows[i].Cells) || alone.Rows[i].Comment != table.Rows[i].Comment || alone.Rows[i].Number != table.Rows[i].Number {
				t.Fatalf("row %d: %+v, was %+v", i, alone.Rows[i], table.Rows[i])
			}
		}
	})
}

// ragged reports what a sheet does not show: records of another length than the header, or without any content, comments that
// look like records and the other way round; and line breaks of two characters inside a cell.
func ragged(t *author.Table) bool {
	for i := range t.Rows {
		cells := t.Rows[i].Cells
		if cells == nil {
			if strings.ContainsAny(t.Rows[i].Comment, "\r\n") {
				return true
			}
			continue
		}
		empty := strings.Join(cells, "") == ""
		comment := strings.HasPrefix(cells[0], "#") && strings.Join(cells[1:], "") == ""
		if strings.Contains(strings.Join(cells, ""), "\r\n") || len(cells) != len(t.Header()) || empty || comment || t.Header()[len(t.Header())-1] == "" {
			return true
		}
	}
	return false
}
