package author

import "koujing/core/program"

// typ is the type of an expression. A value that may be absent can be compared, and needs `??` for anything else.
type typ struct {
	base     program.Type
	nullable bool
	values   []string // the values a text can have, where a list or the contract fixes them
	of       string   // what fixes them, for messages: "list category"
}

func (t typ) String() string {
	s := t.base.String()
	if t.nullable {
		s += "?"
	}
	return s
}

// operand is where the value of an expression is: in a register, or known when the pack is built.
type operand struct {
	typ   typ
	konst bool
	null  bool // the constant nil
	num   int64
	text  string
	reg   uint16
	list  *constList
}

// constList is a constant list, for `in`.
type constList struct {
	base    program.Type
	nums    []int64
	texts   []string
	isRange bool // nums is its two ends
}

func intConst(v int64) operand {
	return operand{typ: typ{base: program.Int}, konst: true, num: v}
}

func boolConst(v bool) operand {
	o := operand{typ: typ{base: program.Bool}, konst: true}
	if v {
		o.num = 1
	}
	return o
}

func textConst(s string) operand {
	return operand{typ: typ{base: program.Text}, konst: true, text: s}
}
