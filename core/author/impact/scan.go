package impact

import (
	"bytes"

	"koujing/core/canon"
)

// Sections of a decision, in the order they are written.
const (
	inErrors = iota
	inGates
	inRefund
	inComplaint
	inClocks
	inScenario
	inWarnings
	inTasks
	inCash
	inClose
	inResults
	inTrace
	sections
)

// view is a decision taken apart as far as its sections.
type view struct {
	status []byte
	at     [sections][]byte // nil where there is no such section
	sums   fen
}

// receiptSize is how long the receipt is in every decision, with the comma before it and the two brackets at the end.
const receiptSize = len(`,"receipt":{"engine":"","pack":"","case":"","decision":""}}`) + 4*(len("sha256:")+64)

// body is a decision without its receipt.
func body(text []byte) []byte {
	if cut := len(text) - receiptSize; cut > 0 && bytes.HasPrefix(text[cut:], []byte(`,"receipt":{`)) {
		return text[:cut]
	}
	return text
}

// read takes a decision apart. With sumsOnly it stops once the amounts are known.
func (v *view) read(r *cursor, text []byte, sumsOnly bool) bool {
	*v = view{}
	r.start(text)
	for r.enter('{'); r.member(); {
		section := -1
		switch string(r.name) {
		case "status":
			v.status = r.raw()
			continue
		case "errors":
			section = inErrors
		case "gates":
			section = inGates
		case "refund":
			section = inRefund
		case "complaint":
			section = inComplaint
		case "clocks":
			section = inClocks
		case "scenario":
			section = inScenario
		case "warnings":
			section = inWarnings
		case "tasks":
			section = inTasks
		case "cash":
			section = inCash
		case "close":
			section = inClose
		case "results":
			section = inResults
		case "trace":
			section = inTrace
		}
		if sumsOnly && section > inRefund {
			break
		}
		value := r.raw()
		if section >= 0 {
			v.at[section] = value
		}
	}
	if r.failed || v.status == nil {
		return false
	}
	return v.at[inRefund] == nil || v.readSums(r)
}

func (v *view) readSums(r *cursor) bool {
	r.restart(v.at[inRefund])
	for r.enter('{'); r.member(); {
		switch string(r.name) {
		case "total_fen":
			v.sums[total] = r.fen()
		case "pay_fen":
			v.sums[pay] = r.fen()
		case "preview_fen":
			v.sums[preview] = r.fen()
		default:
			r.raw()
		}
	}
	return !r.failed
}

func (v *view) invalid() bool { return string(v.status) == `"invalid"` }

// item is an element of a list of a decision, or a member of its results: what identifies it, and what may change in it.
// Everything is as written, strings in their quotes.
type item struct {
	id       []byte // id, code, rule, or the member's name
	state    []byte // status, decision
	due      []byte // due_at
	subject  []byte
	row      []byte
	whole    []byte
	sums     fen
	delta    fen    // what the sums of a bill line differ by
	matched  bool   // is in both lists
	changed  bool   // is in both lists, and another
	category []byte // of a line of the case; as a text
}

// items reads a list of objects.
func (c *cursor) items(dst []item, list []byte) []item {
	dst = dst[:0]
	if list == nil {
		return dst
	}
	c.restart(list)
	for c.enter('['); c.element(); {
		from := c.pos
		var x item
		for c.enter('{'); c.member(); {
			switch string(c.name) {
			case "id", "code", "rule":
				if string(c.name) == "rule" && x.id != nil { // a bill line's rule, which the trace has too
					c.raw()
					continue
				}
				x.id = c.raw()
			case "status", "decision":
				x.state = c.raw()
			case "due_at":
				x.due = c.raw()
			case "subject":
				x.subject = c.raw()
			case "row":
				x.row = c.raw()
			case "total_fen":
				x.sums[total] = c.fen()
			case "pay_fen":
				x.sums[pay] = c.fen()
			case "preview_fen":
				x.sums[preview] = c.fen()
			default:
				c.raw()
			}
		}
		if c.failed {
			break
		}
		x.whole = c.text[from:c.pos]
		dst = append(dst, x)
	}
	return dst
}

// members reads the members of an object.
func (c *cursor) members(dst []item, object []byte) []item {
	dst = dst[:0]
	if object == nil {
		return dst
	}
	c.restart(object)
	for c.enter('{'); c.member(); {
		dst = append(dst, item{id: c.name, whole: c.raw()})
	}
	return dst
}

// value is the value of a member of an object as written, nil where there is none.
func (c *cursor) value(object []byte, name string) []byte {
	if object == nil || object[0] != '{' {
		return nil
	}
	c.restart(object)
	for c.enter('{'); c.member(); {
		if string(c.name) == name {
			return c.raw()
		}
		c.raw()
	}
	return nil
}

// plain is the text of a value as written: a string without its quotes, unescaped; else as it is.
func plain(value []byte) []byte {
	if len(value) < 2 || value[0] != '"' {
		return value
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1]
	}
	var r canon.Reader
	r.Reset(value)
	return r.String()
}

// Case finds the case in a line: the line itself, or what a decision log keeps under "case" or else "masked_case", an
// object or the exact text in a string. It is nil for a line of a log that keeps no case, such as one about cases that were erased. A
// line that is nothing of all this is returned as it is; the engine says what is wrong with it.
func Case(line []byte) []byte {
	if !bytes.Contains(line, []byte(`"case"`)) { // nearly every line: there is nothing to look for
		return line
	}
	var kept, masked []byte
	r := caseReader{text: line}
	r.Reset(line)
	for r.Enter(canon.Object); r.Key(&r.key); {
		switch string(r.key) {
		case "case":
			kept = r.raw()
		case "masked_case":
			masked = r.raw()
		default:
			r.Skip()
		}
	}
	if r.Failed() || kept == nil {
		return line
	}
	for _, value := range [][]byte{kept, masked} {
		switch {
		case len(value) > 2 && value[0] == '"':
			return plain(value)
		case len(value) > 0 && value[0] == '{':
			return value
		case len(value) > 0 && value[0] != '"' && value[0] != 'n':
			return line
		}
	}
	return nil
}

// caseReader reads a case, which may be written in any way and be anything.
type caseReader struct {
	canon.Reader
	text []byte
	key  []byte
}

// raw takes the next value, whatever it is, as it stands in the text.
func (r *caseReader) raw() []byte {
	r.Kind() // goes to its first byte
	from := r.Offset()
	r.Skip()
	return r.text[from:r.Offset()]
}

// customer is what a comparison reads of a case: its id, and the categories of its bill lines.
type customer struct {
	id    []byte
	lines []item // id and category, as texts
}

// read never fails: what is no case has neither id nor lines, and its decisions are invalid.
func (c *customer) read(text []byte) {
	r := caseReader{text: text}
	c.id, c.lines = nil, c.lines[:0]
	var id, bill []byte
	r.Reset(text)
	for r.Enter(canon.Object); r.Key(&r.key); {
		switch string(r.key) {
		case "id":
			id = r.raw()
		case "lines":
			bill = r.raw()
		default:
			r.Skip()
		}
	}
	if r.Failed() {
		return
	}
	if len(id) > 0 && id[0] == '"' {
		c.id = plain(id)
	}
	if len(bill) == 0 || bill[0] != '[' {
		return
	}
	r.text = bill
	r.Reset(bill)
	for r.Enter(canon.Array); r.More(); {
		if r.Kind() != canon.Object {
			r.Skip()
			continue
		}
		var x item
		for r.Enter(canon.Object); r.Key(&r.key); {
			switch string(r.key) {
			case "id":
				x.id = r.raw()
			case "category":
				x.category = r.raw()
			default:
				r.Skip()
			}
		}
		c.lines = append(c.lines, x)
	}
	for i := range c.lines {
		x := &c.lines[i]
		x.id, x.category = plain(x.id), plain(x.category)
		if len(x.category) == 0 || string(x.category) == "null" {
			x.category = other
		}
	}
}

// other is the category of a line that has none (the contract's default).
var other = []byte("other")
