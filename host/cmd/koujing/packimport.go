package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"koujing/core/author"
	"koujing/host/sheet"
	"koujing/host/store"
)

type packImportCmd struct {
	Pack   string   `arg:"" name:"P" help:"The pack folder."`
	From   []string `arg:"" name:"FROM" help:"A workbook (.xlsx), CSV files named after their tables, or a folder of them."`
	DryRun bool     `name:"dry-run" help:"Only show what would change."`
	JSON   bool     `name:"json" help:"Print the outcome as JSON."`
}

// Help shows how the command is used.
func (packImportCmd) Help() string {
	return `The tables are checked cell by cell, as pack check does, before anything is written: when one cell is wrong, nothing is. Rows that did not change keep their bytes, so a diff shows what was edited. Tables that are not in the workbook stay as they are. A number, a truth value or a date that a spreadsheet program has made of a cell is taken where its meaning is certain; where it is not (5000.5, #REF!, a date among texts), the cell is named.

Only tables (tables/*.csv) come from a spreadsheet, not the rules written in YAML.

Examples:

    koujing pack import my-pack tables.xlsx --dry-run
    koujing pack import my-pack tables.xlsx
    koujing pack import my-pack refund.approval.csv

Exit code: 0, 3 if a cell is wrong and nothing was written, 2 for a wrong command line, 1 for a failure.`
}

// imported is the outcome as JSON.
type imported struct {
	OK        bool                `json:"ok"`
	Written   bool                `json:"written"`
	Changes   []sheet.Change      `json:"changes"`
	Unchanged []string            `json:"unchanged"`
	Left      []string            `json:"left"` // sheets that say of no table
	Findings  []sheet.Finding     `json:"findings"`
	Elsewhere []author.Diagnostic `json:"elsewhere"`

	Unsearched []string `json:"unsearched"` // changed tables too large to be searched for rows that meet or are never reached
}

// Run imports.
func (c *packImportCmd) Run(a *app) error {
	src, err := store.Find(c.Pack)
	if err != nil {
		return err
	}
	if src.Kind != store.Folder {
		return &exit{exitUsage, c.Pack + " is no pack folder: tables are written back to the folder that the pack is built from"}
	}
	texts, err := src.Sources()
	if err != nil {
		return err
	}
	sheets, left, err := c.read()
	if err != nil {
		return err
	}
	plan := sheet.NewPlan(texts, sheets)
	lang := a.language(src)
	plan.Findings, plan.Elsewhere = author.In(lang, plan.Findings), author.In(lang, plan.Elsewhere)
	write := !plan.Failed() && !c.DryRun && len(plan.Files) > 0
	if write {
		if err := writeTables(src.Path, plan.Files); err != nil {
			return err
		}
	}
	if c.JSON {
		err = printJSON(a.out, imported{!plan.Failed(), write, some(plan.Changes), some(plan.Unchanged), some(left), some(plan.Findings), some(plan.Elsewhere), some(plan.Unsearched)})
	} else {
		err = c.print(a, src, plan, left)
	}
	if err == nil && plan.Failed() {
		return &exit{code: exitInvalid}
	}
	return err
}

// some is a list that is never nil, for JSON.
func some[T any](list []T) []T { return append([]T{}, list...) }

// read reads what is to be imported, and the titles of the sheets that are none.
func (c *packImportCmd) read() (sheets []sheet.Sheet, left []string, err error) {
	for _, from := range c.From {
		info, err := os.Stat(from)
		if err != nil {
			return nil, nil, err
		}
		files := []string{from}
		if info.IsDir() {
			if files, err = filepath.Glob(filepath.Join(escapeGlob(from), "*.csv")); err != nil {
				return nil, nil, err
			}
			if len(files) == 0 {
				return nil, nil, &exit{exitInvalid, from + " has no CSV files in it"}
			}
		}
		for _, file := range files {
			if strings.EqualFold(filepath.Ext(file), ".csv") {
				s, err := readCSV(file)
				if err != nil {
					return nil, nil, err
				}
				sheets = append(sheets, *s)
				continue
			}
			data, err := store.ReadLimited(file, sheet.MaxBytes)
			if err != nil {
				return nil, nil, err
			}
			book, err := sheet.Read(data)
			if err != nil {
				return nil, nil, &exit{exitInvalid, fmt.Sprintf("%s: %v", file, err)}
			}
			sheets, left = append(sheets, book.Sheets...), append(left, book.Left...)
		}
	}
	if len(sheets) == 0 {
		return nil, nil, &exit{exitInvalid, fmt.Sprintf("there is no table in %s: the first row of a sheet says # table: and its name", strings.Join(c.From, ", "))}
	}
	return sheets, left, nil
}

func readCSV(file string) (*sheet.Sheet, error) {
	text, err := store.ReadLimited(file, author.MaxSource)
	if err != nil {
		return nil, err
	}
	s, err := sheet.ReadCSV(file, string(text))
	if err != nil {
		return nil, &exit{exitInvalid, err.Error()}
	}
	return s, nil
}

// escapeGlob takes a folder's name for what it is.
func escapeGlob(dir string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// writeTables writes tables into a pack folder.
func writeTables(dir string, files map[string]string) error {
	tables := filepath.Join(dir, "tables")
	info, err := os.Lstat(tables)
	switch {
	case os.IsNotExist(err):
		err = os.Mkdir(tables, 0o755)
	case err == nil && !info.IsDir():
		err = fmt.Errorf("%s is no plain folder", tables)
	}
	if err != nil {
		return err
	}
	out := map[string][]byte{}
	for path, text := range files {
		out[filepath.Join(dir, filepath.FromSlash(path))] = []byte(text)
	}
	return store.WriteFiles(out)
}

func (c *packImportCmd) print(a *app, src store.Source, plan *sheet.Plan, left []string) error {
	for _, title := range left {
		fmt.Fprintf(a.err, "left out: sheet %s; no row of it says # table: and a name\n", printable(title))
	}
	errors := c.printFindings(a.err, plan)
	if plan.Failed() {
		printDiagnostics(a.err, a.locate(src, plan.Elsewhere))
		errors += len(plan.Elsewhere)
		_, err := fmt.Fprintf(a.err, "koujing: nothing was written: %d %s\n", errors, plural("error", errors))
		return err
	}
	for _, change := range plan.Changes {
		printChange(a.out, change)
	}
	for _, name := range plan.Unsearched {
		fmt.Fprintf(a.err, "%s is large: koujing pack check %s looks for rows that meet or are never reached\n", name, c.Pack)
	}
	verb := "written"
	if c.DryRun {
		verb = "would be written"
	}
	_, err := fmt.Fprintf(a.out, "%s: %d %s %s, %d as before\n", c.Pack, len(plan.Changes), plural("table", len(plan.Changes)), verb, len(plan.Unchanged))
	return err
}

// printFindings prints the findings, and returns how many errors there are. Of very many it prints the first: --json has all.
func (c *packImportCmd) printFindings(w io.Writer, plan *sheet.Plan) (errors int) {
	const most = 50 // of each level
	counts := map[string]int{}
	for i := range plan.Findings {
		f := &plan.Findings[i]
		if counts[f.Level]++; counts[f.Level] <= most {
			printFinding(w, f)
		}
	}
	for _, level := range []string{author.LevelError, author.LevelWarning} {
		if more := counts[level] - most; more > 0 {
			fmt.Fprintf(w, "and %d more %s; --json has all\n", more, plural(level, more))
		}
	}
	return counts[author.LevelError]
}

// printFinding prints what is wrong in a cell as printDiagnostics does it for a line.
func printFinding(w io.Writer, f *sheet.Finding) {
	fmt.Fprintf(w, "%s: %s: %s\n", printable(f.Place()), f.Level, printable(f.Message))
	if text := strings.ReplaceAll(f.Text, "\n", " "); strings.TrimSpace(text) != "" {
		line, mark := underline(text, f.From+1, f.To+1)
		fmt.Fprintf(w, "  %s\n  %s\n", line, mark)
	}
	if f.Hint != "" {
		fmt.Fprintf(w, "  hint: %s\n", printable(f.Hint))
	}
	if f.Witness != "" {
		fmt.Fprintf(w, "  case: %s\n", printable(f.Witness))
	}
}

func printChange(w io.Writer, c sheet.Change) {
	const most = 40 // lines of one table; --json has all
	if c.New {
		fmt.Fprintf(w, "%s: new, %d %s\n", c.Table, c.Rows, plural("row", c.Rows))
		return
	}
	fmt.Fprintf(w, "%s:\n", c.Table)
	for _, part := range []struct {
		sign    string
		columns []string
	}{{"+", c.Added}, {"-", c.Gone}} {
		for _, name := range part.columns {
			fmt.Fprintf(w, "  %s column %s\n", part.sign, printable(name))
		}
	}
	for i, l := range c.Lines {
		if i == most {
			fmt.Fprintf(w, "  and %d more\n", len(c.Lines)-most)
			break
		}
		fmt.Fprintf(w, "  %s\n", printable(l.String()))
	}
	if c.Order {
		fmt.Fprintln(w, "  rows or columns stand in another order")
	}
	if c.Form {
		fmt.Fprintln(w, "  only comments, empty lines, quotes or line breaks stand otherwise")
	}
}
