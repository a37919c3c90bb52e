package host

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
)

// Codes of a Verification that failed, in the order they are looked for.
const (
	EngineDiffers   = "engine_differs"   // made by another module; nothing else was compared
	PackDiffers     = "pack_differs"     // made from another pack
	CaseDiffers     = "case_differs"     // made from another case
	DecisionDiffers = "decision_differs" // same engine, pack and case, and yet another answer: it was changed
	NotCanonical    = "not_canonical"    // it says the same, in other bytes
)

// Verification is the outcome of a replay.
type Verification struct {
	OK   bool
	Code string // one of the codes above
	At   string // path of the first difference, "" where there is no telling
}

// MarshalJSON writes {"ok":true}, or {"ok":false,"code":"…","at":"…"}, whose fields are always there.
func (v Verification) MarshalJSON() ([]byte, error) {
	if v.OK {
		return []byte(`{"ok":true}`), nil
	}
	return json.Marshal(struct {
		OK   bool   `json:"ok"`
		Code string `json:"code"`
		At   string `json:"at"`
	}{v.OK, v.Code, v.At})
}

// Replay decides a case without recording it: the answer serves to check another, and nobody acts on it.
func (r *Runner) Replay(ctx context.Context, caseJSON []byte) (Decision, error) {
	return r.replay(ctx, nil, caseJSON)
}

func (r *Runner) replay(ctx context.Context, p *loaded, caseJSON []byte) (Decision, error) {
	text, err := r.appendDecision(ctx, p, nil, caseJSON, nil)
	if err != nil {
		return Decision{}, err
	}
	return Decision{text}, nil
}

// Verify decides the case again and compares the answer with a decision made elsewhere. It is OK only if both are the
// same to the byte. Which is told apart: another engine, pack or case (by the receipt) from a changed decision.
// The error is Decide's.
func (r *Runner) Verify(ctx context.Context, caseJSON, decisionJSON []byte) (Verification, error) {
	return r.verify(ctx, nil, caseJSON, decisionJSON)
}

// VerifyWith is Verify by another pack than the one in place, which goes on deciding: built is the pack that the decision's
// receipt names. A decision of another engine is told without loading it, since this one might refuse it.
func (r *Runner) VerifyWith(ctx context.Context, built, caseJSON, decisionJSON []byte) (Verification, error) {
	if len(built) > MaxInput {
		return Verification{}, ErrTooLarge
	}
	if ParseDecision(decisionJSON).Receipt().Engine != r.Engine() {
		return r.Verify(ctx, caseJSON, decisionJSON)
	}
	return r.verify(ctx, &loaded{built: built}, caseJSON, decisionJSON)
}

func (r *Runner) verify(ctx context.Context, p *loaded, caseJSON, decisionJSON []byte) (Verification, error) {
	replay, err := r.replay(ctx, p, caseJSON)
	if err != nil {
		return Verification{}, err
	}
	if bytes.Equal(replay.text, decisionJSON) {
		return Verification{OK: true}, nil
	}
	given, err := parseAny(decisionJSON)
	if err != nil {
		return Verification{Code: NotCanonical, At: pathAt(replay.text, firstDifference(replay.text, decisionJSON))}, nil
	}
	theirs, ours := receiptOf(given), replay.Receipt()
	switch {
	case theirs.Engine != ours.Engine:
		return Verification{Code: EngineDiffers, At: "receipt.engine"}, nil
	case theirs.Pack != ours.Pack:
		return Verification{Code: PackDiffers, At: "receipt.pack"}, nil
	case theirs.Case != ours.Case:
		return Verification{Code: CaseDiffers, At: "receipt.case"}, nil
	}
	v := Verification{Code: DecisionDiffers, At: pathAt(replay.text, firstDifference(replay.text, decisionJSON))}
	if mine, err := parseAny(replay.text); err == nil && reflect.DeepEqual(mine, given) {
		v.Code = NotCanonical
	}
	return v, nil
}

var errTrailing = errors.New("host: text after the document")

// parseAny reads a document with its numbers as they are written.
func parseAny(text []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if len(bytes.TrimLeft(text[dec.InputOffset():], " \t\r\n")) > 0 {
		return nil, errTrailing
	}
	return v, nil
}

func receiptOf(doc any) Receipt {
	top, _ := doc.(map[string]any)
	r, _ := top["receipt"].(map[string]any)
	text := func(key string) string { s, _ := r[key].(string); return s }
	return Receipt{Engine: text("engine"), Pack: text("pack"), Case: text("case"), Decision: text("decision")}
}

func firstDifference(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// pathAt names the place in a canonical document that the byte at offset belongs to, as lines[0].due_fen. A key
// belongs to its value; a bracket, or the end of an array, to the array.
func pathAt(doc []byte, offset int) string {
	type level struct {
		array bool
		index int
		key   string
		isKey bool // an object expects a key next
	}
	var stack []level
	path := func() string {
		var b []byte
		for _, l := range stack {
			switch {
			case l.array && l.index >= 0:
				b = append(b, '[')
				b = strconv.AppendInt(b, int64(l.index), 10)
				b = append(b, ']')
			case !l.array && l.key != "":
				if len(b) > 0 {
					b = append(b, '.')
				}
				b = append(b, l.key...)
			}
		}
		return string(b)
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	for {
		tok, err := dec.Token()
		if err != nil {
			return ""
		}
		end := int(dec.InputOffset())
		top := len(stack) - 1
		delim, isDelim := tok.(json.Delim)
		if isDelim && (delim == ']' || delim == '}') {
			if offset < end {
				stack[top].index, stack[top].key = -1, "" // the container itself, not its last member
				return path()
			}
			stack = stack[:top]
			continue
		}
		if top >= 0 && !stack[top].array && stack[top].isKey {
			stack[top].key, _ = tok.(string)
			stack[top].isKey = false
			if offset < end {
				return path()
			}
			continue
		}
		if top >= 0 {
			if stack[top].array {
				stack[top].index++
			} else {
				stack[top].isKey = true
			}
		}
		// A number has no closing mark, so the byte after it still tells how long it is.
		if _, number := tok.(json.Number); offset < end || number && offset == end {
			return path()
		}
		if isDelim {
			stack = append(stack, level{array: delim == '[', index: -1, isKey: delim == '{'})
		}
	}
}
