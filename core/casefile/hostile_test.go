package casefile_test

import (
	"testing"

	"koujing/core/canon"
	"koujing/core/casefile"
)

// BenchmarkHostile is the most work a case can make: as many faults as fit, a path each.
func BenchmarkHostile(b *testing.B) {
	text := []byte("{" + now + `,"customer":{"surname":"王"`)
	for i := 0; len(text) < casefile.MaxBytes-20; i++ {
		text = append(text, `,"`...)
		text = canon.AppendInt(text, int64(i))
		text = append(text, `":0`...)
	}
	text = append(text, "}}"...)
	x := newBench(terms())
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if f := x.decoder.Decode(text, &x.c); len(f) < 20000 {
			b.Fatal(len(f), f[0])
		}
	}
}
