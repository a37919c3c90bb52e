package author

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/vocabulary"
	"koujing/core/wording"
)

// Limits of the checks: the engine looks for all words at once, and remembers where each stands.
const (
	maxWord  = 32   // code points
	maxWords = 2000 // of all checks together
)

// checkKeys are what a check may say, by its kind, besides what every one may.
var checkKeys = map[string][]string{
	"overused":  {"words", "except", "limit"},
	"phrase":    {"phrases", "except", "with", "within", "limit"},
	"structure": {"phrases", "except", "parts"},
	"answered":  {"after", "except", "with"},
	"opening":   {"with"},
	"amount":    {"amounts", "except"},
	"number":    {"number"},
	"blank":     {"marks"},
	"length":    {"limit"},
	"share":     {"limit", "least"},
}

var commonCheckKeys = []string{"check", "code", "level", "message", "suggest", "row", "when", "unless", "on", "note"}

var checkLevels = []string{"fault", "hint", "warning"}

// compileChecks compiles the checks of what is said. Their conditions see all that is known when the talk track was walked.
func (b *build) compileChecks() {
	sc := &scope{names: b.names, at: vocabulary.AtScenario}
	words := 0
	for _, doc := range b.checks {
		k, ok := b.compileCheck(doc, sc)
		if !ok {
			continue
		}
		for _, g := range k.Groups {
			words += len(g.Words)
		}
		if words > maxWords {
			b.log.error(doc.place(), tooManyWords.of(maxWords))
			return
		}
		b.pack.Checks = append(b.pack.Checks, k)
	}
}

func (b *build) compileCheck(doc node, sc *scope) (k pack.Check, ok bool) {
	kind := ""
	for _, m := range doc.members(newLog(nil), "") {
		if m.key == "check" {
			kind = m.value.Value
		}
	}
	own, known := checkKeys[kind]
	if !known {
		b.log.error(doc.place(), unknownCheck.of(kind).guess(kind, slices.Sorted(maps.Keys(checkKeys))).frame(beginCheck))
		return k, false
	}
	f := doc.fields(b.log, "a check of kind "+kind, slices.Sorted(slices.Values(append(slices.Clone(commonCheckKeys), own...)))...)
	text := func(key string) string { return f[key].text(b.log, key) }
	k = pack.Check{Kind: kind, Code: text("code"), Level: text("level"), Message: text("message"), Suggest: text("suggest"), Row: text("row"), Limit: -1}
	at := doc.place()
	if n, given := f["code"]; given {
		at = n.place()
	}
	for _, key := range []string{"code", "level", "message"} {
		if _, given := f[key]; !given {
			b.log.error(at, checkLacks.of(key))
		}
	}
	if first, dup := b.codes[k.Code]; dup {
		b.log.error(at, checkTwice.of(k.Code, first.file, first.line))
	}
	b.codes[k.Code] = at
	if k.Code != "" && !factPattern.MatchString(k.Code) {
		b.log.error(at, badCode.of(k.Code))
	}
	if n, given := f["level"]; given && !slices.Contains(checkLevels, k.Level) {
		b.log.error(n.place(), unknownLevel.of(k.Level).guess(k.Level, checkLevels))
	}
	b.checkPlaces(&k, f["on"])
	k.When, k.Unless = b.condition(f["when"], sc, "wording."+k.Code), b.condition(f["unless"], sc, "wording."+k.Code)
	k.Limit, k.Least = b.limit(f["limit"], sc), max(0, b.limit(f["least"], sc))
	b.checkGroups(&k, f, sc)
	b.checkWhole(&k, f, at)
	return k, true
}

// checkPlaces says whether a check looks at the draft, at what was said, or at both.
func (b *build) checkPlaces(k *pack.Check, on node) {
	where := on.text(b.log, "on")
	if where == "" {
		switch k.Kind {
		case "number", "length":
			where = "draft"
		case "share":
			where = "said"
		default:
			where = "both"
		}
	}
	k.Draft, k.Said = where != "said", where != "draft"
	if places := []string{"both", "draft", "said"}; !slices.Contains(places, where) {
		b.log.error(on.place(), unknownPlace.of(where).guess(where, places))
	}
}

// limit reads a number, or an expression that is one when the pack is built: settings.wording.overuse_limit. -1 is none.
func (b *build) limit(n node, sc *scope) int64 {
	if !n.given() {
		return -1
	}
	l, tree := b.expression(n, "limit", sc)
	if tree == nil {
		return -1
	}
	x := l.value(tree)
	if l.bad {
		return -1
	}
	if !x.konst || x.null || x.list != nil || x.typ.base != program.Int || x.num < 0 {
		l.errorAt(tree, badLimit.of())
		return -1
	}
	return x.num
}

// checkGroups reads the words of a check.
func (b *build) checkGroups(k *pack.Check, f map[string]node, sc *scope) {
	add := func(role string, items []node, g pack.WordGroup) {
		if g.Role, g.Words = role, b.words(items); len(g.Words) > 0 {
			k.Groups = append(k.Groups, g)
		}
	}
	simple := func(role, key string) { add(role, b.listed(f[key], key), pack.WordGroup{Limit: -1}) }
	for _, item := range f["words"].items(b.log, "words") {
		if item.Kind == yaml.ScalarNode {
			add(pack.RoleWord, []node{item}, pack.WordGroup{Limit: -1})
			continue
		}
		wf := item.fields(b.log, "a word", "text", "also", "alone", "limit", "suggest", "message", "row", "note")
		if _, ok := wf["text"]; !ok {
			b.log.error(item.place(), wordWithoutText.of())
		}
		add(pack.RoleWord, append(b.listed(wf["text"], "text"), b.listed(wf["also"], "also")...), pack.WordGroup{
			Alone: strings.EqualFold(wf["alone"].text(b.log, "alone"), "true"), Limit: b.limit(wf["limit"], sc),
			Message: wf["message"].text(b.log, "message"), Suggest: wf["suggest"].text(b.log, "suggest"), Row: wf["row"].text(b.log, "row")})
	}
	for _, key := range []string{"phrases", "after", "marks"} {
		simple(pack.RoleWord, key)
	}
	simple(pack.RoleExcept, "except")
	simple(pack.RolePart, "with")
	for _, item := range f["parts"].items(b.log, "parts") {
		pf := item.fields(b.log, "a part", "words", "message", "suggest", "row", "note")
		add(pack.RolePart, b.listed(pf["words"], "words"), pack.WordGroup{Limit: -1,
			Message: pf["message"].text(b.log, "message"), Suggest: pf["suggest"].text(b.log, "suggest"), Row: pf["row"].text(b.log, "row")})
	}
	for _, item := range f["amounts"].items(b.log, "amounts") {
		if n := b.amount(item, sc, k.Code); n >= 0 {
			k.Amounts = append(k.Amounts, n)
		}
	}
	k.Mode = f["within"].text(b.log, "within") + f["number"].text(b.log, "number")
}

// listed is a list of texts, or a text that stands for a list of one, with the places.
func (b *build) listed(n node, what string) []node {
	if n.given() && n.Kind == yaml.ScalarNode {
		return []node{n}
	}
	return n.items(b.log, what)
}

// words checks words one by one, and lets those with digits be written in full-width ones, too.
func (b *build) words(items []node) []string {
	var out []string
	seen := map[string]bool{}
	for _, n := range items {
		w := n.text(b.log, "a word")
		switch length := utf8.RuneCountInString(w); {
		case strings.TrimSpace(w) != w || w == "":
			b.log.error(n.place(), badWord.of(w))
			continue
		case length > maxWord:
			b.log.error(n.place(), wordTooLong.of(length, maxWord))
			continue
		case seen[w]:
			b.log.error(n.place(), wordTwice.of(w))
			continue
		}
		out, seen[w] = append(out, w), true
		if wide := strings.Map(widen, w); wide != w {
			out, seen[wide] = append(out, wide), true
		}
	}
	return out
}

// widen is a digit in full width.
func widen(r rune) rune {
	if r >= '0' && r <= '9' {
		return r - '0' + '０'
	}
	return r
}

// amount compiles an expression that gives an amount which may be spoken, in fen.
func (b *build) amount(n node, sc *scope, code string) int32 {
	l, tree := b.expression(n, "an amount", sc)
	if tree == nil {
		return -1
	}
	entry := b.asm.here()
	x := l.value(tree)
	if l.bad {
		return -1
	}
	if x.list != nil || x.null || x.typ.base != program.Int {
		l.errorAt(tree, amountWhole.of())
		return -1
	}
	reg := l.reg(x)
	return b.addExpr(entry, operand{typ: x.typ, reg: reg}, "wording."+code)
}

// needs is what a check of a kind cannot do without.
var needs = map[string]string{"overused": "words", "phrase": "phrases", "structure": "phrases parts", "answered": "after with", "opening": "with",
	"number": "number", "blank": "marks", "length": "limit", "share": "limit"}

// checkWhole looks at the check as a whole.
func (b *build) checkWhole(k *pack.Check, f map[string]node, at place) {
	for _, key := range strings.Fields(needs[k.Kind]) {
		if _, ok := f[key]; !ok {
			b.log.error(at, checkNeeds.of(k.Kind, key))
		}
	}
	for i, kind := range wording.Kinds {
		if modes := wording.Modes[i]; kind == k.Kind && k.Mode != "" && !slices.Contains(modes, k.Mode) {
			b.log.error(at, unknownMode.of(k.Mode, k.Kind).guess(k.Mode, slices.Sorted(slices.Values(modes))))
		}
	}
	var words []string
	for _, g := range k.Groups {
		if k.Kind == "overused" && g.Role == pack.RoleWord && g.Limit < 0 && k.Limit < 0 {
			b.log.error(at, wordWithoutLimit.of(g.Words[0]))
		}
		if g.Role != pack.RoleExcept {
			words = append(words, g.Words...)
		}
	}
	if len(words) == 0 || k.Kind == "amount" {
		return
	}
	for _, n := range b.listed(f["except"], "except") {
		e := n.text(b.log, "an exception")
		if e != "" && !slices.ContainsFunc(words, func(w string) bool { return w != e && strings.Contains(e, w) }) {
			b.log.error(n.place(), uselessException.of(e))
		}
	}
}
