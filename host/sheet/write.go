// Package sheet carries decision tables to spreadsheet programs and back: a workbook with one sheet a table, and what came
// back as tables of a pack again, every cell checked. It decides nothing about a table's meaning; core/author does.
package sheet

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/width"

	"koujing/core/author"
)

// marker begins the first row of every sheet and says whose table it is: the name on the tab may be cut or changed.
const marker = "# table:"

// origin begins the cell beside it, which tells the table that was exported: so that one notices, when the workbook comes
// back, that the pack has changed since.
const origin = "# from:"

// fingerprint tells a table's text from others: short enough to stand in a cell.
func fingerprint(t *author.Table) string {
	sum := sha256.Sum256([]byte(t.Text()))
	return hex.EncodeToString(sum[:6])
}

// valuesMark stands at the top of the hidden sheet that the drop-down lists take their values from.
const valuesMark = "# values to choose from"

// ErrorWriting says that a table cannot stand in a workbook.
type ErrorWriting struct {
	Table, Cell string // Cell as in C7, "" for the whole table
	Reason      string
}

func (e *ErrorWriting) Error() string {
	if e.Cell == "" {
		return fmt.Sprintf("table %s cannot stand in a workbook: %s", e.Table, e.Reason)
	}
	return fmt.Sprintf("table %s cannot stand in a workbook: its cell %s %s", e.Table, e.Cell, e.Reason)
}

// Write makes a workbook of tables, one sheet each, in their order. columns, by the name of the table, says what the columns
// hold, as far as that is known; they make the drop-down lists. What is written is read back and compared before it is
// given out. The same tables give the same bytes.
func Write(tables []*author.Table, columns map[string][]author.Column) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	w := &writer{f: f, columns: columns, ranges: map[string]string{}, taken: map[string]bool{}}
	if err := w.makeStyles(); err != nil {
		return nil, err
	}
	w.values = w.title("_values")
	for i, t := range tables {
		if err := fits(t); err != nil {
			return nil, err
		}
		title := w.title(t.Name)
		if i == 0 {
			w.do(f.SetSheetName("Sheet1", title))
		} else {
			_, err := f.NewSheet(title)
			w.do(err)
		}
		w.table(title, t)
		if w.err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, w.err)
		}
	}
	w.hideValues()
	if w.err != nil {
		return nil, w.err
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), same(tables, out.Bytes())
}

// same reads a workbook again and holds it against what it was made of.
func same(tables []*author.Table, data []byte) error {
	book, err := Read(data)
	if err != nil {
		return err
	}
	if len(book.Sheets) != len(tables) {
		return fmt.Errorf("the workbook has %d tables, not %d", len(book.Sheets), len(tables))
	}
	for i, t := range tables {
		back := author.ComposeTable(t.Name, book.Sheets[i].rows(), t)
		if book.Sheets[i].Table != t.Name || back.Text() != t.Text() {
			return &ErrorWriting{Table: t.Name, Reason: "it does not come back as it is"}
		}
	}
	return nil
}

// fits checks what a workbook has no room or no sign for.
func fits(t *author.Table) error {
	if len(t.Rows) >= excelize.TotalRows {
		return &ErrorWriting{Table: t.Name, Reason: fmt.Sprintf("it has %d rows, a sheet has room for %d", len(t.Rows), excelize.TotalRows-1)}
	}
	for i := range t.Rows {
		for n, text := range cellsOf(&t.Rows[i]) {
			reason := ""
			switch {
			case n >= excelize.MaxColumns:
				reason = fmt.Sprintf("is beyond the %d columns of a sheet", excelize.MaxColumns)
			case len(utf16.Encode([]rune(text))) > excelize.TotalCellChars:
				reason = fmt.Sprintf("has more than %d characters", excelize.TotalCellChars)
			case !utf8.ValidString(text):
				reason = "is not UTF-8"
			case strings.ContainsFunc(text, forbidden):
				reason = "holds a control character"
			}
			if reason != "" {
				return &ErrorWriting{Table: t.Name, Cell: cellName(n, i+2), Reason: reason}
			}
		}
	}
	return nil
}

// forbidden are the characters that XML has no way to write.
func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

// cellsOf is a row as a sheet shows it: a comment is a text in the first cell.
func cellsOf(r *author.TableRow) []string {
	if r.Cells == nil && r.Comment != "" {
		return []string{r.Comment}
	}
	return r.Cells
}

// cellName names a cell by its column, from 0, and its row, from 1.
func cellName(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		return fmt.Sprintf("column %d, row %d", column+1, row)
	}
	return name
}

// writer makes one workbook. The first error stays.
type writer struct {
	f       *excelize.File
	err     error
	columns map[string][]author.Column
	styles  map[string]int
	taken   map[string]bool   // titles, in small letters
	values  string            // title of the sheet of values
	ranges  map[string]string // where the values of a list stand there
}

func (w *writer) do(err error) {
	if w.err == nil {
		w.err = err
	}
}

// title makes a name for a tab: at most 31 UTF-16 units, without the characters a tab must not have, like no other.
func (w *writer) title(name string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' || r == utf8.RuneError || r == 0xfffe || r == 0xffff {
			return '_'
		}
		return r
	}, name)
	for n := 1; ; n++ {
		tail := ""
		if n > 1 {
			tail = fmt.Sprintf("~%d", n)
		}
		runes := []rune(clean)
		for len(utf16.Encode(runes))+len(tail) > excelize.MaxSheetNameLength {
			runes = runes[:len(runes)-1]
		}
		title := strings.Trim(string(runes), "'") + tail
		key := strings.ToLower(title)
		if title != "" && key != "history" && !w.taken[key] { // a spreadsheet program keeps History for itself
			w.taken[key] = true
			return title
		}
	}
}

// The colours: what is tested is blue, what is given green, what is only for readers grey.
var colours = map[author.Role][2]string{
	author.InputColumn:  {"BDD7EE", "F5FAFE"},
	author.OutputColumn: {"C6E0B4", "F6FBF2"},
	author.IDColumn:     {"D9D9D9", "FFFFFF"},
	author.RowColumn:    {"D9D9D9", "FFFFFF"},
	author.NoteColumn:   {"D9D9D9", "FFFFFF"},
}

// font is the one that a new workbook has; a style with another weight has to name it.
const font = "Calibri"

// asText is the number format of a cell whose content is a text whatever is typed into it.
const asText = 49

func (w *writer) makeStyles() error {
	border := []excelize.Border{{Type: "left", Color: "D0D0D0", Style: 1}, {Type: "right", Color: "D0D0D0", Style: 1}, {Type: "top", Color: "D0D0D0", Style: 1}, {Type: "bottom", Color: "D0D0D0", Style: 1}}
	styles := map[string]*excelize.Style{
		"text":    {NumFmt: asText},
		"comment": {NumFmt: asText, Font: &excelize.Font{Family: font, Italic: true, Color: "5F5F5F"}},
		"table":   {NumFmt: asText, Font: &excelize.Font{Family: font, Bold: true}},
	}
	for role, c := range colours {
		fill := func(colour string) excelize.Fill {
			return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
		}
		styles["head "+string(role)] = &excelize.Style{NumFmt: asText, Font: &excelize.Font{Family: font, Bold: true}, Fill: fill(c[0]), Border: border, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}
		styles["cell "+string(role)] = &excelize.Style{NumFmt: asText, Fill: fill(c[1]), Border: border, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}
	}
	w.styles = map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(styles)) { // in one order, so that the same tables give the same bytes
		id, err := w.f.NewStyle(styles[name])
		if err != nil {
			return err
		}
		w.styles[name] = id
	}
	return nil
}

func (w *writer) put(title string, row, column int, text, style string) {
	cell := cellName(column, row)
	if text != "" {
		w.do(w.f.SetCellStr(title, cell, escape(text)))
	}
	w.do(w.f.SetCellStyle(title, cell, cell, w.styles[style]))
}

// escaped is how a workbook writes characters that XML does not have: the text _x0041_ would be read as A.
var escaped = regexp.MustCompile(`^_x[0-9A-Fa-f]{4}_`)

// escape keeps such a text what it is. The library does so only for texts that it does not share between cells.
func escape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	var out strings.Builder
	for i := range len(text) {
		if text[i] == '_' && escaped.MatchString(text[i:]) {
			out.WriteString("_x005F")
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

// says are the comments that the table's meaning is in.
var says = regexp.MustCompile(`^#\s*(hit|default|complete)\s*:`)

// table writes one sheet: the name, then every line of the table in a row of its own.
func (w *writer) table(title string, t *author.Table) {
	columns := w.described(t)
	if len(columns) > 0 {
		w.do(w.f.SetColStyle(title, "A:"+letters(len(columns)-1), w.styles["text"]))
	}
	w.put(title, 1, 0, marker+" "+t.Name, "table")
	w.put(title, 1, 1, origin+" "+fingerprint(t), "comment")
	wide := make([]int, len(columns))
	header, last := 0, 1+len(t.Rows)
	for i := range t.Rows {
		row, at := &t.Rows[i], i+2
		switch {
		case row.Cells == nil && row.Comment == "":
		case row.Cells == nil:
			style := "comment"
			if header == 0 && says.MatchString(row.Comment) {
				style = "table"
			}
			w.put(title, at, 0, row.Comment, style)
		default:
			kind := "cell "
			if header == 0 {
				header, kind = at, "head "
			}
			for n, text := range row.Cells {
				if n >= len(columns) { // more cells than the header has: wrong, but to be seen
					w.put(title, at, n, text, "text")
					continue
				}
				w.put(title, at, n, text, kind+string(columns[n].Role))
				wide[n] = max(wide[n], displayWidth(text))
			}
		}
	}
	for n, chars := range wide {
		letter := letters(n)
		w.do(w.f.SetColWidth(title, letter, letter, float64(min(max(chars+4, 8), 60)))) // 4 for the filter's button
	}
	w.do(w.f.SetSheetDimension(title, "A1:"+cellName(max(len(columns), 1)-1, last)))
	if header == 0 {
		return
	}
	w.head(title, header, last, len(columns))
	for n := range columns {
		w.choose(title, &columns[n], n, header+1, last)
	}
	landscape, across, down, fit := "landscape", 1, 0, true // on paper as wide as a page
	w.do(w.f.SetPageLayout(title, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &across, FitToHeight: &down}))
	w.do(w.f.SetSheetProps(title, &excelize.SheetPropsOptions{FitToPage: &fit})) // last: the filter sets these anew
}

// described are the columns of a table; where nothing is known of it, what the header says.
func (w *writer) described(t *author.Table) []author.Column {
	header := t.Header()
	if known := w.columns[t.Name]; len(known) == len(header) {
		return known
	}
	return author.ColumnsOf(header)
}

// head freezes the rows down to the header and puts the filter on it. A long text above would leave no room for the table: of
// that the rows after the first few are folded away.
func (w *writer) head(title string, header, last, columns int) {
	const shown = 8
	if header > shown+2 {
		for row := shown + 1; row < header; row++ {
			w.do(w.f.SetRowOutlineLevel(title, row, 1))
			w.do(w.f.SetRowVisible(title, row, false))
		}
	}
	w.do(w.f.SetPanes(title, &excelize.Panes{Freeze: true, YSplit: header, TopLeftCell: cellName(0, header+1), ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: cellName(0, header+1), ActiveCell: cellName(0, header+1), Pane: "bottomLeft"}}}))
	w.do(w.f.AutoFilter(title, cellName(0, header)+":"+cellName(columns-1, max(last, header+1)), nil))
}

// spare is how many rows below the table have the drop-down lists too.
const spare = 500

// choose offers what a column's cells can be. It does not insist: `a, b` and not(a) are right as well.
func (w *writer) choose(title string, c *author.Column, column, first, last int) {
	values := slices.Clone(c.Values)
	if c.Base() == "bool" {
		values = []string{"true", "false"}
	}
	if len(values) == 0 {
		return
	}
	if c.Role == author.InputColumn {
		values = append(values, "-")
	}
	if strings.HasSuffix(c.Type, "?") {
		values = append(values, "null")
	}
	list := excelize.NewDataValidation(true)
	list.Sqref = cellName(column, first) + ":" + cellName(column, min(last+spare, excelize.TotalRows))
	list.SetSqrefDropList(w.listOf(values))
	w.do(w.f.AddDataValidation(title, list))
}

// listOf writes values down on the hidden sheet, once, and says where.
func (w *writer) listOf(values []string) string {
	key := strings.Join(values, "\x00")
	if at, ok := w.ranges[key]; ok {
		return at
	}
	column := len(w.ranges)
	if column == 0 {
		_, err := w.f.NewSheet(w.values)
		w.do(err)
		w.do(w.f.SetCellStr(w.values, "A1", valuesMark))
	}
	for i, v := range values {
		w.put(w.values, i+2, column, v, "text")
	}
	letter := letters(column)
	at := fmt.Sprintf("'%s'!$%s$2:$%s$%d", w.values, letter, letter, len(values)+1)
	w.ranges[key] = at
	return at
}

func (w *writer) hideValues() {
	if len(w.ranges) > 0 {
		w.do(w.f.SetSheetVisible(w.values, false))
	}
	w.f.SetActiveSheet(0)
}

func letters(column int) string {
	name, err := excelize.ColumnNumberToName(column + 1)
	if err != nil { // fits has counted the columns
		return "A"
	}
	return name
}

// displayWidth is how wide the longest line of a text is, in digits; a Chinese character is as wide as two.
func displayWidth(text string) int {
	widest := 0
	for line := range strings.SplitSeq(text, "\n") {
		n := 0
		for _, r := range line {
			n++
			if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
				n++
			}
		}
		widest = max(widest, n)
	}
	return widest
}
