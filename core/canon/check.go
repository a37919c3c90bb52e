package canon

import (
	"bytes"
	"unicode/utf8"

	"koujing/core/atom"
	"koujing/core/order"
)

// Codes of the faults a whole text can have, in the order in which they are looked for.
const (
	TooBig       = "too_big"
	BadUTF8      = "bad_utf8"
	Syntax       = "syntax"
	TooDeep      = "too_deep"
	DuplicateKey = "duplicate_key"
)

// Fault is one thing wrong with a text.
type Fault struct {
	Code   string
	Path   string // of the value at fault, like "lines[0].due_fen"; "" is the whole text
	Offset int    // in bytes
}

func (f *Fault) Error() string {
	if f.Path == "" {
		return f.Code
	}
	return f.Code + " at " + f.Path
}

// Limits of a text. Zero is no limit.
type Limits struct {
	Bytes int // the longest text
	Depth int // the most containers within each other
}

// Check looks over a whole text and returns its first fault: not the first in the text, but the first by class, and
// within the class by place. A text without fault is RFC 8259 to the letter: UTF-8 without byte order mark, no
// surrogate halves in escapes, and no object with two names that are equal once unescaped.
func Check(text []byte, limits Limits) *Fault {
	if limits.Bytes > 0 && len(text) > limits.Bytes {
		return &Fault{Code: TooBig, Offset: limits.Bytes}
	}
	if !utf8.Valid(text) {
		return at(text, BadUTF8, firstInvalid(text), limits)
	}
	c := checker{limits: limits, deep: -1, twice: -1}
	return c.check(text)
}

func firstInvalid(text []byte) int {
	i := 0
	for i < len(text) {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n <= 1 {
			break
		}
		i += n
	}
	return i
}

//go:noinline
func at(text []byte, code string, offset int, limits Limits) *Fault {
	return &Fault{Code: code, Path: string(pathAt(text, offset, limits.Depth)), Offset: offset}
}

// name is a member's name, unescaped.
type name struct {
	hash   uint64
	offset int
	text   []byte
}

// checker goes through a text once. A syntax error ends it; depth and names are noted on the way, since a syntax error
// further on takes precedence.
type checker struct {
	scanner
	limits    Limits
	deep      int // offset of the first container too deep, or -1
	twice     int // offset of the first name that is there twice, or -1
	twiceName []byte
	names     []name // of the open objects, outer ones first
	first     []int  // by level, where its names begin
}

func (c *checker) check(text []byte) *Fault {
	c.reset(text, 0)
	for {
		switch c.next() {
		case broken:
			return at(text, Syntax, c.pos, c.limits)
		case ended:
			return c.verdict()
		case opened:
			if c.deep < 0 && c.limits.Depth > 0 && c.depth > c.limits.Depth {
				c.deep = c.start
			}
			if c.deep < 0 {
				c.first = append(c.first[:c.depth-1], len(c.names))
			}
		case closed:
			// Once something is too deep nobody will ask for names.
			if c.deep < 0 {
				from := c.first[c.depth]
				c.compare(c.names[from:])
				c.names = c.names[:from]
			}
		case key:
			if c.deep < 0 {
				c.note()
			}
		}
	}
}

func (c *checker) verdict() *Fault {
	switch {
	case c.deep >= 0:
		return at(c.text, TooDeep, c.deep, c.limits)
	case c.twice >= 0:
		path := pathAt(c.text, c.twice, c.limits.Depth)
		return &Fault{Code: DuplicateKey, Path: string(appendMember(path, c.twiceName)), Offset: c.twice}
	}
	return nil
}

func (c *checker) note() {
	end, plain, _, _ := stringEnd(c.text, c.start+1)
	text := c.text[c.start+1 : end]
	if !plain {
		text = appendUnescaped(nil, text)
	}
	c.names = append(c.names, name{hash: atom.Hash(text), offset: c.start, text: text})
}

// few is how many names are compared each with each; more are sorted, whatever their hashes: a hostile text chooses them.
const few = 8

func (c *checker) compare(names []name) {
	if len(names) <= few {
		for i := range names {
			for k := range i {
				if names[i].hash == names[k].hash && bytes.Equal(names[i].text, names[k].text) {
					c.found(names[i])
				}
			}
		}
		return
	}
	order.Sort(len(names), func(i, j int) bool {
		a, b := &names[i], &names[j]
		if a.hash != b.hash {
			return a.hash < b.hash
		}
		if d := bytes.Compare(a.text, b.text); d != 0 {
			return d < 0
		}
		return a.offset < b.offset
	}, func(i, j int) { names[i], names[j] = names[j], names[i] })
	for i := 1; i < len(names); i++ {
		if names[i].hash == names[i-1].hash && bytes.Equal(names[i].text, names[i-1].text) {
			c.found(names[i])
		}
	}
}

func (c *checker) found(n name) {
	if c.twice < 0 || n.offset < c.twice {
		c.twice, c.twiceName = n.offset, n.text
	}
}
