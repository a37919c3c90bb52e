package host

import (
	"io"
	"runtime"
	"time"
)

// Option sets one thing about a Runner. Options never fail: what is wrong with a value is told by New.
type Option func(*config)

type config struct {
	module      []byte
	pack        []byte
	cacheDir    string
	poolSize    int
	memoryPages uint32
	maxCalls    int
	timeout     time.Duration
	interpreter bool
	rand        io.Reader
	clock       func() time.Time
	recorder    Recorder
	facts       FactsFunc
}

func defaults() config {
	return config{
		poolSize: runtime.GOMAXPROCS(0),
		// 64 MiB. Above 256 MiB Go's own collector on wasm may take a value for a bad pointer, and a case of 256 KiB
		// needs a small part of this.
		memoryPages: 1024,
		// An instance is exchanged now and then, so that nothing that grows slowly grows for ever. A new one, with the
		// default pack loaded, takes about as long as 1,000 decisions.
		maxCalls: 1_000_000,
	}
}

// WithModule gives the bytes of koujing.wasm. The runner keeps them no longer than New.
func WithModule(wasm []byte) Option { return func(c *config) { c.module = wasm } }

// WithPack gives the built pack to start with. Without it every decision is ErrNoPack until Reload.
func WithPack(built []byte) Option { return func(c *config) { c.pack = built } }

// WithCacheDir keeps compiled machine code in a folder, so that the next start need not compile. The folder must
// belong to the user: what is in it is run. A cache that can't be used costs time and nothing else; Info says so.
func WithCacheDir(dir string) Option { return func(c *config) { c.cacheDir = dir } }

// WithPoolSize sets how many calls run at the same time, 1 or more; others wait. Default: GOMAXPROCS.
func WithPoolSize(n int) Option { return func(c *config) { c.poolSize = n } }

// WithMemoryLimitPages caps the memory of an instance, in pages of 64 KiB. Default 1024, at most 4096.
func WithMemoryLimitPages(n uint32) Option { return func(c *config) { c.memoryPages = n } }

// WithMaxCallsPerInstance sets after how many calls an instance is exchanged for a new one. 0 means never.
func WithMaxCallsPerInstance(n int) Option { return func(c *config) { c.maxCalls = n } }

// WithTimeout cuts a call off after d (and when its context ends). It is a second fence, off by default: work is
// bounded inside the guest, and the checks that make a call interruptible cost run time (host/README.md has figures).
func WithTimeout(d time.Duration) Option { return func(c *config) { c.timeout = d } }

// WithInterpreter runs the module in wazero's interpreter: for platforms the compiler doesn't know, and for the test
// that both give the same bytes.
func WithInterpreter() Option { return func(c *config) { c.interpreter = true } }

// WithRecorder gives every decision to rec before anybody else sees it. Verify's replays are not recorded.
func WithRecorder(rec Recorder) Option { return func(c *config) { c.recorder = rec } }

// WithFacts completes every case with what the service itself knows of it, before it is decided: the agent, the time,
// the records of verification. The decision is of the completed case, and so is its receipt; a recorder gets it too.
// Verify and Replay take a case as it is.
func WithFacts(f FactsFunc) Option { return func(c *config) { c.facts = f } }

// WithAmbient replaces what the guest gets when it asks the system for random bytes or the time, both constant by
// default. A decision must not depend on either; tests pass noise here to show it.
func WithAmbient(rand io.Reader, clock func() time.Time) Option {
	return func(c *config) { c.rand, c.clock = rand, clock }
}
