package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"koujing/host"
	"koujing/host/internal/behave"
)

var cacheDir string

func TestMain(m *testing.M) {
	var err error
	if cacheDir, err = os.MkdirTemp("", "koujing-cache-"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 { // a goroutine that a test has left behind
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.RemoveAll(cacheDir)
	os.Exit(code)
}

func open(t testing.TB, dir string, opt Options) *Ledger {
	t.Helper()
	l, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func start(ctx context.Context, module []byte) (*host.Runner, error) {
	return host.New(ctx, host.WithModule(module), host.WithCacheDir(cacheDir), host.WithPoolSize(2))
}

// runner makes a runner that records.
func runner(t testing.TB, rec host.Recorder) *host.Runner {
	t.Helper()
	wasm, err := behave.Module()
	if err != nil {
		t.Fatal(err)
	}
	r, err := host.New(context.Background(), host.WithModule(wasm), host.WithPack([]byte(behave.Pack)), host.WithCacheDir(cacheDir), host.WithPoolSize(2), host.WithRecorder(rec))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background()) })
	return r
}

func decide(t testing.TB, r *host.Runner, text string) host.Decision {
	t.Helper()
	d, err := r.Decide(context.Background(), []byte(text))
	if err != nil {
		t.Fatalf("%.80s: %v", text, err)
	}
	return d
}

func pay(customer string, fen int) string {
	return fmt.Sprintf(`{"id":"%s","do":"pay","pay":%d,"customer":{"surname":"王"},"transcript":[{"by":"customer","text":"我姓王"}]}`, customer, fen)
}

// readAll reads a log whole; damage fails the test.
func readAll(t testing.TB, dir string) []Record {
	t.Helper()
	log, err := OpenLog(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []Record
	for r, err := range log.Records() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func replay(t testing.TB, dir string) Report {
	t.Helper()
	log, err := OpenLog(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := Replay{Start: start}.Run(context.Background(), log)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// A log goes on where it was left, in new files when the old ones are big, and one process writes at a time.
func TestReopen(t *testing.T) {
	dir := t.TempDir()
	for i := range 4 {
		l := open(t, dir, Options{SegmentBytes: 4000})
		if _, err := Open(dir, Options{}); !errors.Is(err, ErrLocked) {
			t.Errorf("twice: %v", err)
		}
		r := runner(t, l)
		for k := range 5 {
			decide(t, r, pay("C", i*5+k))
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Decide(context.Background(), []byte(pay("C", 1))); !errors.Is(err, ErrClosed) || !errors.Is(err, host.ErrNotRecorded) {
			t.Error(err)
		}
	}
	all := readAll(t, dir)
	if len(all) != 20 {
		t.Fatalf("%d records", len(all))
	}
	for i, r := range all {
		if r.Seq != uint64(i+1) || r.Outcome.Refund.Pay != int64(i) {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if numbers, _ := segments(dir, evidenceDir); len(numbers) < 3 {
		t.Errorf("segments %v", numbers)
	}
	if rep := replay(t, dir); rep.Proved != 20 || rep.Differences != 0 {
		t.Errorf("%+v", rep)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{
		{Mode: "sometimes"}, {Mode: Sample, Share: 1.5}, {Mode: Sample, Share: -1}, {Mask: []string{""}}, {Mask: []string{"a..b"}},
		{Mask: []string{"a[0]"}}, {Mask: []string{"a:number"}},
	} {
		if _, err := Open(t.TempDir(), o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}
