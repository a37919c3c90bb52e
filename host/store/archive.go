package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"koujing/core/author"
	"koujing/host/act"
)

// Archive keeps what was published under a data folder: the packs, each named by its digest, and for every pack id the
// journal of the acts on it. What is in force follows from the journal, the clock and the configuration; there is no
// second place that says so.
//
// Several processes may work on one folder: whoever writes holds a lock, and everybody reads anew.
type Archive struct {
	dir string
	opt ArchiveOptions

	mu       sync.Mutex
	journals map[string]*journal
	bases    map[string]*Pack
}

// ArchiveOptions are what an Archive works with. All may be left out.
type ArchiveOptions struct {
	// Trust says whose acts count. Without it anybody's do.
	Trust *act.Trust
	// Try is asked before a pack is taken: whether the engine loads it. It must not put it in place.
	Try func(ctx context.Context, built []byte) error
	// Check looks at a pack that is to be published, for the day on which it comes into force: with the files attached to it,
	// by their paths. Default: Inspect.
	Check func(built []byte, attached author.Sources, day time.Time) error
	// Base is the pack that is in force while none was published, nil if there is none. Default: the embedded one of
	// this id.
	Base func(id string) (*Pack, error)
	// Now is the host's clock.
	Now func() time.Time

	disk disk // tests let it fail
}

// OpenArchive opens the archive of a data folder. The folder need not be there: the first write makes it.
func OpenArchive(dir string, opt ArchiveOptions) *Archive {
	if opt.Try == nil {
		opt.Try = func(context.Context, []byte) error { return nil }
	}
	if opt.Check == nil {
		opt.Check = Inspect
	}
	if opt.Base == nil {
		opt.Base = embeddedBase
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.disk == nil {
		opt.disk = osDisk{}
	}
	return &Archive{dir: dir, opt: opt, journals: map[string]*journal{}, bases: map[string]*Pack{}}
}

// TryWith sets what is asked before a pack is taken, once there is an engine. It must be called before the first Take.
func (a *Archive) TryWith(try func(ctx context.Context, built []byte) error) { a.opt.Try = try }

func embeddedBase(id string) (*Pack, error) {
	if !slices.Contains(Names(), id) {
		return nil, nil
	}
	return Compile(Source{Embedded, id})
}

// Codes of an act.Refusal that an Archive gives, besides those of act.
const (
	CodeReplayed     = "replayed"            // the act, or one with its number, was taken before
	CodeWrongNumber  = "wrong_number"        // acts before it are missing
	CodePrevious     = "previous_differs"    // another pack is in force than the act says
	CodePrecondition = "precondition_failed" // another pack is in force than the caller says
	CodeNoApproval   = "nothing_to_approve"
	CodeUnknownPack  = "unknown_pack"  // nothing of that digest was published
	CodeVersionTaken = "version_taken" // the version was published with other content
	CodeAmbiguous    = "ambiguous_version"
	CodeDrops        = "would_drop"      // acts wait that the act would drop, and it doesn't say so
	CodeSources      = "sources_differ"  // the pack isn't what comes out of the sources it carries
	CodeNothing      = "pack_not_found"  // nothing of that id is here
	CodeUncertain    = "outcome_unknown" // the disk failed at the last step, and in taking it back
)

// errNothing says that nothing was published under an id, and nothing of that name is embedded.
var errNothing = nothingHere.of()

func (a *Archive) folder(id string) string { return filepath.Join(a.dir, "acts", id) }

func (a *Archive) packFile(digest string) string { return a.named("packs", digest) }

func (a *Archive) attachedFile(digest string) string { return a.named("attached", digest) }

// named is the file of a folder that holds what a digest names.
func (a *Archive) named(folder, digest string) string {
	return filepath.Join(a.dir, folder, strings.TrimPrefix(digest, "sha256:")+shelfSuffix)
}

// open brings the journal of a pack up to date. a.mu must be held.
func (a *Archive) open(id string) (*journal, error) {
	if !act.ValidID(id) {
		return nil, noPackID.of(fmt.Sprintf("%.100s", id))
	}
	j := a.journals[id]
	if j == nil {
		j = &journal{}
		a.journals[id] = j
	}
	return j, j.read(a.opt.disk, a.folder(id))
}

func (a *Archive) base(id string) (*Pack, error) {
	if p := a.bases[id]; p != nil {
		return p, nil
	}
	p, err := a.opt.Base(id)
	if err == nil && p != nil {
		a.bases[id] = p
	}
	return p, err
}

// History returns the acts on a pack, oldest first, as they stand now. Of a damaged journal it returns the part before
// the damage, and the *DamageError.
func (a *Archive) History(id string) ([]Entry, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	j, err := a.open(id)
	if err != nil {
		return nil, err
	}
	all, _ := j.at(a.opt.Now(), a.opt.Trust)
	return all, j.damage
}

// IDs lists the packs that something was published under, and the embedded ones.
func (a *Archive) IDs() ([]string, error) {
	ids := Names()
	entries, err := a.opt.disk.ReadDir(filepath.Join(a.dir, "acts"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		if act.ValidID(e.Name()) && !slices.Contains(ids, e.Name()) {
			ids = append(ids, e.Name())
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// InForce yields the pack in force, and after it, for whoever can't use that, the ones that were in force before it. An
// error stands for one that can't be read or that the configuration doesn't trust. While nothing published is in force,
// it is what was before: the base.
func (a *Archive) InForce(id string) iter.Seq2[*Pack, error] {
	return func(yield func(*Pack, error) bool) {
		a.mu.Lock()
		j, err := a.open(id)
		var all []Entry
		var damage error
		if err == nil {
			all, _ = j.at(a.opt.Now(), a.opt.Trust)
			damage = j.damage
		}
		a.mu.Unlock()
		if err != nil {
			yield(nil, err)
			return
		}
		if damage == nil || yield(nil, damage) {
			a.candidates(id, all, damage != nil, yield)
		}
	}
}

// candidates goes back from the newest act. Below the first one is what was in force before; but not where acts that
// were in force don't count or are lost: to go back behind all of them unasked would be a change nobody made.
func (a *Archive) candidates(id string, all []Entry, began bool, yield func(*Pack, error) bool) {
	for i := len(all) - 1; i >= 0; i-- {
		e := &all[i]
		var p *Pack
		var err error
		switch {
		case e.State == Untrusted, e.State == Pending && e.counted: // it did in its day
			if err = e.trusted(a.opt.Trust); err == nil {
				err = needsApproval.of()
			}
			err = fmt.Errorf("act %d doesn't count: %w", e.Seq, err)
		case e.State == InForce, e.State == Past:
			p, err = a.load(e, all)
		default:
			continue
		}
		began = true
		if !yield(p, err) {
			return
		}
	}
	if began {
		return
	}
	a.mu.Lock()
	p, err := a.before(id, all)
	a.mu.Unlock()
	yield(p, err)
}

// before is the pack that is in force without any act, or was when the first one was taken. a.mu must be held.
func (a *Archive) before(id string, all []Entry) (*Pack, error) {
	if len(all) > 0 {
		if all[0].Previous == "" {
			return nil, errNothing
		}
		if p, err := a.base(id); err == nil && p != nil && p.Digest == all[0].Previous {
			return p, nil // with its sources, as far as the program still has it
		}
		return a.read(all[0].Previous)
	}
	p, err := a.base(id)
	if err == nil && p == nil {
		err = errNothing
	}
	return p, err
}

// load reads the pack of an entry, with the acts that put it in force.
func (a *Archive) load(e *Entry, all []Entry) (*Pack, error) {
	p, err := a.read(e.Digest)
	if err != nil {
		return nil, err
	}
	p.Bundle = &act.Bundle{Envelopes: []*act.Envelope{e.Envelope}, Acts: []*act.Act{e.Act}, Pack: p.Built}
	if e.ApprovedBy > 0 {
		by := &all[e.ApprovedBy-1]
		p.Bundle.Envelopes, p.Bundle.Acts = append(p.Bundle.Envelopes, by.Envelope), append(p.Bundle.Acts, by.Act)
	}
	if digest := attachedTo(all[:e.Seq], e.Digest); digest != "" {
		p.attached = func() (map[string]string, error) {
			text, err := a.readNamed(a.attachedFile(digest), digest)
			if err != nil {
				return nil, err
			}
			return act.ReadAttached(text)
		}
	}
	return p, nil
}

// attachedTo is the digest of what was attached to a pack when it was published last, "" for nothing.
func attachedTo(all []Entry, digest string) string {
	for i := len(all) - 1; i >= 0; i-- {
		if e := &all[i]; e.Action == act.Publish && e.Digest == digest {
			return e.Attached
		}
	}
	return ""
}

func (a *Archive) read(digest string) (*Pack, error) {
	path := a.packFile(digest)
	text, err := a.readNamed(path, digest)
	if err != nil {
		return nil, err
	}
	return name(path, text)
}

// readNamed reads a file that is named by what is in it.
func (a *Archive) readNamed(path, digest string) ([]byte, error) {
	text, err := a.opt.disk.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &DamageError{path, "it isn't there"}
	}
	if err == nil && act.Digest(text) != digest {
		return nil, &DamageError{path, "it doesn't have the content that its name says"}
	}
	return text, err
}

// Find returns a pack that was published, by version or digest, also one that still waits for its date or a second person:
// he has to look at it. With ref "" it is the one in force. It is nil if there is none. A version that was published with
// several contents, which archives of earlier releases may hold, is an *act.Refusal with CodeAmbiguous.
func (a *Archive) Find(id, ref string) (*Pack, error) {
	if ref == "" {
		for p, err := range a.InForce(id) {
			var refused *act.Refusal
			if errors.As(err, &refused) && refused.Code == CodeNothing {
				return nil, nil
			}
			return p, err
		}
		return nil, nil
	}
	all, err := a.History(id)
	var damage *DamageError
	if err != nil && !errors.As(err, &damage) {
		return nil, err
	}
	a.mu.Lock()
	base, err := a.before(id, all)
	a.mu.Unlock()
	if errors.Is(err, errNothing) {
		base, err = nil, nil
	}
	if same := versions(all, base)[ref]; len(same) > 1 {
		return nil, ambiguous(ref, same)
	}
	for i := len(all) - 1; i >= 0; i-- {
		if e := &all[i]; e.Change() && (e.Version == ref || e.Digest == ref) {
			return a.load(e, all)
		}
	}
	if err == nil && base != nil && base.Version != ref && base.Digest != ref {
		base = nil
	}
	return base, err
}

// Head is what the next act on a pack has to continue.
type Head struct {
	Seq      int64  // of the last act taken; the next has one more
	InForce  string // the digest in force, "" for none
	Version  string // of that
	Previous string // the last other digest in force before it, "" for none: what a rollback goes to
}

// lastOther is the last other pack that was in force before an entry: the same one may have been published again.
func lastOther(all []Entry, inForce *Entry) string {
	for i := inForce.Seq - 2; i >= 0; i-- {
		if e := &all[i]; e.State == Past && e.Digest != inForce.Digest {
			return e.Digest
		}
	}
	if all[0].Previous != inForce.Digest {
		return all[0].Previous
	}
	return ""
}

// Head returns what the next act has to continue.
func (a *Archive) Head(id string) (Head, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	j, err := a.open(id)
	if err == nil {
		err = j.damage
	}
	if err != nil {
		return Head{}, err
	}
	_, h, err := a.head(id, j)
	return h, err
}

func (a *Archive) head(id string, j *journal) ([]Entry, Head, error) {
	all, inForce := j.at(a.opt.Now(), a.opt.Trust)
	h := Head{Seq: int64(len(all))}
	switch {
	case inForce != nil:
		h.InForce, h.Version, h.Previous = inForce.Digest, inForce.Version, lastOther(all, inForce)
	case len(all) > 0:
		h.InForce = all[0].Previous
	default:
		base, err := a.base(id)
		if err != nil {
			return nil, h, err
		}
		if base != nil {
			h.InForce, h.Version = base.Digest, base.Version
		}
	}
	return all, h, nil
}

// mark changes whenever another pack comes into force, by an act or by its date.
func (a *Archive) mark(id string) string {
	all, err := a.History(id)
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].State == InForce {
			return fmt.Sprint(all[i].Seq, len(all), err)
		}
	}
	return fmt.Sprint(len(all), err)
}

// Status returns how a pack fares that no runner decides with, nil if nothing of it is in force.
func (a *Archive) Status(id string) (*Status, error) {
	all, err := a.History(id)
	var damage *DamageError
	if err != nil && !errors.As(err, &damage) {
		return nil, err
	}
	var st *Status
	for p, err := range a.InForce(id) {
		var refused *act.Refusal
		if errors.As(err, &refused) && refused.Code == CodeNothing {
			return nil, nil
		}
		if st == nil {
			st = &Status{ID: id, Source: Published, State: StateCurrent, CheckedAt: a.opt.Now().UTC(), Diagnostics: []author.Diagnostic{}}
		}
		if err != nil {
			if st.Error == "" {
				st.State, st.Error = StateRefused, reason(err)
			}
			continue
		}
		st.Version, st.Title, st.Digest = p.Version, p.Title, p.Digest
		if p.Bundle == nil {
			st.Source = Embedded
		} else {
			st.Since = all[p.Bundle.Acts[0].Seq-1].start(all).UTC()
		}
		break
	}
	return st, nil
}
