package scenario

import (
	"koujing/core/atom"
	"koujing/core/canon"
	"koujing/core/clock"
	"koujing/core/decision"
	"koujing/core/money"
	"koujing/core/program"
)

// write puts the step into the decision.
func (w *walker) write() {
	t, s, out := &w.book.tracks[w.track], w.here(), &w.Out.Scenario
	out.Present = true
	out.ID, out.Title, out.TitleGloss = t.id, t.title, t.titleGloss
	out.Step, out.Aim, out.AimGloss = s.id, s.aim, s.aimGloss
	for _, at := range w.stack {
		out.Stack = append(out.Stack, w.book.tracks[at.Track].steps[at.Step].label)
	}
	for i := range s.say {
		if w.holds(s.say[i].when) {
			w.say(&s.say[i], out)
		}
	}
	for i := range s.ask {
		if f := &s.ask[i]; w.unknown(f) {
			out.Ask = append(out.Ask, decision.Ask{Field: f.path, Label: f.label, Gloss: f.gloss})
		}
	}
	out.End = s.ends && len(w.stack) == 0
	if out.End {
		return
	}
	if w.offersNext() {
		out.Replies = append(out.Replies, decision.Reply{ID: w.words.Next, Label: w.words.NextLabel, Gloss: w.words.NextGloss})
	}
	for _, list := range [...][]reply{s.replies, t.anytime} {
		for i := range list {
			offer(out, &list[i])
		}
	}
}

// offer adds a reply, unless the step has one of its own by that id.
func offer(out *decision.Scenario, r *reply) {
	for i := range out.Replies {
		if out.Replies[i].ID == r.id {
			return
		}
	}
	out.Replies = append(out.Replies, decision.Reply{ID: r.id, Label: r.label, Gloss: r.gloss, Count: r.count})
}

// say renders a line. One that sells is withheld while a gate is closed; one with an unfilled placeholder is held back
// (LNG-28, LNG-29).
func (w *walker) say(l *line, out *decision.Scenario) {
	if l.sells && len(w.Out.Gates) > 0 {
		return
	}
	missing := len(out.Held)
	text := w.render(l.text, l.id, inChinese, out)
	if len(out.Held) > missing {
		return
	}
	gloss := atom.Empty
	if l.gloss >= 0 {
		gloss = w.render(l.gloss, l.id, inEnglish, out)
		if len(out.Held) > missing { // a gloss is for the agent: without it the line can still be said
			out.Held = out.Held[:missing]
			gloss = atom.Empty
		}
	}
	out.Say = append(out.Say, decision.Say{ID: l.id, Text: text, Gloss: gloss, Tags: l.tags, Row: l.row})
}

// render fills a template's placeholders. What is missing puts the line among the held ones.
func (w *walker) render(template int32, id atom.ID, as *tongue, out *decision.Scenario) atom.ID {
	var held *decision.Held
	buf := w.Scratch[:0]
	for i := range w.Pack.Program.Templates[template].Parts {
		part := &w.Pack.Program.Templates[template].Parts[i]
		if part.Expr < 0 {
			buf = append(buf, part.Text...)
			continue
		}
		v, err := w.Machine.Eval(int(part.Expr))
		if err != nil {
			w.Err = err
			return atom.Empty
		}
		var ok bool
		if buf, ok = w.speak(buf, part, v, as); ok {
			continue
		}
		if held == nil {
			held = out.AddHeld(id)
		}
		held.Missing = append(held.Missing, w.Atoms.Intern([]byte(part.Text)))
	}
	w.Scratch = buf
	if held != nil {
		return atom.Empty
	}
	return w.Atoms.Append(buf)
}

// tongue is how a language says amounts, times and spans: lines are spoken in the pack's, glosses in English.
type tongue struct {
	yuan, month, day string
	months           [12]string // where months have names
	units            [4]unit
	plural           string
	glosses          bool // values of lists by their gloss
}

// unit is a unit of time and the shortest span told in it. Days only from three on: the norms of the trade are hours.
type unit struct {
	seconds, least int64
	name           string
}

var inChinese = &tongue{yuan: "元", month: "月", day: "日",
	units: [4]unit{{clock.Day, 3 * clock.Day, "天"}, {clock.Hour, clock.Hour, "小时"}, {clock.Minute, clock.Minute, "分钟"}, {1, 0, "秒"}}}

var inEnglish = &tongue{yuan: " yuan", plural: "s", glosses: true,
	months: [12]string{" Jan", " Feb", " Mar", " Apr", " May", " Jun", " Jul", " Aug", " Sep", " Oct", " Nov", " Dec"},
	units:  [4]unit{{clock.Day, 3 * clock.Day, " day"}, {clock.Hour, clock.Hour, " hour"}, {clock.Minute, clock.Minute, " minute"}, {1, 0, " second"}}}

// speak appends a value the way it is said. An empty text is missing like an absent value.
func (w *walker) speak(dst []byte, part *program.Part, v int64, as *tongue) ([]byte, bool) {
	if v == atom.Null {
		return dst, false
	}
	switch part.Form {
	case program.AsInt:
		return canon.AppendInt(dst, v), true
	case program.AsMoney:
		return append(money.AppendYuan(dst, money.Fen(v)), as.yuan...), true
	case program.AsDue, program.AsDate:
		return as.time(dst, clock.At(v, w.Pack.UTCOffset), part.Form == program.AsDue), true
	case program.AsSpan:
		return as.span(dst, v), true
	case program.AsLabel:
		label := w.Label(part.List, atom.ID(v))
		if as.glosses {
			label = w.Gloss(part.List, atom.ID(v))
		}
		return append(dst, w.Atoms.Text(label)...), label != atom.Null
	}
	text := w.Atoms.Text(atom.ID(v))
	return append(dst, text...), len(text) > 0
}

// time says a time in the pack's place: 11月24日10:00 or 24 Nov 10:00, or the day alone.
func (t *tongue) time(dst []byte, c clock.Civil, hours bool) []byte {
	if t.month != "" {
		dst = append(canon.AppendInt(dst, int64(c.Month)), t.month...)
		dst = append(canon.AppendInt(dst, int64(c.Day)), t.day...)
	} else {
		dst = append(canon.AppendInt(dst, int64(c.Day)), t.months[(c.Month-1)%12]...)
	}
	if !hours {
		return dst
	}
	if t.month == "" {
		dst = append(dst, ' ')
	}
	return append(canon.AppendInt(dst, int64(c.Hour)), ':', byte('0'+c.Minute/10), byte('0'+c.Minute%10))
}

// span says a span in the largest unit that leaves no rest: 48小时, 15天, 5 minutes.
func (t *tongue) span(dst []byte, seconds int64) []byte {
	for _, u := range t.units {
		if seconds < u.least || seconds%u.seconds != 0 {
			continue
		}
		dst = append(canon.AppendInt(dst, seconds/u.seconds), u.name...)
		if seconds != u.seconds {
			dst = append(dst, t.plural...)
		}
		return dst
	}
	return append(canon.AppendInt(dst, seconds), t.units[3].name...) // below zero
}
