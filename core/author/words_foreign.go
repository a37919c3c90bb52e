package author

import (
	"strings"

	"koujing/core/author/phrase"
)

// foreign are the sentences of the libraries that read YAML, CSV and expressions, with what they mean in Chinese. A longer
// one begins with what stands here.
var foreign = []say{
	{"did not find expected key", "这里应当是「名字: 值」，请检查缩进和冒号"},
	{"did not find expected '-' indicator", "列表的每一项都要以 - 开头，并且对齐"},
	{"did not find expected ',' or '}'", "{ } 没有写完，少了逗号或者 }"},
	{"did not find expected ',' or ']'", "[ ] 没有写完，少了逗号或者 ]"},
	{"did not find expected node content", "这里少了内容"},
	{"did not find expected <document start>", "前面的内容到这里已经结束，后面不能再写"},
	{"did not find expected alphabetic or numeric character", "& 或 * 后面要有名字"},
	{"did not find expected comment or line break", "这里后面只能是注释或者换行"},
	{"did not find expected hexdecimal number", "\\ 后面的十六进制数不完整"},
	{"mapping values are not allowed in this context", "这里不能再有「名字: 值」；文字里有冒号时要加引号"},
	{"mapping keys are not allowed in this context", "这里不能再写名字"},
	{"block sequence entries are not allowed in this context", "这里不能用 - 开始一个列表"},
	{"could not find expected ':'", "名字后面少了冒号"},
	{"found character that cannot start any token", "有一个不能放在开头的字符，例如制表符、@ 或 `"},
	{"found a tab character", "缩进里有制表符，请换成空格"},
	{"found unexpected end of stream", "引号没有配对，一直找到了文件末尾"},
	{"found unexpected document indicator", "引号没有配对，里面出现了 --- 或 ..."},
	{"found unknown escape character", "双引号里有不认识的 \\ 转义"},
	{"found unexpected ':'", "这里的冒号是多余的"},
	{"found undefined tag handle", "有不认识的 `!` 标签"},
	{"control characters are not allowed", "里面有看不见的控制字符"},
	{"unknown anchor", "* 引用的名字前面没有用 & 定义过"},
	{`bare " in non-quoted`, `单元格里有引号，却没有整个用引号括起来`},
	{`extraneous or missing " in quoted-field`, `引号没有配对，或者右引号后面还有内容`},
	{"unexpected end of expression", "还没有写完就结束了"},
	{"integer literal is too large", "整数太大"},
	{"float literal is too large", "数字太大"},
	{"bad number syntax", "数字的写法不对"},
	{"invalid char escape", "引号里的 \\ 转义写法不对"},
	{"unable to unescape", "引号里的 \\ 转义写法不对"},
	{"unclosed comment", "注释没有写完"},
	{"too large string", "文字太长"},
}

// translated is a sentence of a library; one that is not known stays as it is.
func translated(message string) phrase.Text {
	for _, f := range foreign {
		if strings.HasPrefix(message, f[phrase.EN]) {
			return phrase.Text{message, f[phrase.ZH]}
		}
	}
	return phrase.Plain(message)
}
