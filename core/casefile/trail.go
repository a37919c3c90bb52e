package casefile

import "koujing/core/canon"

// step is one object or list on the way to the value being read.
type step struct {
	name  string // "" in a list of lists
	index int32  // of the element, or -1 in an object
}

// maxTrail is the longest way through a case: close, invoice_boxes, used, a range.
const maxTrail = 4

func (d *Decoder) enter(name string) {
	d.trail[d.depth] = step{name, -1}
	d.depth++
}

// path is the place being read, or a member of it.
func (d *Decoder) path(member string) string {
	var path []byte
	for _, s := range d.trail[:d.depth] {
		if len(path) > 0 && s.name != "" {
			path = append(path, '.')
		}
		path = append(path, s.name...)
		if s.index >= 0 {
			path = append(canon.AppendInt(append(path, '['), int64(s.index)), ']')
		}
	}
	if len(path) > 0 && member != "" {
		path = append(path, '.')
	}
	return string(append(path, member...))
}

// fault notes a fault of the place being read, or of a member of it.
//
//go:noinline
func (d *Decoder) fault(code, member string, offset int) {
	d.faults = append(d.faults, Fault{Code: code, Path: d.path(member), Offset: offset})
}

// faultBefore notes a fault that is found late, in front of those from n on: faults go in the order of the text.
func (d *Decoder) faultBefore(n int, code, member string, offset int) {
	d.fault(code, member, offset)
	last := d.faults[len(d.faults)-1]
	copy(d.faults[n+1:], d.faults[n:])
	d.faults[n] = last
}
