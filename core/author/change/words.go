package change

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
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
func (x *thing) summary() string {
	var out []string
	for _, f := range x.fields {
		if f.name == "" {
			out = append(out, f.text)
		} else {
			out = append(out, f.name+": "+shown(f.text))
		}
	}
	if len(x.parts) > 0 {
		kinds := make([]string, len(x.parts))
		for i, p := range x.parts {
			kinds[i] = p.kind
		}
		out = append(out, Tally(kinds))
	}
	return strings.Join(out, ", ")
}

// plurals are the kinds of things, and what several are called.
var plurals = map[string]string{"pack": "fields of the pack", "setting": "settings", "fact": "facts", "list": "lists", "value": "values of lists", "rung": "rungs",
	"message": "messages", "label": "labels", "decision": "decisions", "rule": "rules", "row": "table rows", "track": "talk tracks", "step": "steps", "line": "lines",
	"reply": "replies", "branch": "ways on", "check": "wording checks", "word": "words", "part": "parts of checks", "calendar": "calendars", "holiday": "holidays", "workday": "working days",
	"index": "rows of the index", "test": "tests"}

// singulars are the kinds that are called otherwise than they are named.
var singulars = map[string]string{"pack": "field of the pack", "value": "value of a list", "row": "table row", "track": "talk track", "branch": "way on", "check": "wording check",
	"part": "part of a check", "workday": "working day", "index": "row of the index"}

// Tally counts things by kind: 1 rule, 3 talk tracks. The kinds come in the order in which they are met.
func Tally(kinds []string) string {
	counts := map[string]int{}
	var met, out []string
	for _, kind := range kinds {
		if counts[kind]++; counts[kind] == 1 {
			met = append(met, kind)
		}
	}
	for _, kind := range met {
		word := plurals[kind]
		if counts[kind] == 1 {
			word = cmp.Or(singulars[kind], kind)
		}
		out = append(out, fmt.Sprint(counts[kind], " ", word))
	}
	return strings.Join(out, ", ")
}

// words names a thing among those around it.
func (x *thing) words(i int) string {
	switch x.kind {
	case "setting", "fact", "list", "label", "message", "decision", "track", "check", "index":
		return x.id
	case "pack":
		return ""
	case "branch":
		return fmt.Sprintf("%s, way %d", map[string]string{"next": "next", "interrupts": "interrupts"}[x.group], i+1)
	case "word":
		return fmt.Sprintf("%s %s", map[string]string{"words": "word", "phrases": "phrase", "except": "exception", "with": "with", "after": "after", "marks": "mark", "amounts": "amount"}[x.group], x.id)
	case "reply":
		if x.group == "anytime" {
			return "reply at any time " + x.id
		}
	case "workday":
		return "working day " + x.id
	}
	return x.kind + " " + x.id
}

// fieldWords are fields as people call them.
var fieldWords = map[string]string{"when": "condition", "unless": "condition of the exception", "hit": "hit policy", "row": "row", "to": "leads to", "say": "says", "ask": "asks"}

func fieldWord(name string) string {
	if word, ok := fieldWords[name]; ok {
		return word
	}
	if output, ok := strings.CutPrefix(name, "then."); ok {
		return "output " + output
	}
	if output, ok := strings.CutPrefix(name, "default."); ok {
		return "default of " + output
	}
	return strings.ReplaceAll(name, ".gloss", ", gloss")
}

// sentence says what differs, in a line. around are the things it stands in; ranked that the first of its kind that holds
// decides.
func (c *Change) sentence(around []string, ranked bool) string {
	where := strings.Join(slices.DeleteFunc(slices.Clone(around), func(s string) bool { return s == "" }), ", ")
	if c.Field != "" && !(c.Kind == "setting" && c.Field == "value" || c.Kind == "message" && c.Field == "text") {
		if where != "" {
			where += ", "
		}
		where += fieldWord(c.Field)
	}
	switch c.Change {
	case "added":
		return strings.TrimSuffix(where+" added: "+c.To, ": ")
	case "removed":
		return strings.TrimSuffix(where+" removed: "+c.From, ": ")
	case "renamed":
		return fmt.Sprintf("%s is now called %s", where, c.To)
	case "moved":
		if c.Field != "" {
			return fmt.Sprintf("%s in another order: %s → %s", where, c.From, c.To)
		}
		out := fmt.Sprintf("%s moved from %s to %s", where, behind(c.From), behind(c.To))
		if ranked {
			out += " (the first that holds decides)"
		}
		return out
	}
	out := where + ": " + Marked(c.From, c.To, c.Unit)
	if c.Origin != "" {
		out += " (" + c.Origin + ")"
	}
	return out
}

func behind(id string) string {
	if id == "" {
		return "the beginning"
	}
	return "behind " + id
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
