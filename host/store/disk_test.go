package store

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWriteFiles writes all files or none.
func TestWriteFiles(t *testing.T) {
	dir := t.TempDir()
	a, b, c := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
	if err := os.WriteFile(a, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(path, want string, mode os.FileMode) {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(path); string(text) != want || err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s holds %q with %v: %v", path, text, info.Mode(), err)
		}
	}
	if err := WriteFiles(map[string][]byte{a: []byte("new"), b: []byte("more")}); err != nil {
		t.Fatal(err)
	}
	read(a, "new", 0o600)
	read(b, "more", 0o644)

	if err := os.Remove(b); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(c, "in the way"), 0o755); err != nil { // c cannot be replaced
		t.Fatal(err)
	}
	if err := WriteFiles(map[string][]byte{a: []byte("newer"), b: []byte("again"), c: []byte("x")}); err == nil {
		t.Error("a folder was replaced")
	}
	if err := WriteFiles(map[string][]byte{a: []byte("newer"), filepath.Join(dir, "no", "folder"): []byte("x")}); err == nil {
		t.Error("written into no folder")
	}
	read(a, "new", 0o600)
	if err := os.WriteFile(b, []byte("again"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := restore([]string{a, b}, map[string][]byte{a: []byte("as it was")}); err != nil {
		t.Error(err)
	}
	read(a, "as it was", 0o600)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v %v", entries, err)
	}
}
