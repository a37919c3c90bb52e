package change

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"koujing/core/author"
)

// thing is a part of a pack that people have a name for: a setting, a rule, a line of a talk track.
type thing struct {
	kind   string
	group  string // it is compared with things of the same group beside it, in which order counts
	id     string
	named  bool // its id is its own; else things are told apart by what they say
	ranked bool // of a rule: the first that holds decides
	at     Place
	fields []field
	parts  []*thing
}

// field is something that a thing says.
type field struct {
	name string
	text string
	expr bool // space in it means nothing
	at   Place
}

// say adds a field. One that stands there already, which is a mistake in the pack, gets a number.
func (x *thing) say(f field) {
	name := f.name
	for n := 2; ; n++ {
		if _, taken := x.field(f.name); !taken {
			break
		}
		f.name = fmt.Sprintf("%s#%d", name, n)
	}
	x.fields = append(x.fields, f)
}

// same is the text of a field as far as it means something.
func (f field) same() string {
	if f.expr {
		return squeeze(f.text)
	}
	return f.text
}

// squeeze leaves out the space of an expression, but for what stands in quotes and between words.
func squeeze(text string) string {
	var out strings.Builder
	quote, gap := rune(0), false
	for _, r := range strings.TrimSpace(text) {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == ' ' || r == '\n' || r == '\t':
			gap = true
			continue
		case r == '"' || r == '\'' || r == '`':
			quote = r
		}
		if gap {
			out.WriteByte(' ')
			gap = false
		}
		out.WriteRune(r)
	}
	return out.String()
}

// reader makes the outline of one file.
type reader struct {
	file string
}

// sections are the groups of a pack, in the order they are told.
var sections = []string{"pack", "settings", "facts", "lists", "ladder", "messages", "labels", "decisions", "tracks", "wording", "calendar", "rows", "tests"}

// library holds the outlines of files, by path and text.
type library map[[2]string][]*thing

// outline reads a pack. Sections come in their order; things in the order in which the pack is built.
func (known library) outline(src author.Sources) ([]*thing, error) {
	var out []*thing
	for _, file := range slices.Sorted(maps.Keys(src)) {
		things, ok := known[[2]string{file, src[file]}]
		if !ok {
			var err error
			if things, err = (&reader{file: file}).read(src[file]); err != nil {
				return nil, &ReadError{file, err}
			}
			known[[2]string{file, src[file]}] = things
		}
		out = append(out, things...)
	}
	slices.SortStableFunc(out, func(a, b *thing) int { return slices.Index(sections, a.group) - slices.Index(sections, b.group) })
	return out, nil
}

func (r *reader) read(text string) ([]*thing, error) {
	dir := path.Dir(r.file)
	if dir == "tables" {
		return r.table(text)
	}
	var out []*thing
	docs, err := author.Documents(text)
	if err != nil {
		return nil, err
	}
	for _, n := range docs {
		switch dir {
		case ".":
			out = append(out, r.packFile(n)...)
		case "rules":
			out = append(out, r.decision(n))
		case "scenarios":
			out = append(out, r.track(n))
		case "wording":
			out = append(out, r.check(n))
		case "calendar":
			out = append(out, r.calendar(n)...)
		case "rows":
			out = append(out, r.names("rows", "index", n, "line")...)
		case "tests":
			for i, item := range n.Content {
				t := r.thing("tests", "test", fmt.Sprint("#", i+1), item)
				r.record(t, item, func(key string, k, v *yaml.Node) bool {
					if key == "name" {
						t.id, t.named = v.Value, true
						return true
					}
					return (key == "case" || key == "expect") && r.deep(t, key, v, false)
				})
				out = append(out, t)
			}
		}
	}
	return out, nil
}

func (r *reader) place(n *yaml.Node) Place { return Place{r.file, n.Line} }

func (r *reader) thing(group, kind, id string, at *yaml.Node) *thing {
	return &thing{kind: kind, group: group, id: id, at: r.place(at)}
}

func real(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// expressions are the keys whose values are expressions, wherever they stand.
var expressions = []string{"when", "unless", "limit", "least"}

// record reads the fields of a thing. special may take a key for itself.
func (r *reader) record(t *thing, n *yaml.Node, special func(key string, k, v *yaml.Node) bool) {
	n = real(n)
	if n.Kind != yaml.MappingNode {
		t.say(field{name: "", text: render(n, true), at: r.place(n)})
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], real(n.Content[i+1])
		if v.Tag == "!!null" || special != nil && special(k.Value, k, v) {
			continue
		}
		f := field{name: k.Value, text: render(v, t.kind == "setting"), expr: slices.Contains(expressions, k.Value), at: r.place(k)}
		if f.expr && v.Kind == yaml.ScalarNode {
			f.text = v.Value
		}
		t.say(f)
	}
}

// deep reads everything in a value as fields of their own: then.multiplier, case.lines[0].charged_fen.
func (r *reader) deep(t *thing, name string, n *yaml.Node, expr bool) bool {
	n = real(n)
	switch {
	case n.Kind == yaml.MappingNode && len(n.Content) > 0:
		for i := 0; i+1 < len(n.Content); i += 2 {
			r.deep(t, name+"."+n.Content[i].Value, n.Content[i+1], expr)
		}
	case n.Kind == yaml.SequenceNode && len(n.Content) > 0:
		for i, c := range n.Content {
			r.deep(t, fmt.Sprintf("%s[%d]", name, i), c, expr)
		}
	default:
		f := field{name: name, text: render(n, true), expr: expr, at: r.place(n)}
		if expr && n.Tag == "!!str" {
			f.text = n.Value
		}
		t.say(f)
	}
	return true
}

// names reads a mapping of names to records; what stands for a record is its first field.
func (r *reader) names(group, kind string, n *yaml.Node, short string) []*thing {
	var out []*thing
	n = real(n)
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		k, v := n.Content[i], real(n.Content[i+1])
		t := r.thing(group, kind, k.Value, k)
		t.named = true
		if v.Kind == yaml.MappingNode {
			r.record(t, v, nil)
		} else {
			t.say(field{name: short, text: render(v, kind == "setting"), at: r.place(k)})
		}
		out = append(out, t)
	}
	return out
}

// texts reads a list of texts, each of them a thing; a single text is a list of one.
func (r *reader) texts(group, kind string, n *yaml.Node) []*thing {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	var out []*thing
	for _, item := range items {
		item = real(item)
		t := r.thing(group, kind, render(item, false), item)
		t.named = true
		out = append(out, t)
	}
	return out
}

func (r *reader) packFile(n *yaml.Node) []*thing {
	head := r.thing("pack", "pack", "", n)
	head.named = true
	out := []*thing{head}
	r.record(head, n, func(key string, k, v *yaml.Node) bool {
		switch key {
		case "settings":
			out = append(out, r.names(key, "setting", v, "value")...)
		case "facts":
			out = append(out, r.names(key, "fact", v, "type")...)
		case "messages":
			out = append(out, r.names(key, "message", v, "text")...)
		case "labels":
			out = append(out, r.names(key, "label", v, "label")...)
		case "ladder":
			out = append(out, r.texts(key, "rung", v)...)
		case "lists":
			for i := 0; i+1 < len(v.Content); i += 2 {
				out = append(out, r.valueList(v.Content[i], real(v.Content[i+1])))
			}
		case "files": // an index for pages; the files speak for themselves
		default:
			return false
		}
		return true
	})
	return out
}

func (r *reader) valueList(k, v *yaml.Node) *thing {
	t := r.thing("lists", "list", k.Value, k)
	t.named = true
	if v.Kind == yaml.MappingNode {
		t.parts = r.names("values", "value", v, "label")
	} else {
		t.parts = r.texts("values", "value", v)
	}
	for _, p := range t.parts { // a value without a label is called by its id
		if !slices.ContainsFunc(p.fields, func(f field) bool { return f.name == "label" && f.text != "" }) {
			p.fields = append([]field{{name: "label", text: p.id, at: p.at}}, slices.DeleteFunc(p.fields, func(f field) bool { return f.name == "label" })...)
		}
	}
	return t
}

func (r *reader) decision(n *yaml.Node) *thing {
	t := r.thing("decisions", "decision", "", n)
	hit := ""
	r.record(t, n, func(key string, k, v *yaml.Node) bool {
		switch key {
		case "decision":
			t.id, t.named, t.at = v.Value, true, r.place(k)
		case "default":
			r.deep(t, key, v, true)
		case "rules":
			for i, item := range v.Content {
				t.parts = append(t.parts, r.rule(item, i))
			}
		case "hit":
			hit = v.Value
			return false
		default:
			return false
		}
		return true
	})
	for _, p := range t.parts {
		p.ranked = hit == "first"
	}
	return t
}

func (r *reader) rule(item *yaml.Node, i int) *thing {
	t := r.thing("rules", "rule", fmt.Sprint("#", i+1), item)
	r.record(t, item, func(key string, k, v *yaml.Node) bool {
		switch key {
		case "id":
			t.id, t.named = v.Value, true
		case "then":
			r.deep(t, key, v, true)
		default:
			return false
		}
		return true
	})
	return t
}

func (r *reader) calendar(n *yaml.Node) []*thing {
	head := r.thing("calendar", "calendar", path.Base(r.file), n)
	head.named = true
	out := []*thing{}
	r.record(head, n, func(key string, k, v *yaml.Node) bool {
		if key == "holidays" || key == "workdays" {
			out = append(out, r.texts("calendar", strings.TrimSuffix(key, "s"), v)...)
			return true
		}
		return false
	})
	if len(head.fields) > 0 {
		out = append(out, head)
	}
	return out
}

// check reads a check of what is said.
func (r *reader) check(n *yaml.Node) *thing {
	t := r.thing("wording", "check", "", n)
	r.record(t, n, func(key string, k, v *yaml.Node) bool {
		switch key {
		case "code":
			t.id, t.named, t.at = v.Value, true, r.place(k)
		case "phrases", "after", "marks", "except", "with", "amounts":
			t.parts = append(t.parts, r.texts(key, "word", v)...)
		case "words", "parts":
			for i, item := range v.Content {
				t.parts = append(t.parts, r.word(key, real(item), i))
			}
		default:
			return false
		}
		return true
	})
	return t
}

func (r *reader) word(group string, item *yaml.Node, i int) *thing {
	t := r.thing(group, strings.TrimSuffix(group, "s"), fmt.Sprint("#", i+1), item)
	if item.Kind == yaml.ScalarNode {
		t.id, t.named = item.Value, true
		return t
	}
	r.record(t, item, func(key string, k, v *yaml.Node) bool {
		if key == "text" && v.Kind == yaml.ScalarNode {
			t.id, t.named = v.Value, true
			return true
		}
		return false
	})
	return t
}
