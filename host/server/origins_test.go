package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const crm = "https://crm.example"

func TestOriginsAreOrigins(t *testing.T) {
	for _, bad := range []string{"", "*", "crm.example", "https://crm.example/", "https://crm.example/x", "https://*.example", "null", "file:///x", "https://u:p@crm.example", "https://crm.example; script-src *"} {
		if _, err := newOrigins([]string{bad}, nil); err == nil {
			t.Errorf("%q was taken for an origin", bad)
		}
	}
	for _, good := range []string{crm, "http://127.0.0.1:8081", "https://[::1]:8443"} {
		if _, err := newOrigins([]string{good}, nil); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

func TestOriginsAnswer(t *testing.T) {
	o, err := newOrigins([]string{crm}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, method, path, origin, asks string
		done, allowed                    bool
	}{
		{"a pack", "GET", "/v1/packs/cn-telecom", crm, "", false, true},
		{"the module", "GET", "/koujing.wasm", crm, "", false, true},
		{"a decision", "POST", "/v1/decide", crm, "", false, true},
		{"may it decide", "OPTIONS", "/v1/decide", crm, "POST", true, true},
		{"may it verify", "OPTIONS", "/v1/verify", crm, "POST", true, true},
		{"may it publish", "OPTIONS", "/v1/packs", crm, "POST", false, false},
		{"may it delete", "OPTIONS", "/v1/packs/cn-telecom", crm, "DELETE", false, false},
		{"publish", "POST", "/v1/packs", crm, "", false, false},
		{"what was recorded", "GET", "/v1/log", crm, "", false, false},
		{"metrics", "GET", "/metrics", crm, "", false, false},
		{"another origin", "GET", "/v1/packs/cn-telecom", "https://evil.example", "", false, false},
		{"one that begins alike", "GET", "/v1/packs/cn-telecom", crm + ".evil.example", "", false, false},
		{"another scheme", "GET", "/v1/packs/cn-telecom", "http://crm.example", "", false, false},
		{"no origin of its own", "GET", "/v1/packs/cn-telecom", "null", "", false, false},
		{"none", "GET", "/v1/packs/cn-telecom", "", "", false, false},
	} {
		req := httptest.NewRequest(c.method, c.path, nil)
		if c.origin != "" {
			req.Header.Set("Origin", c.origin)
		}
		if c.asks != "" {
			req.Header.Set("Access-Control-Request-Method", c.asks)
		}
		rec := httptest.NewRecorder()
		done := o.answer(rec, req)
		got := rec.Header().Get("Access-Control-Allow-Origin")
		if done != c.done || (got == c.origin && got != "") != c.allowed || (!c.allowed && got != "") {
			t.Errorf("%s: done %v, allowed %q", c.name, done, got)
		}
		if rec.Header().Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: credentials are allowed", c.name)
		}
		if !strings.Contains(rec.Header().Get("Vary"), "Origin") {
			t.Errorf("%s: a cache would mix the origins up", c.name)
		}
	}
}

func TestFrameIsEmbeddedByThoseAllowed(t *testing.T) {
	o, err := newOrigins([]string{"http://127.0.0.1:8081"}, []byte(`{"protocol":"chatwoot","origins":["`+crm+`"]}`))
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	if o.answer(rec, httptest.NewRequest(http.MethodGet, "/koujing-frame.html", nil)) {
		t.Error("the frame's page is the site's to serve")
	}
	if got, want := rec.Header().Get("Content-Security-Policy"), "frame-ancestors 'self' "+crm+" http://127.0.0.1:8081;"; !strings.Contains(got, want) {
		t.Errorf("policy %q lacks %q", got, want)
	}
	rec = httptest.NewRecorder()
	if o.answer(rec, httptest.NewRequest(http.MethodGet, "/", nil)); rec.Header().Get("Content-Security-Policy") != "" {
		t.Error("the desk may be embedded as well")
	}
	rec = httptest.NewRecorder()
	if !o.answer(rec, httptest.NewRequest(http.MethodGet, "/koujing-frame.json", nil)) || rec.Body.String() != `{"origins":["`+crm+`","http://127.0.0.1:8081"],"protocol":"chatwoot"}` {
		t.Errorf("configuration: %s", rec.Body)
	}
	if _, err := newOrigins(nil, []byte(`{"origins":"*"}`)); err == nil {
		t.Error("origins of another form were taken")
	}
}
