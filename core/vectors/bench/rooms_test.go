package bench

import (
	"cmp"
	"context"
	"math"
	"os"
	"testing"
	"time"

	"koujing/core"
	"koujing/host"
)

// BenchmarkDecide is natively what the report measures, for profiles. best-ns is the fastest of all passes through the
// cases: on a machine that does something else as well, the only figure that stands still.
func BenchmarkDecide(b *testing.B) {
	for _, make := range []func() (*load, error){rules26, worked, func() (*load, error) { return table(1000) }} {
		l, err := make()
		if err != nil {
			b.Fatal(err)
		}
		b.Run(l.name, func(b *testing.B) {
			e, refused := core.Load(l.pack, [32]byte{})
			if refused != nil {
				b.Fatal(refused)
			}
			best := math.Inf(1)
			var dst []byte
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				for _, text := range l.cases {
					dst = e.Decide(dst[:0], text)
				}
				best = min(best, float64(time.Since(start))/float64(len(l.cases)))
			}
			b.ReportMetric(best, "best-ns")
		})
	}
}

// BenchmarkLoad is natively what a pack costs before its first decision.
func BenchmarkLoad(b *testing.B) {
	l, err := worked()
	if err != nil {
		b.Fatal(err)
	}
	best := time.Duration(math.MaxInt64)
	b.SetBytes(int64(len(l.pack)))
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		if _, refused := core.Load(l.pack, [32]byte{}); refused != nil {
			b.Fatal(refused)
		}
		best = min(best, time.Since(start))
	}
	b.ReportMetric(float64(best), "best-ns")
}

// BenchmarkWazero is BenchmarkDecide through the module: the built one, or the one that KOUJING_WASM names.
func BenchmarkWazero(b *testing.B) {
	path := cmp.Or(os.Getenv("KOUJING_WASM"), modulePath)
	module, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	for _, make := range []func() (*load, error){rules26, worked} {
		l, err := make()
		if err != nil {
			b.Fatal(err)
		}
		b.Run(l.name, func(b *testing.B) {
			r, err := host.New(context.Background(), host.WithModule(module), host.WithPack(l.pack), host.WithPoolSize(1))
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close(context.Background())
			best := math.Inf(1)
			var dst []byte
			for b.Loop() {
				start := time.Now()
				for _, text := range l.cases {
					if dst, err = r.AppendDecision(context.Background(), dst[:0], text); err != nil {
						b.Fatal(err)
					}
				}
				best = min(best, float64(time.Since(start))/float64(len(l.cases)))
			}
			b.ReportMetric(best, "best-ns")
		})
	}
}
