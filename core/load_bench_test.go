package core_test

import (
	"io/fs"
	"testing"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/packs"
)

// BenchmarkLoad is what a page waits for between the pack's arrival and the first decision.
func BenchmarkLoad(b *testing.B) {
	sub, _ := fs.Sub(packs.FS, "cn-telecom")
	src, err := author.ReadFS(sub)
	if err != nil {
		b.Fatal(err)
	}
	built, _ := author.Build(src)
	if built == nil {
		b.Fatal("no pack")
	}
	b.SetBytes(int64(len(built)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := core.Load(built, [32]byte{}); err != nil {
			b.Fatal(err)
		}
	}
}
