package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"koujing/core"
	"koujing/core/digest"
	"koujing/host"
)

// load is a built pack and cases for it.
type load struct {
	name  string
	pack  []byte
	cases [][]byte
	plain [][]byte // the cases as expr's own VM takes them, nil if it has no such rules
}

// round is what an engine did in one round: its fastest pass through the cases.
type round struct {
	MS    float64 `json:"ms"`
	Count int     `json:"count"`
}

// ns is the time of one.
func (r round) ns() float64 { return r.MS * 1e6 / float64(r.Count) }

// engine is one of those that are compared.
type engine interface {
	name() string
	// decide works through the cases of a load, JSON in and JSON out, until the time is over. ok is false where it has no
	// such rules.
	decide(l *load, span time.Duration) (r round, ok bool, err error)
	// hash does the same with the two hashes of a receipt, of so many bytes each.
	hash(sizes []int, span time.Duration) (r round, ok bool, err error)
}

// repeat calls some, which says how many it did, until the time is over, and returns the fastest call: whatever else runs on
// the machine can only make one slower.
func repeat(span time.Duration, some func() (int, error)) (best round, err error) {
	for start := time.Now(); time.Since(start) < span; {
		begin := time.Now()
		n, err := some()
		if err != nil {
			return best, err
		}
		if r := (round{float64(time.Since(begin)) / float64(time.Millisecond), n}); best.Count == 0 || r.ns() < best.ns() {
			best = r
		}
	}
	return best, nil
}

// exprEngine is the baseline.
type exprEngine struct{ *baseline }

func (exprEngine) name() string { return "expr's own VM, native" }

func (e exprEngine) decide(l *load, span time.Duration) (round, bool, error) {
	r, err := repeat(span, func() (int, error) {
		for _, text := range l.plain {
			if _, err := e.baseline.decide(text); err != nil {
				return 0, err
			}
		}
		return max(len(l.plain), 1), nil
	})
	return r, l.plain != nil, err
}

func (exprEngine) hash([]int, time.Duration) (round, bool, error) { return round{}, false, nil }

// nativeEngine is the core as a Go package.
type nativeEngine struct {
	engines map[string]*core.Engine
	dst     []byte
}

func newNative(loads []*load) (*nativeEngine, error) {
	n := &nativeEngine{engines: map[string]*core.Engine{}}
	for _, l := range loads {
		e, refused := core.Load(l.pack, [32]byte{})
		if refused != nil {
			return nil, fmt.Errorf("%s: %w", l.name, refused)
		}
		n.engines[l.name] = e
	}
	return n, nil
}

func (*nativeEngine) name() string { return "native Go" }

func (n *nativeEngine) decide(l *load, span time.Duration) (round, bool, error) {
	e := n.engines[l.name]
	r, err := repeat(span, func() (int, error) {
		for _, text := range l.cases {
			n.dst = e.Decide(n.dst[:0], text)
		}
		return len(l.cases), nil
	})
	return r, true, err
}

var sink [digest.Size]byte

func (n *nativeEngine) hash(sizes []int, span time.Duration) (round, bool, error) {
	text := make([]byte, biggest(sizes))
	r, err := repeat(span, func() (int, error) {
		for _, size := range sizes {
			sink = digest.Sum(text[:size])
		}
		return len(sizes) / 2, nil
	})
	return r, true, err
}

// wazeroEngine is the module in the host's runner.
type wazeroEngine struct {
	runners map[string]*host.Runner
	hasher  api.Module
	dst     []byte
}

func newWazero(ctx context.Context, module, hasher []byte, cache string, loads []*load) (*wazeroEngine, error) {
	w := &wazeroEngine{runners: map[string]*host.Runner{}}
	for _, l := range loads {
		r, err := host.New(ctx, host.WithModule(module), host.WithPack(l.pack), host.WithCacheDir(cache), host.WithPoolSize(1))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.name, err)
		}
		w.runners[l.name] = r
	}
	rt := wazero.NewRuntime(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, rt)
	var err error
	w.hasher, err = rt.InstantiateWithConfig(ctx, hasher, wazero.NewModuleConfig().WithStartFunctions("_initialize"))
	return w, err
}

func (*wazeroEngine) name() string { return "wazero" }

func (w *wazeroEngine) decide(l *load, span time.Duration) (round, bool, error) {
	runner := w.runners[l.name]
	r, err := repeat(span, func() (int, error) {
		for _, text := range l.cases {
			out, err := runner.AppendDecision(context.Background(), w.dst[:0], text)
			if err != nil {
				return 0, err
			}
			w.dst = out
		}
		return len(l.cases), nil
	})
	return r, true, err
}

func (w *wazeroEngine) hash(sizes []int, span time.Duration) (round, bool, error) {
	ctx := context.Background()
	ptr, err := w.hasher.ExportedFunction("alloc").Call(ctx, uint64(biggest(sizes)))
	if err != nil {
		return round{}, false, err
	}
	sum := w.hasher.ExportedFunction("sum")
	r, err := repeat(span, func() (int, error) {
		for _, size := range sizes {
			if _, err := sum.Call(ctx, ptr[0], uint64(size)); err != nil {
				return 0, err
			}
		}
		return len(sizes) / 2 * hasherTimes, nil
	})
	return r, true, err
}

// hasherTimes is how often the hasher hashes in one call.
const hasherTimes = 100

func biggest(sizes []int) (most int) {
	for _, size := range sizes {
		most = max(most, size)
	}
	return most
}

// buildHasher makes the guest of testdata/hasher.
func buildHasher(dir string) ([]byte, error) {
	file := filepath.Join(dir, "hasher.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-buildmode=c-shared", "-o", file, "./testdata/hasher")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the hasher: %w\n%s", err, out)
	}
	return os.ReadFile(file)
}
