package module

import "fmt"

// Instructions that somebody asks for.
const (
	unreachable = 0x00
	call        = 0x10
	i32Const    = 0x41
	i64Const    = 0x42
	end         = 0x0b
)

// locals passes over the declarations that a function's body begins with.
func (r *reader) locals() {
	for range r.number() {
		r.number()
		r.byte()
	}
}

// instruction passes over an instruction, of those that Go's compiler writes. value is the operand of a call, the index of a function,
// and of a constant.
func (r *reader) instruction() (op byte, value int64) {
	switch op = r.byte(); {
	case op == call:
		value = int64(r.number())
	case op == i32Const || op == i64Const:
		value = r.signed(64)
	case 0x02 <= op && op <= 0x04, op == 0x3f || op == 0x40: // blocks with their type; the memory's size
		r.byte()
	case op == 0x0c || op == 0x0d, 0x20 <= op && op <= 0x24: // br, br_if; locals and globals
		r.number()
	case op == 0x0e: // br_table
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
