package store

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// A disk is what the store asks of a file system, call by call, so that tests can let each of them fail.
type disk interface {
	MkdirAll(path string) error
	ReadDir(path string) ([]fs.DirEntry, error)
	ReadFile(path string) ([]byte, error)
	Create(path string) (file, error) // fails if there is one
	Rename(from, to string) error
	Remove(path string) error
	SyncDir(path string) error // makes names last: a rename, a removal
	// Lock keeps other processes out until unlock is called. It ends with the process that holds it, however that ends.
	Lock(ctx context.Context, path string) (unlock func(), err error)
}

type file interface {
	Write(p []byte) (int, error)
	Sync() error
	Close() error
}

// osDisk is the system's own.
type osDisk struct{}

func (osDisk) MkdirAll(path string) error                 { return os.MkdirAll(path, 0o700) }
func (osDisk) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }
func (osDisk) ReadFile(path string) ([]byte, error)       { return os.ReadFile(path) }
func (osDisk) Rename(from, to string) error               { return os.Rename(from, to) }
func (osDisk) Remove(path string) error                   { return os.Remove(path) }
func (osDisk) SyncDir(path string) error                  { return SyncDir(path) }

func (osDisk) Create(path string) (file, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// SyncDir makes the names in a folder last: files that were made, renamed or removed there.
func SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// lockPatience is how long a writer waits for another one. A publish takes a second at most.
const lockPatience = 20 * time.Second

func (osDisk) Lock(ctx context.Context, path string) (func(), error) {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	l := flock.New(path)
	if _, err := l.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, &fs.PathError{Op: "lock", Path: path, Err: errors.New("another process is writing there; try again when it has finished")}
		}
		return nil, err
	}
	return func() { _ = l.Unlock() }, nil
}

// tmpPrefix marks a file that is not there yet. One that a crash left behind is swept away by the next writer.
const tmpPrefix = ".tmp-"

func tmpBeside(path string) string {
	dir, name := filepath.Split(path)
	return filepath.Join(dir, tmpPrefix+name)
}

// writeFile makes a file appear whole or not at all, and stay after a power cut: written beside, flushed, renamed, and
// the folder flushed. Only one writer at a time may write to one path. After an error the file is what it was before,
// unless the error is a renamedError: then it may be the new one, and may not outlast a power cut.
func writeFile(d disk, path string, data []byte) error {
	tmp := tmpBeside(path)
	err := fill(d, tmp, data)
	if errors.Is(err, fs.ErrExist) { // left behind
		if err = d.Remove(tmp); err == nil {
			err = fill(d, tmp, data)
		}
	}
	if err != nil {
		_ = d.Remove(tmp)
		return err
	}
	if err = d.Rename(tmp, path); err == nil {
		err = d.SyncDir(filepath.Dir(path))
	}
	if err != nil {
		_ = d.Remove(tmp)
		return renamedError{err}
	}
	return nil
}

// renamedError says that a file may or may not be in place.
type renamedError struct{ error }

func (e renamedError) Unwrap() error { return e.error }

func fill(d disk, path string, data []byte) error {
	f, err := d.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// makeDir makes a folder with all above it, and makes their names last.
func makeDir(d disk, path string) error {
	if err := d.MkdirAll(path); err != nil {
		return err
	}
	return d.SyncDir(filepath.Dir(path))
}

// sweep removes what a crash left half written.
func sweep(d disk, dir string) error {
	entries, err := d.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), tmpPrefix) {
			err = errors.Join(err, d.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// WriteFile makes a file appear whole or not at all, and stay after a power cut. A file that was there before keeps its
// mode.
func WriteFile(path string, data []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return writeFile(osDisk{}, path, data)
	}
	return writeFile(likeDisk{mode: info.Mode().Perm()}, path, data)
}

// WriteFiles writes several files, each with the mode that the one before it had: all lie on the disk beside their places
// before the first is renamed. Where one cannot be renamed, those before it get their old content back.
func WriteFiles(files map[string][]byte) (err error) {
	const mode = 0o644 // of a file that is new
	paths := slices.Sorted(maps.Keys(files))
	old := map[string][]byte{}
	defer func() {
		for _, path := range paths {
			_ = os.Remove(tmpBeside(path)) // gone already where it was renamed
		}
	}()
	for _, path := range paths {
		d := likeDisk{mode: mode}
		if info, err := os.Stat(path); err == nil {
			d.mode = info.Mode().Perm()
			if old[path], err = os.ReadFile(path); err != nil {
				return err
			}
		}
		if err := os.Remove(tmpBeside(path)); err != nil && !errors.Is(err, fs.ErrNotExist) { // left behind
			return err
		}
		if err := fill(d, tmpBeside(path), files[path]); err != nil {
			return err
		}
	}
	for i, path := range paths {
		if err := os.Rename(tmpBeside(path), path); err != nil {
			return errors.Join(err, restore(paths[:i], old))
		}
	}
	for _, path := range paths {
		err = errors.Join(err, osDisk{}.SyncDir(filepath.Dir(path)))
	}
	return err
}

// restore brings files back as they were; those that were not there go.
func restore(paths []string, old map[string][]byte) (err error) {
	for _, path := range paths {
		if data, was := old[path]; was {
			err = errors.Join(err, WriteFile(path, data))
		} else {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}

// likeDisk gives new files the mode of an old one.
type likeDisk struct {
	osDisk
	mode fs.FileMode
}

func (d likeDisk) Create(path string) (file, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(d.mode); err != nil { // OpenFile's the umask would narrow
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
