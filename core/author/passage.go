package author

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// exprSource is the text of an expression and where it stands.
type exprSource struct {
	text  string
	at    place   // of the first code point
	spots []place // of every code point, and of the end, where they do not simply follow each other; else nil
}

// place is where width code points of the text stand, from the given one on.
func (s exprSource) place(from, width int) place {
	if s.spots == nil {
		return s.at.right(from, width)
	}
	last := len(s.spots) - 1
	at := s.spots[min(from, last)]
	at.width = width
	if end := s.spots[min(from+max(width, 1)-1, last)]; end.line == at.line {
		at.width = max(width, end.column+1-at.column)
	}
	return at
}

// part is a piece of the text that begins at a code point.
func (s exprSource) part(from int, text string) exprSource {
	out := exprSource{text: text, at: s.place(from, utf8.RuneCountInString(text))}
	if s.spots != nil {
		out.spots = s.spots[from : from+utf8.RuneCountInString(text)+1]
	}
	return out
}

// trimmed is the text without the space around it.
func (s exprSource) trimmed() exprSource {
	text := strings.TrimLeft(s.text, " \t\r\n")
	return s.part(utf8.RuneCountInString(s.text)-utf8.RuneCountInString(text), strings.TrimRight(text, " \t\r\n"))
}

// whole is where all of the text stands.
func (s exprSource) whole() place { return s.place(0, s.width()) }

// width is the length of the text in code points.
func (s exprSource) width() int { return utf8.RuneCountInString(s.text) }

// source is a scalar as an expression, with the place of every character: behind an opening quote, past escapes, on the
// lines of a block. Not ok is what is no scalar, after reporting it.
func (n node) source(l *log, what string) (src exprSource, ok bool) {
	if n.Kind != yaml.ScalarNode {
		l.error(n.place(), wantsText.of(noun(what)))
		return exprSource{}, false
	}
	s := exprSource{text: n.Value}
	if s.at, ok = n.straight(l); ok {
		return s, true
	}
	reading := reader{file: n.file, lines: l.linesOf(n.file), line: n.Line - 1, column: n.Column - 1}
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		reading.escapes = true
		reading.column++
	case n.Style&yaml.SingleQuotedStyle != 0:
		reading.quote = '\''
		reading.column++
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		reading.block(n.Line)
	}
	s.spots = reading.follow(s.text)
	s.at = s.spots[0]
	return s, true
}

// straight is where a text stands that is written in one line as it is, as nearly all are.
func (n node) straight(l *log) (at place, ok bool) {
	lines, quote := l.linesOf(n.file), ""
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		quote = `"`
	case n.Style&yaml.SingleQuotedStyle != 0:
		quote = "'"
	}
	if n.Line > len(lines) || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return place{}, false
	}
	rest := lines[n.Line-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
	}
	rest, ok = strings.CutPrefix(rest, quote)
	if rest, ok2 := strings.CutPrefix(rest, n.Value); !ok || !ok2 || !strings.HasPrefix(rest, quote) {
		return place{}, false
	}
	return place{file: n.file, line: n.Line, column: n.Column + len(quote), width: 1}, true
}

// reader follows a text through the lines of a file in which it is spelt with quotes, escapes and line breaks.
type reader struct {
	file         string
	lines        []string
	line, column int    // from 0, in code points
	current      []rune // of the line
	loaded       int    // line of current, from 1
	quote        rune   // that is doubled inside; 0 for none
	escapes      bool   // a backslash begins one
	indent       int    // of a block's lines; else all the space before a line goes
	blocked      bool
}

// block starts at a block's first line.
func (r *reader) block(line int) {
	r.blocked, r.line, r.column = true, line, 0
	for i := line; i < len(r.lines); i++ {
		if rest := strings.TrimLeft(r.lines[i], " "); rest != "" {
			r.indent = len(r.lines[i]) - len(rest)
			break
		}
	}
	r.skipIndent()
}

// next is the code point at hand, '\n' at the end of a line and 0 behind the last.
func (r *reader) next() rune { return r.ahead(0) }

func (r *reader) ahead(n int) rune {
	if r.line >= len(r.lines) {
		return 0
	}
	if r.loaded != r.line+1 {
		r.current, r.loaded = []rune(r.lines[r.line]), r.line+1
	}
	if r.column+n >= len(r.current) {
		return '\n'
	}
	return r.current[r.column+n]
}

// skipIndent goes to where a line of the text begins.
func (r *reader) skipIndent() {
	for (!r.blocked || r.column < r.indent) && (r.next() == ' ' || r.next() == '\t') {
		r.column++
	}
}

func (r *reader) newLine() {
	r.line++
	r.column = 0
	r.skipIndent()
}

func (r *reader) here() place {
	return place{file: r.file, line: r.line + 1, column: r.column + 1, width: 1}
}

// follow returns the place of every code point of text, and of its end.
func (r *reader) follow(text string) []place {
	spots := make([]place, 0, len(text)+1)
	for _, want := range text {
		r.skip(want)
		spots = append(spots, r.here())
		switch at := r.next(); {
		case at == 0:
		case at == '\n':
			r.newLine()
		case r.escapes && at == '\\':
			r.column += escapeLength(r.ahead(1))
		case r.quote != 0 && at == r.quote:
			r.column += 2 // a doubled quote
		default:
			r.column++
		}
	}
	return append(spots, r.here())
}

// skip passes over what is not part of the text: broken lines, and the space that a fold takes away.
func (r *reader) skip(want rune) {
	for {
		switch at := r.next(); {
		case at == '\n' && want != ' ' && want != '\n':
			r.newLine()
		case r.escapes && at == '\\' && r.ahead(1) == '\n':
			r.newLine()
		case (at == ' ' || at == '\t') && want != at && !r.blocked:
			r.column++
		default:
			return
		}
	}
}

// escapeLength is how many characters an escape of a double-quoted YAML text takes, by the one behind the backslash.
func escapeLength(kind rune) int {
	switch kind {
	case 'x':
		return 4
	case 'u':
		return 6
	case 'U':
		return 10
	}
	return 2
}
