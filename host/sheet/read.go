package sheet

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"koujing/core/author"
)

// Kind says what a spreadsheet program has made of a cell.
type Kind uint8

// The kinds of cells. Those after Text have lost what was typed; what they say in Text is the program's.
const (
	Text    Kind = iota
	Number       // Text is the whole number; or the number as the program keeps it, with Flaw
	Bool         // Text is true or false
	Moment       // Text is 2026-11-22T10:00:00, without an offset; or a bare time of day, with Flaw
	Formula      // Text is the formula
	Broken       // Text is an error such as #REF!
)

// Cell is a cell of a sheet.
type Cell struct {
	Text string
	Kind Kind
	Flaw string // why the content is not known exactly; "" if it is
	Day  bool   // a Moment that shows no time of day
	Unit string // of a Number that is shown as an amount of money or a percentage: the format
}

// Row is a row of a sheet with its number, from 1.
type Row struct {
	Number int
	Cells  []Cell
}

// Sheet is one sheet of a workbook, or one CSV file.
type Sheet struct {
	Title  string // of the tab, or the file's name
	Table  string // whose table it is
	Of     string // the fingerprint of the table it was exported from, "" where it doesn't say
	Rows   []Row  // without the one that says so
	Merged []Area // cells that are joined
}

// Area is a rectangle of cells: its corner, its last row, and what it is called.
type Area struct {
	Column, Row, LastRow int // Column from 0, rows from 1
	Name                 string
}

// Workbook is what was read of one.
type Workbook struct {
	Sheets []Sheet
	Left   []string // titles of sheets that say of no table, and are not empty
}

// ReadError says that a file is no workbook, or one that cannot be read.
type ReadError struct{ Reason string }

func (e *ReadError) Error() string { return e.Reason }

// MaxBytes bounds a workbook, and MaxUnpacked what it may grow to when it is unpacked.
const (
	MaxBytes    = 64 << 20
	MaxUnpacked = 256 << 20
)

// Read reads a workbook in the XLSX format. Errors: *ReadError.
func Read(data []byte) (book *Workbook, err error) {
	defer func() {
		if r := recover(); r != nil { // the library meets damaged files with indexes of its own
			book, err = nil, &ReadError{fmt.Sprintf("this workbook is damaged: %v", r)}
		}
	}()
	switch {
	case len(data) > MaxBytes:
		return nil, &ReadError{fmt.Sprintf("this workbook is larger than %d MiB", MaxBytes>>20)}
	case bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return nil, &ReadError{"this is an old or an encrypted workbook: save it as .xlsx, without a password"}
	case !bytes.HasPrefix(data, []byte("PK")):
		return nil, &ReadError{"this is no workbook: save it as .xlsx"}
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked})
	if err != nil {
		return nil, &ReadError{"this workbook cannot be read: " + err.Error()}
	}
	defer f.Close()
	r := &bookReader{f: f, formats: map[int]format{}}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		r.from1904 = *props.Date1904
	}
	book = &Workbook{}
	for _, title := range f.GetSheetList() {
		s, err := r.sheet(title)
		if err != nil {
			return nil, &ReadError{fmt.Sprintf("sheet %s cannot be read: %v", title, err)}
		}
		switch {
		case s == nil:
		case s.Table == "":
			book.Left = append(book.Left, title)
		default:
			book.Sheets = append(book.Sheets, *s)
		}
	}
	return book, nil
}

// rows are the cells of a sheet as texts.
func (s *Sheet) rows() []author.TableRow {
	out := make([]author.TableRow, len(s.Rows))
	for i, row := range s.Rows {
		cells := make([]string, len(row.Cells))
		for n := range row.Cells {
			cells[n] = row.Cells[n].Text
		}
		out[i] = author.TableRow{Number: row.Number, Cells: cells}
	}
	return out
}

type bookReader struct {
	f        *excelize.File
	from1904 bool
	formats  map[int]format // by style
}

// sheet reads one sheet; nil if there is nothing in it, or only values to choose from.
func (r *bookReader) sheet(title string) (*Sheet, error) {
	rows, err := r.f.Rows(title)
	if err != nil {
		return nil, err
	}
	var texts [][]string
	content := 0
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		texts = append(texts, cells)
		if len(cells) > 0 {
			content = len(texts)
		}
	}
	if err := rows.Error(); err != nil {
		return nil, err
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if texts = texts[:content]; content == 0 || len(texts[0]) > 0 && texts[0][0] == valuesMark {
		return nil, nil
	}
	s := &Sheet{Title: title}
	hit := false
	for i, raw := range texts {
		if name, ok := strings.CutPrefix(first(raw), marker); ok && s.Table == "" {
			of := ""
			if len(raw) == 2 {
				of, ok = strings.CutPrefix(raw[1], origin)
			}
			if ok && len(raw) <= 2 {
				s.Table, s.Of = strings.TrimSpace(name), strings.TrimSpace(of)
				continue
			}
		}
		hit = hit || strings.HasPrefix(first(raw), "# hit:")
		row := Row{Number: i + 1, Cells: make([]Cell, len(raw))}
		for n := range raw {
			if row.Cells[n], err = r.cell(title, cellName(n, i+1), raw[n]); err != nil {
				return nil, err
			}
		}
		s.Rows = append(s.Rows, row)
	}
	if s.Table == "" && hit { // the row with the name is gone; the tab has it where it was short enough
		s.Table = title
	}
	return s, r.merged(s)
}

func first(cells []string) string {
	if len(cells) == 0 {
		return ""
	}
	return cells[0]
}

func (r *bookReader) merged(s *Sheet) error {
	areas, err := r.f.GetMergeCells(s.Title, true)
	if err != nil {
		return err
	}
	for _, a := range areas {
		column, row, err := excelize.CellNameToCoordinates(a.GetStartAxis())
		if err != nil {
			return err
		}
		_, last, err := excelize.CellNameToCoordinates(a.GetEndAxis())
		if err != nil {
			return err
		}
		s.Merged = append(s.Merged, Area{column - 1, row, last, a.GetStartAxis() + ":" + a.GetEndAxis()})
	}
	return nil
}

// cell reads one cell whose raw content is text.
func (r *bookReader) cell(title, name, text string) (Cell, error) {
	formula, err := r.f.GetCellFormula(title, name)
	if err != nil {
		return Cell{}, err
	}
	if formula != "" {
		return Cell{Text: "=" + formula, Kind: Formula}, nil
	}
	if text == "" {
		return Cell{}, nil
	}
	kind, err := r.f.GetCellType(title, name)
	if err != nil {
		return Cell{}, err
	}
	switch kind {
	case excelize.CellTypeError:
		return Cell{Text: text, Kind: Broken}, nil
	case excelize.CellTypeBool:
		return Cell{Text: strconv.FormatBool(text == "1" || strings.EqualFold(text, "true")), Kind: Bool}, nil
	case excelize.CellTypeDate:
		return isoDate(text), nil
	case excelize.CellTypeNumber, excelize.CellTypeUnset:
		style, err := r.f.GetCellStyle(title, name)
		if err != nil {
			return Cell{}, err
		}
		return r.number(text, r.format(style)), nil
	}
	return textCell(text), nil
}

// errorWords are what spreadsheet programs write where a formula has no value, or a column no room.
var errorWords = []string{"#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "Err:"}

func textCell(text string) Cell {
	for _, word := range errorWords {
		if text == word || word == "Err:" && strings.HasPrefix(text, word) {
			return Cell{Text: text, Kind: Broken}
		}
	}
	if len(text) > 2 && strings.Trim(text, "#") == "" {
		return Cell{Text: text, Kind: Broken}
	}
	return Cell{Text: text}
}

// number reads a number of a spreadsheet: binary, with 15 digits that can be trusted.
func (r *bookReader) number(text string, f format) Cell {
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return textCell(text)
	case f.date:
		return r.moment(x, f)
	}
	c := Cell{Text: text, Kind: Number, Unit: f.unit}
	switch {
	case math.Abs(x) >= 1e15:
		c.Flaw = tooManyDigits
	case x != math.Trunc(x):
		c.Flaw = hasFraction
	default:
		c.Text = strconv.FormatInt(int64(x), 10)
	}
	return c
}

// moment reads a date: days since the last days of 1899, or since 1904.
func (r *bookReader) moment(days float64, f format) Cell {
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if r.from1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	c := Cell{Kind: Moment}
	whole, part := math.Modf(days)
	seconds := math.Round(part * 86400)
	at := epoch.AddDate(0, 0, int(whole)).Add(time.Duration(seconds) * time.Second)
	c.Text, c.Day = at.Format("2006-01-02T15:04:05"), seconds == 0 && !f.clock
	switch {
	case !(days >= 61) || days >= 2958466: // years 1900 to 9999; before March 1900 the programs count a day that never was
		c.Text, c.Flaw = at.Format("15:04:05"), timeOfDay
	case math.Abs(part*86400-seconds) > 1e-3:
		c.Flaw = fractionOfASec
	}
	return c
}

// isoDate reads a date that is written as one.
func isoDate(text string) Cell {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04:05.999", "2006-01-02"} {
		if at, err := time.Parse(layout, strings.TrimSuffix(text, "Z")); err == nil && at.Nanosecond() == 0 {
			return Cell{Text: at.Format("2006-01-02T15:04:05"), Kind: Moment, Day: layout == "2006-01-02"}
		}
	}
	return Cell{Text: text, Kind: Moment, Flaw: noMomentInTime}
}

// format is what a number format says of a number.
type format struct {
	date, clock bool   // clock: with a time of day
	unit        string // the format, where it shows money or a percentage
}

func (r *bookReader) format(style int) format {
	if f, ok := r.formats[style]; ok {
		return f
	}
	var f format
	if s, err := r.f.GetStyle(style); err == nil {
		code := ""
		if s.CustomNumFmt != nil {
			code = *s.CustomNumFmt
		}
		f = formatOf(s.NumFmt, code)
	}
	r.formats[style] = f
	return f
}

// formatOf reads a number format: one of the numbered ones, or a code.
func formatOf(id int, code string) format {
	if code == "" {
		switch {
		case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
			return format{date: true}
		case id >= 18 && id <= 22, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
			return format{date: true, clock: true}
		case id == 9, id == 10:
			return format{unit: "%"}
		case id >= 5 && id <= 8, id == 42, id == 44:
			return format{unit: "money"}
		}
		return format{}
	}
	var f format
	quoted, bracket := false, false
	plain := strings.Map(func(r rune) rune { // without texts, colours and conditions
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '[':
			bracket = true
		case r == ']':
			bracket = false
		case !bracket:
			return r
		}
		return -1
	}, code)
	switch lower := strings.ToLower(plain); {
	case strings.ContainsRune(plain, '%'):
		f.unit = "%"
	case strings.ContainsAny(strings.ReplaceAll(code, "[$-", "["), "¥￥$€£元") || // [$-804] is a language
		strings.Contains(code, "CNY") || strings.Contains(code, "RMB"):
		f.unit = code
	case lower == "general" || strings.HasPrefix(lower, "general"):
	case strings.ContainsAny(lower, "ydhs") || strings.Contains(lower, "m") && !strings.ContainsAny(lower, "0#"):
		f.date = true
		f.clock = strings.ContainsAny(lower, "hs")
	}
	return f
}
