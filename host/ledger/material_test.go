package ledger

import (
	"context"
	"errors"
	"testing"

	"koujing/host"
)

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
