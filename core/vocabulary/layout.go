package vocabulary

import "koujing/core/casefile"

// LineColumns are the columns of a line that a decision asked for each line sees as line.*: what came in with the case.
const LineColumns = casefile.LineConsentedBy + 1

// Layout says where everything lies in a frame: the case, the facts, the results of the stages, the line at hand. What
// is behind it belongs to the program.
type Layout struct {
	names []casefile.Info
	width int // of the case with the facts
}

// NewLayout lays out the frame for the cases that d decodes.
func NewLayout(d *casefile.Decoder) *Layout {
	return &Layout{names: d.Names(), width: d.Width()}
}

// Result is the slot of a stage's result.
func (l *Layout) Result(i int) int { return l.width + i }

// Line is the slot of a column of the line at hand.
func (l *Layout) Line(column int) int { return l.width + NumResults + column }

// Base is the first slot behind all that.
func (l *Layout) Base() int { return l.width + NumResults + LineColumns }

// Slot finds a name.
func (l *Layout) Slot(name string) (int, bool) {
	for i := range Results {
		if Results[i].Path == name {
			return l.Result(i), true
		}
	}
	for i := range l.names {
		switch info := &l.names[i]; {
		case info.Place == casefile.Scalar && info.Path == name:
			return int(info.Field), true
		case info.Place == casefile.Column && info.List == casefile.Lines && info.Column < LineColumns && isLine(name, info.Path):
			return l.Line(info.Column), true
		}
	}
	return 0, false
}

const linesPrefix = "lines[]."

// isLine reports whether name is line.x and path lines[].x.
func isLine(name, path string) bool {
	const prefix = "line."
	return len(name) > len(prefix) && name[:len(prefix)] == prefix && len(path) > len(linesPrefix) &&
		path[:len(linesPrefix)] == linesPrefix && name[len(prefix):] == path[len(linesPrefix):]
}

// List finds a list.
func (l *Layout) List(name string) (int, bool) {
	for i := range l.names {
		if info := &l.names[i]; (info.Place == casefile.Objects || info.Place == casefile.Plain) && info.Path == name {
			return int(info.List), true
		}
	}
	return 0, false
}

// Column finds a column: lines.category, or the bare name of a list of plain values.
func (l *Layout) Column(name string) (list, column int, ok bool) {
	for i := range l.names {
		if info := &l.names[i]; info.Place == casefile.Column && ColumnName(info.Path) == name {
			return int(info.List), info.Column, true
		}
	}
	return 0, 0, false
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
