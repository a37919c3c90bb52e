package author_test

import (
	"io/fs"
	"testing"

	"koujing/core/author"
	"koujing/core/pack"
	"koujing/core/packs"
)

// sources reads an embedded pack.
func sources(t testing.TB, name string) author.Sources {
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

// TestEmbeddedPacks builds every pack without a finding, and reads it back to the same bytes.
func TestEmbeddedPacks(t *testing.T) {
	entries, err := fs.ReadDir(packs.FS, ".")
	if err != nil || len(entries) == 0 {
		t.Fatalf("no packs: %v", err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) { testPack(t, e.Name()) })
	}
}

func testPack(t *testing.T, name string) {
	built, found := author.Build(sources(t, name))
	for _, d := range found {
		t.Errorf("%s:%d:%d: %s: %s\n%s\n%s", d.File, d.Line, d.Column, d.Code, d.Message, d.Source, d.Hint)
	}
	if built == nil {
		t.Fatal("no pack")
	}
	p, e := pack.Parse(built)
	if e != nil {
		t.Fatal(e)
	}
	if again := pack.Append(nil, p); string(again) != string(built) {
		t.Error("the pack does not read back to its own bytes")
	}
	t.Logf("%d bytes, %d instructions, %d decisions, %d tracks", len(built), len(p.Program.Code), len(p.Program.Decisions), len(p.Tracks))
}
