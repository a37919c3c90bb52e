package vocabulary_test

import (
	"strings"
	"testing"

	"koujing/core/casefile"
	"koujing/core/vocabulary"
)

func newLayout(facts ...casefile.Fact) (*vocabulary.Layout, casefile.Terms) {
	terms := casefile.Terms{Facts: facts}
	return vocabulary.NewLayout(casefile.NewDecoder(casefile.NewTable(), terms)), terms
}

// TestSlots gives every name a slot of its own below Base, and the program all that is behind it.
func TestSlots(t *testing.T) {
	layout, terms := newLayout(casefile.Fact{Name: "n", Type: casefile.Int}, casefile.Fact{Name: "word", Type: casefile.Text})
	seen := map[int]string{}
	take := func(name string) {
		slot, ok := layout.Slot(name)
		switch {
		case !ok:
			t.Errorf("%s has no slot", name)
		case slot < 0 || slot >= layout.Base():
			t.Errorf("%s is in slot %d, the program begins at %d", name, slot, layout.Base())
		case seen[slot] != "":
			t.Errorf("%s and %s share slot %d", name, seen[slot], slot)
		}
		seen[slot] = name
	}
	lines := 0
	for _, info := range terms.Names() {
		switch {
		case info.Place == casefile.Scalar:
			take(info.Path)
		case info.Place == casefile.Column && info.List == casefile.Lines && !info.Derived:
			lines++
			take("line." + strings.TrimPrefix(info.Path, "lines[]."))
		}
	}
	for i, r := range vocabulary.Results {
		if take(r.Path); seen[layout.Result(i)] != r.Path {
			t.Errorf("%s is not result %d", r.Path, i)
		}
	}
	if lines != vocabulary.LineColumns {
		t.Errorf("a line comes with %d columns, a decision asked for it sees %d", lines, vocabulary.LineColumns)
	}
	if len(seen) != layout.Base() {
		t.Errorf("%d names for %d slots", len(seen), layout.Base())
	}
	for _, name := range []string{"", "facts.m", "line.", "line.status", "lines[].id", "lines", "refund"} {
		if slot, ok := layout.Slot(name); ok {
			t.Errorf("%q has slot %d", name, slot)
		}
	}
}

// TestColumns finds every list and every column under the name that a program has for it.
func TestColumns(t *testing.T) {
	layout, terms := newLayout()
	for _, info := range terms.Names() {
		switch info.Place {
		case casefile.Objects, casefile.Plain:
			if list, ok := layout.List(info.Path); !ok || list != int(info.List) {
				t.Errorf("list %s: %d %v", info.Path, list, ok)
			}
		case casefile.Column:
			list, column, ok := layout.Column(vocabulary.ColumnName(info.Path))
			if !ok || list != int(info.List) || column != info.Column {
				t.Errorf("column %s: %d %d %v", info.Path, list, column, ok)
			}
		}
	}
	for _, name := range []string{"", "now", "lines.", "close.invoice_boxes.used", "customer"} {
		if _, ok := layout.List(name); ok {
			t.Errorf("%q is a list", name)
		}
		if _, _, ok := layout.Column(name); ok {
			t.Errorf("%q is a column", name)
		}
	}
}

// TestDecisions holds the decisions the core asks for to what packs and stages rely on.
func TestDecisions(t *testing.T) {
	names := map[string]bool{}
	last := vocabulary.Moment(0)
	for _, d := range vocabulary.Decisions {
		if names[d.Name] {
			t.Errorf("%s is asked twice", d.Name)
		}
		names[d.Name] = true
		if d.At >= vocabulary.NumMoments {
			t.Errorf("%s is asked at moment %d", d.Name, d.At)
		}
		if d.At < last {
			t.Errorf("%s is asked before the decision that stands before it", d.Name)
		}
		last = d.At
		outputs := map[string]bool{}
		required := false
		for _, o := range d.Outputs {
			if outputs[o.Name] || o.Values != nil && o.List != "" || o.Required && o.Nullable {
				t.Errorf("%s.%s contradicts itself", d.Name, o.Name)
			}
			outputs[o.Name] = true
			required = required || o.Required
		}
		if !required {
			t.Errorf("a rule of %s need not say anything", d.Name)
		}
	}
}

// TestResults: a result has one name, and is known at some moment after the first unless it comes with the case.
func TestResults(t *testing.T) {
	paths := map[string]bool{}
	for i, r := range vocabulary.Results {
		if r.Path == "" || paths[r.Path] || r.Known >= vocabulary.NumMoments {
			t.Errorf("result %d: %+v", i, r)
		}
		paths[r.Path] = true
		if strings.HasSuffix(r.Path, "_at") && !r.Nullable {
			t.Errorf("%s is a time, and there are cases without it", r.Path)
		}
	}
}
