package author

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"koujing/core/vocabulary"
)

// checkSight warns where the factor of a line would look at what must never move an amount by the way of an operator's own
// decision: the engine takes the decision's results away then (refund.Guard). What it names itself, name has said.
func (b *build) checkSight() {
	if b.log.failed() {
		return
	}
	blind := b.blindDecisions()
	factor := vocabulary.Decisions[vocabulary.Multiplier].Name
	for _, d := range b.decisions {
		if d.name != factor {
			continue
		}
		for _, src := range d.expressions() {
			l := b.lower(src, &scope{names: b.names, at: vocabulary.AtMultiplier, line: true})
			tree, err := b.log.kept.parse(src.text)
			if err != nil {
				continue
			}
			walk(tree.Node, func(n ast.Node) bool {
				path, ok := dotted(n)
				if out, own := b.names.outputs[path]; ok && own && blind[out.decision] != "" {
					from, to := extent(n)
					b.log.warn(l.placeOf(from, to-from), blindThrough.of(path, blind[out.decision]))
				}
				return !ok
			})
		}
	}
}

// blindDecisions are the operator's own decisions that the factor must not see, each with what it looks at.
func (b *build) blindDecisions() map[string]string {
	out := map[string]string{}
	for again := true; again; {
		again = false
		for _, d := range b.decisions {
			if coreDecision(d.name) != nil || out[d.name] != "" {
				continue
			}
			for _, path := range namesIn(b.log.kept, d) {
				if sees := b.forbidden(path, out); sees != "" {
					out[d.name], again = sees, true
					break
				}
			}
		}
	}
	return out
}

// forbidden says what of the hidden is seen by way of a name, "" if nothing is.
func (b *build) forbidden(path string, blind map[string]string) string {
	list, _, element := strings.Cut(path, elementMark)
	if _, ok := b.names.lists[list]; ok || element {
		return list
	}
	if o, ok := b.names.outputs[path]; ok {
		return blind[o.decision]
	}
	result := slices.ContainsFunc(vocabulary.Results[:], func(r vocabulary.Name) bool { return r.Path == path })
	if b.names.inputs[path].blind || result {
		return path
	}
	return ""
}

// expressions are the sources of all expressions of a decision that are no cells.
func (d *decisionSource) expressions() []exprSource {
	out := slices.Clone(d.headers)
	for i := range d.rules {
		if w := d.rules[i].when; w != nil {
			out = append(out, *w)
		}
		for _, a := range d.rules[i].then {
			if !a.cell && a.konst == nil {
				out = append(out, a.value)
			}
		}
	}
	for _, a := range d.defaults {
		if !a.cell && a.konst == nil {
			out = append(out, a.value)
		}
	}
	return out
}
