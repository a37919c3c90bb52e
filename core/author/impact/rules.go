package impact

import "bytes"

// rules compares the traces: which rule fired once, and not the other time, and which fired both times and gave another
// answer. The fen of a rule that is asked about a bill line are those of the line, else those of the case.
func (c *Comparer) rules(ch *Change) {
	l := c.read(inTrace, c.from.at[inTrace], c.to.at[inTrace])
	same := func(a, b *item) bool {
		return bytes.Equal(a.id, b.id) && bytes.Equal(a.state, b.state) && bytes.Equal(a.subject, b.subject)
	}
	match(l, same, func(a, b *item) {
		if c.otherwise(a) {
			c.fired(ch, a, otherwise)
		}
	})
	for side, what := range [2]int{gone, fresh} {
		for i := range l[side] {
			if x := &l[side][i]; !x.matched {
				c.fired(ch, x, what)
				ch.Kinds.add(Rules)
			}
		}
	}
}

func (c *Comparer) fired(ch *Change, x *item, what int) {
	e := c.note(byRule, plain(x.state), plain(x.id))
	first := e.n == [countings]int64{}
	e.n[what] = 1
	if line := c.line(x.subject); line != nil {
		e.perLine = true
		c.move(e, line.delta)
	} else if first {
		c.move(e, ch.delta)
	}
}

// line finds a bill line by its id as written, nil for everything else that a rule may be asked about.
func (c *Comparer) line(id []byte) *item {
	list := c.lists[inRefund][1]
	for i := range list {
		if bytes.Equal(list[i].id, id) {
			return &list[i]
		}
	}
	return nil
}

// otherwise says whether a rule that fired with both packs has changed what became of the case. Where each decision of
// the pack is written to is the contract's; what the core does not know is the operator's own, under results.
func (c *Comparer) otherwise(x *item) bool {
	switch string(x.state) {
	case `"refund.multiplier"`:
		line := c.line(x.subject)
		return line != nil && line.changed
	case `"refund.means"`:
		return c.memberDiffers(inRefund, "means") || c.memberDiffers(inRefund, "means_reason")
	case `"refund.approval"`:
		return c.memberDiffers(inRefund, "approval")
	case `"complaint.severity"`:
		return c.memberDiffers(inComplaint, "severity")
	case `"complaint.next"`:
		return c.memberDiffers(inComplaint, "next")
	case `"complaint.escalate"`:
		return c.memberDiffers(inComplaint, "escalate")
	case `"service.desk"`:
		return c.itemsDiffer(inClocks, func(clock *item) bool { return string(clock.id) == `"desk"` })
	case `"gates"`:
		return c.ofRowDiffer(inGates, x.row)
	case `"refund.tasks"`, `"complaint.tasks"`, `"service.tasks"`:
		return c.ofRowDiffer(inTasks, x.row)
	case `"service.warnings"`, `"wording"`:
		return c.ofRowDiffer(inWarnings, x.row)
	}
	list := c.lists[inResults][1]
	for i := range list {
		if name := x.state; len(name) > 1 && bytes.Equal(list[i].id, name[1:len(name)-1]) {
			return list[i].changed
		}
	}
	return false
}

func (c *Comparer) memberDiffers(section int, name string) bool {
	return c.differs(section) && !bytes.Equal(c.r.value(c.from.at[section], name), c.r.value(c.to.at[section], name))
}

// ofRowDiffer is itemsDiffer for what a rule has added to a list: it stands there under the rule's row. What has none
// can't be told from others.
func (c *Comparer) ofRowDiffer(section int, row []byte) bool {
	return len(row) > 2 && c.itemsDiffer(section, func(x *item) bool { return bytes.Equal(x.row, row) })
}

// itemsDiffer compares those items of a section's lists that are asked for, one by one.
func (c *Comparer) itemsDiffer(section int, wanted func(*item) bool) bool {
	if !c.differs(section) {
		return false
	}
	as, bs := c.lists[section][0], c.lists[section][1]
	next := func(list []item) (first *item, rest []item) {
		for i := range list {
			if wanted(&list[i]) {
				return &list[i], list[i+1:]
			}
		}
		return nil, nil
	}
	for {
		var a, b *item
		a, as = next(as)
		b, bs = next(bs)
		if a == nil || b == nil {
			return a != b
		}
		if !bytes.Equal(a.whole, b.whole) {
			return true
		}
	}
}
