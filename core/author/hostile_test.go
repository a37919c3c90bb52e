package author_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"koujing/core/author"
)

// ruleWhen is a rule with a condition.
func ruleWhen(when string) string {
	return fmt.Sprintf("decision: gates\nhit: collect\nrules:\n  - { id: g, when: '%s', then: { id: g, blocks: sale, reason: r }, row: X-01 }\n", when)
}

// laughs is a YAML document whose aliases stand for ten to the power of levels.
func laughs(levels int) string {
	var b strings.Builder
	b.WriteString("a0: &a0 x\n")
	for i := 1; i <= levels; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	return b.String()
}

// wideTable is a table of one column and so many rows.
func wideTable(rows int) string {
	var b strings.Builder
	b.WriteString("# hit: first\nid,facts.affected,=> v\n")
	for i := range rows {
		fmt.Fprintf(&b, "r%d,%d,%d\n", i, i, i)
	}
	return b.String()
}

// TestHostile checks packs that nobody writes who means well. Each is refused; how long that takes is for the reader to see
// (aim: 50 ms).
func TestHostile(t *testing.T) {
	base, err := os.ReadFile("testdata/diagnostics/base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	many := func(n int, format string) string { // n lines with their numbers
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, h := range []struct{ name, file, text, code string }{
		{"a megabyte of brackets in a condition", "rules/a.yaml", ruleWhen(strings.Repeat("(", 1<<20)), "expression_too_long"},
		{"a thousand brackets in a condition", "rules/a.yaml", ruleWhen(strings.Repeat("(", 1000) + "true" + strings.Repeat(")", 1000)), "too_deep"},
		{"a thousand nots", "rules/a.yaml", ruleWhen(strings.Repeat("!", 1000) + "blocked"), "expression_too_large"},
		{"a sum of a thousand parts", "rules/a.yaml", ruleWhen(strings.Repeat("1+", 1000) + "1 > 0"), "expression_too_large"},
		{"loops in loops in loops", "rules/a.yaml", ruleWhen("any(lines, any(lines, any(lines, .charged_fen > 0)))"), "too_deep"},
		{"a pattern that takes exponential time", "rules/a.yaml", ruleWhen(`draft matches "^(a+)+$"`), "not_in_dialect"},
		{"a pattern made by the case", "rules/a.yaml", ruleWhen(`draft matches customer.surname`), "not_in_dialect"},
		{"a text that doubles without end", "rules/a.yaml", ruleWhen(`repeat(draft, 1000000) == ""`), "not_in_dialect"},
		{"brackets of YAML", "rules/a.yaml", "decision: " + strings.Repeat("[", 1<<20), "yaml"},
		{"closed brackets of YAML", "rules/a.yaml", "decision: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "yaml"},
		{"aliases of aliases", "rules/a.yaml", laughs(12), "yaml"},
		{"an alias of itself", "rules/a.yaml", "decision: &a [*a]\n", "yaml"},
		{"a table of eight megabytes", "tables/a.csv", wideTable(400_000), "too_big"},
		{"a table whose header has 260 thousand cells", "tables/a.csv", "# hit: first\nid," + strings.Repeat("facts.affected,", 1<<18) + "=> v\n", "too_many"},
		{"a line of YAML that is wrong all over", "rules/a.yaml", "{" + many(100_000, "k%d: 1, ") + "}", "unknown_key"},
		{"five thousand decisions", "rules/a.yaml", many(5000, "---\ndecision: d%[1]d\nhit: first\nrules: [{ id: r%[1]d, then: { v: 1 }, row: X-01 }]\n"), "too_large"},
		{"a hundred thousand words", "wording/a.yaml", "check: phrase\ncode: many\nlevel: fault\nmessage: m\nrow: X-01\nphrases: [" + many(100_000, "w%d, ") + "]\n", "too_many"},
		{"decisions that lead to each other in a ring", "rules/a.yaml", many(500, "---\ndecision: d%[1]d\nhit: first\nrules: [{ id: r%[1]d, then: { v: d%[1]d.v + 1 }, row: X-01 }]\n"), "cycle"},
	} {
		t.Run(h.name, func(t *testing.T) {
			src := author.Sources{"pack.yaml": string(base), h.file: h.text}
			begin := time.Now()
			found := author.Check(src, author.Options{At: today})
			t.Logf("%d KiB: %v", len(h.text)>>10, time.Since(begin))
			if !slices.ContainsFunc(found, func(d author.Diagnostic) bool { return d.Level == author.LevelError && d.Code == h.code }) {
				t.Errorf("no %s among %d findings, the first %+.300v", h.code, len(found), found[:min(len(found), 1)])
			}
		})
	}
}
