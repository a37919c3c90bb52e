package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"sync"
	"time"

	"koujing/core/author"
	"koujing/host/act"
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
	// Archive is where a Published source is kept.
	Archive *Archive
	// Trust says whose signatures count. With it, a folder is refused, a file or an address must give a signed pack, and
	// one that is older than the one before it is refused. An Archive has its own.
	Trust *act.Trust
	// Fetch says how an address is asked. The zero value will do.
	Fetch FetchOptions
}

// Outcome is how an attempt to put a pack in place ended.
type Outcome struct {
	At      time.Time
	Took    time.Duration
	Pack    *Pack // the current pack after the attempt
	Err     error // why the attempt failed: then Pack is the last good one
	Kept    bool  // the pack came from disk, since its source is broken; or it is an older one, since the newest can't be used
	SaveErr error // the pack is in place, but couldn't be kept on disk
}

// Store holds the current pack of one source.
type Store struct {
	src   Source
	opt   Options
	shelf shelf
	fetch *fetcher

	trying sync.Mutex // one attempt at a time
	seen   uint64     // the files as they were before the last attempt
	newest *Pack      // the signed pack with the highest number so far: no older one is taken

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
	var kept *Pack
	var err error
	if opt.DataDir != "" && src.Kind != Published { // an archive keeps its packs itself
		s.shelf = shelfFor(opt.DataDir, src)
		kept, err = s.shelf.get(opt.Trust)
		s.newest = kept
	}
	if src.Kind == URL {
		var wrong error
		if s.fetch, wrong = newFetcher(src.Path, opt.Fetch, opt.Trust); wrong != nil {
			return nil, wrong
		}
	}
	s.seen = s.fingerprint()
	out := s.attempt(ctx)
	if out.Err == nil {
		return s, nil
	}
	if out.Pack != nil {
		opt.Notify(out)
		return s, nil
	}
	if s.shelf.dir == "" {
		return nil, out.Err
	}
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

// Refresh looks at the source now instead of at the next turn, and returns how that ended.
func (s *Store) Refresh(ctx context.Context) Outcome { return s.attempt(ctx) }

// attempt reads the source and, if the pack is another than the current one, puts it in place. It tells Notify,
// unless nothing changed or Open has yet to look for a kept pack.
func (s *Store) attempt(ctx context.Context) Outcome {
	s.trying.Lock()
	defer s.trying.Unlock()
	start := time.Now()
	out := Outcome{At: start}
	old, before := s.Current(), s.Last()
	for p, err := range s.candidates(ctx) {
		if err == nil && (old == nil || old.Digest != p.Digest) {
			err = s.opt.Accept(ctx, p.Built)
		}
		if err == nil {
			out.Pack = p
			break
		}
		if out.Err == nil {
			out.Err = err
		}
	}
	out.Took = time.Since(start)
	if out.Err != nil {
		out.Kept = out.Pack != nil && old == nil
		s.set(out.Pack, out)
		out.Pack = s.Current()
		again := before.Err != nil && before.Err.Error() == out.Err.Error() && old == out.Pack
		if old != nil && !(again && s.src.polled()) {
			s.opt.Notify(out)
		}
		return out
	}
	same := old != nil && old.Digest == out.Pack.Digest
	if s.shelf.dir != "" && (!same || out.Pack.seq() != old.seq()) {
		out.SaveErr = s.shelf.put(out.Pack, start)
	}
	s.newest = out.Pack
	s.set(out.Pack, out)
	if !same || before.Err != nil {
		s.opt.Notify(out)
	}
	return out
}

// candidates yields the pack of the source, and of an archive the ones before it, in case it can't be used.
func (s *Store) candidates(ctx context.Context) iter.Seq2[*Pack, error] {
	if s.src.Kind == Published {
		return s.opt.Archive.InForce(s.src.Path)
	}
	return func(yield func(*Pack, error) bool) {
		var p *Pack
		var err error
		if s.src.Kind == URL {
			p, err = s.fetch.get(ctx, s.Current())
		} else {
			p, err = s.opt.Compile(s.src)
		}
		if err == nil && p != s.Current() {
			err = s.admit(p)
		}
		yield(p, err)
	}
}

// admit tells whether a pack from outside counts: by its signatures, where some are asked for, and as one that isn't
// older than the one before it.
func (s *Store) admit(p *Pack) error {
	if s.src.Kind == Embedded {
		return nil
	}
	if p.Bundle == nil {
		if s.opt.Trust != nil {
			return packUnsigned.of()
		}
		return nil
	}
	if err := s.opt.Trust.Verify(p.Bundle, time.Now()); err != nil || s.opt.Trust == nil || s.newest == nil {
		return err
	}
	switch before := s.newest; {
	case before.ID != p.ID:
		return sourceOther.of(p.ID, before.ID)
	case p.seq() < before.seq(), p.seq() == before.seq() && p.Digest != before.Digest:
		return sourceOld.of(p.seq(), before.seq())
	}
	return nil
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

// Get returns the pack by id and, unless that is "", version or digest; nil if the store hasn't got it.
func (s *Store) Get(id, ref string) *Pack {
	p := s.Current()
	if p == nil || p.ID != id || ref != "" && ref != p.Version && ref != p.Digest {
		return nil
	}
	return p
}

// State values of a Status.
const (
	StateCurrent = "current" // the source is what runs
	StateRefused = "refused" // the source is broken; the last good pack runs
	StateUnheard = "unheard" // the address doesn't answer; the last good pack runs
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
		var unheard *FetchError
		if errors.As(err, &unheard) {
			st.State = StateUnheard
		}
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
	var damage *DamageError
	switch {
	case errors.As(err, &damage):
		return "the data folder is damaged: " + damage.What
	case errors.As(err, &read):
		return "it is no built pack: " + read.Err.Error()
	case errors.As(err, &file):
		return "the source can't be read: " + file.Err.Error()
	}
	return err.Error()
}
