// Package region answers questions about unions of boxes: do two of them meet, and does a union leave a hole. It knows
// nothing of rules; whoever asks has cut each input of a decision into cells, within which no rule tells two values
// apart, and made a box of each rule.
//
// Both questions are answered exactly, or not at all when the budget is spent. The hole is searched by cutting space in
// two where the fewest boxes are cut, as kd-trees are built: the rows of a table that people keep in order fall apart at
// once. In the worst case no method known is fast; that is what the budget is for.
package region

import "math/bits"

// Set is a set of cells of one axis, a bit a cell.
type Set []uint64

// NewSet returns an empty set for an axis of n cells.
func NewSet(n int) Set { return make(Set, (n+63)/64) }

// Full returns the set of all n cells of an axis.
func Full(n int) Set {
	s := NewSet(n)
	for i := range n {
		s.Add(i)
	}
	return s
}

// Add puts cell i in.
func (s Set) Add(i int) { s[i/64] |= 1 << (i % 64) }

// Has reports whether cell i is in.
func (s Set) Has(i int) bool { return i/64 < len(s) && s[i/64]>>(i%64)&1 == 1 }

// Empty reports whether no cell is in.
func (s Set) Empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

// First is the least cell, -1 of an empty set.
func (s Set) First() int {
	for i, w := range s {
		if w != 0 {
			return i*64 + bits.TrailingZeros64(w)
		}
	}
	return -1
}

// Last is the greatest cell, -1 of an empty set.
func (s Set) Last() int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] != 0 {
			return i*64 + 63 - bits.LeadingZeros64(s[i])
		}
	}
	return -1
}

// Meets reports whether the sets have a cell in common.
func (s Set) Meets(t Set) bool {
	for i, w := range s {
		if w&t[i] != 0 {
			return true
		}
	}
	return false
}

// Within reports whether every cell of s is in t.
func (s Set) Within(t Set) bool {
	for i, w := range s {
		if w&^t[i] != 0 {
			return false
		}
	}
	return true
}

// And is what both have.
func (s Set) And(t Set) Set {
	out := make(Set, len(s))
	for i := range s {
		out[i] = s[i] & t[i]
	}
	return out
}

// Less is s without what t has.
func (s Set) Less(t Set) Set {
	out := make(Set, len(s))
	for i := range s {
		out[i] = s[i] &^ t[i]
	}
	return out
}

// Or is what either has.
func (s Set) Or(t Set) Set {
	out := make(Set, len(s))
	for i := range s {
		out[i] = s[i] | t[i]
	}
	return out
}

// below returns the cells of s below cut, and those from it on.
func (s Set) below(cut int) (low, high Set) {
	low, high = make(Set, len(s)), make(Set, len(s))
	for i, w := range s {
		mask := ^uint64(0)
		switch {
		case cut <= i*64:
			mask = 0
		case cut < i*64+64:
			mask = 1<<(cut%64) - 1
		}
		low[i], high[i] = w&mask, w&^mask
	}
	return low, high
}

// Box is a set an axis: the points that lie in all of them.
type Box []Set

// Meets reports whether two boxes have a point in common.
func (b Box) Meets(c Box) bool {
	for i := range b {
		if !b[i].Meets(c[i]) {
			return false
		}
	}
	return true
}

// Within reports whether every point of b is in c.
func (b Box) Within(c Box) bool {
	for i := range b {
		if !b[i].Within(c[i]) {
			return false
		}
	}
	return true
}

// And is the box that two have in common; it may be empty.
func (b Box) And(c Box) Box {
	out := make(Box, len(b))
	for i := range b {
		out[i] = b[i].And(c[i])
	}
	return out
}

// Empty reports whether a box has no point.
func (b Box) Empty() bool {
	for _, s := range b {
		if s.Empty() {
			return true
		}
	}
	return false
}

// with is b with another set on one axis.
func (b Box) with(axis int, s Set) Box {
	out := make(Box, len(b))
	copy(out, b)
	out[axis] = s
	return out
}

// Budget counts down what a search may still cost: a step is one box compared with another.
type Budget int

// Spend takes steps and reports whether they were there.
func (b *Budget) Spend(steps int) bool {
	if *b < Budget(steps) {
		*b = 0
		return false
	}
	*b -= Budget(steps)
	return true
}

// Spent reports whether the budget is used up.
func (b *Budget) Spent() bool { return *b <= 0 }
