package casefile_test

import (
	"koujing/core/atom"
	"koujing/core/casefile"
)

// terms are those of a small pack.
func terms() casefile.Terms {
	return casefile.Terms{
		Lists: []casefile.ValueList{
			{Name: "category", Values: []string{"bill_item", "call_record", "metering", "other"}},
			{Name: "kind", Values: []string{"tariff", "fault"}},
			{Name: "role", Values: []string{"clerk", "team_leader"}},
			{Name: "state", Values: []string{"taken_in", "analysis", "closed"}},
			{Name: "form", Values: []string{"mr", "ms"}},
			{Name: "region", Values: []string{"north", "south"}},
		},
		Facts: []casefile.Fact{
			{Name: "customers_affected", Type: casefile.Int},
			{Name: "media_threat", Type: casefile.Bool},
			{Name: "remark", Type: casefile.Text, Nullable: true},
			{Name: "goodwill_fen", Type: casefile.Fen, Nullable: true},
			{Name: "seen_at", Type: casefile.Time, Nullable: true},
			{Name: "waited", Type: casefile.Span},
			{Name: "region", Type: casefile.Text, Choice: "region"},
		},
		Scenarios:   []string{"hall.fee_not_ordered", "outbound.opening"},
		Ladder:      5,
		LineCeiling: 100_000_000,
	}
}

// bench is a decoder with a case to decode into.
type bench struct {
	terms   casefile.Terms
	table   *atom.Table
	decoder *casefile.Decoder
	c       casefile.Case
}

func newBench(terms casefile.Terms) *bench {
	b := &bench{terms: terms, table: casefile.NewTable()}
	b.decoder = casefile.NewDecoder(b.table, terms)
	b.c.Slots = make([]int64, b.decoder.Width())
	return b
}

func (b *bench) decode(text string) []casefile.Fault {
	return b.decoder.Decode([]byte(text), &b.c)
}

// text of a value that is an atom, "-" for an absent one.
func (b *bench) text(v int64) string {
	if v == atom.Null {
		return "-"
	}
	return string(b.table.Text(atom.ID(v)))
}

const (
	now = `"now":"2026-11-22T10:00:00+08:00"`

	// typical is a tariff dispute as a CRM sends it, about 400 bytes.
	typical = `{"id":"C-1001",` + now + `,"channel":"hall","intent":"fee_not_ordered",` +
		`"agent":{"id":"8812","role":"clerk","authority_fen":50000},` +
		`"customer":{"surname":"王","form":"ms","is_owner":true,"emotion":"calm"},"account":{"state":"active"},` +
		`"lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed",` +
		`"confirmed_at":"2026-11-21T10:00:00+08:00"}]}`

	// full has every field of the contract.
	full = `{"id": "C-1001", "now": "2026-11-22T10:00:00+08:00", "channel": "hall", "zone": "counter", "intent": "fee_not_ordered",
"agent": {"id": "8812", "role": "clerk", "contractor": true, "authority_fen": 50000},
"customer": {"surname": "王", "form": "ms", "is_owner": true, "is_user": false, "has_id": true, "brand": "m_zone", "language": "zh",
 "location": "roaming", "emotion": "upset", "wants_no_contact": true, "do_not_contact": true, "asks_for_leader": true,
 "accepts": "no", "wants_cash": true, "consent": "refused"},
"account": {"state": "suspended"},
"lines": [{"id": "L1", "item": "…", "charged_fen": 1500, "due_fen": 500, "refunded_fen": 20, "category": "metering", "verification": "confirmed",
 "confirmed_at": "2026-11-21T10:00:00+08:00", "collected_for": "operator", "subscribed": true, "consented_by": "owner"}],
"claim_fen": 5000,
"refund": {"executed_at": "2026-11-21T10:00:01+08:00", "told_at": "2026-11-21T10:00:02+08:00"},
"complaint": {"kind": "tariff", "cause": "staff", "motive": "vent", "state": "analysis", "severity": "major", "owner": "8812", "rung": 2,
 "opened_at": "2026-11-20T10:00:00+08:00", "first_answer_at": "2026-11-20T10:00:01+08:00", "handed_at": "2026-11-20T10:00:02+08:00",
 "answered_at": "2026-11-20T10:00:03+08:00", "last_contact_at": "2026-11-20T10:00:04+08:00", "promised_at": "2026-11-20T10:00:05+08:00",
 "solvable_now": true, "needs_department": false, "plan_meets_need": true, "demand_above_authority": true, "new_facts": true,
 "record_complete": true, "against_own_team": true},
"service": {"kind": "payment", "started_at": "2026-11-22T09:00:00+08:00", "ended_at": "2026-11-22T09:00:01+08:00",
 "ordered_at": "2026-11-22T09:00:02+08:00", "installed_at": "2026-11-22T09:00:03+08:00", "extended": true, "waits_sec": [600, 1100]},
"offer": {"id": "O1", "fee_fen": 1, "valid_until": "2026-12-01T00:00:00+08:00", "exclusive_channel": true, "selection": "usage"},
"scenario": {"id": "hall.fee_not_ordered", "step": "acknowledge", "stack": ["a", "b"], "replies": ["calmer"], "counters": {"silence": 1, "offtopic": 2}},
"promises": [{"by": "8812", "at": "2026-11-22T08:00:00+08:00", "amount_fen": 2000, "due_at": "2026-11-23T08:00:00+08:00"}],
"transcript": [{"by": "agent", "text": "您好"}, {"by": "customer", "text": "喂"}],
"draft": "稍等",
"cash": {"received_fen": 10000, "due_fen": 8500},
"close": {"counters": [{"item": "sim_card", "opening": 10, "in": 5, "out": 7, "counted": 8}],
 "takings_fen": 1, "deposited_fen": 2, "slip_fen": 3, "report_fen": 4,
 "invoice_boxes": [{"box": "B1", "first": 1, "last": 3000, "used": [[1,2990]], "void": [2991], "blank": [[2992,3000]]}]},
"facts": {"customers_affected": -3, "media_threat": true, "remark": "x", "goodwill_fen": 5, "seen_at": "2026-11-22T10:00:00Z", "waited": 7, "region": "south"}}`
)
