// Package phrasetest looks at a package's wording: that every sentence is there in both languages with the same names in
// it, that it is written as people write, and that whoever says it gives as many values as it has names. It reads the
// package's source, so that no sentence is missed for not being met in a test.
package phrasetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"koujing/core/author/phrase"
)

// Check looks at the package in whose folder the test runs. It fails the test when it finds fewer sentences than there
// were when the test was written, since then it does not see them.
func Check(t *testing.T, least int) {
	t.Helper()
	w := &wording{pairs: map[string]phrase.Text{}, names: map[string]int{}}
	files := Sources(t)
	for _, file := range files {
		ast.Inspect(file, w.gather)
	}
	for _, file := range files {
		ast.Inspect(file, w.count)
	}
	if len(w.all) < least {
		t.Errorf("only %d sentences are found", len(w.all))
	}
	for _, pair := range w.all {
		for _, fault := range Faults(pair) {
			t.Errorf("%q: %s", pair, fault)
		}
	}
	calls := 0
	for path, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			name, values, ok := said(n)
			want, known := w.names[name]
			if !ok || !known {
				return true
			}
			if calls++; values != want {
				t.Errorf("%s: %s has %d names, and gets %d values", path, name, want, values)
			}
			return true
		})
	}
	if calls == 0 {
		t.Error("nobody says anything")
	}
}

// Sources are the parsed files of the package in whose folder the test runs, without tests.
func Sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		if files[path], err = parser.ParseFile(token.NewFileSet(), path, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// Literal reads a literal text.
func Literal(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// wording is what a package says.
type wording struct {
	all   []phrase.Text
	pairs map[string]phrase.Text // those with a name
	names map[string]int         // how many names there are in what is said under a name
}

// gather notes a literal of two texts, and the variable it is the value of.
func (w *wording) gather(n ast.Node) bool {
	if pair, ok := pairOf(n); ok {
		w.all = append(w.all, pair)
	}
	if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == len(spec.Names) {
		for i, value := range spec.Values {
			if pair, ok := pairOf(value); ok {
				w.pairs[spec.Names[i].Name], w.names[spec.Names[i].Name] = pair, len(phrase.Names(pair[phrase.EN]))
			}
		}
	}
	return true
}

// count counts the names in a message, whose hint may be a variable.
func (w *wording) count(n ast.Node) bool {
	spec, ok := n.(*ast.ValueSpec)
	if !ok || len(spec.Values) != len(spec.Names) {
		return true
	}
	for i, value := range spec.Values {
		lit, ok := value.(*ast.CompositeLit)
		if !ok || len(lit.Elts) != 3 {
			continue
		}
		if kind, ok := lit.Type.(*ast.Ident); ok && strings.EqualFold(kind.Name, "message") {
			w.names[spec.Names[i].Name] = len(phrase.Names(w.text(lit.Elts[1])[phrase.EN] + " " + w.text(lit.Elts[2])[phrase.EN]))
		}
	}
	return true
}

func (w *wording) text(n ast.Expr) phrase.Text {
	if name, ok := n.(*ast.Ident); ok {
		return w.pairs[name.Name]
	}
	pair, _ := pairOf(n)
	return pair
}

// pairOf reads a literal of two texts of which one is Chinese, or should be.
func pairOf(n ast.Node) (out phrase.Text, ok bool) {
	lit, ok := n.(*ast.CompositeLit)
	if !ok || len(lit.Elts) != 2 {
		return out, false
	}
	for i, e := range lit.Elts {
		if out[i], ok = Literal(e); !ok {
			return out, false
		}
	}
	switch kind := lit.Type.(type) {
	case nil: // inside a list of them
		return out, han.MatchString(out[phrase.ZH])
	case *ast.Ident:
		return out, kind.Name == "say"
	case *ast.SelectorExpr:
		return out, kind.Sel.Name == "Text"
	}
	return out, false
}

// said reads a call that puts values in the place of names.
func said(n ast.Node) (name string, values int, ok bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return "", 0, false
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || method.Sel.Name != "of" && method.Sel.Name != "Of" {
		return "", 0, false
	}
	of, ok := method.X.(*ast.Ident)
	if !ok {
		return "", 0, false
	}
	return of.Name, len(call.Args), true
}

var (
	han      = regexp.MustCompile(`\p{Han}`)
	verbatim = regexp.MustCompile("「[^」]*」|<[^>]*>|`[^`]*`|[a-z.]*\\([^()]*\\)|: '[^']*'|\\{\"[^ ]*\\}")
	glued    = regexp.MustCompile(`\p{Han}[0-9A-Za-z]|[0-9A-Za-z]\p{Han}`)
	narrow   = regexp.MustCompile(`\p{Han} ?[,;:?!(]|[,;?!)] ?\p{Han}`)
	fullStop = regexp.MustCompile(`[a-z]\.$`)
	named    = regexp.MustCompile(`\$[a-z_]+`)
)

// Faults says what is wrong with a sentence.
func Faults(s phrase.Text) (out []string) {
	en, zh := s[phrase.EN], s[phrase.ZH]
	names := [2][]string{phrase.Names(en), phrase.Names(zh)}
	slices.Sort(names[0])
	slices.Sort(names[1])
	if !slices.Equal(names[0], names[1]) {
		out = append(out, "the names in it differ")
	}
	if (en == "") != (zh == "") {
		out = append(out, "there is one language only")
	}
	if han.MatchString(en) {
		out = append(out, "Chinese stands in the English one")
	}
	bare := verbatim.ReplaceAllString(named.ReplaceAllString(zh, ""), "")
	switch {
	case zh != "" && len(names[1]) == 0 && !han.MatchString(zh) && strings.ContainsFunc(en, letter):
		out = append(out, "the Chinese one is not Chinese")
	case narrow.MatchString(bare):
		out = append(out, "a half-width mark stands in Chinese")
	case glued.MatchString(bare):
		out = append(out, "no space stands between Chinese and other letters")
	case strings.ContainsAny(zh, "“”‘’") || strings.Contains(strings.ReplaceAll(zh, `'"$`, ""), `"$`):
		out = append(out, "a name is quoted in another way than 「」")
	case strings.HasSuffix(zh, "。") && zh != "。" || fullStop.MatchString(en):
		out = append(out, "it ends in a full stop")
	}
	return out
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' }
