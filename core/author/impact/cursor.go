package impact

import (
	"bytes"
	"strconv"
)

// A cursor walks over the canonical text of a decision. It relies on its form (no white space, whole numbers) and judges
// only what it is asked for: passing over a value means finding its end. What is no such text fails it: it then sees
// nothing any more, so that every loop over it ends.
type cursor struct {
	text   []byte
	pos    int
	failed bool
	name   []byte // the current member's, as written between its quotes
}

func (c *cursor) start(text []byte) { *c = cursor{text: text} }

// restart is start for a part of what is being read: it keeps a failure.
func (c *cursor) restart(text []byte) { *c = cursor{text: text, failed: c.failed} }

func (c *cursor) fail() bool {
	*c = cursor{failed: true}
	return false
}

func (c *cursor) at() byte {
	if c.pos < len(c.text) {
		return c.text[c.pos]
	}
	return 0
}

// enter goes into an object or an array.
func (c *cursor) enter(open byte) bool {
	if c.at() != open {
		return c.fail()
	}
	c.pos++
	return true
}

// member goes to the next member of the object entered, and leaves the object at its end.
func (c *cursor) member() bool {
	if c.at() == '}' {
		c.pos++
		return false
	}
	if c.at() == ',' {
		c.pos++
	}
	if c.at() != '"' {
		return c.fail()
	}
	end := stringEnd(c.text, c.pos)
	if end >= len(c.text) || c.text[end] != ':' {
		return c.fail()
	}
	c.name, c.pos = c.text[c.pos+1:end-1], end+1
	return true
}

// element goes to the next element of the array entered, and leaves the array at its end.
func (c *cursor) element() bool {
	switch c.at() {
	case 0:
		return c.fail()
	case ']':
		c.pos++
		return false
	case ',':
		c.pos++
	}
	return true
}

// raw takes the next value, whatever it is, as it is written.
func (c *cursor) raw() []byte {
	end := valueEnd(c.text, c.pos)
	if end == c.pos || end > len(c.text) {
		c.fail()
		return nil
	}
	value := c.text[c.pos:end]
	c.pos = end
	return value
}

// fen takes an amount; null, which stands for an unknown one, is 0.
func (c *cursor) fen() int64 {
	value := c.raw()
	if string(value) == "null" {
		return 0
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		c.fail()
	}
	return n
}

// bound marks the bytes that begin or end something in a value.
var bound = [256]bool{'"': true, '{': true, '[': true, '}': true, ']': true}

// valueEnd is where a value that begins at i is over: beyond the text if it is not.
func valueEnd(text []byte, i int) int {
	if i >= len(text) {
		return len(text) + 1
	}
	switch text[i] {
	case '"':
		return stringEnd(text, i)
	case '{', '[':
	default:
		for i < len(text) && text[i] != ',' && text[i] != '}' && text[i] != ']' {
			i++
		}
		return i
	}
	depth := 0
	for i < len(text) {
		b := text[i]
		switch {
		case !bound[b]:
			i++
			continue
		case b == '"':
			i = stringEnd(text, i)
			continue
		case b == '{' || b == '[':
			depth++
		default:
			depth--
		}
		if i++; depth == 0 {
			return i
		}
	}
	return len(text) + 1
}

// stringEnd is where a string that begins at i is over, behind its second quote.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text); i++ {
		at := bytes.IndexByte(text[i:], '"')
		if at < 0 {
			break
		}
		i += at
		escapes := i
		for escapes > 0 && text[escapes-1] == '\\' {
			escapes--
		}
		if (i-escapes)%2 == 0 {
			return i + 1
		}
	}
	return len(text) + 1
}
