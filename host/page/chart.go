package page

import "unicode/utf8"

// bar is one row of a chart: an amount to the right of the axis and one to the left of it, both 0 or more.
type bar struct {
	Label       string
	Right, Left int64
	RightText   string // what is written at the end of the bar
	LeftText    string
}

// chart is bars laid out, in the units of an SVG.
type chart struct {
	Width, Height int
	Axis          float64 // x of the line where both sides begin
	Rows          []chartRow
}

type chartRow struct {
	Label, Full string // the label as it fits, and the whole of it
	Y, TextY    float64
	RightX      float64
	RightW      float64
	LeftX       float64
	LeftW       float64
	RightText   string
	RightTextX  float64
	LeftText    string
	LeftTextX   float64
}

const (
	chartWidth  = 540
	rowHeight   = 26
	barHeight   = 16
	labelChars  = 22  // of a label, in characters as wide as a letter
	labelWidth  = 168 // and the room for them
	figureWidth = 100 // room for a figure at the end of a bar
	mostBars    = 30  // the table beside has all
)

// lay lays bars out on a common scale. Without anything to the left the axis stands at the labels.
func lay(bars []bar) *chart {
	bars = bars[:min(len(bars), mostBars)]
	var right, left float64
	for _, b := range bars {
		right, left = max(right, float64(b.Right)), max(left, float64(b.Left))
	}
	if right+left == 0 {
		return nil
	}
	room := float64(chartWidth - labelWidth)
	from := float64(labelWidth)
	if left > 0 {
		room -= figureWidth
		from += figureWidth
	}
	if right > 0 {
		room -= figureWidth
	}
	scale := room / (right + left)
	c := &chart{Width: chartWidth, Height: len(bars)*rowHeight + 4, Axis: from + left*scale}
	for i, b := range bars {
		r := chartRow{Label: fit(b.Label), Full: b.Label, Y: float64(i*rowHeight + 4)}
		r.TextY = r.Y + barHeight - 4
		if b.Right > 0 {
			r.RightX, r.RightW, r.RightText = c.Axis, max(float64(b.Right)*scale, 1), b.RightText
			r.RightTextX = r.RightX + r.RightW + 6
		}
		if b.Left > 0 {
			r.LeftW, r.LeftText = max(float64(b.Left)*scale, 1), b.LeftText
			r.LeftX = c.Axis - r.LeftW
			r.LeftTextX = r.LeftX - 6
		}
		c.Rows = append(c.Rows, r)
	}
	return c
}

// fit cuts a label to the room there is. A Chinese character is as wide as two letters, nearly.
func fit(label string) string {
	width := 0
	for i, r := range label {
		if width++; r > 0x2e7f {
			width++
		}
		if width > labelChars && i+utf8.RuneLen(r) < len(label) {
			return label[:i] + "…"
		}
	}
	return label
}
