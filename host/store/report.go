package store

import (
	"errors"
	"time"

	"koujing/core/author/phrase"
	"koujing/host/act"
)

// Report is the history of a pack as it is given out.
type Report struct {
	ID       string      `json:"id"`
	Seq      int64       `json:"seq"`      // of the last act; the next one has one more
	InForce  string      `json:"in_force"` // its digest, "" for none
	Version  string      `json:"version"`
	Previous string      `json:"previous"` // the digest in force before it, "" for none
	Base     *ReportBase `json:"base"`     // what was in force before the first act, null if nothing was
	Damage   string      `json:"damage"`   // why the acts end here though there may be more, "" if they don't
	Acts     []ReportAct `json:"acts"`     // oldest first
}

// ReportBase names a pack.
type ReportBase struct {
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// ReportAct is an act in a Report.
type ReportAct struct {
	Seq        int64      `json:"seq"`
	Action     act.Action `json:"action"`
	Version    string     `json:"version"`
	Digest     string     `json:"digest"`
	Previous   string     `json:"previous"`
	ActiveFrom *time.Time `json:"active_from"`
	Who        string     `json:"who"`
	Why        string     `json:"why"`
	At         time.Time  `json:"at"`          // by the clock of the one who signed
	AcceptedAt time.Time  `json:"accepted_at"` // by the host's
	Key        string     `json:"key"`         // its id, "" without a signature
	State      State      `json:"state"`       // "" for an approval
	ApprovedBy int64      `json:"approved_by"` // the number of the approval, 0 for none
	DroppedBy  int64      `json:"dropped_by"`  // the number of the act that dropped it, 0 for none
	SameAs     int64      `json:"same_as"`     // of a publish: the number of the last act before it with the same pack, 0 for none
	Drops      []string   `json:"drops"`       // the acts it was to drop, by their digest
	Attached   string     `json:"attached"`    // the digest of the files published along, "" for none
	Act        string     `json:"act"`         // the digest of the envelope: what an approval names
	Envelope   []byte     `json:"envelope"`    // as base64, for whoever wants to check the signature himself
}

// Report returns the history of a pack. Errors are those of the file system, and an *act.Refusal for an id that isn't one.
func (a *Archive) Report(id string) (*Report, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	j, err := a.open(id)
	if err != nil {
		return nil, err
	}
	all, head, err := a.head(id, j)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 && head.InForce == "" && j.damage == nil {
		return nil, errNothing
	}
	r := &Report{ID: id, Seq: head.Seq, InForce: head.InForce, Version: head.Version, Previous: head.Previous, Acts: []ReportAct{}}
	var damaged *DamageError
	if errors.As(j.damage, &damaged) {
		r.Damage = damaged.What
	}
	for i := range all {
		r.Acts = append(r.Acts, all[i].Report())
	}
	if p, err := a.before(id, all); err == nil {
		r.Base = &ReportBase{p.Version, p.Digest}
		if r.InForce == p.Digest {
			r.Version = p.Version
		}
	}
	return r, nil
}

// Report returns the act as it is given out.
func (e *Entry) Report() ReportAct {
	r := ReportAct{
		Seq: e.Seq, Action: e.Action, Version: e.Version, Digest: e.Digest, Previous: e.Previous, Who: e.Who, Why: e.Why,
		At: e.At, AcceptedAt: e.AcceptedAt.Truncate(time.Second), Key: e.Envelope.KeyID(), State: e.State, ApprovedBy: e.ApprovedBy,
		DroppedBy: e.DroppedBy, SameAs: e.SameAs, Drops: append([]string{}, e.Drops...), Attached: e.Attached,
		Act: e.Envelope.Digest(), Envelope: e.Envelope.Bytes(),
	}
	if !e.ActiveFrom.IsZero() {
		r.ActiveFrom = &e.ActiveFrom
	}
	return r
}

// Drops are the acts that wait for a second person or a date, and that an act would drop that comes into force then; the
// zero time is at once. Such an act has to name them.
func (r *Report) Drops(from time.Time) []*ReportAct {
	var out []*ReportAct
	for i := range r.Acts {
		if e := &r.Acts[i]; e.State == Pending || e.State == Planned && !e.ActiveFrom.Before(from) {
			out = append(out, e)
		}
	}
	return out
}

// Words says of an act that waits which it is and what for, for people.
func (r *ReportAct) Words() phrase.Text {
	waits := waitsSecond
	if r.State == Planned {
		waits = plannedFor.Of(r.ActiveFrom.Format(time.RFC3339))
	}
	return actWhich.Of(r.Seq, r.Who, r.Action.Said(), r.Version, r.Why, waits)
}

// Waiting returns the act that a second person has to approve, nil if there is none.
func (r *Report) Waiting() *ReportAct {
	for i := range r.Acts {
		if r.Acts[i].State == Pending {
			return &r.Acts[i]
		}
	}
	return nil
}
