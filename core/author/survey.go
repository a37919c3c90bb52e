package author

import (
	"slices"
	"strings"
)

// Role says what a column of a table is for.
type Role string

// The roles of columns.
const (
	InputColumn  Role = "input"  // tested: its header is an expression, its cells are unary tests
	OutputColumn Role = "output" // given: => name
	IDColumn     Role = "id"     // the rule's name in the trace
	RowColumn    Role = "row"    // the catalogue row it stands on
	BasisColumn  Role = "basis"  // the law or contract it rests on, where there is no row
	NoteColumn   Role = "note"   // for readers
)

// Column is a column of a decision table.
type Column struct {
	Header string // as written
	Role   Role
	Name   string // the header without =>
	// Type is text, int, bool or time, with ? where it may be absent; "" where it is not known. Amounts are int, in fen, spans
	// are int, in seconds.
	Type   string
	Values []string // that a text can be, where a list of the pack or the contract fixes them; in its order
}

// Base is the type of a column without its ?.
func (c *Column) Base() string { return strings.TrimSuffix(c.Type, "?") }

// columnOf reads a header.
func columnOf(header string) Column {
	c := Column{Header: header, Name: header, Role: InputColumn}
	if name, output := strings.CutPrefix(header, "=>"); output {
		c.Name, c.Role = strings.TrimSpace(name), OutputColumn
	} else if role := Role(header); slices.Contains([]Role{IDColumn, RowColumn, BasisColumn, NoteColumn}, role) {
		c.Role = role
	}
	return c
}

// ColumnsOf reads the header of a table, for what it says by itself: no types.
func ColumnsOf(header []string) []Column {
	out := make([]Column, len(header))
	for i, cell := range header {
		out[i] = columnOf(strings.TrimSpace(cell))
	}
	return out
}

func (c *Column) describe(t typ) { c.Type, c.Values = t.String(), t.values }

// describeInputs notes the types of a table's input columns, as far as they could be compiled.
func (d *decisionSource) describeInputs(inputs []operand) {
	i := 0
	for n := range d.columns {
		if c := &d.columns[n]; c.Role == InputColumn {
			if !inputs[i].konst {
				c.describe(inputs[i].typ)
			}
			i++
		}
	}
}

// describeOutput notes the type of an output's column.
func (d *decisionSource) describeOutput(o *outputSpec) {
	for n := range d.columns {
		if c := &d.columns[n]; c.Role == OutputColumn && c.Name == o.name && (o.fixed || o.typed) {
			c.describe(o.typ)
		}
	}
}

// Survey is what can be said of a pack whether it is in order or not.
type Survey struct {
	Tables    map[string][]Column // by the name of the table; without types in a pack that could not be compiled so far
	UTCOffset int32               // seconds east
	Found     []Diagnostic        // as Build's
	Whole     bool                // every decision was looked at; else more may be wrong than was found
	Built     bool                // there is no error
}

// Look surveys a pack.
func Look(src Sources) *Survey {
	b := newBuild(src)
	s := &Survey{Tables: map[string][]Column{}}
	b.compile()
	s.Built = !b.log.failed()
	s.UTCOffset, s.Found, s.Whole = int32(b.pack.UTCOffset), b.log.sorted(), b.looked
	for _, d := range b.decisions {
		if d.columns != nil {
			s.Tables[d.name] = slices.Clone(d.columns)
		}
	}
	return s
}

// Errors are the findings that keep tables from being exchanged for others: all errors in the tables' files, and what is
// wrong elsewhere now and was not before. Where a survey could not look at every decision, that is every error.
func (s *Survey) Errors(before *Survey, tables []string) []Diagnostic {
	var out []Diagnostic
	for _, d := range s.Found {
		if d.Level == LevelError && (!s.Whole || slices.Contains(tables, TableName(d.File)) || !slices.Contains(before.Found, d)) {
			out = append(out, d)
		}
	}
	return out
}
