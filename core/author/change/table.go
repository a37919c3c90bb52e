package change

import (
	"encoding/csv"
	"errors"
	"io"
	"path"
	"strings"
)

// table reads a decision table: a rule a row, a field a cell.
func (r *reader) table(text string) ([]*thing, error) {
	t := &thing{kind: "decision", group: "decisions", id: strings.TrimSuffix(path.Base(r.file), ".csv"), named: true, at: Place{r.file, 1}}
	hit := ""
	for i, line := range strings.Split(text, "\n") {
		rest, remark := strings.CutPrefix(strings.TrimSpace(line), "#")
		key, value, _ := strings.Cut(rest, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		at := Place{r.file, i + 1}
		switch {
		case !remark:
		case key == "hit":
			t.say(field{name: "hit", text: value, at: at})
			hit = value
		case key == "default":
			for _, pair := range strings.Split(value, ",") {
				name, v, _ := strings.Cut(pair, "=")
				t.say(field{name: "default." + strings.TrimSpace(name), text: strings.TrimSpace(v), at: at})
			}
		}
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	in.Comment, in.FieldsPerRecord = '#', -1
	var header []string
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return []*thing{t}, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := in.FieldPos(0)
		at := Place{r.file, line}
		if header == nil {
			for i, cell := range row {
				name := strings.TrimSpace(cell)
				if output, ok := strings.CutPrefix(name, "=>"); ok {
					name = "then." + strings.TrimSpace(output)
				}
				header = append(header, name)
				row[i] = name
			}
			t.say(field{name: "columns", text: strings.Join(header, ", "), at: at})
			continue
		}
		t.parts = append(t.parts, rowOf(row, header, at, hit))
	}
}

func rowOf(row, header []string, at Place, hit string) *thing {
	t := &thing{kind: "row", group: "rules", at: at, ranked: hit == "first"}
	for i, cell := range row {
		cell = strings.TrimSpace(cell)
		name := ""
		if i < len(header) {
			name = header[i]
		}
		output := strings.HasPrefix(name, "then.")
		switch {
		case name == "id":
			t.id, t.named = cell, true
		case !output && (cell == "" || cell == "-"): // any value, no row, no note
		default:
			t.say(field{name: name, text: cell, at: at})
		}
	}
	return t
}
