package author

import (
	"slices"

	"github.com/goccy/go-json"
)

// Coverage tells which rules, rows, steps and lines of a pack a run of cases has touched. What nothing has touched is what
// nobody has seen work.
type Coverage struct {
	Rules Reached `json:"rules"` // rules that applied, of the decisions written as rules
	Rows  Reached `json:"rows"`  // rows of tables that applied
	Steps Reached `json:"steps"` // steps a talk stood at, track/step; one that only leads on is no place to stand
	Lines Reached `json:"lines"` // lines that were said or held back, track/step/line
}

// Reached counts what was touched of a whole.
type Reached struct {
	Count   int      `json:"count"`
	Total   int      `json:"total"`
	Missing []Missed `json:"missing"` // in order of the sources
	seen    map[string]bool
	order   []Missed
}

// Missed is something that nothing has touched, and where it stands.
type Missed struct {
	Name string `json:"name"`
	File string `json:"file"`
	Line int    `json:"line"`
}

// Percent is how much was touched, rounded down: 100 is all. Of nothing, all is touched.
func (r *Reached) Percent() int {
	if r.Total == 0 {
		return 100
	}
	return r.Count * 100 / r.Total
}

func (r *Reached) add(name string, at place) {
	if _, dup := r.seen[name]; !dup {
		r.seen[name] = false
		r.order = append(r.order, Missed{name, at.file, at.line})
	}
}

func (r *Reached) note(name string) {
	if _, known := r.seen[name]; known {
		r.seen[name] = true
	}
}

func (r *Reached) sum() {
	r.Total, r.Count, r.Missing = len(r.order), 0, []Missed{}
	for _, m := range r.order {
		if r.seen[m.Name] {
			r.Count++
		} else {
			r.Missing = append(r.Missing, m)
		}
	}
}

// Coverage begins a count for a pack. It is nil if the pack does not build.
func (w *Workspace) Coverage(src Sources) *Coverage {
	b := w.begin(src)
	b.compile()
	w.kept.forget()
	if b.log.failed() {
		return nil
	}
	c := &Coverage{}
	for _, r := range []*Reached{&c.Rules, &c.Rows, &c.Steps, &c.Lines} {
		r.seen = map[string]bool{}
	}
	for _, d := range b.decisions {
		reached := &c.Rules
		if kindOf(d.at.file) == tableFile {
			reached = &c.Rows
		}
		for _, r := range d.rules {
			reached.add(r.id, r.at)
		}
	}
	for _, t := range b.tracks {
		for i, s := range t.track.Steps {
			step, at := t.id+"/"+s.ID, t.steps[i].at
			if len(s.Say)+len(s.Ask)+len(s.Replies) > 0 || s.End != "" {
				c.Steps.add(step, at)
			}
			for _, l := range s.Say {
				c.Lines.add(step+"/"+l.ID, at)
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
		c.Rows.note(f.Rule)
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
	c.Rows.sum()
	c.Steps.sum()
	c.Lines.sum()
}
