package ledger

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
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
		return l.mask.append(b, text, func(value string) bool { return customer != "" && value == customer })
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
	Customer string // the pseudonym; "" if he was erased
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
	}
	if err := json.Unmarshal(line, &doc); err != nil {
		return 0, nil, fmt.Errorf("a line that can't be read: %w", err)
	}
	c = &Case{Customer: doc.Customer, Case: doc.Case, Decision: doc.Decision, Masked: doc.Masked}
	if at, ok := strings.CutPrefix(doc.Customer, erasedMark); ok {
		c.ErasedAt, _ = time.Parse(time.RFC3339, strings.TrimSpace(at)) // a crash may have cut it short
		c.Customer = ""
	}
	if len(doc.Case) > 0 && doc.Case[0] == '"' {
		var text string
		if err := json.Unmarshal(doc.Case, &text); err != nil {
			return 0, nil, err
		}
		c.Case = []byte(text)
	}
	if c.Masked == nil && c.Case != nil {
		c.Masked = m.append(nil, c.Case, nil)
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

// beforeName is how a line begins, up to the pseudonym.
func beforeName(seq uint64) string { return `{"seq":` + strconv.FormatUint(seq, 10) + `,"customer":"` }

// customerMark is how a line of a customer's case goes on behind its number.
func customerMark(pseudonym string) []byte { return []byte(`,"customer":"` + pseudonym + `"`) }

// erasedMark begins what stands in a pseudonym's place when its customer was erased; the time follows.
const erasedMark = "erased "

// nobody is that, as long as a pseudonym.
func nobody(at time.Time) []byte {
	return fmt.Appendf(nil, "%-*s", pseudonymLength, erasedMark+at.UTC().Format(time.RFC3339))
}

// emptied is what is left of a line from behind its pseudonym on: the masked case, if that fits, and spaces.
func emptied(size int, masked string) []byte {
	b := make([]byte, 0, size)
	if n := len(`,"masked":}`) + len(masked); masked != "" && n <= size {
		b = append(b, `,"masked":`...)
		b = append(b, masked...)
	}
	b = append(b, '}')
	for len(b) < size {
		b = append(b, ' ')
	}
	return b
}
