package host

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

func TestVerify(t *testing.T) {
	ctx := context.Background()
	r := newRunner(t)
	const c = `{"do":"answer"}`
	text := decide(t, r, c).String()
	swap := func(old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("no %s in %s", old, text)
		}
		return strings.Replace(text, old, new, 1)
	}
	for _, tt := range []struct {
		name, c, decision string
		want              Verification
	}{
		{"same", c, text, Verification{OK: true}},
		{"case with space around it", " " + c + "\r\n", text, Verification{OK: true}},
		{"changed status", c, swap("decided", "blocked"), Verification{Code: DecisionDiffers, At: "status"}},
		{"changed number", c, swap(`"length":15`, `"length":150`), Verification{Code: DecisionDiffers, At: "results.guest.length"}},
		{"longer list", c, swap(`"trace":[]`, `"trace":[1]`), Verification{Code: DecisionDiffers, At: "trace"}},
		{"missing section", c, swap(`,"trace":[]`, ``), Verification{Code: DecisionDiffers, At: "trace"}},
		{"changed decision digest", c, swap(`"decision":"sha256:`, `"decision":"sha512:`), Verification{Code: DecisionDiffers, At: "receipt.decision"}},
		{"changed engine", c, swap(`"engine":"sha256:`, `"engine":"sha512:`), Verification{Code: EngineDiffers, At: "receipt.engine"}},
		{"changed pack", c, swap(`"pack":"sha256:`, `"pack":"sha512:`), Verification{Code: PackDiffers, At: "receipt.pack"}},
		{"another case", `{"do":"answer2"}`, text, Verification{Code: CaseDiffers, At: "receipt.case"}},
		{"space", c, swap(`"trace":`, `"trace": `), Verification{Code: NotCanonical, At: "trace"}},
		{"newline at the end", c, text + "\n", Verification{Code: NotCanonical}},
		{"escaped letter", c, swap("decided", `d\u0065cided`), Verification{Code: NotCanonical, At: "status"}},
		{"key twice", c, swap(`"trace":[]`, `"trace":[],"trace":[]`), Verification{Code: NotCanonical, At: "receipt"}},
		{"cut", c, text[:len(text)-1], Verification{Code: NotCanonical}},
		{"two documents", c, text + "{}", Verification{Code: NotCanonical}},
		{"empty", c, "", Verification{Code: NotCanonical}},
		{"null", c, "null", Verification{Code: EngineDiffers, At: "receipt.engine"}},
	} {
		got, err := r.Verify(ctx, []byte(tt.c), []byte(tt.decision))
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}

// TestVerifyWith replays by a pack that is not in place, and leaves the one that is.
func TestVerifyWith(t *testing.T) {
	ctx := context.Background()
	r := newRunner(t, WithPoolSize(1))
	const c = `{"do":"answer"}`
	before := decide(t, r, c)
	old := r.current.Load().built
	if _, err := r.Reload(ctx, bytes.Replace(old, []byte(`"version":"`), []byte(`"version":"x`), 1)); err != nil {
		t.Fatal(err)
	}
	now := decide(t, r, c)
	for name, tt := range map[string]struct {
		built    []byte
		decision string
		want     Verification
	}{
		"the pack that made it":  {old, before.String(), Verification{OK: true}},
		"another":                {old, now.String(), Verification{Code: PackDiffers, At: "receipt.pack"}},
		"another engine made it": {[]byte("no pack"), strings.Replace(before.String(), `"engine":"sha256:`, `"engine":"sha512:`, 1), Verification{Code: EngineDiffers, At: "receipt.engine"}},
	} {
		if got, err := r.VerifyWith(ctx, tt.built, []byte(c), []byte(tt.decision)); err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, tt.want)
		}
		if again := decide(t, r, c).String(); again != now.String() {
			t.Errorf("%s: then the pack in place decides otherwise: %s", name, again)
		}
	}
	var refused *PackError
	if _, err := r.VerifyWith(ctx, []byte(`{"trouble":"refuse"}`), []byte(c), before.Bytes()); !errors.As(err, &refused) {
		t.Errorf("a pack that is none: %v", err)
	}
	if again := decide(t, r, c).String(); again != now.String() {
		t.Errorf("after a refusal the pack in place decides otherwise: %s", again)
	}
}

// No byte of a decision can change unseen, whatever it changes to.
func TestVerifyEveryByte(t *testing.T) {
	r := newRunner(t)
	const c = `{"do":"answer"}`
	text := decide(t, r, c).Bytes()
	for i := range text {
		for _, flip := range []byte{1, 0x20, 0x80} {
			changed := bytes.Clone(text)
			changed[i] ^= flip
			v, err := r.Verify(context.Background(), []byte(c), changed)
			if err != nil || v.OK || v.Code == "" {
				t.Fatalf("byte %d changed by %#x: %+v, %v", i, flip, v, err)
			}
		}
	}
}

func TestPathAt(t *testing.T) {
	const doc = `{"a":1,"b":[{"c":"x"},[true,22]],"d":{}}`
	for _, tt := range []struct{ mark, want string }{
		{`"a`, "a"}, {`1,`, "a"}, {`,"b`, "a"}, {`b":`, "b"}, {`[{`, "b"}, {`{"c`, "b[0]"}, {`"x`, "b[0].c"},
		{`},[`, "b[0]"}, {`true`, "b[1][0]"}, {`22`, "b[1][1]"}, {`2]`, "b[1][1]"}, {`]]`, "b[1][1]"}, {`],"d`, "b"},
		{`{}`, "d"}, {`}}`, "d"},
	} {
		at := strings.Index(doc, tt.mark)
		if got := pathAt([]byte(doc), at); got != tt.want {
			t.Errorf("at %s: %q, want %q", doc[at:], got, tt.want)
		}
	}
	if got := pathAt([]byte(doc), len(doc)); got != "" {
		t.Errorf("past the end: %q", got)
	}
}
