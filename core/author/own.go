package author

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"koujing/core/program"
	"koujing/core/vocabulary"
)

// orderOwn sorts the operator's own decisions so that each comes after those whose results it reads, and works out at
// which moment each can run. A ring of decisions that wait for each other is reported with its members, and what they would
// give is lost.
func (b *build) orderOwn() (order []*decisionSource) {
	var own []*decisionSource
	byName := map[string]*decisionSource{}
	for _, d := range b.decisions {
		if coreDecision(d.name) == nil {
			own = append(own, d)
			byName[d.name] = d
			if d.hit == program.Collect {
				continue // a list an output: only shown, not read
			}
			for _, then := range append(thens(d), d.defaults) {
				for _, a := range then {
					b.names.promised = append(b.names.promised, d.name+"."+a.output)
				}
			}
		}
	}
	state := map[string]int{} // 1 being visited, 2 done
	var trail []string
	var visit func(d *decisionSource) vocabulary.Moment
	visit = func(d *decisionSource) vocabulary.Moment {
		if state[d.name] == 2 {
			return b.ownMoment[d.name]
		}
		if state[d.name] == 1 {
			ring := append(slices.Clone(trail[slices.Index(trail, d.name):]), d.name)
			b.log.error(d.at, cycle.of(strings.Join(ring, " -> ")))
			for _, name := range ring {
				b.names.lost[name] = true
			}
			return 0
		}
		state[d.name] = 1
		trail = append(trail, d.name)
		at := vocabulary.Moment(0)
		for _, path := range namesIn(b.log.kept, d) {
			if in, ok := b.names.inputs[path]; ok {
				at = max(at, in.known)
			}
			if list, column, ok := strings.Cut(path, elementMark); ok {
				at = max(at, b.names.lists[list][column].known)
			}
			if dep := decisionOf(path, byName); dep != nil {
				at = max(at, visit(dep))
			}
		}
		trail = trail[:len(trail)-1]
		state[d.name] = 2
		b.ownMoment[d.name] = at
		order = append(order, d)
		return at
	}
	for _, d := range own {
		visit(d)
	}
	return order
}

// decisionOf finds the decision whose output a path is.
func decisionOf(path string, byName map[string]*decisionSource) *decisionSource {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' {
			if d, ok := byName[path[:i]]; ok {
				return d
			}
		}
	}
	return nil
}

// elementMark stands between a list and the column of its elements in what namesIn lists: lines[].pay_fen.
const elementMark = "[]."

// namesIn lists the dotted names that a decision's expressions use, in order, and the columns of the lists they walk.
func namesIn(kept *library, d *decisionSource) []string {
	var out []string
	for _, src := range d.expressions() {
		if len(src.text) > maxSource || strings.Count(src.text, "(") > maxDepth {
			continue
		}
		if tree, err := kept.parse(src.text); err == nil { // what is wrong is reported when it is compiled
			out = appendNames(out, tree.Node, "")
		}
	}
	return out
}

// appendNames adds the names in n; list is the list whose elements a predicate around n is about.
func appendNames(out []string, n ast.Node, list string) []string {
	if path, ok := dotted(n); ok {
		return append(out, path)
	}
	switch n := n.(type) {
	case *ast.MemberNode:
		if _, element := n.Node.(*ast.PointerNode); element {
			if column, ok := n.Property.(*ast.StringNode); ok {
				return append(out, list+elementMark+column.Value)
			}
		}
	case *ast.BuiltinNode:
		if len(n.Arguments) == 2 {
			if walked, ok := dotted(n.Arguments[0]); ok {
				return appendNames(append(out, walked), n.Arguments[1], walked)
			}
		}
	}
	for _, c := range children(n) {
		out = appendNames(out, c, list)
	}
	return out
}

// declareOutputs lets later expressions name what an own decision gives.
func (b *build) declareOutputs(d *decisionSource) {
	for i := range b.asm.prog.Decisions {
		c := &b.asm.prog.Decisions[i]
		if c.Name != d.name {
			continue
		}
		for _, o := range c.Outputs {
			path := d.name + "." + o.Name
			if _, taken := b.names.inputs[path]; taken {
				b.log.error(d.at, caseName.of(path))
				continue
			}
			if d.hit == program.Collect {
				continue // a list an output: only shown, not read
			}
			t := typ{base: o.Type, nullable: o.Nullable}
			if a := d.answers[o.Name]; a != nil && !a.open && len(a.texts) > 0 {
				t.values, t.of = a.texts, "the answers of "+d.name
			}
			b.names.outputs[path] = ownOutput{typ: t, reg: o.Reg, known: b.ownMoment[d.name], decision: d.name}
		}
	}
}
