package server

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"koujing/host/ledger"
)

func loadOpenAPI(t testing.TB, text []byte) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// The document describes the paths and methods there are, and lists the codes there are.
func TestOpenAPIIsComplete(t *testing.T) {
	w := newWorld(t, nil)
	doc := loadOpenAPI(t, []byte(body(t, w.do("GET", "/openapi.json", "", ""))))
	var have, want []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			have = append(have, method+" "+path)
		}
	}
	for _, r := range w.routes() {
		for method := range r.methods {
			if r.pattern != "/" { // the page
				want = append(want, method+" "+r.pattern)
			}
		}
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("described: %v\nthere are: %v", have, want)
	}
	var codes []string
	for _, c := range doc.Components.Schemas["Problem"].Value.Properties["code"].Value.Enum {
		codes = append(codes, c.(string))
	}
	if known := slices.Sorted(maps.Keys(problems)); !slices.Equal(codes, known) {
		t.Errorf("described codes: %v\nthere are:       %v", codes, known)
	}
}

// Answers are what the document says, problems too.
func TestOpenAPIIsTrue(t *testing.T) {
	l, err := ledger.Open(t.TempDir(), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w := newWorld(t, func(o *Options) { o.Ledger = l })
	doc := loadOpenAPI(t, w.openapi)
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	w.edit(t, `{"broken"`)
	for w.status(t).Error == "" {
	}
	d, _ := w.runner.Decide(t.Context(), []byte("{}"))
	verify := func(c, decision string) string {
		text, _ := json.Marshal(map[string]string{"pack": d.Receipt().Pack, "case": c, "decision": decision})
		return string(text)
	}
	for _, tt := range []struct {
		method, path, kind, body string
		status                   int
	}{
		{"POST", "/v1/decide", "application/json", "{}", 200},
		{"POST", "/v1/decide", "application/json", `{"now":"2026-11-22T10:00:00+08:00","lines":[{"id":"L1","charged_fen":1500}]}`, 200},
		{"POST", "/v1/decide", "application/json", "{", 200},
		{"POST", "/v1/decide", "application/json", `{"do":"trap"}`, 500},
		{"POST", "/v1/decide", "text/plain", "{}", 415},
		{"POST", "/v1/verify", "application/json", verify("{}", d.String()), 200},
		{"POST", "/v1/verify", "application/json", verify("{}", ""), 200},
		{"POST", "/v1/verify", "application/json", "[]", 400},
		{"POST", "/v1/log/erase", "application/json", `{"customer":"C-1"}`, 200},
		{"POST", "/v1/log/erase", "application/json", `{"customer":""}`, 400},
		{"GET", "/v1/packs", "", "", 200},
		{"GET", "/v1/packs/p", "", "", 200},
		{"GET", "/v1/packs/q", "", "", 404},
		{"GET", "/healthz", "", "", 200},
		{"GET", "/readyz", "", "", 200},
		{"GET", "/metrics", "", "", 200},
		{"GET", "/openapi.json", "", "", 200},
	} {
		req := httptest.NewRequest(tt.method, tt.path, strings.NewReader(tt.body))
		if tt.kind != "" {
			req.Header.Set("Content-Type", tt.kind)
		}
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, req)
		if rec.Code != tt.status {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.path, rec.Code, tt.status)
		}
		found, params, err := router.FindRoute(req)
		if err != nil {
			t.Errorf("%s %s: %v", tt.method, tt.path, err)
			continue
		}
		input := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: found, Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		}}
		if tt.status == 200 && !strings.HasPrefix(tt.body, "{}") && tt.body != "{" { // those are no cases
			req.Body = io.NopCloser(strings.NewReader(tt.body)) // read by now
			if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
				t.Errorf("%s %s: the server takes what the document forbids: %v", tt.method, tt.path, err)
			}
		}
		answer := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: input,
			Status:                 rec.Code, Header: rec.Header(),
			Options: &openapi3filter.Options{IncludeResponseStatus: true},
		}
		if err := openapi3filter.ValidateResponse(context.Background(), answer.SetBodyBytes(rec.Body.Bytes())); err != nil {
			t.Errorf("%s %s: %v\n%s", tt.method, tt.path, err, rec.Body)
		}
	}
}
