package store

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"koujing/core/author"
	"koujing/core/author/phrase"
	"koujing/host/act"
)

// Take does an act: checks that it counts and fits, looks the pack over, lets the engine try it, and writes pack and
// record. built is the pack of a Publish and attached what the act names as attached to it; other acts name a pack that is
// here. expect, unless it is "", is the digest that the caller holds to be in force.
//
// When Take returns without an error, the act lasts. After an error nothing has changed, but for CodeUncertain: then
// the history tells. Errors are *act.Refusal, *BuildError for a pack that isn't in order, *DamageError, what Try returns,
// and those of the file system.
func (a *Archive) Take(ctx context.Context, env *act.Envelope, built, attached []byte, expect string) (*Entry, error) {
	_, what, err := act.Open(env.Bytes())
	if err != nil {
		return nil, err
	}
	now := a.opt.Now().UTC()
	if err := a.opt.Trust.Check(env, what, now); err != nil {
		return nil, err
	}
	if what.Action == act.Publish { // before others have to wait for it
		if err := a.look(what, built, attached, now); err != nil {
			return nil, err
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	// The pack is tried last but for the writing, and others wait meanwhile: two publishers can't both be next.
	unlock, err := a.lock(ctx, what.Pack)
	if err != nil {
		return nil, err
	}
	defer unlock()
	j, err := a.open(what.Pack)
	if err == nil {
		err = j.damage
	}
	if err != nil {
		return nil, err
	}
	all, head, err := a.head(what.Pack, j)
	if err != nil {
		return nil, err
	}
	if err := fits(env, what, all, head, expect); err != nil {
		return nil, err
	}
	if what.Action == act.Publish {
		err = a.unused(what, all)
	} else {
		built, err = a.published(what, all)
	}
	if err == nil && what.Change() {
		err = tellsDrops(what, all)
	}
	if err == nil && what.Action == act.Approve {
		err = a.approves(env, what, all)
	}
	if err == nil {
		err = a.opt.Try(ctx, built)
	}
	if err != nil {
		return nil, err
	}
	if err := a.write(j, env, what, built, attached, now); err != nil {
		return nil, err
	}
	all, _ = j.at(a.opt.Now(), a.opt.Trust)
	return &all[len(all)-1], nil
}

// look tells whether what is to be published is what the act names, and in order.
func (a *Archive) look(what *act.Act, built, attached []byte, now time.Time) error {
	if err := what.Names(built); err != nil {
		return err
	}
	if err := what.Attaches(attached); err != nil {
		return err
	}
	var files author.Sources
	if len(attached) > 0 {
		var err error
		if files, err = act.ReadAttached(attached); err != nil {
			return err
		}
	}
	if what.ActiveFrom.After(now) {
		now = what.ActiveFrom
	}
	return a.opt.Check(built, files, now)
}

// unused tells whether the version is free, or names this content already.
func (a *Archive) unused(what *act.Act, all []Entry) error {
	base, err := a.before(what.Pack, all)
	var damage *DamageError
	if errors.Is(err, errNothing) || errors.As(err, &damage) { // what can't be read has no version to collide with
		err = nil
	}
	if err != nil {
		return err
	}
	return free(what, versions(all, base))
}

// tellsDrops tells whether an act names the acts that wait for a date or a second person and that it would drop.
func tellsDrops(what *act.Act, all []Entry) error {
	var would []string
	var texts []phrase.Text
	for i := range all {
		if e := &all[i]; e.State == Pending || e.State == Planned && !e.start(all).Before(what.ActiveFrom) {
			r := e.Report()
			would, texts = append(would, r.Act), append(texts, r.Words())
		}
	}
	switch {
	case slices.Equal(would, what.Drops):
		return nil
	case len(would) == 0:
		return dropsNothing.of()
	}
	return dropsOthers.of(phrase.Join(texts, phrase.Text{"; ", "；"}))
}

// lock makes the folders, keeps other writers out, and sweeps up after one that was killed.
func (a *Archive) lock(ctx context.Context, id string) (func(), error) {
	if !act.ValidID(id) {
		return nil, errNothing
	}
	d := a.opt.disk
	for _, dir := range []string{a.dir, filepath.Join(a.dir, "packs"), filepath.Join(a.dir, "attached"), filepath.Join(a.dir, "acts"), a.folder(id)} {
		if err := makeDir(d, dir); err != nil {
			return nil, err
		}
	}
	unlock, err := d.Lock(ctx, filepath.Join(a.dir, "lock"))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(sweep(d, filepath.Join(a.dir, "packs")), sweep(d, filepath.Join(a.dir, "attached")), sweep(d, a.folder(id))); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// fits tells whether an act is the next one.
func fits(env *act.Envelope, what *act.Act, all []Entry, head Head, expect string) error {
	for i := range all {
		if all[i].Envelope.Digest() == env.Digest() {
			return takenAlready.of(all[i].AcceptedAt.Format(time.RFC3339))
		}
	}
	switch {
	case what.Seq <= head.Seq:
		return tooOld.of(what.Seq, head.Seq)
	case what.Seq > head.Seq+1:
		return wrongNumber.of(what.Seq, head.Seq+1)
	case expect != "" && expect != head.InForce:
		return otherInForce.of(orNone(head.InForce), expect)
	case what.Change() && what.Previous != head.InForce:
		return otherPrevious.of(orNone(head.InForce), orNone(what.Previous))
	}
	return nil
}

func orNone(digest string) phrase.Text {
	if digest == "" {
		return noPack
	}
	return phrase.Plain(digest)
}

// published returns the pack that a rollback or an approval names.
func (a *Archive) published(what *act.Act, all []Entry) ([]byte, error) {
	version, ok := wasPublished(all, what.Digest)
	if what.Action == act.Approve { // the pack isn't published before it is approved
		ok, version = true, what.Version
	}
	base, err := a.base(what.Pack)
	if err != nil {
		return nil, err
	}
	switch {
	case !ok && base != nil && base.Digest == what.Digest:
		return base.Built, what.Names(base.Built)
	case !ok && len(all) > 0 && all[0].Previous == what.Digest: // the base of those days
	case !ok:
		return nil, neverPublished.of(what.Digest)
	case version != what.Version:
		return nil, otherVersion.of(what.Digest, version, what.Version)
	}
	p, err := a.read(what.Digest)
	if err != nil {
		return nil, err
	}
	return p.Built, what.Names(p.Built)
}

// approves tells whether there is something to approve, and whether this person may.
func (a *Archive) approves(env *act.Envelope, what *act.Act, all []Entry) error {
	for i := len(all) - 1; i >= 0; i-- {
		e := &all[i]
		if e.Envelope.Digest() != what.Approves {
			continue
		}
		if e.State != Pending {
			return notWaiting.of(e.Seq, e.State.Said())
		}
		return act.Approved(e.Envelope, e.Act, env, what)
	}
	return noSuchAct.of()
}

// write puts pack and record on the disk. The record's rename is the moment at which the act is done.
func (a *Archive) write(j *journal, env *act.Envelope, what *act.Act, built, attached []byte, now time.Time) error {
	d := a.opt.disk
	if len(j.entries) == 0 && what.Previous != "" { // so that the program can change, and one can still go back
		if base, err := a.base(what.Pack); err != nil {
			return err
		} else if base != nil {
			if err := writeFile(d, a.packFile(base.Digest), base.Built); err != nil {
				return err
			}
		}
	}
	if what.Change() {
		if err := writeFile(d, a.packFile(what.Digest), built); err != nil {
			return err
		}
	}
	if what.Attached != "" {
		if err := writeFile(d, a.attachedFile(what.Attached), attached); err != nil {
			return err
		}
	}
	two := what.Change() && a.opt.Trust != nil && a.opt.Trust.TwoPersons
	text := newRecord(j.head(), now, two, env)
	file, hash := nameRecord(what.Seq, text)
	path := filepath.Join(a.folder(what.Pack), file)
	if err := writeFile(d, path, text); err != nil {
		var renamed renamedError
		if !errors.As(err, &renamed) {
			return err
		}
		// The record may be there, and may be gone after a power cut. So nobody can be told that the act is done: take it back.
		undo := d.Remove(path)
		if undo == nil || errors.Is(undo, fs.ErrNotExist) {
			undo = d.SyncDir(filepath.Dir(path))
		}
		if undo != nil {
			return uncertain.of(err.Error(), undo.Error())
		}
		return err
	}
	_, parsed, _ := act.Open(env.Bytes()) // read a moment ago
	j.entries = append(j.entries, Entry{Act: parsed, Envelope: env, AcceptedAt: now, TwoPersons: two, name: file, hash: hash})
	return nil
}
