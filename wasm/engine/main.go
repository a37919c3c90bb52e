//go:build wasip1

// Command engine is the guest koujing.wasm: core behind an ABI of four calls, for pages and servers alike. See
// ../README.md for the calls and for who owns which memory.
package main

import (
	"unsafe"

	"koujing/core"
	"koujing/core/canon"
)

func main() {}

// maxBuffer bounds what the host may put in: a built pack is at most 16 MiB.
const maxBuffer = 32 << 20

var (
	buffers = map[uint32][]byte{} // by address: what the host was given, kept until it is freed
	engine  *core.Engine
	answer  []byte
)

//go:wasmexport alloc
func alloc(size uint32) uint32 {
	if size == 0 || size > maxBuffer {
		return 0
	}
	b := make([]byte, size)
	at := address(b)
	buffers[at] = b
	return at
}

//go:wasmexport free
func free(at uint32) { delete(buffers, at) }

//go:wasmexport load
func load(packAt, packLen, digestAt uint32) uint64 {
	built, digest := given(packAt, packLen), given(digestAt, 32)
	if built == nil || digest == nil {
		return refuse("bad_buffer", "", "load was given memory that alloc did not hand out")
	}
	e, err := core.Load(built, [32]byte(digest))
	if err != nil {
		return refuse(err.Code, err.Path, "this is no pack that this engine can run")
	}
	engine = e
	answer = append(answer[:0], `{"ok":true,"id":`...)
	answer = canon.AppendString(answer, []byte(e.ID))
	answer = append(answer, `,"version":`...)
	answer = canon.AppendString(answer, []byte(e.Version))
	answer = append(answer, `,"pack":"sha256:`...)
	for _, b := range e.Digest {
		answer = append(answer, "0123456789abcdef"[b>>4], "0123456789abcdef"[b&15])
	}
	answer = append(answer, `"}`...)
	return span(answer)
}

//go:wasmexport decide
func decide(at, size uint32) uint64 {
	if engine == nil {
		return refuse("no_pack", "", "no pack is loaded yet")
	}
	text := given(at, size)
	if text == nil && size != 0 {
		return refuse("bad_buffer", "", "decide was given memory that alloc did not hand out")
	}
	answer = engine.Decide(answer[:0], text)
	return span(answer)
}

// given is the part of a buffer that the host filled, nil if it is none of ours.
func given(at, size uint32) []byte {
	b, ok := buffers[at]
	if !ok || uint32(len(b)) < size {
		return nil
	}
	return b[:size]
}

func refuse(code, path, message string) uint64 {
	answer = append(answer[:0], `{"ok":false,"code":`...)
	answer = canon.AppendString(answer, []byte(code))
	answer = append(answer, `,"path":`...)
	answer = canon.AppendString(answer, []byte(path))
	answer = append(answer, `,"message":`...)
	answer = canon.AppendString(answer, []byte(message))
	answer = append(answer, '}')
	return span(answer)
}

func address(b []byte) uint32 { return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) }

// span packs where an answer lies into one number.
func span(b []byte) uint64 { return uint64(address(b))<<32 | uint64(len(b)) }
