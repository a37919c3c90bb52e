package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"koujing/host"
	"koujing/host/store"
)

// Where engines and packs lie, each named by its digest.
const (
	packsDir   = materialDir("packs")
	enginesDir = materialDir("engines")
)

type materialDir string

func dirOf(kind host.MaterialKind) materialDir {
	if kind == host.EngineModule {
		return enginesDir
	}
	return packsDir
}

func (d materialDir) suffix() string {
	if d == enginesDir {
		return ".wasm"
	}
	return ".json"
}

func (d materialDir) path(dir, digest string) string {
	return filepath.Join(dir, string(d), strings.TrimPrefix(digest, "sha256:")+d.suffix())
}

// listMaterial looks which engines and packs are there already.
func (l *Ledger) listMaterial() error {
	for _, d := range []materialDir{packsDir, enginesDir} {
		entries, err := os.ReadDir(filepath.Join(l.dir, string(d)))
		if err != nil {
			return err
		}
		for _, e := range entries {
			if digest, ok := strings.CutSuffix(e.Name(), d.suffix()); ok {
				l.material.Store("sha256:"+digest, nil)
			}
		}
	}
	return nil
}

func (l *Ledger) kept(digest string) bool {
	_, ok := l.material.Load(digest)
	return ok
}

// Keep puts an engine or a pack beside the records that name it, if it isn't there yet.
func (l *Ledger) Keep(_ context.Context, m host.Material) error {
	if l.kept(m.Digest) {
		return nil
	}
	if digest, ok := strings.CutPrefix(m.Digest, "sha256:"); !ok || digest == "" || strings.ContainsAny(digest, `/\.`) {
		return fmt.Errorf("a digest that is none: %q", m.Digest)
	}
	if err := store.WriteFile(dirOf(m.Kind).path(l.dir, m.Digest), bytes.Clone(m.Bytes)); err != nil {
		return unavailable(err)
	}
	l.material.Store(m.Digest, nil)
	return nil
}

// Material returns an engine or a pack that the log's records name; ErrMaterial (wrapped) if it isn't there.
func (l *Log) Material(kind host.MaterialKind, digest string) ([]byte, error) {
	text, err := os.ReadFile(dirOf(kind).path(l.dir, digest))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s %s", ErrMaterial, kind, digest)
	}
	return text, err
}
