package refund_test

import (
	"strings"
	"testing"

	"koujing/core"
	"koujing/core/author"
)

// TestGuard gives a pack every way to let pressure move an amount, and sees the amount stay.
func TestGuard(t *testing.T) {
	for name, c := range map[string]struct{ rules, note string }{
		"emotion":    {`{ id: a, when: customer.emotion == "heated", then: { multiplier: 2 } }, { id: b, then: { multiplier: 1 } }`, "guardrail: customer.emotion not seen"},
		"acceptance": {`{ id: a, when: customer.accepts == "no", then: { multiplier: 2 } }, { id: b, then: { multiplier: 1 } }`, "guardrail: customer.accepts not seen"},
		"claim":      {`{ id: a, when: '(claim_fen ?? 0) > 100', then: { multiplier: 2 } }, { id: b, then: { multiplier: 1 } }`, "guardrail: claim_fen not seen"},
		"delay":      {`{ id: a, when: 'now - (line.confirmed_at ?? now) > hours(24)', then: { multiplier: 2 } }, { id: b, then: { multiplier: 1 } }`, "guardrail: now not seen"},
		"by the way": {`{ id: a, when: 'pressure.high ?? false', then: { multiplier: 2 } }, { id: b, then: { multiplier: 1 } }`, "guardrail: pressure not seen"},
		"far away":   {`{ id: a, when: '(relay.high ?? false) == true', then: { multiplier: 2 } }, { id: b, then: { multiplier: 1 } }`, "guardrail: relay not seen"},
		"severity":   {`{ id: a, when: 'complaint.severity == "major"', then: { multiplier: 2 } }, { id: b, then: { multiplier: 1 } }`, "guardrail: complaint.severity not seen"},
		"too much":   {`{ id: b, then: { multiplier: 7 } }`, "guardrail: multiplier held to 0..2"},
		"too little": {`{ id: b, then: { multiplier: "0 - 3" } }`, "guardrail: multiplier held to 0..2"},
	} {
		t.Run(name, func(t *testing.T) {
			built, found := author.Build(author.Sources{
				"pack.yaml": "id: t\nversion: 1.0.0\ntitle: t\nlocale: zh-CN\nutc_offset: \"+08:00\"\n",
				"rules/a.yaml": "decision: refund.multiplier\nhit: first\nrules: [" + c.rules + "]\n" +
					"---\ndecision: pressure\nhit: first\nrules: [{ id: p, when: customer.emotion == \"heated\", then: { high: true } }]\n" +
					"---\ndecision: relay\nhit: first\nrules: [{ id: r, when: 'pressure.high ?? false', then: { high: true } }]\n",
			})
			if built == nil {
				t.Fatal(found)
			}
			e, err := core.Load(built, [32]byte{})
			if err != nil {
				t.Fatal(err)
			}
			decide := func(emotion, accepts, claim, now string) (amounts, whole string) {
				whole = string(e.Decide(nil, []byte(`{"now":"`+now+`","customer":{"emotion":"`+emotion+`","accepts":"`+accepts+`"},"claim_fen":`+claim+
					`,"lines":[{"id":"L","charged_fen":1500,"due_fen":500,"verification":"confirmed","confirmed_at":"2026-11-20T10:00:00+08:00"}]}`)))
				_, rest, _ := strings.Cut(whole, `"lines":[`)
				amounts, _, _ = strings.Cut(rest, `]`)
				return amounts, whole
			}
			calm, whole := decide("calm", "yes", "0", "2026-11-20T10:00:00+08:00")
			if heated, _ := decide("heated", "no", "900000", "2026-11-25T10:00:00+08:00"); heated != calm || !strings.Contains(calm, `"total_fen"`) {
				t.Errorf("under pressure %s, else %s", heated, calm)
			}
			if !strings.Contains(whole, c.note) {
				t.Errorf("the trace does not say %q: %s", c.note, whole)
			}
		})
	}
}
