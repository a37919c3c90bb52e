// Package canon reads and writes JSON the way a decision needs it: strictly, with the place of every fault, without
// recursion, without floats and without allocating.
//
// Check judges a whole text. Reader pulls values out of a text and notices on its own when it is no JSON. The Append
// functions write the canonical form.
package canon

import "unicode/utf8"

// Kind is the type of a JSON value.
type Kind uint8

// The kinds. Invalid is no value at all, and what a failed Reader sees everywhere.
const (
	Invalid Kind = iota
	Object
	Array
	String
	Number
	Bool
	Null
)

// kinds tells a value by its first byte.
var kinds = [256]Kind{
	'{': Object, '[': Array, '"': String, '-': Number,
	'0': Number, '1': Number, '2': Number, '3': Number, '4': Number,
	'5': Number, '6': Number, '7': Number, '8': Number, '9': Number,
	't': Bool, 'f': Bool, 'n': Null,
}

// Reader pulls values out of a text, in order. Its caller knows what to expect: it asks for the Kind of the next value
// where there is a choice, then takes the value with the method of that kind, or passes over it with Skip:
//
//	for r.Enter(canon.Object); r.Key(&k); {
//		for r.Enter(canon.Array); r.More(); {
//			n, whole := r.Int()
//
// A Reader that meets something that is no JSON, or not of the kind asked for, has failed: it then sees neither members
// nor elements nor values, so that every loop over it ends, and its caller asks once, at the end. It validates all that
// Check does but size, depth and duplicate names. The zero Reader is ready for Reset.
type Reader struct {
	text    []byte
	pos     int
	bad     int
	failed  bool
	first   bool // the container was just entered: no comma is due
	names   []byte
	strings []byte
	skip    scanner
}

// Reset starts a text. The Reader aliases it.
func (r *Reader) Reset(text []byte) {
	r.text, r.pos, r.bad, r.failed, r.first = text, 0, 0, false, false
}

// Kind is that of the next value.
func (r *Reader) Kind() Kind {
	if r.pos < len(r.text) {
		if k := kinds[r.text[r.pos]]; k != Invalid {
			return k
		}
	}
	r.pos = blank(r.text, r.pos)
	if r.pos < len(r.text) {
		if k := kinds[r.text[r.pos]]; k != Invalid {
			return k
		}
	}
	r.failAt(r.pos)
	return Invalid
}

// Enter goes into the next value, an object or an array.
func (r *Reader) Enter(k Kind) bool {
	if r.Kind() != k || k != Object && k != Array {
		return r.Fail()
	}
	r.pos++
	r.first = true
	return true
}

// Key goes to the next member of the object entered; its name is valid until the next Key. At the end of the object it
// leaves it and returns false.
func (r *Reader) Key(name *[]byte) bool {
	more, _ := r.GuessKey("", name)
	return more
}

// GuessKey is Key for a caller who has an idea which member comes next. If the idea is right and the name is written
// without escapes, hit is true and name is left alone: nothing had to be looked up. The empty name cannot be guessed.
func (r *Reader) GuessKey(guess string, name *[]byte) (more, hit bool) {
	text := r.text
	i := r.pos
	if i < len(text) && text[i] <= ' ' {
		i = blank(text, i)
	}
	if i >= len(text) {
		return r.failAt(i), false
	}
	if text[i] == '}' {
		r.first = false
		r.pos = i + 1
		return false, false
	}
	if r.first {
		r.first = false
	} else {
		if text[i] != ',' {
			return r.failAt(i), false
		}
		i++
		if i < len(text) && text[i] <= ' ' {
			i = blank(text, i)
		}
	}
	if i >= len(text) || text[i] != '"' {
		return r.failAt(i), false
	}
	start := i + 1
	end := start + len(guess)
	if end < len(text) && text[end] == '"' && guess != "" && string(text[start:end]) == guess {
		hit = true
	} else {
		var plain, ascii, ok bool
		end, plain, ascii, ok = stringEnd(text, start)
		if !ok || !ascii && !utf8.Valid(text[start:end]) {
			return r.failAt(end), false
		}
		*name = text[start:end]
		if !plain {
			r.names = appendUnescaped(r.names[:0], *name)
			*name = r.names
		}
	}
	i = end + 1
	if i < len(text) && text[i] <= ' ' {
		i = blank(text, i)
	}
	if i >= len(text) || text[i] != ':' {
		return r.failAt(i), false
	}
	r.pos = i + 1
	return true, hit
}

// More goes to the next element of the array entered. At its end it leaves it and returns false.
func (r *Reader) More() bool {
	i := r.pos
	if i < len(r.text) && r.text[i] <= ' ' {
		i = blank(r.text, i)
	}
	if i >= len(r.text) {
		return r.failAt(i)
	}
	if r.text[i] == ']' {
		r.first = false
		r.pos = i + 1
		return false
	}
	if r.first {
		r.first = false
		r.pos = i
		return true
	}
	if r.text[i] != ',' {
		return r.failAt(i)
	}
	r.pos = i + 1
	return true
}

// String takes a string. It is valid until the next String, and aliases the text when nothing in it was escaped.
func (r *Reader) String() []byte {
	if r.Kind() != String {
		r.Fail()
		return nil
	}
	start := r.pos + 1
	if end, ascii := Run(r.text, start); ascii && end < len(r.text) && r.text[end] == '"' {
		r.pos = end + 1
		return r.text[start:end]
	}
	end, plain, ascii, ok := stringEnd(r.text, start)
	if !ok || !ascii && !utf8.Valid(r.text[start:end]) {
		r.failAt(end)
		return nil
	}
	r.pos = end + 1
	if plain {
		return r.text[start:end]
	}
	r.strings = appendUnescaped(r.strings[:0], r.text[start:end])
	return r.strings
}

// Number takes a number, as written.
func (r *Reader) Number() []byte {
	if r.Kind() != Number {
		r.Fail()
		return nil
	}
	start := r.pos
	end, ok := numberEnd(r.text, start)
	if !ok {
		r.failAt(end)
		return nil
	}
	r.pos = end
	return r.text[start:end]
}

// Saturated is what Int makes of an integer beyond it, with its sign.
const Saturated = 1<<63 - 1

// Int takes a number. It is whole when written as 0 or -?[1-9][0-9]*; 1.0, 1e3 and -0 are not.
func (r *Reader) Int() (n int64, whole bool) {
	if r.Kind() != Number {
		r.Fail()
		return 0, false
	}
	text := r.text
	start := r.pos
	i := start
	negative := text[i] == '-'
	if negative {
		i++
	}
	first := i
	var u uint64
	for i < len(text) && text[i]-'0' <= 9 {
		u = u*10 + uint64(text[i]-'0')
		i++
	}
	size := i - first
	if size == 0 || size > 1 && text[first] == '0' || negative && text[first] == '0' ||
		i < len(text) && (text[i] == '.' || text[i]|0x20 == 'e') {
		r.Number()
		return 0, false
	}
	r.pos = i
	if size > 18 { // 19 digits may pass the bound, 18 can't
		u = Saturated
	}
	if negative {
		return -int64(u), true
	}
	return int64(u), true
}

// Bool takes true or false.
func (r *Reader) Bool() bool {
	if r.Kind() != Bool {
		return r.Fail()
	}
	end, ok := literalEnd(r.text, r.pos)
	if !ok {
		return r.failAt(end)
	}
	is := r.text[r.pos] == 't'
	r.pos = end
	return is
}

// Null takes null.
func (r *Reader) Null() {
	if r.Kind() != Null {
		r.Fail()
		return
	}
	end, ok := literalEnd(r.text, r.pos)
	if !ok {
		r.failAt(end)
		return
	}
	r.pos = end
}

// Skip passes over a value of any kind, however deep.
func (r *Reader) Skip() {
	r.skip.reset(r.text, r.pos)
	for {
		t := r.skip.next()
		if t == broken {
			r.failAt(r.skip.pos)
			return
		}
		if r.skip.depth == 0 {
			break
		}
	}
	if !utf8.Valid(r.text[r.pos:r.skip.pos]) {
		r.failAt(r.pos + firstInvalid(r.text[r.pos:r.skip.pos]))
		return
	}
	r.pos = r.skip.pos
}

// End reports whether nothing but whitespace is left. Anything else fails the Reader.
func (r *Reader) End() bool {
	i := blank(r.text, r.pos)
	if i < len(r.text) || r.failed {
		return r.failAt(i)
	}
	return true
}

// Failed reports whether anything has gone wrong since Reset.
func (r *Reader) Failed() bool { return r.failed }

// Offset is where the Reader stands, or where it failed first.
func (r *Reader) Offset() int {
	if r.failed {
		return r.bad
	}
	return r.pos
}

// Fail fails the Reader where it stands, for what only its caller can see is wrong. It returns false.
func (r *Reader) Fail() bool { return r.failAt(r.pos) }

//go:noinline
func (r *Reader) failAt(i int) bool {
	if !r.failed {
		r.failed, r.bad = true, i
	}
	r.text, r.pos = r.text[:0], 0
	return false
}
