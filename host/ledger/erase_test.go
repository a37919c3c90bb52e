package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// onDisk tells whether a text is in any file of a log.
func onDisk(t *testing.T, dir, text string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || strings.Contains(string(b), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Erasing takes a customer's name and words off the disk, in old files and in the current one, and leaves the others,
// the evidence and its proof.
func TestErase(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{SegmentBytes: 6000})
	r := runner(t, l)
	before := map[uint64]Evidence{}
	for i := range 12 {
		decide(t, r, strings.ReplaceAll(pay(fmt.Sprintf("C-%d", i%3), i), "王", fmt.Sprintf("王%d号", i%3)))
	}
	for _, rec := range readAll(t, dir) {
		before[rec.Seq] = rec.Evidence
	}
	if !onDisk(t, dir, "王1号") {
		t.Fatal("nothing to erase")
	}
	if done, err := l.Erase(context.Background(), "C-1"); done != (Forgotten{4, 12}) || err != nil {
		t.Fatal(done, err)
	}
	if done, err := l.Erase(context.Background(), "C-9"); done != (Forgotten{0, 13}) || err != nil {
		t.Error(done, err)
	}
	if cases := filepath.Join(dir, casesDir); onDisk(t, cases, "C-1") || onDisk(t, cases, l.pseudonym("C-1")) {
		t.Error("his key is on disk")
	}
	if onDisk(t, dir, "王1号") || !onDisk(t, dir, "王0号") || !onDisk(t, dir, "王2号") {
		t.Error("the wrong names are on disk")
	}
	decide(t, r, pay("C-1", 99)) // he may come back
	erased := 0
	for _, rec := range readAll(t, dir) {
		if was, ok := before[rec.Seq]; ok && was.Chain != rec.Chain {
			t.Errorf("the evidence of %d changed", rec.Seq)
		}
		if rec.State == Erased {
			erased++
			if masked := string(rec.Case.Masked); !strings.Contains(masked, `"surname":null`) || !strings.Contains(masked, `"transcript":null`) || !strings.Contains(masked, `"pay":`) || rec.Case.Customer != "" || rec.Case.ErasedAt.IsZero() {
				t.Errorf("left of %d: %s %+v", rec.Seq, masked, rec.Case)
			}
		}
	}
	rep := replay(t, dir)
	if erased != 4 || rep.Proved != 9 || rep.Masked != 4 || rep.Acts != 2 || rep.Differences != 0 {
		t.Errorf("%d erased, %+v %+v", erased, rep, rep.First)
	}
	if numbers, _ := segments(dir, casesDir); len(numbers) < 2 {
		t.Error("all in one file: this shows little")
	}
	if info := l.Info(); info.Erasures != 2 || info.Erased != 4 || info.Unfinished != 0 || info.Records != 13 {
		t.Errorf("%+v", info)
	}
	if _, err := l.Erase(context.Background(), ""); err == nil {
		t.Error("nobody was erased")
	}
}

// Wherever a crash interrupts an erasure, also in the middle of a line or of a name, the next start finishes it: nothing
// personal is left, the count is right, and what the customer left behind later stays.
func TestEraseResumes(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := runner(t, l)
	const text = `{"id":"C-1","do":"pay","pay":5,"customer":{"surname":"王"},"draft":"王"}`
	for range 3 {
		decide(t, r, text)
	}
	decide(t, r, strings.ReplaceAll(text, "王", "李"))
	path := segmentPath(dir, casesDir, 1)
	e := &erasure{Customer: l.pseudonym("C-1"), At: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Through: 3}
	places, err := l.findCases(e)
	if err != nil || len(places) != 3 {
		t.Fatal(err, places)
	}
	var left []redo
	for _, p := range places {
		masked, err := l.maskedAt(e, p)
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, redo{p, masked})
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := len(beforeName(1)) + pseudonymLength + 1
	part := emptied(places[0].Size-at, left[0].Masked) // they are all alike
	half := slices.Clone(whole)
	write := func(n int, part []byte, at int) { copy(half[places[n].At+int64(at):], part) }
	l.Close()
	if err := os.Remove(filepath.Join(dir, evidenceDir, "00000002.ndjson")); !os.IsNotExist(err) {
		t.Fatal("two files")
	}
	evidence, err := os.ReadFile(segmentPath(dir, evidenceDir, 1))
	if err != nil {
		t.Fatal(err)
	}
	try := func(name string, cases []byte, e *erasure) {
		t.Helper()
		for file, text := range map[string][]byte{path: cases, segmentPath(dir, evidenceDir, 1): evidence} {
			if err := os.WriteFile(file, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.save(e); err != nil {
			t.Fatal(err)
		}
		l := open(t, dir, Options{})
		until(t, "it is finished", func() bool { return l.Info().Unfinished == 0 })
		l.Close()
		all := readAll(t, dir)
		last := all[len(all)-1]
		if len(all) != 5 || last.Kind != Erasure || last.Cases != 3 || last.Through != 3 || onDisk(t, dir, "王") || !onDisk(t, dir, "李") || all[3].State != Exact {
			t.Fatalf("%s: %d records, the last %+v; 王 is on disk: %v", name, len(all), last.Evidence, onDisk(t, dir, "王"))
		}
		for _, rec := range all[:3] {
			if rec.Case.Customer == e.Customer || rec.Case.Case != nil || rec.Case.Decision != nil {
				t.Fatalf("%s: left of %d: %+v", name, rec.Seq, rec.Case)
			}
		}
		if begun, err := l.begun(); err != nil || len(begun) > 0 {
			t.Fatal(begun, err)
		}
		if rep := replay(t, dir); rep.Proved != 1 || rep.Masked != 3 || rep.Differences != 0 {
			t.Fatalf("%s: %+v %+v", name, rep, rep.First)
		}
	}
	try("begun", whole, e)
	e.Redo = left[:2]
	try("about to write", whole, e)
	write(0, part, at)
	step := 64
	if testing.Short() {
		step = 400
	}
	for cut := 0; cut < len(part); cut += step {
		write(1, part[:cut], at)
		try(fmt.Sprintf("torn at %d", cut), half, e)
	}
	write(1, part, at)
	try("two of three", half, e)
	e.Redo, e.Emptied, e.Cases = nil, 2, 2
	try("said so", half, e)
	write(2, part, at)
	e.Emptied, e.Cases = 3, 3
	try("all of three", half, e)
	name, at := nobody(e.At), len(beforeName(1))
	write(0, name, at)
	for cut := 0; cut < len(name); cut += step / 20 {
		write(1, name[:cut], at)
		try(fmt.Sprintf("name cut at %d", cut), half, e)
	}
}

// The customer's key goes wherever it stands, as a number too, and under whatever name; a key that begins like it stays.
func TestEraseKey(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := runner(t, l)
	const phone = "13800138000"
	ctx := WithCustomer(context.Background(), phone)
	if _, err := r.Decide(ctx, []byte(`{"id":"13800138000","do":"pay","pay":1,"facts":{"n":13800138000,"m":138001380001},"list":["x",13800138000]}`)); err != nil {
		t.Fatal(err)
	}
	if done, err := l.Erase(context.Background(), phone); done.Cases != 1 || err != nil {
		t.Fatal(done, err)
	}
	if got := string(readAll(t, dir)[0].Case.Masked); got != `{"id":null,"do":"pay","pay":1,"facts":{"n":null,"m":138001380001},"list":["x",null]}` {
		t.Error(got)
	}
	masked := open(t, t.TempDir(), Options{MaskedOnly: true})
	if _, err := runner(t, masked).Decide(ctx, []byte(`{"id":13800138000,"do":"pay","pay":1}`)); err != nil {
		t.Fatal(err)
	}
	if onDisk(t, masked.dir, phone) {
		t.Error("the key is on disk, though only what is masked may be")
	}
}

// A disk that fails leaves an erasure to be repeated, and takes nothing from anybody else; nor does whoever asked and went.
func TestEraseFaults(t *testing.T) {
	for name, fault := range map[string]func(*disk){
		"full":             func(d *disk) { d.write, d.room = syscall.ENOSPC, 0 },
		"breaks in a line": func(d *disk) { d.write, d.room = syscall.EIO, 1500 },
		"flush fails":      func(d *disk) { d.sync = syscall.EIO },
		"can't be opened":  func(d *disk) { d.opening = syscall.EMFILE },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			d := &disk{}
			l := open(t, dir, Options{OpenFile: d.open})
			r := runner(t, l)
			for i := range 6 {
				decide(t, r, strings.ReplaceAll(pay(fmt.Sprintf("C-%d", i%2), i), "王", fmt.Sprintf("王%d号", i%2)))
			}
			e := &erasure{Customer: l.pseudonym("C-1"), At: time.Now(), Through: 6}
			if err := l.save(e); err != nil {
				t.Fatal(err)
			}
			l.unfinished.Add(1)
			d.set(fault)
			if err := l.resumeAll(context.Background()); !errors.Is(err, ErrUnavailable) || l.Info().Unfinished != 1 {
				t.Fatal(err, l.Info())
			}
			if _, err := l.Erase(context.Background(), "C-1"); !errors.Is(err, ErrUnavailable) {
				t.Fatal(err)
			}
			d.set(func(d *disk) { d.write, d.sync, d.opening = nil, nil, nil })
			until(t, "the log takes records", func() bool { return l.Info().Down == nil })
			gone, cancel := context.WithCancel(context.Background())
			if err := l.hold(gone); err != nil {
				t.Fatal(err)
			}
			cancel()
			if _, err := l.Erase(gone, "C-1"); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			l.release()
			if done, err := l.Erase(context.Background(), "C-1"); done.Cases != 3 || err != nil || l.Info().Unfinished != 0 {
				t.Fatal(done, err, l.Info())
			}
			if onDisk(t, dir, "王1号") || !onDisk(t, dir, "王0号") {
				t.Error("the wrong names are on disk")
			}
			if rep := replay(t, dir); rep.Proved != 3 || rep.Masked != 3 || rep.Differences != 0 {
				t.Errorf("%+v %+v", rep, rep.First)
			}
		})
	}
}

// Customers are erased while others, and they themselves, are recorded, files are begun and removed, and somebody
// replays: all that was acknowledged before an erasure began is gone when it returns, and nothing else is.
func TestEraseWhileRecording(t *testing.T) {
	const customers, rounds = 4, 5
	for _, mode := range []Mode{Strict, Sample} {
		t.Run(string(mode), func(t *testing.T) {
			dir := t.TempDir()
			l := open(t, dir, Options{Mode: mode, SegmentBytes: 60_000})
			r := runner(t, l)
			var acked [customers]atomic.Int64
			var recording, others sync.WaitGroup
			stop := make(chan struct{})
			for c := range customers {
				recording.Go(func() {
					for i := 0; ; i++ {
						select {
						case <-stop:
							return
						default:
						}
						decide(t, r, pay(fmt.Sprintf("C-%d", c), i))
						acked[c].Store(int64(i + 1))
						time.Sleep(time.Millisecond) // in Sample mode nothing else holds it back
					}
				})
			}
			others.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if rep := replay(t, dir); rep.Differences != 0 {
						t.Errorf("%+v", rep.First)
						return
					}
				}
			})
			var erased [2]int // of customer 0 and 1
			for range rounds {
				for c := range erased {
					before := acked[c].Load()
					key := fmt.Sprintf("C-%d", c)
					done, err := l.Erase(context.Background(), key)
					if err != nil {
						t.Fatal(err)
					}
					erased[c] += done.Cases
					if mode == Strict && erased[c] < int(before) {
						t.Errorf("%d of %d cases of %s", erased[c], before, key)
					}
					for _, rec := range readAll(t, dir) {
						if rec.Seq <= done.Through && rec.Case.Customer == l.pseudonym(key) {
							t.Errorf("record %d of %s is still there", rec.Seq, key)
						}
					}
				}
				time.Sleep(20 * time.Millisecond)
			}
			close(stop)
			recording.Wait()
			others.Wait()
			l.Close()
			exact, gone := map[string]int{}, 0
			for _, rec := range readAll(t, dir) {
				switch rec.State {
				case Exact:
					exact[textAt(rec.Case.Case, "id")]++
				case Erased:
					gone++
				}
			}
			if gone != erased[0]+erased[1] {
				t.Errorf("%d erased, %v said so", gone, erased)
			}
			if mode == Strict {
				for c := range customers {
					left := int(acked[c].Load())
					if c < len(erased) {
						left -= erased[c]
					}
					if got := exact[fmt.Sprintf("C-%d", c)]; got != left {
						t.Errorf("C-%d has %d cases, want %d", c, got, left)
					}
				}
			}
			if rep := replay(t, dir); rep.Differences != 0 || rep.Acts != 2*rounds || rep.Masked != gone {
				t.Errorf("%+v %+v", rep, rep.First)
			}
		})
	}
}

// What was given away in Sample mode and waits for the disk is covered too.
func TestEraseWaits(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{Mode: Sample})
	r := runner(t, l)
	for i := range 50 {
		decide(t, r, pay("C", i))
	}
	if done, err := l.Erase(context.Background(), "C"); done != (Forgotten{50, 50}) || err != nil || onDisk(t, dir, "王") {
		t.Error(done, err)
	}
}

// Closing interrupts an erasure, and the next start finishes it.
func TestEraseClose(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := runner(t, l)
	for i := range 200 {
		decide(t, r, pay("C", i))
	}
	failed := make(chan error)
	go func() { _, err := l.Erase(context.Background(), "C"); failed <- err }()
	until(t, "it is begun", func() bool { return l.Info().Unfinished == 1 || l.Info().Erasures == 1 })
	l.Close()
	if err := <-failed; err != nil && !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
	if _, err := l.Erase(context.Background(), "C"); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	l = open(t, dir, Options{})
	until(t, "it is finished", func() bool { return l.Info().Unfinished == 0 })
	if all := readAll(t, dir); onDisk(t, dir, "王") || all[len(all)-1].Cases != 200 {
		t.Errorf("%+v", all[len(all)-1])
	}
}
