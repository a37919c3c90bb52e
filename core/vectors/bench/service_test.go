package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"syscall"
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

// measureService prints what a service gets out of the engine.
func measureService(ctx context.Context, module []byte, cache string, l *load) error {
	if err := printService(ctx, module, cache, l); err != nil {
		return err
	}
	return printBeside(ctx, module, cache, l)
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
		r, srv, stop, err := service(ctx, module, cache, l, instances)
		if err != nil {
			return err
		}
		defer stop()
		of := instancesText(instances)
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

// beside is a server with so many instances, and what one stream and some callers of single cases get from it: each by
// itself, then both at once.
type beside struct {
	instances                  int
	stream, streamBoth         []float64 // decisions a second
	cpu                        []float64 // ns a decision of the stream, client and all
	single, singleBoth         []float64
	p50, p99, p50Both, p99Both []float64 // of a single case, in ms
	url                        string
	client                     *http.Client
	lines                      []byte
	want                       int
	load                       *load
}

// service is the HTTP service on a runner of so many instances, with what stops both.
func service(ctx context.Context, module []byte, cache string, l *load, instances int) (*host.Runner, *httptest.Server, func(), error) {
	r, err := host.New(ctx, host.WithModule(module), host.WithPack(l.pack), host.WithCacheDir(cache), host.WithPoolSize(instances))
	if err != nil {
		return nil, nil, nil, err
	}
	s, err := server.New(server.Options{Runner: r})
	if err != nil {
		return nil, nil, nil, errors.Join(err, r.Close(ctx))
	}
	srv := httptest.NewServer(s)
	return r, srv, func() { srv.Close(); _ = r.Close(ctx) }, nil
}

// besideCallers send single cases beside the stream.
const besideCallers = 4

// printBeside shows what a stream takes from those who send a case a request, and they from it.
func printBeside(ctx context.Context, module []byte, cache string, l *load) error {
	var all []*beside
	for _, instances := range []int{1, 2} {
		_, srv, stop, err := service(ctx, module, cache, l, instances)
		if err != nil {
			return err
		}
		defer stop()
		all = append(all, &beside{instances: instances, url: srv.URL + "/v1/decide", client: srv.Client(), load: l,
			lines: bytes.Repeat(append(bytes.Join(l.cases, []byte("\n")), '\n'), streamed), want: streamed * len(l.cases)})
	}
	for range *rounds {
		for _, b := range all {
			if err := b.round(*span); err != nil {
				return err
			}
		}
	}
	heading("one stream of NDJSON, and %d callers of single cases beside it, %s", besideCallers, l.name)
	fmt.Printf("%-12s %40s %18s %34s %34s\n", "", "stream alone", "stream with them", "single cases alone", "with the stream")
	for _, b := range all {
		fmt.Printf("%-12s %12.0f /s, %5.1f µs of CPU each %12.0f /s    %8.0f /s  p50 %5.2f  p99 %6.2f ms  %8.0f /s  p50 %5.2f  p99 %6.2f ms\n", instancesText(b.instances),
			median(b.stream), median(b.cpu)/1e3, median(b.streamBoth), median(b.single), median(b.p50), median(b.p99), median(b.singleBoth), median(b.p50Both), median(b.p99Both))
	}
	return nil
}

func instancesText(n int) string {
	if n == 1 {
		return "1 instance"
	}
	return fmt.Sprintf("%d instances", n)
}

// round measures each once.
func (b *beside) round(long time.Duration) error {
	passes := 0
	stream := &way{"stream", 1, b.want, func() error {
		passes++
		return post(b.client, b.url, "application/x-ndjson", b.lines, b.want)
	}}
	before := cpuTime()
	alone, err := stream.rate(long)
	if err != nil {
		return err
	}
	b.cpu = append(b.cpu, float64((cpuTime()-before).Nanoseconds())/float64(passes*b.want))
	single, took, err := b.singles(long)
	if err != nil {
		return err
	}
	both := make(chan error, 1)
	var rate float64
	go func() {
		var err error
		rate, err = stream.rate(long)
		both <- err
	}()
	singleBoth, tookBoth, err := b.singles(long)
	if err = errors.Join(err, <-both); err != nil {
		return err
	}
	b.stream, b.streamBoth = append(b.stream, alone), append(b.streamBoth, rate)
	b.single, b.singleBoth = append(b.single, single), append(b.singleBoth, singleBoth)
	b.p50, b.p99 = append(b.p50, at(took, 50)), append(b.p99, at(took, 99))
	b.p50Both, b.p99Both = append(b.p50Both, at(tookBoth, 50)), append(b.p99Both, at(tookBoth, 99))
	return nil
}

// singles sends one case after the other from each caller, and tells how long each took, sorted.
func (b *beside) singles(long time.Duration) (rate float64, took []time.Duration, err error) {
	times, failures := make([][]time.Duration, besideCallers), make([]error, besideCallers)
	var all sync.WaitGroup
	begin := time.Now()
	for i := range besideCallers {
		all.Go(func() {
			for n := i; failures[i] == nil && time.Since(begin) < long; n++ {
				start := time.Now()
				failures[i] = post(b.client, b.url, "application/json", b.load.cases[n%len(b.load.cases)], 1)
				times[i] = append(times[i], time.Since(start))
			}
		})
	}
	all.Wait()
	whole := time.Since(begin).Seconds()
	took = slices.Concat(times...)
	slices.Sort(took)
	return float64(len(took)) / whole, took, errors.Join(failures...)
}

// cpuTime is what this process has had of the processors.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// at is a percentile in ms.
func at(sorted []time.Duration, percent int) float64 {
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)].Seconds() * 1e3
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
