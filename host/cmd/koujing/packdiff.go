package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"koujing/core/author"
	"koujing/core/author/change"
	"koujing/core/author/phrase"
	"koujing/host/store"
)

type packDiffCmd struct {
	From string `arg:"" name:"A" help:"The pack before: a folder, a built pack file, or the name of an embedded pack."`
	To   string `arg:"" name:"B" help:"The pack after."`
	JSON bool   `name:"json" help:"Print as JSON: the digests, and a list of changes with kind, path, id, from, to and place."`
}

// Help shows how the command is used.
func (packDiffCmd) Help() string {
	return `Says in words what differs, rule by rule: settings, facts, lists, decisions and their order, tables cell by cell, talk tracks, wording checks, days, rows, tests. Of longer texts the parts that went and came are marked: 按收费[-误差-]{+差错+}双倍返还. Behind each change stands where it is, in both packs if that is not the same.

Spaces, quotes, comments and the order of keys are no change; files that differ only in these are named at the end.

Examples:

    koujing pack diff cn-telecom mypack
    koujing pack diff old.json new.json
    koujing pack diff --json cn-telecom mypack | jq '.changes[] | select(.kind == "setting")'

Exit code: 0 if nothing changed, 3 if something did, 2 for a wrong command line, 1 for a failure.`
}

// Run compares.
func (c *packDiffCmd) Run(a *app) error {
	from, err := store.Find(c.From)
	if err != nil {
		return err
	}
	to, err := store.Find(c.To)
	if err != nil {
		return err
	}
	textsFrom, err := from.Sources()
	if err != nil {
		return err
	}
	textsTo, err := to.Sources()
	if err != nil {
		return err
	}
	r, err := change.Compare(new(author.Workspace), textsFrom, textsTo)
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(a.out, r)
	} else {
		err = c.print(a.out, r)
	}
	if err == nil && !r.Same() {
		err = &exit{code: exitInvalid}
	}
	return err
}

// sectionWords are the parts of a pack that people call otherwise than files do.
var sectionWords = map[string]string{"tracks": "talk tracks", "wording": "wording checks", "rows": "row index"}

func (c *packDiffCmd) print(w io.Writer, r *change.Report) error {
	var out strings.Builder
	fmt.Fprintf(&out, "from %s: %s\nto   %s: %s\n", c.From, sideWords(r.From), c.To, sideWords(r.To))
	section := ""
	for i := range r.Changes {
		ch := &r.Changes[i]
		if s := ch.Section(); s != section {
			section = s
			if word, ok := sectionWords[s]; ok {
				s = word
			}
			fmt.Fprintf(&out, "\n%s\n", s)
		}
		fmt.Fprintf(&out, "  %s  [%s]\n", printable(cut(ch)), placeWords(ch.At))
	}
	fmt.Fprintf(&out, "\n%s\n", diffSummary(r))
	_, err := io.WriteString(w, out.String())
	return err
}

// cut shortens what came or went as a whole and fills more than a few lines; --json has all of it.
func cut(ch *change.Change) string {
	const most = 300
	if runes := []rune(ch.Words); len(runes) > most && (ch.Change == "added" || ch.Change == "removed") {
		return string(runes[:most]) + "…"
	}
	return ch.Words
}

func sideWords(s change.Side) string {
	if s.Digest == "" {
		return "has errors, so that no pack comes out (koujing pack check says which)"
	}
	return fmt.Sprintf("%s %s, %s", printable(s.ID), printable(s.Version), s.Digest)
}

// placeWords names the place of a change once where it is the same in both packs.
func placeWords(at change.Places) string {
	from, to := fmt.Sprintf("%s:%d", at.From.File, at.From.Line), fmt.Sprintf("%s:%d", at.To.File, at.To.Line)
	switch {
	case at.To.Line == 0:
		return filepath.ToSlash(from)
	case at.From.Line == 0 || from == to:
		return to
	case at.From.File == at.To.File:
		return fmt.Sprintf("%s → %d", from, at.To.Line)
	}
	return from + " → " + to
}

// diffSummary counts the changes by kind, and says what they do to the built pack.
func diffSummary(r *change.Report) string {
	kinds := make([]string, len(r.Changes))
	for i, ch := range r.Changes {
		kinds[i] = ch.Kind
	}
	out := "nothing changed"
	switch {
	case len(r.Changes) == 1:
		out = "1 change: in " + change.Tally(kinds).In(phrase.EN)
	case len(r.Changes) > 1:
		out = fmt.Sprintf("%d changes: in %s", len(r.Changes), change.Tally(kinds).In(phrase.EN))
	case !r.Same():
		out = "the built packs differ, in nothing that has a name here: this is a mistake in koujing, please report it"
	}
	if len(r.Form) > 0 {
		out += "; written otherwise, and saying the same: " + strings.Join(r.Form, ", ")
	}
	switch {
	case r.SameDigest:
		out += "; the built pack is the same to the byte"
	case r.SameProgram:
		out += "; every decision stays the same, the digest does not, since a built pack carries its sources"
	}
	if len(r.NotCompared) > 0 {
		out += fmt.Sprintf("\nnot compared, since a built pack leaves them out: %s", strings.Join(r.NotCompared, ", "))
	}
	return out
}
