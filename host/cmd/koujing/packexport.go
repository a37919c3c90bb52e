package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"koujing/core/author"
	"koujing/host/sheet"
	"koujing/host/store"
)

type packExportCmd struct {
	packArg
	placeFlags
	Out    string   `short:"o" placeholder:"FILE.xlsx" help:"The workbook to write."`
	CSV    string   `name:"csv" placeholder:"DIR" help:"A folder to write the tables to as CSV, one file each."`
	All    string   `name:"sources" placeholder:"DIR" help:"A folder to write the whole pack to as it is edited: rules, tables, talk tracks, tests, row index."`
	Tables []string `name:"table" placeholder:"NAME" help:"Only this table; may be given several times."`
	Force  bool     `name:"force" help:"Replace a file that is there and holds something else."`
}

// Help shows how the command is used.
func (packExportCmd) Help() string {
	return `A workbook has one sheet a table: its name in the first row, comments and hit policy above the header, inputs blue and outputs green, drop-down lists where the pack knows the values. Every cell is a text, so that a spreadsheet program leaves "> 5000", "0012" and "= settings.x" alone. Only tables (tables/*.csv) go to a spreadsheet, not the rules written in YAML. koujing pack import takes the workbook back. With --server or --data, P is a pack that was published, with the tests and the row index that came along: ID, ID@VERSION or ID@DIGEST.

Examples:

    koujing pack export core/packs/cn-telecom -o tables.xlsx
    koujing pack export core/packs/cn-telecom --table refund.approval -o approval.xlsx
    koujing pack export core/packs/cn-telecom --csv tables
    koujing pack export cn-telecom --server https://koujing.example.com --sources cn-telecom

Exit code: 0, 2 for a wrong command line, 1 for a failure. A pack with errors can be exported too.`
}

// Run exports.
func (c *packExportCmd) Run(a *app) error {
	if given := []string{c.Out, c.CSV, c.All}; len(slices.DeleteFunc(given, func(to string) bool { return to == "" })) != 1 {
		return &exit{exitUsage, "say where to: the tables with -o FILE.xlsx or --csv DIR, the whole pack with --sources DIR"}
	}
	if c.All != "" && len(c.Tables) > 0 {
		return &exit{exitUsage, "--sources writes the whole pack: leave --table out"}
	}
	_, texts, err := c.texts(a, c.packArg)
	if err != nil {
		return err
	}
	if c.All != "" {
		return c.sources(a, texts)
	}
	tables, err := c.choose(texts)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	if c.CSV != "" {
		if err := os.MkdirAll(c.CSV, 0o755); err != nil {
			return err
		}
		for _, t := range tables {
			// Without the mark a spreadsheet program of a Chinese system reads the file as GBK.
			files[filepath.Join(c.CSV, t.Name+".csv")] = []byte("\ufeff" + strings.TrimPrefix(t.Text(), "\ufeff"))
		}
	} else {
		if files[c.Out], err = sheet.Write(tables, author.Look(texts).Tables); err != nil {
			return err
		}
	}
	if err := c.spare(files); err != nil {
		return err
	}
	if err := store.WriteFiles(files); err != nil {
		return err
	}
	rows := 0
	for _, t := range tables {
		rows += len(t.Rows)
	}
	_, err = fmt.Fprintf(a.err, "%s: %d %s, %d lines, to %s\n", c.Pack, len(tables), plural("table", len(tables)), rows, c.Out+c.CSV)
	return err
}

// sources writes all files of a pack.
func (c *packExportCmd) sources(a *app, texts author.Sources) error {
	files := map[string][]byte{}
	for path, text := range texts {
		if !filepath.IsLocal(path) {
			return fmt.Errorf("the pack has a file %q, which lies outside its folder: nothing was written", path)
		}
		files[filepath.Join(c.All, filepath.FromSlash(path))] = []byte(text)
	}
	if err := c.spare(files); err != nil {
		return err
	}
	for path := range files {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
	}
	if err := store.WriteFiles(files); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.err, "%s: %d files, to %s\n", c.Pack, len(files), c.All)
	return err
}

// choose reads the tables that are asked for.
func (c *packExportCmd) choose(texts author.Sources) ([]*author.Table, error) {
	var out []*author.Table
	var known []string
	for _, path := range slices.Sorted(maps.Keys(texts)) {
		name := author.TableName(path)
		if name == "" {
			continue
		}
		known = append(known, name)
		if len(c.Tables) > 0 && !slices.Contains(c.Tables, name) {
			continue
		}
		t, err := author.ReadTable(name, texts[path])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, t)
	}
	for _, name := range c.Tables {
		if !slices.Contains(known, name) {
			return nil, &exit{exitUsage, fmt.Sprintf("%s has no table %s; koujing pack export --help shows how", c.Pack, name)}
		}
	}
	if len(out) == 0 {
		return nil, &exit{exitInvalid, c.Pack + " has no tables: its decisions are all written as rules"}
	}
	return out, nil
}

// spare keeps what somebody may have worked on from being written over.
func (c *packExportCmd) spare(files map[string][]byte) error {
	for _, path := range slices.Sorted(maps.Keys(files)) {
		there, err := os.ReadFile(path)
		if err == nil && !bytes.Equal(there, files[path]) && !c.Force {
			return &exit{exitFailure, path + " is there already and holds something else: take another name, or --force"}
		}
	}
	return nil
}

// plural is a word as it stands behind a number.
func plural(word string, n int) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
