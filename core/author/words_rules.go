package author

var (
	noDecisionName = message{"missing", say{"this document says no decision", "这一段没有写明是哪个决策"},
		say{"begin it with decision: <name>", "请以 decision: <名字> 开头"}}
	noHit = message{"missing", say{"a decision must say its hit policy", "决策要写明命中方式"},
		say{"hit: first | unique | any | collect", "请写 hit: first | unique | any | collect"}}
	unknownHit  = message{"unknown_value", say{`"$hit" is no hit policy`, "「$hit」不是命中方式"}, say{}}
	badComplete = message{"wrong_type", say{`"$word" is neither true nor false`, "「$word」既不是 true 也不是 false"},
		say{"complete: true where some rule must apply to every case, false where none may", "complete: true 表示每个案例都要有规则适用，false 表示可以没有"}}
	wantsOneValue  = message{"wrong_type", say{"$output must be one value", "「$output」只能是一个值"}, say{}}
	constantColumn = message{"wrong_type", say{"an input column must be something that varies", "条件列要写会变化的内容"}, say{}}
	noRuleID       = message{"missing", say{"a rule must have an id", "规则要有编号"},
		say{"id: <name>, unique in the pack", "请写 id: <编号>，在整个口径包里不能重复"}}
	guardrailID = message{"bad_id", say{"what begins with guardrail is the engine's own word in a trace", "以 guardrail 开头的编号是引擎在追溯记录里自己用的"},
		say{"give the rule another id", "请给这条规则换个编号"}}
	ruleTwice = message{"duplicate_rule", say{"rule $rule stands already in $file:$line", "规则「$rule」在 $file 第 $line 行已经有了"},
		say{"every rule has an id of its own, so that a trace can name it", "每条规则要有自己的编号，这样才看得出是哪一条起了作用"}}
	unknownOutput = message{"unknown_output", say{"$decision has no output $output", "「$decision」没有结果「$output」"}, say{}}
	outputTwice   = message{"duplicate_key", say{"$output is given twice", "「$output」给了两次"}, say{}}
	missingOutput = message{"missing_output", say{"$decision must give $output", "「$decision」必须给出「$output」"},
		say{"add $output to then", "请在 then 里加上「$output」"}}
	listOutput        = message{"wrong_type", say{"an output cannot be a list", "结果不能是列表"}, say{}}
	absentOutput      = message{"wrong_type", say{"$output must be $type, not absent", "「$output」必须是$type，不能没有"}, say{}}
	wrongOutput       = message{"wrong_type", say{"$output must be $type, this is $got", "「$output」必须是$type，这里是$got"}, say{}}
	outputMayBeAbsent = message{"may_be_absent", say{"$value may be absent here, $output must not", "「$value」在这里可能没有值，而「$output」必须有"},
		say{"say what then: (… ?? fallback)", "请写明没有时取什么：(… ?? 备用值)"}}
	multiplierRange = message{"guardrail", say{"the engine holds a multiplier to 0..2, this is $factor", "引擎只允许 0 到 2 倍，这里是 $factor 倍"},
		say{"the company's promise is twice the difference in total, and never more", "公司承诺合计退还差额的两倍，不会更多"}}
	noName    = message{"unknown_name", say{"there is no $name", "没有「$name」这个名字"}, say{}}
	notAdded  = message{"wrong_type", say{"$output of $decision is $type: only whole numbers are added or compared", "「$decision」的「$output」是$type：只有整数才能相加或比较"}, say{}}
	oneNumber = message{"wrong_type", say{"$hit gives one number, $decision has $many outputs", "命中方式「$hit」只给出一个数，而「$decision」有 $many 个结果"},
		say{"make a decision for each", "请分成几个决策"}}
	afterAlways = message{"unreachable_rule", say{"rule $rule is never reached: $before before it always applies", "规则「$rule」永远轮不到：前面的「$before」总是适用"},
		say{"move the rule without a condition to the end", "请把没有条件的规则移到最后"}}
	cycle = message{"cycle", say{"these decisions wait for each other: $ring", "这几个决策互相等待：$ring"},
		say{"let one of them read the case instead", "请让其中一个直接读案例"}}
	caseName = message{"name_taken", say{"$name is a name of the case already", "「$name」是案例里已有的名字"},
		say{"give the decision another name", "请给这个决策换个名字"}}
	gaveUp = message{"search_given_up", say{"the rules of $decision are too tangled to be searched to the end: what is reported is true, but there may be more", "「$decision」的规则太复杂，没能查完：查出来的都属实，但可能还有没查出来的"},
		say{"split the decision, or test fewer things in one rule", "请拆分这个决策，或者让一条规则少判断几样"}}
	neverApplies = message{"unreachable_rule", say{"rule $rule never applies: no case fulfils all of its conditions", "规则「$rule」永远不适用：没有案例能满足它的全部条件"},
		say{"look for two conditions that exclude each other, or for a value that cannot occur", "请看看是不是有两个条件互相矛盾，或者写了不会出现的值"}}
	blindThrough = message{"guardrail", say{"the factor of a line does not see $name: it depends on $sees", "算每一笔的倍数时看不到「$name」：它取决于「$sees」"},
		say{"an amount never depends on claim, acceptance, emotion, delay or other lines: the engine hides this result here and says so in the trace", "退多少不看客户要多少、接不接受、情绪如何、拖了多久，也不看其他各笔：引擎在这里看不到这个结果，并写进追溯记录"}}
	separator = message{"separator", say{"$number is a test of its own here: a comma parts tests", "「$number」在这里是单独的一个条件：逗号用来隔开条件"},
		say{"write amounts in fen without separators, as in > 5000; between two tests put a space behind the comma", "金额按分写，不加千位分隔符，例如 > 5000；两个条件之间，逗号后面请加空格"}}
	noTest            = message{"empty_cell", say{"a test is missing beside the comma", "逗号旁边少了一个条件"}, say{}}
	columnAlwaysGiven = message{"never_absent", say{"this column is never absent", "这一列总是有值"},
		say{"write - for any value", "什么值都可以时请写 -"}}
	emptyCell = message{"empty_cell", say{"a value is missing here", "这里少了一个值"},
		say{"null alone asks whether there is none, - is any value", "只写 null 表示没有值，写 - 表示什么值都可以"}}
	notOrdered  = message{"wrong_type", say{"$type cannot be put in order", "$type不能比大小"}, say{}}
	badInterval = message{"syntax", say{"this is no interval", "这不是区间"},
		say{"write [1..5], or (1..5] without the 1", "请写成 `[1..5]`；不含 1 就写 `(1..5]`"}}
	notWhole = message{"wrong_type", say{`"$value" is no whole number`, "「$value」不是整数"},
		say{"amounts are in fen, times like 5m or 48h", "金额按分写，时长写成 5m、48h 这样"}}
	notTruth = message{"wrong_type", say{`"$value" is neither true nor false`, "「$value」既不是 true 也不是 false"}, say{}}
	notTime  = message{"wrong_type", say{`"$value" is no time`, "「$value」不是时间"},
		say{"write 2026-11-22T10:00:00+08:00", "请写成 2026-11-22T10:00:00+08:00 这样"}}
	noSetting   = message{"unknown_name", say{"there is no setting $setting", "没有设置「$setting」"}, say{}}
	listSetting = message{"wrong_type", say{"settings.$setting is a list, a cell holds one value", "「settings.$setting」是列表，而单元格里只能放一个值"},
		say{"write its values with commas between them", "请把它的值写出来，用逗号隔开"}}
	settingType    = message{"wrong_type", say{"settings.$setting is $type, this column is $column", "「settings.$setting」是$type，这一列是$column"}, say{}}
	testLacks      = message{"missing", say{"a test needs a name and a case", "测试要有名字和案例"}, say{}}
	expectsNothing = message{"missing", say{`test "$test" expects nothing`, "测试「$test」没有写预期"},
		say{"add expect or fires: a test that cannot fail is none", "请加上 expect 或 fires：永远不会失败的测试等于没有"}}
	notInCase     = message{"wrong_type", say{"this cannot stand in a case", "案例里不能有这个"}, say{}}
	notInDecision = message{"wrong_type", say{"this cannot stand in a decision", "决定里不会有这个"}, say{}}
	unusedSetting = message{"unused", say{"no rule, talk track or check reads settings.$setting", "没有规则、话术或检查用到「settings.$setting」"}, say{}}
	unusedFact    = message{"unused", say{"no rule, talk track or check reads facts.$fact", "没有规则、话术或检查用到「facts.$fact」"},
		say{"use it, or take it away", "请用上它，或者删掉"}}
	unusedList = message{"unused", say{"nothing takes its values from list $list", "没有什么从名单「$list」里取值"},
		say{"did you mean $near, which the engine reads?", "是不是想写「$near」？引擎读的是它"}}
	testTwice = message{"duplicate_test", say{`test "$test" stands already in line $line`, "测试「$test」在第 $line 行已经有了"},
		say{"give every test of a file a name or a row of its own, so that a report tells them apart", "同一个文件里的测试，名字或依据请各不相同，报告里才分得清"}}
	noIntent = message{"unknown_intent", say{"no talk track has the intent $intent, and no rule asks for it", "没有话术的意图是「$intent」，也没有规则问到它"}, say{}}
	noRule   = message{"unknown_rule", say{"there is no rule $rule", "没有规则「$rule」"}, say{}}
	noBases  = message{"no_basis", say{"none of the $many rules of $decision names a row of the index", "「$decision」的 $many 条规则都没有写依据"}, say{}}
	noBasis  = message{"no_basis", say{"rule $rule names no row of the index", "规则「$rule」没有写依据"}, say{}}
	notRule  = message{"unknown_rule", say{"there is no rule $rule", "没有规则「$rule」"},
		say{"give the id of a rule or of a table's row", "请写规则的编号，或者决策表里一行的编号"}}
	coveredAlone = message{"unreachable_rule", say{"rule $rule is never reached: $before before it takes every case of it", "规则「$rule」永远轮不到：它的案例都被前面的「$before」先用掉了"},
		say{"move it before them, or narrow them", "请把它移到前面，或者把前面的规则收窄"}}
	coveredTogether = message{"unreachable_rule", say{"rule $rule is never reached: $before before it take every case of it together", "规则「$rule」永远轮不到：它的案例都被前面的$before先用掉了"},
		say{"move it before them, or narrow them", "请把它移到前面，或者把前面的规则收窄"}}
	overlapping = message{"overlap", say{"rules $one and $other both apply to one case, and under unique only one may; $one stands in line $line", "规则「$one」和「$other」会用在同一个案例上，而命中方式 unique 只许有一条；「$one」在第 $line 行"},
		say{"narrow one of them, or make the hit policy first", "请把其中一条收窄，或者把命中方式改成 first"}}
	contradicting = message{"overlap", say{"rules $one and $other both apply to one case and give different answers; $one stands in line $line", "规则「$one」和「$other」会用在同一个案例上，结果却不一样；「$one」在第 $line 行"},
		say{"narrow one of them, or make the hit policy first", "请把其中一条收窄，或者把命中方式改成 first"}}
	gap = message{"gap", say{"no rule of $decision applies where $where$without", "「$decision」没有规则适用于这种情况：$where$without"}, say{}}
)

// withoutRule says what the core does where a decision that it needs says nothing.
var withoutRule = map[string]say{
	"refund.multiplier":  {": the engine then returns the difference once, to be reviewed", "；引擎这时按差额一倍退还，并转人工复核"},
	"refund.means":       {": the engine then takes credit, and cash for a closed account", "；引擎这时退到话费账户，已销户的退现金"},
	"refund.approval":    {": the engine then lets everybody pay any amount", "；引擎这时不论金额都不要审批"},
	"complaint.severity": {": the engine then takes it for ordinary", "；引擎这时当作一般投诉"},
}

// What a gap is like, and how to close it.
var (
	closeGap    = say{"add a rule for it, or say with default what holds then", "请补一条规则，或者用 default 写明这时怎样"}
	closeGapOr  = say{"add a rule for it, say with default what holds then, or write complete: false if nothing is meant to", "请补一条规则，或者用 default 写明这时怎样；本来就不需要结果的，写 complete: false"}
	nothingSaid = say{"nothing is said", "什么都没有写明"}
	isOneOf     = say{"$key is $values", "「$key」为 $values"}
	isAbsent    = say{"absent", "空"}
	isAnother   = say{"another", "其他值"}
	isGiven     = say{"given", "任意值"}
	isUpTo      = say{"up to $most", "$most 及以下"}
	isFrom      = say{"from $least", "$least 及以上"}
	isFromTo    = say{"$least to $most", "$least 到 $most"}
)

// How a decision differs from what a test expects.
var (
	noDecision = say{"this is no decision: $text", "这不是一份决定：$text"}
	noneFired  = say{"rule $rule did not fire, and no other did", "规则「$rule」没有用上，也没有用上别的规则"}
	otherFired = say{"rule $rule did not fire, only $fired", "规则「$rule」没有用上，用上的是：$fired"}
	wantObject = say{"$at: want an object, got $got", "$at：应为一组「名字: 值」，实为 $got"}
	differs    = say{"$at: want $want, got $got", "$at：应为 $want，实为 $got"}
	isNull     = say{"null", "空（null）"}
)
