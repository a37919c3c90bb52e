package author

import (
	"encoding/csv"
	"errors"
	"fmt"
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
					b.log.error("unknown_key", whole.whole(), fmt.Sprintf("a table has no %s", word), "did you mean "+near+"? a comment that begins so needs other words")
				}
			}
		}
	}
	if !hit {
		b.log.error("missing", d.at, "a table must say its hit policy in a line before the header", "# hit: first")
	}
	records := b.records(file, table, err)
	if len(records) == 0 {
		b.log.error("missing", d.at, "this table has no header", "id,<input>,=> <output>,row")
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
			b.log.error("syntax", src.whole(), fmt.Sprintf("%q gives no output its value", strings.TrimSpace(pair)), "# default: rung=0, reason=")
		}
		from += utf8.RuneCountInString(pair) + 1
	}
	return out
}

// records are the cells of a table with the place of each. Lines that start with # are comments, wherever they stand.
func (b *build) records(file string, table *Table, err error) (records [][]exprSource) {
	lines := b.log.linesOf(file)
	for i := range table.Rows {
		row := &table.Rows[i]
		if row.Cells == nil {
			continue
		}
		cells := make([]exprSource, len(row.Cells))
		for i, cell := range row.Cells {
			at := row.at[i]
			cells[i] = cellSource(file, lines, cell, at.line, codePoint(lines, at.line, at.column))
		}
		records = append(records, cells)
	}
	if pe, ok := errors.AsType[*csv.ParseError](err); ok {
		at := place{file: file, line: pe.Line, column: codePoint(lines, pe.Line, pe.Column), width: 1}
		b.log.error("csv", at, "this is not CSV: "+pe.Err.Error(), `a cell with a comma or a quote stands in quotes: "a, b"`)
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

// cellSource is the content of a cell and where it stands, behind the quote of a quoted one.
func cellSource(file string, lines []string, cell string, line, column int) exprSource {
	s := exprSource{text: cell, at: place{file: file, line: line, column: column}}
	reading := reader{file: file, lines: lines, line: line - 1, column: column - 1, blocked: true}
	if reading.next() == '"' {
		reading.column++
		reading.quote = '"'
		s.spots = reading.follow(cell)
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
			b.log.error("wrong_columns", record[0].whole(), fmt.Sprintf("this row has %d cells, the header has %d", len(record), len(header)), "a comma inside a cell needs quotes around the cell")
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
