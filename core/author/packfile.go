package author

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"koujing/core/author/phrase"
	"koujing/core/clock"
	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/vocabulary"
)

const packFile = "pack.yaml"

var (
	idPattern   = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	factPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// readPackFile reads pack.yaml: everything but decisions, tables and talk tracks. It reports whether there was one to read.
func (b *build) readPackFile(text string) bool {
	docs := readYAML(b.log, packFile, text)
	if len(docs) != 1 {
		if !b.log.failed() {
			b.log.error(place{file: packFile, line: 1, column: 1}, oneDocument.of())
		}
		return false
	}
	f := docs[0].fields(b.log, "pack.yaml", "id", "version", "title", "locale", "engine", "utc_offset", "valid_from", "valid_until",
		"files", "settings", "facts", "lists", "ladder", "messages", "labels", "note")
	p := &b.pack
	for _, key := range []string{"id", "version", "title", "locale", "utc_offset"} {
		if _, ok := f[key]; !ok {
			b.log.error(docs[0].place(), packLacks.of(key))
		}
	}
	p.ID, p.Version = f["id"].text(b.log, "id"), f["version"].text(b.log, "version")
	p.Title, p.Locale = f["title"].text(b.log, "title"), f["locale"].text(b.log, "locale")
	p.Engine = f["engine"].text(b.log, "engine")
	if n, ok := f["id"]; ok && p.ID != "" && !idPattern.MatchString(p.ID) {
		b.log.error(n.place(), badPackID.of(p.ID))
	}
	b.readEngineRange(f["engine"])
	if n, ok := f["utc_offset"]; ok {
		if p.UTCOffset, ok = clock.ParseOffset(n.Value); !ok {
			b.log.error(n.place(), badOffset.of(n.Value))
		}
	}
	b.validUntil = f["valid_until"].place()
	p.ValidFrom, p.ValidUntil = readDay(b.log, f["valid_from"]), readDay(b.log, f["valid_until"])
	if p.ValidFrom != "" && p.ValidUntil != "" && p.ValidUntil < p.ValidFrom {
		b.log.error(f["valid_until"].place(), endsTooSoon.of(p.ValidUntil, p.ValidFrom))
	}
	b.readFiles(f["files"])
	b.readLists(f["lists"])
	b.readLadder(f["ladder"])
	b.readFacts(f["facts"])
	b.readSettings(f["settings"])
	for _, m := range f["messages"].members(b.log, "messages") {
		p.Messages = append(p.Messages, pack.Message{Code: m.key, Text: m.value.text(b.log, m.key)})
	}
	for _, m := range f["labels"].members(b.log, "labels") {
		label, gloss := m.value.glossed(b.log, m.key, "label")
		p.Labels = append(p.Labels, pack.Label{Field: m.key, Label: label, Gloss: gloss})
		b.labelPlaces[m.key] = m.at
	}
	return true
}

// engineMajor is the engine generation this source builds for.
const engineMajor = 1

func (b *build) readEngineRange(n node) {
	if !n.given() {
		return
	}
	for _, part := range strings.Fields(n.text(b.log, "engine")) {
		op := strings.TrimRight(part, "0123456789")
		v, err := strconv.Atoi(part[len(op):])
		holds := map[string]bool{">=": engineMajor >= v, ">": engineMajor > v, "<": engineMajor < v, "<=": engineMajor <= v, "=": engineMajor == v, "": engineMajor == v}
		ok, known := holds[op]
		switch {
		case err != nil || !known:
			b.log.error(n.place(), badEngines.of(n.Value))
			return
		case !ok:
			b.log.error(n.place(), otherEngine.of(n.Value, engineMajor))
			return
		}
	}
}

func readDay(l *log, n node) string {
	if !n.given() {
		return ""
	}
	if _, ok := clock.ParseDay(n.Value); !ok {
		l.error(n.place(), notDay.of(n.Value))
	}
	return n.Value
}

// readFiles checks the index of files against the files that are there, both ways.
func (b *build) readFiles(n node) {
	if !n.given() {
		return
	}
	listed := map[string]bool{}
	for _, item := range n.items(b.log, "files") {
		path := item.text(b.log, "a file")
		listed[path] = true
		if _, ok := b.src[path]; !ok && needed(path) {
			b.log.error(item.place(), missingFile.of(path).guess(path, b.paths))
		}
	}
	for _, path := range b.paths {
		if path != packFile && !listed[path] && needed(path) {
			b.log.error(n.place(), unlistedFile.of(path))
		}
	}
}

// needed reports whether the pack does not build without the file: tests and the row index it can do without.
func needed(path string) bool {
	switch kindOf(path) {
	case unknownFile, testsFile, rowsFile:
		return false
	}
	return true
}

func (b *build) readLists(n node) {
	for _, m := range n.members(b.log, "lists") {
		list := pack.List{Name: m.key}
		if m.value.Kind == yaml.SequenceNode {
			for _, id := range m.value.texts(b.log, m.key) {
				list.Values = append(list.Values, pack.Value{ID: id, Label: id})
			}
		} else {
			for _, v := range m.value.members(b.log, "list "+m.key) {
				label, gloss := v.value.glossed(b.log, v.key, "label")
				if label == "" {
					label = v.key
				}
				list.Values = append(list.Values, pack.Value{ID: v.key, Label: label, Gloss: gloss})
			}
		}
		b.listPlaces[m.key] = m.at
		seen := map[string]bool{}
		for _, v := range list.Values {
			if seen[v.ID] {
				b.log.error(m.at, listedTwice.of(v.ID, m.key))
			}
			seen[v.ID] = true
		}
		b.pack.Lists = append(b.pack.Lists, list)
	}
}

// listValues returns the ids of a list of the pack, nil if there is none.
func (b *build) listValues(name string) []string {
	for _, l := range b.pack.Lists {
		if l.Name == name {
			out := make([]string, len(l.Values))
			for i, v := range l.Values {
				out[i] = v.ID
			}
			return out
		}
	}
	return nil
}

func (b *build) readLadder(n node) {
	roles := b.listValues("role")
	for _, item := range n.items(b.log, "ladder") {
		role := item.text(b.log, "a rung")
		if roles != nil && !slices.Contains(roles, role) {
			b.log.error(item.place(), noRole.of(role).guess(role, roles))
		}
		b.pack.Ladder = append(b.pack.Ladder, role)
	}
}

var factTypes = []string{"int", "int?", "bool", "bool?", "text", "text?", "time", "time?", "fen", "fen?", "duration", "duration?"}

func (b *build) readFacts(n node) {
	for _, m := range n.members(b.log, "facts") {
		word := m.value
		if m.value.Kind == yaml.MappingNode {
			word = m.value.fields(b.log, "a fact", "type", "row", "note", "label", "gloss")["type"]
		}
		text := word.text(b.log, m.key)
		fact := pack.Fact{Name: m.key}
		fact.Type, fact.Nullable = strings.CutSuffix(text, "?")
		list, oneOf := strings.CutPrefix(text, "one_of ")
		switch {
		case !factPattern.MatchString(m.key):
			b.log.error(m.at, badFactName.of(m.key))
		case oneOf:
			fact.List, fact.Nullable = strings.CutSuffix(strings.TrimSpace(list), "?")
			fact.Type = "one_of"
			if b.listValues(fact.List) == nil {
				b.log.error(word.place(), noSuchList.of(fact.List).guess(fact.List, b.listNames()))
			}
		case !slices.Contains(factTypes, text):
			b.log.error(word.place(), badFactType.of(text).guess(text, append(slices.Clone(factTypes), "one_of <list>")))
			continue
		}
		if fact.Type == "time" || fact.Type == "one_of" || fact.Type == "text" && fact.Nullable {
			fact.Nullable = true // there is no time or choice to fall back to
		}
		b.pack.Facts = append(b.pack.Facts, fact)
		b.factPlaces[m.key] = m.at
		b.names.inputs["facts."+m.key] = input{typ: b.factType(fact)}
	}
}

func (b *build) factType(f pack.Fact) typ {
	t := typ{nullable: f.Nullable}
	switch f.Type {
	case "bool":
		t.base = program.Bool
	case "text":
		t.base = program.Text
	case "time":
		t.base = program.Time
	case "one_of":
		t = typ{base: program.Text, nullable: f.Nullable, values: b.listValues(f.List), of: "list " + f.List}
	}
	return t
}

func (b *build) listNames() []string {
	var out []string
	for _, l := range b.pack.Lists {
		out = append(out, l.Name)
	}
	return out
}

func (b *build) readSettings(n node) {
	places := map[string]place{}
	for _, m := range n.members(b.log, "settings") {
		s := pack.Setting{Name: m.key}
		value := m.value
		if m.value.Kind == yaml.MappingNode {
			f := m.value.fields(b.log, "a setting", "value", "unit", "origin", "row", "note")
			value = f["value"]
			s.Unit, s.Origin = f["unit"].text(b.log, "unit"), f["origin"].text(b.log, "origin")
			s.Row, s.Note = f["row"].text(b.log, "row"), f["note"].text(b.log, "note")
			if f["value"].given() && f["value"].Tag == "!!int" && s.Unit == "" {
				b.unitless = append(b.unitless, m)
			}
			if o, ok := f["origin"]; ok && s.Origin != "source" && s.Origin != "operator" {
				b.log.error(o.place(), badOrigin.of(s.Origin))
			}
		}
		if !value.given() {
			b.log.error(m.at, noValue.of(m.key))
			continue
		}
		if value.Value == "unsettled" {
			b.log.error(value.place(), unsettled.of(m.key))
			continue
		}
		places[s.Name] = value.place()
		b.settingPlaces[s.Name] = m.at
		b.readSetting(&s, value)
		b.pack.Settings = append(b.pack.Settings, s)
	}
	for _, name := range []string{vocabulary.PayWithin, vocabulary.FirstAnswer, vocabulary.FinalAnswer, vocabulary.SupportWithin,
		vocabulary.InterimGrace, vocabulary.InstallWithin, vocabulary.DeskExtension, vocabulary.DueSoon} {
		b.wantKind(places, name, "duration")
	}
	b.wantKind(places, pack.LineCeiling, "int")
	b.wantKind(places, vocabulary.MaxSteps, "int")
}

func (b *build) wantKind(places map[string]place, name, kind string) {
	for _, s := range b.pack.Settings {
		if s.Name == name && s.Kind != kind && s.Kind != "" { // of no kind is one that has been told of
			hint := phrase.Text{}
			if kind == "duration" {
				hint = spans
			}
			b.log.error(places[name], wrongSetting.of(name, kindWords[kind], kindWords[s.Kind]).advise(hint))
		}
	}
}

// readSetting works out the kind of a setting from how its value is written.
func (b *build) readSetting(s *pack.Setting, value node) {
	var x operand
	switch {
	case value.Kind == yaml.SequenceNode:
		s.Kind, s.List = "list", value.texts(b.log, s.Name)
		list := &constList{base: program.Text, texts: s.List}
		if nums, ok := integers(value); ok {
			s.Kind, list = "list", &constList{base: program.Int, nums: nums}
		}
		x = operand{typ: typ{base: list.base}, konst: true, list: list}
	case value.Tag == "!!int":
		s.Kind, s.Int = "int", value.integer(b.log, s.Name)
		x = intConst(s.Int)
	case value.Tag == "!!float":
		b.log.error(value.place(), noFloat.of(value.Value))
	case value.Tag == "!!bool":
		s.Kind = "bool"
		x = boolConst(strings.EqualFold(value.Value, "true"))
		s.Int = x.num
	default:
		if span, ok := clock.ParseSpan(value.Value); ok {
			s.Kind, s.Int = "duration", span.Seconds
			if s.Workdays = span.Workdays > 0; s.Workdays {
				s.Int = int64(span.Workdays)
				return // working days are no number of seconds: only the core's clocks can use them
			}
			x = intConst(s.Int)
			break
		}
		if what, ok := durationMistake(value.Value); ok {
			b.log.error(value.place(), what)
			return
		}
		s.Kind, s.Text = "text", value.text(b.log, s.Name)
		x = textConst(s.Text)
	}
	b.names.settings[s.Name] = x
}

func integers(n node) ([]int64, bool) {
	var out []int64
	for _, c := range n.Content {
		v, err := strconv.ParseInt(c.Value, 10, 64)
		if c.Tag != "!!int" || err != nil {
			return nil, false
		}
		out = append(out, v)
	}
	return out, len(out) > 0
}
