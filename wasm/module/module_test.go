package module

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
)

// TestRead takes a guest of the linker's apart and puts it together again, in bytes.
func TestRead(t *testing.T) {
	text := build(t, "empty", "")
	sections, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Read(Append(nil, sections)); err != nil || !reflect.DeepEqual(again, sections) {
		t.Errorf("%d sections taken apart, %d put together, %v", len(sections), len(again), err)
	}
	code, err := CodeByPackage(sections, map[string]string{"main": "empty", "runtime": "runtime"})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, size := range code {
		sum += size
	}
	if part := code["runtime"]; part < sum/3 {
		t.Errorf("%d of %d bytes of code are the runtime's", part, sum)
	}
	if main := code["empty"]; main == 0 || main > 200 {
		t.Errorf("an empty main function of %d bytes", main)
	}
	for _, s := range sections {
		if s.Name == "code" && (sum > len(s.Content) || sum < len(s.Content)*9/10) {
			t.Errorf("functions are %d bytes, the section %d", sum, len(s.Content))
		}
	}
}

func TestWithoutNames(t *testing.T) {
	sections, err := Read(build(t, "empty", "-s -w"))
	if err != nil {
		t.Fatal(err)
	}
	if code, err := CodeByPackage(sections, nil); err != nil || code != nil {
		t.Errorf("%v, %v", code, err)
	}
}

func TestReadRefuses(t *testing.T) {
	whole := build(t, "empty", "")
	for _, text := range [][]byte{nil, []byte("\x00asm"), []byte("\x00asm\x02\x00\x00\x00"), whole[:len(whole)-1], whole[:1000]} {
		if _, err := Read(text); err == nil {
			t.Errorf("%d bytes are taken for a module", len(text))
		}
	}
}

func TestReadSegmentsRefuses(t *testing.T) {
	for name, s := range map[string]Section{
		"a passive segment":   {ID: dataSection, Content: []byte{1, 1, 1, 'x'}},
		"a place of a global": {ID: dataSection, Content: []byte{1, 0, 0x23, 0, 0x0b, 1, 'x'}},
		"a sum of constants":  {ID: dataSection, Content: []byte{1, 0, 0x41, 1, 0x41, 1, 0x6a, 0x0b, 1, 'x'}},
		"less than announced": {ID: dataSection, Content: []byte{1, 0, 0x41, 1, 0x0b, 2, 'x'}},
		"more than announced": {ID: dataSection, Content: []byte{1, 0, 0x41, 1, 0x0b, 1, 'x', 0}},
		"an endless number":   {ID: dataSection, Content: []byte{1, 0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0}},
	} {
		if _, err := readSegments(s.Content); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func memory(t *testing.T, sections []Section) []byte {
	t.Helper()
	memory := make([]byte, 16<<20)
	for _, s := range data(t, sections) {
		copy(memory[s.at:], s.text)
	}
	return memory
}

func data(t *testing.T, sections []Section) []segment {
	t.Helper()
	for _, s := range sections {
		if s.ID == dataSection {
			segments, err := readSegments(s.Content)
			if err != nil {
				t.Fatal(err)
			}
			return segments
		}
	}
	t.Fatal("no data section")
	return nil
}

func TestSpelling(t *testing.T) {
	if got := Spelling("github.com/expr-lang/expr"); got != "github.com_expr_lang_expr" {
		t.Error(got)
	}
	packages := map[string]string{Spelling("koujing/core/clock"): "koujing/core/clock"}
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

func build(t *testing.T, guest, flags string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), guest+".wasm")
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-buildmode=c-shared", "-ldflags="+flags, "-o", out, "./testdata/"+guest)
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
