package host_test

import (
	"context"
	"fmt"
	"testing"

	"koujing/host"
)

// TestGarbage: an instance that is never exchanged collects the garbage that broken cases leave behind, and goes on. With a
// clock that moves by a step a look, Go's limit on the collector's share of the time shut the collector out for good, since
// no monitor thread on wasm opens it again, and the instance ran out of memory after some 240 of these.
func TestGarbage(t *testing.T) {
	ctx := context.Background()
	r, err := host.New(ctx, host.WithModule(module()), host.WithPack(builtPack()), host.WithPoolSize(1), host.WithMaxCallsPerInstance(0))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	var broken []byte // names are compared, so they are gathered
	for i := range 15_000 {
		broken = fmt.Appendf(broken, `,"%d":0`, i)
	}
	broken[0] = '{'
	var dst []byte
	for i := range 300 {
		if dst, err = r.AppendDecision(ctx, dst[:0], broken); err != nil {
			t.Fatalf("case %d: %s", i, whole(err))
		}
	}
	if info := r.Info(); info.Traps > 0 || info.Memory > 48<<20 {
		t.Errorf("%+v", info)
	}
}
