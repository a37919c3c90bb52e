package server

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"koujing/core/author"
)

// engine is the real one: the guest of the other tests does on purpose what no request may make the engine do.
func engine(t testing.TB) []byte {
	t.Helper()
	wasm, err := os.ReadFile("../cmd/koujing/embedded/koujing.wasm")
	if err != nil {
		t.Skip("make guests builds the engine:", err)
	}
	return wasm
}

// realPack is a pack p for the engine.
func realPack(t testing.TB, version string) []byte {
	t.Helper()
	built, found := author.Build(author.Sources{
		"pack.yaml": "id: p\nversion: \"" + version + "\"\ntitle: 测试\nlocale: zh-CN\nutc_offset: \"+08:00\"\n" +
			"lists: { category: { metering: 计费, other: 其他 } }\n",
		"rules/refund.yaml": "decision: refund.multiplier\nhit: first\nrules:\n" +
			"  - { id: double, when: 'line.category == \"metering\"', then: { multiplier: 2 }, row: X-01 }\n" +
			"  - { id: once, then: { multiplier: 1 }, row: X-02 }\n",
	})
	if built == nil {
		t.Fatal(found)
	}
	return built
}

// FuzzHTTP sends any request to the API of a server that packs can be published on: each gets an answer that is what its
// type says, an error is a problem with a code, and nothing fails.
func FuzzHTTP(f *testing.F) {
	first, second := realPack(f, "A"), realPack(f, "B")
	f.Add("POST", "/v1/decide", "application/json", "", "", []byte(`{"now":"2026-11-22T10:00:00+08:00","lines":[{"id":"L1","charged_fen":9,"due_fen":4,"category":"metering","verification":"confirmed"}]}`))
	f.Add("POST", "/v1/decide", "application/x-ndjson", "K-1", "", []byte("{}\n\n{\"now\":\"2026-11-22T10:00:00+08:00\"}\r\n{"))
	f.Add("POST", "/v1/decide", "application/json", strings.Repeat("k", 257), "", []byte("{}"))
	f.Add("POST", "/v1/verify", "application/json", "", "", []byte(`{"case":"{}","decision":"\ud800"}`))
	f.Add("POST", "/v1/verify", "application/json", "", "", []byte(`{"pack":"sha256:1","case":"{}","decision":"{\"receipt\":{\"pack\":\"sha256:1\"}}"}`))
	f.Add("GET", "/v1/packs/p@A", "", "", `W/"*", "`, []byte(nil))
	f.Add("HEAD", "/v1/packs/p/sources", "", "", "*", []byte(nil))
	f.Add("GET", "/v1/packs/%70@A/history", "", "", "", []byte(nil))
	f.Add("POST", "/v1/packs", "application/json", "", "", second)
	f.Add("POST", "/v1/packs", "application/json", "", "", []byte(`{"payloadType":"application/vnd.koujing.pack+json","payload":"","signatures":[{}]}`))
	f.Add("POST", "/v1/packs/p/rollback", "application/json", "", "", []byte(`{"version":"A","reason":"x"}`))
	f.Add("POST", "/v1/packs/p/approve", "application/json", "", "", []byte(`{"seq":1}`))
	s := newShopOf(f, engine(f), first, "", nil)
	f.Fuzz(func(t *testing.T, method, path, kind, customer, match string, text []byte) {
		req := httptest.NewRequest("POST", "/v1/decide", bytes.NewReader(text))
		req.Method, req.URL.Path = method, path
		for name, value := range map[string]string{"Content-Type": kind, customerHeader: customer, "If-None-Match": match} {
			if value != "" {
				req.Header.Set(name, value)
			}
		}
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, req)
		switch got := rec.Header().Get("Content-Type"); {
		case rec.Code >= 500:
			t.Errorf("%d %s", rec.Code, rec.Body)
		case (got == "application/json" || got == "application/problem+json") && !json.Valid(rec.Body.Bytes()):
			t.Errorf("%s: %q", got, rec.Body)
		case rec.Code >= 400 && !strings.Contains(rec.Body.String(), `"code":"`) && method != "HEAD":
			t.Errorf("%d without a code: %q", rec.Code, rec.Body)
		}
	})
}
