package program

// Index says how many groups the index of decision d has, and how many rules are in none. Without an index, both are 0.
func (l *Linked) Index(d int) (groups, loose int) {
	if x := l.decisions[d].index; x != nil {
		return len(x.groups), len(x.rest)
	}
	return 0, 0
}

// LinkPlain is Link without all that only saves time.
func LinkPlain(p *Program, s Symbols) (*Linked, *LinkError) { return link(p, s) }

// Wants reports whether decision d is left out while an input is missing.
func (l *Linked) Wants(d int) bool { return l.decisions[d].want.null || l.decisions[d].want.zero }

// WithoutIndex is l with every rule tried in turn.
func (l *Linked) WithoutIndex() *Linked {
	out := *l
	out.decisions = append([]decision(nil), l.decisions...)
	for i := range out.decisions {
		out.decisions[i].index = nil
	}
	return &out
}

// Spent is how much of its budget m has used since Reset.
func (m *Machine) Spent() int { return Budget - m.budget }

// Place is where the hash table of a group with so many cells looks for a key of one value first.
func Place(v int64, cells int) int { return int(mix(seed, v)) & (cells - 1) }

// Program is what m runs.
func (m *Machine) Program() *Linked { return m.prog }
