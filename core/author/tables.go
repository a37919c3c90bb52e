package author

import (
	"encoding/csv"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"koujing/core/clock"
	"koujing/core/program"
)

// readTable reads a decision table. The file's name is the decision's name; `# hit: first` and `# default: a=1, b=x`
// stand in comment lines before the header.
func (b *build) readTable(file, text string) {
	name := strings.TrimSuffix(path.Base(file), ".csv")
	d := &decisionSource{name: name, at: place{file: file, line: 1, column: 1}}
	lines := strings.Split(text, "\n")
	hit := false
	for i, line := range lines {
		rest, comment := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(line, "\ufeff")), "#")
		if !comment {
			continue
		}
		key, value, _ := strings.Cut(rest, ":")
		at := place{file: file, line: i + 1, column: 1, width: utf8.RuneCountInString(line)}
		switch strings.TrimSpace(key) {
		case "hit":
			d.hit = b.readHit(strings.TrimSpace(value), node{}, at)
			hit = true
		case "default":
			d.defaults = readDefaults(value, at)
		}
	}
	if !hit {
		b.log.error("missing", d.at, "a table must say its hit policy in a line before the header", "# hit: first")
	}
	records, places := b.readCSV(file, text)
	if len(records) == 0 {
		b.log.error("missing", d.at, "this table has no header", "id,<input>,=> <output>,row")
		return
	}
	b.tableRows(d, records, places)
	b.decisions = append(b.decisions, d)
}

// readDefaults reads `a=1, b=x`.
func readDefaults(value string, at place) []assignment {
	var out []assignment
	for _, pair := range strings.Split(value, ",") {
		if name, v, ok := strings.Cut(pair, "="); ok {
			out = append(out, assignment{output: strings.TrimSpace(name), at: at, value: exprSource{strings.TrimSpace(v), at}, cell: true})
		}
	}
	return out
}

// readCSV reads the records of a file with the place of every cell. Lines that start with # are comments, wherever
// they stand.
func (b *build) readCSV(file, text string) (records [][]string, places [][]place) {
	text = strings.TrimPrefix(text, "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	r.FieldsPerRecord = -1
	lines := strings.Split(text, "\n")
	for {
		record, err := r.Read()
		if err != nil {
			var pe *csv.ParseError
			if errors.As(err, &pe) {
				b.log.error("csv", place{file: file, line: pe.Line, column: pe.Column}, "this is not CSV: "+pe.Err.Error(), `a cell with a comma or a quote stands in quotes: "a, b"`)
			}
			return records, places
		}
		at := make([]place, len(record))
		for i := range record {
			line, col := r.FieldPos(i)
			at[i] = place{file: file, line: line, column: 1, width: utf8.RuneCountInString(record[i])}
			if line <= len(lines) && col-1 <= len(lines[line-1]) {
				at[i].column = 1 + utf8.RuneCountInString(lines[line-1][:col-1])
			}
		}
		records, places = append(records, record), append(places, at)
	}
}

// tableRows turns the records of a table into rules.
func (b *build) tableRows(d *decisionSource, records [][]string, places [][]place) {
	const (
		input = iota
		output
		id
		row
		note
	)
	header := records[0]
	kinds := make([]int, len(header))
	outputs := make([]string, len(header))
	for i, h := range header {
		h = strings.TrimSpace(h)
		name, isOutput := strings.CutPrefix(h, "=>")
		switch {
		case isOutput:
			kinds[i], outputs[i] = output, strings.TrimSpace(name)
		case h == "id":
			kinds[i] = id
		case h == "row":
			kinds[i] = row
		case h == "note":
			kinds[i] = note
		default:
			d.headers = append(d.headers, exprSource{h, places[0][i]})
		}
	}
	for n, record := range records[1:] {
		at := places[n+1]
		if len(record) != len(header) {
			b.log.error("wrong_columns", at[0], fmt.Sprintf("this row has %d cells, the header has %d", len(record), len(header)), "a comma inside a cell needs quotes around the cell")
			continue
		}
		r := ruleSource{at: at[0]}
		for i, cell := range record {
			text := strings.TrimSpace(cell)
			src := exprSource{text, at[i].right(len(cell)-len(strings.TrimLeft(cell, " ")), utf8.RuneCountInString(text))}
			switch kinds[i] {
			case id:
				r.id, r.at = text, at[i]
			case row:
				r.row = text
			case input:
				r.cells = append(r.cells, src)
			case output:
				a := assignment{output: outputs[i], at: at[i], value: src, cell: true}
				if e, isExpr := strings.CutPrefix(text, "="); isExpr {
					skip := len(e) - len(strings.TrimLeft(e, " "))
					a.cell, a.value = false, exprSource{strings.TrimSpace(e), src.at.right(1+skip, 0)}
				}
				r.then = append(r.then, a)
			}
		}
		d.rules = append(d.rules, r)
	}
}

// anyCell reports whether a cell tests nothing.
func anyCell(text string) bool { return text == "" || text == "-" }

// unaryTests compiles a cell of a table, DMN's unary tests, against the value of its column: where the cell does not
// hold, jump to no.
func (l *lowering) unaryTests(x operand, no *label) {
	text := l.src
	if anyCell(text) || x.konst {
		return
	}
	if inside, ok := strings.CutPrefix(text, "not("); ok && strings.HasSuffix(inside, ")") {
		inner := *l
		inner.src, inner.at = inside[:len(inside)-1], l.at.right(4, 0)
		inner.anyOf(x, false, no)
		l.bad = inner.bad
		return
	}
	l.anyOf(x, true, no)
}

// anyOf compiles `a, > 5, [1..3]`: where its outcome is not want, jump to no.
func (l *lowering) anyOf(x operand, want bool, no *label) {
	tests := splitCell(l.src)
	if list, ok := l.plainValues(tests, x); ok {
		if len(list.texts)+len(list.nums) == 1 {
			l.compareJump(pick(want, "!=", "=="), x, list.first(), no)
		} else {
			l.memberJump(x, list, !want, no)
		}
		return
	}
	if l.bad {
		return
	}
	hit := newLabel()
	for i, t := range tests {
		part := *l
		part.src, part.at = t.text, l.at.right(t.from, utf8.RuneCountInString(t.text))
		switch last := i == len(tests)-1; {
		case !want:
			part.oneTest(x, true, no)
		case last:
			part.oneTest(x, false, no)
		default:
			part.oneTest(x, true, hit)
		}
		if l.bad = l.bad || part.bad; l.bad {
			return
		}
	}
	l.asm.bind(hit)
}

func pick(want bool, yes, no string) string {
	if want {
		return yes
	}
	return no
}

type cellPart struct {
	text string
	from int
}

// splitCell splits a cell at the commas outside brackets and quotes.
func splitCell(s string) []cellPart {
	var out []cellPart
	runes := []rune(s)
	depth, from, quoted := 0, 0, false
	cut := func(to int) {
		text := string(runes[from:to])
		trimmed := strings.TrimSpace(text)
		lead := utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " "))
		out = append(out, cellPart{trimmed, from + lead})
	}
	for i, r := range runes {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '[' || r == '(':
			depth++
		case r == ']' || r == ')':
			depth--
		case r == ',' && depth == 0:
			cut(i)
			from = i + 1
		}
	}
	cut(len(runes))
	return out
}

// plainValues reads a cell that is only values: the form the index of a table is made from.
func (l *lowering) plainValues(tests []cellPart, x operand) (*constList, bool) {
	list := &constList{base: x.typ.base}
	for _, t := range tests {
		if t.text == "" || t.text == "null" || strings.ContainsRune("<>=[(", rune(t.text[0])) {
			return nil, false
		}
		part := *l
		part.src, part.at = t.text, l.at.right(t.from, utf8.RuneCountInString(t.text))
		v := part.literal(t.text, x.typ, true)
		if l.bad = l.bad || part.bad; l.bad {
			return nil, false
		}
		if !v.konst {
			return nil, false
		}
		if list.base == program.Text {
			list.texts = append(list.texts, v.text)
		} else {
			list.nums = append(list.nums, v.num)
		}
	}
	return list, true
}

func (c *constList) first() operand {
	o := operand{typ: typ{base: c.base}, konst: true}
	if c.base == program.Text {
		o.text = c.texts[0]
	} else {
		o.num = c.nums[0]
	}
	return o
}

// oneTest compiles one unary test: where its outcome is when, jump to the label.
func (l *lowering) oneTest(x operand, when bool, to *label) {
	s := l.src
	if s == "" {
		l.error("empty_cell", 0, 1, "a test is missing beside the comma", "")
		return
	}
	if s == "null" {
		if !x.typ.nullable {
			l.error("never_absent", 0, 4, "this column is never absent", "write - for any value")
			return
		}
		l.compareJump(pick(when, "==", "!="), x, operand{typ: typ{nullable: true}, konst: true, null: true}, to)
		return
	}
	for _, op := range []string{"<=", ">=", "!=", "==", "<", ">", "="} {
		if rest, ok := strings.CutPrefix(s, op); ok {
			if op == "=" {
				op = "=="
			}
			l.bound(x, op, strings.TrimSpace(rest), when, to)
			return
		}
	}
	if s[0] == '[' || s[0] == '(' {
		l.interval(x, when, to)
		return
	}
	v := l.literal(s, x.typ, true)
	if !l.bad {
		l.compareJump(pick(when, "==", "!="), x, v, to)
	}
}

// bound compiles `> 5`. A value that may be absent is no number then, so the test says no.
func (l *lowering) bound(x operand, op, text string, when bool, to *label) {
	v := l.literal(text, typ{base: x.typ.base, values: x.typ.values, of: x.typ.of}, true)
	if l.bad {
		return
	}
	if op != "==" && op != "!=" && x.typ.base != program.Int && x.typ.base != program.Time {
		l.error("wrong_type", 0, utf8.RuneCountInString(l.src), fmt.Sprintf("%s cannot be put in order", x.typ.base), "")
		return
	}
	if !x.typ.nullable || op == "==" || op == "!=" {
		if !when {
			op = negated[op]
		}
		l.compareJump(op, x, v, to)
		return
	}
	absent := newLabel()
	if when {
		l.asm.jump(program.Instr{Op: program.OpJumpNull, A: x.reg}, absent)
		l.compareJump(op, x, v, to)
		l.asm.bind(absent)
		return
	}
	l.asm.jump(program.Instr{Op: program.OpJumpNull, A: x.reg}, to)
	l.compareJump(negated[op], x, v, to)
}

// interval compiles `[1..5]`, with round brackets for an end that is left out.
func (l *lowering) interval(x operand, when bool, to *label) {
	s := l.src
	low, high, ok := strings.Cut(s[1:max(1, len(s)-1)], "..")
	last := s[len(s)-1]
	if !ok || (last != ']' && last != ')') {
		l.error("syntax", 0, utf8.RuneCountInString(s), "this is no interval", "write [1..5], or (1..5] without the 1")
		return
	}
	above, below := ">=", "<="
	if s[0] == '(' {
		above = ">"
	}
	if last == ')' {
		below = "<"
	}
	if !when {
		l.bound(x, above, strings.TrimSpace(low), false, to)
		l.bound(x, below, strings.TrimSpace(high), false, to)
		return
	}
	out := newLabel()
	l.bound(x, above, strings.TrimSpace(low), false, out)
	l.bound(x, below, strings.TrimSpace(high), true, to)
	l.asm.bind(out)
}

// literal reads a value of a table's cell. With typed the type is known and checked, else the value says it.
func (l *lowering) literal(text string, t typ, typed bool) operand {
	if text == "null" || (text == "" && t.base != program.Text) {
		return operand{typ: typ{base: t.base, nullable: true}, konst: true, null: true}
	}
	if setting, ok := strings.CutPrefix(text, "settings."); ok {
		return l.settingCell(setting, t, typed)
	}
	unquoted := text
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		unquoted = text[1 : len(text)-1]
	}
	n, intErr := strconv.ParseInt(text, 10, 64)
	if !typed {
		switch {
		case intErr == nil:
			return intConst(n)
		case text == "true" || text == "false":
			return boolConst(text == "true")
		}
		return textConst(unquoted)
	}
	width := utf8.RuneCountInString(text)
	switch t.base {
	case program.Int:
		if intErr == nil {
			return intConst(n)
		}
		if span, ok := clock.ParseSpan(text); ok && span.Workdays == 0 {
			return intConst(span.Seconds)
		}
		l.error("wrong_type", 0, width, fmt.Sprintf("%q is no whole number", text), "amounts are in fen, times like 5m or 48h")
	case program.Bool:
		if text == "true" || text == "false" {
			return boolConst(text == "true")
		}
		l.error("wrong_type", 0, width, fmt.Sprintf("%q is neither true nor false", text), "")
	case program.Time:
		if unix, _, ok := clock.Parse([]byte(text)); ok {
			return operand{typ: typ{base: program.Time}, konst: true, num: unix}
		}
		l.error("wrong_type", 0, width, fmt.Sprintf("%q is no time", text), "write 2026-11-22T10:00:00+08:00")
	case program.Text:
		if t.values != nil {
			unknown := true
			for _, v := range t.values {
				unknown = unknown && v != unquoted
			}
			if unknown {
				l.error("unknown_value", 0, width, fmt.Sprintf("%q is not in %s", unquoted, t.of), didYouMean(unquoted, t.values))
			}
		}
		return textConst(unquoted)
	}
	return operand{}
}

// settingCell reads `settings.x` in a cell.
func (l *lowering) settingCell(name string, t typ, typed bool) operand {
	x, ok := l.scope.setting(name)
	if !ok {
		l.error("unknown_name", 0, utf8.RuneCountInString(l.src), "there is no setting "+name, didYouMean("settings."+name, l.scope.settingNames()))
		return operand{}
	}
	if x.list != nil || (typed && x.typ.base != t.base) {
		l.error("wrong_type", 0, utf8.RuneCountInString(l.src), fmt.Sprintf("settings.%s is %s, this column is %s", name, x.typ, t.base), "")
		return operand{}
	}
	return x
}
