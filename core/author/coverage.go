package author

import (
	"slices"

	"github.com/goccy/go-json"

	"koujing/core/pack"
)

// Coverage tells which rules, steps and lines of a built pack a run of cases has touched. What nothing has touched is
// what nobody has seen work.
type Coverage struct {
	Rules Reached `json:"rules"` // rules that applied
	Steps Reached `json:"steps"` // steps a talk stood at, track/step; one that only leads on is no place to stand
	Lines Reached `json:"lines"` // lines that were said or held back, track/step/line
}

// Reached counts what was touched of a whole.
type Reached struct {
	Count   int      `json:"count"`
	Total   int      `json:"total"`
	Missing []string `json:"missing"`
	seen    map[string]bool
	order   []string
}

func (r *Reached) add(name string) {
	if _, dup := r.seen[name]; !dup {
		r.seen[name] = false
		r.order = append(r.order, name)
	}
}

func (r *Reached) note(name string) {
	if _, known := r.seen[name]; known {
		r.seen[name] = true
	}
}

func (r *Reached) sum() {
	r.Total, r.Count, r.Missing = len(r.order), 0, []string{}
	for _, name := range r.order {
		if r.seen[name] {
			r.Count++
		} else {
			r.Missing = append(r.Missing, name)
		}
	}
}

// NewCoverage begins a count for a built pack. It is nil if the text is none.
func NewCoverage(built []byte) *Coverage {
	p, err := pack.ParseProgram(built)
	if err != nil {
		return nil
	}
	c := &Coverage{}
	for _, r := range []*Reached{&c.Rules, &c.Steps, &c.Lines} {
		r.seen = map[string]bool{}
	}
	for _, d := range p.Program.Decisions {
		for _, r := range d.Rules {
			c.Rules.add(r.ID)
		}
	}
	for _, t := range p.Tracks {
		for _, s := range t.Steps {
			at := t.ID + "/" + s.ID
			if len(s.Say)+len(s.Ask)+len(s.Replies) > 0 || s.End != "" {
				c.Steps.add(at)
			}
			for _, l := range s.Say {
				c.Lines.add(at + "/" + l.ID)
			}
		}
	}
	c.Sum()
	return c
}

// Note takes a decision into the count.
func (c *Coverage) Note(decision []byte) {
	var d struct {
		Scenario struct {
			ID, Step  string
			Say, Held []struct{ ID string }
		}
		Trace []struct{ Rule string }
	}
	if json.Unmarshal(decision, &d) != nil {
		return
	}
	for _, f := range d.Trace {
		c.Rules.note(f.Rule)
	}
	at := d.Scenario.ID + "/" + d.Scenario.Step
	c.Steps.note(at)
	for _, l := range slices.Concat(d.Scenario.Say, d.Scenario.Held) {
		c.Lines.note(at + "/" + l.ID)
	}
}

// Sum works the counts out.
func (c *Coverage) Sum() {
	c.Rules.sum()
	c.Steps.sum()
	c.Lines.sum()
}
