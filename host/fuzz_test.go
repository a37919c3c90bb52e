package host_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"koujing/core/pack"
	"koujing/core/program"
	"koujing/host"
)

// fuzzed is a runner of one instance that is never exchanged, made before the fuzzer begins: it takes a call of ten seconds
// for one that hangs, and on a busy machine the engine takes that long to compile.
func fuzzed(f *testing.F) *host.Runner {
	f.Helper()
	r, err := host.New(context.Background(), host.WithModule(module()), host.WithPack(builtPack()), host.WithPoolSize(1), host.WithMaxCallsPerInstance(0))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = r.Close(context.Background()) })
	return r
}

// FuzzDecide sends any bytes through the ABI: each gets a decision with a receipt, the same one twice, and no trap.
func FuzzDecide(f *testing.F) {
	for _, seed := range []string{disputed, "{}", "", "[", "\xff", `{"now":"2026-11-22T10:00:00+08:00","transcript":[{"by":"agent","text":"咱们"}]}`} {
		f.Add([]byte(seed))
	}
	r := fuzzed(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := r.Decide(context.Background(), text)
		if err != nil || d.Status() == "" || d.Receipt().Decision == "" {
			t.Fatalf("%s %s", whole(err), d)
		}
		if v, err := r.Verify(context.Background(), text, d.Bytes()); err != nil || !v.OK {
			t.Fatalf("again: %+v %s", v, whole(err))
		}
	})
}

// whole is all that is known of a trap: it may be long in coming back.
func whole(err error) string {
	var trap *host.TrapError
	if errors.As(err, &trap) {
		return fmt.Sprintf("%v\n%s\n%v", err, trap.Stderr, trap.Err)
	}
	return fmt.Sprint(err)
}

// FuzzReload gives the engine any bytes for a pack, or with edits a whole pack whose program they change, sealed anew: what is
// behind the seal sees them too. A pack is refused or taken, and never traps the engine.
func FuzzReload(f *testing.F) {
	built := builtPack()
	f.Add(built, []byte{})
	f.Add(built[:len(built)/2], []byte{})
	f.Add(bytes.Replace(built, []byte(`"refund"`), []byte(`"refund "`), 1), []byte{})
	f.Add([]byte("{}"), []byte{})
	f.Add([]byte{}, []byte{0, 0, 0, byte(program.OpNext)})
	f.Add([]byte{}, []byte{1, 0, 1, 3, 4, 0, 2, 255, 2, 0, 5, 200})
	f.Add([]byte{}, []byte{6, 0, 3, 1, 7, 0, 2, 2, 3, 0, 0, 9})
	r := fuzzed(f)
	f.Fuzz(func(t *testing.T, text, edits []byte) {
		if len(edits) > 0 {
			text = edited(t, edits)
		}
		_, err := r.Reload(context.Background(), text)
		var refused *host.PackError
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(whole(err))
		}
		if err != nil {
			return
		}
		if d, err := r.Decide(context.Background(), []byte(twice)); err != nil || d.Status() == "" {
			t.Fatalf("with a pack it took: %s", whole(err))
		}
	})
}

// edited is the harmless pack with its program changed: four bytes say what, where (two) and to which value.
func edited(t testing.TB, edits []byte) []byte {
	p := harmless(t)
	prog := &p.Program
	d := &prog.Decisions[0]
	for ; len(edits) >= 4; edits = edits[4:] {
		at, v := int(edits[1])<<8|int(edits[2]), int(int8(edits[3]))
		in := &prog.Code[at%len(prog.Code)]
		switch edits[0] % 11 {
		case 0:
			in.Op = program.Op(edits[3])
		case 1:
			in.A = uint16(v)
		case 2:
			in.B = uint16(v)
		case 3:
			in.C = int32(v)
		case 4:
			in.D = int32(v)
		case 5:
			prog.Code = append(prog.Code, program.Instr{Op: program.Op(edits[3]), A: d.Outputs[0].Reg, D: int32(at)})
		case 6:
			d.Hit = program.Hit(edits[3])
		case 7:
			d.Prelude, d.Default = int32(v), int32(at)
		case 8:
			d.Rules[at%len(d.Rules)].Entry = int32(v)
		case 9:
			o := &d.Outputs[at%len(d.Outputs)]
			o.Reg, o.Type = uint16(v), program.Type(at)
		case 10:
			prog.Regs = v << (at & 15)
		}
	}
	return pack.Append(nil, p)
}
