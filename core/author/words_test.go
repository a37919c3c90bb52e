package author

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
	"koujing/core/program"
)

// The wording is data, and so is looked at as such: every sentence is there in both languages, with the same names in it,
// and whoever says it gives as many values as it has names.

// sources parses the package's files, without tests.
func sources(t *testing.T) map[string]*ast.File {
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

// pairOf reads a literal of two texts.
func pairOf(n ast.Node) (say, bool) {
	lit, ok := n.(*ast.CompositeLit)
	if !ok || len(lit.Elts) != 2 {
		return say{}, false
	}
	var out say
	for i, e := range lit.Elts {
		if out[i], ok = textOf(e); !ok {
			return say{}, false
		}
	}
	return out, true
}

func textOf(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func TestSentences(t *testing.T) {
	count := 0
	for path, file := range sources(t) {
		if !strings.HasPrefix(path, "words") && path != "codes.go" {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if pair, ok := pairOf(n); ok {
				count++
				for _, fault := range faults(pair, path == "words_foreign.go") {
					t.Errorf("%s: %q: %s", path, pair, fault)
				}
			}
			return true
		})
	}
	if count < 300 {
		t.Errorf("only %d sentences are found", count)
	}
}

var (
	han      = regexp.MustCompile(`\p{Han}`)
	verbatim = regexp.MustCompile("「[^」]*」|<[^>]*>|`[^`]*`|[a-z.]*\\([^()]*\\)|: '[^']*'")
	glued    = regexp.MustCompile(`\p{Han}[0-9A-Za-z]|[0-9A-Za-z]\p{Han}`)
	narrow   = regexp.MustCompile(`\p{Han} ?[,;:?!(]|[,;?!)] ?\p{Han}`)
	fullStop = regexp.MustCompile(`[a-z]\.$`)
	name     = regexp.MustCompile(`\$[a-z_]+`)
)

// faults says what is wrong with a sentence.
func faults(s say, foreign bool) (out []string) {
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
	bare := verbatim.ReplaceAllString(name.ReplaceAllString(zh, ""), "")
	switch {
	case zh != "" && !han.MatchString(name.ReplaceAllString(zh, "")) && len(names[1]) == 0 && en != "":
		out = append(out, "the Chinese one is not Chinese")
	case narrow.MatchString(bare):
		out = append(out, "a half-width mark stands in Chinese")
	case glued.MatchString(bare):
		out = append(out, "no space stands between Chinese and other letters")
	case strings.ContainsAny(zh, "“”‘’") || strings.Contains(strings.ReplaceAll(zh, `'"$`, ""), `"$`):
		out = append(out, "a name is quoted in another way than 「」")
	case strings.HasSuffix(zh, "。") || fullStop.MatchString(en):
		out = append(out, "it ends in a full stop")
	case foreign && len(names[0]) > 0:
		out = append(out, "a library's sentence has no names")
	}
	return out
}

func TestFaults(t *testing.T) {
	for _, test := range []struct {
		pair say
		want int
	}{
		{say{"there is no rule $rule", "没有规则「$rule」"}, 0},
		{say{"there is no rule $rule", "没有规则「$role」"}, 1},
		{say{"there is no rule $rule", ""}, 2},
		{say{"write id", "write id"}, 1},
		{say{"write id", "请写 id, 不重复"}, 1},
		{say{"write id", "请写id"}, 1},
		{say{"write 'id'", "请写“id”"}, 1},
		{say{"write id", "请写 id。"}, 1},
		{say{"请写", "请写"}, 1},
		{say{"write id: <id>", "请写 id: <编号>"}, 0},
	} {
		if got := faults(test.pair, false); len(got) != test.want {
			t.Errorf("%q: %q", test.pair, got)
		}
	}
}

// Each call of a sentence gives a value to each of its names, and none more.
func TestValues(t *testing.T) {
	files := sources(t)
	names := map[string]int{} // of a message or a hint, how many names it has
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != len(spec.Names) {
				return true
			}
			for i, v := range spec.Values {
				lit, ok := v.(*ast.CompositeLit)
				if !ok {
					continue
				}
				text := ""
				if pair, ok := pairOf(lit); ok {
					text = pair[phrase.EN]
				} else if kind, ok := lit.Type.(*ast.Ident); ok && kind.Name == "message" {
					says, _ := pairOf(lit.Elts[1])
					hint, _ := pairOf(lit.Elts[2])
					text = says[phrase.EN] + " " + hint[phrase.EN]
				} else {
					continue
				}
				names[spec.Names[i].Name] = len(phrase.Names(text))
			}
			return true
		})
	}
	calls := 0
	for path, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || method.Sel.Name != "of" && method.Sel.Name != "Of" {
				return true
			}
			if of, ok := method.X.(*ast.Ident); ok {
				if want, ok := names[of.Name]; ok {
					calls++
					if got := len(call.Args); got != want && (of.Name != "brokenSpan" || got != want-1) { // which then has another hint
						t.Errorf("%s: %s has %d names, and gets %d values", path, of.Name, want, got)
					}
				}
			}
			return true
		})
	}
	if calls < 200 {
		t.Errorf("only %d calls are found", calls)
	}
}

// What a reader of YAML or of expressions calls the thing at hand has a word in Chinese.
func TestNouns(t *testing.T) {
	readers := []string{"fields", "members", "items", "text", "texts", "integer", "glossed", "source", "need", "expression", "readThen", "readDays"}
	count := 0
	for path, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if method, ok := call.Fun.(*ast.SelectorExpr); !ok || !slices.Contains(readers, method.Sel.Name) {
				return true
			}
			for _, arg := range call.Args {
				if sum, ok := arg.(*ast.BinaryExpr); ok {
					arg = sum.X
				}
				what, ok := textOf(arg)
				if !ok || !strings.Contains(what, " ") {
					continue
				}
				count++
				if word := noun(what); word[phrase.ZH] == "「"+what+"」" {
					t.Errorf("%s: %q has no word in Chinese", path, what)
				}
			}
			return true
		})
	}
	if count < 25 {
		t.Errorf("only %d nouns are found", count)
	}
	for _, base := range []program.Type{program.Int, program.Bool, program.Text, program.Time} {
		if typeWords[base] == "" {
			t.Errorf("type %s has no word in Chinese", base)
		}
	}
	for at, moment := range moments {
		if moment.Empty() {
			t.Errorf("moment %d has no words", at)
		}
	}
}
