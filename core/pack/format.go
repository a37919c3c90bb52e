package pack

import "koujing/core/digest"

// Append writes the canonical form of p.
func Append(dst []byte, p *Pack) []byte {
	c := codec{out: dst, first: true}
	start := len(dst)
	c.pack(p)
	sum := appendSeal(nil, c.out[start:])
	c.out = append(c.out, sum...)
	return append(c.out, `"}`...)
}

// Parse reads a built pack, sources and all. The text is not kept.
func Parse(text []byte) (*Pack, *Error) { return parse(text, false) }

// ParseProgram reads a built pack but for its sources, which are two thirds of it and which only people read. Nothing of
// the program depends on them.
func ParseProgram(text []byte) (*Pack, *Error) { return parse(text, true) }

func parse(text []byte, skim bool) (*Pack, *Error) {
	if len(text) > MaxBytes {
		return nil, &Error{Code: "too_big"}
	}
	if e := checkSeal(text); e != nil {
		return nil, e
	}
	p := &Pack{}
	c := codec{in: text, reading: true, skim: skim, first: true}
	c.pack(p)
	if c.err == nil && c.at != len(text)-sealLen-2 {
		c.fail()
	}
	if c.err != nil {
		return nil, c.err
	}
	return p, nil
}

// Digest is the SHA-256 of a built pack: its name in every receipt.
func Digest(text []byte) [32]byte { return digest.Sum(text) }

// Head reads only the name of a built pack.
func Head(text []byte) (id, version, title string, err error) {
	p := &Pack{}
	c := codec{in: text, reading: true, first: true}
	c.path = append(c.path, step{index: -1})
	c.literal("{")
	c.head(p)
	if c.err != nil {
		return "", "", "", c.err
	}
	return p.ID, p.Version, p.Title, nil
}

// The seal is a checksum over all that stands before it. It tells a damaged copy from a whole one at the door, with
// a plain message; it is no signature, and the digest names the pack.
const (
	sealKey = `,"seal":"`
	sealLen = 16
)

func appendSeal(dst, text []byte) []byte {
	h := uint64(14695981039346656037) // FNV-1a over words of eight bytes: a change inside one word always changes it
	const prime = 1099511628211
	for ; len(text) >= 8; text = text[8:] {
		h = (h ^ (uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
			uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56)) * prime
		h ^= h >> 32
	}
	for _, b := range text {
		h = (h ^ uint64(b)) * prime
	}
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[h>>shift&15])
	}
	return dst
}

func checkSeal(text []byte) *Error {
	body := len(text) - sealLen - 2
	if body < len(sealKey) || string(text[body-len(sealKey):body]) != sealKey || string(text[len(text)-2:]) != `"}` {
		return &Error{Code: "pack_format"}
	}
	if string(appendSeal(nil, text[:body])) != string(text[body:body+sealLen]) {
		return &Error{Code: "pack_damaged", Path: "seal"}
	}
	return nil
}

// pack walks the whole document up to the seal's opening quote.
func (c *codec) pack(p *Pack) {
	c.path = append(c.path[:0], step{index: -1})
	c.literal("{")
	c.head(p)
	number(c, "utc_offset", &p.UTCOffset)
	list(c, "lists", &p.Lists, (*codec).valueList)
	list(c, "facts", &p.Facts, (*codec).fact)
	c.texts("ladder", &p.Ladder)
	list(c, "messages", &p.Messages, (*codec).message)
	list(c, "labels", &p.Labels, (*codec).label)
	list(c, "settings", &p.Settings, (*codec).setting)
	c.numbers("holidays", &p.Holidays)
	c.numbers("workdays", &p.Workdays)
	if len(p.Holidays) > MaxDays || len(p.Workdays) > MaxDays {
		c.fail()
	}
	c.compiled(p)
	c.sources(p)
	c.literal(sealKey)
}

// compiled walks the program, the talk tracks and the checks, which are on a tape, behind the texts that occur in them.
func (c *codec) compiled(p *Pack) {
	t := tape{in: c.in, reading: c.reading}
	if !c.reading {
		t.known = map[string]int{}
		t.pack(p)
		c.texts("texts", &t.table)
		c.key("compiled")
		c.literal(`"`)
		c.out = append(append(c.out, t.out...), '"')
		return
	}
	t.table, p.textBytes = c.table()
	p.texts = len(t.table)
	if !c.skim && !t.index() {
		c.fail()
	}
	c.key("compiled")
	c.literal(`"`)
	if c.err == nil {
		t.at = c.at
		t.pack(p)
		c.at = t.at
		if t.bad || t.used != len(t.table) {
			c.fail()
		}
	}
	c.literal(`"`)
}

// table reads the texts of the tape, bytes together.
func (c *codec) table() (all []string, bytes int) {
	all = make([]string, 0, len(c.in)/64) // more than packs have, so that it seldom has to grow
	c.openList("texts")
	for i := 0; c.more(i, 0); i++ {
		var s string
		c.textValue(&s)
		all = append(all, s)
		bytes += len(s)
	}
	c.shutList()
	return all, bytes
}

// sources come last, so that an engine can pass over them: the seal says where they end.
func (c *codec) sources(p *Pack) {
	if c.skim && c.err == nil {
		c.key("source")
		c.at = max(c.at, len(c.in)-sealLen-2-len(sealKey))
		return
	}
	list(c, "source", &p.Source, (*codec).file)
}

func (c *codec) head(p *Pack) {
	format := Format
	c.text("format", &format)
	if c.reading && c.err == nil && format != Format {
		c.err = &Error{Code: "pack_format", Path: "format"}
	}
	c.text("id", &p.ID)
	c.text("version", &p.Version)
	c.text("title", &p.Title)
	c.text("locale", &p.Locale)
	c.text("engine", &p.Engine)
	c.text("valid_from", &p.ValidFrom)
	c.text("valid_until", &p.ValidUntil)
}

func (c *codec) valueList(l *List) {
	c.open()
	c.text("name", &l.Name)
	list(c, "values", &l.Values, (*codec).value)
	c.shut()
}

func (c *codec) value(v *Value) {
	c.open()
	c.text("id", &v.ID)
	c.text("label", &v.Label)
	c.text("gloss", &v.Gloss)
	c.shut()
}

func (c *codec) fact(f *Fact) {
	c.open()
	c.text("name", &f.Name)
	c.text("type", &f.Type)
	c.bool("nullable", &f.Nullable)
	c.text("list", &f.List)
	c.shut()
}

func (c *codec) message(m *Message) {
	c.open()
	c.text("code", &m.Code)
	c.text("text", &m.Text)
	c.shut()
}

func (c *codec) label(l *Label) {
	c.open()
	c.text("field", &l.Field)
	c.text("label", &l.Label)
	c.text("gloss", &l.Gloss)
	c.shut()
}

func (c *codec) file(f *File) {
	c.open()
	c.text("path", &f.Path)
	c.text("text", &f.Text)
	c.shut()
}

func (c *codec) setting(s *Setting) {
	c.open()
	c.text("name", &s.Name)
	c.text("kind", &s.Kind)
	c.int64("int", &s.Int)
	c.bool("workdays", &s.Workdays)
	c.text("text", &s.Text)
	c.texts("list", &s.List)
	c.text("unit", &s.Unit)
	c.text("origin", &s.Origin)
	c.text("row", &s.Row)
	c.text("note", &s.Note)
	c.shut()
}
