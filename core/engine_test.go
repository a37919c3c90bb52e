package core_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/packs"
)

// sourcesOf reads an embedded pack.
func sourcesOf(t testing.TB, name string) author.Sources {
	t.Helper()
	sub, err := fs.Sub(packs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	src, err := author.ReadFS(sub)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// load builds an embedded pack and makes an engine of it.
func load(t testing.TB, name string) *core.Engine {
	t.Helper()
	built, found := author.Build(sourcesOf(t, name))
	for _, d := range found {
		t.Errorf("%s:%d:%d: %s: %s", d.File, d.Line, d.Column, d.Code, d.Message)
	}
	if built == nil {
		t.FailNow()
	}
	e, bad := core.Load(built, [32]byte{1})
	if bad != nil {
		t.Fatal(bad)
	}
	return e
}

// TestDecide goes through the facade once for each status, and works every digest of the receipts out anew.
func TestDecide(t *testing.T) {
	e := load(t, "cn-telecom")
	for _, c := range []struct {
		text, status string
		holds        []string
	}{
		{` {"now":"2026-11-22T10:00:00+08:00","channel":"hall","intent":"fee_not_ordered","customer":{"surname":"王","form":"ms"},"lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed","confirmed_at":"2026-11-21T10:00:00+08:00"}]}` + "\n",
			"decided", []string{`"pay_fen":2000,"preview_fen":0,"means":"credit"`, `"due_by":"2026-11-24T10:00:00+08:00"`, `"id":"hall.fee_not_ordered"`, "王女士"}},
		{`{"now":"2026-11-22T10:00:00+08:00","channel":"outbound","intent":"outbound_open","customer":{"do_not_contact":true}}`,
			"blocked", []string{`"gates":[{"id":"do_not_contact","blocks":"booking"`, `"step":"end_no_contact"`}},
		{`{"now":"2026-11-22T10:00:00+08:00","lines":[{"id":"a","charged_fen":-1}],"x":1}`,
			"invalid", []string{`"code":"negative","path":"lines[0].charged_fen"`, `"code":"unknown_field","path":"x"`, `"trace":[]`}},
	} {
		answer := string(e.Decide(nil, []byte(c.text)))
		for _, part := range append(c.holds, `{"status":"`+c.status+`"`) {
			if !strings.Contains(answer, part) {
				t.Errorf("%s is not in %s", part, answer)
			}
		}
		body, _, found := strings.Cut(answer, `,"receipt":`)
		if !found {
			t.Fatalf("no receipt in %s", answer)
		}
		engine := [32]byte{1} // as load says
		want := fmt.Sprintf(`"receipt":{"engine":"sha256:%x","pack":"sha256:%x","case":"sha256:%x","decision":"sha256:%x"}}`,
			engine, e.Digest, sha256.Sum256([]byte(strings.TrimSpace(c.text))), sha256.Sum256([]byte(body+"}")))
		if !strings.HasSuffix(answer, want) {
			t.Errorf("the receipt is not %s in %s", want, answer)
		}
	}
}
