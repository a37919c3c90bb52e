// Package wording checks what the agent says and what he is about to say: words that wear a customer down, promises
// nobody can keep, amounts that are not those worked out, personal data, blanks that were left open. What to look for
// is the pack's; this package knows the ways of looking.
package wording

import (
	"unicode/utf8"

	"koujing/core/pack"
)

// MaxFindings is how many findings a case has at most; a text may hold thousands. One more, with no check, says that
// there were others.
const MaxFindings = 200

// maxHits bounds the places of words that are remembered for one case.
const maxHits = 1 << 17

// Turn is something said, or the draft.
type Turn struct {
	Text  []byte
	Agent bool
	Draft bool

	runes  int32
	digits bool // has some
}

// Facts is what the checks ask about the case.
type Facts interface {
	Holds(expr int32) bool         // a condition of the pack
	Amounts(exprs []int32) []int64 // in ascending order: what was worked out, stands in the case, or is one of exprs
}

// Finding is one thing found. Check counts in the pack's checks, -1 for the one that says there are more; Group in the
// check's groups, -1 if it is about the check as a whole.
type Finding struct {
	Check, Group int
	Reached      bool // of a counter: the limit is reached, not passed
	Turn         int  // -1 for the call as a whole
	From, To     int32
	Start, End   int32 // the same in bytes
	Count, Limit int64 // -1: nothing was counted, no limit
}

type kind uint8

const (
	overused  kind = iota // words said too often
	phrase                // words that must not be said, or not without others
	structure             // a message that has to have parts, in order
	answered              // words of the customer that want an answer
	opening               // words that belong into the first sentence
	amount                // amounts in yuan
	number                // numbers of persons
	blank                 // places left open
	length                // a draft that is too long
	share                 // how much of the call the agent talks
	numKinds
)

// Kinds names the kinds of checks, as a pack does.
var Kinds = [numKinds]string{"overused", "phrase", "structure", "answered", "opening", "amount", "number", "blank", "length", "share"}

// Modes are the ways of a kind that has several; the first is what a check does that names none.
var Modes = [numKinds][]string{
	phrase: {"text", "before", "call"}, // where the words that make it right have to be
	number: {"mobile", "identity", "bank_card", "identity_like"},
}

type role uint8

const (
	isWord role = iota
	isExcept
	isPart
)

var roles = [...]string{pack.RoleWord, pack.RoleExcept, pack.RolePart}

// check is a pack's check, ready for use.
type check struct {
	*pack.Check
	kind   kind
	mode   int
	groups []group
	first  int32 // its hits, a chain in the order of the texts; -1
	last   int32
}

type group struct {
	*pack.WordGroup
	role role
	part int // of a structure: which one in order
}

// hit is a place where a word of a check stands.
type hit struct {
	group      int32
	turn       int32
	from, to   int32 // in code points
	start, end int32 // in bytes
	next       int32
}

// Checker looks texts through for a pack's checks. It is reused from one case to the next.
type Checker struct {
	checks  []check
	uses    []use
	lexicon lexicon

	turns    []Turn
	hits     []hit
	marks    []int32 // by turn: the last check, plus one, that has a part in it
	tally    []tally // by group of the check at work
	amounts  []int64 // that may be spoken
	findings []Finding
	more     int64
}

type tally struct {
	count int64
	last  int32 // hit
}

// New makes a checker of a pack's checks, nil if one of them is of no kind that this engine knows.
func New(checks []pack.Check) *Checker {
	c := &Checker{checks: make([]check, len(checks))}
	words := 0
	for i := range checks {
		words++
		for g := range checks[i].Groups {
			words += len(checks[i].Groups[g].Words)
		}
	}
	c.uses = make([]use, 0, words)
	for i := range checks {
		if !c.take(int32(i), &checks[i]) {
			return nil
		}
	}
	c.lexicon = newLexicon(c.uses)
	return c
}

// take makes the check of number i ready, and reports whether it is one.
func (c *Checker) take(i int32, src *pack.Check) bool {
	k := &c.checks[i]
	*k = check{Check: src, kind: kind(find(Kinds[:], src.Kind)), groups: make([]group, len(src.Groups))}
	if k.kind >= numKinds {
		return false
	}
	k.mode = max(0, find(Modes[k.kind], src.Mode))
	parts := 0
	for g := range src.Groups {
		to := &k.groups[g]
		*to = group{WordGroup: &src.Groups[g], role: role(find(roles[:], src.Groups[g].Role)), part: parts}
		if int(to.role) >= len(roles) || !c.use(i, int32(g), src.Groups[g].Words) {
			return false
		}
		if to.role == isPart {
			parts++
		}
	}
	if k.kind == blank && len(k.groups) > 0 {
		c.uses = append(c.uses, use{placeholder, i, 0})
	}
	return true
}

// use notes what a group's words are to a check, and reports whether they are words. The loop is kept out of line: a jump back
// counts for V8 by the length of its function, and what has counted enough is optimised while a page waits.
//
//go:noinline
func (c *Checker) use(check, group int32, words []string) bool {
	for _, text := range words {
		if text == "" {
			return false
		}
		c.uses = append(c.uses, use{text, check, group})
	}
	return true
}

// find is the number of a name, -1 if it is none of names.
func find(names []string, name string) int {
	for i := range names {
		if names[i] == name {
			return i
		}
	}
	return -1
}

// Empty reports whether there is nothing to check for.
func (c *Checker) Empty() bool { return len(c.checks) == 0 }

// Begin makes the checker ready for the next case.
func (c *Checker) Begin() {
	c.turns = c.turns[:0]
}

// Add hands the checker the next text of the call. Text is used until the findings are.
func (c *Checker) Add(t Turn) {
	c.turns = append(c.turns, t)
}

// Find works the checks out. Findings stand in the order of the pack's checks, then of the texts. The slice is valid
// until the next call.
func (c *Checker) Find(facts Facts) []Finding {
	c.hits, c.findings, c.more = c.hits[:0], c.findings[:0], 0
	for i := range c.checks {
		c.checks[i].first, c.checks[i].last = -1, -1
	}
	c.marks = c.marks[:0]
	for i := range c.turns {
		c.marks = append(c.marks, 0)
		c.scan(int32(i))
	}
	if len(c.hits) == maxHits {
		c.more++
	}
	for i := range c.checks {
		c.run(i, facts)
	}
	if c.more > 0 {
		c.findings = append(c.findings, Finding{Check: -1, Group: -1, Turn: -1, From: -1, Count: MaxFindings + c.more, Limit: MaxFindings})
	}
	return c.findings
}

// scan finds the words of all checks in one text and counts its code points.
func (c *Checker) scan(turn int32) {
	t := &c.turns[turn]
	t.runes, t.digits = 0, false
	for at := 0; at < len(t.Text); t.runes++ {
		t.digits = t.digits || digitAt(t.Text, at) >= 0
		for w := c.lexicon.longest(t.Text[at:]); w >= 0; w = c.lexicon.words[w].parent {
			found := &c.lexicon.words[w]
			for _, u := range c.uses[found.first:found.last] {
				c.hit(u, turn, at, found)
			}
		}
		at += size(t.Text[at])
	}
}

// size is how many bytes a code point takes that begins with b.
func size(b byte) int {
	switch {
	case b < utf8.RuneSelf:
		return 1
	case b < 0xe0:
		return 2
	case b < 0xf0:
		return 3
	}
	return 4
}

func (c *Checker) hit(u use, turn int32, at int, w *word) {
	k, t := &c.checks[u.check], &c.turns[turn]
	g := &k.groups[u.group]
	if !k.looksAt(t, g.role) || len(c.hits) >= maxHits {
		return
	}
	n := int32(len(c.hits))
	c.hits = append(c.hits, hit{group: u.group, turn: turn, from: t.runes, to: t.runes + w.runes, start: int32(at), end: int32(at + len(w.text)), next: -1})
	if k.last >= 0 {
		c.hits[k.last].next = n
	} else {
		k.first = n
	}
	k.last = n
}

// looksAt reports whether a check cares for words of that role in a text.
func (k *check) looksAt(t *Turn, r role) bool {
	if k.kind == answered && r != isPart {
		return !t.Agent
	}
	if !t.Agent {
		return false
	}
	return r == isPart || (t.Draft && k.Draft) || (!t.Draft && k.Said)
}

// applies asks for the conditions of a check.
func (k *check) applies(facts Facts) bool {
	return (k.When < 0 || facts.Holds(k.When)) && (k.Unless < 0 || !facts.Holds(k.Unless))
}

// run works out one check. Those that go by words are done with at once where none was found.
func (c *Checker) run(i int, facts Facts) {
	k := &c.checks[i]
	if (k.kind < opening || k.kind == blank) && k.first < 0 || !k.applies(facts) {
		return
	}
	switch k.kind {
	case overused:
		c.overused(i, k)
	case phrase:
		c.phrase(i, k)
	case structure:
		c.structure(i, k)
	case answered:
		c.answered(i, k)
	case opening:
		c.opening(i, k)
	case length:
		c.length(i, k)
	case share:
		c.share(i, k)
	default:
		if k.kind == amount {
			c.amounts = facts.Amounts(k.Amounts)
		}
		s := scanner{c: c, k: k, check: i, hit: k.first}
		for t := range c.turns {
			if turn := &c.turns[t]; k.looksAt(turn, isWord) {
				s.turn, s.text, s.at, s.runes = t, turn.Text, 0, 0
				s.look(turn.digits)
			}
		}
	}
}

// report adds a finding at a hit.
func (c *Checker) report(check, group int, h *hit) *Finding {
	return c.add(Finding{Check: check, Group: group, Turn: int(h.turn), From: h.from, To: h.to, Start: h.start, End: h.end, Count: -1, Limit: -1})
}

func (c *Checker) add(f Finding) *Finding {
	if len(c.findings) >= MaxFindings {
		c.more++
		return &Finding{}
	}
	c.findings = append(c.findings, f)
	return &c.findings[len(c.findings)-1]
}
