package pack

import (
	"unicode/utf8"

	"koujing/core/canon"
)

// codec walks a pack in its canonical order and either writes it or reads it: one description of the format serves
// both ways, so that they cannot disagree. Reading takes the canonical form only, byte for byte; anything else is an
// error with the path of the place.
type codec struct {
	out     []byte // when writing
	in      []byte // when reading
	at      int
	reading bool
	skim    bool // when reading: pass over the sources
	first   bool // no comma before the next member
	path    []step
	err     *Error

	// When reading, texts are pieces of blocks, so that a thousand of them are one allocation.
	block      string
	blockStart int // where it lies in the input
}

type step struct {
	key   string
	index int // -1 for a key
}

// Error is why a text is no built pack. Path says where, Code is stable: bad_pack, pack_damaged, pack_format, too_big.
type Error struct {
	Code, Path string
}

func (e *Error) Error() string { return e.Code + " at " + e.Path }

func (c *codec) fail() {
	if c.err != nil {
		return
	}
	var p []byte
	for _, s := range c.path {
		if s.index >= 0 {
			p = canon.AppendInt(append(p, '['), int64(s.index))
			p = append(p, ']')
			continue
		}
		if len(p) > 0 {
			p = append(p, '.')
		}
		p = append(p, s.key...)
	}
	c.err = &Error{Code: "bad_pack", Path: string(p)}
}

// literal writes s, or takes it from the input.
func (c *codec) literal(s string) {
	if !c.reading {
		c.out = append(c.out, s...)
		return
	}
	if c.err != nil {
		return
	}
	if len(c.in)-c.at < len(s) || string(c.in[c.at:c.at+len(s)]) != s {
		c.fail()
		return
	}
	c.at += len(s)
}

// peek reports whether the next byte of the input is b.
func (c *codec) peek(b byte) bool { return c.err == nil && c.at < len(c.in) && c.in[c.at] == b }

// key begins a member.
func (c *codec) key(name string) {
	if !c.first {
		c.literal(",")
	}
	c.first = false
	if c.reading && c.err == nil {
		c.path[len(c.path)-1] = step{key: name, index: -1}
	}
	c.literal(`"`)
	c.literal(name)
	c.literal(`":`)
}

// open begins an object, shut ends it.
func (c *codec) open() {
	c.literal("{")
	c.path = append(c.path, step{index: -1})
	c.first = true
}

func (c *codec) shut() {
	c.path = c.path[:len(c.path)-1]
	c.first = false
	c.literal("}")
}

func (c *codec) text(name string, v *string) {
	c.key(name)
	c.textValue(v)
}

func (c *codec) textValue(v *string) {
	if !c.reading {
		c.out = canon.AppendString(c.out, []byte(*v))
		return
	}
	if !c.peek('"') {
		c.fail()
		return
	}
	start := c.at + 1
	end, ascii := canon.Run(c.in, start)
	switch {
	case end < len(c.in) && c.in[end] == '\\':
		c.escaped(start, end, v)
	case end == len(c.in) || c.in[end] != '"' || !ascii && !utf8.Valid(c.in[start:end]):
		c.fail()
	default:
		*v = c.cut(start, end)
		c.at = end + 1
	}
}

// blockSize is how much of the input is copied at a time.
const blockSize = 32 << 10

// cut is a piece of the input as a text of its own: the input is not kept.
func (c *codec) cut(start, end int) string {
	if start < c.blockStart || end > c.blockStart+len(c.block) {
		c.block, c.blockStart = string(c.in[start:min(len(c.in), max(end, start+blockSize))]), start
	}
	return c.block[start-c.blockStart : end-c.blockStart]
}

// escaped reads the rest of a string from its first escape on. Only the escapes that canon writes are taken.
func (c *codec) escaped(start, i int, v *string) {
	buf := append([]byte(nil), c.in[start:i]...)
	for i < len(c.in) {
		b := c.in[i]
		i++
		switch {
		case b == '"':
			// What canon would not write this way is not canonical: one spelling for one text.
			if !utf8.Valid(buf) || string(canon.AppendString(nil, buf)) != string(c.in[start-1:i]) {
				c.fail()
				return
			}
			*v = string(buf)
			c.at = i
			return
		case b < 0x20:
			c.fail()
			return
		case b != '\\':
			buf = append(buf, b)
			continue
		}
		if i >= len(c.in) {
			break
		}
		e := c.in[i]
		i++
		switch e {
		case '"', '\\':
			buf = append(buf, e)
		case 'b':
			buf = append(buf, '\b')
		case 't':
			buf = append(buf, '\t')
		case 'n':
			buf = append(buf, '\n')
		case 'f':
			buf = append(buf, '\f')
		case 'r':
			buf = append(buf, '\r')
		case 'u':
			if i+4 > len(c.in) || c.in[i] != '0' || c.in[i+1] != '0' {
				c.fail()
				return
			}
			buf = append(buf, hex(c.in[i+2])<<4|hex(c.in[i+3]))
			i += 4
		default:
			c.fail()
			return
		}
	}
	c.fail()
}

func hex(b byte) byte {
	switch {
	case b >= '0' && b <= '9':
		return b - '0'
	case b >= 'a' && b <= 'f':
		return b - 'a' + 10
	}
	return 0
}

func (c *codec) int64Value(v *int64) {
	if !c.reading {
		c.out = canon.AppendInt(c.out, *v)
		return
	}
	if c.err != nil {
		return
	}
	start, neg := c.at, c.peek('-')
	if neg {
		c.at++
	}
	digits := c.at
	var n uint64
	for ; c.at < len(c.in) && c.in[c.at] >= '0' && c.in[c.at] <= '9'; c.at++ {
		d := uint64(c.in[c.at] - '0')
		if n > (1<<63-1-d)/10 {
			c.fail()
			return
		}
		n = n*10 + d
	}
	if c.at == digits || (c.in[digits] == '0' && (c.at > digits+1 || neg)) {
		c.at = start
		c.fail()
		return
	}
	*v = int64(n)
	if neg {
		*v = -*v
	}
}

func (c *codec) int64(name string, v *int64) {
	c.key(name)
	c.int64Value(v)
}

// number walks an integer of a narrower type.
func number[T ~int | ~int32 | ~uint16 | ~uint8](c *codec, name string, v *T) {
	c.key(name)
	numberValue(c, v)
}

func numberValue[T ~int | ~int32 | ~uint16 | ~uint8](c *codec, v *T) {
	n := int64(*v)
	c.int64Value(&n)
	if c.reading {
		if int64(T(n)) != n {
			c.fail()
			return
		}
		*v = T(n)
	}
}

func (c *codec) bool(name string, v *bool) {
	c.key(name)
	if c.reading {
		*v = c.peek('t')
	}
	if *v {
		c.literal("true")
	} else {
		c.literal("false")
	}
}

// list walks a list of any kind. What does not depend on the kind is outside, since Go compiles this once for each.
func list[T any](c *codec, name string, v *[]T, each func(*codec, *T)) {
	c.openList(name)
	if c.reading {
		*v = nil
	}
	for i := 0; c.more(i, len(*v)); i++ {
		if c.reading {
			var x T
			*v = append(*v, x)
		}
		each(c, &(*v)[i])
	}
	c.shutList()
}

func (c *codec) openList(name string) {
	c.key(name)
	c.literal("[")
	c.path = append(c.path, step{})
}

// more reports whether a list has an element i, n being how many there are when writing.
func (c *codec) more(i, n int) bool {
	if c.err != nil || (!c.reading && i >= n) || (c.reading && c.peek(']')) {
		return false
	}
	if i > 0 {
		c.literal(",")
	}
	c.path[len(c.path)-1].index = i
	return c.err == nil
}

func (c *codec) shutList() {
	c.path = c.path[:len(c.path)-1]
	c.first = false
	c.literal("]")
}

func (c *codec) texts(name string, v *[]string)  { list(c, name, v, (*codec).textValue) }
func (c *codec) numbers(name string, v *[]int64) { list(c, name, v, (*codec).int64Value) }
