package stream_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"testing/iotest"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/vectors"
	"koujing/core/vectors/stream"
)

const seed = 20261122

func TestSameBytes(t *testing.T) {
	whole, err := io.ReadAll(stream.New(seed, 300))
	if err != nil {
		t.Fatal(err)
	}
	drops, err := io.ReadAll(iotest.OneByteReader(stream.New(seed, 300)))
	if err != nil || !bytes.Equal(whole, drops) {
		t.Fatalf("read byte by byte it is another stream (%v)", err)
	}
	lines := bytes.Split(bytes.TrimSuffix(whole, []byte("\n")), []byte("\n"))
	if len(lines) != 300 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines {
		if alone := stream.Append(nil, seed, uint64(i+1)); !bytes.Equal(line, alone) {
			t.Fatalf("case %d by itself is another: %s\n%s", i+1, line, alone)
		}
	}
	if other, _ := io.ReadAll(stream.New(seed+1, 300)); bytes.Equal(whole, other) {
		t.Error("another seed gives the same cases")
	}
}

// TestKinds holds the stream to what it is for: the default pack decides nearly all of it, and a load without refunds,
// gates, clocks, talks and warnings would measure little.
func TestKinds(t *testing.T) {
	source, err := vectors.Sources("cn-telecom")
	if err != nil {
		t.Fatal(err)
	}
	built, found := author.Build(source)
	if built == nil {
		t.Fatal(found)
	}
	engine, refused := core.Load(built, [32]byte{})
	if refused != nil {
		t.Fatal(refused)
	}
	const n = 3000
	count := map[string]int{}
	var out, text []byte
	for i := range uint64(n) {
		text = stream.Append(text[:0], seed, i)
		out = engine.Decide(out[:0], text)
		var d map[string]json.RawMessage
		if err := json.Unmarshal(out, &d); err != nil {
			t.Fatal(err)
		}
		count[string(d["status"])]++
		for section := range d {
			count[section]++
		}
	}
	t.Logf("%v", count)
	for part, least := range map[string]int{`"decided"`: n / 2, `"blocked"`: n / 50, `"invalid"`: 1, "refund": n / 2, "clocks": n / 5, "scenario": n / 2,
		"warnings": n / 20, "tasks": n / 3, "complaint": n / 5, "results": n / 3, "cash": n / 50} {
		if count[part] < least {
			t.Errorf("%d of %d cases have %s, want %d at least", count[part], n, part, least)
		}
	}
	if count[`"invalid"`] > n/20 {
		t.Errorf("%d of %d cases are invalid", count[`"invalid"`], n)
	}
}
