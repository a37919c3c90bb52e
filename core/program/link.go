package program

import (
	"slices"

	"koujing/core/atom"
	"koujing/core/order"
)

// Symbols ties a program to an engine: where an input's slot is, which list a name is, where texts are interned.
type Symbols struct {
	Atoms  *atom.Table
	Slot   func(name string) (slot int, ok bool)
	List   func(name string) (list int, ok bool)
	Column func(name string) (list, column int, ok bool)
	Base   int // the first slot that is free for the program's own registers
}

// LinkError says why a program cannot be run by this engine.
type LinkError struct {
	Code string // unknown_name, bad_program, too_large
	Path string // the name, or where in the program
}

func (e *LinkError) Error() string { return e.Code + ": " + e.Path }

// Linked is a program that was checked and tied to an engine. It does not change any more; machines share it.
type Linked struct {
	code      []Instr
	ints      []int64
	sets      [][]int64
	decisions []decision
	exprs     []expr
	templates []Template
	own       span // the program's own registers
}

type span struct{ from, to int }

type decision struct {
	name    atom.ID
	hit     Hit
	apart   bool
	prelude int32
	deflt   int32
	outs    []uint16
	rules   []rule
	index   *index
	want    want
	src     *Decision
}

type rule struct {
	id, row atom.ID
	entry   int32
}

type expr struct {
	entry int32
	reg   uint16
	label atom.ID
	src   *Expr
}

// Link checks p and ties it to the engine that s describes. After it, no input can make the program read or write
// outside its frame, and every run ends: jumps go forward, and loops pay from the budget.
func Link(p *Program, s Symbols) (*Linked, *LinkError) {
	l, err := link(p, s)
	if err == nil {
		l.quicken()
	}
	return l, err
}

func link(p *Program, s Symbols) (*Linked, *LinkError) {
	k := linker{p: p, s: s}
	k.registers()
	k.constants()
	k.instructions()
	k.entries()
	if k.err != nil {
		return nil, k.err
	}
	return &k.out, nil
}

// quicken finds out once what would be found out for each case. No answer depends on it.
func (l *Linked) quicken() {
	for i := range l.decisions {
		d := &l.decisions[i]
		if d.apart {
			d.index = newIndex(l, d)
		}
		d.want = newWant(l, d)
	}
	thread(l.code)
}

type linker struct {
	p     *Program
	s     Symbols
	out   Linked
	slots []uint16 // by local register
	lists []int32
	cols  [][2]int32
	err   *LinkError
}

func (k *linker) fail(code, path string) {
	if k.err == nil {
		k.err = &LinkError{Code: code, Path: path}
	}
}

func (k *linker) unknown(name string) {
	if name == "" {
		k.fail("bad_program", "names")
	}
	k.fail("unknown_name", name)
}

func (k *linker) registers() {
	p := k.p
	if p.Regs < len(p.Names) || k.s.Base+p.Regs > FrameSize {
		k.fail("too_large", "registers")
		return
	}
	if len(p.Decisions) > FrameSize { // each has an output of its own
		k.fail("too_large", "decisions")
		return
	}
	k.out.own = span{k.s.Base, k.s.Base + p.Regs}
	k.slots = make([]uint16, p.Regs)
	for i := range k.slots {
		k.slots[i] = uint16(k.s.Base + i)
	}
	for i, name := range p.Names {
		slot, ok := k.s.Slot(name)
		if !ok || slot < 0 || slot >= k.s.Base {
			k.unknown(name)
			return
		}
		k.slots[i] = uint16(slot)
	}
	for _, name := range p.Lists {
		list, ok := k.s.List(name)
		if !ok {
			k.unknown(name)
			return
		}
		k.lists = append(k.lists, int32(list))
	}
	for _, name := range p.Columns {
		list, col, ok := k.s.Column(name)
		if !ok {
			k.unknown(name)
			return
		}
		k.cols = append(k.cols, [2]int32{int32(list), int32(col)})
	}
}

func (k *linker) constants() {
	k.out.ints = k.p.Ints
	for _, set := range k.p.Sets {
		v := make([]int64, 0, len(set.Ints)+len(set.Texts))
		v = append(v, set.Ints...)
		for _, t := range set.Texts {
			v = append(v, int64(k.s.Atoms.Fix(t)))
		}
		order.Int64s(v)
		k.out.sets = append(k.out.sets, slices.Compact(v))
	}
}

// shape says what the operands of an operation are, so that one walk can check and tie them all.
type shape struct {
	write   bool // A is written, else read (when a is set)
	a, b, c bool // is a register
	pool    pool // what C counts in
	jump    bool // D is a jump target
}

type pool uint8

const (
	noPool pool = iota
	inInts
	inTexts
	inSets
	inLists
	inColumns
	inShares
)

var shapes = [numOps]shape{
	OpReturn:     {},
	OpMove:       {write: true, a: true, b: true},
	OpInt:        {write: true, a: true},
	OpBig:        {write: true, a: true, pool: inInts},
	OpText:       {write: true, a: true, pool: inTexts},
	OpNull:       {write: true, a: true},
	OpAdd:        {write: true, a: true, b: true, c: true},
	OpSub:        {write: true, a: true, b: true, c: true},
	OpMul:        {write: true, a: true, b: true, c: true},
	OpMod:        {write: true, a: true, b: true, c: true},
	OpMin:        {write: true, a: true, b: true, c: true},
	OpMax:        {write: true, a: true, b: true, c: true},
	OpAbs:        {write: true, a: true, b: true},
	OpNeg:        {write: true, a: true, b: true},
	OpShare:      {write: true, a: true, b: true, pool: inShares},
	OpWorkdays:   {write: true, a: true, b: true, c: true},
	OpConcat:     {write: true, a: true, b: true, c: true},
	OpContains:   {write: true, a: true, b: true, c: true},
	OpPrefix:     {write: true, a: true, b: true, c: true},
	OpSuffix:     {write: true, a: true, b: true, c: true},
	OpLen:        {write: true, a: true, pool: inLists},
	OpElem:       {write: true, a: true, b: true, pool: inColumns},
	OpFor:        {write: true, a: true, pool: inLists, jump: true},
	OpNext:       {write: true, a: true, pool: inLists},
	OpJump:       {jump: true},
	OpJumpEq:     {a: true, b: true, jump: true},
	OpJumpNe:     {a: true, b: true, jump: true},
	OpJumpLt:     {a: true, b: true, jump: true},
	OpJumpLe:     {a: true, b: true, jump: true},
	OpJumpEqInt:  {a: true, jump: true},
	OpJumpNeInt:  {a: true, jump: true},
	OpJumpLtInt:  {a: true, jump: true},
	OpJumpLeInt:  {a: true, jump: true},
	OpJumpGtInt:  {a: true, jump: true},
	OpJumpGeInt:  {a: true, jump: true},
	OpJumpEqText: {a: true, pool: inTexts, jump: true},
	OpJumpNeText: {a: true, pool: inTexts, jump: true},
	OpJumpNull:   {a: true, jump: true},
	OpJumpGiven:  {a: true, jump: true},
	OpJumpIn:     {a: true, pool: inSets, jump: true},
	OpJumpNotIn:  {a: true, pool: inSets, jump: true},
	OpFire:       {},
}

func (k *linker) instructions() {
	if k.err != nil {
		return
	}
	code := slices.Clone(k.p.Code)
	if len(code) == 0 || code[len(code)-1].Op != OpReturn {
		code = append(code, Instr{Op: OpReturn})
	}
	for pc := range code {
		in := &code[pc]
		if in.Op >= numOps {
			k.fail("bad_program", "code")
			return
		}
		sh := shapes[in.Op]
		ok := true
		if sh.a {
			ok = int(in.A) < len(k.slots) && (!sh.write || int(in.A) >= len(k.p.Names))
		}
		if sh.b {
			ok = ok && int(in.B) < len(k.slots)
		}
		if sh.c {
			ok = ok && in.C >= 0 && int(in.C) < len(k.slots)
		}
		if in.Op == OpShare {
			ok = ok && int(in.B)+2 < len(k.slots) && int(in.B) >= len(k.p.Names)
		}
		if sh.jump {
			ok = ok && int(in.D) > pc && int(in.D) < len(code)
		}
		if in.Op == OpNext {
			ok = ok && in.D >= 0 && int(in.D) <= pc
		}
		ok = ok && in.C >= k.least(sh.pool) && int(in.C) < k.size(sh.pool)
		if !ok {
			k.fail("bad_program", "code")
			return
		}
		k.tie(in, sh)
	}
	k.out.code = code
}

// least and size bound operand C when it counts in a pool.
func (k *linker) least(p pool) int32 {
	if p == noPool {
		return -1 << 31
	}
	return 0
}

func (k *linker) size(p pool) int {
	switch p {
	case inInts:
		return len(k.p.Ints)
	case inTexts:
		return len(k.p.Texts)
	case inSets:
		return len(k.out.sets)
	case inLists:
		return len(k.lists)
	case inColumns:
		return len(k.cols)
	case inShares:
		return 4
	}
	return 1 << 31
}

// tie rewrites one checked instruction from the program's own numbering to the engine's.
func (k *linker) tie(in *Instr, sh shape) {
	if sh.a {
		in.A = k.slots[in.A]
	}
	if sh.b {
		in.B = k.slots[in.B]
	}
	if sh.c {
		in.C = int32(k.slots[in.C])
	}
	switch sh.pool {
	case inTexts:
		in.C = int32(k.s.Atoms.Fix(k.p.Texts[in.C]))
	case inLists:
		in.C = k.lists[in.C]
	case inColumns:
		col := k.cols[in.C]
		in.C, in.D = col[0], col[1]
	}
	switch in.Op { // a text is an atom now, and an atom an integer
	case OpText:
		in.Op = OpInt
	case OpJumpEqText:
		in.Op = OpJumpEqInt
	case OpJumpNeText:
		in.Op = OpJumpNeInt
	}
}

func (k *linker) entries() {
	if k.err != nil {
		return
	}
	k.out.decisions = make([]decision, len(k.p.Decisions))
	for i := range k.p.Decisions {
		k.decision(&k.out.decisions[i], &k.p.Decisions[i])
	}
	k.exprs()
	k.templates()
}

func (k *linker) exprs() {
	k.out.exprs = make([]expr, len(k.p.Exprs))
	for i := range k.p.Exprs {
		src := &k.p.Exprs[i]
		k.out.exprs[i] = expr{entry: k.at(src.Entry, false), reg: k.reg(src.Reg), label: k.s.Atoms.Fix(src.Label), src: src}
	}
}

func (k *linker) decision(d *decision, src *Decision) {
	if src.Hit >= numHits {
		k.fail("bad_program", src.Name)
	}
	*d = decision{name: k.s.Atoms.Fix(src.Name), hit: src.Hit, apart: src.Apart, src: src, prelude: k.at(src.Prelude, true),
		deflt: k.at(src.Default, true), outs: make([]uint16, len(src.Outputs)), rules: make([]rule, len(src.Rules))}
	for i := range src.Outputs {
		reg := src.Outputs[i].Reg
		if int(reg) < len(k.p.Names) {
			k.fail("bad_program", src.Name)
		}
		d.outs[i] = k.reg(reg)
	}
	for i := range src.Rules {
		k.rule(&d.rules[i], &src.Rules[i])
	}
}

func (k *linker) rule(r *rule, src *Rule) {
	*r = rule{id: k.s.Atoms.Fix(src.ID), row: k.s.Atoms.Fix(src.Row), entry: k.at(src.Entry, false)}
}

func (k *linker) templates() {
	k.out.templates = k.p.Templates
	for i := range k.out.templates {
		for _, part := range k.out.templates[i].Parts {
			if part.Expr >= int32(len(k.p.Exprs)) || part.Form >= numForms {
				k.fail("bad_program", "template")
			}
		}
	}
}

// at checks where a block of code begins; what is optional may be -1.
func (k *linker) at(pc int32, optional bool) int32 {
	if (pc < 0 && !optional) || int(pc) >= len(k.out.code) {
		k.fail("bad_program", "entry")
	}
	return pc
}

// reg is the slot of a register that a result is left in.
func (k *linker) reg(r uint16) uint16 {
	if int(r) >= len(k.slots) {
		k.fail("bad_program", "output")
		return 0
	}
	return k.slots[r]
}

// Find returns the number of the decision with that name, or -1.
func (l *Linked) Find(name string) int {
	for i := range l.decisions {
		if l.decisions[i].src.Name == name {
			return i
		}
	}
	return -1
}

// Decision returns the source form of decision d.
func (l *Linked) Decision(d int) *Decision { return l.decisions[d].src }

// Decisions returns how many decisions there are.
func (l *Linked) Decisions() int { return len(l.decisions) }

// Output returns the slot of decision d's output of that name, or -1.
func (l *Linked) Output(d int, name string) int {
	for i, o := range l.decisions[d].src.Outputs {
		if o.Name == name {
			return int(l.decisions[d].outs[i])
		}
	}
	return -1
}

// Reads reports, slot by slot, what the code of decision d can read, and whether it walks a list. It follows every
// path, so that a guardrail built on it holds for code that no author of ours has made.
func (l *Linked) Reads(d int) (slots *[FrameSize]bool, lists bool) {
	slots = new([FrameSize]bool)
	seen := make([]bool, len(l.code))
	todo := []int32{l.decisions[d].prelude, l.decisions[d].deflt}
	for _, r := range l.decisions[d].rules {
		todo = append(todo, r.entry)
	}
	for len(todo) > 0 {
		pc := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for pc >= 0 && int(pc) < len(l.code) && !seen[pc] {
			seen[pc] = true
			in := &l.code[pc]
			sh := shapes[in.Op]
			if sh.a && !sh.write {
				slots[in.A&(FrameSize-1)] = true
			}
			if sh.b {
				slots[in.B&(FrameSize-1)] = true
			}
			if sh.c {
				slots[in.C&(FrameSize-1)] = true
			}
			lists = lists || sh.pool == inLists || sh.pool == inColumns
			if sh.jump || in.Op == OpNext {
				todo = append(todo, in.D)
			}
			if in.Op == OpReturn {
				break
			}
			pc++
		}
	}
	return slots, lists
}

// ReadsC reports whether operand C of op is a register.
func ReadsC(op Op) bool { return op < numOps && shapes[op].c }
