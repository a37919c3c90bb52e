package author

import (
	"encoding/csv"
	"io"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// Table is a decision table as its file holds it, line by line: written again, an unchanged row has the same bytes.
type Table struct {
	Name string // of the decision
	Rows []TableRow
	bom  string

	lines []string // of the file, as findings count them
}

// TableRow is a record of a table, a comment, or an empty line.
type TableRow struct {
	Cells   []string // none in a comment and in an empty line
	Comment string   // the line with its #
	Number  int      // of the row in the sheet it was composed from, or of its first line in the file; from 1

	line int         // of its beginning in the file, from 1
	raw  string      // as it stands in the file, with the line break
	at   []cellPlace // of every cell
}

// cellPlace is where a cell begins in a file: line and column, in bytes, from 1.
type cellPlace struct{ line, column int }

const bom = "\ufeff"

// PathOf is where a pack keeps the table of a decision.
func PathOf(table string) string { return "tables/" + table + ".csv" }

// TableName is the name of the decision whose table a file of a pack is, "" if it is none.
func TableName(path string) string {
	if kindOf(path) != tableFile {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(path, "tables/"), ".csv")
}

// ReadTable reads the text of a table's file. The error is a *csv.ParseError; the rows before it are there.
func ReadTable(name, text string) (*Table, error) {
	t := &Table{Name: name}
	if rest, ok := strings.CutPrefix(text, bom); ok {
		t.bom, text = bom, rest
	}
	t.lines = linesOf(PathOf(name), text)
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	r.FieldsPerRecord = -1
	lines := strings.SplitAfter(text, "\n")
	passed, offset := 0, 0 // lines and bytes that are in rows already
	pass := func(upTo int) {
		for ; passed < upTo; passed++ {
			line := lines[passed]
			offset += len(line)
			if line != "" { // what Split leaves behind the last break is no line
				t.Rows = append(t.Rows, TableRow{Comment: strings.TrimRight(line, "\r\n"), Number: passed + 1, line: passed + 1, raw: line})
			}
		}
	}
	for {
		record, err := r.Read()
		if err == io.EOF {
			pass(len(lines))
			return t, nil
		}
		if err != nil {
			return t, err
		}
		row := TableRow{Cells: record, at: make([]cellPlace, len(record))}
		for i := range record {
			row.at[i].line, row.at[i].column = r.FieldPos(i)
		}
		pass(row.at[0].line - 1) // the comments and empty lines that the reader passed over
		end := int(r.InputOffset())
		row.raw, row.line, row.Number = text[offset:end], passed+1, passed+1
		if passed += strings.Count(row.raw, "\n"); !strings.HasSuffix(row.raw, "\n") {
			passed++
		}
		offset = end
		t.Rows = append(t.Rows, row)
	}
}

// ComposeTable makes a table of the rows of a sheet, of which Number and Cells count. Each becomes as long as the header. A
// row with nothing but a text in its first cell that begins with # is a comment, a row without any content an empty line.
// Rows that old has too take over its bytes, quotes and line breaks, as do the empty lines at its end, which a sheet does
// not have. old may be nil.
func ComposeTable(name string, sheet []TableRow, old *Table) *Table {
	t := &Table{Name: name}
	known, newline := map[string][]string{}, "\n"
	if old != nil {
		t.bom = old.bom
		for i := range old.Rows {
			key := old.Rows[i].key()
			known[key] = append(known[key], old.Rows[i].raw)
			if strings.HasSuffix(old.Rows[i].raw, "\r\n") {
				newline = "\r\n"
			}
		}
	}
	width, content := 0, 0
	for i := range sheet {
		number, cells := sheet[i].Number, slices.Clone(sheet[i].Cells)
		for n := range cells {
			cells[n] = strings.ReplaceAll(cells[n], "\r\n", "\n") // as a reader of CSV gives them
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		switch {
		case len(cells) == 0:
			t.Rows = append(t.Rows, TableRow{Number: number})
			continue
		case len(cells) == 1 && strings.HasPrefix(cells[0], "#"):
			for _, line := range strings.Split(cells[0], "\n") {
				if !strings.HasPrefix(line, "#") {
					line = "# " + line
				}
				t.Rows = append(t.Rows, TableRow{Comment: line, Number: number})
			}
		default:
			if width == 0 {
				width = len(cells)
			}
			for len(cells) < width {
				cells = append(cells, "")
			}
			t.Rows = append(t.Rows, TableRow{Cells: cells, Number: number})
		}
		content = len(t.Rows)
	}
	t.Rows = t.Rows[:content]
	for i := range t.Rows {
		row := &t.Rows[i]
		same := known[row.key()]
		if len(same) == 0 {
			row.raw = row.text() + newline
			continue
		}
		row.raw = same[0]
		if len(same) > 1 { // rows of the same content keep their order
			known[row.key()] = same[1:]
		}
		if last := i == len(t.Rows)-1; !last && !strings.HasSuffix(row.raw, "\n") {
			row.raw += newline
		}
	}
	t.Rows = append(t.Rows, old.tail()...)
	return t.reread()
}

// tail is the empty lines at the end.
func (t *Table) tail() []TableRow {
	if t == nil {
		return nil
	}
	n := len(t.Rows)
	for n > 0 && t.Rows[n-1].Cells == nil && t.Rows[n-1].Comment == "" {
		n--
	}
	return t.Rows[n:]
}

// reread gives every row the places of its cells.
func (t *Table) reread() *Table {
	again, _ := ReadTable(t.Name, t.Text()) // what text writes, the reader reads
	for i := range again.Rows {
		again.Rows[i].Number = t.Rows[i].Number
	}
	return again
}

// Text is the content of the table's file.
func (t *Table) Text() string {
	var out strings.Builder
	out.WriteString(t.bom)
	for i := range t.Rows {
		out.WriteString(t.Rows[i].raw)
	}
	return out.String()
}

// Header is the first record: the names of the columns. nil if there is none.
func (t *Table) Header() []string {
	for i := range t.Rows {
		if t.Rows[i].Cells != nil {
			return t.Rows[i].Cells
		}
	}
	return nil
}

// key tells rows of different content apart.
func (r *TableRow) key() string {
	if r.Cells == nil {
		return r.Comment
	}
	return "\x00" + strings.Join(r.Cells, "\x00")
}

// text is the row as CSV, without a line break: quotes only where a reader needs them.
func (r *TableRow) text() string {
	if r.Cells == nil {
		return r.Comment
	}
	cells := make([]string, len(r.Cells))
	for i, cell := range r.Cells {
		if strings.ContainsAny(cell, ",\"\r\n") || i == 0 && strings.HasPrefix(cell, "#") || len(r.Cells) == 1 && cell == "" {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		cells[i] = cell
	}
	return strings.Join(cells, ",")
}

// CellSpan is a run of code points inside a cell of a table: from the first up to and without the last, from 0.
type CellSpan struct {
	Row, Column int // of the table's Rows and of their Cells, from 0; Column is -1 for a row without cells
	From, To    int
}

// Find tells which cell a finding in the table's file is about. ok is false in a table without rows.
func (t *Table) Find(d Diagnostic) (span CellSpan, ok bool) {
	if len(t.Rows) == 0 {
		return span, false
	}
	span.Row = max(0, sort.Search(len(t.Rows), func(i int) bool { return t.Rows[i].line > d.Line })-1)
	row := &t.Rows[span.Row]
	span.Column = -1
	for i, at := range row.at {
		if at.line < d.Line || at.line == d.Line && codePoint(t.lines, at.line, at.column) <= d.Column {
			span.Column = i
		}
	}
	if span.Column < 0 {
		span.From, span.To = max(0, d.Column-1), d.EndColumn-1
		return span, true
	}
	at := row.at[span.Column]
	cell := newCellCursor(d.File, t.lines).source(row.Cells[span.Column], at)
	wide := utf8.RuneCountInString(cell.text)
	span.From = wide
	for n := range wide + 1 {
		p := cell.place(n, 1)
		if p.line == d.Line && p.column >= d.Column && span.From == wide {
			span.From = n
		}
		if p.line == d.Line && p.column < d.EndColumn {
			span.To = n + 1
		}
	}
	span.To = max(span.From, min(span.To, wide))
	return span, true
}
