//go:build wasip1

// Command hasher is a guest that only hashes, with the engine's own code and behind the engine's ABI: what a receipt costs
// where the engine runs.
package main

import "koujing/core/digest"

// Times is how often a call hashes its text, so that the call itself does not count.
const Times = 100

var (
	buffers = map[*byte][]byte{}
	out     [digest.Size]byte
)

func main() {}

//go:wasmexport alloc
func alloc(size int32) *byte {
	b := make([]byte, size)
	buffers[&b[0]] = b
	return &b[0]
}

//go:wasmexport free
func free(ptr *byte) { delete(buffers, ptr) }

//go:wasmexport sum
func sum(ptr *byte, size int32) int64 {
	for range Times {
		out = digest.Sum(buffers[ptr][:size])
	}
	return 0
}
