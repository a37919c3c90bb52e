package author

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-json"
	"go.yaml.in/yaml/v3"
)

// Outdated is a test that does not expect what was decided.
type Outdated struct {
	Test     Test
	Decision []byte
}

// Kept is a test that could not be rewritten, and why.
type Kept struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// RewriteTests has tests expect what was decided, in as much detail as they did before: only values of their expect and fires
// that differ change, and every other byte of their files stays, comments and spaces too. A value that the decision no
// longer has is expected as null. It returns the files that change. Rules that a test wants to have fired, and have not,
// make room for those of the same decision that did.
func RewriteTests(src Sources, outdated []Outdated) (changed Sources, kept []Kept) {
	byFile := map[string][]Outdated{}
	for _, o := range outdated {
		byFile[o.Test.File] = append(byFile[o.Test.File], o)
	}
	changed = Sources{}
	decisions := decisionsOf(src)
	for _, file := range slices.Sorted(maps.Keys(byFile)) {
		r := &rewriter{log: newLog(src), file: file, text: src[file], decisions: decisions}
		r.starts = lineStarts(r.text)
		items := map[int]node{} // the tests of the file by their lines
		for _, doc := range readYAML(r.log, file, r.text) {
			for _, item := range doc.items(r.log, "tests") {
				items[item.Line] = item
			}
		}
		var done []Outdated
		for _, o := range byFile[file] {
			if r.rewrite(items[o.Test.Line], o) {
				done = append(done, o)
			} else {
				kept = append(kept, Kept{file, o.Test.Line, o.Test.Name, r.fault})
			}
		}
		text := r.apply()
		if !fits(src, file, text, done) {
			for _, o := range done {
				kept = append(kept, Kept{file, o.Test.Line, o.Test.Name, "its expectations are written in a form that is not known here"})
			}
			continue
		}
		if text != r.text {
			changed[file] = text
		}
	}
	return changed, kept
}

// decisionsOf tells of each rule which decision it belongs to.
func decisionsOf(src Sources) map[string]string {
	of := map[string]string{}
	if b := newBuild(src); b.admit() && b.readAll() {
		for _, d := range b.decisions {
			for _, r := range d.rules {
				of[r.id] = d.name
			}
		}
	}
	return of
}

// fits reports whether a file's tests are the same as before, but that these pass.
func fits(src Sources, file, text string, passing []Outdated) bool {
	before, _ := Tests(Sources{file: src[file]})
	after, found := Tests(Sources{file: text})
	if len(found) > 0 || len(before) != len(after) {
		return false
	}
	for i := range after {
		n := slices.IndexFunc(passing, func(o Outdated) bool { return o.Test.Line == before[i].Line })
		if n >= 0 {
			if len(after[i].Judge(passing[n].Decision)) > 0 {
				return false
			}
			after[i].Expect, after[i].Fires = before[i].Expect, before[i].Fires
		}
		after[i].Line = before[i].Line
		if !reflect.DeepEqual(after[i], before[i]) {
			return false
		}
	}
	return true
}

// rewriter changes one file of tests.
type rewriter struct {
	log       *log
	file      string
	text      string
	starts    []int             // of the lines, in bytes
	decisions map[string]string // by rule
	edits     []edit
	fault     string // why the test at hand cannot be rewritten
}

// edit puts a text in the place of some bytes of the file.
type edit struct {
	from, to int
	text     string
}

// apply makes the new text.
func (r *rewriter) apply() string {
	slices.SortFunc(r.edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out strings.Builder
	at := 0
	for _, e := range r.edits {
		out.WriteString(r.text[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	return out.String() + r.text[at:]
}

// rewrite notes the edits of one test; none if it cannot be rewritten.
func (r *rewriter) rewrite(item node, o Outdated) bool {
	before := len(r.edits)
	r.fault = ""
	got, ok := inOrder(o.Decision).(*object)
	switch {
	case !ok:
		r.fault = "this is no decision"
	case item.Node == nil || item.Kind != yaml.MappingNode:
		r.fault = "it is not where it was"
	}
	for i := 0; r.fault == "" && i+1 < len(item.Content); i += 2 {
		key, value := item.Content[i], item.Content[i+1]
		switch {
		case key.Value == "expect" && o.Test.Expect != nil:
			r.revise(key, value, got)
		case key.Value == "fires" && len(o.Test.Fires) > 0:
			r.refire(key, value, o)
		}
	}
	if r.fault != "" {
		r.edits = r.edits[:before]
		return false
	}
	return true
}

// revise makes the part of an expectation at n fit what was decided there; key is n's, nil in a list.
func (r *rewriter) revise(key, n *yaml.Node, got any) {
	if r.fault != "" {
		return
	}
	var buf bytes.Buffer
	if writeJSON(&buf, n) != nil || n.Kind == yaml.AliasNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		r.fault = fmt.Sprintf("line %d has an anchor, an alias or a tag, which other tests may share: change it by hand", n.Line)
		return
	}
	want := parse(buf.Bytes())
	if len(lacks("", want, plain(got))) == 0 {
		return
	}
	switch got := got.(type) {
	case *object:
		if n.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(n.Content); i += 2 {
				r.revise(n.Content[i], n.Content[i+1], got.values[n.Content[i].Value])
			}
			return
		}
	case []any:
		if n.Kind == yaml.SequenceNode && len(n.Content) == len(got) {
			for i, item := range n.Content {
				r.revise(nil, item, got[i])
			}
			return
		}
	}
	r.replace(key, n, inflow(alike(want, got), n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle)))
}

// refire makes a list of rules fit those that fired.
func (r *rewriter) refire(key, n *yaml.Node, o Outdated) {
	fired := Fired(o.Decision)
	var rules []string
	add := func(rule string) {
		if !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
	}
	for _, want := range o.Test.Fires {
		if slices.Contains(fired, want) {
			add(want)
			continue
		}
		for _, rule := range fired {
			if of := r.decisions[want]; of != "" && of == r.decisions[rule] {
				add(rule)
			}
		}
	}
	switch {
	case slices.Equal(rules, o.Test.Fires):
	case len(rules) == 0 && o.Test.Expect == nil:
		r.fault = "no rule of the decisions it names fires any more, and it expects nothing else"
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.fault = fmt.Sprintf("line %d has an anchor or an alias: change it by hand", n.Line)
	default:
		list := make([]any, len(rules))
		for i, rule := range rules {
			list[i] = rule
		}
		r.replace(key, n, inflow(list, 0))
	}
}

// replace puts a text in one line in the place of a value.
func (r *rewriter) replace(key, n *yaml.Node, text string) {
	from, to := r.offset(n.Line, n.Column), r.end(n)
	if key != nil && n.Line > key.Line { // it begins on the line of the key, and comments between the two stay
		colon := r.end(key)
		colon += strings.IndexByte(r.text[colon:], ':') + 1
		text = " " + text + strings.TrimRight(r.text[colon:from], " \t\r\n")
		from = colon
	}
	if r.fault == "" {
		r.edits = append(r.edits, edit{from, to, text})
	}
}

// offset is the byte at a line and a column, both from 1, the column in code points.
func (r *rewriter) offset(line, column int) int {
	if line > len(r.starts) {
		return len(r.text)
	}
	at := r.starts[line-1]
	for i := range r.text[at:] {
		if column--; column == 0 {
			return at + i
		}
	}
	return len(r.text)
}

// end is the byte behind a node.
func (r *rewriter) end(n *yaml.Node) int {
	switch {
	case n.Kind == yaml.ScalarNode:
		return r.endOfScalar(n)
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.fault = fmt.Sprintf("line %d has an anchor or an alias: change it by hand", n.Line)
		return len(r.text)
	}
	at := r.offset(n.Line, n.Column)
	if n.Style&yaml.FlowStyle != 0 {
		at++ // the bracket
	}
	if k := len(n.Content); k > 0 {
		at = r.end(n.Content[k-1])
	}
	if n.Style&yaml.FlowStyle == 0 {
		return at
	}
	for at < len(r.text) { // spaces, a last comma and comments before the bracket
		switch r.text[at] {
		case ']', '}':
			return at + 1
		case '#':
			for at < len(r.text) && r.text[at] != '\n' {
				at++
			}
		default:
			at++
		}
	}
	r.fault = fmt.Sprintf("line %d has a bracket whose end is not found", n.Line)
	return at
}

func (r *rewriter) endOfScalar(n *yaml.Node) int {
	if n.Value == "" && n.Style == 0 {
		r.fault = fmt.Sprintf("line %d has a name without a value: change it by hand", n.Line)
		return len(r.text)
	}
	s, ok := node{n, r.file}.source(r.log, "")
	if !ok {
		return len(r.text)
	}
	last := s.place(s.width(), 1)
	at := r.offset(last.line, last.column)
	switch {
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		at++ // the quote
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return len(strings.TrimRight(r.text[:at], " \t\r\n"))
	}
	return at
}

// lineStarts are the bytes at which the lines of a YAML file begin.
func lineStarts(text string) []int {
	at := len(text) - len(strings.TrimPrefix(text, bom))
	starts := []int{at}
	for at < len(text) {
		rest := text[at:]
		at++
		for _, br := range []string{"\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"} { // as yamlBreaks
			if strings.HasPrefix(rest, br) {
				at += len(br) - 1
				starts = append(starts, at)
				break
			}
		}
	}
	return starts
}

// object is a JSON object with its names in order.
type object struct {
	names  []string
	values map[string]any
}

// inOrder reads a JSON text; nil if it is none.
func inOrder(text []byte) any {
	if !json.Valid(text) {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return nextValue(dec)
}

func nextValue(dec *json.Decoder) any {
	token, err := dec.Token()
	if err != nil {
		return nil
	}
	switch token {
	case json.Delim('{'):
		o := &object{values: map[string]any{}}
		for dec.More() {
			name, _ := nextValue(dec).(string)
			o.names = append(o.names, name)
			o.values[name] = nextValue(dec)
		}
		_, _ = dec.Token()
		return o
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			list = append(list, nextValue(dec))
		}
		_, _ = dec.Token()
		return list
	}
	return token
}

// plain is a value with its objects as maps.
func plain(v any) any {
	switch v := v.(type) {
	case *object:
		m := make(map[string]any, len(v.names))
		for name, value := range v.values {
			m[name] = plain(value)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	}
	return v
}

// alike is got in as much detail as want had. An element of a list is told like the one before that it fits, else the one with
// its id, else by the names that all before had.
func alike(want, got any) any {
	switch got := got.(type) {
	case *object:
		names, ok := want.(map[string]any)
		if !ok {
			return got
		}
		o := &object{values: map[string]any{}}
		for _, name := range got.names {
			if of, asked := names[name]; asked {
				o.names = append(o.names, name)
				o.values[name] = alike(of, got.values[name])
			}
		}
		return o
	case []any:
		before, _ := want.([]any)
		out := make([]any, len(got))
		for i := range got {
			out[i] = alike(model(before, got[i]), got[i])
		}
		return out
	}
	return got
}

// model is the element of an old list that a new one is told like.
func model(before []any, got any) any {
	o, ok := got.(*object)
	if !ok {
		return nil
	}
	var all map[string]any
	for _, b := range before {
		m, ok := b.(map[string]any)
		if !ok {
			continue
		}
		if len(lacks("", b, plain(got))) == 0 || m["id"] != nil && m["id"] == o.values["id"] {
			return b
		}
		if all == nil {
			all = maps.Clone(m)
		}
		maps.DeleteFunc(all, func(name string, _ any) bool { _, both := m[name]; return !both })
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// inflow writes a value in YAML's flow style; quotes are those that a text had before.
func inflow(v any, quotes yaml.Style) string {
	switch v := v.(type) {
	case *object:
		if len(v.names) == 0 {
			return "{}"
		}
		parts := make([]string, len(v.names))
		for i, name := range v.names {
			parts[i] = inflow(name, 0) + ": " + inflow(v.values[name], 0)
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = inflow(v[i], 0)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		text := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v, Style: quotes}
		out, err := yaml.Marshal(&yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{text}})
		if err != nil { // a text always has a form
			return show(v)
		}
		word := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(string(out)), "["), "]")
		if quotes == 0 && strings.HasPrefix(word, "'") { // packs have double quotes
			return inflow(v, yaml.DoubleQuotedStyle)
		}
		return word
	}
	return show(v)
}
