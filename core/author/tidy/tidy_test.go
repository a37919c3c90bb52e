package tidy_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"koujing/core/author"
	"koujing/core/author/tidy"
	"koujing/core/pack"
	"koujing/core/packs"
)

func names(t testing.TB) []string {
	t.Helper()
	entries, err := fs.Glob(packs.FS, "*/pack.yaml")
	if err != nil || len(entries) == 0 {
		t.Fatal("no packs", err)
	}
	for i := range entries {
		entries[i] = strings.TrimSuffix(entries[i], "/pack.yaml")
	}
	return entries
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

// The default packs are written in the one style: koujing pack fmt brings them there.
func TestPacksAreTidy(t *testing.T) {
	for _, name := range names(t) {
		changed, left, err := tidy.Pack(new(author.Workspace), sources(t, name))
		if err != nil || len(left) > 0 {
			t.Errorf("%s: %v %v", name, left, err)
		}
		for _, file := range slices.Sorted(maps.Keys(changed)) {
			t.Errorf("%s/%s is not as koujing pack fmt would have it", name, file)
		}
	}
}

// Each archive is a file as it came, and as it has to become.
func TestStyle(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no archives", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		in, want := archive.Files[0], &archive.Files[1]
		got, err := tidy.File(in.Name, string(in.Data))
		if err != nil {
			got = "left: " + err.Error() + "\n"
		} else if again, err := tidy.File(in.Name, got); again != got || err != nil {
			t.Errorf("%s: tidied twice it changes again (%v):\n%s", path, err, again)
		}
		if os.Getenv("KOUJING_UPDATE") == "1" {
			want.Data = []byte(got)
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if string(want.Data) != got {
			t.Errorf("%s: got\n%swant\n%s", path, got, want.Data)
		}
	}
}

// hold tidies a text and holds it to the promises: nothing lost, nothing changed, and once is enough. It reports whether
// the text was in a form that is tidied.
func hold(t testing.TB, file, text string) (string, bool) {
	t.Helper()
	out, err := tidy.File(file, text)
	var problem *tidy.Problem
	if errors.As(err, &problem) {
		if strings.Contains(problem.Message, "tidied it") {
			t.Errorf("%v:\n%s", problem, text)
		}
		if out != text {
			t.Error("a file that is left as it is has changed")
		}
		return text, false
	}
	if again, err := tidy.File(file, out); again != out || err != nil {
		t.Errorf("tidied twice %s changes again (%v):\n%s\n=== once\n%s\n=== twice\n%s", file, err, text, out, again)
	}
	return out, true
}

// Files of the default packs in other people's styles: the program stays the same, and so does every comment.
func TestOtherStyles(t *testing.T) {
	var space author.Workspace
	for _, name := range names(t) {
		src := sources(t, name)
		for seed := range uint64(2) {
			r := rand.New(rand.NewPCG(seed, 4))
			other, marks := author.Sources{}, 0
			for _, file := range slices.Sorted(maps.Keys(src)) {
				text := src[file]
				if strings.HasSuffix(file, ".csv") {
					text = restyleTable(r, text)
				} else if seed%2 == 0 {
					text = restyle(t, r, text)
				} else {
					text = scribble(r, text, &marks)
				}
				other[file] = text
			}
			want := program(t, &space, src)
			if got := program(t, &space, other); got != want {
				t.Fatalf("%s, seed %d: the other style is another program already", name, seed)
			}
			out, tidied := author.Sources{}, 0
			for file, text := range other {
				done, ok := hold(t, file, text)
				if ok {
					tidied++
				}
				for i := range marks {
					if mark := fmt.Sprintf("# mark %d.", i); strings.Count(text, mark) != strings.Count(done, mark) {
						t.Errorf("%s: %s is lost:\n%s", file, mark, done)
					}
				}
				out[file] = done
			}
			if tidied < len(src) {
				t.Errorf("%s, seed %d: only %d of %d files were tidied", name, seed, tidied, len(src))
			}
			if got := program(t, &space, out); got != want {
				t.Errorf("%s, seed %d: tidied it is another program", name, seed)
			}
			if _, _, err := tidy.Pack(&space, other); err != nil {
				t.Errorf("%s, seed %d: %v", name, seed, err)
			}
		}
	}
}

// Should tidying ever change what a pack does or what its tests want, Pack notices.
func TestPackWouldNotice(t *testing.T) {
	src := sources(t, "cn-broadband")
	for _, edit := range []struct {
		file, old, new string
		same           bool
	}{
		{"rules/refund.yaml", "id: ", "id:   ", true},
		{"tests/refund.yaml", "name: ", "name:   ", true},
		{"rules/refund.yaml", "hit: first", "hit: unique", false},
		{"pack.yaml", "value: 24h", "value: 23h", false},
		{"tests/refund.yaml", "charged_fen: ", "charged_fen: 1", false},
		{"rules/refund.yaml", "hit: first", "hit: none", false}, // no pack comes out
	} {
		if !strings.Contains(src[edit.file], edit.old) {
			t.Fatalf("no %q in %s", edit.old, edit.file)
		}
		changed := author.Sources{edit.file: strings.Replace(src[edit.file], edit.old, edit.new, 1)}
		after := maps.Clone(src)
		maps.Copy(after, changed)
		if got := tidy.Same(new(author.Workspace), src, after, changed); got != edit.same {
			t.Errorf("%s for %s in %s: same %t, want %t", edit.new, edit.old, edit.file, got, edit.same)
		}
	}
}

// program is the built pack without its sources.
func program(t testing.TB, space *author.Workspace, src author.Sources) string {
	t.Helper()
	built, found := space.Build(src)
	if built == nil {
		t.Fatalf("no pack comes out: %+v", found[0])
	}
	p, err := pack.Parse(built)
	if err != nil {
		t.Fatal(err)
	}
	p.Source = nil
	return string(pack.Append(nil, p))
}

// restyle writes a file anew as the YAML library does it: other indents, other quotes, blocks for braces.
func restyle(t testing.TB, r *rand.Rand, text string) string {
	t.Helper()
	var out strings.Builder
	dec, enc := yaml.NewDecoder(strings.NewReader(text)), yaml.NewEncoder(&out)
	enc.SetIndent(2 + r.IntN(5))
	for {
		var doc yaml.Node
		if err := dec.Decode(&doc); err != nil {
			break
		}
		var walk func(n *yaml.Node, flow bool)
		walk = func(n *yaml.Node, flow bool) {
			n.HeadComment, n.LineComment, n.FootComment = "", "", ""
			switch n.Kind {
			case yaml.MappingNode, yaml.SequenceNode:
				n.Style &^= yaml.FlowStyle
				if flow || len(n.Content) == 0 || r.IntN(3) == 0 {
					n.Style, flow = n.Style|yaml.FlowStyle, true
				}
			case yaml.ScalarNode:
				if n.Tag == "!!str" {
					n.Style = []yaml.Style{0, 0, yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, yaml.FoldedStyle, yaml.LiteralStyle}[r.IntN(6)]
				}
			}
			for i, c := range n.Content {
				key := n.Kind == yaml.MappingNode && i%2 == 0
				if walk(c, flow || key); key && c.Style&(yaml.FoldedStyle|yaml.LiteralStyle) != 0 {
					c.Style = 0
				}
			}
		}
		walk(&doc, false)
		if err := enc.Encode(&doc); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// scribble changes what means nothing: space at the ends of lines, blank lines, line breaks of other systems, comments at
// all depths and behind values.
func scribble(r *rand.Rand, text string, marks *int) string {
	mark := func() string {
		*marks++
		return fmt.Sprintf("# mark %d.", *marks-1)
	}
	var out []string
	within := -1 // the indent of the line that began a text of several lines
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		deep := len(line) - len(strings.TrimLeft(line, " "))
		if within >= 0 && (deep > within || strings.TrimSpace(line) == "") {
			out = append(out, line)
			continue
		}
		left := within
		within = -1
		trimmed := strings.TrimRight(line, " ")
		if strings.HasSuffix(trimmed, ">-") || strings.HasSuffix(trimmed, "|") || strings.HasSuffix(trimmed, ">") {
			within = deep
			out = append(out, line)
			continue
		}
		switch r.IntN(12) {
		case 0:
			out = append(out, "", "")
		case 1:
			indent := r.IntN(12)
			if left >= 0 { // deeper it would belong to the text above
				indent = r.IntN(left + 1)
			}
			out = append(out, strings.Repeat(" ", indent)+mark())
		case 2:
			out = append(out, strings.Repeat(" ", deep)+mark(), "")
		case 3:
			if line != "" && !strings.Contains(line, "#") && line != "---" {
				line += strings.Repeat(" ", 1+r.IntN(4)) + mark()
			}
		case 4:
			line += strings.Repeat(" ", r.IntN(4))
		}
		out = append(out, line)
	}
	end := "\n"
	if r.IntN(4) == 0 {
		end = "\r\n"
	}
	return strings.Join(out, end) + strings.Repeat(end, r.IntN(3))
}

// restyleTable writes a table with quotes around every cell and space inside some.
func restyleTable(r *rand.Rand, text string) string {
	out := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") || strings.Contains(line, `"`) {
			out += line + "\r\n"
			continue
		}
		cells := strings.Split(line, ",")
		for i := range cells {
			cells[i] = `"` + strings.Repeat(" ", r.IntN(3)) + cells[i] + `"`
		}
		out += strings.Join(cells, ",") + "\r\n" + strings.Repeat("\r\n", r.IntN(2))
	}
	return out
}

// FuzzFile tidies whatever there is: it comes to an end, changes nothing, and once is enough.
func FuzzFile(f *testing.F) {
	for _, name := range []string{"cn-broadband"} {
		for file, text := range sources(f, name) {
			f.Add(file, text)
		}
	}
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		f.Fatal("no archives", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Name, string(archive.Files[0].Data))
	}
	f.Fuzz(func(t *testing.T, file, text string) {
		begin := time.Now()
		hold(t, file, text)
		if spent := time.Since(begin); spent > 5*time.Second {
			t.Errorf("took %v", spent)
		}
	})
}

func BenchmarkPack(b *testing.B) {
	src := sources(b, "cn-telecom")
	src["rules/refund.yaml"] = strings.Replace(src["rules/refund.yaml"], "{ multiplier: 2,", "{multiplier: 2,", 1)
	for b.Loop() {
		if changed, left, err := tidy.Pack(new(author.Workspace), src); len(changed) != 1 || len(left) > 0 || err != nil {
			b.Fatal(changed, left, err)
		}
	}
}
