package tidy

import (
	"encoding/csv"
	"errors"
	"slices"
	"strings"
)

// table tidies a decision table: quotes only where CSV wants them, no space around a cell, a blank line at most between
// rows. Lines that begin with # stay.
func table(text string) (string, error) {
	mark := ""
	if strings.HasPrefix(text, "\ufeff") { // without it a spreadsheet program may read Chinese text wrongly
		mark = "\ufeff"
	}
	text = breaks.Replace(strings.TrimPrefix(text, mark))
	before, err := records(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	rest, row, blank := text, 0, true
	for rest != "" {
		line, below, _ := strings.Cut(rest, "\n")
		switch {
		case line == "":
			if !blank {
				out.WriteByte('\n')
			}
			blank, rest = true, below
			continue
		case line[0] == '#':
			out.WriteString(remarkLine(line) + "\n")
			rest = below
		default:
			r := csv.NewReader(strings.NewReader(rest))
			r.FieldsPerRecord = -1
			if _, err := r.Read(); err != nil || row == len(before) || strings.Trim(line, " \t") == "" {
				return "", &Problem{Line: 1 + strings.Count(text[:len(text)-len(rest)], "\n"), Message: "left as it is: this is no row of a table"}
			}
			writeRow(&out, before[row])
			row++
			rest = rest[r.InputOffset():]
		}
		blank = false
	}
	done := strings.TrimRight(out.String(), "\n") + "\n"
	after, err := records(done)
	if err != nil || !slices.EqualFunc(before, after, slices.Equal) || !slices.Equal(remarkLines(text), remarkLines(done)) {
		return "", &Problem{Message: "left as it is: tidied it would say something else"}
	}
	return mark + done, nil
}

// records reads the rows of a table, the space around their cells left out.
func records(text string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.FieldsPerRecord = '#', -1
	rows, err := r.ReadAll()
	if err != nil {
		var pe *csv.ParseError
		if errors.As(err, &pe) {
			return nil, &Problem{Line: pe.Line, Message: "left as it is: this is not CSV: " + pe.Err.Error()}
		}
		return nil, &Problem{Message: "left as it is: " + err.Error()}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = strings.Trim(row[i], " \t\r\n")
		}
	}
	return rows, nil
}

// remarkLine writes a line that begins with #. The two that say something are written in one way.
func remarkLine(line string) string {
	line = strings.TrimRight(line, " \t")
	key, rest, found := strings.Cut(line[1:], ":")
	if key = strings.TrimSpace(key); found && (key == "hit" || key == "default") {
		return strings.TrimRight("# "+key+": "+strings.TrimSpace(rest), " ")
	}
	return line
}

func remarkLines(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "#") {
			out = append(out, remarkLine(line))
		}
	}
	return out
}

// writeRow writes a row as RFC 4180 has it, with the quotes that are needed and no others.
func writeRow(out *strings.Builder, row []string) {
	for i, cell := range row {
		if i > 0 {
			out.WriteByte(',')
		}
		if strings.ContainsAny(cell, ",\"\n") || i == 0 && strings.HasPrefix(cell, "#") || len(row) == 1 && cell == "" {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		out.WriteString(cell)
	}
	out.WriteByte('\n')
}
