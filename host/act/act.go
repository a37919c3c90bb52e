// Package act is what people do to packs, in a form that can be signed: publish this pack, approve that act, go back to
// an earlier pack. It knows acts, their envelopes, the keys that count and the file a signed pack travels in; it reads
// no disk and asks no clock.
package act

import (
	"bytes"
	"encoding/json"
	"koujing/core/author/phrase"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Action is what an act does.
type Action string

// The actions.
const (
	Publish  Action = "publish"  // puts a pack in force
	Rollback Action = "rollback" // puts a pack in force that was published before
	Approve  Action = "approve"  // the second person's word on a publish or a rollback
)

// Act is one step in the life of a pack. It is written as JSON with these members in this order, without spaces; what is
// empty is left out. There is one spelling of an act, so that no byte of a signed one can change unseen.
type Act struct {
	Action   Action `json:"action"`
	Pack     string `json:"pack"`               // its id
	Version  string `json:"version"`            // of the pack that Digest names
	Digest   string `json:"digest"`             // of the built pack: "sha256:" and 64 hex digits
	Attached string `json:"attached,omitempty"` // Publish: the digest of the files published along, see ReadAttached
	Previous string `json:"previous,omitempty"`
	// Seq counts the acts on one pack, from 1: an act fits in one place only, and an old one can't be played again.
	Seq        int64     `json:"seq"`
	Approves   string    `json:"approves,omitempty"` // Approve: the digest of the envelope of the act that is approved
	Drops      []string  `json:"drops,omitempty"`    // the digests of the envelopes of acts that wait, oldest first, and that this one is to drop
	ActiveFrom time.Time `json:"active_from,omitzero"`
	Who        string    `json:"who"`
	At         time.Time `json:"at"` // when it was signed
	Why        string    `json:"why"`
}

// Change tells whether the act puts a pack in force.
func (a *Act) Change() bool { return a.Action == Publish || a.Action == Rollback }

// Refusal says why an act doesn't count. Code is stable; the rest is for people, in each language.
type Refusal struct {
	Code   string
	Reason phrase.Text // what is wrong
	Hint   phrase.Text // what to do, empty where nothing is to be done
}

func (r *Refusal) Error() string { return r.In(phrase.EN) }

// In is the refusal in a language, without a full stop at its end.
func (r *Refusal) In(lang phrase.Lang) string {
	if r.Hint.Empty() {
		return r.Reason.In(lang)
	}
	return r.Reason.In(lang) + phrase.Text{". ", "。"}.In(lang) + r.Hint.In(lang)
}

// Codes of a Refusal that this package gives.
const (
	CodeMalformed    = "bad_act"         // not an act, an envelope or a signed pack, or not to the byte
	CodeUnsigned     = "unsigned"        // a signature is required
	CodeUnknownKey   = "unknown_key"     // signed with a key the host doesn't know
	CodeKeyExpired   = "key_expired"     // the key is past its date, or before it
	CodeKeyMayNot    = "key_not_allowed" // the key may not do this
	CodeOtherName    = "other_name"      // the act gives another name than the key's
	CodeBadSignature = "bad_signature"
	CodeUnapproved   = "not_approved"   // a second person has to approve it
	CodeSamePerson   = "same_person"    // the second person is the first
	CodeDigest       = "digest_differs" // the pack isn't the one that the act names
	CodeOtherPack    = "other_pack"     // the act is about another pack
	CodeTooEarly     = "not_yet"        // the act is for a later date
)

// Limits of the texts of an act, in bytes.
const (
	maxID   = 100
	maxName = 200
	maxWhy  = 2000
)

var (
	idPattern     = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	digestPattern = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// ValidID tells whether a text can be the id of a pack, and so the name of a folder.
func ValidID(id string) bool { return len(id) <= maxID && idPattern.MatchString(id) }

// ValidDigest tells whether a text can be a digest.
func ValidDigest(d string) bool { return digestPattern.MatchString(d) }

// check tells what keeps the act from being one.
func (a *Act) check() error {
	switch a.Action {
	case Publish, Rollback:
		if a.Approves != "" {
			return malformed(approvesNothing.Of(a.Action.Said()))
		}
		for _, d := range a.Drops {
			if !ValidDigest(d) {
				return malformed(noActDigest.Of(d))
			}
		}
	case Approve:
		if !ValidDigest(a.Approves) {
			return malformed(approvalOfWhat)
		}
		if !a.ActiveFrom.IsZero() {
			return malformed(approvalDate)
		}
		if len(a.Drops) > 0 {
			return malformed(approvalDrops)
		}
	default:
		return malformed(unknownAction.Of(string(a.Action)))
	}
	switch {
	case !ValidID(a.Pack):
		return malformed(noPackID.Of(a.Pack))
	case a.Version == "" || len(a.Version) > maxName || !printable(a.Version):
		return malformed(noVersion.Of(a.Version))
	case !ValidDigest(a.Digest):
		return malformed(noDigest.Of(a.Digest))
	case a.Attached != "" && (a.Action != Publish || !ValidDigest(a.Attached)):
		return malformed(attachedOnly.Of(a.Attached))
	case a.Previous != "" && !ValidDigest(a.Previous):
		return malformed(noDigest.Of(a.Previous))
	case a.Seq < 1:
		return malformed(badNumber.Of(a.Seq))
	case strings.TrimSpace(a.Who) == "" || len(a.Who) > maxName || !printable(a.Who):
		return noWho.Of(maxName)
	case strings.TrimSpace(a.Why) == "" || len(a.Why) > maxWhy || !printable(a.Why):
		return noWhy.Of(maxWhy)
	case a.At.IsZero() || !whole(a.At):
		return malformed(noTime)
	case !a.ActiveFrom.IsZero() && !whole(a.ActiveFrom):
		return malformed(badStart)
	}
	return nil
}

func whole(t time.Time) bool {
	return t.Location() == time.UTC && t.Nanosecond() == 0 && t.Year() >= 2000 && t.Year() < 10000
}

func printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
	}) < 0
}

// canonical is the one way a value is written here.
func canonical(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil { // structs of texts, numbers and times: can't fail
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// decodeExact reads a value that must be written exactly as canonical writes it: whatever else JSON allows, in spaces,
// order, case of names or escapes, is refused. It returns a *Refusal.
func decodeExact(what phrase.Text, text []byte, v any) error {
	if err := json.Unmarshal(text, v); err != nil {
		return malformed(cannotRead.Of(what, err.Error()))
	}
	if !bytes.Equal(canonical(v), text) {
		return malformed(notAsSigned.Of(what))
	}
	return nil
}
