package vectors

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"koujing/core/author"
	"koujing/core/casefile"
	"koujing/core/pack"
)

// seen is what the corpus has shown, by words such as "flag review_category".
type seen map[string]bool

// read notes what a decision shows.
func (s seen) read(t *testing.T, v *Vector) {
	t.Helper()
	var d struct {
		Status string
		Errors []struct{ Code string }
		Gates  []struct{ ID string }
		Refund struct {
			Status, Means string
			Lines         []struct {
				Status     string
				Multiplier int
				Flags      []string
			}
			Approval struct{ Rung int }
			Flags    []string
		}
		Complaint struct {
			State, Severity string
			Next            []string
			Escalate        struct {
				To      int
				Allowed bool
			}
		}
		Clocks   []struct{ ID, Status string }
		Scenario struct {
			ID, Step string
			Say      []struct{ ID string }
			Held     []struct{ ID string }
			End      bool
		}
		Warnings []struct{ Code string }
		Close    struct {
			MayLeave bool `json:"may_leave"`
		}
		Trace []struct{ Rule string }
	}
	if err := json.Unmarshal(v.Decision, &d); err != nil {
		t.Fatalf("%s: %v", v.Name, err)
	}
	note := func(format string, values ...any) { s[fmt.Sprintf(format, values...)] = true }
	note("row %s", v.Row)
	note("status %s", d.Status)
	for _, e := range d.Errors {
		note("error %s", e.Code)
	}
	for _, g := range d.Gates {
		note("gate %s", g.ID)
	}
	note("refund %s", d.Refund.Status)
	note("means %s", d.Refund.Means)
	note("approval by rung %d", d.Refund.Approval.Rung)
	for _, l := range d.Refund.Lines {
		note("line %s", l.Status)
		note("multiplier %d", l.Multiplier)
	}
	for _, f := range d.Refund.Flags {
		note("flag %s", f)
	}
	note("severity %s", d.Complaint.Severity)
	for _, next := range d.Complaint.Next {
		note("complaint %s to %s", d.Complaint.State, next)
	}
	note("up to rung %d, %t", d.Complaint.Escalate.To, d.Complaint.Escalate.Allowed)
	for _, c := range d.Clocks {
		note("clock %s %s", c.ID, c.Status)
	}
	note("step %s/%s/%s", v.Pack, d.Scenario.ID, d.Scenario.Step)
	for _, l := range d.Scenario.Say {
		note("line %s said", l.ID)
	}
	for _, l := range d.Scenario.Held {
		note("line %s held", l.ID)
	}
	for _, w := range d.Warnings {
		note("warning %s", w.Code)
	}
	note("may leave %t", d.Close.MayLeave)
	for _, r := range d.Trace {
		note("rule %s/%s", v.Pack, r.Rule)
	}
}

// TestCoverage wants everything in the corpus that a decision of the contract can show, and of the packs here every rule
// and every step at which a talk can stand.
func TestCoverage(t *testing.T) {
	all, packs, count := seen{}, map[string]bool{}, 0
	names := map[string]bool{}
	for _, list := range load(t) {
		for i := range list {
			all.read(t, &list[i])
			packs[list[i].Pack] = true
			if names[list[i].Name] {
				t.Errorf("two vectors are called %q", list[i].Name)
			}
			names[list[i].Name] = true
			count++
		}
	}
	if count < 300 {
		t.Errorf("only %d vectors", count)
	}
	for _, want := range wanted(t, packs) {
		if !all[want] {
			t.Errorf("no vector shows %q", want)
		}
	}
}

func wanted(t *testing.T, packs map[string]bool) (want []string) {
	t.Helper()
	each := func(format string, words ...string) {
		for _, w := range words {
			want = append(want, fmt.Sprintf(format, w))
		}
	}
	for w := range 35 {
		each("row W-%s", fmt.Sprintf("%02d", w+1))
	}
	each("status %s", "decided", "blocked", "invalid")
	each("error %s", casefile.TooBig, casefile.BadUTF8, casefile.Syntax, casefile.TooDeep, casefile.DuplicateKey,
		casefile.UnknownField, casefile.UnknownValue, casefile.WrongType, casefile.NotInteger, casefile.Negative, casefile.TooLarge,
		casefile.TooMany, casefile.BadTime, casefile.DueMissing, casefile.DuplicateLine, casefile.Missing, "rule_error")
	each("gate %s", "do_not_contact", "abroad", "not_owner", "no_consent", "open_complaint")
	each("refund %s", "none", "verify_first", "refuted", "payable", "needs_approval", "offered", "settled", "overdue")
	each("line %s", "none", "verify_first", "refuted", "payable", "settled")
	each("multiplier %s", "0", "1", "2")
	each("means %s", "credit", "cash")
	each("approval by rung %s", "0", "1", "2", "3")
	each("flag %s", "cash_on_approval", "claim_above_total", "due_unknown", "duplicate_line", "executed_not_booked", "overpaid_before", "review_category")
	each("severity %s", "ordinary", "major")
	each("complaint %s", "taken_in to analysis", "analysis to settled", "analysis to with_support", "analysis to working",
		"with_support to settled", "with_support to with_support", "working to settled", "settled to answered",
		"answered to closed", "answered to analysis", "closed to analysis")
	each("up to rung %s", "1, true", "1, false", "2, true", "3, true", "4, true", "5, true")
	for _, clock := range []string{"first_answer", "final_answer", "support", "interim", "refund", "install", "desk"} {
		each("clock "+clock+" %s", "ok", "due_soon", "overdue", "met")
	}
	each("warning %s", "unknown_reply", "cash_short")
	each("may leave %s", "true", "false")
	for name := range packs {
		if name == "cn-telecom" {
			continue // whose own tests want the same of it
		}
		p := built(t, name)
		for _, d := range p.Program.Decisions {
			for _, r := range d.Rules {
				if !unreachable[name+"/"+r.ID] {
					each("rule "+name+"/%s", r.ID)
				}
			}
		}
		for _, track := range p.Tracks {
			for _, step := range track.Steps {
				if len(step.Say)+len(step.Ask) > 0 {
					each("step "+name+"/"+track.ID+"/%s", step.ID)
				}
			}
		}
	}
	slices.Sort(want)
	return want
}

// unreachable are rules of the packs here that are written to fail, or to be hidden from: they must never be seen to hold.
var unreachable = map[string]bool{
	"curious/by_emotion": true, "curious/by_claim": true, "curious/by_answer": true, "curious/by_motive": true,
	"curious/by_delay": true, "curious/by_neighbours": true, "curious/by_own": true, "policies/fault.text.rule": true,
}

func built(t *testing.T, name string) *pack.Pack {
	t.Helper()
	source, err := Sources(name)
	if err != nil {
		t.Fatal(err)
	}
	text, found := author.Build(source)
	if text == nil {
		t.Fatalf("%s: %+v", name, found)
	}
	p, refused := pack.Parse(text)
	if refused != nil {
		t.Fatal(refused)
	}
	return p
}
