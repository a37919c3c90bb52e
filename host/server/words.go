package server

import "koujing/core/author/phrase"

// What problems say that people meet who publish packs or work with the page, English and beside it Chinese. What only
// programs can do wrong, which send the wrong thing, is told in English.

type say = phrase.Text

var (
	seeLog             = say{"The log has more", "服务器日志里有更多说明"}
	sendToken          = say{"Send Authorization: Bearer and a token the server knows", "请求要带上服务器认得的令牌（Authorization: Bearer）"}
	noRole             = say{"The caller hasn't got the role that this takes", "请求的人没有这项操作需要的角色"}
	rateUsedUp         = say{"The caller's rate is used up", "这位请求者的次数已经用完，请稍后再试"}
	allRunning         = say{"As many requests as the server takes are running", "同时处理的请求已经到了上限，请稍后再试"}
	stopping           = say{"The server is stopping", "服务器正在停止"}
	packComing         = say{"The pack is being put in place", "口径包正在换上"}
	withheld           = say{"Decisions that have to be recorded are withheld", "必须记录的决定暂时不给出"}
	endedEarly         = say{"It ended early, or took too long", "内容中途断了，或者传得太慢"}
	publishedElsewhere = say{"The pack was published and approved elsewhere: publish it here, and have it approved here", "这个口径包是在别处发布和批准的，请在这里发布，并在这里批准"}
	neitherPack        = say{"The body is neither a signed pack nor a built one: koujing pack sign and koujing pack build make them", "内容既不是签过名的口径包，也不是编译好的口径包；请用 koujing pack sign 或 koujing pack build 生成"}
	badActiveFrom      = say{"active_from is a time as 2026-12-01T00:00:00+08:00; in a query, + is written %2B", "生效时间要写成 2026-12-01T00:00:00+08:00 这样；在地址里 + 写成 %2B"}
	inPlace            = say{"In place is $id $version. $more", "现行的是「$id」$version。$more"}
	packsAreListed     = say{"GET /v1/packs lists those there are", "有哪些口径包，见 GET /v1/packs"}
	nothingBefore      = say{"Nothing was in force before. GET /v1/packs/$id/history tells what there is", "之前没有生效过别的口径包；历史见 GET /v1/packs/$id/history"}
	noSuchVersion      = say{"Nothing of that version or digest was published. GET /v1/packs/$id/history tells what was", "没有发布过这个版本号或摘要的口径包；历史见 GET /v1/packs/$id/history"}
	packFromElsewhere  = say{"This server takes its pack from elsewhere, or has no data folder. Start it with --data and without --pack, or with the id of a pack as --pack", "这台服务器的口径包来自别处，或者没有数据文件夹。请管理员用 --data 启动，不写 --pack，或者让 --pack 等于口径包的编号"}
	wrongAddress       = say{"The act is a $action of $pack: it doesn't belong to this address", "这次操作是$action「$pack」，不该发到这个地址"}
	notBuilt           = say{"What was sent is no built pack: $why", "送来的不是编译好的口径包：$why"}
	engineRefuses      = say{"The engine refuses it: $code at $path: $why", "引擎不接受：$path 处 $code（$why）"}
	engineBroke        = say{"The engine broke down when it loaded the pack", "引擎在载入这个口径包时出错"}
	historyDamaged     = say{"The history of this pack is damaged: $what. Nothing is published until the file is put back. The log names it", "这个口径包的历史损坏了：$what。放回那个文件之前不能发布，日志里有文件名"}
	nothingChanged     = say{"Nothing has changed. The log has more", "什么都没有改变，服务器日志里有更多说明"}
	noHistory          = say{"This server takes its pack from elsewhere, or has no data folder: it knows no history", "这台服务器的口径包来自别处，或者没有数据文件夹，所以没有历史"}
	noDecision         = say{"No decision was made: send the case again", "没有作出决定，请重新提交案例"}
	notRecorded        = say{"The decision would have to be recorded, and can't be. It was withheld: send the case again", "决定必须记录，却记录不了，所以没有给出，请重新提交案例"}
	instanceGone       = say{"The instance was thrown away; other cases are not affected", "这个引擎实例已经丢弃，不影响其他案例"}
	bodyTooLarge       = say{"At most $most are read; a case has at most 256 KiB", "最多读 $most；一个案例最多 256 KiB"}
)
