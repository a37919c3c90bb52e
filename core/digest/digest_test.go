package digest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"testing"
)

var forms = []struct {
	name string
	sum  func([]byte) [Size]byte
}{
	{"Sum", Sum},
	{"portable", portable},
}

// TestVectors are the examples of the standard, so that not everything rests on the library.
func TestVectors(t *testing.T) {
	for text, want := range map[string]string{
		"":    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	} {
		for _, form := range forms {
			if got := string(AppendHex(nil, form.sum([]byte(text)))); got != want {
				t.Errorf("%s(%q) = %s, want %s", form.name, text, got, want)
			}
		}
	}
}

func TestEveryLength(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 301 {
		text := make([]byte, n)
		for i := range text {
			text[i] = byte(random.Uint32())
		}
		compare(t, text)
	}
	compare(t, make([]byte, 1<<20+17))
}

func FuzzSum(f *testing.F) {
	f.Add([]byte("口径"))
	f.Add(slices.Repeat([]byte{0xff}, 119))
	f.Fuzz(compare)
}

func compare(t *testing.T, text []byte) {
	t.Helper()
	want := sha256.Sum256(text)
	for _, form := range forms {
		if got := form.sum(text); got != want {
			t.Fatalf("%s of %d bytes = %x, want %x", form.name, len(text), got, want)
		}
	}
	if got := string(AppendHex([]byte("sha256:"), want)); got != "sha256:"+hex.EncodeToString(want[:]) {
		t.Fatalf("written as %s", got)
	}
}

// TestGenerated: blocks.go is what gen.go writes.
func TestGenerated(t *testing.T) {
	if runtime.GOARCH == "wasm" {
		t.Skip("wasm starts no processes")
	}
	want, err := exec.Command("go", "run", "gen.go").Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("blocks.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("blocks.go is not what gen.go writes: run go generate")
	}
}

func TestNothingIsAllocated(t *testing.T) {
	text, line := make([]byte, 1000), make([]byte, 0, 2*Size)
	for _, form := range forms {
		if n := testing.AllocsPerRun(10, func() { line = AppendHex(line[:0], form.sum(text)) }); n != 0 {
			t.Errorf("%s: %v allocations", form.name, n)
		}
	}
}

func BenchmarkSum(b *testing.B) {
	benchmark(b, Sum)
}

func BenchmarkPortable(b *testing.B) {
	benchmark(b, portable)
}

// BenchmarkLibrary is what the other two are measured against; in wasm it is what would be paid.
func BenchmarkLibrary(b *testing.B) {
	benchmark(b, sha256.Sum256)
}

// benchmark takes the sizes of a short text, a case and a decision, and a pack.
func benchmark(b *testing.B, sum func([]byte) [Size]byte) {
	for _, size := range []struct {
		name string
		n    int
	}{{"64B", 64}, {"1KiB", 1 << 10}, {"64KiB", 1 << 16}} {
		b.Run(size.name, func(b *testing.B) {
			text := make([]byte, size.n)
			b.SetBytes(int64(size.n))
			for b.Loop() {
				sum(text)
			}
		})
	}
}
