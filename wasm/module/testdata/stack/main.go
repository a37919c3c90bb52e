//go:build wasip1

// Command stack is a guest that lives on what DropLines and DropDead must leave alone: deep stacks that grow while they hold
// pointers, collections in the middle of them, panics that unwind through deferred calls, methods that are looked up by name.
package main

import "runtime"

func main() {}

type node struct {
	next *node
	v    uint64
}

//go:noinline
func build(depth int, above *node) (sum uint64) {
	var pad [64]uint64
	n := &node{above, uint64(depth)*0x9e3779b97f4a7c15 + 1}
	pad[depth%64] = n.v
	if depth%97 == 0 {
		runtime.GC()
	}
	defer func() {
		if r := recover(); r != nil {
			sum = r.(uint64) ^ n.v
		}
		for p := n; p != nil && p.v%5 != 0; p = p.next {
			sum += p.v
		}
		sum += pad[depth%64]
	}()
	if depth == 0 {
		panic(n.v)
	}
	if depth%13 == 0 {
		panic(build(depth-1, n))
	}
	return build(depth-1, n) * 31
}

// shape has a method that nobody calls but by way of what a value can do.
type shape struct{ side uint64 }

//go:noinline
func (s shape) area() uint64 { return s.side * s.side }

//go:noinline
func area(v any) uint64 {
	if s, ok := v.(interface{ area() uint64 }); ok {
		return s.area()
	}
	return 0
}

//go:wasmexport run
func run(depth uint32) uint64 { return build(int(depth), nil) + area(shape{uint64(depth)}) }
