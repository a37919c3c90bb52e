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
		if author.Codes[code] == "" {
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
	want := ""
	src := author.Sources{}
	marks := map[string]bool{}
	based := false // most archives have no use for most of base.yaml
	for _, f := range archive.Files {
		if f.Name == "want" {
			want = string(f.Data)
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
	var got strings.Builder
	for _, d := range found {
		if based && d.Code == "unused" || d.Code == "no_basis" && !strings.Contains(path, "no_basis") {
			continue
		}
		seen[d.Code] = true
		got.WriteString(render(d))
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
		archive.Files = append(slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" }),
			txtar.File{Name: "want", Data: []byte(got.String())})
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &got, want)
	}
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
			if field, ok := n.(*ast.KeyValueExpr); ok {
				if key, ok := field.Key.(*ast.Ident); ok && key.Name == "Code" {
					if lit, ok := field.Value.(*ast.BasicLit); ok {
						code, _ := strconv.Unquote(lit.Value)
						found[code] = true
					}
				}
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if method, ok := call.Fun.(*ast.SelectorExpr); ok {
				at := map[string]int{"error": 1, "warn": 1, "add": 2, "errorAt": 2}[method.Sel.Name]
				if at > 0 && len(call.Args) >= at {
					if lit, ok := call.Args[at-1].(*ast.BasicLit); ok {
						code, _ := strconv.Unquote(lit.Value)
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
