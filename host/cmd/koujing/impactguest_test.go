package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"koujing/core/author/impact"
	"koujing/core/vectors/stream"
	"koujing/host"
	"koujing/host/store"
)

// authorGuest is koujing-author.wasm, called as a page calls it.
type authorGuest struct {
	testing.TB
	mod    api.Module
	buffer uint32
	size   int
}

func newAuthorGuest(t testing.TB) *authorGuest {
	t.Helper()
	wasm := module(authorModule)
	if wasm == nil {
		t.Skip("no author module in this program: run make wasm first")
	}
	ctx := context.Background()
	cache, err := wazero.NewCompilationCacheWithDir(os.Getenv(cacheVar))
	if err != nil {
		t.Fatal(err)
	}
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCompilationCache(cache))
	t.Cleanup(func() { rt.Close(ctx) })
	wasi_snapshot_preview1.MustInstantiate(ctx, rt)
	mod, err := rt.InstantiateWithConfig(ctx, wasm, wazero.NewModuleConfig().WithStartFunctions("_initialize"))
	if err != nil {
		t.Fatal(err)
	}
	g := &authorGuest{TB: t, mod: mod, size: 1 << 20}
	g.buffer = uint32(g.call("alloc", uint64(g.size)))
	return g
}

func (g *authorGuest) call(name string, args ...uint64) uint64 {
	g.Helper()
	results, err := g.mod.ExportedFunction(name).Call(context.Background(), args...)
	if err != nil {
		g.Fatalf("%s: %v", name, err)
	}
	if len(results) == 0 {
		return 0
	}
	return results[0]
}

func (g *authorGuest) write(text []byte) {
	g.Helper()
	if len(text) > g.size || !g.mod.Memory().Write(g.buffer, text) {
		g.Fatalf("%d bytes don't fit", len(text))
	}
}

func (g *authorGuest) read(span uint64) []byte {
	g.Helper()
	text, ok := g.mod.Memory().Read(uint32(span>>32), uint32(span))
	if !ok {
		g.Fatalf("the answer %x lies outside memory", span)
	}
	return bytes.Clone(text)
}

// TestImpactInTheGuest adds the same decisions in the author module as a page would, and wants the report of the command.
func TestImpactInTheGuest(t *testing.T) {
	needEngine(t)
	g := newAuthorGuest(t)
	const n = 500
	dir := onceOnly(t)
	var want impact.Report
	var lines bytes.Buffer
	if _, err := lines.ReadFrom(stream.New(impactSeed, n)); err != nil {
		t.Fatal(err)
	}
	lines.WriteString(`{"kind":"erasure","case":""}` + "\n" + `{"case":{"id":"C-7","now":"2026-11-22T10:00:00+08:00"}}` + "\n")
	want, complaints, code := runImpact(t, bytes.NewReader(lines.Bytes()), "--from", "cn-telecom", "--to", dir)
	if code != exitOK {
		t.Fatal(complaints)
	}
	ctx := context.Background()
	from, _ := newRunner(t)
	to, _ := newRunner(t)
	p, err := store.Compile(store.Source{Kind: store.Folder, Path: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := to.Reload(ctx, p.Built); err != nil {
		t.Fatal(err)
	}
	g.call("impact_add", 0, 0, 0, 0, 1) // what start must forget
	g.call("impact_start")
	in := bufio.NewScanner(&lines)
	for line := uint64(1); in.Scan(); line++ {
		g.write(in.Bytes())
		text := g.read(g.call("impact_case", uint64(g.buffer), uint64(len(in.Bytes()))))
		if len(text) == 0 {
			g.call("impact_add", uint64(g.buffer), 0, 0, 0, line)
			continue
		}
		g.add(text, decided(t, from, text), decided(t, to, text), line, 0)
	}
	var got impact.Report
	text := g.read(g.call("impact_report"))
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if got.Cases != n+1 || got.Skipped != 1 || got.Pay.Less == 0 {
		t.Errorf("%d cases, %d skipped, %+v", got.Cases, got.Skipped, got.Pay)
	}
	got.From, got.To = want.From, want.To
	here, _ := json.Marshal(got)
	there, _ := json.Marshal(nameless(want))
	if !bytes.Equal(here, there) {
		t.Errorf("guest   %s\ncommand %s", here, there)
	}

	// What is no decision, or lies elsewhere, is refused, and adds nothing.
	g.add([]byte("{}"), []byte("{}"), []byte("{}"), 1, 1)
	for _, args := range [][]uint64{{uint64(g.buffer) + 8, 1, 1, 1, 1}, {uint64(g.buffer), 1 << 31, 1 << 31, 1, 1}, {uint64(g.buffer), uint64(g.size), 1, 1, 1}} {
		if code := g.call("impact_add", args...); code != 3 {
			t.Errorf("%v: %d", args, code)
		}
	}
	if again := g.read(g.call("impact_report")); !bytes.Equal(again, text) {
		t.Errorf("%s", again)
	}
}

func (g *authorGuest) add(text, from, to []byte, line, want uint64) {
	g.Helper()
	g.write(bytes.Join([][]byte{text, from, to}, nil))
	if code := g.call("impact_add", uint64(g.buffer), uint64(len(text)), uint64(len(from)), uint64(len(to)), line); code != want {
		g.Fatalf("line %d: %d, want %d", line, code, want)
	}
}

func decided(t *testing.T, r *host.Runner, text []byte) []byte {
	t.Helper()
	d, err := r.Decide(context.Background(), text)
	if err != nil {
		t.Fatal(err)
	}
	return d.Bytes()
}

// nameless is a report with no input's name, as a page's is.
func nameless(r impact.Report) impact.Report {
	text, _ := json.Marshal(r)
	text = bytes.ReplaceAll(text, []byte(`"file":"-"`), []byte(`"file":""`))
	var out impact.Report
	_ = json.Unmarshal(text, &out)
	return out
}
