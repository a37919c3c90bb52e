package packs_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/packs"
)

// packCase is one of a pack's own tests.
type packCase struct {
	Name   string
	Row    string
	Case   yaml.Node
	Expect any
	Fires  []string
}

func packCases(t *testing.T, pack fs.FS) map[string][]packCase {
	t.Helper()
	files, err := fs.Glob(pack, "tests/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("the pack has no tests: %v", err)
	}
	cases := map[string][]packCase{}
	for _, f := range files {
		text, err := fs.ReadFile(pack, f)
		if err != nil {
			t.Fatal(err)
		}
		var list []packCase
		if err := yaml.Unmarshal(text, &list); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		cases[strings.TrimSuffix(path.Base(f), ".yaml")] = list
	}
	return cases
}

// asJSON writes a case as the caller would, numbers with the digits the test has.
func asJSON(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := asJSON(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			m[n.Content[i].Value] = v
		}
		return m, nil
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			v, err := asJSON(c)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!int", "!!float":
			return json.RawMessage(n.Value), nil
		case "!!bool", "!!null":
			var v any
			return v, n.Decode(&v)
		}
		return n.Value, nil
	}
	return nil, fmt.Errorf("line %d: this cannot stand in a case", n.Line)
}

// differences says where got lacks something of want: objects may hold more, lists may not.
func differences(at string, want, got any) []string {
	switch want := want.(type) {
	case map[string]any:
		m, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: want an object, got %v", at, got)}
		}
		var out []string
		for _, k := range slices.Sorted(maps.Keys(want)) {
			out = append(out, differences(at+"."+k, want[k], m[k])...)
		}
		return out
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return []string{fmt.Sprintf("%s: want %v, got %v", at, want, got)}
		}
		var out []string
		for i := range want {
			out = append(out, differences(fmt.Sprintf("%s[%d]", at, i), want[i], list[i])...)
		}
		return out
	}
	if fmt.Sprint(want) != fmt.Sprint(got) {
		return []string{fmt.Sprintf("%s: want %v, got %v", at, want, got)}
	}
	return nil
}

func TestDifferences(t *testing.T) {
	got := map[string]any{"a": json.Number("1"), "b": []any{"x", map[string]any{"y": true, "z": nil}}}
	for _, c := range []struct {
		want  any
		count int
	}{
		{map[string]any{"a": 1}, 0},
		{map[string]any{"a": 2}, 1},
		{map[string]any{"c": 1}, 1},
		{map[string]any{"b": []any{"x", map[string]any{"y": true}}}, 0},
		{map[string]any{"b": []any{"x"}}, 1},
		{map[string]any{"b": []any{"v", map[string]any{"y": false}}}, 2},
		{map[string]any{"a": map[string]any{}}, 1},
	} {
		if d := differences("", c.want, got); len(d) != c.count {
			t.Errorf("%v: %d differences %v, want %d", c.want, len(d), d, c.count)
		}
	}
}

// load gives a pack's sources and an engine that runs it.
func load(t *testing.T, name string) (fs.FS, *core.Engine) {
	t.Helper()
	source, err := fs.Sub(packs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	files, err := author.ReadFS(source)
	if err != nil {
		t.Fatal(err)
	}
	built, found := author.Build(files)
	if built == nil || len(found) > 0 {
		t.Fatalf("the pack is not in order: %v", found)
	}
	engine, refused := core.Load(built, [32]byte{})
	if refused != nil {
		t.Fatal(refused)
	}
	return source, engine
}

// TestPackCases decides every case of the packs' own tests, and counts what they touched: a rule or a step that no test
// has reached is a rule or a step that nobody has seen work.
func TestPackCases(t *testing.T) { packs.EachPack(t, testCases) }

func testCases(t *testing.T, name string) {
	source, engine := load(t, name)
	fired, visited := map[string]bool{}, map[string]bool{}
	for file, list := range packCases(t, source) {
		for _, c := range list {
			t.Run(file+"/"+c.Row+"/"+c.Name, func(t *testing.T) {
				doc, err := asJSON(&c.Case)
				if err != nil {
					t.Fatal(err)
				}
				text, err := json.Marshal(doc)
				if err != nil {
					t.Fatal(err)
				}
				answer := engine.Decide(nil, text)
				var got map[string]any
				dec := json.NewDecoder(strings.NewReader(string(answer)))
				dec.UseNumber()
				if err := dec.Decode(&got); err != nil {
					t.Fatalf("%v\n%s", err, answer)
				}
				for _, d := range differences("", c.Expect, got) {
					t.Error(d)
				}
				rules := firedRules(got)
				for _, want := range c.Fires {
					if !slices.Contains(rules, want) {
						t.Errorf("%s does not fire, only %v", want, rules)
					}
				}
				for _, r := range rules {
					fired[r] = true
				}
				if s, ok := got["scenario"].(map[string]any); ok {
					visited[fmt.Sprintf("%v/%v", s["id"], s["step"])] = true
				}
				if t.Failed() {
					t.Logf("%s\n%s", text, answer)
				}
			})
		}
	}
	for _, id := range ruleIDs(t, source) {
		if !fired[id] {
			t.Errorf("no test makes %s fire", id)
		}
	}
	for _, step := range waitingSteps(t, source) {
		if !visited[step] {
			t.Errorf("no test comes to %s", step)
		}
	}
}

func firedRules(decision map[string]any) []string {
	var rules []string
	trace, _ := decision["trace"].([]any)
	for _, e := range trace {
		entry, _ := e.(map[string]any)
		rules = append(rules, fmt.Sprint(entry["rule"]))
	}
	return rules
}

func ruleIDs(t *testing.T, pack fs.FS) []string {
	t.Helper()
	var ids []string
	files, _ := fs.Glob(pack, "rules/*.yaml")
	checks, _ := fs.Glob(pack, "wording/*.yaml")
	for _, f := range append(files, checks...) {
		text, err := fs.ReadFile(pack, f)
		if err != nil {
			t.Fatal(err)
		}
		docs := yaml.NewDecoder(strings.NewReader(string(text)))
		for {
			var d struct {
				Rules []struct{ ID string }
				Code  string // of a check of what is said
			}
			if docs.Decode(&d) != nil {
				break
			}
			if d.Code != "" {
				ids = append(ids, d.Code)
			}
			for _, r := range d.Rules {
				ids = append(ids, r.ID)
			}
		}
	}
	tables, _ := fs.Glob(pack, "tables/*.csv")
	for _, f := range tables {
		text, err := fs.ReadFile(pack, f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if id, _, _ := strings.Cut(line, ","); !strings.HasPrefix(line, "#") && id != "id" {
				ids = append(ids, id)
			}
		}
	}
	if len(ids) < 50 {
		t.Fatalf("only %d rules found", len(ids))
	}
	return ids
}

// waitingSteps are the steps at which a talk can stand still: those with something to say or to ask.
func waitingSteps(t *testing.T, pack fs.FS) []string {
	t.Helper()
	var out []string
	files, _ := fs.Glob(pack, "scenarios/*.yaml")
	for _, f := range files {
		text, err := fs.ReadFile(pack, f)
		if err != nil {
			t.Fatal(err)
		}
		var track struct {
			Steps map[string]struct{ Say, Ask yaml.Node }
		}
		if err := yaml.Unmarshal(text, &track); err != nil {
			t.Fatal(err)
		}
		for name, s := range track.Steps {
			if !s.Say.IsZero() || !s.Ask.IsZero() {
				out = append(out, strings.TrimSuffix(path.Base(f), ".yaml")+"/"+name)
			}
		}
	}
	slices.Sort(out)
	return out
}
