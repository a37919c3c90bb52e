package author

import (
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"koujing/core/program"
)

// forms are the functions that say how a placeholder is spoken; they stand only at its outside.
var forms = map[string]program.Form{"money": program.AsMoney, "due": program.AsDue, "date": program.AsDate, "span": program.AsSpan, "label": program.AsLabel}

var formTypes = map[program.Form]program.Type{program.AsMoney: program.Int, program.AsDue: program.Time, program.AsDate: program.Time,
	program.AsSpan: program.Int, program.AsLabel: program.Text}

// template compiles a text with {{placeholders}} and returns its number.
func (b *build) template(n node, sc *scope, where string) int32 {
	if !n.given() {
		return -1
	}
	t := program.Template{}
	src, ok := n.source(b.log, "text")
	if !ok {
		return -1
	}
	rest, from := src.text, 0
	for {
		before, after, ok := strings.Cut(rest, "{{")
		if before != "" {
			t.Parts = append(t.Parts, program.Part{Text: before, Expr: -1})
		}
		if !ok {
			break
		}
		from += utf8.RuneCountInString(before) + 2
		inside, behind, closed := strings.Cut(after, "}}")
		if !closed {
			b.log.error(src.place(from-2, 2), openPlaceholder.of())
			break
		}
		if part, ok := b.placeholder(src.part(from, inside).trimmed(), sc, where); ok {
			t.Parts = append(t.Parts, part)
		}
		from += utf8.RuneCountInString(inside) + 2
		rest = behind
	}
	b.asm.prog.Templates = append(b.asm.prog.Templates, t)
	return int32(len(b.asm.prog.Templates) - 1)
}

func (b *build) placeholder(src exprSource, sc *scope, where string) (program.Part, bool) {
	b.asm.temp = 0
	l := b.lower(src, sc)
	tree := l.parse()
	if tree == nil {
		return program.Part{}, false
	}
	part := program.Part{Form: program.AsText}
	inner := tree
	if form, args, ok := formOf(tree); ok {
		if !l.arguments(tree, args, 1) {
			return part, false
		}
		part.Form, inner = form, args[0]
	}
	entry := b.asm.here()
	x := l.value(inner)
	if l.bad {
		return part, false
	}
	if x.list != nil || x.null {
		l.errorAt(inner, placeholderValue.of())
		return part, false
	}
	if want, ok := formTypes[part.Form]; ok && want != x.typ.base {
		l.errorAt(inner, wrongForm.of(base(want), x.typ.said()))
		return part, false
	}
	switch part.Form {
	case program.AsText:
		switch x.typ.base {
		case program.Int:
			part.Form = program.AsInt
		case program.Text:
		default:
			l.errorAt(inner, cannotSpeak.of(base(x.typ.base)))
			return part, false
		}
	case program.AsLabel:
		list, ok := strings.CutPrefix(x.typ.of, "list ")
		if !ok {
			l.errorAt(inner, noLabel.of())
			return part, false
		}
		part.List = list
	}
	part.Text = spell(inner)
	reg := l.reg(x)
	part.Expr = b.addExpr(entry, operand{typ: x.typ, reg: reg}, where)
	return part, true
}

// formOf reads the outermost call of a placeholder when it says how to speak. date is a function of expr's own, which
// rules may not use.
func formOf(n ast.Node) (form program.Form, args []ast.Node, ok bool) {
	switch n := n.(type) {
	case *ast.CallNode:
		if id, is := n.Callee.(*ast.IdentifierNode); is {
			form, ok = forms[id.Value]
			args = n.Arguments
		}
	case *ast.BuiltinNode:
		form, ok = forms[n.Name]
		args = n.Arguments
	}
	return form, args, ok
}
