package wording

// scanner looks through one text for what is no list of words: amounts, numbers of persons, blanks.
type scanner struct {
	c     *Checker
	k     *check
	check int
	turn  int
	text  []byte
	hit   int32 // the next of the check's words
	at    int   // in bytes
	runes int32 // the same in code points
}

func (s *scanner) look(digits bool) {
	switch {
	case s.k.kind == blank:
		s.blanks()
	case !digits:
	case s.k.kind == amount:
		s.amounts()
	default:
		s.numbers()
	}
}

// next is the next of the check's words in this text that begins before a place, nil if there is none.
func (s *scanner) next(before int32) *hit {
	for s.hit >= 0 {
		h := &s.c.hits[s.hit]
		if int(h.turn) > s.turn || int(h.turn) == s.turn && h.from >= before {
			return nil
		}
		s.hit = h.next
		if int(h.turn) == s.turn {
			return h
		}
	}
	return nil
}

// report adds a finding from a place to where the scanner stands.
func (s *scanner) report(start int, from int32) {
	s.c.add(Finding{Check: s.check, Group: -1, Turn: s.turn, From: from, To: s.runes, Start: int32(start), End: int32(s.at), Count: -1, Limit: -1})
}

// step goes one code point on.
func (s *scanner) step() {
	s.at += size(s.text[s.at])
	s.runes++
}

func (s *scanner) more() bool { return s.at < len(s.text) }

// takes goes on behind a mark, if it stands here.
func (s *scanner) takes(mark string) bool {
	if !begins(s.text[s.at:], mark) {
		return false
	}
	for end := s.at + len(mark); s.at < end; {
		s.step()
	}
	return true
}

// digitAt is the digit at a place of a text, -1 if there is none. Full-width digits (１２) are digits.
func digitAt(text []byte, at int) int64 {
	if at >= len(text) {
		return -1
	}
	if b := text[at]; b >= '0' && b <= '9' {
		return int64(b - '0')
	}
	if at+2 < len(text) && text[at] == 0xef && text[at+1] == 0xbc && text[at+2] >= 0x90 && text[at+2] <= 0x99 {
		return int64(text[at+2] - 0x90)
	}
	return -1
}

func (s *scanner) digit() int64 { return digitAt(s.text, s.at) }

// unknownAmount stands for a figure that no amount of a case can be.
const unknownAmount = -1

// tooManyYuan bounds a figure: the contract's largest amount is below it.
const tooManyYuan = 10_000_000_000

// amounts finds amounts in yuan that nobody has worked out: 12元, 12.50元, 1,200元, ￥12, 3块钱, 1.5万元. Figures spelt out in
// Chinese are not read. What the customer himself is quoted with in the same clause is let pass.
func (s *scanner) amounts() {
	clause, quoted := int32(0), int32(-1) // where the clause begins; where the customer's words were last
	for s.more() {
		start, from := s.at, s.runes
		sign := s.takes("¥") || s.takes("￥")
		for sign && s.takes(" ") {
		}
		switch {
		case s.digit() >= 0:
			if fen, money := s.figure(sign); money && !s.known(fen) && s.quoted(from, &quoted) < clause {
				s.report(start, from)
			}
		case sign:
		default:
			if s.text[s.at] != ' ' && parts(s.text[s.at:]) {
				clause = from + 1
			}
			s.step()
		}
	}
}

// quoted is where the last word stands, before a place, that tells a figure for the customer's; last is where one was
// found before.
func (s *scanner) quoted(from int32, last *int32) int32 {
	for h := s.next(from); h != nil; h = s.next(from) {
		*last = h.from
	}
	return *last
}

// figure reads digits and, behind them, the unit. It stands behind all of it afterwards.
func (s *scanner) figure(sign bool) (fen int64, money bool) {
	yuan := int64(0)
	for {
		d := s.digit()
		if d < 0 {
			if s.more() && s.text[s.at] == ',' && threeDigits(s.text[s.at+1:]) {
				s.step()
				continue
			}
			break
		}
		if yuan = yuan*10 + d; yuan > tooManyYuan {
			yuan = tooManyYuan
		}
		s.step()
	}
	hundredths, exact := s.fraction()
	fen = yuan*100 + hundredths
	at, runes := s.at, s.runes
	for s.takes(" ") {
	}
	if s.takes("万") {
		fen *= 10_000
	}
	switch {
	case s.takes("元"):
		fen += s.small()
	case s.takes("块钱"):
	case s.takes("块") && (!s.more() || parts(s.text[s.at:])):
	case sign:
		s.at, s.runes = at, runes
	default:
		return 0, false
	}
	if !exact || yuan == tooManyYuan {
		fen = unknownAmount
	}
	return fen, true
}

func threeDigits(text []byte) bool {
	for i := range 3 {
		if i >= len(text) || text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return digitAt(text, 3) < 0
}

// fraction reads what is behind the point. More than two digits are no fen.
func (s *scanner) fraction() (hundredths int64, exact bool) {
	point := 0
	switch {
	case begins(s.text[s.at:], "."):
		point = 1
	case begins(s.text[s.at:], "．"):
		point = 3
	}
	if point == 0 || digitAt(s.text, s.at+point) < 0 {
		return 0, true
	}
	s.step()
	exact = true
	for unit := int64(10); s.digit() >= 0; unit /= 10 {
		hundredths += unit * s.digit()
		exact = exact && (unit > 0 || s.digit() == 0)
		s.step()
	}
	return hundredths, exact
}

// small reads 5角 and 5分 behind the yuan, but not 5分钟.
func (s *scanner) small() (fen int64) {
	for _, u := range [...]struct {
		name, other string
		fen         int64
	}{{"角", "毛", 10}, {"分", "分", 1}} {
		d, at, runes := s.digit(), s.at, s.runes
		if d < 0 {
			continue
		}
		s.step()
		if (s.takes(u.name) || s.takes(u.other)) && !begins(s.text[s.at:], "钟") {
			fen += d * u.fen
			continue
		}
		s.at, s.runes = at, runes
	}
	return fen
}

// known reports whether an amount is one of those that may be spoken.
func (s *scanner) known(fen int64) bool {
	low, high := 0, len(s.c.amounts)
	for low < high {
		if mid := (low + high) / 2; s.c.amounts[mid] < fen {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low < len(s.c.amounts) && s.c.amounts[low] == fen
}

// placeholder begins one that nobody has filled in.
const placeholder = "{{"

// maxPlaceholder is how far the end of a placeholder is looked for, in code points.
const maxPlaceholder = 64

// blanks finds {{…}} and runs of two or more of the check's marks: XX, ***, ____ (LNG-28, LNG-29). Beside a letter or a
// digit such a run is part of a word or of a number that was masked on purpose.
func (s *scanner) blanks() {
	for h := s.next(1 << 30); h != nil; h = s.next(1 << 30) {
		if int(h.start) < s.at {
			continue
		}
		s.at, s.runes = int(h.start), h.from
		mark := string(s.text[h.start:h.end])
		if s.takes(placeholder) {
			for s.more() && !s.takes("}}") && s.runes < h.from+maxPlaceholder {
				s.step()
			}
			s.report(int(h.start), h.from)
			continue
		}
		n := 0
		for s.takes(mark) {
			n++
		}
		if n >= 2 && !(h.start > 0 && alphanumeric(s.text, before(s.text, int(h.start)))) && !alphanumeric(s.text, s.at) {
			s.report(int(h.start), h.from)
		}
	}
}

func alphanumeric(text []byte, at int) bool {
	if at >= len(text) {
		return false
	}
	b := text[at] | 0x20
	return b >= 'a' && b <= 'z' || digitAt(text, at) >= 0
}
