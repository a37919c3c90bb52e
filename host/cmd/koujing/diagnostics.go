package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"koujing/core/author"
	"koujing/host/store"
)

// located makes an error's diagnostics ready to be read here, as locate does.
func (a *app) located(src store.Source, err error) error {
	if build, ok := err.(*store.BuildError); ok {
		return &store.BuildError{Diagnostics: a.locate(src, build.Diagnostics)}
	}
	return err
}

// locate tells findings in the reader's language, and puts the folder in front of their file names, so that a terminal can
// open them.
func (a *app) locate(src store.Source, found []author.Diagnostic) []author.Diagnostic {
	found = author.In(a.language(src), found)
	for i := range found {
		found[i].File = pathOf(src, found[i].File)
	}
	return found
}

// pathOf is where a file of a pack is found; of one that is in no folder, its path in the pack.
func pathOf(src store.Source, file string) string {
	if src.Kind != store.Folder {
		return file
	}
	return filepath.Join(src.Path, filepath.FromSlash(file))
}

// printDiagnostics prints findings as compilers do: the place, the line, a mark under it, and what to do.
func printDiagnostics(w io.Writer, found []author.Diagnostic) {
	for _, d := range found {
		fmt.Fprintf(w, "%s:%d:%d: %s: %s\n", d.File, d.Line, d.Column, d.Level, printable(d.Message))
		if strings.TrimSpace(d.Source) != "" {
			line, mark := underline(d.Source, d.Column, d.EndColumn)
			fmt.Fprintf(w, "  %s\n  %s\n", line, mark)
		}
		if d.Hint != "" {
			fmt.Fprintf(w, "  hint: %s\n", printable(d.Hint))
		}
		if d.Witness != "" {
			fmt.Fprintf(w, "  case: %s\n", printable(d.Witness))
		}
	}
}

// longest is how many columns of a line are shown; of a longer one, the part around the mark.
const longest = 120

// underline returns a line as a terminal may show it, and a second line with carets under the code points from column
// up to end (counted from 1). Chinese characters take two columns, marks that combine take none.
func underline(source string, column, end int) (line, mark string) {
	runes := []rune(strings.TrimRight(source, "\r\n"))
	from := min(max(column-1, 0), len(runes))
	to := min(max(end-1, from+1), len(runes))
	start := 0
	for columns(runes[start:min(to, from+longest/2)]) > longest*3/4 {
		start++
	}
	stop := start
	for stop < len(runes) && columns(runes[start:stop+1]) <= longest {
		stop++
	}
	var l, m strings.Builder
	if start > 0 {
		l.WriteString("…")
		m.WriteString(" ")
	}
	for i := start; i < stop; i++ {
		r := runes[i]
		if r == '\t' {
			r = ' '
		}
		l.WriteString(printable(string(r)))
		fill := " "
		if i >= from && i < to {
			fill = "^"
		}
		m.WriteString(strings.Repeat(fill, cells(r)))
	}
	if stop < len(runes) {
		l.WriteString("…")
	}
	if from >= len(runes) { // at the end of the line: something is missing there
		m.WriteString("^")
	}
	return l.String(), strings.TrimRight(m.String(), " ")
}

func columns(runes []rune) int {
	n := 0
	for _, r := range runes {
		n += cells(r)
	}
	return n
}

// cells is how many columns a terminal gives to a character.
func cells(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// printable keeps what a file holds from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '\ufffd'
		}
		return r
	}, s)
}
