package author

import (
	"go/ast"
	"slices"
	"strings"
	"testing"

	"koujing/core/author/phrase"
	"koujing/core/author/phrase/phrasetest"
	"koujing/core/program"
)

func TestSentences(t *testing.T) { phrasetest.Check(t, 400) }

// What a reader of YAML or of expressions calls the thing at hand has a word in Chinese.
func TestNouns(t *testing.T) {
	readers := []string{"fields", "members", "items", "text", "texts", "integer", "glossed", "source", "need", "expression", "readThen", "readDays"}
	count := 0
	for path, file := range phrasetest.Sources(t) {
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
				what, ok := phrasetest.Literal(arg)
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
