package host_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"koujing/host"
)

var fuzzed = sync.OnceValues(func() (*host.Runner, error) {
	return host.New(context.Background(), host.WithModule(module()), host.WithPack(builtPack()), host.WithPoolSize(1), host.WithMaxCallsPerInstance(0))
})

// FuzzDecide sends any bytes through the ABI: each gets a decision with a receipt, the same one twice, and no trap.
func FuzzDecide(f *testing.F) {
	for _, seed := range []string{disputed, "{}", "", "[", "\xff", `{"now":"2026-11-22T10:00:00+08:00","transcript":[{"by":"agent","text":"咱们"}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := fuzzed()
		if err != nil {
			t.Fatal(err)
		}
		d, err := r.Decide(context.Background(), text)
		if err != nil || d.Status() == "" || d.Receipt().Decision == "" {
			t.Fatalf("%v %s", err, d)
		}
		if v, err := r.Verify(context.Background(), text, d.Bytes()); err != nil || !v.OK {
			t.Fatalf("again: %+v %v", v, err)
		}
	})
}

// FuzzReload gives the engine any bytes for a pack: they are refused or taken, and never trap it.
func FuzzReload(f *testing.F) {
	built := builtPack()
	f.Add(built)
	f.Add(built[:len(built)/2])
	f.Add(bytes.Replace(built, []byte(`"refund"`), []byte(`"refund "`), 1))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, pack []byte) {
		r, err := fuzzed()
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Reload(context.Background(), pack)
		var refused *host.PackError
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		if d, err := r.Decide(context.Background(), []byte(disputed)); err != nil || d.Status() == "" {
			t.Fatalf("with a pack it took: %v", err)
		}
	})
}
