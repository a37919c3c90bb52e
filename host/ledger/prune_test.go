package ledger

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// Old files go as a whole; that they went is recorded, and the rest still proves itself.
func TestPrune(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	l := open(t, dir, Options{now: func() time.Time { return now }})
	r := runner(t, l)
	for day := range 5 {
		now = now.Add(25 * time.Hour)
		for i := range 2 {
			decide(t, r, pay(fmt.Sprint(day), i))
		}
	}
	ctx := context.Background()
	if through, err := l.Prune(ctx, PruneCases, now.Add(-50*time.Hour)); through != 4 || err != nil {
		t.Fatal(through, err)
	}
	rep := replay(t, dir)
	if rep.Records != 11 || rep.Proved != 6 || rep.Unproved != 4 || rep.Acts != 1 || rep.Differences != 0 {
		t.Errorf("cases removed: %+v %+v", rep, rep.First)
	}
	if through, err := l.Prune(ctx, PruneEvidence, now.Add(-50*time.Hour)); through != 4 || err != nil {
		t.Fatal(through, err)
	}
	rep = replay(t, dir)
	if rep.Records != 8 || rep.Proved != 6 || rep.Acts != 2 || rep.Differences != 0 {
		t.Errorf("evidence removed: %+v %+v", rep, rep.First)
	}
	if through, err := l.Prune(ctx, PruneEvidence, now.Add(1000*time.Hour)); through != 8 || err != nil {
		t.Error(through, err)
	}
	if _, err := l.Prune(ctx, "everything", now); err == nil {
		t.Error("everything was removed")
	}
	l.Close()

	now = now.Add(26 * time.Hour)
	l = open(t, dir, Options{now: func() time.Time { return now }, KeepCases: time.Hour})
	r = runner(t, l)
	decide(t, r, pay("C", 1))
	if rep := replay(t, dir); rep.Differences != 0 || rep.Proved < 1 {
		t.Errorf("%+v", rep)
	}
}
