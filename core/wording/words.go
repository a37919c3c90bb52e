package wording

import "bytes"

// walk goes through the words a check is about, from left to right: where two overlap the one that begins first, then
// the longer one (咱们 is one word, not also 咱). Words inside an exception do not count.
type walk struct {
	c     *Checker
	k     *check
	at    int32
	last  int32 // the hit that next returned
	turn  int32
	taken int32 // up to here the text belongs to a word or to an exception
}

func (c *Checker) walk(k *check) walk { return walk{c: c, k: k, at: k.first, turn: -1} }

// next is the next word, nil at the end.
func (w *walk) next() *hit {
	for w.at >= 0 {
		h := &w.c.hits[w.at]
		w.last, w.at = w.at, h.next
		g := &w.k.groups[h.group]
		if h.turn != w.turn {
			w.turn, w.taken = h.turn, 0
		}
		switch {
		case g.role == isPart:
		case g.role == isExcept:
			w.taken = max(w.taken, h.to)
		case h.from < w.taken:
		case g.Alone && !alone(w.c.turns[h.turn].Text, int(h.start), int(h.end)):
		default:
			w.taken = h.to
			return h
		}
	}
	return nil
}

// alone reports whether text[start:end] is a clause of its own, or repeated at once: 对 as a filler, not in 对于 (LNG-03).
func alone(text []byte, start, end int) bool {
	word := text[start:end]
	if bytes.HasPrefix(text[end:], word) || bytes.HasSuffix(text[:start], word) {
		return true
	}
	return (start == 0 || parts(text[before(text, start):])) && (end == len(text) || parts(text[end:]))
}

// before is where the code point before a place begins.
func before(text []byte, at int) int {
	at--
	for at > 0 && text[at]&0xc0 == 0x80 {
		at--
	}
	return at
}

// clauseMarks part a sentence into clauses.
const clauseMarks = "，。！？；：、…,.!?;:~～—\"“”‘’（）()\n\r\t "

// parts reports whether text, which is not empty, begins with a mark between clauses.
func parts(text []byte) bool {
	if text[0] >= 0xe4 && text[0] <= 0xe9 { // U+4000 and on: no mark is there
		return false
	}
	for i := 0; i < len(clauseMarks); {
		n := size(clauseMarks[i])
		if begins(text, clauseMarks[i:i+n]) {
			return true
		}
		i += n
	}
	return false
}

// overused counts each group of words over the whole call (LNG-01 to LNG-05). There is one finding a group, where the
// word was said last: the place that a draft can still be changed at.
func (c *Checker) overused(i int, k *check) {
	c.tally = c.tally[:0]
	for range k.groups {
		c.tally = append(c.tally, tally{})
	}
	w := c.walk(k)
	for h := w.next(); h != nil; h = w.next() {
		t := &c.tally[h.group]
		t.count++
		t.last = w.last
	}
	for g := range c.tally {
		t, limit := &c.tally[g], k.groups[g].Limit
		if limit < 0 {
			limit = k.Limit
		}
		if t.count == 0 || t.count < limit {
			continue
		}
		f := c.report(i, g, &c.hits[t.last])
		f.Count, f.Limit, f.Reached = t.count, limit, t.count == limit
	}
}

// phrase finds words that must not be said; if the check has parts, not without one of them: in the same text, earlier in
// the call, or anywhere in it. With a limit the first ones pass.
func (c *Checker) phrase(i int, k *check) {
	const inText, earlier, inCall = 0, 1, 2
	first := c.mark(i, k)
	needs := false
	for g := range k.groups {
		needs = needs || k.groups[g].role == isPart
	}
	count := int64(0)
	w := c.walk(k)
	for h := w.next(); h != nil; h = w.next() {
		if needs {
			switch k.mode {
			case inText:
				if c.marks[h.turn] == int32(i+1) {
					continue
				}
				c.marks[h.turn] = int32(i + 1) // once a text
			case earlier:
				if first != nil && (first.turn < h.turn || first.turn == h.turn && first.from < h.from) {
					continue
				}
			case inCall:
				if first != nil {
					continue
				}
			}
		}
		if count++; count <= k.Limit {
			continue
		}
		f := c.report(i, int(h.group), h)
		if k.Limit >= 0 {
			f.Count, f.Limit = count, k.Limit
		}
	}
}

// partsOf goes through the parts of a check that stand apart from its words and exceptions: 可以 in 不可以 is none.
type partsOf struct {
	c       *Checker
	k       *check
	at      int32
	turn    int32
	covered int32
}

func (c *Checker) partsOf(k *check) partsOf { return partsOf{c: c, k: k, at: k.first, turn: -1} }

// next is the next part in a text up to turn, nil if there is none.
func (p *partsOf) next(turn int32) *hit {
	for p.at >= 0 && p.c.hits[p.at].turn <= turn {
		h := &p.c.hits[p.at]
		p.at = h.next
		if h.turn != p.turn {
			p.turn, p.covered = h.turn, 0
		}
		if p.k.groups[h.group].role != isPart {
			p.covered = max(p.covered, h.to)
		} else if h.from >= p.covered {
			return h
		}
	}
	return nil
}

// mark marks the texts in which a check has one of its parts, and returns the first of these.
func (c *Checker) mark(i int, k *check) (first *hit) {
	p := c.partsOf(k)
	for h := p.next(int32(len(c.turns))); h != nil; h = p.next(int32(len(c.turns))) {
		c.marks[h.turn] = int32(i + 1)
		if first == nil {
			first = h
		}
	}
	return first
}

// structure wants the parts of a message in their order wherever one of the check's words stands: a refusal has an
// apology, a reason, a way out (LNG-12). The first part that is missing, or in the wrong place, is told.
func (c *Checker) structure(i int, k *check) {
	w, p := c.walk(k), c.partsOf(k)
	done := int32(-1)
	for h := w.next(); h != nil; h = w.next() {
		if h.turn == done {
			continue
		}
		done = h.turn
		part, behind := 0, int32(0)
		for q := p.next(h.turn); q != nil; q = p.next(h.turn) {
			if q.turn == h.turn && k.groups[q.group].part == part && q.from >= behind {
				part, behind = part+1, q.to
			}
		}
		for g := range k.groups {
			if k.groups[g].role == isPart && k.groups[g].part == part {
				c.report(i, g, h)
			}
		}
	}
}

// answered wants a part in the agent's next turn after the customer said one of the words (LNG-09).
func (c *Checker) answered(i int, k *check) {
	c.mark(i, k)
	w := c.walk(k)
	h := w.next()
	for h != nil {
		answer := int(h.turn) + 1
		for answer < len(c.turns) && !c.turns[answer].Agent {
			answer++
		}
		if answer < len(c.turns) && c.marks[answer] != int32(i+1) {
			c.report(i, int(h.group), h)
		}
		for h != nil && int(h.turn) < answer { // one answer does for all he said before it
			h = w.next()
		}
	}
}

// opening wants a part in the first sentence that the agent says (LNG-17).
func (c *Checker) opening(i int, k *check) {
	turn := 0
	for turn < len(c.turns) && !c.turns[turn].Agent {
		turn++
	}
	if turn == len(c.turns) || !k.looksAt(&c.turns[turn], isWord) {
		return
	}
	text, end, runes := c.turns[turn].Text, 0, int32(0)
	for end < len(text) && !closes(text[end:]) {
		end += size(text[end])
		runes++
	}
	for at := k.first; at >= 0; at = c.hits[at].next {
		if h := &c.hits[at]; int(h.turn) == turn && h.from < runes && k.groups[h.group].role == isPart {
			return
		}
	}
	if runes > 0 {
		c.add(Finding{Check: i, Group: -1, Turn: turn, To: runes, End: int32(end), Count: -1, Limit: -1})
	}
}

// closes reports whether text begins with the end of a sentence.
func closes(text []byte) bool {
	return begins(text, "。") || begins(text, "！") || begins(text, "？") || text[0] == '!' || text[0] == '?' || text[0] == '\n'
}

// length finds a draft that is too long (LNG-11); the span is what is too much.
func (c *Checker) length(i int, k *check) {
	for turn := range c.turns {
		t := &c.turns[turn]
		if !k.looksAt(t, isWord) || int64(t.runes) <= k.Limit {
			continue
		}
		at := 0
		for range k.Limit {
			at += size(t.Text[at])
		}
		c.add(Finding{Check: i, Group: -1, Turn: turn, From: int32(k.Limit), To: t.runes, Start: int32(at), End: int32(len(t.Text)), Count: int64(t.runes), Limit: k.Limit})
	}
}

// share compares how much the agent has said with the whole call, in percent of the code points (LNG-33), once enough
// was said for it to mean something, and where the customer's words are there to compare with.
func (c *Checker) share(i int, k *check) {
	agent, all := int64(0), int64(0)
	for turn := range c.turns {
		if t := &c.turns[turn]; !t.Draft {
			all += int64(t.runes)
			if t.Agent {
				agent += int64(t.runes)
			}
		}
	}
	if agent == all || all < k.Least || 100*agent <= k.Limit*all {
		return
	}
	c.add(Finding{Check: i, Group: -1, Turn: -1, From: -1, Count: 100 * agent / all, Limit: k.Limit})
}
