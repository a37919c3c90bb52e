package tidy

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// value is a node with its remarks where they belong.
type value struct {
	node       *yaml.Node // nil for a document without one
	form       form
	properties string   // an anchor, a tag
	lines      []string // of a text, as it is written; of a flow collection with remarks in it, all of it
	items      []*item
	tail       []remark // behind the last item of a block
	wide       bool     // a flow collection on several lines
	indent     int      // of the block it stood in, from 0
	closing    bool     // whose closing bracket has a line of its own
}

type form uint8

const (
	nothing form = iota
	text         // on one line, or on several
	literal      // a text of its own lines, behind | or >
	flow
	verbatim // a flow collection that is left as it is
	mapping
	list
)

// item is an entry of a mapping or of a list.
type item struct {
	lead   []remark // on the lines before it
	key    *value   // nil in a list
	behind string   // a comment behind the key or the dash, with the value on the next line
	under  []remark // between that and the value
	value  *value
	trail  string // a comment behind the value
	column int    // where the value begins, from the beginning of the key; 0 if that is on another line
	broken bool   // in a flow collection, it begins a line
}

// file is a file as it is to be written.
type file struct {
	docs    []*doc
	end     []remark
	aliases bool
}

// doc is a document, with what stands before it.
type doc struct {
	before []remark // with the mark
	behind string   // a comment behind the mark
	root   *item    // without a key
}

type arranger struct {
	*source
	next int // the first remark that has no place yet
}

// arrange gives every remark of a file its place beside a value.
func arrange(s *source) *file {
	a := &arranger{source: s}
	f := &file{aliases: s.aliases}
	for _, n := range s.docs {
		d := &doc{}
		sp := s.spans[n]
		for i := a.next; i < len(s.remarks) && s.remarks[i].offset < sp.start; i++ {
			if s.remarks[i].kind == mark {
				d.before = a.until(s.remarks[i].offset + 1)
				d.behind = a.behind(s.remarks[i].offset+1, sp.start)
				break
			}
		}
		d.root = a.item(nil, n)
		f.docs = append(f.docs, d)
	}
	f.end = a.until(len(s.text) + 1)
	return f
}

// until takes the remarks before an offset.
func (a *arranger) until(offset int) []remark {
	from := a.next
	for a.next < len(a.remarks) && a.remarks[a.next].offset < offset {
		a.next++
	}
	return a.remarks[from:a.next:a.next]
}

// behind takes a comment that stands behind something in its line, before an offset.
func (a *arranger) behind(end, before int) string {
	if a.next < len(a.remarks) {
		if r := a.remarks[a.next]; !r.own && r.kind == comment && r.offset < before && r.line == a.lineOf(max(end-1, 0)) {
			a.next++
			return r.text
		}
	}
	return ""
}

// tail takes the comments behind the last entry of a block that are indented like it.
func (a *arranger) tail(gap, column int) []remark {
	from, last := a.next, a.next
	for i := a.next; i < len(a.remarks) && a.remarks[i].gap == gap; i++ {
		r := a.remarks[i]
		if r.kind == mark || r.kind == comment && (r.column < column || !r.own) {
			break
		}
		if r.kind == comment {
			last = i + 1
		}
	}
	a.next = last
	return a.remarks[from:last:last]
}

// item arranges an entry.
func (a *arranger) item(key, n *yaml.Node) *item {
	it := &item{}
	sp := a.spans[n]
	limit := sp.start
	if empty(n) { // nothing stands there, and the place of nothing is vague
		limit = len(a.text) + 1
	}
	if key != nil {
		k := a.spans[key]
		it.lead = a.until(k.start)
		it.key = a.value(key)
		if !empty(n) && key.Line == n.Line {
			it.column = n.Column - key.Column
		}
		it.behind = a.behind(k.end, limit)
	} else {
		it.lead = a.until(sp.start)
		if last := len(it.lead) - 1; last >= 0 && !empty(n) { // behind the dash
			for i, r := range it.lead {
				if r.kind == comment && !r.own {
					it.behind, it.under, it.lead = r.text, it.lead[i+1:], it.lead[:i:i]
					break
				}
			}
		}
	}
	if !empty(n) {
		it.under = append(it.under[:len(it.under):len(it.under)], a.until(sp.start)...)
	}
	it.value = a.value(n)
	switch it.value.form {
	case mapping, list:
		if first := it.value.items[0]; len(it.under) > 0 {
			first.lead = append(it.under[:len(it.under):len(it.under)], first.lead...)
			it.under = nil
		}
		return it
	case nothing:
		if it.trail, it.behind = it.behind, ""; key == nil {
			it.trail = a.behind(sp.end, limit)
		}
	case literal:
		it.trail = a.behind(sp.content+1, limit+sp.end)
	default:
		it.trail = a.behind(sp.end, len(a.text)+1)
	}
	it.under = slices.DeleteFunc(slices.Clone(it.under), func(r remark) bool { return r.kind == blank })
	return it
}

// value arranges what is in a node.
func (a *arranger) value(n *yaml.Node) *value {
	sp := a.spans[n]
	v := &value{node: n, indent: sp.indent, properties: strings.TrimRight(a.text[sp.start:sp.content], space)}
	written := a.text[sp.content:sp.end]
	switch {
	case empty(n):
	case n.Kind == yaml.AliasNode, n.Kind == yaml.ScalarNode:
		v.form, v.lines = text, strings.Split(written, "\n")
		if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			v.form = literal
		}
	case n.Style&yaml.FlowStyle != 0:
		v.form = flow
		inside := a.next
		a.flow(v, n)
		a.until(sp.end)
		for _, r := range a.remarks[inside:a.next] {
			if r.kind == comment {
				v.form = verbatim
			}
		}
		if v.form == verbatim {
			v.lines = strings.Split(written, "\n")
		}
		v.wide = strings.Contains(written, "\n")
		v.closing = a.lineOf(sp.end-1) > a.lastLine(n)
	default:
		v.form = list
		step := 1
		if n.Kind == yaml.MappingNode {
			v.form, step = mapping, 2
		}
		for i := 0; i < len(n.Content); i += step {
			if step == 2 {
				v.items = append(v.items, a.item(n.Content[i], n.Content[i+1]))
			} else {
				v.items = append(v.items, a.item(nil, n.Content[i]))
			}
		}
		column := n.Column
		if step == 2 {
			column = n.Content[0].Column
		}
		v.tail = a.tail(sp.gap, column)
	}
	return v
}

// flow arranges the entries of a flow collection. It has no remarks, or is left as it is.
func (a *arranger) flow(v *value, n *yaml.Node) {
	line := a.lineOf(a.spans[n].content)
	for i := 0; i < len(n.Content); i++ {
		it := &item{}
		first := a.spans[n.Content[i]]
		if n.Kind == yaml.MappingNode {
			it.key = a.value(n.Content[i])
			i++
		}
		it.value = a.value(n.Content[i])
		it.broken = a.lineOf(first.start) > line
		last := a.spans[n.Content[i]]
		line = a.lineOf(max(first.end, last.end) - 1)
		v.items = append(v.items, it)
	}
}

// lastLine is the line on which the last entry of a flow collection ends.
func (a *arranger) lastLine(n *yaml.Node) int {
	end := a.spans[n].content + 1
	for _, c := range n.Content {
		end = max(end, a.spans[c].end)
	}
	return a.lineOf(end - 1)
}

// wideRune reports whether a character takes two columns on a screen.
func wideRune(r rune) bool { return r >= 0x1100 && (r < 0x2000 || r >= 0x2e80) }

// width is how many columns of a screen a text takes, or nearly.
func width(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if wideRune(r) {
			n++
		}
	}
	return n
}
