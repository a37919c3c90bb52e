package host

import (
	"bufio"
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"koujing/core/author/impact"
)

// Impact decides every case of a stream with two runners and sums up what differs.
type Impact struct {
	From, To *Runner
	Parallel int          // how many cases are compared at a time; default 1
	Cases    atomic.Int64 // compared so far; may be read at any time

	tally impact.Tally
	file  int
}

// Read takes the cases of one more input, one a line; a line may be that of a decision log as well (impact.Case). Memory does not grow
// with the length of the input. It ends early with the error of the first line that gets no decision (*LineError), and
// when ctx ends: then Report covers the cases from the beginning up to some line. One Read of in may still be under way
// then; what it returns is dropped.
func (m *Impact) Read(ctx context.Context, in io.Reader) error {
	parallel := max(m.Parallel, 1)
	reading, stop := context.WithCancel(ctx)
	defer stop()
	free := make(chan *batch, 2*parallel)
	for range cap(free) {
		free <- &batch{}
	}
	work := make(chan *batch, cap(free))
	ended := make(chan error, 1)
	go func() {
		err := readBatches(reading, bufio.NewReaderSize(in, batchBytes), free, MaxInput, limit{batchBytes, batchLines}, func(b *batch) { work <- b })
		ended <- err // before work is closed, so that it is there for whoever sees that
		close(work)
	}()
	workers := make([]impactWorker, parallel)
	var running sync.WaitGroup
	for i := range workers {
		running.Go(func() { workers[i].run(m, reading, stop, work, free) })
	}
	running.Wait()
	m.file++
	var failed *LineError
	for i := range workers {
		m.tally.Merge(&workers[i].tally)
		if f := workers[i].failed; f != nil && (failed == nil || f.Line < failed.Line) {
			failed = f
		}
	}
	if failed != nil {
		return failed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// Report sums up what was read. files are the names of the inputs, in the order they were read. The error is impact.ErrTooLarge.
func (m *Impact) Report(files []string) (*impact.Report, error) {
	r, err := m.tally.Report(files)
	if err != nil {
		return nil, err
	}
	from, to := m.From.Pack(), m.To.Pack()
	r.From, r.To = impact.Pack(from), impact.Pack(to)
	return r, nil
}

// impactWorker is one of those who compare, with a tally and buffers of its own.
type impactWorker struct {
	tally    impact.Tally
	comparer impact.Comparer
	cases    [][]byte // of the batch at hand
	lines    []int64  // where they stand
	from, to answers
	failed   *LineError
}

// answers are the decisions on the cases of a batch, one after the other.
type answers struct {
	text []byte
	ends []int
}

func (a *answers) decide(r *Runner, cases [][]byte) (decided int, err error) {
	a.text, a.ends = a.text[:0], a.ends[:0]
	for i, text := range cases {
		if a.text, err = r.AppendDecision(context.Background(), a.text, text); err != nil {
			return i, err
		}
		a.ends = append(a.ends, len(a.text))
	}
	return len(cases), nil
}

func (a *answers) of(i int) []byte {
	start := 0
	if i > 0 {
		start = a.ends[i-1]
	}
	return a.text[start:a.ends[i]]
}

// run compares what comes in until there is no more. When the context ends, it ends with what has been handed out by
// then, so that the cases compared are those of the beginning of the input, without gaps.
func (w *impactWorker) run(m *Impact, ctx context.Context, stop func(), work <-chan *batch, free chan<- *batch) {
	for {
		var b *batch
		var ok bool
		select {
		case b, ok = <-work:
		default:
			select {
			case b, ok = <-work:
			case <-ctx.Done():
			}
		}
		if !ok {
			return
		}
		if w.failed = w.compare(m, b); w.failed != nil {
			stop()
			return
		}
		b.reset()
		free <- b
	}
}

// compare lets first the one pack decide all cases of a batch, then the other: going to and fro between two instances,
// each with its own code and memory, costs half as much again, since the processor's caches hold only one. A batch that was begun is finished.
func (w *impactWorker) compare(m *Impact, b *batch) *LineError {
	w.cases, w.lines = w.cases[:0], w.lines[:0]
	start := 0
	for i, end := range b.ends {
		if end < 0 {
			return &LineError{b.nums[i], ErrTooLarge}
		}
		if text := impact.Case(b.in[start:end]); text != nil {
			w.cases, w.lines = append(w.cases, text), append(w.lines, int64(b.nums[i]))
		} else {
			w.tally.Skip()
		}
		start = end
	}
	if i, err := w.from.decide(m.From, w.cases); err != nil {
		return &LineError{int(w.lines[i]), err}
	}
	if i, err := w.to.decide(m.To, w.cases); err != nil {
		return &LineError{int(w.lines[i]), err}
	}
	for i, text := range w.cases {
		change, err := w.comparer.Compare(text, w.from.of(i), w.to.of(i))
		if err != nil {
			return &LineError{int(w.lines[i]), err}
		}
		w.tally.Add(impact.Place{File: m.file, Line: w.lines[i]}, change)
	}
	m.Cases.Add(int64(len(w.cases)))
	return nil
}
