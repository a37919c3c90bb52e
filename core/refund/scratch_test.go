package refund_test

import (
	"strings"
	"testing"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/pack"
	"koujing/core/program"
)

// TestScratch hands the claim to the factor of a line through a register that is nobody's result, as no author of ours
// would: another decision leaves it there, and the factor picks it up.
func TestScratch(t *testing.T) {
	built, found := author.Build(author.Sources{
		"pack.yaml": "id: t\nversion: 1.0.0\ntitle: t\nlocale: zh-CN\nutc_offset: \"+08:00\"\n",
		"rules/a.yaml": `decision: refund.multiplier
hit: first
rules: [{ id: m, then: { multiplier: "max(1, min(2, (line.due_fen ?? 0)))" } }]
---
decision: carrier
hit: first
rules: [{ id: c, when: "(claim_fen ?? 0) > 0", then: { seen: 1 } }]
`,
	})
	if built == nil {
		t.Fatal(found)
	}
	p, bad := pack.Parse(built)
	if bad != nil {
		t.Fatal(bad)
	}
	claim := uint16(0)
	for i, name := range p.Program.Names {
		if name == "claim_fen" {
			claim = uint16(i)
		}
	}
	scratch := uint16(p.Program.Regs)
	p.Program.Regs++
	for i := range p.Program.Decisions {
		d := &p.Program.Decisions[i]
		entry := int32(len(p.Program.Code))
		switch d.Name {
		case "carrier": // scratch = claim
			p.Program.Code = append(p.Program.Code, program.Instr{Op: program.OpMove, A: scratch, B: claim})
		case "refund.multiplier": // multiplier = 2 if a claim was left, else 1
			out := d.Outputs[0].Reg
			p.Program.Code = append(p.Program.Code,
				program.Instr{Op: program.OpInt, A: out, C: 1},
				program.Instr{Op: program.OpJumpNull, A: scratch, D: entry + 3},
				program.Instr{Op: program.OpInt, A: out, C: 2})
		}
		p.Program.Code = append(p.Program.Code, program.Instr{Op: program.OpFire}, program.Instr{Op: program.OpReturn})
		d.Rules[0].Entry, d.Apart = entry, true
	}
	e, err := core.Load(pack.Append(nil, p), [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	for _, claim := range []string{"900000", "null"} {
		answer := string(e.Decide(nil, []byte(`{"now":"2026-11-20T10:00:00+08:00","claim_fen":`+claim+`,"lines":[{"id":"L","charged_fen":1500,"due_fen":500,"verification":"confirmed"}]}`)))
		if !strings.Contains(answer, `"multiplier":1,"total_fen":1000`) {
			t.Errorf("claim %s: %s", claim, answer)
		}
	}
}
