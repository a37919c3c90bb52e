package author_test

import (
	"fmt"
	"strings"

	"koujing/core/program"
)

// This file writes made-up expressions down as an operator would.

// binding is how tightly operators of expr bind; what is not listed stands in brackets or needs none.
var binding = map[string]int{"or": 10, "and": 15, "==": 20, "!=": 20, "<": 20, "<=": 20, ">": 20, ">=": 20, "in": 20, "not in": 20,
	"contains": 20, "startsWith": 20, "endsWith": 20, "+": 30, "-": 30, "concat": 30, "*": 60, "%": 60}

// String writes a term as an operator would, with brackets only where they are needed.
func (t *term) String() string {
	switch t.op {
	case "lit":
		return t.lit.source(t.typ)
	case "name":
		return t.named.path
	case "elem":
		if t.named.path == "" {
			return "#"
		}
		return pickStyle(t.style, ".", "#.") + t.named.path
	case "if":
		return fmt.Sprintf("%s ? %s : %s", t.kids[0].inside(1), t.kids[1].inside(1), t.kids[2].inside(1))
	case "??":
		first := t.kids[0].inside(1000)
		if t.kids[0].op == "??" {
			first = t.kids[0].String()
		}
		return first + " ?? " + t.kids[1].inside(1000)
	case "neg":
		return "-" + t.kids[0].inside(1000)
	case "plus":
		return "+" + t.kids[0].inside(1000)
	case "not":
		return pickStyle(t.style, "not ", "!") + t.kids[0].inside(1000)
	case "range":
		return fmt.Sprintf("%s..%s", t.set[0].source(program.Int), t.set[1].source(program.Int))
	case "list":
		parts := make([]string, len(t.set))
		for i, v := range t.set {
			parts[i] = v.source(t.typ)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case "len":
		return "len(" + t.list.path + ")"
	case "any", "all", "none", "one", "count", "sum":
		body := t.kids[0].inside(1)
		if t.style%2 == 1 {
			body = "{" + body + "}"
		}
		return fmt.Sprintf("%s(%s, %s)", t.op, t.list.path, body)
	}
	if level, infix := binding[t.op]; infix {
		return t.infix(level)
	}
	parts := make([]string, len(t.kids), len(t.kids)+1)
	for i, k := range t.kids {
		parts[i] = k.inside(1)
	}
	if t.rounding != "" {
		parts = append(parts, `"`+t.rounding+`"`)
	}
	return t.op + "(" + strings.Join(parts, ", ") + ")"
}

func (t *term) infix(level int) string {
	op := t.op
	switch {
	case op == "concat":
		op = "+"
	case op == "and":
		op = pickStyle(t.style, "and", "&&")
	case op == "or":
		op = pickStyle(t.style, "or", "||")
	}
	left, right := level, level+1
	if level == 20 { // comparisons in a row mean something else
		left++
	}
	if op == "not in" && t.style%2 == 1 {
		return "not (" + t.kids[0].inside(left) + " in " + t.kids[1].String() + ")"
	}
	if op == "in" || op == "not in" {
		return t.kids[0].inside(left) + " " + op + " " + t.kids[1].String()
	}
	return t.kids[0].inside(left) + " " + op + " " + t.kids[1].inside(right)
}

// inside writes a term in brackets if it binds less than level.
func (t *term) inside(level int) string {
	own := 2000
	switch t.op {
	case "if":
		own = 0
	case "??": // expr wants it in brackets beside any other operator
		own = 1
	case "neg", "plus", "not":
		own = 20
	case "lit":
		if t.lit.n < 0 {
			own = 0
		}
	default:
		if l, infix := binding[t.op]; infix {
			own = l
		}
	}
	if own < level {
		return "(" + t.String() + ")"
	}
	return t.String()
}

func pickStyle(style uint8, a, b string) string {
	if style%2 == 1 {
		return b
	}
	return a
}

// source writes a constant.
func (v value) source(t program.Type) string {
	switch {
	case v.absent:
		return "nil"
	case t == program.Bool:
		return pickStyle(uint8(v.n), "false", "true")
	case t == program.Text:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`).Replace(v.s) + `"`
	}
	return fmt.Sprint(v.n)
}
