package server

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"testing"
)

// FuzzHTTP sends any body of any type to the API: each gets an answer that is what its type says, and nothing fails.
func FuzzHTTP(f *testing.F) {
	f.Add("/v1/decide", "application/json", []byte("{}"))
	f.Add("/v1/decide", "application/x-ndjson", []byte("{}\n\n{\"do\":\"gate\"}\r\n{"))
	f.Add("/v1/verify", "application/json", []byte(`{"case":"{}","decision":"\ud800"}`))
	f.Add("/v1/packs/p@A", "", []byte(nil))
	w := newWorld(f, nil)
	f.Fuzz(func(t *testing.T, path, kind string, text []byte) {
		if bytes.Contains(text, []byte(`"do"`)) && !bytes.Contains(text, []byte(`"gate"`)) {
			t.Skip("what the test guest does on purpose")
		}
		req := httptest.NewRequest("POST", "/v1/decide", bytes.NewReader(text))
		req.URL.Path = path
		req.Header.Set("Content-Type", kind)
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, req)
		switch got := rec.Header().Get("Content-Type"); {
		case rec.Code >= 500:
			t.Errorf("%d %s", rec.Code, rec.Body)
		case (got == "application/json" || got == "application/problem+json") && !json.Valid(rec.Body.Bytes()):
			t.Errorf("%s: %q", got, rec.Body)
		}
	})
}
