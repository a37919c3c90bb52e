package server

import (
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"koujing/host"
	"koujing/host/ledger"
)

// fullDisk is a disk that may be full.
type fullDisk struct {
	ledger.File
	full *atomic.Bool
}

func (d fullDisk) WriteAt(p []byte, at int64) (int, error) {
	if d.full.Load() {
		return 0, syscall.ENOSPC
	}
	return d.File.WriteAt(p, at)
}

// With a full disk, a decision with consequences is withheld, any other is given, and it mends itself.
func TestLogUnavailable(t *testing.T) {
	var full atomic.Bool
	dir := t.TempDir()
	l, err := ledger.Open(dir, ledger.Options{OpenFile: func(path string) (ledger.File, error) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		return fullDisk{f, &full}, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w := newWorld(t, func(o *Options) { o.Ledger = l }, host.WithRecorder(l))
	const pay = `{"do":"pay","pay":1,"customer":{"surname":"王"}}`
	ok := func() {
		t.Helper()
		if res := w.do("POST", "/v1/decide", "application/json", pay, customerHeader, "13800138000"); res.StatusCode != 200 {
			t.Errorf("%d %s", res.StatusCode, body(t, res))
		}
		if res := w.do("GET", "/readyz", "", ""); res.StatusCode != 200 {
			t.Errorf("%d %s", res.StatusCode, body(t, res))
		}
	}
	ok()
	full.Store(true)
	res := w.do("POST", "/v1/decide", "application/json", pay)
	if got := code(t, body(t, res)); res.StatusCode != 503 || got != "log_unavailable" || res.Header.Get("Retry-After") != "1" {
		t.Errorf("%d %s %v", res.StatusCode, got, res.Header)
	}
	if res := w.do("POST", "/v1/decide", "application/json", `{"do":"answer"}`); res.StatusCode != 200 {
		t.Errorf("%d %s", res.StatusCode, body(t, res))
	}
	if got := code(t, body(t, w.do("GET", "/readyz", "", ""))); got != "log_unavailable" {
		t.Error(got)
	}
	answers := strings.Split(strings.TrimSuffix(body(t, w.do("POST", "/v1/decide", "application/x-ndjson", pay+"\n{}\n"+pay+"\n")), "\n"), "\n")
	if len(answers) != 3 || code(t, answers[0]) != "log_unavailable" || !strings.HasPrefix(answers[1], `{"status":"decided"`) || code(t, answers[2]) != "log_unavailable" {
		t.Errorf("%q", answers)
	}
	if figures := body(t, w.do("GET", "/metrics", "", "")); !strings.Contains(figures, "koujing_log_down 1") || !strings.Contains(figures, "koujing_log_records_total 1\n") {
		t.Error(figures)
	}
	full.Store(false)
	for end := time.Now().Add(10 * time.Second); l.Info().Down != nil && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	ok()
	if figures := body(t, w.do("GET", "/metrics", "", "")); !strings.Contains(figures, "koujing_log_down 0") || !strings.Contains(figures, "koujing_log_records_total 2\n") || !strings.Contains(figures, "koujing_log_dropped_total 0") {
		t.Error(figures)
	}
	if res := w.do("POST", "/v1/decide", "application/json", pay, customerHeader, strings.Repeat("x", 257)); code(t, body(t, res)) != "bad_customer" {
		t.Error(res.StatusCode)
	}
}
