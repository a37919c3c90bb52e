package module

import (
	"bytes"
	"context"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// TestDropLines runs a guest that grows stacks, collects and unwinds, before and after.
func TestDropLines(t *testing.T) {
	text := build(t, "stack", "-s -w")
	sections, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	dropped, err := DropLines(sections)
	if err != nil {
		t.Fatal(err)
	}
	if before, after := zeros(t, sections), zeros(t, dropped); after < before+30_000 {
		t.Errorf("%d bytes of data are zero, %d were", after, before)
	}
	for _, depth := range []uint64{0, 1, 13, 500, 5000} {
		if was, is := run(t, Append(nil, sections), depth), run(t, Append(nil, dropped), depth); was != is {
			t.Errorf("depth %d: %d, was %d", depth, is, was)
		}
	}
	again, err := DropLines(dropped)
	if err != nil || !bytes.Equal(Append(nil, again), Append(nil, dropped)) {
		t.Errorf("dropped twice it differs: %v", err)
	}
}

func TestDropLinesRefuses(t *testing.T) {
	sections, err := Read(build(t, "empty", "-s -w"))
	if err != nil {
		t.Fatal(err)
	}
	whole := data(t, sections)
	for name, change := range map[string]func(text []byte, table int){
		"no table":            func(text []byte, table int) { text[table] = 0 },
		"another version":     func(text []byte, table int) { text[table] = 0xf2 },
		"a wild place":        func(text []byte, table int) { text[table+60] = 0xff },
		"too many functions":  func(text []byte, table int) { text[table+13] = 0xff },
		"a second such table": func(text []byte, table int) { copy(text[table-2*headerSize:], text[table:table+headerSize]) },
	} {
		m, err := newImage(whole)
		if err != nil {
			t.Fatal(err)
		}
		change(m.text, bytes.Index(m.text, tableMagic))
		if dropLines(m.text) == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := DropLines([]Section{{ID: dataSection, Content: []byte{0}}}); err == nil {
		t.Error("no data is taken")
	}
}

func zeros(t *testing.T, sections []Section) int {
	t.Helper()
	return bytes.Count(memory(t, sections), []byte{0})
}

func run(t *testing.T, module []byte, depth uint64) uint64 {
	t.Helper()
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	defer runtime.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	instance, err := runtime.InstantiateWithConfig(ctx, module, wazero.NewModuleConfig().WithStartFunctions("_initialize"))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := instance.ExportedFunction("run").Call(ctx, depth)
	if err != nil {
		t.Fatal(err)
	}
	return answer[0]
}
