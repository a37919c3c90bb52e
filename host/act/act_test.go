package act

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"koujing/core/pack"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// built is the head of a built pack, which is all that this package reads of one.
func built(version string) []byte {
	return fmt.Appendf(nil, `{"format":%q,"id":"p","version":%q,"title":"测试","locale":"zh-CN","engine":"","valid_from":"","valid_until":"","rules":[]}`, pack.Format, version)
}

// person is somebody with a key.
type person struct {
	who    string
	key    *PrivateKey
	public []byte
}

func newPerson(t testing.TB, who string) person {
	t.Helper()
	private, public, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ReadPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return person{who, key, public}
}

// trust makes a Trust of a trust file; a person's name stands for the file of the public key.
func trust(t testing.TB, text string, people ...person) *Trust {
	t.Helper()
	tr, err := ReadTrust([]byte(text), func(name string) ([]byte, error) {
		for _, p := range people {
			if p.who == name {
				return p.public, nil
			}
		}
		return nil, os.ErrNotExist
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func publish(who string, text []byte) *Act {
	return &Act{Action: Publish, Pack: "p", Version: "1", Digest: Digest(text), Seq: 1, Who: who, At: noon, Why: "因为"}
}

func seal(t testing.TB, a *Act, key *PrivateKey) *Envelope {
	t.Helper()
	e, err := Seal(a, key)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func code(err error) string {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return fmt.Sprint(err)
}

// The encoding that is signed is DSSE's: the example of its specification.
func TestPAE(t *testing.T) {
	if got := string(pae("http://example.com/HelloWorld", []byte("hello world"))); got != "DSSEv1 29 http://example.com/HelloWorld 11 hello world" {
		t.Error(got)
	}
}

func TestEnvelope(t *testing.T) {
	wang := newPerson(t, "王芳")
	a := publish("王芳", built("1"))
	a.ActiveFrom = noon.Add(time.Hour)
	e := seal(t, a, wang.key)
	back, what, err := Open(e.Bytes())
	if err != nil || !reflect.DeepEqual(what, a) || back.Digest() != e.Digest() {
		t.Fatalf("%v %+v", err, what)
	}
	want := `{"action":"publish","pack":"p","version":"1","digest":"` + a.Digest + `","seq":1,"active_from":"2026-11-22T13:00:00Z","who":"王芳","at":"2026-11-22T12:00:00Z","why":"因为"}`
	if string(e.Payload) != want {
		t.Errorf("%s", e.Payload)
	}
}

// Whatever isn't an act to the letter is refused before anybody signs it, and after.
func TestNotAnAct(t *testing.T) {
	for name, change := range map[string]func(a *Act){
		"action":           func(a *Act) { a.Action = "delete" },
		"id":               func(a *Act) { a.Pack = "../p" },
		"long id":          func(a *Act) { a.Pack = strings.Repeat("p", 101) },
		"version":          func(a *Act) { a.Version = "" },
		"digest":           func(a *Act) { a.Digest = "sha256:00" },
		"previous":         func(a *Act) { a.Previous = "yes" },
		"seq":              func(a *Act) { a.Seq = 0 },
		"who":              func(a *Act) { a.Who = " " },
		"who steers":       func(a *Act) { a.Who = "a\x1b[31m" },
		"who turns":        func(a *Act) { a.Who = "a\u202e" },
		"why":              func(a *Act) { a.Why = "" },
		"why of two lines": func(a *Act) { a.Why = "a\nb" },
		"why is long":      func(a *Act) { a.Why = strings.Repeat("x", 2001) },
		"not UTF-8":        func(a *Act) { a.Why = "\xff" },
		"at":               func(a *Act) { a.At = time.Time{} },
		"part of a second": func(a *Act) { a.At = noon.Add(1) },
		"another zone":     func(a *Act) { a.At = noon.In(time.FixedZone("", 3600)) },
		"approves":         func(a *Act) { a.Approves = a.Digest },
		"approves nothing": func(a *Act) { a.Action = Approve },
		"approves later":   func(a *Act) { a.Action, a.Approves, a.ActiveFrom = Approve, a.Digest, noon },
		"from":             func(a *Act) { a.ActiveFrom = noon.Add(1) },
	} {
		a := publish("王芳", built("1"))
		change(a)
		if _, err := Seal(a, nil); code(err) != CodeMalformed {
			t.Errorf("%s: sealed: %v", name, err)
		}
		e := Envelope{Payload: canonical(a), PayloadType: PayloadType, Signatures: []Signature{}}
		if _, _, err := Open(e.Bytes()); code(err) != CodeMalformed {
			t.Errorf("%s: opened: %v", name, err)
		}
	}
	good := string(seal(t, publish("a", built("1")), nil).Bytes())
	for name, text := range map[string]string{
		"nothing":       "",
		"space":         strings.Replace(good, ",", ", ", 1),
		"newline":       good + "\n",
		"other order":   `{"payloadType":"` + PayloadType + `"` + strings.Replace(good[1:], `"payloadType":"`+PayloadType+`",`, "", 1),
		"other case":    strings.Replace(good, `"payload"`, `"Payload"`, 1),
		"one more":      strings.Replace(good, "{", `{"x":1,`, 1),
		"twice":         strings.Replace(good, "{", `{"payload":"",`, 1),
		"other type":    strings.Replace(good, "koujing.act", "koujing.cat", 1),
		"no signatures": strings.Replace(good, "[]", "null", 1),
		"two":           strings.Replace(good, "[]", `[{"keyid":"a","sig":""},{"keyid":"b","sig":""}]`, 1),
		"huge":          good + strings.Repeat(" ", MaxEnvelope),
	} {
		if text == good {
			t.Fatal(name, "changes nothing")
		}
		if _, _, err := Open([]byte(text)); code(err) != CodeMalformed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every bit of a signed pack counts: with any one of them turned, it is refused.
func TestEveryBit(t *testing.T) {
	wang, li := newPerson(t, "王芳"), newPerson(t, "李强")
	tr := trust(t, "two_persons: true\nkeys: [{who: 王芳, public: 王芳}, {who: 李强, public: 李强}]", wang, li)
	a := publish("王芳", built("1"))
	e := seal(t, a, wang.key)
	ap := &Act{Action: Approve, Pack: "p", Version: "1", Digest: a.Digest, Seq: 2, Approves: e.Digest(), Who: "李强", At: noon, Why: "ok"}
	b := &Bundle{Envelopes: []*Envelope{e, seal(t, ap, li.key)}, Pack: built("1")}
	text := b.Bytes()
	accepted := func(text []byte) error {
		b, err := OpenBundle(text)
		if err == nil {
			err = tr.Verify(b, noon)
		}
		return err
	}
	if err := accepted(text); err != nil {
		t.Fatal(err)
	}
	codes := map[string]int{}
	for i := range text {
		for bit := range 8 {
			text[i] ^= 1 << bit
			err := accepted(text)
			text[i] ^= 1 << bit
			if err == nil {
				t.Fatalf("byte %d, bit %d (%q): accepted", i, bit, text[max(0, i-10):i+1])
			}
			codes[code(err)]++
		}
	}
	t.Logf("%d bits of a signed and approved pack of %d bytes turned, one by one: none accepted, %v", 8*len(text), len(text), codes)
	for n := range text {
		if accepted(text[:n]) == nil {
			t.Fatalf("the first %d bytes: accepted", n)
		}
	}
	if accepted(append(slices.Clone(text), '\n')) == nil {
		t.Error("a byte more: accepted")
	}
}

func TestCheck(t *testing.T) {
	wang, li, zhao := newPerson(t, "王芳"), newPerson(t, "李强"), newPerson(t, "赵敏")
	tr := trust(t, `
keys:
  - { who: 王芳, public: 王芳, may: [publish], from: 2026-01-01, until: 2026-12-01T00:00:00+08:00 }
  - { who: 李强, public: 李强, may: [approve] }
`, wang, li)
	midnight := time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC)
	by := func(who string, key *PrivateKey, action Action) *Envelope {
		a := publish(who, built("1"))
		a.Action = action
		return seal(t, a, key)
	}
	swapped := by("王芳", wang.key, Publish)
	swapped.Signatures[0].Sig = by("王芳", wang.key, Rollback).Signatures[0].Sig
	renamed := by("王芳", zhao.key, Publish)
	renamed.Signatures[0].KeyID = wang.key.ID
	none := by("王芳", wang.key, Publish)
	none.Signatures = none.Signatures[:0]
	empty := by("王芳", wang.key, Publish)
	empty.Signatures[0].Sig = nil
	for name, tt := range map[string]struct {
		e    *Envelope
		at   time.Time
		code string
	}{
		"good":               {by("王芳", wang.key, Publish), noon, "<nil>"},
		"last moment":        {by("王芳", wang.key, Publish), midnight.Add(-time.Second), "<nil>"},
		"past":               {by("王芳", wang.key, Publish), midnight, CodeKeyExpired},
		"too early":          {by("王芳", wang.key, Publish), noon.AddDate(-1, 0, 0), CodeKeyExpired},
		"unsigned":           {none, noon, CodeUnsigned},
		"unknown key":        {by("赵敏", zhao.key, Publish), noon, CodeUnknownKey},
		"under another's id": {renamed, noon, CodeBadSignature},
		"of another act":     {swapped, noon, CodeBadSignature},
		"empty":              {empty, noon, CodeBadSignature},
		"may not":            {by("王芳", wang.key, Rollback), noon, CodeKeyMayNot},
		"nor publish":        {by("李强", li.key, Publish), noon, CodeKeyMayNot},
		"in another's name":  {by("李强", wang.key, Publish), noon, CodeOtherName},
	} {
		_, a, err := Open(tt.e.Bytes())
		if err != nil {
			t.Fatal(name, err)
		}
		if got := code(tr.Check(tt.e, a, tt.at)); got != tt.code {
			t.Errorf("%s: %s, want %s", name, got, tt.code)
		}
		if err := (*Trust)(nil).Check(tt.e, a, tt.at); err != nil {
			t.Errorf("%s: without a trust file: %v", name, err)
		}
	}
}

// The second person is another person: neither the same key nor the same name under another one.
func TestApproved(t *testing.T) {
	wang, second, li := newPerson(t, "王芳"), newPerson(t, "2"), newPerson(t, "李强")
	tr := trust(t, "two_persons: true\nkeys: [{who: 王芳, public: 王芳}, {who: 王芳, public: '2'}, {who: 李强, public: 李强}]", wang, second, li)
	pack := built("1")
	a := publish("王芳", pack)
	e := seal(t, a, wang.key)
	approval := func(who string, key *PrivateKey, change func(*Act)) *Envelope {
		ap := &Act{Action: Approve, Pack: "p", Version: "1", Digest: a.Digest, Seq: 2, Approves: e.Digest(), Who: who, At: noon, Why: "ok"}
		change(ap)
		return seal(t, ap, key)
	}
	same := func(*Act) {}
	for name, tt := range map[string]struct {
		second *Envelope
		code   string
	}{
		"another person":   {approval("李强", li.key, same), "<nil>"},
		"nobody":           {nil, CodeUnapproved},
		"himself":          {approval("王芳", wang.key, same), CodeSamePerson},
		"another key":      {approval("王芳", second.key, same), CodeSamePerson},
		"another's name":   {approval("李强", second.key, same), CodeOtherName},
		"of another act":   {approval("李强", li.key, func(a *Act) { a.Approves = Digest(nil) }), CodeUnapproved},
		"of another pack":  {approval("李强", li.key, func(a *Act) { a.Pack = "q" }), CodeUnapproved},
		"of another text":  {approval("李强", li.key, func(a *Act) { a.Digest = Digest(nil) }), CodeUnapproved},
		"before it":        {approval("李强", li.key, func(a *Act) { a.Seq = 1 }), CodeUnapproved},
		"no approval":      {approval("李强", li.key, func(a *Act) { a.Action, a.Approves = Publish, "" }), CodeUnapproved},
		"an unsigned word": {approval("李强", nil, same), CodeUnsigned},
	} {
		b := &Bundle{Envelopes: []*Envelope{e}, Pack: pack}
		if tt.second != nil {
			b.Envelopes = append(b.Envelopes, tt.second)
		}
		opened, err := OpenBundle(b.Bytes())
		if err == nil {
			err = tr.Verify(opened, noon)
		}
		if got := code(err); got != tt.code {
			t.Errorf("%s: %s, want %s", name, got, tt.code)
		}
	}
}

func TestBundle(t *testing.T) {
	pack := built("1")
	a := publish("a", pack)
	e := seal(t, a, nil)
	open := func(b *Bundle) string {
		_, err := OpenBundle(b.Bytes())
		return code(err)
	}
	if got := open(&Bundle{Envelopes: []*Envelope{e}, Pack: pack}); got != "<nil>" {
		t.Error(got)
	}
	if got := open(&Bundle{Envelopes: []*Envelope{e}, Pack: built("2")}); got != CodeDigest {
		t.Error(got)
	}
	if got := open(&Bundle{Envelopes: []*Envelope{e, e, e}, Pack: pack}); got != CodeMalformed {
		t.Error(got)
	}
	if got := open(&Bundle{Pack: pack}); got != CodeMalformed {
		t.Error(got)
	}
	files := Attach(map[string]string{"tests/b.yaml": "},\"pack\":{", "tests/a.yaml": "],\"attached\":"})
	with := publish("a", pack)
	with.Attached = Digest(files)
	for name, tt := range map[string]struct {
		files []byte
		code  string
	}{"all": {files, "<nil>"}, "left out, as for one who only runs it": {nil, "<nil>"}, "others": {[]byte(`{"a":"b"}`), CodeDigest}, "none": {[]byte("{}"), CodeDigest}} {
		b := &Bundle{Envelopes: []*Envelope{seal(t, with, nil)}, Attached: tt.files, Pack: pack}
		if got := open(b); got != tt.code {
			t.Errorf("%s: %s", name, got)
		}
		if back, err := OpenBundle(b.Bytes()); err == nil && !bytes.Equal(back.Attached, tt.files) {
			t.Errorf("%s: %s", name, back.Attached)
		}
	}
	if got := open(&Bundle{Envelopes: []*Envelope{e}, Attached: files, Pack: pack}); got != CodeDigest {
		t.Error("attached to an act that doesn't name it:", got)
	}
	a.Version = "2"
	if got := open(&Bundle{Envelopes: []*Envelope{seal(t, a, nil)}, Pack: pack}); got != CodeOtherPack {
		t.Error(got)
	}
	a.Version, a.ActiveFrom = "1", noon.Add(time.Second)
	b, err := OpenBundle((&Bundle{Envelopes: []*Envelope{seal(t, a, nil)}, Pack: pack}).Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var nobody *Trust
	if got := code(nobody.Verify(b, noon)); got != CodeTooEarly {
		t.Error(got)
	}
	if err := nobody.Verify(b, a.ActiveFrom); err != nil {
		t.Error(err)
	}
	if IsBundle(pack) || !IsBundle(b.Bytes()) {
		t.Error("a built pack and a signed one aren't told apart")
	}
}

func TestAttached(t *testing.T) {
	files := map[string]string{"rows/a.yaml": "\u2028<&>\"\n", "tests/b.yaml": ""}
	if back, err := ReadAttached(Attach(files)); err != nil || !reflect.DeepEqual(back, files) {
		t.Errorf("%v, %v", back, err)
	}
	if Attach(nil) != nil {
		t.Error("nothing is attached as something")
	}
	for _, text := range []string{"", "[]", `{"a":1}`, `{"a":{}}`, `{"b":"","a":""}`, `{"a":"","a":""}`, `{"":""}`, `{"a":""`, `{"a":""}{}`, `{"a":"\xff"}`, `{"a":null}`} {
		if files, err := ReadAttached([]byte(text)); code(err) != CodeMalformed {
			t.Errorf("%s: %v, %v", text, files, err)
		}
	}
}

// Keys as openssl writes them (openssl genpkey -algorithm ed25519; openssl pkey -pubout), and what isn't one.
func TestKeys(t *testing.T) {
	const private = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n"
	const public = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"
	key, err := ReadPrivateKey([]byte(private)) // RFC 8410, section 10.3
	if err != nil {
		t.Fatal(err)
	}
	if id, err := KeyID([]byte(public)); err != nil || id != key.ID {
		t.Errorf("%s %s %v", id, key.ID, err)
	}
	const rsa = "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\n-----END PUBLIC KEY-----\n"
	for name, text := range map[string]string{"nothing": "", "a private one": private, "RSA": rsa, "cut": public[:60], "garbage": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"} {
		if _, err := KeyID([]byte(text)); err == nil {
			t.Errorf("%s: taken as a public key", name)
		}
	}
	for name, text := range map[string]string{"nothing": "", "a public one": public, "encrypted": strings.ReplaceAll(private, "PRIVATE", "ENCRYPTED PRIVATE"), "garbage": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		if _, err := ReadPrivateKey([]byte(text)); err == nil {
			t.Errorf("%s: taken as a private key", name)
		}
	}
}

func TestTrustFile(t *testing.T) {
	wang, li := newPerson(t, "wang.pub"), newPerson(t, "li.pub")
	files := func(name string) ([]byte, error) {
		switch name {
		case "wang.pub":
			return wang.public, nil
		case "li.pub":
			return li.public, nil
		}
		return nil, fmt.Errorf("no %s", name)
	}
	tr, err := ReadTrust([]byte("keys:\n  - who: 王芳\n    public: |\n      "+strings.ReplaceAll(string(wang.public), "\n", "\n      ")), files)
	if err != nil || len(tr.Signers()) != 1 || tr.Signers()[0].ID != wang.key.ID || tr.TwoPersons {
		t.Fatalf("%v %+v", err, tr)
	}
	for name, tt := range map[string]struct{ text, want string }{
		"empty":         {"", "lists no key"},
		"no keys":       {"two_persons: true", "lists no key"},
		"misspelt":      {"keys: []\ntwo_person: true", "line 2"},
		"misspelt key":  {"keys:\n  - who: a\n    publik: wang.pub", `line 3: a key has who, public, may, from and until, and no "publik"`},
		"no name":       {"keys: [{public: wang.pub}]", "line 1: who"},
		"no public":     {"keys: [{who: a}]", "line 1: public: the key is missing"},
		"no file":       {"keys: [{who: a, public: x.pub}]", "line 1: public: no x.pub"},
		"may":           {"keys: [{who: a, public: wang.pub, may: [delete]}]", `line 1: may: "delete" is none of`},
		"from":          {"keys:\n  - {who: a, public: wang.pub, from: tomorrow}", `line 2: from: "tomorrow" is neither`},
		"until":         {"keys: [{who: a, public: wang.pub, until: 2026-13-01}]", "until"},
		"twice":         {"keys:\n  - {who: a, public: wang.pub}\n  - {who: b, public: wang.pub}", "line 3: the same key as that of a"},
		"alone":         {"two_persons: true\nkeys: [{who: a, public: wang.pub}]", "nobody who could approve"},
		"the same name": {"two_persons: true\nkeys: [{who: a, public: wang.pub}, {who: a, public: li.pub}]", "nobody who could approve"},
		"not allowed":   {"two_persons: true\nkeys: [{who: a, public: wang.pub}, {who: b, public: li.pub, may: [publish]}]", "nobody who could approve"},
	} {
		_, err := ReadTrust([]byte(tt.text), files)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	// Who may only approve needs nobody to approve him.
	if _, err := ReadTrust([]byte("two_persons: true\nkeys: [{who: a, public: wang.pub, may: [publish]}, {who: b, public: li.pub, may: [approve]}]"), files); err != nil {
		t.Error(err)
	}
}

// Whatever arrives as a signed pack is refused or taken, and what is taken is written back to the byte.
func FuzzOpenBundle(f *testing.F) {
	pack := built("1")
	a := publish("a", pack)
	e := seal(f, a, nil)
	f.Add((&Bundle{Envelopes: []*Envelope{e}, Pack: pack}).Bytes())
	a.Attached = Digest([]byte(`{"a":"b"}`))
	f.Add((&Bundle{Envelopes: []*Envelope{seal(f, a, nil)}, Attached: []byte(`{"a":"b"}`), Pack: pack}).Bytes())
	f.Add([]byte(`{"acts":[{}],"pack":{}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := OpenBundle(text)
		if err != nil {
			if c := code(err); c == "" || strings.ContainsAny(c, " :") {
				t.Errorf("an error without a code: %v", err)
			}
			return
		}
		if !bytes.Equal(b.Bytes(), text) {
			t.Errorf("%s became %s", text, b.Bytes())
		}
	})
}
