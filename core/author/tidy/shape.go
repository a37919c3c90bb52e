package tidy

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// shape is how a kind of mapping or list is written. nil is one that is left to its author: tests' cases, outputs.
type shape struct {
	keys    []string          // of a mapping whose names are fixed, in the order they are written
	members map[string]*shape // of its values, by key
	each    *shape            // of the values of a mapping with free names, and of the items of a list
	short   bool              // it is written on a line where it fits
	aligned bool              // its one-line values stand in one column
}

// record is a mapping with fixed names.
func record(keys string, members map[string]*shape) *shape {
	return &shape{keys: strings.Fields(keys), members: members}
}

// brief is a record that is written on a line where it fits.
func brief(keys string) *shape { return &shape{keys: strings.Fields(keys), short: true} }

func listOf(each *shape) *shape { return &shape{each: each} }

// columns are names of the author's with a brief record each, which stand in one column.
func columns(each *shape) *shape { return &shape{each: each, aligned: true} }

var (
	glossed = brief("text gloss")
	label   = brief("label gloss")
	reply   = brief("label gloss count to row note")
	branch  = brief("when to row note")
	said    = record("id text gloss tags when row note", nil)
	step    = record("aim tags row rows say ask replies next end note", map[string]*shape{
		"aim": glossed, "say": listOf(said), "replies": columns(reply), "next": listOf(branch)})
	rule  = record("id when then row basis note", nil)
	word  = record("text also alone limit message suggest row note", nil)
	part  = record("words message suggest row note", nil)
	entry = record("name row case expect fires note", nil)
)

// shapes are those of the files, by folder.
var shapes = map[string]*shape{
	".": record("id version title locale engine utc_offset valid_from valid_until note files settings facts lists ladder messages labels", map[string]*shape{
		"settings": columns(brief("value unit origin row note")),
		"facts":    columns(brief("type row note label gloss")),
		"lists":    {each: columns(label)},
		"labels":   {each: label},
	}),
	"rules": record("decision note hit default rules", map[string]*shape{"rules": listOf(rule)}),
	"scenarios": record("title note intents when priority rows start anytime interrupts steps", map[string]*shape{
		"title": glossed, "anytime": columns(reply), "interrupts": listOf(branch), "steps": {each: step}}),
	"wording": record("check code level message suggest on when unless limit least number after words phrases marks amounts except within with parts row note", map[string]*shape{
		"words": listOf(word), "parts": listOf(part)}),
	"calendar": record("source note row holidays workdays", nil),
	"tests":    listOf(entry),
	"rows":     {each: brief("flag line none")},
}

// of is the shape of the value under a key, or of an item where the key is "".
func (s *shape) of(key string) *shape {
	if s == nil {
		return nil
	}
	if s.each != nil {
		return s.each
	}
	return s.members[key]
}

// rank is the place of a key in its mapping. What is not known keeps its order, behind what is.
func (s *shape) rank(key string) int {
	if i := slices.Index(s.keys, key); i >= 0 {
		return i
	}
	return len(s.keys)
}

// order returns the entries of a mapping in the order they are written, by their keys. Where one part of a file refers
// to another by an alias, the order stays.
func (s *shape) order(n *yaml.Node, aliases bool) []int {
	out := make([]int, len(n.Content)/2)
	for i := range out {
		out[i] = i
	}
	if s != nil && s.keys != nil && !aliases {
		slices.SortStableFunc(out, func(a, b int) int { return s.rank(n.Content[2*a].Value) - s.rank(n.Content[2*b].Value) })
	}
	return out
}
