package author

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"koujing/core/author/region"
	"koujing/core/clock"
	"koujing/core/program"
	"koujing/core/vocabulary"
)

// Guesses are parts of cases that may give a variable a wanted value which no field of the case has: a result of a stage
// or of another decision, or a part of an expression. They need not be right: every case that is made of them is run.

// guesses are parts of cases that may put x into one of the cells. The first changes nothing.
func (s *study) guesses(x *axis, set region.Set, depth int) []draft {
	out := []draft{newDraft()}
	switch {
	case depth == 0 || x.absent >= 0 && set.Has(x.absent) && x.path != "" && set.First() == x.absent:
		return out
	case x.path != "":
		if o, ok := s.b.names.outputs[x.path]; ok {
			return append(out, s.outputGuesses(x, set, o.decision, depth)...)
		}
		return append(out, s.resultGuesses(x, set, depth)...)
	}
	return append(out, s.partGuesses(x, set)...)
}

// outputGuesses make a rule of another decision apply that gives the wanted output.
func (s *study) outputGuesses(x *axis, set region.Set, decision string, depth int) []draft {
	output := x.path[len(decision)+1:]
	return s.ruleGuesses(decision, depth, func(r *ruleSource) bool {
		for _, a := range r.then {
			if a.output != output {
				continue
			}
			text := a.value.text
			if a.cell {
				text = strings.Trim(text, `"`)
			} else if a.konst == nil {
				text = strings.Trim(text, `'"`)
			}
			if i := slices.Index(x.texts, text); i >= 0 {
				return set.Has(i)
			}
			if n, ok := constantOf(&a); ok {
				return set.Meets(x.cells(values{spans: [][2]int64{{n, n}}}))
			}
			return true // an expression: may be
		}
		return false
	})
}

// constantOf reads a number or truth that a rule gives.
func constantOf(a *assignment) (int64, bool) {
	if a.konst != nil {
		return a.konst.num, !a.konst.null
	}
	switch a.value.text {
	case "true":
		return 1, true
	case "false":
		return 0, true
	}
	n, err := strconv.ParseInt(a.value.text, 10, 64)
	return n, err == nil
}

// ruleGuesses make one of a decision's rules apply, with none before it where that counts.
func (s *study) ruleGuesses(decision string, depth int, wanted func(r *ruleSource) bool) []draft {
	i := slices.IndexFunc(s.b.decisions, func(d *decisionSource) bool { return d.name == decision })
	if i < 0 || depth <= 1 {
		return nil
	}
	d := s.b.decisions[i]
	other := &study{b: s.b, d: d, asks: s.b.analyst(s.b.scopeOf(d)), budget: 100_000}
	other.layOut()
	var out []draft
	var before []region.Box
	for i := range d.rules {
		if wanted(&d.rules[i]) {
			for _, box := range other.rules[i] {
				if d.hit == program.First {
					hole, answer := region.FindHole(box, before, &other.budget)
					if answer != region.Hole {
						continue
					}
					box = hole
				}
				drafts := other.drafts(newDraft(), box, depth-1)
				out = append(out, drafts[:min(len(drafts), 8)]...)
				if len(out) > 24 {
					return out
				}
			}
		}
		before = append(before, other.rules[i]...)
	}
	return out
}

// resultGuesses make the stages come to a result.
func (s *study) resultGuesses(x *axis, set region.Set, depth int) []draft {
	stage, rest, _ := strings.Cut(x.path, ".")
	switch {
	case stage == "gates" || stage == "blocked":
		return s.ruleGuesses(vocabulary.Decisions[vocabulary.Gates].Name, depth, func(*ruleSource) bool { return true })
	case stage == "clocks":
		clockName, _, _ := strings.Cut(rest, ".")
		return s.clockGuesses(clockName)
	case x.path == "complaint.escalate_to":
		return s.ruleGuesses(vocabulary.Decisions[vocabulary.Escalate].Name, depth, func(*ruleSource) bool { return true })
	case x.path == "customer.salutation":
		if forms := s.b.listValues("form"); len(forms) > 0 {
			return []draft{setting("customer.form", quoted(forms[0]))}
		}
	case stage == "refund":
		return s.refundGuesses(x, set)
	}
	return nil
}

// refundGuesses are lines of several kinds and amounts, and what else moves a refund.
func (s *study) refundGuesses(x *axis, set region.Set) []draft {
	amounts := []int64{100}
	if x.typ.base == program.Int {
		amounts = nil
		for c := range x.size {
			if set.Has(c) && x.starts[c] > 0 {
				amounts = append(amounts, x.starts[c], (x.starts[c]+1)/2)
				break
			}
		}
		if len(amounts) == 0 && set.Has(0) {
			if end := x.end(0); end > 0 && end < math.MaxInt32 {
				amounts = append(amounts, end, (end+1)/2)
			}
		}
	}
	amounts = slices.DeleteFunc(amounts, func(n int64) bool { return n > 100_000_000 })
	categories := append([]string{""}, s.b.listValues("category")...)
	var out []draft
	line := func(amount int64, category, verification string, more map[string]string) draft {
		e := map[string]string{"charged_fen": strconv.FormatInt(amount, 10), "due_fen": "0", "verification": quoted(verification)}
		if category != "" {
			e["category"] = quoted(category)
		}
		for k, v := range more {
			e[k] = v
		}
		return adding("lines", e)
	}
	long := quoted(string(clock.AppendTime(nil, witnessTime-400*86400, s.b.pack.UTCOffset)))
	for _, amount := range amounts {
		for _, category := range categories[:min(len(categories), 10)] {
			out = append(out, line(amount, category, "confirmed", nil))
		}
		due := line(amount, "", "confirmed", nil)
		out = append(out, line(amount, "", "pending", nil),
			line(amount, "", "confirmed", map[string]string{"refunded_fen": strconv.FormatInt(2*amount, 10)}),
			line(amount, "", "confirmed", map[string]string{"confirmed_at": long}),
			due.with(setting("customer.accepts", `"no"`)), due.with(setting("agent.authority_fen", "0")))
	}
	paid := line(100, "", "confirmed", nil)
	switch x.path {
	case "refund.status":
		out = append(out, line(100, "", "refuted", nil))
	case "refund.claim_above_total":
		out = append(out, setting("claim_fen", "10000000"), paid.with(setting("claim_fen", "10000000")))
	case "refund.means":
		out = append(out, setting("account.state", `"closed"`), setting("customer.wants_cash", "true"))
	}
	return out
}

// clockFields are the fields between which a clock runs.
var clockFields = map[string][2]string{
	"first_answer": {"complaint.opened_at", "complaint.first_answer_at"},
	"final_answer": {"complaint.opened_at", "complaint.answered_at"},
	"support":      {"complaint.handed_at", ""},
	"interim":      {"complaint.promised_at", "complaint.last_contact_at"},
	"install":      {"service.ordered_at", "service.installed_at"},
	"desk":         {"service.started_at", "service.ended_at"},
}

func (s *study) clockGuesses(name string) []draft {
	at := func(before int64) string {
		return quoted(string(clock.AppendTime(nil, witnessTime-before, s.b.pack.UTCOffset)))
	}
	fields, ok := clockFields[name]
	if !ok { // refund
		var out []draft
		for _, before := range []int64{0, 400 * 86400} {
			out = append(out, adding("lines", map[string]string{"charged_fen": "100", "due_fen": "0", "verification": `"confirmed"`, "confirmed_at": at(before)}))
		}
		return out
	}
	long := setting(fields[0], at(400*86400))
	out := []draft{setting(fields[0], at(0)), long}
	if fields[1] != "" {
		out = append(out, setting(fields[0], at(0)).with(setting(fields[1], at(0))), long.with(setting(fields[1], at(0))))
	}
	if name == "support" {
		for i := range out {
			out[i] = out[i].with(setting("complaint.state", `"with_support"`))
		}
	}
	if name == "desk" {
		var kinds []draft
		for _, d := range out {
			for _, kind := range s.b.listValues("service_kind") {
				kinds = append(kinds, d.with(setting("service.kind", quoted(kind))))
			}
		}
		out = append(out, kinds...)
	}
	return out
}

// partGuesses are for a part of an expression: elements for the lists in it, and values about its constants for the
// inputs in it.
func (s *study) partGuesses(x *axis, set region.Set) []draft {
	numbers := map[int64]bool{0: true, 1: true}
	var texts []string
	for c := range x.starts {
		if set.Has(c) {
			numbers[x.starts[c]], numbers[x.end(c)] = true, true
		}
	}
	var paths []string
	var out []draft
	walk(x.node, func(n ast.Node) bool {
		if b, ok := n.(*ast.BuiltinNode); ok && len(b.Arguments) > 0 {
			if list, ok := dotted(b.Arguments[0]); ok && s.b.names.lists[list] != nil {
				out = append(out, s.elementGuesses(b, list, x, set)...)
				return false
			}
		}
		if path, ok := dotted(n); ok {
			if _, ok := s.b.inputInfo(path); ok {
				paths = append(paths, path)
				return false
			}
		}
		switch k := s.asks.operand(n); {
		case !k.konst || k.null || k.list != nil:
		case k.typ.base == program.Text:
			texts = append(texts, k.text)
		default:
			numbers[k.num] = true
		}
		return true
	})
	for _, path := range paths {
		var some []draft
		for _, text := range s.candidates(path, numbers, texts) {
			some = append(some, s.setting(path, text))
		}
		if len(out) > 0 && len(paths) > 1 && len(out)*len(some) < maxDrafts/2 {
			for _, d := range out[:len(out):len(out)] {
				for _, e := range some {
					out = append(out, d.with(e))
				}
			}
		}
		out = append(out, some...)
	}
	return out[:min(len(out), maxDrafts)]
}

func (s *study) setting(path, text string) draft {
	if column, ok := strings.CutPrefix(path, "line."); ok {
		return adding("lines", map[string]string{column: text})
	}
	return setting(path, text)
}

// candidates are values of an input, close to the constants of the expression it stands in.
func (s *study) candidates(path string, numbers map[int64]bool, texts []string) []string {
	info, _ := s.b.inputInfo(path)
	t := s.b.caseType(&info)
	var out []string
	switch t.base {
	case program.Bool:
		return []string{"true", "false"}
	case program.Text:
		for _, text := range append(texts, "x") {
			out = append(out, quoted(text))
		}
		for _, text := range t.values {
			out = append(out, quoted(text))
		}
		return out
	}
	near := map[int64]bool{}
	for n := range numbers {
		for _, d := range []int64{-1, 0, 1} {
			if n > -1<<40 && n < 1<<40 {
				near[n+d] = true
			}
		}
	}
	for _, n := range sortedKeys(near) {
		if t.base == program.Time {
			for _, at := range []int64{witnessTime - n, witnessTime + n} {
				out = append(out, quoted(string(clock.AppendTime(nil, at, s.b.pack.UTCOffset))))
			}
		} else if n >= 0 || info.Signed {
			out = append(out, strconv.FormatInt(n, 10))
		}
	}
	return out
}

func sortedKeys(m map[int64]bool) []int64 {
	var out []int64
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b int64) int {
		if d := max(a, -a) - max(b, -b); d != 0 {
			return int(max(-1, min(1, d)))
		}
		return int(max(-1, min(1, a-b)))
	})
	return out
}

// elementGuesses make elements of a list for which a predicate holds, and for which it does not.
func (s *study) elementGuesses(n *ast.BuiltinNode, list string, x *axis, set region.Set) []draft {
	most := 1
	if first := set.First(); x.typ.base == program.Int && first >= 0 && first < len(x.starts) && x.starts[first] <= 20 {
		most = int(max(1, x.starts[first]))
	}
	times := func(e map[string]string) draft {
		d := newDraft()
		for range most {
			d.lists[list] = append(d.lists[list], e)
		}
		return d
	}
	if len(n.Arguments) < 2 {
		return []draft{times(map[string]string{})}
	}
	p, ok := n.Arguments[1].(*ast.PredicateNode)
	if !ok {
		return nil
	}
	inner := &analyst{b: s.b, scope: s.asks.scope, loops: append(slices.Clone(s.asks.loops), loop{list: list}),
		vars: map[string]*variable{}, asked: map[*variable][]values{}}
	if n.Name == "sum" {
		var out []draft
		if path, ok := p.Node.(*ast.MemberNode); ok && len(x.starts) > 0 {
			if column, ok := path.Property.(*ast.StringNode); ok {
				for c := range x.starts {
					if set.Has(c) {
						out = append(out, adding(list, map[string]string{column.Value: strconv.FormatInt(max(0, x.starts[c]), 10)}))
					}
				}
			}
		}
		return out
	}
	var out []draft
	for _, want := range []bool{true, false} {
		f := inner.condition(p.Node, want)
		sp := inner.space()
		boxes, _ := sp.boxes(f)
		for _, box := range boxes[:min(len(boxes), 6)] {
			e := map[string]string{}
			for i, v := range sp.axes {
				path := strings.TrimSuffix(list+"[]."+v.path, ".")
				terms := s.b.pack.Terms()
				if info, ok := terms.Lookup(path); ok && !info.Derived {
					if text, needed := v.pick(&info, box[i], s.b.pack.UTCOffset); needed {
						e[v.path] = text
					}
				} else if list == "lines" && !sp.whole[i].Within(box[i]) {
					e["charged_fen"], e["due_fen"], e["verification"] = "100", "0", statusGuess(v, box[i])
				}
			}
			out = append(out, times(e))
		}
	}
	return out
}

// statusGuess is the verification that leads to a status of a line, or to an amount of it.
func statusGuess(v *axis, set region.Set) string {
	for i, status := range v.texts {
		if set.Has(i) {
			switch status {
			case "verify_first":
				return `"pending"`
			case "refuted":
				return `"refuted"`
			}
		}
	}
	return `"confirmed"`
}
