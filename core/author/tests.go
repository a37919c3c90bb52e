package author

import (
	"bytes"
	"fmt"
	"koujing/core/author/phrase"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-json"
	"go.yaml.in/yaml/v3"
)

// Test is one of a pack's own tests: a case, the part of its decision that must come out, and rules that must fire.
type Test struct {
	Name, Row string
	File      string
	Line      int
	Case      []byte // JSON
	Expect    any    // objects may hold more in the decision, lists may not
	Fires     []string
}

// Tests reads the tests of a pack.
func Tests(src Sources) ([]Test, []Diagnostic) {
	l := newLog(src)
	return readTests(l, src), l.sorted()
}

func readTests(l *log, src Sources) []Test {
	var out []Test
	for _, p := range slices.Sorted(maps.Keys(src)) {
		if kindOf(p) != testsFile {
			continue
		}
		for _, doc := range readYAML(l, p, src[p]) {
			for _, item := range doc.items(l, "tests") {
				if t, ok := readTest(l, item); ok {
					out = append(out, t)
				}
			}
		}
	}
	return out
}

var testKeys = []string{"name", "row", "case", "expect", "fires", "note"}

func readTest(l *log, item node) (Test, bool) {
	f := item.fields(l, "a test", testKeys...)
	t := Test{Name: f["name"].text(l, "name"), Row: f["row"].text(l, "row"), File: item.file, Line: item.Line, Fires: f["fires"].texts(l, "fires")}
	if t.Name == "" || !f["case"].given() {
		l.error(item.place(), testLacks.of())
		return t, false
	}
	if !f["expect"].given() && len(t.Fires) == 0 {
		l.error(item.place(), expectsNothing.of(t.Name))
		return t, false
	}
	var buf bytes.Buffer
	if bad := writeJSON(&buf, f["case"].Node); bad != nil {
		l.error(node{bad, item.file}.place(), notInCase.of())
		return t, false
	}
	t.Case = buf.Bytes()
	if f["expect"].given() {
		buf := bytes.Buffer{}
		if bad := writeJSON(&buf, f["expect"].Node); bad != nil {
			l.error(node{bad, item.file}.place(), notInDecision.of())
			return t, false
		}
		t.Expect = parse(buf.Bytes())
	}
	return t, true
}

// writeJSON writes a YAML node as JSON with the digits it has: a wrong number in a test must stay wrong. It returns the
// node that has no place in JSON.
func writeJSON(w *bytes.Buffer, n *yaml.Node) *yaml.Node {
	switch n.Kind {
	case yaml.AliasNode:
		return writeJSON(w, n.Alias)
	case yaml.MappingNode:
		w.WriteByte('{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				w.WriteByte(',')
			}
			writeText(w, n.Content[i].Value)
			w.WriteByte(':')
			if bad := writeJSON(w, n.Content[i+1]); bad != nil {
				return bad
			}
		}
		w.WriteByte('}')
	case yaml.SequenceNode:
		w.WriteByte('[')
		for i, c := range n.Content {
			if i > 0 {
				w.WriteByte(',')
			}
			if bad := writeJSON(w, c); bad != nil {
				return bad
			}
		}
		w.WriteByte(']')
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!int", "!!float":
			w.WriteString(n.Value)
		case "!!null":
			w.WriteString("null")
		case "!!bool":
			w.WriteString(strings.ToLower(n.Value))
		default:
			writeText(w, n.Value)
		}
	default:
		return n
	}
	return nil
}

func writeText(w *bytes.Buffer, s string) {
	b, _ := json.MarshalWithOption(s, json.DisableHTMLEscape()) // a Go string always has a JSON form
	w.Write(b)
}

// parse reads a JSON text with its numbers as they are written; nil if it is none.
func parse(text []byte) any {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return nil
	}
	return v
}

// Judge says where a decision differs from what the test expects, one line a difference.
func (t *Test) Judge(decision []byte) []phrase.Text {
	got, ok := parse(decision).(map[string]any)
	if !ok {
		return []phrase.Text{noDecision.Of(string(decision))}
	}
	var out []phrase.Text
	if t.Expect != nil {
		out = lacks("", t.Expect, got)
	}
	fired := Fired(decision)
	for _, want := range t.Fires {
		switch {
		case slices.Contains(fired, want):
		case len(fired) == 0:
			out = append(out, noneFired.Of(want))
		default:
			out = append(out, otherFired.Of(want, phrase.List(fired)))
		}
	}
	return out
}

// Fired lists the rules in a decision's trace.
func Fired(decision []byte) []string {
	var d struct {
		Trace []struct{ Rule string }
	}
	if json.Unmarshal(decision, &d) != nil {
		return nil
	}
	out := make([]string, len(d.Trace))
	for i, f := range d.Trace {
		out[i] = f.Rule
	}
	return out
}

// lacks says where got lacks something of want.
func lacks(at string, want, got any) []phrase.Text {
	var out []phrase.Text
	switch want := want.(type) {
	case map[string]any:
		m, ok := got.(map[string]any)
		if !ok {
			return []phrase.Text{wantObject.Of(at, shown(got))}
		}
		for _, k := range slices.Sorted(maps.Keys(want)) {
			path := k
			if at != "" {
				path = at + "." + k
			}
			out = append(out, lacks(path, want[k], m[k])...)
		}
		return out
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return []phrase.Text{differs.Of(at, shown(want), shown(got))}
		}
		for i := range want {
			out = append(out, lacks(fmt.Sprintf("%s[%d]", at, i), want[i], list[i])...)
		}
		return out
	}
	if want != got {
		return []phrase.Text{differs.Of(at, shown(want), shown(got))}
	}
	return nil
}

// shown is a value of a decision, or that there is none.
func shown(v any) phrase.Text {
	if v == nil {
		return isNull
	}
	return phrase.Plain(show(v))
}

func show(v any) string {
	b, err := json.MarshalWithOption(v, json.DisableHTMLEscape())
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
