package author

import (
	"encoding/csv"
	"errors"
	"strings"
	"unicode/utf8"
)

// readTable reads a decision table. The file's name is the decision's name; `# hit: first` and `# default: a=1, b=x`
// stand in comment lines before the header.
func (b *build) readTable(file, text string) {
	name := TableName(file)
	d := &decisionSource{name: name, at: place{file: file, line: 1, column: 1}}
	table, err := ReadTable(name, text)
	hit := false
	for i := range table.Rows {
		row := &table.Rows[i]
		rest, comment := strings.CutPrefix(row.Comment, "#")
		if !comment {
			continue
		}
		whole := exprSource{text: row.Comment, at: place{file: file, line: row.Number, column: 1}}.trimmed()
		key, value, _ := strings.Cut(rest, ":")
		from := whole.part(1+utf8.RuneCountInString(rest)-utf8.RuneCountInString(value), value).trimmed()
		switch strings.TrimSpace(key) {
		case "hit":
			d.hitAt = from.whole()
			d.hit = b.readHit(from.text, d.hitAt)
			hit = true
		case "complete":
			d.complete = b.readComplete(from.text, from.whole())
		case "default":
			d.defaults = b.readDefaults(from)
		default:
			if word := strings.TrimSpace(key); value != "" && !strings.Contains(word, " ") {
				if near := nearest(word, []string{"hit", "complete", "default"}); near != "" {
					b.log.error(whole.whole(), unknownTableKey.of(word, near).means(near))
				}
			}
		}
	}
	if !hit {
		b.log.error(d.at, tableWithoutHit.of())
	}
	before := len(b.log.found)
	records := b.records(file, table, err)
	if len(records) == 0 {
		if len(b.log.found) > before {
			return
		}
		b.log.error(d.at, tableWithoutHeader.of())
		return
	}
	b.tableRows(d, records)
	b.decisions = append(b.decisions, d)
}

// readDefaults reads `a=1, b=x`.
func (b *build) readDefaults(src exprSource) []assignment {
	var out []assignment
	from := 0
	for _, pair := range strings.Split(src.text, ",") {
		if name, v, ok := strings.Cut(pair, "="); ok {
			output := src.part(from, name).trimmed()
			value := src.part(from+utf8.RuneCountInString(name)+1, v).trimmed()
			out = append(out, assignment{output: output.text, at: output.whole(), value: value, cell: true})
		} else {
			b.log.error(src.whole(), badDefault.of(strings.TrimSpace(pair)))
		}
		from += utf8.RuneCountInString(pair) + 1
	}
	return out
}

// maxCells is how many cells a row may have.
const maxCells = 256

// records are the cells of a table with the place of each, none if one of its rows is too long. Lines that start with # are comments, wherever they stand.
func (b *build) records(file string, table *Table, err error) (records [][]exprSource) {
	lines := b.log.linesOf(file)
	cursor := newCellCursor(file, lines)
	for i := range table.Rows {
		row := &table.Rows[i]
		if row.Cells == nil {
			continue
		}
		if len(row.Cells) > maxCells {
			at := place{file: file, line: row.line, column: 1}
			b.log.error(at, rowTooWide.of(len(row.Cells), maxCells))
			return nil
		}
		cells := make([]exprSource, len(row.Cells))
		for i, cell := range row.Cells {
			cells[i] = cursor.source(cell, row.at[i])
		}
		records = append(records, cells)
	}
	if pe, ok := errors.AsType[*csv.ParseError](err); ok {
		at := place{file: file, line: pe.Line, column: codePoint(lines, pe.Line, pe.Column), width: 1}
		b.log.error(at, notCSV.of(translated(pe.Err.Error())))
	}
	return records
}

// codePoint turns a column in bytes into one in code points, both from 1.
func codePoint(lines []string, line, column int) int {
	if line < 1 || line > len(lines) || column < 1 {
		return 1
	}
	return 1 + utf8.RuneCountInString(lines[line-1][:min(column-1, len(lines[line-1]))])
}

// cellCursor goes through a table cell by cell, in their order. It passes each line once, however long that is.
type cellCursor struct {
	reading reader
	from    cellPlace // what column counts up to
	column  int       // in code points, from 0
}

func newCellCursor(file string, lines []string) *cellCursor {
	return &cellCursor{reading: reader{file: file, lines: lines, blocked: true}}
}

// source is the content of a cell and where it stands, behind the quote of a quoted one.
func (c *cellCursor) source(cell string, at cellPlace) exprSource {
	r := &c.reading
	if at.line != c.from.line {
		c.from, c.column = cellPlace{at.line, 1}, 0
	}
	line := ""
	if at.line <= len(r.lines) {
		line = r.lines[at.line-1]
	}
	to := min(at.column, len(line)+1)
	c.column += utf8.RuneCountInString(line[c.from.column-1 : to-1])
	c.from.column = to
	s := exprSource{text: cell, at: place{file: r.file, line: at.line, column: c.column + 1}}
	if to <= len(line) && line[to-1] == '"' {
		r.line, r.column, r.quote = at.line-1, c.column+1, '"'
		s.spots = r.follow(cell)
		s.at = s.spots[0]
	}
	return s
}

// tableRows turns the records of a table into rules.
func (b *build) tableRows(d *decisionSource, records [][]exprSource) {
	header := records[0]
	for _, cell := range header {
		cell = cell.trimmed()
		c := columnOf(cell.text)
		if c.Role == InputColumn {
			d.headers = append(d.headers, cell)
		}
		d.columns = append(d.columns, c)
	}
	for _, record := range records[1:] {
		if len(record) != len(header) {
			b.log.error(record[0].whole(), wrongColumns.of(len(record), len(header)))
			continue
		}
		d.rules = append(d.rules, tableRule(record, d.columns))
	}
}

// tableRule turns a record into a rule.
func tableRule(record []exprSource, columns []Column) ruleSource {
	r := ruleSource{at: record[0].whole()}
	for i, cell := range record {
		cell = cell.trimmed()
		switch columns[i].Role {
		case IDColumn:
			r.id, r.at = cell.text, cell.whole()
		case RowColumn:
			r.row, r.rowAt = cell.text, cell.whole()
		case BasisColumn:
			r.basis = cell.text
		case InputColumn:
			r.cells = append(r.cells, cell)
		case OutputColumn:
			a := assignment{output: columns[i].Name, at: cell.whole(), value: cell, cell: true}
			if e, isExpr := strings.CutPrefix(cell.text, "="); isExpr {
				a.cell, a.value = false, cell.part(1, e).trimmed()
			}
			r.then = append(r.then, a)
		}
	}
	return r
}
