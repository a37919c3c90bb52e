package host

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// guest builds a test guest with the go tool, once a run. Go's build cache makes later runs cheap.
var guest = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "koujing-guest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "behave.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", file, "./testdata/guests/behave")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=-buildvcs=false")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// One cache folder for the whole run: the guest is compiled once, not once a test.
var cacheDir string

func TestMain(m *testing.M) {
	var err error
	if cacheDir, err = os.MkdirTemp("", "koujing-cache-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(cacheDir)
	os.Exit(code)
}

const packA = `{"id":"p","version":"A"}`

func newRunner(t testing.TB, opts ...Option) *Runner {
	t.Helper()
	wasm, err := guest()
	if err != nil {
		t.Fatal(err)
	}
	all := append([]Option{WithModule(wasm), WithPack([]byte(packA)), WithCacheDir(cacheDir), WithPoolSize(2)}, opts...)
	r, err := New(context.Background(), all...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background()) })
	return r
}

func decide(t testing.TB, r *Runner, text string) Decision {
	t.Helper()
	d, err := r.Decide(context.Background(), []byte(text))
	if err != nil {
		t.Fatalf("%.80s: %v", text, err)
	}
	return d
}
