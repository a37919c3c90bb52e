package act

import "koujing/core/author/phrase"

// What acts are refused with, English and beside it Chinese. $names are what varies.

type say = phrase.Text

// Message is a kind of refusal: its stable code, what is wrong, and what to do about it.
type Message struct {
	Code       string
	Says, Hint phrase.Text
}

// Of makes a refusal: the values take the place of the names in the message, those of its hint last.
func (m *Message) Of(values ...any) *Refusal {
	names := m.Says[phrase.EN] + " " + m.Hint[phrase.EN]
	return &Refusal{m.Code, m.Says.Like(names, values...), m.Hint.Like(names, values...)}
}

var (
	digestDiffers = Message{CodeDigest, say{"the act is about the pack $named, and this is $got", "这次操作说的是口径包 $named，送来的却是 $got"},
		say{"One of them was changed after signing: sign it again", "签名之后有一方被改过，请重新签名"}}
	attachedDiffers = Message{CodeDigest, say{"the act names $named as attached to the pack, and with it came $got", "这次操作说随包附带的是 $named，送来的却是 $got"}, signAgain}
	otherPack       = Message{CodeOtherPack, say{"the act says $pack $version, and the pack is $id $got", "这次操作说的是「$pack」$version，口径包却是「$id」$got"}, signAgain}
	tooEarly        = Message{CodeTooEarly, say{"the pack is for $from and later", "这个口径包从 $from 起才生效"}, say{"It is taken when its time has come", "到时会自动生效"}}
	needsApproval   = Message{CodeUnapproved, say{"act $seq, $who's $action, needs the approval of a second person", "第 $seq 次操作（$who 的$action）还要第二个人批准"}, say{"koujing pack approve gives it", "请另一位有权的人批准"}}
	unsigned        = Message{CodeUnsigned, say{"the act isn't signed, and this host requires it", "这次操作没有签名，而这台服务器要求签名"}, say{"Sign it with --key", "请先准备好签名钥匙再操作（命令行用 --key）"}}
	unknownKey      = Message{CodeUnknownKey, say{"the act is signed with a key that this host doesn't know ($key…)", "这台服务器不认得签名用的钥匙（$key…）"},
		say{"Sign with a key that its trust file lists, or have the public key put there", "请换用信任文件里登记过的钥匙，或者请管理员登记你的公钥"}}
	badSignature = Message{CodeBadSignature, say{"the signature doesn't fit the act: one of them was changed", "签名与操作对不上：有一方被改过"}, say{"Sign it again", "请重新签名"}}
	keyTooEarly  = Message{CodeKeyExpired, say{"the key of $who counts from $from on", "$who 的钥匙从 $from 起才有效"}, otherKey}
	keyTooLate   = Message{CodeKeyExpired, say{"the key of $who counted until $until", "$who 的钥匙到 $until 已经失效"}, otherKey}
	keyMayNot    = Message{CodeKeyMayNot, say{"the key of $who may not $action", "$who 的钥匙没有「$action」的权限"}, say{"Its rights are in the host's trust file, at may", "权限写在服务器信任文件的 may 里，请联系管理员"}}
	otherName    = Message{CodeOtherName, say{"the act says $named, and the key is $owner's", "操作人写的是 $named，钥匙却是 $owner 的"},
		say{"Give the name that the host's trust file has for the key: --who", "请填写信任文件里这把钥匙对应的姓名（命令行用 --who）"}}
	notApproval = Message{CodeUnapproved, say{"act $second isn't an approval of act $first", "第 $second 次操作不是对第 $first 次操作的批准"}, say{"koujing pack approve makes one", "请重新批准（命令行用 koujing pack approve）"}}
	samePerson  = Message{CodeSamePerson, say{"$who signed the act, and can't approve it too", "这次操作是 $who 自己签的，不能再由同一个人批准"}, say{"Somebody else has to, with another key", "请另一个人用另一把钥匙批准"}}
	noWho       = Message{CodeMalformed, say{"the act doesn't say who does it", "没有写是谁操作的"}, say{"Give a name of at most $most bytes", "请填写姓名，最多 $most 字节"}}
	noWhy       = Message{CodeMalformed, say{"the act doesn't say why", "没有写为什么"}, say{"Give a reason in one line of at most $most bytes", "请用一行写明原因，最多 $most 字节"}}
)

// Hints that several refusals share.
var (
	signAgain = say{"Sign it again", "请重新签名"}
	otherKey  = say{"Sign with a key that counts today", "请换用今天有效的钥匙"}
	untouched = say{"Sign it again; a signed file must not be edited", "请重新签名；签过名的文件不能再改"}
)

// What keeps a text from being an act, an envelope or a signed pack.
var (
	approvesNothing  = say{"a $action approves nothing", "$action不批准别的操作"}
	noActDigest      = say{`"$digest" is no digest of an act`, "「$digest」不是一次操作的摘要"}
	approvalOfWhat   = say{"an approval has to name the act it approves", "批准要写明批准的是哪一次操作"}
	approvalDate     = say{"an approval has no date of its own", "批准不能另写生效时间"}
	approvalDrops    = say{"an approval drops nothing", "批准不会作废别的操作"}
	unknownAction    = say{`unknown action "$action"`, "没有「$action」这种操作"}
	noPackID         = say{`"$id" is no id of a pack`, "「$id」不是口径包的编号"}
	noVersion        = say{`"$version" is no version of a pack`, "「$version」不是口径包的版本号"}
	noDigest         = say{`"$digest" is no digest`, "「$digest」不是摘要"}
	attachedOnly     = say{`only a publish has files attached, named by their digest, not "$digest"`, "只有发布才能附带文件，而且要写它们的摘要，不能是「$digest」"}
	badNumber        = say{"an act's number is 1 or more, not $seq", "操作的序号从 1 起，不能是 $seq"}
	noTime           = say{"the act doesn't say when, in whole seconds UTC", "没有写操作时间（UTC，精确到秒）"}
	badStart         = say{"active_from isn't in whole seconds UTC", "active_from 要写 UTC 时间，精确到秒"}
	cannotRead       = say{"$what can't be read: $why", "$what读不出来：$why"}
	notAsSigned      = say{"$what isn't written the way it was signed", "$what的写法与签名时不同"}
	attachedTooBig   = say{"what is attached isn't UTF-8 of at most $most MiB", "附带的文件要是 UTF-8 编码，最多 $most MiB"}
	attachedForm     = say{`what is attached isn't {"path":"text",…}, each path once, in order`, `附带的文件要写成 {"path":"text",…}，每个路径一次，按顺序排列`}
	bundleTooBig     = say{"a signed pack of more than $most MiB", "签过名的口径包超过了 $most MiB"}
	bundleForm       = say{`a signed pack is {"acts":[…],"attached":{…},"pack":{…}}, without spaces`, `签过名的口径包要写成 {"acts":[…],"attached":{…},"pack":{…}}，中间没有空格`}
	actCount         = say{"a signed pack has one or two acts, not $many", "签过名的口径包有一次或两次操作，不能是 $many 次"}
	firstAct         = say{"the first act of a signed pack puts it in force; this is an $action", "签过名的口径包，第一次操作要让它生效，这里却是$action"}
	notBuilt         = say{"what the act names is no built pack: $why", "这次操作说的不是编译好的口径包：$why"}
	envelopeTooBig   = say{"an envelope of more than $most bytes", "信封超过了 $most 字节"}
	envelopeHolds    = say{`the envelope holds "$got", not "$want"`, "信封里装的是「$got」，不是「$want」"}
	oneSignature     = say{"an envelope has one signature, or an empty list of them; this has $many", "信封里要有一个签名，或者空的签名列表，这里有 $many 个"}
	theActs          = say{"the acts", "各次操作"}
	theAct           = say{"the act", "这次操作"}
	theEnvelope      = say{"the envelope", "信封"}
	nothingAtAll     = say{"nothing", "什么都没有"}
	actionsInChinese = map[Action]string{Publish: "发布", Rollback: "退回", Approve: "批准"}
)

// Said is an action in words.
func (a Action) Said() phrase.Text {
	if zh, ok := actionsInChinese[a]; ok {
		return phrase.Text{string(a), zh}
	}
	return phrase.Plain(string(a))
}

func malformed(what phrase.Text) error { return &Refusal{CodeMalformed, what, untouched} }
