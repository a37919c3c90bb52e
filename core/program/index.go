package program

import "koujing/core/atom"

// An index finds the rules of a table that can apply without trying each, by tuple space search, as packet
// classifiers do: rules that test the same inputs for equality form a group, and a group is one hash table keyed by the
// values of those inputs. Asking costs one probe a group, however many rows the table has. Rules that test nothing for
// equality are tried always. The index only filters: it is worked out from the code it leads to, and that code, with all its tests, still decides.
type index struct {
	groups []group
	rest   []int32 // rules in no group
	first  []door  // of every rule
}

// door is the test a rule's code begins with, as far as it is for one value or for any other: where it fails, the code need
// not be entered.
type door struct {
	tested, other bool
	reg           uint16
	value         int64
}

// group is a hash table with open addressing over the rules that test the registers regs.
type group struct {
	regs  []uint16
	cells []cell // power of two
	keys  []int64
	rules []int32
}

// cell is one combination of values and the rules that ask for it, in the table's order.
type cell struct {
	key, first, count int32 // key is an offset into keys, -1 for a free cell
}

const (
	minIndexed = 8  // a smaller table is faster tried row by row
	maxGroups  = 6  // more signatures than this: the rare ones go to the rest
	maxKey     = 16 // registers a group goes by
	maxSpread  = 64 // a rule whose `any of` cells multiply to more keys than this drops the longest

	// Far more than tables have; they keep a load short whatever the program.
	maxLeading    = 64  // instructions looked at for tests
	maxSignatures = 256 // a rule with yet another one is in no group
)

// test is an equality test that a rule's code begins with: the register is one of the values.
type test struct {
	reg    uint16
	values []int64
}

// signed is rules that test the same registers: for every combination of values that one of them asks for, the rule and,
// in keys, the values.
type signed struct {
	regs  []uint16
	rules []int32
	keys  []int64
}

func newIndex(l *Linked, d *decision) *index {
	if len(d.rules) < minIndexed {
		return nil
	}
	x := &index{first: make([]door, len(d.rules))}
	var all []signed
	loose := make([]bool, len(d.rules)) // in no group
	for i := range d.rules {
		x.first[i] = newDoor(l, d.rules[i].entry)
		loose[i] = !sign(&all, int32(i), leadingTests(l, d.rules[i].entry))
	}
	for len(all) > 0 && len(x.groups) < maxGroups {
		most := largest(all)
		x.groups = append(x.groups, newGroup(&all[most]))
		all = append(all[:most], all[most+1:]...)
	}
	for i := range all {
		for _, rule := range all[i].rules {
			loose[rule] = true
		}
	}
	for i, is := range loose {
		if is {
			x.rest = append(x.rest, int32(i))
		}
	}
	return x
}

// sign puts a rule with those that test the same registers, and reports whether it could: it has to test some, and there
// must not be too many kinds.
func sign(all *[]signed, rule int32, tests []test) bool {
	if len(tests) == 0 {
		return false
	}
	s := bySignature(all, tests)
	if s == nil {
		return false
	}
	s.spread(rule, tests)
	return true
}

// largest is the kind with the most rules.
func largest(all []signed) int {
	most := 0
	for i := range all {
		if len(all[i].rules) > len(all[most].rules) {
			most = i
		}
	}
	return most
}

func newDoor(l *Linked, pc int32) door {
	in := &l.code[pc]
	if shapes[in.Op].jump && l.code[in.D].Op != OpReturn {
		return door{}
	}
	switch in.Op {
	case OpJumpNeInt:
		return door{tested: true, reg: in.A, value: int64(in.C)}
	case OpJumpEqInt:
		return door{tested: true, other: true, reg: in.A, value: int64(in.C)}
	case OpJumpGiven:
		return door{tested: true, reg: in.A, value: atom.Null}
	case OpJumpNull:
		return door{tested: true, other: true, reg: in.A, value: atom.Null}
	}
	return door{}
}

// closed reports whether the test fails.
func (d *door) closed(f *Frame) bool {
	return d.tested && (f[d.reg&(FrameSize-1)] == d.value) == d.other
}

// bySignature finds the rules that test the same registers as tests does, nil if there are too many kinds.
func bySignature(all *[]signed, tests []test) *signed {
next:
	for i := range *all {
		s := &(*all)[i]
		if len(s.regs) != len(tests) {
			continue
		}
		for j, t := range tests {
			if s.regs[j] != t.reg {
				continue next
			}
		}
		return s
	}
	if len(*all) == maxSignatures {
		return nil
	}
	regs := make([]uint16, len(tests))
	for j, t := range tests {
		regs[j] = t.reg
	}
	*all = append(*all, signed{regs: regs})
	return &(*all)[len(*all)-1]
}

// leadingTests reads the equality tests a rule's code begins with. Only tests that cannot fail may be passed over, so
// that a rule the index leaves out is one that would have said no without an error.
func leadingTests(l *Linked, pc int32) []test {
	var tests []test
	add := func(reg uint16, values []int64) { // in the registers' order, so that a signature has one spelling
		at := 0
		for at < len(tests) && tests[at].reg < reg {
			at++
		}
		if len(tests) == maxKey || at < len(tests) && tests[at].reg == reg {
			return
		}
		tests = append(tests, test{})
		copy(tests[at+1:], tests[at:])
		tests[at] = test{reg, values}
	}
	end := min(int(pc)+maxLeading, len(l.code))
	for no := int32(-1); int(pc) < end; pc++ {
		in := &l.code[pc]
		if !shapes[in.Op].jump || in.Op == OpFor || in.Op == OpJump {
			break
		}
		if no < 0 {
			no = in.D
		}
		if in.D != no || l.code[no].Op != OpReturn {
			break // a jump elsewhere than to the rule's own end: an `or`
		}
		switch in.Op {
		case OpJumpNeInt:
			add(in.A, []int64{int64(in.C)})
		case OpJumpNotIn:
			if set := l.sets[in.C]; len(set) <= maxSpread {
				add(in.A, set)
			}
		}
	}
	for product(tests) > maxSpread {
		longest := 0
		for i := range tests {
			if len(tests[i].values) > len(tests[longest].values) {
				longest = i
			}
		}
		tests = append(tests[:longest], tests[longest+1:]...)
	}
	return tests
}

// product is how many combinations of values there are, as far as that is not too many.
func product(tests []test) int {
	n := 1
	for i := range tests {
		n *= len(tests[i].values)
		if n > maxSpread {
			return n
		}
	}
	return n
}

// spread enters a rule under every combination of the values it accepts.
func (s *signed) spread(rule int32, tests []test) {
	for n := range product(tests) {
		for _, t := range tests { // n, read as a number whose digits choose the values
			s.keys = append(s.keys, t.values[n%len(t.values)])
			n /= len(t.values)
		}
		s.rules = append(s.rules, rule)
	}
}

// key is the values that rule number i is entered under.
func (s *signed) key(i int) []int64 { return s.keys[i*len(s.regs) : (i+1)*len(s.regs)] }

// newGroup makes the hash table: first the keys and how many rules each has, then the rules, in order.
func newGroup(s *signed) group {
	g := group{regs: s.regs, keys: make([]int64, 0, len(s.keys)), rules: make([]int32, len(s.rules))}
	size := 8
	for size < 2*len(s.rules) {
		size *= 2
	}
	g.cells = make([]cell, size)
	for i := range g.cells {
		g.cells[i].key = -1
	}
	for i := range s.rules {
		g.count(s.key(i))
	}
	at := int32(0)
	for i := range g.cells {
		c := &g.cells[i]
		c.first, at = at, at+c.count
		c.count = 0
	}
	for i, rule := range s.rules {
		c := g.cell(s.key(i))
		g.rules[c.first+c.count] = rule
		c.count++
	}
	return g
}

// count notes one more rule under a key.
func (g *group) count(key []int64) {
	c := g.cell(key)
	if c.key < 0 {
		c.key = int32(len(g.keys))
		g.keys = append(g.keys, key...)
	}
	c.count++
}

// cell is where a key is, or where it would be.
func (g *group) cell(key []int64) *cell {
	h := uint64(seed)
	for _, v := range key {
		h = mix(h, v)
	}
next:
	for at := int(h) & (len(g.cells) - 1); ; at = (at + 1) & (len(g.cells) - 1) {
		c := &g.cells[at]
		if c.key < 0 {
			return c
		}
		for i, v := range key {
			if g.keys[int(c.key)+i] != v {
				continue next
			}
		}
		return c
	}
}

const seed = 0x9e3779b97f4a7c15

// mix folds a value into a hash (a round of splitmix64).
func mix(h uint64, v int64) uint64 {
	h = (h ^ uint64(v)) * 0xbf58476d1ce4e5b9
	return h ^ h>>29
}

// find returns the rules of the group that the frame's values admit, in order.
func (g *group) find(f *Frame) []int32 {
	var key [maxKey]int64
	for i, reg := range g.regs {
		key[i] = f[reg&(FrameSize-1)]
	}
	c := g.cell(key[:len(g.regs)])
	if c.key < 0 {
		return nil
	}
	return g.rules[c.first : c.first+c.count]
}

// runIndexed tries the rules that the index admits, in the table's order: a merge of a few sorted lists, which is soon one.
func (m *Machine) runIndexed(cur *decision) int32 {
	x := cur.index
	var heads [maxGroups + 1][]int32 // those that are not empty
	n := 0
	for i := range x.groups {
		if heads[n] = x.groups[i].find(&m.Frame); len(heads[n]) > 0 {
			n++
		}
	}
	if heads[n] = x.rest; len(heads[n]) > 0 {
		n++
	}
	for n > 1 {
		best := 0
		for i := 1; i < n; i++ {
			if heads[i][0] < heads[best][0] {
				best = i
			}
		}
		if pc, done := m.try(cur, heads[best][0]); done {
			return pc
		}
		if heads[best] = heads[best][1:]; len(heads[best]) == 0 {
			n--
			heads[best] = heads[n]
		}
	}
	for _, r := range heads[0] {
		if pc, done := m.try(cur, r); done {
			return pc
		}
	}
	return 0
}

// try runs a rule, unless its first test already says no, and reports whether the decision is done.
func (m *Machine) try(cur *decision, r int32) (pc int32, done bool) {
	if cur.index.first[r].closed(&m.Frame) {
		return 0, false
	}
	pc = m.run(cur.rules[r].entry)
	return pc, m.fault != NoFault || cur.hit == First && len(m.hits) > 0
}
