package tidy

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"koujing/core/author"
)

// remark is what stands between the values of a file: a comment, a blank line, or the mark between two documents.
type remark struct {
	kind         remarkKind
	offset       int
	gap          int    // between two values, counted from the beginning
	line, column int    // from 1, the column in bytes
	own          bool   // a comment that has its line for itself
	text         string // of a comment
}

type remarkKind uint8

const (
	comment remarkKind = iota
	blank
	mark
)

// span is where a node stands in the text, with the anchor or tag before it.
type span struct {
	start, content, end int // offsets; the anchor and tag stand between start and content
	gap                 int // behind it
	indent              int // column of the block it stands in, from 0
}

// source is a file whose every byte is accounted for: it belongs to a value, to a remark, or to YAML's own signs.
type source struct {
	text    string
	lines   []int // offsets of their beginnings
	docs    []*yaml.Node
	spans   map[*yaml.Node]span
	remarks []remark
	aliases bool // one part of the file refers to another
	unended bool // it ends in a text of lines without a last line break: with one that would be another text

	gap   int    // the one at hand
	at    int    // how far the text has been looked at
	found remark // the last place that was asked for, its column in characters
}

// unknown is the Problem of a text in a form that is not tidied.
func (s *source) unknown(offset int, format string, args ...any) error {
	return &Problem{Line: s.lineOf(offset), Message: "left as it is: " + fmt.Sprintf(format, args...)}
}

func (s *source) lineOf(offset int) int {
	return sort.Search(len(s.lines), func(i int) bool { return s.lines[i] > offset })
}

// offset turns a place of the YAML library, in lines and characters, into one in bytes.
func (s *source) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(s.lines) {
		return len(s.text)
	}
	at, column := s.lines[n.Line-1], 1
	if last := s.found; last.line == n.Line && last.column <= n.Column { // go on from there
		at, column = last.offset, last.column
	}
	for ; column < n.Column && at < len(s.text); column++ {
		_, size := utf8.DecodeRuneInString(s.text[at:])
		at += size
	}
	s.found = remark{line: n.Line, column: column, offset: at}
	return at
}

// eol is the end of the line that an offset is in.
func (s *source) eol(at int) int {
	if i := strings.IndexByte(s.text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(s.text)
}

// scan reads a file and finds the place of everything in it.
func scan(text string) (*source, error) {
	s := &source{text: text, lines: []int{0}, spans: map[*yaml.Node]span{}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	if i := strings.IndexAny(text, "\u0085\u2028\u2029\ufeff\x00"); i >= 0 {
		return nil, s.unknown(i, "there is a character here that nobody can see")
	}
	docs, err := author.Documents(text)
	if err != nil {
		return nil, &Problem{Message: "left as it is: this is not " + strings.Replace(err.Error(), "yaml: ", "YAML: ", 1) + "; pack check says where"}
	}
	s.docs = docs
	for _, doc := range s.docs {
		if err := s.walk(doc, -1, 0); err != nil {
			return nil, err
		}
	}
	return s, s.skip(len(text))
}

// empty reports whether a node is a value that is not written: key:
func empty(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Value == "" && n.Style == 0 }

// maxDepth is how deep values may stand in each other.
const maxDepth = 64

// walk finds the spans of a node and of those in it. indent is the column, from 0, of the block it stands in.
func (s *source) walk(n *yaml.Node, indent, depth int) error {
	start := s.offset(n)
	if depth > maxDepth {
		return s.unknown(start, "this stands too deep")
	}
	if empty(n) {
		if n.Anchor != "" {
			return s.unknown(start, "an anchor without a value")
		}
		s.spans[n] = span{start: start, content: start, end: start, gap: s.gap + 1} // nothing stands there
		return nil
	}
	if err := s.skip(start); err != nil {
		return err
	}
	sp := span{start: start, indent: indent}
	s.properties(n)
	sp.content = s.at
	var err error
	switch n.Kind {
	case yaml.AliasNode:
		s.aliases = true
		s.at += len("*") + len(n.Value)
	case yaml.ScalarNode:
		err = s.scalar(n, indent)
	case yaml.MappingNode, yaml.SequenceNode:
		if n.Style&yaml.FlowStyle != 0 {
			if err := s.bracket(n); err != nil {
				return err
			}
		} else if indent = n.Column - 1; n.Kind == yaml.MappingNode {
			indent = n.Content[0].Column - 1
		} else if sp.content != sp.start {
			return s.unknown(start, "an anchor before a list")
		}
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 && (c.Kind == yaml.MappingNode || c.Kind == yaml.SequenceNode) {
				return s.unknown(s.offset(c), "a name that is no text")
			}
			if err := s.walk(c, indent, depth+1); err != nil {
				return err
			}
		}
		if n.Style&yaml.FlowStyle != 0 {
			err = s.close(sp.content)
		}
	}
	sp.end, sp.gap = s.at, s.gap+1
	s.spans[n] = sp
	return err
}

// properties passes over an anchor and a tag.
func (s *source) properties(n *yaml.Node) {
	for n.Kind != yaml.AliasNode && s.at < len(s.text) && (n.Anchor != "" && s.text[s.at] == '&' || n.Style&yaml.TaggedStyle != 0 && s.text[s.at] == '!') {
		for s.at < len(s.text) && s.text[s.at] != ' ' && s.text[s.at] != '\n' {
			s.at++
		}
		for s.at < len(s.text) && s.text[s.at] == ' ' {
			s.at++
		}
	}
}

// bracket passes over the opening one of a flow collection.
func (s *source) bracket(n *yaml.Node) error {
	want := byte('{')
	if n.Kind == yaml.SequenceNode {
		want = '['
	}
	if s.at >= len(s.text) || s.text[s.at] != want {
		return s.unknown(s.at, "a pair without { }")
	}
	s.at++
	return nil
}

// close goes on to the closing bracket of the flow collection that was opened at start.
func (s *source) close(start int) error {
	for s.at < len(s.text) {
		end := s.at
		for end < len(s.text) && strings.IndexByte("]}#", s.text[end]) < 0 {
			end++
		}
		if end < len(s.text) && s.text[end] == '#' {
			end = s.eol(end)
		}
		if err := s.skip(end); err != nil {
			return err
		}
		if s.at < len(s.text) && (s.text[s.at] == ']' || s.text[s.at] == '}') {
			s.at++
			return nil
		}
	}
	return s.unknown(start, "a bracket that is not closed")
}

// scalar passes over a text as it is written.
func (s *source) scalar(n *yaml.Node, indent int) error {
	if s.at >= len(s.text) {
		return s.unknown(s.at, "a value that cannot be found")
	}
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		for s.at++; s.at < len(s.text) && s.text[s.at] != '"'; s.at++ {
			if s.text[s.at] == '\\' {
				s.at++
			}
		}
		s.at++
	case n.Style&yaml.SingleQuotedStyle != 0:
		for s.at++; s.at < len(s.text) && (s.text[s.at] != '\'' || strings.HasPrefix(s.text[s.at:], "''")); s.at++ {
			if s.text[s.at] == '\'' {
				s.at++
			}
		}
		s.at++
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		s.block(indent)
		s.unended = s.at == len(s.text)
	default:
		return s.plain(n)
	}
	if s.at > len(s.text) {
		return s.unknown(len(s.text), "a text that does not end")
	}
	return nil
}

const space = " \t\n"

// plain passes over a text without quotes: what it says, with a line break for a space.
func (s *source) plain(n *yaml.Node) error {
	start := s.at
	switch {
	case strings.HasSuffix(n.Value, ":"):
		return s.unknown(start, "a colon without a space behind it")
	case strings.HasPrefix(n.Value, "---"), strings.HasPrefix(n.Value, "..."):
		return s.unknown(start, "a text that looks like the end of a document")
	}
	for value := n.Value; value != ""; {
		length := strings.IndexAny(value, space)
		if length < 0 {
			length = len(value)
		}
		if !strings.HasPrefix(s.text[s.at:], value[:length]) {
			return s.unknown(start, "a value that is not written as it is meant")
		}
		s.at += length
		if value = value[length:]; value == "" {
			break
		}
		rest := strings.TrimLeft(value, space)
		here := strings.TrimLeft(s.text[s.at:], space)
		if rest == "" || len(here) == len(s.text)-s.at {
			return s.unknown(start, "a value that is not written as it is meant")
		}
		value, s.at = rest, len(s.text)-len(here)
	}
	return nil
}

// block passes over a text that begins with | or >: all lines that are indented deeper than the block it stands in.
func (s *source) block(indent int) {
	header := s.text[s.at:s.eol(s.at)]
	sign, _, _ := strings.Cut(header, " ")
	if at := strings.Index(header, " #"); at >= 0 {
		s.remark(comment, s.at+at+1, strings.TrimRight(header[at+1:], " \t"))
	}
	inner := 0 // not known before the first line that says something
	for _, r := range sign {
		if r >= '1' && r <= '9' {
			inner = max(indent, 0) + int(r-'0')
		}
	}
	next := s.at + len(header) + 1
	s.at += len(header)
	for next < len(s.text) {
		line := s.text[next:s.eol(next)]
		deep := len(line) - len(strings.TrimLeft(line, " "))
		if deep == len(line) && (inner == 0 || deep <= inner) {
			if strings.Contains(sign, "+") {
				s.at = next + len(line)
			}
			next += len(line) + 1
			continue
		}
		if inner == 0 {
			inner = max(deep, indent+1)
		}
		if deep < inner {
			return
		}
		s.at = next + len(line)
		next = s.at + 1
	}
}

func (s *source) remark(kind remarkKind, offset int, text string) {
	line := s.lineOf(offset)
	start := s.lines[line-1]
	s.remarks = append(s.remarks, remark{kind: kind, offset: offset, gap: s.gap, line: line, column: 1 + offset - start,
		own: strings.Trim(s.text[start:offset], " \t") == "", text: text})
}

// skip goes on to an offset over what is no value: space, comments and YAML's signs.
func (s *source) skip(to int) error {
	s.gap++
	for s.at < to {
		c := s.text[s.at]
		lineStart := s.at == 0 || s.text[s.at-1] == '\n'
		if lineStart {
			line := s.text[s.at:s.eol(s.at)]
			if strings.Trim(line, " \t") == "" {
				if s.at+len(line) >= to {
					s.at = to
					return nil
				}
				s.remark(blank, s.at, "")
				s.at += len(line) + 1
				continue
			}
			if line == "---" || strings.HasPrefix(line, "--- ") {
				s.remark(mark, s.at, "")
				s.at += len("---")
				continue
			}
		}
		switch {
		case c == '#' && (lineStart || strings.IndexByte(space, s.text[s.at-1]) >= 0):
			text := s.text[s.at:s.eol(s.at)]
			s.remark(comment, s.at, strings.TrimRight(text, " \t"))
			s.at += len(text)
		case strings.IndexByte(" \t\n:,-", c) >= 0:
			s.at++
		default:
			return s.unknown(s.at, "%q is used in a way that is not tidied", string(rune(c)))
		}
	}
	if s.at > to {
		return s.unknown(s.at, "values that overlap")
	}
	return nil
}
