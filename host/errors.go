package host

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed is returned by every method of a Runner after Close.
	ErrClosed = errors.New("host: the runner is closed")
	// ErrNoModule is returned by New when no module was given.
	ErrNoModule = errors.New("host: no engine module: build koujing.wasm and pass it with WithModule")
	// ErrNoPack is returned by a decision when no pack was given.
	ErrNoPack = errors.New("host: no pack is loaded: pass one with WithPack or call Reload")
	// ErrTooLarge is returned when a case is larger than the guest takes at all (MaxInput). A case that is merely
	// larger than the contract allows is not an error here: the engine answers it with the code too_big.
	ErrTooLarge = errors.New("host: the input is larger than 32 MiB")
)

// MaxInput is the largest buffer the guest hands out, in bytes.
const MaxInput = 32 << 20

// ModuleError says that the given bytes can't serve as the engine: not a wasm module, or one without the ABI.
type ModuleError struct {
	Reason string // what is wrong, for people
	Err    error  // what the runtime said, may be nil
}

func (e *ModuleError) Error() string {
	if e.Err == nil {
		return "host: unusable engine module: " + e.Reason
	}
	return "host: unusable engine module: " + e.Reason + ": " + e.Err.Error()
}

func (e *ModuleError) Unwrap() error { return e.Err }

// PackError says that the engine refused a pack. The pack loaded before it stays in place.
type PackError struct {
	Code    string // stable, snake_case
	Path    string // where in the built pack, may be empty
	Message string // for people
}

func (e *PackError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("host: the engine refuses the pack: %s: %s", e.Code, e.Message)
	}
	return fmt.Sprintf("host: the engine refuses the pack: %s at %s: %s", e.Code, e.Path, e.Message)
}

// TrapError says that a call ended in a trap, an exit, a limit or an answer that isn't one. The instance it happened
// in is gone; the next call gets a new one. Errors.Is finds context.DeadlineExceeded and context.Canceled in it when
// the call was cut off (WithTimeout).
type TrapError struct {
	Op     string // the export that was running: _initialize, alloc, load or decide
	Stderr string // what the guest wrote in this call, its first 2 KiB: Go's panic message. May quote the case: never log it
	Err    error  // what the runtime said
}

func (e *TrapError) Error() string {
	return "host: the engine failed in " + e.Op + ": " + firstLine(e.Err.Error())
}

func (e *TrapError) Unwrap() error { return e.Err }

// firstLine keeps the wasm stack trace out of one-line messages; the whole of it is still in TrapError.Err.
func firstLine(s string) string {
	for i := range len(s) {
		if s[i] == '\n' {
			return s[:i]
		}
	}
	return s
}
