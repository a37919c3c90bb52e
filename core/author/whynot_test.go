package author_test

import (
	"encoding/json"
	"slices"
	"testing"

	"koujing/core"
	"koujing/core/author"
)

// TestWhyNot asks why rules did not apply, of a rule and of a table's row, for each line of a case apart.
func TestWhyNot(t *testing.T) {
	src := author.Sources{"pack.yaml": `id: t
version: 1.0.0
title: t
locale: zh-CN
utc_offset: "+08:00"
lists: { category: [metering, other], role: [clerk, leader] }
settings: { big: 1000 }
`, "rules/refund.yaml": `decision: refund.multiplier
hit: first
rules:
  - { id: once, when: line.category == "other", then: { multiplier: 1, review: false } }
  - id: twice
    when: line.category == "metering" and (line.charged_fen > settings.big or line.charged_fen == 7) and channel in ["hall", "hotline"]
    then: { multiplier: 2, review: false }
  - { id: none, then: { multiplier: 0, review: false } }
`, "tables/refund.approval.csv": `# hit: first
id,refund.pay_fen,agent.role,=> rung,=> reason,row
large,> 5000,"clerk, leader",2,much,
clerk,> 100,not(leader),1,more,
rest,-,-,0,,
`}
	ask := func(rule, c string) (p *author.Inquiry, holding map[string][]string) {
		t.Helper()
		var w author.Workspace
		p, found := w.WhyNot(src, rule)
		if p == nil {
			t.Fatal(found)
		}
		e, err := core.Load([]byte(p.Built), [32]byte{})
		if err != nil {
			t.Fatal(err)
		}
		var d struct {
			Status string
			Trace  []struct{ Decision, Subject, Rule string }
		}
		if err := json.Unmarshal(e.Decide(nil, []byte(c)), &d); err != nil || d.Status != "decided" {
			t.Fatalf("%v %s", err, e.Decide(nil, []byte(c)))
		}
		holding = map[string][]string{}
		for _, line := range d.Trace {
			if line.Decision == p.Decision {
				holding[line.Subject] = append(holding[line.Subject], line.Rule)
			}
		}
		return p, holding
	}
	line := `{"now":"2026-11-22T10:00:00+08:00","channel":"outbound","agent":{"role":"leader"},"lines":[` +
		`{"id":"A","charged_fen":1500,"due_fen":0,"category":"metering","verification":"confirmed"},` +
		`{"id":"B","charged_fen":500,"due_fen":0,"category":"other","verification":"confirmed"}]}`

	p, holding := ask("twice", line)
	var texts []string
	for _, c := range p.Conditions {
		texts = append(texts, c.Text)
	}
	if want := []string{`line.category == "metering"`, `(line.charged_fen > settings.big or line.charged_fen == 7)`, `channel in ["hall", "hotline"]`}; !slices.Equal(texts, want) {
		t.Errorf("conditions %q", texts)
	}
	if c := p.Conditions[2]; c.File != "rules/refund.yaml" || c.Line != 6 || c.At != 106 {
		t.Errorf("the third condition is said to be at %s:%d:%d", c.File, c.Line, c.At)
	}
	if !slices.Equal(holding["A"], []string{"probe.0", "probe.1"}) || holding["B"] != nil || !slices.Equal(p.Before, []string{"once"}) {
		t.Errorf("holding %v, before %v", holding, p.Before)
	}

	p, holding = ask("clerk", line)
	if !slices.Equal(holding[""], []string{"probe.0"}) || p.Conditions[1].Column != "agent.role" || p.Conditions[1].Text != "not(leader)" || p.Conditions[1].Line != 4 {
		t.Errorf("holding %v of %v", holding, p.Conditions)
	}
	if p, holding = ask("rest", line); len(p.Conditions) != 0 || len(p.Before) != 2 {
		t.Errorf("a rule without conditions has %v, and holds %v", p.Conditions, holding)
	}
	var w author.Workspace
	if p, found := w.WhyNot(src, "no such rule"); p != nil || len(found) == 0 || found[len(found)-1].Code != "unknown_rule" {
		t.Errorf("%v %v", p, found)
	}
}
