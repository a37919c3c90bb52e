package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"koujing/host"
)

type decideCmd struct {
	packFlag
	engineFlags
	Files []string `arg:"" optional:"" name:"FILE" help:"Files with a case, or a case a line. - or none is the standard input."`
}

// Help shows how the command is used.
func (decideCmd) Help() string {
	return `Input that parses whole is one case, over however many lines; else every line is a case. Each case gets one line with its decision, in order. A bad line gets an invalid decision of its own, one of more than 32 MiB a line with the code line_too_large; the others are not affected.

Examples:

    koujing decide case.json
    koujing decide --pack core/packs/cn-telecom case.json
    koujing decide < cases.ndjson > decisions.ndjson
    echo '{"now":"2026-11-22T10:00:00+08:00"}' | koujing decide

Exit code: 0 if every case was decided or blocked, 3 if any was invalid, 2 for a wrong command line, 1 for a failure.`
}

// Run decides.
func (c *decideCmd) Run(a *app) error {
	_, p, err := c.compile(a)
	if err != nil {
		return err
	}
	ctx := context.Background()
	r, err := c.start(ctx, host.WithPack(p.Built))
	if err != nil {
		return err
	}
	defer r.Close(ctx)
	if len(c.Files) == 0 {
		c.Files = []string{"-"}
	}
	progress := newProgress(a)
	defer progress.stop()
	var total host.StreamStats
	for _, name := range c.Files {
		stats, err := decideFile(ctx, a, r, name, progress)
		total.Invalid += stats.Invalid + stats.Failed
		if err == nil || stats.Lines > 0 {
			sumUp(a.err, name, stats)
		}
		if err != nil {
			if name != "-" {
				err = fmt.Errorf("%s: %w", name, err)
			}
			return err
		}
	}
	if total.Invalid > 0 {
		return &exit{code: exitInvalid}
	}
	return nil
}

// sumUp says what an exit code cannot: that there was nothing to decide, or which case of many was invalid.
func sumUp(w io.Writer, name string, stats host.StreamStats) {
	if name == "-" {
		name = "standard input"
	}
	switch {
	case stats.Lines == 0:
		fmt.Fprintf(w, "koujing: %s: there is no case in it\n", name)
	case stats.Failed > 0:
		fmt.Fprintf(w, "koujing: %s: %d of %d lines are too large for a case, %d are invalid\n", name, stats.Failed, stats.Lines, stats.Invalid)
	case stats.Lines > 1 && stats.Invalid > 0:
		fmt.Fprintf(w, "koujing: %s: %d of %d cases are invalid, the first is case %d\n", name, stats.Invalid, stats.Lines, stats.FirstInvalid)
	}
}

func decideFile(ctx context.Context, a *app, r *host.Runner, name string, progress *progress) (host.StreamStats, error) {
	in, done, err := openInput(a, name)
	if err != nil {
		return host.StreamStats{}, err
	}
	defer done()
	single, stream, err := frame(in)
	if err != nil {
		return host.StreamStats{}, err
	}
	if stream != nil {
		return r.DecideStream(ctx, stream, progress.count(a.out), host.StreamOptions{Parallel: runtime.GOMAXPROCS(0), Failed: tooLarge})
	}
	d, err := r.Decide(ctx, single)
	if err != nil {
		return host.StreamStats{}, err
	}
	stats := host.StreamStats{Lines: 1}
	if d.Status() == "invalid" {
		stats.Invalid, stats.FirstInvalid = 1, 1
	}
	_, err = a.out.Write(append(d.Bytes(), '\n'))
	return stats, err
}

// tooLarge answers a line that no engine takes in; another failure ends the run.
func tooLarge(line int, err error) ([]byte, error) {
	if !errors.Is(err, host.ErrTooLarge) {
		return nil, err
	}
	return fmt.Appendf(nil, `{"ok":false,"code":"line_too_large","line":%d,"message":%q}`, line, errLongLine), nil
}

// openInput opens a file with cases; - is the standard input.
func openInput(a *app, name string) (in io.Reader, done func(), err error) {
	if name == "-" {
		if f, ok := a.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			fmt.Fprintln(a.err, "Type a case; Ctrl-D ends the input.")
		}
		return a.in, func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		var path *os.PathError
		if errors.As(err, &path) {
			err = path.Err // the name is told anyway
		}
		return nil, nil, err
	}
	return f, func() { f.Close() }, nil
}

// progress tells a person how far long work is: on a terminal only, and not where the answers themselves scroll by.
type progress struct {
	lines atomic.Int64
	done  chan struct{}
	ended chan struct{}
}

func newProgress(a *app) *progress {
	p := &progress{}
	errFile, ok := a.err.(*os.File)
	if !ok || !term.IsTerminal(int(errFile.Fd())) {
		return p
	}
	if out, ok := a.out.(*os.File); ok && term.IsTerminal(int(out.Fd())) {
		return p
	}
	p.done, p.ended = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.ended)
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		start := time.Now()
		for {
			select {
			case <-tick.C:
				n := p.lines.Load()
				fmt.Fprintf(a.err, "\r%d cases, %.0f a second ", n, float64(n)/time.Since(start).Seconds())
			case <-p.done:
				fmt.Fprint(a.err, "\r\x1b[K")
				return
			}
		}
	}()
	return p
}

func (p *progress) stop() {
	if p.done != nil {
		close(p.done)
		<-p.ended
	}
}

// count passes decisions on to w and counts them.
func (p *progress) count(w io.Writer) io.Writer {
	if p.done == nil {
		return w
	}
	return lineCounter{w, &p.lines}
}

type lineCounter struct {
	w io.Writer
	n *atomic.Int64
}

func (c lineCounter) Write(b []byte) (int, error) {
	for _, x := range b {
		if x == '\n' {
			c.n.Add(1)
		}
	}
	return c.w.Write(b)
}
