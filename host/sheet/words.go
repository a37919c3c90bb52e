package sheet

import "koujing/core/author/phrase"

// What is wrong in the cells of a sheet, English and beside it Chinese. $names are what varies.

type say = phrase.Text

// message is a kind of finding.
type message struct {
	code       string
	says, hint say
}

// told is a message about a cell.
type told struct {
	code      string
	says, how phrase.Text
}

func (m *message) of(values ...any) *told {
	return &told{m.code, m.says.Of(values...), m.hint}
}

var (
	olderWorkbook = message{"older_workbook", say{"the pack's table isn't the one this sheet was exported from: it has changed since", "口径包里的这张表，已经不是导出这张工作表时的样子：之后有人改过"},
		say{"what isn't your edit is somebody else's taken back: look through what would change, or export anew and edit that", "不是你改的地方，会把别人的修改退回去：请先看清楚会改什么，或者重新导出再改"}}
	badTableName  = message{"bad_id", say{`"$table" is no name for a table`, "「$table」不能作决策表的名字"}, say{"use small letters, digits and _, with dots between the parts", "请用小写字母、数字和下划线，各部分之间用点隔开"}}
	tableTwice    = message{"duplicate_decision", say{"table $table stands in sheet $sheet too", "决策表「$table」在工作表「$sheet」里也有"}, say{"take one of the sheets away, or give its table another name in the first row", "请删掉其中一张工作表，或者在第一行给它的表换个名字"}}
	joinedCells   = message{"merged", say{"the cells $cells are joined", "单元格 $cells 合并在一起"}, say{"split them: every cell of a table stands for itself", "请取消合并：决策表的每个单元格各自算数"}}
	noHeader      = message{"wrong_columns", say{`"$text" stands under no header`, "「$text」上面没有表头"}, say{"take it away, or give its column a header", "请删掉它，或者给这一列写上表头"}}
	formula       = message{"formula", say{`"$text" is a formula of the spreadsheet`, "「$text」是电子表格的公式"}, say{"format the cell as text and type what is meant: a value, or = and an expression of the pack", "请把单元格设为文本格式，再输入要的内容：一个值，或者 = 加口径包的表达式"}}
	brokenCell    = message{"broken_cell", say{"$text is the spreadsheet's way to say that it has lost what was here", "$text 表示电子表格已经丢了这里的内容"}, retype}
	madeTime      = message{"wrong_type", say{"the spreadsheet has made $text of this: $flaw", "电子表格把这里变成了 $text：$flaw"}, say{"format the cell as text and type it again: a span of time is 30m or 48h", "请把单元格设为文本格式后重新输入；时长写成 30m 或 48h"}}
	madeDate      = message{"wrong_type", say{"the spreadsheet has made a date of this, $text", "电子表格把这里变成了日期 $text"}, retype}
	madeTruth     = message{"wrong_type", say{"the spreadsheet has made a truth value of this text, $text", "电子表格把这段文字变成了真假值 $text"}, retype}
	madeNumber    = message{"wrong_type", say{"the spreadsheet has made a number of this text, $text: zeros before it may be lost", "电子表格把这段文字变成了数字 $text：前面的零可能丢了"}, retype}
	percentage    = message{"not_integer", say{"$text is shown as a percentage", "$text 显示为百分比"}, say{"a table has whole numbers: format the cell as text and type it again", "决策表里只有整数：请把单元格设为文本格式后重新输入"}}
	money         = message{"not_integer", say{"$text is shown as an amount of money ($unit), amounts in a table are in fen", "$text 显示为金额（$unit），而决策表里的金额以分为单位"}, say{"format the cell as text and type the fen: 5000 is 50 yuan", "请把单元格设为文本格式，按分输入：5000 是 50 元"}}
	noWholeNumber = message{"not_integer", say{"$text is no number that a table can hold: $flaw", "$text 不是决策表放得下的数：$flaw"}, say{"a table has whole numbers, amounts in fen: format the cell as text and type it again", "决策表里只有整数，金额以分为单位：请把单元格设为文本格式后重新输入"}}

	retype = say{"format the cell as text and type it again", "请把单元格设为文本格式后重新输入"}
)

// flaws are why the content of a cell is not known exactly.
var flaws = map[string]string{
	tooManyDigits:  "电子表格只保留 15 位数字，后面几位可能丢了",
	hasFraction:    "它有小数",
	timeOfDay:      "它是一天中的时刻，不是某个时间",
	fractionOfASec: "它有不足一秒的部分",
	noMomentInTime: "它不是时间",
}

// The flaws, in English as a Cell has them.
const (
	tooManyDigits  = "a spreadsheet keeps only 15 digits of a number, so the last ones may be lost"
	hasFraction    = "it has a fraction"
	timeOfDay      = "it is a time of day, not a moment"
	fractionOfASec = "it has a fraction of a second"
	noMomentInTime = "it is no moment"
)

func flawOf(c Cell) phrase.Text { return phrase.Text{c.Flaw, flaws[c.Flaw]} }
