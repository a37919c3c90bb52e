package region

// Groups are the boxes of rules, a group a rule, to be asked which of them meet.
type Groups struct {
	boxes  [][]Box
	bounds [][]bound
	before []int // how many boxes the groups before one have
}

// NewGroups prepares groups of boxes, which nobody may change any more.
func NewGroups(boxes [][]Box) *Groups {
	g := &Groups{boxes: boxes, bounds: make([][]bound, len(boxes)), before: make([]int, len(boxes))}
	n := 0
	for i, group := range boxes {
		g.before[i] = n
		n += len(group)
		for _, b := range group {
			g.bounds[i] = append(g.bounds[i], boundOf(b))
		}
	}
	return g
}

// Before calls found for each group i < j of which a box meets one of group j, until it returns false. It reports whether
// the budget was enough; if not, there may be more.
func (g *Groups) Before(j int, budget *Budget, found func(i int, both Box) bool) bool {
	if !budget.Spend(1 + g.before[j]*len(g.boxes[j])/8) { // by their bounds most are told apart at once
		return false
	}
	for i := range j {
		both, ok := g.meeting(i, j, budget)
		if !ok {
			return false
		}
		if both != nil && !found(i, both) {
			return true
		}
	}
	return true
}

// meeting is what the first two boxes that meet of two groups have in common, nil if there are none. It reports whether the
// budget was enough.
func (g *Groups) meeting(i, j int, budget *Budget) (Box, bool) {
	for k, b := range g.boxes[i] {
		for l, c := range g.boxes[j] {
			if g.bounds[i][k].apart(g.bounds[j][l]) {
				continue
			}
			if !budget.Spend(1) {
				return nil, false
			}
			if b.Meets(c) {
				return b.And(c), true
			}
		}
	}
	return nil, true
}

// FindOverlaps calls found for each pair of groups i < j of which two boxes meet, in order of j and then i, until it
// returns false. It reports whether the budget was enough.
func FindOverlaps(groups [][]Box, budget *Budget, found func(i, j int, both Box) bool) bool {
	g := NewGroups(groups)
	for j, more := 0, true; more && j < len(groups); j++ {
		if !g.Before(j, budget, func(i int, both Box) bool {
			more = found(i, j, both)
			return more
		}) {
			return false
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
