package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"koujing/host/act"
)

// A journal is the acts on one pack, in order, each in a file of its own: its name is the act's number and the digest
// of what is in it, and in it is the digest of the one before. A record comes with a rename, as packs do, so there is
// never half of one: what doesn't fit its name was damaged later.
type journal struct {
	entries []Entry
	damage  error // *DamageError: the entries end before what can't be trusted
}

// Entry is an act that was taken, and how it stands.
type Entry struct {
	*act.Act
	Envelope   *act.Envelope
	AcceptedAt time.Time // by the host's clock
	TwoPersons bool      // a second person was asked for when it was taken
	ApprovedBy int64     // the number of the act that approves it, 0 for none
	DroppedBy  int64     // the number of the act that dropped it, 0 for none
	SameAs     int64     // of a publish: the number of the last act before it with the same pack, 0 for none
	State      State     // at the moment it was asked for

	counted bool   // it was in force, or could be, when it was taken: whatever the configuration says today
	name    string // of its file
	hash    string // of what is in it
}

// State is how an act stands.
type State string

// The states of an act. An approval has none.
const (
	InForce   State = "in_force"
	Planned   State = "planned"   // for a later date
	Pending   State = "pending"   // a second person has to approve it
	Past      State = "past"      // was in force
	Dropped   State = "dropped"   // another act came before its date or its approval
	Untrusted State = "untrusted" // by the present configuration it doesn't count
)

// record is how an entry is written.
type record struct {
	Prev       string          `json:"prev"` // the digest of the record before, "" in the first
	AcceptedAt time.Time       `json:"accepted_at"`
	TwoPersons bool            `json:"two_persons"`
	Envelope   json.RawMessage `json:"envelope"`
}

func newRecord(prev string, at time.Time, two bool, e *act.Envelope) []byte {
	text, err := json.Marshal(record{prev, at, two, e.Bytes()})
	if err != nil { // a valid envelope and a time of this millennium
		panic(err)
	}
	return text
}

// DamageError says that a file of the data folder isn't what was written.
type DamageError struct {
	Path string
	What string
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("%s is damaged: %s. Put it back from a backup or from another host", e.Path, e.What)
}

var recordName = regexp.MustCompile(`^([0-9]{8})-([0-9a-f]{64})\.json$`)

func nameRecord(seq int64, text []byte) (name, hash string) {
	hash = act.Digest(text)
	return fmt.Sprintf("%08d-%s.json", seq, hash[len("sha256:"):]), hash
}

// read brings the journal up to what is on the disk. Records that were read before are not read again: they don't
// change, and one that was taken back (its writer got an error) or put in its place shows by its name.
func (j *journal) read(d disk, dir string) error {
	listed, err := d.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var names []string
	for _, e := range listed {
		if recordName.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	known := 0
	for known < len(names) && known < len(j.entries) && names[known] == j.entries[known].name {
		known++
	}
	j.entries, j.damage = slices.Clip(j.entries[:known]), nil
	for _, name := range names[known:] {
		e, err := j.next(d, dir, name)
		var damage *DamageError
		if errors.As(err, &damage) {
			j.damage = damage
			return nil
		}
		if err != nil {
			return err
		}
		j.entries = append(j.entries, *e)
	}
	return nil
}

// next reads the record that follows.
func (j *journal) next(d disk, dir, name string) (*Entry, error) {
	path := filepath.Join(dir, name)
	damaged := func(format string, args ...any) error { return &DamageError{path, fmt.Sprintf(format, args...)} }
	text, err := d.ReadFile(path)
	if err != nil {
		return nil, err
	}
	parts := recordName.FindStringSubmatch(name)
	hash := act.Digest(text)
	if hash != "sha256:"+parts[2] {
		return nil, damaged("it doesn't have the content that its name says")
	}
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, damaged("%v", err)
	}
	env, a, err := act.Open(r.Envelope)
	if err != nil {
		return nil, damaged("%v", err)
	}
	seq, _ := strconv.ParseInt(parts[1], 10, 64) // eight digits
	switch {
	case !bytes.Equal(newRecord(r.Prev, r.AcceptedAt, r.TwoPersons, env), text):
		return nil, damaged("it isn't written the way it was")
	case seq != int64(len(j.entries))+1 || a.Seq != seq:
		return nil, damaged("it is act %d where act %d should be: one is missing, or there are two", a.Seq, len(j.entries)+1)
	case r.Prev != j.head():
		return nil, damaged("it doesn't follow the act before it")
	case a.Pack != filepath.Base(dir):
		return nil, damaged("it is about the pack %s", a.Pack)
	}
	return &Entry{Act: a, Envelope: env, AcceptedAt: r.AcceptedAt, TwoPersons: r.TwoPersons, name: name, hash: hash}, nil
}

// head is the digest of the last record, "" if there is none.
func (j *journal) head() string {
	if len(j.entries) == 0 {
		return ""
	}
	return j.entries[len(j.entries)-1].hash
}

// at returns the entries as they stand at a moment, and the one in force, nil if there is none.
func (j *journal) at(now time.Time, trust *act.Trust) ([]Entry, *Entry) {
	all := slices.Clone(j.entries)
	for i := range all {
		e := &all[i]
		e.counted = e.Change() && !e.TwoPersons
		if e.Action != act.Approve {
			continue
		}
		for k := range all[:i] {
			if first := &all[k]; first.Envelope.Digest() == e.Approves {
				first.counted = true
				if e.trusted(trust) != nil {
					e.State = Untrusted
				} else if trust == nil || act.Approved(first.Envelope, first.Act, e.Envelope, e.Act) == nil {
					first.ApprovedBy = e.Seq
				}
			}
		}
	}
	var inForce, newest *Entry
	var next time.Time // when the earliest of the newer ones came, or is to come, into force
	for i := len(all) - 1; i >= 0; i-- {
		e := &all[i]
		if !e.Change() {
			continue
		}
		if e.trusted(trust) != nil {
			e.State = Untrusted
			continue
		}
		first := newest == nil
		if first {
			newest = e
		}
		if e.ApprovedBy == 0 && (e.TwoPersons || trust != nil && trust.TwoPersons) {
			switch {
			case first:
				e.State = Pending
			case e.counted: // taken before two persons were asked for, or the second one's key is gone
				e.State = Untrusted
			default:
				e.State = Dropped
			}
			continue
		}
		start := e.start(all)
		switch {
		case !next.IsZero() && !start.Before(next):
			e.State = Dropped
		case inForce != nil:
			e.State = Past
		case e.ActiveFrom.After(now):
			e.State = Planned
		default:
			e.State, inForce = InForce, e
		}
		if next.IsZero() || start.Before(next) {
			next = start
		}
	}
	for i := range all {
		all[i].relate(all, trust)
	}
	return all, inForce
}

// relate finds the acts that an entry is to be seen with: the one that dropped it, and the last one with the same pack.
func (e *Entry) relate(all []Entry, trust *act.Trust) {
	alone := func(e *Entry) bool { return e.ApprovedBy == 0 && (e.TwoPersons || trust != nil && trust.TwoPersons) }
	for i := range all {
		switch other := &all[i]; {
		case !other.Change():
		case other.Seq < e.Seq && e.Action == act.Publish && other.Digest == e.Digest:
			e.SameAs = other.Seq
		case other.Seq > e.Seq && e.State == Dropped && e.DroppedBy == 0 && other.State != Untrusted &&
			(alone(e) || !alone(other) && !other.start(all).After(e.start(all))):
			e.DroppedBy = other.Seq
		}
	}
}

// start is when an entry came into force: its date, or when it was taken or approved if that was later.
func (e *Entry) start(all []Entry) time.Time {
	at := e.AcceptedAt
	if e.ApprovedBy > 0 {
		at = all[e.ApprovedBy-1].AcceptedAt
	}
	if e.ActiveFrom.After(at) {
		return e.ActiveFrom
	}
	return at
}

// trusted tells whether an entry counts by the configuration of today. Keys are looked at as of the time the act was
// taken: a key that is past its date doesn't undo what was done with it before.
func (e *Entry) trusted(trust *act.Trust) error {
	return trust.Check(e.Envelope, e.Act, e.AcceptedAt)
}

// wasPublished tells whether a digest may be gone back to: its act didn't want for an approval. It returns the version.
func wasPublished(all []Entry, digest string) (version string, ok bool) {
	for _, e := range all {
		if e.counted && e.Digest == digest {
			return e.Version, true
		}
	}
	return "", false
}
