package program

import "slices"

// An index finds the rules of a table that can apply without trying each, by tuple space search, as packet
// classifiers do: rules that test the same inputs for equality form a group, and a group is one hash table keyed by the
// values of those inputs. Asking costs one probe a group, however many rows the table has. Rules that test nothing for
// equality are tried always. The index only filters: it is worked out from the code it leads to, and that code, with all its tests, still decides.
type index struct {
	groups []group
	rest   []int32 // rules in no group
}

// group is a hash table with open addressing over the rules that test the registers regs.
type group struct {
	regs  []uint16
	cells []cell // power of two
	keys  []int64
	rules []int32
}

type cell struct {
	key, first, count int32 // key is an offset into keys, -1 for a free cell
}

const (
	minIndexed = 8  // a smaller table is faster tried row by row
	maxGroups  = 6  // more signatures than this: the rare ones go to the rest
	maxSpread  = 64 // a rule whose `any of` cells multiply to more keys than this drops the longest
)

// test is an equality test that a rule's code begins with: the register is one of the values.
type test struct {
	reg    uint16
	values []int64
}

type keyed struct {
	rule int32
	key  []int64
}

func newIndex(l *Linked, d *decision) *index {
	if len(d.rules) < minIndexed {
		return nil
	}
	x := &index{}
	bySignature := map[string][]keyed{} // at load only; never iterated
	var signatures []string
	for i := range d.rules {
		tests := leadingTests(l, d.rules[i].entry)
		if len(tests) == 0 {
			x.rest = append(x.rest, int32(i))
			continue
		}
		sig := signature(tests)
		if _, seen := bySignature[sig]; !seen {
			signatures = append(signatures, sig)
		}
		bySignature[sig] = append(bySignature[sig], spread(int32(i), tests)...)
	}
	slices.SortStableFunc(signatures, func(a, b string) int { return len(bySignature[b]) - len(bySignature[a]) })
	for i, sig := range signatures {
		if i >= maxGroups {
			for _, k := range bySignature[sig] {
				x.rest = append(x.rest, k.rule)
			}
			continue
		}
		x.groups = append(x.groups, newGroup(sig, bySignature[sig]))
	}
	slices.Sort(x.rest)
	x.rest = slices.Compact(x.rest)
	return x
}

// leadingTests reads the equality tests a rule's code begins with. Only tests that cannot fail may be passed over, so
// that a rule the index leaves out is one that would have said no without an error.
func leadingTests(l *Linked, pc int32) []test {
	var tests []test
	add := func(reg uint16, values []int64) {
		for _, t := range tests {
			if t.reg == reg {
				return
			}
		}
		tests = append(tests, test{reg, values})
	}
	for no := int32(-1); int(pc) < len(l.code); pc++ {
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
	slices.SortFunc(tests, func(a, b test) int { return int(a.reg) - int(b.reg) })
	for product(tests) > maxSpread {
		longest := 0
		for i := range tests {
			if len(tests[i].values) > len(tests[longest].values) {
				longest = i
			}
		}
		tests = slices.Delete(tests, longest, longest+1)
	}
	return tests
}

func product(tests []test) int {
	n := 1
	for _, t := range tests {
		n *= max(1, len(t.values))
		if n > maxSpread {
			return n
		}
	}
	return n
}

// signature is the registers of tests, as a key of a map.
func signature(tests []test) string {
	var b []byte
	for _, t := range tests {
		b = append(b, byte(t.reg>>8), byte(t.reg))
	}
	return string(b)
}

// spread gives a rule one key for every combination of the values it accepts.
func spread(rule int32, tests []test) []keyed {
	keys := []keyed{{rule: rule}}
	for _, t := range tests {
		var next []keyed
		for _, k := range keys {
			for _, v := range t.values {
				next = append(next, keyed{rule, append(slices.Clone(k.key), v)})
			}
		}
		keys = next
	}
	return keys
}

func newGroup(sig string, rules []keyed) group {
	g := group{}
	for i := 0; i < len(sig); i += 2 {
		g.regs = append(g.regs, uint16(sig[i])<<8|uint16(sig[i+1]))
	}
	slices.SortStableFunc(rules, func(a, b keyed) int {
		if c := slices.Compare(a.key, b.key); c != 0 {
			return c
		}
		return int(a.rule - b.rule)
	})
	size := 8
	for size < 2*len(rules) {
		size *= 2
	}
	g.cells = make([]cell, size)
	for i := range g.cells {
		g.cells[i].key = -1
	}
	for i := 0; i < len(rules); {
		j := i
		c := cell{key: int32(len(g.keys)), first: int32(len(g.rules))}
		for ; j < len(rules) && slices.Equal(rules[j].key, rules[i].key); j++ {
			g.rules = append(g.rules, rules[j].rule)
		}
		c.count = int32(j - i)
		g.keys = append(g.keys, rules[i].key...)
		h := uint64(seed)
		for _, v := range rules[i].key {
			h = mix(h, v)
		}
		at := int(h) & (size - 1)
		for g.cells[at].key >= 0 {
			at = (at + 1) & (size - 1)
		}
		g.cells[at] = c
		i = j
	}
	return g
}

const seed = 0x9e3779b97f4a7c15

// mix folds a value into a hash (a round of splitmix64).
func mix(h uint64, v int64) uint64 {
	h = (h ^ uint64(v)) * 0xbf58476d1ce4e5b9
	return h ^ h>>29
}

// find returns the rules of the group that the frame's values admit, in order.
func (g *group) find(f *Frame) []int32 {
	h := uint64(seed)
	for _, reg := range g.regs {
		h = mix(h, f[reg&(FrameSize-1)])
	}
	for at := int(h) & (len(g.cells) - 1); ; at = (at + 1) & (len(g.cells) - 1) {
		c := &g.cells[at]
		if c.key < 0 {
			return nil
		}
		same := true
		for i, reg := range g.regs {
			if g.keys[int(c.key)+i] != f[reg&(FrameSize-1)] {
				same = false
				break
			}
		}
		if same {
			return g.rules[c.first : c.first+c.count]
		}
	}
}

// runIndexed tries the rules that the index admits, in the table's order: a merge of a few sorted lists.
func (m *Machine) runIndexed(cur *decision) int32 {
	x := cur.index
	heads := m.heads[:len(x.groups)+1]
	for i := range x.groups {
		heads[i] = x.groups[i].find(&m.Frame)
	}
	heads[len(x.groups)] = x.rest
	for {
		best := -1
		for i, list := range heads {
			if len(list) > 0 && (best < 0 || list[0] < heads[best][0]) {
				best = i
			}
		}
		if best < 0 {
			return 0
		}
		r := heads[best][0]
		heads[best] = heads[best][1:]
		pc := m.run(cur.rules[r].entry)
		if m.fault != NoFault || (cur.hit == First && len(m.hits) > 0) {
			return pc
		}
	}
}
