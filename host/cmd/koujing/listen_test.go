package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// command runs the program to its end.
func command(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(args, &app{ctx: t.Context(), in: strings.NewReader(""), out: &o, err: &e})
	return code, o.String(), e.String()
}

// An authority signs certificates for the tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	dir  string
}

func newAuthority(t *testing.T, dir string) *authority {
	t.Helper()
	a := &authority{dir: dir}
	a.cert, a.key = a.issue(t, "ca", &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

// issue writes name.pem and name.key.
func (a *authority) issue(t *testing.T, name string, c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.SerialNumber, c.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: name}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{name + ".pem": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(filepath.Join(a.dir, file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made, key
}

// A server for others than this machine: over TLS, with a token, with a certificate, with neither.
func TestServeOthers(t *testing.T) {
	needEngine(t)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	ca := newAuthority(t, dir)
	ca.issue(t, "server", &x509.Certificate{DNSNames: []string{"localhost"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	ca.issue(t, "office", &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})

	code, entry, told := command(t, "token", "crm")
	token := strings.TrimSpace(told[strings.LastIndex(told, "Bearer ")+len("Bearer "):])
	if code != 0 || !strings.HasPrefix(token, "kj_") || strings.Contains(entry, token) {
		t.Fatalf("%d\n%s\n%s", code, entry, told)
	}
	if err := os.WriteFile(file("access.yaml"), []byte(entry+"- { name: office, certificate: office, roles: [decide] }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, "serve", "--addr", "0.0.0.0:0"); code != exitUsage || !strings.Contains(errs, "--access FILE") {
		t.Errorf("open to all: %d %s", code, errs)
	}
	if code, _, errs := command(t, "serve", "--addr", "127.0.0.1:0", "--access", file("access.yaml")); code != exitUsage || !strings.Contains(errs, "--client-ca") {
		t.Errorf("certificates without their authority: %d %s", code, errs)
	}
	if code, _, errs := command(t, "serve", "--tls-cert", file("server.pem")); code != exitUsage || !strings.Contains(errs, "belong together") {
		t.Errorf("half a certificate: %d %s", code, errs)
	}

	s := serve(t, "--addr", "0.0.0.0:0", "--access", file("access.yaml"), "--tls-cert", file("server.pem"), "--tls-key", file("server.key"), "--client-ca", file("ca.pem"))
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	cert, err := tls.LoadX509KeyPair(file("office.pem"), file("office.key"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, token string
		certs       []tls.Certificate
		http2       bool
		want        int
	}{
		{"token", token, nil, false, 200}, {"token, HTTP/2", token, nil, true, 200}, {"certificate", "", []tls.Certificate{cert}, false, 200},
		{"neither", "", nil, false, 401}, {"a wrong token", "kj_x", nil, true, 401},
	} {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: tt.certs}, ForceAttemptHTTP2: tt.http2}}
		for _, kind := range []string{"application/json", "application/x-ndjson"} {
			req, _ := http.NewRequest("POST", s.url+"v1/decide", strings.NewReader(disputeCase))
			req.Header.Set("Content-Type", kind)
			if tt.token != "" {
				req.Header.Set("Authorization", "Bearer "+tt.token)
			}
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != tt.want || res.StatusCode == 200 && !strings.Contains(string(text), `"pay_fen":2000`) || tt.http2 != (res.ProtoMajor == 2) {
				t.Errorf("%s, %s: %s %d %v %s", tt.name, kind, res.Proto, res.StatusCode, err, text)
			}
		}
		client.CloseIdleConnections()
	}
}

// A token is revoked while the server runs: by the file alone, and at once by SIGHUP; a broken file takes nobody off.
func TestServeRevoke(t *testing.T) {
	needEngine(t)
	path := filepath.Join(t.TempDir(), "access.yaml")
	var entries, tokens [2]string
	for i, name := range []string{"crm", "office"} {
		var told string
		_, entries[i], told = command(t, "token", name)
		tokens[i] = strings.TrimSpace(told[strings.LastIndex(told, "Bearer ")+len("Bearer "):])
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(entries[0] + entries[1])
	s := serve(t, "--access", path)
	status := func(token string) int {
		t.Helper()
		req, _ := http.NewRequest("GET", s.url+"v1/packs", nil)
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		res, _ = s.read(res, err)
		return res.StatusCode
	}
	for i, token := range tokens {
		if got := status(token); got != 200 {
			t.Fatal(i, got)
		}
	}
	write(entries[0])
	s.wait("callers: 1 on the list now")
	if got := []int{status(tokens[0]), status(tokens[1])}; got[0] != 200 || got[1] != 401 {
		t.Error(got)
	}
	write("nonsense")
	s.wait("callers: the list of 1 goes on; the file is refused: " + path)
	if _, figures := s.get("metrics"); status(tokens[0]) != 200 || !strings.Contains(figures, "koujing_access_refused 1\n") {
		t.Error("a broken file took somebody off, or the figures don't tell")
	}
	write(entries[1])
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Signal(syscall.SIGHUP)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.wait("callers: 1 on the list now")
	if got := []int{status(tokens[0]), status(tokens[1])}; got[0] != 401 || got[1] != 200 {
		t.Error(got)
	}
}

// Spans go where --traces says, over OTLP, and hold nothing of a case.
func TestServeTraces(t *testing.T) {
	needEngine(t)
	got := make(chan []byte, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		if req.URL.Path == "/v1/traces" {
			got <- b
		}
	}))
	defer collector.Close()
	s := serve(t, "--traces", collector.URL)
	s.post("/v1/decide", disputeCase)
	s.stop() // sends what is left
	select {
	case b := <-got:
		if !bytes.Contains(b, []byte("POST /v1/decide")) || !bytes.Contains(b, []byte("koujing")) || bytes.Contains(b, []byte("L1")) {
			t.Errorf("%q", b)
		}
	case <-time.After(10 * time.Second):
		t.Error("no spans came")
	}
}

// Nothing is paid on the word of whoever sends the case.
func TestServeFacts(t *testing.T) {
	needEngine(t)
	records := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"now":"2026-11-22T10:00:00+08:00","agent":{"id":"8812","authority_fen":50000},"lines":{"L1":{"verification":"confirmed","due_fen":500}}}`)
	}))
	defer records.Close()
	s := serve(t, "--facts", records.URL)
	for c, want := range map[string]string{
		disputeCase: `"pay_fen":2000,"preview_fen":0,"means"`,
		strings.ReplaceAll(disputeCase, "L1", "L2"):                 `"status":"verify_first"`,
		strings.Replace(disputeCase, `"confirmed"`, `"pending"`, 1): `"pay_fen":2000,"preview_fen":0,"means"`,
	} {
		if _, text := s.post("/v1/decide", c); !strings.Contains(text, want) {
			t.Errorf("%s\n%s\nwant %s", c, text, want)
		}
	}
	records.Close()
	if res, text := s.post("/v1/decide", disputeCase); res.StatusCode != 503 || !strings.Contains(text, "facts_unavailable") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
	if code, _, errs := command(t, "serve", "--addr", "127.0.0.1:0", "--facts", "nowhere"); code != exitUsage || !strings.Contains(errs, "write a URL") {
		t.Errorf("%d %s", code, errs)
	}
}
