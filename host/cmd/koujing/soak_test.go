package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"koujing/host"
	"koujing/host/ledger"
)

// soaking tells whether the tests here run for as long as make soak wants, or shortly as every test does.
func soaking() bool { return os.Getenv("KOUJING_SOAK") == "1" }

func either[T any](long, short T) T {
	if soaking() {
		return long
	}
	return short
}

// binary builds the program, to be started and killed as one.
func binary(t *testing.T) string {
	t.Helper()
	needEngine(t)
	if testing.Short() {
		t.Skip("builds and starts the program")
	}
	program := filepath.Join(t.TempDir(), "koujing")
	if out, err := exec.Command("go", "build", "-o", program, "koujing/host/cmd/koujing").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// A process is the program as a server of its own.
type process struct {
	cmd *exec.Cmd
	url string
}

func launch(t *testing.T, program, data string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, "serve", "--addr", "127.0.0.1:0", "--log", "off", "--data", data)}
	p.cmd.Env = append(os.Environ(), cacheVar+"="+os.Getenv(cacheVar))
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url := regexp.MustCompile(`http://[^/\s]+`).FindString(lines.Text()); url != "" {
			p.url = url
		}
		if strings.Contains(lines.Text(), "  log ") {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p
		}
	}
	t.Fatal("the server didn't start")
	return nil
}

// figure reads one of the server's own figures.
func (p *process) figure(t *testing.T, name string) float64 {
	t.Helper()
	res, err := http.Get(p.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("no figure %s", name)
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// richCase is a payment with all that comes along: a complaint, a talk, a transcript.
func richCase(id int) []byte {
	return fmt.Appendf(nil, `{"id":"C-%d","now":"2026-11-22T10:00:00+08:00","channel":"hall","intent":"fee_not_ordered","agent":{"id":"8812","role":"clerk","authority_fen":50000},`+
		`"customer":{"surname":"王","form":"ms","is_owner":true,"emotion":"upset"},"lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed","confirmed_at":"2026-11-21T10:00:00+08:00"},`+
		`{"id":"L2","charged_fen":%d,"verification":"pending"}],"complaint":{"kind":"tariff","state":"working","opened_at":"2026-11-21T09:00:00+08:00"},`+
		`"transcript":[{"by":"agent","text":"您好，请问有什么可以帮您？"},{"by":"customer","text":"我没有订过这个业务"}]}`, id, 100+id%1000)
}

// tally is what a crowd of clients got.
type tally struct {
	ok, sentAway, wrong atomic.Int64
	mu                  sync.Mutex
	took                []time.Duration
}

// crowd lets n clients send one case after the other for a while, each of another id, from the one given on.
func (p *process) crowd(n int, long time.Duration, from int, got func(id int, decision []byte)) *tally {
	t := &tally{}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}
	defer client.CloseIdleConnections()
	end := time.Now().Add(long)
	var wg sync.WaitGroup
	for g := range n {
		wg.Go(func() {
			var took []time.Duration
			for i := 0; time.Now().Before(end); i++ {
				id := from + g*10_000_000 + i
				start := time.Now()
				res, err := client.Post(p.url+"/v1/decide", "application/json", bytes.NewReader(richCase(id)))
				if err != nil {
					t.wrong.Add(1)
					return
				}
				text, err := io.ReadAll(res.Body)
				_ = res.Body.Close()
				switch {
				case err == nil && res.StatusCode == http.StatusOK && bytes.Contains(text, []byte(`"pay_fen":2000`)):
					took = append(took, time.Since(start))
					t.ok.Add(1)
					if got != nil {
						got(id, text)
					}
				case err == nil && (res.StatusCode == 429 || res.StatusCode == 503) && res.Header.Get("Retry-After") != "":
					t.sentAway.Add(1)
					time.Sleep(50 * time.Millisecond) // less than a well-behaved client waits
				default:
					t.wrong.Add(1)
					return
				}
			}
			t.mu.Lock()
			t.took = append(t.took, took...)
			t.mu.Unlock()
		})
	}
	wg.Wait()
	slices.Sort(t.took)
	return t
}

func (t *tally) at(percent int) time.Duration {
	if len(t.took) == 0 {
		return 0
	}
	return t.took[min(len(t.took)-1, len(t.took)*percent/100)]
}

// TestLoad: 64 clients at once get their decisions, each on disk; of 1,000 the surplus is sent away with a time to come
// again; afterwards nothing is left.
func TestLoad(t *testing.T) {
	p := launch(t, binary(t), t.TempDir())
	p.crowd(4, time.Second, 0, nil)
	goroutines := p.figure(t, "go_goroutines")
	long := either(5*time.Minute, 2*time.Second)
	got := p.crowd(64, long, 0, nil)
	t.Logf("64 clients, %v: %.0f decisions a second, p50 %v, p99 %v, %.0f flushes, resident %.0f MB", long,
		float64(got.ok.Load())/long.Seconds(), got.at(50), got.at(99), p.figure(t, "koujing_log_commits_total"), p.figure(t, "process_resident_memory_bytes")/1e6)
	if got.wrong.Load() > 0 || got.sentAway.Load() > 0 || got.ok.Load() == 0 {
		t.Errorf("64 clients: %d answered, %d sent away, %d wrong", got.ok.Load(), got.sentAway.Load(), got.wrong.Load())
	}
	long = either(time.Minute, 2*time.Second)
	got = p.crowd(1000, long, 0, nil)
	resident := p.figure(t, "process_resident_memory_bytes")
	t.Logf("1,000 clients, %v: %.0f decisions a second, p99 %v, %d sent away, resident %.0f MB", long,
		float64(got.ok.Load())/long.Seconds(), got.at(99), got.sentAway.Load(), resident/1e6)
	if got.wrong.Load() > 0 || got.ok.Load() == 0 || got.sentAway.Load() == 0 {
		t.Errorf("1,000 clients: %d answered, %d sent away, %d wrong", got.ok.Load(), got.sentAway.Load(), got.wrong.Load())
	}
	if resident > 512e6 {
		t.Errorf("%.0f MB resident", resident/1e6)
	}
	http.DefaultClient.CloseIdleConnections()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		if now := p.figure(t, "go_goroutines"); now <= goroutines+8 {
			break
		} else if time.Now().After(end) {
			t.Errorf("%v goroutines, %v before the crowd", now, goroutines)
			break
		}
	}
}

// TestKill: whatever the moment at which the server is killed, every decision it gave away is in its log.
func TestKill(t *testing.T) {
	program, data := binary(t), t.TempDir()
	given := map[string]bool{} // digests of cases that were answered
	var mu sync.Mutex
	rounds := either(200, 3)
	for round := range rounds {
		p := launch(t, program, data)
		var first sync.Once // from then on: on a busy machine a server's first decision takes its time
		kill := func() { _ = p.cmd.Process.Kill() }
		p.crowd(16, 20*time.Second, round*1_000_000_000, func(id int, text []byte) {
			first.Do(func() { time.AfterFunc(time.Duration(rand.IntN(400))*time.Millisecond, kill) })
			mu.Lock()
			defer mu.Unlock()
			given[host.ParseDecision(text).Receipt().Case] = true
		})
		kill()
		_ = p.cmd.Wait()
		if round%20 == 0 || round == rounds-1 {
			t.Logf("round %d: %d decisions given away", round+1, len(given))
		}
	}
	if len(given) == 0 {
		t.Fatal("nothing was answered: this shows nothing")
	}
	answered := len(given)
	launch(t, program, data) // mends what the last kill left
	log, err := ledger.OpenLog(filepath.Join(data, decisionsDir), nil)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range log.Records() {
		if err != nil {
			t.Fatal(err)
		}
		if r.Receipt != nil {
			delete(given, r.Receipt.Case)
		}
	}
	if len(given) > 0 {
		t.Errorf("%d of %d decisions that were given away are lost", len(given), answered)
	}
	report, err := ledger.Replay{Start: engineFlags{Cache: os.Getenv(cacheVar)}.startModule}.Run(context.Background(), log)
	if err != nil || report.Differences > 0 || report.Proved < answered {
		t.Errorf("%+v %+v %v", report, report.First, err)
	}
}

// TestMany: memory doesn't grow with the number of decisions, neither the instances' nor the process's.
func TestMany(t *testing.T) {
	needEngine(t)
	if testing.Short() {
		t.Skip("decides 30,000 cases")
	}
	ctx := context.Background()
	_, p, err := packFlag{"cn-telecom"}.compile(&app{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := engineFlags{Cache: os.Getenv(cacheVar)}.start(ctx, host.WithPack(p.Built), host.WithPoolSize(2))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	total := either(1_000_000, 30_000)
	step := total / 10
	var memory []uint64
	var rss []float64
	start := time.Now()
	for done := 0; done < total; done += step {
		var wg sync.WaitGroup
		for g := range 2 {
			wg.Go(func() {
				var dst []byte
				for i := g; i < step; i += 2 {
					out, err := r.AppendDecision(ctx, dst[:0], richCase(done+i))
					if err != nil {
						t.Error(err)
						return
					}
					dst = out
				}
			})
		}
		wg.Wait()
		runtime.GC()
		memory = append(memory, r.Info().Memory)
		rss = append(rss, resident(t))
		t.Logf("%d decisions, %.0f a second: instances %d KB, resident %.1f MB", done+step, float64(done+step)/time.Since(start).Seconds(), memory[len(memory)-1]>>10, rss[len(rss)-1])
	}
	// The first fifth warms up: buffers and the collector find their size.
	t.Logf("slope after the first fifth: %.3f MB a 100,000 decisions", (rss[9]-rss[1])/float64(8*step)*100_000)
	if memory[9] != memory[1] {
		t.Errorf("the instances grew: %v", memory)
	}
}

// resident is the memory of this process in MB; 0 where the system doesn't tell.
func resident(t *testing.T) float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		t.Fatal(err)
	}
	return float64(pages) * float64(os.Getpagesize()) / 1e6
}
