// Package upstream asks an operator's own service over HTTP what it knows of a case.
package upstream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"koujing/host"
	"koujing/host/access"
)

// CallerHeader names the caller of the decision to the service, as the list of callers names him.
const CallerHeader = "Koujing-Caller"

const (
	patience  = 2 * time.Second
	maxAnswer = 1 << 20
)

// answer is what the service says. Names are those of a case.
type answer struct {
	Now   time.Time       `json:"now"`
	Agent json.RawMessage `json:"agent"`
	Lines map[string]struct {
		Verification string    `json:"verification"`
		ConfirmedAt  time.Time `json:"confirmed_at"`
		Charged      *int64    `json:"charged_fen"`
		Due          *int64    `json:"due_fen"`
		Refunded     *int64    `json:"refunded_fen"`
	} `json:"lines"`
}

// Facts returns a function for host.WithFacts that sends each case to a URL with POST and reads what the service
// answers: 200 with {"now":"…","agent":{…},"lines":{"L1":{"verification":"confirmed","confirmed_at":"…",
// "charged_fen":1500,"due_fen":500,"refunded_fen":0}}}, everything optional; or 204 to leave the case as it is. Anything
// else, or no answer within 2 seconds, is an error, and no decision is made. client may be nil.
func Facts(to string, client *http.Client) (host.FactsFunc, error) {
	u, err := url.Parse(to)
	if err == nil && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		err = errors.New("write a URL such as http://127.0.0.1:9000/facts")
	}
	if err != nil {
		return nil, fmt.Errorf("facts from %s: %w", to, err)
	}
	if client == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 256 // one for each decision that may be under way
		client = &http.Client{Transport: transport}
	}
	// Whom else the service knows is not for a redirect to tell.
	asking := *client
	asking.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return func(ctx context.Context, caseJSON []byte) (*host.Facts, error) {
		return ask(ctx, &asking, to, caseJSON)
	}, nil
}

func ask(ctx context.Context, client *http.Client, to string, caseJSON []byte) (*host.Facts, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(caseJSON))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if c := access.From(ctx); c != nil {
		req.Header.Set(CallerHeader, c.Name)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case res.StatusCode == http.StatusNoContent:
		return nil, nil
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("the service answers %s", res.Status)
	case len(text) > maxAnswer:
		return nil, errors.New("the service answers more than 1 MiB")
	}
	return read(text)
}

func read(text []byte) (*host.Facts, error) {
	var a answer
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return nil, fmt.Errorf("the service's answer: %w", err)
	}
	f := &host.Facts{Now: a.Now, Lines: map[string]host.LineFacts{}}
	if len(a.Agent) > 0 && string(a.Agent) != "null" {
		f.Agent = a.Agent
	}
	for id, l := range a.Lines {
		f.Lines[id] = host.LineFacts{Verification: l.Verification, ConfirmedAt: l.ConfirmedAt, Charged: l.Charged, Due: l.Due, Refunded: l.Refunded}
	}
	return f, nil
}
