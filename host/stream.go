package host

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"sync/atomic"
)

// StreamOptions says how DecideStream reads and what it does with a line it can't decide.
type StreamOptions struct {
	// MaxLine is the longest line, in bytes without its end. Default and maximum: MaxInput.
	MaxLine int
	// Parallel is how many lines are decided at a time. Answers keep the order of the lines. A stream waits for one
	// instance as any other call does; beyond that it takes those that are idle. Default 1.
	Parallel int
	// Failed is asked when a line gets no decision: it is longer than MaxLine (ErrTooLarge), or the engine failed
	// (*TrapError). It returns the line to write instead, or the error that ends the stream. Without it, the first
	// failure ends the stream. It may be called from several goroutines.
	Failed func(line int, err error) ([]byte, error)
	// Flush is called whenever the answers to all that was read so far have been written.
	Flush func() error
}

// StreamStats counts what went through a stream.
type StreamStats struct {
	Lines        int // lines read that weren't blank
	Decided      int
	Blocked      int
	Invalid      int
	FirstInvalid int // the number of the first invalid line among those, from 1; 0 if there is none
	Failed       int // lines without a decision
}

func (s *StreamStats) add(o StreamStats) {
	if s.FirstInvalid == 0 && o.FirstInvalid > 0 {
		s.FirstInvalid = s.Lines + o.FirstInvalid
	}
	s.Lines += o.Lines
	s.Decided += o.Decided
	s.Blocked += o.Blocked
	s.Invalid += o.Invalid
	s.Failed += o.Failed
}

// LineError is a failure at one line of a stream, counted from 1.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

func (e *LineError) Unwrap() error { return e.Err }

// DecideStream reads cases as NDJSON and writes a decision a line, in the order of the lines; blank lines are skipped. It
// holds a fixed number of batches, so a slow reader of the answers slows down the reading of the cases, and memory
// doesn't grow with the length of the stream. It waits for more input only when everything read is answered.
//
// When it returns with an error, one Read of in may still be under way; what that returns is dropped.
func (r *Runner) DecideStream(ctx context.Context, in io.Reader, out io.Writer, opt StreamOptions) (StreamStats, error) {
	if opt.MaxLine <= 0 || opt.MaxLine > MaxInput {
		opt.MaxLine = MaxInput
	}
	opt.Parallel = max(opt.Parallel, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	var oldest atomic.Int64 // the number of the batch that the writer waits for: the one that stands in line
	free := make(chan *batch, opt.Parallel+1)
	for range cap(free) {
		free <- &batch{ready: make(chan struct{}, 1)}
	}
	work := make(chan *batch, cap(free))    // to whoever decides
	ordered := make(chan *batch, cap(free)) // to the writer, in order of reading
	for range opt.Parallel {
		go func() {
			for b := range work {
				b.decide(ctx, r, opt, func() bool { return oldest.Load() == b.number })
				b.ready <- struct{}{}
			}
		}()
	}
	var readErr error // written before ordered is closed
	go func() {
		defer close(work)
		defer close(ordered)
		number := int64(0)
		readErr = readBatches(ctx, bufio.NewReaderSize(in, batchBytes), free, opt.MaxLine, batchLimit(opt.Parallel), func(b *batch) {
			b.number = number
			number++
			ordered <- b // never blocks: there are no more batches than places
			work <- b
		})
	}()
	var total StreamStats
	for {
		select {
		case b, ok := <-ordered:
			if !ok {
				if readErr == io.EOF {
					readErr = nil
				}
				return total, readErr
			}
			<-b.ready
			oldest.Add(1)
			total.add(b.stats)
			if err := b.write(out); err != nil {
				return total, err
			}
			if opt.Flush != nil && len(ordered) == 0 {
				if err := opt.Flush(); err != nil {
					return total, err
				}
			}
			b.reset()
			free <- b
		case <-ctx.Done():
			return total, ctx.Err()
		}
	}
}

// A limit is when a batch goes off; it does before if the input has no more at hand.
type limit struct{ bytes, lines int }

// An answer may be many times as long as its case, so it is the lines that bound what waits for a slow reader.
const (
	batchBytes = 64 << 10
	batchLines = 64
)

// batchLimit lets a stream hold as much however many work on it: two batches of the largest size for one of them.
func batchLimit(parallel int) limit {
	return limit{max(2*batchBytes/(parallel+1), 4<<10), max(2*batchLines/(parallel+1), 8)}
}

// A batch is a run of lines on its way through the stream. Batches are used again and again.
type batch struct {
	number int64  // from 0, in the order of reading
	in     []byte // the lines, one after the other
	ends   []int  // where each ends in in; -1 for a line that was too long and is not there
	nums   []int  // number of each line, since blank ones are left out
	done   []answered
	made   []Made
	text   []byte // the decisions, one after the other
	out    []byte // what is written
	stats  StreamStats
	err    error
	ready  chan struct{}
}

// answered is a line with its decision, or with the reason why it has none.
type answered struct {
	made Made
	err  error
}

func (b *batch) reset() {
	if cap(b.in) > 4*batchBytes {
		b.in = nil // one long line doesn't keep its memory
	}
	if cap(b.out) > 64*batchBytes {
		b.text, b.out = nil, nil
	}
	clear(b.done)
	clear(b.made)
	b.in, b.ends, b.nums, b.done, b.made = b.in[:0], b.ends[:0], b.nums[:0], b.done[:0], b.made[:0]
	b.text, b.out = b.text[:0], b.out[:0]
	b.stats, b.err = StreamStats{}, nil
}

// write writes the answers; those before a failure too.
func (b *batch) write(out io.Writer) error {
	_, err := out.Write(b.out)
	if b.err != nil {
		return b.err
	}
	return err
}

// decide decides the lines, has the decisions recorded, and puts the answers together.
func (b *batch) decide(ctx context.Context, r *Runner, opt StreamOptions, inLine func() bool) {
	b.run(ctx, r, opt.Failed == nil, inLine)
	b.record(ctx, r)
	for i, d := range b.done {
		b.stats.Lines++
		if d.err == nil {
			b.out = append(b.out, d.made.Decision...)
			b.count(status(d.made.Decision))
		} else {
			b.stats.Failed++
			err := &LineError{Line: b.nums[i], Err: d.err}
			if opt.Failed == nil || ctx.Err() != nil {
				b.err = err
				return
			}
			instead, ferr := opt.Failed(b.nums[i], err)
			if ferr != nil {
				b.err = ferr
				return
			}
			b.out = append(b.out, instead...)
		}
		b.out = append(b.out, '\n')
	}
	b.err = ctx.Err()
}

// run decides line after line. With stop, nothing is decided after a failure: it will end the stream.
func (b *batch) run(ctx context.Context, r *Runner, stop bool, inLine func() bool) {
	start := 0
	for _, end := range b.ends {
		if ctx.Err() != nil {
			return
		}
		d := answered{err: ErrTooLarge}
		if end >= 0 {
			at := len(b.text)
			if d.made.Case, d.err = r.completed(ctx, b.in[start:end]); d.err == nil {
				b.text, d.err = r.appendDecision(ctx, nil, b.text, d.made.Case, inLine)
			}
			d.made.Decision = b.text[at:len(b.text):len(b.text)] // stays what it is when text grows elsewhere
			start = end
		}
		b.done = append(b.done, d)
		if d.err != nil && stop {
			return
		}
	}
}

// record has the whole batch recorded at once. If that fails, each decision is tried by itself, so that only those are
// withheld that the recorder can't keep.
func (b *batch) record(ctx context.Context, r *Runner) {
	if r.cfg.recorder == nil {
		return
	}
	for _, d := range b.done {
		if d.err == nil {
			b.made = append(b.made, d.made)
		}
	}
	if r.record(ctx, b.made...) == nil {
		return
	}
	for i := range b.done {
		if d := &b.done[i]; d.err == nil {
			d.err = r.record(ctx, d.made)
		}
	}
}

func (b *batch) count(status string) {
	switch status {
	case "invalid":
		b.stats.Invalid++
		if b.stats.FirstInvalid == 0 {
			b.stats.FirstInvalid = b.stats.Lines
		}
	case "blocked":
		b.stats.Blocked++
	default:
		b.stats.Decided++
	}
}

// readBatches cuts the input into batches. It returns io.EOF at the end of the input.
func readBatches(ctx context.Context, in *bufio.Reader, free <-chan *batch, maxLine int, most limit, send func(*batch)) error {
	line := 0
	for {
		var b *batch
		select {
		case b = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		for {
			line++
			at := len(b.in)
			var tooLong bool
			var err error
			b.in, tooLong, err = appendLine(b.in, in, maxLine)
			switch {
			case tooLong:
				b.in = b.in[:at]
				b.ends, b.nums = append(b.ends, -1), append(b.nums, line)
			case len(bytes.Trim(b.in[at:], " \t\r")) > 0:
				b.ends, b.nums = append(b.ends, len(b.in)), append(b.nums, line)
			default:
				b.in = b.in[:at]
			}
			if err != nil {
				if len(b.ends) > 0 {
					send(b)
				}
				return err
			}
			if full := len(b.in) >= most.bytes || len(b.ends) >= most.lines; full || len(b.ends) > 0 && !lineAtHand(in) {
				break
			}
		}
		send(b)
	}
}

// appendLine appends the next line without its end. A line longer than limit is read to its end and reported.
func appendLine(dst []byte, in *bufio.Reader, limit int) (line []byte, tooLong bool, err error) {
	at := len(dst)
	for {
		part, err := in.ReadSlice('\n')
		if err == nil {
			part = part[:len(part)-1]
		}
		if !tooLong {
			dst = append(dst, part...)
			// A carriage return before the end isn't part of the line, so it doesn't count.
			if n := len(dst) - at; n > limit && !(n == limit+1 && dst[len(dst)-1] == '\r') {
				dst, tooLong = dst[:at], true
			}
		}
		if err != bufio.ErrBufferFull {
			return dst, tooLong, err
		}
	}
}

// lineAtHand tells whether a whole line can be read without waiting for the input.
func lineAtHand(in *bufio.Reader) bool {
	buffered, _ := in.Peek(in.Buffered())
	return bytes.IndexByte(buffered, '\n') >= 0
}
