package proof

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"koujing/host"
	"koujing/host/internal/behave"
)

func start(ctx context.Context, module []byte) (*host.Runner, error) {
	return host.New(ctx, host.WithModule(module), host.WithPoolSize(1))
}

func TestProof(t *testing.T) {
	ctx := context.Background()
	wasm, err := behave.Module()
	if err != nil {
		t.Fatal(err)
	}
	r, err := start(ctx, wasm)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	if _, err := r.Reload(ctx, []byte(behave.Pack)); err != nil {
		t.Fatal(err)
	}
	const c = "{\n \"do\": \"pay\", \"pay\": 7, \"customer\": {\"surname\": \"<王>\"}\n}"
	d, err := r.Decide(ctx, []byte(c))
	if err != nil {
		t.Fatal(err)
	}
	made, err := New([]byte(c), d.Bytes(), []byte(behave.Pack), wasm, []byte(`{"seq":1}`))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := made.Write(&b); err != nil {
		t.Fatal(err)
	}
	other := append(bytes.Clone(wasm), 0, 5, 3, 't', 'a', 'g', 0) // one more section: it does the same, and is another module
	for _, tt := range []struct {
		name   string
		module []byte
		change func(*File)
		want   string
	}{
		{"as it is", nil, nil, ""}, {"with the engine from elsewhere", wasm, nil, ""},
		{"with another engine", other, nil, host.EngineDiffers},
		{"another engine in it", nil, func(f *File) { f.Engine = pack(t, other) }, host.EngineDiffers},
		{"another case", nil, func(f *File) { f.Case = strings.Replace(f.Case, "7", "8", 1) }, host.CaseDiffers},
		{"space in the case", nil, func(f *File) { f.Case += "\n" }, ""},
		{"another decision", nil, func(f *File) { f.Decision = strings.Replace(f.Decision, `"pay_fen":7`, `"pay_fen":8`, 1) }, host.DecisionDiffers},
		{"another receipt", nil, func(f *File) { f.Receipt.Case = f.Receipt.Pack }, host.DecisionDiffers},
		{"another pack", nil, func(f *File) { f.Pack = `{"id":"p","version":"B"}` }, host.PackDiffers},
		{"a pack that is none", nil, func(f *File) { f.Pack = "x" }, host.PackDiffers},
	} {
		f, err := Read(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if tt.change != nil {
			tt.change(f)
		}
		v, err := f.Verify(ctx, tt.module, start)
		if err != nil || v.Code != tt.want || v.OK != (tt.want == "") {
			t.Errorf("%s: %+v %v, want %q", tt.name, v, err, tt.want)
		}
	}
	if _, err := New([]byte(c), d.Bytes(), []byte(behave.Pack), other, nil); err == nil {
		t.Error("a file with the wrong engine was made")
	}
	if _, err := New([]byte(c), []byte("{}"), []byte(behave.Pack), wasm, nil); err == nil {
		t.Error("a file without a receipt was made")
	}
	for _, text := range []string{"", "{}", `{"format":"koujing evidence 9"}`, `{"format":"koujing evidence 1","more":1}`} {
		if _, err := Read(strings.NewReader(text)); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := (&File{Engine: []byte("x")}).Module(); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

func pack(t *testing.T, module []byte) []byte {
	t.Helper()
	d := host.Receipt{Engine: digestOf(module)}
	f, err := New(nil, []byte(`{"receipt":{"engine":"`+d.Engine+`"}}`), nil, module, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f.Engine
}
