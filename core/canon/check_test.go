package canon_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"koujing/core/canon"
)

var limits = canon.Limits{Bytes: 256 << 10, Depth: 32}

func TestCheckSound(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `null`, ` 0 `, `-0`, `1e400`, `1.5E-3`, `"\u00e9\ud83d\ude00 \" \\ \/ \b\f\n\r\t"`,
		`{"a":{"a":[{"a":1},{"a":2}]},"b":"王"}`, "\t{\r\n \"a\" : [ 1 , 2 ] }\n",
		strings.Repeat("[", 32) + strings.Repeat("]", 32), "\"\x7f\"", `{"":0," ":0}`,
	} {
		if f := canon.Check([]byte(text), limits); f != nil {
			t.Errorf("%s: %+v", text, *f)
		}
	}
}

func TestCheckFaults(t *testing.T) {
	deep := strings.Repeat("[", 33) + strings.Repeat("]", 33)
	many := func(n int, last string) string {
		b := []byte(`{"x":[{`)
		for i := range n {
			b = append(b, '"')
			b = canon.AppendInt(b, int64(i))
			b = append(b, `":0,`...)
		}
		return string(b) + last + `:1}]}`
	}
	for _, c := range []struct {
		text, code, path string
		offset           int // -1 where it does not matter
	}{
		{strings.Repeat(" ", 256<<10+1), canon.TooBig, "", 256 << 10},
		{"\xff" + strings.Repeat(" ", 256<<10), canon.TooBig, "", 256 << 10},
		{"{\"a\":[0,\"x\xff\"]}", canon.BadUTF8, "a[1]", 10},
		{"{\"a\xff\":1}", canon.BadUTF8, "", 3},
		{"\"\xed\xa0\x80\"", canon.BadUTF8, "", 1}, // a surrogate half written out
		{"\"\xc0\x80\"", canon.BadUTF8, "", 1},
		{"[0}\xff", canon.BadUTF8, "", 3},
		{"", canon.Syntax, "", 0},
		{"  ", canon.Syntax, "", 2},
		{"\ufeff{}", canon.Syntax, "", 0},
		{`{"a":1,}`, canon.Syntax, "", 7},
		{`{"a":[1,]}`, canon.Syntax, "a[1]", 8},
		{`{"a":[,1]}`, canon.Syntax, "a[0]", 6},
		{`{"a":[1 2]}`, canon.Syntax, "a", 8},
		{`{"a":1 "b":2}`, canon.Syntax, "", 7},
		{`{"a" 1}`, canon.Syntax, "", 5},
		{`{a:1}`, canon.Syntax, "", 1},
		{`{"a":tru}`, canon.Syntax, "a", 8},
		{`{"a":{"b":01}}`, canon.Syntax, "a", 11},
		{`{"a":{"b":.5}}`, canon.Syntax, "a.b", 10},
		{`{"a":{"b":1.}}`, canon.Syntax, "a.b", 12},
		{`{"a":{"b":-}}`, canon.Syntax, "a.b", 11},
		{`{"a":{"b":+1}}`, canon.Syntax, "a.b", 10},
		{`{"a":{"b":1e}}`, canon.Syntax, "a.b", 12},
		{`{"a":NaN}`, canon.Syntax, "a", 5},
		{`{"a":1}}`, canon.Syntax, "", 7},
		{`{} {}`, canon.Syntax, "", 3},
		{`[1}`, canon.Syntax, "", 2},
		{`{"a":[{"b":1},{"c":2`, canon.Syntax, "a[1]", 20},
		{`{"a":"x`, canon.Syntax, "a", 7},
		{"{\"a\":\"x\ny\"}", canon.Syntax, "a", 7},
		{"{\"a\":\"tab\t\"}", canon.Syntax, "a", 9},
		{`{"a":"\x"}`, canon.Syntax, "a", 6},
		{`{"a":"\ud800"}`, canon.Syntax, "a", 6},
		{`{"a":"\udc00"}`, canon.Syntax, "a", 6},
		{`{"a":"\ud800\u0041"}`, canon.Syntax, "a", 6},
		{`{"a":"\u12g4"}`, canon.Syntax, "a", 6},
		{`{"a":"\u12`, canon.Syntax, "a", 6},
		{"{}\x00", canon.Syntax, "", 2},
		{"{}\u00a0", canon.Syntax, "", 2},
		{`// c`, canon.Syntax, "", 0},
		{deep + ",", canon.Syntax, "", 66}, // before too_deep, though later in the text
		{`{"a":1,"a":2,}`, canon.Syntax, "", 13},
		{strings.Repeat("[", 40) + "!", canon.Syntax, strings.Repeat("[0]", 32), 40},
		{deep, canon.TooDeep, strings.Repeat("[0]", 32), 32},
		{`{"a":1,"a":` + deep + `}`, canon.TooDeep, "a" + strings.Repeat("[0]", 31), 11 + 31},
		{`{"a":1,"b":2,"a":3}`, canon.DuplicateKey, "a", 13},
		{`{"a":[{"b":1,"\u0062":2}]}`, canon.DuplicateKey, "a[0].b", 13},
		{`{"z":1,"x":{"y":1,"y":2},"z":2}`, canon.DuplicateKey, "x.y", 18},
		{`{"x":1,"x":{"y":1,"y":2}}`, canon.DuplicateKey, "x", 7},
		{many(100, `"73"`), canon.DuplicateKey, "x[0].73", -1},
		{many(5, `"3"`), canon.DuplicateKey, "x[0].3", -1},
	} {
		f := canon.Check([]byte(c.text), limits)
		name := c.text[:min(len(c.text), 60)]
		if f == nil {
			t.Errorf("%q: no fault, want %s", name, c.code)
			continue
		}
		if f.Code != c.code || f.Path != c.path || c.offset >= 0 && f.Offset != c.offset {
			t.Errorf("%q: %s at %q, byte %d; want %s at %q, byte %d", name, f.Code, f.Path, f.Offset, c.code, c.path, c.offset)
		}
	}
}

func TestCheckWithoutLimits(t *testing.T) {
	text := strings.Repeat("[", 300<<10) + strings.Repeat("]", 300<<10)
	if f := canon.Check([]byte(text), canon.Limits{}); f != nil {
		t.Errorf("%+v", *f)
	}
}

// FuzzCheck holds Check against encoding/json, which differs in three ways only: it lets surrogate halves pass, bad
// UTF-8, and names that are there twice.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+3,true,null,"\u00e9\ud83d\ude00"],"b":{}}`, `[[[]]]`, `{"a":1,"a":2}`, `"\ud800"`, " 0 ", "01", "\"\xff\"", `{"a":1,}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		fault := canon.Check(text, canon.Limits{})
		valid := json.Valid(text)
		switch {
		case fault == nil:
			if !valid || !utf8.Valid(text) {
				t.Fatalf("%q passed", text)
			}
		case fault.Offset < 0 || fault.Offset > len(text):
			t.Fatalf("%q: offset %d", text, fault.Offset)
		case fault.Code == canon.Syntax && valid && !strings.Contains(string(text), `\u`):
			t.Fatalf("%q: syntax at %d", text, fault.Offset)
		case fault.Code == canon.BadUTF8 && utf8.Valid(text):
			t.Fatalf("%q: bad_utf8", text)
		case fault.Code == canon.DuplicateKey && !valid:
			t.Fatalf("%q: duplicate_key before syntax", text)
		}
		// Skipping the same text must come to the same answer, but for the names.
		var r canon.Reader
		r.Reset(text)
		r.Skip()
		if ok := r.End(); ok != (fault == nil || fault.Code == canon.DuplicateKey) {
			t.Fatalf("%q: Check says %v, Skip %t", text, fault, ok)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	text := []byte(sample)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if canon.Check(text, limits) != nil {
			b.Fatal("fault")
		}
	}
}

// BenchmarkCheckHostile is the worst a case can be: names, as many as fit, all in one object.
func BenchmarkCheckHostile(b *testing.B) {
	text := []byte("{")
	for i := 0; len(text) < 255<<10; i++ {
		text = append(text, '"')
		text = canon.AppendInt(text, int64(i))
		text = append(text, `":0,`...)
	}
	text = append(text[:len(text)-1], '}')
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if canon.Check(text, limits) != nil {
			b.Fatal("fault")
		}
	}
}

const sample = `{"id":"C-1001","now":"2026-11-22T10:00:00+08:00","channel":"hall","intent":"fee_not_ordered",` +
	`"agent":{"id":"8812","role":"clerk","authority_fen":50000},"customer":{"surname":"王","form":"ms","is_owner":true,"emotion":"calm"},` +
	`"account":{"state":"active"},"lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed",` +
	`"confirmed_at":"2026-11-21T10:00:00+08:00"}]}`
