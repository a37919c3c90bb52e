package server

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"koujing/host"
	"koujing/host/access"
	"koujing/host/ledger"
)

// A customer is erased while others are recorded: with the role for it, counted, told in the log without his key, and
// nothing of it is left in the answer's neighbourhood either.
func TestErase(t *testing.T) {
	tokens, file := map[string]string{}, ""
	for _, role := range []string{"decide", "publish", "approve", "privacy"} {
		token, digest, err := access.NewToken()
		if err != nil {
			t.Fatal(err)
		}
		tokens[role] = "Bearer " + token
		file += "- { name: the " + role + " desk, sha256: " + digest + ", roles: [" + role + "] }\n"
	}
	list, err := access.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	var full atomic.Bool
	l, err := ledger.Open(t.TempDir(), ledger.Options{OpenFile: func(path string) (ledger.File, error) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		return fullDisk{f, &full}, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w := newWorld(t, func(o *Options) { o.Ledger, o.Access = l, list }, host.WithRecorder(l))
	const phone, path = "13800138000", "/v1/log/erase"
	const him = `{"customer":"` + phone + `"}`
	pay := func(customer string) {
		t.Helper()
		if res := w.do("POST", "/v1/decide", "application/json", `{"do":"pay","pay":1}`, customerHeader, customer, "Authorization", tokens["decide"]); res.StatusCode != 200 {
			t.Error(body(t, res))
		}
	}
	ask := func(role, kind, text string) (status int, answer string) {
		t.Helper()
		res := w.do("POST", path, kind, text, "Authorization", tokens[role])
		return res.StatusCode, body(t, res)
	}
	pay(phone)
	pay(phone)
	pay("somebody else")
	for _, tt := range []struct{ role, kind, text, want string }{
		{"", "application/json", him, "unauthorized"}, {"decide", "application/json", him, "forbidden"},
		{"publish", "application/json", him, "forbidden"}, {"approve", "application/json", him, "forbidden"},
		{"privacy", "text/plain", him, "wrong_content_type"}, {"privacy", "application/json", "[]", "bad_request"},
		{"privacy", "application/json", `{"customer":"a","customer":"b"}`, "bad_request"}, {"privacy", "application/json", `{"Customer":"a"}`, "bad_request"},
		{"privacy", "application/json", `{"customer":13800138000}`, "bad_request"}, {"privacy", "application/json", `{}`, "bad_customer"},
		{"privacy", "application/json", `{"customer":""}`, "bad_customer"}, {"privacy", "application/json", `{"customer":"` + strings.Repeat("x", 257) + `"}`, "bad_customer"},
		{"privacy", "application/json", `{"customer":"` + strings.Repeat("x", 5000) + `"}`, "body_too_large"},
	} {
		if _, text := ask(tt.role, tt.kind, tt.text); code(t, text) != tt.want || strings.Contains(text, phone) {
			t.Errorf("%s %s %.40s: %s", tt.role, tt.kind, tt.text, text)
		}
	}
	full.Store(true)
	if status, text := ask("privacy", "application/json", him); status != 503 || code(t, text) != "log_unavailable" {
		t.Errorf("%d %s", status, text)
	}
	full.Store(false)
	for end := time.Now().Add(10 * time.Second); l.Info().Down != nil && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	var others sync.WaitGroup
	for range 4 {
		others.Go(func() {
			for range 20 {
				pay("somebody else")
			}
		})
	}
	if status, text := ask("privacy", "application/json", him); status != 200 || !strings.HasPrefix(text, `{"cases":2,"through":`) {
		t.Errorf("%d %s", status, text)
	}
	others.Wait()
	if status, text := ask("privacy", "application/json", him); status != 200 || text != `{"cases":0,"through":84}` {
		t.Errorf("%d %s", status, text)
	}
	figures := body(t, w.do("GET", "/metrics", "", ""))
	for _, want := range []string{"koujing_log_erasures_total 2\n", "koujing_log_erased_cases_total 2\n", "koujing_log_erasures_unfinished 0\n"} {
		if !strings.Contains(figures, want) {
			t.Errorf("no %s", want)
		}
	}
	told := w.log.String()
	if !strings.Contains(told, `msg=erased by="the privacy desk" cases=2`) || !strings.Contains(told, `level=ERROR msg=erasure by="the privacy desk"`) || strings.Contains(told, phone) {
		t.Error(told)
	}
}

func TestEraseWithoutLog(t *testing.T) {
	w := newWorld(t, nil)
	res := w.do("POST", "/v1/log/erase", "application/json", `{"customer":"C-1"}`)
	if text := body(t, res); res.StatusCode != 404 || code(t, text) != "no_log" {
		t.Errorf("%d %s", res.StatusCode, text)
	}
}

// A log that is closed under the server says so.
func TestEraseStopping(t *testing.T) {
	l, err := ledger.Open(t.TempDir(), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(o *Options) { o.Ledger = l })
	if err := errors.Join(l.Close(), l.Close()); err != nil {
		t.Fatal(err)
	}
	res := w.do("POST", "/v1/log/erase", "application/json", `{"customer":"C-1"}`)
	if text := body(t, res); res.StatusCode != 503 || code(t, text) != "not_ready" {
		t.Errorf("%d %s", res.StatusCode, text)
	}
}

func TestFault(t *testing.T) {
	err := fmt.Errorf("%w: %w", ledger.ErrUnavailable, &os.PathError{Op: "write", Path: "/data/erasing-91c1.json", Err: syscall.ENOSPC})
	if got := fault(err); got != "write: "+syscall.ENOSPC.Error() {
		t.Error(got)
	}
	if got := fault(ledger.ErrUnavailable); got != ledger.ErrUnavailable.Error() {
		t.Error(got)
	}
}
