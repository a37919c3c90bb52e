package author_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/width"
	"golang.org/x/tools/txtar"

	"koujing/core/author"
	"koujing/core/author/phrase"
)

// Each archive in testdata/diagnostics is a small broken pack and, as its last file, what the author says of it.
// KOUJING_UPDATE=1 writes that anew; then read the difference.
//
// «…» marks in a source where a finding must point, from its first character to its last; the marks are no part of the
// pack. A finding about a whole file points at its start and has no mark. <repeat 300 x> stands for 300 times x, in
// which a % is the number of the time, and <byte ff> for a byte. An archive without a pack.yaml gets that of base.yaml.

func TestDiagnostics(t *testing.T) {
	paths, err := filepath.Glob("testdata/diagnostics/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { checkArchive(t, path, seen) })
	}
	reported := codes(t)
	for _, code := range reported {
		if !seen[code] {
			t.Errorf("no archive ends in %s", code)
		}
		if author.Codes[code].Empty() {
			t.Errorf("%s is not explained in Codes", code)
		}
	}
	for code := range author.Codes {
		if !slices.Contains(reported, code) {
			t.Errorf("nothing reports %s", code)
		}
	}
}

func checkArchive(t *testing.T, path string, seen map[string]bool) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[phrase.Lang]string{}
	src := author.Sources{}
	marks := map[string]bool{}
	based := false // most archives have no use for most of base.yaml
	for _, f := range archive.Files {
		if lang, ok := wants[f.Name]; ok {
			want[lang] = string(f.Data)
			continue
		}
		src[f.Name] = unmark(f.Name, expand(string(f.Data)), marks)
	}
	if _, ok := src["pack.yaml"]; !ok && !strings.Contains(path, "missing_file") {
		base, err := os.ReadFile("testdata/diagnostics/base.yaml")
		if err != nil {
			t.Fatal(err)
		}
		src["pack.yaml"] = string(base)
		based = true
	}
	built, findings := author.Build(src)
	if failed := !author.InOrder(findings); failed == (built != nil) {
		t.Errorf("errors %v, but built %v", failed, built != nil)
	}
	found := author.Check(src, author.Options{At: "2026-11-22"})
	got := map[phrase.Lang]string{}
	for _, d := range found {
		if based && d.Code == "unused" || d.Code == "no_basis" && !strings.Contains(path, "no_basis") {
			continue
		}
		seen[d.Code] = true
		got[phrase.EN] += render(d)
		got[phrase.ZH] += inChinese(t, d)
		if at := span(d.File, d.Line, d.Column, d.EndColumn); marks[at] {
			marks[at] = false
		} else if _, twice := marks[at]; !twice && (d.Line != 1 || d.Column != 1) {
			t.Errorf("%s points at %s, where nothing is marked", d.Code, at)
		}
	}
	for _, at := range slices.Sorted(maps.Keys(marks)) {
		if marks[at] {
			t.Errorf("nothing points at %s", at)
		}
	}
	if os.Getenv("KOUJING_UPDATE") != "" {
		archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { _, ok := wants[f.Name]; return ok })
		for _, name := range slices.Sorted(maps.Keys(wants)) {
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got[wants[name]])})
		}
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for name, lang := range wants {
		if got[lang] != want[lang] {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got[lang], want[lang])
		}
	}
}

// wants are the last files of an archive: the findings in full, and the sentences of the same in Chinese.
var wants = map[string]phrase.Lang{"want": phrase.EN, "want.zh": phrase.ZH}

var (
	figures = regexp.MustCompile(`\d+`)
	left    = regexp.MustCompile(`\$[a-z]`) // of a name without a value
)

// inChinese is what a finding says in Chinese. It has the figures of the English one.
func inChinese(t *testing.T, d author.Diagnostic) string {
	zh := d.In(phrase.ZH)
	said := zh.Message + zh.Hint
	for _, n := range figures.FindAllString(d.Message, -1) {
		if !strings.Contains(zh.Message, n) {
			t.Errorf("%s: there is no %s in %s", d.Message, n, zh.Message)
		}
	}
	if left.MatchString(said) || (d.Hint == "") != (zh.Hint == "") || zh.In(phrase.EN) != d {
		t.Errorf("%s: %s is no sentence, or none that belongs to it", d.Message, said)
	}
	if d.Meant != "" && (!strings.Contains(d.Hint, "did you mean "+d.Meant+"?") || !strings.Contains(zh.Hint, "「"+d.Meant+"」")) {
		t.Errorf("%s is meant, but %s and %s do not ask", d.Meant, d.Hint, zh.Hint)
	}
	if zh.Hint != "" {
		zh.Hint = "\n    " + zh.Hint
	}
	return fmt.Sprintf("%d:%d: %s%s\n", zh.Line, zh.Column, zh.Message, zh.Hint)
}

func span(file string, line, from, to int) string {
	return fmt.Sprintf("%s:%d:%d-%d", file, line, from, to)
}

var macro = regexp.MustCompile(`<(repeat (\d+) ([^>]*)|byte ([0-9a-f]{2}))>`)

func expand(text string) string {
	return macro.ReplaceAllStringFunc(text, func(m string) string {
		parts := macro.FindStringSubmatch(m)
		if parts[4] != "" {
			b, _ := strconv.ParseUint(parts[4], 16, 8)
			return string([]byte{byte(b)})
		}
		n, _ := strconv.Atoi(parts[2])
		var out strings.Builder
		for i := range n {
			out.WriteString(strings.ReplaceAll(parts[3], "%", strconv.Itoa(i)))
		}
		return out.String()
	})
}

// unmark takes the marks out of a source and notes what they mark.
func unmark(file, text string, marks map[string]bool) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		from := 0
		for {
			before, rest, ok := strings.Cut(line, "«")
			if !ok {
				break
			}
			from = utf8.RuneCountInString(before) + 1
			marked, behind, _ := strings.Cut(rest, "»")
			marks[span(file, i+1, from, from+max(1, utf8.RuneCountInString(marked)))] = true
			line = before + marked + behind
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

// render writes a finding as the command line does, a long line cut off.
func render(d author.Diagnostic) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s:%d:%d: %s: %s\n", d.File, d.Line, d.Column, d.Code, d.Message)
	if d.Level != author.LevelError {
		out.Reset()
		fmt.Fprintf(&out, "%s:%d:%d: %s: %s: %s\n", d.File, d.Line, d.Column, d.Level, d.Code, d.Message)
	}
	line := []rune(strings.ReplaceAll(strings.ToValidUTF8(d.Source, "\ufffd"), "\x00", "\ufffd"))
	if len(line) <= 160 && strings.TrimSpace(d.Source) != "" {
		fmt.Fprintf(&out, "    %s\n    %s%s\n", string(line), blank(line[:min(len(line), d.Column-1)], " "), blank(line[min(len(line), d.Column-1):min(len(line), d.EndColumn-1)], "^"))
	}
	if d.Hint != "" {
		fmt.Fprintf(&out, "    hint: %s\n", d.Hint)
	}
	if d.Witness != "" {
		fmt.Fprintf(&out, "    case: %s\n", d.Witness)
	}
	return out.String()
}

// blank is as wide as some characters are on a screen; at least one.
func blank(runes []rune, with string) string {
	n := 0
	for _, r := range runes {
		n++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	if with == "^" {
		n = max(n, 1)
	}
	return strings.Repeat(with, n)
}

// codes are the codes that the author's source reports.
func codes(t *testing.T) []string {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.CompositeLit); ok && len(lit.Elts) > 0 {
				if kind, ok := lit.Type.(*ast.Ident); ok && kind.Name == "message" {
					if code, _ := strconv.Unquote(lit.Elts[0].(*ast.BasicLit).Value); code != "" {
						found[code] = true
					}
				}
			}
			return true
		})
	}
	if len(found) < 40 {
		t.Errorf("only %d codes are found", len(found))
	}
	return slices.SortedFunc(maps.Keys(found), cmp.Compare[string])
}
