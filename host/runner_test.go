package host

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"koujing/host/internal/behave"
)

func sha(text []byte) string {
	s := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(s[:])
}

func TestDecide(t *testing.T) {
	wasm, _ := behave.Module()
	r := newRunner(t)
	c := `{"do":"answer"}`
	d := decide(t, r, " "+c+"\n")
	if d.Status() != "decided" {
		t.Errorf("status %q in %s", d.Status(), d)
	}
	want := Receipt{Engine: sha(wasm), Pack: sha([]byte(packA)), Case: sha([]byte(c))}
	got := d.Receipt()
	want.Decision = got.Decision
	if got != want || got.Decision == "" {
		t.Errorf("receipt %+v, want %+v", got, want)
	}
	if r.Engine() != want.Engine || r.Pack() != (Pack{"p", "A", want.Pack}) {
		t.Errorf("engine %s, pack %+v", r.Engine(), r.Pack())
	}
	if d := decide(t, r, "{"); d.Status() != "invalid" {
		t.Errorf("status %q in %s", d.Status(), d)
	}
}

// A big pack is no reason to exchange the instance after every call, unlike a big case.
func TestBigPack(t *testing.T) {
	big := `{"id":"p","version":"` + strings.Repeat("1", 2*keepInput) + `"}`
	r := newRunner(t, WithPoolSize(1), WithPack([]byte(big)))
	for range 10 {
		decide(t, r, `{"do":"answer"}`)
	}
	if info := r.Info(); info.Created != 1 || info.Retired != 0 {
		t.Errorf("%d instances made, %d exchanged", info.Created, info.Retired)
	}
}

// Every size up to the limit crosses the boundary whole, also those that make the buffer grow and those after which
// the instance is exchanged.
func TestDecideSizes(t *testing.T) {
	r := newRunner(t, WithPoolSize(1))
	for _, n := range []int{0, 1, 100, firstInput - 1, firstInput, firstInput + 1, 200 << 10, keepInput, keepInput + 1, 8 << 20, 100} {
		d := decide(t, r, strings.Repeat("x", n))
		var doc struct {
			Results struct{ Guest struct{ Length int } }
		}
		if err := d.Decode(&doc); err != nil || doc.Results.Guest.Length != n {
			t.Errorf("%d bytes: the guest saw %d (%v)", n, doc.Results.Guest.Length, err)
		}
	}
	if info := r.Info(); info.Retired != 2 || info.Traps != 0 {
		t.Errorf("want both big inputs to end an instance: %+v", info)
	}
	if _, err := r.Decide(context.Background(), make([]byte, MaxInput+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("over the limit: %v", err)
	}
}

// After whatever a guest does wrong, the error is typed, the instance is gone and the next decision is right.
func TestTraps(t *testing.T) {
	for _, interpreter := range []bool{false, true} {
		var opts []Option
		if interpreter {
			opts = append(opts, WithInterpreter())
		}
		r := newRunner(t, append(opts, WithPoolSize(1))...)
		want := decide(t, r, `{"do":"answer"}`)
		for _, tt := range []struct{ do, stderr string }{
			{"trap", "told to trap"}, {"nil", "nil pointer"}, {"exit", ""}, {"grow", "out of memory"},
			{"deep", ""}, {"outside", ""}, {"garbage", ""}, {"empty", ""},
		} {
			if interpreter && (tt.do == "grow" || tt.do == "deep") && testing.Short() {
				continue
			}
			before := r.Info()
			_, err := r.Decide(context.Background(), []byte(`{"do":"`+tt.do+`"}`))
			var trap *TrapError
			if !errors.As(err, &trap) || trap.Op != "decide" || !strings.Contains(trap.Stderr, tt.stderr) {
				t.Errorf("interpreter %v, %s: %+v", interpreter, tt.do, err)
				if trap != nil {
					t.Logf("stderr: %s", trap.Stderr)
				}
			}
			if got := decide(t, r, `{"do":"answer"}`); !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("after %s: %s", tt.do, got)
			}
			after := r.Info()
			if after.Traps != before.Traps+1 || after.Created != before.Created+1 || after.Instances != 1 {
				t.Errorf("%s: the instance was used again: %+v then %+v", tt.do, before, after)
			}
		}
	}
}

func TestTimeout(t *testing.T) {
	r := newRunner(t, WithTimeout(2*time.Second))
	_, err := r.Decide(context.Background(), []byte(`{"do":"spin"}`))
	var trap *TrapError
	if !errors.As(err, &trap) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("want a trap by deadline: %v", err)
	}
	decide(t, r, `{"do":"answer"}`)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err = r.Decide(ctx, []byte(`{"do":"spin"}`)); !errors.Is(err, context.Canceled) {
		t.Fatalf("want a trap by cancellation: %v", err)
	}
	decide(t, r, `{"do":"answer"}`)
}

// A call that waits for its turn stops waiting when its context ends.
func TestWaitingEnds(t *testing.T) {
	r := newRunner(t, WithPoolSize(1))
	if err := r.enter(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := r.Decide(ctx, []byte(`{}`)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	r.leave()
	decide(t, r, `{}`)
}

func TestMaxCalls(t *testing.T) {
	r := newRunner(t, WithPoolSize(1), WithMaxCallsPerInstance(3))
	var seen []string
	for range 7 {
		var doc struct {
			Results struct{ Guest struct{ Note int } }
		}
		if err := decide(t, r, `{"do":"calls"}`).Decode(&doc); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, fmt.Sprint(doc.Results.Guest.Note))
	}
	if got := strings.Join(seen, " "); got != "1 2 3 1 2 3 1" {
		t.Errorf("calls as instances count them: %s", got)
	}
}

func TestNewErrors(t *testing.T) {
	wasm, err := behave.Module()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var module *ModuleError
	var pack *PackError
	var trap *TrapError
	base := []Option{WithModule(wasm), WithCacheDir(cacheDir)}
	with := func(o ...Option) []Option { return append(base[:len(base):len(base)], o...) }
	for _, tt := range []struct {
		name string
		opts []Option
		ok   func(error) bool
	}{
		{"no module", nil, func(err error) bool { return errors.Is(err, ErrNoModule) }},
		{"no wasm", []Option{WithModule([]byte("x"))}, func(err error) bool { return errors.As(err, &module) }},
		{"no exports", []Option{WithModule([]byte("\x00asm\x01\x00\x00\x00"))}, func(err error) bool {
			return errors.As(err, &module) && strings.Contains(err.Error(), "_initialize")
		}},
		{"pool of 0", with(WithPoolSize(0)), func(err error) bool { return err != nil }},
		{"too much memory", with(WithMemoryLimitPages(5000)), func(err error) bool { return err != nil }},
		{"too little memory", with(WithMemoryLimitPages(1)), func(err error) bool { return err != nil }},
		{"refused pack", with(WithPack([]byte(`{"trouble":"refuse"}`))), func(err error) bool {
			return errors.As(err, &pack) && *pack == PackError{"bad_rule", "program.rules[3]", "told to refuse"}
		}},
		{"trap in load", with(WithPack([]byte(`{"trouble":"trap"}`))), func(err error) bool {
			return errors.As(err, &trap) && trap.Op == "load"
		}},
		{"garbage from load", with(WithPack([]byte(`{"trouble":"garbage"}`))), func(err error) bool {
			return errors.As(err, &trap) && trap.Op == "load"
		}},
	} {
		r, err := New(ctx, tt.opts...)
		if r != nil || !tt.ok(err) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	r, err := New(ctx, base...)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	if _, err := r.Decide(ctx, []byte(`{}`)); !errors.Is(err, ErrNoPack) {
		t.Errorf("no pack: %v", err)
	}
}

// A cache that can't be used is left out, and what it holds when damaged is not trusted.
func TestCache(t *testing.T) {
	tiny := WithModule(tinyGuest())
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := newRunner(t, tiny, WithCacheDir(file)); r.Info().CacheErr == nil {
		t.Error("a file as cache folder: no word of it")
	} else {
		decide(t, r, `{}`)
	}

	dir := t.TempDir()
	want := decide(t, newRunner(t, tiny, WithCacheDir(dir)), `{}`)
	entries, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
	if len(entries) == 0 {
		t.Fatal("nothing was cached")
	}
	for _, damage := range []func([]byte) []byte{
		func(b []byte) []byte { return b[:len(b)/2] },
		func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		func([]byte) []byte { return nil },
	} {
		for _, e := range entries {
			b, err := os.ReadFile(e)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(e, damage(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		r := newRunner(t, tiny, WithCacheDir(dir))
		if got := decide(t, r, `{}`); !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("with a damaged cache: %s", got)
		}
	}
}

func TestReload(t *testing.T) {
	ctx := context.Background()
	r := newRunner(t)
	a := r.Pack()
	for _, bad := range []string{`{"trouble":"refuse"}`, `{"trouble":"trap"}`, `{"trouble":"garbage"}`, `no JSON`} {
		if _, err := r.Reload(ctx, []byte(bad)); err == nil {
			t.Errorf("%s was taken", bad)
		}
		if r.Pack() != a || decide(t, r, `{}`).Receipt().Pack != a.Digest {
			t.Errorf("%s changed the pack to %+v", bad, r.Pack())
		}
	}
	b := []byte(`{"id":"p","version":"B"}`)
	got, err := r.Reload(ctx, b)
	if err != nil || got != (Pack{"p", "B", sha(b)}) || r.Pack() != got {
		t.Fatalf("%+v, %v", got, err)
	}
	for range 4 {
		if got := decide(t, r, `{}`).Receipt().Pack; got != sha(b) {
			t.Errorf("decided with %s", got)
		}
	}
}

// The instance that tried a pack keeps it: the first call after a Reload need not load it once more.
func TestReloadStays(t *testing.T) {
	r := newRunner(t, WithPoolSize(2))
	for _, version := range []string{"B", "C", "D"} {
		if _, err := r.Reload(context.Background(), []byte(`{"id":"p","version":"`+version+`"}`)); err != nil {
			t.Fatal(err)
		}
		if top := r.idle[len(r.idle)-1]; top.info.Version != version {
			t.Errorf("after %s the next call gets an instance with %s", version, top.info.Version)
		}
	}
	if info := r.Info(); info.Instances != 2 {
		t.Errorf("%d instances", info.Instances)
	}
}

// A call that runs while the pack is exchanged finishes with the old one.
func TestReloadDuringCall(t *testing.T) {
	ctx := context.Background()
	r := newRunner(t, WithPoolSize(1))
	old := r.Pack().Digest
	slow := make(chan Decision)
	go func() {
		d, _ := r.Decide(ctx, []byte(`{"do":"work","times":200000}`))
		slow <- d
	}()
	for len(r.tokens) > 0 { // until the call has begun
		time.Sleep(time.Millisecond)
	}
	b := []byte(`{"id":"p","version":"B"}`)
	if _, err := r.Reload(ctx, b); err != nil {
		t.Fatal(err)
	}
	select {
	case <-slow:
		t.Fatal("the call was over before the reload: make it slower")
	default:
	}
	if got := (<-slow).Receipt().Pack; got != old {
		t.Errorf("the running call answered with %s", got)
	}
	if got := decide(t, r, `{}`).Receipt().Pack; got != sha(b) {
		t.Errorf("the next call answered with %s", got)
	}
}

func TestClose(t *testing.T) {
	ctx := context.Background()
	r := newRunner(t, WithPoolSize(1))
	if err := r.enter(ctx); err != nil { // a call that is running
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	if err := r.Close(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("close with a call running: %v", err)
	}
	if _, err := r.Decide(ctx, []byte(`{}`)); !errors.Is(err, ErrClosed) {
		t.Errorf("decide: %v", err)
	}
	if _, err := r.Reload(ctx, []byte(packA)); !errors.Is(err, ErrClosed) {
		t.Errorf("reload: %v", err)
	}
	r.leave()
	for range 2 {
		if err := r.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if _, err := r.Verify(ctx, []byte(`{}`), nil); !errors.Is(err, ErrClosed) {
		t.Errorf("verify: %v", err)
	}
}

// By default nothing of the host's clock or chance reaches the guest; WithAmbient reaches it.
func TestAmbient(t *testing.T) {
	const c = `{"do":"ambient"}`
	first := decide(t, newRunner(t), c)
	if again := decide(t, newRunner(t), c); !bytes.Equal(first.Bytes(), again.Bytes()) {
		t.Errorf("two runners: %s and %s", first, again)
	}
	noise := newRunner(t, WithAmbient(rand.New(rand.NewSource(1)), time.Now))
	if got := decide(t, noise, c); bytes.Equal(first.Bytes(), got.Bytes()) {
		t.Errorf("the noise didn't reach the guest: %s", got)
	}
}

func TestInterpreterAgrees(t *testing.T) {
	a, b := newRunner(t), newRunner(t, WithInterpreter())
	for _, c := range []string{`{}`, `{`, `{"do":"work","times":500}`, `{"do":"ambient"}`} {
		if x, y := decide(t, a, c), decide(t, b, c); !bytes.Equal(x.Bytes(), y.Bytes()) {
			t.Errorf("%s: compiler %s, interpreter %s", c, x, y)
		}
	}
}

// TestHammer decides, traps, verifies and reloads from many goroutines at once. Every answer belongs wholly to one
// pack, and at the end no instance is lost.
func TestHammer(t *testing.T) {
	ctx := context.Background()
	r := newRunner(t, WithPoolSize(3), WithMaxCallsPerInstance(50))
	packs := make([][]byte, 4)
	known := map[string]string{sha([]byte(packA)): "A"}
	for i := range packs {
		v := fmt.Sprintf("v%d", i)
		packs[i] = []byte(`{"id":"p","version":"` + v + `"}`)
		known[sha(packs[i])] = v
	}
	rounds := 300
	if testing.Short() {
		rounds = 60
	}
	var wg sync.WaitGroup
	var traps, swaps atomic.Int64
	for g := range 6 {
		wg.Go(func() {
			rng := rand.New(rand.NewSource(int64(g)))
			for i := range rounds {
				switch n := rng.Intn(40); {
				case n == 0:
					if _, err := r.Decide(ctx, []byte(`{"do":"trap"}`)); err == nil {
						t.Error("a trap gave an answer")
					}
					traps.Add(1)
				case n == 1:
					if _, err := r.Reload(ctx, packs[rng.Intn(len(packs))]); err != nil {
						t.Error(err)
					}
					swaps.Add(1)
				case n == 2:
					if _, err := r.Reload(ctx, []byte(`{"trouble":"refuse"}`)); err == nil {
						t.Error("a bad pack was taken")
					}
				default:
					c := fmt.Sprintf(`{"do":"work","times":%d,"g":%d,"i":%d}`, rng.Intn(20), g, i)
					d, err := r.Decide(ctx, []byte(c))
					if err != nil {
						t.Error(err)
						continue
					}
					var doc struct {
						Results struct{ Guest struct{ Version string } }
					}
					if err := d.Decode(&doc); err != nil {
						t.Error(err)
					}
					rec := d.Receipt()
					if rec.Case != sha([]byte(c)) || known[rec.Pack] == "" || known[rec.Pack] != doc.Results.Guest.Version {
						t.Errorf("a mixed answer to %s: %s", c, d)
					}
				}
			}
		})
	}
	wg.Wait()
	if traps.Load() == 0 || swaps.Load() == 0 {
		t.Fatal("the hammer missed")
	}
	info := r.Info()
	if info.Traps != uint64(traps.Load()) || info.Instances > 3 || len(r.tokens) != 3 {
		t.Errorf("after %d traps and %d swaps: %+v, %d tokens", traps.Load(), swaps.Load(), info, len(r.tokens))
	}
	if err := r.Close(ctx); err != nil {
		t.Error(err)
	}
}
