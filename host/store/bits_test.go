package store

import (
	"math/rand/v2"
	"testing"

	"koujing/host/act"
)

// The default pack, signed: every bit of what stands before the pack, and a sample of those of the pack, turned one by
// one and brought to an archive. Each is refused, and what is in force stays.
func TestEveryBitOfTheDefaultPack(t *testing.T) {
	wang := newSigner(t, "王芳")
	base, err := Compile(Source{Embedded, "cn-telecom"})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	a := OpenArchive(dir, ArchiveOptions{Trust: trustOf(t, false, wang)})
	text := signedPack(t, base.Built, 1, wang, func(a *act.Act) { a.Previous = base.Digest })
	bring := func() error {
		b, err := act.OpenBundle(text)
		if err == nil {
			_, err = a.Take(t.Context(), b.Envelopes[0], b.Pack, nil, "")
		}
		return err
	}
	head := len(text) - len(base.Built) - 1
	codes := map[string]int{}
	turn := func(i, bit int) {
		text[i] ^= 1 << bit
		err := bring()
		text[i] ^= 1 << bit
		if err == nil {
			t.Fatalf("byte %d, bit %d: taken", i, bit)
		}
		codes[refusal(err)]++
	}
	for i := range head {
		for bit := range 8 {
			turn(i, bit)
		}
	}
	sample := 500
	rng := rand.New(rand.NewPCG(5, 6))
	for range sample {
		turn(head+rng.IntN(len(base.Built)+1), rng.IntN(8))
	}
	if n := len(files(t, dir)); n != 0 {
		t.Errorf("%d files were written", n)
	}
	if p, err := a.Find("cn-telecom", ""); err != nil || p.Digest != base.Digest || p.Bundle != nil {
		t.Errorf("%+v, %v", p, err)
	}
	if err := bring(); err != nil {
		t.Errorf("the good one: %v", err)
	}
	t.Logf("%d bits before the pack, all of them, and %d of %d in it, turned one by one: none taken, %v", 8*head, sample, 8*(len(text)-head), codes)
}
