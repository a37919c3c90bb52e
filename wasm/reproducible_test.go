package wasm_test

import (
	"bytes"
	"crypto/sha256"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const guest = "host/cmd/koujing/embedded/koujing.wasm"

// TestReproducible builds the engine as the Makefile does, from two copies of the tree in folders of
// different names and depths, one of them without anything compiled before. A receipt names the
// engine by its digest, so whoever builds these sources must come to the same bytes.
func TestReproducible(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the runtime anew")
	}
	tree := readTree(t)
	first := buildCopy(t, tree, filepath.Join(t.TempDir(), "a"))
	second := buildCopy(t, tree, filepath.Join(t.TempDir(), "another", "place of it"), "GOCACHE="+t.TempDir())
	if !bytes.Equal(first, second) {
		t.Errorf("two builds differ: %x of %d bytes, %x of %d bytes",
			sha256.Sum256(first), len(first), sha256.Sum256(second), len(second))
	}
	here, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(guest)))
	if err != nil {
		t.Fatalf("run make wasm first: %v", err)
	}
	if !bytes.Equal(first, here) {
		t.Errorf("%s is not what its sources give: run make wasm", guest)
	}
	t.Logf("sha256 %x", sha256.Sum256(first))
}

// readTree is the tree's files by path, as they are now: those under version control and those about
// to be.
func readTree(t *testing.T) map[string][]byte {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = ".."
	names, err := list.Output()
	if err != nil {
		t.Skipf("not a checkout: %v", err)
	}
	tree := map[string][]byte{}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		if os.IsNotExist(err) {
			continue // removed, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		tree[name] = text
	}
	return tree
}

// buildCopy writes the tree into a folder and gives the engine made of it there.
func buildCopy(t *testing.T, tree map[string][]byte, to string, environment ...string) []byte {
	t.Helper()
	for name, text := range tree {
		path := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("make", "-C", to, guest)
	build.Env = append(os.Environ(), environment...)
	if complaints, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, complaints)
	}
	text, err := os.ReadFile(filepath.Join(to, filepath.FromSlash(guest)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
