package atom_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"koujing/core/atom"
)

func TestEmptyIsZero(t *testing.T) {
	table := atom.New()
	if id := table.Intern(nil); id != atom.Empty {
		t.Errorf("the empty text is %d, want %d", id, atom.Empty)
	}
	if b := table.Text(atom.Empty); b == nil || len(b) != 0 {
		t.Errorf("Text(Empty) = %#v, want an empty text that is not nil", b)
	}
}

func TestUnknownIDs(t *testing.T) {
	table := atom.New()
	for _, id := range []atom.ID{atom.Null, -1, 1, 1 << 40} {
		if b := table.Text(id); b != nil {
			t.Errorf("Text(%d) = %q, want nil", id, b)
		}
		if !table.Plain(id) {
			t.Errorf("Plain(%d) = false", id)
		}
	}
}

func TestFixDeduplicates(t *testing.T) {
	table := atom.New()
	a, b := table.Fix("pending"), table.Fix("confirmed")
	if a == b || table.Fix("pending") != a {
		t.Fatalf("Fix: pending %d then %d, confirmed %d", a, table.Fix("pending"), b)
	}
	if id, ok := table.Find([]byte("confirmed")); !ok || id != b {
		t.Errorf("Find = %d, %t, want %d", id, ok, b)
	}
	if _, ok := table.Find([]byte("refuted")); ok {
		t.Error("found a text nobody fixed")
	}
}

func TestReserve(t *testing.T) {
	table := atom.New()
	a := table.Fix("pending")
	table.Reserve(1000, 10_000)
	if id, ok := table.Find([]byte("pending")); !ok || id != a {
		t.Errorf("after Reserve pending is %d, %t", id, ok)
	}
	words := make([]string, 1000)
	for i := range words {
		words[i] = fmt.Sprint("word", i)
	}
	if n := testing.AllocsPerRun(1, func() {
		for _, s := range words[:500] {
			table.Fix(s)
		}
		words = words[500:]
	}); n != 0 {
		t.Errorf("%v allocations for what was reserved", n)
	}
}

func TestFixForgetsTransients(t *testing.T) {
	table := atom.New()
	table.Intern([]byte("L1"))
	id := table.Fix("pack word")
	table.Reset()
	if got := string(table.Text(id)); got != "pack word" {
		t.Errorf("after Reset the permanent text is %q", got)
	}
	if _, ok := table.Find([]byte("L1")); ok {
		t.Error("a transient text outlived Fix")
	}
}

func TestInternCopies(t *testing.T) {
	table := atom.New()
	b := []byte("王")
	id := table.Intern(b)
	b[0] = 'x'
	if got := string(table.Text(id)); got != "王" {
		t.Errorf("text is %q after its source changed", got)
	}
}

func TestAppendIsNotFound(t *testing.T) {
	table := atom.New()
	a := table.Append([]byte("a line"))
	b := table.Append([]byte("a line"))
	if a == b {
		t.Error("Append found an equal text")
	}
	if _, ok := table.Find([]byte("a line")); ok {
		t.Error("Find sees an appended text")
	}
	if c := table.Intern([]byte("a line")); c == a || c == b {
		t.Error("Intern gave an appended atom")
	}
}

func TestPlain(t *testing.T) {
	table := atom.New()
	for text, want := range map[string]bool{"": true, "王先生 \u2028\x7f": true, `a"b`: false, `a\b`: false, "a\nb": false, "a\x1f": false} {
		if got := table.Plain(table.Fix(text)); got != want {
			t.Errorf("permanent %q: plain %t, want %t", text, got, want)
		}
		fresh := atom.New()
		id := fresh.Append([]byte(text))
		for range 2 {
			if got := fresh.Plain(id); got != want {
				t.Errorf("transient %q: plain %t, want %t", text, got, want)
			}
		}
	}
}

// TestAgainstMap runs a table and a Go map through the same random life: loads, cases and resets.
func TestAgainstMap(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		return strings.Repeat(string(rune('a'+random.IntN(3))), random.IntN(20)) + fmt.Sprint(random.IntN(2000))
	}
	table := atom.New()
	permanent := map[string]atom.ID{"": atom.Empty}
	for range 500 {
		s := word()
		id := table.Fix(s)
		if old, ok := permanent[s]; ok && old != id {
			t.Fatalf("%q fixed as %d and %d", s, old, id)
		}
		permanent[s] = id
	}
	for round := range 50 {
		seen := map[string]atom.ID{}
		for range random.IntN(2000) {
			s := word()
			id := table.Intern([]byte(s))
			want, ok := permanent[s]
			if !ok {
				want, ok = seen[s]
			}
			if ok && id != want {
				t.Fatalf("round %d: %q is %d, want %d", round, s, id, want)
			}
			if !ok && int(id) < len(permanent) {
				t.Fatalf("round %d: new text %q got the permanent ID %d", round, s, id)
			}
			seen[s] = id
			if got := string(table.Text(id)); got != s {
				t.Fatalf("round %d: text %q of %q", round, got, s)
			}
		}
		table.Reset()
		if table.Len() != len(permanent) {
			t.Fatalf("round %d: %d atoms after Reset, want %d", round, table.Len(), len(permanent))
		}
		for s, want := range permanent {
			if id, ok := table.Find([]byte(s)); !ok || id != want {
				t.Fatalf("round %d: permanent %q is %d, %t after Reset, want %d", round, s, id, ok, want)
			}
		}
	}
}

// TestHashOfShortTexts checks that no two texts of one or two letters share the half of the hash that picks a slot.
func TestHashOfShortTexts(t *testing.T) {
	seen := map[uint32]string{}
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789_"
	check := func(s string) {
		h := uint32(atom.Hash([]byte(s)) >> 32)
		if other, ok := seen[h]; ok && other != s {
			t.Errorf("%q and %q share a hash", s, other)
		}
		seen[h] = s
	}
	for _, a := range letters {
		check(string(a))
		for _, b := range letters {
			check(string(a) + string(b))
		}
	}
}

func TestNoAllocation(t *testing.T) {
	table := atom.New()
	table.Fix("pending")
	words := [][]byte{[]byte("pending"), []byte("L1"), []byte("L2"), []byte("a longer text of the case"), []byte("L1")}
	life := func() {
		table.Reset()
		for _, w := range words {
			id := table.Intern(w)
			table.Plain(id)
			table.Append(table.Text(id))
		}
	}
	life()
	if n := testing.AllocsPerRun(100, life); n != 0 {
		t.Errorf("%v allocations a case after warm-up", n)
	}
}

func BenchmarkIntern(b *testing.B) {
	table := atom.New()
	for i := range 500 {
		table.Fix(fmt.Sprintf("word_%d", i))
	}
	words := [][]byte{[]byte("C-1001"), []byte("8812"), []byte("王"), []byte("L1"), []byte("word_77"), []byte("word_401")}
	b.ReportAllocs()
	for b.Loop() {
		table.Reset()
		for _, w := range words {
			table.Intern(w)
		}
	}
}
