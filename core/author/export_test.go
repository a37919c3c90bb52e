package author

import (
	"strings"

	"github.com/expr-lang/expr/parser"
	"go.yaml.in/yaml/v3"
)

// Lines are the lines of a file as findings count them.
func Lines(path, text string) []string { return linesOf(path, text) }

// Expressions lists every expression of a pack that builds: rules, outputs, tables, conditions and placeholders of talk
// tracks, these without the function that says how they are spoken.
func Expressions(src Sources) []string {
	b := newBuild(src)
	b.readAll()
	var out []string
	for _, d := range b.decisions {
		spec := b.specOf(d)
		for _, h := range d.headers {
			out = append(out, h.text)
		}
		for _, then := range append(thens(d), d.defaults) {
			for _, a := range then {
				if a.cell || a.konst != nil {
					continue
				}
				if tree, err := parser.Parse(a.value.text); err == nil {
					if _, word := b.bareWord(tree.Node, spec, spec.output(a.output)); word {
						continue
					}
				}
				out = append(out, a.value.text)
			}
		}
		for _, r := range d.rules {
			if r.when != nil {
				out = append(out, r.when.text)
			}
		}
	}
	for _, t := range b.tracks {
		for _, n := range t.f {
			out = appendTrack(out, n.Node)
		}
	}
	return out
}

// appendTrack adds the conditions and the placeholders below a node of a talk track.
func appendTrack(out []string, n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		for _, piece := range strings.Split(n.Value, "{{")[1:] {
			inside, _, _ := strings.Cut(piece, "}}")
			if tree, err := parser.Parse(inside); err == nil {
				inner := tree.Node
				if _, args, ok := formOf(inner); ok && len(args) == 1 {
					inner = args[0]
				}
				inside = inner.String()
			}
			out = append(out, inside)
		}
		return out
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "when" {
			out = append(out, c.Value)
			continue
		}
		out = appendTrack(out, c)
	}
	return out
}
