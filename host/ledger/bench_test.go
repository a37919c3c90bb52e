package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"koujing/host"
)

// What 64 callers at once get, each waiting until its record is on disk. The case has 1 KB, its decision 5.
func BenchmarkRecord(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			l := open(b, b.TempDir(), Options{})
			r := runner(b, open(b, b.TempDir(), Options{}))
			ctx := context.Background()
			for _, m := range []host.Material{{Kind: host.EngineModule, Digest: r.Engine()}, {Kind: host.BuiltPack, Digest: r.Pack().Digest}} {
				if err := l.Keep(ctx, m); err != nil {
					b.Fatal(err)
				}
			}
			c := strings.Replace(pay("C-1", 1), "我姓王", strings.Repeat("说", 300), 1)
			d := strings.Replace(decide(b, r, c).String(), `"length"`, `"pad":"`+strings.Repeat("x", 4000)+`","length"`, 1)
			made := []host.Made{{Case: []byte(c), Decision: []byte(d)}}
			took := make([][]time.Duration, callers)
			each := b.N/callers + 1
			b.SetBytes(int64(len(c) + len(d)))
			b.ResetTimer()
			var wg sync.WaitGroup
			for g := range callers {
				wg.Go(func() {
					for range each {
						start := time.Now()
						if err := l.Record(ctx, made); err != nil {
							b.Error(err)
						}
						took[g] = append(took[g], time.Since(start))
					}
				})
			}
			wg.Wait()
			all := slices.Sorted(func(yield func(time.Duration) bool) {
				for _, list := range took {
					for _, d := range list {
						if !yield(d) {
							return
						}
					}
				}
			})
			info := l.Info()
			b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
			b.ReportMetric(float64(info.Records)/float64(info.Commits), "records/flush")
		})
	}
}

// What an erasure costs in a log of 64 MiB, and those who are recorded meanwhile.
func BenchmarkErase(b *testing.B) {
	l := open(b, b.TempDir(), Options{})
	other := runner(b, open(b, b.TempDir(), Options{}))
	ctx := context.Background()
	for _, m := range []host.Material{{Kind: host.EngineModule, Digest: other.Engine()}, {Kind: host.BuiltPack, Digest: other.Pack().Digest}} {
		if err := l.Keep(ctx, m); err != nil {
			b.Fatal(err)
		}
	}
	c := strings.Replace(pay("C-1", 1), "我姓王", strings.Repeat("说", 300), 1)
	d := strings.Replace(decide(b, other, c).String(), `"length"`, `"pad":"`+strings.Repeat("x", 4000)+`","length"`, 1)
	made := host.Made{Case: []byte(c), Decision: []byte(d)}
	many := slices.Repeat([]host.Made{made}, 500)
	for l.Info().Bytes < 64<<20 {
		if err := l.Record(WithCustomer(ctx, "somebody else"), many); err != nil {
			b.Fatal(err)
		}
	}
	var slowest time.Duration
	done := make(chan struct{})
	var recording sync.WaitGroup
	recording.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			start := time.Now()
			if err := l.Record(WithCustomer(ctx, "somebody else"), []host.Made{made}); err != nil {
				b.Error(err)
			}
			slowest = max(slowest, time.Since(start))
		}
	})
	b.SetBytes(int64(l.Info().Bytes))
	for b.Loop() {
		if err := l.Record(WithCustomer(ctx, "him"), many[:4]); err != nil {
			b.Fatal(err)
		}
		if got, err := l.Erase(ctx, "him"); got.Cases != 4 || err != nil {
			b.Fatal(got, err)
		}
	}
	close(done)
	recording.Wait()
	b.ReportMetric(float64(slowest.Milliseconds()), "slowest-record-ms")
}

func BenchmarkMask(b *testing.B) {
	m, err := newMask(DefaultMask)
	if err != nil {
		b.Fatal(err)
	}
	text := []byte(pay("C-1", 1))
	var dst []byte
	for b.Loop() {
		dst = m.append(dst[:0], text, nil)
	}
}
