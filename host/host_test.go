package host

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"koujing/host/internal/behave"
)

const packA = behave.Pack

// One cache folder for the whole run: the guest is compiled once, not once a test.
var cacheDir string

func TestMain(m *testing.M) {
	var err error
	if cacheDir, err = os.MkdirTemp("", "koujing-cache-"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 { // a goroutine that a test has left behind
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.RemoveAll(cacheDir)
	os.Exit(code)
}

func newRunner(t testing.TB, opts ...Option) *Runner {
	t.Helper()
	wasm, err := behave.Module()
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
