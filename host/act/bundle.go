package act

import (
	"bytes"
	"encoding/json"
	"time"

	"koujing/core/pack"
)

// MediaType is what a signed pack is called over HTTP, EnvelopeMediaType a single act.
const (
	MediaType         = "application/vnd.koujing.signed-pack+json"
	EnvelopeMediaType = "application/vnd.dsse.envelope+json"
)

// MaxBundle bounds a signed pack, in bytes.
const MaxBundle = pack.MaxBytes + MaxAttached + 4*MaxEnvelope

// Bundle is a signed pack as a file: {"acts":[…],"attached":{…},"pack":{…}}, without spaces, the pack as it was built.
// The first act puts it in force; where a second person has approved that, his act is the second.
type Bundle struct {
	Envelopes []*Envelope
	Acts      []*Act
	Attached  []byte // as ReadAttached takes it; nil where there is nothing, or for somebody who only runs the pack
	Pack      []byte
}

const (
	bundleHead = `{"acts":[`
	actsEnd    = `],"`
	attached   = `attached":`
	packBegin  = `"pack":`
)

// IsBundle tells a signed pack from a built one by its first bytes.
func IsBundle(text []byte) bool { return bytes.HasPrefix(text, []byte(bundleHead)) }

// Bytes is the signed pack as it is written.
func (b *Bundle) Bytes() []byte { return append(append(b.head(), b.Pack...), '}') }

// head is all that stands before the pack.
func (b *Bundle) head() []byte {
	out := []byte(bundleHead)
	for i, e := range b.Envelopes {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, e.Bytes()...)
	}
	out = append(out, actsEnd...)
	if b.Attached != nil {
		out = append(append(append(out, attached...), b.Attached...), `,"`...)
	}
	return append(out, packBegin[1:]...)
}

// OpenBundle reads a signed pack: its form, and that the acts are about this pack. Signatures are Trust's to check.
// Errors are *Refusal.
func OpenBundle(text []byte) (*Bundle, error) {
	if len(text) > MaxBundle {
		return nil, malformed(bundleTooBig.Of(MaxBundle >> 20))
	}
	// Inside texts quotes are escaped, so the first place that looks like the end of the acts is it, and so for what is attached.
	acts, rest, ok := bytes.Cut(text, []byte(actsEnd))
	files, built := []byte(nil), rest
	if bytes.HasPrefix(rest, []byte(attached)) {
		files, built, _ = bytes.Cut(rest[len(attached):], []byte(`},"`))
		files = append(files[:len(files):len(files)], '}')
	}
	if built, found := bytes.CutPrefix(built, []byte(packBegin[1:])); !found || !ok || !IsBundle(acts) || len(built) == 0 || built[len(built)-1] != '}' {
		return nil, malformed(bundleForm)
	}
	built = built[len(packBegin)-1:]
	var raw []json.RawMessage
	if err := json.Unmarshal(append(acts[len(bundleHead)-1:len(acts):len(acts)], ']'), &raw); err != nil {
		return nil, malformed(cannotRead.Of(theActs, err.Error()))
	}
	if len(raw) < 1 || len(raw) > 2 {
		return nil, malformed(actCount.Of(len(raw)))
	}
	b := &Bundle{Attached: files, Pack: built[: len(built)-1 : len(built)-1]}
	for _, r := range raw {
		e, a, err := Open(r)
		if err != nil {
			return nil, err
		}
		b.Envelopes, b.Acts = append(b.Envelopes, e), append(b.Acts, a)
	}
	if !bytes.Equal(b.head(), text[:len(text)-len(built)]) {
		return nil, malformed(notAsSigned.Of(theActs))
	}
	return b, b.check()
}

// check tells whether the acts belong to the pack and to each other.
func (b *Bundle) check() error {
	first := b.Acts[0]
	if !first.Change() {
		return malformed(firstAct.Of(first.Action.Said()))
	}
	if err := first.Names(b.Pack); err != nil {
		return err
	}
	if b.Attached != nil {
		if err := first.Attaches(b.Attached); err != nil {
			return err
		}
	}
	if len(b.Acts) == 2 {
		return Approved(b.Envelopes[0], first, b.Envelopes[1], b.Acts[1])
	}
	return nil
}

// Names tells whether the act is about this built pack. The error is a *Refusal.
func (a *Act) Names(built []byte) error {
	if got := Digest(built); got != a.Digest {
		return digestDiffers.Of(a.Digest, got)
	}
	id, version, _, err := pack.Head(built)
	if err != nil {
		return malformed(notBuilt.Of(err.Error()))
	}
	if id != a.Pack || version != a.Version {
		return otherPack.Of(a.Pack, a.Version, id, version)
	}
	return nil
}

// Seq is the number of the bundle's last act.
func (b *Bundle) Seq() int64 { return b.Acts[len(b.Acts)-1].Seq }

// Verify tells whether somebody who only has the bundle may use it now: its acts count, a second person has approved
// where that is asked, and its date has come. A nil Trust asks for the date alone. The error is a *Refusal.
func (t *Trust) Verify(b *Bundle, now time.Time) error {
	for i, e := range b.Envelopes {
		if err := t.Check(e, b.Acts[i], now); err != nil {
			return err
		}
	}
	if t != nil && t.TwoPersons && len(b.Acts) < 2 {
		return unapproved(b.Acts[0])
	}
	if from := b.Acts[0].ActiveFrom; from.After(now) {
		return tooEarly.Of(from.Format(time.RFC3339))
	}
	return nil
}

func unapproved(a *Act) error {
	return needsApproval.Of(a.Seq, a.Who, a.Action.Said())
}
