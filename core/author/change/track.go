package change

import (
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// track reads a talk track.
func (r *reader) track(n *yaml.Node) *thing {
	t := r.thing("tracks", "track", strings.TrimSuffix(path.Base(r.file), ".yaml"), n)
	t.named = true
	r.record(t, n, func(key string, k, v *yaml.Node) bool {
		switch key {
		case "title":
			r.glossed(t, key, k, v)
		case "anytime":
			t.parts = append(t.parts, r.names(key, "reply", v, "label")...)
		case "interrupts":
			t.parts = append(t.parts, r.branches(key, v)...)
		case "steps":
			for i := 0; i+1 < len(v.Content); i += 2 {
				t.parts = append(t.parts, r.step(v.Content[i], real(v.Content[i+1])))
			}
		default:
			return false
		}
		return true
	})
	return t
}

// glossed reads a text that may carry a gloss.
func (r *reader) glossed(t *thing, name string, k, v *yaml.Node) {
	if v.Kind != yaml.MappingNode {
		t.say(field{name: name, text: render(v, false), at: r.place(k)})
		return
	}
	inner := &thing{}
	r.record(inner, v, nil)
	for _, f := range inner.fields {
		if f.name == "text" {
			f.name = name
		} else {
			f.name = name + "." + f.name
		}
		t.say(f)
	}
}

func (r *reader) step(k, n *yaml.Node) *thing {
	t := r.thing("steps", "step", k.Value, k)
	t.named = true
	r.record(t, n, func(key string, k, v *yaml.Node) bool {
		switch key {
		case "aim":
			r.glossed(t, key, k, v)
		case "say":
			t.parts = append(t.parts, r.lines(t.id, k, v)...)
		case "replies":
			t.parts = append(t.parts, r.names(key, "reply", v, "label")...)
		case "next":
			t.parts = append(t.parts, r.branches(key, v)...)
		default:
			return false
		}
		return true
	})
	return t
}

// lines reads what a step says: a text, or a list of lines. A line without an id has the one it is built with.
func (r *reader) lines(step string, k, n *yaml.Node) []*thing {
	if n.Kind != yaml.SequenceNode {
		t := r.thing("say", "line", step, k)
		t.say(field{name: "text", text: render(n, false), at: r.place(k)})
		return []*thing{t}
	}
	var out []*thing
	for i, item := range n.Content {
		t := r.thing("say", "line", step, item)
		if i > 0 {
			t.id = fmt.Sprintf("%s_%d", step, i+1)
		}
		r.record(t, item, func(key string, k, v *yaml.Node) bool {
			if key == "id" {
				t.id, t.named = v.Value, true
			}
			return key == "id"
		})
		out = append(out, t)
	}
	return out
}

// branches reads ways on. They have no names.
func (r *reader) branches(group string, n *yaml.Node) []*thing {
	var out []*thing
	for _, item := range n.Content {
		t := r.thing(group, "branch", "", item)
		t.ranked = true
		r.record(t, item, nil)
		out = append(out, t)
	}
	return out
}
