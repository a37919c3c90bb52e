package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"koujing/core/author"
	"koujing/host/store"
)

type packCmd struct {
	Check packCheckCmd `cmd:"" help:"Find the mistakes in a pack."`
	Build packBuildCmd `cmd:"" help:"Make the one file that engine and page load."`
	Test  packTestCmd  `cmd:"" help:"Run the tests a pack brings along."`
	Fmt   packFmtCmd   `cmd:"" help:"Write a pack's files in one style, without changing what they say."`
	Diff  packDiffCmd  `cmd:"" help:"Say in words what differs between two packs."`
	Show  packShowCmd  `cmd:"" help:"Show what a pack is made of, and its settings."`
	List  packListCmd  `cmd:"" help:"List the packs of a server, of a data folder, or inside this program."`

	Export packExportCmd `cmd:"" help:"Write a pack's tables to a spreadsheet."`
	Import packImportCmd `cmd:"" help:"Take tables back from a spreadsheet."`

	Keygen   packKeygenCmd   `cmd:"" help:"Make a pair of keys for signing."`
	Sign     packSignCmd     `cmd:"" help:"Sign a pack for publishing."`
	Publish  packPublishCmd  `cmd:"" help:"Publish a pack, on a server or into a data folder."`
	Approve  packApproveCmd  `cmd:"" help:"Give the second person's word."`
	Rollback packRollbackCmd `cmd:"" help:"Go back to a pack that was published before."`
	History  packHistoryCmd  `cmd:"" help:"Show who published what, when and why."`
}

// packArg picks the pack a command is about.
type packArg struct {
	Pack string `arg:"" optional:"" name:"P" help:"A pack folder, a built pack file, or the name of an embedded pack. Without it the pack of this folder, or cn-telecom where there is none."`
}

// AfterApply picks the pack one stands in.
func (p *packArg) AfterApply() error {
	if p.Pack != "" {
		return nil
	}
	p.Pack = "cn-telecom"
	if _, err := os.Stat("pack.yaml"); err == nil {
		p.Pack = "."
	}
	return nil
}

func (p packArg) find() (store.Source, error) { return store.Find(p.Pack) }

type packCheckCmd struct {
	packArg
	Format string `name:"format" enum:"text,json,sarif" default:"text" help:"What to print: text for people, json, or sarif (2.1.0) for systems that show findings beside the source."`
	JSON   bool   `name:"json" help:"The same as --format json."`
	SARIF  string `name:"sarif" placeholder:"FILE" help:"Write the findings as SARIF to a file, besides what is printed."`
	Strict bool   `name:"strict" help:"Let a warning be as bad as an error."`
	At     string `name:"at" placeholder:"DATE" help:"The day on which the pack is to hold, such as 2026-11-22; today if left out."`
	Names  bool   `name:"names" help:"List everything that the pack's expressions may name."`
}

// Help shows how the command is used.
func (packCheckCmd) Help() string {
	return `Every finding has file, line and column, the line itself with the place marked, and what to do about it. Rules that never
apply, that meet where only one may, or that leave a gap are shown with a case, to be handed to koujing decide.

Examples:

    koujing pack check core/packs/cn-telecom
    koujing pack check --json core/packs/cn-telecom
    koujing pack check --strict --sarif check.sarif core/packs/cn-telecom
    koujing pack check --at 2027-01-01 core/packs/cn-telecom
    koujing pack check --names core/packs/cn-telecom | grep customer

Exit code: 0 if there are no errors, 3 if there are, 2 for a wrong command line, 1 for a failure.`
}

// AfterApply reads the day.
func (c *packCheckCmd) AfterApply() error {
	if c.At == "" {
		c.At = time.Now().Format(time.DateOnly)
	}
	if _, err := time.Parse(time.DateOnly, c.At); err != nil {
		return &exit{exitUsage, fmt.Sprintf("%q is no day: write 2026-11-22", c.At)}
	}
	return c.packArg.AfterApply()
}

// report is the outcome of a check, as the author module gives it too.
type report struct {
	OK          bool                `json:"ok"`
	Diagnostics []author.Diagnostic `json:"diagnostics"`
}

// Run checks.
func (c *packCheckCmd) Run(a *app) error {
	src, err := c.find()
	if err != nil {
		return err
	}
	texts, err := src.Sources() // of a built pack, the sources it carries
	if err != nil {
		return err
	}
	if c.Names {
		return c.names(a, src, texts)
	}
	lang := a.language(src)
	found := author.In(lang, author.Check(texts, author.Options{At: c.At}))
	ok := author.InOrder(found) && !(c.Strict && slices.ContainsFunc(found, func(d author.Diagnostic) bool { return d.Level == author.LevelWarning }))
	if c.SARIF != "" {
		text, err := sarifOf(src, lang, found)
		if err == nil {
			err = store.WriteFile(c.SARIF, text)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case c.Format == "sarif":
		text, err := sarifOf(src, lang, found)
		if err != nil {
			return err
		}
		if _, err := a.out.Write(text); err != nil {
			return err
		}
	case c.JSON || c.Format == "json":
		if found == nil {
			found = []author.Diagnostic{}
		}
		if err := printJSON(a.out, report{ok, found}); err != nil {
			return err
		}
	default:
		printDiagnostics(a.out, a.locate(src, found))
		if ok {
			fmt.Fprintf(a.out, "%s: ok, %d files%s\n", c.Pack, len(texts), count(found))
		} else {
			fmt.Fprintf(a.out, "%s: not in order%s\n", c.Pack, count(found))
		}
	}
	if !ok {
		return &exit{code: exitInvalid}
	}
	return nil
}

// names lists what expressions may say, one line a name.
func (c *packCheckCmd) names(a *app, src store.Source, texts author.Sources) error {
	names, found := author.Names(texts)
	if names == nil {
		printDiagnostics(a.out, a.locate(src, found))
		return &exit{code: exitInvalid}
	}
	names = author.In(a.language(src), names)
	if c.JSON {
		return printJSON(a.out, names)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, n := range names {
		note := n.When
		if n.Of != "" {
			note = strings.TrimPrefix(note+"; "+n.Of, "; ")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", n.Name, n.Type, note)
	}
	return w.Flush()
}

// count sums findings up for people, "" if there are none.
func count(found []author.Diagnostic) string {
	text := ""
	for _, level := range []string{author.LevelError, author.LevelWarning, author.LevelInfo} {
		n := 0
		for _, d := range found {
			if d.Level == level {
				n++
			}
		}
		switch {
		case n == 1:
			text += ", 1 " + level
		case n > 1:
			text += fmt.Sprintf(", %d %ss", n, level)
		}
	}
	return text
}

type packBuildCmd struct {
	packArg
	Out string `short:"o" placeholder:"FILE" help:"Where the built pack goes; the standard output if left out."`
}

// Help shows how the command is used.
func (packBuildCmd) Help() string {
	return `The same sources give the same bytes. The built pack carries its sources along.

Examples:

    koujing pack build core/packs/cn-telecom -o cn-telecom.json
    koujing pack build core/packs/cn-telecom > cn-telecom.json

Exit code: 0 if a pack came out, 3 if there are errors in it, 2 for a wrong command line, 1 for a failure.`
}

// Run builds.
func (c *packBuildCmd) Run(a *app) error {
	src, err := c.find()
	if err != nil {
		return err
	}
	p, err := store.Compile(src)
	if build, ok := err.(*store.BuildError); ok {
		printDiagnostics(a.err, a.locate(src, build.Diagnostics))
		return &exit{exitInvalid, fmt.Sprintf("%s: no pack comes out%s", c.Pack, count(build.Diagnostics))}
	}
	if err != nil {
		return err
	}
	printDiagnostics(a.err, a.locate(src, p.Warnings))
	if c.Out == "" {
		_, err := a.out.Write(p.Built)
		return err
	}
	if err := store.WriteFile(c.Out, p.Built); err != nil {
		return err
	}
	fmt.Fprintf(a.err, "%s %s, %d bytes, %s\n", p.ID, p.Version, len(p.Built), p.Digest)
	return nil
}
