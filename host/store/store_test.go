package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"koujing/core/author"
)

// compileFolder stands in for the compiler: the pack is the text of pack.yaml and of every file in rules, and the
// word "broken" anywhere in it is an error.
func compileFolder(s Source) (*Pack, error) {
	text, err := os.ReadFile(filepath.Join(s.Path, "pack.yaml"))
	if err != nil {
		return nil, err
	}
	rules, _ := filepath.Glob(filepath.Join(s.Path, "rules", "*.yaml"))
	for _, r := range rules {
		b, err := os.ReadFile(r)
		if err != nil {
			return nil, err
		}
		text = append(text, b...)
	}
	if strings.Contains(string(text), "broken") {
		return nil, &BuildError{Diagnostics: []author.Diagnostic{{Code: "broken", Level: author.LevelError, File: "pack.yaml", Line: 3, Column: 7, Message: "it is broken"}}}
	}
	sum := sha256.Sum256(text)
	return &Pack{ID: "p", Version: "1", Title: string(text), Digest: "sha256:" + hex.EncodeToString(sum[:]), Built: text}, nil
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// outcomes collects what a store tells.
type outcomes struct {
	mu  sync.Mutex
	all []Outcome
	new chan struct{}
}

func newOutcomes() *outcomes { return &outcomes{new: make(chan struct{}, 1000)} }

func (o *outcomes) notify(out Outcome) {
	o.mu.Lock()
	o.all = append(o.all, out)
	o.mu.Unlock()
	o.new <- struct{}{}
}

// next waits for the next outcome.
func (o *outcomes) next(t *testing.T) Outcome {
	t.Helper()
	select {
	case <-o.new:
	case <-time.After(10 * time.Second):
		t.Fatal("the store says nothing")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all[len(o.all)-1-len(o.new)]
}

func open(t *testing.T, dir string, opt Options) (*Store, *outcomes) {
	t.Helper()
	told := newOutcomes()
	opt.Notify, opt.Compile = told.notify, compileFolder
	if opt.Debounce == 0 {
		opt.Debounce = 20 * time.Millisecond
	}
	s, err := Open(context.Background(), Source{Folder, dir}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s, told
}

func watch(t *testing.T, s *Store) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Watch(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// Edits as editors make them, one after the other: each is found, good ones are live, bad ones are refused with their
// diagnostics while the last good pack stays.
func TestWatch(t *testing.T) {
	for name, poll := range map[string]time.Duration{"notices": time.Hour, "polling": 10 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file, rule := filepath.Join(dir, "pack.yaml"), filepath.Join(dir, "rules", "a.yaml")
			write(t, file, "one")
			var accepted []string
			s, told := open(t, dir, Options{Poll: poll, Accept: func(_ context.Context, built []byte) error {
				if strings.Contains(string(built), "refused") {
					return errors.New("the engine says no")
				}
				accepted = append(accepted, string(built))
				return nil
			}})
			if out := told.next(t); out.Err != nil || s.Current().Title != "one" {
				t.Fatalf("%+v", out)
			}
			watch(t, s)
			time.Sleep(50 * time.Millisecond) // until it listens
			steps := []struct {
				name  string
				edit  func()
				title string
				bad   string
			}{
				{"in place", func() { write(t, file, "two") }, "two", ""},
				{"mistake", func() { write(t, file, "broken") }, "two", "it is broken"},
				{"refused by the engine", func() { write(t, file, "refused here") }, "two", "the engine says no"},
				{"back to the last good one", func() { write(t, file, "two") }, "two", ""},
				{"by rename", func() { write(t, file+".new", "three"); os.Rename(file+".new", file) }, "three", ""},
				{"a new folder", func() { write(t, rule, " rule") }, "three rule", ""},
				{"in the new folder", func() { write(t, rule, " other") }, "three other", ""},
				{"removed", func() { os.Remove(rule) }, "three", ""},
				{"gone", func() { os.Remove(file) }, "three", "no such file"},
				{"there again", func() { write(t, file, "four") }, "four", ""},
			}
			for _, step := range steps {
				step.edit()
				out := told.next(t)
				st := s.Status()
				if s.Current().Title != step.title || out.Pack.Title != step.title {
					t.Fatalf("%s: the pack is %q, want %q (%+v)", step.name, s.Current().Title, step.title, out)
				}
				if step.bad == "" {
					if out.Err != nil || st.State != StateCurrent || st.Error != "" {
						t.Fatalf("%s: %v, %+v", step.name, out.Err, st)
					}
				} else if out.Err == nil || !strings.Contains(out.Err.Error(), step.bad) || st.State != StateRefused || !strings.Contains(st.Error, step.bad) || strings.Contains(st.Error, dir) {
					t.Fatalf("%s: %v, %+v", step.name, out.Err, st)
				}
				if n := len(st.Diagnostics); (step.name == "mistake") != (n == 1) {
					t.Fatalf("%s: %d diagnostics", step.name, n)
				}
			}
			if got := strings.Join(accepted, ","); got != "one,two,three,three rule,three other,three,four" {
				t.Errorf("put in place: %s", got)
			}
		})
	}
}

// What is no part of a pack, and a save without a change, wake nobody.
func TestWatchStaysQuiet(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "pack.yaml")
	write(t, file, "one")
	s, told := open(t, dir, Options{Poll: 10 * time.Millisecond})
	told.next(t)
	watch(t, s)
	time.Sleep(50 * time.Millisecond)
	write(t, filepath.Join(dir, ".pack.yaml.swp"), "x")
	write(t, filepath.Join(dir, "pack.yaml~"), "x")
	write(t, filepath.Join(dir, ".git", "index"), "x")
	write(t, file, "one")
	time.Sleep(200 * time.Millisecond)
	if n := len(told.new); n != 0 {
		t.Errorf("told %d times: %+v", n, told.all)
	}
}

func TestLastGood(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	file := filepath.Join(dir, "pack.yaml")
	write(t, file, "broken")
	src := Source{Folder, dir}
	ctx := context.Background()
	opt := Options{DataDir: data, Compile: compileFolder}
	var build *BuildError
	if _, err := Open(ctx, src, opt); !errors.As(err, &build) {
		t.Fatalf("nothing kept yet: %v", err)
	}
	sh := shelfFor(data, src)
	for _, text := range []string{"one", "two"} {
		write(t, file, text)
		s, _ := open(t, dir, opt)
		if out := s.Last(); out.Err != nil || out.SaveErr != nil {
			t.Fatalf("%+v", out)
		}
		entries, err := os.ReadDir(sh.dir)
		if err != nil || len(entries) != 1 {
			t.Fatalf("%d files kept, want 1: %v", len(entries), err)
		}
	}
	// The kept pack is read by name(), which knows real packs only: here its bytes are looked at.
	entries, _ := os.ReadDir(sh.dir)
	path := filepath.Join(sh.dir, entries[0].Name())
	if text, _ := os.ReadFile(path); string(text) != "two" {
		t.Fatalf("kept %q", text)
	}

	// A data folder that can't be written costs the copy, not the pack.
	write(t, file, "three")
	blocked := filepath.Join(t.TempDir(), "file")
	write(t, blocked, "")
	s, _ := open(t, dir, Options{DataDir: blocked})
	if out := s.Last(); out.Err != nil || out.SaveErr == nil || s.Current().Title != "three" {
		t.Errorf("%+v", out)
	}
}

func TestShelvesApart(t *testing.T) {
	a, b := shelfFor("d", Source{Folder, "x/pack"}), shelfFor("d", Source{Folder, "y/pack"})
	c, d := shelfFor("d", Source{Embedded, "pack"}), shelfFor("d", Source{Folder, "./x/../x/pack/"})
	if a == b || a == c || b == c || a != d {
		t.Errorf("%v %v %v %v", a, b, c, d)
	}
	// An address is the same wherever the program is started: what was seen of it must not be forgotten.
	data, address := t.TempDir(), Source{URL, "https://example.com/v1/packs/p"}
	e := shelfFor(data, address)
	t.Chdir(t.TempDir())
	if f := shelfFor(data, address); e != f {
		t.Errorf("%v %v", e, f)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "shop/pack.yaml", "")
	write(t, "cn-telecom/pack.yaml", "")
	write(t, "empty/readme", "")
	write(t, "built.json", "{}")
	for spec, want := range map[string]Source{
		"shop": {Folder, "shop"}, "shop/pack.yaml": {Folder, "shop"}, "built.json": {Built, "built.json"},
		"cn-telecom": {Embedded, "cn-telecom"}, "./cn-telecom": {Folder, "./cn-telecom"},
	} {
		if got, err := Find(spec); err != nil || got != want {
			t.Errorf("%s: %+v, %v", spec, got, err)
		}
	}
	var missing *NotFoundError
	for _, spec := range []string{"nowhere", "empty"} {
		if _, err := Find(spec); !errors.As(err, &missing) || !strings.Contains(err.Error(), "cn-telecom") {
			t.Errorf("%s: %v", spec, err)
		}
	}
}
