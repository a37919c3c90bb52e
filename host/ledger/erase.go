package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"koujing/host/store"
)

// erasure is one that was begun. It lies in a file until it is finished, so that a crash doesn't leave half of it.
type erasure struct {
	Customer string    `json:"customer"` // the pseudonym
	At       time.Time `json:"at"`
	Through  uint64    `json:"through"` // the last record it covers: he may come back
	Emptied  uint64    `json:"emptied"` // through this record no personal data of his is left
	Cases    int       `json:"cases"`   // of how many it was taken
	// Redo is what is being overwritten. A line that a crash has torn may look whole and hold what should be gone, so none
	// is read again after a crash: it is written again.
	Redo []redo `json:"redo,omitempty"`
}

// A place is a line of a file of cases.
type place struct {
	Segment int    `json:"segment"`
	At      int64  `json:"at"`
	Size    int    `json:"size"` // without its newline
	Seq     uint64 `json:"seq"`
}

type redo struct {
	place
	Masked string `json:"masked"` // "" if nothing is left
}

// redoTogether is how many lines are overwritten at a time.
const redoTogether = 256

// Forgotten tells what an erasure has done.
type Forgotten struct {
	Cases   int    `json:"cases"`   // how many it found
	Through uint64 `json:"through"` // the last record it covers
}

const erasingFile = "erasing-"

func (l *Ledger) erasureFile(pseudonym string) string {
	return filepath.Join(l.dir, erasingFile+pseudonym+".json")
}

// Erase removes the personal data of a customer while the log goes on: in each of his cases that was recorded so far,
// case and decision are overwritten on disk by the masked case, without his key. The evidence stays, with its digests,
// and so does the proof that the log is whole. That it happened is recorded.
//
// Once begun it is finished, whatever becomes of ctx. If it fails half-way (ErrUnavailable, ErrClosed, both wrapped), it
// is finished by a later Erase of the same customer, by the log itself within the hour, or after the next Open.
func (l *Ledger) Erase(ctx context.Context, customer string) (Forgotten, error) {
	if customer == "" {
		return Forgotten{}, errors.New("erase: no customer's key")
	}
	if err := l.hold(ctx); err != nil {
		return Forgotten{}, err
	}
	defer l.release()
	ctx = context.WithoutCancel(ctx)
	pseudonym := l.pseudonym(customer)
	before, err := l.resumeErasure(ctx, l.erasureFile(pseudonym))
	if err != nil {
		return Forgotten{}, err
	}
	// What waits for the disk was given away already, in Sample mode, or may be any moment. An empty batch goes behind it.
	if err := l.append(ctx, &batch{done: make(chan error, 1)}); err != nil {
		return Forgotten{}, err
	}
	l.files.mu.Lock()
	through := l.files.next - 1
	l.files.mu.Unlock()
	e := &erasure{Customer: pseudonym, At: l.opt.now().UTC(), Through: through}
	if err := l.save(e); err != nil {
		return Forgotten{}, err
	}
	l.unfinished.Add(1)
	err = l.finish(ctx, e)
	return Forgotten{before + e.Cases, through}, err
}

func (l *Ledger) save(e *erasure) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := store.WriteFile(l.erasureFile(e.Customer), text); err != nil {
		return unavailable(err)
	}
	return nil
}

// resumeErasure finishes one that was begun, if there is one, and returns how many cases it was about.
func (l *Ledger) resumeErasure(ctx context.Context, path string) (cases int, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, unavailable(err)
	}
	e := &erasure{}
	if err := json.Unmarshal(text, e); err != nil || l.erasureFile(e.Customer) != path {
		return 0, fmt.Errorf("%s is not what an erasure writes: %w", path, err)
	}
	err = l.finish(ctx, e)
	return e.Cases, err
}

// resumeAll finishes what was begun and isn't finished.
func (l *Ledger) resumeAll(ctx context.Context) error {
	if err := l.hold(ctx); err != nil {
		return err
	}
	defer l.release()
	paths, err := l.begun()
	for _, path := range paths {
		_, e := l.resumeErasure(ctx, path)
		err = errors.Join(err, e)
	}
	return err
}

// begun lists the files of erasures that aren't finished.
func (l *Ledger) begun() ([]string, error) {
	entries, err := os.ReadDir(l.dir)
	var paths []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), erasingFile) {
			paths = append(paths, filepath.Join(l.dir, e.Name()))
		}
	}
	return paths, err
}

// finish goes through an erasure from where it stands. The lines are found by the customer's pseudonym, so that goes
// last.
func (l *Ledger) finish(ctx context.Context, e *erasure) error {
	places, err := l.findCases(e)
	if err != nil {
		return err
	}
	if err := l.empty(e, places); err != nil {
		return err
	}
	if err := l.rewrite(places, func(p place) ([]byte, int) { return nobody(e.At), len(beforeName(p.Seq)) }); err != nil {
		return err
	}
	body, err := evidenceBody(&Evidence{Kind: Erasure, Customer: e.Customer, Cases: e.Cases, Through: e.Through})
	if err != nil {
		return err
	}
	if err := l.append(ctx, &batch{records: []record{{evidence: body}}, done: make(chan error, 1)}); err != nil {
		return err
	}
	if err := os.Remove(l.erasureFile(e.Customer)); err != nil {
		return unavailable(err)
	}
	l.unfinished.Add(-1)
	l.erasures.Add(1)
	l.erased.Add(uint64(e.Cases))
	return nil
}

// findCases looks for the customer's lines.
func (l *Ledger) findCases(e *erasure) (places []place, err error) {
	numbers, err := segments(l.dir, casesDir)
	if err != nil {
		return nil, unavailable(err)
	}
	mark := customerMark(e.Customer)
	for _, number := range numbers {
		f, err := os.Open(segmentPath(l.dir, casesDir, number))
		if err != nil {
			return nil, unavailable(err)
		}
		err = lines(f, func(line []byte, start int64) error {
			seq, rest, ok := seqOf(line)
			switch {
			case ok && seq > e.Through:
				return errStop // not covered; it may not even be acknowledged
			case ok && bytes.HasPrefix(rest, mark):
				places = append(places, place{number, start, len(line), seq})
			}
			return l.closed()
		})
		_ = f.Close()
		switch {
		case err == errStop:
			return places, nil
		case errors.Is(err, ErrClosed):
			return nil, err
		case err != nil:
			return nil, unavailable(err)
		}
	}
	return places, nil
}

// empty overwrites case and decision of those lines that aren't empty yet.
func (l *Ledger) empty(e *erasure, places []place) error {
	if err := l.redo(e); err != nil {
		return err
	}
	places = slices.DeleteFunc(slices.Clone(places), func(p place) bool { return p.Seq <= e.Emptied })
	for some := range slices.Chunk(places, redoTogether) {
		for _, p := range some {
			masked, err := l.maskedAt(e, p)
			if err != nil {
				return err
			}
			e.Redo = append(e.Redo, redo{p, masked})
		}
		if err := l.redo(e); err != nil {
			return err
		}
	}
	return nil
}

// redo writes down what is to be overwritten, and overwrites it.
func (l *Ledger) redo(e *erasure) error {
	if len(e.Redo) == 0 {
		return nil
	}
	if err := l.save(e); err != nil {
		return err
	}
	places, masked := make([]place, len(e.Redo)), map[uint64]string{}
	for i, r := range e.Redo {
		places[i], masked[r.Seq] = r.place, r.Masked
	}
	err := l.rewrite(places, func(p place) ([]byte, int) {
		at := len(beforeName(p.Seq)) + pseudonymLength + len(`"`)
		return emptied(p.Size-at, masked[p.Seq]), at
	})
	if err != nil {
		return err
	}
	e.Emptied, e.Cases, e.Redo = e.Redo[len(e.Redo)-1].Seq, e.Cases+len(e.Redo), nil
	return l.save(e)
}

// maskedAt is what may stay of a case; "" for one that can't be read.
func (l *Ledger) maskedAt(e *erasure, p place) (string, error) {
	f, err := os.Open(segmentPath(l.dir, casesDir, p.Segment))
	if err != nil {
		return "", unavailable(err)
	}
	defer f.Close()
	line := make([]byte, p.Size)
	if _, err := f.ReadAt(line, p.At); err != nil {
		return "", unavailable(err)
	}
	_, c, err := parseCase(line, l.mask)
	if err != nil || c.Masked == nil {
		return "", nil
	}
	// What is personal was masked by reading; his key may stand anywhere.
	return string(l.mask.append(nil, c.Masked, func(value string) bool { return l.pseudonym(value) == e.Customer })), nil
}

// rewrite overwrites a part of each of some lines, and waits for the disk. part returns it, and where in the line it
// stands. A file that was removed for its age meanwhile needs nothing.
func (l *Ledger) rewrite(places []place, part func(p place) (text []byte, at int)) error {
	for len(places) > 0 {
		n := 1
		for n < len(places) && places[n].Segment == places[0].Segment {
			n++
		}
		path := segmentPath(l.dir, casesDir, places[0].Segment)
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) { // opening would make it
			if err := l.rewriteIn(path, places[:n], part); err != nil {
				return err
			}
		}
		places = places[n:]
	}
	return nil
}

func (l *Ledger) rewriteIn(path string, places []place, part func(p place) ([]byte, int)) (err error) {
	f, err := l.opt.OpenFile(path)
	if err != nil {
		return unavailable(err)
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = unavailable(e)
		}
	}()
	for _, p := range places {
		if err := l.closed(); err != nil {
			return err
		}
		text, at := part(p)
		if _, err := f.WriteAt(text, p.At+int64(at)); err != nil {
			return unavailable(err)
		}
	}
	if err := f.Sync(); err != nil {
		return unavailable(err)
	}
	return nil
}
