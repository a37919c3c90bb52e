package ledger

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koujing/host/store"
)

// onDisk tells whether a text is in any file of a log.
func onDisk(t *testing.T, dir, text string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || strings.Contains(string(b), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Erasing takes a customer's name and words off the disk, in old files and in the current one, and leaves the others,
// the evidence and its proof.
func TestErase(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{SegmentBytes: 6000})
	r := runner(t, l)
	before := map[uint64]Evidence{}
	for i := range 12 {
		decide(t, r, strings.ReplaceAll(pay(fmt.Sprintf("C-%d", i%3), i), "王", fmt.Sprintf("王%d号", i%3)))
	}
	for _, rec := range readAll(t, dir) {
		before[rec.Seq] = rec.Evidence
	}
	if !onDisk(t, dir, "王1号") {
		t.Fatal("nothing to erase")
	}
	if n, err := l.Erase(context.Background(), "C-1"); n != 4 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := l.Erase(context.Background(), "C-9"); n != 0 || err != nil {
		t.Error(n, err)
	}
	if onDisk(t, dir, "王1号") || !onDisk(t, dir, "王0号") || !onDisk(t, dir, "王2号") {
		t.Error("the wrong names are on disk")
	}
	decide(t, r, pay("C-1", 99)) // he may come back
	erased := 0
	for _, rec := range readAll(t, dir) {
		if was, ok := before[rec.Seq]; ok && was.Chain != rec.Chain {
			t.Errorf("the evidence of %d changed", rec.Seq)
		}
		if rec.State == Erased {
			erased++
			if masked := string(rec.Case.Masked); !strings.Contains(masked, `"surname":null`) || !strings.Contains(masked, `"transcript":null`) || !strings.Contains(masked, `"pay":`) || rec.Case.Customer != "" || rec.Case.ErasedAt.IsZero() {
				t.Errorf("left of %d: %s %+v", rec.Seq, masked, rec.Case)
			}
		}
	}
	rep := replay(t, dir)
	if erased != 4 || rep.Proved != 9 || rep.Masked != 4 || rep.Acts != 2 || rep.Differences != 0 {
		t.Errorf("%d erased, %+v %+v", erased, rep, rep.First)
	}
	if numbers, _ := segments(dir, casesDir); len(numbers) < 2 {
		t.Error("all in one file: this shows little")
	}
}

// An erasure that a crash has interrupted is finished by the next start.
func TestEraseResumes(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := runner(t, l)
	decide(t, r, pay("C-1", 1))
	text := `{"customer":"` + l.pseudonym("C-1") + `","at":"2026-11-22T10:00:00Z"}`
	l.Close()
	if err := store.WriteFile(l.erasureFile(), []byte(text)); err != nil {
		t.Fatal(err)
	}
	open(t, dir, Options{})
	all := readAll(t, dir)
	if onDisk(t, dir, "王") || len(all) != 2 || all[0].State != Erased || all[1].Kind != Erasure || all[1].Cases != 1 {
		t.Errorf("%+v", all)
	}
	if _, err := os.Stat(l.erasureFile()); !os.IsNotExist(err) {
		t.Error("it isn't over")
	}
}

// A log that keeps masked cases only never writes a name.
func TestMaskedOnly(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{MaskedOnly: true})
	r := runner(t, l)
	decide(t, r, pay("C-1", 7))
	if onDisk(t, dir, "王") {
		t.Error("the name is on disk")
	}
	if all := readAll(t, dir); all[0].State != Masked || all[0].Case.Decision != nil {
		t.Errorf("%+v", all[0])
	}
	if rep := replay(t, dir); rep.Masked != 1 || rep.Differences != 0 {
		t.Errorf("%+v", rep)
	}
	if n, err := l.Erase(context.Background(), "C-1"); n != 1 || err != nil {
		t.Error(n, err)
	}
	if rep := replay(t, dir); rep.Masked != 1 || rep.Differences != 0 {
		t.Errorf("erased: %+v", rep)
	}
}

// A personal field that took part in the outcome: the record can't be proved any more, which is no difference.
func TestMaskedTookPart(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{MaskedOnly: true, Mask: []string{"pay"}})
	r := runner(t, l)
	decide(t, r, pay("C-1", 7))
	if rep := replay(t, dir); rep.Unproved != 1 || rep.Masked != 0 || rep.Differences != 0 {
		t.Errorf("%+v", rep)
	}
}

// Old files go as a whole; that they went is recorded, and the rest still proves itself.
func TestPrune(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	l := open(t, dir, Options{now: func() time.Time { return now }})
	r := runner(t, l)
	for day := range 5 {
		now = now.Add(25 * time.Hour)
		for i := range 2 {
			decide(t, r, pay(fmt.Sprint(day), i))
		}
	}
	ctx := context.Background()
	if through, err := l.Prune(ctx, PruneCases, now.Add(-50*time.Hour)); through != 4 || err != nil {
		t.Fatal(through, err)
	}
	rep := replay(t, dir)
	if rep.Records != 11 || rep.Proved != 6 || rep.Unproved != 4 || rep.Acts != 1 || rep.Differences != 0 {
		t.Errorf("cases removed: %+v %+v", rep, rep.First)
	}
	if through, err := l.Prune(ctx, PruneEvidence, now.Add(-50*time.Hour)); through != 4 || err != nil {
		t.Fatal(through, err)
	}
	rep = replay(t, dir)
	if rep.Records != 8 || rep.Proved != 6 || rep.Acts != 2 || rep.Differences != 0 {
		t.Errorf("evidence removed: %+v %+v", rep, rep.First)
	}
	if through, err := l.Prune(ctx, PruneEvidence, now.Add(1000*time.Hour)); through != 8 || err != nil {
		t.Error(through, err)
	}
	if _, err := l.Prune(ctx, "everything", now); err == nil {
		t.Error("everything was removed")
	}
	l.Close()

	now = now.Add(26 * time.Hour)
	l = open(t, dir, Options{now: func() time.Time { return now }, KeepCases: time.Hour})
	r = runner(t, l)
	decide(t, r, pay("C", 1))
	if rep := replay(t, dir); rep.Differences != 0 || rep.Proved < 1 {
		t.Errorf("%+v", rep)
	}
}

func TestMask(t *testing.T) {
	const c = `{"id":"C","customer":{"surname":"王","is_owner":true},"lines":[{"id":"L1","item":"彩铃<1>","charged_fen":1500},{"id":"L2","item":null}],` +
		`"transcript":[{"by":"agent","text":"您好"}],"draft":"…","facts":{"a":"text","b":5,"c":{"d":"text","e":true},"f":["text",1]}}`
	for _, tt := range []struct {
		rules      []string
		text, want string
	}{
		{DefaultMask, c, `{"id":"C","customer":{"surname":null,"is_owner":true},"lines":[{"id":"L1","item":null,"charged_fen":1500},{"id":"L2","item":null}],` +
			`"transcript":null,"draft":null,"facts":{"a":null,"b":5,"c":{"d":null,"e":true},"f":[null,1]}}`},
		{[]string{"customer", "lines[].id:text", "facts.*"}, c, `{"id":"C","customer":null,"lines":[{"id":null,"item":"彩铃<1>","charged_fen":1500},{"id":null,"item":null}],` +
			`"transcript":[{"by":"agent","text":"您好"}],"draft":"…","facts":{"a":null,"b":null,"c":null,"f":null}}`},
		{[]string{"transcript[]"}, c, strings.Replace(c, `{"by":"agent","text":"您好"}`, "null", 1)},
		{[]string{}, c, c},
		{DefaultMask, `{"now": "x" , "a" :[ ] }`, `{"now":"x","a":[]}`},
		{DefaultMask, `{"a":`, "null"}, {DefaultMask, "", "null"},
	} {
		m, err := newMask(tt.rules)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(m.append([]byte("x"), []byte(tt.text))); got != "x"+tt.want {
			t.Errorf("%v:\n%s\nwant\n%s", tt.rules, got[1:], tt.want)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add(`{"customer":{"surname":"王"},"facts":{"a":["x",{"b":"y"}]},"lines":[{"item":"z"}]}`)
	m, err := newMask(DefaultMask)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := m.append(nil, []byte(text))
		if twice := m.append(nil, once); string(twice) != string(once) {
			t.Errorf("%q masked is %s, masked again %s", text, once, twice)
		}
	})
}
