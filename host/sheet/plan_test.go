package sheet

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"koujing/core/author"
)

// changed is a pack with a table that has a column of every type, and the workbook of it.
func changed(t *testing.T) (author.Sources, []byte) {
	src := sources(t, "cn-broadband")
	path := author.PathOf("own.types")
	src["pack.yaml"] = listed(src["pack.yaml"], path)
	src[path] = "# hit: first\nid,refund.pay_fen,customer.surname,customer.has_id,agent.role,complaint.opened_at,=> word,note\n" +
		"t1,> 5000,王,true,engineer,-,a,\nt2,-,-,-,-,-,b,\n"
	return src, export(t, src)
}

const typed = "own.types" // its row t1 is row 4 of the sheet

// TestChangedCells types things into cells as people and programs do.
func TestChangedCells(t *testing.T) {
	src, data := changed(t)
	stamp := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	set := func(cell string, value any) func(f *excelize.File) error {
		return func(f *excelize.File) error { return f.SetCellValue(typed, cell, value) }
	}
	styled := func(cell string, value any, format string) func(f *excelize.File) error {
		return func(f *excelize.File) error {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err != nil {
				return err
			}
			if err := f.SetCellValue(typed, cell, value); err != nil {
				return err
			}
			return f.SetCellStyle(typed, cell, cell, id)
		}
	}
	for _, c := range []struct {
		name string
		edit func(f *excelize.File) error
		want string // the cell's text in the pack; or, with a !, what is said of it
	}{
		{"a number", set("B4", 6000), "6000"},
		{"a large number", set("B4", 999999999999999), "999999999999999"},
		{"thousands", styled("B4", 6000, "#,##0"), "6000"},
		{"shown as 1.0E+12", styled("B4", 1000000000000, "0.0E+00"), "1000000000000"},
		{"a fraction", set("B4", 5000.5), `!B4: 5000.5 is no number that a table can hold: it has a fraction`},
		{"too many digits", set("B4", 1e15), "!B4: 1000000000000000 is no number that a table can hold: a spreadsheet keeps only 15 digits"},
		{"a percentage", styled("B4", 0.5, "0%"), "!B4: 0.5 is shown as a percentage"},
		{"yuan", styled("B4", 50, `"¥"#,##0.00`), "!B4: 50 is shown as an amount of money"},
		{"a typing mistake", set("B4", "> 5O00"), `!B4: "5O00" is no whole number`},
		{"a number as a text of a spreadsheet", set("B4", "1.0E+12"), `!B4: "1.0E+12" is no whole number`},
		{"a misspelt value", set("E4", "enginer"), `!E4: "enginer" is not in list role: did you mean engineer?`},
		{"a reference that is lost", set("B4", "#REF!"), "!B4: #REF! is the spreadsheet's way to say that it has lost what was here"},
		{"no room to show it", set("B4", "#####"), "!B4: ##### is the spreadsheet's way"},
		{"a formula", func(f *excelize.File) error { return f.SetCellFormula(typed, "B4", "B5*2") }, `!B4: "=B5*2" is a formula of the spreadsheet`},
		{"an expression as a formula", func(f *excelize.File) error { return f.SetCellFormula(typed, "G4", "settings.x") }, `!G4: "=settings.x" is a formula`},
		{"a number as a name", set("C4", 12), "!C4: the spreadsheet has made a number of this text, 12: zeros before it may be lost"},
		{"a date as a name", set("C4", stamp), "!C4: the spreadsheet has made a date of this, 2026-11-22T10:00:00"},
		{"a date as an amount", set("B4", stamp), "!B4: the spreadsheet has made a date of this, 2026-11-22"},
		{"a moment", set("F4", stamp), "2026-11-22T10:00:00+08:00"},
		{"a day", styled("F4", time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), "yyyy-mm-dd"), "2026-11-22T00:00:00+08:00"},
		{"a time of day", styled("F4", 0.5, "h:mm"), "!F4: the spreadsheet has made 12:00:00 of this: it is a time of day"},
		{"yes", set("D4", false), "false"},
		{"a truth value as a name", set("C4", true), "!C4: the spreadsheet has made a truth value of this text, TRUE"},
		{"a truth value as an amount", set("B4", true), `!B4: "true" is no whole number`},
		{"one as a truth value", set("D4", 1), `!D4: "1" is neither true nor false`},
		{"a number as a note", set("H4", 12.5), "12.5"},
		{"a date as a note", styled("H4", time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), "yyyy-mm-dd"), "2026-11-22"},
		{"a rich text", func(f *excelize.File) error {
			return f.SetCellRichText(typed, "G4", []excelize.RichTextRun{{Text: "两"}, {Text: "段", Font: &excelize.Font{Bold: true}}})
		}, "两段"},
		{"joined cells", func(f *excelize.File) error { return f.MergeCell(typed, "C4", "C5") }, "!C4: the cells C4:C5 are joined"},
		{"a text beside the table", set("J4", "x"), `!J4: "x" stands under no header`},
		{"a column without a header", func(f *excelize.File) error { return f.InsertCols(typed, "C", 1) }, "!C3: an expression is missing here"},
		{"an unknown column", set("E3", "agent.rol"), "!E3: there is no agent.rol: did you mean agent.role?"},
		{"an unknown hit policy", set("A2", "# hit: frist"), `!A2: "frist" is no hit policy: did you mean first?`},
		{"an id that is there already", set("A5", "t1"), "!A5: rule t1 stands already"},
		{"an odd name", set("A1", "# table: ../rules/x"), `!: "../rules/x" is no name for a table`},
		{"another table's name", set("A1", "# table: service.desk"), "!: table service.desk stands in sheet"},
		{"half a space", set("G4", " a"), " a"},
	} {
		f := open(t, data)
		check(t, c.edit(f))
		p := plan(t, src, save(t, f))
		said, wrong := strings.CutPrefix(c.want, "!")
		if !wrong {
			report(t, p)
			if got := p.Files[author.PathOf(typed)]; !strings.Contains(got, ","+c.want+",") && !strings.HasSuffix(strings.Split(got, "\n")[2], ","+c.want) {
				t.Errorf("%s: %q", c.name, got)
			}
			continue
		}
		cell, said, _ := strings.Cut(said, ": ")
		ok := false
		for _, f := range p.Findings {
			ok = ok || f.Cell == cell && f.Level == author.LevelError && strings.Contains(f.Message+": "+f.Hint, said)
		}
		if !ok || !p.Failed() {
			t.Errorf("%s: not said of %s: %s; but %+v", c.name, cell, said, p.Findings)
		}
		for i := range p.Findings {
			for _, other := range p.Findings[:i] {
				if p.Findings[i].Cell == other.Cell && cell != "" {
					t.Errorf("%s: two findings at %s: %s; %s", c.name, other.Cell, other.Message, p.Findings[i].Message)
				}
			}
		}
	}
}

// TestNeverReached finds what only a search shows, with a case.
func TestNeverReached(t *testing.T) {
	src, data := changed(t)
	f := open(t, data)
	for i, text := range []string{"t3", "> 100", "-", "-", "-", "-", "c"} {
		check(t, f.SetCellStr(typed, cellName(i, 6), text))
	}
	never := func(p *Plan) (found []Finding) {
		for _, f := range p.Findings {
			if f.Cell != "A6" {
				t.Errorf("of a row that is as it was: %+v", f)
			}
			if f.Code == "unreachable_rule" {
				found = append(found, f)
			}
		}
		return found
	}
	if p := plan(t, src, save(t, f)); len(never(p)) != 1 || !p.Failed() {
		t.Errorf("%+v", p.Findings)
	}
	check(t, f.SetCellStr(typed, "B4", "> 200"))
	check(t, f.SetCellStr(typed, "A5", "# taken away"))
	for _, cell := range []string{"B5", "C5", "D5", "E5", "F5", "G5"} {
		check(t, f.SetCellStr(typed, cell, ""))
	}
	check(t, f.SetCellStr(typed, "B6", "> 300"))
	for _, cell := range []string{"C6", "D6", "E6"} {
		v, err := f.GetCellValue(typed, cell[:1]+"4")
		check(t, err)
		check(t, f.SetCellStr(typed, cell, v))
	}
	p := plan(t, src, save(t, f))
	found := slices.DeleteFunc(p.Findings, func(f Finding) bool { return f.Code != "unreachable_rule" })
	if len(found) != 1 || found[0].Cell != "A6" || found[0].Witness == "" {
		t.Errorf("%+v", p.Findings)
	}
}

// TestMarks points into the cell.
func TestMarks(t *testing.T) {
	src, data := changed(t)
	f := open(t, data)
	check(t, f.SetCellStr(typed, "E4", `engineer, "x", not, 经理`))
	p := plan(t, src, save(t, f))
	if len(p.Findings) == 0 || p.Findings[0].Text[p.Findings[0].From:p.Findings[0].To] != `"x"` || p.Findings[0].Place() != "own.types!E4" {
		t.Errorf("%+v", p.Findings)
	}
	odd := Finding{Sheet: "it's", Cell: "A1"}
	if odd.Place() != "'it''s'!A1" {
		t.Error(odd.Place())
	}
}

// Test1904 reads the dates of a workbook that counts from 1904.
func Test1904(t *testing.T) {
	src, data := changed(t)
	f := open(t, data)
	yes := true
	check(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	check(t, f.SetCellValue(typed, "F4", time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)))
	p := plan(t, src, save(t, f))
	report(t, p)
	if !strings.Contains(p.Files[author.PathOf(typed)], ",2026-11-22T10:00:00+08:00,") {
		t.Errorf("%q", p.Files)
	}
}

// TestSheets tells tables from other sheets, and finds a table by its tab when the row with its name is gone.
func TestSheets(t *testing.T) {
	src, data := changed(t)
	f := open(t, data)
	_, err := f.NewSheet("Notes")
	check(t, err)
	check(t, f.SetCellStr("Notes", "B2", "call the printer"))
	_, err = f.NewSheet("Empty")
	check(t, err)
	check(t, f.RemoveRow(typed, 1))
	check(t, f.InsertRows(typed, 1, 1))
	book, err := Read(save(t, f))
	check(t, err)
	if len(book.Left) != 1 || book.Left[0] != "Notes" {
		t.Errorf("left: %q", book.Left)
	}
	p := NewPlan(src, book.Sheets)
	report(t, p)
	text := "\n" + src[author.PathOf(typed)]
	if got := p.Files[author.PathOf(typed)]; len(p.Files) != 1 || got != text {
		t.Errorf("%q, want %q", got, text)
	}
}

// TestElsewhere refuses a table that breaks what reads it, and minds only what it breaks.
func TestElsewhere(t *testing.T) {
	src, _ := changed(t)
	reader := "decision: own.reader\nhit: first\nrules: [{ id: reader, when: own.types.word == \"a\", then: { x: 1 } }]\n"
	src["rules/zz.yaml"] = reader
	src["pack.yaml"] = listed(src["pack.yaml"], "rules/zz.yaml")
	f := open(t, export(t, src))
	check(t, f.SetCellStr(typed, "G3", "=> phrase"))
	p := plan(t, src, save(t, f))
	if len(p.Elsewhere) != 1 || p.Elsewhere[0].File != "rules/zz.yaml" || !p.Failed() {
		t.Errorf("elsewhere: %+v, findings %+v", p.Elsewhere, p.Findings)
	}
	broken := maps.Clone(src)
	broken["rules/zz.yaml"] = strings.Replace(reader, "own.types.word", "own.types.wrod", 1)
	f = open(t, export(t, src))
	check(t, f.SetCellStr(typed, "B4", "> 6000"))
	p = plan(t, broken, save(t, f))
	report(t, p)
	if len(p.Changes) != 1 {
		t.Errorf("changes: %+v", p.Changes)
	}
}

// TestCSV reads what a spreadsheet program makes of a CSV file: commas behind comments, comments in quotes, TRUE.
func TestCSV(t *testing.T) {
	src, _ := changed(t)
	old := src[author.PathOf(typed)]
	in := "\ufeff# hit: first,,,,,,,\r\n" + strings.ReplaceAll(strings.TrimPrefix(old, "# hit: first\n"), "\n", "\r\n")
	in = strings.Replace(in, ",true,", ",TRUE,", 1)
	for text, want := range map[string]string{
		old: old,
		in:  old,
		strings.Replace(old, "id,refund", "\"# say \"\"so\"\", please\",,,,,,,\nid,refund", 1): strings.Replace(old, "id,refund", "# say \"so\", please\nid,refund", 1),
		old + ",,,,,,,\n,,,,,,,\n": old,
	} {
		s, err := ReadCSV("some/where/own.types.csv", text)
		check(t, err)
		p := NewPlan(src, []Sheet{*s})
		report(t, p)
		if got, changed := p.Files[author.PathOf(typed)]; changed && got != want || !changed && want != old {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
	lost, err := ReadCSV("own.types.csv", old+"#REF!,> 1,-,-,-,-,a,\n")
	check(t, err)
	if p := NewPlan(src, []Sheet{*lost}); len(p.Findings) != 2 || p.Findings[0].Place() != "own.types.csv!A5" {
		t.Errorf("%+v", p.Findings)
	}
	for text, want := range map[string]string{
		"id,a\n1,\"x\n":     "x/t.csv:2:6: this is not CSV",
		"id,\xce\xd2\n1,\n": "x/t.csv: this file is not UTF-8",
	} {
		if _, err := ReadCSV("x/t.csv", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestChanges tells what is different, in words.
func TestChanges(t *testing.T) {
	read := func(text string) *author.Table {
		table, err := author.ReadTable("own.t", text)
		check(t, err)
		return table
	}
	old := read("# hit: first\n# old note\nid,a,=> v\nx,1,p\ny,2,q\nz,3,r\n")
	now := read("# hit: first\n# new note\nid,b,=> v\nz,3,r\ny,2,s\nw,4,t\n")
	c := compare(old, now)
	var got []string
	for _, l := range c.Lines {
		got = append(got, l.String())
	}
	want := []string{"- # old note", "+ # new note", "- x: 1 | p", `~ y: => v: "q" -> "s"`, "+ w: 4 | t"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || !c.Order || c.Form || strings.Join(c.Added, "") != "b" || strings.Join(c.Gone, "") != "a" {
		t.Errorf("%+v, want %q", c, want)
	}
	if c := compare(old, read(old.Text()+"\n")); !c.Form || len(c.Lines) != 0 || c.Order {
		t.Errorf("an empty line: %+v", c)
	}
	if c := compare(nil, now); !c.New || c.Rows != 3 {
		t.Errorf("new: %+v", c)
	}
}

func TestFormatOf(t *testing.T) {
	for code, want := range map[string]format{
		"General": {}, "0": {}, "#,##0": {}, "@": {}, "0.00E+00": {}, "[Red]0": {}, "General;[Red]-General": {},
		"yyyy-mm-dd": {date: true}, `yyyy"年"m"月"d"日"`: {date: true}, "[$-804]mmmm": {date: true}, "h:mm": {date: true, clock: true}, "m/d/yy h:mm": {date: true, clock: true},
		"0.00%": {unit: "%"}, `#,##0.00"元"`: {unit: `#,##0.00"元"`}, "[$¥-804]#,##0": {unit: "[$¥-804]#,##0"},
	} {
		if got := formatOf(0, code); got != want {
			t.Errorf("%s is %+v, want %+v", code, got, want)
		}
	}
	if !formatOf(14, "").date || !formatOf(22, "").clock || formatOf(9, "").unit == "" || formatOf(49, "") != (format{}) || formatOf(44, "").unit == "" {
		t.Error("a numbered format")
	}
}
