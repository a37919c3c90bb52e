package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/diff"

	"koujing/core/author"
	"koujing/core/author/tidy"
	"koujing/host/store"
)

type packFmtCmd struct {
	packArg
	Check bool `name:"check" xor:"mode" help:"Write nothing, only name the files that would change."`
	Diff  bool `name:"diff" xor:"mode" help:"Write nothing, show what would change."`
	JSON  bool `name:"json" help:"Print the outcome as JSON."`
}

// Help shows how the command is used.
func (packFmtCmd) Help() string {
	return `Indents, quotes in tables, the order of keys such as id, when, then: one style for all files, with every comment kept. The program that comes out of the pack stays the same; that is looked at before anything is written. A file in a form that is not known is left as it is, and named.

Examples:

    koujing pack fmt
    koujing pack fmt --diff core/packs/cn-telecom
    koujing pack fmt --check core/packs/cn-telecom

Exit code: 0, 3 if --check or --diff found something to change or a file was left as it is, 2 for a wrong command line, 1 for a failure.`
}

// tidied is the outcome of a tidying.
type tidied struct {
	OK      bool           `json:"ok"`      // there was nothing to change, or all of it is written
	Changed []string       `json:"changed"` // paths in the pack
	Left    []tidy.Problem `json:"left"`
}

// Run tidies.
func (c *packFmtCmd) Run(a *app) error {
	src, err := c.find()
	if err != nil {
		return err
	}
	write := !c.Check && !c.Diff
	if write && src.Kind != store.Folder {
		return &exit{exitUsage, fmt.Sprintf("%s is no folder that can be written to: give one, or --check or --diff", c.Pack)}
	}
	texts, err := src.Sources()
	if err != nil {
		return err
	}
	changed, left, err := tidy.Pack(new(author.Workspace), texts)
	if err != nil {
		return err
	}
	files := slices.Sorted(maps.Keys(changed))
	if write {
		if err := rewrite(src, texts, changed); err != nil {
			return err
		}
	}
	out := tidied{OK: (write || len(files) == 0) && len(left) == 0, Changed: append([]string{}, files...), Left: append([]tidy.Problem{}, left...)}
	if err := c.print(a, src, texts, changed, &out); err != nil {
		return err
	}
	if !out.OK {
		return &exit{code: exitInvalid}
	}
	return nil
}

func (c *packFmtCmd) print(a *app, src store.Source, texts, changed author.Sources, out *tidied) error {
	if c.JSON {
		return printJSON(a.out, out)
	}
	for _, p := range out.Left {
		p.File = pathOf(src, p.File)
		fmt.Fprintf(a.err, "%s\n", printable(p.Error()))
	}
	for _, file := range out.Changed {
		if !c.Diff {
			fmt.Fprintln(a.out, pathOf(src, file))
		} else if _, err := a.out.Write(diff.Diff("a/"+file, []byte(texts[file]), "b/"+file, []byte(changed[file]))); err != nil {
			return err
		}
	}
	n := fmt.Sprintf("%d files", len(out.Changed))
	if len(out.Changed) == 1 {
		n = "1 file"
	}
	said := n + " tidied"
	switch {
	case len(out.Changed) == 0:
		said = "nothing to tidy"
	case c.Check || c.Diff:
		said = n + " to tidy: koujing pack fmt " + c.Pack
	}
	if len(out.Left) > 0 {
		said += fmt.Sprintf(", %d left as it is", len(out.Left))
	}
	_, err := fmt.Fprintf(a.err, "%s: %s\n", c.Pack, said)
	return err
}

// rewrite writes the files that change, each at once and whole. What somebody has edited since it was read stays.
func rewrite(src store.Source, old, changed author.Sources) error {
	for _, file := range slices.Sorted(maps.Keys(changed)) {
		path, err := filepath.EvalSymlinks(pathOf(src, file)) // the file itself, not the link to it
		if err != nil {
			return err
		}
		now, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if string(now) != old[file] {
			return errors.New(path + " has changed in the meantime; it is left as it is")
		}
		if err := store.WriteFile(path, []byte(changed[file])); err != nil {
			return err
		}
	}
	return nil
}
