package region_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"koujing/core/author/region"
)

const plenty = region.Budget(1 << 40)

// random makes a space of a few small axes and boxes in it, many of them with gaps in their sets.
func random(r *rand.Rand) (sizes []int, boxes []region.Box) {
	sizes = make([]int, 1+r.IntN(4))
	for i := range sizes {
		sizes[i] = 1 + r.IntN(6)
	}
	for range r.IntN(12) {
		b := make(region.Box, len(sizes))
		for i, n := range sizes {
			b[i] = region.NewSet(n)
			switch r.IntN(3) {
			case 0:
				b[i] = region.Full(n)
			case 1:
				from := r.IntN(n)
				for c := from; c < n && c <= from+r.IntN(n); c++ {
					b[i].Add(c)
				}
			default:
				b[i].Add(r.IntN(n))
				for c := range n {
					if r.IntN(2) == 0 {
						b[i].Add(c)
					}
				}
			}
		}
		boxes = append(boxes, b)
	}
	return sizes, boxes
}

func full(sizes []int) region.Box {
	b := make(region.Box, len(sizes))
	for i, n := range sizes {
		b[i] = region.Full(n)
	}
	return b
}

// points calls f with each point of a space.
func points(sizes []int, f func(p []int)) {
	p := make([]int, len(sizes))
	for {
		f(p)
		i := 0
		for ; i < len(p); i++ {
			if p[i]++; p[i] < sizes[i] {
				break
			}
			p[i] = 0
		}
		if i == len(p) {
			return
		}
	}
}

func holds(b region.Box, p []int) bool {
	for i := range p {
		if !b[i].Has(p[i]) {
			return false
		}
	}
	return true
}

// TestAgainstPoints holds both searches to what trying every point finds.
func TestAgainstPoints(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	outcomes := map[string]int{}
	for round := range 4000 {
		sizes, boxes := random(r)
		uncovered := 0
		meet := map[[2]int]bool{}
		points(sizes, func(p []int) {
			var in []int
			for i, b := range boxes {
				if holds(b, p) {
					in = append(in, i)
				}
			}
			if len(in) == 0 {
				uncovered++
			}
			for x, i := range in {
				for _, j := range in[x+1:] {
					meet[[2]int{i, j}] = true
				}
			}
		})
		budget := plenty
		hole, answer := region.FindHole(full(sizes), boxes, &budget)
		outcomes[fmt.Sprint(answer)]++
		switch {
		case answer == region.Unknown, (answer == region.Hole) != (uncovered > 0):
			t.Fatalf("round %d: answer %d, %d points uncovered", round, answer, uncovered)
		case answer == region.Hole:
			if hole.Empty() {
				t.Fatalf("round %d: an empty hole", round)
			}
			points(sizes, func(p []int) {
				for _, b := range boxes {
					if holds(hole, p) && holds(b, p) {
						t.Fatalf("round %d: %v is no hole", round, p)
					}
				}
			})
		}
		groups := make([][]region.Box, len(boxes))
		for i, b := range boxes {
			groups[i] = []region.Box{b}
		}
		if !region.FindOverlaps(groups, &budget, func(i, j int, both region.Box) bool {
			if !meet[[2]int{i, j}] || both.Empty() || !both.Within(boxes[i]) || !both.Within(boxes[j]) {
				t.Fatalf("round %d: %d and %d do not meet in %v", round, i, j, both)
			}
			delete(meet, [2]int{i, j})
			return true
		}) || len(meet) > 0 {
			t.Fatalf("round %d: overlaps not found: %v", round, meet)
		}
	}
	if outcomes["0"] < 100 || outcomes["1"] < 100 {
		t.Errorf("the made-up spaces show little: %v", outcomes)
	}
}

// TestBudget: a search that is given up says so, and takes no more than it was given.
func TestBudget(t *testing.T) {
	sizes := []int{8, 8, 8, 8}
	r := rand.New(rand.NewPCG(3, 4))
	var boxes []region.Box
	for range 60 {
		b := full(sizes)
		for i, n := range sizes {
			b[i] = region.NewSet(n)
			for c := range n {
				if r.IntN(8) != 0 {
					b[i].Add(c)
				}
			}
		}
		boxes = append(boxes, b)
	}
	budget := plenty
	_, whole := region.FindHole(full(sizes), boxes, &budget)
	cost := int(plenty - budget)
	for _, share := range []int{0, 1, cost / 2, cost - 1} {
		budget := region.Budget(share)
		if _, answer := region.FindHole(full(sizes), boxes, &budget); answer != region.Unknown || !budget.Spent() {
			t.Errorf("%d of %d steps: answer %d, %d steps left", share, cost, answer, budget)
		}
	}
	budget = region.Budget(cost)
	if _, again := region.FindHole(full(sizes), boxes, &budget); again != whole {
		t.Errorf("with just enough: %d, not %d", again, whole)
	}
}
