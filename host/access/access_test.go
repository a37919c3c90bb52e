package access

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestWho(t *testing.T) {
	token, digest, err := NewToken()
	if err != nil {
		t.Fatal(err)
	}
	if again, _, _ := NewToken(); again == token || !strings.HasPrefix(token, "kj_") || len(token) < 40 {
		t.Errorf("token %s, then %s", token, again)
	}
	l, err := Parse([]byte("" +
		"  - { name: crm, sha256: " + digest + ", roles: [decide], rate: 1, burst: 2 }\n" +
		"  - { name: office, certificate: office.example, roles: [publish, approve] }\n" +
		"  - { name: mesh, certificate: 'spiffe://example/crm', roles: [decide] }\n"))
	if err != nil || !l.Certificates() {
		t.Fatal(err)
	}
	chain := func(c *x509.Certificate) *tls.ConnectionState {
		return &tls.ConnectionState{PeerCertificates: []*x509.Certificate{c}, VerifiedChains: [][]*x509.Certificate{{c}}}
	}
	office := &x509.Certificate{Subject: pkix.Name{CommonName: "office.example"}}
	uri, _ := url.Parse("spiffe://example/crm")
	for _, tt := range []struct {
		name, auth string
		tls        *tls.ConnectionState
		want       string
	}{
		{"token", "Bearer " + token, nil, "crm"}, {"any case", "bearer " + token, nil, "crm"},
		{"nothing", "", nil, ""}, {"wrong", "Bearer " + token + "x", nil, ""}, {"the digest itself", "Bearer " + digest, nil, ""},
		{"other scheme", "Basic " + token, nil, ""}, {"no scheme", token, nil, ""}, {"empty", "Bearer ", nil, ""},
		{"certificate", "", chain(office), "office"}, {"DNS name", "", chain(&x509.Certificate{DNSNames: []string{"a", "office.example"}}), "office"},
		{"URI", "", chain(&x509.Certificate{URIs: []*url.URL{uri}}), "mesh"},
		{"unknown certificate", "", chain(&x509.Certificate{}), ""},
		{"not verified", "", &tls.ConnectionState{PeerCertificates: []*x509.Certificate{office}}, ""},
		{"wrong token, good certificate", "Bearer x", chain(office), ""},
	} {
		req := httptest.NewRequest("POST", "/v1/decide", nil)
		req.TLS = tt.tls
		if tt.auth != "" {
			req.Header.Set("Authorization", tt.auth)
		}
		c := l.Who(req)
		if got := name(c); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if tt.name == "token" {
			if !c.May(Decide) || c.May(Publish) || c.May(Approve) || c.Rate() != 1 {
				t.Errorf("%+v", c)
			}
			if a, b, over := c.Allow(), c.Allow(), c.Allow(); !a || !b || over {
				t.Errorf("a burst of 2: %v %v %v", a, b, over)
			}
		}
		if tt.name == "certificate" && (c.May(Decide) || !c.May(Approve) || c.Rate() != 0 || !c.Allow()) {
			t.Errorf("%+v", c)
		}
	}
}

func name(c *Caller) string {
	if c == nil {
		return ""
	}
	return c.Name
}

func TestParseErrors(t *testing.T) {
	_, digest, _ := NewToken()
	good := "sha256: " + digest + ", roles: [decide]"
	for text, want := range map[string]string{
		"": "koujing token", "[]": "koujing token", "tokens: []": "cannot unmarshal",
		"[{" + good + "}]": "name",
		"[{name: a, " + good + "}, {name: a, certificate: b, roles: [decide]}]":                    "name of its own",
		"[{name: a, sha256: " + digest + "}]":                                                      "no roles",
		"[{name: a, sha256: " + digest + ", roles: [root]}]":                                       "no role \"root\"",
		"[{name: a, roles: [decide]}]":                                                             "give sha256",
		"[{name: a, certificate: c, " + good + "}]":                                                "give sha256",
		"[{name: a, sha256: abc, roles: [decide]}]":                                                "64 hex digits",
		"[{name: a, rate: -1, " + good + "}]":                                                      "requests a second",
		"[{name: a, burst: 5, " + good + "}]":                                                      "requests a second",
		"[{name: a, " + good + "}, {name: b, " + good + "}]":                                       "same token",
		"[{name: a, certificate: c, roles: [decide]}, {name: b, certificate: c, roles: [decide]}]": "another caller",
		"[{name: a, password: x, " + good + "}]":                                                   "password",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
