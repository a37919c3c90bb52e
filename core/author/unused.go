package author

import (
	"maps"
	"slices"
	"strings"

	"koujing/core/author/phrase"
	"koujing/core/pack"
	"koujing/core/vocabulary"
)

// coreSettings are what the core itself reads.
var coreSettings = []string{vocabulary.MaxSteps, vocabulary.PayWithin, vocabulary.FirstAnswer, vocabulary.FinalAnswer, vocabulary.SupportWithin,
	vocabulary.InterimGrace, vocabulary.InstallWithin, vocabulary.DeskExtension, vocabulary.DueSoon, pack.LineCeiling}

// checkUnused warns of settings, facts and lists that nothing reads: mostly the rule that was to read them is missing, or
// reads something else.
func (b *build) checkUnused() {
	for _, s := range b.pack.Settings {
		if !b.names.used["settings."+s.Name] && !slices.Contains(coreSettings, s.Name) {
			b.log.warn(b.settingPlaces[s.Name], unusedSetting.of(s.Name).advise(unusedHint(s.Name, coreSettings)))
		}
	}
	for _, f := range b.pack.Facts {
		if !b.names.used["facts."+f.Name] {
			b.log.warn(b.factPlaces[f.Name], unusedFact.of(f.Name))
		}
	}
	bound := map[string]bool{}
	terms := b.pack.Terms()
	for _, info := range terms.Names() {
		bound[info.Choice] = true
	}
	for _, d := range vocabulary.Decisions {
		for _, o := range d.Outputs {
			bound[o.List] = true
		}
	}
	for _, f := range b.pack.Facts {
		bound[f.List] = true
	}
	delete(bound, "")
	for _, l := range b.pack.Lists {
		if near := nearest(l.Name, slices.Sorted(maps.Keys(bound))); !bound[l.Name] && near != "" && b.listValues(near) == nil { // else it is for the page
			b.log.warn(b.listPlaces[l.Name], unusedList.of(l.Name, near))
		}
	}
}

func unusedHint(name string, known []string) phrase.Text {
	if near := nearest(name, known); near != "" {
		return meantSetting.Of(near)
	}
	return useOrDrop
}

// checkTests finds tests that wait for a rule which the pack does not have, or begin with an intent that nothing asks for.
func (b *build) checkTests() {
	var intents []string
	for _, t := range b.tracks {
		intents = append(intents, t.track.Intents...)
	}
	rules := slices.Concat(slices.Sorted(maps.Keys(b.ruleIDs)), slices.Sorted(maps.Keys(b.codes)))
	for _, p := range b.paths {
		if kindOf(p) != testsFile {
			continue
		}
		first := map[[2]string]int{} // the line of a name and row
		quiet := &log{src: b.src, lines: b.log.lines, kept: b.log.kept}
		for _, doc := range readYAML(quiet, p, b.src[p]) {
			for _, item := range doc.items(quiet, "tests") {
				f := item.fields(quiet, "a test", testKeys...)
				if name := f["name"]; name.given() {
					key := [2]string{name.Value, f["row"].text(quiet, "row")}
					if line, twice := first[key]; twice {
						b.log.warn(name.place(), testTwice.of(name.Value, line))
					} else {
						first[key] = name.Line
					}
				}
				for _, m := range f["case"].members(quiet, "case") {
					if m.key == "intent" && m.value.given() && !slices.Contains(intents, m.value.Value) && !b.speaksOf(m.value.Value) {
						b.log.warn(m.value.place(), noIntent.of(m.value.Value).guess(m.value.Value, intents))
					}
				}
				for _, n := range f["fires"].scalars() {
					if id := n.Value; !slices.Contains(rules, id) && !engineRule(id) {
						b.log.error(n.place(), noRule.of(id).guess(id, rules))
					}
				}
			}
		}
	}
}

// engineRule reports whether a rule in a trace is the engine's own.
func engineRule(id string) bool {
	return strings.HasPrefix(id, "guardrail") || strings.HasPrefix(id, "close.") || slices.Contains([]string{"more_warnings", "workday", "workdays"}, id)
}

// speaksOf reports whether a word stands by itself somewhere in the rules, the tables or the talk tracks.
func (b *build) speaksOf(word string) bool {
	for _, p := range b.paths {
		switch kindOf(p) {
		case rulesFile, tableFile, trackFile, wordingFile:
			for rest := b.src[p]; ; {
				before, after, found := strings.Cut(rest, word)
				if !found {
					break
				}
				if !wordEnds(before, len(before)-1) && !wordEnds(after, 0) {
					return true
				}
				rest = after
			}
		}
	}
	return false
}

// wordEnds reports whether a letter, digit or _ stands at i.
func wordEnds(s string, i int) bool {
	return i >= 0 && i < len(s) && (s[i] == '_' || s[i] >= '0' && s[i] <= '9' || s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z')
}

// checkBasis warns of rules that stand on nothing, in a pack that keeps an index of rows.
func (b *build) checkBasis() {
	if len(b.rows) == 0 {
		return
	}
	for _, d := range b.decisions {
		bare := slices.DeleteFunc(slices.Clone(d.rules), func(r ruleSource) bool { return r.id == "" || r.row != "" || r.basis != "" })
		if len(bare) > 1 && len(bare) == len(d.rules) {
			b.log.warn(d.at, noBases.of(len(bare), d.name).advise(nameBasis))
			continue
		}
		for _, r := range bare {
			b.log.warn(r.at, noBasis.of(r.id).advise(nameBasis))
		}
	}
}
