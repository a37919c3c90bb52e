// Package workload is a generic load for benchmarks: 26 rules over 11 inputs, and 200 cases with their answers. They are
// not the project's own refund rules. The rules stand here twice: as a pack of own decisions over facts, and one by one in
// expr, for its own VM.
package workload

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"

	"koujing/core/author"
)

//go:embed pack cases.json rules.expr.json
var files embed.FS

// Case is one case and its answer.
type Case struct {
	In  json.RawMessage `json:"in"` // an object with the 11 inputs
	Out Answer          `json:"out"`
}

// Answer is the seven outputs, and the ids of the rules that fired, in order.
type Answer struct {
	Refund   int64    `json:"refund_fen"`
	Channel  string   `json:"channel"`
	Status   string   `json:"status"`
	Script   string   `json:"script_id"`
	Escalate string   `json:"escalate_to"`
	Deadline int64    `json:"deadline_hours"`
	Trace    []string `json:"trace"`
}

// Rule is one rule as expr has it. A rule sees what the earlier ones set.
type Rule struct {
	ID   string      `json:"id"`
	When string      `json:"when"`
	Set  [][2]string `json:"set"` // variable, expression
}

// Cases are the 200 cases.
func Cases() ([]Case, error) { return read[Case]("cases.json") }

// Rules are the 26 rules, in order.
func Rules() ([]Rule, error) { return read[Rule]("rules.expr.json") }

func read[T any](name string) (list []T, err error) {
	text, err := files.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	return list, err
}

// Document is the case as a caller of the engine writes it: the inputs are facts.
func (c *Case) Document() []byte {
	return fmt.Appendf(nil, `{"now":"2026-11-22T10:00:00+08:00","facts":%s}`, c.In)
}

// Pack is the sources of the pack.
func Pack() (author.Sources, error) {
	pack, err := fs.Sub(files, "pack")
	if err != nil {
		return nil, err
	}
	return author.ReadFS(pack)
}

// ReadAnswer reads the seven outputs and the rules out of a decision by the pack.
func ReadAnswer(decision []byte) (Answer, error) {
	var d struct {
		Status  string
		Results struct {
			Refundable   struct{ Refund int64 }
			Payment      struct{ Pay string }
			Outcome      struct{ Status string }
			Talk         struct{ Script string }
			Escalation   struct{ To string }
			AnswerWithin struct{ Deadline int64 } `json:"answer_within"`
		}
		Trace []struct{ Rule string }
	}
	if err := json.Unmarshal(decision, &d); err != nil {
		return Answer{}, err
	}
	if d.Status != "decided" {
		return Answer{}, fmt.Errorf("the status is %q", d.Status)
	}
	r := &d.Results
	a := Answer{Refund: r.Refundable.Refund, Channel: r.Payment.Pay, Status: r.Outcome.Status, Script: r.Talk.Script,
		Escalate: r.Escalation.To, Deadline: r.AnswerWithin.Deadline, Trace: make([]string, len(d.Trace))}
	for i := range d.Trace {
		a.Trace[i] = d.Trace[i].Rule
	}
	return a, nil
}
