package pack

import (
	"koujing/core/canon"
	"koujing/core/clock"
)

// Value is the setting's value as a pack's source would have it: 48h, 2wd, true, 50000, "a, b" for a list.
func (s *Setting) Value() string {
	switch s.Kind {
	case "list":
		out := ""
		for i, v := range s.List {
			if i > 0 {
				out += ", "
			}
			out += v
		}
		return out
	case "text":
		return s.Text
	case "bool":
		if s.Int == 1 {
			return "true"
		}
		return "false"
	case "duration":
		span := clock.Span{Seconds: s.Int}
		if s.Workdays {
			span = clock.Span{Workdays: int32(s.Int)}
		}
		return string(clock.AppendSpan(nil, span))
	}
	return string(canon.AppendInt(nil, s.Int))
}
