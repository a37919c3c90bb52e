package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"koujing/host/act"
)

// origin is another host that gives out a pack.
type origin struct {
	*httptest.Server
	mu    sync.Mutex
	serve http.HandlerFunc
	asked []*http.Request
}

func newOrigin(t *testing.T) *origin {
	o := &origin{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		o.mu.Lock()
		o.asked = append(o.asked, req)
		serve := o.serve
		o.mu.Unlock()
		serve(w, req)
	}))
	t.Cleanup(o.Close)
	return o
}

func (o *origin) does(serve http.HandlerFunc) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.serve = serve
}

// gives serves a text under the digest of a pack.
func (o *origin) gives(digest string, text []byte) {
	o.does(func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("If-None-Match") == `"`+digest+`"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(text)
	})
}

// signedPack is a signed pack on its own.
func signedPack(t testing.TB, built []byte, seq int64, by signer, change func(*act.Act)) []byte {
	t.Helper()
	p, err := name("", built)
	if err != nil {
		t.Fatal(err)
	}
	a := &act.Act{Action: act.Publish, Pack: p.ID, Version: p.Version, Digest: p.Digest, Seq: seq, Who: by.who, At: time.Now().UTC().Truncate(time.Second), Why: "test"}
	if change != nil {
		change(a)
	}
	e, err := act.Seal(a, by.key)
	if err != nil {
		t.Fatal(err)
	}
	b := act.Bundle{Envelopes: []*act.Envelope{e}, Pack: built}
	return b.Bytes()
}

func follow(t testing.TB, o *origin, opt Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), Source{URL, o.URL + "/v1/packs/p"}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Whatever an address gives that isn't a good and newer pack is refused, and the last good one stays; a good one after
// it is taken.
func TestFetch(t *testing.T) {
	wang, eve := newSigner(t, "王芳"), newSigner(t, "王芳")
	tr := trustOf(t, false, wang)
	o := newOrigin(t)
	first, second := builtPack("1", ""), builtPack("2", "")
	o.gives(act.Digest(second), signedPack(t, second, 5, wang, nil))
	var accepted []string
	s := follow(t, o, Options{Trust: tr, Fetch: FetchOptions{Token: "secret"}, Accept: func(_ context.Context, built []byte) error {
		if strings.Contains(string(built), "bad") {
			return errors.New("the engine says no")
		}
		accepted = append(accepted, act.Digest(built))
		return nil
	}})
	if p := s.Current(); p.Version != "2" || s.Status().State != StateCurrent {
		t.Fatalf("%+v", s.Status())
	}
	if req := o.asked[0]; req.Header.Get("Authorization") != "Bearer secret" || !strings.HasPrefix(req.Header.Get("Accept"), act.MediaType) || req.Header.Get("If-None-Match") != "" {
		t.Errorf("%v", req.Header)
	}
	if out := s.Refresh(t.Context()); out.Err != nil || o.asked[1].Header.Get("If-None-Match") != `"`+act.Digest(second)+`"` {
		t.Errorf("%v %v", out.Err, o.asked[1].Header)
	}
	third := builtPack("3", "")
	flipped := signedPack(t, third, 6, wang, nil)
	flipped[bytes.Index(flipped, []byte(`"locale":"zh`))+len(`"locale":"`)] ^= 1
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
		}
	}
	text := func(b []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(b) }
	}
	for name, tt := range map[string]struct {
		serve http.HandlerFunc
		want  string // a code, or a part of the reason
		state string
	}{
		"unsigned":          {text(third), act.CodeUnsigned, StateRefused},
		"another key":       {text(signedPack(t, third, 6, eve, nil)), act.CodeUnknownKey, StateRefused},
		"a bit turned":      {text(flipped), act.CodeDigest, StateRefused},
		"an older one":      {text(signedPack(t, first, 4, wang, nil)), CodeReplayed, StateRefused},
		"another, as old":   {text(signedPack(t, first, 5, wang, nil)), CodeReplayed, StateRefused},
		"before its date":   {text(signedPack(t, third, 6, wang, func(a *act.Act) { a.ActiveFrom = a.At.Add(time.Hour) })), act.CodeTooEarly, StateRefused},
		"of another id":     {text(signedPack(t, []byte(strings.Replace(string(third), `"p"`, `"q"`, 1)), 6, wang, nil)), act.CodeOtherPack, StateRefused},
		"not by the engine": {text(signedPack(t, builtPack("4", "bad"), 6, wang, nil)), "the engine says no", StateRefused},
		"no pack":           {text([]byte("hello")), "no built pack", StateRefused},
		"nothing":           {text(nil), "no built pack", StateRefused},
		"a page":            {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!doctype html><p>login") }, "a login in front", StateRefused},
		"endless": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for block := make([]byte, 1<<20); ; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		}, "larger than 16 MiB", StateRefused},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "{")
		}, "it breaks off", StateUnheard},
		"not found":         {status(404), "is the id of the pack right?", StateUnheard},
		"not allowed":       {status(401), "set a token", StateUnheard},
		"broken":            {status(503, "Retry-After", "7"), "503", StateUnheard},
		"in circles":        {status(302, "Location", "/v1/packs/p"), "leads elsewhere too often", StateUnheard},
		"nothing new to us": {status(204), "204", StateUnheard},
	} {
		o.does(tt.serve)
		out := s.Refresh(t.Context())
		st := s.Status()
		if got := refusal(out.Err); got != tt.want && (out.Err == nil || !strings.Contains(out.Err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %s", name, out.Err, tt.want)
		}
		if st.State != tt.state || st.Version != "2" || s.Current().Version != "2" || strings.Contains(st.Error, o.URL) {
			t.Errorf("%s: %+v", name, st)
		}
		var unheard *FetchError
		if name == "broken" && (!errors.As(out.Err, &unheard) || unheard.After != 7*time.Second) {
			t.Errorf("%s: %v", name, out.Err)
		}
	}
	o.gives(act.Digest(first), signedPack(t, first, 6, wang, func(a *act.Act) { a.Action = act.Rollback }))
	if out := s.Refresh(t.Context()); out.Err != nil || s.Current().Version != "1" || s.Status().State != StateCurrent {
		t.Errorf("a rollback: %v", out.Err)
	}
	if len(accepted) != 2 {
		t.Errorf("put in place: %v", accepted)
	}
}

// After a restart with the address out of reach, the last good pack decides; and it is remembered, so that an old one
// isn't taken then either.
func TestFetchRestart(t *testing.T) {
	wang := newSigner(t, "王芳")
	o := newOrigin(t)
	data := t.TempDir()
	first, second := builtPack("1", ""), builtPack("2", "")
	o.gives("", signedPack(t, second, 5, wang, nil))
	opt := Options{Trust: trustOf(t, false, wang), DataDir: data}
	if s := follow(t, o, opt); s.Last().SaveErr != nil {
		t.Fatal(s.Last().SaveErr)
	}
	o.does(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	if s := follow(t, o, opt); s.Current().Version != "2" || !s.Last().Kept || s.Status().State != StateUnheard {
		t.Errorf("%+v", s.Status())
	}
	o.gives("", signedPack(t, first, 4, wang, nil))
	if s := follow(t, o, opt); s.Current().Version != "2" || refusal(s.Last().Err) != CodeReplayed {
		t.Errorf("%+v %v", s.Status(), s.Last().Err)
	}
	// What lies on the disk counts no more than what comes over the wire.
	opt.Trust = trustOf(t, false, newSigner(t, "王芳"))
	if s, err := Open(t.Context(), Source{URL, o.URL + "/v1/packs/p"}, opt); err == nil {
		t.Errorf("%+v", s.Status())
	}
}

// The address is asked again and again, without being told.
func TestFetchWatch(t *testing.T) {
	o := newOrigin(t)
	one, two := builtPack("1", ""), builtPack("2", "")
	o.gives(act.Digest(one), one)
	told := newOutcomes()
	s := follow(t, o, Options{Notify: told.notify, Fetch: FetchOptions{Every: 5 * time.Millisecond, Most: 10 * time.Millisecond}})
	told.next(t)
	watch(t, s)
	o.gives(act.Digest(two), two)
	if out := told.next(t); out.Err != nil || out.Pack.Version != "2" {
		t.Fatalf("%+v", out)
	}
	o.gives("", []byte("bad"))
	if out := told.next(t); out.Err == nil || out.Pack.Version != "2" {
		t.Fatalf("%+v", out)
	}
	time.Sleep(50 * time.Millisecond)
	if n := len(told.new); n != 0 {
		t.Errorf("the same failure is told %d times more", n)
	}
	o.gives(act.Digest(one), one)
	if out := told.next(t); out.Err != nil || out.Pack.Version != "1" {
		t.Fatalf("%+v", out)
	}
}

// Without failures the pause is about what was asked for; with each it doubles, up to a limit; and never do all ask at
// the same moment.
func TestPause(t *testing.T) {
	f, err := newFetcher("https://example.com/v1/packs/p", FetchOptions{Every: 10 * time.Second, Most: time.Minute}, nil)
	if err != nil || f.id != "p" {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		fail       int
		asked      time.Duration
		least, top time.Duration
	}{
		{0, 0, 8 * time.Second, 12 * time.Second}, {1, 0, 5 * time.Second, 20 * time.Second}, {2, 0, 5 * time.Second, 40 * time.Second},
		{3, 0, 5 * time.Second, time.Minute}, {100, 0, 5 * time.Second, time.Minute}, {1, 30 * time.Second, 30 * time.Second, 30 * time.Second},
		{1, time.Hour, time.Minute, time.Minute},
	} {
		f.fail = tt.fail
		low, high := time.Hour, time.Duration(0)
		for range 2000 {
			p := f.pause(tt.asked)
			low, high = min(low, p), max(high, p)
		}
		if low < tt.least || high > tt.top || tt.asked == 0 && (high-low) < (tt.top-tt.least)*9/10 {
			t.Errorf("after %d failures: %v to %v, want %v to %v", tt.fail, low, high, tt.least, tt.top)
		}
	}
}

func TestFetchAddress(t *testing.T) {
	wang := newSigner(t, "王芳")
	for address, ok := range map[string]bool{
		"https://example.com/v1/packs/p": true, "http://localhost:8080/v1/packs/p": true, "http://127.0.0.1/p.json": true, "http://[::1]/p": true,
		"http://example.com/v1/packs/p": false, "http://localhost.example.com/p": false, "https://": false,
	} {
		if _, err := newFetcher(address, FetchOptions{}, nil); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := newFetcher("http://example.com/v1/packs/p", FetchOptions{}, trustOf(t, false, wang)); err != nil {
		t.Errorf("signed packs over http: %v", err)
	}
	// From https nothing leads away to http.
	o := newOrigin(t)
	o.gives("", builtPack("1", ""))
	secure := httptest.NewTLSServer(http.RedirectHandler(o.URL+"/v1/packs/p", http.StatusFound))
	defer secure.Close()
	_, err := Open(t.Context(), Source{URL, secure.URL}, Options{Fetch: FetchOptions{Client: secure.Client()}})
	if err == nil || !strings.Contains(err.Error(), "away from https") || len(o.asked) != 0 {
		t.Errorf("%v", err)
	}
}
