package scenario_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"koujing/core"
	"koujing/core/author"
)

var sources = author.Sources{
	"pack.yaml": `id: t
version: 1.0.0
title: t
locale: zh-CN
utc_offset: "+08:00"
lists: { form: { ms: { label: 女士, gloss: Ms } }, brand: { zone: { label: 动感地带, gloss: M-Zone } } }
labels: { customer.has_id: { label: 证件, gloss: papers } }
facts: { loops: bool }
`,
	"rules/gates.yaml": `decision: gates
hit: collect
rules: [{ id: g, when: customer.do_not_contact, then: { id: closed, blocks: booking, reason: "'不可办理'" } }]
`,
	"scenarios/b.main.yaml": `title: { text: 主, gloss: main }
intents: [help]
anytime: { lost: { label: 没声音, gloss: silence, count: silence, to: quiet } }
interrupts: [{ when: scenario.counters.silence >= 2, to: bye }]
steps:
  hello:
    aim: { text: 问好, gloss: greet }
    tags: [warm]
    say:
      - { id: l1, text: "{{customer.salutation}}，您好", gloss: "Hello {{customer.salutation}}", row: R-1 }
      - { id: l2, text: "到{{due(complaint.promised_at)}}", when: complaint.promised_at != nil }
      - { id: l3, text: "办理吗", tags: [book] }
    replies:
      yes: { label: 好, to: papers }
      boss: { label: 找负责人, to: a.boss }
  papers:
    ask: [customer.has_id]
    next:
      - { when: customer.has_id == true, to: pay }
      - { to: bye }
  pay:
    say: "退{{money(refund.pay_fen)}}，{{span(7200)}}内，{{label(customer.brand)}}"
    next: [{ when: facts.loops, to: round }, { to: bye }]
  round: { next: [{ when: facts.loops, to: round_again }, { to: bye }] }
  round_again: { next: [{ when: facts.loops, to: round }, { to: bye }] }
  quiet: { say: 听得到吗, replies: { heard: { label: 听到了, to: hello } } }
  bye: { say: 再见, end: done }
`,
	"scenarios/a.boss.yaml": `title: 找负责人
intents: [boss, help]
priority: -1
steps:
  call: { say: 请稍等, next: [{ to: back }] }
  back: { end: handed }
`,
	"scenarios/c.told.yaml": `title: 说完再走
intents: [told]
steps:
  one: { replies: { go: { label: 去, to: d.other }, stop: { label: 不去了, to: over } } }
  over: { end: stopped }
`,
	"scenarios/d.other.yaml": `title: 另一段
intents: [other]
steps:
  last: { say: 说完了, end: ok }
`,
}

type scene struct {
	Status   string
	Errors   []struct{ Code, Path string }
	Warnings []struct{ Code, At, Text string }
	Scenario struct {
		ID, Step string
		Stack    []string
		Say      []struct {
			ID, Text, Gloss, Row string
			Tags                 []string
		}
		Held []struct {
			ID      string
			Missing []string
		}
		Ask     []struct{ Field, Label, Gloss string }
		Replies []struct{ ID, Label, Gloss, Count string }
		End     bool
	}
}

func walk(t *testing.T, rest string) scene {
	t.Helper()
	built, found := author.Build(sources)
	if built == nil {
		t.Fatal(found)
	}
	e, err := core.Load(built, [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	answer := e.Decide(nil, []byte(`{"now":"2026-11-20T10:00:00+08:00",`+rest+`}`))
	var s scene
	if err := json.Unmarshal(answer, &s); err != nil {
		t.Fatalf("%v %s", err, answer)
	}
	return s
}

// position is where a talk stands: track/step, what it will come back to, and whether it is over.
func (s *scene) position() string {
	out := s.Scenario.ID + "/" + s.Scenario.Step
	if len(s.Scenario.Stack) > 0 {
		out += " from " + strings.Join(s.Scenario.Stack, ", ")
	}
	if s.Scenario.End {
		out += " end"
	}
	for _, e := range s.Errors {
		out += fmt.Sprintf(" %s at %s", e.Code, e.Path)
	}
	for _, w := range s.Warnings {
		out += fmt.Sprintf(" %s %s at %s", w.Code, w.Text, w.At)
	}
	return out
}

func TestWalk(t *testing.T) {
	for name, c := range map[string]struct{ rest, want string }{
		"no intent":                        {`"id":"x"`, "/"},
		"the higher priority":              {`"intent":"help"`, "b.main/hello"},
		"the only one":                     {`"intent":"boss"`, "a.boss/call"},
		"by its id":                        {`"intent":"help","scenario":{"id":"a.boss"}`, "a.boss/call"},
		"a reply, and a step that waits":   {`"intent":"help","scenario":{"replies":["yes"]}`, "b.main/papers"},
		"a step with nothing to wait for":  {`"intent":"help","customer":{"has_id":false},"scenario":{"replies":["yes"]}`, "b.main/bye end"},
		"replies in order":                 {`"intent":"help","customer":{"has_id":true},"scenario":{"replies":["yes","next"]}`, "b.main/bye end"},
		"a reply offered anytime":          {`"scenario":{"id":"b.main","step":"pay","replies":["lost"]}`, "b.main/quiet"},
		"an unknown reply":                 {`"intent":"help","scenario":{"replies":["what","yes"]}`, "b.main/papers unknown_reply what at scenario.replies[0]"},
		"next where nothing is to be said": {`"intent":"help","scenario":{"replies":["next"]}`, "b.main/hello unknown_reply next at scenario.replies[0]"},
		"a call":                           {`"intent":"help","scenario":{"replies":["boss"]}`, "a.boss/call from b.main/hello"},
		"a call that comes back":           {`"scenario":{"id":"a.boss","step":"call","stack":["b.main/hello"],"replies":["next"]}`, "b.main/hello"},
		"an end that speaks is heard out":  {`"scenario":{"id":"c.told","replies":["go"]}`, "d.other/last from c.told/one"},
		"and then comes back":              {`"scenario":{"id":"d.other","step":"last","stack":["c.told/one"],"replies":["next"]}`, "c.told/one"},
		"a step of the track that fits":    {`"intent":"help","scenario":{"step":"papers","stack":[]}`, "b.main/papers"},
		"inside a call, by step and stack": {`"intent":"help","scenario":{"step":"call","stack":["b.main/hello"]}`, "a.boss/call from b.main/hello"},
		"a step of another track":          {`"intent":"boss","scenario":{"step":"papers"}`, "/ unknown_value at scenario.step"},
		"a call that nobody makes":         {`"intent":"help","scenario":{"step":"last","stack":["b.main/hello"]}`, "/ unknown_value at scenario.step"},
		"a step, and no track that fits":   {`"scenario":{"step":"papers"}`, "/"},
		"an interrupt":                     {`"scenario":{"id":"b.main","step":"quiet","counters":{"silence":2}}`, "b.main/bye end"},
		"not yet an interrupt":             {`"scenario":{"id":"b.main","step":"quiet","counters":{"silence":1}}`, "b.main/quiet"},
		"round and round":                  {`"facts":{"loops":true},"scenario":{"id":"b.main","step":"pay","replies":["next"]}`, "/ rule_error at b.main/round"},
		"an unknown step":                  {`"scenario":{"id":"b.main","step":"nowhere"}`, "/ unknown_value at scenario.step"},
		"an unknown call":                  {`"scenario":{"id":"b.main","stack":["b.main/hello","x/y"]}`, "/ unknown_value at scenario.stack[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			s := walk(t, c.rest)
			if got := s.position(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestSay(t *testing.T) {
	s := walk(t, `"intent":"help","customer":{"surname":"王","form":"ms"},"complaint":{"promised_at":"2026-11-24T10:05:00+08:00"}`)
	got := fmt.Sprint(s.Scenario.Say, s.Scenario.Held, s.Scenario.Replies)
	if want := "[{l1 王女士，您好 Hello 王女士 R-1 [warm]} {l2 到11月24日10:05   [warm]} {l3 办理吗   [warm book]}] [] [{yes 好  } {boss 找负责人  } {lost 没声音 silence silence}]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	s = walk(t, `"intent":"help","customer":{"surname":"王","do_not_contact":true}`)
	if got, want := fmt.Sprint(s.Status, s.Scenario.Say, s.Scenario.Held), "blocked[] [{l1 [customer.salutation]}]"; got != want {
		t.Errorf("behind a gate, without a form of address: got %s, want %s", got, want)
	}
	s = walk(t, `"scenario":{"id":"b.main","step":"papers"}`)
	if got, want := fmt.Sprint(s.Scenario.Ask), "[{customer.has_id 证件 papers}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	s = walk(t, `"customer":{"brand":"zone"},"lines":[{"id":"L","charged_fen":1990,"due_fen":0,"verification":"confirmed"}],"scenario":{"id":"b.main","step":"pay"}`)
	if got, want := fmt.Sprint(s.Scenario.Say), "[{pay 退19.90元，2小时内，动感地带   []}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
