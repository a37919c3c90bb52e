package vectors

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"testing"

	"koujing/core"
	"koujing/core/author"
)

// update makes the tests write the corpus: KOUJING_UPDATE=1 go test ./core/vectors, and then review the difference.
var update = os.Getenv("KOUJING_UPDATE") != ""

// module stands for the digest of koujing.wasm.
var module = [32]byte{0: 0x4b, 31: 0x4a}

func sha(digest [32]byte) string { return fmt.Sprintf("sha256:%x", digest) }

// desk is the engines of the packs that vectors ask for.
type desk map[string]*core.Engine

func (d desk) engine(t *testing.T, pack string) *core.Engine {
	t.Helper()
	if e := d[pack]; e != nil {
		return e
	}
	source, err := Sources(pack)
	if err != nil {
		t.Fatal(err)
	}
	built, found := author.Build(source)
	if built == nil {
		t.Fatalf("%s does not build: %+v", pack, found)
	}
	if got := sha256.Sum256(built); !update {
		if want, err := Digest(pack); err != nil || want != sha(got) {
			t.Errorf("the pack %s is %s, and was %s when the vectors were written (%v)", pack, sha(got), want, err)
		}
	}
	e, refused := core.Load(built, module)
	if refused != nil {
		t.Fatalf("%s: %v", pack, refused)
	}
	d[pack] = e
	return e
}

func load(t *testing.T) map[string][]Vector {
	t.Helper()
	areas, err := Areas()
	if err != nil {
		t.Fatal(err)
	}
	corpus := map[string][]Vector{}
	for _, area := range areas {
		if corpus[area], err = Load(area); err != nil {
			t.Fatal(err)
		}
	}
	return corpus
}

// TestNative decides the corpus in native Go: forwards, and once more backwards, so that nothing a case leaves behind in the
// engine goes unseen.
func TestNative(t *testing.T) {
	engines, corpus := desk{}, load(t)
	if update {
		adopt(t, corpus)
		rewrite(t, engines, corpus)
	}
	for area, list := range corpus {
		for i := range list {
			check(t, engines, area, &list[i])
		}
	}
	for area, list := range corpus {
		for i := range list {
			check(t, engines, area, &list[len(list)-1-i])
		}
	}
}

func check(t *testing.T, engines desk, area string, v *Vector) {
	t.Helper()
	e := engines.engine(t, v.Pack)
	got, want := e.Decide(nil, v.Case), v.Expect(sha(module), sha(e.Digest))
	if !bytes.Equal(got, want) {
		t.Errorf("%s: %s\n got %s\nwant %s", area, v.Name, got, want)
	}
}

func rewrite(t *testing.T, engines desk, corpus map[string][]Vector) {
	digests := map[string]string{}
	for area, list := range corpus {
		for i := range list {
			v := &list[i]
			e := engines.engine(t, v.Pack)
			head, receipt, _ := bytes.Cut(e.Decide(nil, v.Case), []byte(`,"receipt":`))
			receipt = bytes.Replace(receipt, []byte(sha(module)), []byte(engineDigest), 1)
			receipt = bytes.Replace(receipt, []byte(sha(e.Digest)), []byte(packDigest), 1)
			v.Decision = bytes.Join([][]byte{head, receipt}, []byte(`,"receipt":`))
			digests[v.Pack] = sha(e.Digest)
		}
		writeArea(t, area, list)
	}
	writeFile(t, "packs.json", digests)
}
