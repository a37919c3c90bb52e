package change_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"koujing/core/author"
	"koujing/core/author/change"
)

// Every value of the default packs, changed by itself, is named by its path and nothing else is. All of them in the long
// run; here each run takes every so many.
func TestEveryValue(t *testing.T) {
	const stride = 29
	tried := map[string]int{}
	for _, name := range names(t) {
		src := sources(t, name)
		for i, file := range slices.Sorted(maps.Keys(src)) {
			if !strings.HasSuffix(file, ".yaml") {
				continue
			}
			for n, s := range spots(t, file, src[file]) {
				if (n+i)%stride != 0 {
					continue
				}
				edited, ok := s.edit(src[file])
				if !ok {
					continue
				}
				changes, err := change.Changes(author.Sources{file: src[file]}, author.Sources{file: edited})
				if err != nil {
					t.Fatalf("%s:%d: %v", file, s.node.Line, err)
				}
				tried[path.Dir(file)]++
				if s.path == "" { // a name: the thing is called otherwise, or goes and comes
					if len(changes) < 1 || len(changes) > 2 {
						t.Errorf("%s:%d, %s: %q", file, s.node.Line, s.node.Value, words(changes))
					}
					continue
				}
				if len(changes) != 1 || changes[0].Path != s.path || changes[0].Change != "changed" || changes[0].From == changes[0].To {
					t.Errorf("%s:%d: want %s changed, got %q", file, s.node.Line, s.path, words(changes))
				} else if at := changes[0].At; at.From.File != file || at.To != at.From || s.node.Line < at.From.Line || s.node.Line > at.From.Line+12 {
					t.Errorf("%s:%d: %s is said to be at %+v", file, s.node.Line, s.path, at)
				}
			}
		}
	}
	for dir, least := range map[string]int{".": 60, "rules": 30, "scenarios": 60, "wording": 10, "tests": 100, "rows": 10, "calendar": 1} {
		if tried[dir] < least {
			t.Errorf("only %d values of %s were tried", tried[dir], dir)
		}
	}
}

// Every cell of every table, changed by itself, is named by its row and column.
func TestEveryCell(t *testing.T) {
	tried := 0
	for _, name := range names(t) {
		src := sources(t, name)
		for file, text := range src {
			if !strings.HasSuffix(file, ".csv") {
				continue
			}
			remarks := ""
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "#") {
					remarks += line
				}
			}
			read := func() [][]string {
				r := csv.NewReader(strings.NewReader(text))
				r.Comment = '#'
				rows, err := r.ReadAll()
				if err != nil {
					t.Fatal(file, err)
				}
				return rows
			}
			for i := range read()[1:] {
				for j, column := range read()[0] {
					rows := read()
					row := rows[i+1]
					row[j] += "x"
					var edited strings.Builder
					edited.WriteString(remarks)
					if err := csv.NewWriter(&edited).WriteAll(rows); err != nil {
						t.Fatal(err)
					}
					want := "decisions/" + strings.TrimSuffix(path.Base(file), ".csv") + "/" + read()[i+1][0] + "/" + strings.Replace(column, "=> ", "then.", 1)
					if column == "id" {
						want = path.Dir(want)
					}
					changes, err := change.Changes(author.Sources{file: text}, author.Sources{file: edited.String()})
					if err != nil || len(changes) != 1 || changes[0].Path != want || changes[0].At.To.File != file {
						t.Errorf("%s: want %s, got %q, %v", file, want, words(changes), err)
					}
					tried++
				}
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d cells were tried", tried)
	}
}

// spot is a value of a file, and the path that a change of it must have; "" for a name.
type spot struct {
	node *yaml.Node
	path string
}

// edit changes the value where it stands.
func (s spot) edit(text string) (string, bool) {
	lines := strings.SplitAfter(text, "\n")
	line := []rune(lines[s.node.Line-1])
	at := s.node.Column - 1
	rest := string(line[at:])
	put := "x"
	switch {
	case s.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		next := lines[s.node.Line]
		lines[s.node.Line] = next[:len(next)-len(strings.TrimLeft(next, " "))] + "x" + strings.TrimLeft(next, " ")
		return strings.Join(lines, ""), true
	case s.node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		at++
	case s.node.Value == "" || !strings.HasPrefix(rest, s.node.Value):
		return "", false
	default:
		at += len([]rune(s.node.Value))
	}
	lines[s.node.Line-1] = string(line[:at]) + put + string(line[at:])
	return strings.Join(lines, ""), true
}

// spots lists the values of a file with the path that each is changed under, worked out from the keys around it.
func spots(t testing.TB, file, text string) []spot {
	t.Helper()
	var out []spot
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc yaml.Node
		if dec.Decode(&doc) != nil {
			return out
		}
		var walk func(n *yaml.Node, keys []string, things []*yaml.Node)
		walk = func(n *yaml.Node, keys []string, things []*yaml.Node) {
			things = append(things[:len(things):len(things)], n)
			switch n.Kind {
			case yaml.ScalarNode:
				if p, ok := pathOf(file, keys, things); ok {
					out = append(out, spot{n, p})
				}
			case yaml.MappingNode:
				for i := 0; i+1 < len(n.Content); i += 2 {
					walk(n.Content[i+1], append(keys[:len(keys):len(keys)], n.Content[i].Value), things)
				}
			case yaml.SequenceNode:
				for i, c := range n.Content {
					walk(c, append(keys[:len(keys):len(keys)], fmt.Sprintf("[%d]", i)), things)
				}
			}
		}
		walk(doc.Content[0], nil, nil)
	}
}

func get(n *yaml.Node, key string) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1].Value
		}
	}
	return ""
}

func or(keys []string, short string) string {
	if len(keys) == 0 || strings.HasPrefix(keys[0], "[") {
		return short
	}
	return keys[0]
}

// pathOf is the path of a value: keys lead to it, nodes are those on the way, the document first. Not ok is what is no part
// of a pack's meaning.
func pathOf(file string, keys []string, nodes []*yaml.Node) (string, bool) {
	root := nodes[0]
	base := strings.TrimSuffix(path.Base(file), ".yaml")
	k := func(i int) string {
		if i < len(keys) {
			return keys[i]
		}
		return ""
	}
	deep := func(from int) string { return strings.ReplaceAll(strings.Join(keys[from:], "."), ".[", "[") }
	switch path.Dir(file) {
	case ".":
		switch keys[0] {
		case "files":
			return "", false
		case "settings":
			return "settings/" + keys[1] + "/" + or(keys[2:], "value"), true
		case "facts":
			return "facts/" + keys[1] + "/" + or(keys[2:], "type"), true
		case "labels":
			return "labels/" + keys[1] + "/" + or(keys[2:], "label"), true
		case "messages":
			return "messages/" + keys[1] + "/text", true
		case "ladder":
			return "", true
		case "lists":
			if strings.HasPrefix(k(2), "[") {
				return "", true
			}
			return "lists/" + keys[1] + "/" + keys[2] + "/" + or(keys[3:], "label"), true
		}
		return "pack/" + keys[0], true
	case "rules":
		decision := "decisions/" + get(root, "decision")
		if keys[0] != "rules" {
			return decision + "/" + keys[0], keys[0] != "decision"
		}
		if k(2) == "id" {
			return "", true
		}
		return decision + "/" + get(nodes[2], "id") + "/" + deep(2), true
	case "rows":
		return "rows/" + keys[0] + "/" + or(keys[1:], "line"), true
	case "calendar":
		return "", strings.HasPrefix(k(1), "[")
	case "tests":
		if k(1) == "name" {
			return "", true
		}
		if k(1) == "fires" {
			return "tests/" + get(nodes[1], "name") + "/fires", true
		}
		return "tests/" + get(nodes[1], "name") + "/" + deep(1), true
	case "wording":
		check := "wording/" + get(root, "code")
		switch {
		case keys[0] == "code", k(2) == "text" && keys[0] == "words", len(keys) == 2 && strings.HasPrefix(k(1), "["), keys[0] == "with", keys[0] == "after":
			return "", true
		case keys[0] == "words":
			return check + "/words/" + get(nodes[2], "text") + "/" + keys[2], true
		case keys[0] == "parts":
			var i int
			fmt.Sscanf(keys[1], "[%d]", &i)
			return fmt.Sprintf("%s/parts/#%d/%s", check, i+1, keys[2]), true
		}
		return check + "/" + keys[0], true
	case "scenarios":
		at := "tracks/" + base
		if keys[0] == "steps" {
			at, keys, nodes = at+"/steps/"+keys[1], keys[2:], nodes[2:]
		}
		switch keys[0] {
		case "title", "aim":
			if k(1) == "gloss" {
				return at + "/" + keys[0] + ".gloss", true
			}
			return at + "/" + keys[0], true
		case "anytime", "replies":
			return at + "/" + keys[0] + "/" + keys[1] + "/" + keys[2], true
		case "next", "interrupts":
			return at + "/" + keys[0] + keys[1] + "/" + keys[2], true
		case "say":
			if len(keys) == 1 {
				return at + "/say/" + path.Base(at) + "/text", true
			}
			if keys[2] == "id" {
				return "", true
			}
			id := get(nodes[2], "id")
			if id == "" {
				var i int
				fmt.Sscanf(keys[1], "[%d]", &i)
				if id = path.Base(at); i > 0 {
					id = fmt.Sprintf("%s_%d", id, i+1)
				}
			}
			return at + "/say/" + id + "/" + keys[2], true
		}
		return at + "/" + keys[0], true
	}
	return "", false
}

// What makes another program is a change, whatever it is: things that go, come twice, or change places.
func TestEveryProgramChange(t *testing.T) {
	src := sources(t, "cn-broadband")
	files := slices.DeleteFunc(slices.Sorted(maps.Keys(src)), func(file string) bool {
		return !strings.HasSuffix(file, ".yaml") || strings.HasPrefix(file, "tests/") || strings.HasPrefix(file, "rows/")
	})
	var space author.Workspace
	differ := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 9))
		file := files[r.IntN(len(files))]
		edited := maps.Clone(src)
		docs := strings.Count(src[file], "\n---\n") + 1
		doc, did := r.IntN(docs), ""
		at := -1
		edited[file] = rewrite(t, src[file], func(root *yaml.Node) {
			if at++; at == doc {
				did = disturb(r, root)
			}
		})
		report, err := change.Compare(&space, src, edited)
		if err != nil {
			t.Fatalf("seed %d, %s: %s: %v", seed, file, did, err)
		}
		if report.To.Digest == "" {
			continue
		}
		if !report.SameProgram {
			differ++
		}
		if len(report.Changes) == 0 && !report.SameProgram {
			t.Errorf("seed %d, %s: %s: the program differs, and no change is named", seed, file, did)
		}
	}
	if differ < 20 {
		t.Errorf("only %d of the edits made another program", differ)
	}
}

// disturb takes something away from a document, doubles it, or lets two things change places.
func disturb(r *rand.Rand, root *yaml.Node) string {
	var all []*yaml.Node
	visit(root, func(n *yaml.Node) {
		if len(n.Content) > 1 {
			all = append(all, n)
		}
	})
	if len(all) == 0 {
		return "nothing"
	}
	n := all[r.IntN(len(all))]
	size := 1
	if n.Kind == yaml.MappingNode {
		size = 2
	}
	i, j := size*r.IntN(len(n.Content)/size), size*r.IntN(len(n.Content)/size)
	what := fmt.Sprintf("line %d, entries %d and %d", n.Line, i/size, j/size)
	switch r.IntN(3) {
	case 0:
		n.Content = slices.Delete(slices.Clone(n.Content), i, i+size)
		return what + ": the first is gone"
	case 1:
		if size == 1 && n.Content[i].Kind == yaml.ScalarNode {
			n.Content = append(slices.Clone(n.Content), n.Content[i])
			return what + ": the first stands twice"
		}
		fallthrough
	default:
		n.Content = slices.Clone(n.Content)
		for k := range size {
			n.Content[i+k], n.Content[j+k] = n.Content[j+k], n.Content[i+k]
		}
		return what + ": they have changed places"
	}
}
