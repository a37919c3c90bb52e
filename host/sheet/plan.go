package sheet

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"koujing/core/author"
	"koujing/core/author/phrase"
)

// Finding is something wrong in a cell. From and To are the code points of the text it is about, from 0.
type Finding struct {
	Sheet   string `json:"sheet"`
	Cell    string `json:"cell"` // as in C7; "" for the sheet as a whole
	Code    string `json:"code"`
	Level   string `json:"level"` // error or warning
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Text    string `json:"text"` // of the cell
	From    int    `json:"from"`
	To      int    `json:"to"`
	Witness string `json:"witness,omitempty"` // a case that shows it, JSON to be handed to decide

	row, column int
	says, how   phrase.Text
}

// In is the finding in a language; before, it is English.
func (f Finding) In(lang phrase.Lang) Finding {
	f.Message, f.Hint = f.says.In(lang), f.how.In(lang)
	return f
}

// Place is where a finding is: refund.approval!C7, with the quotes a spreadsheet program puts around an odd name.
func (f *Finding) Place() string {
	if f.Cell == "" {
		return f.Sheet
	}
	if strings.ContainsAny(f.Sheet, " '!") {
		return "'" + strings.ReplaceAll(f.Sheet, "'", "''") + "'!" + f.Cell
	}
	return f.Sheet + "!" + f.Cell
}

// Plan is what sheets would make of a pack. Without errors in it, Files are to be written.
type Plan struct {
	Files     map[string]string   // the tables' files that change, by their path in the pack
	Changes   []Change            // of every table that changes, in order of the sheets
	Unchanged []string            // tables that came back as they are
	Findings  []Finding           // in the cells
	Elsewhere []author.Diagnostic // errors that the tables make in other files of the pack

	// Unsearched are changed tables too large to be searched for rows that meet or are never reached; then none is.
	Unsearched []string
}

// Failed reports whether nothing may be written.
func (p *Plan) Failed() bool {
	return len(p.Elsewhere) > 0 || slices.ContainsFunc(p.Findings, func(f Finding) bool { return f.Level == author.LevelError })
}

// incoming is a sheet and the table it makes.
type incoming struct {
	sheet *Sheet
	old   *author.Table // nil for a new table
	table *author.Table
}

// searched is how many rows a table may have to be searched for rows that meet or are never reached: each is compared with
// each, a second for some thousands.
const searched = 3000

// untouched reports whether the old table has the same row: what pack check warns of there is not news.
func (x *incoming) untouched(row *author.TableRow) bool {
	return x.old != nil && slices.ContainsFunc(x.old.Rows, func(o author.TableRow) bool { return slices.Equal(o.Cells, row.Cells) && o.Comment == row.Comment })
}

// NewPlan checks sheets against the pack they are for, as pack check does: src with these tables in it must be no worse than
// before, and the tables themselves must be in order.
func NewPlan(src author.Sources, sheets []Sheet) *Plan {
	p := &Plan{Files: map[string]string{}}
	before := author.Look(src)
	var in []incoming
	seen := map[string]string{}
	revised := maps.Clone(src)
	for i := range sheets {
		s := &sheets[i]
		path := author.PathOf(s.Table)
		if author.TableName(path) != s.Table {
			p.wrong(s, badTableName.of(s.Table))
			continue
		}
		if other, dup := seen[s.Table]; dup {
			p.wrong(s, tableTwice.of(s.Table, other))
			continue
		}
		seen[s.Table] = s.Title
		x := incoming{sheet: s}
		if text, ok := src[path]; ok {
			x.old, _ = author.ReadTable(s.Table, text) // of a damaged file the part that can be read
		}
		s.settle(before.Tables[s.Table], before.UTCOffset)
		x.table = author.ComposeTable(s.Table, s.rows(), x.old)
		revised[path] = x.table.Text()
		in = append(in, x)
	}
	after := author.Look(revised)
	var changed []incoming
	for _, x := range in {
		p.inspect(x, after.Tables[x.sheet.Table])
		path := author.PathOf(x.sheet.Table)
		if revised[path] == src[path] && x.old != nil {
			p.Unchanged = append(p.Unchanged, x.sheet.Table)
			continue
		}
		changed = append(changed, x)
		if x.sheet.Of != "" && x.old != nil && x.sheet.Of != fingerprint(x.old) {
			what := olderWorkbook.of()
			p.Findings = append(p.Findings, Finding{Sheet: x.sheet.Title, Cell: cellName(1, 1), Code: what.code, Level: author.LevelWarning,
				says: what.says, how: what.how, row: 1, column: 1}.In(phrase.EN))
		}
		p.Files[path] = revised[path]
		p.Changes = append(p.Changes, compare(x.old, x.table))
	}
	p.place(changed, after.Errors(before, names(changed)))
	for _, x := range changed {
		if len(x.table.Rows) > searched {
			p.Unsearched = append(p.Unsearched, x.sheet.Table)
		}
	}
	if len(changed) > 0 && len(p.Unsearched) == 0 && after.Built && !p.Failed() {
		found := slices.DeleteFunc(author.Check(revised, author.Options{}), func(d author.Diagnostic) bool {
			return d.Level == author.LevelInfo || !slices.Contains(names(changed), author.TableName(d.File))
		})
		p.place(changed, found)
	}
	p.sort(sheets)
	return p
}

func names(in []incoming) []string {
	var out []string
	for _, x := range in {
		out = append(out, x.sheet.Table)
	}
	return out
}

// place puts findings of the pack's check to the cells they are about; a cell of which something is said already has enough.
func (p *Plan) place(in []incoming, found []author.Diagnostic) {
	type cell struct {
		sheet       string
		row, column int
	}
	known := map[cell]bool{}
	for _, f := range p.Findings {
		known[cell{f.Sheet, f.row, f.column}] = true
	}
	for _, d := range found {
		n := slices.Index(names(in), author.TableName(d.File))
		if n < 0 {
			p.Elsewhere = append(p.Elsewhere, d)
			continue
		}
		en, zh := d.In(phrase.EN), d.In(phrase.ZH)
		f := Finding{Sheet: in[n].sheet.Title, Code: d.Code, Level: d.Level, Message: en.Message, Hint: en.Hint, Witness: d.Witness,
			says: phrase.Text{en.Message, zh.Message}, how: phrase.Text{en.Hint, zh.Hint}}
		if span, ok := in[n].table.Find(d); ok {
			row := &in[n].table.Rows[span.Row]
			f.row, f.column, f.From, f.To = row.Number, max(0, span.Column), span.From, span.To
			f.Cell = cellName(f.column, f.row)
			if f.Text = row.Comment; span.Column >= 0 {
				f.Text = row.Cells[span.Column]
			}
			if known[cell{f.Sheet, f.row, f.column}] || f.Level != author.LevelError && in[n].untouched(row) {
				continue
			}
		}
		p.Findings = append(p.Findings, f)
	}
}

// sort puts the findings in the order of the sheets and their cells.
func (p *Plan) sort(sheets []Sheet) {
	order := map[string]int{}
	for i := range sheets {
		order[sheets[i].Title] = i
	}
	slices.SortStableFunc(p.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(order[a.Sheet], order[b.Sheet]), cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
	})
}

// settle gives the cells that a program has changed the text they stand for where that is certain already.
func (s *Sheet) settle(columns []author.Column, utcOffset int32) {
	zone := time.FixedZone("", int(utcOffset))
	for i := range s.Rows {
		for n := range s.Rows[i].Cells {
			c := &s.Rows[i].Cells[n]
			switch {
			case c.Kind == Moment && c.Flaw == "":
				at, _ := time.ParseInLocation("2006-01-02T15:04:05", c.Text, zone) // as Read has written it
				if c.Text = at.Format("2006-01-02T15:04:05-07:00"); n < len(columns) && columns[n].Role == author.NoteColumn && c.Day {
					c.Text = at.Format("2006-01-02")
				}
			case c.Kind == Text && (c.Text == "TRUE" || c.Text == "FALSE") && n < len(columns) && columns[n].Base() == "bool":
				c.Text = strings.ToLower(c.Text) // what a program writes into a CSV file
			}
		}
	}
}

// inspect looks at the cells of a sheet that a program has changed, now that the columns have their types.
func (p *Plan) inspect(x incoming, columns []author.Column) {
	header := 0 // the number of its row
	for i := range x.table.Rows {
		if x.table.Rows[i].Cells != nil {
			header = x.table.Rows[i].Number
			break
		}
	}
	s := x.sheet
	for _, a := range s.Merged {
		if a.LastRow >= header && header > 0 {
			p.add(s, a.Column, a.Row, Cell{}, joinedCells.of(a.Name))
		}
	}
	for _, row := range s.Rows {
		for n, c := range row.Cells {
			if len(columns) > 0 && n >= len(columns) && row.Number > header && c.Text != "" {
				p.add(s, n, row.Number, c, noHeader.of(c.Text))
				continue
			}
			if c.Kind == Text {
				continue
			}
			var column author.Column
			if n < len(columns) && row.Number > header {
				column = columns[n]
			}
			if what := doubt(c, &column); what != nil {
				p.add(s, n, row.Number, c, what)
			}
		}
	}
}

// doubt says why it is not certain what a changed cell means; nil where it is.
func doubt(c Cell, column *author.Column) *told {
	base := column.Base()
	certain := slices.Contains(column.Values, c.Text)
	switch {
	case c.Kind == Formula:
		return formula.of(c.Text)
	case c.Kind == Broken:
		return brokenCell.of(c.Text)
	case column.Role == author.NoteColumn:
	case c.Kind == Moment && c.Flaw != "":
		return madeTime.of(c.Text, flawOf(c))
	case c.Kind == Moment && base != "time":
		return madeDate.of(c.Text)
	case c.Kind == Bool && base == "text" && !certain:
		return madeTruth.of(strings.ToUpper(c.Text))
	case c.Kind != Number:
	case base == "text" && !certain:
		return madeNumber.of(c.Text)
	case c.Unit == "%":
		return percentage.of(c.Text)
	case c.Unit != "":
		return money.of(c.Text, c.Unit)
	case c.Flaw != "":
		return noWholeNumber.of(c.Text, flawOf(c))
	}
	return nil
}

func (p *Plan) add(s *Sheet, column, row int, c Cell, what *told) {
	p.Findings = append(p.Findings, Finding{Sheet: s.Title, Cell: cellName(column, row), Code: what.code, Level: author.LevelError, says: what.says, how: what.how,
		Text: c.Text, To: len([]rune(c.Text)), row: row, column: column}.In(phrase.EN))
}

// wrong reports a sheet as a whole.
func (p *Plan) wrong(s *Sheet, what *told) {
	p.Findings = append(p.Findings, Finding{Sheet: s.Title, Code: what.code, Level: author.LevelError, says: what.says, how: what.how}.In(phrase.EN))
}
