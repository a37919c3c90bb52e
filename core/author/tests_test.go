package author_test

import (
	"testing"

	"koujing/core/author"
)

func TestTests(t *testing.T) {
	tests, found := author.Tests(author.Sources{"tests/a.yaml": `
- name: 一
  case: { now: "2026-11-22T10:00:00+08:00", lines: [{ id: L1, charged_fen: 12.50 }] }
  expect: { status: decided, list: [1, { a: true }] }
  fires: [r1]
- name: nothing
  case: { now: x }
- name: unknown
  cases: {}
`})
	if len(tests) != 1 || len(found) != 3 {
		t.Fatalf("%d tests, findings %v", len(tests), found)
	}
	if want := `{"now":"2026-11-22T10:00:00+08:00","lines":[{"id":"L1","charged_fen":12.50}]}`; string(tests[0].Case) != want {
		t.Errorf("case %s, want %s", tests[0].Case, want)
	}
	for _, c := range []struct {
		decision string
		wrong    int
	}{
		{`{"status":"decided","list":[1,{"a":true,"b":2}],"more":1,"trace":[{"rule":"r1"}]}`, 0},
		{`{"status":"blocked","list":[1,{"a":true}],"trace":[{"rule":"r1"}]}`, 1},
		{`{"status":"decided","list":[1],"trace":[{"rule":"r1"}]}`, 1},
		{`{"status":"decided","list":[2,{"a":false}],"trace":[]}`, 3},
		{`nonsense`, 1},
	} {
		if got := tests[0].Judge([]byte(c.decision)); len(got) != c.wrong {
			t.Errorf("%s: %v", c.decision, got)
		}
	}
}
