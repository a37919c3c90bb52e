package main

import (
	"strings"
	"testing"
)

func TestUnderline(t *testing.T) {
	long := strings.Repeat("a", 300)
	for _, tt := range []struct {
		name, source string
		column, end  int
		line, mark   string
	}{
		{"plain", "when: abc", 7, 10, "when: abc", "      ^^^"},
		{"Chinese before", "标题: abc", 5, 8, "标题: abc", "      ^^^"},
		{"Chinese under", "a 标题 b", 3, 5, "a 标题 b", "  ^^^^"},
		{"fullwidth", "（abc）", 1, 2, "（abc）", "^^"},
		{"combining", "e\u0301x", 3, 4, "e\u0301x", " ^"},
		{"tab", "\tabc", 2, 3, " abc", " ^"},
		{"at the end", "abc", 4, 5, "abc", "   ^"},
		{"past the end", "abc", 9, 12, "abc", "   ^"},
		{"empty width", "abc", 2, 2, "abc", " ^"},
		{"escape", "a\x1b[31mb", 1, 2, "a\ufffd[31mb", "^"},
		{"long, at the start", long, 1, 3, strings.Repeat("a", 120) + "…", "^^"},
	} {
		line, mark := underline(tt.source, tt.column, tt.end)
		if line != tt.line || mark != tt.mark {
			t.Errorf("%s:\n%q\n%q", tt.name, line, mark)
		}
	}
	// Far out in a long line the mark still stands under what it marks.
	line, mark := underline(strings.Repeat("题", 200)+"X"+long, 201, 202)
	at := strings.IndexRune(mark, '^')
	before, _, _ := strings.Cut(line, "X")
	if columns([]rune(before)) != at || len(mark) != at+1 || columns([]rune(line)) > longest+2 {
		t.Errorf("%q\n%q", line, mark)
	}
}
