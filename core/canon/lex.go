package canon

import (
	"math/bits"
	"unicode/utf8"
)

// Eight bytes a step: a mask has the top bit set of each byte looked for. Borrows make a mask lie only above its first
// true bit, and only the first is used.
const (
	ones  = 0x0101010101010101
	tops  = 0x8080808080808080
	quote = ones * '"'
	slash = ones * '\\'
	space = ones * ' '
)

// Run is the end of the ordinary string bytes from i on: the index of a quote, a backslash, a control character or of
// the end of the text. ascii is false when one of the bytes passed over is not ASCII.
func Run(text []byte, i int) (end int, ascii bool) {
	var seen uint64
	for i+8 <= len(text) {
		w := load64(text[i:])
		q, s := w^quote, w^slash
		m := ((q-ones)&^q | (s-ones)&^s | (w-space)&^w) & tops
		if m != 0 {
			n := bits.TrailingZeros64(m)
			seen |= w & (1<<n - 1)
			return i + n>>3, seen&tops == 0
		}
		seen |= w
		i += 8
	}
	for i < len(text) {
		c := text[i]
		if c == '"' || c == '\\' || c < ' ' {
			break
		}
		seen |= uint64(c)
		i++
	}
	return i, seen&tops == 0
}

// load64 is one load once the compiler is through with it.
func load64(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// blank is the first index from i on that is not JSON whitespace. Callers look for themselves whether there is any, so it
// is kept out of line, as is all that is rare or for broken texts: in line it would be most of the guest's Reader.
//
//go:noinline
func blank(text []byte, i int) int {
	for i < len(text) {
		switch text[i] {
		case ' ', '\t', '\n', '\r':
			i++
		default:
			return i
		}
	}
	return i
}

// stringEnd finds the closing quote of the string whose first byte after the opening quote is at i. When the string is
// broken, ok is false and end is where. Whether it is UTF-8 the caller looks into, if not ascii.
func stringEnd(text []byte, i int) (end int, plain, ascii, ok bool) {
	plain, ascii = true, true
	for {
		stop, a := Run(text, i)
		ascii = ascii && a
		if stop == len(text) || text[stop] < ' ' {
			return stop, plain, ascii, false
		}
		if text[stop] == '"' {
			return stop, plain, ascii, true
		}
		plain = false
		if _, i, ok = escape(text, stop); !ok {
			return stop, plain, ascii, false
		}
	}
}

// escape reads the escape whose backslash is at i: the rune it stands for, and the index behind it. Half of a surrogate
// pair alone stands for nothing, so it is not ok.
func escape(text []byte, i int) (r rune, next int, ok bool) {
	if i+1 >= len(text) {
		return 0, i, false
	}
	switch c := text[i+1]; c {
	case '"', '\\', '/':
		return rune(c), i + 2, true
	case 'b':
		return '\b', i + 2, true
	case 't':
		return '\t', i + 2, true
	case 'n':
		return '\n', i + 2, true
	case 'f':
		return '\f', i + 2, true
	case 'r':
		return '\r', i + 2, true
	case 'u':
		r, ok = hex4(text, i+2)
		if !ok {
			return 0, i, false
		}
		if r < 0xd800 || r > 0xdfff {
			return r, i + 6, true
		}
		if r > 0xdbff || i+7 >= len(text) || text[i+6] != '\\' || text[i+7] != 'u' {
			return 0, i, false
		}
		low, ok := hex4(text, i+8)
		if !ok || low < 0xdc00 || low > 0xdfff {
			return 0, i, false
		}
		return 0x10000 + (r-0xd800)<<10 + (low - 0xdc00), i + 12, true
	}
	return 0, i, false
}

//go:noinline
func hex4(text []byte, i int) (r rune, ok bool) {
	if i+4 > len(text) {
		return 0, false
	}
	for _, c := range text[i : i+4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// appendUnescaped appends what the inside of a valid string means.
func appendUnescaped(dst, inside []byte) []byte {
	for i := 0; i < len(inside); {
		if inside[i] != '\\' {
			dst = append(dst, inside[i])
			i++
			continue
		}
		r, next, ok := escape(inside, i)
		if !ok {
			return dst
		}
		dst = utf8.AppendRune(dst, r)
		i = next
	}
	return dst
}

// numberEnd is the index behind the number at i, by the grammar of RFC 8259; when there is none, ok is false and end is
// where it breaks.
func numberEnd(text []byte, i int) (end int, ok bool) {
	if i < len(text) && text[i] == '-' {
		i++
	}
	switch {
	case i < len(text) && text[i] == '0':
		i++
	default:
		if i, ok = digits(text, i); !ok {
			return i, false
		}
	}
	if i < len(text) && text[i] == '.' {
		if i, ok = digits(text, i+1); !ok {
			return i, false
		}
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		if i, ok = digits(text, i); !ok {
			return i, false
		}
	}
	return i, true
}

// digits passes over at least one digit.
func digits(text []byte, i int) (end int, ok bool) {
	start := i
	for i < len(text) && text[i]-'0' <= 9 {
		i++
	}
	return i, i > start
}

// literalEnd is the index behind true, false or null at i.
//
//go:noinline
func literalEnd(text []byte, i int) (end int, ok bool) {
	var word string
	switch text[i] {
	case 't':
		word = "true"
	case 'f':
		word = "false"
	default:
		word = "null"
	}
	for k := range len(word) {
		if i+k >= len(text) || text[i+k] != word[k] {
			return i + k, false
		}
	}
	return i + len(word), true
}
