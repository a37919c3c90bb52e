package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestReadModule takes a guest of the linker's apart and puts it together again, in bytes.
func TestReadModule(t *testing.T) {
	text := build(t, "")
	module, err := ReadModule(text, map[string]string{"main": "empty", "runtime": "runtime", "internal_runtime_maps": "internal/runtime/maps"})
	if err != nil {
		t.Fatal(err)
	}
	sections := 0
	for _, s := range module.Sections {
		sections += len(s.Content)
	}
	// The header, and up to fifteen bytes before each section.
	if rest := len(text) - sections; rest < 8 || rest > 8+15*len(module.Sections) {
		t.Errorf("%d bytes of %d are in no section", rest, len(text))
	}
	code := 0
	for _, size := range module.Code {
		code += size
	}
	if part := module.Code["runtime"]; part < code/3 {
		t.Errorf("%d of %d bytes of code are the runtime's", part, code)
	}
	if main := module.Code["empty"]; main == 0 || main > 200 {
		t.Errorf("an empty main function of %d bytes", main)
	}
	for _, s := range module.Sections {
		if s.Name == "code" && (code > len(s.Content) || code < len(s.Content)*9/10) {
			t.Errorf("functions are %d bytes, the section %d", code, len(s.Content))
		}
	}
}

func TestReadModuleWithoutNames(t *testing.T) {
	module, err := ReadModule(build(t, "-s -w"), nil)
	if err != nil || module.Code != nil {
		t.Errorf("%v, %v", module.Code, err)
	}
}

func TestReadModuleRefuses(t *testing.T) {
	whole := build(t, "")
	for _, text := range [][]byte{nil, []byte("\x00asm"), []byte("\x00asm\x02\x00\x00\x00"), whole[:len(whole)-1], whole[:1000]} {
		if _, err := ReadModule(text, nil); err == nil {
			t.Errorf("%d bytes are taken for a module", len(text))
		}
	}
}

func TestSpelling(t *testing.T) {
	if got := spelling("github.com/expr-lang/expr"); got != "github.com_expr_lang_expr" {
		t.Error(got)
	}
	packages := map[string]string{spelling("koujing/core/clock"): "koujing/core/clock"}
	for function, want := range map[string]string{
		"koujing_core_clock.Parse":             "koujing/core/clock",
		"koujing_core_clock.__Calendar_.start": "koujing/core/clock",
		"koujing_core_clocks.Parse":            "(linker)",
		"_rt0_wasm_wasip1_lib":                 "(linker)",
	} {
		if got := packageOf(function, packages); got != want {
			t.Errorf("%s is of %s, want %s", function, got, want)
		}
	}
}

func build(t *testing.T, flags string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "empty.wasm")
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-buildmode=c-shared", "-ldflags="+flags, "-o", out, "./testdata/empty")
	command.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	if complaints, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", command, err, complaints)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
