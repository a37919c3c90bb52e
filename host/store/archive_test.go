package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koujing/host/act"
)

var nobody = signer{who: "王芳"}

func TestPublishAndRollback(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, dir, ArchiveOptions{})
	if _, err := d.inForce(); refusal(err) != CodeNothing {
		t.Fatal(err)
	}
	one, two := builtPack("1", ""), builtPack("2", "")
	d.do(act.Publish, one, nobody, nil)
	d.want("1")
	d.do(act.Publish, two, nobody, nil)
	d.do(act.Publish, two, nobody, nil) // again, as one does with a new key
	d.want("2")
	if h, err := d.Head("p"); err != nil || h.Previous != act.Digest(one) {
		t.Errorf("back from there goes to %+v, %v", h, err)
	}
	if e := d.do(act.Rollback, one, nobody, nil); e.State != InForce || e.Seq != 4 {
		t.Errorf("%+v", e)
	}
	d.want("1")
	if got := d.states(); got != "past,past,past,in_force" {
		t.Error(got)
	}
	// Somebody who comes later finds the same, with the acts that made it so.
	again := newDesk(t, dir, ArchiveOptions{})
	again.want("1")
	for ref, version := range map[string]string{"": "1", "1": "1", "2": "2", act.Digest(two): "2"} {
		if p, err := again.Find("p", ref); err != nil || p == nil || p.Version != version || p.Bundle == nil || string(p.Bundle.Pack) != string(p.Built) {
			t.Errorf("%s: %+v, %v", ref, p, err)
		}
	}
	for _, ref := range []string{"3", act.Digest(nil)} {
		if p, err := again.Find("p", ref); p != nil || err != nil {
			t.Errorf("%s: %+v, %v", ref, p, err)
		}
	}
	if p, err := again.Find("q", ""); p != nil || err != nil {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := again.Find("../acts/p", ""); refusal(err) != "<nil>" {
		t.Error(err)
	}
}

// Until something is published, the embedded pack is in force; one can go back to it, even when the program has changed.
func TestBase(t *testing.T) {
	base := func(version string) func(string) (*Pack, error) {
		return func(string) (*Pack, error) { return name("", builtPack(version, "base")) }
	}
	dir := t.TempDir()
	d := newDesk(t, dir, ArchiveOptions{Base: base("0")})
	d.want("0")
	d.do(act.Publish, builtPack("1", ""), nobody, nil)
	d.want("1")
	d = newDesk(t, dir, ArchiveOptions{Base: base("0.1")})
	d.want("1")
	d.do(act.Rollback, builtPack("0", "base"), nobody, nil)
	d.want("0")
	d.do(act.Rollback, builtPack("0.1", "base"), nobody, nil)
	d.want("0.1")
	r, err := d.Report("p")
	if err != nil || r.Base == nil || r.Base.Version != "0" {
		t.Errorf("%+v, %v", r, err)
	}
}

// Plans: a pack comes into force at its date; the last act wins; what an earlier one had planned for later is dropped.
func TestPlanned(t *testing.T) {
	d := newDesk(t, t.TempDir(), ArchiveOptions{})
	on := func(day int) func(*act.Act) {
		return func(a *act.Act) {
			a.ActiveFrom = time.Date(2026, 12, day, 0, 0, 0, 0, time.UTC)
			d.dropping(a)
		}
	}
	d.do(act.Publish, builtPack("1", ""), nobody, nil)
	if e := d.do(act.Publish, builtPack("2", ""), nobody, on(10)); e.State != Planned {
		t.Error(e.State)
	}
	d.do(act.Publish, builtPack("3", ""), nobody, on(20))
	if got := d.states(); got != "in_force,planned,planned" {
		t.Error(got)
	}
	d.want("1")
	before := d.mark("p")
	d.now = time.Date(2026, 12, 10, 0, 0, 0, 0, time.UTC)
	d.want("2")
	if d.mark("p") == before {
		t.Error("the date came unseen")
	}
	d.do(act.Publish, builtPack("4", ""), nobody, on(15)) // before the one planned for the 20th, which is then dropped
	if got := d.states(); got != "past,in_force,dropped,planned" {
		t.Error(got)
	}
	d.do(act.Rollback, builtPack("1", ""), nobody, d.dropping) // and this drops the plan
	d.now = time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
	d.want("1")
	if got := d.states(); got != "past,past,dropped,dropped,in_force" {
		t.Error(got)
	}
	d.now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) // a clock set back doesn't undo what was done
	d.want("1")
}

func TestTwoPersons(t *testing.T) {
	wang, li, zhao := newSigner(t, "王芳"), newSigner(t, "李强"), newSigner(t, "赵敏")
	dir := t.TempDir()
	d := newDesk(t, dir, ArchiveOptions{Trust: trustOf(t, true, wang, li)})
	one, two := builtPack("1", ""), builtPack("2", "")
	if e := d.do(act.Publish, one, wang, nil); e.State != Pending {
		t.Error(e.State)
	}
	if _, err := d.inForce(); refusal(err) != CodeNothing {
		t.Fatalf("in force before it was approved: %v", err)
	}
	for who, want := range map[*signer]string{&wang: act.CodeSamePerson, &zhao: act.CodeUnknownKey, {who: "李强"}: act.CodeUnsigned, {who: "李强", key: wang.key}: act.CodeOtherName} {
		if _, err := d.Take(t.Context(), d.next(act.Approve, one, *who, nil), nil, nil, ""); refusal(err) != want {
			t.Errorf("%s: %v, want %s", who.who, err, want)
		}
	}
	if e := d.do(act.Approve, one, li, nil); e.State != "" {
		t.Error(e.State)
	}
	d.want("1")
	d.do(act.Publish, two, li, nil)
	d.do(act.Rollback, one, li, d.dropping)
	if got := d.states(); got != "in_force,,dropped,pending" {
		t.Error(got)
	}
	d.want("1")
	ap := d.next(act.Approve, one, wang, nil)
	if _, err := d.Take(t.Context(), ap, nil, nil, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Take(t.Context(), ap, nil, nil, ""); refusal(err) != CodeReplayed {
		t.Error(err)
	}
	if got := d.states(); got != "past,,dropped,in_force," {
		t.Error(got)
	}
	// What a bundle gives out is enough for somebody else who asks for two.
	p, err := d.Find("p", "")
	if err != nil || len(p.Bundle.Envelopes) != 2 || trustOf(t, true, wang, li).Verify(p.Bundle, d.now) != nil {
		t.Errorf("%+v, %v", p, err)
	}
}

// A configuration that changes: what isn't trusted any more doesn't count, and nothing else takes its place silently.
func TestTrustChanges(t *testing.T) {
	wang, li := newSigner(t, "王芳"), newSigner(t, "李强")
	dir := t.TempDir()
	one, two, three := builtPack("1", ""), builtPack("2", ""), builtPack("3", "")
	open := func(tr *act.Trust) *desk {
		return newDesk(t, dir, ArchiveOptions{Trust: tr, Base: func(string) (*Pack, error) { return name("", builtPack("0", "")) }})
	}
	open(nil).do(act.Publish, one, wang, nil)
	open(trustOf(t, false, wang)).want("1")
	if got, err := open(trustOf(t, false, li)).inForce(); got != "" || refusal(err) != act.CodeUnknownKey {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := open(trustOf(t, true, wang, li)).inForce(); got != "" || refusal(err) != act.CodeUnapproved {
		t.Errorf("%q, %v", got, err)
	}
	both := open(trustOf(t, true, wang, li))
	both.do(act.Approve, one, li, nil) // afterwards will do
	both.want("1")
	open(trustOf(t, false, wang, li)).do(act.Publish, two, li, nil)
	if got, err := open(trustOf(t, false, wang)).inForce(); got != "1" || refusal(err) != act.CodeUnknownKey {
		t.Errorf("%q, %v", got, err)
	}
	open(nil).do(act.Publish, three, signer{who: "x"}, nil) // another process with another configuration
	if got, err := open(trustOf(t, false, wang, li)).inForce(); got != "2" || refusal(err) != act.CodeUnsigned {
		t.Errorf("%q, %v", got, err)
	}
}

// Each of these is refused with its code, and neither a file nor what is in force changes.
func TestRefused(t *testing.T) {
	wang, li := newSigner(t, "王芳"), newSigner(t, "李强")
	dir := t.TempDir()
	refuse := errors.New("the engine says no")
	d := newDesk(t, dir, ArchiveOptions{Trust: trustOf(t, false, wang), Try: func(_ context.Context, built []byte) error {
		if strings.Contains(string(built), "bad") {
			return refuse
		}
		return nil
	}})
	one, two, three, bad := builtPack("1", ""), builtPack("2", ""), builtPack("3", ""), builtPack("4", "bad")
	old := d.next(act.Publish, one, wang, nil)
	if _, err := d.Take(t.Context(), old, one, nil, ""); err != nil {
		t.Fatal(err)
	}
	late := d.next(act.Publish, three, wang, nil)
	d.do(act.Publish, two, wang, nil)
	before := files(t, dir)
	publish := func(built []byte, change func(*act.Act)) *act.Envelope {
		return d.next(act.Publish, built, wang, change)
	}
	unsigned := publish(three, nil)
	unsigned.Signatures = unsigned.Signatures[:0]
	forged := publish(three, nil)
	forged.Signatures[0].Sig[5] ^= 4
	for name, tt := range map[string]struct {
		env    *act.Envelope
		built  []byte
		expect string
		want   string
	}{
		"the same act again":      {old, one, "", CodeReplayed},
		"an old one never taken":  {late, three, "", CodeReplayed},
		"an old pack published":   {publish(one, func(a *act.Act) { a.Seq = 1 }), one, "", CodeReplayed},
		"too far ahead":           {publish(three, func(a *act.Act) { a.Seq = 9 }), three, "", CodeWrongNumber},
		"after another pack":      {publish(three, func(a *act.Act) { a.Previous = act.Digest(one) }), three, "", CodePrevious},
		"after none":              {publish(three, func(a *act.Act) { a.Previous = "" }), three, "", CodePrevious},
		"something else expected": {publish(three, nil), three, act.Digest(one), CodePrecondition},
		"another text":            {publish(three, nil), one, "", act.CodeDigest},
		"no text":                 {publish(three, nil), nil, "", act.CodeDigest},
		"another version":         {publish(three, func(a *act.Act) { a.Version = "x" }), three, "", act.CodeOtherPack},
		"unsigned":                {unsigned, three, "", act.CodeUnsigned},
		"forged":                  {forged, three, "", act.CodeBadSignature},
		"unknown key":             {d.next(act.Publish, three, li, nil), three, "", act.CodeUnknownKey},
		"refused by the engine":   {publish(bad, nil), bad, "", refuse.Error()},
		"back to the unpublished": {d.next(act.Rollback, three, wang, nil), nil, "", CodeUnknownPack},
		"back under another name": {d.next(act.Rollback, one, wang, func(a *act.Act) { a.Version = "2" }), nil, "", CodeUnknownPack},
		"nothing to approve":      {d.next(act.Rollback, one, wang, func(a *act.Act) { a.Action, a.Approves = act.Approve, late.Digest() }), nil, "", CodeNoApproval},
		"approved already":        {d.next(act.Rollback, one, wang, func(a *act.Act) { a.Action, a.Approves = act.Approve, old.Digest() }), nil, "", CodeNoApproval},
	} {
		_, err := d.Take(t.Context(), tt.env, tt.built, nil, tt.expect)
		if got := refusal(err); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		var r *act.Refusal
		if errors.As(err, &r) && (r.Reason.Empty() || strings.HasSuffix(r.Error(), ".")) {
			t.Errorf("%s: %q", name, r)
		}
		d.want("2")
	}
	if after := files(t, dir); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("files changed: %d and %d", len(before), len(after))
	}
	if _, err := d.Take(t.Context(), publish(three, nil), three, nil, act.Digest(two)); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

// Two who publish at once, from two processes as it were: one of them is next, the other has to sign anew.
func TestTwoWriters(t *testing.T) {
	dir := t.TempDir()
	one, other := newDesk(t, dir, ArchiveOptions{}), newDesk(t, dir, ArchiveOptions{})
	for i := range 10 {
		a, b := builtPack(fmt.Sprint("a", i), ""), builtPack(fmt.Sprint("b", i), "")
		ea, eb := one.next(act.Publish, a, nobody, nil), other.next(act.Publish, b, nobody, nil)
		failed := make(chan error)
		go func() { _, err := one.Take(t.Context(), ea, a, nil, ""); failed <- err }()
		_, second := other.Take(t.Context(), eb, b, nil, "")
		first := <-failed
		if (first == nil) == (second == nil) || refusal(errors.Join(first, second)) != CodeReplayed {
			t.Fatalf("%v, %v", first, second)
		}
	}
	if all, err := one.History("p"); err != nil || len(all) != 10 {
		t.Errorf("%d acts, %v", len(all), err)
	}
}

// A file that was damaged later is told, and decides no more; what was in force before it does.
func TestDamage(t *testing.T) {
	setup := func(t *testing.T) (*desk, []string) {
		dir := t.TempDir()
		d := newDesk(t, dir, ArchiveOptions{})
		for i := range 3 {
			d.do(act.Publish, builtPack(fmt.Sprint(i+1), ""), nobody, nil)
		}
		records, err := filepath.Glob(filepath.Join(dir, "acts", "p", "*.json"))
		if err != nil || len(records) != 3 {
			t.Fatal(records, err)
		}
		return d, records
	}
	for name, tt := range map[string]struct {
		break_  func(d *desk, records []string) error
		version string
		blocked bool
	}{
		"a bit of the last record": {func(_ *desk, r []string) error { return flip(r[2], 10) }, "2", true},
		"a bit of the first":       {func(_ *desk, r []string) error { return flip(r[0], 10) }, "", true},
		"the last cut short":       {func(_ *desk, r []string) error { return os.Truncate(r[2], 50) }, "2", true},
		"the last emptied":         {func(_ *desk, r []string) error { return os.Truncate(r[2], 0) }, "2", true},
		"one in the middle gone":   {func(_ *desk, r []string) error { return os.Remove(r[1]) }, "1", true},
		"one put in again": {func(d *desk, r []string) error {
			return os.Link(r[0], strings.Replace(r[0], "00000001", "00000004", 1))
		}, "3", true},
		"a bit of the pack": {func(d *desk, _ []string) error { return flip(d.packFile(act.Digest(builtPack("3", ""))), 10) }, "2", false},
		"the pack gone":     {func(d *desk, _ []string) error { return os.Remove(d.packFile(act.Digest(builtPack("3", "")))) }, "2", false},
	} {
		t.Run(name, func(t *testing.T) {
			d, records := setup(t)
			if err := tt.break_(d, records); err != nil {
				t.Fatal(err)
			}
			again := newDesk(t, d.dir, ArchiveOptions{})
			got, err := again.inForce()
			var damage *DamageError
			if got != tt.version || !errors.As(err, &damage) {
				t.Errorf("in force is %q (%v), want %q", got, err, tt.version)
			}
			_, err = again.Head("p")
			if errors.As(err, &damage) != tt.blocked {
				t.Errorf("publishing on: %v", err)
			}
		})
	}
}

func flip(path string, at int) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text[at] ^= 1
	return os.WriteFile(path, text, 0o600)
}
