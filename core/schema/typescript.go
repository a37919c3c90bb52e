package schema

import (
	"fmt"
	"strings"

	"koujing/core/casefile"
)

// TypeScript is the declarations of Case and Decision and of their parts. Texts that the contract lists are unions of
// literals; those of a pack's lists are strings.
func TypeScript() []byte {
	var out printer
	out.line("// Case and decision. Generated from core/casefile and core/decision; edit those, then run")
	out.line("// KOUJING_UPDATE=1 go test ./core/schema")
	out.line("")
	out.line("/** A fact of the pack: a number, a yes or no, a text or a time. */")
	out.line("export type Fact = number | boolean | string | null;")
	out.line("")
	out.line("/** What a decision of the operator's own came to. */")
	out.line("export type Result = number | boolean | string | null | (number | boolean | string | null)[];")
	out.objects("Case", caseTree(&casefile.Terms{}), caseDocs)
	out.objects("Decision", decisionTree(), decisionDocs)
	return []byte(out.String())
}

// parts are the names of lists' elements.
var parts = map[string]string{
	"lines": "Line", "promises": "Promise", "transcript": "Utterance", "counters": "Counter", "invoice_boxes": "InvoiceBox",
	"errors": "Error", "gates": "Gate", "clocks": "Clock", "say": "Say", "held": "Held", "ask": "Ask", "replies": "Reply",
	"warnings": "Warning", "tasks": "Task", "differences": "Difference", "trace": "Fired",
}

type printer struct{ strings.Builder }

func (p *printer) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *printer) doc(indent, text string) {
	if text != "" {
		p.line("%s/** %s */", indent, text)
	}
}

// objects declares an object, then those within it.
func (p *printer) objects(name string, n *node, docs map[string]string) {
	p.line("")
	p.doc("", docs[n.path])
	p.line("export interface %s {", name)
	for _, m := range n.members {
		p.doc("  ", docs[m.path])
		mark, null := "", ""
		if !m.required {
			mark = "?"
		}
		if m.nullable {
			null = " | null"
		}
		p.line("  %s%s: %s%s;", m.name, mark, typeName(name, m), null)
	}
	p.line("}")
	for _, m := range n.members {
		switch {
		case m.kind == object:
			p.objects(partName(name, m), m, docs)
		case m.kind == list && m.item.kind == object:
			p.objects(partName(name, m), m.item, docs)
		}
	}
}

// partName is the name of the interface of an object, or of a list's elements, within another.
func partName(parent string, n *node) string {
	if n.kind == list {
		return parent + parts[n.name]
	}
	var name strings.Builder
	for word := range strings.SplitSeq(n.name, "_") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return parent + name.String()
}

func typeName(parent string, n *node) string {
	switch n.kind {
	case object:
		return partName(parent, n)
	case list:
		if n.item.kind == object {
			return partName(parent, n) + "[]"
		}
		item := typeName(parent, n.item)
		if strings.Contains(item, " ") {
			item = "(" + item + ")"
		}
		return item + "[]"
	case pair:
		return "[number, number]"
	case ranges:
		return "(number | [number, number])[]"
	case facts:
		return "Record<string, Fact>"
	case results:
		return "Record<string, Record<string, Result>>"
	case digest:
		return "string"
	}
	switch n.typ {
	case casefile.Bool:
		return "boolean"
	case casefile.Int, casefile.Fen, casefile.Span:
		return "number"
	}
	if len(n.fixed) == 0 {
		return "string"
	}
	var union []string
	for _, text := range n.fixed {
		union = append(union, fmt.Sprintf("%q", text))
	}
	return strings.Join(union, " | ")
}
