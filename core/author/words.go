package author

import (
	"strings"

	"koujing/core/author/phrase"
	"koujing/core/program"
	"koujing/core/vocabulary"
)

// What the author says to people stands in the files words_*.go, and nowhere else: a message for each kind of finding, with
// its code, what is wrong and what to do, in English and beside it in Chinese. $names in them are what varies.

// say is a wording, English first.
type say = phrase.Text

// message is a kind of finding.
type message struct {
	code string
	says say // what is wrong
	hint say // what to do about it, if the message itself can tell
}

// said is a message about something.
type said struct {
	code      string
	says, how phrase.Text
	meant     string // what probably belongs in the place of what is wrong
}

// of puts values in the place of the names in a message, those of its hint last.
func (m *message) of(values ...any) *said {
	names := m.says[phrase.EN] + " " + m.hint[phrase.EN]
	return &said{code: m.code, says: m.says.Like(names, values...), how: m.hint.Like(names, values...)}
}

// advise adds what to do, where the message itself cannot know.
func (s *said) advise(how phrase.Text) *said {
	s.how = how
	return s
}

// guess advises what may have been meant by a misspelt word.
func (s *said) guess(word string, known []string) *said {
	near := nearest(word, known)
	if near == "" && len(word) >= 4 { // or the beginning of one
		for _, k := range known {
			if rest, ok := strings.CutPrefix(k, word); ok && rest != "" && (rest[0] == '_' || rest[0] == '.') && (near == "" || len(k) < len(near)) {
				near = k
			}
		}
	}
	switch {
	case near != "":
		s.how = meantWord.Of(near)
	case len(known) > 0 && len(known) <= 12:
		s.how = knownWords.Of(phrase.List(known))
	}
	return s.means(near)
}

// means notes what is meant.
func (s *said) means(word string) *said {
	s.meant = word
	return s
}

// frame puts more around what is advised.
func (s *said) frame(more phrase.Text) *said { return s.advise(more.Of(s.how)) }

// coded is what is said under a code that comes from elsewhere.
func (s *said) coded(code string) *said {
	s.code = code
	return s
}

// nouns are what a finding may be about besides the names in a pack.
var nouns = map[string]string{
	"a decision": "决策", "a rule": "规则", "a test": "测试", "a talk track": "话术", "a step": "步骤", "a line": "一句话", "a reply": "回应",
	"a way on": "去向", "a word": "要查的词", "a part": "检查的一个部分", "an exception": "例外", "a calendar": "日历", "a fact": "事实",
	"a setting": "设置项", "a row": "一条依据", "the row index": "依据索引", "a rung": "升级的一级", "a file": "文件名", "a field": "字段名",
	"an amount": "金额", "the argument": "参数", "the first argument": "第一个参数", "the second argument": "第二个参数",
	"what is summed": "相加的内容", "a condition": "条件", "a part of a text": "拼接文字的每一部分", "holiday": "假日", "working day": "工作日",
}

// nounsOf are nouns with a name behind them.
var nounsOf = []say{
	{"list $name", "名单「$name」"}, {"a check of kind $name", "「$name」这种检查"}, {"each side of $name", "「$name」的两边"},
	{"what stands behind $name", "「$name」后面"}, {"the left side of $name", "「$name」的左边"}, {"the right side of $name", "「$name」的右边"},
	{"the answers of $name", "决策「$name」的结果"},
}

// noun is what a finding is about: one of the nouns, or a name in the pack. It is translated only here, so that reading a
// pack that is in order costs nothing.
func noun(what string) phrase.Text {
	if zh, ok := nouns[what]; ok {
		return phrase.Text{what, zh}
	}
	for _, of := range nounsOf {
		if name, ok := strings.CutPrefix(what, strings.TrimSuffix(of[phrase.EN], "$name")); ok {
			return of.Of(name)
		}
	}
	return phrase.Text{"$what", "「$what」"}.Of(what)
}

// among is what fixes the values that a text can have.
func (t typ) among() phrase.Text {
	if strings.HasPrefix(t.of, "list ") || strings.HasPrefix(t.of, "the answers of ") {
		return noun(t.of)
	}
	return phrase.Text{"$values", "可选值（$values）"}.Of(phrase.List(t.values))
}

// typeWords are the types, as an operator calls them.
var typeWords = map[program.Type]string{program.Text: "文字", program.Int: "整数", program.Bool: "真假值（true 或 false）", program.Time: "时间"}

// said is a type in words.
func (t typ) said() phrase.Text {
	zh := typeWords[t.base]
	if t.nullable {
		zh = "可能没有的" + zh
	}
	return phrase.Text{t.String(), zh}
}

// said is the type of a value, or that it is none.
func (o operand) said() phrase.Text {
	if o.null {
		return phrase.Text{"nil", "空值 nil"}
	}
	return o.typ.said()
}

// base is a type without what may be absent.
func base(t program.Type) phrase.Text { return typ{base: t}.said() }

// typesOf joins types of which one is wanted.
func typesOf(types []program.Type) phrase.Text {
	words := make([]phrase.Text, len(types))
	for i, t := range types {
		words[i] = base(t)
	}
	return phrase.Join(words, phrase.Text{" or ", "或"})
}

// moments says when a decision is asked.
var moments = [vocabulary.NumMoments]say{
	vocabulary.AtGates:          {"the gates are asked", "判断要不要拦截"},
	vocabulary.AtMultiplier:     {"the lines are worked out", "逐笔计算"},
	vocabulary.AtMeans:          {"the means of a refund are chosen", "选择退款方式"},
	vocabulary.AtApproval:       {"the approval is asked", "判断要不要审批"},
	vocabulary.AtRefundTasks:    {"the refund's tasks are listed", "列出退款的待办"},
	vocabulary.AtClocks:         {"the clocks are set", "计算时限"},
	vocabulary.AtSeverity:       {"the severity is decided", "判断投诉的轻重"},
	vocabulary.AtEscalation:     {"the next states are asked", "判断投诉的下一步"},
	vocabulary.AtComplaintTasks: {"the complaint's tasks are listed", "列出投诉的待办"},
	vocabulary.AtScenario:       {"the talk track is walked", "走话术"},
}

// Hints that are made for the occasion.
var (
	meantWord     = say{"did you mean $near?", "是不是想写「$near」？"}
	knownWords    = say{"known are $known", "可以写：$known"}
	beginCheck    = say{"$guess; begin with check: <kind>", "$guess；请以 check: <种类> 开头"}
	meantSetting  = say{"did you mean $near, which the engine reads?", "是不是想写「$near」？引擎读的是它"}
	useOrDrop     = say{"use it, or take it away", "请用上它，或者删掉"}
	nameBasis     = say{"row: <id>, or basis: <the law or contract it rests on>", "请写 row: <依据编号>，或者 basis: <所依据的法规或合同>"}
	showExample   = say{"for example $example", "例如 $example"}
	quoteText     = say{`a text is quoted inside the expression: $output: '"$text"'`, `文字在表达式里要加引号：$output: '"$text"'`}
	meantOrQuote  = say{"did you mean $near? $quote", "是不是想写「$near」？$quote"}
	argumentCount = say{"$n arguments", "$n 个参数"}
	oneArgument   = say{"one argument", "1 个参数"}
	onceAt        = say{"once $moment", "从$moment起"}
	perLine       = say{"in a decision asked for each line", "在逐笔算的决策里"}
	longValue     = say{"this value", "这个值"}
	spans         = say{"30s, 5m, 48h, 15d, or 2wd for working days", "请写 30s、5m、48h、15d，工作日写 2wd"}

	timeOfCase     = say{"the time of the case is now, without brackets", "案例的时间写 now，后面不加括号"}
	datesInTalk    = say{"only a talk track speaks of dates: {{date(time)}}", "只有话术里才说日期：{{date(时间)}}"}
	spansInSeconds = say{"minutes(n), hours(n) and days(n) are spans in seconds", "minutes(n)、hours(n)、days(n) 是以秒计的时长"}
	overLists      = say{"on lists there are any, all, none, one, count, sum and len", "对列表可以用 any、all、none、one、count、sum 和 len"}
)

// kindWords are the kinds of settings.
var kindWords = map[string]say{"int": {"a whole number", "整数"}, "bool": {"true or false", "真假值（true 或 false）"}, "text": {"a text", "文字"},
	"list": {"a list", "列表"}, "duration": {"a duration such as 48h", "像 48h 这样的时长"}}
