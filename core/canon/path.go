package canon

// PathAt names the place of a byte: the value that is read or expected there, or else the container it lies in, like
// "lines[0].due_fen". Levels below the depth (0: any) are left off. The text may be broken from that byte on.
func PathAt(text []byte, offset, depth int) string {
	return string(pathAt(text, offset, depth))
}

// level is one open container.
type level struct {
	object bool
	name   []byte // the current member's name, in an object
	index  int    // the current element's, in an array
}

func pathAt(text []byte, offset, depth int) []byte {
	var s scanner
	s.reset(text, 0)
	var levels []level
	for {
		t := s.next()
		if t == broken || t == ended || s.pos > offset {
			return appendPath(levels, innermost(&s, t), depth)
		}
		if depth > 0 && s.depth > depth {
			continue // left off, so not kept: a hostile text has as many levels as bytes
		}
		switch t {
		case opened:
			levels = append(levels[:s.depth-1], level{object: s.inObject()})
		case key:
			end, plain, _, _ := stringEnd(text, s.start+1)
			name := text[s.start+1 : end]
			if !plain {
				name = appendUnescaped(nil, name)
			}
			levels[s.depth-1].name = name
		case closed, scalar:
			levels = levels[:s.depth]
			if s.depth > 0 {
				levels[s.depth-1].index++
			}
		}
	}
}

// innermost is how many levels lead to the place where the scanner stopped with a token: the innermost container counts
// only if it is a value of it that is read or expected there.
func innermost(s *scanner, t token) int {
	n := s.depth
	switch t {
	case opened:
		n-- // the container itself is the value
	case key:
		n--
	case broken:
		if n > 0 && s.expect != value && s.expect != firstElement {
			n--
		}
	}
	return n
}

func appendPath(levels []level, n, depth int) []byte {
	if depth > 0 {
		n = min(n, depth)
	}
	var path []byte
	for i := range levels[:n] {
		if l := &levels[i]; l.object {
			path = appendMember(path, l.name)
		} else {
			path = append(AppendInt(append(path, '['), int64(l.index)), ']')
		}
	}
	return path
}

// appendMember appends a member's name to the path of its object.
func appendMember(path, name []byte) []byte {
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, name...)
}
