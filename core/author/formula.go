package author

import (
	"math"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"koujing/core/author/region"
	"koujing/core/casefile"
	"koujing/core/program"
	"koujing/core/vocabulary"
)

// formula is a condition taken apart: what remains are statements that one variable has one of some values. Negations
// have been carried inwards.
type formula struct {
	kind  formulaKind
	on    *variable // of a statement
	in    values
	parts []formula
}

type formulaKind uint8

const (
	always formulaKind = iota
	never
	statement
	allOf
	anyOf
)

// variable is something a condition tests: an input, or a part of an expression that is not looked into, such as a
// comparison of two inputs. Of the latter nothing is assumed but that it has one value in one case.
type variable struct {
	key         string // its spelling
	path        string // of an input or an own decision's result; else ""
	node        ast.Node
	typ         typ
	least, most int64 // of a number; a most of 0 is none
}

// analyst takes the conditions of one decision apart.
type analyst struct {
	b     *build
	scope *scope
	loops []loop // inside a list's elements
	vars  map[string]*variable
	order []*variable
	asked map[*variable][]values
}

func (b *build) analyst(sc *scope) *analyst {
	return &analyst{b: b, scope: sc, vars: map[string]*variable{}, asked: map[*variable][]values{}}
}

// lowering is one whose code is thrown away: it knows types, settings and constants.
func (a *analyst) lowering(src exprSource) *lowering {
	return &lowering{asm: newAssembler(), scope: a.scope, log: newLog(nil), src: src, loops: a.loops}
}

// operand is what the compiler makes of a node.
func (a *analyst) operand(n ast.Node) operand { return a.lowering(exprSource{}).value(n) }

// state makes a statement of a variable.
func (a *analyst) state(v *variable, in values) formula {
	a.asked[v] = append(a.asked[v], in)
	return formula{kind: statement, on: v, in: in}
}

// variable finds the variable that a node is.
func (a *analyst) variable(n ast.Node, t typ) *variable {
	key := n.String()
	path, plain := dotted(n)
	if plain {
		key = path
	} else {
		path = ""
	}
	if m, ok := n.(*ast.MemberNode); ok && path == "" && len(a.loops) > 0 { // .column of an element
		if column, ok := m.Property.(*ast.StringNode); ok {
			path = column.Value
		}
	}
	return a.named(key, path, n, t)
}

func (a *analyst) named(key, path string, n ast.Node, t typ) *variable {
	if v, ok := a.vars[key]; ok {
		return v
	}
	v := &variable{key: key, path: path, node: n, typ: t, least: math.MinInt64 + 1}
	if t.base == program.Int && a.positive(path, n) {
		v.least = 0
	}
	a.vars[key] = v
	a.order = append(a.order, v)
	return v
}

// positive reports whether a number is never below zero.
func (a *analyst) positive(path string, n ast.Node) bool {
	if b, ok := n.(*ast.BuiltinNode); ok {
		return b.Name == "count" || b.Name == "len" || b.Name == "abs"
	}
	if len(a.loops) > 0 {
		path = strings.TrimSuffix(a.loops[0].list+"[]."+path, ".")
	} else if column, ok := strings.CutPrefix(path, "line."); ok {
		path = "lines[]." + column
	}
	terms := a.b.pack.Terms()
	if info, ok := terms.Lookup(path); ok {
		return !info.Signed
	}
	return slices.ContainsFunc(vocabulary.Results[:], func(r vocabulary.Name) bool { return r.Path == path })
}

// condition takes n apart; want is false for its negation.
func (a *analyst) condition(n ast.Node, want bool) formula {
	switch n := n.(type) {
	case *ast.BoolNode:
		return certain(n.Value == want)
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			return a.condition(n.Node, !want)
		}
	case *ast.ConditionalNode:
		return either(both(a.condition(n.Cond, true), a.condition(n.Exp1, want)), both(a.condition(n.Cond, false), a.condition(n.Exp2, want)))
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "&&", "or", "||":
			x, y := a.condition(n.Left, want), a.condition(n.Right, want)
			if (n.Operator == "and" || n.Operator == "&&") == want {
				return both(x, y)
			}
			return either(x, y)
		case "==", "!=", "<", "<=", ">", ">=":
			op := n.Operator
			if !want {
				op = negated[op]
			}
			return a.compare(op, n.Left, n.Right)
		case "in":
			if list := a.operand(n.Right).list; list != nil {
				in := listed(list)
				if !want {
					in = in.not(a.operand(n.Left).typ)
				}
				return a.test(n.Left, in)
			}
		}
	case *ast.BuiltinNode:
		if n.Name == "none" { // none p is not any p
			some := *n
			some.Name = "any"
			return a.condition(&some, !want)
		}
	}
	if x := a.operand(n); x.konst {
		return certain((x.num == 1) == want)
	}
	in := values{spans: [][2]int64{{1, 1}}}
	if !want {
		in.spans = [][2]int64{{0, 0}}
	}
	if c, ok := n.(*ast.BinaryNode); ok && c.Operator == "??" {
		return a.test(n, in)
	}
	return a.state(a.variable(n, typ{base: program.Bool}), in)
}

// compare takes a comparison apart.
func (a *analyst) compare(op string, left, right ast.Node) formula {
	x, y := a.operand(left), a.operand(right)
	switch {
	case x.konst && y.konst:
		return certain(holds(op, x, y))
	case x.konst:
		left, x, y, op = right, y, x, swapped[op]
	case !y.konst:
		return a.order2(op, left, right, x, y)
	}
	return a.test(left, passing(op, x.typ, y))
}

// comparison is the operator of a variable that says which of two things is greater. Packs have none like it.
const comparison = "<=>"

// order2 compares two things that vary: which is greater is a variable of its own, from -1 to 1.
func (a *analyst) order2(op string, left, right ast.Node, x, y operand) formula {
	l, r := left.String(), right.String()
	if l > r {
		l, r, op = r, l, swapped[op]
	}
	base := program.Int
	if x.typ.base == program.Text || x.typ.base == program.Bool || x.typ.nullable || y.typ.nullable {
		base = program.Bool // only == and != are asked
	}
	v := a.named(l+" "+comparison+" "+r, "", &ast.BinaryNode{Operator: comparison, Left: left, Right: right}, typ{base: base})
	if base == program.Bool {
		same := int64(0)
		if op == "==" {
			same = 1
		}
		return a.state(v, values{spans: [][2]int64{{same, same}}})
	}
	v.least, v.most = -1, 1
	return a.state(v, passing(op, v.typ, intConst(0)))
}

// test states that the value of n is among some.
func (a *analyst) test(n ast.Node, in values) formula {
	x := a.operand(n)
	if x.konst {
		return certain(in.has(x, x.typ))
	}
	switch n := n.(type) {
	case *ast.BinaryNode:
		if n.Operator == "??" {
			if fallback := a.operand(n.Right); fallback.konst {
				in.null = in.has(fallback, x.typ)
				return a.test(n.Left, in)
			}
		}
		if x.typ.base == program.Bool && n.Operator != "??" {
			return a.truth(n, in)
		}
	case *ast.ConditionalNode:
		return either(both(a.condition(n.Cond, true), a.test(n.Exp1, in)), both(a.condition(n.Cond, false), a.test(n.Exp2, in)))
	case *ast.UnaryNode, *ast.BuiltinNode:
		if x.typ.base == program.Bool {
			return a.truth(n, in)
		}
	}
	return a.state(a.variable(n, x.typ), in)
}

// truth states that a condition's outcome is among some.
func (a *analyst) truth(n ast.Node, in values) formula {
	out := certain(false)
	for _, want := range []bool{false, true} {
		if in.has(boolConst(want), typ{base: program.Bool}) {
			out = either(out, a.condition(n, want))
		}
	}
	return out
}

// cell takes a cell of a table apart.
func (a *analyst) cell(header ast.Node, t typ, src exprSource) formula {
	if anyCell(src.text) {
		return certain(true)
	}
	text, inverse := strings.CutPrefix(src.text, "not(")
	if inverse = inverse && strings.HasSuffix(src.text, ")"); inverse {
		text = text[:len(text)-1]
	} else {
		text = src.text
	}
	l := a.lowering(src)
	in := values{}
	for _, part := range splitCell(text) {
		in = in.or(unaryValues(l, part.text, t))
	}
	if inverse {
		in = in.not(t)
	}
	return a.test(header, in)
}

// unaryValues are those that pass one unary test.
func unaryValues(l *lowering, s string, t typ) values {
	if s == "null" {
		return values{null: true}
	}
	bare := typ{base: t.base}
	for _, op := range []string{"<=", ">=", "!=", "==", "<", ">", "="} {
		if rest, ok := strings.CutPrefix(s, op); ok {
			if op == "=" {
				op = "=="
			}
			return passing(op, t, l.literal(strings.TrimSpace(rest), bare, true))
		}
	}
	if s[0] == '[' || s[0] == '(' {
		below, above, _ := strings.Cut(s[1:len(s)-1], "..")
		from, upTo := ">=", "<="
		if s[0] == '(' {
			from = ">"
		}
		if s[len(s)-1] == ')' {
			upTo = "<"
		}
		low := passing(from, bare, l.literal(strings.TrimSpace(below), bare, true))
		high := passing(upTo, bare, l.literal(strings.TrimSpace(above), bare, true))
		return low.not(bare).or(high.not(bare)).not(bare)
	}
	return passing("==", t, l.literal(s, t, true))
}

// rule takes the whole condition of a rule apart.
func (a *analyst) rule(r *ruleSource, headers []ast.Node, types []typ) formula {
	out := certain(true)
	if r.when != nil {
		if tree := a.lowering(*r.when).parse(); tree != nil {
			out = a.condition(tree, true)
		}
	}
	for i, cell := range r.cells {
		if i < len(headers) {
			out = both(out, a.cell(headers[i], types[i], cell))
		}
	}
	return out
}

// headers are the input columns of a table.
func (a *analyst) headers(d *decisionSource) (nodes []ast.Node, types []typ) {
	for _, h := range d.headers {
		l := a.lowering(h)
		tree := l.parse()
		nodes = append(nodes, tree)
		types = append(types, l.value(tree).typ)
	}
	return nodes, types
}

func certain(holds bool) formula {
	if holds {
		return formula{kind: always}
	}
	return formula{kind: never}
}

func both(x, y formula) formula {
	switch {
	case x.kind == never || y.kind == always:
		return x
	case y.kind == never || x.kind == always:
		return y
	}
	return formula{kind: allOf, parts: []formula{x, y}}
}

func either(x, y formula) formula {
	switch {
	case x.kind == always || y.kind == never:
		return x
	case y.kind == always || x.kind == never:
		return y
	}
	return formula{kind: anyOf, parts: []formula{x, y}}
}

// space is what the rules of a decision are laid out in: an axis for each variable that they test.
type space struct {
	axes  []*axis
	index map[*variable]int
	whole region.Box
}

func (a *analyst) space() *space {
	s := &space{index: map[*variable]int{}}
	for i, v := range a.order {
		x := newAxis(v, a.asked[v])
		s.axes = append(s.axes, x)
		s.index[v] = i
		s.whole = append(s.whole, region.Full(x.size))
	}
	return s
}

// maxBoxes bounds the boxes of one rule. One with more is a tangle of or, and is left out of the search.
const maxBoxes = 256

// boxes are where a formula holds: their union. ok is false when there are too many.
func (s *space) boxes(f formula) (out []region.Box, ok bool) {
	switch f.kind {
	case always:
		return []region.Box{s.whole}, true
	case never:
		return nil, true
	case statement:
		i := s.index[f.on]
		set := s.axes[i].cells(f.in)
		if set.Empty() {
			return nil, true
		}
		box := slices.Clone(s.whole)
		box[i] = set
		return []region.Box{box}, true
	}
	out, ok = s.boxes(f.parts[0])
	for _, part := range f.parts[1:] {
		more, fits := s.boxes(part)
		if ok = ok && fits; !ok {
			return nil, false
		}
		if f.kind == anyOf {
			out = append(out, more...)
		} else {
			out = products(out, more)
		}
		if len(out) > maxBoxes {
			return nil, false
		}
	}
	return out, ok
}

// products are the boxes in which one of each side meet.
func products(x, y []region.Box) []region.Box {
	var out []region.Box
	for _, b := range x {
		for _, c := range y {
			if b.Meets(c) {
				out = append(out, b.And(c))
			}
		}
		if len(out) > maxBoxes {
			return out
		}
	}
	return out
}

// inputInfo finds the value of the case that a path is, with line.x for a column of the lines.
func (b *build) inputInfo(path string) (casefile.Info, bool) {
	if column, ok := strings.CutPrefix(path, "line."); ok {
		path = "lines[]." + column
	}
	terms := b.pack.Terms()
	return terms.Lookup(path)
}
