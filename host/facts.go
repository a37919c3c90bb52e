package host

import (
	"bytes"
	"context"
	"encoding/json" // its tokens come with their places
	"errors"
	"strconv"
	"time"
	"unicode/utf8"
)

// Facts is what a service knows itself of a case and need not take from whoever sent it. A receipt proves what was
// computed from a case, not that the case is true: before money is paid, these should come from the service's records.
type Facts struct {
	// Now is the time to decide at. Zero: this machine's clock.
	Now time.Time
	// Agent is the agent as JSON, such as {"id":"8812","authority_fen":50000}; nil: none is known.
	Agent []byte
	// Lines are the records of verification, by the id of the line. A line without one is pending, whatever the sender
	// says.
	Lines map[string]LineFacts
}

// LineFacts is what is recorded of a line. Amounts are in fen; what is nil stays as the sender gave it.
type LineFacts struct {
	Verification string // pending, confirmed or refuted; "" is pending
	ConfirmedAt  time.Time
	Charged      *int64
	Due          *int64
	Refunded     *int64
}

// FactsFunc looks up what is known of a case. nil Facts leave the case as it is. With an error, no decision is made.
type FactsFunc func(ctx context.Context, caseJSON []byte) (*Facts, error)

// ErrNoFacts is wrapped by the error of a decision that wasn't made, since what is known of its case couldn't be looked
// up.
var ErrNoFacts = errors.New("host: the facts of the case couldn't be looked up")

type factsError struct{ err error }

func (e *factsError) Error() string { return ErrNoFacts.Error() + ": " + e.err.Error() }

func (e *factsError) Unwrap() []error { return []error{ErrNoFacts, e.err} }

// completed returns the case with what is known of it in place of what the sender said.
func (r *Runner) completed(ctx context.Context, caseJSON []byte) ([]byte, error) {
	if r.cfg.facts == nil || len(caseJSON) > MaxInput {
		return caseJSON, nil
	}
	f, err := r.cfg.facts(ctx, caseJSON)
	if err != nil {
		return nil, &factsError{err}
	}
	if f == nil {
		return caseJSON, nil
	}
	return f.apply(caseJSON)
}

// member is a member of an object, as it is written.
type member struct {
	key  string
	text []byte // its value
}

// members cuts an object into its members. It is not ok for anything else, nor for an object that has a key twice: such
// a case is invalid, and the engine says so best.
func members(text []byte) (list []member, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		key, isText := t.(string)
		var value json.RawMessage
		if err != nil || !isText || seen[key] || dec.Decode(&value) != nil {
			return nil, false
		}
		seen[key] = true
		list = append(list, member{key, value})
	}
	if _, err := dec.Token(); err != nil || len(bytes.TrimLeft(text[dec.InputOffset():], " \t\r\n")) > 0 {
		return nil, false
	}
	return list, true
}

// set replaces a member, or puts it behind the others. nil takes it out.
func set(list []member, key string, value []byte) []member {
	for i := range list {
		if list[i].key == key {
			if value == nil {
				return append(list[:i], list[i+1:]...)
			}
			list[i].text = value
			return list
		}
	}
	if value == nil {
		return list
	}
	return append(list, member{key, value})
}

func object(list []member) []byte {
	b := []byte{'{'}
	for i, m := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, quoted(m.key)...)
		b = append(b, ':')
		b = append(b, m.text...)
	}
	return append(b, '}')
}

func quoted(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string can't fail
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// apply puts the facts into a case. A text that is no case stays as it is: no decision of it pays anything.
func (f *Facts) apply(text []byte) ([]byte, error) {
	list, ok := members(text)
	if !ok || !utf8.Valid(text) {
		return text, nil
	}
	now := f.Now
	if now.IsZero() {
		now = time.Now().In(zoneOf(list))
	}
	if f.Agent != nil && !json.Valid(f.Agent) {
		return nil, &factsError{errors.New("the agent is no JSON")}
	}
	list = set(list, "now", moment(now))
	list = set(list, "agent", f.Agent)
	for i := range list {
		if list[i].key == "lines" {
			list[i].text = f.lines(list[i].text)
		}
	}
	return object(list), nil
}

// zoneOf is the zone the sender's clock shows: times in a decision are written in it.
func zoneOf(list []member) *time.Location {
	for _, m := range list {
		var text string
		if m.key == "now" && json.Unmarshal(m.text, &text) == nil {
			if t, err := time.Parse(time.RFC3339, text); err == nil {
				return t.Location()
			}
		}
	}
	return time.UTC
}

func moment(t time.Time) []byte { return quoted(t.Format(time.RFC3339)) }

func (f *Facts) lines(text []byte) []byte {
	var items []json.RawMessage
	if json.Unmarshal(text, &items) != nil {
		return text
	}
	b := []byte{'['}
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, f.line(item)...)
	}
	return append(b, ']')
}

func (f *Facts) line(text []byte) []byte {
	list, ok := members(text)
	if !ok {
		return text
	}
	var id string
	for _, m := range list {
		if m.key == "id" {
			_ = json.Unmarshal(m.text, &id) // what is no text has no record
		}
	}
	known := f.Lines[id]
	state, at := known.Verification, []byte(nil)
	if state == "" {
		state = "pending"
	}
	if !known.ConfirmedAt.IsZero() {
		at = moment(known.ConfirmedAt)
	}
	list = set(list, "verification", quoted(state))
	list = set(list, "confirmed_at", at)
	for _, amount := range []struct {
		key   string
		value *int64
	}{{"charged_fen", known.Charged}, {"due_fen", known.Due}, {"refunded_fen", known.Refunded}} {
		if amount.value != nil {
			list = set(list, amount.key, strconv.AppendInt(nil, *amount.value, 10))
		}
	}
	return object(list)
}
