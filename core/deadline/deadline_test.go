package deadline_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"koujing/core"
	"koujing/core/author"
)

const pack = `id: t
version: 1.0.0
title: t
locale: zh-CN
utc_offset: "+08:00"
lists: { state: [taken_in, with_support, settled], service_kind: [payment, detail_list] }
settings:
  refund.pay_within: 72h
  complaint.first_answer: 48h
  complaint.final_answer: 2wd
  complaint.support: 24h
  complaint.interim: 0s
  service.install: 48h
  service.extension: 5m
  clock.due_soon: 2h
`

const desk = `decision: service.desk
hit: first
rules: [{ id: desk.payment, when: service.kind == "payment", then: { limit: 120 } }]
`

type clock struct {
	ID           string
	DueAt        string `json:"due_at"`
	Status       string
	RemainingSec int64 `json:"remaining_sec"`
}

// answer is what the tests read of a decision.
type answer struct {
	Status string
	Clocks []clock
	Trace  []struct{ Decision, Subject, Rule, Row string }
}

func clocks(t *testing.T, rest string) map[string]clock {
	t.Helper()
	out := map[string]clock{}
	for _, c := range decide(t, author.Sources{"pack.yaml": pack, "rules/desk.yaml": desk}, rest).Clocks {
		out[c.ID] = c
	}
	return out
}

func decide(t *testing.T, src author.Sources, rest string) (d answer) {
	t.Helper()
	built, found := author.Build(src)
	if built == nil {
		t.Fatal(found)
	}
	e, err := core.Load(built, [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	text := e.Decide(nil, []byte(`{"now":"2026-11-20T10:00:00+08:00",`+rest+`}`))
	if err := json.Unmarshal(text, &d); err != nil || d.Status != "decided" {
		t.Fatalf("%v %s", err, text)
	}
	return d
}

// TestCountedDays reads the working days that a clock counted in the trace: over a weekend, over a holiday with a make-up
// Saturday before it, and of a long clock only the first and the last.
func TestCountedDays(t *testing.T) {
	calendar := "holidays: [2026-02-16, 2026-02-17]\nworkdays: [2026-02-14]\n"
	for name, c := range map[string]struct {
		span, opened string
		want         []string
	}{
		"over a weekend":    {"2wd", "2026-11-19T10:00:00+08:00", []string{"workday 2026-11-20", "workday 2026-11-23"}},
		"over a holiday":    {"3wd", "2026-02-13T10:00:00+08:00", []string{"workday 2026-02-14", "workday 2026-02-18", "workday 2026-02-19"}},
		"at the hundredth":  {"101wd", "2026-03-02T10:00:00+08:00", []string{"workdays 2026-03-03/2026-07-21"}},
		"hours, not days":   {"48h", "2026-11-19T10:00:00+08:00", nil},
		"no day to wait":    {"0wd", "2026-11-19T10:00:00+08:00", nil},
		"another offset":    {"1wd", "2026-11-19T20:00:00Z", []string{"workday 2026-11-23"}}, // there it is Friday already
		"started on Sunday": {"1wd", "2026-11-22T10:00:00+08:00", []string{"workday 2026-11-24"}},
	} {
		t.Run(name, func(t *testing.T) {
			settings := strings.Replace(pack, "complaint.final_answer: 2wd", "complaint.final_answer: { value: "+c.span+", origin: operator, row: R-1 }", 1)
			var got []string
			for _, line := range decide(t, author.Sources{"pack.yaml": settings, "calendar/2026.yaml": calendar}, `"complaint":{"opened_at":"`+c.opened+`"}`).Trace {
				if line.Decision != "clock.final_answer" || line.Row != "R-1" {
					t.Errorf("a line of another clock or row: %v", line)
				}
				got = append(got, line.Rule+" "+line.Subject)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestClocks reads each clock at its edges. Now is Friday, 20 November 2026, 10:00.
func TestClocks(t *testing.T) {
	line := `"lines":[{"id":"L","charged_fen":2,"due_fen":1,"verification":"confirmed","confirmed_at":`
	for name, c := range map[string]struct {
		rest string
		want clock
	}{
		"running":            {`"complaint":{"opened_at":"2026-11-19T10:00:00+08:00"}`, clock{"first_answer", "2026-11-21T10:00:00+08:00", "ok", 86400}},
		"soon":               {`"complaint":{"opened_at":"2026-11-18T12:00:00+08:00"}`, clock{"first_answer", "2026-11-20T12:00:00+08:00", "due_soon", 7200}},
		"not yet soon":       {`"complaint":{"opened_at":"2026-11-18T12:00:01+08:00"}`, clock{"first_answer", "2026-11-20T12:00:01+08:00", "ok", 7201}},
		"exactly due":        {`"complaint":{"opened_at":"2026-11-18T10:00:00+08:00"}`, clock{"first_answer", "2026-11-20T10:00:00+08:00", "due_soon", 0}},
		"a second late":      {`"complaint":{"opened_at":"2026-11-18T09:59:59+08:00"}`, clock{"first_answer", "2026-11-20T09:59:59+08:00", "overdue", -1}},
		"met on the second":  {`"complaint":{"opened_at":"2026-11-10T10:00:00+08:00","first_answer_at":"2026-11-12T10:00:00+08:00"}`, clock{"first_answer", "2026-11-12T10:00:00+08:00", "met", 0}},
		"stopped late":       {`"complaint":{"opened_at":"2026-11-10T10:00:00+08:00","first_answer_at":"2026-11-12T10:00:05+08:00"}`, clock{"first_answer", "2026-11-12T10:00:00+08:00", "overdue", -5}},
		"working days":       {`"complaint":{"opened_at":"2026-11-19T10:00:00+08:00"}`, clock{"final_answer", "2026-11-23T10:00:00+08:00", "ok", 3 * 86400}},
		"another offset":     {`"complaint":{"opened_at":"2026-11-19T02:00:00Z"}`, clock{"first_answer", "2026-11-21T10:00:00+08:00", "ok", 86400}},
		"with support":       {`"complaint":{"state":"with_support","handed_at":"2026-11-19T09:00:00+08:00"}`, clock{"support", "2026-11-20T09:00:00+08:00", "overdue", -3600}},
		"support left":       {`"complaint":{"state":"settled","handed_at":"2026-11-19T09:00:00+08:00"}`, clock{"support", "2026-11-20T09:00:00+08:00", "met", 0}},
		"promise to keep":    {`"complaint":{"promised_at":"2026-11-20T15:00:00+08:00"}`, clock{"interim", "2026-11-20T15:00:00+08:00", "ok", 18000}},
		"promise broken":     {`"complaint":{"promised_at":"2026-11-20T09:00:00+08:00","last_contact_at":"2026-11-19T09:00:00+08:00"}`, clock{"interim", "2026-11-20T09:00:00+08:00", "overdue", -3600}},
		"promise kept":       {`"complaint":{"promised_at":"2026-11-20T09:00:00+08:00","last_contact_at":"2026-11-20T09:00:00+08:00"}`, clock{"interim", "2026-11-20T09:00:00+08:00", "met", 0}},
		"refund owed":        {line + `"2026-11-18T10:00:00+08:00"}]`, clock{"refund", "2026-11-21T10:00:00+08:00", "ok", 86400}},
		"refund paid":        {line + `"2026-11-10T10:00:00+08:00"}],"refund":{"executed_at":"2026-11-13T10:00:00+08:00"}`, clock{"refund", "2026-11-13T10:00:00+08:00", "met", 0}},
		"settled, no time":   {`"lines":[{"id":"L","charged_fen":2,"due_fen":1,"refunded_fen":2,"verification":"confirmed","confirmed_at":"2026-11-01T10:00:00+08:00"}]`, clock{"refund", "2026-11-04T10:00:00+08:00", "met", 0}},
		"installation":       {`"service":{"ordered_at":"2026-11-19T10:00:00+08:00"}`, clock{"install", "2026-11-21T10:00:00+08:00", "ok", 86400}},
		"desk":               {`"service":{"kind":"payment","started_at":"2026-11-20T09:58:30+08:00"}`, clock{"desk", "2026-11-20T10:00:30+08:00", "due_soon", 30}},
		"desk, a quarter":    {`"service":{"kind":"payment","started_at":"2026-11-20T09:58:29+08:00"}`, clock{"desk", "2026-11-20T10:00:29+08:00", "due_soon", 29}},
		"desk, above it":     {`"service":{"kind":"payment","started_at":"2026-11-20T09:58:31+08:00"}`, clock{"desk", "2026-11-20T10:00:31+08:00", "ok", 31}},
		"desk, more time":    {`"service":{"kind":"payment","started_at":"2026-11-20T09:50:00+08:00","extended":true}`, clock{"desk", "2026-11-20T09:57:00+08:00", "overdue", -180}},
		"desk, no limit":     {`"service":{"kind":"detail_list","started_at":"2026-11-20T09:50:00+08:00"}`, clock{}},
		"nothing has begun":  {`"complaint":{"kind":"x"}`, clock{}},
		"refund not settled": {`"lines":[{"id":"L","charged_fen":2,"due_fen":1,"verification":"pending"}]`, clock{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := clocks(t, c.rest)
			if c.want.ID == "" {
				if len(got) != 0 {
					t.Errorf("there are clocks: %v", got)
				}
				return
			}
			if got[c.want.ID] != c.want {
				t.Errorf("got %v, want %v", got[c.want.ID], c.want)
			}
		})
	}
}
