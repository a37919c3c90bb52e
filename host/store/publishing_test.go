package store

import (
	"errors"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"koujing/core/author"
	"koujing/core/pack"
	"koujing/host/act"
)

// take tries an act and returns the code of the refusal.
func (d *desk) take(action act.Action, built []byte, by signer, change func(*act.Act)) (code, text string) {
	d.Helper()
	_, err := d.Take(d.Context(), d.next(action, built, by, change), built, nil, "")
	if err == nil {
		return "", ""
	}
	return refusal(err), err.Error()
}

// What waits for a second person or for its date is dropped only by an act that names it, and the history tells by which.
func TestDropsAreSaid(t *testing.T) {
	wang, li := newSigner(t, "王芳"), newSigner(t, "李强")
	one, two := builtPack("1", ""), builtPack("2", "")
	d := newDesk(t, t.TempDir(), ArchiveOptions{Trust: trustOf(t, true, wang, li)})
	d.do(act.Publish, one, wang, nil)
	code, text := d.take(act.Publish, two, li, nil)
	if code != CodeDrops || !strings.Contains(text, "act 1, 王芳's publish of 1 (test), which waits for a second person") || !strings.Contains(text, "--drop") {
		t.Error(code, text)
	}
	if got := d.states(); got != "pending" {
		t.Fatal(got)
	}
	if code, _ := d.take(act.Publish, two, li, func(a *act.Act) { a.Drops = []string{act.Digest(one)} }); code != CodeDrops {
		t.Error("drops something else:", code)
	}
	d.do(act.Publish, two, li, d.dropping)
	if got := d.states(); got != "dropped,pending" {
		t.Error(got)
	}
	r, err := d.Report("p")
	if err != nil || r.Acts[0].DroppedBy != 2 || len(r.Acts[1].Drops) != 1 || r.Acts[1].Drops[0] != r.Acts[0].Act || r.Acts[1].DroppedBy != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	d.do(act.Approve, two, wang, nil)
	if code, _ := d.take(act.Publish, builtPack("3", ""), li, func(a *act.Act) { a.Drops = []string{r.Acts[0].Act} }); code != CodeDrops {
		t.Error("drops what doesn't wait:", code)
	}

	// Plans: only those that would come into force later.
	d = newDesk(t, t.TempDir(), ArchiveOptions{})
	on := func(day int) func(*act.Act) {
		return func(a *act.Act) { a.ActiveFrom = time.Date(2026, 12, day, 0, 0, 0, 0, time.UTC) }
	}
	d.do(act.Publish, one, nobody, nil)
	d.do(act.Publish, two, nobody, on(10))
	d.do(act.Publish, builtPack("3", ""), nobody, on(20))
	if code, text := d.take(act.Publish, builtPack("4", ""), nobody, on(15)); code != CodeDrops || !strings.Contains(text, "act 3, ") || strings.Contains(text, "act 2, ") || !strings.Contains(text, "planned for 2026-12-20") {
		t.Error(code, text)
	}
	if code, text := d.take(act.Rollback, one, nobody, nil); code != CodeDrops || !strings.Contains(text, "act 2, ") || !strings.Contains(text, "act 3, ") {
		t.Error(code, text)
	}
	d.do(act.Publish, builtPack("4", ""), nobody, func(a *act.Act) { on(15)(a); d.dropping(a) })
	d.do(act.Rollback, one, nobody, d.dropping)
	all, err := d.History("p")
	if err != nil || d.states() != "past,dropped,dropped,dropped,in_force" || all[1].DroppedBy != 5 || all[2].DroppedBy != 4 || all[3].DroppedBy != 5 {
		t.Errorf("%s %+v, %v", d.states(), all, err)
	}
}

// A version names one content: whatever became of the first, another is refused, and the next free version is named.
func TestVersionNamesOneContent(t *testing.T) {
	d := newDesk(t, t.TempDir(), ArchiveOptions{Base: func(string) (*Pack, error) { return name("", builtPack("2026.11.8", "base")) }})
	if code, text := d.take(act.Publish, builtPack("2026.11.8", "other"), nobody, nil); code != CodeVersionTaken || !strings.Contains(text, "before the first act") || !strings.Contains(text, "take 2026.11.9,") {
		t.Error(code, text)
	}
	d.do(act.Publish, builtPack("2026.11.9", "a"), nobody, nil)
	d.do(act.Publish, builtPack("2026.11.10", "b"), nobody, func(a *act.Act) { a.ActiveFrom = d.now.Add(time.Hour).Truncate(time.Second) })
	d.do(act.Publish, builtPack("2026.12", "c"), nobody, d.dropping)
	for version, next := range map[string]string{"2026.11.9": "2026.11.11", "2026.11.10": "2026.11.11", "2026.12": "2026.13", "2026.11.8": "2026.11.11"} {
		if code, text := d.take(act.Publish, builtPack(version, "other"), nobody, nil); code != CodeVersionTaken || !strings.Contains(text, "take "+next+",") {
			t.Error(version, code, text)
		}
	}
	// The same content again is no other; it is told as what it is.
	if e := d.do(act.Publish, builtPack("2026.11.9", "a"), nobody, nil); e.SameAs != 1 || e.State != InForce {
		t.Errorf("%+v", e)
	}
	if got := nextVersion("spring", map[string][]namesake{"spring.1": {{}}}); got != "spring.2" {
		t.Error(got)
	}
}

// An archive of an earlier release may hold one version with two contents: it opens, decides and goes on, and whoever asks
// for that version is asked for a digest.
func TestDoublesOfEarlierReleases(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, dir, ArchiveOptions{})
	first, second := builtPack("1", "first"), builtPack("1", "second")
	d.do(act.Publish, first, nobody, nil)
	env := d.next(act.Publish, second, nobody, nil) // as an earlier release would have taken it
	_, what, err := act.Open(env.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	j, err := d.open("p")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.write(j, env, what, second, nil, d.now); err != nil {
		t.Fatal(err)
	}
	d = newDesk(t, dir, ArchiveOptions{})
	if p, err := d.Find("p", ""); err != nil || p.Digest != act.Digest(second) {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := d.Find("p", "1"); p != nil || refusal(err) != CodeAmbiguous || !strings.Contains(err.Error(), act.Digest(first)+" by 王芳 in act 1, "+act.Digest(second)+" by 王芳 in act 2") {
		t.Errorf("%+v, %v", p, err)
	}
	for _, built := range [][]byte{first, second} {
		if p, err := d.Find("p", act.Digest(built)); err != nil || p == nil || p.Digest != act.Digest(built) {
			t.Errorf("%+v, %v", p, err)
		}
	}
	d.do(act.Rollback, first, nobody, nil)
	if p, err := d.Find("p", ""); err != nil || p.Digest != act.Digest(first) {
		t.Errorf("%+v, %v", p, err)
	}
	d.do(act.Publish, builtPack("2", ""), nobody, nil)
	d.want("2")
	if code, _ := d.take(act.Publish, builtPack("1", "third"), nobody, nil); code != CodeVersionTaken {
		t.Error(code)
	}
}

// What a pack was published with comes back with it, whoever opens the archive; without it the act isn't taken.
func TestAttached(t *testing.T) {
	dir := t.TempDir()
	whole, err := Compile(Source{Embedded, "cn-broadband"})
	if err != nil {
		t.Fatal(err)
	}
	attached, err := whole.Attached()
	if err != nil || !strings.Contains(string(attached), `"tests/`) || !strings.Contains(string(attached), `"rows/`) {
		t.Fatal(err, string(attached))
	}
	publish := func(a *Archive, given, sent []byte) error {
		env, err := act.Seal(&act.Act{Action: act.Publish, Pack: whole.ID, Version: whole.Version, Digest: whole.Digest, Attached: digestOf(given), Seq: 1, Who: "王芳", At: time.Now().UTC().Truncate(time.Second), Why: "test"}, nil)
		if err == nil {
			_, err = a.Take(t.Context(), env, whole.Built, sent, "")
		}
		return err
	}
	none := func(string) (*Pack, error) { return nil, nil }
	a := OpenArchive(dir, ArchiveOptions{Base: none})
	for name, err := range map[string]error{"left out": publish(a, attached, nil), "not named": publish(a, nil, attached), "others": publish(a, attached, []byte(`{"tests/x.yaml":""}`))} {
		if refusal(err) != act.CodeDigest {
			t.Errorf("%s: %v", name, err)
		}
	}
	twice := []byte(`{"pack.yaml":""}`)
	if err := publish(a, twice, twice); refusal(err) != act.CodeMalformed {
		t.Error(err)
	}
	if err := publish(a, attached, attached); err != nil {
		t.Fatal(err)
	}
	p, err := OpenArchive(dir, ArchiveOptions{Base: none}).Find(whole.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	src, err := p.Sources()
	if err != nil || !maps.Equal(src, whole.sources) {
		t.Errorf("%d files of %d, %v", len(src), len(whole.sources), err)
	}
	// Damaged, the pack still decides, and the loss is told to whoever asks for the sources.
	if err := os.Truncate(a.attachedFile(act.Digest(attached)), 10); err != nil {
		t.Fatal(err)
	}
	var damage *DamageError
	if p, err = a.Find(whole.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Sources(); !errors.As(err, &damage) {
		t.Error(err)
	}
}

func digestOf(text []byte) string {
	if text == nil {
		return ""
	}
	return act.Digest(text)
}

// What is to be published is looked over: that its program is what its sources make, and what only a search shows.
func TestInspect(t *testing.T) {
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	src, err := Source{Embedded, "cn-broadband"}.Sources()
	if err != nil {
		t.Fatal(err)
	}
	made := func(change func(author.Sources)) []byte {
		t.Helper()
		files := maps.Clone(src)
		change(files)
		built, found := author.Build(files)
		if built == nil {
			t.Fatal(found)
		}
		return built
	}
	good := made(func(author.Sources) {})
	if err := Inspect(good, nil, day); err != nil {
		t.Error(err)
	}
	overlap := made(func(files author.Sources) {
		files["pack.yaml"] = strings.Replace(files["pack.yaml"], "files:\n", "files:\n  - rules/own.yaml\n", 1)
		files["rules/own.yaml"] = "decision: own.tier\nhit: unique\nrules:\n  - id: o.low\n    when: refund.pay_fen <= 5000\n    then: { tier: \"'low'\" }\n    row: BB-01\n  - id: o.high\n    when: refund.pay_fen >= 5000\n    then: { tier: \"'high'\" }\n    row: BB-01\n"
	})
	var broken *BuildError
	if err := Inspect(overlap, nil, day); !errors.As(err, &broken) || !strings.Contains(err.Error(), "rules/own.yaml:") {
		t.Error(err)
	}
	// Sources that a second person reads with pleasure, and a program that does something else.
	parsed, bad := pack.Parse(good)
	if bad != nil {
		t.Fatal(bad)
	}
	for i := range parsed.Source {
		if parsed.Source[i].Path == "rules/refund.yaml" {
			parsed.Source[i].Text = strings.Replace(parsed.Source[i].Text, "multiplier: 1", "multiplier: 0", 1)
		}
	}
	other := pack.Append(nil, parsed)
	if err := Inspect(other, nil, day); string(other) == string(good) || refusal(err) != CodeSources {
		t.Error(err)
	}
	var read *ReadError
	if err := Inspect([]byte("{}"), nil, day); !errors.As(err, &read) {
		t.Error(err)
	}
}
