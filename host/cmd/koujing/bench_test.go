package main

import (
	"context"
	"testing"
	"time"

	"koujing/host"
	"koujing/host/store"
)

func benchmarkDecide(b *testing.B, opts ...host.Option) {
	needEngine(b)
	r, _ := newRunner(b, opts...)
	text := []byte(disputeCase)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		out, err := r.AppendDecision(context.Background(), dst[:0], text)
		if err != nil {
			b.Fatal(err)
		}
		dst = out
	}
	b.ReportMetric(float64(r.Info().Memory), "memory-bytes")
}

func BenchmarkDecide(b *testing.B) { benchmarkDecide(b) }

// What it costs to make every call interruptible.
func BenchmarkDecideWithTimeout(b *testing.B) { benchmarkDecide(b, host.WithTimeout(time.Minute)) }

func BenchmarkDecideInterpreter(b *testing.B) { benchmarkDecide(b, host.WithInterpreter()) }

// A new instance with the default pack, and one decision.
func BenchmarkInstance(b *testing.B) { benchmarkDecide(b, host.WithMaxCallsPerInstance(1)) }

// What a save in the pack folder costs until the edit is live: compile the pack, load it into a new instance.
func BenchmarkEdit(b *testing.B) {
	needEngine(b)
	r, _ := newRunner(b)
	for b.Loop() {
		p, err := store.Compile(store.Source{Kind: store.Embedded, Path: "cn-telecom"})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.Reload(context.Background(), p.Built); err != nil {
			b.Fatal(err)
		}
	}
}
