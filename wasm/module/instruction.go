package module

import "fmt"

// Instructions that somebody asks for.
const (
	unreachable = 0x00
	block       = 0x02
	loop        = 0x03
	ifThen      = 0x04
	br          = 0x0c
	brIf        = 0x0d
	brTable     = 0x0e
	call        = 0x10
	localGet    = 0x20
	localSet    = 0x21
	i32Const    = 0x41
	i64Const    = 0x42
	end         = 0x0b

	empty = 0x40 // the type of a block
)

// locals passes over the declarations that a function's body begins with.
func (r *reader) locals() {
	for range r.number() {
		r.number()
		r.byte()
	}
}

// instruction passes over an instruction, of those that Go's compiler writes. value is its operand, if it is a constant or has a
// single index.
func (r *reader) instruction() (op byte, value int64) {
	switch op = r.byte(); {
	case op == call || op == br || op == brIf, 0x20 <= op && op <= 0x24: // locals and globals
		value = int64(r.number())
	case op == i32Const || op == i64Const:
		value = r.signed(64)
	case block <= op && op <= ifThen, op == 0x3f || op == 0x40: // blocks with their type; the memory's size
		r.byte()
	case op == brTable:
		for range r.number() + 1 {
			r.number()
		}
	case op == 0x11, 0x28 <= op && op <= 0x3e: // call_indirect; loads and stores
		r.number()
		r.number()
	case op == 0x43:
		r.take(4)
	case op == 0x44:
		r.take(8)
	case op == 0xfc:
		r.bulk()
	case op <= 0x01, op == 0x05, op == end, op == 0x0f, op == 0x1a || op == 0x1b, 0x45 <= op && op <= 0xc4:
	default:
		r.err = fmt.Errorf("unknown instruction %#02x", op)
	}
	return op, value
}

func (r *reader) bulk() {
	switch op := r.number(); {
	case op < 8: // truncations
	case op == 10: // memory.copy
		r.take(2)
	case op == 11: // memory.fill
		r.take(1)
	default:
		r.err = fmt.Errorf("unknown instruction 0xfc %d", op)
	}
}
