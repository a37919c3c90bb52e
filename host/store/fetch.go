package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"koujing/core/pack"
	"koujing/host/act"
)

// FetchOptions say how an address is asked for its pack. The zero value will do.
type FetchOptions struct {
	// Client asks. Default: one with a time limit of a minute.
	Client *http.Client
	// Every is how often, a fifth more or less, so that many hosts don't ask at once. Default 30 s.
	Every time.Duration
	// Most is the longest pause after failures: each doubles it. Default 10 min.
	Most time.Duration
	// Token is sent as a bearer token, "" for none.
	Token string
}

// FetchError says that an address gave no pack, good or bad: it can't be reached, or answers with a failure.
type FetchError struct {
	Reason string // without the address, which may hold a secret
	After  time.Duration
	Err    error
}

func (e *FetchError) Error() string { return e.Reason }

func (e *FetchError) Unwrap() error { return e.Err }

// fetcher asks one address.
type fetcher struct {
	url  *url.URL
	id   string // of the pack that the address names; "" if it doesn't look like one of ours
	opt  FetchOptions
	fail int // failures in a row
}

// newFetcher refuses an address that anybody on the way could answer for.
func newFetcher(address string, opt FetchOptions, trust *act.Trust) (*fetcher, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q is no address of a pack, as https://host/v1/packs/cn-telecom", address)
	}
	if u.Scheme != "https" && trust == nil && !Loopback(u.Hostname()) {
		return nil, fmt.Errorf("over http anybody on the way can put another pack in place of %s: use https, or require signatures with --trust", address)
	}
	f := &fetcher{url: u, opt: opt}
	if rest, ok := strings.CutPrefix(u.Path, "/v1/packs/"); ok {
		f.id, _, _ = strings.Cut(rest, "@")
	}
	if f.opt.Every <= 0 {
		f.opt.Every = 30 * time.Second
	}
	if f.opt.Most <= 0 {
		f.opt.Most = 10 * time.Minute
	}
	if f.opt.Client == nil {
		f.opt.Client = &http.Client{Timeout: time.Minute}
	}
	client := *f.opt.Client
	client.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if len(via) > 3 || u.Scheme == "https" && req.URL.Scheme != "https" {
			return errors.New("it leads elsewhere too often, or away from https")
		}
		return nil
	}
	f.opt.Client = &client
	return f, nil
}

// Loopback tells whether a host name is this machine's own.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// get fetches the pack, or returns the one at hand if the address still gives that.
func (f *fetcher) get(ctx context.Context, have *Pack) (*Pack, error) {
	p, err := f.ask(ctx, have)
	if err != nil {
		f.fail++
		return nil, err
	}
	f.fail = 0
	return p, nil
}

func (f *fetcher) ask(ctx context.Context, have *Pack) (*Pack, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url.String(), nil)
	if err != nil {
		return nil, &FetchError{Reason: "the address makes no request", Err: err}
	}
	req.Header.Set("Accept", act.MediaType+", application/json;q=0.5")
	if have != nil {
		req.Header.Set("If-None-Match", `"`+have.Digest+`"`)
	}
	if f.opt.Token != "" {
		req.Header.Set("Authorization", "Bearer "+f.opt.Token)
	}
	res, err := f.opt.Client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // the address is known
		}
		return nil, &FetchError{Reason: "it can't be reached: " + err.Error(), Err: err}
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotModified && have != nil:
		return have, nil
	case res.StatusCode != http.StatusOK:
		return nil, &FetchError{Reason: "it answers " + res.Status + hint(res.StatusCode), After: retry(res.Header.Get("Retry-After"))}
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, act.MaxBundle+1))
	if err != nil {
		return nil, &FetchError{Reason: "it breaks off: " + err.Error(), Err: err}
	}
	if len(text) > act.MaxBundle {
		return nil, &ReadError{f.url.Redacted(), fmt.Errorf("larger than %d MiB", pack.MaxBytes>>20)}
	}
	if kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); strings.HasPrefix(kind, "text/html") {
		return nil, &ReadError{f.url.Redacted(), errors.New("it is a web page: is there a login in front?")}
	}
	p, err := Read(f.url.Redacted(), text)
	if err == nil && f.id != "" && p.ID != f.id {
		err = addressOther.of(f.id, p.ID)
	}
	return p, err
}

func hint(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return ": set a token that may read it"
	case http.StatusNotFound:
		return ": is the id of the pack right?"
	}
	return ""
}

func retry(header string) time.Duration {
	n, err := strconv.Atoi(header)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, 3600)) * time.Second
}

// pause is how long to wait before asking again. Without failures it is Every, a fifth more or less; after failures it
// is drawn from ever longer spans, so that a host that comes back isn't met by all at once.
func (f *fetcher) pause(asked time.Duration) time.Duration {
	every := f.opt.Every
	if f.fail == 0 {
		return every*4/5 + rand.N(every*2/5+1)
	}
	span := every << min(f.fail, 20)
	if span > f.opt.Most || span <= 0 {
		span = max(f.opt.Most, every)
	}
	return max(every/2+rand.N(span-every/2+1), min(asked, f.opt.Most))
}

// watchURL asks the address from time to time.
func (s *Store) watchURL(ctx context.Context) error {
	for {
		var asked time.Duration
		var failed *FetchError
		if errors.As(s.Last().Err, &failed) {
			asked = failed.After
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(s.fetch.pause(asked)):
		}
		s.attempt(ctx)
	}
}
