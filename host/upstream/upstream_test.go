package upstream

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"koujing/host"
)

func fen(n int64) *int64 { return &n }

func TestFacts(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.FixedZone("", 8*3600))
	var status int
	var text string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		if string(b) != `{"id":"C-1"}` || req.Header.Get("Content-Type") != "application/json" || req.Method != http.MethodPost {
			t.Errorf("%s %s", req.Method, b)
		}
		w.Header().Set("Location", "http://elsewhere.example/")
		w.WriteHeader(status)
		io.WriteString(w, text)
	}))
	defer srv.Close()
	ask, err := Facts(srv.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		status     int
		text, fail string
		want       *host.Facts
	}{
		{200, `{}`, "", &host.Facts{Lines: map[string]host.LineFacts{}}},
		{200, `{"now":"2026-11-22T10:00:00+08:00","agent":{"id":"8812"},"lines":{"L1":{"verification":"confirmed","confirmed_at":"2026-11-22T10:00:00+08:00","due_fen":5},"L2":{}}}`, "",
			&host.Facts{Now: at, Agent: []byte(`{"id":"8812"}`), Lines: map[string]host.LineFacts{"L1": {Verification: "confirmed", ConfirmedAt: at, Due: fen(5)}, "L2": {}}}},
		{200, `{"agent":null}`, "", &host.Facts{Lines: map[string]host.LineFacts{}}},
		{204, "", "", nil},
		{200, "", "the service's answer", nil}, {200, `{"lines":{"L1":{"pay_fen":1}}}`, "pay_fen", nil}, {200, `{"lines":{"L1":{"due_fen":1.5}}}`, "1.5", nil},
		{200, strings.Repeat(" ", maxAnswer+1), "more than", nil}, {404, "{}", "404", nil}, {302, "{}", "302", nil}, {500, "{}", "500", nil},
	} {
		status, text = tt.status, tt.text
		got, err := ask(context.Background(), []byte(`{"id":"C-1"}`))
		if tt.fail != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fail) {
				t.Errorf("%d %.40s: %v", tt.status, tt.text, err)
			}
			continue
		}
		if err != nil || (got == nil) != (tt.want == nil) {
			t.Errorf("%d %.40s: %+v %v", tt.status, tt.text, got, err)
			continue
		}
		if got != nil {
			if !got.Now.Equal(tt.want.Now) || string(got.Agent) != string(tt.want.Agent) || len(got.Lines) != len(tt.want.Lines) {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
			for id, l := range got.Lines {
				w := tt.want.Lines[id]
				if !l.ConfirmedAt.Equal(w.ConfirmedAt) || l.Verification != w.Verification || !reflect.DeepEqual(l.Due, w.Due) {
					t.Errorf("%s: %+v, want %+v", id, l, w)
				}
			}
		}
	}
	srv.Close()
	if _, err := ask(context.Background(), []byte(`{}`)); err == nil {
		t.Error("a service that is gone has answered")
	}
	for _, bad := range []string{"", "127.0.0.1:9000", "ftp://a/b", "http://%zz"} {
		if _, err := Facts(bad, nil); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
