package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-json"

	"koujing/host/store"
)

// erasure is one that was begun. It lies in a file until it is finished, so that a crash doesn't leave half of it.
type erasure struct {
	Customer string    `json:"customer"` // the pseudonym
	At       time.Time `json:"at"`
}

func (l *Ledger) erasureFile() string { return filepath.Join(l.dir, "erasing.json") }

// Erase removes the personal data of a customer: in each of his cases that was recorded so far, case and decision are
// overwritten on disk by the masked case. The evidence stays, with its digests, and so does the proof that the log is
// whole. That it happened is recorded. It returns how many cases it found.
func (l *Ledger) Erase(ctx context.Context, customer string) (int, error) {
	if customer == "" {
		return 0, errors.New("erase: no customer's key")
	}
	l.erasing.Lock()
	defer l.erasing.Unlock()
	e := erasure{l.pseudonym(customer), l.opt.now().UTC()}
	text, err := json.Marshal(e)
	if err != nil {
		return 0, err
	}
	if err := store.WriteFile(l.erasureFile(), text); err != nil {
		return 0, unavailable(err)
	}
	return l.finish(ctx, e)
}

func (l *Ledger) resumeErasure() error {
	text, err := os.ReadFile(l.erasureFile())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var e erasure
	if err := json.Unmarshal(text, &e); err != nil {
		return fmt.Errorf("%s: %w", l.erasureFile(), err)
	}
	_, err = l.finish(context.Background(), e)
	return err
}

func (l *Ledger) finish(ctx context.Context, e erasure) (int, error) {
	numbers, err := segments(l.dir, casesDir)
	if err != nil {
		return 0, err
	}
	l.files.mu.Lock()
	active, size := l.files.number, l.files.csSize
	l.files.mu.Unlock()
	found := 0
	for _, number := range numbers {
		limit := int64(-1)
		if number == active {
			limit = size // what stands behind isn't acknowledged, and may be cut off any moment
		}
		n, err := l.eraseIn(ctx, segmentPath(l.dir, casesDir, number), limit, e)
		found += n
		if err != nil {
			return found, unavailable(err)
		}
	}
	body, err := evidenceBody(&Evidence{Kind: Erasure, Customer: e.Customer, Cases: found})
	if err != nil {
		return found, err
	}
	if err := l.append(ctx, &batch{records: []record{{evidence: body}}, done: make(chan error, 1)}); err != nil {
		return found, err
	}
	return found, os.Remove(l.erasureFile())
}

// eraseIn overwrites a customer's lines of one file.
func (l *Ledger) eraseIn(ctx context.Context, path string, limit int64, e erasure) (found int, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil // removed for its age
	}
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	mark := []byte(`,"customer":"` + e.Customer + `"`)
	in := io.Reader(f)
	if limit >= 0 {
		in = io.LimitReader(f, limit)
	}
	err = lines(in, func(line []byte, start int64) error {
		seq, rest, ok := seqOf(line)
		if !ok || !bytes.HasPrefix(rest, mark) {
			return ctx.Err()
		}
		_, c, err := parseCase(line, l.mask)
		if err != nil {
			c = &Case{} // can't be read, and must go all the same
		}
		found++
		_, err = f.WriteAt(erased(line, seq, e.At, c.Masked), start)
		return err
	})
	if found > 0 {
		err = errors.Join(err, f.Sync())
	}
	return found, err
}

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
	l.erasing.Lock()
	defer l.erasing.Unlock()
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

// pruneByAge removes cases whose time is over, now and every hour.
func (l *Ledger) pruneByAge() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if _, err := l.Prune(ctx, PruneCases, l.opt.now().Add(-l.opt.KeepCases)); err != nil {
			l.opt.Notify(fmt.Errorf("remove old cases: %w", err))
		}
		select {
		case <-tick.C:
		case <-l.closing:
			return
		}
	}
}
