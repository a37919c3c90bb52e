package host

import (
	"bytes"

	"github.com/goccy/go-json"
)

// Decision is what the engine answered, to the byte. The zero value is no decision.
type Decision struct{ text []byte }

// ParseDecision takes the text of a decision made elsewhere. It doesn't judge it: that is Runner.Verify.
func ParseDecision(text []byte) Decision { return Decision{text} }

// Bytes returns the canonical JSON of the decision, without a trailing newline. The caller must not change it.
func (d Decision) Bytes() []byte { return d.text }

func (d Decision) String() string { return string(d.text) }

// MarshalJSON returns the decision unchanged.
func (d Decision) MarshalJSON() ([]byte, error) { return d.text, nil }

// Status returns decided, blocked or invalid; "" if the text isn't canonical.
func (d Decision) Status() string { return status(d.text) }

// Receipt names what a decision was made by and from. Each digest reads "sha256:" and 64 hex digits.
type Receipt struct {
	Engine   string `json:"engine"`
	Pack     string `json:"pack"`
	Case     string `json:"case"`
	Decision string `json:"decision"`
}

// Receipt reads the receipt; the zero value if there is none.
func (d Decision) Receipt() Receipt {
	var doc struct {
		Receipt Receipt `json:"receipt"`
	}
	if json.Unmarshal(d.text, &doc) != nil {
		return Receipt{}
	}
	return doc.Receipt
}

// Decode unmarshals the decision into v. Amounts and times are integers: use int64 fields, or json.Number.
func (d Decision) Decode(v any) error { return json.Unmarshal(d.text, v) }

var statusPrefix = []byte(`{"status":"`)

// status reads the first member of a canonical decision, which is always its status.
func status(text []byte) string {
	rest, ok := bytes.CutPrefix(text, statusPrefix)
	if !ok {
		return ""
	}
	word, _, ok := bytes.Cut(rest, []byte{'"'})
	if !ok {
		return ""
	}
	switch string(word) {
	case "decided":
		return "decided"
	case "blocked":
		return "blocked"
	case "invalid":
		return "invalid"
	}
	return ""
}
