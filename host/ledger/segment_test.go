package ledger

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"koujing/host"
)

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
