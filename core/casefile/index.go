package casefile

import "koujing/core/atom"

// index finds the number of a name among a few known ones: the members of an object, the values of a list.
type index struct {
	names []string
	slots []int32 // 1+number of the name, 0 is free
	mul   uint64
	shift uint8
	last  int // found last: cases are alike
}

// tries is how many multipliers are tried for a table without collisions; every second one does for ten names, and one
// in forty for the twenty-two of a complaint.
const tries = 256

func newIndex(names []string) index {
	x := index{names: names, shift: 61}
	size := 8
	for size < 2*len(names) {
		size *= 2
		x.shift--
	}
	x.slots = make([]int32, size)
	x.mul = 1
	hashes := make([]uint64, len(names))
	for i, name := range names {
		hashes[i] = atom.Hash([]byte(name))
	}
	if len(names) <= 32 {
		for range tries {
			if x.fill(hashes, false) {
				return x
			}
			x.mul += 0x9e3779b97f4a7c16 // stays odd
		}
	}
	x.fill(hashes, true)
	return x
}

// fill enters the names, and gives up at the first that does not lie where its hash says, unless crowded will do.
func (x *index) fill(hashes []uint64, crowded bool) bool {
	clear(x.slots)
	for n, h := range hashes {
		i := x.place(h)
		for x.slots[i] != 0 {
			if !crowded {
				return false
			}
			i = (i + 1) & (len(x.slots) - 1)
		}
		x.slots[i] = int32(n + 1)
	}
	return true
}

func (x *index) place(hash uint64) int { return int(hash * x.mul >> x.shift) }

// find is the number of a name, or -1.
func (x *index) find(name []byte) int {
	if x.last < len(x.names) && x.names[x.last] == string(name) {
		return x.last
	}
	i := x.place(atom.Hash(name))
	for {
		n := x.slots[i]
		if n == 0 {
			return -1
		}
		if x.names[n-1] == string(name) {
			x.last = int(n - 1)
			return x.last
		}
		i = (i + 1) & (len(x.slots) - 1)
	}
}
