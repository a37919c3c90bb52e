package author

import (
	"math"

	"koujing/core/program"
)

// Registers are numbered in three spaces while the pack is compiled, since nobody knows yet how many inputs it will
// name; finish lays them out one behind the other.
const (
	outputSpace = 0x4000
	tempSpace   = 0x8000
)

// assembler gathers the code and the constants of a whole pack.
type assembler struct {
	prog   program.Program
	inputs map[string]uint16
	texts  map[string]int32
	bigs   map[int64]int32
	lists  map[string]int32
	cols   map[string]int32
	outs   int
	temp   uint16 // next free temporary of the expression at work
	most   uint16
}

func newAssembler() *assembler {
	return &assembler{inputs: map[string]uint16{}, texts: map[string]int32{}, bigs: map[int64]int32{},
		lists: map[string]int32{}, cols: map[string]int32{}}
}

// label is a jump target that may not be known yet.
type label struct {
	at    int32 // -1 while it is not bound
	jumps []int32
}

func newLabel() *label { return &label{at: -1} }

func (a *assembler) here() int32 { return int32(len(a.prog.Code)) }

func (a *assembler) emit(in program.Instr) int32 {
	a.prog.Code = append(a.prog.Code, in)
	return a.here() - 1
}

// jump emits an instruction whose target D is to.
func (a *assembler) jump(in program.Instr, to *label) {
	to.jumps = append(to.jumps, a.emit(in))
}

func (a *assembler) bind(l *label) {
	l.at = a.here()
	for _, pc := range l.jumps {
		a.prog.Code[pc].D = l.at
	}
}

func (a *assembler) newTemp() uint16 {
	r := tempSpace + a.temp
	a.temp++
	a.most = max(a.most, a.temp)
	return r
}

func (a *assembler) newOutput() uint16 {
	a.outs++
	return uint16(outputSpace + a.outs - 1)
}

func (a *assembler) input(name string) uint16 {
	r, ok := a.inputs[name]
	if !ok {
		r = uint16(len(a.prog.Names))
		a.inputs[name] = r
		a.prog.Names = append(a.prog.Names, name)
	}
	return r
}

// pooled returns the number of v in a pool of constants.
func pooled[T comparable](index map[T]int32, pool *[]T, v T) int32 {
	i, ok := index[v]
	if !ok {
		i = int32(len(*pool))
		index[v] = i
		*pool = append(*pool, v)
	}
	return i
}

func (a *assembler) text(s string) int32   { return pooled(a.texts, &a.prog.Texts, s) }
func (a *assembler) big(v int64) int32     { return pooled(a.bigs, &a.prog.Ints, v) }
func (a *assembler) list(s string) int32   { return pooled(a.lists, &a.prog.Lists, s) }
func (a *assembler) column(s string) int32 { return pooled(a.cols, &a.prog.Columns, s) }

func (a *assembler) set(s program.Set) int32 {
	a.prog.Sets = append(a.prog.Sets, s)
	return int32(len(a.prog.Sets) - 1)
}

func (a *assembler) ret() { a.emit(program.Instr{Op: program.OpReturn}) }

func small(v int64) bool { return v >= math.MinInt32 && v <= math.MaxInt32 }

// finish lays the registers out: inputs, outputs, temporaries. It reports whether they fit a frame.
func (a *assembler) finish() bool {
	n := len(a.prog.Names)
	a.prog.Regs = n + a.outs + int(a.most) + 3 // three behind the last for money.share
	if a.prog.Regs > program.FrameSize {
		return false
	}
	reg := func(r uint16) uint16 {
		switch {
		case r >= tempSpace:
			return r - tempSpace + uint16(n+a.outs)
		case r >= outputSpace:
			return r - outputSpace + uint16(n)
		}
		return r
	}
	for i := range a.prog.Code {
		in := &a.prog.Code[i]
		in.A, in.B = reg(in.A), reg(in.B)
		if program.ReadsC(in.Op) {
			in.C = int32(reg(uint16(in.C)))
		}
	}
	for i := range a.prog.Decisions {
		for j := range a.prog.Decisions[i].Outputs {
			o := &a.prog.Decisions[i].Outputs[j]
			o.Reg = reg(o.Reg)
		}
	}
	for i := range a.prog.Exprs {
		a.prog.Exprs[i].Reg = reg(a.prog.Exprs[i].Reg)
	}
	return true
}
