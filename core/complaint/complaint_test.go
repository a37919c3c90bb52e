package complaint_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"koujing/core"
	"koujing/core/author"
)

const pack = `id: t
version: 1.0.0
title: t
locale: zh-CN
utc_offset: "+08:00"
lists: { role: [leader, head, manager], state: [taken_in, analysis, closed] }
ladder: [leader, head, manager]
messages: { record_first: 先写记录 }
`

const rules = `decision: complaint.severity
hit: first
rules: [{ id: major, when: '(claim_fen ?? 0) > 100', then: { severity: major } }]
---
decision: complaint.next
hit: collect
rules:
  - { id: a, when: complaint.state == "taken_in", then: { state: analysis } }
  - { id: b, when: complaint.severity == "major", then: { state: analysis } }
---
decision: complaint.escalate
hit: first
rules:
  - { id: up.major, when: complaint.severity == "major", then: { up: true, parallel: true, reason: "'重大'" } }
  - { id: up.demand, when: complaint.demand_above_authority, then: { up: true, record_first: true, reason: "'超出权限'" } }
---
decision: complaint.tasks
hit: collect
rules:
  - { id: t1, when: complaint.escalate_to > 0, then: { id: hand_over, due: now } }
  - { id: t2, when: complaint.escalate_to > 0, then: { id: hand_over } }
`

func decide(t *testing.T, rest string) string {
	t.Helper()
	built, found := author.Build(author.Sources{"pack.yaml": pack, "rules/a.yaml": rules})
	if built == nil {
		t.Fatal(found)
	}
	e, err := core.Load(built, [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	answer := e.Decide(nil, []byte(`{"now":"2026-11-20T10:00:00+08:00",`+rest+`}`))
	var d struct{ Complaint, Tasks json.RawMessage }
	if err := json.Unmarshal(answer, &d); err != nil {
		t.Fatalf("%v %s", err, answer)
	}
	return fmt.Sprintf("%s %s", d.Complaint, d.Tasks)
}

func TestComplaint(t *testing.T) {
	handOver := ` [{"id":"hand_over","due_at":"2026-11-20T10:00:00+08:00","row":""}]`
	for name, c := range map[string]struct{ rest, want string }{
		"no complaint": {`"id":"x"`, ` `},
		"the first asked is the owner": {`"agent":{"id":"8812"},"complaint":{}`,
			`{"state":"taken_in","severity":"ordinary","owner":"8812","rung":0,"next":["analysis"],"escalate":null} `},
		"the owner stays when it climbs, and the record comes first": {`"agent":{"id":"8812"},"complaint":{"state":"analysis","owner":"1","rung":1,"demand_above_authority":true}`,
			`{"state":"analysis","severity":"ordinary","owner":"1","rung":1,"next":[],"escalate":{"to":2,"role":"head","parallel":false,"allowed":false,"reason":"先写记录"}}` + handOver},
		"one rung at a time": {`"complaint":{"state":"analysis","owner":"1","demand_above_authority":true,"record_complete":true}`,
			`{"state":"analysis","severity":"ordinary","owner":"1","rung":0,"next":[],"escalate":{"to":1,"role":"leader","parallel":false,"allowed":true,"reason":"超出权限"}}` + handOver},
		"a major one does not wait for the record; a state stands once": {`"claim_fen":101,"complaint":{"owner":"1"}`,
			`{"state":"taken_in","severity":"major","owner":"1","rung":0,"next":["analysis"],"escalate":{"to":1,"role":"leader","parallel":true,"allowed":true,"reason":"重大"}}` + handOver},
		"the case's severity stands": {`"claim_fen":101,"complaint":{"owner":"1","state":"closed","severity":"ordinary"}`,
			`{"state":"closed","severity":"ordinary","owner":"1","rung":0,"next":[],"escalate":null} `},
		"from the top there is no way up": {`"complaint":{"state":"analysis","owner":"1","rung":3,"demand_above_authority":true}`,
			`{"state":"analysis","severity":"ordinary","owner":"1","rung":3,"next":[],"escalate":null} `},
	} {
		t.Run(name, func(t *testing.T) {
			if got := decide(t, c.rest); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
