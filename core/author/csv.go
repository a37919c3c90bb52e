package author

import (
	"encoding/csv"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// readTable reads a decision table. The file's name is the decision's name; `# hit: first` and `# default: a=1, b=x`
// stand in comment lines before the header.
func (b *build) readTable(file, text string) {
	name := strings.TrimSuffix(path.Base(file), ".csv")
	d := &decisionSource{name: name, at: place{file: file, line: 1, column: 1}}
	hit := false
	for i, line := range b.log.linesOf(file) {
		whole := exprSource{text: line, at: place{file: file, line: i + 1, column: 1}}.trimmed()
		rest, comment := strings.CutPrefix(whole.text, "#")
		if !comment {
			continue
		}
		key, value, _ := strings.Cut(rest, ":")
		from := whole.part(whole.width()-utf8.RuneCountInString(value), value).trimmed()
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
	records := b.readCSV(file, text)
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

// readCSV reads the records of a file with the place of every cell. Lines that start with # are comments, wherever
// they stand.
func (b *build) readCSV(file, text string) (records [][]exprSource) {
	text = strings.TrimPrefix(text, "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	r.FieldsPerRecord = -1
	lines := b.log.linesOf(file)
	for {
		record, err := r.Read()
		if err != nil {
			var pe *csv.ParseError
			if errors.As(err, &pe) {
				at := place{file: file, line: pe.Line, column: codePoint(lines, pe.Line, pe.Column), width: 1}
				b.log.error("csv", at, "this is not CSV: "+pe.Err.Error(), `a cell with a comma or a quote stands in quotes: "a, b"`)
			}
			return records
		}
		cells := make([]exprSource, len(record))
		for i, cell := range record {
			line, column := r.FieldPos(i)
			cells[i] = cellSource(file, lines, cell, line, codePoint(lines, line, column))
		}
		records = append(records, cells)
	}
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

// columnKind says what a column of a table is for.
type columnKind uint8

const (
	inputColumn columnKind = iota
	outputColumn
	idColumn
	rowColumn
	noteColumn
)

// tableRows turns the records of a table into rules.
func (b *build) tableRows(d *decisionSource, records [][]exprSource) {
	header := records[0]
	kinds := make([]columnKind, len(header))
	outputs := make([]string, len(header))
	for i, cell := range header {
		cell = cell.trimmed()
		name, isOutput := strings.CutPrefix(cell.text, "=>")
		switch {
		case isOutput:
			kinds[i], outputs[i] = outputColumn, strings.TrimSpace(name)
		case cell.text == "id":
			kinds[i] = idColumn
		case cell.text == "row":
			kinds[i] = rowColumn
		case cell.text == "note":
			kinds[i] = noteColumn
		default:
			d.headers = append(d.headers, cell)
		}
	}
	for _, record := range records[1:] {
		if len(record) != len(header) {
			b.log.error("wrong_columns", record[0].whole(), fmt.Sprintf("this row has %d cells, the header has %d", len(record), len(header)), "a comma inside a cell needs quotes around the cell")
			continue
		}
		d.rules = append(d.rules, tableRule(record, kinds, outputs))
	}
}

// tableRule turns a record into a rule.
func tableRule(record []exprSource, kinds []columnKind, outputs []string) ruleSource {
	r := ruleSource{at: record[0].whole()}
	for i, cell := range record {
		cell = cell.trimmed()
		switch kinds[i] {
		case idColumn:
			r.id, r.at = cell.text, cell.whole()
		case rowColumn:
			r.row, r.rowAt = cell.text, cell.whole()
		case inputColumn:
			r.cells = append(r.cells, cell)
		case outputColumn:
			a := assignment{output: outputs[i], at: cell.whole(), value: cell, cell: true}
			if e, isExpr := strings.CutPrefix(cell.text, "="); isExpr {
				a.cell, a.value = false, cell.part(1, e).trimmed()
			}
			r.then = append(r.then, a)
		}
	}
	return r
}
