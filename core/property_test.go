package core_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/pack"
)

// The properties below hold for the default pack over a hundred thousand generated cases each (a few thousand with
// -short). The seed is fixed: a failure names the case.
const propertySeed = 20261122

func cases(t *testing.T) int {
	if testing.Short() {
		return 3_000
	}
	return 100_000
}

type refundLine struct {
	ID, Status string
	Diff       int64 `json:"diff_fen"`
	Mult       int64 `json:"multiplier"`
	Total      int64 `json:"total_fen"`
	Pay        int64 `json:"pay_fen"`
	Preview    int64 `json:"preview_fen"`
}

// outcome is what the properties look at.
type outcome struct {
	Status string
	Gates  []struct{ ID string }
	Refund struct {
		Lines   []refundLine
		Diff    int64 `json:"diff_fen"`
		Total   int64 `json:"total_fen"`
		Pay     int64 `json:"pay_fen"`
		Preview int64 `json:"preview_fen"`
	}
	Clocks []struct {
		ID, Status string
		DueAt      string `json:"due_at"`
		Remaining  int64  `json:"remaining_sec"`
	}
	Scenario struct {
		ID, Step string
		Say      []struct{ Tags []string }
		Replies  []struct{ ID string }
	}
}

type bench struct {
	*testing.T
	e    *core.Engine
	dice *rand.Rand
	buf  []byte
}

func newBench(t *testing.T) *bench {
	return &bench{T: t, e: load(t, "cn-telecom"), dice: rand.New(rand.NewPCG(propertySeed, 1))}
}

func (b *bench) decide(c map[string]any) (outcome, string) {
	b.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		b.Fatal(err)
	}
	b.buf = b.e.Decide(b.buf[:0], text)
	var o outcome
	if err := json.Unmarshal(b.buf, &o); err != nil || o.Status == "invalid" {
		b.Fatalf("%v\n%s\n%s", err, text, b.buf)
	}
	return o, string(text)
}

func pick[T any](b *bench, from ...T) T { return from[b.dice.IntN(len(from))] }

// day is when the generated cases play, at the pack's offset.
var day = time.Date(2026, 11, 22, 10, 0, 0, 0, time.FixedZone("", 8*3600))

func at(hours int) string { return day.Add(time.Duration(hours) * time.Hour).Format(time.RFC3339) }

// lines makes bill lines, each with its own id.
func (b *bench) lines() []any {
	var out []any
	for i := range 1 + b.dice.IntN(5) {
		charged := pick(b, 0, 1, 20, 101, 1500, 98760, b.dice.IntN(100_000_000))
		l := map[string]any{"id": fmt.Sprintf("L%d", i), "charged_fen": charged, "due_fen": pick(b, 0, charged, max(0, charged-1), min(b.dice.IntN(charged+1000), 100_000_000)),
			"category":     pick(b, "bill_item", "call_record", "voice_prompt", "metering", "border_roaming", "order_form", "information_service", "other"),
			"verification": pick(b, "pending", "confirmed", "confirmed", "refuted")}
		if b.dice.IntN(2) == 0 {
			l["refunded_fen"] = pick(b, 0, 1, charged, min(b.dice.IntN(2*charged+1), 100_000_000))
		}
		if b.dice.IntN(2) == 0 {
			l["confirmed_at"] = at(-b.dice.IntN(200))
		}
		if b.dice.IntN(3) == 0 {
			l["collected_for"] = pick(b, "operator", "third_party")
			l["subscribed"] = pick(b, true, false)
			l["consented_by"] = pick(b, "owner", "other", "nobody", "unknown")
		}
		out = append(out, l)
	}
	return out
}

// pressure is what must never move an amount.
func (b *bench) pressure(c map[string]any) {
	c["now"] = at(b.dice.IntN(2000))
	delete(c, "claim_fen")
	if b.dice.IntN(2) == 0 {
		c["claim_fen"] = b.dice.IntN(1_000_000)
	}
	c["customer"] = map[string]any{"emotion": pick(b, "calm", "upset", "heated"), "accepts": pick(b, "yes", "no", "unasked"),
		"asks_for_leader": pick(b, true, false), "wants_cash": pick(b, true, false)}
	c["complaint"] = map[string]any{"kind": "tariff", "state": pick(b, "taken_in", "analysis", "answered", "working"), "severity": pick(b, "ordinary", "major"),
		"opened_at": at(-b.dice.IntN(500)), "rung": b.dice.IntN(5), "motive": pick(b, "vent", "respect", "compensation"), "demand_above_authority": pick(b, true, false)}
	c["agent"] = map[string]any{"id": "1", "authority_fen": b.dice.IntN(100000)}
}

// amounts spells out every amount of a decision.
func (o *outcome) amounts() string {
	var b strings.Builder
	for _, l := range o.Refund.Lines {
		fmt.Fprintf(&b, "%s %s %d %d %d %d %d; ", l.ID, l.Status, l.Diff, l.Mult, l.Total, l.Pay, l.Preview)
	}
	fmt.Fprintf(&b, "%d %d %d %d", o.Refund.Diff, o.Refund.Total, o.Refund.Pay, o.Refund.Preview)
	return b.String()
}

func TestAmountIsBlind(t *testing.T) {
	b := newBench(t)
	for n := range cases(t) {
		c := map[string]any{"lines": b.lines(), "channel": pick(b, "hall", "hotline"), "account": map[string]any{"state": pick(b, "active", "suspended", "closed")}}
		b.pressure(c)
		one, first := b.decide(c)
		b.pressure(c)
		two, second := b.decide(c)
		if one.amounts() != two.amounts() {
			t.Fatalf("case %d:\n%s\n%s\n%s\n%s", n, first, one.amounts(), second, two.amounts())
		}
	}
}

func TestAmountIsBounded(t *testing.T) {
	b := newBench(t)
	for n := range cases(t) {
		lines := b.lines()
		c := map[string]any{"lines": lines}
		b.pressure(c)
		o, text := b.decide(c)
		var diff, total, pay, preview int64
		for i, l := range o.Refund.Lines {
			in := lines[i].(map[string]any)
			back, _ := in["refunded_fen"].(int)
			most := 2 * max(l.Diff, 0)
			confirmed := in["verification"] == "confirmed"
			ok := l.Total >= 0 && l.Pay >= 0 && l.Preview >= 0 && l.Total <= most && l.Pay <= max(0, most-int64(back)) && l.Preview <= max(0, most-int64(back))
			if ok = ok && (confirmed || l.Total == 0 && l.Pay == 0) && (in["verification"] == "pending" || l.Preview == 0); !ok {
				t.Fatalf("case %d, line %d: %s\n%+v", n, i, text, l)
			}
			if confirmed {
				diff, total, pay = diff+max(l.Diff, 0), total+l.Total, pay+l.Pay
			}
			preview += l.Preview
		}
		if diff != o.Refund.Diff || total != o.Refund.Total || pay != o.Refund.Pay || preview != o.Refund.Preview {
			t.Fatalf("case %d: the sums are wrong: %s\n%s", n, text, o.amounts())
		}
	}
}

func TestLinesStandAlone(t *testing.T) {
	b := newBench(t)
	for n := range cases(t) {
		lines := b.lines()
		c := map[string]any{"lines": lines}
		b.pressure(c)
		one, first := b.decide(c)
		b.dice.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		two, _ := b.decide(c)
		slices.SortFunc(two.Refund.Lines, func(a, b refundLine) int {
			return strings.Compare(a.ID, b.ID)
		})
		if one.amounts() != two.amounts() {
			t.Fatalf("case %d:\n%s\n%s\n%s", n, first, one.amounts(), two.amounts())
		}
	}
}

// TestClocksGoForward looks at one case twice, later the second time.
func TestClocksGoForward(t *testing.T) {
	b := newBench(t)
	rank := map[string]int{"ok": 0, "due_soon": 1, "overdue": 2}
	for n := range cases(t) {
		complaint := map[string]any{"kind": "fault", "state": pick(b, "taken_in", "with_support", "settled", "closed"), "opened_at": at(-b.dice.IntN(400))}
		for _, field := range []string{"first_answer_at", "handed_at", "answered_at", "last_contact_at", "promised_at"} {
			if b.dice.IntN(2) == 0 {
				complaint[field] = at(b.dice.IntN(300) - 250)
			}
		}
		service := map[string]any{"kind": pick(b, "payment", "general", "handset", "broadband"), "started_at": at(-b.dice.IntN(3)), "ordered_at": at(-b.dice.IntN(60)), "extended": pick(b, true, false)}
		c := map[string]any{"complaint": complaint, "service": service, "lines": b.lines()}
		early := b.dice.IntN(300)
		late := early + b.dice.IntN(200)
		c["now"] = at(early)
		one, first := b.decide(c)
		c["now"] = at(late)
		two, _ := b.decide(c)
		if len(one.Clocks) != len(two.Clocks) {
			t.Fatalf("case %d: %d clocks, later %d\n%s", n, len(one.Clocks), len(two.Clocks), first)
		}
		for i, was := range one.Clocks {
			is := two.Clocks[i]
			switch {
			case was.ID != is.ID || was.DueAt != is.DueAt,
				is.Remaining > was.Remaining,
				(was.Status == "met") != (is.Status == "met"),
				rank[is.Status] < rank[was.Status]:
				t.Fatalf("case %d: %+v, %d hours later %+v\n%s", n, was, late-early, is, first)
			}
		}
	}
}

// TestGateHolds sends whatever replies and positions against a closed gate.
func TestGateHolds(t *testing.T) {
	b := newBench(t)
	built, _ := author.Build(sourcesOf(t, "cn-telecom"))
	p, bad := pack.Parse(built)
	if bad != nil {
		t.Fatal(bad)
	}
	var replies []string
	sells := 0
	for _, track := range p.Tracks {
		for _, s := range track.Steps {
			for _, r := range s.Replies {
				replies = append(replies, r.ID)
			}
			for _, l := range s.Say {
				if slices.Contains(l.Tags, "sell") || slices.Contains(l.Tags, "book") {
					sells++
				}
			}
		}
	}
	if sells == 0 {
		t.Fatal("the pack has no line that sells or books: there is nothing to hold back")
	}
	closed := []func(c, customer map[string]any){
		func(_, customer map[string]any) { customer["do_not_contact"] = true },
		func(_, customer map[string]any) { customer["wants_no_contact"] = true },
		func(c, customer map[string]any) {
			customer["location"] = "abroad"
			c["offer"] = map[string]any{"id": "O1", "fee_fen": 1000}
		},
		func(c, customer map[string]any) {
			customer["is_owner"] = false
			c["offer"] = map[string]any{"id": "O1", "fee_fen": 1000}
		},
		func(c, customer map[string]any) {
			customer["consent"] = "refused"
			c["offer"] = map[string]any{"id": "O1", "fee_fen": 1000}
		},
		func(c, _ map[string]any) {
			c["complaint"] = map[string]any{"kind": "fault", "state": "working"}
			c["offer"] = map[string]any{"id": "O1"}
		},
	}
	for n := range cases(t) {
		track := p.Tracks[b.dice.IntN(len(p.Tracks))]
		position := map[string]any{"id": track.ID, "step": track.Steps[b.dice.IntN(len(track.Steps))].ID}
		var said []string
		for range b.dice.IntN(6) {
			said = append(said, pick(b, "next", replies[b.dice.IntN(len(replies))]))
		}
		position["replies"] = said
		position["counters"] = map[string]any{"silence": b.dice.IntN(3), "offtopic": b.dice.IntN(4)}
		customer := map[string]any{"surname": "王", "form": "mr", "is_owner": true, "consent": "given"}
		c := map[string]any{"now": at(0), "channel": "outbound", "scenario": position, "customer": customer}
		closed[b.dice.IntN(len(closed))](c, customer)
		o, text := b.decide(c)
		if o.Status != "blocked" || len(o.Gates) == 0 {
			t.Fatalf("case %d: the gate is open: %s", n, text)
		}
		for _, l := range o.Scenario.Say {
			if slices.Contains(l.Tags, "sell") || slices.Contains(l.Tags, "book") {
				t.Fatalf("case %d: a line that sells or books is said at %s/%s: %s", n, o.Scenario.ID, o.Scenario.Step, text)
			}
		}
	}
}
