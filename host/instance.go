package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/bits"

	"github.com/goccy/go-json"
	"github.com/tetratelabs/wazero/api"
)

// An instance is one copy of the guest with its own memory. It serves one call at a time. After a trap it is broken:
// it is closed, and never called again (a call could spin for ever).
type instance struct {
	mod    api.Module
	mem    api.Memory
	alloc  api.Function
	free   api.Function
	load   api.Function
	decide api.Function
	stderr *head

	input    uint32 // the guest's buffer that cases are written to, kept between calls
	inputCap uint32
	engine   uint32 // the guest's buffer with the digest of the module
	pack     *loaded
	info     Pack // what the guest said of the pack
	calls    int
	stack    [3]uint64 // arguments and results, so that a call allocates nothing
}

const (
	firstInput = 16 << 10 // enough for nearly every case
	// An instance whose buffer had to grow past this is exchanged after the call: a big case is always an invalid
	// one, and shouldn't hold memory for the rest of the day.
	keepInput = 512 << 10
)

// bind finds the exports. The module is known to have them (New checks that once).
func bind(mod api.Module, stderr *head) *instance {
	return &instance{
		mod: mod, mem: mod.Memory(), stderr: stderr,
		alloc: mod.ExportedFunction("alloc"), free: mod.ExportedFunction("free"),
		load: mod.ExportedFunction("load"), decide: mod.ExportedFunction("decide"),
	}
}

func (in *instance) trap(op string, err error) error {
	return &TrapError{Op: op, Stderr: in.stderr.String(), Err: err}
}

// buffer asks the guest for n bytes.
func (in *instance) buffer(ctx context.Context, n uint32) (uint32, error) {
	in.stack[0] = uint64(n)
	if err := in.alloc.CallWithStack(ctx, in.stack[:1]); err != nil {
		return 0, in.trap("alloc", err)
	}
	ptr := uint32(in.stack[0])
	if ptr == 0 {
		return 0, in.trap("alloc", fmt.Errorf("no buffer of %d bytes", n))
	}
	return ptr, nil
}

// write puts data into the input buffer, growing it by doubling.
func (in *instance) write(ctx context.Context, data []byte) error {
	if n := uint32(len(data)); n > in.inputCap || in.input == 0 {
		size := uint32(firstInput)
		if n > size {
			size = 1 << bits.Len32(n-1)
		}
		if in.input != 0 {
			if err := in.drop(ctx); err != nil {
				return err
			}
		}
		ptr, err := in.buffer(ctx, size)
		if err != nil {
			return err
		}
		in.input, in.inputCap = ptr, size
	}
	if !in.mem.Write(in.input, data) {
		return in.trap("alloc", errors.New("the buffer lies outside memory"))
	}
	return nil
}

// drop gives the input buffer back to the guest.
func (in *instance) drop(ctx context.Context) error {
	in.stack[0] = uint64(in.input)
	in.input, in.inputCap = 0, 0
	if err := in.free.CallWithStack(ctx, in.stack[:1]); err != nil {
		return in.trap("free", err)
	}
	return nil
}

// answer returns the guest's memory that a packed span names. It is valid until the next call.
func (in *instance) answer(op string, span uint64) ([]byte, error) {
	view, ok := in.mem.Read(uint32(span>>32), uint32(span))
	if !ok || len(view) == 0 {
		return nil, in.trap(op, errors.New("the answer lies outside memory"))
	}
	return view, nil
}

// use loads a pack into the instance. A refusal (*PackError) leaves the pack before it in place, and the instance usable.
func (in *instance) use(ctx context.Context, p *loaded, digest *[32]byte) error {
	if in.engine == 0 {
		ptr, err := in.buffer(ctx, uint32(len(digest)))
		if err != nil {
			return err
		}
		if !in.mem.Write(ptr, digest[:]) {
			return in.trap("alloc", errors.New("the buffer lies outside memory"))
		}
		in.engine = ptr
	}
	if err := in.write(ctx, p.built); err != nil {
		return err
	}
	in.stack = [3]uint64{uint64(in.input), uint64(len(p.built)), uint64(in.engine)}
	if err := in.load.CallWithStack(ctx, in.stack[:]); err != nil {
		return in.trap("load", err)
	}
	view, err := in.answer("load", in.stack[0])
	if err != nil {
		return err
	}
	var reply struct {
		OK      bool   `json:"ok"`
		ID      string `json:"id"`
		Version string `json:"version"`
		Pack    string `json:"pack"`
		Code    string `json:"code"`
		Path    string `json:"path"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(bytes.Clone(view), &reply); err != nil {
		return in.trap("load", fmt.Errorf("an answer that is no JSON: %w", err))
	}
	if !reply.OK {
		return &PackError{Code: reply.Code, Path: reply.Path, Message: reply.Message}
	}
	in.pack, in.info = p, Pack{ID: reply.ID, Version: reply.Version, Digest: reply.Pack}
	if in.inputCap > keepInput { // a pack's size is no sign of big cases
		return in.drop(ctx)
	}
	return nil
}

// run decides one case and appends the decision to dst.
func (in *instance) run(ctx context.Context, dst, caseJSON []byte) ([]byte, error) {
	if err := in.write(ctx, caseJSON); err != nil {
		return dst, err
	}
	in.calls++
	in.stderr.buf = in.stderr.buf[:0]
	in.stack[0], in.stack[1] = uint64(in.input), uint64(len(caseJSON))
	if err := in.decide.CallWithStack(ctx, in.stack[:2]); err != nil {
		return dst, in.trap("decide", err)
	}
	view, err := in.answer("decide", in.stack[0])
	if err != nil {
		return dst, err
	}
	if status(view) == "" {
		return dst, in.trap("decide", errors.New("an answer that is no decision"))
	}
	return append(dst, view...), nil
}

// A head keeps the first bytes written to it during a call: a Go guest says what is wrong first, and prints stacks after.
type head struct{ buf []byte }

const headSize = 2 << 10

func (h *head) Write(p []byte) (int, error) {
	h.buf = append(h.buf, p[:min(len(p), headSize-len(h.buf))]...)
	return len(p), nil
}

func (h *head) String() string { return string(h.buf) }
