package pack

import (
	"math"
	"testing"
)

func TestTapeNumbers(t *testing.T) {
	numbers := []int64{0, -1, 1, 15, 16, -16, -17, 511, 512, 1 << 40, math.MaxInt64, math.MinInt64}
	w := tape{}
	for _, n := range numbers {
		w.int(&n)
	}
	r := tape{in: w.out, reading: true}
	for _, want := range numbers {
		var got int64
		if r.int(&got); got != want || r.bad {
			t.Errorf("%d came back as %d, bad %t", want, got, r.bad)
		}
	}
	if r.at != len(w.out) {
		t.Errorf("%d of %d digits were read", r.at, len(w.out))
	}
}

// TestTapeSpelling: what another writer might have made of a number is no number.
func TestTapeSpelling(t *testing.T) {
	for _, text := range []string{"", "!", "gA", "ggA", "g", "_____________", "____________Q", "____________gB"} {
		r := tape{in: []byte(text), reading: true}
		if n := r.read(); !r.bad || n != 0 {
			t.Errorf("%q is taken for %d", text, n)
		}
	}
	r := tape{in: []byte("____________P"), reading: true}
	if n := r.read(); r.bad || n != math.MaxUint64 {
		t.Errorf("the largest number is read as %d", n)
	}
}

// TestTapeTexts: a text that is there already is not written out again, and one is not referred to before its turn.
func TestTapeTexts(t *testing.T) {
	w := tape{known: map[string]int{}}
	for _, s := range []string{"a", "b", "a", "c", "b"} {
		w.text(&s)
	}
	if string(w.out) != "AABAC" || len(w.table) != 3 {
		t.Fatalf("%q with %q", w.out, w.table)
	}
	for text, bad := range map[string]bool{"AABAC": false, "AC": true, "B": true, "AAAA": true} {
		r := tape{in: []byte(text), reading: true, table: []string{"a", "b", "c"}}
		for r.at < len(r.in) && !r.bad {
			var s string
			r.text(&s)
		}
		if r.bad != bad {
			t.Errorf("%q: bad %t", text, r.bad)
		}
	}
}

// TestTapeLength: a list that is longer than what is left is refused before it takes any memory.
func TestTapeLength(t *testing.T) {
	r := tape{reading: true}
	w := tape{}
	w.write(1 << 40)
	r.in = append(w.out, "AAAA"...)
	var list []int64
	if r.ints(&list); !r.bad || list != nil {
		t.Errorf("bad %t with %d elements", r.bad, len(list))
	}
}
