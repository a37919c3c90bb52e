package author

var (
	tooManyNames = message{"too_large", say{"this pack has more facts and results than the $most an engine has room for", "这个口径包的事实和结果太多，引擎最多放得下 $most 个"},
		say{"let several decisions share one, as outputs of it, or take some away", "请把几个决策合成一个（作为它的几个结果），或者去掉一些"}}
	engineRefuses = message{"", say{"the engine does not take this pack: $path", "引擎不接受这个口径包：$path"}, say{}}
	packTooLarge  = message{"too_large", say{"the built pack has $size bytes, $most are allowed", "编译出来的口径包有 $size 字节，最多允许 $most 字节"}, say{}}
	noPackFile    = message{"missing_file", say{"there is no pack.yaml", "没有 pack.yaml"},
		say{"a pack is a folder with a pack.yaml in it", "口径包是一个文件夹，里面要有 pack.yaml"}}
	strayFile = message{"unknown_file", say{"$file is no file of a pack", "「$file」不是口径包里的文件"},
		say{"rules/*.yaml, tables/*.csv, scenarios/*.yaml, wording/*.yaml, calendar/*.yaml, rows/*.yaml, tests/*.yaml", "可以有：rules/*.yaml、tables/*.csv、scenarios/*.yaml、wording/*.yaml、calendar/*.yaml、rows/*.yaml、tests/*.yaml"}}
	fileTooBig = message{"too_big", say{"$file is too big: $each MiB a file, $all MiB a pack", "「$file」太大：单个文件最多 $each MiB，整个口径包最多 $all MiB"}, say{}}
	notUnicode = message{"bad_utf8", say{"$file is not UTF-8", "「$file」不是 UTF-8 编码"},
		say{"save it as UTF-8", "请另存为 UTF-8 编码"}}
	zeroByte      = message{"bad_utf8", say{"$file holds a zero byte", "「$file」里有空字节（0）"}, say{}}
	decisionTwice = message{"duplicate_decision", say{"decision $decision stands already in $file:$line", "决策「$decision」在 $file 第 $line 行已经有了"},
		say{"put its rules together", "请把规则合到一处"}}
	nearlyCore = message{"unknown_decision", say{"$decision looks like a decision of the core, but is none", "「$decision」很像引擎的一个决策，但引擎没有这个名字"},
		say{"did you mean $near? an own decision needs a name that is less like it", "是不是想写「$near」？自己的决策请起一个不容易混淆的名字"}}
	languageName = message{"name_taken", say{"$decision is a name of the language already", "「$decision」在表达式里已经是别的意思"},
		say{"give the decision another name", "请给这个决策换个名字"}}
	badDecisionName = message{"bad_id", say{`"$decision" is no name for a decision`, "「$decision」不能作决策的名字"},
		say{"use small letters, digits and _, with dots between the parts", "请用小写字母、数字和下划线，各部分之间用点隔开"}}
	notDay = message{"bad_time", say{`"$day" is no day`, "「$day」不是日期"},
		say{"write 2026-11-22", "请写成 2026-11-22 这样"}}
	twoKinds    = message{"duplicate_key", say{"$day is a $one and a $other", "$day 既是$one，又是$other"}, say{}}
	tooManyDays = message{"too_large", say{"there are more than $most days like this one", "这样的日子超过了 $most 天"}, say{}}
	noUnit      = message{"no_unit", say{"$setting is a number without a unit", "「$setting」是数字，但没有写单位"},
		say{"unit: fen, or what is counted", "请写 unit: fen，或者写明数的是什么"}}
	unknownTableKey = message{"unknown_key", say{"a table has no $word", "决策表没有「$word」这一项"},
		say{"did you mean $near? a comment that begins so needs other words", "是不是想写「$near」？如果只是注释，请换个开头"}}
	tableWithoutHit = message{"missing", say{"a table must say its hit policy in a line before the header", "决策表要在表头前面用一行写明命中方式"},
		say{"# hit: first", "例如 # hit: first"}}
	tableWithoutHeader = message{"missing", say{"this table has no header", "这张决策表没有表头"},
		say{"id,<input>,=> <output>,row", "例如 id,<条件>,=> <结果>,row"}}
	badDefault = message{"syntax", say{`"$pair" gives no output its value`, "「$pair」没有写哪个结果等于什么"},
		say{"# default: rung=0, reason=", "例如 # default: rung=0, reason="}}
	rowTooWide = message{"too_many", say{"this row has $cells cells, $most are allowed", "这一行有 $cells 个单元格，最多允许 $most 个"},
		say{"give a part of the columns a table of its own", "请把一部分列另做一张表"}}
	notCSV = message{"csv", say{"this is not CSV: $why", "这不是有效的 CSV：$why"},
		say{`a cell with a comma or a quote stands in quotes: "a, b"`, `单元格里有逗号或引号时，要用引号括起来："a, b"`}}
	wrongColumns = message{"wrong_columns", say{"this row has $cells cells, the header has $header", "这一行有 $cells 个单元格，表头有 $header 个"},
		say{"a comma inside a cell needs quotes around the cell", "单元格里有逗号时，要用引号括起来"}}
	packPast = message{"past", say{"this pack was valid until $until, and it is $at", "这个口径包的有效期到 $until，现在是 $at"},
		say{"check what has changed, and give it a new end", "请看看有哪些变化，再定新的截止日期"}}
	rowPast = message{"past", say{"row $row held until $until, and it is $at", "依据「$row」的有效期到 $until，现在是 $at"},
		say{"see what holds now, and name the row that says it", "请查清现在按什么执行，换成相应的依据"}}
	calendarPast = message{"past", say{"the calendar ends with $year, it is $at, and this pack counts working days", "日历只到 $year 年，现在是 $at，而这个口径包要数工作日"},
		say{"add calendar/$next.yaml", "请加上 calendar/$next.yaml"}}
	calendarShort = message{"past", say{"the calendar ends with $year, the pack is valid until $until and counts working days", "日历只到 $year 年，口径包的有效期到 $until，而且要数工作日"},
		say{"add the calendar of the years after it, or let the pack end with it", "请补上以后各年的日历，或者让口径包到那时为止"}}
	oneDocument = message{"missing", say{"pack.yaml holds one document", "pack.yaml 里只能有一份文档"}, say{}}
	packLacks   = message{"missing", say{"pack.yaml has no $key", "pack.yaml 没有写「$key」"}, say{}}
	badPackID   = message{"bad_id", say{`"$id" is no id`, "「$id」不能作口径包的编号"},
		say{"use small letters, digits, - and _", "请用小写字母、数字、- 和 _"}}
	badOffset = message{"bad_time", say{`"$offset" is no offset from UTC`, "「$offset」不是与 UTC 的时差"},
		say{`write "+08:00"`, `请写成 "+08:00" 这样`}}
	endsTooSoon = message{"bad_time", say{"this pack would end on $until, before it begins on $from", "口径包的截止日期是 $until，比起始日期 $from 还早"}, say{}}
	badEngines  = message{"bad_engine", say{`"$range" is no range of engines`, "「$range」不是引擎版本的范围"},
		say{`write ">=1 <2"`, `请写成 ">=1 <2" 这样`}}
	otherEngine = message{"bad_engine", say{"this pack wants engine $range, this is engine $engine", "这个口径包要用引擎 $range，现在是引擎 $engine"},
		say{"take a koujing that fits, or widen the range", "请换用合适的 koujing，或者放宽范围"}}
	missingFile  = message{"missing_file", say{"$file is not in the pack", "口径包里没有「$file」"}, say{}}
	unlistedFile = message{"unlisted_file", say{"$file is not listed under files", "「$file」没有列在 files 里"},
		say{"add - $file: a page that has no folder listing fetches what stands here", "请在 files 里加上 - $file；看不到文件夹的网页，只取这里列出的文件"}}
	listedTwice = message{"duplicate_key", say{"$value stands twice in list $list", "「$value」在名单「$list」里出现了两次"}, say{}}
	noRole      = message{"unknown_value", say{`"$role" is not in list role`, "「$role」不在名单「role」里"}, say{}}
	badFactName = message{"bad_id", say{`"$fact" is no name for a fact`, "「$fact」不能作事实的名字"},
		say{"use small letters, digits and _", "请用小写字母、数字和下划线"}}
	noSuchList  = message{"unknown_value", say{"there is no list $list", "没有名单「$list」"}, say{}}
	badFactType = message{"unknown_value", say{`"$type" is no type of a fact`, "「$type」不是事实的类型"}, say{}}
	badOrigin   = message{"unknown_value", say{`"$origin" is no origin`, "「$origin」不是来源"},
		say{"source (the catalogue gives it) or operator (somebody chose it)", "可以写 source（依据给定）或 operator（由运营者决定）"}}
	noValue   = message{"missing", say{"$setting has no value", "「$setting」没有值"}, say{}}
	unsettled = message{"unsettled", say{"$setting is not settled yet", "「$setting」还没有定"},
		say{"the operator has to choose a value before this pack can be used", "运营者要先选定一个值，这个口径包才能用"}}
	wrongSetting = message{"wrong_type", say{"$setting must be $wanted, this is $got", "「$setting」必须是$wanted，这里是$got"}, say{}}
	noFloat      = message{"no_floats", say{"$value is no whole number of 64 bits", "「$value」不是 64 位以内的整数"},
		say{"money is counted in fen, time in seconds; a text stands in quotes", "金额按分算，时间按秒算；文字要加引号"}}
	wantsText      = message{"wrong_type", say{"$what must be a text", "$what要写成文字"}, say{}}
	rowWithoutLine = message{"missing", say{"$row has no line", "依据「$row」没有 line"},
		say{"line: what the row says, in a line of your own", "请在 line 里用自己的话写一行，说明这条依据讲什么"}}
	badFlag      = message{"unknown_value", say{`"$flag" is no flag`, "「$flag」不是标记"}, say{}}
	rowTwice     = message{"duplicate_key", say{"row $row stands already in $file:$line", "依据「$row」在 $file 第 $line 行已经有了"}, say{}}
	unknownRow   = message{"unknown_row", say{"there is no row $row in the index", "索引里没有依据「$row」"}, say{}}
	endlessAlias = message{"yaml", say{"*$alias stands for itself, or for more than a file may hold", "*$alias 引用了自己，或者展开后比一个文件还大"},
		say{"write out what is meant where it is needed", "请在用到的地方直接写出来"}}
	fullWidthMark = message{"yaml", say{"this is not YAML: a full-width $mark joins nothing here", "这不是有效的 YAML：全角的「$mark」在这里不起作用"},
		say{"write $ascii with a space behind it", "请改成半角的「$ascii」，后面加一个空格"}}
	notYAML = message{"yaml", say{"this is not YAML: $why", "这不是有效的 YAML：$why"},
		say{"indent with spaces; inside { } quote what holds ? : or a comma, as in when: '(x ?? 0) > 5'", "请用空格缩进；`{ }` 里面的内容有 `?`、`:` 或逗号时要加引号，例如 when: '(x ?? 0) > 5'"}}
	wantsMapping = message{"wrong_type", say{"$what must be a mapping of names to values", "$what要写成「名字: 值」"},
		say{"write name: value", "请写成 name: value 这样"}}
	wantsName  = message{"wrong_type", say{"a name is expected here", "这里要写一个名字"}, say{}}
	keyTwice   = message{"duplicate_key", say{"$key stands twice, first in line $line", "「$key」写了两次，第一次在第 $line 行"}, say{}}
	unknownKey = message{"unknown_key", say{"$what has no $key", "$what没有「$key」这一项"}, say{}}
	wantsItems = message{"wrong_type", say{"$what must be a list", "$what要写成列表"},
		say{"write [a, b] or one - a line each", "请写成 [a, b]，或者一行一个 - 开头"}}
	wantsWhole   = message{"wrong_type", say{"$what must be a whole number", "$what要是整数"}, say{}}
	negativeSpan = message{"wrong_type", say{`"$span" is below zero, and a duration is not`, "「$span」小于零，时长不能小于零"},
		say{"write $right; the rule that uses it says whether it counts back", "请写 $right；往前还是往后算，由用到它的规则决定"}}
	brokenSpan = message{"wrong_type", say{`"$span" is no whole number: there are no parts of a duration`, "「$span」不是整数：时长不能有小数"}, say{}}
	longSpan   = message{"wrong_type", say{`"$span" is longer than a duration can be`, "「$span」太长，超出了时长的上限"},
		say{"at most $days or $workdays: a hundred years", "最多 $days 或 $workdays，也就是一百年"}}
	misspeltSpan = message{"wrong_type", say{`"$span" is meant as a duration, but is none`, "「$span」看起来是时长，但写法不对"},
		say{"write $right; s, m, h, d are seconds, minutes, hours, days, and wd working days", "请写 $right；s、m、h、d 是秒、分、时、天，wd 是工作日"}}
)

// writeSpan says what to write for a duration with a fraction.
var writeSpan = say{"write $right", "请写 $right"}

// spanIn says in which unit to write a duration that is no whole number of its own.
var spanIn = map[string]say{"s": {"write it in seconds (s)", "请换成秒（s）"}, "m": {"write it in minutes (m)", "请换成分（m）"}, "h": {"write it in hours (h)", "请换成小时（h）"}}
