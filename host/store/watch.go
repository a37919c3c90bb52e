package store

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Watch follows the source until ctx ends: a good edit is in place at once, a bad one is refused and told to Notify.
// It listens to the system's notices and looks itself from time to time, since notices may be lost or never come.
// The pack of a source that can't change is not watched; then Watch only waits for ctx.
func (s *Store) Watch(ctx context.Context) error {
	switch s.src.Kind {
	case Embedded:
		<-ctx.Done()
		return nil
	case Published:
		return s.watchArchive(ctx)
	case URL:
		return s.watchURL(ctx)
	}
	var events chan fsnotify.Event
	var failures chan error
	watcher, err := fsnotify.NewWatcher()
	if err == nil {
		defer watcher.Close()
		events, failures = watcher.Events, watcher.Errors
		s.listen(watcher)
	}
	poll := time.NewTicker(s.opt.Poll)
	defer poll.Stop()
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case ev, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			if s.concerns(ev.Name) && ev.Op != fsnotify.Chmod {
				quiet.Reset(s.opt.Debounce)
			}
		case _, ok := <-failures: // an overflow, say: the look below finds what was missed
			if !ok {
				failures = nil
			}
		case <-poll.C:
			if now := s.fingerprint(); now != s.seen {
				s.seen = now // so that a slow clock isn't set back by every look
				quiet.Reset(s.opt.Debounce)
			}
		case <-quiet.C:
			s.seen = s.fingerprint()
			if watcher != nil {
				s.listen(watcher) // folders may be new, or have been replaced
			}
			s.attempt(ctx)
		}
	}
}

// listen watches the folder and those in it. Files are watched by their folder: editors replace them. What can't be
// watched is still looked at.
func (s *Store) listen(w *fsnotify.Watcher) {
	if s.src.Kind == Built {
		_ = w.Add(filepath.Dir(s.src.Path))
		return
	}
	_ = filepath.WalkDir(s.src.Path, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil
		}
		if hidden(path, s.src.Path) {
			return fs.SkipDir
		}
		_ = w.Add(path)
		return nil
	})
}

// concerns tells whether a notice is about the pack: not about an editor's own hidden files, nor the neighbours of a
// built pack.
func (s *Store) concerns(path string) bool {
	if s.src.Kind == Built {
		return filepath.Base(path) == filepath.Base(s.src.Path)
	}
	return !hidden(path, s.src.Path)
}

func hidden(path, root string) bool {
	return path != root && (strings.HasPrefix(filepath.Base(path), ".") || strings.HasSuffix(path, "~"))
}

// fingerprint sums up names, sizes and times of the files: cheap enough to be taken all day.
func (s *Store) fingerprint() uint64 {
	h := fnv.New64a()
	add := func(path string, info fs.FileInfo, err error) {
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				fmt.Fprintf(h, "%s\x00%v\x00", path, err)
			}
			return
		}
		fmt.Fprintf(h, "%s\x00%d\x00%d\x00", path, info.Size(), info.ModTime().UnixNano())
	}
	switch s.src.Kind {
	case Embedded, Published, URL:
		return 0
	case Built:
		info, err := os.Stat(s.src.Path)
		add(s.src.Path, info, err)
		return h.Sum64()
	}
	_ = filepath.WalkDir(s.src.Path, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			add(path, nil, err)
		case hidden(path, s.src.Path):
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir():
			info, err := d.Info()
			add(path, info, err)
		}
		return nil
	})
	return h.Sum64()
}

// A source that couldn't be used is tried again after a while, though it hasn't changed: a disk may have been mended.
const retryAfter = 30 * time.Second

// watchArchive looks whether somebody published, here or from another process, and whether a date has come.
func (s *Store) watchArchive(ctx context.Context) error {
	poll := time.NewTicker(s.opt.Poll)
	defer poll.Stop()
	seen := s.opt.Archive.mark(s.src.Path)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-poll.C:
		}
		now := s.opt.Archive.mark(s.src.Path)
		last := s.Last()
		if now != seen || last.Err != nil && time.Since(last.At) > retryAfter {
			seen = now
			s.attempt(ctx)
		}
	}
}
