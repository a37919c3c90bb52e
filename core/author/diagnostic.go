package author

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"koujing/core/author/phrase"
)

// Diagnostic is one finding about a pack's sources. Lines and columns start at 1 and count code points; EndColumn is
// one past the last. Level is error, warning or info. Codes are stable snake_case. Message and Hint are English until In says
// otherwise.
type Diagnostic struct {
	Code      string `json:"code"`
	Level     string `json:"level"`
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndColumn int    `json:"end_column"`
	Message   string `json:"message"`
	Hint      string `json:"hint"`
	Source    string `json:"source"`            // the line it is about
	Meant     string `json:"meant,omitempty"`   // what probably belongs in the place that is marked
	Witness   string `json:"witness,omitempty"` // a case that shows it, JSON to be handed to decide

	says, how phrase.Text
}

// In is the finding in a language. One that was not made here, but read from JSON, stays as it is.
func (d Diagnostic) In(lang phrase.Lang) Diagnostic {
	if !d.says.Empty() {
		d.Message, d.Hint = d.says.In(lang), d.how.In(lang)
	}
	return d
}

// In is findings, or what else is told here, in a language.
func In[T interface{ In(lang phrase.Lang) T }](lang phrase.Lang, told []T) []T {
	out := slices.Clone(told)
	for i := range out {
		out[i] = out[i].In(lang)
	}
	return out
}

// Levels of a diagnostic.
const (
	LevelError   = "error"
	LevelWarning = "warning"
	LevelInfo    = "info"
)

// place is where something stands in a source file.
type place struct {
	file         string
	line, column int // from 1, in code points
	width        int // code points, 0 if not known
}

// right moves a place n code points to the right.
func (p place) right(n, width int) place {
	p.column += n
	p.width = width
	return p
}

// log collects the findings of one build.
type log struct {
	src   Sources
	lines map[string][]string // by file, split when they are first asked for
	kept  *library            // what is parsed already; nil keeps nothing
	found []Diagnostic
	long  struct { // how many code points the line of the last finding has: lines may be long, and be wrong all over
		file        string
		line, count int
	}
}

func newLog(src Sources) *log { return &log{src: src, lines: map[string][]string{}} }

// linesOf are the lines of a file, none if there is no such file.
func (l *log) linesOf(path string) []string {
	lines, split := l.lines[path]
	if text, ok := l.src[path]; ok && !split {
		lines = linesOf(path, text)
		l.lines[path] = lines
	}
	return lines
}

// yamlBreaks are the line breaks that YAML knows.
var yamlBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// linesOf splits a file where its reader does, so that the numbers of lines agree.
func linesOf(path, text string) []string {
	text = strings.TrimPrefix(text, "\ufeff")
	if kindOf(path) == tableFile {
		return strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	}
	return strings.Split(yamlBreaks.Replace(text), "\n")
}

func (l *log) add(level string, at place, what *said) { l.show(level, at, what, "") }

// show adds a finding with a case that shows it, if there is one.
func (l *log) show(level string, at place, what *said, witness string) {
	d := Diagnostic{Code: what.code, Level: level, Meant: what.meant, Witness: witness, says: what.says, how: what.how}.In(phrase.EN)
	d.File, d.Line, d.Column = at.file, max(1, at.line), max(1, at.column)
	d.EndColumn = d.Column + max(1, at.width)
	if lines := l.linesOf(at.file); d.Line <= len(lines) {
		d.Source = lines[d.Line-1]
		if l.long.line != d.Line || l.long.file != d.File {
			l.long.file, l.long.line, l.long.count = d.File, d.Line, utf8.RuneCountInString(d.Source)
		}
		d.EndColumn = min(d.EndColumn, max(d.Column+1, l.long.count+1))
	}
	l.found = append(l.found, d)
}

func (l *log) error(at place, what *said) { l.add(LevelError, at, what) }

func (l *log) warn(at place, what *said) { l.add(LevelWarning, at, what) }

// errors counts the errors found so far.
func (l *log) errors() int {
	n := 0
	for i := range l.found {
		if l.found[i].Level == LevelError {
			n++
		}
	}
	return n
}

// failed reports whether anything found keeps a pack from coming out.
func (l *log) failed() bool {
	return slices.ContainsFunc(l.found, func(d Diagnostic) bool { return d.Level == LevelError })
}

// sorted returns the findings by place, each once.
func (l *log) sorted() []Diagnostic {
	slices.SortStableFunc(l.found, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(l.found)
}

// nearest returns the known word that word was probably meant to be, or "".
func nearest(word string, known []string) string {
	long := utf8.RuneCountInString(word)
	best, least := "", min(max(2, long/3)+1, max(long, 2)) // of a short word, something must be left
	for _, k := range known {
		if d := distance(word, k, least+1); d < least || (d == least && best != "" && k < best) {
			best, least = k, d
		}
	}
	return best
}

// distance is the edit distance of two words with swaps of neighbours counted as one, or limit if it is not below it.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d >= limit || -d >= limit {
		return limit
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			change := last[j-1]
			if x[i-1] != y[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(y)], limit)
}
