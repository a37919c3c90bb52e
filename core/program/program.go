// Package program holds the compiled form of a pack's rules and runs it: a small register program over int64 slots,
// with checked arithmetic and a step budget, no reflection, no floats and nothing of the language it was written in.
//
// A Program is what the author side makes and a pack carries; it names its inputs and spells its texts. Link checks it
// and ties it to an engine: names become slots of the frame, texts become atoms. A Machine runs the linked form, one
// case after the other.
package program

// FrameSize is how many slots a frame has: the case, the facts, what the stages worked out, and the program's own
// registers. It is a power of two, so that a masked operand needs no bounds check.
const FrameSize = 4096

// Frame is the memory of one machine. A slot holds an int, a bool as 0 or 1, a time in Unix seconds, or the atom of a
// text; atom.Null in any of them means absent.
type Frame [FrameSize]int64

// Type is the type of a slot.
type Type uint8

// The types of the language. Money (fen) and spans (seconds) are Int.
const (
	Int Type = iota
	Bool
	Text
	Time
)

var typeNames = [...]string{Int: "int", Bool: "bool", Text: "text", Time: "time"}

func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "?"
}

// Op is an operation of the machine.
type Op uint8

// The operations. A and B are registers; what C and D are is said with each. A register operand in C or D is
// marked rC, rD; T is the jump target in D.
const (
	OpReturn     Op = iota // end of the block
	OpMove                 // A = B
	OpInt                  // A = C
	OpBig                  // A = Ints[C]
	OpText                 // A = the atom of Texts[C]
	OpNull                 // A = absent
	OpAdd                  // A = B + rC, checked; so are the next ones
	OpSub                  // A = B - rC
	OpMul                  // A = B * rC
	OpMod                  // A = B % rC; zero is an error
	OpMin                  // A = the smaller of B and rC
	OpMax                  // A = the larger of B and rC
	OpAbs                  // A = |B|
	OpNeg                  // A = -B
	OpShare                // A = B * r(B+1) / r(B+2), rounded as C says (money.Rounding)
	OpWorkdays             // A = the time rC working days after the time B
	OpConcat               // A = the text B followed by the text rC
	OpContains             // A = whether the text B contains the text rC
	OpPrefix               // A = whether the text B starts with the text rC
	OpSuffix               // A = whether the text B ends with the text rC
	OpLen                  // A = the length of the list Lists[C]
	OpElem                 // A = the column Columns[C] of the list's element at index B
	OpFor                  // A = 0, the index into Lists[C]; an empty list jumps to T
	OpNext                 // A++; while it is inside the list of index C, jump back to T
	OpJump                 // jump to T
	OpJumpEq               // A == B: jump to T
	OpJumpNe               // A != B: jump to T
	OpJumpLt               // A < B: jump to T
	OpJumpLe               // A <= B: jump to T
	OpJumpEqInt            // A == C: jump to T
	OpJumpNeInt            // A != C: jump to T
	OpJumpLtInt            // A < C: jump to T
	OpJumpLeInt            // A <= C: jump to T
	OpJumpGtInt            // A > C: jump to T
	OpJumpGeInt            // A >= C: jump to T
	OpJumpEqText           // A is the text Texts[C]: jump to T
	OpJumpNeText           // A is not the text Texts[C]: jump to T
	OpJumpNull             // A is absent: jump to T
	OpJumpGiven            // A is not absent: jump to T
	OpJumpIn               // A is in Sets[C]: jump to T
	OpJumpNotIn            // A is not in Sets[C]: jump to T
	OpFire                 // rule number C of the decision that is running applies
	numOps
)

// Instr is one instruction. Jumps go forward; only OpNext goes back, and pays for it from the budget.
type Instr struct {
	Op   Op
	A, B uint16
	C, D int32
}

// Set is a constant list that `in` looks through: texts or integers.
type Set struct {
	Texts []string
	Ints  []int64
}

// Hit is a DMN hit policy.
type Hit uint8

// The hit policies. The aggregated forms of collect give one number.
const (
	First Hit = iota
	Unique
	Any
	Collect
	CollectSum
	CollectMin
	CollectMax
	CollectCount
	numHits
)

var hitNames = [...]string{"first", "unique", "any", "collect", "collect sum", "collect min", "collect max", "collect count"}

func (h Hit) String() string {
	if int(h) < len(hitNames) {
		return hitNames[h]
	}
	return "?"
}

// ParseHit reads a hit policy by its name in a pack.
func ParseHit(s string) (Hit, bool) {
	for i, n := range hitNames {
		if n == s {
			return Hit(i), true
		}
	}
	return 0, false
}

// Output is one named result of a decision.
type Output struct {
	Name     string
	Type     Type
	Nullable bool
	Reg      uint16 // the register it is left in
}

// Rule is one rule of a decision; its code begins at Entry.
type Rule struct {
	ID    string
	Row   string // the catalogue row, may be empty
	Entry int32
}

// Decision is a compiled decision: a name, a hit policy, rules and outputs.
type Decision struct {
	Name    string
	Hit     Hit
	Stage   uint8 // when it can run: see vocabulary.Stage; only of use for the operator's own decisions
	Own     bool  // the operator's own: runs by itself and appears under results
	Apart   bool  // each rule's code ends with OpReturn, so that an index may pick rules; else it runs on into the next
	Prelude int32 // code that works out the inputs of a table, -1 if none
	Default int32 // code that sets the outputs when no rule applies, -1 if none
	Outputs []Output
	Rules   []Rule
}

// Expr is a compiled expression that stands alone: a condition or a placeholder of a talk track.
type Expr struct {
	Label    string // where it stands, for errors
	Type     Type
	Nullable bool
	Entry    int32
	Reg      uint16 // the register its value is left in
}

// Form says how a placeholder is spoken.
type Form uint8

// The forms of a placeholder.
const (
	AsText  Form = iota // a text as it is
	AsInt               // an integer
	AsMoney             // fen as yuan: 20元, 19.90元
	AsDue               // a time: 11月24日10:00
	AsDate              // a day: 11月24日
	AsSpan              // seconds: 48小时
	AsLabel             // a value of a list by its label
	numForms
)

// Part is a piece of a template: a literal text, or a placeholder.
type Part struct {
	Text string // the literal when Expr is -1, else what the placeholder is called when it is missing
	Expr int32
	Form Form
	List string // for AsLabel
}

// Template is a text with placeholders.
type Template struct {
	Parts []Part
}

// Program is everything compiled of a pack.
type Program struct {
	Texts     []string
	Ints      []int64
	Sets      []Set
	Names     []string // the inputs: register i is the slot of that name
	Lists     []string // the lists that the code walks
	Columns   []string // and their columns: "lines.verification", or the bare list for a list of plain values
	Regs      int      // registers in all, inputs first
	Code      []Instr
	Decisions []Decision
	Exprs     []Expr
	Templates []Template
}
