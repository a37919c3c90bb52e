package main

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"koujing/core/author"
	"koujing/core/author/phrase"
	"koujing/core/author/tidy"
	"koujing/host"
	"koujing/host/store"
)

type packTestCmd struct {
	packArg
	engineFlags
	Only      string `name:"run" placeholder:"REGEXP" help:"Only the tests whose name or row matches."`
	Verbose   bool   `short:"v" help:"Name the tests that pass too."`
	Uncovered bool   `name:"uncovered" help:"List the rules, rows of tables, steps and lines that no test has reached."`
	FailUnder int    `name:"fail-under" placeholder:"PERCENT" help:"Fail if less than this was reached of the rules, the rows, the steps or the lines."`
	Update    bool   `name:"update" help:"Rewrite what failing tests expect to what was decided, and show the difference."`
	DryRun    bool   `name:"dry-run" help:"With --update, only show the difference."`
	JUnit     string `name:"junit" placeholder:"FILE" help:"Write the outcome as JUnit XML too, for CI systems."`
	JSON      bool   `name:"json" help:"Print the outcome as JSON."`
}

// Help shows how the command is used.
func (packTestCmd) Help() string {
	return `Each test under tests/ is a case, the part of its decision that must come out, and the rules that must fire.

With --update only the values that are out of date change in the expect and fires of the tests that failed; comments, spaces and all else in the files stay. Read the difference before you keep it: it says what the pack does now, not what it should do.

Examples:

    koujing pack test core/packs/cn-telecom
    koujing pack test --run 'W-0[1-9]' -v
    koujing pack test --uncovered --fail-under 95
    koujing pack test my-pack --update --dry-run
    koujing pack test my-pack --junit report.xml

Exit code: 0 if every test passes or was updated, 3 if one doesn't, too little was reached, or the pack has errors, 2 for a wrong command line, 1 for a failure.`
}

// testReport is the outcome of one test.
type testReport struct {
	Name  string   `json:"name"`
	Row   string   `json:"row"`
	File  string   `json:"file"`
	Line  int      `json:"line"`
	OK    bool     `json:"ok"`
	Wrong []string `json:"wrong"` // what differs, one line each

	took time.Duration
}

// testRun is the outcome of all tests.
type testRun struct {
	OK       bool             `json:"ok"`
	Tests    []testReport     `json:"tests"`
	Coverage *author.Coverage `json:"coverage"`
	Updated  []string         `json:"updated"` // files that were rewritten, or would be
	Kept     []author.Kept    `json:"kept"`    // failing tests that could not be rewritten

	failed  int
	changed author.Sources // the files rewritten
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
	switch {
	case c.FailUnder != 0 && c.Only != "":
		return &exit{exitUsage, "--fail-under counts what all tests reach, --run leaves some out: give one of them"}
	case c.FailUnder < 0 || c.FailUnder > 100:
		return &exit{exitUsage, "--fail-under is a percentage, 0 to 100"}
	case c.DryRun && !c.Update:
		return &exit{exitUsage, "--dry-run goes with --update"}
	case c.Update && !c.DryRun && src.Kind != store.Folder:
		return &exit{exitUsage, c.Pack + " is no folder that can be written to: --update needs a pack folder"}
	}
	texts, err := src.Sources()
	if err != nil {
		return err
	}
	work := &author.Workspace{}
	built, found := work.Build(texts)
	tests, more := author.Tests(texts)
	if found = append(found, more...); built == nil || len(more) > 0 {
		printDiagnostics(a.err, a.locate(src, found))
		return &exit{exitInvalid, fmt.Sprintf("%s: the tests can't run%s", c.Pack, count(found))}
	}
	r, err := c.start(a.ctx, host.WithPack(built), host.WithPoolSize(1))
	if err != nil {
		return err
	}
	defer r.Close(a.ctx)
	run := &testRun{Tests: []testReport{}, Coverage: work.Coverage(texts), Updated: []string{}, Kept: []author.Kept{}}
	var outdated []author.Outdated
	lang := a.language(src)
	for _, t := range tests {
		if !match.MatchString(t.Name) && !match.MatchString(t.Row) {
			continue
		}
		begin := time.Now()
		d, err := r.Decide(a.ctx, t.Case)
		if err != nil {
			return fmt.Errorf("%s:%d: %s: %w", t.File, t.Line, t.Name, err)
		}
		wrong := t.Judge(d.Bytes())
		run.Coverage.Note(d.Bytes())
		if len(wrong) > 0 {
			run.failed++
			outdated = append(outdated, author.Outdated{Test: t, Decision: d.Bytes()})
		}
		run.Tests = append(run.Tests, testReport{t.Name, t.Row, t.File, t.Line, len(wrong) == 0, phrase.In(lang, wrong), time.Since(begin)})
	}
	if len(run.Tests) == 0 && c.Only != "" {
		return &exit{exitInvalid, fmt.Sprintf("%s: no test has %s in its name or row", c.Pack, c.Only)}
	}
	run.Coverage.Sum()
	return c.conclude(a, src, texts, run, outdated)
}

// conclude updates what is out of date, if that is wanted, and tells the outcome.
func (c *packTestCmd) conclude(a *app, src store.Source, texts author.Sources, run *testRun, outdated []author.Outdated) error {
	run.OK = run.failed == 0
	if c.Update {
		if err := run.update(texts, outdated); err != nil {
			return err
		}
		if !c.DryRun {
			if err := rewrite(src, texts, run.changed); err != nil {
				return err
			}
			run.OK = len(run.Kept) == 0
		}
	}
	short := c.short(run.Coverage)
	run.OK = run.OK && short == ""
	if c.JUnit != "" {
		if err := writeJUnit(c.JUnit, c.Pack, run.Tests); err != nil {
			return err
		}
	}
	if err := c.print(a, src, texts, run); err != nil {
		return err
	}
	if short != "" {
		return &exit{exitInvalid, fmt.Sprintf("%s: %s, less than %d%%", c.Pack, short, c.FailUnder)}
	}
	if !run.OK {
		return &exit{code: exitInvalid}
	}
	return nil
}

// update rewrites the tests that failed. A file that was in the one style of packs stays in it.
func (run *testRun) update(texts author.Sources, outdated []author.Outdated) error {
	var kept []author.Kept
	run.changed, kept = author.RewriteTests(texts, outdated)
	run.Kept = some(kept)
	for file, text := range run.changed {
		if before, err := tidy.File(file, texts[file]); err == nil && before == texts[file] {
			if text, err = tidy.File(file, text); err != nil {
				return err
			}
			run.changed[file] = text
		}
	}
	run.Updated = some(slices.Sorted(maps.Keys(run.changed)))
	return nil
}

// parts are what is counted, with their names.
func parts(c *author.Coverage) []struct {
	name string
	r    *author.Reached
} {
	return []struct {
		name string
		r    *author.Reached
	}{{"rules", &c.Rules}, {"rows of tables", &c.Rows}, {"steps", &c.Steps}, {"lines", &c.Lines}}
}

// short says what was reached too little of, "" if nothing.
func (c *packTestCmd) short(reached *author.Coverage) string {
	for _, part := range parts(reached) {
		if p := part.r.Percent(); p < c.FailUnder {
			return fmt.Sprintf("%d%% of the %s are reached", p, part.name)
		}
	}
	return ""
}

func (c *packTestCmd) print(a *app, src store.Source, texts author.Sources, run *testRun) error {
	if c.JSON {
		return printJSON(a.out, run)
	}
	for _, t := range run.Tests {
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
	for _, file := range run.Updated {
		if _, err := a.out.Write(diff.Diff("a/"+file, []byte(texts[file]), "b/"+file, []byte(run.changed[file]))); err != nil {
			return err
		}
	}
	for _, k := range run.Kept {
		fmt.Fprintf(a.out, "%s:%d: not updated: %s: %s\n", pathOf(src, k.File), k.Line, printable(k.Name), printable(k.Reason))
	}
	if c.Only == "" || c.Uncovered {
		c.printCoverage(a.out, src, run.Coverage)
	}
	said := ""
	if updated := run.failed - len(run.Kept); c.Update && c.DryRun {
		said = fmt.Sprintf(", %d would be updated", updated)
	} else if c.Update {
		said = fmt.Sprintf(", %d updated", updated)
	}
	_, err := fmt.Fprintf(a.out, "%s: %d %s, %d failed%s\n", c.Pack, len(run.Tests), plural("test", len(run.Tests)), run.failed, said)
	return err
}

// printCoverage says how much of the pack its tests have touched, and with --uncovered what they have not.
func (c *packTestCmd) printCoverage(w io.Writer, src store.Source, reached *author.Coverage) {
	missing := 0
	for _, part := range parts(reached) {
		if part.r.Total == 0 {
			continue
		}
		fmt.Fprintf(w, "%s reached: %d of %d (%d%%)\n", part.name, part.r.Count, part.r.Total, part.r.Percent())
		missing += len(part.r.Missing)
		if c.Uncovered {
			for _, m := range part.r.Missing {
				fmt.Fprintf(w, "  %s:%d: not reached: %s\n", pathOf(src, m.File), m.Line, printable(m.Name))
			}
		}
	}
	if missing > 0 && !c.Uncovered {
		fmt.Fprintln(w, "--uncovered lists what was not reached")
	}
}
