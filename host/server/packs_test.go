package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"koujing/host/internal/behave"
	"koujing/host/store"
)

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func TestPack(t *testing.T) {
	w := newWorld(t, nil)
	tag := `"` + w.runner.Pack().Digest + `"`
	for _, path := range []string{"/v1/packs/p", "/v1/packs/p@A"} {
		res := w.do("GET", path, "", "")
		if got := body(t, res); res.StatusCode != 200 || got != behave.Pack || res.Header.Get("ETag") != tag || res.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %v %s", path, res.StatusCode, res.Header, got)
		}
		if res := w.do("GET", path, "", "", "If-None-Match", tag); res.StatusCode != 304 || body(t, res) != "" {
			t.Errorf("%s: %d for somebody who has it", path, res.StatusCode)
		}
		if res := w.do("GET", path, "", "", "If-None-Match", `"sha256:0"`); res.StatusCode != 200 {
			t.Errorf("%s: %d for somebody who has another", path, res.StatusCode)
		}
		if res := w.do("HEAD", path, "", ""); res.StatusCode != 200 || body(t, res) != "" || res.Header.Get("ETag") != tag {
			t.Errorf("HEAD %s: %d %v", path, res.StatusCode, res.Header)
		}
	}
}

func (w *world) status(t *testing.T) store.Status {
	t.Helper()
	var list struct{ Packs []store.Status }
	if err := json.Unmarshal([]byte(body(t, w.do("GET", "/v1/packs", "", ""))), &list); err != nil || len(list.Packs) != 1 {
		t.Fatal(list, err)
	}
	return list.Packs[0]
}

func (w *world) wait(t *testing.T, what string, ok func(store.Status) bool) store.Status {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if st := w.status(t); ok(st) {
			return st
		}
	}
	t.Fatalf("%s: still %+v", what, w.status(t))
	return store.Status{}
}

// An edit of the folder changes the answers; a bad edit shows in the list and changes nothing else.
func TestPackEdits(t *testing.T) {
	w := newWorld(t, nil)
	answers := func(version string) {
		t.Helper()
		got := body(t, w.do("POST", "/v1/decide", "application/json", "{}"))
		if !strings.Contains(got, `"version":"`+version+`"`) {
			t.Errorf("want version %s in %s", version, got)
		}
		if res := w.do("GET", "/v1/packs/p@"+version, "", ""); res.StatusCode != 200 || digestOf([]byte(body(t, res))) != w.runner.Pack().Digest {
			t.Errorf("the pack given out isn't the one that decides")
		}
	}
	answers("A")
	w.edit(t, `{"id":"p","version":"B"}`)
	w.wait(t, "good edit", func(st store.Status) bool { return st.Version == "B" })
	answers("B")

	w.edit(t, `{"broken"`)
	st := w.wait(t, "bad edit", func(st store.Status) bool { return len(st.Diagnostics) > 0 })
	if st.State != store.StateRefused || st.Version != "B" || len(st.Diagnostics) != 1 || st.Diagnostics[0].Line != 2 || !strings.Contains(st.Error, "rules/a.yaml:2:3") || strings.Contains(st.Error, os.TempDir()) {
		t.Errorf("%+v", st)
	}
	answers("B")
	if m := body(t, w.do("GET", "/metrics", "", "")); !strings.Contains(m, `koujing_pack_source_refused{id="p"} 1`) {
		t.Error("the figures don't show it")
	}

	w.edit(t, `{"id":"p","version":"C","trouble":"refuse"}`)
	w.wait(t, "an edit the engine refuses", func(st store.Status) bool { return strings.Contains(st.Error, "told to refuse") })
	answers("B")

	w.edit(t, `{"id":"p","version":"D"}`)
	w.wait(t, "mended", func(st store.Status) bool {
		return st.Version == "D" && st.State == store.StateCurrent && st.Error == ""
	})
	answers("D")
}

func TestSite(t *testing.T) {
	w := newWorld(t, nil)
	wasm, _ := behave.Module()
	<-w.site.packed
	for path, want := range map[string]struct{ kind, text string }{
		"/":             {"text/html; charset=utf-8", string(testSite["index.html"].Data)},
		"/index.html":   {"text/html; charset=utf-8", string(testSite["index.html"].Data)},
		"/koujing.js":   {"text/javascript; charset=utf-8", "export const a = 1;"},
		"/studio/":      {"text/html; charset=utf-8", "studio"},
		"/crm.css":      {"text/css; charset=utf-8", "body{}"},
		"/koujing.wasm": {"application/wasm", string(wasm[:servedModule])},
	} {
		res := w.do("GET", path, "", "")
		plain := body(t, res)
		if res.StatusCode != 200 || plain != want.text || res.Header.Get("Content-Type") != want.kind {
			t.Errorf("%s: %d %v", path, res.StatusCode, res.Header)
		}
		tag := res.Header.Get("ETag")
		if tag == "" || strings.HasPrefix(tag, "W/") {
			t.Errorf("%s: ETag %q", path, tag)
		}
		if res := w.do("GET", path, "", "", "If-None-Match", tag); res.StatusCode != 304 {
			t.Errorf("%s: %d for somebody who has it", path, res.StatusCode)
		}
		res = w.do("GET", path, "", "", "Accept-Encoding", "gzip, br")
		text := body(t, res)
		if res.Header.Get("Content-Encoding") == "br" {
			unpacked, err := io.ReadAll(brotli.NewReader(strings.NewReader(text)))
			if err != nil || string(unpacked) != want.text || len(text) >= len(plain) || res.Header.Get("ETag") == tag {
				t.Errorf("%s packed: %v, %d of %d bytes, ETag %s", path, err, len(text), len(plain), res.Header.Get("ETag"))
			}
			if res := w.do("GET", path, "", "", "Accept-Encoding", "br", "If-None-Match", res.Header.Get("ETag")); res.StatusCode != 304 {
				t.Errorf("%s packed: %d for somebody who has it", path, res.StatusCode)
			}
		} else if len(plain) > 1000 {
			t.Errorf("%s isn't packed", path)
		}
		res = w.do("GET", path, "", "", "Accept-Encoding", "br;q=0, gzip")
		if res.Header.Get("Content-Encoding") != "" || res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: packed for somebody who can't unpack it: %v", path, res.Header)
		}
	}
	for _, path := range []string{"/../server.go", "/%2e%2e/server.go", "/studio/../../server.go", "/studio"} {
		if res := w.do("GET", path, "", ""); res.StatusCode == 200 {
			t.Errorf("%s: %s", path, body(t, res))
		}
	}
}

func TestHeaders(t *testing.T) {
	w := newWorld(t, nil)
	for _, path := range []string{"/", "/koujing.js", "/nothing", "/v1/packs", "/healthz", "/v1/decide"} {
		h := w.do("GET", path, "", "").Header
		if got := h.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; script-src 'self' 'wasm-unsafe-eval';") || !strings.Contains(got, "require-trusted-types-for 'script'") {
			t.Errorf("%s: %s", path, got)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// A page somebody is working on is read anew each time.
func TestLiveSite(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) {
		if err := os.WriteFile(dir+"/index.html", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	w := newWorld(t, func(o *Options) { o.Site, o.Live = os.DirFS(dir), true })
	for _, text := range []string{"one", "two"} {
		write(text)
		if got := body(t, w.do("GET", "/", "", "")); got != text {
			t.Errorf("%q, want %q", got, text)
		}
	}
	if got := body(t, w.do("GET", "/koujing.wasm", "", "")); !bytes.HasPrefix([]byte(got), []byte("\x00asm")) {
		t.Error("no module")
	}
}

func TestNoSite(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Site, o.Modules = nil, nil })
	for _, path := range []string{"/", "/koujing.wasm"} {
		res := w.do("GET", path, "", "")
		if text := body(t, res); res.StatusCode != 404 || !strings.Contains(text, "make wasm") {
			t.Errorf("%s: %d %s", path, res.StatusCode, text)
		}
	}
}
