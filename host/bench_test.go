package host

import (
	"context"
	"testing"
	"time"

	"koujing/host/internal/behave"
)

// The test guest hashes as much as it is told to: 200 rounds take about as long as a rich case does in the engine.
const benchCase = `{"do":"work","times":200}`

func benchmarkDecide(b *testing.B, opts ...Option) {
	r := newRunner(b, opts...)
	text := []byte(benchCase)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		out, err := r.AppendDecision(context.Background(), dst[:0], text)
		if err != nil {
			b.Fatal(err)
		}
		dst = out
	}
}

func BenchmarkDecide(b *testing.B) { benchmarkDecide(b) }

// What it costs to make every call interruptible.
func BenchmarkDecideWithTimeout(b *testing.B) { benchmarkDecide(b, WithTimeout(time.Minute)) }

func BenchmarkDecideInterpreter(b *testing.B) { benchmarkDecide(b, WithInterpreter()) }

// What a new instance costs: after a trap, or when one has served its calls.
func BenchmarkInstance(b *testing.B) { benchmarkDecide(b, WithPoolSize(1), WithMaxCallsPerInstance(1)) }

func BenchmarkNew(b *testing.B) {
	wasm, err := behave.Module()
	if err != nil {
		b.Fatal(err)
	}
	for _, bb := range []struct {
		name string
		dir  string
	}{{"cold", ""}, {"cached", cacheDir}} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				r, err := New(context.Background(), WithModule(wasm), WithPack([]byte(packA)), WithCacheDir(bb.dir))
				if err != nil {
					b.Fatal(err)
				}
				r.Close(context.Background())
			}
		})
	}
}
