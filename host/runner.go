// Package host runs the engine: one wasm module, the same one the page runs, in a pool of wazero instances. It decides
// nothing itself, so that the server can't drift from the page.
package host

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

// Runner decides cases with one module and one pack at a time. Its methods may be called from any goroutine.
type Runner struct {
	cfg      config
	digest   [32]byte // SHA-256 of the module
	rt       wazero.Runtime
	cache    wazero.CompilationCache
	cacheErr error
	compiled wazero.CompiledModule

	// A token is the right to run one call. The instances themselves lie in idle, the last one used on top: under
	// little load only a few are ever made, and those stay warm.
	tokens  chan struct{}
	waiting atomic.Int64 // calls that wait for one, without those that take only what is idle
	closing chan struct{}
	mu      sync.Mutex
	idle    []*instance

	current atomic.Pointer[loaded]
	swap    sync.Mutex // one Reload or Close at a time
	drained int        // tokens that Close has taken out of the game

	calls, created, traps, retired atomic.Uint64
	live                           atomic.Int64
}

// loaded is a pack the engine accepted. Instances compare the pointer to see whether theirs is still the current one.
type loaded struct {
	built []byte
	info  Pack
}

// Pack names a pack.
type Pack struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Digest  string `json:"digest"` // "sha256:" and 64 hex digits
}

// New compiles the module, makes the first instance and loads the pack: what can fail, fails here. Errors are
// ErrNoModule, *ModuleError, *PackError, *TrapError, ErrNotRecorded (wrapped).
func New(ctx context.Context, opts ...Option) (*Runner, error) {
	cfg := defaults()
	for _, o := range opts {
		o(&cfg)
	}
	switch {
	case len(cfg.module) == 0:
		return nil, ErrNoModule
	case cfg.poolSize < 1:
		return nil, fmt.Errorf("host: a pool of %d instances: must be 1 or more", cfg.poolSize)
	case cfg.memoryPages < 1 || cfg.memoryPages > 4096:
		return nil, fmt.Errorf("host: a memory limit of %d pages: must be 1 to 4096", cfg.memoryPages)
	}
	r := &Runner{
		cfg:     cfg,
		digest:  sha256.Sum256(cfg.module),
		tokens:  make(chan struct{}, cfg.poolSize),
		closing: make(chan struct{}),
	}
	if err := r.compile(ctx); err != nil {
		r.dispose(ctx)
		return nil, err
	}
	if err := r.keep(ctx, Material{EngineModule, r.Engine(), cfg.module}); err != nil {
		r.dispose(ctx)
		return nil, err
	}
	r.cfg.module, r.cfg.pack = nil, nil
	for range cfg.poolSize {
		r.tokens <- struct{}{}
	}
	var first *loaded
	if cfg.pack != nil {
		first = &loaded{built: cfg.pack}
	}
	in, err := r.instantiate(ctx, first)
	if err != nil {
		r.dispose(ctx)
		return nil, err
	}
	if first != nil {
		first.info = in.info
		if err := r.keep(ctx, Material{BuiltPack, first.info.Digest, first.built}); err != nil {
			r.discard(in)
			r.dispose(ctx)
			return nil, err
		}
		r.current.Store(first)
	}
	r.idle = append(r.idle, in)
	return r, nil
}

// compile makes the runtime. A cache that can't be opened or read is left out: it is there for speed alone.
func (r *Runner) compile(ctx context.Context) error {
	if r.cfg.cacheDir != "" {
		r.cache, r.cacheErr = wazero.NewCompilationCacheWithDir(r.cfg.cacheDir)
		if r.cacheErr != nil {
			r.cache = nil
		}
	}
	err := r.compileWith(ctx, r.cache)
	if err != nil && r.cache != nil {
		cached := err
		r.dispose(ctx)
		r.cache = nil
		if err = r.compileWith(ctx, nil); err == nil {
			r.cacheErr = cached // the module is fine, so it was the cache
		}
	}
	if err != nil {
		return &ModuleError{Reason: "it can't be compiled", Err: err}
	}
	return checkABI(r.compiled)
}

func (r *Runner) compileWith(ctx context.Context, cache wazero.CompilationCache) error {
	rc := wazero.NewRuntimeConfig()
	if r.cfg.interpreter {
		rc = wazero.NewRuntimeConfigInterpreter()
	}
	rc = rc.WithMemoryLimitPages(r.cfg.memoryPages).WithCloseOnContextDone(r.cfg.timeout > 0)
	if cache != nil {
		rc = rc.WithCompilationCache(cache)
	}
	ctx = experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0))
	r.rt = wazero.NewRuntimeWithConfig(ctx, rc)
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r.rt); err != nil {
		return err
	}
	var err error
	r.compiled, err = r.rt.CompileModule(ctx, r.cfg.module)
	return err
}

// abi is what the engine must export: the number of its parameters and of its results.
var abi = []struct {
	name            string
	params, results int
}{{"_initialize", 0, 0}, {"alloc", 1, 1}, {"free", 1, 0}, {"load", 3, 1}, {"decide", 2, 1}}

func checkABI(m wazero.CompiledModule) error {
	fns := m.ExportedFunctions()
	for _, want := range abi {
		fn, ok := fns[want.name]
		if !ok {
			return &ModuleError{Reason: "it doesn't export " + want.name}
		}
		if len(fn.ParamTypes()) != want.params || len(fn.ResultTypes()) != want.results {
			return &ModuleError{Reason: "its export " + want.name + " has another signature"}
		}
	}
	if _, ok := m.ExportedMemories()["memory"]; !ok {
		return &ModuleError{Reason: "it doesn't export its memory"}
	}
	return nil
}

// instantiate makes an instance, with the pack in it unless that is nil.
func (r *Runner) instantiate(ctx context.Context, p *loaded) (*instance, error) {
	ctx, cancel := r.fence(ctx)
	defer cancel()
	stderr := &head{}
	mc := wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize").WithStderr(stderr).WithNanotime(stands, 1)
	if r.cfg.rand != nil {
		mc = mc.WithRandSource(r.cfg.rand)
	}
	if clock := r.cfg.clock; clock != nil {
		mc = mc.WithWalltime(func() (int64, int32) {
			t := clock()
			return t.Unix(), int32(t.Nanosecond())
		}, sys.ClockResolution(1)).WithNanotime(func() int64 { return clock().UnixNano() }, sys.ClockResolution(1))
	}
	mod, err := r.rt.InstantiateModule(ctx, r.compiled, mc)
	if err != nil {
		return nil, &TrapError{Op: "_initialize", Stderr: stderr.String(), Err: err}
	}
	r.created.Add(1)
	r.live.Add(1)
	in := bind(mod, stderr)
	if p == nil {
		return in, nil
	}
	if err := in.use(ctx, p, &r.digest); err != nil {
		r.discard(in)
		return nil, err
	}
	return in, nil
}

// stands is the guest's clock, at a time that Go's runtime takes for one. A clock that moves makes the guest's collector
// measure its share of the time; once that is above a half it stops helping, and on wasm, which has no monitor thread,
// nothing makes it help again.
func stands() int64 { return 1 }

// fence puts the timeout on a context, if there is one.
func (r *Runner) fence(ctx context.Context) (context.Context, context.CancelFunc) {
	if r.cfg.timeout <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, r.cfg.timeout)
}

func (r *Runner) discard(in *instance) {
	r.live.Add(-1)
	_ = in.mod.Close(context.Background()) // frees its memory; there is nothing to do about a failure
}

// Decide answers a case. The error is nil for every decision, an invalid one too; it is ErrClosed, ErrNoPack,
// ErrTooLarge, a *TrapError, ErrNoFacts or ErrNotRecorded (wrapped), or the context's while the call waits for its turn.
func (r *Runner) Decide(ctx context.Context, caseJSON []byte) (Decision, error) {
	text, err := r.AppendDecision(ctx, nil, caseJSON)
	if err != nil {
		return Decision{}, err
	}
	return Decision{text}, nil
}

// AppendDecision is Decide for those who keep a buffer: it appends the decision to dst, and returns dst unchanged
// with an error.
func (r *Runner) AppendDecision(ctx context.Context, dst, caseJSON []byte) ([]byte, error) {
	caseJSON, err := r.completed(ctx, caseJSON)
	if err != nil {
		return dst, err
	}
	out, err := r.appendDecision(ctx, nil, dst, caseJSON, nil)
	if err != nil || r.cfg.recorder == nil {
		return out, err
	}
	if err := r.record(ctx, Made{caseJSON, out[len(dst):]}); err != nil {
		return dst, err
	}
	return out, nil
}

// appendDecision decides without recording, by the pack p, or by the one in place for nil. It holds a token no longer than the
// engine takes: those who wait for a disk must not keep others from deciding. inLine is as enterIdle wants it, or nil.
func (r *Runner) appendDecision(ctx context.Context, p *loaded, dst, caseJSON []byte, inLine func() bool) ([]byte, error) {
	if len(caseJSON) > MaxInput {
		return dst, ErrTooLarge
	}
	if err := r.enterIdle(ctx, inLine); err != nil {
		return dst, err
	}
	defer r.leave()
	if p == nil {
		p = r.current.Load()
	}
	if p == nil {
		return dst, ErrNoPack
	}
	in, err := r.take(ctx, p)
	if err != nil {
		return dst, err
	}
	call, cancel := r.fence(ctx)
	defer cancel()
	out, err := in.run(call, dst, caseJSON)
	if err != nil {
		r.traps.Add(1)
		r.discard(in)
		return dst, err
	}
	r.calls.Add(1)
	r.put(in)
	return out, nil
}

// Reload puts another pack in the place of the current one. Calls that are running finish with the old one; a pack
// the engine refuses (*PackError) changes nothing.
func (r *Runner) Reload(ctx context.Context, built []byte) (Pack, error) {
	if len(built) > MaxInput {
		return Pack{}, ErrTooLarge
	}
	r.swap.Lock()
	defer r.swap.Unlock()
	select {
	case <-r.closing:
		return Pack{}, ErrClosed
	default:
	}
	// A fresh instance besides the pool: the trial neither waits for the traffic nor holds it up.
	p := &loaded{built: built}
	in, err := r.instantiate(ctx, p)
	if err != nil {
		return Pack{}, err
	}
	p.info = in.info
	if err := r.keep(ctx, Material{BuiltPack, p.info.Digest, p.built}); err != nil {
		r.discard(in)
		return Pack{}, err
	}
	r.current.Store(p)
	r.put(in)
	return p.info, nil
}

// Try loads a pack in an instance of its own and lets that go again: whether the engine takes it, without putting it in
// place. A pack it refuses is a *PackError.
func (r *Runner) Try(ctx context.Context, built []byte) (Pack, error) {
	if len(built) > MaxInput {
		return Pack{}, ErrTooLarge
	}
	r.swap.Lock() // Close must not end the runtime meanwhile
	defer r.swap.Unlock()
	select {
	case <-r.closing:
		return Pack{}, ErrClosed
	default:
	}
	in, err := r.instantiate(ctx, &loaded{built: built})
	if err != nil {
		return Pack{}, err
	}
	defer r.discard(in)
	return in.info, nil
}

// Pack names the current pack; the zero value if there is none.
func (r *Runner) Pack() Pack {
	if p := r.current.Load(); p != nil {
		return p.info
	}
	return Pack{}
}

// Engine returns the digest of the module, as receipts write it.
func (r *Runner) Engine() string { return "sha256:" + hex.EncodeToString(r.digest[:]) }

// Info is a look at the pool, for metrics and tests.
type Info struct {
	Calls     uint64 // decisions made
	Instances int64  // alive now
	Created   uint64 // instances made so far
	Traps     uint64 // instances thrown away after a failure
	Retired   uint64 // instances exchanged after their share of calls
	Memory    uint64 // bytes of linear memory of the idle instances
	CacheErr  error  // why the compilation cache is not in use, nil if it is or none was asked for
}

// Info returns the figures of this moment.
func (r *Runner) Info() Info {
	info := Info{
		Calls: r.calls.Load(), Instances: r.live.Load(), Created: r.created.Load(),
		Traps: r.traps.Load(), Retired: r.retired.Load(), CacheErr: r.cacheErr,
	}
	r.mu.Lock()
	for _, in := range r.idle {
		info.Memory += uint64(in.mem.Size())
	}
	r.mu.Unlock()
	return info
}

// Close refuses new calls, waits for the running ones, and frees everything. If ctx ends first, memory in use stays
// (a runtime must not be torn down under a running call) and the context's error is returned; Close may be called again.
func (r *Runner) Close(ctx context.Context) error {
	r.swap.Lock()
	defer r.swap.Unlock()
	select {
	case <-r.closing:
	default:
		close(r.closing)
	}
	for r.drained < r.cfg.poolSize {
		select {
		case <-r.tokens:
			r.drained++
		case <-ctx.Done():
			return ctx.Err() // nobody may start any more; a second Close goes on from here
		}
	}
	return r.dispose(ctx)
}

func (r *Runner) dispose(ctx context.Context) error {
	var errs []error
	if r.rt != nil {
		errs = append(errs, r.rt.Close(ctx))
		r.rt = nil
	}
	if r.cache != nil {
		errs = append(errs, r.cache.Close(ctx))
		r.cache = nil
	}
	return errors.Join(errs...)
}

var _ api.Closer = (*Runner)(nil)
