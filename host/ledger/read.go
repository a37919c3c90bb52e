package ledger

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-json"
)

// Log is a decision log to read, while another process may write to it.
type Log struct {
	dir  string
	mask *mask
}

// OpenLog opens a log for reading. rules is as in Options.Mask.
func OpenLog(dir string, rules []string) (*Log, error) {
	if rules == nil {
		rules = DefaultMask
	}
	m, err := newMask(rules)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, evidenceDir)); err != nil {
		return nil, fmt.Errorf("%s is no decision log: %w", dir, err)
	}
	return &Log{dir, m}, nil
}

// Dir returns the folder of the log.
func (l *Log) Dir() string { return l.dir }

// State tells what there is of a record's case.
type State string

// The states of a case.
const (
	Exact   State = "exact"   // case and decision, to the byte
	Masked  State = "masked"  // the masked case only: recorded so
	Erased  State = "erased"  // the masked case only, or not even that: its customer was erased
	Gone    State = "gone"    // removed for its age
	Damaged State = "damaged" // can't be read
)

// Record is a record with its case.
type Record struct {
	Evidence
	State State
	Case  Case // of a decision; empty if it is Gone or Damaged
}

// Damage is a place of the log that isn't as it was written.
type Damage struct {
	File string // within the log
	Seq  uint64 // of the record expected there
	Code string // chain_broken, record_damaged, records_missing
}

func (d *Damage) Error() string { return fmt.Sprintf("%s: record %d: %s", d.File, d.Seq, d.Code) }

// Codes of a Damage.
const (
	ChainBroken    = "chain_broken"    // the record, or one before it, was changed
	RecordDamaged  = "record_damaged"  // it can't be read
	RecordsMissing = "records_missing" // the numbers jump
)

// Records gives all records in order. A *Damage comes with an empty record and doesn't end it; any other error does.
func (l *Log) Records() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		numbers, err := segments(l.dir, evidenceDir)
		if err != nil {
			yield(Record{}, err)
			return
		}
		w := &reading{log: l, yield: yield}
		for i, number := range numbers {
			err := w.segment(number, i == len(numbers)-1)
			if err == errStop {
				return
			}
			if err != nil {
				yield(Record{}, err)
				return
			}
		}
	}
}

// reading is where Records stands.
type reading struct {
	log   *Log
	yield func(Record, error) bool
	file  string
	chain string
	next  uint64 // 0 before the first segment
}

func (w *reading) damage(seq uint64, code string) error {
	if !w.yield(Record{}, &Damage{w.file, seq, code}) {
		return errStop
	}
	return nil
}

// segment reads a pair of files. Of the last pair, only what was acknowledged counts.
func (w *reading) segment(number int, last bool) error {
	path := segmentPath(w.log.dir, evidenceDir, number)
	w.file = filepath.Join(evidenceDir, filepath.Base(path))
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil // removed for its age a moment ago
	}
	if err != nil {
		return err
	}
	defer f.Close()
	in := io.Reader(f)
	live := uint64(math.MaxUint64) // from here on the writer may not be done yet
	if last {
		found, err := scanEvidence(path)
		if errors.Is(err, errNoHeader) {
			return nil // it is just being begun
		}
		if err != nil {
			return err
		}
		if !found.damaged {
			in, live = io.LimitReader(f, found.size), found.group
		}
	}
	cases, err := w.log.openCases(number)
	if err != nil {
		return err
	}
	defer cases.close()
	bad := false // the line before didn't fit: this one's chain can't be judged
	return lines(in, func(line []byte, start int64) error {
		if start == 0 {
			return w.header(line)
		}
		e, fits, err := parseEvidence(line, w.chain)
		if err != nil {
			seq := w.next
			w.next, bad = w.next+1, true
			return w.damage(seq, RecordDamaged)
		}
		if e.Seq != w.next {
			if err := w.damage(w.next, RecordsMissing); err != nil {
				return err
			}
			bad = true
		}
		if !fits && !bad {
			if err := w.damage(e.Seq, ChainBroken); err != nil {
				return err
			}
		}
		bad = false
		w.chain, w.next = e.Chain, e.Seq+1
		r := Record{Evidence: e}
		if e.Kind == Decided {
			if r.State, r.Case, err = cases.find(e.Seq, w.log.mask); err != nil {
				return err
			}
			if r.State == waiting {
				if e.Seq >= live {
					return errStop
				}
				r.State = Damaged
			}
		}
		if !w.yield(r, nil) {
			return errStop
		}
		return nil
	})
}

func (w *reading) header(line []byte) error {
	var h header
	if err := json.Unmarshal(line, &h); err != nil || h.Segment == 0 {
		return w.damage(w.next, RecordDamaged)
	}
	defer func() { w.next, w.chain = h.First, h.Before }()
	switch {
	case w.next == 0: // the log begins here, or what was before is removed
	case h.First != w.next:
		return w.damage(w.next, RecordsMissing)
	case h.Before != w.chain:
		return w.damage(w.next, ChainBroken)
	}
	return nil
}

// waiting is a case whose evidence is on disk already, and which isn't yet itself.
const waiting State = ""

// caseReader walks the file of cases beside that of the evidence.
type caseReader struct {
	f    *os.File // nil if the file is gone
	in   *lineReader
	line []byte // read and not used yet
	at   int64  // where it begins
}

func (l *Log) openCases(number int) (*caseReader, error) {
	f, err := os.Open(segmentPath(l.dir, casesDir, number))
	if errors.Is(err, os.ErrNotExist) {
		return &caseReader{}, nil
	}
	if err != nil {
		return nil, err
	}
	return &caseReader{f: f, in: newLineReader(f)}, nil
}

func (r *caseReader) close() {
	if r.f != nil {
		_ = r.f.Close()
	}
}

// rereads is how often a line is read again that makes no sense.
const rereads = 3

// find returns the case of a record; numbers are asked for in rising order.
func (r *caseReader) find(seq uint64, m *mask) (State, Case, error) {
	if r.f == nil {
		return Gone, Case{}, nil
	}
	for {
		if r.line == nil {
			line, start, err := r.in.next()
			if err == io.EOF {
				return waiting, Case{}, nil
			}
			if err != nil {
				return Damaged, Case{}, err
			}
			r.line, r.at = line, start
		}
		n, _, ok := seqOf(r.line)
		switch {
		case ok && n > seq:
			return Damaged, Case{}, nil // its own line is missing or spoilt
		case !ok || n < seq:
			r.line = nil
			continue
		}
		_, c, err := parseCase(r.line, m)
		for range rereads {
			if err == nil {
				break
			}
			// It may be that it is being erased just now, and was read half before, half after.
			time.Sleep(time.Millisecond)
			if _, err := r.f.ReadAt(r.line, r.at); err != nil {
				return Damaged, Case{}, nil
			}
			_, c, err = parseCase(r.line, m)
		}
		r.line = nil
		switch {
		case err != nil:
			return Damaged, Case{}, nil
		case !c.ErasedAt.IsZero():
			return Erased, *c, nil
		case c.Case == nil:
			return Masked, *c, nil
		}
		return Exact, *c, nil
	}
}

// Find returns the record that a name means: its number, or the digest of its case or of its decision, with or without
// sha256:, or the first 8 digits or more of one. The same case may have been decided more than once; then the last time
// counts. Many cases may get the same decision; then it is an *AmbiguousError. It is ErrNotFound if there is none.
func (l *Log) Find(name string) (Record, error) {
	digest := "sha256:" + strings.TrimPrefix(strings.ToLower(name), "sha256:")
	number, err := strconv.ParseUint(name, 10, 64)
	byNumber := err == nil && len(name) < shortestDigest
	if !byNumber && len(digest) < len("sha256:")+shortestDigest {
		return Record{}, fmt.Errorf("%q names no record: give its number, or 8 digits or more of the digest of its case or its decision", name)
	}
	var found *Record
	var also []uint64
	for r, err := range l.Records() {
		var d *Damage
		switch {
		case errors.As(err, &d):
			continue
		case err != nil:
			return Record{}, err
		case byNumber && r.Seq == number, !byNumber && r.Receipt != nil && (strings.HasPrefix(r.Receipt.Decision, digest) || strings.HasPrefix(r.Receipt.Case, digest)):
			if found != nil && *found.Receipt != *r.Receipt {
				also = append(also, found.Seq)
			}
			found = &r
		}
	}
	switch {
	case found == nil:
		return Record{}, ErrNotFound
	case len(also) > 0:
		return Record{}, &AmbiguousError{name, append(also, found.Seq)}
	}
	return *found, nil
}

const shortestDigest = 8

// ErrNotFound is returned by Find.
var ErrNotFound = errors.New("the decision log has no such record")

// AmbiguousError says that a digest means several records.
type AmbiguousError struct {
	Name    string
	Records []uint64 // their numbers
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s means %d records, such as %d and %d: give the digest of the case, or the number", e.Name, len(e.Records), e.Records[0], e.Records[len(e.Records)-1])
}
