package impact

import "bytes"

// differs says whether a section is another, or is in one of the decisions only.
func (c *Comparer) differs(section int) bool {
	return !bytes.Equal(c.from.at[section], c.to.at[section])
}

// sections compares what stands in both decisions, section by section; those that are the same to the byte need not be
// looked at.
func (c *Comparer) sections(ch *Change) {
	if !bytes.Equal(c.from.status, c.to.status) {
		ch.Kinds.add(Status)
		c.turn(statusTurn, c.from.status, c.to.status)
	}
	for _, s := range []struct {
		section int
		compare func(*Change)
	}{
		{inGates, func(ch *Change) { ch.Kinds.addIf(c.comeAndGo(byGate, inGates), Gates) }},
		{inRefund, c.refund},
		{inComplaint, c.complaint},
		{inClocks, c.clocks},
		{inScenario, c.talk},
		{inWarnings, func(ch *Change) { ch.Kinds.addIf(c.comeAndGo(byWarning, inWarnings), Warnings) }},
		{inTasks, func(ch *Change) { ch.Kinds.addIf(c.comeAndGo(byTask, inTasks), Tasks) }},
		{inCash, func(ch *Change) { ch.Kinds.add(Cash) }},
		{inClose, func(ch *Change) { ch.Kinds.add(Close) }},
		{inResults, c.results},
	} {
		if c.differs(s.section) {
			s.compare(ch)
		}
	}
	c.rules(ch)
}

// note finds the entry of a row of the report, or begins it.
func (c *Comparer) note(g group, a, b []byte) *entry {
	entries := c.change.entries
	for i := range entries {
		if e := &entries[i]; e.group == g && bytes.Equal(e.a, a) && bytes.Equal(e.b, b) {
			return e
		}
	}
	c.change.entries = append(entries, entry{group: g, a: a, b: b})
	return &c.change.entries[len(entries)]
}

// turn notes that something was one thing and is another.
func (c *Comparer) turn(g group, from, to []byte) {
	if !bytes.Equal(from, to) {
		c.note(g, plain(from), plain(to)).n[cases] = 1
	}
}

// match pairs the items of two lists that same holds for. Lists are nearly in the same order, so the search begins where
// the last one ended.
func match(lists *[2][]item, same func(a, b *item) bool, pair func(a, b *item)) {
	as, bs := lists[0], lists[1]
	next := 0
	for i := range as {
		for n := range bs {
			at := next + n
			if at >= len(bs) {
				at -= len(bs)
			}
			if !bs[at].matched && same(&as[i], &bs[at]) {
				as[i].matched, bs[at].matched = true, true
				next = at + 1
				pair(&as[i], &bs[at])
				break
			}
		}
	}
}

func sameID(a, b *item) bool { return bytes.Equal(a.id, b.id) }

// read reads both lists of a section.
func (c *Comparer) read(section int, from, to []byte) *[2][]item {
	l := &c.lists[section]
	l[0], l[1] = c.r.items(l[0], from), c.r.items(l[1], to)
	return l
}

// comeAndGo compares two lists by what identifies their items, and says whether more than words differs.
func (c *Comparer) comeAndGo(g group, section int) (differ bool) {
	l := c.read(section, c.from.at[section], c.to.at[section])
	match(l, sameID, func(a, b *item) {
		if !bytes.Equal(a.due, b.due) {
			c.note(g, plain(a.id), nil).n[moved] = 1
			differ = true
		}
	})
	for side, what := range [2]int{gone, fresh} {
		for i := range l[side] {
			if x := &l[side][i]; !x.matched {
				c.note(g, plain(x.id), nil).n[what] = 1
				differ = true
			}
		}
	}
	return differ
}

func (c *Comparer) refund(ch *Change) {
	from, to := c.from.at[inRefund], c.to.at[inRefund]
	before := ch.Kinds
	for i, k := range [amounts]Kind{pay: Pay, total: Total, preview: Preview} {
		ch.Kinds.addIf(ch.delta[i] != 0, k)
	}
	if a, b := c.r.value(from, "status"), c.r.value(to, "status"); !bytes.Equal(a, b) {
		ch.Kinds.add(RefundStatus)
		c.turn(refundTurn, a, b)
	}
	if a, b := c.r.value(from, "means"), c.r.value(to, "means"); !bytes.Equal(a, b) {
		ch.Kinds.add(Means)
		c.turn(meansTurn, a, b)
	}
	if a, b := c.r.value(from, "approval"), c.r.value(to, "approval"); !bytes.Equal(a, b) {
		a, b = c.rung(a, "rung"), c.rung(b, "rung")
		ch.Kinds.addIf(!bytes.Equal(a, b), Approval)
		c.turn(approvalTurn, a, b)
	}
	ch.Kinds.addIf(!bytes.Equal(c.r.value(from, "due_by"), c.r.value(to, "due_by")), RefundDue)
	c.lines()
	ch.Kinds.addIf(ch.Kinds == before, RefundOther)
}

var noRung = []byte("0")

// rung is a member of an object that may be null: 0 then.
func (c *Comparer) rung(object []byte, name string) []byte {
	if r := c.r.value(object, name); r != nil {
		return r
	}
	return noRung
}

// lines compares the bill lines, each with its category. Both decisions have the lines of the one case.
func (c *Comparer) lines() {
	l := c.read(inRefund, c.r.value(c.from.at[inRefund], "lines"), c.r.value(c.to.at[inRefund], "lines"))
	match(l, sameID, func(a, b *item) {
		if bytes.Equal(a.whole, b.whole) {
			return
		}
		for i := range amounts {
			b.delta[i] = c.sub(b.sums[i], a.sums[i])
		}
		b.changed = true
		e := c.note(byCategory, c.category(plain(a.id)), nil)
		e.perLine = true
		e.n[cases] = 1
		e.n[lines]++
		c.move(e, b.delta)
	})
}

func (c *Comparer) category(id []byte) []byte {
	for i := range c.who.lines {
		if bytes.Equal(c.who.lines[i].id, id) {
			return c.who.lines[i].category
		}
	}
	return other
}

func (c *Comparer) complaint(ch *Change) {
	from, to := c.from.at[inComplaint], c.to.at[inComplaint]
	before := ch.Kinds
	if a, b := c.r.value(from, "severity"), c.r.value(to, "severity"); !bytes.Equal(a, b) {
		ch.Kinds.add(Severity)
		c.turn(severityTurn, a, b)
	}
	if a, b := c.r.value(from, "escalate"), c.r.value(to, "escalate"); !bytes.Equal(a, b) {
		ch.Kinds.add(Escalation)
		c.turn(escalateTurn, c.rung(a, "to"), c.rung(b, "to"))
	}
	ch.Kinds.addIf(ch.Kinds == before, Complaint)
}

func overdue(x *item) bool { return string(x.state) == `"overdue"` }

func (c *Comparer) clocks(ch *Change) {
	before := ch.Kinds
	set := func(x *item, what int, k Kind) {
		c.note(byClock, plain(x.id), nil).n[what] = 1
		ch.Kinds.add(k)
	}
	l := c.read(inClocks, c.from.at[inClocks], c.to.at[inClocks])
	match(l, sameID, func(a, b *item) {
		// Both times are written at the offset of the case, so that the texts are in the order of the times.
		switch bytes.Compare(b.due, a.due) {
		case -1:
			set(a, earlier, ClockDue)
		case 1:
			set(a, later, ClockDue)
		}
		if overdue(b) && !overdue(a) {
			set(a, breached, ClockBreached)
		}
		if overdue(a) && !overdue(b) {
			set(a, kept, ClockKept)
		}
	})
	for i := range l[0] {
		if x := &l[0][i]; !x.matched {
			set(x, ended, Clocks)
			if overdue(x) {
				set(x, kept, ClockKept)
			}
		}
	}
	for i := range l[1] {
		if x := &l[1][i]; !x.matched {
			set(x, begun, Clocks)
			if overdue(x) {
				set(x, breached, ClockBreached)
			}
		}
	}
	ch.Kinds.addIf(ch.Kinds == before, Clocks)
}

func (c *Comparer) talk(ch *Change) {
	from, to := c.from.at[inScenario], c.to.at[inScenario]
	fromTrack, toTrack := c.r.value(from, "id"), c.r.value(to, "id")
	fromStep, toStep := c.r.value(from, "step"), c.r.value(to, "step")
	switch {
	case !bytes.Equal(fromTrack, toTrack):
		ch.Kinds.add(Track)
	case !bytes.Equal(fromStep, toStep):
		ch.Kinds.add(Step)
	default:
		ch.Kinds.add(Talk)
		return
	}
	c.note(talkTurn, c.place(fromTrack, fromStep), c.place(toTrack, toStep)).n[cases] = 1
}

// place names a step of a talk track, nothing where there is no talk.
func (c *Comparer) place(track, step []byte) []byte {
	if track == nil {
		return nil
	}
	return bytes.Join([][]byte{plain(track), plain(step)}, []byte("/"))
}

func (c *Comparer) results(ch *Change) {
	ch.Kinds.add(Results)
	l := &c.lists[inResults]
	l[0], l[1] = c.r.members(l[0], c.from.at[inResults]), c.r.members(l[1], c.to.at[inResults])
	match(l, sameID, func(a, b *item) {
		if b.changed = !bytes.Equal(a.whole, b.whole); b.changed {
			c.note(byResult, a.id, nil).n[cases] = 1
		}
	})
	for _, list := range l {
		for i := range list {
			if x := &list[i]; !x.matched {
				c.note(byResult, x.id, nil).n[cases] = 1
			}
		}
	}
}
