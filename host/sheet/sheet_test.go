package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"koujing/core/author"
	"koujing/core/packs"
)

// sources are those of a default pack.
func sources(t testing.TB, name string) author.Sources {
	t.Helper()
	sub, err := fs.Sub(packs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	src, err := author.ReadFS(sub)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// tablesOf reads the tables of a pack.
func tablesOf(t testing.TB, src author.Sources) []*author.Table {
	t.Helper()
	var out []*author.Table
	for _, path := range slices.Sorted(maps.Keys(src)) {
		if name := author.TableName(path); name != "" {
			table, err := author.ReadTable(name, src[path])
			if err != nil {
				t.Fatal(path, err)
			}
			out = append(out, table)
		}
	}
	return out
}

// export writes a pack's tables to a workbook.
func export(t testing.TB, src author.Sources) []byte {
	t.Helper()
	data, err := Write(tablesOf(t, src), author.Look(src).Tables)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// plan reads a workbook and holds it against a pack.
func plan(t testing.TB, src author.Sources, data []byte) *Plan {
	t.Helper()
	book, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return NewPlan(src, book.Sheets)
}

func report(t testing.TB, p *Plan) {
	t.Helper()
	for _, f := range p.Findings {
		if f.Level == author.LevelError {
			t.Errorf("%s: %s: %s", f.Place(), f.Message, f.Hint)
		}
	}
	for _, d := range p.Elsewhere {
		t.Errorf("%s:%d: %s", d.File, d.Line, d.Message)
	}
}

// TestRoundTrip sends the default packs through a workbook, into a folder that still has its tables and into one that has
// none: the same bytes.
func TestRoundTrip(t *testing.T) {
	for _, name := range []string{"cn-telecom", "cn-broadband"} {
		src := sources(t, name)
		data := export(t, src)
		if again := export(t, src); !bytes.Equal(data, again) {
			t.Error(name, "gives another workbook the second time")
		}
		backAsItWas(t, src, data)
	}
}

// backAsItWas imports a workbook of a pack's own tables.
func backAsItWas(t *testing.T, src author.Sources, data []byte) {
	t.Helper()
	count := len(tablesOf(t, src))
	p := plan(t, src, data)
	report(t, p)
	if len(p.Files) != 0 || len(p.Unchanged) != count || count == 0 {
		t.Errorf("%d files, %d tables unchanged of %d: %+v", len(p.Files), len(p.Unchanged), count, p.Changes)
	}
	bare := maps.Clone(src)
	maps.DeleteFunc(bare, func(path, _ string) bool { return author.TableName(path) != "" })
	p = plan(t, bare, data)
	report(t, p)
	maps.Copy(bare, p.Files)
	if !maps.Equal(bare, src) {
		t.Error("without the old tables the new ones have other bytes")
	}
	for _, c := range p.Changes {
		if !c.New {
			t.Errorf("%s is not new", c.Table)
		}
	}
	built, _ := author.Build(bare)
	was, _ := author.Build(src)
	if built == nil || !bytes.Equal(built, was) {
		t.Error("another pack comes out")
	}
}

// TestLibreOffice has another program open the workbook and save it.
func TestLibreOffice(t *testing.T) {
	src := sources(t, "cn-telecom")
	backAsItWas(t, src, resaved(t, export(t, src)))

	// Cells a program has typed anew, each as it would.
	edit := maps.Clone(src)
	odd := author.PathOf("odd.texts")
	edit["pack.yaml"] = listed(src["pack.yaml"], odd)
	edit[odd] = "# hit: first\n# =1+1, \"quoted\"\n\nid,refund.pay_fen,customer.surname,=> word,note\n" +
		"o1,> 5000,0012,a,'apostrophe\no2,\"not(1, 2)\",1E5,= channel ?? 'none',2026-11-22\n" +
		"o3,[1..5],123456789012345678901,b,\"two\nlines\"\no4,-,TRUE,  c  ,+1 \no5,-,-,\"\"\"0012\"\"\",=SUM(A1:A2)\n"
	data := resaved(t, export(t, edit))
	backAsItWas(t, edit, data)

	f := open(t, data)
	check(t, f.SetCellInt("odd.texts", "B6", 6000))
	check(t, f.SetCellInt("refund.approval", "D11", 4))
	data = resaved(t, save(t, f))
	p := plan(t, edit, data)
	report(t, p)
	if got := p.Files[odd]; got != strings.Replace(edit[odd], "o1,> 5000", "o1,6000", 1) {
		t.Errorf("a number came back so: %q", got)
	}
	path := author.PathOf("refund.approval")
	if got := p.Files[path]; got == "" || got != strings.Replace(edit[path], "0,,ESC-12,the amount", "4,,ESC-12,the amount", 1) {
		t.Errorf("a number came back so: %q", got)
	}
}

// listed is a pack.yaml that names one more file where it names files.
func listed(yaml, path string) string {
	return strings.Replace(yaml, "\nfiles:\n", "\nfiles:\n  - "+path+"\n", 1)
}

// resaved is a workbook after LibreOffice has opened and saved it.
func resaved(t *testing.T, data []byte) []byte {
	t.Helper()
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("soffice is missing: make test installs libreoffice-calc")
	}
	dir := t.TempDir()
	in := filepath.Join(dir, "in.xlsx")
	check(t, os.WriteFile(in, data, 0o644))
	cmd := exec.Command(soffice, "-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "profile")), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "out"), in)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	back, err := os.ReadFile(filepath.Join(dir, "out", "in.xlsx"))
	check(t, err)
	if bytes.Equal(back, data) {
		t.Fatal("it was not saved anew")
	}
	return back
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	check(t, err)
	return f
}

func save(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	out, err := f.WriteToBuffer()
	check(t, err)
	return out.Bytes()
}

// TestLook holds the look of a sheet: the header stays in sight and has a filter, lists drop down, columns are as wide as
// their Chinese.
func TestLook(t *testing.T) {
	src := sources(t, "cn-telecom")
	f := open(t, export(t, src))
	const title = "rights"
	panes, err := f.GetPanes(title)
	check(t, err)
	if !panes.Freeze || panes.YSplit != 5 {
		t.Errorf("frozen: %+v", panes)
	}
	lists, err := f.GetDataValidations(title)
	check(t, err)
	if len(lists) != 2 || lists[0].Sqref != "B6:B514" || lists[0].ShowErrorMessage {
		t.Errorf("drop-down lists: %d %+v", len(lists), lists)
	}
	var got []string
	for i := 2; ; i++ {
		column := strings.Split(lists[0].Formula1, "$")[1]
		v, err := f.GetCellValue("_values", fmt.Sprintf("%s%d", column, i))
		check(t, err)
		if v == "" {
			break
		}
		got = append(got, v)
	}
	if !slices.Contains(got, "duty_manager") || !slices.Contains(got, "-") {
		t.Errorf("to choose from: %q", got)
	}
	if visible, err := f.GetSheetVisible("_values"); err != nil || visible {
		t.Error("the values are to be seen", err)
	}
	wide, err := f.GetColWidth(title, "E")
	check(t, err)
	if wide < 45 || wide > 60 {
		t.Errorf("the Chinese column is %v wide", wide)
	}
	colour := func(cell string) string {
		id, err := f.GetCellStyle(title, cell)
		check(t, err)
		style, err := f.GetStyle(id)
		check(t, err)
		if style.NumFmt != asText {
			t.Errorf("%s has the number format %d", cell, style.NumFmt)
		}
		return fmt.Sprint(style.Fill.Color)
	}
	if colour("B5") == colour("D5") || colour("B6") == colour("D6") || colour("A5") == colour("B5") {
		t.Error("inputs, outputs and ids have one colour")
	}
	if id, err := f.GetColStyle(title, "C"); err != nil {
		t.Error(err)
	} else if style, err := f.GetStyle(id); err != nil || style.NumFmt != asText {
		t.Error("a new row is not text", err)
	}
	if n := f.GetDefinedName(); !slices.ContainsFunc(n, func(d excelize.DefinedName) bool {
		return d.Name == "_xlnm._FilterDatabase" && d.RefersTo == "'rights'!$A$5:$G$14"
	}) {
		t.Errorf("filters: %+v", n)
	}
}

// TestTitles gives tabs to names that are too long, odd, or nearly the same.
func TestTitles(t *testing.T) {
	long := "complaint.escalation_of_the_second_kind"
	names := []string{long + "_a", long + "_b", "A.b", "a.B", "history", "x:y/z[1]?", "'quoted'", strings.Repeat("套餐", 20), strings.Repeat("😀", 20), "_values", "''"}
	var tables []*author.Table
	for _, name := range names {
		table, err := author.ReadTable(name, "# hit: first\nid,facts.x,=> v\n1,2,3\n")
		check(t, err)
		tables = append(tables, table)
	}
	data, err := Write(tables, map[string][]author.Column{long + "_a": {{Role: author.IDColumn}, {Role: author.InputColumn, Type: "bool"}, {Role: author.OutputColumn}}})
	check(t, err)
	book, err := Read(data)
	check(t, err)
	seen := map[string]bool{}
	for i, s := range book.Sheets {
		if s.Table != names[i] {
			t.Errorf("%s came back as %s", names[i], s.Table)
		}
		if units := len(utf16.Encode([]rune(s.Title))); units == 0 || units > 31 || seen[strings.ToLower(s.Title)] || !utf8.ValidString(s.Title) {
			t.Errorf("the tab of %s is %q", names[i], s.Title)
		}
		seen[strings.ToLower(s.Title)] = true
	}
	if len(book.Left) > 0 {
		t.Errorf("left: %q", book.Left)
	}
}

// TestLongComment folds away what would leave no room for the table.
func TestLongComment(t *testing.T) {
	text := "# hit: first\n" + strings.Repeat("# one more line\n", 40) + "id,facts.x,=> v\n1,2,3\n# at the end\n"
	table, err := author.ReadTable("own.long", text)
	check(t, err)
	data, err := Write([]*author.Table{table}, nil)
	check(t, err)
	f := open(t, data)
	hidden := 0
	for row := 1; row <= 45; row++ {
		visible, err := f.GetRowVisible("own.long", row)
		check(t, err)
		if !visible {
			hidden++
		}
	}
	if hidden != 34 {
		t.Errorf("%d rows are folded away", hidden)
	}
}

// TestFits refuses what would not come back.
func TestFits(t *testing.T) {
	for text, want := range map[string]string{
		"id,x\n1," + strings.Repeat("长", 32768) + "\n": "own.x cannot stand in a workbook: its cell B3 has more than 32767 characters",
		"id,\x01\n":       "its cell B2 holds a control character",
		"id,\xff\n":       "its cell B2 is not UTF-8",
		"# \x0bx\nid,a\n": "its cell A2 holds a control character",
	} {
		table, err := author.ReadTable("own.x", text)
		check(t, err)
		_, err = Write([]*author.Table{table}, nil)
		var bad *ErrorWriting
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

// TestRead refuses what is no workbook.
func TestRead(t *testing.T) {
	whole := export(t, sources(t, "cn-broadband"))
	for name, data := range map[string][]byte{
		"empty": nil, "text": []byte("id,a\n"), "old": []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "cut": whole[:len(whole)/2], "zip": []byte("PK\x05\x06" + strings.Repeat("\x00", 18)),
		"large": append([]byte("PK"), make([]byte, MaxBytes)...),
	} {
		_, err := Read(data)
		var bad *ReadError
		if !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzRead opens workbooks whose parts are damaged: an error or a plan, never a crash.
func FuzzRead(f *testing.F) {
	table, err := author.ReadTable("own.x", "# hit: first\nid,refund.pay_fen,=> v\n1,> 5,x\n")
	check(f, err)
	data, err := Write([]*author.Table{table}, nil)
	check(f, err)
	whole, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	check(f, err)
	parts := map[string]string{}
	for _, part := range whole.File {
		r, err := part.Open()
		check(f, err)
		text, err := io.ReadAll(r)
		check(f, err)
		parts[part.Name] = string(text)
	}
	const sheet, texts, styles = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
	for _, name := range []string{sheet, texts, styles} {
		if parts[name] == "" {
			f.Fatal("no", name, slices.Sorted(maps.Keys(parts)))
		}
	}
	f.Add(parts[sheet], parts[texts], parts[styles])
	src := author.Sources{"pack.yaml": "id: a\nversion: \"1\"\ntitle: a\nlocale: zh-CN\nutc_offset: \"+08:00\"\n"}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for name, text := range parts {
			switch name {
			case sheet:
				text = a
			case texts:
				text = b
			case styles:
				text = c
			}
			part, err := w.Create(name)
			check(t, err)
			_, err = part.Write([]byte(text))
			check(t, err)
		}
		check(t, w.Close())
		if book, err := Read(out.Bytes()); err == nil {
			NewPlan(src, book.Sheets)
		}
	})
}

// FuzzCells sends any texts through a workbook: what can be written comes back as it is.
func FuzzCells(f *testing.F) {
	for _, text := range []string{"> 5000", "= settings.x", "=1+1", "0012", "12345678901234567890", "1E5", "TRUE", "2026-11-22", "1/2", "'x", "_x0041_", "_x005F_x0041_", " ", "\t", "a\nb", "#REF!", "+1", "@x", "-", "😀", "\u2028", "50%", "<b>&amp;"} {
		f.Add(text, "x", "# "+text)
	}
	f.Fuzz(func(t *testing.T, a, b, comment string) {
		rows := []author.TableRow{{Cells: []string{"#" + strings.ReplaceAll(comment, "\n", " ")}}, {Cells: []string{"id", "x", "y", "note"}}, {Cells: []string{a, b, a + b, "end"}}, {Cells: []string{"z", "", b, ""}}}
		table := author.ComposeTable("own.x", rows, nil)
		_, err := Write([]*author.Table{table}, nil) // which compares
		var bad *ErrorWriting
		if errors.As(err, &bad) && bad.Cell != "" {
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", table.Text(), err)
		}
	})
}

// BenchmarkLarge is a table of ten thousand rows: out, one row edited, in, checked against the pack.
func BenchmarkLarge(b *testing.B) {
	src := large(b)
	path := author.PathOf("own.large")
	old := maps.Clone(src)
	old[path] = strings.Replace(src[path], "\nlarge.77,77,", "\nlarge.77,-77,", 1)
	for b.Loop() {
		p := plan(b, old, export(b, src))
		report(b, p)
		if p.Files[path] != src[path] || len(p.Unsearched) != 1 {
			b.Fatal("the edited row did not come back")
		}
	}
}

// large is a pack with a table of ten thousand rows.
func large(t testing.TB) author.Sources {
	src := sources(t, "cn-broadband")
	var text strings.Builder
	text.WriteString("# hit: first\nid,refund.pay_fen,customer.emotion,service.kind,=> word,=> limit,row,note\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "large.%d,%d,calm,payment,第%d行的话,%d,,\n", i, i, i, i*100)
	}
	src[author.PathOf("own.large")] = text.String()
	src["pack.yaml"] = listed(src["pack.yaml"], author.PathOf("own.large"))
	return src
}

// TestLarge takes a table of ten thousand rows through.
func TestLarge(t *testing.T) {
	src := large(t)
	p := plan(t, src, export(t, src))
	report(t, p)
	if len(p.Files) != 0 {
		t.Errorf("changed: %d", len(p.Files))
	}
}
