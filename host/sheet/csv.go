package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"koujing/core/author"
)

// CSVError says that a file is no CSV.
type CSVError struct {
	File         string
	Line, Column int // from 1; 0 for the file as a whole
	Reason, Hint string
}

func (e *CSVError) Error() string {
	at := e.File
	if e.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
	}
	return fmt.Sprintf("%s: %s: %s", at, e.Reason, e.Hint)
}

// ReadCSV reads a table's file, which a spreadsheet program may have written: with commas behind comments, comments in
// quotes. Errors: *CSVError.
func ReadCSV(path, text string) (*Sheet, error) {
	file := filepath.Base(path)
	if !utf8.ValidString(text) {
		return nil, &CSVError{File: path, Reason: "this file is not UTF-8", Hint: "in a spreadsheet program save it as CSV UTF-8, or as .xlsx"}
	}
	name := strings.TrimSuffix(file, filepath.Ext(file))
	t, err := author.ReadTable(name, text)
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, &CSVError{File: path, Line: parse.Line, Column: parse.Column, Reason: "this is not CSV: " + parse.Err.Error(), Hint: `a cell with a comma or a quote stands in quotes: "a, b"`}
	}
	s := &Sheet{Title: file, Table: name}
	width := len(t.Header())
	for i := range t.Rows {
		row := Row{Number: i + 1} // as a spreadsheet program counts them
		for _, text := range cellsOf(&t.Rows[i]) {
			row.Cells = append(row.Cells, textCell(text))
		}
		if c := t.Rows[i].Comment; c != "" {
			row.Cells = lost(c, width)
		}
		s.Rows = append(s.Rows, row)
	}
	return s, nil
}

// lost reads a line that begins with #: a comment, perhaps padded with commas to the width of the table, or a row whose
// first cell a spreadsheet program has lost.
func lost(line string, width int) []Cell {
	head, _, more := strings.Cut(line, ",")
	if c := textCell(head); more && c.Kind == Broken {
		return []Cell{c, {Text: strings.TrimPrefix(line, head+",")}}
	}
	if strings.HasSuffix(line, ",") && strings.Count(line, ",") >= width-1 {
		line = strings.TrimRight(line, ",")
	}
	return []Cell{{Text: line}}
}
