package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A shelf is the folder on disk that holds the last good pack of one source: one file, named by its digest, so that
// a damaged file is known by its name. Files come and go by rename, so a crash leaves the old pack or the new one.
type shelf struct{ dir string }

// shelfFor gives each source its own shelf under the data folder. Name and path both count: two folders with one name
// don't share.
func shelfFor(dataDir string, s Source) shelf {
	path := s.Path
	if s.Kind != Embedded {
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
	}
	sum := sha256.Sum256([]byte(string(s.Kind) + "\x00" + path))
	name := strings.TrimSuffix(filepath.Base(path), ".json") + "-" + hex.EncodeToString(sum[:4])
	return shelf{filepath.Join(dataDir, "last-good", name)}
}

const shelfSuffix = ".json"

// put keeps a pack and drops the one before it.
func (s shelf) put(p *Pack) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	name := strings.TrimPrefix(p.Digest, "sha256:") + shelfSuffix
	if err := WriteFile(filepath.Join(s.dir, name), p.Built); err != nil {
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

// get returns the pack that was kept, nil if there is none that is whole. Of several, which only a crash between
// writing and dropping leaves behind, the youngest counts.
func (s shelf) get() (*Pack, error) {
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
		digest, ok := strings.CutSuffix(e.Name(), shelfSuffix)
		if !ok {
			continue
		}
		path := filepath.Join(s.dir, e.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != digest {
			continue
		}
		p, err := name(path, text)
		if err != nil {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue
		}
		if t := info.ModTime().UnixNano(); best == nil || t > bestTime {
			best, bestTime = p, t
		}
	}
	return best, nil
}

// WriteFile makes a file appear whole or not at all, and stay after a power cut: written beside, flushed, renamed,
// and the folder flushed. A file that was there before keeps its mode.
func WriteFile(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".tmp-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if info, statErr := os.Stat(path); statErr == nil {
		if err = tmp.Chmod(info.Mode().Perm()); err != nil {
			return err
		}
	}
	if _, err = tmp.Write(data); err != nil {
		return err
	}
	if err = tmp.Sync(); err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
