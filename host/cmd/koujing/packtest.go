package main

import (
	"fmt"
	"io"
	"regexp"

	"koujing/core/author"
	"koujing/host"
	"koujing/host/store"
)

type packTestCmd struct {
	packArg
	engineFlags
	Only    string `name:"run" placeholder:"REGEXP" help:"Only the tests whose name or row matches."`
	Verbose bool   `short:"v" help:"Name the tests that pass too."`
	JSON    bool   `name:"json" help:"Print the outcome as JSON."`
}

// Help shows how the command is used.
func (packTestCmd) Help() string {
	return `Each test under tests/ is a case, the part of its decision that must come out, and the rules that must fire.

Examples:

    koujing pack test core/packs/cn-telecom
    koujing pack test --run 'W-0[1-9]' -v

Exit code: 0 if every test passes, 3 if one doesn't or the pack has errors, 2 for a wrong command line, 1 for a failure.`
}

// testReport is the outcome of one test.
type testReport struct {
	Name  string   `json:"name"`
	Row   string   `json:"row"`
	File  string   `json:"file"`
	Line  int      `json:"line"`
	OK    bool     `json:"ok"`
	Wrong []string `json:"wrong"` // what differs, one line each
}

// Run runs the tests through the engine, as they will be decided.
func (c *packTestCmd) Run(a *app) error {
	match, err := regexp.Compile(c.Only)
	if err != nil {
		return &exit{exitUsage, err.Error()}
	}
	src, err := c.find()
	if err != nil {
		return err
	}
	texts, err := src.Sources()
	if err != nil {
		return err
	}
	built, found := author.Build(texts)
	tests, more := author.Tests(texts)
	if found = append(found, more...); built == nil || len(more) > 0 {
		printDiagnostics(a.err, locate(src, found))
		return &exit{exitInvalid, fmt.Sprintf("%s: the tests can't run%s", c.Pack, count(found))}
	}
	r, err := c.start(a.ctx, host.WithPack(built), host.WithPoolSize(1))
	if err != nil {
		return err
	}
	defer r.Close(a.ctx)
	reports, failed := []testReport{}, 0
	reached := author.NewCoverage(built)
	for _, t := range tests {
		if !match.MatchString(t.Name) && !match.MatchString(t.Row) {
			continue
		}
		d, err := r.Decide(a.ctx, t.Case)
		if err != nil {
			return fmt.Errorf("%s:%d: %s: %w", t.File, t.Line, t.Name, err)
		}
		wrong := t.Judge(d.Bytes())
		reached.Note(d.Bytes())
		if len(wrong) > 0 {
			failed++
		}
		reports = append(reports, testReport{t.Name, t.Row, t.File, t.Line, len(wrong) == 0, append([]string{}, wrong...)})
	}
	if len(reports) == 0 && c.Only != "" {
		return &exit{exitInvalid, fmt.Sprintf("%s: no test has %s in its name or row", c.Pack, c.Only)}
	}
	reached.Sum()
	if err := c.print(a, src, reports, reached, failed); err != nil {
		return err
	}
	if failed > 0 {
		return &exit{code: exitInvalid}
	}
	return nil
}

func (c *packTestCmd) print(a *app, src store.Source, reports []testReport, reached *author.Coverage, failed int) error {
	if c.JSON {
		return printJSON(a.out, struct {
			OK       bool             `json:"ok"`
			Tests    []testReport     `json:"tests"`
			Coverage *author.Coverage `json:"coverage"`
		}{failed == 0, reports, reached})
	}
	for _, t := range reports {
		at := pathOf(src, t.File)
		switch {
		case !t.OK:
			fmt.Fprintf(a.out, "%s:%d: failed: %s\n", at, t.Line, printable(t.Name))
			for _, w := range t.Wrong {
				fmt.Fprintf(a.out, "  %s\n", printable(w))
			}
		case c.Verbose:
			fmt.Fprintf(a.out, "%s:%d: ok: %s\n", at, t.Line, printable(t.Name))
		}
	}
	word := "tests"
	if len(reports) == 1 {
		word = "test"
	}
	if c.Only == "" {
		printCoverage(a.out, reached)
	}
	_, err := fmt.Fprintf(a.out, "%s: %d %s, %d failed\n", c.Pack, len(reports), word, failed)
	return err
}

// printCoverage says how much of the pack its tests have touched, and names what they have not.
func printCoverage(w io.Writer, c *author.Coverage) {
	const most = 20 // names of one kind; --json has all
	for _, part := range []struct {
		name string
		r    author.Reached
	}{{"rules", c.Rules}, {"steps", c.Steps}, {"lines", c.Lines}} {
		if part.r.Total == 0 {
			continue
		}
		fmt.Fprintf(w, "%s reached: %d of %d (%d%%)\n", part.name, part.r.Count, part.r.Total, part.r.Count*100/part.r.Total)
		for i, name := range part.r.Missing {
			if i == most {
				fmt.Fprintf(w, "  and %d more\n", len(part.r.Missing)-most)
				break
			}
			fmt.Fprintf(w, "  not reached: %s\n", printable(name))
		}
	}
}
