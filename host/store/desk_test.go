package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koujing/core/author"
	"koujing/core/pack"
	"koujing/host/act"
)

// builtPack is the head of a built pack, which is all that this package reads of one, and some body.
func builtPack(version, body string) []byte {
	return fmt.Appendf(nil, `{"format":%q,"id":"p","version":%q,"title":"测试","locale":"zh-CN","engine":"","valid_from":"","valid_until":"","body":%q}`, pack.Format, version, body)
}

// signer is somebody with a key.
type signer struct {
	who    string
	key    *act.PrivateKey
	public []byte
}

func newSigner(t testing.TB, who string) signer {
	t.Helper()
	private, public, err := act.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := act.ReadPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer{who, key, public}
}

func trustOf(t testing.TB, two bool, people ...signer) *act.Trust {
	t.Helper()
	text := fmt.Sprintf("two_persons: %v\nkeys:\n", two)
	for _, p := range people {
		text += fmt.Sprintf("  - { who: %s, public: %s }\n", p.who, p.who)
	}
	tr, err := act.ReadTrust([]byte(text), func(name string) ([]byte, error) {
		for _, p := range people {
			if p.who == name {
				return p.public, nil
			}
		}
		return nil, fs.ErrNotExist
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// unchecked stands in for Inspect where packs are only heads.
func unchecked([]byte, author.Sources, time.Time) error { return nil }

// desk is an archive with its clock, and the means to act on it.
type desk struct {
	testing.TB
	*Archive
	dir string
	now time.Time
}

func newDesk(t testing.TB, dir string, opt ArchiveOptions) *desk {
	d := &desk{TB: t, dir: dir, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	if opt.Base == nil {
		opt.Base = func(string) (*Pack, error) { return nil, nil }
	}
	if opt.Check == nil {
		opt.Check = unchecked
	}
	opt.Now = func() time.Time { d.now = d.now.Add(time.Millisecond); return d.now }
	d.Archive = OpenArchive(dir, opt)
	return d
}

// next makes the act that fits here now.
func (d *desk) next(action act.Action, built []byte, by signer, change func(*act.Act)) *act.Envelope {
	d.Helper()
	h, err := d.Head("p")
	if err != nil {
		d.Fatal(err)
	}
	_, version, _, err := pack.Head(built)
	if err != nil {
		d.Fatal(err)
	}
	a := &act.Act{Action: action, Pack: "p", Version: version, Digest: act.Digest(built), Previous: h.InForce, Seq: h.Seq + 1, Who: by.who, At: d.now.Truncate(time.Second), Why: "test"}
	if action == act.Approve {
		r, err := d.Report("p")
		if err != nil {
			d.Fatal(err)
		}
		a.Approves = r.Waiting().Act
	}
	if change != nil {
		change(a)
	}
	e, err := act.Seal(a, by.key)
	if err != nil {
		d.Fatal(err)
	}
	return e
}

// dropping names the acts that wait, as somebody does who means to drop them.
func (d *desk) dropping(a *act.Act) {
	d.Helper()
	r, err := d.Report("p")
	if err != nil {
		d.Fatal(err)
	}
	for _, e := range r.Drops(a.ActiveFrom) {
		a.Drops = append(a.Drops, e.Act)
	}
}

func (d *desk) do(action act.Action, built []byte, by signer, change func(*act.Act)) *Entry {
	d.Helper()
	e, err := d.Take(context.Background(), d.next(action, built, by, change), built, nil, "")
	if err != nil {
		d.Fatal(err)
	}
	return e
}

// inForce is what a runner would get: the body of the pack, and the first error on the way to it.
func (d *desk) inForce() (string, error) {
	var first error
	for p, err := range d.InForce("p") {
		if err == nil {
			return p.Version, first
		}
		if first == nil {
			first = err
		}
	}
	return "", first
}

func (d *desk) want(version string) {
	d.Helper()
	if got, err := d.inForce(); got != version || err != nil {
		d.Fatalf("in force is %q (%v), want %q", got, err, version)
	}
}

// states are the states of all acts, in order.
func (d *desk) states() string {
	d.Helper()
	all, err := d.History("p")
	if err != nil {
		d.Fatal(err)
	}
	var b []string
	for _, e := range all {
		b = append(b, string(e.State))
	}
	return strings.Join(b, ",")
}

func refusal(err error) string {
	var r *act.Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return fmt.Sprint(err)
}

// files are all files of a folder with their content, but for the lock.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "lock" {
			return err
		}
		text, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, dir)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
