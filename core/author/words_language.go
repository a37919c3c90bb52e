package author

var (
	notCallable     = message{"not_in_dialect", say{"this cannot be called", "这里不能像函数那样调用"}, say{}}
	noFunction      = message{"unknown_function", say{"there is no function $function", "没有函数「$function」"}, say{}}
	wrongCount      = message{"wrong_arguments", say{"$function takes $takes, not $got", "「$function」要 $takes，这里有 $got 个"}, say{}}
	tooFew          = message{"wrong_arguments", say{"$function takes two arguments or more", "「$function」至少要两个参数"}, say{}}
	unknownRounding = message{"unknown_value", say{"how to round must be said in so many words", "怎样取整要直接写明"},
		say{`"down", "up", "half_up" or "half_even"`, `可以写 "down"、"up"、"half_up" 或 "half_even"`}}
	shareOfNothing = message{"no_division", say{"a share of nothing: the third argument is zero", "分成零份没有意义：第三个参数是零"}, say{}}
	unusedFunction = message{"not_in_dialect", say{"the function $function is not used in packs", "口径包里不用函数「$function」"}, say{}}
	wantsList      = message{"wrong_arguments", say{"$function takes a list and a condition", "「$function」要一个列表和一个条件"},
		say{"for example $function(lines, .pay_fen > 0)", "例如 $function(lines, .pay_fen > 0)"}}
	wantsCondition = message{"wrong_arguments", say{"this must be a condition on the list's elements", "这里要写列表中每一项的条件"}, say{}}
	loopsTooDeep   = message{"too_deep", say{"$function stands inside $most others already", "「$function」外面已经套了 $most 层"}, say{}}
	timeCompared   = message{"wrong_type", say{"$one and $other cannot be compared", "$one和$other不能比较"},
		say{"age(t) is the seconds since a time", "age(t) 是从某个时间到现在的秒数"}}
	listCompared = message{"wrong_type", say{"a list cannot be compared", "列表不能拿来比较"},
		say{"use in", "请用 in"}}
	alwaysGiven    = message{"never_absent", say{"$value is never absent", "「$value」总是有值"}, say{}}
	notComparable  = message{"wrong_type", say{"$one and $other cannot be compared", "$one和$other不能比较"}, say{}}
	notAmong       = message{"unknown_value", say{`"$value" is not in $of`, "「$value」不在$of里"}, say{}}
	wantsConstants = message{"wrong_type", say{"behind `in` there must be a list of constants or a range", "`in` 后面要写常量列表或者范围"},
		say{`write in ["a", "b"], in 1..5 or in settings.<a list>`, `请写成 in ["a", "b"]、in 1..5 或 in settings.<列表>`}}
	neverIn           = message{"wrong_type", say{"$one cannot be in a list of $other", "$one不可能在全是$other的列表里"}, say{}}
	noExpression      = message{"empty_expression", say{"an expression is missing here", "这里少了表达式"}, say{}}
	expressionTooLong = message{"expression_too_long", say{"this expression has $size bytes, $most are allowed", "这个表达式有 $size 字节，最多允许 $most 字节"},
		say{"split it: give a part its own decision and use its result", "请拆开：把一部分写成单独的决策，再用它的结果"}}
	tooManyBrackets = message{"too_deep", say{"more than $most brackets inside each other", "括号套了不止 $most 层"},
		say{"give a part its own decision", "请把一部分写成单独的决策"}}
	expressionTooLarge = message{"expression_too_large", say{"this expression has $parts parts, $most are allowed", "这个表达式有 $parts 个部分，最多允许 $most 个"},
		say{"split it: give a part its own decision and use its result", "请拆开：把一部分写成单独的决策，再用它的结果"}}
	expressionTooDeep = message{"too_deep", say{"this expression is nested $depth deep, $most is allowed", "这个表达式套了 $depth 层，最多允许 $most 层"},
		say{"give a part its own decision", "请把一部分写成单独的决策"}}
	unreadable  = message{"syntax", say{"$why", "这个表达式读不懂：$why"}, say{}}
	noFractions = message{"no_floats", say{"there are no fractions here: money is counted in fen, time in seconds", "这里没有小数：金额按分算，时间按秒算"},
		say{`to take a part of an amount, use money.share(fen, num, den, "down")`, `要取金额的一部分，请用 money.share(fen, num, den, "down")`}}
	notInDialect = message{"not_in_dialect", say{"this form of expr is not used in packs", "口径包里不用这种写法"},
		say{"see the part of the language in core/packs/README.md", "能用哪些写法，见 core/packs/README.md"}}
	listAlone    = message{"wrong_type", say{"a list can only stand behind `in`", "列表只能写在 `in` 后面"}, say{}}
	twoTypes     = message{"wrong_type", say{"both sides must be of one type, they are $one and $other", "两边的类型要一样，这里是$one和$other"}, say{}}
	cannotBeList = message{"wrong_type", say{"$what cannot be a list", "$what不能是列表"},
		say{"a list can only stand behind `in`", "列表只能写在 `in` 后面"}}
	mayBeAbsent = message{"may_be_absent", say{"$value may be absent here", "「$value」在这里可能没有值"},
		say{"say what then: ($value ?? …)", "请写明没有时取什么：($value ?? …)"}}
	wrongType      = message{"wrong_type", say{"$what must be $wanted, this is $got", "$what必须是$wanted，这里是$got"}, say{}}
	unusedOperator = message{"not_in_dialect", say{"the operator $operator is not used in packs", "口径包里不用运算符「$operator」"}, say{}}
	noDivision     = message{"no_division", say{"there is no division: it would leave fractions of a fen", "这里没有除法：除不尽会留下不足一分的零头"},
		say{`use money.share(fen, num, den, "down")`, `请用 money.share(fen, num, den, "down")`}}
	noPowers   = message{"not_in_dialect", say{"there are no powers here", "这里没有乘方"}, say{}}
	noPatterns = message{"not_in_dialect", say{"patterns are not used in rules", "规则里不用正则表达式"},
		say{"use contains, startsWith or endsWith", "请用 contains、startsWith 或 endsWith"}}
	noMeaning = message{"wrong_type", say{"$one $operator $other has no meaning", "$one $operator $other没有意义"},
		say{"time - time is seconds, time + seconds is a time", "时间 - 时间 是秒数，时间 + 秒数 是时间"}}
	textInLoop  = message{"text_in_loop", say{"texts are not built inside any, all, count or sum", "在 any、all、count、sum 里面不能拼接文字"}, say{}}
	neverTaken  = message{"never_absent", say{"$value is never absent: what stands behind ?? is never taken", "「$value」总是有值：`??` 后面的永远用不到"}, say{}}
	emptyList   = message{"empty_list", say{"nothing is in an empty list", "空列表里什么也没有"}, say{}}
	notConstant = message{"not_constant", say{"a list holds only constants", "列表里只能写常量"},
		say{"compare with == and or", "请用 == 和 or 比较"}}
	mixedList = message{"wrong_type", say{"a list holds values of one type, this is $one among $other", "列表里的值要是同一种类型，这里的$one混在$other里"}, say{}}
	notRange  = message{"not_constant", say{"a range has two constant integers as its ends", "范围的两端要是整数常量"}, say{}}
	noPicking = message{"not_in_dialect", say{"elements are not picked by number or with ?.", "不能按序号取一项，也不能用 `?.` 取"},
		say{"use any, all, count or sum on the list", "请对列表用 any、all、count 或 sum"}}
	lineOnly = message{"not_known_here", say{"$name is known only in a decision that is asked for each line", "「$name」只有逐笔算的决策才看得到"},
		say{"use any, all, count or sum on lines", "请对 lines 用 any、all、count 或 sum"}}
	notYet = message{"not_known_yet", say{"$name is not known yet when $when", "「$name」在$when时还不知道"}, say{}}
	blind  = message{"guardrail", say{"the factor of a line does not see $name", "算每一笔的倍数时看不到「$name」"},
		say{"an amount never depends on claim, acceptance, emotion or delay: the engine hides them here and says so in the trace", "退多少不看客户要多少、接不接受、情绪如何、拖了多久：引擎在这里看不到这些，并写进追溯记录"}}
	readsLater = message{"not_known_yet", say{"$name is not known yet when $when", "「$name」在$when时还不知道"},
		say{"decision $decision reads something that comes later", "决策「$decision」用到了后面才知道的内容"}}
	isList = message{"wrong_type", say{"$name is a list", "「$name」是列表"},
		say{"use any($name, …), count($name, …), sum($name, …) or len($name)", "请用 any($name, …)、count($name, …)、sum($name, …) 或 len($name)"}}
	strayPointer = message{"not_in_dialect", say{"# stands only for the element inside any, all, count or sum", "# 只能在 any、all、count、sum 里面代表列表中的一项"}, say{}}
	severalParts = message{"unknown_name", say{"an element of $list has several parts", "「$list」的一项有好几个部分"},
		say{"write .$columns", "请写 .$columns"}}
	noColumn      = message{"unknown_name", say{"an element of $list has no $column", "「$list」的一项里没有「$column」"}, say{}}
	wantsListName = message{"wrong_type", say{"a list is expected here", "这里要写一个列表"}, say{}}
	noCaseList    = message{"unknown_name", say{"there is no list $list", "没有列表「$list」"}, say{}}
	noListsHere   = message{"not_known_here", say{"a decision that is asked for each line does not see the lists", "逐笔算的决策看不到整个列表"},
		say{"it sees its own line as line.*", "它只看得到自己这一笔，写作 line.*"}}
	wantsCollect = message{"wrong_hit", say{"$decision gathers what every rule says: its hit policy is collect", "「$decision」要汇总每条规则给出的内容，命中方式应当是 collect"},
		say{"hit: collect", "请写 hit: collect"}}
	wantsOneAnswer = message{"wrong_hit", say{"$decision wants one answer: its hit policy is first, unique or any", "「$decision」只要一个答案，命中方式应当是 first、unique 或 any"},
		say{"hit: first", "请写 hit: first"}}
	openPlaceholder = message{"syntax", say{"a placeholder is not closed", "占位符没有写完"},
		say{"write {{name}}", "请写成 {{名字}} 这样"}}
	placeholderValue = message{"wrong_type", say{"a placeholder must be a value", "占位符里要写一个值"}, say{}}
	wrongForm        = message{"wrong_type", say{"this form wants $wanted, this is $got", "这种说法要的是$wanted，这里是$got"},
		say{"money(fen), due(time), date(time), span(seconds), label(a value of a list)", "可以写 money(分)、due(时间)、date(时间)、span(秒数)、label(名单里的值)"}}
	cannotSpeak = message{"wrong_type", say{"a $type cannot be spoken as it is", "$type不能照原样说出来"},
		say{"write due(…) or date(…) for a time; say a yes or no in words of your own", "时间请写 due(…) 或 date(…)；是或否请用自己的话说"}}
	noLabel   = message{"wrong_type", say{"only a value of one of the pack's lists has a label", "只有名单里的值才有名称"}, say{}}
	endsEarly = message{"syntax", say{"this ends too early", "这里还没有写完"},
		say{"something is missing at the end: a bracket, a quote or an operand", "末尾少了东西：括号、引号或者一个值"}}
	singleEquals = message{"syntax", say{"a single = says nothing", "单个 = 没有意思"}, say{"to compare, write ==", "要比较是否相等，请写 =="}}
	strayToken   = message{"syntax", say{"$token does not belong here", "这里不该有「$token」"},
		say{"an operator is missing before it, or a bracket too many", "可能前面少了运算符，或者多了括号"}}
	chineseMark    = message{"syntax", say{"$mark is a character of Chinese text", "「$mark」是中文标点"}, say{"in an expression write $ascii", "表达式里请写半角的「$ascii」"}}
	strayCharacter = message{"syntax", say{"the character $mark is not used in expressions", "表达式里不用「$mark」这个字符"}, say{"a text stands in quotes", "文字要加引号"}}
	mixedFallback  = message{"syntax", say{"?? stands beside another operator", "`??` 和别的运算符写在了一起"}, say{"put brackets around it: (x ?? fallback)", "请加括号：(x ?? 备用值)"}}
	openQuote      = message{"syntax", say{"a quote is not closed", "引号没有配对"}, say{}}
)
