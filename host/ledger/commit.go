package ledger

import (
	"errors"
	"time"
)

const (
	// A group takes what is waiting, up to this much.
	groupBytes = 8 << 20
	// How often a log that is down is tried again.
	retryEvery = 200 * time.Millisecond
	// A pair of files holds at most a day, so that old cases can be removed by file.
	segmentAge = 24 * time.Hour
)

// run writes what is waiting, group by group: while one group is being flushed, the next one gathers.
func (l *Ledger) run() {
	defer close(l.ended)
	tick := time.NewTicker(retryEvery)
	defer tick.Stop()
	for {
		select {
		case b := <-l.queue:
			l.commit(b)
		case <-tick.C:
			if l.down.Load() != nil {
				l.heal()
			}
		case <-l.closing:
			for {
				select {
				case b := <-l.queue:
					l.commit(b)
				default:
					return
				}
			}
		}
	}
}

// commit writes a batch together with all that wait behind it.
func (l *Ledger) commit(b *batch) {
	group := []*batch{b}
	for size := b.size(); size < groupBytes; {
		select {
		case more := <-l.queue:
			group = append(group, more)
			size += more.size()
			continue
		default:
		}
		break
	}
	err := l.write(group)
	var n uint64
	for _, b := range group {
		n += b.decisions()
		b.done <- err
	}
	switch {
	case err == nil:
		l.records.Add(n)
		l.commits.Add(1)
	case l.opt.Mode == Sample:
		l.dropped.Add(n)
	}
}

// decisions counts the records that aren't acts.
func (b *batch) decisions() (n uint64) {
	for _, r := range b.records {
		if r.cases != nil {
			n++
		}
	}
	return n
}

func (b *batch) size() (n int) {
	for _, r := range b.records {
		n += len(r.evidence) + len(r.cases)
	}
	return n
}

// write puts a group on disk: all of it or, as far as anybody will see, nothing.
func (l *Ledger) write(group []*batch) error {
	l.files.mu.Lock()
	defer l.files.mu.Unlock()
	if down := l.down.Load(); down != nil {
		return unavailable(*down)
	}
	if err := l.rotate(); err != nil {
		return l.fail(err)
	}
	s := &l.files.segment
	at := l.opt.now()
	if !at.After(s.at) {
		at = s.at.Add(1) // the clock was set back: the order of the log stays
	}
	n := 0
	for _, b := range group {
		n += len(b.records)
	}
	ev, cs := s.scratch[0][:0], s.scratch[1][:0]
	seq, chain := s.next, s.chain
	for _, b := range group {
		for _, r := range b.records {
			ev, chain = appendEvidence(ev, seq, s.next, n, at, r.evidence, chain)
			cs = appendCase(cs, seq, r.cases)
			seq++
		}
	}
	if s.scratch = [2][]byte{ev, cs}; cap(ev)+cap(cs) > 2*groupBytes {
		s.scratch = [2][]byte{} // one big group doesn't keep its memory
	}
	if err := s.flush(ev, cs); err != nil {
		return l.fail(err)
	}
	s.next, s.chain, s.at = seq, chain, at
	s.evSize += int64(len(ev))
	s.csSize += int64(len(cs))
	l.bytes.Add(uint64(len(ev) + len(cs)))
	return nil
}

// flush writes behind what is there and waits for the disk, for both files at once.
func (s *segment) flush(ev, cs []byte) error {
	cases := make(chan error, 1)
	go func() { cases <- put(s.cs, cs, s.csSize) }()
	err := put(s.ev, ev, s.evSize)
	return errors.Join(err, <-cases)
}

func put(f File, data []byte, at int64) error {
	if _, err := f.WriteAt(data, at); err != nil {
		return err
	}
	return f.Sync()
}

// rotate begins a new segment when the current one is big or old.
func (l *Ledger) rotate() error {
	s := &l.files.segment
	if s.evSize+s.csSize < l.opt.SegmentBytes && l.opt.now().Sub(s.begun) < segmentAge {
		return nil
	}
	next, err := l.begin(s.number+1, s.next, s.chain)
	if err != nil {
		return err
	}
	next.scratch = s.scratch
	old := *s
	*s = next
	return old.close()
}

// fail takes the log down. What was half written is cut off when the disk takes it; until then nothing is.
func (l *Ledger) fail(err error) error {
	l.down.Store(&err)
	l.opt.Notify(err)
	return unavailable(err)
}

// heal tries whether the disk can be written again. Cutting off what was half written comes first: after a failed flush
// nobody knows what of it is on disk.
func (l *Ledger) heal() {
	l.files.mu.Lock()
	defer l.files.mu.Unlock()
	s := &l.files.segment
	_ = s.close() // the disk has said already what it has to say
	err := l.openSegment(s)
	if err == nil {
		err = s.cut()
	}
	if err == nil {
		err = l.probe()
	}
	if err != nil {
		l.down.Store(&err)
		return
	}
	l.down.Store(nil)
	l.opt.Notify(nil)
}

// probe writes as much as a small group would need: a full disk lets itself be cut and flushed.
func (l *Ledger) probe() error {
	s := &l.files.segment
	var room [64 << 10]byte
	if err := put(s.cs, room[:], s.csSize); err != nil {
		return errors.Join(err, s.cut())
	}
	return s.cut()
}
