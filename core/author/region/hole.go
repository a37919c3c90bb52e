package region

// Answer is what a search came to.
type Answer uint8

// The answers. Unknown is said only when the budget is spent.
const (
	Covered Answer = iota
	Hole
	Unknown
)

// FindHole looks for a part of space that no box covers. With Hole comes a box of such points, the first on the way down;
// it is the same for the same boxes in the same order.
func FindHole(space Box, boxes []Box, budget *Budget) (Box, Answer) {
	if space.Empty() {
		return nil, Covered
	}
	s := search{budget: budget, seed: 1}
	return s.hole(space, boxes)
}

type search struct {
	budget *Budget
	seed   uint64
}

// samples are the points that are tried before space is cut: a hole of some size is mostly found by them.
const samples = 8

func (s *search) hole(space Box, boxes []Box) (Box, Answer) {
	if !s.budget.Spend(len(boxes) + 1) {
		return nil, Unknown
	}
	inner := newWindow(space)
	var near []Box
	for _, b := range boxes {
		if inner.meets(b) {
			if inner.within(b) {
				return nil, Covered
			}
			near = append(near, b)
		}
	}
	if len(near) == 0 {
		return space, Hole
	}
	if hole, ok := s.sample(inner, near); ok {
		return hole, Hole
	}
	if !s.budget.Spend(len(near)) {
		return nil, Unknown
	}
	low, high := halves(inner, near)
	if hole, answer := s.hole(low, near); answer != Covered {
		return hole, answer
	}
	return s.hole(high, near)
}

// sample tries points, half of them in the corners, which are covered least. Found is one that no box holds, widened as far
// as it stays one.
func (s *search) sample(in window, near []Box) (Box, bool) {
	point := make([]int, len(in.box))
	for range samples {
		for a, set := range in.box {
			s.seed = s.seed*6364136223846793005 + 1442695040888963407
			switch r := int(s.seed >> 33); r & 3 {
			case 0:
				point[a] = in.first[a]
			case 1:
				point[a] = in.last[a]
			default:
				point[a] = set.from(in.first[a] + r>>2%(in.last[a]-in.first[a]+1))
			}
		}
		if free(point, near) {
			return widen(point, in.box, near), true
		}
	}
	return nil, false
}

// from is the first cell of a set that is not below c, which is not above the last.
func (s Set) from(c int) int {
	for !s.Has(c) {
		c++
	}
	return c
}

func free(point []int, boxes []Box) bool {
	for _, b := range boxes {
		if b.holds(point) {
			return false
		}
	}
	return true
}

func (b Box) holds(point []int) bool {
	for a, c := range point {
		if !b[a].Has(c) {
			return false
		}
	}
	return true
}

// widen makes a point that no box holds as wide as it gets, one axis after the other.
func widen(point []int, space Box, boxes []Box) Box {
	out := make(Box, len(space))
	for a, s := range space {
		out[a] = make(Set, len(s))
		out[a].Add(point[a])
	}
	for a, s := range space {
		wide := append(Set(nil), s...)
		for _, b := range boxes {
			if out.with(a, s).Meets(b) {
				wide = wide.Less(b[a])
			}
		}
		out[a] = wide
	}
	return out
}

// window is a box with the first and the last cell of each axis: what lies outside need not be looked at.
type window struct {
	box         Box
	first, last []int
}

func newWindow(b Box) window {
	ends := make([]int, 2*len(b))
	w := window{box: b, first: ends[:len(b)], last: ends[len(b):]}
	for a, s := range b {
		w.first[a], w.last[a] = s.First(), s.Last()
	}
	return w
}

func (w *window) meets(b Box) bool {
	for a, s := range w.box {
		apart := true
		for i := w.first[a] / 64; i <= w.last[a]/64; i++ {
			if s[i]&b[a][i] != 0 {
				apart = false
				break
			}
		}
		if apart {
			return false
		}
	}
	return true
}

func (w *window) within(b Box) bool {
	for a, s := range w.box {
		for i := w.first[a] / 64; i <= w.last[a]/64; i++ {
			if s[i]&^b[a][i] != 0 {
				return false
			}
		}
	}
	return true
}

// halves cuts space in two. Each box meets space and none covers it, so that there is a cut at which some box ends.
func halves(space window, near []Box) (low, high Box) {
	axis, at, best := -1, 0, 0
	for a := range space.box {
		if c, cost := space.cut(near, a); c >= 0 && (axis < 0 || cost < best) {
			axis, at, best = a, c, cost
		}
	}
	if axis >= 0 {
		l, h := space.box[axis].below(at)
		return space.box.with(axis, l), space.box.with(axis, h)
	}
	for a, s := range space.box { // every box reaches from end to end, and lacks something in between
		for _, b := range near {
			if !s.Within(b[a]) {
				return space.box.with(a, s.Less(b[a])), space.box.with(a, s.And(b[a]))
			}
		}
	}
	return space.box, space.box // not reached: some box lacks something, or it would cover space
}

// cut picks the cell before which an axis is cut with the least left to do on the dearer side, counting what must be
// looked at on both sides twice. It is -1 when no box ends inside.
func (w *window) cut(near []Box, axis int) (at, cost int) {
	first, last := w.first[axis], w.last[axis]
	if first == last {
		return -1, 0
	}
	begins, ends := make([]int32, last-first+2), make([]int32, last-first+2)
	for _, b := range near {
		f, l := w.reach(b, axis)
		begins[f-first]++
		ends[l-first+1]++
	}
	at = -1
	before, behind := 0, len(near) // boxes that end before the cut, and that do not begin before it
	for i := 1; i <= last-first; i++ {
		behind -= int(begins[i-1])
		before += int(ends[i])
		if begins[i] == 0 && ends[i] == 0 {
			continue
		}
		left, right := len(near)-behind, len(near)-before
		if c := max(left, right) + 2*(left+right-len(near)); at < 0 || c < cost {
			at, cost = first+i, c
		}
	}
	return at, cost
}

// reach is the first and the last cell that a box has of an axis inside.
func (w *window) reach(b Box, axis int) (first, last int) {
	s := w.box[axis]
	i := w.first[axis] / 64
	for s[i]&b[axis][i] == 0 {
		i++
	}
	first = Set{s[i] & b[axis][i]}.First() + i*64
	i = w.last[axis] / 64
	for s[i]&b[axis][i] == 0 {
		i--
	}
	return first, Set{s[i] & b[axis][i]}.Last() + i*64
}
