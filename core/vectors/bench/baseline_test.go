package bench

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"koujing/core/vectors/workload"
)

// baseline is the workload on expr's own VM with encoding/json on both sides, as one would write it without this project:
// what every other figure is held against. It is made as fast as expr lets it be: the environment is a struct, the programs
// share one configuration, the VM is kept.
type baseline struct {
	rules []exprRule
	vm    vm.VM
	env   exprEnv
	trace []string
}

type exprRule struct {
	id   string
	when *vm.Program
	set  []exprSet
}

type exprSet struct {
	field int
	value *vm.Program
}

// exprEnv is the inputs, and behind them the variables.
type exprEnv struct {
	Charged      int    `json:"charged_fen" expr:"charged_fen"`
	DueFen       int    `json:"due_fen" expr:"due_fen"`
	Category     string `json:"category" expr:"category"`
	Verified     bool   `json:"verified" expr:"verified"`
	AccountState string `json:"account_state" expr:"account_state"`
	Refunded     int    `json:"already_refunded_fen" expr:"already_refunded_fen"`
	Accepts      bool   `json:"customer_accepts" expr:"customer_accepts"`
	Channel      string `json:"channel" expr:"channel"`
	Level        int    `json:"complaint_level" expr:"complaint_level"`
	Hours        int    `json:"hours_since_accept" expr:"hours_since_accept"`
	Contacted    bool   `json:"contacted" expr:"contacted"`

	Diff     int    `json:"-" expr:"diff"`
	Factor   int    `json:"-" expr:"factor"`
	Refund   int    `json:"-" expr:"refund"`
	Pay      string `json:"-" expr:"pay"`
	Status   string `json:"-" expr:"status"`
	Code     string `json:"-" expr:"code"`
	Cat      string `json:"-" expr:"cat"`
	Script   string `json:"-" expr:"script"`
	Esc      string `json:"-" expr:"esc"`
	Limit    int    `json:"-" expr:"limit"`
	Deadline int    `json:"-" expr:"deadline"`
}

// variable is the address of a variable by its field's number. A switch, since reflection would be the slowest part.
func (e *exprEnv) variable(field int) any {
	switch field {
	case 11:
		return &e.Diff
	case 12:
		return &e.Factor
	case 13:
		return &e.Refund
	case 14:
		return &e.Pay
	case 15:
		return &e.Status
	case 16:
		return &e.Code
	case 17:
		return &e.Cat
	case 18:
		return &e.Script
	case 19:
		return &e.Esc
	case 20:
		return &e.Limit
	}
	return &e.Deadline
}

func newBaseline() (*baseline, error) {
	rules, err := workload.Rules()
	if err != nil {
		return nil, err
	}
	fields := map[string]int{}
	for i, f := range reflect.VisibleFields(reflect.TypeFor[exprEnv]()) {
		if f.Tag.Get("json") == "-" {
			fields[f.Tag.Get("expr")] = i
		}
	}
	b := &baseline{}
	env := expr.Env(exprEnv{})
	for _, r := range rules {
		rule := exprRule{id: r.ID}
		if rule.when, err = expr.Compile(r.When, env, expr.AsBool()); err != nil {
			return nil, err
		}
		for _, s := range r.Set {
			field, ok := fields[s[0]]
			if !ok {
				return nil, fmt.Errorf("%s sets %s", r.ID, s[0])
			}
			value, err := expr.Compile(s[1], env)
			if err != nil {
				return nil, err
			}
			rule.set = append(rule.set, exprSet{field, value})
		}
		b.rules = append(b.rules, rule)
	}
	return b, nil
}

// decide answers a case, JSON in and JSON out.
func (b *baseline) decide(text []byte) ([]byte, error) {
	e := &b.env
	*e = exprEnv{Pay: "none"}
	if err := json.Unmarshal(text, e); err != nil {
		return nil, err
	}
	b.trace = b.trace[:0]
	for i := range b.rules {
		r := &b.rules[i]
		applies, err := b.vm.Run(r.when, e)
		if err != nil {
			return nil, err
		}
		if !applies.(bool) {
			continue
		}
		b.trace = append(b.trace, r.id)
		for _, s := range r.set {
			v, err := b.vm.Run(s.value, e)
			if err != nil {
				return nil, err
			}
			switch to := e.variable(s.field).(type) {
			case *int:
				*to = v.(int)
			case *string:
				*to = v.(string)
			}
		}
	}
	return json.Marshal(&workload.Answer{Refund: int64(e.Refund), Channel: e.Pay, Status: e.Status, Script: e.Script,
		Escalate: e.Esc, Deadline: int64(e.Deadline), Trace: b.trace})
}

// TestBaseline holds the baseline to the 200 answers, or it would be no measure.
func TestBaseline(t *testing.T) {
	b, err := newBaseline()
	if err != nil {
		t.Fatal(err)
	}
	for field, name := range map[int]string{11: "Diff", 12: "Factor", 13: "Refund", 14: "Pay", 15: "Status", 16: "Code",
		17: "Cat", 18: "Script", 19: "Esc", 20: "Limit", 21: "Deadline"} {
		if got := reflect.TypeFor[exprEnv]().Field(field).Name; got != name {
			t.Errorf("variable %d is %s, not %s", field, got, name)
		}
	}
	cases, err := workload.Cases()
	if err != nil {
		t.Fatal(err)
	}
	for i := range cases {
		got, err := b.decide(cases[i].In)
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		want, err := json.Marshal(&cases[i].Out)
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(string(got)) != string(want) {
			t.Errorf("case %d: %s, want %s", i, got, want)
		}
	}
}

func BenchmarkBaseline(b *testing.B) {
	base, err := newBaseline()
	if err != nil {
		b.Fatal(err)
	}
	cases, err := workload.Cases()
	if err != nil {
		b.Fatal(err)
	}
	best := math.Inf(1)
	for b.Loop() {
		start := time.Now()
		for i := range cases {
			if _, err := base.decide(cases[i].In); err != nil {
				b.Fatal(err)
			}
		}
		best = min(best, float64(time.Since(start))/float64(len(cases)))
	}
	b.ReportMetric(best, "best-ns")
}
