package host

import "encoding/binary"

// tinyGuest assembles the smallest module that has the engine's ABI: it takes every pack and gives every case the same
// answer. It compiles in no time, which tests of the compilation itself want.
func tinyGuest() []byte {
	const loadAt, decideAt, bufferAt = 0x100, 0x200, 0x1000
	const loadText, decideText = `{"ok":true,"id":"tiny","version":"1","pack":"sha256:00"}`, `{"status":"decided"}`
	uleb := func(v uint64) []byte { return binary.AppendUvarint(nil, v) }
	sleb := func(v int64) (b []byte) {
		for {
			c := byte(v & 0x7f)
			v >>= 7
			if v == 0 && c&0x40 == 0 || v == -1 && c&0x40 != 0 {
				return append(b, c)
			}
			b = append(b, c|0x80)
		}
	}
	join := func(parts ...[]byte) (b []byte) {
		for _, p := range parts {
			b = append(b, p...)
		}
		return b
	}
	sized := func(b []byte) []byte { return append(uleb(uint64(len(b))), b...) }
	vec := func(items ...[]byte) []byte { return append(uleb(uint64(len(items))), join(items...)...) }
	section := func(id byte, b []byte) []byte { return append([]byte{id}, sized(b)...) }
	const i32, i64 = 0x7f, 0x7e
	typ := func(params, results []byte) []byte { return join([]byte{0x60}, sized(params), sized(results)) }
	export := func(name string, kind, index byte) []byte { return join(sized([]byte(name)), []byte{kind, index}) }
	body := func(code ...byte) []byte { return sized(join([]byte{0}, code, []byte{0x0b})) }
	span := func(at int64, text string) []byte { return append([]byte{0x42}, sleb(at<<32|int64(len(text)))...) }
	data := func(at int64, text string) []byte {
		return join([]byte{0, 0x41}, sleb(at), []byte{0x0b}, sized([]byte(text)))
	}
	return join([]byte("\x00asm\x01\x00\x00\x00"),
		section(1, vec(typ(nil, nil), typ([]byte{i32}, []byte{i32}), typ([]byte{i32}, nil),
			typ([]byte{i32, i32, i32}, []byte{i64}), typ([]byte{i32, i32}, []byte{i64}))),
		section(3, vec([]byte{0}, []byte{1}, []byte{2}, []byte{3}, []byte{4})),
		section(5, vec([]byte{0, 1})),
		section(7, vec(export("_initialize", 0, 0), export("alloc", 0, 1), export("free", 0, 2),
			export("load", 0, 3), export("decide", 0, 4), export("memory", 2, 0))),
		section(10, vec(body(), body(append([]byte{0x41}, sleb(bufferAt)...)...), body(),
			body(span(loadAt, loadText)...), body(span(decideAt, decideText)...))),
		section(11, vec(data(loadAt, loadText), data(decideAt, decideText))),
	)
}
