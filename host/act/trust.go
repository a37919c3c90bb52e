package act

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Trust is what a host goes by: whose keys count, for what and how long, and whether a second person has to approve.
// It comes from the host's own configuration and from nowhere else. A nil Trust asks for no signature and looks at
// none.
type Trust struct {
	TwoPersons bool
	keys       map[string]*Signer
}

// Signer is a key that counts.
type Signer struct {
	ID    string
	Who   string
	May   []Action
	From  time.Time // the zero value: since ever
	Until time.Time // the first moment at which it no longer counts; the zero value: for ever
	key   ed25519.PublicKey
}

// trustFile is how Trust is written. A key's times are days (its midnight UTC) or RFC 3339.
type trustFile struct {
	TwoPersons bool       `yaml:"two_persons"`
	Keys       []trustKey `yaml:"keys"`
}

type trustKey struct {
	Who    string   `yaml:"who"`
	Public string   `yaml:"public"` // PEM, or the name of a file that has it
	May    []Action `yaml:"may"`
	From   string   `yaml:"from"`
	Until  string   `yaml:"until"`
	line   int
}

// UnmarshalYAML remembers the line, for the errors.
func (k *trustKey) UnmarshalYAML(n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 { // a Node decodes without the decoder's KnownFields
		if name := n.Content[i].Value; !slices.Contains([]string{"who", "public", "may", "from", "until"}, name) {
			return fmt.Errorf("line %d: a key has who, public, may, from and until, and no %q", n.Content[i].Line, name)
		}
	}
	type plain trustKey
	if err := n.Decode((*plain)(k)); err != nil {
		return err
	}
	k.line = n.Line
	return nil
}

// ReadTrust reads a trust file. read fetches a key's file by the name written there. The error names the line.
func ReadTrust(text []byte, read func(name string) ([]byte, error)) (*Trust, error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var file trustFile
	if err := dec.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(file.Keys) == 0 {
		return nil, errors.New("it lists no key, so nobody could change a pack. koujing pack keygen makes one")
	}
	t := &Trust{TwoPersons: file.TwoPersons, keys: map[string]*Signer{}}
	for _, k := range file.Keys {
		s, err := k.signer(read)
		if err == nil && t.keys[s.ID] != nil {
			err = fmt.Errorf("the same key as that of %s", t.keys[s.ID].Who)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", k.line, err)
		}
		t.keys[s.ID] = s
	}
	if !t.TwoPersons {
		return t, nil
	}
	for _, first := range t.keys {
		if (first.may(Publish) || first.may(Rollback)) && !slices.ContainsFunc(t.Signers(), func(s *Signer) bool { return s.may(Approve) && s.Who != first.Who }) {
			return nil, fmt.Errorf("two_persons is on, and there is nobody who could approve what %s does", first.Who)
		}
	}
	return t, nil
}

func (k *trustKey) signer(read func(string) ([]byte, error)) (*Signer, error) {
	s := &Signer{Who: k.Who, May: k.May}
	if strings.TrimSpace(k.Who) == "" || len(k.Who) > maxName || !printable(k.Who) {
		return nil, errors.New("who: the name of the key's owner is missing")
	}
	if len(s.May) == 0 {
		s.May = []Action{Publish, Rollback, Approve}
	}
	for _, a := range s.May {
		if a != Publish && a != Rollback && a != Approve {
			return nil, fmt.Errorf("may: %q is none of publish, rollback, approve", a)
		}
	}
	text := []byte(k.Public)
	var err error
	if k.Public == "" {
		return nil, errors.New("public: the key is missing; give its file or its PEM text")
	}
	if !strings.Contains(k.Public, "-----BEGIN") {
		if text, err = read(k.Public); err != nil {
			return nil, fmt.Errorf("public: %w", err)
		}
	}
	if s.key, err = readPublicKey(text); err == nil {
		s.ID, err = keyID(s.key)
	}
	if err != nil {
		return nil, fmt.Errorf("public: %w", err)
	}
	if s.From, err = moment(k.From); err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	if s.Until, err = moment(k.Until); err != nil {
		return nil, fmt.Errorf("until: %w", err)
	}
	return s, nil
}

func moment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither a day (2027-01-31) nor a time (2027-01-31T08:00:00+08:00)", text)
}

func (s *Signer) may(a Action) bool { return slices.Contains(s.May, a) }

// Signers lists the keys, by owner and id.
func (t *Trust) Signers() []*Signer {
	var all []*Signer
	for _, s := range t.keys {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *Signer) int { return strings.Compare(a.Who+"\x00"+a.ID, b.Who+"\x00"+b.ID) })
	return all
}

// Check tells whether an act of this envelope counts, its key being looked at as of a moment. The error is a *Refusal.
func (t *Trust) Check(e *Envelope, a *Act, at time.Time) error {
	if t == nil {
		return nil
	}
	if len(e.Signatures) == 0 {
		return unsigned.Of()
	}
	sig := e.Signatures[0]
	s := t.keys[sig.KeyID]
	switch {
	case s == nil:
		return unknownKey.Of(fmt.Sprintf("%.12s", sig.KeyID))
	case !ed25519.Verify(s.key, pae(e.PayloadType, e.Payload), sig.Sig):
		return badSignature.Of()
	case !s.From.IsZero() && at.Before(s.From):
		return keyTooEarly.Of(s.Who, s.From.Format(time.RFC3339))
	case !s.Until.IsZero() && !at.Before(s.Until):
		return keyTooLate.Of(s.Who, s.Until.Format(time.RFC3339))
	case !s.may(a.Action):
		return keyMayNot.Of(s.Who, a.Action.Said())
	case a.Who != s.Who:
		return otherName.Of(a.Who, s.Who)
	}
	return nil
}

// Approved tells whether a second act is another person's word on the first: it names it, and it is neither of the same
// key nor of the same name. Both must have passed Check. The error is a *Refusal.
func Approved(first *Envelope, firstAct *Act, second *Envelope, secondAct *Act) error {
	switch {
	case secondAct.Action != Approve || secondAct.Approves != first.Digest() || secondAct.Digest != firstAct.Digest ||
		secondAct.Pack != firstAct.Pack || secondAct.Version != firstAct.Version || secondAct.Seq <= firstAct.Seq:
		return notApproval.Of(secondAct.Seq, firstAct.Seq)
	case first.KeyID() == second.KeyID() || firstAct.Who == secondAct.Who:
		return samePerson.Of(secondAct.Who)
	}
	return nil
}
