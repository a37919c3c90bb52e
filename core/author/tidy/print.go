package tidy

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// lineWidth is how long a line may get before what could stand on it is not put there.
const lineWidth = 100

type printer struct {
	strings.Builder
	aliases bool
}

// print writes a file in the one style.
func print(f *file, sh *shape) string {
	p := &printer{aliases: f.aliases}
	for i, d := range f.docs {
		if d.before != nil {
			p.remarks(d.before[:len(d.before)-1], 0, i == 0)
			if i > 0 || d.behind != "" || d.root.value.form == nothing {
				p.WriteString(behind("---", d.behind) + "\n")
			}
		}
		root := d.root
		p.reorder(root.value, sh)
		lead := root.lead
		lead = append(lead[:len(lead):len(lead)], root.hoist()...)
		p.remarks(lead, 0, true)
		switch root.value.form {
		case nothing:
		case literal:
			p.WriteString(strings.TrimPrefix(p.literal(root.value, "", root.trail, 0), " "))
		case mapping, list:
			if root.value.properties != "" {
				p.WriteString(root.value.properties + "\n")
			}
			p.block(root.value, sh, 0, false)
		default:
			p.WriteString(behind(p.inline(root.value, 0, 0), root.trail) + "\n")
		}
	}
	p.remarks(f.end, 0, len(f.docs) == 0)
	return strings.TrimRight(p.String(), "\n") + "\n"
}

// reorder puts the entries of a value's mappings in their order.
func (p *printer) reorder(v *value, sh *shape) {
	if v.form == mapping || v.form == flow && v.node.Kind == yaml.MappingNode {
		sorted := make([]*item, 0, len(v.items))
		for _, i := range sh.order(v.node, p.aliases) {
			sorted = append(sorted, v.items[i])
		}
		if old := v.items[0:min(1, len(v.items))]; v.form == mapping && sorted[0] != old[0] { // what stands at the top stays there
			sorted[0].lead, old[0].lead = append(old[0].lead[:len(old[0].lead):len(old[0].lead)], sorted[0].lead...), nil
		}
		v.items = sorted
	}
	for _, it := range v.items {
		p.reorder(it.value, sh.of(it.name()))
	}
}

func (it *item) name() string {
	if it.key == nil {
		return ""
	}
	return it.key.node.Value
}

// hoist takes the remarks before what stands on the same line as an entry's dash.
func (it *item) hoist() []remark {
	var out []remark
	for v := it.value; (v.form == mapping || v.form == list) && it.behind == "" && v.properties == ""; v = it.value {
		it = v.items[0]
		out, it.lead = append(out, it.lead...), nil
		if v.form == mapping {
			break
		}
	}
	return out
}

func indented(n int) string { return strings.Repeat(" ", n) }

func behind(text, comment string) string {
	if comment == "" {
		return text
	}
	return text + " " + comment
}

// remarks writes comments and blank lines; of blank lines one is enough, and none at the beginning of a block.
func (p *printer) remarks(rs []remark, indent int, begins bool) {
	for _, r := range rs {
		if r.kind == comment {
			p.WriteString(indented(indent) + r.text + "\n")
			begins = false
		} else if !begins {
			p.WriteByte('\n')
			begins = true
		}
	}
}

// block writes the entries of a block. inline is true where the first one stands behind a dash.
func (p *printer) block(v *value, sh *shape, indent int, inline bool) {
	column := v.columns(sh, indent)
	trails := v.trails(sh, indent, column)
	for i, it := range v.items {
		lead := it.lead
		if v.form == list {
			lead = append(lead[:len(lead):len(lead)], it.hoist()...)
		}
		p.remarks(lead, indent, i == 0)
		if i > 0 || !inline {
			p.WriteString(indented(indent))
		}
		if v.form == list {
			p.entry(it, sh.of(""), "-", indent, 0, trails[i])
			continue
		}
		head := strings.Join(it.key.lines, "\n")
		if it.key.properties != "" {
			head = it.key.properties + " " + head
		}
		p.entry(it, sh.of(it.name()), head+":", indent, column[i], trails[i])
	}
	p.remarks(v.tail, indent, false)
}

// entry writes an entry behind its indent: head is the key or the dash. The value begins at a column, counted from the
// head's beginning, if that is more than a space behind the head; so does the comment behind it.
func (p *printer) entry(it *item, sh *shape, head string, indent, column, trail int) {
	v := it.value
	it.settle(sh, indent)
	switch {
	case v.form == nothing:
		p.WriteString(behind(head, it.trail) + "\n")
	case v.form == mapping || v.form == list:
		if v.properties != "" {
			head += " " + v.properties
		}
		if head == "-" && it.behind == "" {
			p.WriteString("- ")
			p.block(v, sh, indent+2, true)
			return
		}
		p.WriteString(behind(head, it.behind) + "\n")
		p.block(v, sh, indent+2, false)
	case v.form == literal:
		p.WriteString(p.literal(v, head, it.trail, indent))
	case it.behind != "" || len(it.under) > 0:
		p.WriteString(behind(head, it.behind) + "\n")
		p.remarks(it.under, indent+2, true)
		p.WriteString(indented(indent+2) + behind(p.inline(v, indent, indent+2), it.trail) + "\n")
	default:
		line := head + indented(max(1, column-utf8.RuneCountInString(head))) + p.inline(v, indent, indent+utf8.RuneCountInString(head)+1)
		if it.trail != "" {
			line += indented(max(0, trail-width(line)))
		}
		p.WriteString(behind(line, it.trail) + "\n")
	}
}

// literal writes a text of its own lines: they move with the block they stand in.
func (p *printer) literal(v *value, head, trail string, indent int) string {
	sign, _, _ := strings.Cut(v.lines[0], " ")
	if v.properties != "" {
		sign = v.properties + " " + sign
	}
	out := behind(head+" "+sign, trail) + "\n"
	old, fixed := -1, 0
	for _, r := range sign {
		if r >= '1' && r <= '9' {
			fixed = int(r - '0')
		}
	}
	for _, line := range v.lines[1:] {
		if strings.Trim(line, " ") != "" {
			if deep := len(line) - len(strings.TrimLeft(line, " ")); old < 0 || deep < old {
				old = deep
			}
			if fixed == 0 {
				break // the first line says how deep all are
			}
		}
	}
	if fixed > 0 {
		old = max(0, v.indent) + fixed
		indent += fixed - 2
	}
	for _, line := range v.lines[1:] {
		if deep := len(line) - len(strings.TrimLeft(line, " ")); deep == len(line) && deep <= old || old < 0 {
			out += "\n"
			continue
		}
		out += indented(indent+2) + line[max(0, old):] + "\n"
	}
	return out
}

// inline writes a value that begins on the line at hand, at a column. What follows on other lines stands deeper than
// indent.
func (p *printer) inline(v *value, indent, column int) string {
	out := ""
	switch v.form {
	case text:
		out = v.lines[0]
		for _, line := range v.lines[1:] {
			if line = strings.TrimLeft(line, " \t"); line != "" {
				line = indented(indent+2) + line
			}
			out += "\n" + line
		}
	case verbatim:
		out = strings.Join(v.lines, "\n")
	case flow:
		out = p.flow(v, indent, column)
	}
	if v.properties != "" {
		out = v.properties + " " + out
	}
	return out
}

// flow writes a flow collection: on a line if it was on one, or fits, else with the line breaks it has.
func (p *printer) flow(v *value, indent, column int) string {
	open, shut, gap := "[", "]", ""
	if v.node.Kind == yaml.MappingNode {
		open, shut, gap = "{", "}", " "
	}
	if len(v.items) == 0 {
		return open + shut
	}
	if flat, ok := v.flat(); ok && (!v.wide || column+width(flat) <= lineWidth) {
		return flat
	}
	out := open
	for i, it := range v.items {
		before := gap
		if i > 0 {
			out, before = out+",", " "
		}
		if it.broken {
			before = "\n" + indented(indent+2)
		}
		out += before + p.pair(it, indent+2, column)
	}
	if v.closing {
		return out + "\n" + indented(indent) + shut
	}
	return out + gap + shut
}

// pair writes an entry of a flow collection.
func (p *printer) pair(it *item, indent, column int) string {
	if it.key == nil {
		return p.inline(it.value, indent, column)
	}
	key := p.inline(it.key, indent, column)
	if it.value.form == nothing {
		return key
	}
	return key + ": " + p.inline(it.value, indent, column)
}

// flat writes a value on one line. Not ok is what does not stand on one.
func (v *value) flat() (out string, ok bool) {
	switch v.form {
	case nothing:
		return "", true
	case text:
		out, ok = v.lines[0], len(v.lines) == 1
	case flow:
		out, ok = v.flatFlow()
	}
	if v.properties != "" {
		out = v.properties + " " + out
	}
	return out, ok
}

func (v *value) flatFlow() (string, bool) {
	var parts []string
	for _, it := range v.items {
		part, ok := it.value.flat()
		if ok && it.key != nil {
			var key string
			if key, ok = it.key.flat(); it.value.form == nothing {
				part = key
			} else {
				part = key + ": " + part
			}
		}
		if !ok {
			return "", false
		}
		parts = append(parts, part)
	}
	all := strings.Join(parts, ", ")
	switch {
	case v.node.Kind == yaml.SequenceNode:
		return "[" + all + "]", true
	case all == "":
		return "{}", true
	}
	return "{ " + all + " }", true
}

// settle puts a value on one line that fits there: a flow collection on several, and a brief mapping, if nothing in it
// keeps it from that.
func (it *item) settle(sh *shape, indent int) {
	v := it.value
	if !(v.form == flow && v.wide || v.form == mapping && sh != nil && sh.short && it.simple()) {
		return
	}
	head := len("- ")
	if it.key != nil {
		head = it.reach()
	}
	form := v.form
	v.form = flow
	if flat, ok := v.flat(); ok && indent+head+width(flat) <= lineWidth {
		v.wide = false
	} else {
		v.form = form
	}
}

// simple reports whether an entry's mapping can stand in braces as it is written.
func (it *item) simple() bool {
	const signs = ",?:[]{}#"
	if len(it.value.tail) > 0 || it.behind != "" || it.value.properties != "" {
		return false
	}
	for _, e := range it.value.items {
		written, ok := e.value.flat()
		quoted := ok && e.value.form == text && strings.ContainsAny(written[:1], `"'`)
		switch {
		case !ok || e.value.form == nothing || e.behind != "" || len(e.under) > 0 || e.trail != "" || slices.ContainsFunc(e.lead, isComment):
			return false
		case e.value.form == text && !quoted && strings.ContainsAny(written, signs):
			return false
		case len(e.key.lines) != 1 || strings.ContainsAny(e.key.lines[0], signs):
			return false
		}
	}
	return true
}

func isComment(r remark) bool { return r.kind == comment }

// columns says where the values of a mapping begin, counted from their keys: those of a group of lines in one column. 0
// is a space behind the key.
func (v *value) columns(sh *shape, indent int) []int {
	out := make([]int, len(v.items))
	if sh == nil || !sh.aligned || v.form != mapping {
		return out
	}
	for from := 0; from < len(v.items); {
		to := from
		var group []*item
		for ; to < len(v.items) && (to == from || len(v.items[to].lead) == 0); to++ {
			it := v.items[to]
			it.settle(sh.of(it.name()), indent)
			if _, ok := it.value.flat(); !ok || it.value.form == nothing || it.value.wide || len(it.under) > 0 || it.behind != "" {
				break
			}
			group = append(group, it)
		}
		column := columnOf(group)
		for i := from; i < to; i++ {
			out[i] = column
		}
		from = max(to, from+1)
	}
	return out
}

// columnOf is the column that most values of a group are in already, if the keys leave room for that, or nearly all do:
// one long name does not move a hundred others. Else it is the leftmost in which all have room.
func columnOf(group []*item) int {
	longest := 0
	votes := map[int]int{}
	for _, it := range group {
		longest = max(longest, it.reach())
		votes[it.column]++
	}
	for column, n := range votes {
		room := 0
		for _, it := range group {
			if it.reach() <= column {
				room++
			}
		}
		if 2*n > len(group) && 10*room >= 9*len(group) {
			return column // no other has more than half of the votes
		}
	}
	return longest
}

// reach is the first column, from the beginning of the key, that is left for the value.
func (it *item) reach() int {
	return utf8.RuneCountInString(strings.Join(it.key.lines, "")) + len(": ")
}

// trails says where the comments behind the values of a block begin, so that those on lines that follow each other
// stand in one column.
func (v *value) trails(sh *shape, indent int, column []int) []int {
	out := make([]int, len(v.items))
	for from := 0; from < len(v.items); {
		to, longest := from, 0
		for ; to < len(v.items) && v.items[to].trail != "" && (to == from || len(v.items[to].lead) == 0); to++ {
			it := v.items[to]
			it.settle(sh.of(it.name()), indent)
			flat, ok := it.value.flat()
			if !ok || it.value.wide || len(it.under) > 0 || it.behind != "" {
				break
			}
			head := len("- ")
			if it.key != nil {
				head = it.reach()
			}
			longest = max(longest, max(head, column[to])+width(flat))
		}
		for i := from; i < to; i++ {
			out[i] = longest
		}
		from = max(to, from+1)
	}
	return out
}
