package author_test

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strings"

	"koujing/core/clock"
	"koujing/core/program"
)

// This file works expressions out a second time, straight from the tree they were made as and with numbers that know no
// bound: it says where the machine must report an overflow, and what it must say everywhere else.

// situation is what an expression is worked out on.
type situation struct {
	values   []value            // by variable
	lacking  map[*variable]bool // results of own decisions that have no value
	rows     [][][]value        // by listing, row and column
	calendar *clock.Calendar
	now      int64
}

// exact works out terms. A fault is thrown as a panic with a program.Fault.
type exact struct {
	*situation
	loops [][]value
}

// work returns the value of a term, or why there is none.
func (s *situation) work(t *term) (v value, fault program.Fault) {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(program.Fault)
			if !ok {
				panic(r)
			}
			fault = f
		}
	}()
	return (&exact{situation: s}).value(t), program.NoFault
}

func truth(b bool) value {
	if b {
		return value{n: 1}
	}
	return value{}
}

func fits(x *big.Int) int64 {
	if !x.IsInt64() || x.Int64() == math.MinInt64 {
		panic(program.Overflow)
	}
	return x.Int64()
}

func (e *exact) value(t *term) value {
	switch t.op {
	case "lit":
		return t.lit
	case "name":
		if t.named.setting != nil {
			return *t.named.setting
		}
		return e.values[t.named.index]
	case "elem":
		return e.loops[len(e.loops)-1][t.column]
	case "if":
		if e.value(t.kids[0]).n == 1 {
			return e.value(t.kids[1])
		}
		return e.value(t.kids[2])
	case "??":
		if v := e.value(t.kids[0]); !v.absent {
			return v
		}
		return e.value(t.kids[1])
	case "and":
		return truth(e.value(t.kids[0]).n == 1 && e.value(t.kids[1]).n == 1)
	case "or":
		return truth(e.value(t.kids[0]).n == 1 || e.value(t.kids[1]).n == 1)
	case "not":
		return truth(e.value(t.kids[0]).n == 0)
	case "in", "not in":
		return truth(e.member(t) == (t.op == "in"))
	case "any", "all", "none", "one", "count", "sum":
		return e.walk(t)
	case "len":
		return value{n: int64(len(e.rows[t.list.number]))}
	}
	kids := make([]value, len(t.kids))
	for i, k := range t.kids {
		kids[i] = e.value(k)
	}
	return e.apply(t, kids)
}

// apply works out an operation whose operands are all asked for, from left to right.
func (e *exact) apply(t *term, kids []value) value {
	switch t.op {
	case "==":
		return truth(kids[0] == kids[1])
	case "!=":
		return truth(kids[0] != kids[1])
	case "<":
		return truth(kids[0].n < kids[1].n)
	case "<=":
		return truth(kids[0].n <= kids[1].n)
	case ">":
		return truth(kids[0].n > kids[1].n)
	case ">=":
		return truth(kids[0].n >= kids[1].n)
	case "contains":
		return truth(strings.Contains(kids[0].s, kids[1].s))
	case "startsWith":
		return truth(strings.HasPrefix(kids[0].s, kids[1].s))
	case "endsWith":
		return truth(strings.HasSuffix(kids[0].s, kids[1].s))
	case "concat":
		if !t.konst && len(kids[0].s)+len(kids[1].s) > 4096 {
			panic(program.LongText)
		}
		return value{s: kids[0].s + kids[1].s}
	case "min", "money.min":
		return slices.MinFunc(kids, byNumber)
	case "max", "money.max":
		return slices.MaxFunc(kids, byNumber)
	case "plus":
		return kids[0]
	case "workdays":
		if n := kids[1].n; n < 0 || n > 3660 {
			panic(program.Overflow)
		}
		return value{n: e.calendar.AddWorkdays(kids[0].n, kids[1].n)}
	case "money.share":
		share, ok := exactShare(kids[0].n, kids[1].n, kids[2].n, t.rounding)
		if !ok {
			panic(program.Overflow)
		}
		return value{n: share}
	}
	return value{n: fits(e.arithmetic(t.op, kids))}
}

func byNumber(a, b value) int { return cmp.Compare(a.n, b.n) }

func (e *exact) arithmetic(op string, kids []value) *big.Int {
	x, y := big.NewInt(kids[0].n), new(big.Int)
	if len(kids) > 1 {
		y.SetInt64(kids[1].n)
	}
	switch op {
	case "+":
		return x.Add(x, y)
	case "-":
		return x.Sub(x, y)
	case "*":
		return x.Mul(x, y)
	case "%":
		if y.Sign() == 0 {
			panic(program.ZeroModulo)
		}
		return x.Rem(x, y)
	case "neg":
		return x.Neg(x)
	case "abs":
		return x.Abs(x)
	case "age":
		return x.Sub(big.NewInt(e.now), x)
	case "minutes":
		return x.Mul(x, big.NewInt(60))
	case "hours":
		return x.Mul(x, big.NewInt(60*60))
	case "days":
		return x.Mul(x, big.NewInt(24*60*60))
	}
	panic("no operation " + op)
}

// exactShare is amount * num / den in fractions, rounded at the end.
func exactShare(amount, num, den int64, rounding string) (int64, bool) {
	if den <= 0 {
		return 0, false
	}
	product := new(big.Int).Mul(big.NewInt(amount), big.NewInt(num))
	sign := int64(product.Sign())
	whole, rest := new(big.Int).QuoRem(product.Abs(product), big.NewInt(den), new(big.Int))
	half := rest.Lsh(rest, 1).Cmp(big.NewInt(den))
	away := false
	switch rounding {
	case "up":
		away = rest.Sign() > 0
	case "half_up":
		away = half >= 0
	case "half_even":
		away = half > 0 || half == 0 && whole.Bit(0) == 1
	}
	if away {
		whole.Add(whole, big.NewInt(1))
	}
	whole.Mul(whole, big.NewInt(sign))
	return whole.Int64(), whole.IsInt64() && whole.Int64() != math.MinInt64
}

func (e *exact) member(t *term) bool {
	x, in := e.value(t.kids[0]), t.kids[1]
	if x.absent {
		return false
	}
	if in.op == "range" {
		return in.set[0].n <= x.n && x.n <= in.set[1].n
	}
	return slices.Contains(in.set, x)
}

func (e *exact) walk(t *term) value {
	total := new(big.Int)
	e.loops = append(e.loops, nil)
	defer func() { e.loops = e.loops[:len(e.loops)-1] }()
	for _, row := range e.rows[t.list.number] {
		e.loops[len(e.loops)-1] = row
		v := e.value(t.kids[0])
		switch {
		case t.op == "sum":
			fits(total.Add(total, big.NewInt(v.n)))
		case t.op == "any" && v.n == 1, t.op == "all" && v.n == 0, t.op == "none" && v.n == 1:
			return truth(t.op == "any")
		default:
			total.Add(total, big.NewInt(v.n))
		}
	}
	switch t.op {
	case "count", "sum":
		return value{n: total.Int64()}
	case "one":
		return truth(total.Int64() == 1)
	}
	return truth(t.op != "any")
}
