// Package pack holds the built pack: one canonical JSON text that carries the compiled program, the talk tracks, the
// value lists and settings, and the sources they were made from. The author side writes it, the engine reads it.
package pack

import "koujing/core/program"

// Format names the form of a built pack. An engine refuses any other.
const Format = "koujing.pack/2"

// MaxBytes bounds a built pack.
const MaxBytes = 16 << 20

// MaxDays bounds the holidays of a pack, and its make-up working days: more than a hundred years of them.
const MaxDays = 4000

// Pack is a built pack.
type Pack struct {
	ID, Version, Title, Locale, Engine string
	ValidFrom, ValidUntil              string // days, "" for open
	UTCOffset                          int32  // seconds east, for working days and spoken times
	Lists                              []List
	Facts                              []Fact
	Ladder                             []string // roles, rung 1 first
	Messages                           []Message
	Labels                             []Label
	Settings                           []Setting
	Holidays, Workdays                 []int64 // day numbers since 1970-01-01
	Program                            program.Program
	Tracks                             []Track
	Checks                             []Check
	Source                             []File

	texts, textBytes int
}

// Texts is how many texts the compiled part of a pack that was read refers to, and how many bytes they are together.
func (p *Pack) Texts() (count, bytes int) { return p.texts, p.textBytes }

// List is a list of values that belongs to the operator: categories, brands, roles, ...
type List struct {
	Name   string
	Values []Value
}

// Value is one value of a list, with what it is called on the screen.
type Value struct{ ID, Label, Gloss string }

// Fact is an input the operator declared: facts.<Name>.
type Fact struct {
	Name     string
	Type     string // int, bool, text, time, fen, duration, one_of
	Nullable bool
	List     string // of one_of
}

// Message is a text in the pack's locale for a code that the core uses.
type Message struct{ Code, Text string }

// Label is what a field of the case is called on the screen.
type Label struct{ Field, Label, Gloss string }

// Setting is a setting as built. Workdays tells a span in working days from one in seconds.
type Setting struct {
	Name     string
	Kind     string // int, bool, text, list, duration
	Int      int64  // int, bool as 0 or 1, duration in seconds or working days
	Workdays bool
	Text     string
	List     []string
	Unit     string
	Origin   string // source or operator
	Row      string
	Note     string
}

// File is one source file of the pack.
type File struct{ Path, Text string }

// Track is a talk track. Expressions and templates are numbers in the program, -1 for none.
type Track struct {
	ID, Title, TitleGloss string
	Intents               []string
	When                  int32
	Priority              int64
	Rows                  []string
	Anytime               []Reply
	Interrupts            []Branch
	Steps                 []Step // the first is where the track starts
}

// Step is one step of a talk track.
type Step struct {
	ID, Aim, AimGloss string
	Say               []Line
	Ask               []string // fields, by path
	Replies           []Reply
	Next              []Branch
	End               string // how the track ends here, "" if it does not
}

// Line is something to say.
type Line struct {
	ID          string
	Text, Gloss int32 // templates
	Tags        []string
	Row         string
	When        int32
}

// Reply is an answer the customer may give. Count names the counter that the caller adds 1 to.
type Reply struct {
	ID, Label, Gloss, Count string
	To                      Target
}

// Branch is a way on that the program chooses.
type Branch struct {
	When int32
	To   Target
}

// Target is a step, of this track or of another one that is called and comes back: numbers in Tracks and Steps.
type Target struct {
	Track, Step int32
}
