package casefile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"koujing/core/casefile"
)

// TestFaults has a case for each way to be wrong, with its path; several in one case come in the order of the text.
func TestFaults(t *testing.T) {
	line := func(members string) string { return `,"lines":[{"id":"L0","charged_fen":1},{` + members + `}]` }
	items := func(n int, item string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
	}
	for _, c := range []struct {
		rest string // of the case, behind now
		want string
	}{
		// The whole text first, and the first found alone.
		{`,"x":1` + strings.Repeat(" ", casefile.MaxBytes), "too_big@"},
		{",\"x\":1,\"draft\":\"\xff\",,", "bad_utf8@draft"},
		{`,"x":1,"customer":{"surname":}`, "syntax@customer.surname"},
		{`,"draft":"\ud83d"`, "syntax@draft"},
		{`,"claim_fen":01`, "syntax@"},
		{`,"x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `,"x":1`, "too_deep@x" + strings.Repeat("[0]", 31)},
		{`,"claim_fen":1.0,"agent":{"id":"1","role":"clerk","id":"2"}`, "duplicate_key@agent.id"},
		{`,"claim_fen":1,"\u0063laim_fen":1`, "duplicate_key@claim_fen"},
		{`,"lines":[{"id":"L0","charged_fen":1}],"lines":[]`, "duplicate_key@lines"},
		{`,"x":{"y":[0,{"z":1,"z":1}]}`, "duplicate_key@x.y[1].z"},
		{`,"facts":{"waited":1,"waited":1}`, "duplicate_key@facts.waited"},

		{`,"x":1,"customer":{"form":"ms","height":{"cm":[170]}},"":0`, "unknown_field@x unknown_field@customer.height unknown_field@"},
		{`,"facts":{"other":1}`, "unknown_field@facts.other"},
		{`,"scenario":{"counters":{"silence":1,"coughs":1}}`, "unknown_field@scenario.counters.coughs"},
		{line(`"id":"L1","charged_fen":1,"pay_fen":5`), "unknown_field@lines[1].pay_fen"}, // derived, no input
		{line(`"id":"L1","charged_fen":1,"Due_fen":5`), "unknown_field@lines[1].Due_fen"},

		{`,"channel":"shop"`, "unknown_value@channel"},
		{`,"channel":""`, "unknown_value@channel"},
		{`,"agent":{"role":"king"}`, "unknown_value@agent.role"},
		{`,"customer":{"emotion":"happy","accepts":"maybe","location":"moon","consent":"x","form":"sir"}`,
			"unknown_value@customer.emotion unknown_value@customer.accepts unknown_value@customer.location unknown_value@customer.consent unknown_value@customer.form"},
		{`,"account":{"state":"dead"}`, "unknown_value@account.state"},
		{line(`"id":"L1","charged_fen":1,"category":"x","verification":"x","collected_for":"x","consented_by":"x"`),
			"unknown_value@lines[1].category unknown_value@lines[1].verification unknown_value@lines[1].collected_for unknown_value@lines[1].consented_by"},
		{`,"complaint":{"kind":"x","cause":"x","motive":"x","state":"answered","severity":"x"}`,
			"unknown_value@complaint.kind unknown_value@complaint.cause unknown_value@complaint.motive unknown_value@complaint.state unknown_value@complaint.severity"},
		{`,"scenario":{"id":"hall.unknown"}`, "unknown_value@scenario.id"},
		{`,"facts":{"region":"west"}`, "unknown_value@facts.region"},

		{`,"id":5`, "wrong_type@id"},
		{`,"draft":["x"]`, "wrong_type@draft"},
		{`,"channel":true`, "wrong_type@channel"},
		{`,"agent":"8812"`, "wrong_type@agent"},
		{`,"agent":[]`, "wrong_type@agent"},
		{`,"agent":{"contractor":"yes"},"customer":{"is_owner":1}`, "wrong_type@agent.contractor wrong_type@customer.is_owner"},
		{`,"claim_fen":"5000"`, "wrong_type@claim_fen"},
		{`,"refund":{"executed_at":1763776800}`, "wrong_type@refund.executed_at"},
		{`,"lines":{}`, "wrong_type@lines"},
		{`,"lines":[null,{"id":"L1","charged_fen":1},7,[]]`, "wrong_type@lines[0] wrong_type@lines[2] wrong_type@lines[3]"},
		{`,"scenario":{"stack":["a",1],"replies":[null],"counters":5}`, "wrong_type@scenario.stack[1] wrong_type@scenario.replies[0] wrong_type@scenario.counters"},
		{`,"service":{"waits_sec":[600,"700"]}`, "wrong_type@service.waits_sec[1]"},
		{`,"close":{"invoice_boxes":[{"used":[[1],[1,2,3],["1",2],5,{}],"void":7}]}`,
			"wrong_type@close.invoice_boxes[0].used[0] wrong_type@close.invoice_boxes[0].used[1] wrong_type@close.invoice_boxes[0].used[2][0] wrong_type@close.invoice_boxes[0].used[4] wrong_type@close.invoice_boxes[0].void"},

		{`,"claim_fen":1.0`, "not_integer@claim_fen"},
		{`,"claim_fen":1e3`, "not_integer@claim_fen"},
		{`,"claim_fen":-0`, "not_integer@claim_fen"},
		{`,"claim_fen":-1.5`, "not_integer@claim_fen"},
		{line(`"id":"L1","charged_fen":12.5,"due_fen":0`), "not_integer@lines[1].charged_fen"},
		{`,"service":{"waits_sec":[600,0.5]}`, "not_integer@service.waits_sec[1]"},
		{`,"close":{"invoice_boxes":[{"used":[[1,2.5]]}]}`, "not_integer@close.invoice_boxes[0].used[0][1]"},

		{line(`"id":"L1","charged_fen":-100,"due_fen":-1,"refunded_fen":-200`), "negative@lines[1].charged_fen negative@lines[1].due_fen negative@lines[1].refunded_fen"},
		{`,"claim_fen":-99999999999999999999999`, "negative@claim_fen"},
		{`,"complaint":{"rung":-1},"service":{"waits_sec":[-1]},"scenario":{"counters":{"silence":-1}}`,
			"negative@complaint.rung negative@service.waits_sec[0] negative@scenario.counters.silence"},
		{`,"facts":{"goodwill_fen":-1,"waited":-1}`, "negative@facts.goodwill_fen negative@facts.waited"},

		{`,"claim_fen":100000000001`, "too_large@claim_fen"},
		{line(`"id":"L1","charged_fen":100000001,"due_fen":100000000`), "too_large@lines[1].charged_fen"},
		{line(`"id":"L1","charged_fen":9007199254740993`), "too_large@lines[1].charged_fen"},
		{`,"claim_fen":99999999999999999999999999`, "too_large@claim_fen"},
		{`,"complaint":{"rung":6}`, "too_large@complaint.rung"},
		{`,"facts":{"customers_affected":-9007199254740992}`, "too_large@facts.customers_affected"},
		{`,"scenario":{"counters":{"silence":9007199254740992}}`, "too_large@scenario.counters.silence"},

		{`,"service":{"waits_sec":` + items(201, "1") + `}`, "too_many@service.waits_sec"},
		{`,"service":{"waits_sec":` + items(201, "-1") + `}`, "too_many@service.waits_sec " + strings.Repeat("negative@ ", 200)},
		{`,"transcript":` + items(201, `{}`) + `,"x":1`, "too_many@transcript unknown_field@x"},
		{`,"close":{"invoice_boxes":[{"void":` + items(300, "1") + `}]}`, "too_many@close.invoice_boxes[0].void"},

		{`,"complaint":{"opened_at":"2026-11-22"}`, "bad_time@complaint.opened_at"},
		{`,"complaint":{"opened_at":"2026-11-22T10:00:00"}`, "bad_time@complaint.opened_at"},
		{`,"complaint":{"opened_at":"2026-02-29T10:00:00Z"}`, "bad_time@complaint.opened_at"},
		{line(`"id":"L1","charged_fen":1,"confirmed_at":""`), "bad_time@lines[1].confirmed_at"},
		{`,"facts":{"seen_at":"now"}`, "bad_time@facts.seen_at"},

		{line(`"id":"L1","charged_fen":1,"verification":"confirmed"`), "due_missing@lines[1].due_fen"},
		{line(`"due_fen":null,"verification":"confirmed","charged_fen":-1,"id":"L1"`), "negative@lines[1].charged_fen due_missing@lines[1].due_fen"},
		{line(`"id":"L1","charged_fen":1,"verification":"confirmed","due_fen":"x"`), "wrong_type@lines[1].due_fen"},
		{line(`"id":"L1","charged_fen":1,"verification":"confirmd"`), "unknown_value@lines[1].verification"},

		{line(`"id":"L0","charged_fen":2`), "duplicate_line@lines[1].id"},
		{line(`"x":1,"id":"L0","y":1,"charged_fen":2,"verification":"confirmed"`),
			"unknown_field@lines[1].x duplicate_line@lines[1].id unknown_field@lines[1].y due_missing@lines[1].due_fen"},
		{`,"lines":[{"id":"A","charged_fen":1},{"id":"A","charged_fen":1},{"id":"A","charged_fen":2}]`, "duplicate_line@lines[2].id"},
		{line(`"id":"L0","charged_fen":1,"subscribed":false`), "duplicate_line@lines[1].id"},
		{`,"lines":[{"charged_fen":1},{"charged_fen":2},{"id":7,"charged_fen":3}]`, // what has no id repeats nothing
			"wrong_type@lines[2].id missing@lines[0].id missing@lines[1].id"},

		{line(`"charged_fen":-1`), "negative@lines[1].charged_fen missing@lines[1].id"},
		{`,"lines":[{"id":null},{"id":"L2"}],"x":1`, "unknown_field@x missing@lines[0].id missing@lines[0].charged_fen missing@lines[1].charged_fen"},
	} {
		b := newBench(terms())
		check(t, b, "{"+now+c.rest+"}", c.want)
	}
	for text, want := range map[string]string{
		``:                           "syntax@",
		`[`:                          "syntax@[0]",
		`[]`:                         "wrong_type@",
		`null`:                       "wrong_type@",
		`"x"`:                        "wrong_type@",
		`{}`:                         "missing@now",
		`{"now":null}`:               "missing@now",
		`{"now":"yesterday"}`:        "bad_time@now",
		`{"now":7,"lines":[{}]}`:     "wrong_type@now missing@lines[0].id missing@lines[0].charged_fen",
		`{"lines":[{}],"x":0}`:       "unknown_field@x missing@lines[0].id missing@lines[0].charged_fen missing@now",
		"\ufeff{" + now + "}":        "syntax@",
		"{" + now + "} x":            "syntax@",
		`{"id":"` + "\u2028" + `"}`:  "missing@now",
		"[[[" + `{"a":1,"a":2}]]]`:   "duplicate_key@[0][0][0].a",
		`{"now":{"a":1,"a":2}}`:      "duplicate_key@now.a",
		"{\"now\":{\"a\":\"\xff\"}}": "bad_utf8@now.a",
	} {
		check(t, newBench(terms()), text, want)
	}
}

func check(t *testing.T, b *bench, text, want string) {
	t.Helper()
	var got []string
	faults := b.decode(text)
	for i, f := range faults {
		path := f.Path
		if len(faults) > 100 && i > 0 {
			path = "" // too many to spell out in the table
		}
		got = append(got, f.Code+"@"+path)
	}
	if w := strings.Fields(want); !slices.Equal(got, w) {
		t.Errorf("%.200s\n got %v\nwant %v", text, got, w)
	}
	if !slices.IsSortedFunc(faults, func(a, b casefile.Fault) int {
		if a.Code == casefile.Missing || b.Code == casefile.Missing {
			return strings.Compare(fmt.Sprint(a.Code == casefile.Missing), fmt.Sprint(b.Code == casefile.Missing))
		}
		return a.Offset - b.Offset
	}) {
		t.Errorf("%.200s\nfaults are out of order: %v", text, faults)
	}
}

// TestFaultsLeaveNothing decodes a sound case after each kind of broken one.
func TestFaultsLeaveNothing(t *testing.T) {
	b := newBench(terms())
	if f := b.decode(full); f != nil {
		t.Fatal(f)
	}
	want := fmt.Sprint(b.c)
	for i := range len(full) {
		b.decode(full[:i])
		b.decode(full[:i] + "x" + full[i:])
		if f := b.decode(full); f != nil {
			t.Fatalf("after a case cut at %d: %v", i, f)
		}
		if got := fmt.Sprint(b.c); got != want {
			t.Fatalf("after a case cut at %d:\n%s\nwant\n%s", i, got, want)
		}
	}
}
