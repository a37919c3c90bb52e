// Package act is what people do to packs, in a form that can be signed: publish this pack, approve that act, go back to
// an earlier pack. It knows acts, their envelopes, the keys that count and the file a signed pack travels in; it reads
// no disk and asks no clock.
package act

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// Refusal says why an act doesn't count. Code is stable; the rest is for people.
type Refusal struct {
	Code   string
	Reason string // what is wrong
	Hint   string // what to do, "" where nothing is to be done
}

func (r *Refusal) Error() string {
	if r.Hint == "" {
		return r.Reason
	}
	return r.Reason + ". " + r.Hint
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

func malformed(format string, args ...any) error {
	return &Refusal{CodeMalformed, fmt.Sprintf(format, args...), "Sign it again; a signed file must not be edited"}
}

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
			return malformed("a %s approves nothing", a.Action)
		}
		for _, d := range a.Drops {
			if !ValidDigest(d) {
				return malformed("%q is no digest of an act", d)
			}
		}
	case Approve:
		if !ValidDigest(a.Approves) {
			return malformed("an approval has to name the act it approves")
		}
		if !a.ActiveFrom.IsZero() {
			return malformed("an approval has no date of its own")
		}
		if len(a.Drops) > 0 {
			return malformed("an approval drops nothing")
		}
	default:
		return malformed("unknown action %q", a.Action)
	}
	switch {
	case !ValidID(a.Pack):
		return malformed("%q is no id of a pack", a.Pack)
	case a.Version == "" || len(a.Version) > maxName || !printable(a.Version):
		return malformed("%q is no version of a pack", a.Version)
	case !ValidDigest(a.Digest):
		return malformed("%q is no digest", a.Digest)
	case a.Attached != "" && (a.Action != Publish || !ValidDigest(a.Attached)):
		return malformed("only a publish has files attached, named by their digest, not %q", a.Attached)
	case a.Previous != "" && !ValidDigest(a.Previous):
		return malformed("%q is no digest", a.Previous)
	case a.Seq < 1:
		return malformed("an act's number is 1 or more, not %d", a.Seq)
	case strings.TrimSpace(a.Who) == "" || len(a.Who) > maxName || !printable(a.Who):
		return &Refusal{CodeMalformed, "the act doesn't say who does it", fmt.Sprintf("Give a name of at most %d bytes", maxName)}
	case strings.TrimSpace(a.Why) == "" || len(a.Why) > maxWhy || !printable(a.Why):
		return &Refusal{CodeMalformed, "the act doesn't say why", fmt.Sprintf("Give a reason in one line of at most %d bytes", maxWhy)}
	case a.At.IsZero() || !whole(a.At):
		return malformed("the act doesn't say when, in whole seconds UTC")
	case !a.ActiveFrom.IsZero() && !whole(a.ActiveFrom):
		return malformed("active_from isn't in whole seconds UTC")
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
func decodeExact(what string, text []byte, v any) error {
	if err := json.Unmarshal(text, v); err != nil {
		return malformed("%s can't be read: %v", what, err)
	}
	if !bytes.Equal(canonical(v), text) {
		return malformed("%s isn't written the way it was signed", what)
	}
	return nil
}
