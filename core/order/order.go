// Package order sorts, in one copy: the sorts of package slices are compiled anew for each type, some
// 20 KB each in the guest.
package order

// Sort puts n things in ascending order by comparing and swapping two at a time. It is heapsort: not
// stable, so less breaks its own ties where their order matters, and n log n at worst, so a hostile
// text cannot choose an input that takes long.
func Sort(n int, less func(i, j int) bool, swap func(i, j int)) {
	for root := n/2 - 1; root >= 0; root-- {
		sink(root, n, less, swap)
	}
	for end := n - 1; end > 0; end-- {
		swap(0, end)
		sink(0, end, less, swap)
	}
}

// sink moves the thing at root down the heap that ends before end, until none below it is greater.
func sink(root, end int, less func(i, j int) bool, swap func(i, j int)) {
	for {
		child := 2*root + 1
		if child >= end {
			return
		}
		if child+1 < end && less(child, child+1) {
			child++
		}
		if !less(root, child) {
			return
		}
		swap(root, child)
		root = child
	}
}

// Int64s sorts numbers.
func Int64s(v []int64) {
	Sort(len(v), func(i, j int) bool { return v[i] < v[j] }, func(i, j int) { v[i], v[j] = v[j], v[i] })
}
