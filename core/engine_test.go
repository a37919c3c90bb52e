package core_test

import (
	"io/fs"
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

func TestDecide(t *testing.T) {
	e := load(t, "cn-telecom")
	for _, c := range []string{
		`{"now":"2026-11-22T10:00:00+08:00","channel":"hall","intent":"fee_not_ordered","customer":{"surname":"王","form":"ms"},"lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed","confirmed_at":"2026-11-21T10:00:00+08:00"}]}`,
		`{"now":"2026-11-22T10:00:00+08:00","channel":"outbound","intent":"outbound_open","customer":{"do_not_contact":true}}`,
		`{"now":"2026-11-22T10:00:00+08:00","complaint":{"kind":"tariff","opened_at":"2026-11-21T10:00:00+08:00"},"lines":[{"id":"a","charged_fen":-1}],"x":1}`,
	} {
		t.Logf("%s", e.Decide(nil, []byte(c)))
	}
}
