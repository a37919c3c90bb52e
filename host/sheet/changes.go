package sheet

import (
	"fmt"
	"slices"
	"strings"

	"koujing/core/author"
)

// Change is what is different in a table.
type Change struct {
	Table string   `json:"table"`
	New   bool     `json:"new"` // the pack has no such table so far
	Rows  int      `json:"rows"`
	Lines []Line   `json:"lines"`
	Order bool     `json:"order"` // rows that are in both stand in another order
	Form  bool     `json:"form"`  // nothing of the rows: where comments and empty lines stand, quotes, line breaks
	Added []string `json:"added"` // columns
	Gone  []string `json:"gone"`  // columns
}

// Line is one difference: a row that came (Now), went (Was), or a cell that has another content (Column, Was and Now). Comments
// have no ID.
type Line struct {
	ID     string `json:"id"`
	Column string `json:"column"`
	Was    string `json:"was"`
	Now    string `json:"now"`
}

// String is the line as people read it.
func (l Line) String() string {
	id := l.ID
	if id != "" {
		id += ": "
	}
	switch {
	case l.Column != "":
		return fmt.Sprintf("~ %s%s: %q -> %q", id, l.Column, l.Was, l.Now)
	case l.Was == "":
		return "+ " + id + l.Now
	}
	return "- " + id + l.Was
}

// records are the rows of a table by their ids; rows without an id of their own by their number.
type records struct {
	header []string
	ids    []string
	cells  map[string]map[string]string // by id and header
	texts  map[string]string
	notes  []string // the comments
}

func recordsOf(t *author.Table) *records {
	r := &records{cells: map[string]map[string]string{}, texts: map[string]string{}}
	if t == nil {
		return r
	}
	id := -1
	for i := range t.Rows {
		row := &t.Rows[i]
		switch {
		case row.Cells == nil && row.Comment != "":
			r.notes = append(r.notes, row.Comment)
		case row.Cells == nil:
		case r.header == nil:
			r.header = row.Cells
			id = slices.Index(row.Cells, "id")
		default:
			name := fmt.Sprintf("row %d", len(r.ids)+1)
			if id >= 0 && id < len(row.Cells) && row.Cells[id] != "" && r.cells[row.Cells[id]] == nil {
				name = row.Cells[id]
			}
			by := map[string]string{}
			var rest []string
			for n, text := range row.Cells {
				if n < len(r.header) {
					by[r.header[n]] = text
				}
				if n != id {
					rest = append(rest, text)
				}
			}
			r.ids = append(r.ids, name)
			r.cells[name], r.texts[name] = by, strings.Join(rest, " | ")
		}
	}
	return r
}

// compare tells what is different in a table; old is nil where it is new.
func compare(old, now *author.Table) Change {
	a, b := recordsOf(old), recordsOf(now)
	c := Change{Table: now.Name, New: old == nil, Rows: len(b.ids), Lines: []Line{}, Added: missing(b.header, a.header), Gone: missing(a.header, b.header)}
	if c.New {
		c.Added = []string{}
		return c
	}
	for _, note := range missing(a.notes, b.notes) {
		c.Lines = append(c.Lines, Line{Was: note})
	}
	for _, note := range missing(b.notes, a.notes) {
		c.Lines = append(c.Lines, Line{Now: note})
	}
	for _, id := range a.ids {
		if b.cells[id] == nil {
			c.Lines = append(c.Lines, Line{ID: id, Was: a.texts[id]})
		}
	}
	for _, id := range b.ids {
		was := a.cells[id]
		if was == nil {
			c.Lines = append(c.Lines, Line{ID: id, Now: b.texts[id]})
			continue
		}
		for _, column := range b.header {
			if before, both := was[column]; both && before != b.cells[id][column] {
				c.Lines = append(c.Lines, Line{id, column, before, b.cells[id][column]})
			}
		}
	}
	c.Order = !slices.Equal(shared(a.ids, b.cells), shared(b.ids, a.cells)) || !slices.Equal(shared(a.header, set(b.header)), shared(b.header, set(a.header)))
	c.Form = len(c.Lines) == 0 && !c.Order && len(c.Added) == 0 && len(c.Gone) == 0
	return c
}

func set(names []string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// shared are the names that are among others, in their order.
func shared[V any](names []string, others map[string]V) []string {
	var out []string
	for _, n := range names {
		if _, ok := others[n]; ok {
			out = append(out, n)
		}
	}
	return out
}

// missing are the names that others lacks.
func missing(names, others []string) []string {
	known, out := set(others), []string{}
	for _, n := range names {
		if !known[n] {
			out = append(out, n)
		}
	}
	return out
}
