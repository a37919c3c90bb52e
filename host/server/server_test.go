package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"koujing/core/author"
	"koujing/host"
	"koujing/host/internal/behave"
	"koujing/host/store"
)

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

// As much of the module is served: compressing all of it takes longer than the rest of a test.
const servedModule = 4 << 10

// world is a server with everything around it.
type world struct {
	*Server
	runner *host.Runner
	dir    string // of the pack
	log    *bytes.Buffer
}

var testSite = fstest.MapFS{
	"index.html":        {Data: []byte("<!doctype html><title>口径</title>" + strings.Repeat("<p>text</p>", 200))},
	"koujing.js":        {Data: []byte("export const a = 1;")},
	"studio/index.html": {Data: []byte("studio")},
	"crm.css":           {Data: []byte("body{}")},
}

// compile stands in for the compiler: pack.json is a pack for the test guest as it is, unless it says broken.
func compile(s store.Source) (*store.Pack, error) {
	text, err := os.ReadFile(filepath.Join(s.Path, "pack.json"))
	if err != nil {
		return nil, err
	}
	if bytes.Contains(text, []byte("broken")) {
		return nil, &store.BuildError{Diagnostics: []author.Diagnostic{{
			Code: "unknown_name", Level: author.LevelError, File: "rules/a.yaml", Line: 2, Column: 3, EndColumn: 4, Message: "broken",
		}}}
	}
	p := &store.Pack{Title: "测试", Digest: digestOf(text), Built: text}
	var doc struct{ ID, Version string }
	err = json.Unmarshal(text, &doc)
	p.ID, p.Version = doc.ID, doc.Version
	return p, err
}

func newWorld(t testing.TB, change func(*Options), opts ...host.Option) *world {
	t.Helper()
	wasm, err := behave.Module()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	r, err := host.New(ctx, append(opts, host.WithModule(wasm), host.WithCacheDir(cacheDir), host.WithPoolSize(2))...)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{runner: r, dir: t.TempDir(), log: &bytes.Buffer{}}
	w.edit(t, behave.Pack)
	st, err := store.Open(ctx, store.Source{Kind: store.Folder, Path: w.dir}, store.Options{
		Compile: compile, Debounce: 1, Poll: 1e6,
		Accept: func(ctx context.Context, built []byte) error { _, err := r.Reload(ctx, built); return err },
	})
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{
		Runner: r, Store: st, Site: testSite, Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Modules: map[string][]byte{"koujing.wasm": wasm[:servedModule]},
	}
	if change != nil {
		change(&opt)
	}
	if w.Server, err = New(opt); err != nil {
		t.Fatal(err)
	}
	watching, stop := context.WithCancel(ctx)
	done := make(chan error)
	go func() { done <- st.Watch(watching) }()
	t.Cleanup(func() {
		stop()
		<-done
		<-w.site.packed
		r.Close(ctx)
	})
	return w
}

func (w *world) edit(t testing.TB, pack string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, "pack.json"), []byte(pack), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (w *world) do(method, path, kind, body string, headers ...string) *http.Response {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		} else {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, req)
	return rec.Result()
}

func body(t testing.TB, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestDecide(t *testing.T) {
	w := newWorld(t, nil)
	for c, status := range map[string]string{`{"do":"answer"}`: "decided", "{": "invalid", "": "invalid", strings.Repeat(" ", 300_000) + "{}": "decided"} {
		want, err := w.runner.Decide(context.Background(), []byte(c))
		if err != nil || want.Status() != status {
			t.Fatal(want, err)
		}
		for _, kind := range []string{"application/json", "application/json; charset=utf-8", "application/vnd.case+json"} {
			res := w.do("POST", "/v1/decide", kind, c)
			if got := body(t, res); res.StatusCode != 200 || got != want.String() || res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%.20s as %s: %d %v %.200s", c, kind, res.StatusCode, res.Header, got)
			}
		}
	}
}

func code(t testing.TB, text string) string {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if known, ok := problems[p.Code]; !ok || p.Status != known.status || p.Title == "" || p.Detail == "" || p.Type != "urn:koujing:problem:"+p.Code {
		t.Errorf("a problem as none should be: %s", text)
	}
	return p.Code
}

func TestProblems(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Hosts = []string{"localhost", "127.0.0.1", "::1", "example.com"} })
	big := strings.Repeat("x", 1<<20+1)
	for _, tt := range []struct {
		method, path, kind, body, want string
		headers                        []string
	}{
		{"GET", "/v1/decide", "", "", "method_not_allowed", nil},
		{"DELETE", "/v1/packs", "", "", "method_not_allowed", nil},
		{"POST", "/", "", "", "method_not_allowed", nil},
		{"POST", "/v1/decide", "", "{}", "wrong_content_type", nil},
		{"POST", "/v1/decide", "text/plain", "{}", "wrong_content_type", nil},
		{"POST", "/v1/verify", "application/x-ndjson", "{}", "wrong_content_type", nil},
		{"POST", "/v1/decide", "application/json", "{}", "unsupported_encoding", []string{"Content-Encoding", "gzip"}},
		{"POST", "/v1/decide", "application/json", big, "body_too_large", nil},
		{"POST", "/v1/verify", "application/json", strings.Repeat(big, 4), "body_too_large", nil},
		{"POST", "/v1/decide", "application/json", `{"do":"trap"}`, "engine_failed", nil},
		{"POST", "/v1/verify", "application/json", `{`, "bad_request", nil},
		{"POST", "/v1/verify", "application/json", `{"case":"{}"}`, "bad_request", nil},
		{"POST", "/v1/verify", "application/json", `{"case":"{}","decision":"","more":1}`, "bad_request", nil},
		{"GET", "/v1/packs/nobody", "", "", "pack_not_found", nil},
		{"GET", "/v1/packs/p@", "", "", "pack_not_found", nil},
		{"GET", "/v1/packs/p@B", "", "", "pack_not_found", nil},
		{"GET", "/v1/nothing", "", "", "not_found", nil},
		{"POST", "/v2/decide", "application/json", "{}", "method_not_allowed", nil},
		{"GET", "/nothing.js", "", "", "not_found", nil},
		{"GET", "/koujing-author.wasm", "", "", "not_found", nil},
		{"GET", "/healthz", "", "", "wrong_host", []string{"Host", "evil.example"}},
		{"GET", "/healthz", "", "", "wrong_host", []string{"Host", ""}},
	} {
		res := w.do(tt.method, tt.path, tt.kind, tt.body, tt.headers...)
		text := body(t, res)
		if got := code(t, text); got != tt.want || res.StatusCode != problems[tt.want].status || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s, want %s", tt.method, tt.path, res.StatusCode, text, tt.want)
		}
		if allow := res.Header.Get("Allow"); (allow != "") != (tt.want == "method_not_allowed") {
			t.Errorf("%s %s: Allow %q", tt.method, tt.path, allow)
		}
	}
	for _, name := range []string{"localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8080", "::1"} {
		if res := w.do("GET", "/healthz", "", "", "Host", name); res.StatusCode != 200 {
			t.Errorf("host %s: %d", name, res.StatusCode)
		}
	}
	if res := w.do("POST", "/v1/decide", "application/json", "{}"); res.StatusCode != 200 {
		t.Errorf("after all that: %d", res.StatusCode)
	}
}

func TestBodyUnreadable(t *testing.T) {
	w := newWorld(t, nil)
	req := httptest.NewRequest("POST", "/v1/decide", io.MultiReader(strings.NewReader("{"), errReader{}))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, req)
	if got := code(t, rec.Body.String()); got != "body_unreadable" {
		t.Error(got)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("gone") }

func TestVerify(t *testing.T) {
	w := newWorld(t, nil)
	const c = `{"name":"王","do":"answer"}`
	d, err := w.runner.Decide(context.Background(), []byte(c))
	if err != nil {
		t.Fatal(err)
	}
	type doc map[string]string
	for _, tt := range []struct {
		name string
		req  doc
		want string
	}{
		{"same", doc{"pack": d.Receipt().Pack, "case": c, "decision": d.String()}, `{"ok":true}`},
		{"no pack named", doc{"case": c, "decision": d.String()}, `{"ok":true}`},
		{"another pack named", doc{"pack": "sha256:0", "case": c, "decision": d.String()}, `{"ok":false,"code":"pack_differs","at":"receipt.pack"}`},
		{"another case", doc{"case": "{}", "decision": d.String()}, `{"ok":false,"code":"case_differs","at":"receipt.case"}`},
		{"changed", doc{"case": c, "decision": strings.Replace(d.String(), "decided", "blocked", 1)}, `{"ok":false,"code":"decision_differs","at":"status"}`},
		{"newline added", doc{"case": c, "decision": d.String() + "\n"}, `{"ok":false,"code":"not_canonical","at":""}`},
	} {
		text, _ := json.Marshal(tt.req)
		res := w.do("POST", "/v1/verify", "application/json", string(text))
		if got := body(t, res); res.StatusCode != 200 || got != tt.want {
			t.Errorf("%s: %d %s", tt.name, res.StatusCode, got)
		}
	}
}

func TestStopping(t *testing.T) {
	w := newWorld(t, nil)
	if res := w.do("GET", "/readyz", "", ""); res.StatusCode != 200 || !strings.Contains(body(t, res), w.runner.Pack().Digest) {
		t.Errorf("ready: %d", res.StatusCode)
	}
	w.Stopping()
	if res := w.do("GET", "/readyz", "", ""); code(t, body(t, res)) != "not_ready" {
		t.Errorf("stopping: %d", res.StatusCode)
	}
	if res := w.do("GET", "/healthz", "", ""); body(t, res) != `{"status":"ok"}` {
		t.Error("not healthy while stopping")
	}
	w.runner.Close(context.Background())
	if res := w.do("POST", "/v1/decide", "application/json", "{}"); code(t, body(t, res)) != "not_ready" {
		t.Errorf("closed: %d", res.StatusCode)
	}
}

// Whatever a case holds and however it ends, neither the log nor the figures repeat it.
func TestNothingPersonalIsKept(t *testing.T) {
	w := newWorld(t, nil)
	const phone = "13800138000"
	for _, c := range []string{`{"a":"` + phone + `"}`, phone + "{", `{"do":"trap","a":"` + phone + `"}`, `{"do":"garbage","a":"` + phone + `"}`} {
		w.do("POST", "/v1/decide", "application/json", c)
		w.do("POST", "/v1/decide", "application/x-ndjson", c)
		w.do("POST", "/v1/decide", phone, c)
		w.do("POST", "/v1/verify", "application/json", c)
	}
	w.do("GET", "/v1/packs/"+phone, "", "")
	w.do("GET", "/"+phone+"?a="+phone, "", "", "User-Agent", phone)
	w.do(phone, "/v1/decide", "", "")
	figures := body(t, w.do("GET", "/metrics", "", ""))
	if strings.Contains(w.log.String(), phone) || strings.Contains(figures, phone) {
		t.Errorf("the phone number is in the log or in the figures:\n%s\n%s", w.log, figures)
	}
	for _, want := range []string{
		`koujing_http_requests_total{method="POST",route="/v1/decide",status="415"} 4`, `koujing_http_requests_total{method="other",route="/v1/decide",status="405"} 1`,
		`koujing_decisions_total{status="failed"} 2`, `koujing_engine_traps_total 4`, `koujing_pack_info{digest="` + w.runner.Pack().Digest + `",id="p",version="A"} 1`,
		`koujing_pack_source_refused{id="p"} 0`,
	} {
		if !strings.Contains(figures, want) {
			t.Errorf("no %s in the figures:\n%s", want, figures)
		}
	}
	if !strings.Contains(w.log.String(), "route=/v1/decide") {
		t.Errorf("no requests in the log:\n%s", w.log)
	}
}

// Whoever promises a body and sends none, or asks and doesn't read the answer, holds a connection for so long and no longer,
// also where he isn't let in.
func TestDawdlers(t *testing.T) {
	w := newWorld(t, func(o *Options) {
		o.Hosts, o.Patience = []string{"127.0.0.1"}, 300*time.Millisecond
		o.Modules = map[string][]byte{"big.wasm": make([]byte, 64<<20)} // more than any socket takes
	})
	w.bodyTime = 300 * time.Millisecond
	srv := httptest.NewUnstartedServer(nil)
	srv.Config = w.HTTP()
	srv.Start()
	defer srv.Close()
	for name, text := range map[string]string{
		"a body that doesn't come": "POST /v1/decide HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
		"nor where it isn't taken": "POST /v1/packs/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n",
		"nor with a wrong host":    "POST /v1/decide HTTP/1.1\r\nHost: elsewhere\r\nContent-Length: 100\r\n\r\n",
		"an answer nobody reads":   "GET /big.wasm HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", srv.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, text); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
			n, err := io.Copy(io.Discard, conn)
			var late net.Error
			if errors.As(err, &late) && late.Timeout() || n >= 64<<20 {
				t.Errorf("the connection is still open after %d bytes: %v", n, err)
			}
		})
	}
}
