package act

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// PayloadType names what the envelopes hold. It is signed along, so that a signature for something else can't be
// passed off as one on an act.
const PayloadType = "application/vnd.koujing.act+json"

// Envelope is a DSSE envelope (https://github.com/secure-systems-lab/dsse) with an act in it, and the signature of the
// one who does it; none where the host requires none.
type Envelope struct {
	Payload     []byte      `json:"payload"` // the act, as base64
	PayloadType string      `json:"payloadType"`
	Signatures  []Signature `json:"signatures"` // at most one: a second person signs an act of his own
}

// Signature is a signature and the key it was made with.
type Signature struct {
	KeyID string `json:"keyid"`
	Sig   []byte `json:"sig"` // Ed25519 over the pre-authentication encoding, as base64
}

// MaxEnvelope bounds an envelope, in bytes.
const MaxEnvelope = 16 << 10

// pae is DSSE's pre-authentication encoding: type and payload with their lengths, so that no byte of the one can be
// taken for one of the other.
func pae(payloadType string, payload []byte) []byte {
	b := fmt.Appendf(nil, "DSSEv1 %d %s %d ", len(payloadType), payloadType, len(payload))
	return append(b, payload...)
}

// Seal puts an act into an envelope, signed with the key unless that is nil. The error is a *Refusal: what is missing
// in the act.
func Seal(a *Act, key *PrivateKey) (*Envelope, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	e := &Envelope{Payload: canonical(a), PayloadType: PayloadType, Signatures: []Signature{}}
	if key != nil {
		e.Signatures = append(e.Signatures, Signature{key.ID, ed25519.Sign(key.private, pae(PayloadType, e.Payload))})
	}
	return e, nil
}

// Bytes is the envelope as it is written: JSON without spaces.
func (e *Envelope) Bytes() []byte { return canonical(e) }

// Digest names the envelope.
func (e *Envelope) Digest() string { return Digest(e.Bytes()) }

// Digest is the SHA-256 of a text as everything here is named: "sha256:" and 64 hex digits.
func Digest(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// KeyID is the key the envelope is signed with, "" for none.
func (e *Envelope) KeyID() string {
	if len(e.Signatures) == 0 {
		return ""
	}
	return e.Signatures[0].KeyID
}

// Open reads an envelope and the act in it. Whether the signature is good, and of whom, is Trust's to say. Errors are
// *Refusal with CodeMalformed.
func Open(text []byte) (*Envelope, *Act, error) {
	if len(text) > MaxEnvelope {
		return nil, nil, malformed(envelopeTooBig.Of(MaxEnvelope))
	}
	e := &Envelope{}
	if err := decodeExact(theEnvelope, text, e); err != nil {
		return nil, nil, err
	}
	switch {
	case e.PayloadType != PayloadType:
		return nil, nil, malformed(envelopeHolds.Of(fmt.Sprintf("%.80s", e.PayloadType), PayloadType))
	case e.Signatures == nil || len(e.Signatures) > 1:
		return nil, nil, malformed(oneSignature.Of(len(e.Signatures)))
	}
	a := &Act{}
	if err := decodeExact(theAct, e.Payload, a); err != nil {
		return nil, nil, err
	}
	if err := a.check(); err != nil {
		return nil, nil, err
	}
	return e, a, nil
}
