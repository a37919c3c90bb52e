package decision

import (
	"koujing/core/atom"
	"koujing/core/canon"
	"koujing/core/casefile"
)

// Results are what the operator's own decisions came to. They are added in byte order of the decisions' names, and all that a
// pack's results are called is put into words once, with Head and Key:
//
//	r.Decision(head)
//	r.Value(key, casefile.Fen, 30000)
//	r.List(key, casefile.Text)
//	r.Item(int64(id))
type Results struct {
	decisions []result
	outputs   []output
	values    []int64
}

type result struct {
	head atom.ID
	from int // outputs
}

type output struct {
	key  atom.ID
	kind casefile.Type
	list bool
	from int // values
}

// Head is what stands before the results of a decision: its name, `"credit.limit":{`.
func Head(name string) string { return string(append(canon.AppendString(nil, []byte(name)), ":{"...)) }

// Key is what stands before an output: its name, `"limit_fen":`, with a comma behind another one of the same decision.
func Key(name string, first bool) string {
	var key []byte
	if !first {
		key = append(key, ',')
	}
	return string(append(canon.AppendString(key, []byte(name)), ':'))
}

// Len is the number of decisions.
func (r *Results) Len() int { return len(r.decisions) }

// Decision begins the results of a decision.
func (r *Results) Decision(head atom.ID) {
	r.decisions = append(r.decisions, result{head, len(r.outputs)})
}

// Value adds an output of the decision begun last. atom.Null is written as null, whatever the type.
func (r *Results) Value(key atom.ID, kind casefile.Type, v int64) {
	r.outputs = append(r.outputs, output{key, kind, false, len(r.values)})
	r.values = append(r.values, v)
}

// List begins an output that is a list.
func (r *Results) List(key atom.ID, kind casefile.Type) {
	r.outputs = append(r.outputs, output{key, kind, true, len(r.values)})
}

// Item adds an element to the list begun last.
func (r *Results) Item(v int64) { r.values = append(r.values, v) }

// end is where the outputs of decision i end.
func (r *Results) end(i int) int {
	if i+1 < len(r.decisions) {
		return r.decisions[i+1].from
	}
	return len(r.outputs)
}

// items are the values of output i.
func (r *Results) items(i int) []int64 {
	if i+1 < len(r.outputs) {
		return r.values[r.outputs[i].from:r.outputs[i+1].from]
	}
	return r.values[r.outputs[i].from:]
}
