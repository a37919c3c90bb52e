// Package change says in words what differs between two packs, rule by rule, from their sources: settings, facts, lists,
// decisions, talk tracks, wording checks, days, rows, tests. It knows what the order of keys, quotes and comments do not
// mean, and what the order of rules does.
package change

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"koujing/core/author"
	"koujing/core/author/phrase"
	"koujing/core/pack"
)

// Change is one thing that differs.
type Change struct {
	Kind   string `json:"kind"`             // setting, fact, list, value, decision, rule, row, track, step, line, ...
	Change string `json:"change"`           // added, removed, changed, moved, renamed
	Path   string `json:"path"`             // settings/refund.pay_within/value, decisions/refund.multiplier/refund.double/when
	ID     string `json:"id"`               // of the thing: refund.pay_within, refund.double
	Field  string `json:"field,omitempty"`  // of the thing that differs, "" for the thing itself: value, when, then.multiplier
	From   string `json:"from"`             // as it is written; of a thing that moved, behind which one it stood
	To     string `json:"to"`               //
	Unit   string `json:"unit,omitempty"`   // of a setting's value
	Origin string `json:"origin,omitempty"` // of a setting's value: source or operator
	At     Places `json:"at"`
	Words  string `json:"words"` // all of it in a line for people, in English until In says otherwise

	from, to phrase.Text // what came or went, in each language
	words    phrase.Text
}

// In is the change told in a language.
func (c Change) In(lang phrase.Lang) Change {
	c.Words = c.words.In(lang)
	return c
}

// Section is the part of the pack that a change is in: settings, decisions, tracks, ...
func (c *Change) Section() string {
	section, _, _ := strings.Cut(c.Path, "/")
	return section
}

// Places are where a change stands, before and after. Nothing stands where its line is 0.
type Places struct {
	From Place `json:"from"`
	To   Place `json:"to"`
}

// Place is a line of a file of a pack, from 1.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Side is one of the two packs.
type Side struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Digest  string `json:"digest"` // of the built pack; "" if none comes out of the sources
}

// Report is what differs between two packs.
type Report struct {
	From        Side     `json:"from"`
	To          Side     `json:"to"`
	SameDigest  bool     `json:"same_digest"`  // the built packs are the same, byte for byte
	SameProgram bool     `json:"same_program"` // they are but for the sources they carry: every decision is the same
	Changes     []Change `json:"changes"`
	Form        []string `json:"form"`         // files that say the same and are written otherwise
	NotCompared []string `json:"not_compared"` // folders that one of the two does not have: a built pack leaves tests and rows out
}

// Same reports whether nothing differs that means something.
func (r *Report) Same() bool {
	differ := r.From.Digest != "" && r.To.Digest != "" && !r.SameProgram
	return len(r.Changes) == 0 && !differ
}

// ReadError says that a file of a pack cannot be read, so that nothing can be said about it.
type ReadError struct {
	File string
	Err  error
}

func (e *ReadError) Error() string {
	return fmt.Sprintf("%s cannot be read: %v; koujing pack check says more", e.File, e.Err)
}

func (e *ReadError) Unwrap() error { return e.Err }

// Compare says what differs between two packs. What space has parsed before is not parsed again to build them. The error
// is a *ReadError.
func Compare(space *author.Workspace, from, to author.Sources) (*Report, error) {
	r := &Report{Changes: []Change{}, Form: []string{}, NotCompared: []string{}}
	for _, folder := range []string{"rows", "tests"} {
		if holds(from, folder) != holds(to, folder) {
			r.NotCompared = append(r.NotCompared, folder)
			from, to = without(from, folder), without(to, folder)
		}
	}
	changes, err := Changes(from, to)
	if err != nil {
		return nil, err
	}
	r.Changes = append(r.Changes, changes...)
	builtFrom, programFrom := r.From.build(space, from)
	builtTo, programTo := r.To.build(space, to)
	r.SameDigest = builtFrom != nil && bytes.Equal(builtFrom, builtTo)
	r.SameProgram = programFrom != nil && bytes.Equal(programFrom, programTo)
	for _, file := range slices.Sorted(maps.Keys(to)) {
		if old, ok := from[file]; ok && old != to[file] && !slices.ContainsFunc(r.Changes, func(c Change) bool { return c.At.From.File == file || c.At.To.File == file }) {
			r.Form = append(r.Form, file)
		}
	}
	return r, nil
}

// Changes lists what differs between two packs, without building them. The error is a *ReadError.
func Changes(from, to author.Sources) ([]Change, error) {
	known := library{}
	a, err := known.outline(from)
	if err != nil {
		return nil, err
	}
	b, err := known.outline(to)
	if err != nil {
		return nil, err
	}
	c := &comparer{}
	c.things(trail{}, a, b)
	return c.found, nil
}

func holds(src author.Sources, folder string) bool {
	for file := range src {
		if strings.HasPrefix(file, folder+"/") {
			return true
		}
	}
	return false
}

func without(src author.Sources, folder string) author.Sources {
	src = maps.Clone(src)
	maps.DeleteFunc(src, func(file, _ string) bool { return strings.HasPrefix(file, folder+"/") })
	return src
}

// build makes the pack of a side, nil if none comes out; program is the pack without the sources in it.
func (s *Side) build(space *author.Workspace, src author.Sources) (built, program []byte) {
	if built, _ = space.Build(src); built == nil {
		return nil, nil
	}
	s.Digest = fmt.Sprintf("sha256:%x", pack.Digest(built))
	p, err := pack.Parse(built)
	if err != nil {
		return nil, nil
	}
	s.ID, s.Version = p.ID, p.Version
	p.Source = nil
	return built, pack.Append(nil, p)
}
