package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"koujing/core/author"
	"koujing/core/author/phrase"
	"koujing/host/act"
	"koujing/host/store"
)

// placeFlags say where packs are published: on a server, or in a data folder of this machine.
type placeFlags struct {
	engineFlags
	Server string `xor:"place" placeholder:"URL" help:"The server, as https://koujing.example.com. A token for it comes from the environment: KOUJING_TOKEN."`
	Data   string `xor:"place" placeholder:"DIR" help:"The data folder of a server on this machine, running or not."`
	trustFlag
}

// trustFlag names the trust file.
type trustFlag struct {
	Trust string `placeholder:"FILE" env:"KOUJING_TRUST" help:"Requires signatures, and says whose count: see koujing pack keygen --help."`
}

// read reads the trust file, nil if none is given.
func (f trustFlag) read() (*act.Trust, error) {
	if f.Trust == "" {
		return nil, nil
	}
	text, err := os.ReadFile(f.Trust)
	if err != nil {
		return nil, err
	}
	t, err := act.ReadTrust(text, func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(f.Trust), name)
		}
		return os.ReadFile(name)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Trust, err)
	}
	return t, nil
}

// A place is where packs are published.
type place interface {
	report(ctx context.Context, id string) (*store.Report, error)
	// take does an act; attached are the files that a publish names as attached to its pack.
	take(ctx context.Context, env *act.Envelope, built, attached []byte) (*store.ReportAct, error)
	// sources are the files of a pack that was published: the one in force, or with a version or digest that one.
	sources(ctx context.Context, id, ref string) (author.Sources, error)
	list(ctx context.Context) ([]store.Status, error)
	// proviso is what has to be said of every answer about what is in force, "" for nothing.
	proviso() string
}

// tokenVar holds the bearer token: on a command line everybody on the machine would see it.
const tokenVar = "KOUJING_TOKEN"

// open returns the place, and what ends its work. Signatures are checked by the one who keeps the packs: with --server
// the trust file is the server's business.
func (f *placeFlags) open(a *app) (place, func(), error) {
	switch {
	case f.Server != "":
		p, err := newRemote(f.Server, os.Getenv(tokenVar))
		return p, func() {}, err
	case f.Data != "":
		trust, err := f.read()
		if err != nil {
			return nil, nil, err
		}
		p, end := newLocal(f, trust)
		return p, end, nil
	}
	return nil, nil, &exit{exitUsage, "say where: --server URL, or --data DIR for a folder of this machine"}
}

// texts reads the sources of a pack: one that is to be found here, or with --server or --data one that was published, named
// as ID, ID@VERSION or ID@DIGEST.
func (f *placeFlags) texts(a *app, p packArg) (store.Source, author.Sources, error) {
	if f.Server == "" && f.Data == "" {
		src, err := p.find()
		if err != nil {
			return src, nil, err
		}
		texts, err := src.Sources()
		return src, texts, err
	}
	at, end, err := f.open(a)
	if err != nil {
		return store.Source{}, nil, err
	}
	defer end()
	defer caveat(a, at)
	id, ref, _ := strings.Cut(p.Pack, "@")
	texts, err := at.sources(a.ctx, id, ref)
	return store.Source{Kind: store.Published, Path: p.Pack}, texts, answer(err)
}

// signFlags are what an act needs besides the pack.
type signFlags struct {
	Key string `placeholder:"FILE" help:"The private key to sign with. Without it the act isn't signed, which only a place without a trust file takes."`
	Who string `placeholder:"NAME" env:"KOUJING_WHO" help:"Who does it: the name that goes with the key in the trust file."`
	Why string `placeholder:"TEXT" help:"Why, in one line. It stays in the history."`
}

// seal fills in who, when and why, and signs.
func (f *signFlags) seal(a *act.Act) (*act.Envelope, error) {
	switch {
	case f.Who == "":
		return nil, &exit{exitUsage, "say who you are: --who NAME, or set KOUJING_WHO"}
	case f.Why == "":
		return nil, &exit{exitUsage, "say why: --why TEXT. It stays in the history"}
	}
	var key *act.PrivateKey
	if f.Key != "" {
		var err error
		if key, err = readKey(f.Key); err != nil {
			return nil, err
		}
	}
	a.Who, a.Why, a.At = f.Who, f.Why, time.Now().UTC().Truncate(time.Second)
	return act.Seal(a, key)
}

// readKey reads a private key, which nobody else may be able to read.
func readKey(path string) (*act.PrivateKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if open(info) {
		return nil, fmt.Errorf("%s: others can read this private key (mode %04o). Run chmod 600 %s; if others may have read it, make a new one", path, info.Mode().Perm(), path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := act.ReadPrivateKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// when reads a time as people write it: with an offset, or in this machine's time zone.
func when(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(form, text, time.Local); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, &exit{exitUsage, fmt.Sprintf("%q is no time: write 2026-12-01, 2026-12-01T08:00 or 2026-12-01T08:00:00+08:00", text)}
}

// brief is a digest as people compare it.
func brief(digest string) string {
	if len(digest) > 19 {
		return digest[:19]
	}
	return digest
}

// matches tells whether what somebody typed means this digest: the whole of it, or its first twelve digits at least.
func matches(typed, digest string) bool {
	typed = strings.TrimPrefix(typed, "sha256:")
	return len(typed) >= 12 && strings.HasPrefix(strings.TrimPrefix(digest, "sha256:"), typed)
}

// told prints what became of an act.
func told(a *app, at place, id string, r *store.ReportAct) error {
	var err error
	defer caveat(a, at)
	switch r.State {
	case store.InForce:
		_, err = fmt.Fprintf(a.out, "%s %s is in force  %s  (act %d)\n", id, r.Version, r.Digest, r.Seq)
	case store.Planned:
		_, err = fmt.Fprintf(a.out, "%s %s comes into force at %s  %s  (act %d)\n", id, r.Version, shownTime(*r.ActiveFrom), r.Digest, r.Seq)
	case store.Pending:
		_, err = fmt.Fprintf(a.out, "%s %s waits for a second person  %s  (act %d)\n  koujing pack approve %s %s --key FILE --who NAME --why TEXT\n",
			id, r.Version, r.Digest, r.Seq, id, brief(r.Digest))
	case "":
		_, err = fmt.Fprintf(a.out, "%s %s is approved  %s  (act %d)\n", id, r.Version, r.Digest, r.Seq)
	default:
		_, err = fmt.Fprintf(a.out, "%s %s is recorded, and doesn't decide: %s  %s  (act %d)\n", id, r.Version, r.State, r.Digest, r.Seq)
	}
	if r.SameAs > 0 && err == nil {
		_, err = fmt.Fprintf(a.out, "  the same pack as in act %d\n", r.SameAs)
	}
	return err
}

// caveat says what has to be said of an answer about what is in force.
func caveat(a *app, at place) {
	if text := at.proviso(); text != "" {
		fmt.Fprintf(a.err, "koujing: %s\n", text)
	}
}

// dropFlag names the acts that an act is to drop.
type dropFlag struct {
	Drop []int64 `placeholder:"N" help:"The number of an act that waits, for a second person or for its date, and that this one drops; may be given several times."`
}

// drops returns the digests of the acts that an act would drop that comes into force then. The error tells of those that
// weren't named, or that don't wait.
func (f *dropFlag) drops(r *store.Report, from time.Time) ([]string, error) {
	var digests, unsaid []string
	named := map[int64]bool{}
	for _, n := range f.Drop {
		named[n] = true
	}
	for _, e := range r.Drops(from) {
		if !named[e.Seq] {
			unsaid = append(unsaid, printable(e.Words().In(phrase.EN))+fmt.Sprintf(" (--drop %d)", e.Seq))
		}
		delete(named, e.Seq)
		digests = append(digests, e.Act)
	}
	for n := range named {
		return nil, &exit{exitInvalid, fmt.Sprintf("act %d doesn't wait, or this doesn't drop it. koujing pack history shows what there is", n)}
	}
	if len(unsaid) > 0 {
		return nil, &exit{exitInvalid, "nothing was done, since this would drop " + strings.Join(unsaid, "; ") + ". Wait for it, or say that it is to be dropped"}
	}
	return digests, nil
}

// dropped tells which acts an act has dropped.
func (f *dropFlag) dropped(a *app) {
	for _, n := range f.Drop {
		fmt.Fprintf(a.out, "  act %d is dropped\n", n)
	}
}

func shownTime(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05 -07:00") }

// isNothing tells whether a place has nothing under an id.
func isNothing(err error) bool {
	var refused *act.Refusal
	return errors.As(err, &refused) && refused.Code == store.CodeNothing
}

// answer turns a refusal into the exit code for it: everything worked, and the answer is no.
func answer(err error) error {
	var refused *act.Refusal
	var broken *store.BuildError
	switch {
	case errors.As(err, &refused):
		return &exit{exitInvalid, printable(refused.Error())}
	case errors.As(err, &broken):
		return &exit{exitInvalid, printable(broken.Error())}
	}
	return err
}
