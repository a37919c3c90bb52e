package author

import (
	"cmp"
	"math"
	"slices"

	"koujing/core/author/region"
	"koujing/core/program"
)

// values are those of one variable for which a condition holds. Numbers, times and truths (0, 1) are spans; a text is one
// of texts, or with except none of them. null says whether an absent value is among them.
type values struct {
	null   bool
	spans  [][2]int64 // ascending, apart
	texts  []string
	except bool
}

// everything a variable of a type can be.
func everything(t typ) values {
	v := values{null: t.nullable}
	switch {
	case t.base == program.Bool:
		v.spans = [][2]int64{{0, 1}}
	case t.base == program.Text:
		v.except = true
	default:
		v.spans = [][2]int64{{math.MinInt64, math.MaxInt64}}
	}
	return v
}

// passing are the values x for which `x op k` holds.
func passing(op string, t typ, k operand) values {
	switch {
	case k.null:
		if op == "==" {
			return values{null: true}
		}
		all := everything(t)
		all.null = false
		return all
	case t.base == program.Text:
		v := values{texts: []string{k.text}}
		if op == "!=" {
			v.except, v.null = true, t.nullable
		}
		return v
	}
	n := k.num
	below := func(to int64) [][2]int64 { return [][2]int64{{math.MinInt64, to}} }
	above := func(from int64) [][2]int64 { return [][2]int64{{from, math.MaxInt64}} }
	switch op {
	case "<":
		if n > math.MinInt64 {
			return values{spans: below(n - 1)}
		}
		return values{}
	case "<=":
		return values{spans: below(n)}
	case ">":
		if n < math.MaxInt64 {
			return values{spans: above(n + 1)}
		}
		return values{}
	case ">=":
		return values{spans: above(n)}
	case "==":
		return values{spans: [][2]int64{{n, n}}}
	}
	v := values{null: t.nullable}
	if n > math.MinInt64 {
		v.spans = append(v.spans, below(n-1)...)
	}
	if n < math.MaxInt64 {
		v.spans = append(v.spans, above(n+1)...)
	}
	return v
}

// listed are the values that stand in a constant list.
func listed(c *constList) values {
	v := values{texts: c.texts}
	if c.isRange {
		if c.nums[0] <= c.nums[1] {
			v.spans = [][2]int64{{c.nums[0], c.nums[1]}}
		}
		return v
	}
	for _, n := range c.nums {
		v.spans = append(v.spans, [2]int64{n, n})
	}
	v.spans = joined(v.spans)
	return v
}

// joined puts spans in order and together.
func joined(spans [][2]int64) [][2]int64 {
	slices.SortFunc(spans, func(a, b [2]int64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	var out [][2]int64
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && (out[last][1] == math.MaxInt64 || s[0] <= out[last][1]+1) {
			out[last][1] = max(out[last][1], s[1])
			continue
		}
		out = append(out, s)
	}
	return out
}

// not are all other values of the type.
func (v values) not(t typ) values {
	out := values{null: t.nullable && !v.null}
	if t.base == program.Text {
		out.texts, out.except = v.texts, !v.except
		return out
	}
	from := int64(math.MinInt64)
	for _, s := range v.spans {
		if s[0] > from {
			out.spans = append(out.spans, [2]int64{from, s[0] - 1})
		}
		if s[1] == math.MaxInt64 {
			return out
		}
		from = s[1] + 1
	}
	out.spans = append(out.spans, [2]int64{from, math.MaxInt64})
	return out
}

// or are the values of either.
func (v values) or(w values) values {
	out := values{null: v.null || w.null, spans: joined(slices.Concat(v.spans, w.spans))}
	lacks := func(in values) func(string) bool { return func(s string) bool { return !slices.Contains(in.texts, s) } }
	keeps := func(in values) func(string) bool { return func(s string) bool { return slices.Contains(in.texts, s) } }
	switch {
	case v.except && w.except:
		out.except, out.texts = true, slices.DeleteFunc(slices.Clone(v.texts), lacks(w))
	case v.except:
		out.except, out.texts = true, slices.DeleteFunc(slices.Clone(v.texts), keeps(w))
	case w.except:
		out.except, out.texts = true, slices.DeleteFunc(slices.Clone(w.texts), keeps(v))
	default:
		out.texts = slices.Concat(v.texts, w.texts)
	}
	return out
}

// has reports whether a value is among them.
func (v values) has(x operand, t typ) bool {
	switch {
	case x.null:
		return v.null
	case t.base == program.Text:
		return slices.Contains(v.texts, x.text) != v.except
	}
	return slices.ContainsFunc(v.spans, func(s [2]int64) bool { return s[0] <= x.num && x.num <= s[1] })
}

// axis is a variable cut into cells: no condition tells two values of a cell apart.
type axis struct {
	*variable
	starts []int64  // of spans: where each cell begins; it ends before the next, the last at most
	most   int64    // the last cell's end
	texts  []string // or a cell each
	other  int      // the cell of all other texts, -1 if there are none
	absent int      // the cell of no value, -1 if it is never absent
	size   int
}

// newAxis cuts a variable where the sets of values that are asked of it begin and end.
func newAxis(v *variable, asked []values) *axis {
	a := &axis{variable: v, other: -1, absent: -1, most: math.MaxInt64}
	switch v.typ.base {
	case program.Text:
		a.texts = slices.Clone(v.typ.values)
		for _, set := range asked {
			a.texts = append(a.texts, set.texts...)
		}
		if v.typ.values == nil {
			slices.Sort(a.texts)
		}
		seen := map[string]bool{}
		a.texts = slices.DeleteFunc(a.texts, func(s string) bool { dup := seen[s]; seen[s] = true; return dup })
		a.size = len(a.texts)
		if v.typ.values == nil {
			a.other = a.size
			a.size++
		}
	default:
		least := v.least
		if v.typ.base == program.Bool {
			least, a.most = 0, 1
		}
		if v.most != 0 {
			a.most = v.most
		}
		a.starts = []int64{least}
		for _, set := range asked {
			for _, s := range set.spans {
				if s[0] > least && s[0] <= a.most {
					a.starts = append(a.starts, s[0])
				}
				if s[1] >= least && s[1] < a.most {
					a.starts = append(a.starts, s[1]+1)
				}
			}
		}
		slices.Sort(a.starts)
		a.starts = slices.Compact(a.starts)
		a.size = len(a.starts)
	}
	if v.typ.nullable {
		a.absent = a.size
		a.size++
	}
	return a
}

// end is the last value of a cell of numbers.
func (a *axis) end(cell int) int64 {
	if cell+1 < len(a.starts) {
		return a.starts[cell+1] - 1
	}
	return a.most
}

// cells are the cells in which the values lie.
func (a *axis) cells(v values) region.Set {
	out := region.NewSet(a.size)
	for i, s := range a.texts {
		if slices.Contains(v.texts, s) != v.except {
			out.Add(i)
		}
	}
	if a.other >= 0 && v.except {
		out.Add(a.other)
	}
	for _, s := range v.spans {
		i, exact := slices.BinarySearch(a.starts, s[0])
		if !exact && i > 0 {
			continue // above the most: every other span begins where a cell does
		}
		for ; i < len(a.starts) && a.starts[i] <= s[1]; i++ {
			out.Add(i)
		}
	}
	if a.absent >= 0 && v.null {
		out.Add(a.absent)
	}
	return out
}
