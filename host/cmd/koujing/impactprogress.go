package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"koujing/host"
)

// impactProgress tells a person at a terminal how far the comparing is.
type impactProgress struct {
	m     *host.Impact
	out   io.Writer
	start time.Time
	size  int64 // bytes of all inputs, 0 where one of them has no size
	read  atomic.Int64
	done  chan struct{}
	ended sync.WaitGroup
}

func newImpactProgress(a *app, m *host.Impact, files []string) *impactProgress {
	p := &impactProgress{m: m, out: a.err, start: time.Now(), size: sizeOf(a, files)}
	f, ok := a.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return p
	}
	p.done = make(chan struct{})
	p.ended.Go(func() {
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case now := <-tick.C:
				fmt.Fprintf(p.out, "\r%s\x1b[K", p.state(now.Sub(p.start)))
			case <-p.done:
				fmt.Fprint(p.out, "\r\x1b[K")
				return
			}
		}
	})
	return p
}

func (p *impactProgress) stop() {
	if p.done != nil {
		close(p.done)
		p.ended.Wait()
	}
}

// state is one line: cases, cases a second, time so far, and the time left where the size is known.
func (p *impactProgress) state(elapsed time.Duration) string {
	n := p.m.Cases.Load()
	text := fmt.Sprintf("%s, %.0f a second, %s", cases(n), float64(n)/elapsed.Seconds(), elapsed.Round(time.Second))
	if read := p.read.Load(); p.size > 0 && read > 0 && elapsed > time.Second {
		left := time.Duration(float64(elapsed) * float64(max(p.size-read, 0)) / float64(read))
		text += fmt.Sprintf(", %d%%, about %s left", min(100, 100*read/p.size), left.Round(time.Second))
	}
	return text
}

// reader counts what is read.
func (p *impactProgress) reader(in io.Reader) io.Reader { return byteCounter{in, &p.read} }

type byteCounter struct {
	r io.Reader
	n *atomic.Int64
}

func (c byteCounter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// sizeOf adds up the inputs; 0 if there is one whose size nobody knows.
func sizeOf(a *app, files []string) (sum int64) {
	for _, name := range files {
		var info os.FileInfo
		var err error
		if f, ok := a.in.(*os.File); name == "-" && ok {
			info, err = f.Stat()
		} else if name != "-" {
			info, err = os.Stat(name)
		}
		if err != nil || info == nil || !info.Mode().IsRegular() {
			return 0
		}
		sum += info.Size()
	}
	return sum
}
