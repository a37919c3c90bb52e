package casefile_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"koujing/core/atom"
	"koujing/core/casefile"
)

func TestDefaults(t *testing.T) {
	b := newBench(terms())
	if f := b.decode("{" + now + "}"); f != nil {
		t.Fatal(f)
	}
	for _, info := range b.terms.Names() {
		if info.Place != casefile.Scalar || info.Field == casefile.Now {
			continue
		}
		want := int64(atom.Null)
		switch info.Path {
		case "customer.emotion":
			want = int64(casefile.WordCalm)
		case "customer.accepts":
			want = int64(casefile.WordUnasked)
		case "account.state":
			want = int64(casefile.WordActive)
		case "agent.contractor", "customer.wants_no_contact", "customer.do_not_contact", "customer.asks_for_leader",
			"customer.wants_cash", "complaint.demand_above_authority", "complaint.new_facts", "complaint.record_complete",
			"complaint.against_own_team", "service.extended", "offer.exclusive_channel", "complaint.rung",
			"scenario.counters.silence", "scenario.counters.offtopic",
			"facts.customers_affected", "facts.media_threat", "facts.waited", "facts.region":
			want = 0
		}
		if got := b.c.Slots[info.Field]; got != want {
			t.Errorf("%s: %d, want %d", info.Path, got, want)
		}
		if info.Nullable != (want == atom.Null) {
			t.Errorf("%s: nullable %t, but absent is %d", info.Path, info.Nullable, want)
		}
	}
	if b.c.Given != [casefile.NumSections]bool{} {
		t.Errorf("sections given: %v", b.c.Given)
	}
	for l, rows := range b.c.Rows {
		if rows.Len != 0 || len(rows.Data) != 0 {
			t.Errorf("list %d has %d rows", l, rows.Len)
		}
	}
}

func TestLineDefaults(t *testing.T) {
	b := newBench(terms())
	if f := b.decode("{" + now + `,"lines":[{"id":"L1","charged_fen":7}]}`); f != nil {
		t.Fatal(f)
	}
	null := int64(atom.Null)
	id, _ := b.table.Find([]byte("L1"))
	want := []int64{int64(id), null, 7, null, 0, int64(casefile.WordOther), int64(casefile.WordPending), null, null, null, null,
		null, null, null, null, null, null, null}
	if got := b.c.Rows[casefile.Lines].Row(0); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestFull reads a case that has every field, with a value that is not its default, back by path.
func TestFull(t *testing.T) {
	b := newBench(terms())
	if f := b.decode(full); f != nil {
		t.Fatal(f)
	}
	at := func(s string) int64 {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v.Unix()
	}
	want := map[string]any{
		"id": "C-1001", "now": at("2026-11-22T10:00:00+08:00"), "channel": "hall", "zone": "counter", "intent": "fee_not_ordered",
		"agent.id": "8812", "agent.role": "clerk", "agent.contractor": true, "agent.authority_fen": 50000,
		"customer.surname": "王", "customer.form": "ms", "customer.is_owner": true, "customer.is_user": false, "customer.has_id": true,
		"customer.brand": "m_zone", "customer.language": "zh", "customer.location": "roaming", "customer.emotion": "upset",
		"customer.wants_no_contact": true, "customer.do_not_contact": true, "customer.asks_for_leader": true, "customer.accepts": "no",
		"customer.wants_cash": true, "customer.consent": "refused", "account.state": "suspended",
		"lines[].id": "L1", "lines[].item": "…", "lines[].charged_fen": 1500, "lines[].due_fen": 500, "lines[].refunded_fen": 20,
		"lines[].category": "metering", "lines[].verification": "confirmed", "lines[].confirmed_at": at("2026-11-21T10:00:00+08:00"),
		"lines[].collected_for": "operator", "lines[].subscribed": true, "lines[].consented_by": "owner",
		"claim_fen": 5000, "refund.executed_at": at("2026-11-21T10:00:01+08:00"), "refund.told_at": at("2026-11-21T10:00:02+08:00"),
		"complaint.kind": "tariff", "complaint.cause": "staff", "complaint.motive": "vent", "complaint.state": "analysis",
		"complaint.severity": "major", "complaint.owner": "8812", "complaint.rung": 2,
		"complaint.opened_at": at("2026-11-20T10:00:00+08:00"), "complaint.first_answer_at": at("2026-11-20T10:00:01+08:00"),
		"complaint.handed_at": at("2026-11-20T10:00:02+08:00"), "complaint.answered_at": at("2026-11-20T10:00:03+08:00"),
		"complaint.last_contact_at": at("2026-11-20T10:00:04+08:00"), "complaint.promised_at": at("2026-11-20T10:00:05+08:00"),
		"complaint.solvable_now": true, "complaint.needs_department": false, "complaint.plan_meets_need": true,
		"complaint.demand_above_authority": true, "complaint.new_facts": true, "complaint.record_complete": true, "complaint.against_own_team": true,
		"service.kind": "payment", "service.started_at": at("2026-11-22T09:00:00+08:00"), "service.ended_at": at("2026-11-22T09:00:01+08:00"),
		"service.ordered_at": at("2026-11-22T09:00:02+08:00"), "service.installed_at": at("2026-11-22T09:00:03+08:00"), "service.extended": true,
		"service.waits_sec[]": 600,
		"offer.id":            "O1", "offer.fee_fen": 1, "offer.valid_until": at("2026-12-01T00:00:00+08:00"), "offer.exclusive_channel": true, "offer.selection": "usage",
		"scenario.id": "hall.fee_not_ordered", "scenario.step": "acknowledge", "scenario.stack[]": "a", "scenario.replies[]": "calmer",
		"scenario.counters.silence": 1, "scenario.counters.offtopic": 2,
		"promises[].by": "8812", "promises[].at": at("2026-11-22T08:00:00+08:00"), "promises[].amount_fen": 2000, "promises[].due_at": at("2026-11-23T08:00:00+08:00"),
		"transcript[].by": "agent", "transcript[].text": "您好", "draft": "稍等", "cash.received_fen": 10000, "cash.due_fen": 8500,
		"close.counters[].item": "sim_card", "close.counters[].opening": 10, "close.counters[].in": 5, "close.counters[].out": 7, "close.counters[].counted": 8,
		"close.takings_fen": 1, "close.deposited_fen": 2, "close.slip_fen": 3, "close.report_fen": 4,
		"close.invoice_boxes[].box": "B1", "close.invoice_boxes[].first": 1, "close.invoice_boxes[].last": 3000,
		"facts.customers_affected": -3, "facts.media_threat": true, "facts.remark": "x", "facts.goodwill_fen": 5,
		"facts.seen_at": at("2026-11-22T10:00:00Z"), "facts.waited": 7, "facts.region": "south",
	}
	for _, info := range b.terms.Names() {
		var got int64
		switch {
		case info.Place == casefile.Scalar:
			got = b.c.Slots[info.Field]
		case info.Place == casefile.Column && !info.Derived:
			got = b.c.Rows[info.List].At(0, info.Column)
		default:
			continue
		}
		w, ok := want[info.Path]
		if !ok {
			t.Errorf("%s is not in the test", info.Path)
			continue
		}
		delete(want, info.Path)
		switch w := w.(type) {
		case string:
			if b.text(got) != w {
				t.Errorf("%s: %q, want %q", info.Path, b.text(got), w)
			}
		case bool:
			if (got == 1) != w || got > 1 || got < 0 {
				t.Errorf("%s: %d, want %t", info.Path, got, w)
			}
		case int:
			if got != int64(w) {
				t.Errorf("%s: %d, want %d", info.Path, got, w)
			}
		case int64:
			if got != w {
				t.Errorf("%s: %d, want %d", info.Path, got, w)
			}
		}
	}
	for path := range want {
		t.Errorf("%s is not in the schema", path)
	}
	for l, data := range map[casefile.List][]int64{
		casefile.Waits: {600, 1100}, casefile.Used: {0, 1, 2990}, casefile.Void: {0, 2991, 2991}, casefile.Blank: {0, 2992, 3000},
	} {
		if got := b.c.Rows[l].Data; !slices.Equal(got, data) {
			t.Errorf("list %d: %v, want %v", l, got, data)
		}
	}
	for s, given := range b.c.Given {
		if !given {
			t.Errorf("section %v is not given", casefile.Section(s))
		}
	}
	if b.c.Offset != 8*3600 {
		t.Errorf("offset %d", b.c.Offset)
	}
	// Nothing of it is left in the next case.
	if f := b.decode("{" + now + "}"); f != nil {
		t.Fatal(f)
	}
	if b.c.Slots[casefile.Draft] != atom.Null || b.c.Rows[casefile.Lines].Len != 0 || b.c.Given[casefile.Refund] {
		t.Error("the next case sees the last one")
	}
}

func TestNullIsAbsent(t *testing.T) {
	b := newBench(terms())
	if f := b.decode("{" + now + "}"); f != nil {
		t.Fatal(f)
	}
	absent := slices.Clone(b.c.Slots)
	if f := b.decode(`{"id":null,` + now + `,"agent":null,"customer":null,"lines":null,"claim_fen":null,"complaint":null,"scenario":null,"facts":null,"draft":null}`); f != nil {
		t.Fatal(f)
	}
	if !slices.Equal(b.c.Slots, absent) || b.c.Given != [casefile.NumSections]bool{} {
		t.Error("null is not absent")
	}
	if f := b.decode("{" + now + `,"agent":{"contractor":null},"account":{"state":null},"complaint":{"state":null},"scenario":{"id":"","step":"","counters":null},"offer":{"id":""}}`); f != nil {
		t.Fatal(f)
	}
	absent[casefile.ComplaintState] = int64(casefile.WordTakenIn)
	if !slices.Equal(b.c.Slots, absent) {
		t.Error("null within a section, or an empty id, is not absent")
	}
	for _, s := range []casefile.Section{casefile.Agent, casefile.Account, casefile.Complaint, casefile.Scenario, casefile.Offer} {
		if !b.c.Given[s] {
			t.Errorf("section %v is not given", s)
		}
	}
}

func TestUndefinedListsAcceptAnyText(t *testing.T) {
	b := newBench(casefile.Terms{})
	if f := b.decode("{" + now + `,"zone":"anywhere","agent":{"role":"any"},"lines":[{"id":"1","charged_fen":1,"category":"any"}]}`); f != nil {
		t.Error(f)
	}
	if f := b.decode("{" + now + `,"scenario":{"id":"x"}}`); len(f) != 1 || f[0].Code != casefile.UnknownValue {
		t.Errorf("a track the pack lacks: %v", f)
	}
	if f := b.decode("{" + now + `,"facts":{"x":1}}`); len(f) != 1 || f[0].Code != casefile.UnknownField {
		t.Errorf("a fact the pack lacks: %v", f)
	}
}

func TestCopiesOfALine(t *testing.T) {
	b := newBench(terms())
	line := `{"id":"L1","charged_fen":1500,"due_fen":500}`
	same := `{"due_fen":500,"refunded_fen":0,"verification":"pending","item":null,"charged_fen":1500,"\u0069d":"L1"}`
	other := `{"id":"L2","charged_fen":1500,"due_fen":500}`
	if f := b.decode("{" + now + `,"lines":[` + strings.Join([]string{line, other, same, line}, ",") + "]}"); f != nil {
		t.Fatal(f)
	}
	lines := &b.c.Rows[casefile.Lines]
	for i, want := range []int64{atom.Null, atom.Null, 0, 0} {
		if got := lines.At(i, casefile.LineCopyOf); got != want {
			t.Errorf("line %d repeats %d, want %d", i, got, want)
		}
	}
}

func TestEscapedNamesAndValues(t *testing.T) {
	b := newBench(terms())
	if f := b.decode(`{"\u006eow":"2026-11-22T10:00:00\u002b08:00","chann\u0065l":"h\u0061ll","draft":"\ud83d\ude00\n"}`); f != nil {
		t.Fatal(f)
	}
	if b.c.Slots[casefile.Channel] != int64(casefile.WordHall) || b.text(b.c.Slots[casefile.Draft]) != "😀\n" {
		t.Errorf("channel %s, draft %q", b.text(b.c.Slots[casefile.Channel]), b.text(b.c.Slots[casefile.Draft]))
	}
}

func TestManyFacts(t *testing.T) {
	var many casefile.Terms
	text := []byte("{" + now + `,"facts":{`)
	for i := range 150 {
		name := "f" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26))
		many.Facts = append(many.Facts, casefile.Fact{Name: name, Type: casefile.Int})
		text = append(text, `"`+name+`":`...)
		text = append(text, byte('1'+i%9))
		text = append(text, ',')
	}
	text = append(text[:len(text)-1], "}}"...)
	b := newBench(many)
	if f := b.decode(string(text)); f != nil {
		t.Fatal(f)
	}
	for i := range many.Facts {
		if got := b.c.Slots[int(casefile.NumFields)+i]; got != int64(1+i%9) {
			t.Errorf("fact %d is %d", i, got)
		}
	}
}

func TestWords(t *testing.T) {
	table := casefile.NewTable()
	n := 0
	for id := atom.ID(1); casefile.Word(id) != ""; id++ {
		if got := string(table.Text(id)); got != casefile.Word(id) {
			t.Errorf("word %d is %q, its atom %q", id, casefile.Word(id), got)
		}
		n++
	}
	if n+1 != table.Len() {
		t.Errorf("%d words, but %d atoms: a word without a text, or one that is there twice", n, table.Len())
	}
	if casefile.Word(atom.Null) != "" || casefile.Word(atom.ID(table.Len())) != "" {
		t.Error("an atom beyond the words has a text")
	}
}

func TestLookup(t *testing.T) {
	b := newBench(terms())
	for path, want := range map[string]casefile.Info{
		"lines[].due_fen":    {Path: "lines[].due_fen", Place: casefile.Column, List: casefile.Lines, Column: casefile.LineDue, Type: casefile.Fen, Nullable: true},
		"facts.media_threat": {Path: "facts.media_threat", Field: casefile.NumFields + 1, Type: casefile.Bool},
	} {
		got, ok := b.terms.Lookup(path)
		if !ok || got.Path != want.Path || got.Place != want.Place || got.List != want.List || got.Column != want.Column ||
			got.Field != want.Field || got.Type != want.Type || got.Nullable != want.Nullable {
			t.Errorf("%s: %+v, %t", path, got, ok)
		}
	}
	if _, ok := b.terms.Lookup("customer.emotoin"); ok {
		t.Error("found a name that is not there")
	}
}

func TestNoAllocation(t *testing.T) {
	b := newBench(terms())
	for name, text := range map[string]string{"typical": typical, "full": full} {
		input := []byte(text)
		decode := func() {
			if b.decoder.Decode(input, &b.c) != nil {
				t.Fatal("fault")
			}
		}
		decode()
		if n := testing.AllocsPerRun(100, decode); n != 0 {
			t.Errorf("%s: %v allocations a case after warm-up", name, n)
		}
	}
}

func benchmark(b *testing.B, text string) {
	x := newBench(terms())
	input := []byte(text)
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		if x.decoder.Decode(input, &x.c) != nil {
			b.Fatal("fault")
		}
	}
}

func BenchmarkTypical(b *testing.B) { benchmark(b, typical) }
func BenchmarkFull(b *testing.B)    { benchmark(b, full) }
func BenchmarkLeast(b *testing.B)   { benchmark(b, "{"+now+"}") }
