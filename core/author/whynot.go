package author

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"koujing/core/program"
)

// Inquiry answers why a rule did not apply. It is the pack with one decision changed: instead of its rules there is one for
// each condition of the rule in question, so that the trace of a case decided with it names the conditions that hold.
// Everything before that decision is as it was; what comes after it means nothing.
type Inquiry struct {
	Decision   string      `json:"decision"`
	Rule       string      `json:"rule"`
	Hit        string      `json:"hit"`    // the decision's own policy
	Before     []string    `json:"before"` // the rules before it, in order: under `first` one of them may have applied instead
	Conditions []Condition `json:"conditions"`
	Built      string      `json:"pack"`
}

// Condition is a part of a rule's condition: parts joined by `and`, or the cells of a table's row. It holds where Rule is in
// the trace.
type Condition struct {
	Rule      string `json:"rule"`
	Text      string `json:"text"`   // as the operator wrote it
	Column    string `json:"column"` // of a table: the column's expression, "" for a rule
	File      string `json:"file"`
	Line      int    `json:"line"`
	At        int    `json:"at"` // column in the file, from 1, in code points
	EndColumn int    `json:"end_column"`
}

// WhyNot makes the inquiry about a rule, by its id. inquiry is nil where the pack does not build or has no such rule; the
// findings say which.
func (w *Workspace) WhyNot(src Sources, rule string) (inquiry *Inquiry, found []Diagnostic) {
	b := w.begin(src)
	defer w.kept.forget()
	if !b.admit() || !b.readAll() || b.log.failed() {
		return nil, b.log.sorted()
	}
	for _, d := range b.decisions {
		if i := slices.IndexFunc(d.rules, func(r ruleSource) bool { return r.id == rule }); i >= 0 {
			inquiry = b.inquire(d, i)
			break
		}
	}
	if inquiry == nil {
		b.log.error(place{file: packFile}, notRule.of(rule))
		return nil, b.log.sorted()
	}
	b.compileAll()
	if !b.log.failed() {
		b.link()
	}
	if b.log.failed() {
		return nil, b.log.sorted()
	}
	built := b.write()
	if built == nil {
		return nil, b.log.sorted()
	}
	inquiry.Built = string(built)
	return inquiry, nil
}

// inquire puts a rule's conditions in the place of a decision's rules.
func (b *build) inquire(d *decisionSource, rule int) *Inquiry {
	r := d.rules[rule]
	p := &Inquiry{Decision: d.name, Rule: r.id, Hit: d.hit.String()}
	for _, before := range d.rules[:rule] {
		p.Before = append(p.Before, before.id)
	}
	var rules []ruleSource
	add := func(c Condition, whole place, test ruleSource) {
		c.Rule = "probe." + strconv.Itoa(len(rules))
		c.File, c.Line, c.At, c.EndColumn = whole.file, whole.line, whole.column, whole.column+max(1, whole.width)
		test.id, test.at, test.then = c.Rule, r.at, r.then
		p.Conditions = append(p.Conditions, c)
		rules = append(rules, test)
	}
	for i, cell := range r.cells {
		if anyCell(cell.text) {
			continue
		}
		cells := make([]exprSource, len(r.cells))
		for j := range cells {
			cells[j] = exprSource{text: "-", at: r.cells[j].at}
		}
		cells[i] = cell
		add(Condition{Text: cell.text, Column: d.headers[i].text}, cell.whole(), ruleSource{cells: cells})
	}
	if r.when != nil {
		l := b.lower(*r.when, nil)
		for _, part := range conjuncts(l.parse(), r.when.width()) {
			test := exprSource{text: part.test.String(), at: r.when.at}
			from, text := piece(r.when.text, part.from, part.to)
			add(Condition{Text: text}, r.when.place(from, utf8.RuneCountInString(text)), ruleSource{when: &test})
		}
	}
	if len(rules) == 0 {
		return p // nothing to hold or not
	}
	d.rules = rules
	if d.hit < program.Collect {
		d.hit = program.Any // the same outputs every time: all may apply
	}
	return p
}

// conjunct is a part of a condition, and the code points between the `and`s around it.
type conjunct struct {
	test     ast.Node
	from, to int
}

// conjuncts are the parts of a condition that `and` joins, in order.
func conjuncts(n ast.Node, width int) (out []conjunct) {
	if n == nil {
		return nil
	}
	from := 0
	var walk func(n ast.Node, to int)
	walk = func(n ast.Node, to int) {
		if and, ok := n.(*ast.BinaryNode); ok && (and.Operator == "and" || and.Operator == "&&") {
			at := and.Location()
			walk(and.Left, at.From)
			from = at.From + len(and.Operator)
			walk(and.Right, to)
			return
		}
		out = append(out, conjunct{n, from, to})
	}
	walk(n, width)
	return out
}

// piece is a run of code points without the space around it, and without brackets whose mates are outside.
func piece(text string, from, to int) (int, string) {
	runes := []rune(text)
	open := func() (depth, least int) {
		for _, r := range runes[from:to] {
			switch r {
			case '(':
				depth++
			case ')':
				depth--
				least = min(least, depth)
			}
		}
		return depth, least
	}
	for from < to {
		depth, least := open()
		switch {
		case runes[from] == ' ' || runes[from] == '\n', runes[from] == '(' && depth > 0:
			from++
		case runes[to-1] == ' ' || runes[to-1] == '\n', runes[to-1] == ')' && least < 0:
			to--
		default:
			return from, string(runes[from:to])
		}
	}
	return from, ""
}
