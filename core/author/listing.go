package author

import (
	"maps"
	"slices"

	"koujing/core/author/phrase"
	"koujing/core/vocabulary"
)

// Known is something an expression of the pack may say.
type Known struct {
	Name string `json:"name"`
	Type string `json:"type"` // with ? where it may be absent, and "list" for what any, all, count, sum and len take
	When string `json:"when"` // from when on, "" for always; line.* only where a decision is asked for each line
	Of   string `json:"of"`   // the values a text can have, where they are fixed

	when phrase.Text
}

// In is the same in a language.
func (k Known) In(lang phrase.Lang) Known {
	k.When = k.when.In(lang)
	return k
}

// Names lists everything that the expressions of a pack may name: the case, the facts, the settings, the results of the
// stages and of the pack's own decisions, the lists with their columns, the functions. Findings are as Build's.
func Names(src Sources) ([]Known, []Diagnostic) { return new(Workspace).Names(src) }

// Names is Names with what the builds before it have parsed.
func (w *Workspace) Names(src Sources) ([]Known, []Diagnostic) {
	b := w.begin(src)
	b.compile()
	w.kept.forget()
	return b.known(), b.log.sorted()
}

// known lists what can be named once the files are compiled, nil of a pack that can't be read.
func (b *build) known() []Known {
	if !b.named {
		return nil
	}
	var out []Known
	add := func(name string, t typ, at vocabulary.Moment, when phrase.Text) {
		if at > 0 && when.Empty() {
			when = onceAt.Of(moments[at])
		}
		out = append(out, Known{Name: name, Type: t.String(), Of: t.of, when: when}.In(phrase.EN))
	}
	for _, path := range slices.Sorted(maps.Keys(b.names.inputs)) {
		in := b.names.inputs[path]
		when := phrase.Text{}
		if in.line {
			when = perLine
		}
		if in.blind && in.line {
			continue // a guardrail: nothing could be made of it there
		}
		add(path, in.typ, in.known, when)
	}
	for _, list := range slices.Sorted(maps.Keys(b.names.lists)) {
		out = append(out, Known{Name: list, Type: "list"})
		for _, column := range slices.Sorted(maps.Keys(b.names.lists[list])) {
			in := b.names.lists[list][column]
			element := "#"
			if column != "" {
				element = "." + column
			}
			add("in "+list+": "+element, in.typ, in.known, phrase.Text{})
		}
	}
	for _, path := range slices.Sorted(maps.Keys(b.names.outputs)) {
		o := b.names.outputs[path]
		add(path, o.typ, o.known, phrase.Text{})
	}
	for _, name := range slices.Sorted(maps.Keys(b.names.settings)) {
		x := b.names.settings[name]
		t := x.typ.String()
		if x.list != nil {
			t = "list of " + x.list.base.String()
		}
		out = append(out, Known{Name: "settings." + name, Type: t})
	}
	for _, f := range append(slices.Clone(functions), builtins...) {
		out = append(out, Known{Name: f, Type: "function"})
	}
	return out
}
