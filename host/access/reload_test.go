package access

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// file is a list in a folder, with tokens to ask with.
type file struct {
	t    *testing.T
	path string
}

func (f *file) write(text string) {
	f.t.Helper()
	if err := os.WriteFile(f.path, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func newToken(t *testing.T) (req *http.Request, digest string) {
	t.Helper()
	token, digest, err := NewToken()
	if err != nil {
		t.Fatal(err)
	}
	req = httptest.NewRequest("POST", "/", nil)
	req.Header.Set("Authorization", "Bearer "+token)
	return req, digest
}

// What was used up of a rate stays used up, whatever else the list says now; a broken list changes nothing.
func TestReload(t *testing.T) {
	f := &file{t, filepath.Join(t.TempDir(), "access.yaml")}
	crm, crmDigest := newToken(t)
	office, officeDigest := newToken(t)
	one := "- { name: crm, sha256: " + crmDigest + ", roles: [decide], rate: 0.001, burst: 2 }\n"
	two := "- { name: office, sha256: " + officeDigest + ", roles: [decide] }\n"
	forbidden := errors.New("not here")
	f.write(one)
	l, err := Load(f.path, func(l *List) error {
		if l.Certificates() {
			return forbidden
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	reload := func(text string, changed bool, want string) {
		t.Helper()
		f.write(text)
		got, err := l.Reload()
		if got != changed || (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v %v, want %v %s", got, err, changed, want)
		}
		if refused := l.Info().Refused; (refused == nil) != (want == "") {
			t.Errorf("refused: %v", refused)
		}
	}
	old := l.Who(crm)
	if !old.Allow() || l.Who(office) != nil {
		t.Fatal("the first list is wrong")
	}
	reload(one, false, "")
	reload(one+two, true, "")
	if l.Who(office) == nil || l.Info().Callers != 2 || l.Info().Reloads != 1 {
		t.Errorf("%+v", l.Info())
	}
	if c := l.Who(crm); c == old || !c.Allow() || c.Allow() || old.Allow() {
		t.Error("a reload gave a spent rate back")
	}
	reload(one+two+"- broken", false, "cannot unmarshal")
	reload("", false, "koujing token")
	reload(one+two+"- { name: c, certificate: c, roles: [decide] }\n", false, "not here")
	if l.Who(office) == nil || l.Who(crm) == nil {
		t.Error("a refused list took somebody off")
	}
	reload(one+two, true, "")
	reload(strings.Replace(one, "rate: 0.001", "rate: 0.002", 1), true, "")
	if c := l.Who(crm); c.Allow() || c.Rate() != 0.002 || l.Who(office) != nil {
		t.Error("another rate gave the spent one back, or the office is still there")
	}
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Reload(); !errors.Is(err, os.ErrNotExist) || l.Who(crm) == nil {
		t.Error(err)
	}
	if _, err := Load(f.path, nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// The file is followed, through breaking, vanishing and being replaced by a link, while callers are asked after; each state
// is told once.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	f := &file{t, filepath.Join(dir, "access.yaml")}
	crm, digest := newToken(t)
	office, officeDigest := newToken(t)
	one := "- { name: crm, sha256: " + digest + ", roles: [decide], rate: 1000 }\n"
	two := "- { name: office, sha256: " + officeDigest + ", roles: [decide] }\n"
	f.write(one + two)
	l, err := Load(f.path, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	told, again := make(chan error, 100), make(chan os.Signal, 1)
	var watching sync.WaitGroup
	watching.Go(func() { l.Watch(ctx, again, func(err error) { told <- err }) })
	watching.Go(func() {
		for ctx.Err() == nil {
			if c := l.Who(crm); c == nil {
				t.Error("a caller who is on every list was unknown")
				return
			} else if !c.May(Decide) {
				t.Error("he lost his role")
				return
			}
			l.Info()
			time.Sleep(time.Millisecond)
		}
	})
	next := func(want string) {
		t.Helper()
		select {
		case err := <-told:
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Fatalf("told %v, want %s", err, want)
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("nothing was told, want %s", want)
		}
	}
	f.write(one)
	next("")
	if l.Who(office) != nil {
		t.Error("a token that was taken out counts")
	}
	f.write("- oh\n")
	next("cannot unmarshal")
	time.Sleep(3 * look) // it isn't told again
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	next("no such file")
	elsewhere := filepath.Join(dir, "elsewhere")
	if err := errors.Join(os.WriteFile(elsewhere, []byte(one+two), 0o600), os.Symlink(elsewhere, f.path)); err != nil {
		t.Fatal(err)
	}
	next("")
	if l.Who(office) == nil {
		t.Error("the office isn't back")
	}
	again <- syscall.SIGHUP // answered though nothing has changed
	next("")
	f.write("- { name: crm")
	again <- syscall.SIGHUP
	next("yaml")
	select {
	case err := <-told:
		t.Errorf("told %v besides", err)
	case <-time.After(3 * look):
	}
	stop()
	watching.Wait()
}
