package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"koujing/core/author"
	"koujing/core/author/phrase"
	"koujing/host"
	"koujing/host/act"
	"koujing/host/store"
)

// local publishes into a data folder. A server that runs on the folder sees it within seconds.
type local struct {
	archive *store.Archive
	anybody bool // no trust file says whose acts count
}

// newLocal returns the place, and what ends the engine that tried the packs.
func newLocal(f *placeFlags, trust *act.Trust) (*local, func()) {
	var runner *host.Runner
	try := func(ctx context.Context, built []byte) error {
		if runner == nil {
			var err error
			if runner, err = f.start(ctx, host.WithPoolSize(1)); err != nil {
				return err
			}
		}
		_, err := runner.Try(ctx, built)
		return err
	}
	end := func() {
		if runner != nil {
			_ = runner.Close(context.Background())
		}
	}
	return &local{store.OpenArchive(f.Data, store.ArchiveOptions{Trust: trust, Try: try}), trust == nil}, end
}

func (l *local) report(_ context.Context, id string) (*store.Report, error) {
	return l.archive.Report(id)
}

func (l *local) take(ctx context.Context, env *act.Envelope, built, attached []byte) (*store.ReportAct, error) {
	e, err := l.archive.Take(ctx, env, built, attached, "")
	if err != nil {
		return nil, err
	}
	r := e.Report()
	return &r, nil
}

func (l *local) sources(_ context.Context, id, ref string) (author.Sources, error) {
	p, err := l.archive.Find(id, ref)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, &act.Refusal{Code: store.CodeNothing, Reason: phrase.Plain("nothing like that was published here"), Hint: phrase.Plain("koujing pack history shows what was")}
	}
	return p.Sources()
}

func (l *local) proviso() string {
	if !l.anybody {
		return ""
	}
	return "no trust file was given, so nobody's signature was looked at: a server on this folder that was started with --trust decides by its own"
}

func (l *local) list(context.Context) ([]store.Status, error) {
	ids, err := l.archive.IDs()
	if err != nil {
		return nil, err
	}
	list := []store.Status{}
	for _, id := range ids {
		st, err := l.archive.Status(id)
		if err != nil {
			return nil, err
		}
		if st != nil {
			list = append(list, *st)
		}
	}
	return list, nil
}

// remote publishes on a server.
type remote struct {
	base   *url.URL
	token  string
	client *http.Client
}

func newRemote(server, token string) (*remote, error) {
	u, err := url.Parse(strings.TrimSuffix(server, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &exit{exitUsage, fmt.Sprintf("--server %q is no address, as https://koujing.example.com", server)}
	}
	if token != "" && u.Scheme == "http" && !store.Loopback(u.Hostname()) {
		return nil, &exit{exitUsage, tokenVar + " would go over http, where anybody on the way can read it: use https"}
	}
	return &remote{u, token, &http.Client{Timeout: 2 * time.Minute}}, nil
}

func (r *remote) report(ctx context.Context, id string) (*store.Report, error) {
	var rep store.Report
	return &rep, r.do(ctx, http.MethodGet, "/v1/packs/"+url.PathEscape(id)+"/history", "", nil, &rep)
}

func (r *remote) take(ctx context.Context, env *act.Envelope, built, attached []byte) (*store.ReportAct, error) {
	_, what, err := act.Open(env.Bytes())
	if err != nil {
		return nil, err
	}
	path, kind, body := "/v1/packs", act.MediaType, []byte(nil)
	if what.Action == act.Publish {
		b := act.Bundle{Envelopes: []*act.Envelope{env}, Attached: attached, Pack: built}
		body = b.Bytes()
	} else {
		path, kind, body = "/v1/packs/"+url.PathEscape(what.Pack)+"/"+string(what.Action), act.EnvelopeMediaType, env.Bytes()
	}
	var done store.ReportAct
	return &done, r.do(ctx, http.MethodPost, path, kind, body, &done)
}

func (r *remote) sources(ctx context.Context, id, ref string) (author.Sources, error) {
	name := url.PathEscape(id)
	if ref != "" {
		name += "@" + url.PathEscape(ref)
	}
	var src author.Sources
	return src, r.do(ctx, http.MethodGet, "/v1/packs/"+name+"/sources", "", nil, &src)
}

// proviso is empty: a server answers by its own trust file.
func (r *remote) proviso() string { return "" }

func (r *remote) list(ctx context.Context) ([]store.Status, error) {
	var doc struct{ Packs []store.Status }
	return doc.Packs, r.do(ctx, http.MethodGet, "/v1/packs", "", nil, &doc)
}

// do asks the server. A problem it answers with is an *act.Refusal where it is about what was sent, else an error.
func (r *remote) do(ctx context.Context, method, path, kind string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, r.base.String()+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return fmt.Errorf("%s can't be reached: %w", r.base.Redacted(), errors.Unwrap(err))
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, host.MaxInput))
	if err != nil {
		return err
	}
	if res.StatusCode/100 == 2 {
		if err := json.Unmarshal(text, into); err != nil {
			return fmt.Errorf("%s doesn't answer as koujing does: %w", r.base.Redacted(), err)
		}
		return nil
	}
	var problem struct{ Title, Detail, Code string }
	if json.Unmarshal(text, &problem) != nil || problem.Code == "" {
		return fmt.Errorf("%s answers %s, and not as koujing does: is this the right address?", r.base.Redacted(), res.Status)
	}
	switch {
	case res.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("%s. %s Set %s to a token that may do this", problem.Title, problem.Detail, tokenVar)
	case res.StatusCode >= 500:
		return fmt.Errorf("the server failed: %s. %s", problem.Title, problem.Detail)
	}
	return &act.Refusal{Code: problem.Code, Reason: phrase.Plain(strings.TrimSuffix(problem.Detail, "."))}
}
