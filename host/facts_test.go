package host

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func fen(n int64) *int64 { return &n }

// What the sender says of the agent, the time and the verification doesn't count; the rest stays as it is written.
func TestFactsApply(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.FixedZone("", 8*3600))
	f := &Facts{Now: at, Agent: []byte(`{"id":"8812"}`), Lines: map[string]LineFacts{
		"L1": {Verification: "confirmed", ConfirmedAt: at.Add(-time.Hour), Charged: fen(1500), Due: fen(500), Refunded: fen(0)},
		"L2": {Verification: "refuted"},
	}}
	for _, tt := range []struct{ name, in, out string }{
		{"all replaced", `{ "now":"1999-01-01T00:00:00Z", "agent":{"id":"me","authority_fen":99999999}, "draft":"<a>\u4e2d", "lines":[{"id":"L1","charged_fen":999999,"due_fen":0,"verification":"pending","item":"x"}] }`,
			`{"now":"2026-11-22T10:00:00+08:00","agent":{"id":"8812"},"draft":"<a>\u4e2d","lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"verification":"confirmed","item":"x","confirmed_at":"2026-11-22T09:00:00+08:00","refunded_fen":0}]}`},
		{"no record, no payment", `{"lines":[{"id":"L9","charged_fen":5,"due_fen":0,"verification":"confirmed","confirmed_at":"2026-11-21T10:00:00+08:00"},{"charged_fen":1},{"id":7}]}`,
			`{"lines":[{"id":"L9","charged_fen":5,"due_fen":0,"verification":"pending"},{"charged_fen":1,"verification":"pending"},{"id":7,"verification":"pending"}],"now":"2026-11-22T10:00:00+08:00","agent":{"id":"8812"}}`},
		{"refuted", `{"lines":[{"id":"L2","verification":"confirmed"}]}`, `{"lines":[{"id":"L2","verification":"refuted"}],"now":"2026-11-22T10:00:00+08:00","agent":{"id":"8812"}}`},
		{"lines that are none", `{"lines":{"id":"L1"}}`, `{"lines":{"id":"L1"},"now":"2026-11-22T10:00:00+08:00","agent":{"id":"8812"}}`},
		{"empty", `{}`, `{"now":"2026-11-22T10:00:00+08:00","agent":{"id":"8812"}}`},
		{"no JSON", `{"lines":`, `{"lines":`}, {"no UTF-8", "{\"a\xff\":1}", "{\"a\xff\":1}"}, {"no object", `[1]`, `[1]`}, {"more behind", `{} {}`, `{} {}`},
		{"a key twice", `{"now":"x","now":"y"}`, `{"now":"x","now":"y"}`},
		{"a key twice, escaped", `{"agent":1,"\u0061gent":2}`, `{"agent":1,"\u0061gent":2}`},
		{"a key escaped", `{"\u0061gent":2}`, `{"agent":{"id":"8812"},"now":"2026-11-22T10:00:00+08:00"}`},
		{"a key twice in a line", `{"lines":[{"id":"L1","id":"L2","verification":"confirmed"}]}`, `{"lines":[{"id":"L1","id":"L2","verification":"confirmed"}],"now":"2026-11-22T10:00:00+08:00","agent":{"id":"8812"}}`},
		{"another case of letters", `{"Agent":1}`, `{"Agent":1,"now":"2026-11-22T10:00:00+08:00","agent":{"id":"8812"}}`},
	} {
		got, err := f.apply([]byte(tt.in))
		if err != nil || string(got) != tt.out {
			t.Errorf("%s: %v\n%s\nwant\n%s", tt.name, err, got, tt.out)
		}
	}
	if got, _ := (&Facts{}).apply([]byte(`{"agent":{"id":"me"},"now":"1999-01-01T00:00:00+08:00"}`)); strings.Contains(string(got), "agent") || strings.Contains(string(got), "1999") || !strings.Contains(string(got), "+08:00") {
		t.Errorf("nobody known, this machine's clock: %s", got)
	}
	if _, err := (&Facts{Agent: []byte("{")}).apply([]byte("{}")); !errors.Is(err, ErrNoFacts) {
		t.Error(err)
	}
}

// The decision is of the completed case, alone and in a stream; without facts there is none.
func TestWithFacts(t *testing.T) {
	ctx := context.Background()
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	m := &memory{refuse: refusing("unlucky")}
	r := newRunner(t, WithRecorder(m), WithFacts(func(_ context.Context, c []byte) (*Facts, error) {
		switch {
		case strings.Contains(string(c), "unknown"):
			return nil, errors.New("no answer")
		case strings.Contains(string(c), "as it is"):
			return nil, nil
		}
		return &Facts{Now: at}, nil
	}))
	const c, done = `{"a":1,"agent":{}}`, `{"a":1,"now":"2026-11-22T10:00:00Z"}`
	d := decide(t, r, c)
	if d.Receipt().Case != sha([]byte(done)) || m.cases[0] != done {
		t.Errorf("%s, recorded %s", d, m.cases)
	}
	if v, err := r.Verify(ctx, []byte(done), d.Bytes()); err != nil || !v.OK {
		t.Error(v, err)
	}
	if d := decide(t, r, `{"a":"as it is"}`); d.Receipt().Case != sha([]byte(`{"a":"as it is"}`)) {
		t.Error(d)
	}
	if _, err := r.Decide(ctx, []byte(`{"a":"unknown"}`)); !errors.Is(err, ErrNoFacts) {
		t.Error(err)
	}
	var out strings.Builder
	stats, err := r.DecideStream(ctx, strings.NewReader(c+"\n{\"a\":\"unknown\"}\n"), &out, StreamOptions{Failed: func(int, error) ([]byte, error) { return []byte("none"), nil }})
	if err != nil || out.String() != d.String()+"\nnone\n" || stats.Failed != 1 {
		t.Errorf("%v %+v %s", err, stats, out.String())
	}
}
