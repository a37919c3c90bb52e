package author

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"koujing/core/clock"
	"koujing/core/program"
)

// anyCell reports whether a cell tests nothing.
func anyCell(text string) bool { return text == "" || text == "-" }

// unaryTests compiles a cell of a table, DMN's unary tests, against the value of its column: where the cell does not
// hold, jump to no.
func (l *lowering) unaryTests(x operand, no *label) {
	text := l.src.text
	if anyCell(text) || x.konst {
		return
	}
	if inside, ok := strings.CutPrefix(text, "not("); ok && strings.HasSuffix(inside, ")") {
		inner := *l
		inner.src = l.src.part(4, inside[:len(inside)-1])
		inner.anyOf(x, false, no)
		l.bad = inner.bad
		return
	}
	l.anyOf(x, true, no)
}

// anyOf compiles `a, > 5, [1..3]`: where its outcome is not want, jump to no.
func (l *lowering) anyOf(x operand, want bool, no *label) {
	tests := splitCell(l.src.text)
	if x.typ.base == program.Int && l.separated(tests) {
		return
	}
	if list, ok := l.plainValues(tests, x); ok {
		if len(list.texts)+len(list.nums) == 1 {
			l.compareJump(pick(want, "!=", "=="), x, list.first(), no)
		} else {
			l.memberJump(x, list, !want, no)
		}
		return
	}
	if l.bad {
		return
	}
	hit := newLabel()
	for i, t := range tests {
		part := *l
		part.src = l.src.part(t.from, t.text)
		switch last := i == len(tests)-1; {
		case !want:
			part.oneTest(x, true, no)
		case last:
			part.oneTest(x, false, no)
		default:
			part.oneTest(x, true, hit)
		}
		if l.bad = l.bad || part.bad; l.bad {
			return
		}
	}
	l.asm.bind(hit)
}

// separated reports an amount with a separator of thousands: to a table `> 5,000` is two tests, above 5 or equal to 000.
func (l *lowering) separated(tests []cellPart) bool {
	runes := []rune(l.src.text)
	for i, t := range tests {
		digits := t.text != "" && strings.Trim(t.text, "0123456789") == ""
		switch {
		case !digits:
			continue
		case len(t.text) > 1 && t.text[0] == '0': // 0012 is no way to write 12
		case i > 0 && len(t.text) == 3 && runes[t.from-1] == ',' && strings.ContainsAny(tests[i-1].text[:1], "<>=!"):
		default:
			continue
		}
		l.error(t.from, len(t.text), separator.of(t.text))
		return true
	}
	return false
}

func pick(want bool, yes, no string) string {
	if want {
		return yes
	}
	return no
}

type cellPart struct {
	text string
	from int
}

// splitCell splits a cell at the commas outside brackets and quotes.
func splitCell(s string) []cellPart {
	var out []cellPart
	runes := []rune(s)
	depth, from, quoted := 0, 0, false
	cut := func(to int) {
		text := string(runes[from:to])
		trimmed := strings.TrimSpace(text)
		lead := utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " "))
		out = append(out, cellPart{trimmed, from + lead})
	}
	for i, r := range runes {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '[' || r == '(':
			depth++
		case r == ']' || r == ')':
			depth--
		case r == ',' && depth == 0:
			cut(i)
			from = i + 1
		}
	}
	cut(len(runes))
	return out
}

// plainValues reads a cell that is only values: the form the index of a table is made from.
func (l *lowering) plainValues(tests []cellPart, x operand) (*constList, bool) {
	list := &constList{base: x.typ.base}
	for _, t := range tests {
		if t.text == "" || t.text == "null" || strings.ContainsRune("<>=[(", rune(t.text[0])) {
			return nil, false
		}
		part := *l
		part.src = l.src.part(t.from, t.text)
		v := part.literal(t.text, x.typ, true)
		if l.bad = l.bad || part.bad; l.bad {
			return nil, false
		}
		if !v.konst {
			return nil, false
		}
		if list.base == program.Text {
			list.texts = append(list.texts, v.text)
		} else {
			list.nums = append(list.nums, v.num)
		}
	}
	return list, true
}

func (c *constList) first() operand {
	o := operand{typ: typ{base: c.base}, konst: true}
	if c.base == program.Text {
		o.text = c.texts[0]
	} else {
		o.num = c.nums[0]
	}
	return o
}

// oneTest compiles one unary test: where its outcome is when, jump to the label.
func (l *lowering) oneTest(x operand, when bool, to *label) {
	s := l.src.text
	if s == "" {
		l.error(0, 1, noTest.of())
		return
	}
	if s == "null" {
		if !x.typ.nullable {
			l.error(0, 4, columnAlwaysGiven.of())
			return
		}
		l.compareJump(pick(when, "==", "!="), x, operand{typ: typ{nullable: true}, konst: true, null: true}, to)
		return
	}
	for _, op := range []string{"<=", ">=", "!=", "==", "<", ">", "="} {
		if rest, ok := strings.CutPrefix(s, op); ok {
			if op == "=" {
				op = "=="
			}
			l.bound(x, op, l.src.part(utf8.RuneCountInString(s)-utf8.RuneCountInString(rest), rest).trimmed(), when, to)
			return
		}
	}
	if s[0] == '[' || s[0] == '(' {
		l.interval(x, when, to)
		return
	}
	v := l.literal(s, x.typ, true)
	if !l.bad {
		l.compareJump(pick(when, "==", "!="), x, v, to)
	}
}

// bound compiles `> 5`. A value that may be absent is no number then, so the test says no.
func (l *lowering) bound(x operand, op string, value exprSource, when bool, to *label) {
	part := *l
	part.src = value
	v := part.literal(value.text, typ{base: x.typ.base, values: x.typ.values, of: x.typ.of}, true)
	if l.bad = l.bad || part.bad; l.bad {
		return
	}
	if v.null {
		l.error(0, l.src.width(), emptyCell.of())
		return
	}
	if op != "==" && op != "!=" && x.typ.base != program.Int && x.typ.base != program.Time {
		l.error(0, l.src.width(), notOrdered.of(base(x.typ.base)))
		return
	}
	if !x.typ.nullable || op == "==" || op == "!=" {
		if !when {
			op = negated[op]
		}
		l.compareJump(op, x, v, to)
		return
	}
	absent := newLabel()
	if when {
		l.asm.jump(program.Instr{Op: program.OpJumpNull, A: x.reg}, absent)
		l.compareJump(op, x, v, to)
		l.asm.bind(absent)
		return
	}
	l.asm.jump(program.Instr{Op: program.OpJumpNull, A: x.reg}, to)
	l.compareJump(negated[op], x, v, to)
}

// interval compiles `[1..5]`, with round brackets for an end that is left out.
func (l *lowering) interval(x operand, when bool, to *label) {
	s := l.src.text
	inside := s[1:max(1, len(s)-1)]
	below, above, ok := strings.Cut(inside, "..")
	last := s[len(s)-1]
	if !ok || (last != ']' && last != ')') {
		l.error(0, utf8.RuneCountInString(s), badInterval.of())
		return
	}
	low := l.src.part(1, below).trimmed()
	high := l.src.part(utf8.RuneCountInString(below)+3, above).trimmed()
	from, upTo := ">=", "<="
	if s[0] == '(' {
		from = ">"
	}
	if last == ')' {
		upTo = "<"
	}
	if !when {
		l.bound(x, from, low, false, to)
		l.bound(x, upTo, high, false, to)
		return
	}
	out := newLabel()
	l.bound(x, from, low, false, out)
	l.bound(x, upTo, high, true, to)
	l.asm.bind(out)
}

// literal reads a value of a table's cell. With typed the type is known and checked, else the value says it.
func (l *lowering) literal(text string, t typ, typed bool) operand {
	if text == "null" || (text == "" && t.base != program.Text) {
		return operand{typ: typ{base: t.base, nullable: true}, konst: true, null: true}
	}
	if setting, ok := strings.CutPrefix(text, "settings."); ok {
		return l.settingCell(setting, t, typed)
	}
	unquoted := text
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		unquoted = text[1 : len(text)-1]
	}
	n, intErr := strconv.ParseInt(text, 10, 64)
	if !typed {
		switch {
		case intErr == nil:
			return intConst(n)
		case text == "true" || text == "false":
			return boolConst(text == "true")
		}
		return textConst(unquoted)
	}
	width := utf8.RuneCountInString(text)
	switch t.base {
	case program.Int:
		if intErr == nil {
			return intConst(n)
		}
		if span, ok := clock.ParseSpan(text); ok && span.Workdays == 0 {
			return intConst(span.Seconds)
		}
		l.error(0, width, notWhole.of(text))
	case program.Bool:
		if text == "true" || text == "false" {
			return boolConst(text == "true")
		}
		l.error(0, width, notTruth.of(text))
	case program.Time:
		if unix, _, ok := clock.Parse([]byte(text)); ok {
			return operand{typ: typ{base: program.Time}, konst: true, num: unix}
		}
		l.error(0, width, notTime.of(text))
	case program.Text:
		if t.values != nil {
			unknown := true
			for _, v := range t.values {
				unknown = unknown && v != unquoted
			}
			if unknown {
				l.error(0, width, notAmong.of(unquoted, t.among()).guess(unquoted, t.values))
			}
		}
		return textConst(unquoted)
	}
	return operand{}
}

// settingCell reads `settings.x` in a cell.
func (l *lowering) settingCell(name string, t typ, typed bool) operand {
	x, ok := l.scope.setting(name)
	if !ok {
		l.error(0, l.src.width(), noSetting.of(name).guess("settings."+name, l.scope.settingNames()))
		return operand{}
	}
	if x.list != nil {
		l.error(0, l.src.width(), listSetting.of(name))
		return operand{}
	}
	if typed && x.typ.base != t.base {
		l.error(0, l.src.width(), settingType.of(name, x.typ.said(), base(t.base)))
		return operand{}
	}
	return x
}
