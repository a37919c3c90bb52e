package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

const disputeCase = `{"now":"2026-11-22T10:00:00+08:00","lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed"}]}`

// A served is a running `koujing serve`.
type served struct {
	t      *testing.T
	url    string
	stop   func() int
	mu     sync.Mutex
	output bytes.Buffer
}

func (s *served) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.output.Write(p)
}

func (s *served) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.output.String()
}

// wait waits until the output holds a text, and forgets all output up to it.
func (s *served) wait(want string) string {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		s.mu.Lock()
		if at := bytes.Index(s.output.Bytes(), []byte(want)); at >= 0 {
			text := string(s.output.Next(at + len(want)))
			s.mu.Unlock()
			return text
		}
		s.mu.Unlock()
	}
	s.t.Fatalf("it never said %q but:\n%s", want, s.text())
	return ""
}

func serve(t *testing.T, args ...string) *served {
	t.Helper()
	s := &served{t: t}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- run(append([]string{"serve", "--addr", "127.0.0.1:0", "--log", "off"}, args...), &app{ctx: ctx, in: strings.NewReader(""), out: s, err: s})
	}()
	s.stop = sync.OnceValue(func() int { cancel(); return <-ended })
	t.Cleanup(func() { s.stop() })
	s.url = regexp.MustCompile(`https?://\S+`).FindString(s.wait("\n  engine  sha256:"))
	return s
}

// TestStoppedAtTheStart tells a server to stop while it still compiles its engine: that is no failure, and nothing is wrong with
// the engine.
func TestStoppedAtTheStart(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out bytes.Buffer
	if code := run([]string{"serve", "--addr", "127.0.0.1:0", "--log", "off", "--cache", ""}, &app{ctx: ctx, in: strings.NewReader(""), out: &out, err: &out}); code != exitOK || out.Len() > 0 {
		t.Errorf("exit %d, and it says %q", code, out.String())
	}
}

func (s *served) get(path string) (*http.Response, string) {
	s.t.Helper()
	res, err := http.Get(s.url + path)
	return s.read(res, err)
}

func (s *served) post(path, body string) (*http.Response, string) {
	s.t.Helper()
	res, err := http.Post(s.url+path, "application/json", strings.NewReader(body))
	return s.read(res, err)
}

func (s *served) read(res *http.Response, err error) (*http.Response, string) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res, string(text)
}

func edit(t *testing.T, file, old, new string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("no %q in %s", old, file)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The day of an operator: serve a pack folder, edit a rule, make a mistake, mend it, stop, start again.
func TestServe(t *testing.T) {
	needEngine(t)
	dir, data := t.TempDir(), t.TempDir()
	if err := copyPack(dir); err != nil {
		t.Fatal(err)
	}
	rules := filepath.Join(dir, "rules", "refund.yaml")
	s := serve(t, "--pack", dir, "--data", data)

	var out bytes.Buffer
	if code := run([]string{"decide", "--pack", dir}, &app{ctx: t.Context(), in: strings.NewReader(disputeCase), out: &out, err: s}); code != 0 {
		t.Fatal(code)
	}
	res, decision := s.post("/v1/decide", disputeCase)
	if res.StatusCode != 200 || decision+"\n" != out.String() || !strings.Contains(decision, `"pay_fen":2000`) {
		t.Errorf("served:\n%s\ndecided:\n%s", decision, &out)
	}
	request, _ := json.Marshal(map[string]string{"case": disputeCase, "decision": decision})
	if _, verdict := s.post("/v1/verify", string(request)); verdict != `{"ok":true}` {
		t.Error(verdict)
	}
	first, _ := s.get("/v1/packs/cn-telecom")

	edit(t, rules, "multiplier: 2", "multiplier: 1")
	s.wait(" is live ")
	if _, now := s.post("/v1/decide", disputeCase); !strings.Contains(now, `"pay_fen":1000`) {
		t.Error(now)
	}
	if _, verdict := s.post("/v1/verify", string(request)); !strings.Contains(verdict, `"code":"pack_differs"`) {
		t.Error(verdict)
	}
	if second, _ := s.get("/v1/packs/cn-telecom"); second.Header.Get("ETag") == first.Header.Get("ETag") {
		t.Error("the pack given out is the old one")
	}

	edit(t, rules, "when: line.category in", "when: line.catgory in")
	s.wait("pack refused; cn-telecom")
	s.wait("refund.yaml:7:11: error: there is no line.catgory")
	s.wait("            ^^^^^^^^^^^^\n")
	s.wait("did you mean line.category?")
	if _, now := s.post("/v1/decide", disputeCase); !strings.Contains(now, `"pay_fen":1000`) {
		t.Error(now)
	}
	if _, list := s.get("/v1/packs"); !strings.Contains(list, `"state":"refused"`) || !strings.Contains(list, `"line":7,"column":11`) || strings.Contains(list, dir) {
		t.Error(list)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("stopped with %d:\n%s", code, s.text())
	}

	// The folder is still broken: the last good pack takes its place, until the folder is mended.
	s = serve(t, "--pack", dir, "--data", data)
	s.wait("from the data folder decides")
	s.wait("did you mean line.category?")
	if _, now := s.post("/v1/decide", disputeCase); !strings.Contains(now, `"pay_fen":1000`) {
		t.Error(now)
	}
	edit(t, rules, "when: line.catgory in", "when: line.category in")
	s.wait(" is live ")
	edit(t, rules, "multiplier: 1", "multiplier: 2")
	s.wait(" is live ")
	if _, now := s.post("/v1/decide", disputeCase); now != decision {
		t.Errorf("back at the first rule:\n%s\nat first:\n%s", now, decision)
	}
	s.stop()

	// Without the data folder a broken pack is an error that shows the place.
	edit(t, rules, "when: line.category in", "when: line.catgory in")
	var errs bytes.Buffer
	if code := run([]string{"serve", "--addr", "127.0.0.1:0", "--pack", dir}, &app{ctx: t.Context(), out: &errs, err: &errs}); code != exitFailure || !strings.Contains(errs.String(), "^^^^") {
		t.Errorf("%d:\n%s", code, &errs)
	}
}

func TestServeAddressInUse(t *testing.T) {
	needEngine(t)
	s := serve(t)
	var errs bytes.Buffer
	addr := strings.TrimSuffix(strings.TrimPrefix(s.url, "http://"), "/")
	if code := run([]string{"serve", "--addr", addr}, &app{ctx: t.Context(), out: &errs, err: &errs}); code != exitFailure || !strings.Contains(errs.String(), "is in use; choose another") {
		t.Errorf("%d:\n%s", code, &errs)
	}
}

// A folder stands in for the embedded page.
func TestServeSite(t *testing.T) {
	needEngine(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("the page"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := serve(t, "--site", dir)
	if res, text := s.get("/"); text != "the page" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%v %s", res.Header, text)
	}
	if res, text := s.get("/koujing.wasm"); res.Header.Get("Content-Type") != "application/wasm" || text != string(module(engineModule)) {
		t.Errorf("%v, %d bytes", res.Header, len(text))
	}
}
