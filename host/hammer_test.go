package host_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"koujing/core"
	"koujing/host"
	"koujing/host/internal/behave"
)

// Packs are exchanged all the while sixteen callers decide: every decision names one pack, and is to the byte what that
// pack gives in native Go.
func TestSwapsUnderLoad(t *testing.T) {
	ctx := context.Background()
	wasm, first, second := module(), builtPack(), edition("9")
	r, err := host.New(ctx, host.WithModule(wasm), host.WithPack(first), host.WithPoolSize(4))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	cases := make([][]byte, 40)
	for i := range cases {
		cases[i] = []byte(strings.Replace(disputed, "1500", fmt.Sprint(400+i*100), 1))
	}
	want := map[string][][]byte{} // by the digest of the pack
	for _, built := range [][]byte{first, second} {
		engine, refused := core.Load(built, sha256.Sum256(wasm))
		if refused != nil {
			t.Fatal(refused)
		}
		var answers [][]byte
		for _, c := range cases {
			answers = append(answers, engine.Decide(nil, c))
		}
		want[host.ParseDecision(answers[0]).Receipt().Pack] = answers
	}
	if len(want) != 2 {
		t.Fatal("the packs are one")
	}
	rounds := 400
	if testing.Short() {
		rounds = 60
	}
	var wg sync.WaitGroup
	var seen sync.Map
	var swaps atomic.Int64
	stop, swapping := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(swapping)
		defer swaps.Add(1000) // nobody waits for swaps that don't come
		for {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := r.Reload(ctx, [][]byte{second, first}[swaps.Load()%2]); err != nil {
				t.Error(err)
				return
			}
			swaps.Add(1)
		}
	}()
	for g := range 16 {
		wg.Go(func() {
			for i := 0; i < rounds || swaps.Load() < 6; i++ {
				n := (g*7 + i) % len(cases)
				d, err := r.Decide(ctx, cases[n])
				if err != nil {
					t.Error(err)
					return
				}
				pack := d.Receipt().Pack
				seen.Store(pack, nil)
				if answers := want[pack]; answers == nil || !bytes.Equal(answers[n], d.Bytes()) {
					t.Errorf("pack %s, case %s: %s", pack, cases[n], d)
				}
			}
		})
	}
	wg.Wait()
	close(stop)
	<-swapping
	packs := 0
	seen.Range(func(any, any) bool { packs++; return true })
	if packs != 2 {
		t.Errorf("%d packs decided: the hammer missed", packs)
	}
}

// One call in a hundred traps; nobody else gets a wrong answer for it.
func TestTrapsAmongOthers(t *testing.T) {
	ctx := context.Background()
	wasm, err := behave.Module()
	if err != nil {
		t.Fatal(err)
	}
	r, err := host.New(ctx, host.WithModule(wasm), host.WithPack([]byte(behave.Pack)), host.WithPoolSize(2))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	text := func(n int) []byte { return fmt.Appendf(nil, `{"do":"work","times":3,"n":%d}`, n) }
	want := make([]host.Decision, 50)
	for i := range want {
		if want[i], err = r.Decide(ctx, text(i)); err != nil {
			t.Fatal(err)
		}
	}
	calls := 4000
	if testing.Short() {
		calls = 800
	}
	var wg sync.WaitGroup
	var trapped atomic.Int64
	for g := range 8 {
		wg.Go(func() {
			for i := g; i < calls; i += 8 {
				if i%100 == 99 {
					var trap *host.TrapError
					if _, err := r.Decide(ctx, []byte(`{"do":"trap"}`)); !errors.As(err, &trap) {
						t.Errorf("a trap gave %v", err)
					}
					trapped.Add(1)
					continue
				}
				n := i % len(want)
				if d, err := r.Decide(ctx, text(n)); err != nil || !bytes.Equal(d.Bytes(), want[n].Bytes()) {
					t.Errorf("%d: %v %s", n, err, d)
				}
			}
		})
	}
	wg.Wait()
	if info := r.Info(); trapped.Load() != int64(calls/100) || info.Traps != uint64(trapped.Load()) || info.Instances > 2 {
		t.Errorf("%d traps, %+v", trapped.Load(), info)
	}
}
