package ledger

import (
	"bytes"
	"encoding/json" // its tokens come with their places, which goccy's don't
	"fmt"
	"strings"
)

// DefaultMask lists what is personal in a case of any pack: the name, what was said and written, and whatever an
// operator's own facts hold as text.
var DefaultMask = []string{"customer.surname", "transcript", "draft", "lines[].item", "facts.*:text"}

// A mask knows the personal fields of a case. A rule is a path as errors write it, with [] for any item of a list and *
// for any member; what lies below it is meant too. With :text behind it only texts are meant, so that facts.*:text
// leaves numbers and marks alone.
type mask struct{ rules []maskRule }

type maskRule struct {
	path []string // names; "[]" is any item
	text bool
}

func newMask(rules []string) (*mask, error) {
	m := &mask{}
	for _, r := range rules {
		path, kind, typed := strings.Cut(r, ":")
		if typed && kind != "text" || path == "" {
			return nil, fmt.Errorf("mask %q: write a path of the case, such as customer.surname, lines[].item or facts.*:text", r)
		}
		rule := maskRule{text: typed}
		for name := range strings.SplitSeq(path, ".") {
			bare, list := strings.CutSuffix(name, "[]")
			if bare == "" || strings.ContainsAny(bare, "[]:") {
				return nil, fmt.Errorf("mask %q: %q names no field", r, name)
			}
			rule.path = append(rule.path, bare)
			if list {
				rule.path = append(rule.path, "[]")
			}
		}
		m.rules = append(m.rules, rule)
	}
	return m, nil
}

func (r maskRule) covers(path []string) bool {
	if len(path) < len(r.path) {
		return false
	}
	for i, name := range r.path {
		if name != path[i] && !(name == "*" && path[i] != "[]") {
			return false
		}
	}
	return true
}

// append writes the case with null for every personal field: that is how a case says that it hasn't got one, so the
// masked case is a case too. Texts and numbers that isKey knows become null wherever they stand; it may be nil. A text
// that is no case becomes null.
func (m *mask) append(dst, text []byte, isKey func(value string) bool) []byte {
	start := len(dst)
	w := &walker{dec: json.NewDecoder(bytes.NewReader(text)), mask: m, isKey: isKey, out: dst}
	w.dec.UseNumber()
	if err := w.value(); err != nil {
		return append(dst[:start], "null"...)
	}
	return w.out
}

// walker copies a document and leaves out what is personal.
type walker struct {
	dec   *json.Decoder
	mask  *mask
	isKey func(value string) bool
	path  []string
	out   []byte
}

func (w *walker) value() error {
	hide, texts := w.hidden()
	if hide {
		w.out = append(w.out, "null"...)
		return w.skip()
	}
	tok, err := w.dec.Token()
	if err != nil {
		return err
	}
	switch t := tok.(type) {
	case json.Delim:
		return w.container(t)
	case string:
		if texts || w.key(t) {
			w.out = append(w.out, "null"...)
			return nil
		}
		return w.put(t)
	case json.Number:
		if w.key(t.String()) {
			w.out = append(w.out, "null"...)
			return nil
		}
		return w.put(t)
	default:
		return w.put(t)
	}
}

func (w *walker) key(value string) bool { return w.isKey != nil && w.isKey(value) }

func (w *walker) put(v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	w.out = append(w.out, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
	return nil
}

func (w *walker) container(open json.Delim) error {
	w.out = append(w.out, byte(open))
	for first := true; w.dec.More(); first = false {
		if !first {
			w.out = append(w.out, ',')
		}
		name := "[]"
		if open == '{' {
			key, err := w.dec.Token()
			if err != nil {
				return err
			}
			name, _ = key.(string)
			if err := w.put(name); err != nil {
				return err
			}
			w.out = append(w.out, ':')
		}
		w.path = append(w.path, name)
		if err := w.value(); err != nil {
			return err
		}
		w.path = w.path[:len(w.path)-1]
	}
	end, err := w.dec.Token()
	if err != nil {
		return err
	}
	w.out = append(w.out, byte(end.(json.Delim)))
	return nil
}

// hidden tells whether the value at the path is personal, or would be if it is a text.
func (w *walker) hidden() (all, texts bool) {
	for _, r := range w.mask.rules {
		if r.covers(w.path) {
			if !r.text {
				return true, false
			}
			texts = true
		}
	}
	return false, texts
}

func (w *walker) skip() error {
	var v json.RawMessage
	return w.dec.Decode(&v)
}

// textAt returns the text at a path of members, "" if there is none.
func textAt(doc []byte, path string) string {
	var v any
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	if dec.Decode(&v) != nil {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	switch t := v.(type) {
	case string:
		return t
	case json.Number:
		return t.String()
	}
	return ""
}
