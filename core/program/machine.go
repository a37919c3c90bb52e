package program

import (
	"bytes"

	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/clock"
	"koujing/core/money"
)

// Budget is how many instructions a machine runs for one case before it gives up. The default pack uses some hundreds.
const Budget = 4_000_000

// maxText bounds a text that a rule builds, in bytes.
const maxText = 4096

// What operations cost that take longer than the others, in instructions. A byte that is built costs a whole one, since
// it also takes memory until the case is over.
const (
	bytesSearched = 16 // a step
	workdaysCost  = 64
)

// Fault is why a rule could not be worked out.
type Fault uint8

// The faults of a run.
const (
	NoFault    Fault = iota
	Overflow         // a result does not fit 63 bits
	ZeroModulo       // x % 0
	OverBudget       // more steps than Budget
	TwoHits          // two rules apply under `unique`
	TwoAnswers       // two rules under `any` give different outputs
	LongText         // a text longer than 4096 bytes
	BadCode          // code that no author of ours makes
)

// RunError is a rule that could not be worked out, named by its id or, for an expression of a talk track, by its label.
type RunError struct {
	Rule  atom.ID
	Fault Fault
}

// Fired is one rule that applied: a line of the trace. Subject is the id of the line it was asked for, or Empty.
type Fired struct {
	Section                      uint8
	Decision, Subject, Rule, Row atom.ID
}

// Machine runs a linked program on one case at a time. Its frame is filled by the caller, up to Symbols.Base.
type Machine struct {
	Frame    Frame
	Lists    []casefile.Rows // by casefile.List
	Calendar *clock.Calendar
	Atoms    *atom.Table
	Trace    []Fired
	Section  uint8   // where the next lines of the trace belong
	Subject  atom.ID // what the next decision is asked for
	prog     *Linked
	budget   int
	cur      *decision
	hits     []int32 // rules that applied, in order
	rows     []int64 // outputs of each of them, for any and the collects
	fault    Fault
	text     []byte
}

// NewMachine returns a machine for a linked program.
func NewMachine(l *Linked, atoms *atom.Table, lists []casefile.Rows, cal *clock.Calendar) *Machine {
	return &Machine{prog: l, Atoms: atoms, Lists: lists, Calendar: cal}
}

// Reset makes the machine ready for the next case. Nothing of the last one is left in the program's registers, so that
// even code that reads what it never wrote gives one answer to one case.
func (m *Machine) Reset() {
	clear(m.Frame[m.prog.own.from:m.prog.own.to])
	m.Trace = m.Trace[:0]
	m.Section = 0
	m.Subject = atom.Empty
	m.budget = Budget
}

// Ask runs decision d. It returns how many rules applied; outputs are read with Out, or from their slots.
func (m *Machine) Ask(d int) (int, *RunError) {
	cur := &m.prog.decisions[d]
	m.cur, m.hits, m.rows, m.fault = cur, m.hits[:0], m.rows[:0], NoFault
	if !cur.want.missing(&m.Frame) {
		if cur.prelude >= 0 {
			if pc := m.run(cur.prelude); m.fault != NoFault {
				return 0, m.explain(pc)
			}
		}
		if pc := m.runRules(cur); m.fault != NoFault {
			return 0, m.explain(pc)
		}
	}
	switch {
	case cur.hit >= CollectSum:
		if !m.aggregate(cur) {
			return 0, m.explain(-1)
		}
	case len(m.hits) > 0:
	case cur.deflt >= 0:
		if pc := m.run(cur.deflt); m.fault != NoFault {
			return 0, m.explain(pc)
		}
	default:
		for _, reg := range cur.outs {
			m.Frame[reg&(FrameSize-1)] = atom.Null
		}
	}
	return len(m.hits), nil
}

func (m *Machine) runRules(cur *decision) int32 {
	switch {
	case cur.index != nil:
		return m.runIndexed(cur)
	case cur.apart:
		for i := range cur.rules {
			pc := m.run(cur.rules[i].entry)
			if m.fault != NoFault || (cur.hit == First && len(m.hits) > 0) {
				return pc
			}
		}
	case len(cur.rules) > 0:
		return m.run(cur.rules[0].entry)
	}
	return 0
}

// Out returns output i of the hit-th rule that applied under a collect policy.
func (m *Machine) Out(hit, i int) int64 { return m.rows[hit*len(m.cur.outs)+i] }

// HitRow returns the catalogue row of the hit-th rule that applied.
func (m *Machine) HitRow(hit int) atom.ID { return m.cur.rules[m.hits[hit]].row }

// HitID returns the id of the hit-th rule that applied.
func (m *Machine) HitID(hit int) atom.ID { return m.cur.rules[m.hits[hit]].id }

// Note adds a line to the trace that no rule of the pack wrote: a guardrail.
func (m *Machine) Note(d int, rule atom.ID) {
	m.Trace = append(m.Trace, Fired{Section: m.Section, Decision: m.prog.decisions[d].name, Subject: m.Subject, Rule: rule})
}

// Eval runs expression e and returns its value.
func (m *Machine) Eval(e int) (int64, *RunError) {
	x := &m.prog.exprs[e]
	m.cur, m.fault = nil, NoFault
	if m.run(x.entry); m.fault != NoFault {
		return 0, &RunError{Rule: x.label, Fault: m.fault}
	}
	return m.Frame[x.reg&(FrameSize-1)], nil
}

// spend takes steps from the budget, and reports whether it had them.
func (m *Machine) spend(steps int) bool {
	if m.budget -= steps; m.budget < 0 {
		m.fault = OverBudget
		return false
	}
	return true
}

// fire notes that rule number i of the running decision applies, and reports whether the decision is done. Rules apply in
// their order and each once, so that no loop can make hits without end.
func (m *Machine) fire(i int32) (stop bool) {
	cur := m.cur
	if cur == nil || int(i) >= len(cur.rules) || i < 0 || len(m.hits) > 0 && i <= m.hits[len(m.hits)-1] {
		m.fault = BadCode
		return true
	}
	if !m.spend(len(cur.outs)) {
		return true
	}
	m.hits = append(m.hits, i)
	r := &cur.rules[i]
	m.Trace = append(m.Trace, Fired{Section: m.Section, Decision: cur.name, Subject: m.Subject, Rule: r.id, Row: r.row})
	switch cur.hit {
	case First:
		return true
	case Unique:
		if len(m.hits) > 1 {
			m.fault = TwoHits
			return true
		}
	default:
		for k, reg := range cur.outs {
			v := m.Frame[reg&(FrameSize-1)]
			if cur.hit == Any && len(m.hits) > 1 && v != m.rows[k] {
				m.fault = TwoAnswers
				return true
			}
			m.rows = append(m.rows, v)
		}
	}
	return false
}

// aggregate folds what the rules gave into the decision's one output.
func (m *Machine) aggregate(cur *decision) bool {
	if len(cur.outs) != 1 {
		m.fault = BadCode
		return false
	}
	v := int64(len(m.hits))
	if cur.hit != CollectCount {
		if len(m.hits) == 0 {
			v = 0
		} else {
			v = m.rows[0]
		}
		for i := 1; i < len(m.rows); i++ {
			switch x := m.rows[i]; cur.hit {
			case CollectSum:
				sum, ok := money.Add(money.Fen(v), money.Fen(x))
				if !ok {
					m.fault = Overflow
					return false
				}
				v = int64(sum)
			case CollectMin:
				v = min(v, x)
			case CollectMax:
				v = max(v, x)
			}
		}
	}
	m.Frame[cur.outs[0]&(FrameSize-1)] = v
	return true
}

// explain names the rule whose code holds pc.
func (m *Machine) explain(pc int32) *RunError {
	e := &RunError{Rule: m.cur.name, Fault: m.fault}
	if len(m.hits) > 0 && (m.fault == TwoHits || m.fault == TwoAnswers) {
		e.Rule = m.cur.rules[m.hits[len(m.hits)-1]].id
		return e
	}
	for i := range m.cur.rules {
		if m.cur.rules[i].entry <= pc {
			e.Rule = m.cur.rules[i].id
		}
	}
	return e
}

// run executes code from entry to the return that ends the block. It returns where it stopped; m.fault says why if
// that was no return. The masks on operands cost less than the bounds checks they take away.
func (m *Machine) run(entry int32) int32 {
	const mask = FrameSize - 1
	f := &m.Frame
	code := m.prog.code
	pc := entry
	for {
		if uint(pc) >= uint(len(code)) {
			m.fault = BadCode
			return pc
		}
		in := &code[pc]
		jump := false
		switch in.Op {
		case OpReturn:
			m.spend(int(pc-entry) + 1)
			return pc
		case OpMove:
			f[in.A&mask] = f[in.B&mask]
		case OpInt:
			f[in.A&mask] = int64(in.C)
		case OpNull:
			f[in.A&mask] = atom.Null
		case OpJumpEqInt:
			jump = f[in.A&mask] == int64(in.C)
		case OpJumpNeInt:
			jump = f[in.A&mask] != int64(in.C)
		case OpJumpLtInt:
			jump = f[in.A&mask] < int64(in.C)
		case OpJumpLeInt:
			jump = f[in.A&mask] <= int64(in.C)
		case OpJumpGtInt:
			jump = f[in.A&mask] > int64(in.C)
		case OpJumpGeInt:
			jump = f[in.A&mask] >= int64(in.C)
		case OpJump:
			jump = true
		case OpJumpEq:
			jump = f[in.A&mask] == f[in.B&mask]
		case OpJumpNe:
			jump = f[in.A&mask] != f[in.B&mask]
		case OpJumpLt:
			jump = f[in.A&mask] < f[in.B&mask]
		case OpJumpLe:
			jump = f[in.A&mask] <= f[in.B&mask]
		case OpJumpNull:
			jump = f[in.A&mask] == atom.Null
		case OpJumpGiven:
			jump = f[in.A&mask] != atom.Null
		case OpJumpIn:
			jump = m.within(in)
		case OpJumpNotIn:
			jump = !m.within(in)
		case OpFire:
			if m.fire(in.C) {
				m.budget -= int(pc-entry) + 1
				return pc
			}
		case OpFor:
			f[in.A&mask] = 0
			jump = m.length(in.C) == 0
		case OpNext:
			f[in.A&mask]++
			if f[in.A&mask] < int64(m.length(in.C)) {
				if !m.spend(int(pc-in.D) + 1) {
					return pc
				}
				pc = in.D
				continue
			}
		case OpElem:
			f[in.A&mask] = m.elem(in.C, in.D, f[in.B&mask])
		case OpLen:
			f[in.A&mask] = int64(m.length(in.C))
		default:
			if m.compute(in); m.fault != NoFault {
				return pc
			}
		}
		if jump {
			pc = in.D
		} else {
			pc++
		}
	}
}

// compute runs the operations that can fail or build a text: kept out of the loop of run, to keep that small.
func (m *Machine) compute(in *Instr) {
	const mask = FrameSize - 1
	f := &m.Frame
	a, b, c := in.A&mask, f[in.B&mask], f[in.C&mask]
	var v money.Fen
	ok := true
	switch in.Op {
	case OpBig:
		f[a] = m.prog.ints[in.C]
		return
	case OpAdd:
		v, ok = money.Add(money.Fen(b), money.Fen(c))
	case OpSub:
		v, ok = money.Sub(money.Fen(b), money.Fen(c))
	case OpMul:
		v, ok = money.Mul(money.Fen(b), c)
	case OpNeg:
		v, ok = money.Sub(0, money.Fen(b))
	case OpAbs:
		v = money.Fen(b)
		if b < 0 {
			v, ok = money.Sub(0, v)
		}
	case OpMod:
		if c == 0 {
			m.fault = ZeroModulo
			return
		}
		v = money.Fen(b % c)
	case OpMin:
		v = money.Fen(min(b, c))
	case OpMax:
		v = money.Fen(max(b, c))
	case OpShare:
		num, den := f[(in.B+1)&mask], f[(in.B+2)&mask]
		v, ok = money.Share(money.Fen(b), num, den, money.Rounding(in.C))
	case OpWorkdays:
		if c < 0 || c > 3660 {
			ok = false
			break
		}
		if !m.spend(workdaysCost) {
			return
		}
		v = money.Fen(m.Calendar.AddWorkdays(b, c))
	default:
		m.computeText(in)
		return
	}
	if !ok || int64(v) == atom.Null {
		m.fault = Overflow
		return
	}
	f[a] = int64(v)
}

func (m *Machine) computeText(in *Instr) {
	const mask = FrameSize - 1
	f := &m.Frame
	b, c := m.Atoms.Text(atom.ID(f[in.B&mask])), m.Atoms.Text(atom.ID(f[in.C&mask]))
	is := false
	if !m.spend((len(b) + len(c)) / bytesSearched) {
		return
	}
	switch in.Op {
	case OpConcat:
		if len(b)+len(c) > maxText {
			m.fault = LongText
			return
		}
		if !m.spend(len(b) + len(c)) {
			return
		}
		m.text = append(append(m.text[:0], b...), c...)
		f[in.A&mask] = int64(m.Atoms.Intern(m.text))
		return
	case OpContains:
		is = bytes.Contains(b, c)
	case OpPrefix:
		is = bytes.HasPrefix(b, c)
	case OpSuffix:
		is = bytes.HasSuffix(b, c)
	default:
		m.fault = BadCode
		return
	}
	f[in.A&mask] = 0
	if is {
		f[in.A&mask] = 1
	}
}

func (m *Machine) within(in *Instr) bool {
	v := m.Frame[in.A&(FrameSize-1)]
	set := m.prog.sets[in.C]
	if len(set) <= 8 {
		for _, x := range set {
			if x == v {
				return true
			}
		}
		return false
	}
	lo, hi := 0, len(set)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if set[mid] < v {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < len(set) && set[lo] == v
}

func (m *Machine) length(list int32) int {
	if uint(list) >= uint(len(m.Lists)) {
		return 0
	}
	return m.Lists[list].Len
}

func (m *Machine) elem(list, col int32, i int64) int64 {
	if uint(list) >= uint(len(m.Lists)) {
		return atom.Null
	}
	rows := &m.Lists[list]
	at := int(i)*rows.Stride + int(col)
	if uint(i) >= uint(rows.Len) || uint(at) >= uint(len(rows.Data)) {
		return atom.Null
	}
	return rows.Data[at]
}
