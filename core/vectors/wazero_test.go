package vectors_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"koujing/core/author"
	"koujing/core/vectors"
	"koujing/host"
)

// engineModule is koujing.wasm as the command embeds it. A checkout that was never built builds it first.
func engineModule(t testing.TB) []byte {
	t.Helper()
	const path = "../../host/cmd/koujing/embedded/koujing.wasm"
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if out, err := exec.Command("make", "-C", "../..", "guests").CombinedOutput(); err != nil {
			t.Fatalf("make guests: %v\n%s", err, out)
		}
	}
	module, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return module
}

// noise is random bytes, and a clock that jumps about.
type noise struct {
	mu     sync.Mutex
	random *rand.Rand
	now    time.Time
}

func newNoise(seed uint64) *noise {
	random := rand.New(rand.NewPCG(seed, 1))
	return &noise{random: random, now: time.Unix(random.Int64N(1<<33), random.Int64N(1e9))}
}

func (n *noise) Read(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range b {
		b[i] = byte(n.random.Uint32())
	}
	return len(b), nil
}

func (n *noise) clock() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.now = n.now.Add(time.Duration(n.random.Int64N(int64(3 * time.Second))))
	return n.now
}

// TestWazero decides the corpus through wazero, compiled and interpreted, with another order of the cases, another clock and
// other random bytes every time.
func TestWazero(t *testing.T) {
	module := engineModule(t)
	for name, opts := range map[string][]host.Option{
		"compiler":    {host.WithPoolSize(3)},
		"interpreter": {host.WithPoolSize(2), host.WithInterpreter()},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name == "interpreter" {
				t.Skip("interprets Go's runtime for seconds")
			}
			seed := rand.Uint64()
			t.Logf("seed %#x", seed)
			ambient := newNoise(seed)
			runner, err := host.New(context.Background(), append(opts, host.WithModule(module), host.WithAmbient(ambient, ambient.clock))...)
			if err != nil {
				t.Fatal(err)
			}
			defer runner.Close(context.Background())
			for pack, list := range byPack(t) {
				source, err := vectors.Sources(pack)
				if err != nil {
					t.Fatal(err)
				}
				built, found := author.Build(source)
				if built == nil {
					t.Fatalf("%s: %+v", pack, found)
				}
				info, err := runner.Reload(context.Background(), built)
				if err != nil {
					t.Fatalf("%s: %v", pack, err)
				}
				rand.New(rand.NewPCG(seed, 2)).Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
				compare(t, runner, info.Digest, list)
			}
			if info := runner.Info(); info.Traps != 0 {
				t.Errorf("%d instances trapped", info.Traps)
			}
		})
	}
}

// compare decides a list from two sides at once, so that the instances of the pool take turns.
func compare(t *testing.T, runner *host.Runner, pack string, list []vectors.Vector) {
	t.Helper()
	var sides sync.WaitGroup
	for side := range 2 {
		sides.Go(func() {
			for i := side; i < len(list); i += 2 {
				v := &list[i]
				got, err := runner.AppendDecision(context.Background(), nil, v.Case)
				if want := v.Expect(runner.Engine(), pack); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s: %v\n got %s\nwant %s\n(if natively all is well, koujing.wasm is old: make guests)", v.Name, err, got, want)
				}
			}
		})
	}
	sides.Wait()
}

func byPack(t *testing.T) map[string][]vectors.Vector {
	t.Helper()
	areas, err := vectors.Areas()
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string][]vectors.Vector{}
	for _, area := range areas {
		list, err := vectors.Load(area)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range list {
			lists[v.Pack] = append(lists[v.Pack], v)
		}
	}
	return lists
}
