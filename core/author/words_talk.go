package author

var (
	noEnd = message{"dead_end", say{"from step $step no way leads to an end of this track", "从步骤「$step」起，怎么走都到不了这条话术的结束"},
		say{"end: <how it ends> at one of the steps behind it; a track that is called comes back", "请在后面的某一步写 end: <怎样结束>；转去别的话术，说完还会回来"}}
	neverHolds = message{"unreachable_rule", say{"this never holds: no case fulfils all of it", "这个条件永远不成立：没有案例能全部满足"},
		say{"look for two conditions that exclude each other, or for a value that cannot occur", "请看看是不是有两个条件互相矛盾，或者写了不会出现的值"}}
	noSteps      = message{"missing", say{"a talk track needs steps", "话术要有步骤"}, say{}}
	noStep       = message{"unknown_step", say{"there is no step $step", "没有步骤「$step」"}, say{}}
	noTitle      = message{"missing", say{"a talk track needs a title", "话术要有标题"}, say{}}
	noField      = message{"unknown_name", say{"there is no field $field", "没有字段「$field」"}, say{}}
	noFieldLabel = message{"missing_label", say{"$field has no label to show", "「$field」没有可以显示的名称"},
		say{"add it to labels in pack.yaml", "请在 pack.yaml 的 labels 里加上"}}
	endGoesOn = message{"end_goes_on", say{"step $step ends the track and goes on at once", "步骤「$step」既写了结束，又写了接下来去哪里"},
		say{"take away end, or next and replies", "请去掉 end，或者去掉 next 和 replies"}}
	lineTwice         = message{"duplicate_key", say{"line $line stands twice in this step", "「$line」这句话在这一步里有两次"}, say{}}
	lineWithoutText   = message{"missing", say{"a line needs a text", "一句话要有 text"}, say{}}
	replyWithoutLabel = message{"missing", say{"reply $reply has no label", "回应「$reply」没有名称"},
		say{"label: what the agent sees on the key", "请写 label：坐席在按键上看到的字"}}
	noCounter = message{"unknown_value", say{"there is no counter $counter", "没有计数「$counter」"},
		say{"silence or offtopic", "可以写 silence 或 offtopic"}}
	nextTaken  = message{"name_taken", say{"next is the reply that every step offers by itself", "next 是每一步本来就有的回应"}, say{}}
	waysBehind = message{"unreachable_rule", say{"the ways behind this one are never taken: the one before has no condition", "这后面的去向永远走不到：前面那个没有条件"}, say{}}
	noTarget   = message{"missing", say{"it is not said where this goes", "没有写明去哪里"},
		say{"to: <a step or another track>", "请写 to: <步骤或另一条话术>"}}
	noStepThere     = message{"unknown_step", say{"talk track $track has no step $step", "话术「$track」没有步骤「$step」"}, say{}}
	noStepOrTrack   = message{"unknown_step", say{"there is no step or talk track $name", "没有叫「$name」的步骤或话术"}, say{}}
	unreachableStep = message{"unreachable_step", say{"no way leads to step $step", "没有一条路通到步骤「$step」"},
		say{"name it in a to, or take it away", "请在某个 to 里写上它，或者删掉"}}
	noWayOn = message{"dead_end", say{"step $step has no way on", "步骤「$step」没有写接下来去哪里"},
		say{"give it replies or next, or end: <how it ends>", "请写 replies 或 next，或者 end: <怎样结束>"}}
	noWayElse = message{"dead_end", say{"step $step has no way on when none of its conditions holds", "步骤「$step」的条件都不成立时，没有去处"},
		say{"end next with a way that has no when", "请在 next 的最后加一个没有 when 的去向"}}
	circle = message{"dead_end", say{"step $step only leads in a circle", "步骤「$step」只会原地打转"},
		say{"say or ask something on the way, or give a way on a condition", "请在中间说点什么或问点什么，或者给去向加上条件"}}
	tooManyWords = message{"too_many", say{"the checks have more than $most words", "各项检查的词加起来超过了 $most 个"}, say{}}
	unknownCheck = message{"unknown_value", say{`"$kind" is no kind of check`, "「$kind」不是检查的种类"}, say{}}
	checkLacks   = message{"missing", say{"a check must have a $key", "检查要写「$key」"}, say{}}
	checkTwice   = message{"duplicate_key", say{"a check $code stands already in $file:$line", "检查「$code」在 $file 第 $line 行已经有了"},
		say{"every check has a code of its own", "每项检查要有自己的 code"}}
	badCode = message{"bad_id", say{`"$code" is no code`, "「$code」不能作检查的代码"},
		say{"use small letters, digits and _", "请用小写字母、数字和下划线"}}
	unknownLevel = message{"unknown_value", say{`"$level" is no level`, "「$level」不是级别"}, say{}}
	unknownPlace = message{"unknown_value", say{`"$place" is no place to look at`, "「$place」不是可以检查的地方"}, say{}}
	badLimit     = message{"wrong_type", say{"a limit is a whole number that is not negative, or a setting that is one", "上限要是不小于零的整数，或者是这样的设置"},
		say{"limit: settings.wording.overuse_limit", "例如 limit: settings.wording.overuse_limit"}}
	wordWithoutText = message{"missing", say{"a word needs a text", "要查的词要有 text"}, say{}}
	badWord         = message{"bad_word", say{`"$word" is no word to look for`, "「$word」不能作要查的词"},
		say{"take away the space around it", "请去掉前后的空格"}}
	wordTooLong = message{"too_long", say{"this word has $length characters, $most are allowed", "这个词有 $length 个字，最多允许 $most 个"},
		say{"look for a few words of it", "请只查其中的几个字"}}
	wordTwice        = message{"duplicate_key", say{"$word stands twice", "「$word」有两次"}, say{}}
	amountWhole      = message{"wrong_type", say{"an amount is a whole number of fen", "金额要是整数，单位是分"}, say{}}
	checkNeeds       = message{"missing", say{"a check of kind $kind needs $key", "「$kind」这种检查要写「$key」"}, say{}}
	unknownMode      = message{"unknown_value", say{`"$mode" is nothing that a check of kind $kind knows`, "「$kind」这种检查没有「$mode」"}, say{}}
	wordWithoutLimit = message{"missing", say{"$word has no limit", "「$word」没有写上限"},
		say{"limit: 3, for the word or for the whole check", "请写 limit: 3，可以写给这个词，也可以写给整项检查"}}
	uselessException = message{"useless_exception", say{"$exception contains none of the words that it should excuse", "「$exception」里没有它要放过的词"},
		say{"an exception is a longer word around one of them", "例外是包着那个词的更长的说法"}}
	lineSays = message{"", say{"this line says $text: $message ($row)", "这句话里有「$text」：$message（$row）"}, say{}}
)
