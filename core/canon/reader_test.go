package canon_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"koujing/core/canon"
)

// rebuild reads a value of any shape with a Reader and prints it again, so that every method meets every input.
func rebuild(r *canon.Reader, dst []byte, depth int) []byte {
	if depth > 100 {
		r.Fail()
		return dst
	}
	switch r.Kind() {
	case canon.Object:
		dst = append(dst, '{')
		var name []byte
		comma := false
		for r.Enter(canon.Object); r.Key(&name); {
			if comma {
				dst = append(dst, ',')
			}
			comma = true
			dst = append(canon.AppendString(dst, name), ':')
			dst = rebuild(r, dst, depth+1)
		}
		return append(dst, '}')
	case canon.Array:
		dst = append(dst, '[')
		comma := false
		for r.Enter(canon.Array); r.More(); {
			if comma {
				dst = append(dst, ',')
			}
			comma = true
			dst = rebuild(r, dst, depth+1)
		}
		return append(dst, ']')
	case canon.String:
		return canon.AppendString(dst, r.String())
	case canon.Number:
		return append(dst, r.Number()...)
	case canon.Bool:
		return canon.AppendBool(dst, r.Bool())
	case canon.Null:
		r.Null()
		return append(dst, "null"...)
	}
	return dst
}

// FuzzReader holds the Reader against Check: they agree on what is JSON, and what the Reader says a text means, said
// again, means the same to encoding/json.
func FuzzReader(f *testing.F) {
	for _, s := range []string{sample, `{"a":[1,-0.5e+3,true,null,"\u00e9\ud83d\ude00"],"b":{ } , "\n":[ ]}`, `[1,]`, `[,1]`, `{,}`, `{"a"}`, `{"a":1,}`, `"\udc00"`, "[0 ,\t-1]", "tru", "[nul]", "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		fault := canon.Check(text, canon.Limits{Depth: 90})
		if fault != nil && fault.Code == canon.TooDeep {
			return
		}
		var r canon.Reader
		r.Reset(text)
		again := rebuild(&r, nil, 0)
		r.End()
		if sound := fault == nil || fault.Code == canon.DuplicateKey; sound == r.Failed() {
			t.Fatalf("%q: Check says %v, the Reader failed %t at %d", text, fault, r.Failed(), r.Offset())
		}
		if fault != nil {
			return
		}
		var a, b any
		if json.Unmarshal(text, &a) != nil { // numbers beyond float64
			return
		}
		if err := json.Unmarshal(again, &b); err != nil {
			t.Fatalf("%q came out as %q: %v", text, again, err)
		}
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("%q came out as %q", text, again)
		}
	})
}

func TestInt(t *testing.T) {
	for text, want := range map[string]struct {
		n     int64
		whole bool
	}{
		"0": {0, true}, "7": {7, true}, "-7": {-7, true}, "9007199254740993": {9007199254740993, true},
		"999999999999999999":                     {999999999999999999, true},
		"1000000000000000000":                    {canon.Saturated, true},
		"-1000000000000000000":                   {-canon.Saturated, true},
		"99999999999999999999999999999999999999": {canon.Saturated, true},
		"-0":                                     {0, false}, "1.0": {0, false}, "1e3": {0, false}, "1E3": {0, false}, "-1.5": {0, false}, "0.0": {0, false},
	} {
		var r canon.Reader
		r.Reset([]byte(text))
		n, whole := r.Int()
		if !r.End() || n != want.n || whole != want.whole {
			t.Errorf("%s: %d, whole %t, failed %t; want %d, %t", text, n, whole, r.Failed(), want.n, want.whole)
		}
	}
	for _, text := range []string{"01", "-", "-01", "1.", "1e", "+1", "", `"1"`, "00", "1.e3", "-a"} {
		var r canon.Reader
		r.Reset([]byte(text))
		r.Int()
		if r.End() {
			t.Errorf("%q passed as a number", text)
		}
	}
}

func TestWrongKindFails(t *testing.T) {
	for name, take := range map[string]func(*canon.Reader){
		"String": func(r *canon.Reader) { r.String() }, "Number": func(r *canon.Reader) { r.Number() },
		"Int": func(r *canon.Reader) { r.Int() }, "Bool": func(r *canon.Reader) { r.Bool() },
		"Null": func(r *canon.Reader) { r.Null() }, "Enter object": func(r *canon.Reader) { r.Enter(canon.Object) },
		"Enter string": func(r *canon.Reader) { r.Enter(canon.String) },
	} {
		var r canon.Reader
		r.Reset([]byte(`  [1]`))
		take(&r)
		if !r.Failed() || r.Offset() != 2 {
			t.Errorf("%s of an array: failed %t at %d", name, r.Failed(), r.Offset())
		}
		r.Skip()
		if r.Kind() != canon.Invalid || r.More() || r.End() || r.Offset() != 2 {
			t.Errorf("%s: a failed Reader went on", name)
		}
	}
}

func TestAppendString(t *testing.T) {
	for text, want := range map[string]string{
		"":                          `""`,
		"王先生 é \u2028 / <&> \x7f":   "\"王先生 é \u2028 / <&> \x7f\"",
		"a\"b\\c\b\t\n\f\r\x00\x1f": `"a\"b\\c\b\t\n\f\r\u0000\u001f"`,
		strings.Repeat("x", 100) + "\"" + strings.Repeat("王", 50): `"` + strings.Repeat("x", 100) + `\"` + strings.Repeat("王", 50) + `"`,
	} {
		if got := string(canon.AppendString(nil, []byte(text))); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	// Every byte at every place of a machine word.
	for c := range 0x80 {
		for pad := range 17 {
			text := strings.Repeat("a", pad) + string(rune(c)) + strings.Repeat("b", 9)
			var back string
			got := canon.AppendString(nil, []byte(text))
			if err := json.Unmarshal(got, &back); err != nil || back != text {
				t.Fatalf("%q: %s, back %q, %v", text, got, back, err)
			}
		}
	}
}

func TestAppendInt(t *testing.T) {
	numbers := []int64{0, math.MinInt64, math.MaxInt64, 99, 100, 101, -1, -10}
	for n := int64(1); n > 0 && n < math.MaxInt64/7; n *= 7 {
		numbers = append(numbers, n, -n, n-1, n+1)
	}
	for _, n := range numbers {
		if got, want := string(canon.AppendInt(nil, n)), strconv.FormatInt(n, 10); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestReaderDoesNotAllocate(t *testing.T) {
	var r canon.Reader
	text := []byte(`{"escaped \n":"\u00e9","n":[1,2,{"x":null}],"skip":[[[{}]]],"t":true}`)
	dst := make([]byte, 0, 1024)
	read := func() {
		r.Reset(text)
		var name []byte
		for r.Enter(canon.Object); r.Key(&name); {
			if string(name) == "skip" {
				r.Skip()
			} else {
				dst = rebuild(&r, dst[:0], 0)
			}
		}
		if !r.End() {
			t.Fatal("failed")
		}
	}
	read()
	if n := testing.AllocsPerRun(100, read); n != 0 {
		t.Errorf("%v allocations a text after warm-up", n)
	}
}

func BenchmarkReader(b *testing.B) {
	var r canon.Reader
	text := []byte(sample)
	dst := make([]byte, 0, 4096)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(text)
		dst = rebuild(&r, dst[:0], 0)
	}
}
