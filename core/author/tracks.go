package author

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/vocabulary"
)

// trackSource is a talk track as written, until all tracks are known and its targets can be tied.
type trackSource struct {
	id    string
	at    place
	f     map[string]node
	steps []member
	track pack.Track
}

var trackKeys = []string{"title", "intents", "when", "priority", "rows", "start", "anytime", "interrupts", "steps", "note"}
var stepKeys = []string{"aim", "tags", "say", "ask", "replies", "next", "end", "note", "row", "rows"}

// readTrack reads the frame of a talk track: its id, its steps' names.
func (b *build) readTrack(file, text string) {
	docs := readYAML(b.log, file, text)
	if len(docs) == 0 {
		return
	}
	t := &trackSource{id: strings.TrimSuffix(path.Base(file), ".yaml"), at: docs[0].place()}
	t.f = docs[0].fields(b.log, "a talk track", trackKeys...)
	t.steps = t.f["steps"].members(b.log, "steps")
	if len(t.steps) == 0 {
		b.log.error(t.at, noSteps.of())
		return
	}
	if n, ok := t.f["start"]; ok {
		start := n.text(b.log, "start")
		i := slices.IndexFunc(t.steps, func(m member) bool { return m.key == start })
		if i < 0 {
			b.log.error(n.place(), noStep.of(start).guess(start, t.stepNames()))
		} else {
			first := t.steps[i]
			t.steps = append([]member{first}, append(slices.Clone(t.steps[:i]), t.steps[i+1:]...)...)
		}
	}
	b.tracks = append(b.tracks, t)
}

func (t *trackSource) stepNames() []string {
	out := make([]string, len(t.steps))
	for i, s := range t.steps {
		out[i] = s.key
	}
	return out
}

// compileTracks compiles every talk track.
func (b *build) compileTracks() {
	sc := &scope{names: b.names, at: vocabulary.AtScenario}
	for _, t := range b.tracks {
		t.track.ID = t.id
		t.track.Title, t.track.TitleGloss = t.f["title"].glossed(b.log, "title", "text")
		if t.track.Title == "" {
			b.log.error(t.at, noTitle.of())
		}
		t.track.Intents = t.f["intents"].texts(b.log, "intents")
		t.track.Rows = t.f["rows"].texts(b.log, "rows")
		t.track.Priority = t.f["priority"].integer(b.log, "priority")
		t.track.When = b.condition(t.f["when"], sc, t.id+".when")
		t.track.Anytime = b.replies(t, t.f["anytime"])
		t.track.Interrupts = b.branches(t, t.f["interrupts"], sc, t.id+".interrupts")
		for _, m := range t.steps {
			t.track.Steps = append(t.track.Steps, b.step(t, m, sc))
		}
		b.pack.Tracks = append(b.pack.Tracks, t.track)
	}
	for _, t := range b.tracks {
		b.checkWays(t)
	}
	b.checkLabels()
}

func (b *build) step(t *trackSource, m member, sc *scope) pack.Step {
	f := m.value.fields(b.log, "a step", stepKeys...)
	where := t.id + "." + m.key
	s := pack.Step{ID: m.key, End: f["end"].text(b.log, "end")}
	s.Aim, s.AimGloss = f["aim"].glossed(b.log, "aim", "text")
	s.Say = b.lines(f["say"], f["tags"].texts(b.log, "tags"), f["row"].text(b.log, "row"), m.key, sc, where)
	for _, item := range f["ask"].items(b.log, "ask") {
		field := item.text(b.log, "a field")
		if _, ok := b.names.inputs[field]; !ok && !b.isLineColumn(field) {
			b.log.error(item.place(), noField.of(field).guess(field, b.askable()))
			continue
		}
		if b.label(field) == nil {
			b.log.error(item.place(), noFieldLabel.of(field))
		}
		b.names.used[field] = true
		s.Ask = append(s.Ask, field)
	}
	s.Replies = b.replies(t, f["replies"])
	s.Next = b.branches(t, f["next"], sc, where+".next")
	if s.End != "" && (len(s.Next) > 0 || len(s.Replies) > 0) {
		b.log.error(m.at, endGoesOn.of(m.key))
	}
	return s
}

func (b *build) isLineColumn(field string) bool {
	column, ok := strings.CutPrefix(field, "lines[].")
	_, known := b.names.lists["lines"][column]
	return ok && known
}

func (b *build) askable() []string {
	var out []string
	for name, in := range b.names.inputs {
		if !in.line && in.known == 0 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func (b *build) label(field string) *pack.Label {
	for i := range b.pack.Labels {
		if b.pack.Labels[i].Field == field {
			return &b.pack.Labels[i]
		}
	}
	return nil
}

// lines reads what a step says: a text, or a list of lines.
func (b *build) lines(n node, tags []string, row, step string, sc *scope, where string) []pack.Line {
	if !n.given() {
		return nil
	}
	if n.Value != "" {
		text := b.template(n, sc, where)
		b.speak(where, text, n, false)
		return []pack.Line{{ID: step, Text: text, Gloss: -1, Tags: tags, Row: row, When: -1}}
	}
	var out []pack.Line
	seen := map[string]bool{}
	for _, item := range n.items(b.log, "say") {
		f := item.fields(b.log, "a line", "id", "text", "gloss", "tags", "row", "when", "note")
		line := pack.Line{ID: f["id"].text(b.log, "id"), Gloss: -1, Row: f["row"].text(b.log, "row")}
		if line.ID == "" {
			line.ID = step
			if len(out) > 0 {
				line.ID = fmt.Sprintf("%s_%d", step, len(out)+1)
			}
		}
		if line.Row == "" {
			line.Row = row
		}
		if seen[line.ID] {
			b.log.error(item.place(), lineTwice.of(line.ID))
		}
		seen[line.ID] = true
		line.Tags = append(slices.Clone(tags), f["tags"].texts(b.log, "tags")...)
		line.When = b.condition(f["when"], sc, where+"."+line.ID)
		if _, ok := f["text"]; !ok {
			b.log.error(item.place(), lineWithoutText.of())
		}
		line.Text = b.template(f["text"], sc, where+"."+line.ID)
		b.speak(where, line.Text, f["text"], line.When >= 0)
		if f["gloss"].given() {
			line.Gloss = b.template(f["gloss"], sc, where+"."+line.ID+".gloss")
		}
		out = append(out, line)
	}
	return out
}

func (b *build) replies(t *trackSource, n node) []pack.Reply {
	var out []pack.Reply
	for _, m := range n.members(b.log, "replies") {
		f := m.value.fields(b.log, "a reply", "label", "gloss", "to", "count", "row", "note")
		r := pack.Reply{ID: m.key, Label: f["label"].text(b.log, "label"), Gloss: f["gloss"].text(b.log, "gloss"), Count: f["count"].text(b.log, "count")}
		if r.Label == "" {
			b.log.error(m.at, replyWithoutLabel.of(m.key))
		}
		if r.Count != "" && r.Count != "silence" && r.Count != "offtopic" {
			b.log.error(f["count"].place(), noCounter.of(r.Count))
		}
		if m.key == nextReply {
			b.log.error(m.at, nextTaken.of())
		}
		r.To = b.target(t, f["to"], m.at)
		out = append(out, r)
	}
	return out
}

// nextReply is the reply by which the agent says that a line is said.
const nextReply = "next"

func (b *build) branches(t *trackSource, n node, sc *scope, where string) []pack.Branch {
	var out []pack.Branch
	items := n.items(b.log, "next")
	for i, item := range items {
		f := item.fields(b.log, "a way on", "when", "to", "note", "row")
		br := pack.Branch{When: b.condition(f["when"], sc, fmt.Sprintf("%s[%d]", where, i)), To: b.target(t, f["to"], item.place())}
		if br.When < 0 && i < len(items)-1 {
			b.log.error(items[i+1].place(), waysBehind.of())
		}
		out = append(out, br)
	}
	return out
}

// target ties a `to`: a step of this track, another track, or a step of another track (track/step).
func (b *build) target(t *trackSource, n node, at place) pack.Target {
	if !n.given() {
		b.log.error(at, noTarget.of())
		return pack.Target{}
	}
	name := n.text(b.log, "to")
	self := slices.Index(b.tracks, t)
	if i := slices.Index(t.stepNames(), name); i >= 0 {
		return pack.Target{Track: int32(self), Step: int32(i)}
	}
	track, step, deep := strings.Cut(name, "/")
	for i, other := range b.tracks {
		if other.id != track {
			continue
		}
		if !deep {
			return pack.Target{Track: int32(i)}
		}
		if j := slices.Index(other.stepNames(), step); j >= 0 {
			return pack.Target{Track: int32(i), Step: int32(j)}
		}
		b.log.error(n.place(), noStepThere.of(track, step).guess(step, other.stepNames()))
		return pack.Target{}
	}
	known := t.stepNames()
	for _, other := range b.tracks {
		known = append(known, other.id)
	}
	b.log.error(n.place(), noStepOrTrack.of(name).guess(name, known))
	return pack.Target{}
}

// condition compiles an optional condition and returns its number, -1 if there is none.
func (b *build) condition(n node, sc *scope, where string) int32 {
	if !n.given() {
		return -1
	}
	l, tree := b.expression(n, "when", sc)
	if tree == nil {
		return -1
	}
	entry := b.asm.here()
	x := l.materialise(tree)
	if !l.bad {
		b.conditions = append(b.conditions, soloCondition{l.src, sc})
	}
	return b.addExpr(entry, x, where)
}

// expression parses an expression and makes all registers free for it. The tree is nil if there is none to compile.
func (b *build) expression(n node, what string, sc *scope) (*lowering, ast.Node) {
	src, ok := n.source(b.log, what)
	if !ok {
		return nil, nil
	}
	b.asm.temp = 0
	l := b.lower(src, sc)
	return l, l.parse()
}

func (b *build) addExpr(entry int32, x operand, where string) int32 {
	b.asm.ret()
	b.asm.prog.Exprs = append(b.asm.prog.Exprs, program.Expr{Label: where, Type: x.typ.base, Nullable: x.typ.nullable, Entry: entry, Reg: x.reg})
	return int32(len(b.asm.prog.Exprs) - 1)
}

// checkWays finds steps nobody reaches, and steps nobody leaves.
func (b *build) checkWays(t *trackSource) {
	self := int32(slices.Index(b.tracks, t))
	reached := make([]bool, len(t.track.Steps))
	todo := []int32{0}
	visit := func(to pack.Target) {
		if to.Track == self {
			todo = append(todo, to.Step)
		}
	}
	for _, r := range t.track.Anytime {
		visit(r.To)
	}
	for _, br := range t.track.Interrupts {
		visit(br.To)
	}
	for _, other := range b.tracks { // a way from another track may lead into the middle of this one
		if other == t {
			continue
		}
		for _, s := range other.track.Steps {
			for _, r := range s.Replies {
				visit(r.To)
			}
			for _, br := range s.Next {
				visit(br.To)
			}
		}
	}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if reached[i] {
			continue
		}
		reached[i] = true
		for _, r := range t.track.Steps[i].Replies {
			visit(r.To)
		}
		for _, br := range t.track.Steps[i].Next {
			visit(br.To)
		}
	}
	b.checkCircles(t)
	b.checkEnds(t)
	for i, s := range t.track.Steps {
		if !reached[i] {
			b.log.error(t.steps[i].at, unreachableStep.of(s.ID))
		}
		if s.End == "" && len(s.Replies) == 0 && len(s.Next) == 0 {
			b.log.error(t.steps[i].at, noWayOn.of(s.ID))
		}
		if n := len(s.Next); n > 0 && s.Next[n-1].When >= 0 && len(s.Replies) == 0 {
			b.log.error(t.steps[i].at, noWayElse.of(s.ID))
		}
	}
}

// checkCircles finds steps that only lead on, without a condition, and come back to themselves: nobody could ever say or
// answer anything there.
func (b *build) checkCircles(t *trackSource) {
	for i := range t.track.Steps {
		at := pack.Target{Track: int32(slices.Index(b.tracks, t)), Step: int32(i)}
		for range len(b.tracks) * 64 {
			s := &b.tracks[at.Track].track.Steps[at.Step]
			if len(s.Say)+len(s.Ask)+len(s.Replies) > 0 || len(s.Next) == 0 || s.Next[0].When >= 0 {
				break
			}
			if at = s.Next[0].To; at.Track == int32(slices.Index(b.tracks, t)) && at.Step == int32(i) {
				b.log.error(t.steps[i].at, circle.of(t.track.Steps[i].ID))
				break
			}
		}
	}
}

// checkLabels finds labels for fields that do not exist.
func (b *build) checkLabels() {
	for _, label := range b.pack.Labels {
		if _, ok := b.names.inputs[label.Field]; !ok && !b.isLineColumn(label.Field) {
			b.log.error(b.labelPlaces[label.Field], noField.of(label.Field).guess(label.Field, b.askable()))
		}
	}
}
