package vocabulary

import (
	"koujing/core/atom"
	"koujing/core/casefile"
)

// LineColumns are the columns of a line that a decision asked for each line sees as line.*: what came in with the case.
const LineColumns = casefile.LineConsentedBy + 1

// Layout says where everything lies in a frame: the case, the facts, the results of the stages, the line at hand. What
// is behind it belongs to the program.
type Layout struct {
	width  int         // of the case with the facts
	names  *atom.Table // all that a program may call something
	places []place     // by atom
}

// place is what a name stands for: a slot, a list, or a column of one; a list of plain values and its column share a name.
// What it does not stand for is -1.
type place struct{ slot, list, of, column int }

// NewLayout lays out the frame for the cases that d decodes.
func NewLayout(d *casefile.Decoder) *Layout {
	names := d.Names()
	l := &Layout{width: d.Width(), names: atom.New()}
	l.names.Reserve(len(names)+NumResults+LineColumns, 0)
	for i := range Results {
		l.place(Results[i].Path).slot = l.Result(i)
	}
	for i := range names {
		l.enter(&names[i])
	}
	return l
}

// enter gives a value of the case its names.
func (l *Layout) enter(info *casefile.Info) {
	switch info.Place {
	case casefile.Scalar:
		l.place(info.Path).slot = int(info.Field)
	case casefile.Column:
		at := l.place(ColumnName(info.Path))
		at.of, at.column = int(info.List), info.Column
		if info.List == casefile.Lines && info.Column < LineColumns {
			l.place("line." + info.Path[len("lines[]."):]).slot = l.Line(info.Column)
		}
	case casefile.Objects, casefile.Plain:
		l.place(info.Path).list = int(info.List)
	}
}

// place finds or makes the place of a name. It is valid until the next call.
func (l *Layout) place(name string) *place {
	id := l.names.Fix(name)
	for len(l.places) <= int(id) {
		l.places = append(l.places, place{-1, -1, -1, -1})
	}
	return &l.places[id]
}

// Result is the slot of a stage's result.
func (l *Layout) Result(i int) int { return l.width + i }

// Line is the slot of a column of the line at hand.
func (l *Layout) Line(column int) int { return l.width + NumResults + column }

// Base is the first slot behind all that.
func (l *Layout) Base() int { return l.width + NumResults + LineColumns }

// Slot finds a name.
func (l *Layout) Slot(name string) (int, bool) {
	at := l.find(name)
	return at.slot, at.slot >= 0
}

// List finds a list.
func (l *Layout) List(name string) (int, bool) {
	at := l.find(name)
	return at.list, at.list >= 0
}

// Column finds a column: lines.category, or the bare name of a list of plain values.
func (l *Layout) Column(name string) (list, column int, ok bool) {
	at := l.find(name)
	return at.of, at.column, at.of >= 0
}

func (l *Layout) find(name string) place {
	id, _ := l.names.Find([]byte(name))
	if id < 0 {
		return l.places[atom.Empty]
	}
	return l.places[id]
}

// ColumnName is what a program calls the column with that path: without the brackets.
func ColumnName(path string) string {
	var out []byte
	for i := 0; i < len(path); i++ {
		if path[i] != '[' && path[i] != ']' {
			out = append(out, path[i])
		}
	}
	return string(out)
}
