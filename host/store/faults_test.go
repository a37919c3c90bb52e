package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	"koujing/host/act"
)

// failing is a disk that fails at one call, or from one call on.
type failing struct {
	disk
	calls  int
	at     int  // the call that fails, counted from 1; 0 for none
	onward bool // and all after it
	late   bool // it fails after it has done what it was asked for
	err    error
	log    []string // what was called
}

func (d *failing) call(what string, do func() error) error {
	d.calls++
	d.log = append(d.log, what)
	if d.at == 0 || d.calls < d.at || d.calls > d.at && !d.onward {
		return do()
	}
	if d.late && d.calls == d.at {
		_ = do()
	}
	return &fs.PathError{Op: what, Path: "p", Err: d.err}
}

func (d *failing) MkdirAll(path string) error {
	return d.call("mkdir", func() error { return d.disk.MkdirAll(path) })
}

func (d *failing) ReadDir(path string) (l []fs.DirEntry, err error) {
	err = d.call("readdir", func() (err error) { l, err = d.disk.ReadDir(path); return err })
	return l, err
}

func (d *failing) ReadFile(path string) (b []byte, err error) {
	err = d.call("read", func() (err error) { b, err = d.disk.ReadFile(path); return err })
	return b, err
}

func (d *failing) Create(path string) (f file, err error) {
	err = d.call("create", func() (err error) { f, err = d.disk.Create(path); return err })
	if err != nil {
		return nil, err
	}
	return &failingFile{f, d}, nil
}

func (d *failing) Rename(from, to string) error {
	return d.call("rename", func() error { return d.disk.Rename(from, to) })
}

func (d *failing) Remove(path string) error {
	return d.call("remove", func() error { return d.disk.Remove(path) })
}

func (d *failing) SyncDir(path string) error {
	return d.call("syncdir", func() error { return d.disk.SyncDir(path) })
}

func (d *failing) Lock(ctx context.Context, path string) (unlock func(), err error) {
	err = d.call("lock", func() (err error) { unlock, err = d.disk.Lock(ctx, path); return err })
	if err != nil && unlock != nil {
		unlock()
	}
	return unlock, err
}

type failingFile struct {
	file
	d *failing
}

// Write writes half of it when it fails late: a full disk takes what fits.
func (f *failingFile) Write(p []byte) (n int, err error) {
	err = f.d.call("write", func() (err error) {
		if f.d.at == f.d.calls {
			p = p[:len(p)/2]
		}
		n, err = f.file.Write(p)
		return err
	})
	return n, err
}

func (f *failingFile) Sync() error  { return f.d.call("sync", f.file.Sync) }
func (f *failingFile) Close() error { return f.d.call("close", f.file.Close) }

// scene is a data folder, and an act on it.
type scene struct {
	name     string
	action   act.Action
	built    []byte
	by       signer
	first    signer // of an approval: who published
	old, new string // the versions in force before and after
	prepare  func(d *desk)
	attached []byte
}

// act makes the scene's act.
func (s scene) act(d *desk) *act.Envelope {
	return d.next(s.action, s.built, s.by, func(a *act.Act) { a.Attached = digestOf(s.attached) })
}

func scenes(wang, li signer) []scene {
	one, two, three := builtPack("1", ""), builtPack("2", ""), builtPack("3", "")
	approved := func(d *desk, a act.Action, built []byte) {
		d.do(a, built, wang, nil)
		d.do(act.Approve, built, li, nil)
	}
	return []scene{
		{"the first publish", act.Publish, one, wang, wang, "0", "1", func(*desk) {}, nil},
		{"a publish", act.Publish, three, wang, wang, "2", "3", func(d *desk) { d.do(act.Publish, one, wang, nil); d.do(act.Publish, two, wang, nil) }, act.Attach(map[string]string{"tests/a.yaml": "甲"})},
		{"a rollback", act.Rollback, one, wang, wang, "2", "1", func(d *desk) { d.do(act.Publish, one, wang, nil); d.do(act.Publish, two, wang, nil) }, nil},
		{"an approval", act.Approve, two, li, wang, "1", "2", func(d *desk) { approved(d, act.Publish, one); d.do(act.Publish, two, wang, nil) }, nil},
	}
}

func (s scene) options(t testing.TB, wang, li signer) ArchiveOptions {
	return ArchiveOptions{
		Trust: trustOf(t, s.action == act.Approve, wang, li),
		Base:  func(string) (*Pack, error) { return name("", builtPack("0", "")) },
	}
}

// At every call that an act makes to the disk, in turn, the disk is full or broken, once or from then on, before or after
// it has done what it was asked for. What is in force is the old pack or the new one; it is the new one if the act was
// acknowledged, and the old one if it was refused; and publishing goes on as if nothing had been.
func TestFaults(t *testing.T) {
	wang, li := newSigner(t, "王芳"), newSigner(t, "李强")
	total, uncertain, done := 0, 0, 0
	rng := rand.New(rand.NewPCG(9, 10))
	for _, s := range scenes(wang, li) {
		opt := s.options(t, wang, li)
		start := newForgetful()
		opt.disk = start
		setup := newDesk(t, "/data", opt)
		s.prepare(setup)
		env := s.act(setup)
		try := func(f *failing) (*desk, error) {
			f.disk = start.restart(rng) // a copy: everything is flushed
			opt.disk = f
			d := newDesk(t, "/data", opt)
			d.now = setup.now
			_, err := d.Take(t.Context(), env, s.built, s.attached, "")
			return d, err
		}
		clean := &failing{}
		d, err := try(clean)
		if err != nil {
			t.Fatal(err)
		}
		calls := clean.calls
		d.want(s.new)
		t.Logf("%s: %d calls: %s", s.name, calls, strings.Join(clean.log[:calls], " "))
		for at := 1; at <= calls; at++ {
			for _, errno := range []error{syscall.ENOSPC, syscall.EIO} {
				for mode := range 4 {
					total++
					f := &failing{at: at, err: errno, onward: mode&1 != 0, late: mode&2 != 0}
					d, err := try(f)
					where := fmt.Sprintf("%s, call %d (%s), %v, onward %v, late %v: %v", s.name, at, clean.log[at-1], errno, f.onward, f.late, err)
					f.at = 0 // the disk is mended
					switch {
					case err == nil:
						done++
					case refusal(err) == CodeUncertain:
						uncertain++
					case !errors.Is(err, errno):
						t.Fatalf("%s: says nothing of the cause", where)
					}
					s.afterFault(d, err, where, li)
				}
			}
		}
	}
	t.Logf("%d faults: %d acts went through all the same, %d with an outcome told to be unknown, the others refused and nothing changed", total, done, uncertain)
}

// afterFault looks at what a failed act has left, and goes on publishing.
func (s scene) afterFault(d *desk, err error, where string, second signer) {
	d.Helper()
	after := newDesk(d.TB, "/data", d.opt)
	after.now = d.now
	got, forceErr := after.inForce()
	seen, _ := d.inForce()
	if forceErr != nil || got != seen {
		d.Fatalf("%s: in force is %q for one who comes, %q for one who was there (%v)", where, got, seen, forceErr)
	}
	switch {
	case refusal(err) == CodeUncertain && (got == s.old || got == s.new):
	case err == nil && got == s.new, err != nil && got == s.old:
	default:
		d.Fatalf("%s: in force is %q", where, got)
	}
	s.goOn(after, got, second)
	for _, dir := range []string{"/data", "/data/packs", "/data/attached", "/data/acts", "/data/acts/p"} {
		entries, err := after.opt.disk.ReadDir(dir)
		if err != nil {
			d.Fatal(err)
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), tmpPrefix) {
				d.Fatalf("%s: left behind: %s/%s", where, dir, e.Name())
			}
		}
	}
}

// goOn does the next thing after a scene: the approval that is still missing, or another publish.
func (s scene) goOn(d *desk, inForce string, second signer) {
	d.Helper()
	s.whole(d, inForce)
	if inForce == s.old && s.action == act.Approve {
		d.do(act.Approve, s.built, second, nil)
		d.want(s.new)
		return
	}
	next := builtPack("9", "")
	by := s.by
	if s.action == act.Approve {
		by = s.first
	}
	d.do(act.Publish, next, by, nil)
	if s.action == act.Approve {
		d.do(act.Approve, next, second, nil)
	}
	d.want("9")
}

// whole fails if the pack in force has lost what is attached to it.
func (s scene) whole(d *desk, inForce string) {
	d.Helper()
	p, err := d.Find("p", "")
	if err != nil || inForce != s.new || s.attached == nil {
		return
	}
	if files, err := p.attached(); err != nil || string(act.Attach(files)) != string(s.attached) {
		d.Fatalf("attached: %v, %v", files, err)
	}
}
