package author

import (
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"koujing/core/program"
	"koujing/core/vocabulary"
)

// scope is what the expressions of one decision may name.
type scope struct {
	names *names
	at    vocabulary.Moment
	line  bool // asked for each line: sees line.*, not the list
	own   bool // of an operator's own decision
}

// names is everything a pack's expressions may name.
type names struct {
	inputs   map[string]input            // the case, the facts, the results of the stages
	lists    map[string]map[string]input // by list and column; a list of plain values has the column ""
	settings map[string]operand
	outputs  map[string]ownOutput // results of the operator's own decisions
	promised []string             // the names of all that they will give
	lost     map[string]bool      // own decisions that give nothing, since they are broken
	used     map[string]bool      // settings and facts that an expression names, as it names them
}

// isLost reports whether a path is what a decision would give that gives nothing.
func (n *names) isLost(path string) bool {
	for i, c := range path {
		if c == '.' && n.lost[path[:i]] {
			return true
		}
	}
	return false
}

// input is a slot that the engine fills.
type input struct {
	typ   typ
	known vocabulary.Moment
	line  bool // only in a decision asked for each line
	blind bool // and such a decision does not see it: a guardrail
}

// ownOutput is a result of an operator's own decision.
type ownOutput struct {
	typ      typ
	reg      uint16
	known    vocabulary.Moment
	decision string
}

// dotted returns the path of a chain of names: a.b.c.
func dotted(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value, true
	case *ast.MemberNode:
		key, ok := n.Property.(*ast.StringNode)
		if !ok || n.Optional {
			return "", false
		}
		base, ok := dotted(n.Node)
		return base + "." + key.Value, ok
	}
	return "", false
}

// name compiles a name, or an element's column inside a predicate.
func (l *lowering) name(n ast.Node) operand {
	if m, ok := n.(*ast.MemberNode); ok {
		if p, ok := m.Node.(*ast.PointerNode); ok {
			if key, ok := m.Property.(*ast.StringNode); ok {
				return l.element(m, p, key.Value)
			}
		}
	}
	path, ok := dotted(n)
	if !ok {
		return l.errorAt(n, noPicking.of())
	}
	s := l.scope
	if in, ok := s.names.inputs[path]; ok {
		s.names.used[path] = true
		switch {
		case in.line && !s.line:
			return l.errorAt(n, lineOnly.of(path))
		case in.known > s.at:
			return l.errorAt(n, notYet.of(path, moments[s.at]))
		}
		if in.blind && s.line {
			from, to := extent(n)
			l.log.warn(l.placeOf(from, to-from), blind.of(path))
		}
		return operand{typ: in.typ, reg: l.asm.input(path)}
	}
	if out, ok := s.names.outputs[path]; ok {
		if out.known > s.at {
			return l.errorAt(n, readsLater.of(path, moments[s.at], out.decision))
		}
		return operand{typ: out.typ, reg: out.reg}
	}
	if s.names.isLost(path) { // that has been reported where it was lost
		l.bad = true
		return operand{}
	}
	if setting, ok := strings.CutPrefix(path, "settings."); ok {
		if x, ok := s.setting(setting); ok {
			return x
		}
	}
	if _, ok := s.names.lists[path]; ok {
		return l.errorAt(n, isList.of(path))
	}
	return l.errorAt(n, s.guess(noName.of(path), path))
}

// element compiles `#` or `.column` inside a predicate; n is the whole, p its pointer.
func (l *lowering) element(n ast.Node, p *ast.PointerNode, column string) operand {
	if len(l.loops) == 0 || p.Name != "" {
		return l.errorAt(n, strayPointer.of())
	}
	at := l.loops[len(l.loops)-1]
	columns := l.scope.names.lists[at.list]
	in, ok := columns[column]
	if !ok {
		known := slices.Sorted(maps.Keys(columns))
		if column == "" {
			return l.errorAt(n, severalParts.of(at.list, strings.Join(known, ", .")))
		}
		return l.errorAt(n, noColumn.of(at.list, column).guess(column, known))
	}
	if in.known > l.scope.at {
		return l.errorAt(n, notYet.of("."+column, moments[l.scope.at]))
	}
	name := at.list
	if column != "" {
		name += "." + column
	}
	dst := l.asm.newTemp()
	l.asm.emit(program.Instr{Op: program.OpElem, A: dst, B: at.index, C: l.asm.column(name)})
	return operand{typ: in.typ, reg: dst}
}

// listName checks that n names a list that can be seen here.
func (l *lowering) listName(n ast.Node) (string, bool) {
	path, ok := dotted(n)
	if !ok {
		l.errorAt(n, wantsListName.of().guess("", l.scope.listNames()))
		return "", false
	}
	if _, ok := l.scope.names.lists[path]; !ok {
		l.errorAt(n, noCaseList.of(path).guess(path, l.scope.listNames()))
		return "", false
	}
	if l.scope.line {
		l.errorAt(n, noListsHere.of())
		return "", false
	}
	return path, true
}

func (s *scope) setting(name string) (operand, bool) {
	x, ok := s.names.settings[name]
	s.names.used["settings."+name] = true
	return x, ok
}

func (s *scope) settingNames() []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(s.names.settings)) {
		out = append(out, "settings."+k)
	}
	return out
}

func (s *scope) listNames() []string { return slices.Sorted(maps.Keys(s.names.lists)) }

// guess adds what may have been meant by a name that nobody knows. An operator's own decision runs when all that it reads is known, and a name
// that nobody knows says nothing of when that is.
func (s *scope) guess(what *said, path string) *said {
	if !s.own && !what.guess(path, s.visible(s.at)).how.Empty() {
		return what
	}
	return what.guess(path, s.visible(vocabulary.NumMoments))
}

// visible lists all names that are known up to a moment.
func (s *scope) visible(until vocabulary.Moment) []string {
	out := s.settingNames()
	for path, in := range s.names.inputs {
		if in.known <= until && (!in.line || s.line) {
			out = append(out, path)
		}
	}
	for path, o := range s.names.outputs {
		if o.known <= until {
			out = append(out, path)
		}
	}
	if s.own { // also of decisions that are compiled later
		out = append(out, s.names.promised...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// outputSpec is an output of the decision being compiled.
type outputSpec struct {
	name     string
	typ      typ
	reg      uint16
	fixed    bool // the core says its type; else the rules do
	typed    bool // the type of one that is not fixed is settled
	required bool
	bare     bool
}

// spec is what is known of a decision before its rules are compiled.
type spec struct {
	own     bool
	at      vocabulary.Moment
	scope   *scope
	outputs []*outputSpec
}

func (s *spec) output(name string) *outputSpec {
	for _, o := range s.outputs {
		if o.name == name {
			return o
		}
	}
	return nil
}

func (s *spec) outputNames() []string {
	var out []string
	for _, o := range s.outputs {
		out = append(out, o.name)
	}
	return out
}

// specOf says what a decision may see and give: as the core asks for it, or, for an operator's own, what its rules name.
func (b *build) specOf(d *decisionSource) *spec {
	if known := coreDecision(d.name); known != nil {
		return b.coreSpec(d, known)
	}
	at := b.ownMoment[d.name]
	s := &spec{own: true, at: at, scope: &scope{names: b.names, at: at, own: true}}
	for _, then := range append([][]assignment{d.defaults}, thens(d)...) {
		for _, a := range then {
			if s.output(a.output) == nil {
				s.outputs = append(s.outputs, &outputSpec{name: a.output, reg: b.asm.newOutput()})
			}
		}
	}
	return s
}

func thens(d *decisionSource) [][]assignment {
	out := make([][]assignment, len(d.rules))
	for i := range d.rules {
		out[i] = d.rules[i].then
	}
	return out
}

func coreDecision(name string) *vocabulary.Decision {
	for i := range vocabulary.Decisions {
		if vocabulary.Decisions[i].Name == name {
			return &vocabulary.Decisions[i]
		}
	}
	return nil
}

func (b *build) coreSpec(d *decisionSource, known *vocabulary.Decision) *spec {
	switch {
	case known.Collect && d.hit != program.Collect:
		b.log.error(d.hitAt, wantsCollect.of(d.name))
		return nil
	case !known.Collect && d.hit > program.Any:
		b.log.error(d.hitAt, wantsOneAnswer.of(d.name))
		return nil
	}
	s := &spec{at: known.At, scope: &scope{names: b.names, at: known.At, line: known.Line}}
	for _, o := range known.Outputs {
		t := typ{base: o.Type, nullable: o.Nullable, values: o.Values}
		if o.Values != nil {
			t.of = strings.Join(o.Values, ", ")
		}
		if o.List != "" {
			t.values, t.of = b.listValues(o.List), "list "+o.List
		}
		s.outputs = append(s.outputs, &outputSpec{name: o.Name, typ: t, reg: b.asm.newOutput(), fixed: true, required: o.Required, bare: o.Bare})
	}
	return s
}

// bareWord reads an identifier that stands for itself: a value of a list, or an id.
func (b *build) bareWord(tree ast.Node, spec *spec, o *outputSpec) (string, bool) {
	id, ok := tree.(*ast.IdentifierNode)
	if !ok || o.typ.base != program.Text || (!o.fixed && !o.typed) {
		return "", false
	}
	if _, taken := spec.scope.names.inputs[id.Value]; taken {
		return "", false
	}
	return id.Value, o.bare || o.typ.values != nil
}
