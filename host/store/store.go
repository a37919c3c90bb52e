package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"koujing/core/author"
)

// Options are what a Store works with. All may be left out.
type Options struct {
	// DataDir is where the last good pack is kept; "" keeps it in memory only.
	DataDir string
	// Accept is asked before a pack becomes the current one, with its built bytes: the runner's Reload.
	Accept func(ctx context.Context, built []byte) error
	// Notify is told of every attempt, the first one included.
	Notify func(Outcome)
	// Debounce is how long the folder must be quiet before it is read: an editor writes a file in several steps.
	// Default 100 ms.
	Debounce time.Duration
	// Poll is how often the folder is looked at where the system's notices don't come (network drives). Default 2 s.
	Poll time.Duration
	// Compile is store.Compile; tests may put another in its place.
	Compile func(Source) (*Pack, error)
}

// Outcome is how an attempt to put a pack in place ended.
type Outcome struct {
	At      time.Time
	Took    time.Duration
	Pack    *Pack // the current pack after the attempt
	Err     error // why the attempt failed: then Pack is the last good one
	Kept    bool  // the pack came from disk, since its source is broken
	SaveErr error // the pack is in place, but couldn't be kept on disk
}

// Store holds the current pack of one source.
type Store struct {
	src   Source
	opt   Options
	shelf shelf
	seen  uint64 // the files as they were before the last attempt; Open's, then Watch's

	mu      sync.RWMutex
	current *Pack
	since   time.Time
	last    Outcome
}

// Open compiles the source and puts the pack in place. When that fails, the last good pack from the data folder takes
// its place (Outcome.Kept); without one, the failure is returned.
func Open(ctx context.Context, src Source, opt Options) (*Store, error) {
	if opt.Accept == nil {
		opt.Accept = func(context.Context, []byte) error { return nil }
	}
	if opt.Notify == nil {
		opt.Notify = func(Outcome) {}
	}
	if opt.Compile == nil {
		opt.Compile = Compile
	}
	if opt.Debounce <= 0 {
		opt.Debounce = 100 * time.Millisecond
	}
	if opt.Poll <= 0 {
		opt.Poll = 2 * time.Second
	}
	s := &Store{src: src, opt: opt}
	if opt.DataDir != "" {
		s.shelf = shelfFor(opt.DataDir, src)
	}
	s.seen = s.fingerprint()
	out := s.attempt(ctx)
	if out.Err == nil {
		return s, nil
	}
	if s.shelf.dir == "" {
		return nil, out.Err
	}
	kept, err := s.shelf.get()
	if err == nil && kept != nil {
		err = opt.Accept(ctx, kept.Built)
	}
	if err != nil {
		return nil, errors.Join(out.Err, fmt.Errorf("the last good pack can't be used either: %w", err))
	}
	if kept == nil {
		return nil, out.Err
	}
	out.Pack, out.Kept = kept, true
	s.set(kept, out)
	opt.Notify(out)
	return s, nil
}

// attempt compiles the source and, if the pack is another than the current one, puts it in place. It tells Notify,
// unless nothing changed or Open has yet to look for a kept pack.
func (s *Store) attempt(ctx context.Context) Outcome {
	start := time.Now()
	out := Outcome{At: start}
	p, err := s.opt.Compile(s.src)
	old, before := s.Current(), s.Last()
	same := err == nil && old != nil && old.Digest == p.Digest
	if err == nil && !same {
		err = s.opt.Accept(ctx, p.Built)
	}
	out.Took, out.Err, out.Pack = time.Since(start), err, p
	if err != nil {
		out.Pack = old
		s.set(nil, out)
		if old != nil {
			s.opt.Notify(out)
		}
		return out
	}
	if !same && s.shelf.dir != "" {
		out.SaveErr = s.shelf.put(p)
	}
	s.set(p, out)
	if !same || before.Err != nil {
		s.opt.Notify(out)
	}
	return out
}

func (s *Store) set(p *Pack, out Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p != nil {
		if s.current == nil || s.current.Digest != p.Digest {
			s.since = out.At
		}
		s.current = p
	}
	s.last = out
}

// Source tells where the pack comes from.
func (s *Store) Source() Source { return s.src }

// Current returns the pack in place: the last good one.
func (s *Store) Current() *Pack {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.current
}

// Last returns how the last attempt ended.
func (s *Store) Last() Outcome {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.last
}

// Get returns the pack by id and, unless that is "", version; nil if the store hasn't got it.
func (s *Store) Get(id, version string) *Pack {
	p := s.Current()
	if p == nil || p.ID != id || version != "" && p.Version != version {
		return nil
	}
	return p
}

// State values of a Status.
const (
	StateCurrent = "current" // the source is what runs
	StateRefused = "refused" // the source is broken; the last good pack runs
)

// Status is what there is to know of a pack, for people and monitors.
type Status struct {
	ID          string              `json:"id"`
	Version     string              `json:"version"`
	Title       string              `json:"title"`
	Digest      string              `json:"digest"`
	Source      Kind                `json:"source"`
	State       string              `json:"state"`
	Since       time.Time           `json:"since"`      // in place since
	CheckedAt   time.Time           `json:"checked_at"` // the source was last compiled
	Error       string              `json:"error"`      // why the source was refused, "" if it wasn't
	Diagnostics []author.Diagnostic `json:"diagnostics"`
}

// Status returns the state of this moment.
func (s *Store) Status() Status {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st := Status{
		Source: s.src.Kind, State: StateCurrent, Since: s.since.UTC(), CheckedAt: s.last.At.UTC(),
		Diagnostics: []author.Diagnostic{},
	}
	if p := s.current; p != nil {
		st.ID, st.Version, st.Title, st.Digest = p.ID, p.Version, p.Title, p.Digest
		st.Diagnostics = append(st.Diagnostics, p.Warnings...)
	}
	if err := s.last.Err; err != nil {
		st.State, st.Error = StateRefused, reason(err)
		var build *BuildError
		if errors.As(err, &build) {
			st.Diagnostics = build.Diagnostics
		}
	}
	return st
}

// reason says why a source was refused without naming a path of this machine: a status is for everybody.
func reason(err error) string {
	var file *fs.PathError
	var read *ReadError
	switch {
	case errors.As(err, &read):
		return "the file is no built pack: " + read.Err.Error()
	case errors.As(err, &file):
		return "the source can't be read: " + file.Err.Error()
	}
	return err.Error()
}
