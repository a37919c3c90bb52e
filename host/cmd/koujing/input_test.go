package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"koujing/host"
)

func TestFrame(t *testing.T) {
	const pretty = "{\n  \"a\": [1,\n  2]\n}"
	for _, tt := range []struct{ name, in, single string }{
		{"one line", `{"a":1}`, ""},
		{"one line and blanks", " \n{\"a\":1}\n\n \n", ""},
		{"over several lines", pretty, pretty},
		{"over several lines and blanks", "\n \n" + pretty + "\r\n\n\t\n", pretty},
		{"a string over several lines of an array", "[\n\"a\"\n]\n", "[\n\"a\"\n]"},
		{"two lines", "{}\n{}\n", ""},
		{"two documents", pretty + "\n" + pretty, ""},
		{"a document and a rest", pretty + "\nx", ""},
		{"a rest in the same line", "{\n} {}", ""},
		{"cut off", "{\n  \"a\": 1,\n", ""},
		{"a bad line first", "{\n{}\n{}\n", ""},
		{"bad UTF-8 in a document", "{\n\"a\": \"\xff\"\n}", "{\n\"a\": \"\xff\"\n}"},
		{"nothing", "", ""},
		{"blanks", " \n\t\r\n", ""},
		{"no JSON", "abc", ""},
	} {
		for name, r := range map[string]io.Reader{
			"whole": strings.NewReader(tt.in), "bytes": iotest.OneByteReader(strings.NewReader(tt.in)),
			"with the end": iotest.DataErrReader(strings.NewReader(tt.in)),
		} {
			single, stream, err := frame(r)
			if err != nil {
				t.Errorf("%s, %s: %v", tt.name, name, err)
				continue
			}
			if tt.single != "" {
				if string(single) != tt.single || stream != nil {
					t.Errorf("%s, %s: single %q", tt.name, name, single)
				}
				continue
			}
			if stream == nil {
				t.Errorf("%s, %s: taken for one case: %q", tt.name, name, single)
				continue
			}
			rest, err := io.ReadAll(stream)
			if got := strings.Trim(string(rest), blank); err != nil || got != strings.Trim(tt.in, blank) {
				t.Errorf("%s, %s: the stream is %q, %v", tt.name, name, rest, err)
			}
		}
	}
}

// A stream is answered from its first line on: nothing after it is waited for.
func TestFrameIsPrompt(t *testing.T) {
	in, out := io.Pipe()
	go io.WriteString(out, "\n{}\n")
	_, stream, err := frame(in)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 3)
	if _, err := io.ReadFull(stream, buf); err != nil || string(buf) != "{}\n" {
		t.Errorf("%q, %v", buf, err)
	}
	out.Close()
}

// ones never ends, and never breaks the line.
type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '1'
	}
	return len(p), nil
}

func TestFrameIsBounded(t *testing.T) {
	for name, r := range map[string]io.Reader{
		"a document":        io.MultiReader(strings.NewReader("[\n"), ones{}),
		"a string":          io.MultiReader(strings.NewReader("[\n\""), ones{}),
		"a failing reader":  iotest.ErrReader(errOneCase),
		"a failure further": io.MultiReader(strings.NewReader("[\n1,\n"), iotest.ErrReader(errOneCase)),
	} {
		_, stream, err := frame(r)
		if err == nil && stream != nil {
			_, err = io.Copy(io.Discard, io.LimitReader(stream, 3*host.MaxInput))
		}
		if err != errOneCase {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A line that is no case at all gets an answer of its own, wherever it stands, and the others theirs.
func TestLongLines(t *testing.T) {
	needEngine(t)
	const fine = `{"now":"2026-11-22T10:00:00+08:00"}` + "\n"
	long := strings.Repeat("x", host.MaxInput+1) + "\n"
	for name, c := range map[string]struct {
		in   []string
		want string
	}{
		"first":   {[]string{long, fine}, "1 decided"},
		"between": {[]string{fine, "\n", long, fine}, "decided 3 decided"},
		"last":    {[]string{fine, strings.TrimSpace(long)}, "decided 2"},
		"alone":   {[]string{long}, "1"},
	} {
		var out, said bytes.Buffer
		code := run([]string{"decide"}, &app{ctx: t.Context(), in: strings.NewReader(strings.Join(c.in, "")), out: &out, err: &said})
		var got []string
		for line := range strings.Lines(out.String()) {
			var d struct {
				Status, Code string
				Line         int
			}
			if err := json.Unmarshal([]byte(line), &d); err != nil {
				t.Fatalf("%s: %v in %.200s", name, err, line)
			}
			if d.Code == "line_too_large" {
				d.Status = strconv.Itoa(d.Line)
			}
			got = append(got, d.Status)
		}
		if strings.Join(got, " ") != c.want || code != exitInvalid || !strings.Contains(said.String(), "1 of "+strconv.Itoa(len(got))+" lines are too large for a case, 0 are invalid") {
			t.Errorf("%s: code %d, %q, said %q", name, code, got, said.String())
		}
	}
}

// However an input is cut into lines, it is one case exactly when it parses whole and isn't one line.
func FuzzFrame(f *testing.F) {
	for _, s := range []string{"{}", "{\n}", "[\n1,\n2]\n", "{}\n{}", "\n\n[\n]\n \n", "{\n}x", "\"a\nb\"", "1\n2", "[1]\n]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		single, stream, err := frame(bytes.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		trimmed := bytes.Trim(in, blank)
		one := json.Valid(in) && bytes.IndexByte(trimmed, '\n') >= 0
		if one != (stream == nil) {
			t.Fatalf("%q: one case %v, taken as one %v", in, one, stream == nil)
		}
		got := single
		if stream != nil {
			if got, err = io.ReadAll(stream); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(bytes.Trim(got, blank), trimmed) {
			t.Fatalf("%q became %q", in, got)
		}
	})
}
