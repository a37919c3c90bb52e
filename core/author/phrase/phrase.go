// Package phrase is how the author, and the acts on packs, say something to people: every sentence stands once, in each
// language that packs are edited in, side by side, and whoever shows it picks the language. What varies in a sentence is
// named in it ($rule), so that every language puts it where it belongs. Codes and not sentences are for programs.
package phrase

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Lang is a language that packs are edited in. The zero Lang is English.
type Lang uint8

// The languages, as places in a Text.
const (
	EN Lang = iota
	ZH
	langs
)

// LangOf reads a language tag (zh-CN, en) or the name of a Unix locale (zh_CN.UTF-8): what begins with zh is Chinese,
// everything else English.
func LangOf(tag string) Lang {
	if len(tag) >= 2 && strings.EqualFold(tag[:2], "zh") && (len(tag) == 2 || strings.ContainsRune("-_.@", rune(tag[2]))) {
		return ZH
	}
	return EN
}

// String is the tag of the language, as HTTP and HTML write it.
func (l Lang) String() string {
	if l == ZH {
		return "zh-CN"
	}
	return "en"
}

// Text is something said, by language. Before Of it may hold names, $rule, for what varies.
type Text [langs]string

// Plain is a text that is the same in all languages: a name, a quotation, an example.
func Plain(s string) Text { return Text{s, s} }

// In is the text in a language.
func (t Text) In(l Lang) string {
	if l >= langs {
		l = EN
	}
	return t[l]
}

// In is texts in a language.
func In(lang Lang, texts []Text) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = t.In(lang)
	}
	return out
}

// Empty reports whether nothing is said.
func (t Text) Empty() bool { return t == Text{} }

// Names lists the names in a text of one language, each once, in the order in which they are met.
func Names(text string) []string {
	var out []string
	cut(text, func(string) {}, func(name string) {
		for _, known := range out {
			if known == name {
				return
			}
		}
		out = append(out, name)
	})
	return out
}

// Of puts values in the place of names: the first value belongs to the name that stands first in the English text, and so
// on. A value is a Text, or what fmt prints; a name without a value stays as it is.
func (t Text) Of(values ...any) Text { return t.Like(t[EN], values...) }

// Like is Of for a text that goes with another one: the values belong to the names in that, an English one. What is wrong
// and what to do about it share their values so.
func (t Text) Like(with string, values ...any) Text {
	if len(values) == 0 {
		return t
	}
	names := Names(with)
	var out Text
	for l := range t {
		var b strings.Builder
		cut(t[l], func(s string) { b.WriteString(s) }, func(name string) {
			for i, known := range names {
				if known == name && i < len(values) {
					b.WriteString(show(values[i], Lang(l)))
					return
				}
			}
			b.WriteString("$" + name)
		})
		out[l] = b.String()
	}
	return out
}

// cut takes a text apart into what is said and the names in it.
func cut(text string, said, named func(string)) {
	for {
		before, rest, found := strings.Cut(text, "$")
		said(before)
		if !found {
			return
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' })
		if end < 0 {
			end = len(rest)
		}
		if end == 0 {
			said("$")
		} else {
			named(rest[:end])
		}
		text = rest[end:]
	}
}

func show(value any, l Lang) string {
	switch v := value.(type) {
	case Text:
		return v.In(l)
	case string:
		return printable(v)
	}
	return fmt.Sprint(value)
}

// printable keeps a sentence in one line, whatever is quoted in it.
func printable(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unprintable(r) {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// List joins names: a, b in English, a、b in Chinese.
func List(names []string) Text { return Text{strings.Join(names, ", "), strings.Join(names, "、")} }

// And joins names as a sentence does: a, b and c, and 「a」、「b」和「c」 in Chinese. Of many only the first are named.
func And(names []string) Text {
	const most = 8
	if len(names) > most {
		return Text{"$names and $rest more", "$names等，另外还有 $rest 个"}.Of(quoted(names[:most]), len(names)-most)
	}
	if len(names) < 2 {
		return quoted(names)
	}
	last := len(names) - 1
	return Text{"$names and $last", "$names和$last"}.Of(quoted(names[:last]), quoted(names[last:]))
}

func quoted(names []string) Text {
	out := make([]Text, len(names))
	for i, name := range names {
		out[i] = Text{"$name", "「$name」"}.Of(name)
	}
	return Join(out, Text{", ", "、"})
}

// Join puts texts behind each other with what stands between them in each language.
func Join(texts []Text, between Text) Text {
	var out Text
	for i, t := range texts {
		for l := range out {
			if i > 0 {
				out[l] += between[l]
			}
			out[l] += t[l]
		}
	}
	return out
}
