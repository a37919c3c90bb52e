package canon

const hexDigits = "0123456789abcdef"

// AppendString appends a JSON string, escaped as RFC 8785 says: quote, backslash and control characters, the latter
// short where JSON has a short form, else as \u00xx in lower case; all else as it is. The text must be UTF-8.
func AppendString(dst, text []byte) []byte {
	dst = append(dst, '"')
	for i := 0; ; {
		end, _ := Run(text, i)
		dst = append(dst, text[i:end]...)
		if end == len(text) {
			return append(dst, '"')
		}
		dst = appendEscape(dst, text[end])
		i = end + 1
	}
}

// short are the letters of the short escapes, from \b on; \v has none.
const short = "btn\x00fr"

func appendEscape(dst []byte, c byte) []byte {
	switch {
	case c >= ' ': // a quote or a backslash
		return append(dst, '\\', c)
	case '\b' <= c && c <= '\r' && c != '\v':
		return append(dst, '\\', short[c-'\b'])
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// pairs are the two digits of 0 to 99.
const pairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

// AppendInt appends an integer in decimal.
func AppendInt(dst []byte, n int64) []byte {
	u := uint64(n)
	if n < 0 {
		dst = append(dst, '-')
		u = -u
	}
	if u < 10 {
		return append(dst, '0'+byte(u))
	}
	var buf [20]byte
	i := len(buf)
	for u >= 100 {
		q := u / 100
		p := (u - 100*q) * 2
		i -= 2
		buf[i], buf[i+1] = pairs[p], pairs[p+1]
		u = q
	}
	if u >= 10 {
		i -= 2
		buf[i], buf[i+1] = pairs[2*u], pairs[2*u+1]
	} else {
		i--
		buf[i] = '0' + byte(u)
	}
	return append(dst, buf[i:]...)
}

// AppendBool appends true or false.
func AppendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, "true"...)
	}
	return append(dst, "false"...)
}
