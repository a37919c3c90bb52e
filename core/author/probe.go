package author

import (
	"maps"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/goccy/go-json"

	"koujing/core"
	"koujing/core/author/region"
	"koujing/core/casefile"
	"koujing/core/pack"
	"koujing/core/program"
)

// A probe is a pack that is compiled anew to find out about one decision which of its rules apply to a case. It is run by
// the engine like any other, so that what it says is what happens.
type probe struct {
	engine *core.Engine
	name   string
	line   bool // asked for each line
}

// question is what a probe finds out: the rules of a decision that apply to a case, if the case lies within.
type question struct {
	decision string
	within   []restriction
}

// restriction holds a variable to some cells.
type restriction struct {
	on *axis
	in region.Set
}

// Names that a probe uses. probedRule stands behind all others and applies where the case lies within; where it is not in
// the trace, the decision was not asked.
const (
	probedRule = "?"
	firstLine  = "L1"
)

// newProbe compiles the pack as a probe. It is nil if that does not work.
func (b *build) newProbe(q *question) *probe {
	again := newBuild(b.src)
	again.probed = q
	again.log.kept = b.log.kept
	again.names.lost = maps.Clone(b.names.lost)
	if !again.admit() || !again.readAll() {
		return nil
	}
	if again.compileDecisions(); !again.asm.finish() {
		return nil
	}
	again.pack.Program = again.asm.prog
	engine, err := core.Load(pack.Append(nil, &again.pack), [32]byte{})
	if err != nil {
		return nil
	}
	known := coreDecision(q.decision)
	return &probe{engine: engine, name: q.decision, line: known != nil && known.Line}
}

// fired lists the rules of the decision that apply to a case. ok is false where the text is no case, the decision was not
// asked, or the case does not lie within.
func (p *probe) fired(text []byte) (rules []string, ok bool) {
	var d struct {
		Trace []struct{ Decision, Subject, Rule string }
	}
	if json.Unmarshal(p.engine.Decide(nil, text), &d) != nil {
		return nil, false
	}
	for _, f := range d.Trace {
		switch {
		case f.Decision != p.name || p.line && f.Subject != firstLine:
		case f.Rule == probedRule:
			ok = true
		case !strings.HasPrefix(f.Rule, "guardrail"):
			rules = append(rules, f.Rule)
		}
	}
	return rules, ok
}

// probing reports whether a decision is compiled to be asked which rules apply, not for what they give.
func (b *build) probing(d *decisionSource) bool {
	return b.probed != nil && b.probed.decision == d.name
}

// compileProbe adds the rule behind all others.
func (b *build) compileProbe(spec *spec, out *program.Decision) {
	out.Rules = append(out.Rules, program.Rule{ID: probedRule, Entry: b.asm.here()})
	end := newLabel()
	l := b.lower(exprSource{}, spec.scope)
	for _, r := range b.probed.within {
		l.restrict(r, end)
	}
	b.asm.emit(program.Instr{Op: program.OpFire, C: int32(len(out.Rules) - 1)})
	b.asm.bind(end)
	if out.Apart {
		b.asm.ret()
	}
}

// restrict compiles a restriction: where it does not hold, jump to no.
func (l *lowering) restrict(r restriction, no *label) {
	if c, ok := r.on.node.(*ast.BinaryNode); ok && c.Operator == comparison {
		l.restrictOrder(c, r, no)
		return
	}
	x := l.value(r.on.node)
	if l.bad {
		return
	}
	yes := newLabel()
	if r.on.absent >= 0 {
		in := program.Instr{Op: program.OpJumpNull, A: x.reg}
		if r.in.Has(r.on.absent) {
			l.asm.jump(in, yes)
		} else {
			l.asm.jump(in, no)
		}
	}
	for c := range r.on.size {
		switch {
		case c == r.on.absent:
		case r.on.texts != nil && c < len(r.on.texts):
			to := no
			if r.in.Has(c) {
				to = yes
			}
			l.compareJump("==", x, textConst(r.on.texts[c]), to)
		case c == r.on.other:
			if r.in.Has(c) {
				l.asm.jump(program.Instr{Op: program.OpJump}, yes)
			}
		case r.in.Has(c):
			next := newLabel()
			l.compareJump("<", x, intConst(r.on.starts[c]), next)
			l.compareJump("<=", x, intConst(r.on.end(c)), yes)
			l.asm.bind(next)
		}
	}
	l.asm.jump(program.Instr{Op: program.OpJump}, no)
	l.asm.bind(yes)
}

// restrictOrder compiles a restriction on which of two values is greater, or whether they are the same.
func (l *lowering) restrictOrder(n *ast.BinaryNode, r restriction, no *label) {
	x, y := l.value(n.Left), l.value(n.Right)
	if l.bad {
		return
	}
	yes := newLabel()
	for c := range r.on.size {
		if !r.in.Has(c) {
			continue
		}
		for at := r.on.starts[c]; at <= r.on.end(c); at++ {
			op := map[int64]string{-1: "<", 0: "==", 1: ">"}[at]
			if r.on.typ.base == program.Bool {
				op = []string{"!=", "=="}[at]
			}
			l.compareJump(op, x, y, yes)
		}
	}
	l.asm.jump(program.Instr{Op: program.OpJump}, no)
	l.asm.bind(yes)
}

// differ reports whether the rules that apply to a case give different answers: the engine itself refuses it then.
func (s *study) differ(witness string) bool {
	built, _ := Build(s.b.src)
	engine, err := core.Load(built, [32]byte{})
	if err != nil {
		return false
	}
	var d struct{ Errors []struct{ Code, Path string } }
	return json.Unmarshal(engine.Decide(nil, []byte(witness)), &d) == nil && len(d.Errors) > 0 && d.Errors[0].Code == casefile.Word(casefile.WordRuleError)
}
