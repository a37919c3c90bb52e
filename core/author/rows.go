package author

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Row is an entry of the pack's row index: a fact or rule of the source material that the pack stands on.
type Row struct {
	ID    string
	Flag  string // contested, watch, garbled, gap, conflict, dated; several with commas; "" is a plain one
	Line  string // what it says, in a line of our own
	None  string // why it has no behaviour: a training note, a gap of the source; "" if it has
	Until string // the last day on which it holds, 2026-12-31; "" while no end is known
	at    place
}

var rowFlags = []string{"contested", "watch", "garbled", "gap", "conflict", "dated"}

// Rows reads the row index of a pack, in order of file and line.
func Rows(src Sources) ([]Row, []Diagnostic) {
	l := newLog(src)
	return readRows(l, src), l.sorted()
}

func readRows(l *log, src Sources) []Row {
	var out []Row
	seen := map[string]place{}
	for _, p := range slices.Sorted(maps.Keys(src)) {
		if kindOf(p) != rowsFile {
			continue
		}
		for _, doc := range readYAML(l, p, src[p]) {
			for _, m := range doc.members(l, "the row index") {
				f := m.value.fields(l, "a row", "flag", "line", "none", "until")
				r := Row{ID: m.key, Flag: f["flag"].text(l, "flag"), Line: f["line"].text(l, "line"), None: f["none"].text(l, "none"), at: m.at}
				r.Until = readDay(l, f["until"])
				if r.Line == "" {
					l.error(m.at, rowWithoutLine.of(m.key))
				}
				for _, flag := range strings.Split(r.Flag, ",") {
					if flag = strings.TrimSpace(flag); flag != "" && !slices.Contains(rowFlags, flag) {
						l.error(f["flag"].place(), badFlag.of(flag).guess(flag, rowFlags))
					}
				}
				if first, dup := seen[r.ID]; dup {
					l.error(m.at, rowTwice.of(r.ID, first.file, first.line))
				}
				seen[r.ID] = m.at
				out = append(out, r)
			}
		}
	}
	return out
}

// Use is a place of the pack that names a row.
type Use struct {
	Row, File string
	Line      int
	at        place
}

// Uses lists every place of the pack that names a row, in order: rules, rows of tables, settings, talk tracks and their
// lines, wording checks, tests.
func Uses(src Sources) []Use { return uses(newLog(src), src) }

func uses(l *log, src Sources) []Use {
	var out []Use
	for _, p := range slices.Sorted(maps.Keys(src)) {
		switch kindOf(p) {
		case unknownFile, rowsFile, calendarFile:
		case tableFile:
			b := &build{src: src, log: l}
			b.readTable(p, src[p])
			for _, d := range b.decisions {
				for _, r := range d.rules {
					if r.row != "" {
						out = append(out, Use{r.row, p, r.rowAt.line, r.rowAt})
					}
				}
			}
		default:
			out = append(out, l.kept.read(p, src[p]).rows()...)
		}
	}
	return out
}

// rows are the uses of a file.
func (f *yamlFile) rows() []Use {
	if f.uses == nil {
		for _, doc := range f.docs {
			f.uses = usesIn(doc, f.uses)
		}
	}
	return f.uses
}

// usesIn walks a YAML tree for the keys row and rows.
func usesIn(n node, out []Use) []Use {
	for i := 0; n.Node != nil && i < len(n.Content); i++ {
		if n.Kind == yaml.MappingNode && i%2 == 0 && i+1 < len(n.Content) && (n.Content[i].Value == "row" || n.Content[i].Value == "rows") {
			value := node{n.Content[i+1], n.file}
			named := []node{value}
			if value.Kind == yaml.SequenceNode {
				named = value.items(newLog(nil), "rows")
			}
			for _, row := range named {
				out = append(out, Use{row.Value, row.file, row.Line, row.place()})
			}
			continue
		}
		out = usesIn(node{n.Content[i], n.file}, out)
	}
	return out
}

// checkRows finds places that name a row which the index does not have, if the pack has an index.
func (b *build) checkRows() {
	rows := readRows(b.log, b.src)
	b.rows = rows
	if len(rows) == 0 {
		return
	}
	known := make([]string, len(rows))
	series := map[string]bool{} // OUT, REF, ...: a test may also name a row of a series that is not indexed
	for i, r := range rows {
		known[i] = r.ID
		name, _, _ := strings.Cut(r.ID, "-")
		series[name] = true
	}
	slices.Sort(known)
	for _, u := range uses(&log{src: b.src, lines: b.log.lines, kept: b.log.kept}, b.src) {
		name, _, _ := strings.Cut(u.Row, "-")
		if _, ok := slices.BinarySearch(known, u.Row); !ok && (series[name] || kindOf(u.File) != testsFile) {
			b.log.error(u.at, unknownRow.of(u.Row).guess(u.Row, known))
		}
	}
}
