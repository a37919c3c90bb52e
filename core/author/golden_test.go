package author_test

import (
	"strings"
	"testing"

	"koujing/core/author"
)

// rewrite has the tests of one file expect a decision.
func rewrite(t *testing.T, text, decision string) (string, []author.Kept) {
	t.Helper()
	src := author.Sources{"tests/a.yaml": text, "pack.yaml": goldenPack, "rules/r.yaml": goldenRules}
	tests, found := author.Tests(src)
	if len(found) > 0 {
		t.Fatal(found)
	}
	var outdated []author.Outdated
	for _, test := range tests {
		if len(test.Judge([]byte(decision))) > 0 {
			outdated = append(outdated, author.Outdated{Test: test, Decision: []byte(decision)})
		}
	}
	changed, kept := author.RewriteTests(src, outdated)
	if out, ok := changed["tests/a.yaml"]; ok {
		return out, kept
	}
	return text, kept
}

const goldenPack = "id: a\nversion: \"1\"\ntitle: a\nlocale: zh-CN\nutc_offset: \"+08:00\"\n"
const goldenRules = `decision: own.a
hit: first
rules: [{ id: a1, then: { x: 1 } }, { id: a2, then: { x: 2 } }]
---
decision: own.b
hit: first
rules: [{ id: b1, then: { x: 1 } }]
`

const golden = `{"status":"decided","refund":{"status":"payable","lines":[{"id":"L1","pay_fen":1000,"flags":["a, b","c"]}],"pay_fen":1000,"due_by":"2026-11-24T10:00:00+08:00"},"tasks":[{"id":"pay","due_at":"x","row":"R"},{"id":"tell","due_at":"y","row":"S"}],"say":"换\n行: \"x\"","trace":[{"decision":"own.a","rule":"a2"},{"decision":"own.b","rule":"b1"}]}`

func TestRewriteTests(t *testing.T) {
	const head = "# above\n- name: one # aside\n  case: { now: x } # the case\n"
	for _, c := range []struct{ name, old, want string }{
		{"a number in a flow", "  expect: { refund: { pay_fen: 2000, status: payable } }  # kept\n", "  expect: { refund: { pay_fen: 1000, status: payable } }  # kept\n"},
		{"a number in a block", "  expect:\n    refund:\n      # why\n      pay_fen:   2000   # so\n      status: \"payable\"\n", "  expect:\n    refund:\n      # why\n      pay_fen:   1000   # so\n      status: \"payable\"\n"},
		{"quotes stay", "  expect: { refund: { status: 'none', due_by: \"2026-01-01T00:00:00+08:00\" } }\n", "  expect: { refund: { status: 'payable', due_by: \"2026-11-24T10:00:00+08:00\" } }\n"},
		{"quotes come where they are needed", "  expect: { refund: { due_by: null } }\n", "  expect: { refund: { due_by: \"2026-11-24T10:00:00+08:00\" } }\n"},
		{"a list of the same length", "  expect: { tasks: [{ id: pay }, { id: told, row: S }] }\n", "  expect: { tasks: [{ id: pay }, { id: tell, row: S }] }\n"},
		{"a list that grew", "  expect: { tasks: [{ id: pay, row: R }] }\n", "  expect: { tasks: [{ id: pay, row: R }, { id: tell, row: S }] }\n"},
		{"a list that shrank, in a block", "  expect:\n    status: decided\n    tasks:\n      - id: verify # first\n      - { id: pay, row: Q }\n      - id: tell\n    refund: { status: payable }\n", "  expect:\n    status: decided\n    tasks: [{ id: pay, row: R }, { id: tell }]\n    refund: { status: payable }\n"},
		{"a list that was empty", "  expect: { refund: { lines: [{ flags: [] }] } }\n", "  expect: { refund: { lines: [{ flags: [\"a, b\", c] }] } }\n"},
		{"a section that is gone", "  expect:\n    close: # no till\n      # more\n      may_leave: true\n      differences:\n        - item: x\n    status: decided\n", "  expect:\n    close: null # no till\n      # more\n    status: decided\n"},
		{"a section that is gone, in a flow", "  expect: { close: { may_leave: true, differences: [{ item: x }, ] # x ]\n    }, status: decided }\n", "  expect: { close: null, status: decided }\n"},
		{"a value that came", "  expect: { refund: { lines: null } }\n", "  expect: { refund: { lines: [{ id: L1, pay_fen: 1000, flags: [\"a, b\", c] }] } }\n"},
		{"a text over two lines", "  expect:\n    say: |\n      您好\n      再见\n    status: decided\n", "  expect:\n    say: \"换\\n行: \\\"x\\\"\"\n    status: decided\n"},
		{"a folded text", "  expect:\n    say: 您好\n      再见\n    status: decided\n", "  expect:\n    say: \"换\\n行: \\\"x\\\"\"\n    status: decided\n"},
		{"Chinese before it", "  expect: { say: 您好，再见, status: blocked }\n", "  expect: { say: \"换\\n行: \\\"x\\\"\", status: decided }\n"},
		{"a rule of the same decision", "  fires: [a1, b1]\n", "  fires: [a2, b1]\n"},
		{"a rule that is gone", "  fires:\n    - zz\n    - b1 # stays\n  row: X-1\n", "  fires: [b1] # stays\n  row: X-1\n"},
		{"a single rule", "  fires: a1\n  expect: { status: blocked }\n", "  fires: [a2]\n  expect: { status: decided }\n"},
		{"no rule any more", "  fires: [zz]\n  expect: { status: decided }\n", "  fires: []\n  expect: { status: decided }\n"},
	} {
		const tail = "\n# between\n- { name: two, case: {}, expect: { status: decided } } # passes\n"
		got, kept := rewrite(t, head+c.old+tail, golden)
		if want := head + c.want + tail; got != want || len(kept) > 0 {
			t.Errorf("%s: kept %v, got\n%s\nwant\n%s", c.name, kept, got, want)
		}
		crlf := strings.ReplaceAll(head+c.old+tail, "\n", "\r\n")
		if got, kept := rewrite(t, "\ufeff"+crlf, golden); strings.ReplaceAll(got, "\r\n", "\n") != "\ufeff"+head+c.want+tail || len(kept) > 0 {
			t.Errorf("%s, with other line breaks: kept %v, got %q", c.name, kept, got)
		}
	}
}

// TestRewriteKeeps leaves alone what cannot be rewritten in its place, and rewrites the rest.
func TestRewriteKeeps(t *testing.T) {
	for name, text := range map[string]string{
		"an anchor":       "- name: one\n  case: {}\n  expect: { refund: &r { pay_fen: 1 } }\n",
		"an alias":        "- name: zero\n  case: { x: &r { pay_fen: 1 } }\n  expect: { refund: *r }\n",
		"nothing is left": "- name: one\n  case: {}\n  fires: [zz]\n",
		"a tag":           "- name: one\n  case: {}\n  expect: { status: !!str blocked }\n",
	} {
		other := "- name: other\n  case: {}\n  expect: { status: blocked }\n"
		got, kept := rewrite(t, text+other, golden)
		if len(kept) != 1 || kept[0].Reason == "" || kept[0].Line != 1 || got != text+strings.Replace(other, "blocked", "decided", 1) {
			t.Errorf("%s: kept %v, got\n%s", name, kept, got)
		}
	}
	if got, kept := rewrite(t, "- name: one\n  case: {}\n  expect: { status: decided }\n", "nonsense"); len(kept) != 1 || strings.Contains(got, "nonsense") {
		t.Errorf("nonsense: %v %s", kept, got)
	}
}

// FuzzRewriteTests rewrites any tests to any decision: what comes out passes, and is else the same.
func FuzzRewriteTests(f *testing.F) {
	f.Add("- name: one\n  case: {}\n  expect:\n    refund: { pay_fen: 2 } # x\n    tasks:\n      - id: a\n  fires: [a1]\n", golden)
	f.Add("- { name: one, case: {}, expect: { say: 'it''s', \"tasks\": [ ] } }\n", golden)
	f.Add("- name: 一\n  case: {}\n  expect:\n    say: >-\n      x\n\n      y\n", golden)
	f.Fuzz(func(t *testing.T, text, decision string) {
		src := author.Sources{"tests/a.yaml": text, "pack.yaml": goldenPack, "rules/r.yaml": goldenRules}
		tests, found := author.Tests(src)
		if len(found) > 0 {
			return
		}
		var outdated []author.Outdated
		for _, test := range tests {
			if len(test.Judge([]byte(decision))) > 0 {
				outdated = append(outdated, author.Outdated{Test: test, Decision: []byte(decision)})
			}
		}
		changed, kept := author.RewriteTests(src, outdated)
		out, ok := changed["tests/a.yaml"]
		if !ok {
			return
		}
		after, found := author.Tests(author.Sources{"tests/a.yaml": out})
		failing := 0
		for _, test := range after {
			if len(test.Judge([]byte(decision))) > 0 {
				failing++
			}
		}
		if len(found) > 0 || len(after) != len(tests) || failing > len(kept) {
			t.Errorf("%d tests, %d fail, %d kept: %q", len(after), failing, len(kept), out)
		}
	})
}
