package change_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"koujing/core/author"
	"koujing/core/author/change"
	"koujing/core/author/phrase"
	"koujing/core/packs"
)

func names(t testing.TB) []string {
	t.Helper()
	names, err := fs.Glob(packs.FS, "*/pack.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no packs", err)
	}
	for i := range names {
		names[i] = path.Dir(names[i])
	}
	return names
}

func sources(t testing.TB, name string) author.Sources {
	t.Helper()
	sub, err := fs.Sub(packs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	src, err := author.ReadFS(sub)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func compare(t testing.TB, a, b author.Sources) *change.Report {
	t.Helper()
	r, err := change.Compare(new(author.Workspace), a, b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Each archive holds files of a pack before (a/) and after (b/), and what has to be said about them: want, and want.zh with the
// same in Chinese.
func TestWords(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no archives", err)
	}
	for _, file := range paths {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a, b, want := author.Sources{}, author.Sources{}, author.Sources{}
		for _, f := range archive.Files {
			switch {
			case strings.HasPrefix(f.Name, "a/"):
				a[f.Name[2:]] = string(f.Data)
			case strings.HasPrefix(f.Name, "b/"):
				b[f.Name[2:]] = string(f.Data)
			default:
				want[f.Name] = string(f.Data)
			}
		}
		got := author.Sources{"want": "", "want.zh": ""}
		changes, err := change.Changes(a, b)
		if err != nil {
			got["want"] = fmt.Sprintln("error:", err)
		}
		for _, c := range changes {
			got["want"] += fmt.Sprintf("%s\n  %s %s %d:%d\n", c.Words, c.Change, c.Path, c.At.From.Line, c.At.To.Line)
			got["want.zh"] += c.In(phrase.ZH).Words + "\n"
		}
		if os.Getenv("KOUJING_UPDATE") == "1" {
			archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want") })
			for _, name := range slices.Sorted(maps.Keys(got)) {
				archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got[name])})
			}
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		for name := range got {
			if want[name] != got[name] {
				t.Errorf("%s, %s: got\n%swant\n%s", file, name, got[name], want[name])
			}
		}
	}
}

func TestSame(t *testing.T) {
	for _, name := range names(t) {
		src := sources(t, name)
		r := compare(t, src, src)
		if !r.SameDigest || !r.SameProgram || !r.Same() || len(r.Changes)+len(r.Form)+len(r.NotCompared) > 0 {
			t.Errorf("%s differs from itself: %+v", name, r)
		}
		other := maps.Clone(src)
		written := 0
		for file, text := range src {
			if strings.HasSuffix(file, ".yaml") {
				if other[file] = rewrite(t, text, func(*yaml.Node) {}); other[file] != text {
					written++
				}
			}
		}
		r = compare(t, src, other)
		if r.SameDigest || !r.SameProgram || !r.Same() || len(r.Form) != written {
			t.Errorf("%s written otherwise: %d of %d files named, digest same %t, program same %t, %v", name, len(r.Form), written, r.SameDigest, r.SameProgram, words(r.Changes))
		}
	}
}

// A built pack has neither tests nor rows; that is no change.
func TestNotCompared(t *testing.T) {
	src := sources(t, "cn-broadband")
	built := maps.Clone(src)
	maps.DeleteFunc(built, func(file, _ string) bool {
		return strings.HasPrefix(file, "tests/") || strings.HasPrefix(file, "rows/")
	})
	for _, r := range []*change.Report{compare(t, src, built), compare(t, built, src)} {
		if !r.Same() || !r.SameDigest || !slices.Equal(r.NotCompared, []string{"rows", "tests"}) {
			t.Errorf("%+v", r)
		}
	}
}

func words(changes []change.Change) []string {
	var out []string
	for _, c := range changes {
		out = append(out, c.Change+" "+c.Path+" | "+c.Words)
	}
	return out
}

// rewrite writes a file as the YAML library does it, in blocks and quotes, after an edit.
func rewrite(t testing.TB, text string, edit func(*yaml.Node)) string {
	t.Helper()
	var out strings.Builder
	dec, enc := yaml.NewDecoder(strings.NewReader(text)), yaml.NewEncoder(&out)
	enc.SetIndent(3)
	for {
		var doc yaml.Node
		if dec.Decode(&doc) != nil {
			break
		}
		edit(doc.Content[0])
		visit(&doc, func(n *yaml.Node) {
			n.HeadComment, n.LineComment, n.FootComment = "", "", ""
			if n.Style &^= yaml.FlowStyle; n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
				n.Style = yaml.DoubleQuotedStyle
			}
		})
		if err := enc.Encode(&doc); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func visit(n *yaml.Node, do func(*yaml.Node)) {
	do(n)
	for _, c := range n.Content {
		visit(c, do)
	}
}

// FuzzChanges compares whatever there is: it comes to an end, and nothing differs from itself.
func FuzzChanges(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		f.Fatal("no archives", err)
	}
	for _, file := range paths {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for i := 0; i+1 < len(archive.Files); i += 2 {
			f.Add(strings.TrimPrefix(archive.Files[i].Name, "a/"), string(archive.Files[i].Data), string(archive.Files[i+1].Data))
		}
	}
	f.Fuzz(func(t *testing.T, file, a, b string) {
		for _, text := range []string{a, b} {
			if changes, err := change.Changes(author.Sources{file: text}, author.Sources{file: text + "\n"}); err == nil && len(changes) > 0 && !strings.ContainsAny(text, "|>") {
				t.Errorf("a line break is a change: %q", words(changes))
			}
		}
		there, err := change.Changes(author.Sources{file: a}, author.Sources{file: b})
		back, err2 := change.Changes(author.Sources{file: b}, author.Sources{file: a})
		if (err == nil) != (err2 == nil) || (len(there) == 0) != (len(back) == 0) {
			t.Errorf("there %q, %v, back %q, %v", words(there), err, words(back), err2)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	src := sources(b, "cn-telecom")
	other := maps.Clone(src)
	other["pack.yaml"] = strings.Replace(src["pack.yaml"], "value: 72h", "value: 48h", 1)
	for b.Loop() {
		if r := compare(b, src, other); len(r.Changes) != 1 {
			b.Fatal(r.Changes)
		}
	}
}
