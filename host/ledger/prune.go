package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/goccy/go-json"
)

// Kinds of files that Prune removes.
const (
	PruneCases    = "cases"    // cases and decisions; the evidence stays
	PruneEvidence = "evidence" // both
)

// Prune removes files all of whose records are older than a time, and returns the number of the last record removed, 0
// if there was none. That it happened is recorded.
func (l *Ledger) Prune(ctx context.Context, what string, before time.Time) (through uint64, err error) {
	if what != PruneCases && what != PruneEvidence {
		return 0, fmt.Errorf("prune %q: write cases or evidence", what)
	}
	if err := l.hold(ctx); err != nil {
		return 0, err
	}
	defer l.release()
	numbers, err := segments(l.dir, what)
	if err != nil {
		return 0, err
	}
	var old []string
	for _, number := range numbers {
		// A file's records are older than the file after it.
		next, err := readHeader(segmentPath(l.dir, evidenceDir, number+1))
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, errNoHeader) {
			break
		}
		if err != nil {
			return 0, err
		}
		if next.At.After(before) {
			break
		}
		old = append(old, segmentPath(l.dir, casesDir, number))
		if what == PruneEvidence {
			old = append(old, segmentPath(l.dir, evidenceDir, number))
		}
		through = next.First - 1
	}
	if len(old) == 0 {
		return 0, nil
	}
	body, err := evidenceBody(&Evidence{Kind: Pruned, What: what, Through: through})
	if err != nil {
		return 0, err
	}
	if err := l.append(ctx, &batch{records: []record{{evidence: body}}, done: make(chan error, 1)}); err != nil {
		return 0, err
	}
	for _, path := range old {
		err = errors.Join(err, removeIfThere(path))
	}
	return through, err
}

func readHeader(path string) (header, error) {
	f, err := os.Open(path)
	if err != nil {
		return header{}, err
	}
	defer f.Close()
	line, _, err := newLineReader(f).next()
	var h header
	if err != nil || json.Unmarshal(line, &h) != nil || h.Segment == 0 {
		return h, errNoHeader
	}
	return h, nil
}

// upkeep finishes erasures that were begun, and removes cases whose time is over: now and every hour.
func (l *Ledger) upkeep() {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		ctx := context.Background() // closing ends both
		if err := l.resumeAll(ctx); err != nil {
			l.opt.Notify(fmt.Errorf("finish an erasure: %w", err))
		}
		if l.opt.KeepCases > 0 {
			if _, err := l.Prune(ctx, PruneCases, l.opt.now().Add(-l.opt.KeepCases)); err != nil {
				l.opt.Notify(fmt.Errorf("remove old cases: %w", err))
			}
		}
		select {
		case <-tick.C:
		case <-l.closing:
			return
		}
	}
}
