package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"koujing/core"
	"koujing/host"
	"koujing/host/server"
)

// way is a way for a service to have cases decided: a pass works through all of a load's.
type way struct {
	name    string
	callers int // that go at it at a time
	count   int // of decisions in a pass
	pass    func() error
}

// printService shows what a service gets out of the engine on a load, with one instance and with two, by calls and over HTTP.
func printService(ctx context.Context, module []byte, cache string, l *load) error {
	native, refused := core.Load(l.pack, [32]byte{})
	if refused != nil {
		return refused
	}
	lines := bytes.Repeat(append(bytes.Join(l.cases, []byte("\n")), '\n'), streamed)
	var dst []byte
	ways := []way{{"native Go", 1, len(l.cases), func() error {
		for _, text := range l.cases {
			dst = native.Decide(dst[:0], text)
		}
		return nil
	}}}
	for _, instances := range []int{1, 2} {
		r, err := host.New(ctx, host.WithModule(module), host.WithPack(l.pack), host.WithCacheDir(cache), host.WithPoolSize(instances))
		if err != nil {
			return err
		}
		defer r.Close(ctx)
		s, err := server.New(server.Options{Runner: r})
		if err != nil {
			return err
		}
		srv := httptest.NewServer(s)
		defer srv.Close()
		of := fmt.Sprintf("%d instances", instances)
		if instances == 1 {
			of = "1 instance"
		}
		url := srv.URL + "/v1/decide"
		ways = append(ways,
			way{"wazero, " + of, instances, len(l.cases), func() error { return callAll(ctx, r, l) }},
			way{"HTTP, a case a request, " + of, instances, len(l.cases), func() error {
				for _, text := range l.cases {
					if err := post(srv.Client(), url, "application/json", text, 1); err != nil {
						return err
					}
				}
				return nil
			}},
			way{"HTTP, NDJSON, " + of, instances, streamed * len(l.cases), func() error {
				return post(srv.Client(), url, "application/x-ndjson", lines, streamed*len(l.cases))
			}})
	}
	heading("decisions a second for a service, %s", l.name)
	samples := make([][]float64, len(ways))
	for range *rounds {
		for i, w := range ways {
			rate, err := w.rate(*span)
			if err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			samples[i] = append(samples[i], rate)
		}
	}
	base := median(samples[0])
	for i, w := range ways {
		rate := median(samples[i])
		fmt.Printf("%-40s %9.0f   %8.1f µs each   1 : %.1f\n", w.name, rate, 1e6/rate, base/rate)
	}
	fmt.Println("as many callers as instances; the client of HTTP runs on the same processors. 1 : n is to native Go on one")
	return nil
}

// streamed is how often a stream of NDJSON holds the load's cases.
const streamed = 20

func callAll(ctx context.Context, r *host.Runner, l *load) error {
	var dst []byte
	for _, text := range l.cases {
		var err error
		if dst, err = r.AppendDecision(ctx, dst[:0], text); err != nil {
			return err
		}
	}
	return nil
}

// post sends cases and wants so many lines of decisions, the last with or without its end.
func post(client *http.Client, url, kind string, body []byte, want int) error {
	res, err := client.Post(url, kind, bytes.NewReader(body))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return err
	}
	if got := bytes.Count(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) + 1; res.StatusCode != http.StatusOK || got != want {
		return fmt.Errorf("status %d, %d lines, want %d", res.StatusCode, got, want)
	}
	return nil
}

// rate is decisions a second, all callers together, over a span.
func (w *way) rate(span time.Duration) (float64, error) {
	counts, failures := make([]int, w.callers), make([]error, w.callers)
	var all sync.WaitGroup
	begin := time.Now()
	for i := range w.callers {
		all.Go(func() {
			for failures[i] == nil && time.Since(begin) < span {
				failures[i] = w.pass()
				counts[i] += w.count
			}
		})
	}
	all.Wait()
	took := time.Since(begin).Seconds()
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return float64(sum) / took, errors.Join(failures...)
}
