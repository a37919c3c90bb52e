package page

import (
	"testing"

	"koujing/core/author/impact"
)

// TestKinds holds the words against the kinds there are.
func TestKinds(t *testing.T) {
	names := impact.Kinds(1<<32 - 1).Names()
	for _, name := range names {
		if w, ok := kinds[name]; !ok || w.ZH == "" || w.EN == "" {
			t.Errorf("no words for %s", name)
		}
	}
	if len(names) != len(kinds) {
		t.Errorf("%d kinds, words for %d", len(names), len(kinds))
	}
	if w := Kind("newer"); w != (Word{"newer", "newer"}) {
		t.Errorf("%+v", w)
	}
}
