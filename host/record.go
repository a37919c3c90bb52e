package host

import (
	"context"
	"errors"
)

// A Recorder keeps decisions, so that they can be proved later. A Runner with one (WithRecorder) gives no decision away
// that the recorder has refused. host/ledger has one that writes to disk.
type Recorder interface {
	// Keep is given the engine, and every pack before anything is decided with it: what it takes to decide a recorded
	// case again. An error fails New or Reload.
	Keep(ctx context.Context, m Material) error
	// Record is given decisions just made, in order, and returns when they are as safe as the recorder promises. Its
	// error withholds all of them. The slices are the caller's again when it returns.
	Record(ctx context.Context, made []Made) error
}

// Material is what decisions are made with.
type Material struct {
	Kind   MaterialKind
	Digest string // as receipts name it
	Bytes  []byte // the recorder may keep the slice and must not change it
}

// MaterialKind tells an engine from a pack.
type MaterialKind string

// The kinds of a Material.
const (
	EngineModule MaterialKind = "engine" // koujing.wasm
	BuiltPack    MaterialKind = "pack"
)

// Made is a case, as the engine got it, and its decision.
type Made struct {
	Case     []byte
	Decision []byte
}

// ErrNotRecorded is wrapped by the error of a decision that was made and then withheld, since the recorder couldn't
// keep it. Deciding the case again is safe: a decision is a function of pack and case.
var ErrNotRecorded = errors.New("host: the decision couldn't be recorded")

// recordError joins what the recorder said with ErrNotRecorded.
type recordError struct{ err error }

func (e *recordError) Error() string { return ErrNotRecorded.Error() + ": " + e.err.Error() }

func (e *recordError) Unwrap() []error { return []error{ErrNotRecorded, e.err} }

func (r *Runner) record(ctx context.Context, made ...Made) error {
	if r.cfg.recorder == nil || len(made) == 0 {
		return nil
	}
	if err := r.cfg.recorder.Record(ctx, made); err != nil {
		return &recordError{err}
	}
	return nil
}

func (r *Runner) keep(ctx context.Context, m Material) error {
	if r.cfg.recorder == nil {
		return nil
	}
	if err := r.cfg.recorder.Keep(ctx, m); err != nil {
		return &recordError{err}
	}
	return nil
}
