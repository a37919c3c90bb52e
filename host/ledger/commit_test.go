package ledger

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// Many at once share a flush; every one of them is there, in an order that each caller saw.
func TestGroups(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := runner(t, l)
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := range 20 {
				decide(t, r, pay(fmt.Sprint(g), i))
			}
		})
	}
	wg.Wait()
	next := map[string]int64{}
	for _, rec := range readAll(t, dir) {
		who := textAt(rec.Case.Case, "id")
		if rec.Outcome.Refund.Pay != next[who] {
			t.Errorf("%s: %d, want %d", who, rec.Outcome.Refund.Pay, next[who])
		}
		next[who]++
	}
	info := l.Info()
	if len(next) != 16 || info.Records != 320 || info.Commits >= 320 {
		t.Errorf("%d callers, %+v", len(next), info)
	}
	if rep := replay(t, dir); rep.Proved != 320 || rep.Differences != 0 {
		t.Errorf("%+v", rep)
	}
}

// In Sample mode nothing waits and nothing fails; what is not in the log is counted.
func TestSample(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{Mode: Sample, Share: 0.3})
	r := runner(t, l)
	for i := range 300 {
		decide(t, r, pay("C", i))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	decide(t, r, pay("C", 0)) // after the end, too
	n, info := len(readAll(t, dir)), l.Info()
	if n < 50 || n > 140 || int(info.Records) != n || int(info.Dropped) != 301-n {
		t.Errorf("%d in the log, %+v", n, info)
	}
	if rep := replay(t, dir); rep.Proved != n || rep.Differences != 0 {
		t.Errorf("%+v", rep)
	}
}

// The clock may be set back: the times of the log rise all the same.
func TestClock(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	l := open(t, dir, Options{now: func() time.Time { now = now.Add(-time.Minute); return now }})
	r := runner(t, l)
	for i := range 5 {
		decide(t, r, pay("C", i))
	}
	all := readAll(t, dir)
	for i := 1; i < len(all); i++ {
		if !all[i].At.After(all[i-1].At) {
			t.Errorf("%v after %v", all[i].At, all[i-1].At)
		}
	}
}
