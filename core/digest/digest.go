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
	const digits = "0123456789abcdef"
	var text [2 * Size]byte
	for i, b := range digest {
		text[2*i], text[2*i+1] = digits[b>>4], digits[b&15]
	}
	return append(dst, text[:]...)
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
