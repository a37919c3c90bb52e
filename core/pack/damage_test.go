package pack_test

import (
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/pack"
	"koujing/core/packs"
	"koujing/core/program"
)

// Damaged packs: each is refused with a code and a path, or loads and answers cases in time.

// small is a pack with some of everything, short enough to try it with every byte missing.
var small = author.Sources{
	"pack.yaml": `
id: small
version: "1"
title: 小
locale: zh-CN
utc_offset: "+08:00"
settings:
  refund.pay_within: 2wd
  many: { value: 9223372036854775807, unit: fen, origin: operator, row: X-01, note: "a \"note\"" }
  words: [a, b]
facts:
  n: int?
  kind: one_of category
lists: { category: { metering: { label: 计费, gloss: metering }, other: 其他 }, role: [clerk, leader] }
ladder: [leader]
messages: { not_integer: 必须是整数 }
labels: { customer.has_id: 证件 }
`,
	"calendar/2026.yaml": "holidays: [2026-10-01]\nworkdays: [2026-10-10]\n",
	"rules/r.yaml": `
decision: refund.multiplier
hit: first
rules:
  - { id: double, when: 'line.category == "metering"', then: { multiplier: 2 }, row: X-02 }
  - { id: once, then: { multiplier: 1, review: true } }
---
decision: gates
hit: collect
rules:
  - { id: gate, when: 'channel == "outbound" and any(lines, .charged_fen > settings.many - 1)', then: { id: g, blocks: booking, reason: "'x' + (customer.surname ?? 'y')" } }
---
decision: own.sum
hit: collect sum
rules:
  - { id: s1, then: { v: 'facts.n ?? sum(lines, .charged_fen % 7)' } }
  - { id: s2, when: 'workdays(now, 2) > now and "a" in settings.words', then: { v: refund.total_fen } }
`,
	"tables/own.table.csv": `# hit: first
id,channel,abs(refund.pay_fen),=> v
1,hall,[0..5],a
2,hall,> 5,b
3,"outbound, online",-,c
4,not(hall),-,d
5,null,-,e
6,hotline,1,f
7,hotline,2,g
8,hotline,3,= draft
`,
	"scenarios/talk.yaml": `
title: 谈
intents: [talk]
interrupts: [{ when: scenario.counters.silence > 2, to: over }]
steps:
  first:
    aim: { text: 问好, gloss: greet }
    say: [{ id: hello, text: "{{customer.salutation}}，{{money(refund.pay_fen)}}，{{due(refund.due_by)}}，{{label(facts.kind)}}", when: not blocked }]
    ask: [customer.has_id]
    replies: { yes: { label: 好, to: over, count: silence } }
    next: [{ when: customer.has_id == true, to: over }, { to: first }]
  over: { say: 再见, end: done }
`,
}

func build(t testing.TB, src author.Sources) []byte {
	t.Helper()
	built, found := author.Build(src)
	if built == nil {
		t.Fatal(found)
	}
	return built
}

func buildDefault(t testing.TB) []byte {
	t.Helper()
	sub, err := fs.Sub(packs.FS, "cn-telecom")
	if err != nil {
		t.Fatal(err)
	}
	src, err := author.ReadFS(sub)
	if err != nil {
		t.Fatal(err)
	}
	return build(t, src)
}

var damageCases = []string{
	`{"now":"2026-11-22T10:00:00+08:00","channel":"hall","intent":"talk","customer":{"surname":"王"},"lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed","confirmed_at":"2026-11-21T10:00:00+08:00"},{"id":"L2","charged_fen":900}]}`,
	`{"now":"2026-11-22T10:00:00+08:00","channel":"outbound","intent":"outbound_open","offer":{"id":"x"},"scenario":{"replies":["yes","goes_on"]},"facts":{}}`,
	`{"now":"2026-11-22T10:00:00+08:00","channel":"hall","intent":"fee_not_ordered","complaint":{"kind":"tariff","opened_at":"2026-11-21T10:00:00+08:00"},"service":{"kind":"payment","started_at":"2026-11-22T09:50:00+08:00"},"lines":[{"id":"a","charged_fen":1}]}`,
}

// judge loads a damaged pack and asks it. It returns the code of the refusal, "" if it loaded.
func judge(t testing.TB, text []byte) string {
	t.Helper()
	begin := time.Now()
	engine, err := core.Load(text, [32]byte{})
	if err != nil {
		if !slices.Contains([]string{"bad_pack", "pack_damaged", "pack_format", "too_big", "unknown_name", "bad_program", "too_large"}, err.Code) {
			t.Errorf("refused with %q", err.Code)
		}
		if err.Path == "" && err.Code != "pack_format" && err.Code != "too_big" && err.Code != "bad_pack" {
			t.Errorf("%s without a path", err.Code)
		}
	} else {
		for _, c := range damageCases {
			var d struct{ Status string }
			if e := json.Unmarshal(engine.Decide(nil, []byte(c)), &d); e != nil || d.Status == "" {
				t.Errorf("no decision: %v", e)
			}
		}
	}
	if spent := time.Since(begin); spent > 10*time.Second {
		t.Errorf("took %v", spent)
	}
	if err != nil {
		return err.Code
	}
	return ""
}

func TestReadsBack(t *testing.T) {
	for name, text := range map[string][]byte{"small": build(t, small), "cn-telecom": buildDefault(t)} {
		p, err := pack.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if string(pack.Append(nil, p)) != string(text) {
			t.Errorf("%s does not read back to its own bytes", name)
		}
		if code := judge(t, text); code != "" {
			t.Errorf("%s is refused: %s", name, code)
		}
	}
}

// TestTruncated cuts a pack off after every byte, as it is and with a seal put behind.
func TestTruncated(t *testing.T) {
	text := build(t, small)
	for n := range text {
		if code := judge(t, text[:n]); code == "" {
			t.Errorf("%d of %d bytes are taken for a pack", n, len(text))
		}
	}
	body := pack.Body(text)
	for n := range body {
		if code := judge(t, pack.Seal(body[:n])); code == "" {
			t.Errorf("%d of %d bytes, sealed, are taken for a pack", n, len(body))
		}
	}
	for n, whole := 0, buildDefault(t); n < len(whole); n += 997 {
		if code := judge(t, whole[:n]); code == "" {
			t.Errorf("%d of %d bytes are taken for a pack", n, len(whole))
		}
	}
}

// TestFlipped changes bytes: the seal finds every single one, and what stands behind it is safe from a new seal.
func TestFlipped(t *testing.T) {
	const seed = 5
	dice := rand.New(rand.NewPCG(seed, 0))
	text := build(t, small)
	for i := range text {
		damaged := slices.Clone(text)
		damaged[i] ^= 1 << dice.IntN(8)
		if _, err := pack.Parse(damaged); err == nil {
			t.Errorf("a change of byte %d goes unnoticed", i)
		}
	}
	codes := map[string]int{}
	for range rounds(2_000) {
		body := slices.Clone(pack.Body(text))
		for range 1 + dice.IntN(3) {
			switch at := dice.IntN(len(body)); dice.IntN(4) {
			case 0:
				body[at] = "0123456789,-[]{}\"tf"[dice.IntN(19)]
			case 1:
				body = append(body[:at], body[min(len(body), at+1+dice.IntN(8)):]...)
			default:
				body[at] ^= 1 << dice.IntN(8)
			}
		}
		codes[judge(t, pack.Seal(body))]++
	}
	t.Logf("seed %d: %v", seed, codes)
	if codes[""] == 0 || codes["bad_pack"] == 0 || codes["bad_program"] == 0 {
		t.Errorf("too little was reached: %v", codes)
	}
}

// rounds is how often a random test repeats.
func rounds(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

// TestTampered changes the values of a parsed pack, its program above all, and seals it anew: packs that are well formed
// and mean something else.
func TestTampered(t *testing.T) {
	const seed = 9
	codes := map[string]int{}
	for name, text := range map[string][]byte{"small": build(t, small), "cn-telecom": buildDefault(t)} {
		n := 1_500
		if name != "small" {
			n = 150
		}
		dice := rand.New(rand.NewPCG(seed, 0))
		for range rounds(n) {
			codes[judge(t, tamper(t, dice, text))]++
		}
	}
	t.Logf("seed %d: %v", seed, codes)
	if codes[""] == 0 || codes["bad_pack"] == 0 || codes["bad_program"] == 0 {
		t.Errorf("too little was reached: %v", codes)
	}
}

// tamper changes some numbers of a pack.
func tamper(t testing.TB, dice *rand.Rand, text []byte) []byte {
	p, err := pack.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	p.Source = nil
	prog := &p.Program
	pc := func() int32 { return int32(dice.IntN(len(prog.Code)+2)) - 1 }
	reg := func() uint16 { return uint16(dice.IntN(prog.Regs + 1)) }
	d := &prog.Decisions[dice.IntN(len(prog.Decisions))]
	for range 1 + dice.IntN(4) {
		in := &prog.Code[dice.IntN(len(prog.Code))]
		switch dice.IntN(18) {
		case 0, 1, 2:
			in.Op = program.Op(dice.IntN(45))
		case 3, 4:
			in.A = reg()
		case 5:
			in.B = reg()
		case 6:
			in.C = int32(dice.IntN(prog.Regs+2)) - 1
		case 7, 8:
			in.D = pc()
		case 9:
			*in, prog.Code[dice.IntN(len(prog.Code))] = prog.Code[dice.IntN(len(prog.Code))], *in
		case 10:
			d.Hit = program.Hit(dice.IntN(9))
		case 11:
			d.Prelude, d.Default = pc(), pc()
		case 12:
			d.Apart, d.Own = dice.IntN(2) == 0, dice.IntN(2) == 0
		case 13:
			if len(d.Outputs) > 0 {
				o := &d.Outputs[dice.IntN(len(d.Outputs))]
				o.Reg, o.Type = reg(), program.Type(dice.IntN(6))
			}
		case 14:
			if len(d.Rules) > 0 {
				d.Rules[dice.IntN(len(d.Rules))].Entry = pc()
			}
		case 15:
			e := &prog.Exprs[dice.IntN(len(prog.Exprs))]
			e.Entry, e.Reg, e.Type = pc(), reg(), program.Type(dice.IntN(6))
		case 16:
			parts := prog.Templates[dice.IntN(len(prog.Templates))].Parts
			if len(parts) > 0 {
				part := &parts[dice.IntN(len(parts))]
				part.Expr, part.Form = int32(dice.IntN(len(prog.Exprs)+2))-2, program.Form(dice.IntN(8))
			}
		case 17:
			tamperTracks(dice, p)
		}
	}
	return pack.Append(nil, p)
}

func tamperTracks(dice *rand.Rand, p *pack.Pack) {
	track := &p.Tracks[dice.IntN(len(p.Tracks))]
	step := &track.Steps[dice.IntN(len(track.Steps))]
	target := pack.Target{Track: int32(dice.IntN(len(p.Tracks)+2)) - 1, Step: int32(dice.IntN(len(track.Steps)+2)) - 1}
	switch dice.IntN(6) {
	case 0:
		track.When = int32(dice.IntN(len(p.Program.Exprs)+3)) - 2
	case 1:
		step.Next = append(step.Next, pack.Branch{When: -1, To: target})
	case 2:
		track.Anytime = append(track.Anytime, pack.Reply{ID: "yes", To: target})
	case 3:
		step.Say = append(step.Say, pack.Line{Text: int32(dice.IntN(len(p.Program.Templates)+3)) - 2, Gloss: -1, When: -1})
	case 4:
		p.Settings[dice.IntN(len(p.Settings))].Int = dice.Int64() - dice.Int64()
	case 5:
		p.Holidays, p.Workdays = append(p.Holidays, dice.Int64()-dice.Int64()), append(p.Workdays, dice.Int64()-dice.Int64())
	}
}

// TestTooManyDays: the calendar compares holidays with make-up days, each with each.
func TestTooManyDays(t *testing.T) {
	p, err := pack.Parse(build(t, small))
	if err != nil {
		t.Fatal(err)
	}
	p.Holidays, p.Workdays = nil, nil
	for day := range int64(1_000_000) {
		p.Holidays, p.Workdays = append(p.Holidays, 2*day), append(p.Workdays, 2*day+1)
	}
	if code := judge(t, pack.Append(nil, p)); code != "bad_pack" {
		t.Errorf("a million holidays: %q", code)
	}
}

// FuzzParse lets the fuzzer write the body of a pack; the seal is put behind it.
func FuzzParse(f *testing.F) {
	f.Add([]byte{})
	f.Add(pack.Body(build(f, small)))
	f.Fuzz(func(t *testing.T, body []byte) {
		text := pack.Seal(body)
		p, err := pack.Parse(text)
		if err == nil && string(pack.Append(nil, p)) != string(text) {
			t.Error("a text that is not canonical is taken for a pack")
		}
		judge(t, text)
	})
}

// FuzzTamper lets the fuzzer choose what to change in a pack.
func FuzzTamper(f *testing.F) {
	text := build(f, small)
	for seed := range uint64(8) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { judge(t, tamper(t, rand.New(rand.NewPCG(seed, 1)), text)) })
}
