// Package digest is SHA-256 (FIPS 180-4), of which receipts are made.
//
// The standard library's would make the guest a quarter larger, with everything it brings along,
// and is slower there (README.md). So wasm uses the code of this package; elsewhere crypto/sha256,
// which has the processor's own instructions, does the same. Both are compiled and compared on
// every platform.
package digest

//go:generate sh -c "go run gen.go > blocks.next && mv blocks.next blocks.go"

// Size is the length of a digest in bytes.
const Size = 32

const blockSize = 64

// Sum is the SHA-256 of b. It allocates nothing.
func Sum(b []byte) [Size]byte { return sum(b) }

// AppendHex writes a digest as 64 lower-case hexadecimal digits.
func AppendHex(dst []byte, digest [Size]byte) []byte {
	var text [2 * Size]byte
	for i := 0; i < Size; i += 4 {
		v := uint32(digest[i])<<24 | uint32(digest[i+1])<<16 | uint32(digest[i+2])<<8 | uint32(digest[i+3])
		x, t := digits(v), text[2*i:2*i+8]
		t[0], t[1], t[2], t[3] = byte(x>>56), byte(x>>48), byte(x>>40), byte(x>>32)
		t[4], t[5], t[6], t[7] = byte(x>>24), byte(x>>16), byte(x>>8), byte(x)
	}
	return append(dst, text[:]...)
}

// digits is the eight digits of v, the first in the highest byte, worked out side by side: first each nibble gets a byte, then
// each byte 0 to 9 becomes a digit and each 10 to 15, whose sum with 6 reaches the next nibble, a letter.
func digits(v uint32) uint64 {
	x := uint64(v)
	x = (x<<16 | x) & 0x0000ffff0000ffff
	x = (x<<8 | x) & 0x00ff00ff00ff00ff
	x = (x<<4 | x) & 0x0f0f0f0f0f0f0f0f
	letters := (x + 0x0606060606060606) >> 4 & 0x0101010101010101
	return x + '0'*0x0101010101010101 + letters*('a'-'0'-10)
}

// portable is Sum in this package's own code.
func portable(b []byte) (digest [Size]byte) {
	state := initial
	whole := len(b) &^ (blockSize - 1)
	blocks(&state, b[:whole])

	// What is left, a one bit, zeros, and the length in bits as the last eight bytes of a block.
	var tail [2 * blockSize]byte
	n := copy(tail[:], b[whole:])
	tail[n] = 1 << 7
	end := blockSize
	if n >= blockSize-8 {
		end *= 2
	}
	length := uint64(len(b)) * 8
	for i := 1; i <= 8; i++ {
		tail[end-i] = byte(length)
		length >>= 8
	}
	blocks(&state, tail[:end])

	for i, word := range state {
		digest[4*i], digest[4*i+1] = byte(word>>24), byte(word>>16)
		digest[4*i+2], digest[4*i+3] = byte(word>>8), byte(word)
	}
	return digest
}
