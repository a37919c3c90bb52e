package wording

// The modes of a check about numbers.
const (
	mobile = iota
	identity
	bankCard
	identityLike
)

// maxDigits is longer than any number that is looked for.
const maxDigits = 20

// numbers finds the numbers of persons, also in groups with a space or a hyphen between them (CNF-01, CNF-14).
func (s *scanner) numbers() {
	for s.more() {
		if s.digit() < 0 {
			s.step()
			continue
		}
		at, runes := s.at, s.runes
		if s.number() {
			s.report(at, runes)
			continue
		}
		s.at, s.runes = at, runes
		for s.digit() >= 0 { // no number begins inside a group
			s.step()
		}
	}
}

// number reads groups of digits until they make up a number of the check's kind, and stands behind it then.
func (s *scanner) number() bool {
	var digits [maxDigits]byte
	for n := 0; ; {
		if d := s.digit(); d >= 0 {
			if n == maxDigits {
				return false
			}
			digits[n] = byte(d)
			n++
			s.step()
			continue
		}
		if n == 17 && s.more() && s.text[s.at]|0x20 == 'x' && !alphanumeric(s.text, s.at+1) && isCitizen(s.k.mode, digits[:n], 10) {
			s.step()
			return true
		}
		if isNumber(s.k.mode, digits[:n]) {
			return true
		}
		if !s.more() || s.text[s.at] != ' ' && s.text[s.at] != '-' || digitAt(s.text, s.at+1) < 0 {
			return false
		}
		s.step()
	}
}

func isNumber(mode int, d []byte) bool {
	switch mode {
	case mobile:
		switch {
		case len(d) == 13 && d[0] == 8 && d[1] == 6:
			d = d[2:]
		case len(d) == 15 && d[0] == 0 && d[1] == 0 && d[2] == 8 && d[3] == 6:
			d = d[4:]
		}
		return len(d) == 11 && d[0] == 1 && d[1] >= 3
	case identity, identityLike:
		return len(d) == 18 && isCitizen(mode, d[:17], int(d[17]))
	case bankCard:
		return len(d) >= 16 && len(d) <= 19 && d[0] >= 3 && d[0] <= 6 && luhn(d) && !(len(d) == 18 && isCitizen(identity, d[:17], int(d[17])))
	}
	return false
}

// isCitizen reports whether 17 digits and a check digit, 10 for X, make a resident identity number (GB 11643): a region, a
// date of birth from the seventh digit on, a sum of ISO 7064. One that is right but for its sum is only like one: a
// slip of the pen in a number that should not be there.
func isCitizen(mode int, d []byte, check int) bool {
	region, century, month, day := pair(d, 0), pair(d, 6), pair(d, 10), pair(d, 12)
	if region < 11 || region > 91 || century < 18 || century > 20 || month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	sum, weight := check, 1
	for i := 16; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(d[i]) * weight
	}
	return mode == identity && sum%11 == 1 || mode == identityLike && sum%11 != 1
}

// pair is the number of two digits.
func pair(d []byte, at int) int { return int(d[at])*10 + int(d[at+1]) }

// luhn is the check of bank cards (ISO/IEC 7812).
func luhn(d []byte) bool {
	sum := 0
	for i := range d {
		n := int(d[len(d)-1-i])
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

// mask appends a number with all but a few of its digits hidden: 138****8000.
func mask(dst, text []byte) []byte {
	n := 0
	for at := 0; at < len(text); at += size(text[at]) {
		if digitAt(text, at) >= 0 || text[at]|0x20 == 'x' {
			n++
		}
	}
	seen := 0
	for at := 0; at < len(text); at += size(text[at]) {
		d := digitAt(text, at)
		switch {
		case d < 0 && text[at]|0x20 != 'x':
			dst = append(dst, text[at:at+size(text[at])]...)
			continue
		case n == 11 && seen < 3 || seen >= n-4:
			dst = append(dst, text[at:at+size(text[at])]...)
		default:
			dst = append(dst, '*')
		}
		seen++
	}
	return dst
}
