package packs

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The compiler says whether a pack can be built. These tests say whether its talk tracks may be shipped: what an agent
// would be ashamed to read aloud, or could not finish, is caught here.

// A spoken line longer than this is no longer said in one breath; placeholders count as nothing.
const longestLine = 45

// neverSaid are words the catalogue's wording rows rule out, with the row that says why.
var neverSaid = map[string]string{
	"咱":       "LNG-04",
	"亲，":      "LNG-16",
	"必须":      "LNG-18",
	"一定要":     "LNG-18",
	"系统问题":    "LNG-19",
	"系统故障":    "LNG-19",
	"随机抽取":    "LNG-20",
	"以后就没有":   "LNG-21",
	"没有任何好处":  "LNG-22",
	"很多用户":    "LNG-23",
	"其他客户都":   "LNG-23",
	"绝对":      "LNG-24",
	"永远":      "LNG-24",
	"拨打10086": "LNG-26",
	"您自己的问题":  "LNG-16",
	"您弄错":     "LNG-16",
	"不归我们管":   "LNG-26",
}

var placeholder = regexp.MustCompile(`\{\{.*?\}\}`)

type bilingual struct{ Text, Gloss string }

func (b *bilingual) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		b.Text = n.Value
		return nil
	}
	type plain bilingual
	return n.Decode((*plain)(b))
}

type track struct {
	Title      bilingual
	Start      string
	Anytime    map[string]reply
	Interrupts []exit
	Steps      map[string]step
}

type reply struct{ Label, Gloss, To string }

type exit struct{ When, To string }

type step struct {
	Aim     bilingual
	Say     []struct{ ID, Text, Gloss, Row string }
	Replies map[string]reply
	Next    []exit
	End     string
}

// complaints is what is wrong with a track; names are the ids of all tracks.
func (t track) complaints(names []string) (out []string) {
	complain := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	seen := map[string]bool{}
	salutations := 0
	for name, s := range t.Steps {
		if s.Aim.Text != "" && s.Aim.Gloss == "" {
			complain("%s: the aim has no gloss", name)
		}
		for _, l := range s.Say {
			if l.Gloss == "" || l.Row == "" || l.ID == "" {
				complain("%s: line %q lacks an id, a gloss or a row", name, l.Text)
			}
			if seen[l.ID] {
				complain("%s: line %s stands twice", name, l.ID)
			}
			seen[l.ID] = true
			spoken := placeholder.ReplaceAllString(l.Text, "")
			if n := utf8.RuneCountInString(spoken); n > longestLine {
				complain("%s: line %s has %d characters", name, l.ID, n)
			}
			for word, row := range neverSaid {
				if strings.Contains(l.Text, word) {
					complain("%s: line %s says %s (%s)", name, l.ID, word, row)
				}
			}
			salutations += strings.Count(l.Text, "customer.salutation")
		}
		for id, r := range s.Replies {
			if r.Label == "" || r.Gloss == "" {
				complain("%s: reply %s lacks a label or a gloss", name, id)
			}
		}
		if s.End == "" && len(s.Replies) == 0 && len(s.Next) == 0 {
			complain("%s: no way out and no end", name)
		}
	}
	if salutations > 3 {
		complain("the form of address comes %d times (LNG-02)", salutations)
	}
	return append(out, t.ways(names)...)
}

// ways follows every exit: each must lead somewhere, each step must be reached, and from each an end must be in reach.
func (t track) ways(names []string) (out []string) {
	to := map[string][]string{}
	for name, s := range t.Steps {
		for _, r := range s.Replies {
			to[name] = append(to[name], r.To)
		}
		for _, e := range s.Next {
			to[name] = append(to[name], e.To)
		}
	}
	first := []string{t.Start}
	for _, r := range t.Anytime {
		first = append(first, r.To)
	}
	for _, e := range t.Interrupts {
		first = append(first, e.To)
	}
	reached := map[string]bool{}
	for len(first) > 0 {
		name := first[0]
		first = first[1:]
		other, _, _ := strings.Cut(name, "/") // the compiler ties a step of another track
		if reached[name] || slices.Contains(names, other) {
			continue
		}
		if _, ok := t.Steps[name]; !ok {
			out = append(out, fmt.Sprintf("%s is no step and no track", name))
			continue
		}
		reached[name] = true
		first = append(first, to[name]...)
	}
	ends := map[string]bool{}
	for again := true; again; {
		again = false
		for name, s := range t.Steps {
			if !ends[name] && (s.End != "" || slices.ContainsFunc(to[name], func(n string) bool { return ends[n] })) {
				ends[name], again = true, true
			}
		}
	}
	for name := range t.Steps {
		if !reached[name] {
			out = append(out, fmt.Sprintf("%s is never reached", name))
		}
		if !ends[name] {
			out = append(out, fmt.Sprintf("%s never comes to an end", name))
		}
	}
	return out
}

func readTracks(t *testing.T, pack string) map[string]track {
	t.Helper()
	files, err := fs.Glob(FS, pack+"/scenarios/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no talk tracks: %v", err)
	}
	tracks := map[string]track{}
	for _, f := range files {
		text, err := fs.ReadFile(FS, f)
		if err != nil {
			t.Fatal(err)
		}
		var tr track
		if err := yaml.Unmarshal(text, &tr); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		tracks[strings.TrimSuffix(path.Base(f), ".yaml")] = tr
	}
	return tracks
}

// EachPack runs a test for every pack there is, also for the tests of package packs_test.
func EachPack(t *testing.T, test func(t *testing.T, pack string)) {
	t.Helper()
	entries, err := fs.ReadDir(FS, ".")
	if err != nil || len(entries) == 0 {
		t.Fatalf("no packs: %v", err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) { test(t, e.Name()) })
	}
}

func TestTalkTracks(t *testing.T) {
	EachPack(t, func(t *testing.T, pack string) {
		tracks := readTracks(t, pack)
		var names []string
		for name := range tracks {
			names = append(names, name)
		}
		for name, tr := range tracks {
			for _, c := range tr.complaints(names) {
				t.Errorf("%s: %s", name, c)
			}
		}
	})
}

// TestComplaints tries the checks themselves on a track with one fault of each kind.
func TestComplaints(t *testing.T) {
	var bad track
	err := yaml.Unmarshal([]byte(`
start: a
anytime: { x: { label: 甲, gloss: x, to: nowhere } }
steps:
  a:
    aim: { text: 目的 }
    say:
      - { id: one, text: "您绝对放心", gloss: g, row: LNG-24 }
      - { id: one, text: "`+strings.Repeat("长", longestLine+1)+`", gloss: g, row: R }
      - { id: two, text: "{{customer.salutation}}{{customer.salutation}}{{customer.salutation}}{{customer.salutation}}", gloss: g }
    replies: { r: { label: 乙, to: b } }
  b: { next: [{ to: b }] }
  c: { say: [] }
`), &bad)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(bad.complaints([]string{"other.track"}), "\n")
	for _, want := range []string{"says 绝对", "stands twice", "has 46 characters", "lacks an id, a gloss or a row", "form of address comes 4 times",
		"aim has no gloss", "reply r lacks", "c: no way out", "nowhere is no step", "c is never reached", "a never comes to an end", "b never comes to an end"} {
		if !strings.Contains(got, want) {
			t.Errorf("nobody complains: %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// TestFilesListed compares the list a page fetches by with what is there.
func TestFilesListed(t *testing.T) {
	EachPack(t, func(t *testing.T, name string) {
		text, err := fs.ReadFile(FS, name+"/pack.yaml")
		if err != nil {
			t.Fatal(err)
		}
		var pack struct {
			ID    string
			Files []string
		}
		if err := yaml.Unmarshal(text, &pack); err != nil {
			t.Fatal(err)
		}
		if pack.ID != name {
			t.Errorf("%s calls itself %s", name, pack.ID)
		}
		var there []string
		err = fs.WalkDir(FS, name, func(p string, d fs.DirEntry, err error) error {
			if dir := path.Base(path.Dir(p)); err == nil && !d.IsDir() && path.Base(p) != "pack.yaml" && dir != "tests" && dir != "rows" {
				there = append(there, strings.TrimPrefix(p, name+"/"))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(pack.Files)
		slices.Sort(there)
		if !slices.Equal(pack.Files, there) {
			t.Errorf("pack.yaml lists %v\nthere are    %v", pack.Files, there)
		}
	})
}
