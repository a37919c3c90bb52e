package author

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// node is a YAML node that knows its file. The zero node stands for one that is not there.
type node struct {
	*yaml.Node
	file string
}

// Documents reads the documents of a YAML file, those before an error as well. An alias in them can be followed: none
// leads back to itself, and what they stand for has bounds.
func Documents(text string) ([]*yaml.Node, error) {
	dec := yaml.NewDecoder(strings.NewReader(text))
	var docs []*yaml.Node
	for {
		var doc yaml.Node
		if err := dec.Decode(&doc); err != nil {
			if err.Error() == "EOF" {
				err = nil
			}
			return docs, err
		}
		if len(doc.Content) != 1 {
			continue
		}
		room := maxValues
		if n := outgrown(doc.Content[0], 0, &room); n != nil {
			return docs, &aliasError{n}
		}
		docs = append(docs, doc.Content[0])
	}
}

// maxValues and maxNesting bound a document with everything that its aliases stand for.
const (
	maxValues  = 1 << 20
	maxNesting = 1000
)

// outgrown returns the node at which a document passes its bounds, nil if it has room.
func outgrown(n *yaml.Node, depth int, room *int) *yaml.Node {
	if *room--; *room < 0 || depth > maxNesting {
		return n
	}
	if n.Kind == yaml.AliasNode {
		if outgrown(n.Alias, depth+1, room) != nil {
			return n
		}
		return nil
	}
	for _, c := range n.Content {
		if at := outgrown(c, depth+1, room); at != nil {
			return at
		}
	}
	return nil
}

// aliasError says that a document is endless, or nearly.
type aliasError struct{ at *yaml.Node }

func (e *aliasError) Error() string {
	return fmt.Sprintf("yaml: line %d: *%s stands for itself, or for more than a file may hold", e.at.Line, e.at.Value)
}

// readYAML reads the documents of a file.
func readYAML(l *log, path, text string) []node {
	f := l.kept.read(path, text)
	if f.err != nil {
		yamlError(l, path, f.err)
	}
	return f.docs
}

// yamlError reports that a file cannot be read. The library's parser counts lines from 0 in its messages where its
// scanner counts from 1.
func yamlError(l *log, path string, err error) {
	var endless *aliasError
	if errors.As(err, &endless) {
		at := node{endless.at, path}.place()
		at.width++
		l.error(at, endlessAlias.of(endless.at.Value))
		return
	}
	message, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		digits, rest, _ := strings.Cut(rest, ": ")
		if n, err := strconv.Atoi(digits); err == nil {
			line, message = n, rest
		}
		for _, of := range []string{"<document start>", "',' or '}'", "',' or ']'", "key", "'-' indicator", "node content"} {
			if message == "did not find expected "+of {
				line++
			}
		}
	}
	lines := l.linesOf(path)
	if at, mark, ok := wideMark(path, lines, line); ok {
		l.error(at, fullWidthMark.of(mark[0], mark[1]))
		return
	}
	line = min(line, len(lines))
	for line > 1 && strings.TrimSpace(lines[line-1]) == "" { // found missing at the end
		line--
	}
	at := place{file: path, line: line, column: 1}
	if line > 0 {
		text := strings.TrimSpace(lines[line-1])
		at.column += utf8.RuneCountInString(lines[line-1]) - utf8.RuneCountInString(strings.TrimLeft(lines[line-1], " \t"))
		at.width = utf8.RuneCountInString(text)
	}
	l.error(at, notYAML.of(translated(message)))
}

func (n node) given() bool { return n.Node != nil && n.Tag != "!!null" }

func (n node) place() place {
	if n.Node == nil {
		return place{file: n.file, line: 1, column: 1}
	}
	width := utf8.RuneCountInString(n.Value)
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		width += 2
	}
	return place{file: n.file, line: n.Line, column: n.Column, width: max(1, width)}
}

// member is one entry of a mapping.
type member struct {
	key   string
	at    place
	value node
}

// members returns the entries of a mapping in order, after reporting what is no mapping and keys that stand twice.
func (n node) members(l *log, what string) []member {
	if !n.given() {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		l.error(n.place(), wantsMapping.of(noun(what)))
		return nil
	}
	out := make([]member, 0, len(n.Content)/2)
	var seen map[string]int // where a key stands in out; of a few keys the look through all is quicker
	if cap(out) > 16 {
		seen = make(map[string]int, cap(out))
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := node{n.Content[i], n.file}, node{n.Content[i+1], n.file}
		if v.Kind == yaml.AliasNode {
			v.Node = v.Alias
		}
		if k.Kind != yaml.ScalarNode {
			l.error(k.place(), wantsName.of())
			continue
		}
		first, dup := seen[k.Value]
		if seen == nil {
			first = slices.IndexFunc(out, func(m member) bool { return m.key == k.Value })
			dup = first >= 0
		}
		if dup {
			l.error(k.place(), keyTwice.of(k.Value, out[first].at.line))
			continue
		}
		if seen != nil {
			seen[k.Value] = len(out)
		}
		out = append(out, member{k.Value, k.place(), v})
	}
	return out
}

// fields checks that a mapping has only known keys, and hands them out by name.
func (n node) fields(l *log, what string, known ...string) map[string]node {
	members := n.members(l, what)
	out := make(map[string]node, len(members))
	for _, m := range members {
		if !slices.Contains(known, m.key) {
			l.error(m.at, unknownKey.of(noun(what), m.key).guess(m.key, known))
			continue
		}
		if m.value.given() {
			out[m.key] = m.value
		}
	}
	return out
}

// items returns the elements of a sequence.
func (n node) items(l *log, what string) []node {
	if !n.given() {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		l.error(n.place(), wantsItems.of(noun(what)))
		return nil
	}
	out := make([]node, len(n.Content))
	for i, c := range n.Content {
		if c.Kind == yaml.AliasNode {
			c = c.Alias
		}
		out[i] = node{c, n.file}
	}
	return out
}

// text returns a scalar as a text.
func (n node) text(l *log, what string) string {
	if !n.given() {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		l.error(n.place(), wantsText.of(noun(what)))
		return ""
	}
	return n.Value
}

// texts returns a list of texts; a single text stands for a list of one.
func (n node) texts(l *log, what string) []string {
	if !n.given() {
		return nil
	}
	if n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	var out []string
	for _, item := range n.items(l, what) {
		out = append(out, item.text(l, what))
	}
	return out
}

// scalars are the elements of a list of scalars; a single one stands for a list of one.
func (n node) scalars() []node {
	switch {
	case !n.given():
		return nil
	case n.Kind == yaml.ScalarNode:
		return []node{n}
	}
	return n.items(newLog(nil), "")
}

// integer returns a scalar as a whole number.
func (n node) integer(l *log, what string) int64 {
	if !n.given() {
		return 0
	}
	v, err := strconv.ParseInt(strings.ReplaceAll(n.Value, "_", ""), 10, 64)
	if n.Kind != yaml.ScalarNode || err != nil {
		l.error(n.place(), wantsWhole.of(noun(what)))
	}
	return v
}

// glossed reads a text that may carry an English gloss: a bare text, or { <key>: …, gloss: … }.
func (n node) glossed(l *log, what, key string) (text, gloss string) {
	if n.given() && n.Kind == yaml.MappingNode {
		f := n.fields(l, what, key, "gloss")
		return f[key].text(l, what), f["gloss"].text(l, "gloss")
	}
	return n.text(l, what), ""
}

// wideMarks are the full-width signs that a Chinese keyboard writes where YAML wants its own.
var wideMarks = [][2]string{{"：", ":"}, {"，", ","}, {"｛", "{"}, {"｝", "}"}, {"［", "["}, {"］", "]"}}

// wideMark finds such a sign between names and values in the lines up to the one that could not be read: the parser often
// gives up only further down.
func wideMark(path string, lines []string, line int) (at place, mark [2]string, ok bool) {
	const back = 8
	for n := min(line+1, len(lines)); n > 0 && n >= line-back; n-- {
		text := lines[n-1]
		if head, _, comment := strings.Cut(text, " #"); comment {
			text = head
		}
		for _, m := range wideMarks {
			before, after, found := strings.Cut(text, m[0])
			if found && plainEnd(before) && plainStart(after) {
				return place{file: path, line: n, column: 1 + utf8.RuneCountInString(before), width: 1}, m, true
			}
		}
	}
	return at, mark, false
}

// plainEnd and plainStart tell a sign between YAML's own parts from one inside a Chinese sentence.
func plainEnd(s string) bool {
	s = strings.TrimRight(s, " ")
	return s != "" && strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_\"'}]", rune(s[len(s)-1]))
}

func plainStart(s string) bool {
	s = strings.TrimLeft(s, " ")
	return s == "" || strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_\"'{[-", rune(s[0]))
}
