package wording

import (
	"unicode/utf8"

	"koujing/core/order"
)

// lexicon holds the words of all checks, so that one pass over a text finds them all: at each place the longest word
// that begins there, by binary search, and from it the shorter ones that it begins with.
type lexicon struct {
	words  []word // in byte order
	starts [1024]bool
}

type word struct {
	text   string
	runes  int32
	parent int32 // the longest other word that this one begins with, -1
	first  int32 // uses[first:last]
	last   int32
}

// use is what a word is to a check: a member of one of its groups.
type use struct {
	text         string
	check, group int32
}

// newLexicon sorts the words and returns their uses in the order in which the words point at them.
func newLexicon(uses []use) lexicon {
	order.Sort(len(uses), func(i, k int) bool {
		a, b := &uses[i], &uses[k]
		if a.text != b.text {
			return a.text < b.text
		}
		return a.check < b.check || a.check == b.check && a.group < b.group
	}, func(i, k int) { uses[i], uses[k] = uses[k], uses[i] })
	var l lexicon
	for i := range uses {
		n := len(l.words) - 1
		if n < 0 || l.words[n].text != uses[i].text {
			l.add(uses[i].text, int32(i))
			n++
		}
		l.words[n].last = int32(i + 1)
	}
	return l
}

func (l *lexicon) add(text string, first int32) {
	parent := int32(len(l.words) - 1)
	for parent >= 0 && !begins([]byte(text), l.words[parent].text) {
		parent = l.words[parent].parent
	}
	l.words = append(l.words, word{text: text, runes: int32(utf8.RuneCountInString(text)), parent: parent, first: first})
	l.starts[start([]byte(text))] = true
}

// longest is the longest word that text begins with, -1 if there is none. Whatever lies between a word and a text that
// begins with it begins with it, too: so it is the last word not behind the text, or one that this begins with.
func (l *lexicon) longest(text []byte) int32 {
	if !l.starts[start(text)] {
		return -1
	}
	low, high := 0, len(l.words)
	for low < high {
		if mid := (low + high) / 2; l.words[mid].text <= string(text) {
			low = mid + 1
		} else {
			high = mid
		}
	}
	w := int32(low - 1)
	for w >= 0 && !begins(text, l.words[w].text) {
		w = l.words[w].parent
	}
	return w
}

// start hashes the first code point of a text that is not empty.
func start(text []byte) int {
	h := int(text[0])
	for i := 1; i < min(len(text), 4) && text[i]&0xc0 == 0x80; i++ {
		h = h<<4 ^ h>>6 ^ int(text[i])
	}
	return h & 1023
}

func begins(text []byte, word string) bool {
	return len(text) >= len(word) && string(text[:len(word)]) == word
}
