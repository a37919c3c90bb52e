package author_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"koujing/core/author"
)

func telecom(t testing.TB) author.Sources { return defaultPack(t, "cn-telecom") }

// defaultPack is one of the default packs.
func defaultPack(t testing.TB, name string) author.Sources {
	t.Helper()
	src, err := author.ReadFS(os.DirFS("../packs/" + name))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// TestWorkspaceForgetsNothingThatCounts edits a pack at random, now breaking and now repairing it, and wants after every
// edit what a first build of the same sources gives: the same findings and the same bytes.
func TestWorkspaceForgetsNothingThatCounts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	whole := telecom(t)
	paths := slices.Sorted(maps.Keys(whole))
	src := maps.Clone(whole)
	var w author.Workspace
	broken := 0
	for round := range 25 {
		path := paths[random.IntN(len(paths))]
		text := src[path]
		switch at := random.IntN(len(text)); random.IntN(5) {
		case 0:
			src[path] = whole[path]
		case 1:
			delete(src, path)
		case 2:
			lines := strings.SplitAfter(text, "\n")
			n := random.IntN(len(lines))
			src[path] = strings.Join(slices.Delete(lines, n, n+1), "")
		case 3:
			src[path] = strings.ToValidUTF8(text[:at]+text[min(at+3, len(text)):], "?")
		default:
			src[path] = strings.Replace(text, "line.", "lin.", 1)
		}
		if round%6 == 5 {
			src = maps.Clone(whole)
		}
		for name, text := range src {
			if text == "" {
				delete(src, name)
			}
		}
		if _, ok := src["pack.yaml"]; !ok {
			src["pack.yaml"] = whole["pack.yaml"]
		}
		built, found := author.Build(src)
		if built == nil {
			broken++
		}
		again, foundAgain := w.Build(src)
		if string(again) != string(built) || !slices.Equal(found, foundAgain) {
			t.Fatalf("round %d, after an edit of %s: %d findings at first, %d here:\n%v\n%v", round, path, len(found), len(foundAgain), found, foundAgain)
		}
		if first, later := author.Check(src, author.Options{}), w.Check(src, author.Options{}); !slices.Equal(first, later) {
			t.Fatalf("round %d: check finds %v at first and %v here", round, first, later)
		}
	}
	if broken == 0 || broken == 25 {
		t.Errorf("%d of 25 edits broke the pack: both kinds are wanted", broken)
	}
}

// BenchmarkEdit is what an editor waits for after a keystroke in the default pack: the findings, of a first look and of one
// after a rule, a line of a talk track, or the pack file has changed.
func BenchmarkEdit(b *testing.B) {
	src := telecom(b)
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			new(author.Workspace).Check(src, author.Options{})
		}
	})
	for _, path := range []string{"rules/refund.yaml", "scenarios/hall.cash.yaml", "pack.yaml"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			var w author.Workspace
			w.Check(src, author.Options{})
			edited, text := maps.Clone(src), src[path]
			for i := 0; b.Loop(); i++ {
				edited[path] = fmt.Sprintf("%s\n# %d\n", text, i)
				w.Check(edited, author.Options{})
			}
		})
	}
}
