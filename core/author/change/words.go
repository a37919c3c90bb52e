package change

import (
	"cmp"
	"koujing/core/author/phrase"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// looksOther are texts that YAML would take for something else without quotes.
var looksOther = regexp.MustCompile(`^([-+]?(0x[0-9a-fA-F]+|0o?[0-7]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9]+)|[Tt]rue|TRUE|[Ff]alse|FALSE|[Nn]ull|NULL|~|)$`)

// render writes a value as people write it. Where it counts whether something is a number or a text, exact tells them
// apart.
func render(n *yaml.Node, exact bool) string {
	n = real(n)
	var parts []string
	switch n.Kind {
	case yaml.SequenceNode:
		for _, c := range n.Content {
			parts = append(parts, render(c, exact))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			parts = append(parts, n.Content[i].Value+": "+render(n.Content[i+1], exact))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	if exact && n.Tag == "!!str" && looksOther.MatchString(n.Value) {
		return `"` + n.Value + `"`
	}
	return n.Value
}

// summary is a thing that came or went, in a line.
func (x *thing) summary() phrase.Text {
	var out []phrase.Text
	for _, f := range x.fields {
		if f.name == "" {
			out = append(out, phrase.Plain(f.text))
		} else {
			out = append(out, phrase.Plain(f.name+": "+shown(f.text)))
		}
	}
	if len(x.parts) > 0 {
		kinds := make([]string, len(x.parts))
		for i, p := range x.parts {
			kinds[i] = p.kind
		}
		out = append(out, Tally(kinds))
	}
	return phrase.Join(out, comma)
}

// Tally counts things by kind: 1 rule, 3 talk tracks. The kinds come in the order in which they are met.
func Tally(kinds []string) phrase.Text {
	counts := map[string]int{}
	var met []string
	var out []phrase.Text
	for _, kind := range kinds {
		if counts[kind]++; counts[kind] == 1 {
			met = append(met, kind)
		}
	}
	for _, kind := range met {
		word := several[kind]
		if counts[kind] == 1 {
			word[phrase.EN] = cmp.Or(singulars[kind], kind)
		}
		out = append(out, counted.Of(counts[kind], word))
	}
	return phrase.Join(out, comma)
}

// words names a thing among those around it; i is its place among them.
func (x *thing) words(i int) phrase.Text {
	id := phrase.Plain(x.id)
	switch x.kind {
	case "setting", "fact", "list", "label", "message", "decision", "track", "check", "index":
		return phrase.Text{x.id, kindAndID.Of(several[x.kind], id)[phrase.ZH]} // whose name alone says in English what it is
	case "pack":
		return phrase.Text{}
	case "branch":
		return wayOn.Of(x.group, i+1)
	case "word":
		return wordOf.Of(wordWords[x.group], id)
	case "reply":
		if x.group == "anytime" {
			return replyAnytime.Of(id)
		}
	case "workday":
		return workingDay.Of(id)
	}
	return kindAndID.Of(phrase.Text{x.kind, several[x.kind][phrase.ZH]}, id)
}

func fieldWord(name string) phrase.Text {
	if word, ok := fieldWords[name]; ok {
		return word
	}
	if output, ok := strings.CutPrefix(name, "then."); ok {
		return outputOf.Of(output)
	}
	if output, ok := strings.CutPrefix(name, "default."); ok {
		return defaultOf.Of(output)
	}
	if of, ok := strings.CutSuffix(name, ".gloss"); ok {
		return glossOf.Of(phrase.Text{of, fieldWord(of)[phrase.ZH]})
	}
	return namedField.Of(name)
}

// sentence says what differs, in a line. around are the things it stands in; ranked that the first of its kind that holds
// decides.
func (c *Change) sentence(around []stop, ranked bool) phrase.Text {
	var parts []phrase.Text
	for _, at := range around {
		if words := at.thing.words(at.place); !words.Empty() {
			parts = append(parts, words)
		}
	}
	if c.Field != "" && !(c.Kind == "setting" && c.Field == "value" || c.Kind == "message" && c.Field == "text") {
		parts = append(parts, fieldWord(c.Field))
	}
	where := phrase.Join(parts, comma)
	switch c.Change {
	case "added":
		return came(isAdded, isAddedAs, where, c.to)
	case "removed":
		return came(isRemoved, isRemovedAs, where, c.from)
	case "renamed":
		return isRenamed.Of(where, phrase.Plain(c.To))
	case "moved":
		if c.Field != "" {
			return isReordered.Of(where, phrase.Plain(c.From), phrase.Plain(c.To))
		}
		rank := phrase.Text{}
		if ranked {
			rank = firstDecides
		}
		return isMoved.Of(where, behind(c.From), behind(c.To), rank)
	}
	by := phrase.Text{}
	if c.Origin != "" {
		by = settledBy.Of(cmp.Or(origins[c.Origin], phrase.Plain(c.Origin)))
	}
	return isChanged.Of(where, phrase.Plain(Marked(c.From, c.To, c.Unit)), by)
}

// came says that something came or went, and what it is if it says anything.
func came(alone, as say, where, what phrase.Text) phrase.Text {
	if what.Empty() {
		return alone.Of(where)
	}
	return as.Of(where, what)
}

func behind(id string) phrase.Text {
	if id == "" {
		return theBeginning
	}
	return behindID.Of(phrase.Plain(id))
}

// Marked shows how a text became another: short ones as a → b, long ones with the parts that went and came marked:
// 按收费[-误差-]{+差错+}双倍返还. A unit stands behind both.
func Marked(from, to, unit string) string {
	a, b := tokens(from), tokens(to)
	const most = 4 << 20 // steps of comparing
	const short = 16     // characters: both are taken in at a glance
	brief := utf8.RuneCountInString(from) <= short && utf8.RuneCountInString(to) <= short
	if unit == "" && !brief && len(a)*len(b) <= most {
		if out, common := merge(a, b); 3*common >= max(len(from), len(to)) {
			return out
		}
	}
	if unit != "" {
		unit = " " + unit
	}
	return shown(from) + unit + " → " + shown(to) + unit
}

func shown(s string) string {
	if s == "" || strings.TrimSpace(s) != s {
		return `"` + s + `"`
	}
	return s
}

// tokens cuts a text into words, signs and single Chinese characters.
func tokens(s string) []string {
	var out []string
	word := false
	for _, r := range s {
		plain := r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
		if plain && word {
			out[len(out)-1] += string(r)
		} else {
			out = append(out, string(r))
		}
		word = plain
	}
	return out
}

// merge writes two texts as one with marks. common is how many bytes they share.
func merge(a, b []string) (out string, common int) {
	// long[i][j] is the length of the longest row of tokens that a from i and b from j have in common.
	width := len(b) + 1
	long := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				long[i*width+j] = long[(i+1)*width+j+1] + 1
			} else {
				long[i*width+j] = max(long[(i+1)*width+j], long[i*width+j+1])
			}
		}
	}
	var text strings.Builder
	gone, came, between := "", "", ""
	flush := func() {
		if gone != "" {
			text.WriteString("[-" + gone + "-]")
		}
		if came != "" {
			text.WriteString("{+" + came + "+}")
		}
		gone, came = "", ""
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		if i < len(a) && j < len(b) && a[i] == b[j] {
			between += a[i]
			common += len(a[i])
			i, j = i+1, j+1
			continue
		}
		if gone+came != "" && utf8.RuneCountInString(strings.TrimSpace(between)) <= 1 { // a sign between two changes belongs to them
			gone, came = gone+between, came+between
		} else {
			flush()
			text.WriteString(between)
		}
		between = ""
		if j == len(b) || i < len(a) && long[(i+1)*width+j] >= long[i*width+j+1] {
			gone += a[i]
			i++
		} else {
			came += b[j]
			j++
		}
	}
	flush()
	return text.String() + between, common
}
