package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"koujing/core/author/impact"
	"koujing/core/vectors/stream"
)

const impactSeed = 4

// onceOnly is a copy of the default pack that returns the difference once where the default returns it doubled.
func onceOnly(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := copyPack(dir); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, "rules", "refund.yaml"), "multiplier: 2", "multiplier: 1")
	return dir
}

// sums is what a multiplier of 2 and one of 1 come to, worked out from a case alone.
type sums struct{ payFrom, payTo, totalFrom, totalTo, previewFrom, previewTo int64 }

// expected works the refund of a case out anew: from the catalogue's promise, not with the engine. ok is false for a case
// that lacks what the contract requires.
func expected(t *testing.T, text []byte) (s sums, ok bool) {
	var c struct {
		Lines []struct {
			Charged      int64  `json:"charged_fen"`
			Due          *int64 `json:"due_fen"`
			Refunded     int64  `json:"refunded_fen"`
			Category     string
			Verification string
		}
	}
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	for _, l := range c.Lines {
		if l.Due == nil {
			if l.Verification == "confirmed" {
				return sums{}, false
			}
			continue
		}
		diff := max(0, l.Charged-*l.Due)
		from, to := 2*diff, diff
		if l.Category == "other" {
			from = diff
		}
		switch l.Verification {
		case "confirmed":
			s.totalFrom += from
			s.totalTo += to
			s.payFrom += max(0, from-l.Refunded)
			s.payTo += max(0, to-l.Refunded)
		case "pending":
			s.previewFrom += max(0, from-l.Refunded)
			s.previewTo += max(0, to-l.Refunded)
		}
	}
	return s, true
}

// runImpact runs the command in this process.
func runImpact(t testing.TB, in io.Reader, args ...string) (impact.Report, string, int) {
	t.Helper()
	var out, complaints bytes.Buffer
	code := run(append([]string{"impact", "--json"}, args...), &app{ctx: context.Background(), in: in, out: &out, err: &complaints})
	var r impact.Report
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &r); err != nil {
			t.Fatalf("%v: %s", err, &out)
		}
	}
	return r, complaints.String(), code
}

// TestImpactIsExact turns the factor of the default pack from 2 to 1, and wants every sum of the report, to the fen, to be
// what the cases themselves come to.
func TestImpactIsExact(t *testing.T) {
	needEngine(t)
	n := int64(20_000)
	if testing.Short() {
		n = 2_000
	}
	var want sums
	var invalid, less int64
	type change struct{ line, pay int64 }
	var changes []change
	for i := range uint64(n) {
		s, ok := expected(t, stream.Append(nil, impactSeed, i+1))
		if !ok {
			invalid++
			continue
		}
		want.payFrom += s.payFrom
		want.payTo += s.payTo
		want.totalFrom += s.totalFrom
		want.totalTo += s.totalTo
		want.previewFrom += s.previewFrom
		want.previewTo += s.previewTo
		if s.payTo != s.payFrom {
			less++
			changes = append(changes, change{int64(i + 1), s.payFrom - s.payTo})
		}
	}
	if less < n/10 || invalid == 0 || want.payTo == want.totalTo {
		t.Fatalf("the cases show too little: %d paid less, %d invalid, %+v", less, invalid, want)
	}
	r, complaints, code := runImpact(t, stream.New(impactSeed, uint64(n)), "--from", "cn-telecom", "--to", onceOnly(t))
	if code != exitOK || complaints != "" {
		t.Fatalf("code %d: %s", code, complaints)
	}
	if r.Cases != n || r.Changed+r.Unchanged != n || r.Invalid.Both != invalid || r.Invalid.Newly != 0 || !r.Complete {
		t.Errorf("%d cases, %d and %d, invalid %+v, want %d", r.Cases, r.Changed, r.Unchanged, r.Invalid, invalid)
	}
	if got := (sums{r.Pay.From, r.Pay.To, r.Total.From, r.Total.To, r.Preview.From, r.Preview.To}); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if r.Pay.Less != want.payFrom-want.payTo || r.Pay.More != 0 || r.Pay.Net != -r.Pay.Less || r.Pay.LessCases != less {
		t.Errorf("pay: %+v, want %d less in %d cases", r.Pay, want.payFrom-want.payTo, less)
	}

	// The one rule that answers otherwise has all of it, and so have the categories together.
	if r.Rules[0].Rule != "refund.double" || r.Rules[0].Of != "line" || r.Rules[0].Pay.Less != r.Pay.Less || r.Rules[0].Total.Less != r.Total.Less {
		t.Errorf("by rule: %+v", r.Rules[0])
	}
	if r.Rules[0].FromOnly != 0 || r.Rules[0].ToOnly != 0 || r.Rules[0].Otherwise == 0 {
		t.Errorf("refund.double fires as before and answers otherwise: %+v", r.Rules[0])
	}
	var all impact.Flow
	for _, c := range r.Categories {
		if c.Category == "other" {
			t.Errorf("what is no listed charging error is returned once as before: %+v", c)
		}
		all.Less += c.Pay.Less
		all.More += c.Pay.More
	}
	if all.Less != r.Pay.Less || all.More != 0 || len(r.Categories) != 7 {
		t.Errorf("by category: %+v in %d categories", all, len(r.Categories))
	}

	slices.SortStableFunc(changes, func(a, b change) int { return int(b.pay - a.pay) })
	if len(r.Largest) != 20 {
		t.Fatalf("%d of the largest", len(r.Largest))
	}
	for i, l := range r.Largest {
		if l.PayFrom-l.PayTo != changes[i].pay {
			t.Errorf("largest %d: %+v, want line %d with %d", i, l, changes[i].line, changes[i].pay)
		}
	}
}

// TestImpactBackwards exchanges the packs: everything that went must come.
func TestImpactBackwards(t *testing.T) {
	needEngine(t)
	dir := onceOnly(t)
	there, _, _ := runImpact(t, stream.New(impactSeed, 2000), "--from", "cn-telecom", "--to", dir)
	back, _, _ := runImpact(t, stream.New(impactSeed, 2000), "--from", dir, "--to", "cn-telecom")
	if there.Pay.Less == 0 || there.Pay.Less != back.Pay.More || there.Pay.From != back.Pay.To || there.Changed != back.Changed {
		t.Errorf("there %+v, back %+v", there.Pay, back.Pay)
	}
}

// TestImpactOfNothing compares a pack with itself.
func TestImpactOfNothing(t *testing.T) {
	needEngine(t)
	r, complaints, code := runImpact(t, stream.New(impactSeed, 1000), "--from", "cn-telecom", "--to", "cn-telecom", "--fail-on", "any")
	if code != exitOK || r.Cases != 1000 || r.Changed != 0 || len(r.Changes)+len(r.Rules)+len(r.Largest) != 0 || r.Pay.From != r.Pay.To || r.Pay.From == 0 {
		t.Errorf("code %d, %s: %+v", code, complaints, r)
	}
}

// TestImpactStops ends a run in the middle: the report is on a beginning of the input without gaps, and the same as if
// there had been no more.
func TestImpactStops(t *testing.T) {
	needEngine(t)
	dir := onceOnly(t)
	ctx, stop := context.WithCancel(context.Background())
	var out, complaints bytes.Buffer
	in := &stopper{r: stream.New(impactSeed, 1<<40), after: 300_000, stop: stop}
	code := run([]string{"impact", "--json", "--from", "cn-telecom", "--to", dir}, &app{ctx: ctx, in: in, out: &out, err: &complaints})
	var cut impact.Report
	if err := json.Unmarshal(out.Bytes(), &cut); err != nil {
		t.Fatalf("%v: %s %s", err, &out, &complaints)
	}
	if code != exitFailure || cut.Complete || cut.Cases == 0 || !strings.Contains(complaints.String(), "the report is on these alone") {
		t.Fatalf("code %d, %d cases, complete %v: %s", code, cut.Cases, cut.Complete, &complaints)
	}
	whole, _, _ := runImpact(t, stream.New(impactSeed, uint64(cut.Cases)), "--from", "cn-telecom", "--to", dir)
	whole.Complete = false
	got, _ := json.Marshal(cut)
	want, _ := json.Marshal(whole)
	if !bytes.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// stopper stops something once so many bytes have been read.
type stopper struct {
	r     io.Reader
	after int
	stop  func()
}

func (s *stopper) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if s.after -= n; s.after <= 0 {
		s.stop()
	}
	return n, err
}
