package casefile_test

import (
	"fmt"
	"slices"
	"testing"

	"koujing/core/canon"
	"koujing/core/casefile"
)

// FuzzDecode throws texts at a decoder that has a life behind it and at a fresh one. They must agree, and agree with
// what Check says of the whole text.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		typical, full, "{" + now + "}", `{"now":null,"x":[{}],"lines":[{"id":"L1"},null]}`,
		"{" + now + `,"lines":[{"id":"A","charged_fen":1},{"charged_fen":2,"id":"A","due_fen":-0}]}`,
		"{" + now + `,"close":{"invoice_boxes":[{"used":[[1,2],3,[4]]},{"void":[5]}]}}`,
		`{"n\u006fw":"2026-11-22T10:00:00Z","now":1}`, `[`, "\"\xff\"", `{"facts":{"waited":1e3,"region":"west"},"draft":"\ud800"}`,
	} {
		f.Add([]byte(s))
	}
	veteran := newBench(terms())
	f.Fuzz(func(t *testing.T, text []byte) {
		fresh := newBench(terms())
		got := slices.Clone(veteran.decoder.Decode(text, &veteran.c))
		want := fresh.decoder.Decode(text, &fresh.c)
		if !slices.Equal(got, want) {
			t.Fatalf("%q: faults %v after other cases, %v before", text, got, want)
		}
		whole := canon.Check(text, canon.Limits{Bytes: casefile.MaxBytes, Depth: casefile.MaxDepth})
		switch {
		case whole != nil:
			if len(got) != 1 || got[0] != *whole {
				t.Fatalf("%q: %v, Check says %v", text, got, *whole)
			}
		case len(got) == 0:
			if a, b := fmt.Sprint(veteran.c), fmt.Sprint(fresh.c); a != b {
				t.Fatalf("%q:\n%s after other cases,\n%s before", text, a, b)
			}
		default:
			missing := false
			for i, fault := range got {
				switch fault.Code {
				case casefile.TooBig, casefile.BadUTF8, casefile.Syntax, casefile.TooDeep, casefile.DuplicateKey:
					t.Fatalf("%q: %v, but Check finds nothing", text, fault)
				case casefile.Missing:
					missing = true
				default:
					if missing || i > 0 && fault.Offset < got[i-1].Offset {
						t.Fatalf("%q: out of order: %v", text, got)
					}
				}
			}
		}
	})
}
