package vectors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"koujing/core/author"
)

// width is how wide a value may be to stand in one line of the corpus.
const width = 140

// writeArea writes the vectors of an area back, each laid out so that a change of a decision is a change of the lines it
// touches.
func writeArea(t *testing.T, area string, list []Vector) {
	t.Helper()
	entries := make([]entry, len(list))
	for i := range list {
		entries[i] = list[i].written
		entries[i].Decision = list[i].Decision
	}
	writeFile(t, "corpus/"+area+".json", entries)
}

// adopted is the pack whose own tests are vectors too, an area a file: what its rules and talk tracks say, every engine has
// to say.
const adopted = "cn-telecom"

// adopt replaces those areas by the pack's tests as they are now.
func adopt(t *testing.T, corpus map[string][]Vector) {
	t.Helper()
	for area := range corpus {
		if strings.HasPrefix(area, adopted+".") {
			delete(corpus, area)
			if err := os.Remove("corpus/" + area + ".json"); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, v := range packTests(t) {
		area := adopted + "." + strings.TrimSuffix(path.Base(v.file), ".yaml")
		corpus[area] = append(corpus[area], v.Vector)
	}
}

// packTest is a test of the adopted pack as a vector that was never decided.
type packTest struct {
	Vector
	file string
}

func packTests(t *testing.T) (out []packTest) {
	t.Helper()
	source, err := Sources(adopted)
	if err != nil {
		t.Fatal(err)
	}
	tests, found := author.Tests(source)
	if len(found) > 0 {
		t.Fatal(found)
	}
	count := map[string]int{}
	for _, test := range tests {
		name := fmt.Sprintf("%s: %s: %s", adopted, strings.TrimSuffix(path.Base(test.File), ".yaml"), test.Name)
		if count[name]++; count[name] > 1 {
			name = fmt.Sprintf("%s (%d)", name, count[name])
		}
		v, err := (&entry{Name: name, Row: test.Row, Pack: adopted, Case: test.Case}).vector()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, packTest{v, test.File})
	}
	return out
}

// TestAdopted wants every test of the adopted pack among the vectors, as it stands in the pack.
func TestAdopted(t *testing.T) {
	there := map[string]string{}
	for area, list := range load(t) {
		if strings.HasPrefix(area, adopted+".") {
			for i := range list {
				there[list[i].Name] = string(list[i].Case)
			}
		}
	}
	tests := packTests(t)
	for _, v := range tests {
		if there[v.Name] != string(v.Case) {
			t.Errorf("%q is not among the vectors as it stands in %s", v.Name, v.file)
		}
	}
	if len(there) != len(tests) {
		t.Errorf("%d vectors come from %d tests", len(there), len(tests))
	}
}

func writeFile(t *testing.T, name string, value any) {
	t.Helper()
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		t.Fatal(err)
	}
	text, rest := layOut(nil, bytes.TrimSpace(plain.Bytes()), 0, 0)
	if len(rest) > 0 {
		t.Fatalf("%s: %d bytes behind the value", name, len(rest))
	}
	if err := os.WriteFile(name, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// layOut appends the compact JSON value that src begins with: in one line if it fits behind the lead, else a line a member.
// The tokens are copied, never written anew. The vectors themselves always stand apart.
func layOut(dst, src []byte, indent, lead int) (out, rest []byte) {
	end := valueEnd(src)
	value, rest := src[:end], src[end:]
	if value[0] != '{' && value[0] != '[' || len(value) == 2 || indent > 1 && indent*2+lead+utf8.RuneCount(value) <= width {
		return append(dst, value...), rest
	}
	open, closing := value[0], value[end-1]
	value = value[1 : end-1]
	dst = append(dst, open)
	for len(value) > 0 {
		dst = newLine(dst, indent+1)
		lead := 1
		if open == '{' {
			name := valueEnd(value)
			dst = append(append(dst, value[:name]...), ": "...)
			lead += utf8.RuneCount(value[:name]) + 2
			value = value[name+1:]
		}
		dst, value = layOut(dst, value, indent+1, lead)
		if len(value) > 0 {
			dst = append(dst, ',')
			value = value[1:]
		}
	}
	return append(newLine(dst, indent), closing), rest
}

func newLine(dst []byte, indent int) []byte {
	return append(append(dst, '\n'), strings.Repeat("  ", indent)...)
}

// valueEnd is the length of the compact JSON value that src begins with.
func valueEnd(src []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			if quoted = !quoted; !quoted && depth == 0 {
				return i + 1
			}
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case (c == ',' || c == ':') && depth == 0:
			return i
		}
	}
	return len(src)
}

func TestLayOut(t *testing.T) {
	long := strings.Repeat("x", width)
	for _, c := range []struct{ src, want string }{
		{`[]`, `[]`},
		{`[{"a":1}]`, "[\n  {\n    \"a\": 1\n  }\n]"},
		{`[{"a":{"b":[1,2,{}],"c":"\",}"}}]`, "[\n  {\n    \"a\": {\"b\":[1,2,{}],\"c\":\"\\\",}\"}\n  }\n]"},
		{`[{"a":["` + long + `",1e3,-0]}]`, "[\n  {\n    \"a\": [\n      \"" + long + "\",\n      1e3,\n      -0\n    ]\n  }\n]"},
	} {
		got, rest := layOut(nil, []byte(c.src), 0, 0)
		if string(got) != c.want || len(rest) > 0 {
			t.Errorf("%s:\n%s\nwant\n%s", c.src, got, c.want)
		}
		if back, err := compact(got); err != nil || string(back) != c.src {
			t.Errorf("%s came back as %s, %v", c.src, back, err)
		}
	}
}
