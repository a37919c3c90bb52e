package decision

import (
	"koujing/core/atom"
	"koujing/core/canon"
	"koujing/core/casefile"
	"koujing/core/clock"
	"koujing/core/digest"
)

// Append appends the canonical form of a decision, receipt and all: keys in the contract's order, no space, strings
// escaped as in RFC 8785, times in whole seconds at the offset (seconds east).
func Append(dst []byte, d *Decision, t *atom.Table, offset int32) []byte {
	i := NewIssuer(&d.Receipt)
	return i.Append(AppendBody(dst, d, t, offset), &d.Receipt)
}

// AppendBody appends the decision without its receipt, which is what the receipt's digest of the decision is made of.
// An invalid decision is its status, its errors and an empty trace, whatever else was worked out.
func AppendBody(dst []byte, d *Decision, t *atom.Table, offset int32) []byte {
	if d.forms == nil || d.forms.table != t {
		d.forms = &forms{table: t}
	}
	w := writer{dst: dst, table: t, offset: offset, forms: d.forms}
	w.text(`{"status":`, d.Status)
	if len(d.Errors) > 0 {
		w.errors(d.Errors)
	}
	if d.Status == casefile.WordInvalid {
		w.raw(`,"trace":[]}`)
		return w.dst
	}
	if len(d.Gates) > 0 {
		w.gates(d.Gates)
	}
	if d.Refund.Present {
		w.refund(&d.Refund)
	}
	if d.Complaint.Present {
		w.complaint(&d.Complaint)
	}
	if len(d.Clocks) > 0 {
		w.clocks(d.Clocks)
	}
	if d.Scenario.Present {
		w.scenario(&d.Scenario)
	}
	if len(d.Warnings) > 0 {
		w.warnings(d.Warnings)
	}
	if len(d.Tasks) > 0 {
		w.tasks(d.Tasks)
	}
	if d.Cash.Present {
		w.int(`,"cash":{"change_fen":`, d.Cash.Change)
		w.raw(`}`)
	}
	if d.Close.Present {
		w.close(&d.Close)
	}
	if d.Results.Len() > 0 {
		w.results(&d.Results)
	}
	w.trace(d.Trace)
	w.raw(`}`)
	return w.dst
}

// Issuer writes the receipts of one engine with one pack: what these two make of a receipt is written once.
type Issuer struct{ head []byte }

// NewIssuer takes the engine and the pack from a receipt.
func NewIssuer(r *Receipt) Issuer {
	var w writer
	w.digest(`,"receipt":{"engine":"sha256:`, &r.Engine)
	w.digest(`","pack":"sha256:`, &r.Pack)
	w.raw(`","case":"sha256:`)
	return Issuer{w.dst}
}

// Append adds the receipt to a decision that ends dst and has none.
func (i *Issuer) Append(dst []byte, r *Receipt) []byte {
	w := writer{dst: append(dst[:len(dst)-1], i.head...)}
	w.digest("", &r.Case)
	w.digest(`","decision":"sha256:`, &r.Decision)
	w.raw(`"}}`)
	return w.dst
}

// writer appends values, each with what leads up to it: brackets, comma, key and colon.
type writer struct {
	dst    []byte
	table  *atom.Table
	offset int32
	forms  *forms
}

// The writer's methods are kept out of line: an append in line is some hundred bytes of the guest, and there are hundreds.

//go:noinline
func (w *writer) raw(s string) { w.dst = append(w.dst, s...) }

// text writes a text, "" if there is none.
func (w *writer) text(lead string, id atom.ID) {
	dst := append(w.dst, lead...)
	text := w.table.Text(id)
	if w.table.Plain(id) {
		dst = append(dst, '"')
		dst = append(dst, text...)
		w.dst = append(dst, '"')
		return
	}
	w.dst = canon.AppendString(dst, text)
}

func (w *writer) int(lead string, n int64) {
	dst := append(w.dst, lead...)
	if n == atom.Null {
		w.dst = append(dst, "null"...)
		return
	}
	w.dst = canon.AppendInt(dst, n)
}

//go:noinline
func (w *writer) bool(lead string, b bool) {
	w.dst = canon.AppendBool(append(w.dst, lead...), b)
}

func (w *writer) time(lead string, t int64) {
	dst := append(w.dst, lead...)
	if t == atom.Null {
		w.dst = append(dst, "null"...)
		return
	}
	dst = clock.AppendTime(append(dst, '"'), t, w.offset)
	w.dst = append(dst, '"')
}

// texts writes a list of texts, brackets included.
func (w *writer) texts(lead string, ids []atom.ID) {
	w.raw(lead)
	w.raw(`[`)
	for i, id := range ids {
		w.text(comma[min(i, 1)], id)
	}
	w.raw(`]`)
}

func (w *writer) flags(lead string, f Flags) {
	w.raw(lead)
	w.raw(`[`)
	n := 0
	for i, word := range flagWords {
		if f>>i&1 != 0 {
			w.text(comma[n], word)
			n = 1
		}
	}
	w.raw(`]`)
}

//go:noinline
func (w *writer) digest(lead string, sum *[32]byte) {
	w.dst = digest.AppendHex(append(w.dst, lead...), *sum)
}

// comma leads up to the first element of a list, and to the others.
var comma = [2]string{"", ","}

// object leads up to the first element of a list of objects, and to the others.
var object = [2]string{`{`, `,{`}

//go:noinline
func (w *writer) open(i int) { w.raw(object[min(i, 1)]) }

func (w *writer) errors(errors []Error) {
	w.raw(`,"errors":[`)
	for i := range errors {
		e := &errors[i]
		w.open(i)
		w.text(`"code":`, e.Code)
		w.text(`,"path":`, e.Path)
		w.text(`,"message":`, e.Message)
		w.raw(`}`)
	}
	w.raw(`]`)
}

func (w *writer) gates(gates []Gate) {
	w.raw(`,"gates":[`)
	for i := range gates {
		g := &gates[i]
		w.open(i)
		w.text(`"id":`, g.ID)
		w.text(`,"blocks":`, g.Blocks)
		w.text(`,"reason":`, g.Reason)
		w.text(`,"row":`, g.Row)
		w.raw(`}`)
	}
	w.raw(`]`)
}

func (w *writer) refund(r *Refund) {
	w.text(`,"refund":{"status":`, r.Status)
	w.raw(`,"lines":[`)
	for i := range r.Lines {
		l := &r.Lines[i]
		w.open(i)
		w.text(`"id":`, l.ID)
		w.text(`,"status":`, l.Status)
		w.int(`,"diff_fen":`, l.Diff)
		w.int(`,"multiplier":`, l.Multiplier)
		w.int(`,"total_fen":`, l.Total)
		w.int(`,"pay_fen":`, l.Pay)
		w.int(`,"preview_fen":`, l.Preview)
		w.text(`,"rule":`, l.Rule)
		w.flags(`,"flags":`, l.Flags)
		w.raw(`}`)
	}
	w.int(`],"diff_fen":`, r.Diff)
	w.int(`,"total_fen":`, r.Total)
	w.int(`,"pay_fen":`, r.Pay)
	w.int(`,"preview_fen":`, r.Preview)
	w.text(`,"means":`, r.Means)
	w.text(`,"means_reason":`, r.MeansReason)
	w.bool(`,"approval":{"needed":`, r.Approval.Needed)
	w.int(`,"rung":`, r.Approval.Rung)
	w.text(`,"reason":`, r.Approval.Reason)
	w.time(`},"due_by":`, r.DueBy)
	w.flags(`,"flags":`, r.Flags)
	w.raw(`}`)
}

func (w *writer) complaint(c *Complaint) {
	w.text(`,"complaint":{"state":`, c.State)
	w.text(`,"severity":`, c.Severity)
	w.text(`,"owner":`, c.Owner)
	w.int(`,"rung":`, c.Rung)
	w.texts(`,"next":`, c.Next)
	if !c.Escalate.Present {
		w.raw(`,"escalate":null}`)
		return
	}
	w.int(`,"escalate":{"to":`, c.Escalate.To)
	w.text(`,"role":`, c.Escalate.Role)
	w.bool(`,"parallel":`, c.Escalate.Parallel)
	w.bool(`,"allowed":`, c.Escalate.Allowed)
	w.text(`,"reason":`, c.Escalate.Reason)
	w.raw(`}}`)
}

func (w *writer) clocks(clocks []Clock) {
	w.raw(`,"clocks":[`)
	for i := range clocks {
		c := &clocks[i]
		w.open(i)
		w.text(`"id":`, c.ID)
		w.time(`,"due_at":`, c.DueAt)
		w.text(`,"status":`, c.Status)
		w.int(`,"remaining_sec":`, c.Remaining)
		w.raw(`}`)
	}
	w.raw(`]`)
}

func (w *writer) scenario(s *Scenario) {
	w.text(`,"scenario":{"id":`, s.ID)
	w.text(`,"title":`, s.Title)
	w.text(`,"step":`, s.Step)
	w.texts(`,"stack":`, s.Stack)
	w.text(`,"aim":`, s.Aim)
	w.raw(`,"say":[`)
	for i := range s.Say {
		l := &s.Say[i]
		w.open(i)
		w.text(`"id":`, l.ID)
		w.text(`,"text":`, l.Text)
		w.text(`,"gloss":`, l.Gloss)
		w.texts(`,"tags":`, l.Tags)
		w.text(`,"row":`, l.Row)
		w.raw(`}`)
	}
	w.raw(`],"held":[`)
	for i := range s.Held {
		h := &s.Held[i]
		w.open(i)
		w.text(`"id":`, h.ID)
		w.texts(`,"missing":`, h.Missing)
		w.raw(`}`)
	}
	w.raw(`],"ask":[`)
	for i := range s.Ask {
		a := &s.Ask[i]
		w.open(i)
		w.text(`"field":`, a.Field)
		w.text(`,"label":`, a.Label)
		w.text(`,"gloss":`, a.Gloss)
		w.raw(`}`)
	}
	w.raw(`],"replies":[`)
	for i := range s.Replies {
		r := &s.Replies[i]
		w.open(i)
		w.text(`"id":`, r.ID)
		w.text(`,"label":`, r.Label)
		w.text(`,"gloss":`, r.Gloss)
		w.text(`,"count":`, r.Count)
		w.raw(`}`)
	}
	w.bool(`],"end":`, s.End)
	w.text(`,"title_gloss":`, s.TitleGloss)
	w.text(`,"aim_gloss":`, s.AimGloss)
	w.raw(`}`)
}

func (w *writer) warnings(warnings []Warning) {
	w.raw(`,"warnings":[`)
	for i := range warnings {
		x := &warnings[i]
		w.open(i)
		w.text(`"code":`, x.Code)
		w.text(`,"level":`, x.Level)
		w.text(`,"at":`, x.At)
		if x.From == atom.Null {
			w.raw(`,"span":null`)
		} else {
			w.int(`,"span":[`, x.From)
			w.int(`,`, x.To)
			w.raw(`]`)
		}
		w.text(`,"text":`, x.Text)
		w.int(`,"count":`, x.Count)
		w.int(`,"limit":`, x.Limit)
		w.text(`,"message":`, x.Message)
		w.text(`,"suggestion":`, x.Suggestion)
		w.text(`,"row":`, x.Row)
		w.raw(`}`)
	}
	w.raw(`]`)
}

func (w *writer) tasks(tasks []Task) {
	w.raw(`,"tasks":[`)
	for i := range tasks {
		t := &tasks[i]
		w.open(i)
		w.text(`"id":`, t.ID)
		w.time(`,"due_at":`, t.DueAt)
		w.text(`,"row":`, t.Row)
		w.raw(`}`)
	}
	w.raw(`]`)
}

func (w *writer) close(c *Close) {
	w.bool(`,"close":{"may_leave":`, c.MayLeave)
	w.raw(`,"differences":[`)
	for i := range c.Differences {
		d := &c.Differences[i]
		w.open(i)
		w.text(`"item":`, d.Item)
		w.int(`,"expected":`, d.Expected)
		w.int(`,"counted":`, d.Counted)
		w.int(`,"difference":`, d.Difference)
		w.raw(`}`)
	}
	w.raw(`]}`)
}

func (w *writer) results(r *Results) {
	w.raw(`,"results":{`)
	for i := range r.decisions {
		w.lead(comma[min(i, 1)], r.decisions[i].head)
		for k := r.decisions[i].from; k < r.end(i); k++ {
			w.output(r, k)
		}
		w.raw(`}`)
	}
	w.raw(`}`)
}

// lead writes what leads up to a value, as it is.
func (w *writer) lead(before string, id atom.ID) {
	w.dst = append(append(w.dst, before...), w.table.Text(id)...)
}

// output writes a result, a value or a list.
func (w *writer) output(r *Results, k int) {
	o := &r.outputs[k]
	w.lead("", o.key)
	items, kind := r.items(k), o.kind
	if !o.list {
		w.value("", kind, items[0])
		return
	}
	w.raw(`[`)
	for i, v := range items {
		w.value(comma[min(i, 1)], kind, v)
	}
	w.raw(`]`)
}

func (w *writer) value(lead string, kind casefile.Type, v int64) {
	switch {
	case v == atom.Null:
		w.int(lead, v)
	case kind == casefile.Text:
		w.text(lead, atom.ID(v))
	case kind == casefile.Bool:
		w.bool(lead, v != 0)
	case kind == casefile.Time:
		w.time(lead, v)
	default:
		w.int(lead, v)
	}
}

func (w *writer) trace(trace []Fired) {
	w.raw(`,"trace":[`)
	start := len(w.dst)
	for i := range trace {
		f := &trace[i]
		x := w.forms.find(f)
		if x == nil || !w.table.Plain(f.Subject) {
			w.text(`,{"decision":`, f.Decision)
			w.text(`,"subject":`, f.Subject)
			w.text(`,"rule":`, f.Rule)
			w.text(`,"row":`, f.Row)
			w.raw(`}`)
			continue
		}
		if f.Subject == atom.Empty {
			w.dst = append(w.dst, w.forms.text[x.from:x.to]...)
			continue
		}
		w.dst = append(w.dst, w.forms.text[x.from:x.subject]...)
		w.dst = append(w.dst, w.table.Text(f.Subject)...)
		w.dst = append(w.dst, w.forms.text[x.subject:x.to]...)
	}
	if len(trace) > 0 { // the first line has no comma before it
		w.dst = append(w.dst[:start], w.dst[start+1:]...)
	}
	w.raw(`]`)
}
