package ledger

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"koujing/host"
)

// Those decisions are recorded that have consequences, and no others; the texts come back to the byte.
func TestRecord(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := runner(t, l)
	cases := []string{
		pay("C-1", 2000), `{"do":"answer"}`, `{"id":"C-2","do":"gate"}`, "{", `{"do":"escalate"}`,
		"\n{ \"do\" : \"pay\",\r\n\t\"pay\": 3 , \"draft\":\"<\\u4e2d>\\\"\"}\n", `{"do":"pay" , "pay":0}`,
	}
	want := []int{0, 2, 4, 5, 6}
	var made []host.Decision
	for _, c := range cases {
		made = append(made, decide(t, r, c))
	}
	all := readAll(t, dir)
	if len(all) != len(want) {
		t.Fatalf("%d records, want %d: %+v", len(all), len(want), all)
	}
	for i, rec := range all {
		c, d := strings.TrimSpace(cases[want[i]]), made[want[i]]
		if string(rec.Case.Case) != c || string(rec.Case.Decision) != d.String() || *rec.Receipt != d.Receipt() || rec.State != Exact || rec.Seq != uint64(i+1) {
			t.Errorf("record %d: %+v\ncase %s\ndecision %s", i, rec, rec.Case.Case, rec.Case.Decision)
		}
	}
	if o := all[0].Outcome; o.Refund == nil || *o.Refund != (Refund{"payable", 2000, 2000, 2000, "credit", false, 0, "2026-11-24T10:00:00+08:00"}) {
		t.Errorf("%+v", o)
	}
	if o := all[1].Outcome; o.Status != "blocked" || !slices.Equal(o.Gates, []string{"not_owner"}) {
		t.Errorf("%+v", o)
	}
	if o := all[2].Outcome; o.Escalate == nil || *o.Escalate != (Escalate{1, "team_leader", true}) {
		t.Errorf("%+v", o)
	}
	rep := replay(t, dir)
	if rep.Records != 5 || rep.Proved != 5 || rep.Differences != 0 || rep.Last != 5 || rep.Chain != all[4].Chain {
		t.Errorf("%+v", rep)
	}
	log, _ := OpenLog(dir, nil)
	digest := made[2].Receipt().Decision
	if of := made[2].Receipt().Case; digest == of {
		t.Fatal("one digest for two things")
	}
	for _, name := range []string{"2", made[2].Receipt().Case, digest, strings.TrimPrefix(digest, "sha256:"), strings.ToUpper(digest[7:17])} {
		if rec, err := log.Find(name); err != nil || rec.Seq != 2 {
			t.Errorf("find %s: %v %v", name, rec.Seq, err)
		}
	}
	for _, name := range []string{"00000000", "77"} {
		if _, err := log.Find(name); !errors.Is(err, ErrNotFound) {
			t.Error(name, err)
		}
	}
	if _, err := log.Find("abc"); err == nil {
		t.Error("three digits name a record")
	}
	if info := l.Info(); info.Records != 5 || info.Dropped != 0 || info.Commits != 5 || info.Down != nil {
		t.Errorf("%+v", info)
	}
}

// Evidence holds nothing personal, and neither do file names or the key's file.
func TestEvidenceIsNotPersonal(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := runner(t, l)
	if _, err := r.Decide(WithCustomer(context.Background(), "13800138000"), []byte(pay("13900139000", 1))); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, evidenceDir, "00000001.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	for _, personal := range []string{"王", "13800138000", "13900139000", l.pseudonym("13800138000")} {
		if strings.Contains(string(text), personal) {
			t.Errorf("%s is in the evidence:\n%s", personal, text)
		}
	}
	if all := readAll(t, dir); all[0].Case.Customer != l.pseudonym("13800138000") {
		t.Errorf("%+v", all[0].Case)
	}
}
