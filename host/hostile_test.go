package host_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"koujing/core/author"
	"koujing/core/pack"
	"koujing/core/program"
	"koujing/host"
)

// harmless is a small pack with a decision of the operator's own, whose program the tests write anew.
func harmless(t testing.TB) *pack.Pack {
	t.Helper()
	built, found := author.Build(author.Sources{
		"pack.yaml":    "id: small\nversion: \"1\"\ntitle: small\nlocale: zh-CN\nutc_offset: \"+08:00\"\nfacts:\n  n: int?\n",
		"rules/r.yaml": "decision: own\nhit: first\nrules:\n  - { id: busy, when: '(facts.n ?? 0) > 1', then: { v: 'sum(lines, .charged_fen)', w: \"'a' + (customer.surname ?? '')\" }, row: X-01 }\n",
	})
	if built == nil {
		t.Fatalf("%+v", found)
	}
	p, err := pack.Parse(built)
	if err != nil {
		t.Fatal(err)
	}
	p.Source = nil
	return p
}

// forced puts code into a pack behind the check's back, under a right seal.
func forced(t testing.TB, code func(out, spare uint16, text, start int32) []program.Instr) []byte {
	p := harmless(t)
	prog := &p.Program
	d := &prog.Decisions[0]
	d.Prelude, d.Default = -1, -1
	start, spare := int32(len(prog.Code)), uint16(prog.Regs)
	prog.Regs++
	prog.Texts = append(prog.Texts, strings.Repeat("x", 2000))
	prog.Code = append(prog.Code, code(d.Outputs[0].Reg, spare, int32(len(prog.Texts)-1), start)...)
	d.Rules[0].Entry = start
	return pack.Append(nil, p)
}

// twice is a case with two lines: a loop over them can go back.
const twice = `{"now":"2026-11-22T10:00:00+08:00","lines":[{"id":"L1","charged_fen":1500},{"id":"L2","charged_fen":900}]}`

// TestForced runs packs that no check has seen. Each is refused, or stopped by the step budget: an answer, and no trap. How
// long that takes is for the reader to see.
func TestForced(t *testing.T) {
	ctx := context.Background()
	r, err := host.New(ctx, host.WithModule(module()), host.WithPack(builtPack()), host.WithPoolSize(1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	ins := func(op program.Op, a, b uint16, c, d int32) program.Instr {
		return program.Instr{Op: op, A: a, B: b, C: c, D: d}
	}
	for _, h := range []struct {
		name string
		code func(out, spare uint16, text, start int32) []program.Instr
		stop string // refused at load with this code; "" if the budget must stop it
	}{
		{"a loop without end", func(out, spare uint16, text, start int32) []program.Instr {
			return []program.Instr{ins(program.OpInt, out, 0, 0, 0), ins(program.OpNext, out, 0, 0, start), ins(program.OpReturn, 0, 0, 0, 0)}
		}, ""},
		{"texts without end", func(out, spare uint16, text, start int32) []program.Instr {
			return []program.Instr{ins(program.OpInt, out, 0, 0, 0), ins(program.OpText, spare, 0, text, 0),
				ins(program.OpConcat, spare, spare, int32(spare), 0), ins(program.OpNext, out, 0, 0, start), ins(program.OpReturn, 0, 0, 0, 0)}
		}, ""},
		{"working days without end", func(out, spare uint16, text, start int32) []program.Instr {
			return []program.Instr{ins(program.OpInt, out, 0, 0, 0), ins(program.OpInt, spare, 0, 3660, 0),
				ins(program.OpWorkdays, spare, spare, int32(spare), 0), ins(program.OpNext, out, 0, 0, start), ins(program.OpReturn, 0, 0, 0, 0)}
		}, ""},
		{"a jump back that pays nothing", func(out, spare uint16, text, start int32) []program.Instr {
			return []program.Instr{ins(program.OpJump, 0, 0, 0, start)}
		}, "bad_program"},
		{"a register behind the frame", func(out, spare uint16, text, start int32) []program.Instr {
			return []program.Instr{ins(program.OpInt, 65535, 0, 1, 0), ins(program.OpReturn, 0, 0, 0, 0)}
		}, "bad_program"},
	} {
		t.Run(h.name, func(t *testing.T) {
			begin := time.Now()
			_, err := r.Reload(ctx, forced(t, h.code))
			load := time.Since(begin)
			if h.stop != "" {
				var refused *host.PackError
				if !errors.As(err, &refused) || refused.Code != h.stop {
					t.Errorf("%v, want %s", err, h.stop)
				}
				t.Logf("refused after %v", load)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			begin = time.Now()
			d, err := r.Decide(ctx, []byte(twice))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("loaded in %v, stopped after %v", load, time.Since(begin))
			var doc struct {
				Errors []struct{ Code, Path string } `json:"errors"`
			}
			if err := d.Decode(&doc); err != nil || d.Status() != "invalid" || len(doc.Errors) != 1 || doc.Errors[0].Code != "rule_error" {
				t.Errorf("%v %s", err, d)
			}
		})
	}
	if _, err := r.Reload(ctx, builtPack()); err != nil {
		t.Fatal(err)
	}
	if d, err := r.Decide(ctx, []byte(disputed)); err != nil || d.Status() != "decided" {
		t.Errorf("afterwards: %v %s", err, d)
	}
}
