package decision

import "koujing/core/atom"

// forms remembers the lines of the trace as they were written. What fires are a pack's own rules, over and over: each line
// is put together once, and copied from then on.
type forms struct {
	table *atom.Table
	text  []byte
	of    []form // by the rule's atom
}

// form is a line without its subject, from the comma before it to the brace behind it.
type form struct {
	decision, row     atom.ID
	from, subject, to uint32 // in text; to is 0 where there is none yet
}

// find returns the form of a line, nil if it has none: its texts may be the case's own, whose atoms mean something else in the next.
func (c *forms) find(f *Fired) *form {
	if uint64(f.Rule) < uint64(len(c.of)) {
		if x := &c.of[f.Rule]; x.to > 0 {
			if x.decision == f.Decision && x.row == f.Row {
				return x
			}
			return nil // a rule's id in two decisions: the first keeps the place, or the text would grow for ever
		}
	}
	if !c.table.Lasting(f.Rule) || !c.table.Lasting(f.Decision) || !c.table.Lasting(f.Row) {
		return nil
	}
	return c.add(f)
}

func (c *forms) add(f *Fired) *form {
	if n := int(f.Rule) + 1; n > len(c.of) {
		c.of = append(c.of, make([]form, n-len(c.of))...)
	}
	x := &c.of[f.Rule]
	x.decision, x.row, x.from = f.Decision, f.Row, uint32(len(c.text))
	w := writer{dst: c.text, table: c.table}
	w.text(`,{"decision":`, f.Decision)
	w.raw(`,"subject":"`)
	x.subject = uint32(len(w.dst))
	w.text(`","rule":`, f.Rule)
	w.text(`,"row":`, f.Row)
	w.raw(`}`)
	c.text = w.dst
	x.to = uint32(len(c.text))
	return x
}
