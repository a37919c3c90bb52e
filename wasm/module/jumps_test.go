package module

import (
	"bytes"
	"slices"
	"testing"
)

// TestForwardJumps runs a guest that grows stacks, collects and unwinds, before and after.
func TestForwardJumps(t *testing.T) {
	_, dropped, _ := dead(t, "stack")
	straight, err := ForwardJumps(dropped)
	if err != nil {
		t.Fatal(err)
	}
	for _, depth := range []uint64{0, 1, 13, 500, 5000} {
		if was, is := run(t, Append(nil, dropped), depth), run(t, Append(nil, straight), depth); was != is {
			t.Errorf("depth %d: %d, was %d", depth, is, was)
		}
	}
	again, err := ForwardJumps(straight)
	if err != nil || !bytes.Equal(Append(nil, again), Append(nil, straight)) {
		t.Errorf("a second time it comes out differently: %v", err)
	}
	if was, is := len(Append(nil, dropped)), len(Append(nil, straight)); is > was-40_000 {
		t.Errorf("%d bytes, %d before", is, was)
	}
}

func TestForwardJump(t *testing.T) {
	// A function of three blocks of code, numbers 0, 1 and 3; whatever else is the last.
	function := func(code ...[]byte) []byte {
		head := []byte{0, loop, empty, block, empty, block, empty, block, empty, localGet, pcB, brTable, 3, 0, 1, 1, 2, end}
		return slices.Concat(head, slices.Concat(code...), []byte{end, unreachable, end})
	}
	jump := func(to, depth byte) []byte { return []byte{i32Const, to, localSet, pcB, br, depth} }
	check := []byte{localGet, 1}
	leave := []byte{end}
	for name, c := range map[string]struct{ in, out []byte }{
		"to the next block": {
			function(jump(1, 2), leave, leave),
			function([]byte{br, 0}, leave, leave)},
		"to the one behind it, by its number and by none": {
			function(jump(3, 2), jump(100, 2), leave, leave),
			function([]byte{br, 1}, []byte{br, 1}, leave, leave)},
		"back and to itself": {
			function(jump(0, 2), leave, jump(0, 1), jump(1, 1), leave),
			function(jump(0, 2), leave, jump(0, 1), jump(1, 1), leave)},
		"under a condition": {
			function(check, []byte{ifThen, empty}, jump(1, 3), leave, leave, leave),
			function(check, []byte{brIf, 0}, leave, leave)},
		"back under a condition": {
			function(leave, check, []byte{ifThen, empty}, jump(0, 2), leave, leave),
			function(leave, check, []byte{ifThen, empty}, jump(0, 2), leave, leave)},
		"under a condition, with more": {
			function(check, []byte{ifThen, empty, 0x01}, jump(3, 3), leave, leave, leave),
			function(check, []byte{ifThen, empty, 0x01, br, 2}, leave, leave, leave)},
		"out of something else": {
			function([]byte{i32Const, 1, localSet, pcB, br, 1}, leave, leave),
			function([]byte{i32Const, 1, localSet, pcB, br, 1}, leave, leave)},
		"by another variable": {
			function([]byte{i32Const, 1, localSet, 1, br, 2}, leave, leave),
			function([]byte{i32Const, 1, localSet, 1, br, 2}, leave, leave)},
		"without a loop": {
			[]byte{0, block, empty, localGet, pcB, brTable, 0, 0, end, end},
			[]byte{0, block, empty, localGet, pcB, brTable, 0, 0, end, end}},
	} {
		if out, err := forwardJumps(c.in); err != nil || !bytes.Equal(out, c.out) {
			t.Errorf("%s: % x, want % x: %v", name, out, c.out, err)
		}
	}
	if _, err := forwardJumps([]byte{0, 0xfe, end}); err == nil {
		t.Error("an unknown instruction is taken")
	}
}
