package server

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/andybalholm/brotli"

	"koujing/host/store"
)

// A pack travels compressed, and its ETag is its digest all the same.
func TestPackFile(t *testing.T) {
	s := &Server{}
	p := &store.Pack{Digest: "sha256:a", Built: bytes.Repeat([]byte(`{"text":"口径"}`), 100)}
	get := func(header ...string) *http.Response {
		req := httptest.NewRequest("GET", "/", nil)
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.packFile(p).serve(w, req)
		return w.Result()
	}
	res := get("Accept-Encoding", "gzip, br")
	text, err := io.ReadAll(brotli.NewReader(res.Body))
	if err != nil || !bytes.Equal(text, p.Built) || res.Header.Get("Content-Encoding") != "br" || res.Header.Get("ETag") != `"sha256:a"` || res.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("%v %v %d bytes", err, res.Header, len(text))
	}
	res = get()
	if text, _ := io.ReadAll(res.Body); !bytes.Equal(text, p.Built) || res.Header.Get("Content-Encoding") != "" || res.Header.Get("ETag") != `"sha256:a"` {
		t.Errorf("%v %d bytes", res.Header, len(text))
	}
	if res := get("If-None-Match", `"sha256:a"`, "Accept-Encoding", "br"); res.StatusCode != 304 {
		t.Errorf("%d for somebody who has it", res.StatusCode)
	}
	first := s.packFile(p)
	if s.packFile(p) != first {
		t.Error("the pack is compressed again")
	}
	p = &store.Pack{Digest: "sha256:b", Built: []byte("other")}
	if s.packFile(p) == first {
		t.Error("the old pack is given out")
	}
}
