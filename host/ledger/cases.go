package ledger

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/goccy/go-json"

	"koujing/host"
)

// caseBody is the line of a case, from behind its number, without its end. Case and decision stand in it as they are,
// so that the file can be read with any tool; a case of several lines stands there as a string.
func (l *Ledger) caseBody(ctx context.Context, m host.Made) []byte {
	text := bytes.Trim(m.Case, " \t\r\n")
	customer, ok := ctx.Value(customerKey{}).(string)
	if !ok {
		customer = textAt(text, l.opt.Customer)
	}
	b := make([]byte, 0, len(text)+len(m.Decision)+128)
	b = append(b, `,"customer":"`...)
	if customer != "" {
		b = append(b, l.pseudonym(customer)...)
	}
	b = append(b, '"')
	if l.opt.MaskedOnly {
		b = append(b, `,"masked":`...)
		return l.mask.append(b, text)
	}
	b = append(b, `,"case":`...)
	b = appendExact(b, text)
	b = append(b, `,"decision":`...)
	return append(b, m.Decision...)
}

func appendExact(dst, text []byte) []byte {
	if bytes.IndexByte(text, '\n') < 0 {
		return append(dst, text...)
	}
	quoted, err := json.MarshalWithOption(string(text), json.DisableHTMLEscape())
	if err != nil { // a string of valid UTF-8, since the engine took it for a case
		panic(err)
	}
	return append(dst, quoted...)
}

func appendCase(dst []byte, seq uint64, body []byte) []byte {
	dst = append(dst, `{"seq":`...)
	dst = strconv.AppendUint(dst, seq, 10)
	dst = append(dst, body...)
	return append(dst, "}\n"...)
}

// Case is what the log has of a record's case.
type Case struct {
	Customer string // the pseudonym
	Case     []byte // the exact text; nil if only the masked form is kept
	Decision []byte // the exact text, nil with Case
	Masked   []byte // the case without its personal fields
	ErasedAt time.Time
}

// parseCase reads a line. The exact texts come out to the byte.
func parseCase(line []byte, m *mask) (seq uint64, c *Case, err error) {
	var doc struct {
		Seq      uint64          `json:"seq"`
		Customer string          `json:"customer"`
		Case     json.RawMessage `json:"case"`
		Decision json.RawMessage `json:"decision"`
		Masked   json.RawMessage `json:"masked"`
		Erased   time.Time       `json:"erased"`
	}
	if err := json.Unmarshal(line, &doc); err != nil {
		return 0, nil, fmt.Errorf("a line that can't be read: %w", err)
	}
	c = &Case{Customer: doc.Customer, Case: doc.Case, Decision: doc.Decision, Masked: doc.Masked, ErasedAt: doc.Erased}
	if len(doc.Case) > 0 && doc.Case[0] == '"' {
		var text string
		if err := json.Unmarshal(doc.Case, &text); err != nil {
			return 0, nil, err
		}
		c.Case = []byte(text)
	}
	if c.Masked == nil && c.Case != nil {
		c.Masked = m.append(nil, c.Case)
	}
	return doc.Seq, c, nil
}

// seqOf reads the number at the beginning of a line of cases, and returns what follows it.
func seqOf(line []byte) (seq uint64, rest []byte, ok bool) {
	rest, ok = bytes.CutPrefix(line, []byte(`{"seq":`))
	end := bytes.IndexAny(rest, ",}")
	if !ok || end < 0 {
		return 0, nil, false
	}
	seq, err := strconv.ParseUint(string(rest[:end]), 10, 64)
	return seq, rest[end:], err == nil
}

// erased is what is left of a case in its place: as long as the line was, with spaces behind. keep is its masked form.
// The line comes and goes without its newline.
func erased(line []byte, seq uint64, at time.Time, masked []byte) []byte {
	b := make([]byte, 0, len(line))
	b = append(b, `{"seq":`...)
	b = strconv.AppendUint(b, seq, 10)
	b = append(b, `,"erased":"`...)
	b = at.UTC().AppendFormat(b, time.RFC3339)
	b = append(b, '"')
	if n := len(b) + len(`,"masked":`) + len(masked) + 1; masked != nil && n <= len(line) {
		b = append(b, `,"masked":`...)
		b = append(b, masked...)
	}
	b = append(b, '}')
	for len(b) < len(line) {
		b = append(b, ' ')
	}
	return b
}
