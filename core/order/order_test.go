package order_test

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"koujing/core/order"
)

// TestInt64s tries every arrangement of up to seven numbers, many of them equal, and long lists.
func TestInt64s(t *testing.T) {
	for n := range 8 {
		v := make([]int64, n)
		for code := range 1 << (2 * n) { // two bits a number
			for i := range v {
				v[i] = int64(code>>(2*i)) & 3
			}
			check(t, v)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for n := 10; n < 30000; n *= 3 {
		v := make([]int64, n)
		for i := range v {
			v[i] = random.Int64N(int64(n)) - int64(n/2)
		}
		check(t, v)
		slices.Sort(v)
		check(t, v)
		slices.Reverse(v)
		check(t, v)
	}
}

func check(t *testing.T, v []int64) {
	t.Helper()
	want := slices.Clone(v)
	slices.Sort(want)
	got := slices.Clone(v)
	order.Int64s(got)
	if !slices.Equal(got, want) {
		t.Fatalf("%v sorted is %v", v, got)
	}
}

// TestSortTakesNLogN: comparisons stay below what heapsort promises, also for patterns that make
// quicksort slow.
func TestSortTakesNLogN(t *testing.T) {
	const n = 1 << 14
	for name, at := range map[string]func(i int) int{
		"ascending":  func(i int) int { return i },
		"descending": func(i int) int { return -i },
		"equal":      func(int) int { return 0 },
		"organ pipe": func(i int) int { return min(i, n-i) },
		"saw":        func(i int) int { return i % 100 },
	} {
		v := make([]int, n)
		for i := range v {
			v[i] = at(i)
		}
		compared := 0
		order.Sort(n, func(i, j int) bool { compared++; return v[i] < v[j] }, func(i, j int) { v[i], v[j] = v[j], v[i] })
		if !slices.IsSorted(v) {
			t.Errorf("%s: not sorted", name)
		}
		if most := 2 * n * bits.Len(n); compared > most {
			t.Errorf("%s: %d comparisons, at most %d", name, compared, most)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	v := []int64{3, 1, 2}
	if n := testing.AllocsPerRun(10, func() { order.Int64s(v) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
