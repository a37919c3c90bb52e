package wording

import (
	"koujing/core/atom"
	"koujing/core/canon"
	"koujing/core/casefile"
	"koujing/core/decision"
	"koujing/core/money"
	"koujing/core/order"
	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/stage"
	"koujing/core/vocabulary"
)

// Checks are a pack's checks with their texts as atoms, and the checker that goes by them.
type Checks struct {
	checker Checker
	texts   []texts // by check
	words   struct{ agent, customer, draft, transcript, more, wording atom.ID }
	run     *stage.Run
	places  []int // by turn: where in the transcript, -1 for the draft
	amounts []int64
}

type texts struct {
	code, level     atom.ID
	whole           note
	groups          []note
	number, amounts bool
}

// note is what a warning says.
type note struct{ message, suggest, row atom.ID }

// NewChecks resolves the checks of a pack. It is nil if one of them is nothing that an author of ours makes.
func NewChecks(t *stage.Terms) *Checks {
	c := &Checks{}
	checker := New(t.Pack.Checks)
	if checker == nil {
		return nil
	}
	c.checker = *checker
	c.words.agent, c.words.customer, c.words.draft = t.Atoms.Fix("agent"), t.Atoms.Fix("customer"), t.Atoms.Fix("draft")
	c.words.transcript, c.words.wording = t.Atoms.Fix("transcript"), t.Atoms.Fix("wording")
	c.words.more = t.Atoms.Fix("more_warnings")
	c.texts = make([]texts, len(c.checker.checks))
	for i := range c.texts {
		k := &c.checker.checks[i]
		if !sound(k.Check, int32(len(t.Pack.Program.Exprs))) {
			return nil
		}
		c.texts[i] = newTexts(t, k)
	}
	return c
}

func newTexts(t *stage.Terms, k *check) texts {
	x := texts{code: t.Atoms.Fix(k.Code), level: t.Atoms.Fix(k.Level), number: k.kind == number, amounts: k.kind == amount,
		whole: note{t.Atoms.Fix(k.Message), t.Atoms.Fix(k.Suggest), t.Atoms.Fix(k.Row)}, groups: make([]note, len(k.Groups))}
	for g := range k.Groups {
		own := &k.Groups[g]
		x.groups[g] = note{given(t.Atoms.Fix(own.Message), x.whole.message), given(t.Atoms.Fix(own.Suggest), x.whole.suggest),
			given(t.Atoms.Fix(own.Row), x.whole.row)}
	}
	return x
}

func sound(k *pack.Check, exprs int32) bool {
	for _, e := range k.Amounts {
		if e < 0 || e >= exprs {
			return false
		}
	}
	return k.When >= -1 && k.When < exprs && k.Unless >= -1 && k.Unless < exprs
}

func given(own, whole atom.ID) atom.ID {
	if own == atom.Empty {
		return whole
	}
	return own
}

// Decide checks the agent's turns and the draft. A case with neither costs nothing.
func Decide(r *stage.Run, c *Checks) {
	rows := &r.Case.Rows[casefile.Transcript]
	draft := r.Atoms.Text(r.Text(casefile.Draft))
	if r.Err != nil || len(c.texts) == 0 || rows.Len == 0 && len(draft) == 0 {
		return
	}
	c.run = r
	c.checker.Begin()
	c.places = c.places[:0]
	for i := range rows.Len {
		by, text := atom.ID(rows.At(i, casefile.TranscriptBy)), r.Atoms.Text(atom.ID(rows.At(i, casefile.TranscriptText)))
		if (by == c.words.agent || by == c.words.customer) && len(text) > 0 {
			c.checker.Add(Turn{Text: text, Agent: by == c.words.agent})
			c.places = append(c.places, i)
		}
	}
	if len(draft) > 0 {
		c.checker.Add(Turn{Text: draft, Agent: true, Draft: true})
		c.places = append(c.places, -1)
	}
	last := -1
	for _, f := range c.checker.Find(c) {
		w := c.warning(&f)
		r.Out.Warnings = append(r.Out.Warnings, w)
		if f.Check != last && f.Check >= 0 { // the trace names a check once, with the first place
			last = f.Check
			r.Machine.Trace = append(r.Machine.Trace, program.Fired{Section: uint8(vocabulary.InWording), Decision: c.words.wording, Subject: w.At, Rule: w.Code, Row: w.Row})
		}
	}
}

func (c *Checks) warning(f *Finding) decision.Warning {
	r := c.run
	w := decision.Warning{At: c.words.transcript, From: atom.Null, To: atom.Null, Text: atom.Empty, Count: atom.Null, Limit: atom.Null}
	if f.Limit >= 0 {
		w.Limit = f.Limit
	}
	if f.Count >= 0 {
		w.Count = f.Count
	}
	if f.Check < 0 {
		w.Code, w.Level, w.Message = c.words.more, casefile.WordWarning, r.Message(c.words.more)
		return w
	}
	x := &c.texts[f.Check]
	n := &x.whole
	if f.Group >= 0 {
		n = &x.groups[f.Group]
	}
	w.Code, w.Level, w.Message, w.Suggestion, w.Row = x.code, x.level, n.message, n.suggest, n.row
	if f.Reached {
		w.Level = casefile.WordWarning
	}
	if f.Turn < 0 {
		return w
	}
	w.At, w.From, w.To = c.place(f.Turn), int64(f.From), int64(f.To)
	text := c.checker.turns[f.Turn].Text[f.Start:f.End]
	switch {
	case x.number:
		r.Scratch = mask(r.Scratch[:0], text)
		text = r.Scratch
	case x.amounts:
		w.Suggestion = c.figure(w.Suggestion)
	}
	w.Text = r.Atoms.Append(text)
	return w
}

// place is the path of a text in the case.
func (c *Checks) place(turn int) atom.ID {
	i := c.places[turn]
	if i < 0 {
		return c.words.draft
	}
	r := c.run
	r.Scratch = canon.AppendInt(append(r.Scratch[:0], "transcript["...), int64(i))
	r.Scratch = append(r.Scratch, "].text"...)
	return r.Atoms.Append(r.Scratch)
}

// figure is the amount to say instead: what is to be paid, else the change, else what is owed or would be.
func (c *Checks) figure(otherwise atom.ID) atom.ID {
	r := c.run
	for _, fen := range [...]int64{r.Out.Refund.Pay, r.Out.Cash.Change, r.Out.Refund.Total, r.Out.Refund.Preview} {
		if fen > 0 {
			r.Scratch = append(money.AppendYuan(r.Scratch[:0], money.Fen(fen)), "元"...)
			return r.Atoms.Append(r.Scratch)
		}
	}
	return otherwise
}

// Holds evaluates a condition of the pack.
func (c *Checks) Holds(expr int32) bool { return c.eval(expr) == 1 }

func (c *Checks) eval(expr int32) int64 {
	if c.run.Err != nil {
		return atom.Null
	}
	v, err := c.run.Machine.Eval(int(expr))
	if err != nil {
		c.run.Err = err
		return atom.Null
	}
	return v
}

// Amounts lists what may be spoken: what is charged, due, returned, owed and paid, of the case and of each line, promised,
// received and given back in cash. What the customer claims is not among it.
func (c *Checks) Amounts(exprs []int32) []int64 {
	r, out := c.run, &c.run.Out.Refund
	c.amounts = append(c.amounts[:0], out.Diff, out.Total, out.Pay, out.Preview, r.Out.Cash.Change, r.Get(casefile.CashReceived), r.Get(casefile.CashDue))
	for i := range out.Lines {
		l := &out.Lines[i]
		c.amounts = append(c.amounts, max(l.Diff, -l.Diff), l.Total, l.Pay, l.Preview)
	}
	lines := &r.Case.Rows[casefile.Lines]
	for i := range lines.Len {
		c.amounts = append(c.amounts, lines.At(i, casefile.LineCharged), lines.At(i, casefile.LineDue), lines.At(i, casefile.LineRefunded))
	}
	promises := &r.Case.Rows[casefile.Promises]
	for i := range promises.Len {
		c.amounts = append(c.amounts, promises.At(i, casefile.PromiseAmount))
	}
	for _, e := range exprs {
		c.amounts = append(c.amounts, c.eval(e))
	}
	order.Int64s(c.amounts)
	return c.amounts
}
