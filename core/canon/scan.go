package canon

// token is what the scanner just passed.
type token uint8

const (
	broken token = iota // no JSON from here on
	ended               // the text is over, all of it was JSON
	opened              // { or [
	closed              // } or ]
	key                 // a member's name and its colon
	scalar
)

// expect is what may come next.
type expect uint8

const (
	value expect = iota
	firstElement
	firstKey
	nextKey
	afterValue
)

// scanner passes over JSON a token at a time. It keeps its own stack, a bit a level, so that no depth of nesting can
// exhaust the engine's.
type scanner struct {
	text    []byte
	start   int // of the token
	pos     int // behind it; for a broken one, where
	expect  expect
	depth   int
	objects []uint64 // bit d is set when level d is an object
}

func (s *scanner) reset(text []byte, pos int) {
	s.text, s.start, s.pos, s.expect, s.depth = text, pos, pos, value, 0
}

// inObject tells the kind of the innermost open container; depth must not be 0.
func (s *scanner) inObject() bool {
	d := s.depth - 1
	return s.objects[d>>6]>>(d&63)&1 != 0
}

func (s *scanner) next() token {
	text := s.text
	i := blank(text, s.pos)
	if s.expect == afterValue {
		switch {
		case s.depth == 0:
			if i < len(text) {
				return s.fail(i)
			}
			s.start, s.pos = i, i
			return ended
		case i == len(text):
			return s.fail(i)
		case text[i] == ',':
			s.expect = value
			if s.inObject() {
				s.expect = nextKey
			}
			s.pos = i + 1
			i = blank(text, s.pos)
		case text[i] == '}' && s.inObject(), text[i] == ']' && !s.inObject():
			return s.close(i)
		default:
			return s.fail(i)
		}
	}
	if i == len(text) {
		return s.fail(i)
	}
	c := text[i]
	switch s.expect {
	case firstKey, nextKey:
		if c == '}' && s.expect == firstKey {
			return s.close(i)
		}
		if c != '"' {
			return s.fail(i)
		}
		end, _, _, ok := stringEnd(text, i+1)
		if !ok {
			return s.fail(end)
		}
		end = blank(text, end+1)
		if end == len(text) || text[end] != ':' {
			return s.fail(end)
		}
		s.start, s.pos, s.expect = i, end+1, value
		return key
	case firstElement:
		if c == ']' {
			return s.close(i)
		}
	}
	return s.value(i)
}

func (s *scanner) value(i int) token {
	var end int
	var ok bool
	switch kinds[s.text[i]] {
	case Object:
		s.open(true)
		s.start, s.pos, s.expect = i, i+1, firstKey
		return opened
	case Array:
		s.open(false)
		s.start, s.pos, s.expect = i, i+1, firstElement
		return opened
	case String:
		end, _, _, ok = stringEnd(s.text, i+1)
		if ok {
			end++
		}
	case Number:
		end, ok = numberEnd(s.text, i)
	case Bool, Null:
		end, ok = literalEnd(s.text, i)
	default:
		return s.fail(i)
	}
	if !ok {
		return s.fail(end)
	}
	s.start, s.pos, s.expect = i, end, afterValue
	return scalar
}

func (s *scanner) open(object bool) {
	d := s.depth
	if d>>6 == len(s.objects) {
		s.objects = append(s.objects, 0)
	}
	s.objects[d>>6] &^= 1 << (d & 63)
	if object {
		s.objects[d>>6] |= 1 << (d & 63)
	}
	s.depth++
}

func (s *scanner) close(i int) token {
	s.depth--
	s.start, s.pos, s.expect = i, i+1, afterValue
	return closed
}

func (s *scanner) fail(i int) token {
	s.start, s.pos = i, i
	return broken
}
