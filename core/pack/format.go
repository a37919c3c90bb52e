package pack

import (
	"koujing/core/digest"
	"koujing/core/program"
)

// Append writes the canonical form of p.
func Append(dst []byte, p *Pack) []byte {
	c := codec{out: dst, first: true}
	start := len(dst)
	c.pack(p)
	sum := appendSeal(nil, c.out[start:])
	c.out = append(c.out, sum...)
	return append(c.out, `"}`...)
}

// Parse reads a built pack. The text is not kept.
func Parse(text []byte) (*Pack, *Error) {
	if len(text) > MaxBytes {
		return nil, &Error{Code: "too_big"}
	}
	if e := checkSeal(text); e != nil {
		return nil, e
	}
	p := &Pack{}
	c := codec{in: text, reading: true, first: true}
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
	h := uint64(14695981039346656037) // FNV-1a: a change of one byte always changes it
	for _, b := range text {
		h = (h ^ uint64(b)) * 1099511628211
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
	list(c, "lists", &p.Lists, func(l *List) {
		c.object(func() {
			c.text("name", &l.Name)
			list(c, "values", &l.Values, func(v *Value) {
				c.object(func() { c.text("id", &v.ID); c.text("label", &v.Label); c.text("gloss", &v.Gloss) })
			})
		})
	})
	list(c, "facts", &p.Facts, func(f *Fact) {
		c.object(func() {
			c.text("name", &f.Name)
			c.text("type", &f.Type)
			c.bool("nullable", &f.Nullable)
			c.text("list", &f.List)
		})
	})
	c.texts("ladder", &p.Ladder)
	list(c, "messages", &p.Messages, func(m *Message) {
		c.object(func() { c.text("code", &m.Code); c.text("text", &m.Text) })
	})
	list(c, "labels", &p.Labels, func(l *Label) {
		c.object(func() { c.text("field", &l.Field); c.text("label", &l.Label); c.text("gloss", &l.Gloss) })
	})
	list(c, "settings", &p.Settings, c.setting)
	c.numbers("holidays", &p.Holidays)
	c.numbers("workdays", &p.Workdays)
	c.key("program")
	c.object(func() { c.program(&p.Program) })
	list(c, "tracks", &p.Tracks, func(t *Track) { c.object(func() { c.track(t) }) })
	list(c, "source", &p.Source, func(f *File) {
		c.object(func() { c.text("path", &f.Path); c.text("text", &f.Text) })
	})
	c.literal(sealKey)
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

func (c *codec) setting(s *Setting) {
	c.object(func() {
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
	})
}

func (c *codec) program(p *program.Program) {
	c.texts("texts", &p.Texts)
	c.numbers("ints", &p.Ints)
	list(c, "sets", &p.Sets, func(s *program.Set) {
		c.object(func() { c.texts("texts", &s.Texts); c.numbers("ints", &s.Ints) })
	})
	c.texts("names", &p.Names)
	c.texts("lists", &p.Lists)
	c.texts("columns", &p.Columns)
	number(c, "regs", &p.Regs)
	list(c, "code", &p.Code, func(in *program.Instr) { // [op,a,b,c,d]
		c.literal("[")
		numberValue(c, &in.Op)
		c.literal(",")
		numberValue(c, &in.A)
		c.literal(",")
		numberValue(c, &in.B)
		c.literal(",")
		numberValue(c, &in.C)
		c.literal(",")
		numberValue(c, &in.D)
		c.literal("]")
	})
	list(c, "decisions", &p.Decisions, func(d *program.Decision) { c.object(func() { c.decision(d) }) })
	list(c, "exprs", &p.Exprs, func(e *program.Expr) {
		c.object(func() {
			c.text("label", &e.Label)
			number(c, "type", &e.Type)
			c.bool("nullable", &e.Nullable)
			number(c, "entry", &e.Entry)
			number(c, "reg", &e.Reg)
		})
	})
	list(c, "templates", &p.Templates, func(t *program.Template) {
		c.object(func() {
			list(c, "parts", &t.Parts, func(part *program.Part) {
				c.object(func() {
					c.text("text", &part.Text)
					number(c, "expr", &part.Expr)
					number(c, "form", &part.Form)
					c.text("list", &part.List)
				})
			})
		})
	})
}

func (c *codec) decision(d *program.Decision) {
	c.text("name", &d.Name)
	number(c, "hit", &d.Hit)
	number(c, "stage", &d.Stage)
	c.bool("own", &d.Own)
	c.bool("apart", &d.Apart)
	number(c, "prelude", &d.Prelude)
	number(c, "default", &d.Default)
	list(c, "outputs", &d.Outputs, func(o *program.Output) {
		c.object(func() {
			c.text("name", &o.Name)
			number(c, "type", &o.Type)
			c.bool("nullable", &o.Nullable)
			number(c, "reg", &o.Reg)
		})
	})
	list(c, "rules", &d.Rules, func(r *program.Rule) {
		c.object(func() { c.text("id", &r.ID); c.text("row", &r.Row); number(c, "entry", &r.Entry) })
	})
}

func (c *codec) track(t *Track) {
	c.text("id", &t.ID)
	c.text("title", &t.Title)
	c.text("title_gloss", &t.TitleGloss)
	c.texts("intents", &t.Intents)
	number(c, "when", &t.When)
	c.int64("priority", &t.Priority)
	c.texts("rows", &t.Rows)
	list(c, "anytime", &t.Anytime, c.reply)
	list(c, "interrupts", &t.Interrupts, c.branch)
	list(c, "steps", &t.Steps, func(s *Step) {
		c.object(func() {
			c.text("id", &s.ID)
			c.text("aim", &s.Aim)
			c.text("aim_gloss", &s.AimGloss)
			list(c, "say", &s.Say, func(l *Line) {
				c.object(func() {
					c.text("id", &l.ID)
					number(c, "text", &l.Text)
					number(c, "gloss", &l.Gloss)
					c.texts("tags", &l.Tags)
					c.text("row", &l.Row)
					number(c, "when", &l.When)
				})
			})
			c.texts("ask", &s.Ask)
			list(c, "replies", &s.Replies, c.reply)
			list(c, "next", &s.Next, c.branch)
			c.text("end", &s.End)
		})
	})
}

func (c *codec) reply(r *Reply) {
	c.object(func() {
		c.text("id", &r.ID)
		c.text("label", &r.Label)
		c.text("gloss", &r.Gloss)
		c.text("count", &r.Count)
		c.target(&r.To)
	})
}

func (c *codec) branch(b *Branch) {
	c.object(func() {
		number(c, "when", &b.When)
		c.target(&b.To)
	})
}

func (c *codec) target(t *Target) {
	number(c, "track", &t.Track)
	number(c, "step", &t.Step)
}
