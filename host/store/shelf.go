package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"koujing/host/act"
)

// A shelf is the folder on disk that holds the last good pack of one source: one file, named by its digest, so that
// a damaged file is known by its name. Files come and go by rename, so a crash leaves the old pack or the new one.
type shelf struct{ dir string }

// shelfFor gives each source its own shelf under the data folder. Name and path both count: two folders with one name
// don't share.
func shelfFor(dataDir string, s Source) shelf {
	path := s.Path
	if s.Kind == Folder || s.Kind == Built {
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
	}
	sum := sha256.Sum256([]byte(string(s.Kind) + "\x00" + path))
	name := strings.TrimSuffix(filepath.Base(path), ".json") + "-" + hex.EncodeToString(sum[:4])
	return shelf{filepath.Join(dataDir, "last-good", name)}
}

const (
	shelfSuffix  = ".json"
	signedSuffix = ".signed"
)

// put keeps a pack and drops the one before it. A signed one is kept with its acts and the time it was taken at, which
// its keys are looked at as of: a key that runs out doesn't undo what was done with it.
func (s shelf) put(p *Pack, at time.Time) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	text, suffix := p.Built, shelfSuffix
	if p.Bundle != nil {
		text, suffix = append([]byte(at.UTC().Format(time.RFC3339)+"\n"), p.Bundle.Bytes()...), signedSuffix
	}
	name := strings.TrimPrefix(act.Digest(text), "sha256:") + suffix
	if err := WriteFile(filepath.Join(s.dir, name), text); err != nil {
		return err
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != name {
			err = errors.Join(err, os.Remove(filepath.Join(s.dir, e.Name())))
		}
	}
	return err
}

// get returns the pack that was kept, nil if there is none that is whole and counts. Of several, which only a crash
// between writing and dropping leaves behind, the youngest counts.
func (s shelf) get(trust *act.Trust) (*Pack, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var best *Pack
	var bestTime int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			continue
		}
		p := s.open(e.Name(), trust)
		if t := info.ModTime().UnixNano(); p != nil && (best == nil || t > bestTime) {
			best, bestTime = p, t
		}
	}
	return best, nil
}

// open reads a kept pack, nil if it isn't one.
func (s shelf) open(file string, trust *act.Trust) *Pack {
	suffix := filepath.Ext(file)
	path := filepath.Join(s.dir, file)
	text, err := os.ReadFile(path)
	if err != nil || act.Digest(text) != "sha256:"+strings.TrimSuffix(file, suffix) {
		return nil
	}
	var p *Pack
	switch suffix {
	case shelfSuffix:
		if trust != nil {
			return nil
		}
		p, err = name(path, text)
	case signedSuffix:
		var at time.Time
		first, signed, _ := strings.Cut(string(text), "\n")
		if at, err = time.Parse(time.RFC3339, first); err != nil {
			return nil
		}
		if p, err = Read(path, []byte(signed)); err != nil || p.Bundle == nil {
			return nil
		}
		err = trust.Verify(p.Bundle, at)
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	return p
}
