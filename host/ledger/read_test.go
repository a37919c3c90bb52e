package ledger

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"koujing/host"
)

// Two cases may get the same decision; its digest alone doesn't tell them apart. The same case again does no harm.
func TestFindAmbiguous(t *testing.T) {
	dir := t.TempDir()
	r := runner(t, open(t, dir, Options{}))
	var d host.Decision
	for _, c := range []string{`{"do":"gate","a":10}`, `{"do":"gate","a":20}`, `{"do":"gate","a":20}`} {
		d = decide(t, r, c)
	}
	log, err := OpenLog(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	var several *AmbiguousError
	if _, err := log.Find(d.Receipt().Decision); !errors.As(err, &several) || !slices.Equal(several.Records, []uint64{1, 3}) {
		t.Error(err)
	}
	if rec, err := log.Find(d.Receipt().Case); err != nil || rec.Seq != 3 {
		t.Error(rec.Seq, err)
	}
}

// A reader beside the writer sees whole records only, never a damage.
func TestReadWhileWriting(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{SegmentBytes: 40_000})
	r := runner(t, l)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 100 {
				decide(t, r, pay("C", i))
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	seen := 0
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		n := len(readAll(t, dir))
		if n < seen {
			t.Errorf("%d records after %d", n, seen)
		}
		seen = n
	}
	if seen != 400 {
		t.Errorf("%d records", seen)
	}
}
