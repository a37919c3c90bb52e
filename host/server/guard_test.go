package server

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"koujing/host"
	"koujing/host/access"
)

// With a list of callers, what occupies the engine or shows a pack takes a role; probes, figures and the page don't.
func TestAccess(t *testing.T) {
	var tokens [3]string
	file := ""
	for i, roles := range []string{"[decide]", "[publish, approve]", "[decide], rate: 0.01, burst: 2"} {
		token, digest, err := access.NewToken()
		if err != nil {
			t.Fatal(err)
		}
		tokens[i] = token
		file += "  - { name: " + string(rune('a'+i)) + ", sha256: " + digest + ", roles: " + roles + " }\n"
	}
	list, err := access.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(o *Options) { o.Access = list })
	ask := func(method, path, token, text string) *http.Response {
		if token != "" {
			return w.do(method, path, "application/json", text, "Authorization", "Bearer "+token)
		}
		return w.do(method, path, "application/json", text)
	}
	for _, tt := range []struct {
		method, path, token, text string
		want                      string
	}{
		{"POST", "/v1/decide", tokens[0], "{}", ""}, {"POST", "/v1/decide", "", "{}", "unauthorized"}, {"POST", "/v1/decide", "kj_wrong", "{}", "unauthorized"},
		{"POST", "/v1/decide", tokens[1], "{}", "forbidden"}, {"POST", "/v1/verify", tokens[1], "{}", "forbidden"}, {"POST", "/v1/verify", tokens[0], "{}", "bad_request"},
		{"GET", "/v1/packs", tokens[0], "", ""}, {"GET", "/v1/packs/p", tokens[1], "", ""}, {"GET", "/v1/packs", "", "", "unauthorized"}, {"GET", "/v1/packs/p", "", "", "unauthorized"},
		{"GET", "/healthz", "", "", ""}, {"GET", "/readyz", "", "", ""}, {"GET", "/metrics", "", "", ""}, {"GET", "/openapi.json", "", "", ""}, {"GET", "/", "", "", ""}, {"GET", "/koujing.wasm", "", "", ""},
		{"GET", "/v1/decide", "", "", "method_not_allowed"}, {"GET", "/v1/nothing", "", "", "not_found"},
		{"POST", "/v1/decide", tokens[2], "{}", ""}, {"POST", "/v1/decide", tokens[2], "{}", ""}, {"POST", "/v1/decide", tokens[2], "{}", "too_many_requests"},
		{"POST", "/v1/decide", tokens[0], "{}", ""},
	} {
		res := ask(tt.method, tt.path, tt.token, tt.text)
		text := body(t, res)
		got := ""
		if res.StatusCode != 200 {
			got = code(t, text)
		}
		if got != tt.want {
			t.Errorf("%s %s: %d %s, want %q", tt.method, tt.path, res.StatusCode, text, tt.want)
		}
		switch {
		case got == "unauthorized" && res.Header.Get("WWW-Authenticate") == "":
			t.Error("401 without WWW-Authenticate")
		case got == "too_many_requests" && res.Header.Get("Retry-After") != "100":
			t.Errorf("Retry-After %q", res.Header.Get("Retry-After"))
		}
	}
	for _, token := range tokens {
		if strings.Contains(w.log.String(), token) {
			t.Error("a token is in the log")
		}
	}
}

// What is more than the server takes is sent away at once, and told when to come again; a stream counts as one.
func TestBusy(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.MaxRunning = 2 })
	srv := httptest.NewServer(w)
	defer srv.Close()
	var wg sync.WaitGroup
	var ends []*io.PipeWriter
	for range 2 {
		in, out := io.Pipe()
		ends = append(ends, out)
		req, _ := http.NewRequest("POST", srv.URL+"/v1/decide", in)
		req.Header.Set("Content-Type", "application/x-ndjson")
		began := make(chan struct{})
		wg.Go(func() {
			res, err := srv.Client().Do(req)
			close(began)
			if err != nil {
				t.Error(err)
				return
			}
			if text := body(t, res); !strings.HasPrefix(text, `{"status":"decided"`) {
				t.Error(text)
			}
			res.Body.Close()
		})
		io.WriteString(out, "{}\n")
		<-began
	}
	res := w.do("POST", "/v1/decide", "application/json", "{}")
	if got := code(t, body(t, res)); got != "busy" || res.StatusCode != 503 || res.Header.Get("Retry-After") != "1" {
		t.Errorf("%d %s %v", res.StatusCode, got, res.Header)
	}
	if res := w.do("GET", "/readyz", "", ""); res.StatusCode != 200 {
		t.Error("the probe is sent away too")
	}
	for _, out := range ends {
		out.Close()
	}
	wg.Wait()
	srv.Close()
	if res := w.do("POST", "/v1/decide", "application/json", "{}"); res.StatusCode != 200 {
		t.Errorf("afterwards: %d", res.StatusCode)
	}
}

// A span a request, below the caller's, with the route and what came out, and nothing of the case.
func TestTraces(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	w := newWorld(t, func(o *Options) { o.Tracer = trace.NewTracerProvider(trace.WithSpanProcessor(spans)) })
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	const phone = "13800138000"
	w.do("POST", "/v1/decide", "application/json", `{"a":"`+phone+`"}`, "Traceparent", parent)
	w.do("POST", "/v1/decide", "application/json", `{"do":"trap","a":"`+phone+`"}`)
	w.do(phone, "/v1/packs/"+phone, "", "")
	w.do("GET", "/healthz", "", "")
	ended := spans.Ended()
	if len(ended) != 3 {
		t.Fatalf("%d spans", len(ended))
	}
	if s := ended[0]; s.Name() != "POST /v1/decide" || s.Parent().TraceID().String() != parent[3:35] {
		t.Errorf("%s below %s", s.Name(), s.Parent().TraceID())
	}
	if s := ended[1].Status(); s.Code.String() != "Error" || s.Description != "" {
		t.Errorf("%+v", s)
	}
	if got := ended[2].Name(); got != "other /v1/packs/{name}" {
		t.Error(got)
	}
	for _, s := range ended {
		for _, a := range s.Attributes() {
			if strings.Contains(a.Value.String(), phone) {
				t.Errorf("%s: %s", a.Key, a.Value.String())
			}
		}
	}
}

// The function that looks up facts is told who asks; when it fails there is no decision, and nothing of its words is told.
func TestFacts(t *testing.T) {
	token, digest, _ := access.NewToken()
	list, err := access.Parse([]byte("- { name: crm, sha256: " + digest + ", roles: [decide] }"))
	if err != nil {
		t.Fatal(err)
	}
	var who string
	w := newWorld(t, func(o *Options) { o.Access = list }, host.WithFacts(func(ctx context.Context, c []byte) (*host.Facts, error) {
		who = access.From(ctx).Name
		if strings.Contains(string(c), "13800138000") {
			return nil, errors.New("nothing known of 13800138000")
		}
		return &host.Facts{Agent: []byte(`{"id":"8812"}`)}, nil
	}))
	res := w.do("POST", "/v1/decide", "application/json", `{"agent":{"id":"me"}}`, "Authorization", "Bearer "+token)
	if text := body(t, res); res.StatusCode != 200 || who != "crm" {
		t.Errorf("%d %s, for %s", res.StatusCode, text, who)
	}
	res = w.do("POST", "/v1/decide", "application/json", `{"id":"13800138000"}`, "Authorization", "Bearer "+token)
	if text := body(t, res); code(t, text) != "facts_unavailable" || res.StatusCode != 503 || res.Header.Get("Retry-After") == "" || strings.Contains(text+w.log.String(), "13800138000") {
		t.Errorf("%d %s\n%s", res.StatusCode, text, w.log)
	}
}

// A stream ends when its caller is taken off the list; the others' go on.
func TestRevoked(t *testing.T) {
	var tokens, entries [2]string
	for i, name := range []string{"crm", "other"} {
		token, digest, err := access.NewToken()
		if err != nil {
			t.Fatal(err)
		}
		tokens[i], entries[i] = token, "- { name: "+name+", sha256: "+digest+", roles: [decide] }\n"
	}
	path := filepath.Join(t.TempDir(), "access.yaml")
	if err := os.WriteFile(path, []byte(entries[0]+entries[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := access.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(o *Options) { o.Access = list })
	srv := httptest.NewServer(w)
	defer srv.Close()
	var ends [2]*io.PipeWriter
	var answers [2]*bufio.Reader
	for i, token := range tokens {
		in, out := io.Pipe()
		ends[i] = out
		req, _ := http.NewRequest("POST", srv.URL+"/v1/decide", in)
		req.Header.Set("Content-Type", "application/x-ndjson")
		req.Header.Set("Authorization", "Bearer "+token)
		go io.WriteString(out, "{}\n")
		res, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		answers[i] = bufio.NewReader(res.Body)
		if _, err := answers[i].ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, []byte(entries[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := list.Reload(); err != nil {
		t.Fatal(err)
	}
	for i, out := range ends {
		go io.WriteString(out, "{}\n")
		line, err := answers[i].ReadString('\n')
		if (err == nil) != (i == 1) {
			t.Errorf("caller %d: %q %v", i, line, err)
		}
		out.Close()
	}
	srv.Close()
	figures := body(t, w.do("GET", "/metrics", "", ""))
	if !strings.Contains(figures, "koujing_access_callers 1\n") || !strings.Contains(figures, "koujing_access_reloads_total 1\n") || !strings.Contains(figures, "koujing_access_refused 0\n") {
		t.Error("the figures of the list aren't right")
	}
	if !strings.Contains(figures, `koujing_http_requests_total{method="POST",route="/v1/decide",status="200"} 2`) {
		t.Error("the stream that was cut off isn't counted")
	}
	if !strings.Contains(w.log.String(), "code=revoked") {
		t.Error(w.log)
	}
}

// A client that goes away while it is worked for is no failure of the server: neither in the figures nor in the log.
func TestClientGone(t *testing.T) {
	ctx, leave := context.WithCancel(context.Background())
	w := newWorld(t, nil, host.WithFacts(func(ctx context.Context, _ []byte) (*host.Facts, error) {
		leave()
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	req := httptest.NewRequestWithContext(ctx, "POST", "/v1/decide", strings.NewReader("{}"))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, req)
	if rec.Code != 499 || rec.Body.Len() > 0 || strings.Contains(w.log.String(), "ERROR") {
		t.Errorf("%d %s\n%s", rec.Code, rec.Body, w.log)
	}
}
