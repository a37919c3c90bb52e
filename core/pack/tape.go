package pack

// A tape is the compiled part of a pack as one text of digits, its program, talk tracks and checks: what only engines read,
// in the form that is read fastest. It has no names; a list begins with its length; a text stands in the pack's list of
// texts, once, in the order of first use, and here is 0 when it is the next one that was not used yet, else 1 + its number.
//
// A digit carries five bits of a number, the lowest first, and 32 where more digits follow. What may be negative has its
// sign in the lowest bit. A number has one spelling: the last of several digits is not 0.
type tape struct {
	out     []byte // when writing
	in      []byte // when reading
	at      int
	reading bool
	bad     bool // when reading: it is none
	table   []string
	used    int            // of the table
	known   map[string]int // the table's texts by their number; when reading, nil where nobody asks
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

const noDigit = 0xff

// values is what each byte is as a digit.
var values = func() (v [256]uint8) {
	for i := range v {
		v[i] = noDigit
	}
	for i := range len(digits) {
		v[digits[i]] = uint8(i)
	}
	return v
}()

func (t *tape) pack(p *Pack) {
	t.program(&p.Program)
	row(t, &p.Tracks, (*tape).track)
	row(t, &p.Checks, (*tape).check)
}

// index reports whether the texts of the table are all different. An engine does not ask: a pack with two spellings is as
// safe as with one.
func (t *tape) index() bool {
	t.known = make(map[string]int, len(t.table))
	for i, s := range t.table {
		t.known[s] = i
	}
	return len(t.known) == len(t.table)
}

func (t *tape) write(n uint64) {
	for n >= 32 {
		t.out = append(t.out, digits[n&31|32])
		n >>= 5
	}
	t.out = append(t.out, digits[n])
}

// read reads a number, 0 once the tape is bad.
func (t *tape) read() uint64 {
	if t.at < len(t.in) && !t.bad { // most are of one digit
		if v := values[t.in[t.at]]; v < 32 {
			t.at++
			return uint64(v)
		}
	}
	return t.readMore()
}

func (t *tape) readMore() (n uint64) {
	for shift := 0; t.at < len(t.in) && !t.bad; shift += 5 {
		v := uint64(values[t.in[t.at]])
		if v == noDigit || shift == 60 && v > 15 || v == 0 && shift > 0 {
			break
		}
		t.at++
		n |= v & 31 << shift
		if v < 32 {
			return n
		}
	}
	t.bad = true
	return 0
}

func (t *tape) int(v *int64) {
	if t.reading {
		n := t.read()
		*v = int64(n>>1) ^ -int64(n&1)
		return
	}
	t.write(uint64(*v<<1 ^ *v>>63))
}

// small walks an integer of a narrower type.
func small[T ~int | ~int32 | ~uint16 | ~uint8](t *tape, v *T) {
	n := int64(*v)
	t.int(&n)
	if t.reading {
		*v = T(n)
		t.bad = t.bad || int64(*v) != n
	}
}

func (t *tape) bool(v *bool) {
	if t.reading {
		n := t.read()
		*v = n == 1
		t.bad = t.bad || n > 1
		return
	}
	n := uint64(0)
	if *v {
		n = 1
	}
	t.write(n)
}

func (t *tape) text(v *string) {
	if !t.reading {
		n, known := t.known[*v]
		if !known {
			t.known[*v] = len(t.table)
			t.table = append(t.table, *v)
			n = -1
		}
		t.write(uint64(n + 1))
		return
	}
	n := t.read()
	if n == 0 {
		t.used++
		n = uint64(t.used)
	}
	if n > uint64(t.used) || n > uint64(len(t.table)) {
		t.bad = true
		return
	}
	*v = t.table[n-1]
}

// room bounds what a list takes before its elements are there, since its length is only the pack's word.
const room = 1 << 13

func row[T any](t *tape, v *[]T, each func(*tape, *T)) {
	n := t.length(len(*v))
	if t.reading {
		*v = nil
		if n > 0 {
			*v = make([]T, min(n, room))
		}
	}
	for i := 0; i < n && !t.bad; i++ {
		if i == len(*v) {
			var none T
			*v = append(*v, none)
		}
		each(t, &(*v)[i])
	}
}

// length walks the length of a list. Every element has a digit at least.
func (t *tape) length(n int) int {
	if !t.reading {
		t.write(uint64(n))
		return n
	}
	read := t.read()
	if read > uint64(len(t.in)-t.at) {
		t.bad = true
		return 0
	}
	return int(read)
}

func (t *tape) texts(v *[]string) { row(t, v, (*tape).text) }
func (t *tape) ints(v *[]int64)   { row(t, v, (*tape).int) }
