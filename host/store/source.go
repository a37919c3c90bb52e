// Package store brings packs to the runner: it finds them, compiles them, watches the folder they come from, and
// keeps the last good one, in memory and on disk.
package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"koujing/core/author"
	"koujing/core/author/phrase"
	"koujing/core/pack"
	"koujing/core/packs"
	"koujing/host/act"
)

// Kind tells where a pack comes from.
type Kind string

// The kinds of a Source.
const (
	Folder   Kind = "folder"   // sources on disk
	Built    Kind = "file"     // a built pack on disk
	Embedded Kind = "embedded" // sources inside the program

	Published Kind = "published" // what was published into a data folder
	URL       Kind = "url"       // a built or signed pack that another host gives out
)

// polled tells whether the source is asked time and again, changed or not.
func (s Source) polled() bool { return s.Kind == Published || s.Kind == URL }

// Source is a place a pack is read from.
type Source struct {
	Kind Kind
	Path string // of the folder or the file; the name of an embedded pack; the id of a published one; the address
}

// NotFoundError says that there is no such pack.
type NotFoundError struct {
	Spec     string
	Embedded []string // the names that would have worked
	Reason   string
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("no pack %q: %s. Give a pack folder, a built pack file, or one of: %s",
		e.Spec, e.Reason, strings.Join(e.Embedded, ", "))
}

// Names lists the embedded packs.
func Names() []string {
	var names []string
	entries, _ := fs.ReadDir(packs.FS, ".")
	for _, e := range entries {
		if _, err := fs.Stat(packs.FS, e.Name()+"/pack.yaml"); err == nil {
			names = append(names, e.Name())
		}
	}
	return names
}

// Find tells what a pack argument means. The name of an embedded pack always means that pack: a folder of the same
// name is written ./name, so that a command does the same wherever it is started.
func Find(spec string) (Source, error) {
	if slices.Contains(Names(), spec) {
		return Source{Embedded, spec}, nil
	}
	info, err := os.Stat(spec)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Source{}, &NotFoundError{spec, Names(), "there is no such file, folder or name"}
	case err != nil:
		return Source{}, err
	case info.IsDir():
		if _, err := os.Stat(filepath.Join(spec, "pack.yaml")); err != nil {
			return Source{}, &NotFoundError{spec, Names(), "the folder has no pack.yaml"}
		}
		return Source{Folder, spec}, nil
	case filepath.Base(spec) == "pack.yaml": // what completion in a shell offers
		return Source{Folder, filepath.Dir(spec)}, nil
	}
	return Source{Built, spec}, nil
}

// Sources reads the source files. A built pack carries its own.
func (s Source) Sources() (author.Sources, error) {
	switch s.Kind {
	case Folder:
		root, err := os.OpenRoot(s.Path) // links that lead out of the folder are refused
		if err != nil {
			return nil, err
		}
		defer root.Close()
		return author.ReadFS(root.FS())
	case Embedded:
		sub, err := fs.Sub(packs.FS, s.Path)
		if err != nil {
			return nil, err
		}
		return author.ReadFS(sub)
	}
	text, err := ReadLimited(s.Path, act.MaxBundle)
	if err != nil {
		return nil, err
	}
	if act.IsBundle(text) {
		b, err := act.OpenBundle(text)
		if err != nil {
			return nil, &ReadError{Path: s.Path, Err: err}
		}
		text = b.Pack
	}
	return carried(s.Path, text)
}

// Pack is a pack ready for the engine.
type Pack struct {
	ID, Version, Title string
	Digest             string // "sha256:" and 64 hex digits
	Built              []byte
	Warnings           []author.Diagnostic // none for a built pack
	Bundle             *act.Bundle         // with the acts that put it in force; nil if it came without

	sources  author.Sources                    // what it was compiled from, tests and row index with it; nil if it came built
	attached func() (map[string]string, error) // reads what was published along with it; nil if nothing was
}

// Sources are the files the pack was made of. A pack that came built carries no tests and no row index: they are there if
// they were published along with it.
func (p *Pack) Sources() (author.Sources, error) {
	if p.sources != nil {
		return p.sources, nil
	}
	src, err := carried(p.ID, p.Built)
	if err != nil || p.attached == nil {
		return src, err
	}
	more, err := p.attached()
	maps.Copy(src, more)
	return src, err
}

// Attached are the files of a pack's sources that the built pack doesn't carry, as an act attaches them; nil for none.
func (p *Pack) Attached() ([]byte, error) {
	all, err := p.Sources()
	if err != nil {
		return nil, err
	}
	in, err := carried(p.ID, p.Built)
	if err != nil {
		return nil, err
	}
	more := map[string]string{}
	for path, text := range all {
		if _, there := in[path]; !there {
			more[path] = text
		}
	}
	return act.Attach(more), nil
}

// Inspect tells whether a built pack may be published: its program is to the byte what its sources make, and they are in
// order for the day on which it comes into force, with all that only a search shows. A built pack carries its sources, so
// that whoever reads them has read what decides. attached are the files it doesn't carry. Errors: *ReadError, *BuildError
// for what isn't in order, *act.Refusal.
func Inspect(built []byte, attached author.Sources, day time.Time) error {
	src, err := carried("what was sent", built)
	if err != nil {
		return err
	}
	for path, text := range attached {
		if _, twice := src[path]; twice {
			return attachedTwice.of(path)
		}
		src[path] = text
	}
	var w author.Workspace
	made, found := w.Build(src)
	switch {
	case made == nil:
		return &BuildError{Diagnostics: found}
	case !bytes.Equal(made, built):
		return sourcesDiffer.of()
	}
	if found = w.Check(src, author.Options{At: day.Format(time.DateOnly)}); !author.InOrder(found) {
		return &BuildError{Diagnostics: found}
	}
	return nil
}

// carried are the sources inside a built pack. Errors: *ReadError.
func carried(place string, built []byte) (author.Sources, error) {
	p, err := pack.Parse(built)
	if err != nil {
		return nil, &ReadError{Path: place, Err: err}
	}
	src := author.Sources{}
	for _, f := range p.Source {
		src[f.Path] = f.Text
	}
	return src, nil
}

// BuildError says that sources don't make a pack. It has one diagnostic of level error at least.
type BuildError struct {
	Diagnostics []author.Diagnostic
}

func (e *BuildError) Error() string {
	n, first := e.first()
	return packHasErrors(n).Of(n, first.File, first.Line, first.Column, first.Message).In(phrase.EN)
}

// Words is the error in each language.
func (e *BuildError) Words() phrase.Text {
	n, first := e.first()
	why := phrase.Text{first.In(phrase.EN).Message, first.In(phrase.ZH).Message}
	return packHasErrors(n).Of(n, first.File, first.Line, first.Column, why)
}

// first is the first error, and how many there are.
func (e *BuildError) first() (n int, first author.Diagnostic) {
	for _, d := range e.Diagnostics {
		if d.Level == author.LevelError {
			if n == 0 {
				first = d
			}
			n++
		}
	}
	return n, first
}

// ReadError says that a file is no built pack.
type ReadError struct {
	Path string
	Err  error
}

func (e *ReadError) Error() string { return e.Path + " is no built pack: " + e.Err.Error() }

func (e *ReadError) Unwrap() error { return e.Err }

// Compile makes the pack: from sources with the compiler, from a built file by reading its name. Errors: *BuildError,
// *ReadError, those of the file system.
func Compile(s Source) (*Pack, error) {
	if s.Kind == Built {
		text, err := ReadLimited(s.Path, act.MaxBundle)
		if err != nil {
			return nil, err
		}
		return Read(s.Path, text)
	}
	src, err := s.Sources()
	if err != nil {
		return nil, err
	}
	built, diags := author.Build(src)
	if built == nil {
		return nil, &BuildError{Diagnostics: diags}
	}
	p, err := name(s.Path, built)
	if err != nil {
		return nil, err
	}
	p.Warnings, p.sources = diags, src
	return p, nil
}

// Read makes the pack of a built or a signed one. The place is for the errors: *ReadError.
func Read(place string, text []byte) (*Pack, error) {
	if !act.IsBundle(text) {
		return name(place, text)
	}
	b, err := act.OpenBundle(text)
	if err != nil {
		return nil, &ReadError{Path: place, Err: err}
	}
	p, err := name(place, b.Pack)
	if err != nil {
		return nil, err
	}
	p.Bundle = b
	return p, nil
}

// seq is the number of the last act on the pack, 0 if it has none.
func (p *Pack) seq() int64 {
	if p.Bundle == nil {
		return 0
	}
	return p.Bundle.Seq()
}

func name(path string, built []byte) (*Pack, error) {
	id, version, title, err := pack.Head(built)
	if err != nil {
		return nil, &ReadError{Path: path, Err: err}
	}
	sum := pack.Digest(built)
	return &Pack{ID: id, Version: version, Title: title, Digest: "sha256:" + hex.EncodeToString(sum[:]), Built: built}, nil
}

// ReadLimited reads a file that may be anything, and no more of it than could make sense.
func ReadLimited(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > limit {
		return nil, &ReadError{Path: path, Err: fmt.Errorf("larger than %d MiB", limit>>20)}
	}
	return text, nil
}
