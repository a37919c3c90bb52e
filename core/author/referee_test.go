package author_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"koujing/core/author"
	"koujing/core/casefile"
	"koujing/core/pack"
	"koujing/core/program"
)

var (
	refereePairs = flag.Int("referee.pairs", 20_000, "(expression, case) pairs that TestReferee compares")
	refereeSeed  = flag.Uint64("referee.seed", 1, "what TestReferee's expressions and cases grow from")
)

const (
	exprsPerPack = 60
	casesPerPack = 12
)

// verdicts count what came of the pairs.
type verdicts struct {
	pairs, values, overflow, zero, long int
}

func (v *verdicts) add(o verdicts) {
	v.pairs += o.pairs
	v.values += o.values
	v.overflow += o.overflow
	v.zero += o.zero
	v.long += o.long
}

// dialect is every operation there is.
var dialect = []string{"lit", "name", "elem", "if", "??", "and", "or", "not", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "list", "range",
	"contains", "startsWith", "endsWith", "concat", "+", "-", "*", "%", "neg", "plus", "abs", "min", "max", "money.min", "money.max",
	"money.share", "minutes", "hours", "days", "workdays", "age", "any", "all", "none", "one", "count", "sum", "len"}

// TestReferee compares three answers to every pair of an expression and a case: the machine's, that of expr's own VM, and
// one worked out with unbounded integers. The machine must say what expr says, except where the exact result does not fit,
// which expr wraps and the machine reports.
func TestReferee(t *testing.T) {
	var (
		referees = []*referee{newReferee(t), newReferee(t)}
		all      verdicts
		batch    uint64
	)
	for all.pairs < *refereePairs && !t.Failed() {
		// A fixed number of batches at a time, so that the same are compared whatever the machine.
		found := make([]verdicts, 16)
		var workers sync.WaitGroup
		for i, r := range referees {
			workers.Go(func() {
				for b := i; b < len(found); b += len(referees) {
					found[b] = r.batch(rand.NewPCG(*refereeSeed, batch+uint64(b)), exprsPerPack, casesPerPack)
				}
			})
		}
		workers.Wait()
		batch += uint64(len(found))
		for _, v := range found {
			all.add(v)
		}
	}
	t.Logf("seed %d: %d (expression, case) pairs: %d values agree, %d zero modulos agree, %d overflows and %d long texts reported where expr goes on",
		*refereeSeed, all.pairs, all.values, all.zero, all.overflow, all.long)
	if all.pairs < *refereePairs || all.values < all.pairs/2 || all.overflow == 0 || all.zero == 0 || all.long == 0 {
		t.Errorf("too little was compared: %+v", all)
	}
	for _, op := range dialect {
		if n := referees[0].used[op] + referees[1].used[op]; n < 10 {
			t.Errorf("%s was used %d times", op, n)
		}
	}
}

// FuzzReferee lets the fuzzer choose: every byte of the tape is a choice that the writers of expressions and cases make.
func FuzzReferee(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, []byte{})
	}
	f.Fuzz(func(t *testing.T, seed uint64, tape []byte) {
		newReferee(t).batch(&tapeSource{tape: tape, rest: rand.NewPCG(seed, 0)}, 4, 8)
	})
}

// tapeSource is a source of choices that begins with given ones.
type tapeSource struct {
	tape []byte
	rest *rand.PCG
}

func (s *tapeSource) Uint64() uint64 {
	if len(s.tape) == 0 {
		return s.rest.Uint64()
	}
	b := s.tape[0]
	s.tape = s.tape[1:]
	return uint64(b) * 0x0101010101010101
}

// referee compiles and compares. Each is used by one goroutine.
type referee struct {
	t     testing.TB
	world *world
	vm    vm.VM
	used  map[string]int // how often each operation was in an expression
}

func newReferee(t testing.TB) *referee {
	return &referee{t: t, world: newWorld(t, author.Sources{"pack.yaml": worldPack}), vm: vm.VM{MemoryBudget: 1 << 30}, used: map[string]int{}}
}

// stand is a place in a pack where an expression can stand.
type stand uint8

const (
	asOutput stand = iota // of an own decision
	asRule                // the condition of a rule
	asLine                // the condition of a line to say
	asPart                // a placeholder
	asLineOutput
	numStands
)

// exhibit is an expression, where it stands, and both its compiled forms.
type exhibit struct {
	*term
	source string
	stand  stand
	name   string
	number int       // of the decision or of the expression
	output int       // its slot
	given  *variable // what later expressions may call its result
	expr   *vm.Program
}

// batch writes a pack full of expressions, builds it and runs it on cases.
func (r *referee) batch(dice rand.Source, exprs, cases int) verdicts {
	w := &writer{Rand: rand.New(dice), lists: r.world.lists}
	var shown []*exhibit
	r.world.results = nil
	for len(shown) < exprs {
		e := r.exhibit(w, len(shown))
		e.count(r.used)
		if shown = append(shown, e); e.stand == asOutput {
			e.given = r.world.result("own."+e.name+".v", e.term)
		}
	}
	linked := r.compile(shown)
	if linked == nil {
		return verdicts{}
	}
	machine := program.NewMachine(linked, r.world.atoms, make([]casefile.Rows, casefile.NumLists), r.world.calendar)
	var all verdicts
	for range cases {
		s := r.world.situation(w)
		env := r.world.env(s)
		r.world.fill(machine, s)
		for _, e := range shown {
			if e.reads(s.lacking) {
				s.lacking[e.given] = true
				continue
			}
			all.add(r.compare(machine, e, s, env))
		}
	}
	return all
}

// compile builds the pack with both compilers.
func (r *referee) compile(shown []*exhibit) *program.Linked {
	p, linked := r.world.build(r.t, packOf(shown))
	if linked == nil {
		return nil
	}
	tie(shown, p, linked)
	// Not optimized: expr's optimizer takes nil for "" in `x in ["", "a"]`, and drops elements of a list that would be errors.
	options := []expr.Option{expr.Env(r.world.types()), expr.Optimize(false)}
	for _, e := range shown {
		var err error
		if e.expr, err = expr.Compile(e.source, options...); err != nil {
			r.t.Errorf("expr refuses what the author takes: %v", err)
			return nil
		}
	}
	return linked
}

// exhibit makes up an expression that keeps to the author's limits.
func (r *referee) exhibit(w *writer, i int) *exhibit {
	e := &exhibit{stand: stand(w.IntN(int(numStands))), name: fmt.Sprintf("n%d", i)}
	if e.stand == asLineOutput && i > 0 {
		e.stand = asOutput // there is one decision for lines
	}
	w.line = e.stand == asLineOutput
	if w.vars = r.world.vars; !w.line {
		w.vars = slices.Concat(r.world.vars, r.world.results)
	}
	for {
		size := 3 + w.IntN(30)
		if w.IntN(6) == 0 {
			size = 30 + w.IntN(200)
		}
		switch e.stand {
		case asRule, asLine:
			e.term = w.condition(size)
		case asPart:
			e.term = w.expression(pick(w, []program.Type{program.Int, program.Text}), w.IntN(3) == 0, size)
		case asLineOutput:
			e.term = w.expression(program.Int, false, size)
		default:
			e.term = w.expression(program.Type(w.IntN(4)), w.IntN(3) == 0, size)
		}
		if e.source = e.term.String(); len(e.source) <= 2048 && e.parts() <= 300 && e.depth() <= 60 {
			return e
		}
	}
}

// parts counts as expr's parser does: a name of three words is five parts.
func (t *term) parts() int {
	n := 1 + len(t.set)
	switch t.op {
	case "name":
		n = 2*strings.Count(t.named.path, ".") + 1
		if t.set != nil {
			n++
		}
	case "elem":
		n = 3
	case "any", "all", "none", "one", "count", "sum", "len":
		n = 2*strings.Count(t.list.path, ".") + 3
	case "lit":
		n = 2
	case "not in":
		n++
	}
	for _, k := range t.kids {
		n += k.parts()
	}
	return n + 2*strings.Count(t.op, ".") + 1
}

func (t *term) depth() int {
	d := 0
	for _, k := range t.kids {
		d = max(d, k.depth())
	}
	return d + 2
}

// packOf writes the sources of a pack that holds the expressions.
func packOf(shown []*exhibit) author.Sources {
	var rules, track strings.Builder
	for _, e := range shown {
		quoted := "'" + strings.ReplaceAll(e.source, "'", "''") + "'"
		switch e.stand {
		case asOutput:
			fmt.Fprintf(&rules, "---\ndecision: own.%s\nhit: first\nrules: [{ id: %s, then: { v: %s } }]\n", e.name, e.name, quoted)
		case asRule:
			fmt.Fprintf(&rules, "---\ndecision: own.%s\nhit: first\ndefault: { v: 0 }\nrules: [{ id: %s, when: %s, then: { v: 1 } }]\n", e.name, e.name, quoted)
		case asLineOutput:
			fmt.Fprintf(&rules, "---\ndecision: refund.multiplier\nhit: first\nrules: [{ id: %s, then: { multiplier: %s } }]\n", e.name, quoted)
		case asLine:
			fmt.Fprintf(&track, "      - { id: %s, text: x, when: %s }\n", e.name, quoted)
		case asPart:
			fmt.Fprintf(&track, "      - { id: %s, text: '{{ %s }}' }\n", e.name, strings.ReplaceAll(e.source, "'", "''"))
		}
	}
	return author.Sources{"pack.yaml": worldPack, "rules/own.yaml": rules.String(),
		"scenarios/talk.yaml": "title: talk\nsteps:\n  only:\n    say:\n      - { id: none, text: x }\n" + track.String() + "    end: over\n"}
}

// tie finds the compiled expressions.
func tie(shown []*exhibit, p *pack.Pack, linked *program.Linked) {
	lines := map[string]pack.Line{}
	for _, l := range p.Tracks[0].Steps[0].Say {
		lines[l.ID] = l
	}
	for _, e := range shown {
		switch e.stand {
		case asLine:
			e.number = int(lines[e.name].When)
		case asPart:
			e.number = int(p.Program.Templates[lines[e.name].Text].Parts[0].Expr)
		case asLineOutput:
			e.number = linked.Find("refund.multiplier")
			e.output = linked.Output(e.number, "multiplier")
		default:
			e.number = linked.Find("own." + e.name)
			e.output = linked.Output(e.number, "v")
		}
	}
}

// run asks the machine.
func (r *referee) run(m *program.Machine, e *exhibit) (value, *program.RunError) {
	if e.stand == asLine || e.stand == asPart {
		slot, err := m.Eval(e.number)
		if err != nil {
			return value{}, err
		}
		return r.world.read(e.typ, slot), nil
	}
	if _, err := m.Ask(e.number); err != nil {
		return value{}, err
	}
	return r.world.read(e.typ, m.Frame[e.output]), nil
}

// compare takes the three answers to one pair.
func (r *referee) compare(m *program.Machine, e *exhibit, s *situation, env map[string]any) verdicts {
	got, runError := r.run(m, e)
	fault := program.NoFault
	if runError != nil {
		fault = runError.Fault
	}
	exact, want := s.work(e.term)
	out, err := r.vm.Run(e.expr, env)
	found := verdicts{pairs: 1}
	if e.given != nil {
		s.settle(e.given, exact, want == program.NoFault)
		put[any](env, e.given.path, native(e.typ, exact))
	}
	ok := fault == want
	switch want {
	case program.NoFault:
		ok = ok && got == exact && err == nil && out == native(e.typ, exact)
		found.values = 1
	case program.ZeroModulo:
		ok = ok && err != nil
		found.zero = 1
	case program.Overflow:
		found.overflow = 1
	case program.LongText:
		found.long = 1
	}
	if !ok {
		r.t.Errorf("%s\nmachine %v %s, exact %v %s, expr %v %v\n%s", e.source, got, faultNames[fault], exact, faultNames[want], out, err, s.named(e.term))
	}
	return found
}

var faultNames = map[program.Fault]string{program.NoFault: "", program.Overflow: "overflow", program.ZeroModulo: "zero modulo",
	program.OverBudget: "over budget", program.LongText: "long text", program.BadCode: "bad code"}

// reads reports whether t names one of some variables.
func (t *term) reads(some map[*variable]bool) bool {
	if t.op == "name" && some[t.named] {
		return true
	}
	return slices.ContainsFunc(t.kids, func(k *term) bool { return k.reads(some) })
}

// count notes the operations in t.
func (t *term) count(used map[string]int) {
	used[t.op]++
	for _, k := range t.kids {
		k.count(used)
	}
}

// named lists the names in a term with their values.
func (s *situation) named(t *term) string {
	var out strings.Builder
	switch {
	case t.op == "name" && t.named.slot >= 0:
		fmt.Fprintf(&out, "%s = %v\n", t.named.path, s.values[t.named.index])
	case t.list != nil && t.op != "elem":
		fmt.Fprintf(&out, "%s = %v\n", t.list.path, s.rows[t.list.number])
	}
	for _, k := range t.kids {
		out.WriteString(s.named(k))
	}
	return out.String()
}

// TestExprTakesDefaultPack gives every expression of the default pack to expr's own checker, in an environment of the
// same types.
func TestExprTakesDefaultPack(t *testing.T) {
	src := sources(t, "cn-telecom")
	w := newWorld(t, src)
	w.declareOwn(t, src)
	found := author.Expressions(src)
	if len(found) < 100 {
		t.Errorf("the pack has only %d expressions", len(found))
	}
	for _, e := range found {
		if _, err := expr.Compile(e, expr.Env(w.types())); err != nil {
			t.Errorf("%s: %v", e, err)
		}
	}
}
