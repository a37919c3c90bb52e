package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"
)

// The answers are those that Decide gives line by line, in that order, however the input arrives in pieces.
func TestStream(t *testing.T) {
	r := newRunner(t, WithPoolSize(3))
	rng := rand.New(rand.NewSource(1))
	var in, want bytes.Buffer
	var stats StreamStats
	for i := range 1500 {
		line := fmt.Sprintf(`{"do":"work","times":%d,"i":%d,"pad":"%s"}`, rng.Intn(30), i, strings.Repeat("长", rng.Intn(200)))
		switch i % 50 {
		case 7:
			line = strings.Repeat(" ", i%3)
		case 9:
			line = "no case"
		case 11:
			line = `{"pad":"` + strings.Repeat("x", 70_000) + `"}`
		}
		in.WriteString(line)
		in.WriteString([]string{"\n", "\r\n"}[i%2])
		if strings.TrimSpace(line) == "" {
			continue
		}
		d := decide(t, r, line)
		stats.Lines++
		if d.Status() == "invalid" {
			stats.Invalid++
			if stats.FirstInvalid == 0 {
				stats.FirstInvalid = stats.Lines
			}
		} else {
			stats.Decided++
		}
		want.Write(d.Bytes())
		want.WriteByte('\n')
	}
	for _, parallel := range []int{1, 3} {
		for name, rd := range map[string]io.Reader{
			"whole": bytes.NewReader(in.Bytes()), "halves": iotest.HalfReader(bytes.NewReader(in.Bytes())),
			"no newline at the end": strings.NewReader(strings.TrimRight(in.String(), "\r\n")),
		} {
			var out bytes.Buffer
			got, err := r.DecideStream(context.Background(), rd, &out, StreamOptions{Parallel: parallel})
			if err != nil || got != stats || !bytes.Equal(out.Bytes(), want.Bytes()) {
				t.Errorf("%s, %d at a time: %+v, %v; want %+v; same bytes: %v", name, parallel, got, err, stats, bytes.Equal(out.Bytes(), want.Bytes()))
			}
		}
	}
}

func TestStreamFailures(t *testing.T) {
	ctx := context.Background()
	r := newRunner(t)
	in := "{}\n\n{\"do\":\"trap\"}\n{\"pad\":\"" + strings.Repeat("x", 100) + "\"}\n{}\n"
	ok := decide(t, r, "{}").String() + "\n"

	var out bytes.Buffer
	stats, err := r.DecideStream(ctx, strings.NewReader(in), &out, StreamOptions{MaxLine: 50})
	var line *LineError
	var trap *TrapError
	if !errors.As(err, &line) || line.Line != 3 || !errors.As(err, &trap) || out.String() != ok || stats.Failed != 1 {
		t.Errorf("%v, %+v, %s", err, stats, out.String())
	}

	out.Reset()
	stats, err = r.DecideStream(ctx, strings.NewReader(in), &out, StreamOptions{MaxLine: 50, Failed: func(n int, err error) ([]byte, error) {
		return fmt.Appendf(nil, "%d %v", n, errors.Is(err, ErrTooLarge)), nil
	}})
	if err != nil || out.String() != ok+"3 false\n4 true\n"+ok || stats != (StreamStats{Lines: 4, Decided: 2, Failed: 2}) {
		t.Errorf("%v, %+v, %s", err, stats, out.String())
	}

	broken := errors.New("broken")
	if _, err := r.DecideStream(ctx, iotest.ErrReader(broken), io.Discard, StreamOptions{}); err != broken {
		t.Errorf("a reader that fails: %v", err)
	}
	rd, wr := io.Pipe()
	rd.CloseWithError(broken)
	if _, err := r.DecideStream(ctx, strings.NewReader("{}\n"), wr, StreamOptions{}); err != broken {
		t.Errorf("a writer that fails: %v", err)
	}
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	rd, wr = io.Pipe() // says nothing before the end of the test
	defer wr.Close()
	if _, err := r.DecideStream(short, rd, io.Discard, StreamOptions{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an input that hangs: %v", err)
	}
}

// Each line is answered before the next one is there: a dialogue doesn't wait for a buffer to fill.
func TestStreamIsPrompt(t *testing.T) {
	r := newRunner(t)
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := r.DecideStream(context.Background(), inR, outW, StreamOptions{Parallel: 2})
		outW.Close()
		done <- err
	}()
	want := decide(t, r, "{}").String() + "\n"
	buf := make([]byte, len(want))
	for range 5 {
		if _, err := io.WriteString(inW, "{}\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(outR, buf); err != nil || string(buf) != want {
			t.Fatalf("%s, %v", buf, err)
		}
	}
	inW.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A stream stands in line like a single call; what more of it there is takes only what nobody waits for, until the lines
// before it are answered.
func TestStreamTurns(t *testing.T) {
	r := newRunner(t, WithPoolSize(1))
	ctx := context.Background()
	if err := r.enter(ctx); err != nil {
		t.Fatal(err)
	}
	order := make(chan string)
	var first atomic.Bool
	enter := func(name string, inLine func() bool) {
		go func() {
			if err := r.enterIdle(ctx, inLine); err != nil {
				t.Error(err)
			}
			order <- name
			r.leave()
		}()
	}
	waiting := func(n int64) {
		for r.waiting.Load() != n {
			runtime.Gosched()
		}
		time.Sleep(10 * time.Millisecond) // and is parked
	}
	never := func() bool { return false }
	enter("the rest of a stream", never)
	time.Sleep(10 * time.Millisecond)
	enter("a call", nil)
	waiting(1)
	r.leave()
	for _, want := range []string{"a call", "the rest of a stream"} {
		if got := <-order; got != want {
			t.Fatalf("%s went before %s", got, want)
		}
	}
	if err := r.enter(ctx); err != nil {
		t.Fatal(err)
	}
	enter("lines that are next now", first.Load)
	time.Sleep(10 * time.Millisecond)
	first.Store(true)
	enter("a call", nil)
	waiting(1)
	r.leave()
	for _, want := range []string{"lines that are next now", "a call"} {
		if got := <-order; got != want {
			t.Fatalf("%s went before %s", got, want)
		}
	}
	if err := r.enter(ctx); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithCancel(ctx)
	cancel()
	if err := r.enterIdle(short, never); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	r.leave()
}

// Two streams and a crowd of single calls share one instance and three: everybody is answered, in order and right.
func TestStreamBesideCalls(t *testing.T) {
	n := 1200
	if testing.Short() {
		n = 300
	}
	for _, pool := range []int{1, 3} {
		r := newRunner(t, WithPoolSize(pool))
		var in, want bytes.Buffer
		for i := range n {
			line := fmt.Sprintf(`{"do":"work","times":20,"i":%d}`, i)
			fmt.Fprintln(&in, line)
			want.Write(append(decide(t, r, line).Bytes(), '\n'))
		}
		single := decide(t, r, `{"do":"work","times":20}`).String()
		ended := make(chan struct{})
		var calls, streams sync.WaitGroup
		var answered atomic.Int64
		for range 6 {
			calls.Go(func() {
				for {
					select {
					case <-ended:
						return
					default:
					}
					if d, err := r.Decide(context.Background(), []byte(`{"do":"work","times":20}`)); err != nil || d.String() != single {
						t.Error(err, d)
						return
					}
					answered.Add(1)
				}
			})
		}
		for range 2 {
			streams.Go(func() {
				var out bytes.Buffer
				stats, err := r.DecideStream(context.Background(), bytes.NewReader(in.Bytes()), &out, StreamOptions{Parallel: 4})
				if err != nil || stats.Lines != n || !bytes.Equal(out.Bytes(), want.Bytes()) {
					t.Errorf("%+v %v, the same bytes: %v", stats, err, bytes.Equal(out.Bytes(), want.Bytes()))
				}
			})
		}
		streams.Wait()
		close(ended)
		calls.Wait()
		if answered.Load() == 0 {
			t.Error("no single call was answered beside the streams")
		}
	}
}

// lines gives n times the same line and counts how far it was read.
type lines struct{ n, read int }

func (l *lines) Read(p []byte) (int, error) {
	const line = `{"do":"answer"}` + "\n"
	got := 0
	for l.read < l.n && got+len(line) <= len(p) {
		got += copy(p[got:], line)
		l.read++
	}
	if got == 0 {
		return 0, io.EOF
	}
	return got, nil
}

// Who doesn't read the answers stops the reading of the cases.
func TestStreamBackPressure(t *testing.T) {
	r := newRunner(t)
	in := &lines{n: 1 << 40}
	_, outW := io.Pipe()
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	done := make(chan struct{})
	go func() {
		r.DecideStream(ctx, in, outW, StreamOptions{Parallel: 2})
		close(done)
	}()
	time.Sleep(150 * time.Millisecond)
	outW.CloseWithError(io.ErrClosedPipe)
	<-done
	if most := 6 * batchBytes / 10; in.read > most {
		t.Errorf("read %d lines ahead, want at most %d", in.read, most)
	}
}

// So many answers wait for whoever doesn't read them, with one at work on the stream or with many: a server with hundreds of
// such streams must stand it.
func TestStreamWaiting(t *testing.T) {
	for _, parallel := range []int{1, 4} {
		r := newRunner(t, WithPoolSize(4))
		before := r.Info().Calls
		_, outW := io.Pipe()
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			r.DecideStream(ctx, &lines{n: 1 << 40}, outW, StreamOptions{Parallel: parallel})
			close(done)
		}()
		made := func() uint64 { return r.Info().Calls - before }
		for last := uint64(0); made() == 0 || made() != last; time.Sleep(200 * time.Millisecond) {
			last = made()
		}
		outW.CloseWithError(io.ErrClosedPipe)
		cancel()
		<-done
		if n := made(); n > 2*64+8 {
			t.Errorf("%d at a time: %d answers wait", parallel, n)
		}
	}
}

func TestStreamMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("decides 60,000 cases")
	}
	r := newRunner(t)
	peak := func(n int) uint64 {
		var most uint64
		var ms runtime.MemStats
		count := 0
		runtime.GC()
		_, err := r.DecideStream(context.Background(), &lines{n: n}, writerFunc(func(p []byte) (int, error) {
			if count++; count%16 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&ms)
				most = max(most, ms.HeapAlloc)
			}
			return len(p), nil
		}), StreamOptions{Parallel: 2})
		if err != nil {
			t.Fatal(err)
		}
		return most
	}
	peak(6_000) // until the instances have the memory they need
	few, many := peak(6_000), peak(60_000)
	if many > few+(4<<20) { // the answers alone would be 30 MB
		t.Errorf("live heap %d bytes after 6,000 lines, %d after 60,000", few, many)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
