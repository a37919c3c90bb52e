package region

// FindOverlaps calls found for each pair of groups i < j of which two boxes meet, in order of j and then i, until it
// returns false. A group is the boxes of one rule. It reports whether the budget was enough.
func FindOverlaps(groups [][]Box, budget *Budget, found func(i, j int, both Box) bool) bool {
	bounds := make([][]bound, len(groups))
	for i, g := range groups {
		for _, b := range g {
			bounds[i] = append(bounds[i], boundOf(b))
		}
	}
	before := 0
	for j := range groups {
		if !budget.Spend(1 + before*len(groups[j])/8) { // by their bounds most are told apart at once
			return false
		}
		before += len(groups[j])
		for i := range j {
			if both, ok := meeting(groups[i], groups[j], bounds[i], bounds[j]); ok && !found(i, j, both) {
				return true
			}
		}
	}
	return true
}

// bound is the first and the last cell of a box on each axis: most boxes that do not meet are told apart by these.
type bound [][2]int

func boundOf(b Box) bound {
	out := make(bound, len(b))
	for i, s := range b {
		out[i] = [2]int{s.First(), s.Last()}
	}
	return out
}

func (b bound) apart(c bound) bool {
	for i := range b {
		if b[i][1] < c[i][0] || c[i][1] < b[i][0] {
			return true
		}
	}
	return false
}

func meeting(g, h []Box, gb, hb []bound) (Box, bool) {
	for i := range g {
		for j := range h {
			if !gb[i].apart(hb[j]) && g[i].Meets(h[j]) {
				return g[i].And(h[j]), true
			}
		}
	}
	return nil, false
}
