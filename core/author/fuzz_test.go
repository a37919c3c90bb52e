package author_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"koujing/core"
	"koujing/core/author"
)

// FuzzBuild gives the author whatever there is, as an archive of files. It must come to an end; what it says must point
// into the file; and what it builds, the engine must take.
func FuzzBuild(f *testing.F) {
	paths, err := filepath.Glob("testdata/diagnostics/*.txtar")
	if err != nil || len(paths) == 0 {
		f.Fatal("no archives", err)
	}
	for _, path := range paths {
		archive, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(unmark("", string(archive), map[string]bool{}))
	}
	base, err := os.ReadFile("testdata/diagnostics/base.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, archive string) {
		src := author.Sources{"pack.yaml": string(base)}
		for _, file := range txtar.Parse([]byte(archive)).Files {
			src[file.Name] = string(file.Data)
		}
		begin := time.Now()
		built, errors := author.Build(src)
		found := author.Check(src, author.Options{At: today, Steps: 20_000})
		if spent := time.Since(begin); spent > 5*time.Second {
			t.Errorf("took %v", spent)
		}
		for _, d := range found {
			lines := author.Lines(d.File, src[d.File])
			if d.Line < 1 || d.Line > len(lines) || d.Column < 1 || d.EndColumn <= d.Column {
				t.Fatalf("%s points at %s:%d:%d-%d", d.Code, d.File, d.Line, d.Column, d.EndColumn)
			}
			if long := utf8.RuneCountInString(lines[d.Line-1]); d.Column > long+1 || d.EndColumn > max(long+1, d.Column+1) {
				t.Errorf("%s points at %s:%d:%d-%d, the line has %d: %q", d.Code, d.File, d.Line, d.Column, d.EndColumn, long, d.Source)
			}
			if d.Message == "" || d.Code == "" {
				t.Errorf("a finding says nothing: %+v", d)
			}
		}
		if author.InOrder(errors) != (built != nil) {
			t.Errorf("built %v with %v", built != nil, errors)
		}
		if built == nil {
			return
		}
		if _, err := core.Load(built, [32]byte{}); err != nil {
			t.Errorf("the engine does not take it: %v", err)
		}
	})
}
