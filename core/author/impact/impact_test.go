package impact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/author/impact"
	"koujing/core/vectors"
	"koujing/core/vectors/stream"
)

// engine is the default pack, with some of its text replaced: file, old, new, and so on.
func engine(t testing.TB, edits ...string) *core.Engine {
	t.Helper()
	key := strings.Join(edits, "\x00")
	if e := engines[key]; e != nil {
		return e
	}
	engines[key] = load(t, "cn-telecom", edits)
	return engines[key]
}

var engines = map[string]*core.Engine{}

func load(t testing.TB, pack string, edits []string) *core.Engine {
	t.Helper()
	source, err := vectors.Sources(pack)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(edits); i += 3 {
		if !strings.Contains(source[edits[i]], edits[i+1]) {
			t.Fatalf("no %q in %s", edits[i+1], edits[i])
		}
		source[edits[i]] = strings.Replace(source[edits[i]], edits[i+1], edits[i+2], 1)
	}
	built, found := author.Build(source)
	if built == nil {
		t.Fatal(found)
	}
	e, refused := core.Load(built, [32]byte{})
	if refused != nil {
		t.Fatal(refused)
	}
	return e
}

// compare decides cases with both engines and adds the changes to a tally.
func compare(t testing.TB, from, to *core.Engine, texts ...string) *impact.Report {
	t.Helper()
	var tally impact.Tally
	var c impact.Comparer
	for i, text := range texts {
		change, err := c.Compare([]byte(text), from.Decide(nil, []byte(text)), to.Decide(nil, []byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		tally.Add(impact.Place{Line: int64(i + 1)}, change)
	}
	r, err := tally.Report([]string{"cases"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const now = `"now":"2026-11-22T10:00:00+08:00"`

// The edits and cases below each show one kind of change, and what the report makes of it.
func TestKinds(t *testing.T) {
	const bill = `{"id":"C-1",` + now + `,"lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed","confirmed_at":"2026-11-21T10:00:00+08:00"}]}`
	const offer = `{"id":"C-1",` + now + `,"channel":"outbound","customer":{"is_owner":true,"consent":"given","location":"abroad"},"offer":{"id":"O1"}}`
	for _, test := range []struct {
		name, file, old, new string
		text                 string
		kinds                string // of the case, among others
		check                func(r *impact.Report) bool
	}{
		{"factor", "rules/refund.yaml", "multiplier: 2", "multiplier: 1", bill, "refund.pay refund.total", func(r *impact.Report) bool {
			return r.Pay.Less == 1000 && r.Pay.From == 2000 && r.Pay.To == 1000 && r.Rules[0].Rule == "refund.double" && r.Rules[0].Otherwise == 1 &&
				r.Categories[0].Category == "metering" && r.Categories[0].Total.Net == -1000 && r.Largest[0].PayTo == 1000
		}},
		{"rule", "pack.yaml", "voice_prompt, metering, ", "voice_prompt, ", bill, "refund.pay rules", func(r *impact.Report) bool {
			return r.Rules[0].Rule == "refund.double" && r.Rules[0].FromOnly == 1 && r.Rules[1].Rule == "refund.once" && r.Rules[1].ToOnly == 1 && r.Rules[1].Pay.Less == 1000
		}},
		{"gate opens", "rules/gates.yaml", `customer.location == "abroad"`, `customer.location == "roaming"`, offer, "status gates rules", func(r *impact.Report) bool {
			return len(r.Gates) == 1 && r.Gates[0].ID == "abroad" && r.Gates[0].Opened == 1 && r.Status[0].From == "blocked" && r.Status[0].To == "decided"
		}},
		{"clock breached", "pack.yaml", "refund.pay_within:        { value: 72h", "refund.pay_within:        { value: 2h", bill,
			"refund.status refund.due_by clocks.breached clocks.due", func(r *impact.Report) bool {
				return len(r.Clocks) == 1 && r.Clocks[0] == impact.ClockChange{ID: "refund", Breached: 1, Earlier: 1, First: r.Clocks[0].First} &&
					r.Refund[0].From == "payable" && r.Refund[0].To == "overdue"
			}},
		{"clock gone", "pack.yaml", "  refund.pay_within: ", "  refund.paid_within: ", bill, "clocks.other refund.due_by", func(r *impact.Report) bool {
			return r.Clocks[0].ID == "refund" && r.Clocks[0].Gone == 1
		}},
		{"means", "rules/refund.yaml", "  - id: means.credit\n    then: { means: credit }", "  - id: means.credit\n    then: { means: cash }", bill, "refund.means", func(r *impact.Report) bool {
			return r.Means[0].From == "credit" && r.Means[0].To == "cash" && slices.ContainsFunc(r.Rules, func(x impact.RuleChange) bool {
				return x.Rule == "means.credit" && x.Otherwise == 1 && x.FromOnly+x.ToOnly == 0
			})
		}},
		{"approval", "pack.yaml", "rung.handler_fen:            { value: 50000", "rung.handler_fen:            { value: 100", bill, "refund.approval refund.status", func(r *impact.Report) bool {
			return r.Approval[0].From == "0" && r.Approval[0].To == "1"
		}},
		{"task", "rules/refund.yaml", "then: { id: record }", "then: { id: feedback }", bill, "tasks", func(r *impact.Report) bool {
			return r.Tasks[0].ID == "record" && r.Tasks[0].Gone == 1
		}},
		{"invalid with both", "pack.yaml", "rung.handler_fen:            { value: 50000", "rung.handler_fen:            { value: 50000", strings.Replace(bill, `"metering"`, `"nonsense"`, 1), "", func(r *impact.Report) bool {
			return r.Invalid.Both == 1 && r.Changed == 0 && r.Pay.From == 0
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := compare(t, engine(t), engine(t, test.file, test.old, test.new), test.text)
			var kinds []string
			for _, s := range r.Changes {
				kinds = append(kinds, s.Kind)
				if s.Cases != 1 || s.First != (impact.Where{Case: "C-1", File: "cases", Line: 1}) {
					t.Errorf("%+v", s)
				}
			}
			for _, want := range strings.Fields(test.kinds) {
				if !slices.Contains(kinds, want) {
					t.Errorf("no %s among %q", want, kinds)
				}
			}
			if !test.check(r) {
				text, _ := json.MarshalIndent(r, "", " ")
				t.Errorf("%s", text)
			}
		})
	}
}

// TestInvalid makes a case invalid by a list that has lost a value: its amounts are in no sum.
func TestInvalid(t *testing.T) {
	text := `{"id":"C-9",` + now + `,"agent":{"role":"consultant"},"lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed"}]}`
	broad := load(t, "cn-broadband", nil)
	r := compare(t, engine(t), broad, text)
	want := impact.Invalid{Newly: 1, NewlyPay: 2000, NewlyFirst: []impact.Bad{{Where: impact.Where{Case: "C-9", File: "cases", Line: 1}, Code: "unknown_value", Path: "agent.role"}}}
	if !reflect.DeepEqual(r.Invalid, want) || r.Pay.From != 0 || r.Changes[0].Kind != "newly_invalid" || r.Status[0].To != "invalid" || len(r.Largest) != 0 {
		t.Errorf("%+v", r)
	}
	r = compare(t, broad, engine(t), text)
	if r.Invalid.NoLonger != 1 || r.Invalid.NoLongPay != 2000 || r.Pay.To != 0 {
		t.Errorf("%+v", r)
	}
}

// TestOrderDoesNotMatter deals the same cases to any number of tallies, in any order, and merges those in any order.
func TestOrderDoesNotMatter(t *testing.T) {
	from := engine(t)
	to := engine(t, "rules/refund.yaml", "multiplier: 2", "multiplier: 1",
		"pack.yaml", "complaint.first_answer:   { value: 48h", "complaint.first_answer:   { value: 24h",
		"rules/gates.yaml", `customer.location == "abroad"`, `customer.location == "roaming"`)
	const n = 3000
	texts := make([]string, n)
	for i := range texts {
		texts[i] = string(stream.Append(nil, 7, uint64(i%1000))) // every case three times: ties everywhere
	}
	first := marshal(t, compare(t, from, to, texts...))
	dice := rand.New(rand.NewPCG(1, 2))
	for round := range 5 {
		tallies := make([]impact.Tally, 1+dice.IntN(8))
		var c impact.Comparer
		for _, i := range dice.Perm(n) {
			text := []byte(texts[i])
			change, err := c.Compare(text, from.Decide(nil, text), to.Decide(nil, text))
			if err != nil {
				t.Fatal(err)
			}
			tallies[dice.IntN(len(tallies))].Add(impact.Place{Line: int64(i + 1)}, change)
		}
		var all impact.Tally
		for _, i := range dice.Perm(len(tallies)) {
			all.Merge(&tallies[i])
		}
		r, err := all.Report([]string{"cases"})
		if err != nil {
			t.Fatal(err)
		}
		if again := marshal(t, r); again != first {
			t.Fatalf("round %d with %d tallies:\n%s\n%s", round, len(tallies), again, first)
		}
	}
	if !strings.Contains(first, `"largest":[{`) || !strings.Contains(first, `"breached":`) {
		t.Error(first)
	}
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestNoPersonalData looks for everything a customer said or is called in the report on his case.
func TestNoPersonalData(t *testing.T) {
	text := `{"id":"C-1",` + now + `,"channel":"hall","intent":"fee_not_ordered","customer":{"surname":"欧阳","form":"ms"},"agent":{"id":"8812"},` +
		`"lines":[{"id":"13800138000","item":"彩铃","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed"}],` +
		`"complaint":{"kind":"tariff","state":"analysis","owner":"李四"},"transcript":[{"by":"customer","text":"我的号码是13912345678"}],"draft":"欧阳女士您好"}`
	r := marshal(t, compare(t, engine(t), engine(t, "rules/refund.yaml", "multiplier: 2", "multiplier: 1"), text))
	for _, secret := range []string{"欧阳", "13800138000", "13912345678", "李四", "8812", "彩铃"} {
		if strings.Contains(r, secret) {
			t.Errorf("%s in %s", secret, r)
		}
	}
	if !strings.Contains(r, `"C-1"`) {
		t.Error(r)
	}
}

func TestTooLarge(t *testing.T) {
	decision := func(pay string) []byte {
		return []byte(`{"status":"decided","refund":{"status":"payable","lines":[],"diff_fen":0,"total_fen":0,"pay_fen":` + pay + `,"preview_fen":0},"trace":[],"receipt":{}}`)
	}
	const huge = "9223372036854775807"
	var c impact.Comparer
	if _, err := c.Compare([]byte("{}"), decision("-"+huge), decision(huge)); !errors.Is(err, impact.ErrTooLarge) {
		t.Errorf("a difference beyond int64: %v", err)
	}
	var t1, t2 impact.Tally
	change, err := c.Compare([]byte("{}"), decision("0"), decision(huge))
	if err != nil {
		t.Fatal(err)
	}
	t1.Add(impact.Place{Line: 1}, change)
	if r, err := t1.Report(nil); err != nil || r.Pay.More != 1<<63-1 {
		t.Errorf("%v", err)
	}
	t2.Add(impact.Place{Line: 2}, change)
	t1.Merge(&t2)
	if _, err := t1.Report(nil); !errors.Is(err, impact.ErrTooLarge) {
		t.Errorf("a sum beyond int64: %v", err)
	}
}

func TestNoDecision(t *testing.T) {
	good := engine(t).Decide(nil, []byte(`{`+now+`}`))
	var c impact.Comparer
	for _, bad := range []string{"", "{}", "null", `{"status":"decided","refund":{"pay_fen":1.5}}`, string(good[:len(good)/9]), `{"status":"decided","refund":7}`} {
		for _, pair := range [][2][]byte{{good, []byte(bad)}, {[]byte(bad), good}} {
			if ch, err := c.Compare([]byte("{}"), pair[0], pair[1]); err == nil {
				t.Errorf("%q is taken for a decision: %+v", bad, ch)
			}
		}
	}
	if ch, err := c.Compare([]byte("no case"), good, good); err != nil || ch.Kinds != 0 {
		t.Error(err)
	}
}

func TestCase(t *testing.T) {
	for line, want := range map[string]string{
		`{"id":"1","now":"x"}`:                                  `{"id":"1","now":"x"}`,
		`{"at":"2026","case":{"id":"2"},"decision":{"case":3}}`: `{"id":"2"}`,
		`{"case":"{\"id\":\"3\"}"}`:                             `{"id":"3"}`,
		`{"masked_case":"{\"id\":\"4\"}","case":""}`:            `{"id":"4"}`,
		`{"masked_case":{"id":"5"},"case":null}`:                `{"id":"5"}`,
		`{"kind":"erasure","masked_case":"","case":""}`:         ``,
		`{"id":"6","case":"","case":`:                           `{"id":"6","case":"","case":`,
		`{"case":7}`:                                            `{"case":7}`,
		`no case`:                                               `no case`,
		`{"case":{"id"`:                                         `{"case":{"id"`,
		``:                                                      ``,
	} {
		if got := string(impact.Case([]byte(line))); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

// FuzzCompare throws anything at the comparer. It must not fail, and a text compared with itself has not changed.
func FuzzCompare(f *testing.F) {
	e := engine(f)
	for i := range uint64(20) {
		text := stream.Append(nil, 3, i)
		f.Add(text, e.Decide(nil, text), e.Decide(nil, stream.Append(nil, 3, i+1)))
	}
	f.Fuzz(func(t *testing.T, text, from, to []byte) {
		var c impact.Comparer
		var tally impact.Tally
		if ch, err := c.Compare(text, from, to); err == nil {
			tally.Add(impact.Place{}, ch)
		}
		if ch, err := c.Compare(text, from, from); err == nil {
			if ch.Kinds != 0 {
				t.Errorf("changed by nothing: %v", ch.Kinds.Names())
			}
			tally.Add(impact.Place{Line: 1}, ch)
		}
		if _, err := tally.Report(nil); err != nil && !errors.Is(err, impact.ErrTooLarge) {
			t.Error(err)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	from, to := engine(b), engine(b, "rules/refund.yaml", "multiplier: 2", "multiplier: 1")
	type pair struct{ text, from, to []byte }
	var same, other []pair
	for i := range uint64(2000) {
		text := stream.Append(nil, 5, i)
		p := pair{text, from.Decide(nil, text), to.Decide(nil, text)}
		var c impact.Comparer
		if ch, err := c.Compare(p.text, p.from, p.to); err != nil {
			b.Fatal(err)
		} else if ch.Kinds == 0 {
			same = append(same, p)
		} else {
			other = append(other, p)
		}
	}
	for name, pairs := range map[string][]pair{"unchanged": same, "changed": other} {
		b.Run(fmt.Sprint(name), func(b *testing.B) {
			var c impact.Comparer
			var t impact.Tally
			b.ReportAllocs()
			n := int64(0)
			for b.Loop() {
				p := &pairs[n%int64(len(pairs))]
				n++
				ch, err := c.Compare(p.text, p.from, p.to)
				if err != nil {
					b.Fatal(err)
				}
				t.Add(impact.Place{Line: n}, ch)
			}
		})
	}
}
