package author

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"go.yaml.in/yaml/v3"

	"koujing/core/author/phrase"
	"koujing/core/program"
)

// decisionSource is a decision as written, as rules or as a table.
type decisionSource struct {
	name     string
	at       place
	hit      program.Hit
	hitAt    place
	headers  []exprSource // of a table: its input columns
	columns  []Column     // of a table: all of them
	defaults []assignment
	rules    []ruleSource
	complete completeness
	broken   bool                // something in it is wrong
	answers  map[string]*answers // by output, of an operator's own decision
}

// answers are the texts that an output can be, as long as all of them are constants.
type answers struct {
	texts []string
	open  bool
}

// completeness is what a decision says of the cases that none of its rules fits.
type completeness uint8

const (
	noWord     completeness = iota
	complete                // there must be none
	incomplete              // they are meant
)

// ruleSource is one rule: a condition, or a cell for each input column.
type ruleSource struct {
	id, row string
	basis   string // the law or contract it rests on, where there is no row
	at      place
	rowAt   place
	when    *exprSource
	cells   []exprSource
	then    []assignment
}

// assignment gives an output its value.
type assignment struct {
	output string
	at     place
	value  exprSource
	cell   bool       // a literal of a table, not an expression
	konst  *operand   // a number or true or false as YAML reads it
	kind   *yaml.Node // for messages
}

// readRules reads the decisions of a rules file.
func (b *build) readRules(path, text string) {
	for _, doc := range readYAML(b.log, path, text) {
		f := doc.fields(b.log, "a decision", "decision", "hit", "complete", "default", "rules", "note")
		d := &decisionSource{name: f["decision"].text(b.log, "decision"), at: doc.place()}
		if n, ok := f["decision"]; ok {
			d.at = n.place()
		} else {
			b.log.error(d.at, noDecisionName.of())
			continue
		}
		d.hitAt = d.at
		if n, ok := f["hit"]; ok {
			d.hitAt = n.place()
		}
		d.hit = b.readHit(f["hit"].text(b.log, "hit"), d.hitAt)
		d.complete = b.readComplete(f["complete"].text(b.log, "complete"), f["complete"].place())
		d.defaults = b.readThen(f["default"], "default")
		for _, item := range f["rules"].items(b.log, "rules") {
			rf := item.fields(b.log, "a rule", "id", "when", "then", "row", "note", "basis")
			r := ruleSource{id: rf["id"].text(b.log, "id"), row: rf["row"].text(b.log, "row"), basis: rf["basis"].text(b.log, "basis"), at: item.place()}
			r.at.width = 1
			if n, ok := rf["id"]; ok {
				r.at = n.place()
			}
			if n, ok := rf["when"]; ok {
				if when, ok := n.source(b.log, "when"); ok {
					r.when = &when
				}
			}
			r.then = b.readThen(rf["then"], "then")
			d.rules = append(d.rules, r)
		}
		b.decisions = append(b.decisions, d)
	}
}

func (b *build) readHit(name string, at place) program.Hit {
	if name == "" {
		b.log.error(at, noHit.of())
		return program.First
	}
	hit, ok := program.ParseHit(name)
	if !ok {
		b.log.error(at, unknownHit.of(name).guess(name, []string{"first", "unique", "any", "collect", "collect sum", "collect min", "collect max", "collect count"}))
	}
	return hit
}

func (b *build) readComplete(word string, at place) completeness {
	switch word {
	case "":
		return noWord
	case "true":
		return complete
	case "false":
		return incomplete
	}
	b.log.error(at, badComplete.of(word))
	return noWord
}

func (b *build) readThen(n node, what string) []assignment {
	var out []assignment
	for _, m := range n.members(b.log, what) {
		a := assignment{output: m.key, at: m.at}
		if m.value.Kind != yaml.ScalarNode {
			b.log.error(m.value.place(), wantsOneValue.of(m.key))
			continue
		}
		a.value, _ = m.value.source(b.log, m.key)
		a.kind = m.value.Node
		switch m.value.Tag {
		case "!!int":
			k := intConst(m.value.integer(b.log, m.key))
			a.konst = &k
		case "!!bool":
			k := boolConst(strings.EqualFold(m.value.Value, "true"))
			a.konst = &k
		case "!!null":
			a.konst = &operand{typ: typ{nullable: true}, konst: true, null: true}
		}
		out = append(out, a)
	}
	return out
}

// compileDecision makes the code of one decision.
func (b *build) compileDecision(d *decisionSource) {
	errors := b.log.errors()
	defer func() { d.broken = d.broken || b.log.errors() > errors }()
	spec := b.specOf(d)
	if spec == nil {
		return
	}
	b.asm.temp = 0
	out := program.Decision{Name: d.name, Hit: d.hit, Stage: uint8(spec.at), Own: spec.own, Prelude: -1, Default: -1,
		Apart: d.apart()}
	columns := b.compileHeaders(d, spec, &out)
	for i := range d.rules {
		b.compileRule(d, spec, columns, &d.rules[i], int32(i), &out)
	}
	if b.probing(d) {
		b.compileProbe(spec, &out)
	}
	if !out.Apart || len(d.rules) == 0 {
		b.asm.ret()
	}
	if len(d.defaults) > 0 && d.hit < program.CollectSum {
		out.Default = b.asm.here()
		b.assign(d, spec, d.defaults, d.at)
		b.asm.ret()
	}
	b.closeOutputs(d, spec, &out)
	if b.probing(d) {
		out.Hit = program.Any // every rule is asked, and as none gives anything they agree
	}
	b.asm.prog.Decisions = append(b.asm.prog.Decisions, out)
}

// apart reports whether an index is worth its while. The rows of a table test the same columns; rules that people write
// one by one mostly test something different each, and a few dozen are passed over faster than an index is asked.
func (d *decisionSource) apart() bool {
	const rows, rules = 8, 64
	if len(d.headers) > 0 {
		return len(d.rules) >= rows
	}
	return len(d.rules) >= rules
}

// compileHeaders works out the inputs of a table once, before its rows: what is no plain name goes to a register.
func (b *build) compileHeaders(d *decisionSource, spec *spec, out *program.Decision) []operand {
	var columns []operand
	start := b.asm.here()
	for _, h := range d.headers {
		l := b.lower(h, spec.scope)
		var x operand
		if tree := l.parse(); tree != nil {
			if x = l.value(tree); x.list != nil || x.konst {
				l.errorAt(tree, constantColumn.of())
			}
		}
		if l.bad {
			x = operand{typ: typ{nullable: true}, konst: true, null: true}
		}
		columns = append(columns, x)
	}
	d.describeInputs(columns)
	if b.asm.here() > start {
		b.asm.ret()
		out.Prelude = start
	}
	return columns
}

func (b *build) compileRule(d *decisionSource, spec *spec, columns []operand, r *ruleSource, i int32, out *program.Decision) {
	b.checkRuleID(r)
	keep := b.asm.temp // the registers of computed columns stay taken
	out.Rules = append(out.Rules, program.Rule{ID: r.id, Row: r.row, Entry: b.asm.here()})
	end := newLabel()
	if r.when != nil {
		l := b.lower(*r.when, spec.scope)
		if tree := l.parse(); tree != nil {
			l.cond(tree, false, end)
		}
	}
	for c, cell := range r.cells {
		if c < len(columns) {
			l := b.lower(cell, spec.scope)
			l.unaryTests(columns[c], end)
		}
	}
	code := b.asm.here()
	b.assign(d, spec, r.then, r.at)
	if b.probing(d) { // what a rule gives is not asked
		b.asm.prog.Code = b.asm.prog.Code[:code]
	}
	b.asm.emit(program.Instr{Op: program.OpFire, C: i})
	b.asm.bind(end)
	if out.Apart {
		b.asm.ret()
	}
	b.asm.temp = keep
}

func (b *build) checkRuleID(r *ruleSource) {
	if r.id == "" {
		b.log.error(r.at, noRuleID.of())
		return
	}
	if strings.HasPrefix(r.id, "guardrail") {
		b.log.error(r.at, guardrailID.of())
	}
	if first, dup := b.ruleIDs[r.id]; dup {
		b.log.error(r.at, ruleTwice.of(r.id, first.file, first.line))
		return
	}
	b.ruleIDs[r.id] = r.at
}

// assign compiles the outputs of one rule, or the defaults.
func (b *build) assign(d *decisionSource, spec *spec, then []assignment, at place) {
	given := map[string]bool{}
	for i := range then {
		a := &then[i]
		o := spec.output(a.output)
		if o == nil {
			b.log.error(a.at, unknownOutput.of(d.name, a.output).guess(a.output, spec.outputNames()))
			continue
		}
		if given[a.output] {
			b.log.error(a.at, outputTwice.of(a.output))
		}
		given[a.output] = true
		b.assignOne(d, spec, o, a)
	}
	for _, o := range spec.outputs {
		if given[o.name] {
			continue
		}
		if o.required {
			b.log.error(at, missingOutput.of(d.name, o.name))
			continue
		}
		l := b.lower(exprSource{at: at}, spec.scope)
		if o.fixed && !o.typ.nullable {
			l.into(o.reg, operand{typ: o.typ, konst: true})
		} else {
			o.typ.nullable = true
			l.into(o.reg, operand{typ: o.typ, konst: true, null: true})
		}
	}
}

func (b *build) assignOne(d *decisionSource, spec *spec, o *outputSpec, a *assignment) {
	l := b.lower(a.value, spec.scope)
	var x operand
	switch {
	case a.konst != nil:
		x = *a.konst
	case a.cell:
		x = l.literal(a.value.text, o.typ, o.fixed)
	default:
		tree := l.parse()
		if tree == nil {
			return
		}
		if word, ok := b.bareWord(tree, spec, o); ok {
			x = textConst(word)
			break
		}
		if b.unquoted(l, tree, spec, o, a) {
			return
		}
		x = l.value(tree)
	}
	if l.bad {
		return
	}
	if x.list != nil {
		l.error(0, a.value.width(), listOutput.of())
		return
	}
	switch {
	case x.null:
		if o.fixed && !o.typ.nullable {
			l.error(0, a.value.width(), absentOutput.of(o.name, o.typ.said()))
			return
		}
		o.typ.nullable = true
	case !o.fixed && !o.typed:
		o.typ.base, o.typed = x.typ.base, true
	case x.typ.base != o.typ.base:
		l.error(0, a.value.width(), wrongOutput.of(o.name, base(o.typ.base), x.typ.said()).advise(quoteHint(o, a)))
		return
	}
	if x.typ.nullable && !x.null {
		if o.fixed && !o.typ.nullable {
			l.error(0, a.value.width(), outputMayBeAbsent.of(a.value.text, o.name))
			return
		}
		o.typ.nullable = true
	}
	if o.typ.values != nil && x.konst && !x.null && !slices.Contains(o.typ.values, x.text) {
		l.error(0, a.value.width(), notAmong.of(x.text, o.typ.among()).guess(x.text, o.typ.values))
		return
	}
	if d.name == "refund.multiplier" && o.name == "multiplier" && x.konst && !x.null && (x.num < 0 || x.num > 2) {
		l.log.warn(l.placeOf(0, a.value.width()), multiplierRange.of(x.num))
	}
	d.answer(o.name, x)
	l.into(o.reg, x)
}

// answer notes what an output can be.
func (d *decisionSource) answer(output string, x operand) {
	if d.answers == nil {
		d.answers = map[string]*answers{}
	}
	a := d.answers[output]
	if a == nil {
		a = &answers{}
		d.answers[output] = a
	}
	switch {
	case !x.konst || x.typ.base != program.Text && !x.null:
		a.open = true
	case !x.null && !slices.Contains(a.texts, x.text):
		a.texts = append(a.texts, x.text)
	}
}

func quoteHint(o *outputSpec, a *assignment) phrase.Text {
	if o.typ.base == program.Text {
		return quoteText.Of(a.output, a.value.text)
	}
	return phrase.Text{}
}

// unquoted reports a word that is no name where a text can stand: probably a text without its quotes.
func (b *build) unquoted(l *lowering, tree ast.Node, spec *spec, o *outputSpec, a *assignment) bool {
	id, ok := tree.(*ast.IdentifierNode)
	if _, known := b.names.inputs[a.value.text]; !ok || known || o.typ.base != program.Text && (o.fixed || o.typed) {
		return false
	}
	what := noName.of(id.Value).advise(quoteText.Of(a.output, id.Value))
	if near := nearest(id.Value, spec.scope.visible(spec.scope.at)); near != "" {
		what.advise(meantOrQuote.Of(near, what.how)).means(near)
	}
	l.errorAt(tree, what)
	return true
}

// closeOutputs settles the types of the outputs once all rules are known.
func (b *build) closeOutputs(d *decisionSource, spec *spec, out *program.Decision) {
	certain := len(d.defaults) > 0 || d.hit >= program.Collect
	if n := len(d.rules); n > 0 && d.hit == program.First && d.rules[n-1].always() {
		certain = true
	}
	if d.hit == program.CollectCount && len(spec.outputs) == 0 {
		spec.outputs = append(spec.outputs, &outputSpec{name: "count", typ: typ{base: program.Int}, reg: b.asm.newOutput()})
	}
	for _, o := range spec.outputs {
		if !o.fixed && !certain {
			o.typ.nullable = true
		}
		if d.hit >= program.CollectSum && o.typ.base != program.Int {
			b.log.error(d.at, notAdded.of(o.name, d.name, o.typ.said()))
		}
		d.describeOutput(o)
		out.Outputs = append(out.Outputs, program.Output{Name: o.name, Type: o.typ.base, Nullable: o.typ.nullable, Reg: o.reg})
	}
	if d.hit >= program.CollectSum && len(spec.outputs) != 1 {
		b.log.error(d.at, oneNumber.of(d.hit, d.name, len(spec.outputs)))
	}
	b.warnUnreachable(d)
}

// always reports whether a rule has no condition at all.
func (r *ruleSource) always() bool {
	return r.when == nil && !slices.ContainsFunc(r.cells, func(c exprSource) bool { return !anyCell(c.text) })
}

// warnUnreachable finds rules behind one that always applies.
func (b *build) warnUnreachable(d *decisionSource) {
	if d.hit != program.First {
		return
	}
	for i := range d.rules[:max(0, len(d.rules)-1)] {
		if d.rules[i].always() {
			next := d.rules[i+1]
			b.log.error(next.at, afterAlways.of(next.id, d.rules[i].id))
			return
		}
	}
}
