package main

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"koujing/host"
	"koujing/host/store"
)

func newRunner(t testing.TB, opts ...host.Option) (*host.Runner, *store.Pack) {
	t.Helper()
	p, err := store.Compile(store.Source{Kind: store.Embedded, Path: "cn-telecom"})
	if err != nil {
		t.Fatal(err)
	}
	all := append([]host.Option{host.WithModule(module(engineModule)), host.WithPack(p.Built), host.WithPoolSize(1),
		host.WithCacheDir(os.Getenv(cacheVar))}, opts...)
	r, err := host.New(context.Background(), all...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background()) })
	return r, p
}

// damage changes a text in one of the ways that wires and disks do.
func damage(rng *rand.Rand, text []byte) []byte {
	out := bytes.Clone(text)
	at := rng.IntN(len(out))
	switch rng.IntN(5) {
	case 0:
		out[at] ^= 1 << rng.IntN(8)
	case 1:
		return out[:at]
	case 2:
		out[at] += byte(1 + rng.IntN(255))
	case 3:
		end := min(len(out), at+1+rng.IntN(16))
		return append(out[:at], out[end:]...)
	case 4:
		end := min(len(out), at+1+rng.IntN(16))
		return append(out[:end], text[at:]...)
	}
	return out
}

// Whatever arrives as a case gets a decision, invalid with a code mostly, from the same instance, without a trap; and
// the right decision comes right after.
func TestDamagedCases(t *testing.T) {
	needEngine(t)
	r, _ := newRunner(t)
	ctx := context.Background()
	want, err := r.Decide(ctx, []byte(disputeCase))
	if err != nil {
		t.Fatal(err)
	}
	cases := [][]byte{
		nil, []byte(" "), []byte("\x00"), []byte("\xff\xfe"), []byte("null"), []byte("[]"),
		[]byte(strings.Repeat("[", 100_000)), []byte(strings.Repeat(`{"a":`, 40_000)), []byte(strings.Repeat(`"`, 300_000)),
		[]byte(`{"now":"` + strings.Repeat("长", 80_000) + `"}`), bytes.Repeat([]byte("9"), 1<<20), make([]byte, 4<<20),
		[]byte(`{"lines":[` + strings.Repeat("0,", 1000) + `0]}`), []byte(`{"id":"\ud800","now":1}`), []byte(`{"` + strings.Repeat("k", 200_000) + `":1}`),
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		cases = append(cases, damage(rng, []byte(disputeCase)))
	}
	invalid := 0
	for _, c := range cases {
		d, err := r.Decide(ctx, c)
		if err != nil {
			t.Fatalf("%.200q: %v", c, err)
		}
		var doc struct {
			Errors []struct{ Code, Path string }
			Refund *struct{}
		}
		if err := d.Decode(&doc); err != nil {
			t.Fatalf("%.200q: %v in %s", c, err, d)
		}
		if d.Status() == "invalid" {
			invalid++
			if len(doc.Errors) == 0 || doc.Errors[0].Code == "" || doc.Refund != nil {
				t.Errorf("%.200q: %s", c, d)
			}
		}
		if again, err := r.Decide(ctx, []byte(disputeCase)); err != nil || !bytes.Equal(again.Bytes(), want.Bytes()) {
			t.Fatalf("after %.200q: %v, %s", c, err, again)
		}
	}
	// Big inputs end an instance on purpose; nothing else may.
	info := r.Info()
	if info.Traps != 0 || info.Created != 1+info.Retired {
		t.Errorf("%+v", info)
	}
	if invalid < 700 {
		t.Errorf("only %d of %d were invalid: the damage is too small to tell anything", invalid, len(cases))
	}
}

// Whatever arrives as a pack is refused with a code, or is a pack that decides; it never breaks an instance, and the
// pack before it stays.
func TestDamagedPacks(t *testing.T) {
	needEngine(t)
	r, p := newRunner(t)
	ctx := context.Background()
	want, err := r.Decide(ctx, []byte(disputeCase))
	if err != nil {
		t.Fatal(err)
	}
	packs := [][]byte{nil, []byte("{}"), []byte("null"), bytes.Repeat([]byte("["), 1<<20), make([]byte, host.MaxInput)}
	rng := rand.New(rand.NewPCG(3, 4))
	n := 1000
	if testing.Short() || raceDetector { // which makes a new instance ten times as dear, and finds nothing in it
		n = 50
	}
	for range n {
		packs = append(packs, damage(rng, p.Built))
	}
	for i, text := range packs {
		_, err := r.Reload(ctx, text)
		var refused *host.PackError
		if !errors.As(err, &refused) || refused.Code == "" {
			t.Fatalf("pack %d, %d bytes: %v", i, len(text), err)
		}
		if i%50 == 0 {
			if got, err := r.Decide(ctx, []byte(disputeCase)); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Fatalf("after pack %d: %v, %s", i, err, got)
			}
		}
	}
	if info := r.Info(); info.Traps != 0 || r.Pack().Digest != p.Digest {
		t.Errorf("%+v, %+v", info, r.Pack())
	}
}
