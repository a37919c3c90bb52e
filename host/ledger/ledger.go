// Package ledger is the decision log: it keeps every decision that somebody may ask for later, with what it takes to
// make it again, and says so only when it is on disk.
//
// A log is a folder of text files, so that it can be read in ten years without this program:
//
//	evidence/00000001.ndjson   a line a record: digests, amounts, gates. No personal data. Each line holds a digest over
//	                           itself and the line before.
//	cases/00000001.ndjson      the case and the decision of each record, line for line. All personal data is here, and
//	                           can be erased without touching the evidence.
//	packs/, engines/           what the decisions were made with, by digest
//	key                        the secret that turns customers' keys into pseudonyms
package ledger

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"koujing/host"
	"koujing/host/store"
)

// Mode says what happens to a decision that can't be recorded.
type Mode string

// The modes of a log.
const (
	// Strict withholds a decision that can't be recorded. Nothing is ever lost.
	Strict Mode = "strict"
	// Sample records a share of the decisions, beside the answers: neither a slow disk nor a full one holds up or
	// withholds anything. What is not recorded is counted.
	Sample Mode = "sample"
)

// Options are what a Ledger works with. All may be left out.
type Options struct {
	Mode Mode // default Strict
	// Share is the part of the decisions that Sample records, above 0 and up to 1. Default 1: all that the disk can take.
	Share float64
	// Mask lists the fields of a case that are personal (see Mask). nil is DefaultMask.
	Mask []string
	// MaskedOnly keeps personal data off the disk altogether: of a case only the masked form is recorded, and no
	// decision. Such records can't be replayed to the byte.
	MaskedOnly bool
	// Customer is the path of the field of a case that tells whose it is, such as facts.customer_number. Default id.
	// WithCustomer goes before it.
	Customer string
	// KeepCases is how long cases are kept; evidence stays. 0 keeps them until they are erased. A file goes as a whole, so
	// a case may stay up to a day longer.
	KeepCases time.Duration
	// Wait is how long Record waits in Strict mode for its turn at the disk. Default 5 s.
	Wait time.Duration
	// SegmentBytes is the size at which a new pair of files is begun. Default 256 MiB.
	SegmentBytes int64
	// Notify is told when the log stops taking records (err is why) and when it takes them again (nil).
	Notify func(err error)

	// OpenFile opens a file to read and write, and makes it if it isn't there. Default: the system's. Tests put faulty
	// disks here.
	OpenFile func(path string) (File, error)

	now func() time.Time
}

var (
	// ErrUnavailable is wrapped by the error of a record that couldn't be written: the disk is full or broken. The log
	// tries again by itself.
	ErrUnavailable = errors.New("the decision log can't be written")
	// ErrClosed is returned after Close.
	ErrClosed = errors.New("the decision log is closed")
	// ErrLocked is returned by Open when another process writes to the log.
	ErrLocked = errors.New("another process is writing to this decision log")
	// ErrMaterial is returned for a decision made with an engine or a pack that the log hasn't been given.
	ErrMaterial = errors.New("the decision names an engine or a pack that the log hasn't got")
)

// A Ledger writes to a log. It is a host.Recorder. Its methods may be called from any goroutine.
type Ledger struct {
	dir  string
	opt  Options
	mask *mask
	key  []byte
	lock *flock.Flock

	queue   chan *batch
	closing chan struct{}
	ended   chan struct{}
	once    sync.Once

	files struct {
		mu sync.Mutex
		segment
	}
	rewriting chan struct{} // one place: one erasure or prune at a time
	keeper    sync.WaitGroup

	material sync.Map // digest -> nothing: what is kept

	records, dropped, commits, bytes atomic.Uint64
	erasures, erased                 atomic.Uint64
	unfinished                       atomic.Int64
	down                             atomic.Pointer[error]
}

var _ host.Recorder = (*Ledger)(nil)

// Open opens the log in a folder, or begins one, and mends what a crash has left behind: records that were never
// acknowledged are cut off, an erasure that was interrupted is finished, besides the recording. One process may have a
// log open.
func Open(dir string, opt Options) (*Ledger, error) {
	if err := opt.complete(); err != nil {
		return nil, err
	}
	m, err := newMask(opt.Mask)
	if err != nil {
		return nil, err
	}
	for _, sub := range []string{evidenceDir, casesDir, string(packsDir), string(enginesDir)} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, err
		}
	}
	l := &Ledger{
		dir: dir, opt: opt, mask: m, lock: flock.New(filepath.Join(dir, "lock")),
		queue: make(chan *batch, 1024), closing: make(chan struct{}), ended: make(chan struct{}), rewriting: make(chan struct{}, 1),
	}
	if ok, err := l.lock.TryLock(); err != nil {
		return nil, err
	} else if !ok {
		return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
	}
	if err := l.prepare(); err != nil {
		_ = l.lock.Unlock()
		return nil, fmt.Errorf("open the decision log: %w", err)
	}
	go l.run()
	l.keeper.Go(l.upkeep)
	return l, nil
}

func (o *Options) complete() error {
	switch {
	case o.Mode == "":
		o.Mode = Strict
	case o.Mode != Strict && o.Mode != Sample:
		return fmt.Errorf("a decision log has the mode strict or sample, not %q", o.Mode)
	}
	if o.Share == 0 {
		o.Share = 1
	}
	if !(o.Share > 0 && o.Share <= 1) {
		return fmt.Errorf("a sample of %v: must be above 0 and at most 1", o.Share)
	}
	if o.Mask == nil {
		o.Mask = DefaultMask
	}
	if o.Customer == "" {
		o.Customer = "id"
	}
	if o.Wait <= 0 {
		o.Wait = 5 * time.Second
	}
	if o.SegmentBytes <= 0 {
		o.SegmentBytes = 256 << 20
	}
	if o.Notify == nil {
		o.Notify = func(error) {}
	}
	if o.OpenFile == nil {
		o.OpenFile = openFile
	}
	if o.now == nil {
		o.now = time.Now
	}
	return nil
}

// prepare reads the key and the last segment.
func (l *Ledger) prepare() error {
	path := filepath.Join(l.dir, "key")
	key, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		key = make([]byte, 32)
		if _, err = rand.Read(key); err == nil {
			err = store.WriteFile(path, key)
		}
	}
	switch {
	case err != nil:
		return err
	case len(key) != 32:
		return fmt.Errorf("%s: a key has 32 bytes, this has %d", path, len(key))
	}
	l.key = key
	if err := l.listMaterial(); err != nil {
		return err
	}
	begun, err := l.begun()
	if err != nil {
		return err
	}
	l.unfinished.Store(int64(len(begun)))
	l.files.segment, err = l.recover()
	return err
}

// pseudonym is what a customer's key is called in the log: nobody can tell the key from it without the log's own secret.
func (l *Ledger) pseudonym(customer string) string { return pseudonym(l.key, customer) }

func pseudonym(key []byte, customer string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(customer))
	return hex.EncodeToString(mac.Sum(nil)[:pseudonymLength/2])
}

const pseudonymLength = 32

type customerKey struct{}

// WithCustomer says whose case is decided with the context, for Erase. It is not written down: its pseudonym is.
func WithCustomer(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, customerKey{}, key)
}

// Record writes those of the decisions that count (see Evidence), and returns when they are on disk; in Sample mode at
// once. Its errors are ErrUnavailable (wrapped), ErrMaterial, ErrClosed, and the context's; with the context's, the
// decisions may or may not have been recorded.
func (l *Ledger) Record(ctx context.Context, made []host.Made) error {
	b, err := l.gather(ctx, made)
	if err != nil || b == nil {
		return err
	}
	if l.opt.Mode == Sample {
		l.sample(b)
		return nil
	}
	return l.append(ctx, b)
}

// append waits until a batch is on disk.
func (l *Ledger) append(ctx context.Context, b *batch) error {
	if down := l.down.Load(); down != nil {
		return unavailable(*down)
	}
	wait := time.NewTimer(l.opt.Wait)
	defer wait.Stop()
	if err := l.closed(); err != nil {
		return err
	}
	select {
	case l.queue <- b:
	case <-l.closing:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		return unavailable(errors.New("too many records are waiting for the disk"))
	}
	select {
	case err := <-b.done:
		return err
	case <-l.ended:
		select { // it may have been written just before the end
		case err := <-b.done:
			return err
		default:
			return ErrClosed
		}
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *Ledger) sample(b *batch) {
	if l.closed() != nil {
		l.dropped.Add(uint64(len(b.records)))
		return
	}
	select {
	case l.queue <- b:
	default:
		l.dropped.Add(uint64(len(b.records)))
	}
}

func unavailable(err error) error { return fmt.Errorf("%w: %w", ErrUnavailable, err) }

// Info is a look at the log, for metrics.
type Info struct {
	Records uint64 // records written since Open
	Dropped uint64 // decisions that count and were given away without being recorded; always 0 in Strict mode
	Commits uint64 // flushes to disk: many records share one
	Bytes   uint64 // written since Open
	Down    error  // why nothing can be written; nil if it can

	Erasures   uint64 // finished since Open
	Erased     uint64 // cases they were about
	Unfinished int64  // erasures that are under way, or were interrupted
}

// Info returns the figures of this moment.
func (l *Ledger) Info() Info {
	info := Info{
		Records: l.records.Load(), Dropped: l.dropped.Load(), Commits: l.commits.Load(), Bytes: l.bytes.Load(),
		Erasures: l.erasures.Load(), Erased: l.erased.Load(), Unfinished: l.unfinished.Load(),
	}
	if down := l.down.Load(); down != nil {
		info.Down = *down
	}
	return info
}

// Mode returns the mode of the log.
func (l *Ledger) Mode() Mode { return l.opt.Mode }

// hold waits until nobody else rewrites or removes files; release lets the next one. Its errors are ErrClosed and the
// context's.
func (l *Ledger) hold(ctx context.Context) error {
	select {
	case l.rewriting <- struct{}{}:
	case <-l.closing:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	err := l.closed() // select picks at random among those that are ready
	if err != nil {
		l.release()
	}
	return err
}

func (l *Ledger) release() { <-l.rewriting }

// closed is ErrClosed when the log is closing.
func (l *Ledger) closed() error {
	select {
	case <-l.closing:
		return ErrClosed
	default:
		return nil
	}
}

// Close writes what is waiting, interrupts an erasure, and gives the log free.
func (l *Ledger) Close() error {
	l.once.Do(func() { close(l.closing) })
	l.keeper.Wait()
	l.rewriting <- struct{}{} // whoever rewrites files stops before another process may
	defer l.release()
	<-l.ended
	l.files.mu.Lock()
	defer l.files.mu.Unlock()
	return errors.Join(l.files.close(), l.lock.Unlock())
}
