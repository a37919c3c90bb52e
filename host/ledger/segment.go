package ledger

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"koujing/host/store"
)

const (
	evidenceDir = "evidence"
	casesDir    = "cases"
	suffix      = ".ndjson"
)

// File is what the log does with a file it writes to.
type File interface {
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

func openFile(path string) (File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
}

// A segment is a pair of files: line for line the same records. The first line of the evidence is the header.
type segment struct {
	number  int
	begun   time.Time
	next    uint64 // the number of the next record
	chain   string // of the record before it
	at      time.Time
	ev, cs  File
	evSize  int64 // what is on disk and acknowledged
	csSize  int64
	scratch [2][]byte
}

func (s *segment) close() error {
	if s.ev == nil {
		return nil
	}
	err := errors.Join(s.ev.Close(), s.cs.Close())
	s.ev, s.cs = nil, nil
	return err
}

// header begins a file of evidence.
type header struct {
	Segment int       `json:"segment"`
	First   uint64    `json:"first"` // the number of its first record
	At      time.Time `json:"at"`
	Before  string    `json:"before"` // the chain of the record before that, "" at the beginning of the log
}

func segmentPath(dir, kind string, number int) string {
	return filepath.Join(dir, kind, fmt.Sprintf("%08d%s", number, suffix))
}

// segments lists the numbers of the files of a kind, in order.
func segments(dir, kind string) ([]int, error) {
	entries, err := os.ReadDir(filepath.Join(dir, kind))
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if n, err := strconv.Atoi(name); ok && err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// recover opens the last segment behind its last whole group, or begins the first one.
func (l *Ledger) recover() (segment, error) {
	numbers, err := segments(l.dir, evidenceDir)
	if err != nil {
		return segment{}, err
	}
	for len(numbers) > 0 {
		last := numbers[len(numbers)-1]
		found, err := scanEvidence(segmentPath(l.dir, evidenceDir, last))
		switch {
		case errors.Is(err, errNoHeader): // a crash while it was begun: nothing was acknowledged in it
			err = errors.Join(os.Remove(segmentPath(l.dir, evidenceDir, last)), removeIfThere(segmentPath(l.dir, casesDir, last)))
			if err != nil {
				return segment{}, err
			}
			numbers = numbers[:len(numbers)-1]
			continue
		case err != nil:
			return segment{}, err
		case found.damaged:
			// Records that were acknowledged can't be read any more. They are left for Verify to report; the log goes on in
			// new files.
			return l.begin(last+1, found.next, found.chain)
		}
		return l.resume(last, found)
	}
	return l.begin(1, 1, "")
}

func removeIfThere(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// resume cuts both files of a segment behind the last group that is whole in both, and goes on from there.
func (l *Ledger) resume(number int, found scanned) (segment, error) {
	casesPath := segmentPath(l.dir, casesDir, number)
	through, size, err := scanCases(casesPath, found)
	if err != nil {
		return segment{}, err
	}
	// The evidence of the last group is there and its cases aren't. Where cases of groups before it are missing too, they
	// were lost after they were written, and their evidence stays.
	if through+1 < found.next && through+1 >= found.group {
		found.next, found.chain, found.size, found.at = found.group, found.groupChain, found.groupStart, found.groupAt
	}
	s := segment{number: number, begun: found.head.At, next: found.next, chain: found.chain, evSize: found.size, csSize: size, at: found.at}
	if err := l.openSegment(&s); err != nil {
		return segment{}, err
	}
	if err := s.cut(); err != nil {
		return segment{}, errors.Join(err, s.close())
	}
	return s, nil
}

func (l *Ledger) openSegment(s *segment) (err error) {
	ev, err := l.opt.OpenFile(segmentPath(l.dir, evidenceDir, s.number))
	if err != nil {
		return err
	}
	cs, err := l.opt.OpenFile(segmentPath(l.dir, casesDir, s.number))
	if err != nil {
		return errors.Join(err, ev.Close())
	}
	s.ev, s.cs = ev, cs
	return nil
}

// cut drops whatever stands behind what is acknowledged.
func (s *segment) cut() error {
	for _, f := range []struct {
		File
		size int64
	}{{s.ev, s.evSize}, {s.cs, s.csSize}} {
		if err := f.Truncate(f.size); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
	}
	return nil
}

// begin makes a new segment.
func (l *Ledger) begin(number int, next uint64, chain string) (segment, error) {
	now := l.opt.now()
	s := segment{number: number, begun: now, next: next, chain: chain, at: now}
	head, err := json.Marshal(header{Segment: number, First: next, At: now.UTC(), Before: chain})
	if err != nil {
		return s, err
	}
	head = append(head, '\n')
	if err := l.openSegment(&s); err != nil {
		return s, err
	}
	err = s.cut() // left from an attempt that failed
	if err == nil {
		_, err = s.ev.WriteAt(head, 0)
	}
	if err == nil {
		err = s.ev.Sync()
	}
	for _, kind := range []string{casesDir, evidenceDir} {
		if err == nil {
			err = store.SyncDir(filepath.Join(l.dir, kind))
		}
	}
	if err != nil {
		return segment{}, errors.Join(err, s.close())
	}
	s.evSize = int64(len(head))
	return s, nil
}

// lineReader gives the whole lines of a file, without their newline. A line without an end is none.
type lineReader struct {
	in   *bufio.Reader
	long []byte
	at   int64 // where the next line begins
}

func newLineReader(r io.Reader) *lineReader { return &lineReader{in: bufio.NewReaderSize(r, 256<<10)} }

// next returns a line, valid until the call after, and where it begins. The end is io.EOF.
func (r *lineReader) next() (line []byte, start int64, err error) {
	r.long = r.long[:0]
	start = r.at
	for {
		part, err := r.in.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			r.long = append(r.long, part...)
			continue
		}
		if err != nil {
			return nil, start, err
		}
		line := part
		if len(r.long) > 0 {
			r.long = append(r.long, part...)
			line = r.long
		}
		r.at += int64(len(line))
		return line[:len(line)-1], start, nil
	}
}

// lines calls each for every line.
func lines(r io.Reader, each func(line []byte, start int64) error) error {
	in := newLineReader(r)
	for {
		line, start, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = each(line, start)
		}
		if err != nil {
			return err
		}
	}
}

var (
	errNoHeader = errors.New("a file of evidence without its first line")
	errStop     = errors.New("stop")
)

// scanned is what a file of evidence ends with.
type scanned struct {
	head    header
	next    uint64 // the number behind the last whole group
	chain   string
	size    int64 // where that group ends
	at      time.Time
	damaged bool // acknowledged records can't be read

	// The last whole group, to go back to.
	group      uint64
	groupChain string // before it
	groupStart int64
	groupAt    time.Time
}

// scanEvidence reads a file to its last whole group. What can't be read behind that was never acknowledged, unless
// another group was flushed after it: then the file is damaged.
func scanEvidence(path string) (scanned, error) {
	f, err := os.Open(path)
	if err != nil {
		return scanned{}, err
	}
	defer f.Close()
	var s scanned
	var chain string      // of the last line that fits
	var seq uint64        // the number that comes next
	var bad bool          // a line didn't fit
	var seen, last uint64 // of the group being read, or behind a bad line
	err = lines(f, func(line []byte, start int64) error {
		if start == 0 {
			if err := json.Unmarshal(line, &s.head); err != nil || s.head.Segment == 0 {
				return errNoHeader
			}
			s.next, s.chain, s.size, s.at = s.head.First, s.head.Before, int64(len(line)+1), s.head.At
			s.group, s.groupChain, s.groupStart, s.groupAt = s.next, s.chain, s.size, s.at
			chain, seq = s.chain, s.next
			return nil
		}
		e, fits, err := parseEvidence(line, chain)
		if bad || err != nil || !fits || e.Seq != seq {
			bad = true
			if err == nil && e.Group > seq {
				s.damaged, last, chain = true, e.Seq, e.Chain
			}
			return nil
		}
		if e.Seq == e.Group {
			seen = 0
			s.group, s.groupChain, s.groupStart, s.groupAt = e.Group, chain, start, s.at
		}
		chain, seq = e.Chain, seq+1
		if seen++; seen == uint64(e.Size) {
			s.next, s.chain, s.size, s.at = seq, chain, start+int64(len(line))+1, e.At
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	if s.head.Segment == 0 {
		return s, errNoHeader
	}
	if s.damaged {
		s.next, s.chain = last+1, chain
	}
	if s.group >= s.next { // the last group was begun and isn't whole
		s.group, s.groupChain, s.groupStart, s.groupAt = s.next, s.chain, s.size, s.at
	}
	return s, nil
}

// scanCases finds the end of the cases that belong to the evidence. A line of the last group that isn't whole means
// that the group was never acknowledged.
func scanCases(path string, found scanned) (through uint64, size int64, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return found.head.First - 1, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	var groupAt int64
	seq := found.head.First
	err = lines(f, func(line []byte, start int64) error {
		if seq == found.group {
			groupAt = start
		}
		if seq == found.next {
			return errStop
		}
		if n, _, ok := seqOf(line); seq >= found.group && (!ok || n != seq || bytes.IndexByte(line, 0) >= 0) {
			return errStop
		}
		seq++
		size = start + int64(len(line)) + 1
		return nil
	})
	if err != nil && err != errStop {
		return 0, 0, err
	}
	if seq < found.next && seq > found.group {
		size = groupAt
	}
	return seq - 1, size, nil
}
