package author

import (
	"slices"
	"strings"
	"unicode/utf8"

	"koujing/core/author/phrase"
	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/wording"
)

// spokenLine is a line of a talk track, for the pack's own checks (LNG-06).
type spokenLine struct {
	step     string // track.step
	template int32
	source   exprSource
	when     bool // it is said only under a condition
}

// speak keeps a line for proofread.
func (b *build) speak(step string, template int32, n node, when bool) {
	if template < 0 {
		return // there is no text, and that has been said
	}
	if src, ok := n.source(b.log, "text"); ok {
		b.spoken = append(b.spoken, spokenLine{step, template, src, when})
	}
}

// samples stand for the placeholders of a line while it is checked.
var samples = map[program.Form]string{program.AsText: "某", program.AsInt: "1", program.AsMoney: "1元", program.AsDue: "1月1日1:00",
	program.AsDate: "1月1日", program.AsSpan: "1小时", program.AsLabel: "某"}

// proofread holds the lines of the talk tracks to the pack's own checks, step by step: a fault is an error here. Checks that
// ask for the case first are left out where it cannot be known what it will say; behind an `unless` (a truth that has to be
// on record) a line must have a condition of its own.
func (b *build) proofread() {
	var checks []pack.Check
	var gated []bool
	for _, k := range b.pack.Checks {
		switch k.Kind {
		case "overused", "phrase", "number", "blank": // the structure of a message may span several steps
		default:
			continue
		}
		if k.When >= 0 || k.Level == "hint" || k.Mode == "before" || k.Mode == "call" || k.Level == "warning" && asksForMore(&k) {
			continue
		}
		gated = append(gated, k.Unless >= 0)
		k.Unless, k.Draft = -1, true
		checks = append(checks, k)
	}
	checker := wording.New(checks)
	for i := 0; i < len(b.spoken); {
		var text strings.Builder
		var ends []int
		first := i
		for ; i < len(b.spoken) && b.spoken[i].step == b.spoken[first].step; i++ {
			text.WriteString(b.sample(b.spoken[i].template) + "\n")
			ends = append(ends, text.Len())
		}
		checker.Begin()
		checker.Add(wording.Turn{Text: []byte(text.String()), Agent: true, Draft: true})
		for _, f := range checker.Find(nil) {
			if f.Check < 0 || f.Reached {
				continue
			}
			line := 0
			for int(f.Start) >= ends[line] {
				line++
			}
			said := &b.spoken[first+line]
			if gated[f.Check] && said.when {
				continue
			}
			b.reproach(&checks[f.Check], &f, said, text.String()[f.Start:f.End])
		}
	}
}

// asksForMore reports whether a check wants other words beside its own. These may come in the next step of a talk.
func asksForMore(k *pack.Check) bool {
	return slices.ContainsFunc(k.Groups, func(g pack.WordGroup) bool { return g.Role == pack.RolePart })
}

func (b *build) reproach(k *pack.Check, f *wording.Finding, said *spokenLine, text string) {
	message, suggest, row := k.Message, k.Suggest, k.Row
	if f.Group >= 0 {
		g := &k.Groups[f.Group]
		message, suggest, row = or(g.Message, message), or(g.Suggest, suggest), or(g.Row, row)
	}
	level := LevelWarning
	if k.Level == "fault" {
		level = LevelError
	}
	at := said.source.whole()
	if i := strings.Index(said.source.text, text); i >= 0 { // a placeholder may come between
		at = said.source.place(utf8.RuneCountInString(said.source.text[:i]), utf8.RuneCountInString(text))
	}
	b.log.add(level, at, lineSays.of(text, message, row).coded(k.Code).advise(phrase.Plain(suggest)))
}

func or(own, whole string) string {
	if own == "" {
		return whole
	}
	return own
}

// sample is a template as it may sound.
func (b *build) sample(template int32) string {
	var out strings.Builder
	for _, p := range b.asm.prog.Templates[template].Parts {
		if p.Expr < 0 {
			out.WriteString(p.Text)
		} else {
			out.WriteString(samples[p.Form])
		}
	}
	return out.String()
}
