package ledger

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"koujing/host"
)

// disk is where faults come from: nil errors are none.
type disk struct {
	mu                        sync.Mutex
	write, sync, cut, opening error
	room                      int // bytes that are still written before write fails
}

func (d *disk) set(change func(d *disk)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(d)
}

func (d *disk) open(path string) (File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opening != nil {
		return nil, d.opening
	}
	f, err := openFile(path)
	return &faulty{f, d}, err
}

type faulty struct {
	File
	d *disk
}

func (f *faulty) WriteAt(p []byte, at int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.write == nil {
		return f.File.WriteAt(p, at)
	}
	n, _ := f.File.WriteAt(p[:min(len(p), f.d.room)], at)
	f.d.room -= n
	if n < len(p) {
		return n, f.d.write
	}
	return n, nil
}

func (f *faulty) Sync() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	return errors.Join(f.d.sync, f.File.Sync())
}

func (f *faulty) Truncate(size int64) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.cut != nil {
		return f.d.cut
	}
	return f.File.Truncate(size)
}

// until waits for something to become true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("it never came: " + what)
}

// Whatever the disk does, a decision is either on it or withheld, and the log takes up again by itself.
func TestFaults(t *testing.T) {
	for name, fault := range map[string]func(*disk){
		"full":              func(d *disk) { d.write, d.room = syscall.ENOSPC, 0 },
		"full in a line":    func(d *disk) { d.write, d.room = syscall.ENOSPC, 1000 },
		"flush fails":       func(d *disk) { d.sync = syscall.EIO },
		"nothing works":     func(d *disk) { d.write, d.sync, d.cut, d.opening = syscall.EIO, syscall.EIO, syscall.EIO, syscall.EIO },
		"can't be cut":      func(d *disk) { d.write, d.room, d.cut = syscall.ENOSPC, 300, syscall.EIO },
		"can't be reopened": func(d *disk) { d.sync, d.opening = syscall.EIO, syscall.EMFILE },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			d := &disk{}
			var told []bool
			var mu sync.Mutex
			l := open(t, dir, Options{OpenFile: d.open, Notify: func(err error) { mu.Lock(); told = append(told, err == nil); mu.Unlock() }})
			r := runner(t, l)
			for round := range 3 {
				decide(t, r, pay("C", round))
				d.set(fault)
				_, err := r.Decide(context.Background(), []byte(pay("lost", round)))
				if !errors.Is(err, ErrUnavailable) || !errors.Is(err, host.ErrNotRecorded) {
					t.Fatal(err)
				}
				time.Sleep(2 * retryEvery) // it is tried again, and fails again
				if _, err := r.Decide(context.Background(), []byte(pay("lost", round))); !errors.Is(err, ErrUnavailable) || l.Info().Down == nil {
					t.Fatal(err)
				}
				decide(t, r, `{"do":"answer"}`) // what need not be recorded is answered
				d.set(func(d *disk) { d.write, d.sync, d.cut, d.opening = nil, nil, nil, nil })
				until(t, "the log takes records again", func() bool { return l.Info().Down == nil })
			}
			decide(t, r, pay("C", 3))
			mu.Lock()
			if len(told) != 6 || told[0] || !told[5] {
				t.Errorf("told %v", told)
			}
			mu.Unlock()
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			all := readAll(t, dir)
			for i, rec := range all {
				if textAt(rec.Case.Case, "id") != "C" || rec.Outcome.Refund.Pay != int64(i) {
					t.Errorf("%+v", rec)
				}
			}
			if rep := replay(t, dir); len(all) != 4 || rep.Proved != 4 || rep.Differences != 0 {
				t.Errorf("%+v %+v", rep, rep.First)
			}
		})
	}
}

// A disk that fails while many write: every decision that was given away is in the log.
func TestFaultsUnderLoad(t *testing.T) {
	dir := t.TempDir()
	d := &disk{}
	l := open(t, dir, Options{OpenFile: d.open, SegmentBytes: 50_000})
	r := runner(t, l)
	stop := make(chan struct{})
	var given sync.Map
	var acked, refused atomic.Int64
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				made, err := r.Decide(context.Background(), []byte(pay("C", g*1_000_000+i)))
				switch {
				case err == nil:
					given.Store(made.Receipt().Decision, nil)
					acked.Add(1)
				case errors.Is(err, ErrUnavailable):
					refused.Add(1)
					time.Sleep(time.Millisecond)
				default:
					t.Error(err)
				}
			}
		})
	}
	for i := range 8 {
		time.Sleep(30 * time.Millisecond)
		d.set(func(d *disk) { d.write, d.room = syscall.ENOSPC, 700*i })
		until(t, "a refusal", func() bool { return l.Info().Down != nil })
		d.set(func(d *disk) { d.write = nil })
		until(t, "recovery", func() bool { return l.Info().Down == nil })
	}
	close(stop)
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	for _, rec := range readAll(t, dir) {
		given.Delete(rec.Receipt.Decision)
	}
	given.Range(func(digest, _ any) bool { t.Errorf("lost: %v", digest); return true })
	if rep := replay(t, dir); rep.Differences != 0 || rep.Proved < int(acked.Load()) || acked.Load() == 0 || refused.Load() == 0 {
		t.Errorf("%d given, %d refused, %+v %+v", acked.Load(), refused.Load(), rep, rep.First)
	}
}

// In Sample mode a full disk withholds nothing.
func TestFaultsSample(t *testing.T) {
	d := &disk{}
	l := open(t, t.TempDir(), Options{Mode: Sample, OpenFile: d.open})
	r := runner(t, l)
	d.set(func(d *disk) { d.write = syscall.ENOSPC })
	for i := range 10 {
		decide(t, r, pay("C", i))
	}
	until(t, "ten dropped", func() bool { return l.Info().Dropped == 10 })
	d.set(func(d *disk) { d.write = nil })
	until(t, "recovery", func() bool { return l.Info().Down == nil })
	decide(t, r, pay("C", 11))
	until(t, "one recorded", func() bool { return l.Info().Records == 1 })
}

// The same with a disk that is really full, where the machine lets itself be given a small one.
func TestFullDisk(t *testing.T) {
	mnt := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", mnt).CombinedOutput(); err != nil {
		t.Skipf("no small disk to be had: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", mnt).Run() })
	dir := filepath.Join(mnt, "log")
	l, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := runner(t, l)
	var acked int
	fill := func() {
		for i := 0; i < 100_000; i++ {
			if _, err := r.Decide(context.Background(), []byte(strings.Replace(pay("C", i), "我姓王", strings.Repeat("说", 500), 1))); err != nil {
				if !errors.Is(err, syscall.ENOSPC) {
					t.Error(err)
				}
				return
			}
			acked++
		}
	}
	ballast := filepath.Join(mnt, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	fill()
	first := acked
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	until(t, "recovery", func() bool { return l.Info().Down == nil })
	fill()
	if acked == first || first == 0 {
		t.Errorf("%d, then %d", first, acked)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if rep := replay(t, dir); rep.Proved != acked || rep.Differences != 0 {
		t.Errorf("%d acknowledged, %+v %+v", acked, rep, rep.First)
	}
}
