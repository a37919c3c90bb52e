package store

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
)

// forgetful is a disk in memory that remembers over a power cut only what was flushed: of a file its content as of its
// last Sync, of a folder its names as of its last SyncDir. Of the rest, chance decides.
type forgetful struct {
	dirs  map[string]*folder
	calls int
	cut   int // the call at which the power goes, counted from 1; 0 for never
}

type folder struct {
	names, flushed map[string]*inode
}

// inode is a file, or a folder where dir isn't nil.
type inode struct {
	text, flushed []byte
	dir           *folder
}

var errPower = errors.New("the power is gone")

func newForgetful() *forgetful {
	return &forgetful{dirs: map[string]*folder{"/": newFolder()}}
}

func newFolder() *folder { return &folder{map[string]*inode{}, map[string]*inode{}} }

func (d *forgetful) power() error {
	d.calls++
	if d.cut > 0 && d.calls >= d.cut {
		return errPower
	}
	return nil
}

func (d *forgetful) folder(path string) (*folder, error) {
	if err := d.power(); err != nil {
		return nil, err
	}
	if f := d.dirs[filepath.Clean(path)]; f != nil {
		return f, nil
	}
	return nil, fs.ErrNotExist
}

func (d *forgetful) parent(path string) (*folder, string, error) {
	f, err := d.folder(filepath.Dir(path))
	return f, filepath.Base(path), err
}

func (d *forgetful) MkdirAll(path string) error {
	if err := d.power(); err != nil {
		return err
	}
	path = filepath.Clean(path)
	if d.dirs[path] != nil {
		return nil
	}
	up := d.dirs[filepath.Dir(path)]
	if up == nil {
		return fs.ErrNotExist // the store makes them one by one
	}
	f := newFolder()
	d.dirs[path], up.names[filepath.Base(path)] = f, &inode{dir: f}
	return nil
}

func (d *forgetful) ReadDir(path string) ([]fs.DirEntry, error) {
	f, err := d.folder(path)
	if err != nil {
		return nil, err
	}
	var list []fs.DirEntry
	for _, n := range slices.Sorted(maps.Keys(f.names)) {
		list = append(list, listing{n, f.names[n].dir != nil})
	}
	return list, nil
}

type listing struct {
	name string
	dir  bool
}

func (l listing) Name() string               { return l.name }
func (l listing) IsDir() bool                { return l.dir }
func (l listing) Type() fs.FileMode          { return 0 }
func (l listing) Info() (fs.FileInfo, error) { return nil, fs.ErrInvalid }

func (d *forgetful) ReadFile(path string) ([]byte, error) {
	f, name, err := d.parent(path)
	if err != nil {
		return nil, err
	}
	if n := f.names[name]; n != nil {
		return bytes.Clone(n.text), nil
	}
	return nil, fs.ErrNotExist
}

func (d *forgetful) Create(path string) (file, error) {
	f, name, err := d.parent(path)
	if err != nil {
		return nil, err
	}
	if f.names[name] != nil {
		return nil, fs.ErrExist
	}
	n := &inode{}
	f.names[name] = n
	return &openFile{d, n}, nil
}

type openFile struct {
	d *forgetful
	n *inode
}

func (f *openFile) Write(p []byte) (int, error) {
	f.n.text = append(f.n.text, p...)
	return len(p), f.d.power()
}

func (f *openFile) Sync() error {
	err := f.d.power()
	if err == nil {
		f.n.flushed = bytes.Clone(f.n.text)
	}
	return err
}

func (f *openFile) Close() error { return f.d.power() }

func (d *forgetful) Rename(from, to string) error {
	a, old, err := d.parent(from)
	if err != nil {
		return err
	}
	b, new := d.dirs[filepath.Dir(to)], filepath.Base(to)
	if a.names[old] == nil || b == nil {
		return fs.ErrNotExist
	}
	b.names[new] = a.names[old]
	delete(a.names, old)
	return nil
}

func (d *forgetful) Remove(path string) error {
	f, name, err := d.parent(path)
	if err != nil {
		return err
	}
	if f.names[name] == nil {
		return fs.ErrNotExist
	}
	delete(f.names, name)
	return nil
}

func (d *forgetful) SyncDir(path string) error {
	f, err := d.folder(path)
	if err == nil {
		f.flushed = maps.Clone(f.names)
	}
	return err
}

func (d *forgetful) Lock(context.Context, string) (func(), error) { return func() {}, d.power() }

// restart is the disk after the power came back. Each name that wasn't flushed is as it was or as it became, and each
// file whose content wasn't flushed has some part of it, or zeros.
func (d *forgetful) restart(rng *rand.Rand) *forgetful {
	after := &forgetful{dirs: map[string]*folder{}}
	files := map[*inode]*inode{}
	var visit func(path string, f *folder)
	visit = func(path string, f *folder) {
		out := newFolder()
		after.dirs[path] = out
		all := maps.Clone(f.flushed)
		maps.Copy(all, f.names)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			n := f.flushed[name]
			if now := f.names[name]; now != n && rng.IntN(2) == 0 {
				n = now
			}
			if n == nil {
				continue
			}
			if n.dir != nil {
				visit(filepath.Join(path, name), n.dir)
				out.names[name] = &inode{dir: after.dirs[filepath.Join(path, name)]}
				continue
			}
			if files[n] == nil {
				text := bytes.Clone(n.flushed)
				if !bytes.Equal(n.text, n.flushed) {
					text = bytes.Clone(n.text[:rng.IntN(len(n.text)+1)])
					if rng.IntN(2) == 0 {
						clear(text)
					}
				}
				files[n] = &inode{text: text, flushed: bytes.Clone(text)}
			}
			out.names[name] = files[n]
		}
		out.flushed = maps.Clone(out.names)
	}
	visit("/", d.dirs["/"])
	return after
}

// The power goes at each call that an act makes to the disk, in turn, and what wasn't flushed is lost or not, by chance.
// In force is the old pack or the new one, whole; the new one if the act was acknowledged.
func TestPowerCut(t *testing.T) {
	wang, li := newSigner(t, "王芳"), newSigner(t, "李强")
	rng := rand.New(rand.NewPCG(7, 8))
	cuts, old, new := 0, 0, 0
	for _, s := range scenes(wang, li) {
		opt := s.options(t, wang, li)
		const chances = 20
		start := newForgetful()
		opt.disk = start
		setup := newDesk(t, "/data", opt)
		s.prepare(setup)
		env := s.act(setup)
		for cut, ended := 1, false; !ended; cut++ {
			for range chances {
				disk := start.restart(rng)
				disk.cut = cut
				opt.disk = disk
				d := newDesk(t, "/data", opt)
				d.now = setup.now
				_, err := d.Take(t.Context(), env, s.built, s.attached, "")
				ended = disk.calls < cut
				cuts++
				opt.disk = disk.restart(rng)
				after := newDesk(t, "/data", opt)
				after.now = d.now
				got, forceErr := after.inForce()
				if forceErr != nil || got != s.old && got != s.new || err == nil && got != s.new {
					t.Fatalf("%s, power gone at call %d (%v): in force is %q (%v)", s.name, cut, err, got, forceErr)
				}
				if got == s.old {
					old++
				} else {
					new++
				}
				s.goOn(after, got, li)
			}
		}
	}
	t.Logf("%d power cuts: %d times the old pack was in force afterwards, %d times the new one; never anything else, and never the old one after the new was acknowledged", cuts, old, new)
	if old == 0 || new == 0 {
		t.Error("the cuts are all on one side: this shows nothing")
	}
}
