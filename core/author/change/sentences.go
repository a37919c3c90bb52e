package change

import "koujing/core/author/phrase"

// What is said of a change, English and beside it Chinese. $names are what varies.

type say = phrase.Text

// several are the kinds of things, as many of them are called.
var several = map[string]say{
	"pack": {"fields of the pack", "口径包的字段"}, "setting": {"settings", "设置"}, "fact": {"facts", "事实"}, "list": {"lists", "名单"}, "value": {"values of lists", "名单的值"},
	"rung": {"rungs", "升级级别"}, "message": {"messages", "提示语"}, "label": {"labels", "名称"}, "decision": {"decisions", "决策"}, "rule": {"rules", "规则"}, "row": {"table rows", "表格行"},
	"track": {"talk tracks", "话术"}, "step": {"steps", "步骤"}, "line": {"lines", "话"}, "reply": {"replies", "回应"}, "branch": {"ways on", "去向"}, "check": {"wording checks", "用语检查"},
	"word": {"words", "词"}, "part": {"parts of checks", "检查的部分"}, "calendar": {"calendars", "日历"}, "holiday": {"holidays", "假日"}, "workday": {"working days", "上班日"},
	"index": {"rows of the index", "依据"}, "test": {"tests", "测试"},
}

// singulars are the kinds that one of is called otherwise than it is named.
var singulars = map[string]string{"pack": "field of the pack", "value": "value of a list", "row": "table row", "track": "talk track", "branch": "way on", "check": "wording check",
	"part": "part of a check", "workday": "working day", "index": "row of the index"}

// wordWords are the words of a check, by what they are for.
var wordWords = map[string]say{"words": {"word", "词"}, "phrases": {"phrase", "说法"}, "except": {"exception", "例外"}, "with": {"with", "配套的词"}, "after": {"after", "客户的话"},
	"marks": {"mark", "标记"}, "amounts": {"amount", "金额"}}

// fieldWords are fields as people call them.
var fieldWords = map[string]say{"when": {"condition", "条件"}, "unless": {"condition of the exception", "例外的条件"}, "hit": {"hit policy", "命中方式"}, "row": {"row", "依据"},
	"to": {"leads to", "去向"}, "say": {"says", "说的话"}, "ask": {"asks", "要问的字段"}, "version": {"version", "版本号"}, "title": {"title", "标题"},
	"note": {"note", "说明"}, "label": {"label", "名称"}, "gloss": {"gloss", "英文注解"}, "text": {"text", "内容"}, "aim": {"aim", "目的"}, "intents": {"intents", "意图"}, "tags": {"tags", "标记"},
	"end": {"end", "结束"}, "priority": {"priority", "优先级"}, "level": {"level", "级别"}, "type": {"type", "类型"}, "message": {"message", "提示"}, "suggest": {"suggest", "建议"},
	"limit": {"limit", "上限"}, "columns": {"columns", "列"}, "valid_from": {"valid_from", "起始日期"}, "valid_until": {"valid_until", "截止日期"}}

// origins are who settles a setting's value.
var origins = map[string]say{"operator": {"operator", "由运营者决定"}, "source": {"source", "依据给定"}}

var (
	comma        = say{", ", "，"}
	counted      = say{"$n $kind", "$kind $n 项"}
	wayOn        = say{"$group, way $n", "$group 的第 $n 个去向"}
	wordOf       = say{"$kind $word", "$kind「$word」"}
	replyAnytime = say{"reply at any time $reply", "随时可选的回应「$reply」"}
	workingDay   = say{"working day $day", "上班日「$day」"}
	kindAndID    = say{"$kind $id", "$kind「$id」"}
	outputOf     = say{"output $output", "结果「$output」"}
	defaultOf    = say{"default of $output", "「$output」的默认值"}
	glossOf      = say{"$field, gloss", "$field的英文注解"}
	namedField   = say{"$field", "「$field」"}
	isAdded      = say{"$where added", "新增$where"}
	isAddedAs    = say{"$where added: $what", "新增$where：$what"}
	isRemoved    = say{"$where removed", "删掉$where"}
	isRemovedAs  = say{"$where removed: $what", "删掉$where：$what"}
	isRenamed    = say{"$where is now called $name", "$where改名为「$name」"}
	isReordered  = say{"$where in another order: $before → $after", "$where的次序变了：$before → $after"}
	isMoved      = say{"$where moved from $before to $after$rank", "$where从$before移到$after$rank"}
	firstDecides = say{" (the first that holds decides)", "（第一条成立的算数）"}
	isChanged    = say{"$where: $marked$by", "$where：$marked$by"}
	settledBy    = say{" ($who)", "（$who）"}
	theBeginning = say{"the beginning", "开头"}
	behindID     = say{"behind $id", "「$id」后面"}
)
