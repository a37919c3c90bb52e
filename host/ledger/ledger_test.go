package ledger

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"koujing/host"
	"koujing/host/internal/behave"
)

var cacheDir string

func TestMain(m *testing.M) {
	var err error
	if cacheDir, err = os.MkdirTemp("", "koujing-cache-"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 { // a goroutine that a test has left behind
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.RemoveAll(cacheDir)
	os.Exit(code)
}

func open(t testing.TB, dir string, opt Options) *Ledger {
	t.Helper()
	l, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func start(ctx context.Context, module []byte) (*host.Runner, error) {
	return host.New(ctx, host.WithModule(module), host.WithCacheDir(cacheDir), host.WithPoolSize(2))
}

// runner makes a runner that records.
func runner(t testing.TB, rec host.Recorder) *host.Runner {
	t.Helper()
	wasm, err := behave.Module()
	if err != nil {
		t.Fatal(err)
	}
	r, err := host.New(context.Background(), host.WithModule(wasm), host.WithPack([]byte(behave.Pack)), host.WithCacheDir(cacheDir), host.WithPoolSize(2), host.WithRecorder(rec))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background()) })
	return r
}

func decide(t testing.TB, r *host.Runner, text string) host.Decision {
	t.Helper()
	d, err := r.Decide(context.Background(), []byte(text))
	if err != nil {
		t.Fatalf("%.80s: %v", text, err)
	}
	return d
}

func pay(customer string, fen int) string {
	return fmt.Sprintf(`{"id":"%s","do":"pay","pay":%d,"customer":{"surname":"王"},"transcript":[{"by":"customer","text":"我姓王"}]}`, customer, fen)
}

// readAll reads a log whole; damage fails the test.
func readAll(t testing.TB, dir string) []Record {
	t.Helper()
	log, err := OpenLog(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []Record
	for r, err := range log.Records() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func replay(t testing.TB, dir string) Report {
	t.Helper()
	log, err := OpenLog(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := Replay{Start: start}.Run(context.Background(), log)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

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

// Two cases may get the same decision; its digest alone doesn't tell them apart. The same case again does no harm.
func TestFindAmbiguous(t *testing.T) {
	dir := t.TempDir()
	r := runner(t, open(t, dir, Options{}))
	var d host.Decision
	for _, c := range []string{`{"do":"gate","a":10}`, `{"do":"gate","a":20}`, `{"do":"gate","a":20}`} {
		d = decide(t, r, c)
	}
	log, err := OpenLog(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	var several *AmbiguousError
	if _, err := log.Find(d.Receipt().Decision); !errors.As(err, &several) || !slices.Equal(several.Records, []uint64{1, 3}) {
		t.Error(err)
	}
	if rec, err := log.Find(d.Receipt().Case); err != nil || rec.Seq != 3 {
		t.Error(rec.Seq, err)
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

// A log goes on where it was left, in new files when the old ones are big, and one process writes at a time.
func TestReopen(t *testing.T) {
	dir := t.TempDir()
	for i := range 4 {
		l := open(t, dir, Options{SegmentBytes: 4000})
		if _, err := Open(dir, Options{}); !errors.Is(err, ErrLocked) {
			t.Errorf("twice: %v", err)
		}
		r := runner(t, l)
		for k := range 5 {
			decide(t, r, pay("C", i*5+k))
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Decide(context.Background(), []byte(pay("C", 1))); !errors.Is(err, ErrClosed) || !errors.Is(err, host.ErrNotRecorded) {
			t.Error(err)
		}
	}
	all := readAll(t, dir)
	if len(all) != 20 {
		t.Fatalf("%d records", len(all))
	}
	for i, r := range all {
		if r.Seq != uint64(i+1) || r.Outcome.Refund.Pay != int64(i) {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if numbers, _ := segments(dir, evidenceDir); len(numbers) < 3 {
		t.Errorf("segments %v", numbers)
	}
	if rep := replay(t, dir); rep.Proved != 20 || rep.Differences != 0 {
		t.Errorf("%+v", rep)
	}
}

// Many at once share a flush; every one of them is there, in an order that each caller saw.
func TestGroups(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := runner(t, l)
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := range 20 {
				decide(t, r, pay(fmt.Sprint(g), i))
			}
		})
	}
	wg.Wait()
	next := map[string]int64{}
	for _, rec := range readAll(t, dir) {
		who := textAt(rec.Case.Case, "id")
		if rec.Outcome.Refund.Pay != next[who] {
			t.Errorf("%s: %d, want %d", who, rec.Outcome.Refund.Pay, next[who])
		}
		next[who]++
	}
	info := l.Info()
	if len(next) != 16 || info.Records != 320 || info.Commits >= 320 {
		t.Errorf("%d callers, %+v", len(next), info)
	}
	if rep := replay(t, dir); rep.Proved != 320 || rep.Differences != 0 {
		t.Errorf("%+v", rep)
	}
}

// A reader beside the writer sees whole records only, never a damage.
func TestReadWhileWriting(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{SegmentBytes: 40_000})
	r := runner(t, l)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 100 {
				decide(t, r, pay("C", i))
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	seen := 0
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		n := len(readAll(t, dir))
		if n < seen {
			t.Errorf("%d records after %d", n, seen)
		}
		seen = n
	}
	if seen != 400 {
		t.Errorf("%d records", seen)
	}
}

// In Sample mode nothing waits and nothing fails; what is not in the log is counted.
func TestSample(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{Mode: Sample, Share: 0.3})
	r := runner(t, l)
	for i := range 300 {
		decide(t, r, pay("C", i))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	decide(t, r, pay("C", 0)) // after the end, too
	n, info := len(readAll(t, dir)), l.Info()
	if n < 50 || n > 140 || int(info.Records) != n || int(info.Dropped) != 301-n {
		t.Errorf("%d in the log, %+v", n, info)
	}
	if rep := replay(t, dir); rep.Proved != n || rep.Differences != 0 {
		t.Errorf("%+v", rep)
	}
}

// A decision by an engine or a pack the log hasn't got is not taken: it could never be proved.
func TestMaterial(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	other := runner(t, open(t, t.TempDir(), Options{}))
	c := pay("C", 1)
	d := decide(t, other, c)
	if err := l.Record(context.Background(), []host.Made{{Case: []byte(c), Decision: d.Bytes()}}); !errors.Is(err, ErrMaterial) {
		t.Error(err)
	}
	if err := l.Keep(context.Background(), host.Material{Kind: host.BuiltPack, Digest: "sha256:../../x"}); err == nil {
		t.Error("a digest that leads elsewhere was taken")
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{
		{Mode: "sometimes"}, {Mode: Sample, Share: 1.5}, {Mode: Sample, Share: -1}, {Mask: []string{""}}, {Mask: []string{"a..b"}},
		{Mask: []string{"a[0]"}}, {Mask: []string{"a:number"}},
	} {
		if _, err := Open(t.TempDir(), o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}

// Whatever a crash leaves of the last group, the log opens, keeps what was acknowledged and proves it.
func TestTornEnd(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := runner(t, l)
	for i := range 3 {
		decide(t, r, pay("C", i))
	}
	evPath, csPath := segmentPath(dir, evidenceDir, 1), segmentPath(dir, casesDir, 1)
	acked := [2]int64{l.files.evSize, l.files.csSize}
	var made []host.Made // a group of three, as one caller's
	other := runner(t, open(t, t.TempDir(), Options{}))
	for i := range 3 {
		c := pay("C", 10+i)
		made = append(made, host.Made{Case: []byte(c), Decision: decide(t, other, c).Bytes()})
	}
	if err := l.Record(context.Background(), made); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ev, _ := os.ReadFile(evPath)
	cs, _ := os.ReadFile(csPath)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		// Each file independently: cut anywhere in the last group, or with a hole of zeros in it.
		damage := func(whole []byte, from int64) []byte {
			b := slices.Clone(whole)
			at := int(from) + rng.IntN(len(b)-int(from))
			switch rng.IntN(3) {
			case 0:
				return b[:at]
			case 1:
				clear(b[at:min(len(b), at+1+rng.IntN(200))])
			}
			return b
		}
		evNow, csNow := damage(ev, acked[0]), damage(cs, acked[1])
		if err := errors.Join(os.WriteFile(evPath, evNow, 0o600), os.WriteFile(csPath, csNow, 0o600)); err != nil {
			t.Fatal(err)
		}
		l, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		whole := slices.Equal(ev, evNow) && slices.Equal(cs, csNow)
		n := len(readAll(t, dir))
		if n != 3 && n != 6 || whole && n != 6 {
			t.Errorf("round %d: %d records of 3 or 6", i, n)
		}
		if err := errors.Join(l.Record(context.Background(), made[:1]), l.Close()); err != nil {
			t.Fatal(err)
		}
		if i%10 != 0 {
			if got := len(readAll(t, dir)); got != n+1 {
				t.Errorf("round %d: %d records after one more than %d", i, got, n)
			}
		} else if rep := replay(t, dir); rep.Proved != n+1 || rep.Differences != 0 {
			t.Errorf("round %d: %+v %+v", i, rep, rep.First)
		}
	}
}

// Acknowledged records that can't be read any more are not cut off: they are reported, and the log goes on.
func TestDamage(t *testing.T) {
	write := func(t *testing.T) string {
		dir := t.TempDir()
		l := open(t, dir, Options{})
		r := runner(t, l)
		for i := range 6 {
			decide(t, r, pay("C", i))
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	for _, tt := range []struct {
		name       string
		file, a, b string
		code       string
		seq        uint64
		all        int
	}{
		{"evidence changed", evidenceDir, `"pay_fen":2,`, `"pay_fen":9,`, ChainBroken, 3, 2},
		{"evidence spoilt", evidenceDir, `{"seq":3,`, "\x00\x00\x00\x00\x00\x00\x00\x00\x00", RecordDamaged, 3, 1},
		{"case changed", casesDir, `"pay":2,`, `"pay":9,`, host.CaseDiffers, 3, 1},
		{"decision changed", casesDir, `"total_fen":2,`, `"total_fen":9,`, host.DecisionDiffers, 3, 1},
		{"case spoilt", casesDir, `{"seq":3,`, "\x00\x00\x00\x00\x00\x00\x00\x00\x00", CaseDamaged, 3, 1},
		{"receipt changed", casesDir, `"receipt":{"engine":"sha256:`, `"receipt":{"engine":"sha257:`, ReceiptDiffers, 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := write(t)
			path := segmentPath(dir, tt.file, 1)
			text, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(text), tt.a) {
				t.Fatal(err, "nothing to damage")
			}
			if err := os.WriteFile(path, []byte(strings.Replace(string(text), tt.a, tt.b, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			l := open(t, dir, Options{})
			r := runner(t, l)
			decide(t, r, pay("C", 6))
			rep := replay(t, dir)
			if rep.Differences != tt.all || rep.First == nil || rep.First.Code != tt.code || rep.First.Seq != tt.seq || rep.Last != 7 {
				t.Errorf("%+v, first %+v", rep, rep.First)
			}
		})
	}
}

// A record that was taken out is missed.
func TestMissing(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := runner(t, l)
	for i := range 4 {
		decide(t, r, pay("C", i))
	}
	l.Close()
	path := segmentPath(dir, evidenceDir, 1)
	text, _ := os.ReadFile(path)
	parts := strings.SplitAfter(string(text), "\n")
	os.WriteFile(path, []byte(strings.Join(slices.Delete(parts, 2, 3), "")), 0o600)
	if rep := replay(t, dir); rep.Differences != 1 || rep.First.Code != RecordsMissing || rep.First.Seq != 2 || rep.Proved != 3 {
		t.Errorf("%+v %+v", rep, rep.First)
	}
}

// The clock may be set back: the times of the log rise all the same.
func TestClock(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	l := open(t, dir, Options{now: func() time.Time { now = now.Add(-time.Minute); return now }})
	r := runner(t, l)
	for i := range 5 {
		decide(t, r, pay("C", i))
	}
	all := readAll(t, dir)
	for i := 1; i < len(all); i++ {
		if !all[i].At.After(all[i-1].At) {
			t.Errorf("%v after %v", all[i].At, all[i-1].At)
		}
	}
}
