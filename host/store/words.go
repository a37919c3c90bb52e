package store

import (
	"koujing/core/author/phrase"
	"koujing/host/act"
)

// What an Archive refuses acts with, English and beside it Chinese. $names are what varies.

type say = phrase.Text

// message is a kind of refusal.
type message act.Message

func (m *message) of(values ...any) *act.Refusal { return (*act.Message)(m).Of(values...) }

var (
	nothingHere    = message{CodeNothing, say{"nothing was published under this id", "这个编号下还没有发布过口径包"}, say{"koujing pack list shows what there is", "有哪些口径包，请看口径包列表"}}
	noPackID       = message{CodeNothing, say{`"$id" is no id of a pack`, "「$id」不是口径包的编号"}, say{}}
	needsApproval  = message{act.CodeUnapproved, say{"it needs the approval of a second person", "还要第二个人批准"}, say{"koujing pack approve gives it, or publish it again", "请另一个人批准，或者重新发布"}}
	packUnsigned   = message{act.CodeUnsigned, say{"the pack isn't signed, and this host requires it", "口径包没有签名，而这台服务器要求签名"}, say{"koujing pack sign signs it", "请先签名（命令行用 koujing pack sign）"}}
	sourceOther    = message{act.CodeOtherPack, say{"the source gives the pack $got in place of $want", "来源给的是口径包「$got」，应当是「$want」"}, say{"Start with the pack that is meant", "请用正确的口径包启动"}}
	addressOther   = message{act.CodeOtherPack, say{"the address is of $want, and gives the pack $got", "地址是「$want」的，给的却是口径包「$got」"}, say{}}
	sourceOld      = message{CodeReplayed, say{"the source gives act $got, and act $before was here before: it is an old pack", "来源给的是第 $got 次操作，而这里已经有第 $before 次：那是旧的口径包"}, say{"To go back to an older pack, sign a rollback: koujing pack rollback", "要退回旧的口径包，请用退回操作"}}
	attachedTwice  = message{act.CodeMalformed, say{"$file is in the pack and attached to it too", "「$file」已经在口径包里，又附带了一次"}, say{"Attach only what the pack doesn't carry", "只附带口径包里没有的文件"}}
	sourcesDiffer  = message{CodeSources, say{"the pack isn't what its own sources make here: it was built by another release, or changed since", "这个口径包与它自带的源文件在这里编译出来的不一样：可能是别的版本编译的，或者之后被改过"}, say{"Build it anew from its sources with this release: koujing pack build", "请用现在这个版本从源文件重新编译"}}
	dropsNothing   = message{CodeDrops, say{"the act says that it drops others, and none waits", "这次操作说要作废别的操作，但没有操作在等待"}, say{"Look at koujing pack history, and sign anew", "请看历史，再重新操作"}}
	dropsOthers    = message{CodeDrops, say{"this would drop $acts", "这样会作废：$acts"}, say{"Wait for it, or say that it is to be dropped: koujing pack publish and rollback do with --drop", "请等它生效，或者确认要作废（命令行用 --drop）"}}
	takenAlready   = message{CodeReplayed, say{"this act was taken already, at $at", "这次操作在 $at 已经做过了"}, say{"An act counts once; to do the same again, sign anew", "一次操作只算一回；要再做一次，请重新操作"}}
	tooOld         = message{CodeReplayed, say{"this is act $got, and $taken were taken: it is an old one, or somebody was faster", "这是第 $got 次操作，而这里已经做过 $taken 次：它是旧的，或者别人先操作了"}, say{"Look at koujing pack history, and sign anew. To go back to an older pack, use koujing pack rollback", "请看历史，再重新操作；要退回旧的口径包，请用退回"}}
	wrongNumber    = message{CodeWrongNumber, say{"this is act $got, and the next one here is $next", "这是第 $got 次操作，而这里的下一次是第 $next 次"}, say{"Sign it for this host", "请针对这台服务器重新操作"}}
	otherInForce   = message{CodePrecondition, say{"in force is $now, not $expected", "现行的是 $now，不是 $expected"}, say{"Look at what changed, and decide again", "请先看看有什么变化，再决定"}}
	otherPrevious  = message{CodePrevious, say{"in force is $now, and the act was signed when it was $before", "现行的是 $now，而签名时现行的是 $before"}, say{"Look at what changed, and sign anew", "请先看看有什么变化，再重新操作"}}
	neverPublished = message{CodeUnknownPack, say{"$digest was never published here", "$digest 没有在这里发布过"}, say{"koujing pack history shows what was; something new is for koujing pack publish", "发布过哪些，请看历史；新的内容请用发布"}}
	otherVersion   = message{CodeUnknownPack, say{"$digest is version $version, not $named", "$digest 的版本是 $version，不是 $named"}, say{"Sign anew", "请重新操作"}}
	notWaiting     = message{CodeNoApproval, say{"act $seq isn't waiting for an approval: it is $state", "第 $seq 次操作不在等待批准：$state"}, say{"koujing pack history shows what is", "哪些在等待，请看历史"}}
	noSuchAct      = message{CodeNoApproval, say{"the act to approve isn't here", "要批准的操作不在这里"}, say{"koujing pack history shows what waits", "哪些在等待，请看历史"}}
	uncertain      = message{CodeUncertain, say{"the disk failed when the act was as good as done ($why), and it couldn't be taken back ($undo)", "操作快完成时磁盘出错（$why），而且没能撤回（$undo）"}, say{"Mend the disk, then look at koujing pack history before anything else", "请先修好磁盘，再看历史，然后才做别的"}}
	versionTaken   = message{CodeVersionTaken, say{"version $version was published with other content, $by ($digest)", "版本号 $version 已经发布过，内容不同：$by（$digest）"}, say{"A version names one content: take $next, in pack.yaml", "一个版本号只对应一份内容，请在 pack.yaml 里改用 $next"}}
	versionUnclear = message{CodeAmbiguous, say{"version $version was published with $many contents: $each", "版本号 $version 发布过 $many 份不同的内容：$each"}, say{"Say which one by its digest", "请用摘要指明是哪一份"}}

	oneError    = say{"the pack has $n error at $file:$line:$column: $why", "口径包有 $n 个错误，在 $file 第 $line 行第 $column 列：$why"}
	manyErrors  = say{"the pack has $n errors, the first at $file:$line:$column: $why", "口径包有 $n 个错误，第一个在 $file 第 $line 行第 $column 列：$why"}
	noPack      = say{"no pack", "没有口径包"}
	byAct       = say{"by $who in act $seq", "$who 的第 $seq 次操作"}
	beforeFirst = say{"before the first act", "在第一次操作之前"}
	digestByAct = say{"$digest by $who in act $seq", "$digest（$who 的第 $seq 次操作）"}
	digestFirst = say{"$digest from before the first act", "$digest（在第一次操作之前）"}
	waitsSecond = say{"waits for a second person", "在等第二个人批准"}
	plannedFor  = say{"is planned for $from", "定在 $from 生效"}
	actWhich    = say{"act $seq, $who's $action of $version ($why), which $waits", "第 $seq 次操作，$who $action $version（$why），$waits"}
)

// statesInChinese are how acts stand.
var statesInChinese = map[State]string{InForce: "现行", Planned: "到时生效", Pending: "在等批准", Past: "曾经生效", Dropped: "已作废", Untrusted: "不被信任"}

// Said is a state in words.
func (s State) Said() phrase.Text {
	if zh, ok := statesInChinese[s]; ok {
		return phrase.Text{string(s), zh}
	}
	return phrase.Plain(string(s))
}

// packHasErrors says how many errors there are.
func packHasErrors(n int) phrase.Text {
	if n == 1 {
		return oneError
	}
	return manyErrors
}
