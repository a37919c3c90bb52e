package server

import (
	"net/http"
	"strings"

	"github.com/goccy/go-json"
	"golang.org/x/text/language"

	"koujing/core/author"
	"koujing/core/author/phrase"
)

// A problem is what a request gets that never came as far as a decision: an RFC 9457 document. Its code is stable; the
// rest is for people. An invalid case is no problem but a decision.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	// Diagnostics are the findings in a pack, of pack_not_in_order alone.
	Diagnostics []author.Diagnostic `json:"diagnostics,omitempty"`

	lang phrase.Lang
}

// problems lists every code, with its status and title. The openapi document is checked against it.
var problems = map[string]struct {
	status int
	title  phrase.Text
}{
	"not_found":            {http.StatusNotFound, say{"There is nothing here", "这里什么也没有"}},
	"pack_not_found":       {http.StatusNotFound, say{"There is no such pack", "没有这个口径包"}},
	"method_not_allowed":   {http.StatusMethodNotAllowed, say{"The path doesn't take this method", "这个地址不接受这种请求"}},
	"wrong_content_type":   {http.StatusUnsupportedMediaType, say{"The body is of a type this path doesn't take", "这个地址不接受这种类型的内容"}},
	"unsupported_encoding": {http.StatusUnsupportedMediaType, say{"The body is compressed", "内容被压缩过"}},
	"body_too_large":       {http.StatusRequestEntityTooLarge, say{"The body is too large", "内容太大"}},
	"line_too_large":       {http.StatusRequestEntityTooLarge, say{"A line of the stream is too large", "流中有一行太大"}},
	"body_unreadable":      {http.StatusBadRequest, say{"The body couldn't be read", "内容没有读完"}},
	"bad_request":          {http.StatusBadRequest, say{"The body isn't what this path takes", "内容不是这个地址要的"}},
	"publishing_off":       {http.StatusForbidden, say{"Packs can't be published on this server", "这台服务器不能发布口径包"}},
	"bad_act":              {http.StatusBadRequest, say{"This is no signed pack, and no act on one", "这不是签过名的口径包，也不是对口径包的操作"}},
	"unsigned":             {http.StatusForbidden, say{"The act isn't signed", "操作没有签名"}},
	"unknown_key":          {http.StatusForbidden, say{"The act is signed with a key that doesn't count here", "签名用的钥匙在这里不算数"}},
	"key_expired":          {http.StatusForbidden, say{"The key doesn't count today", "钥匙今天无效"}},
	"key_not_allowed":      {http.StatusForbidden, say{"The key may not do this", "钥匙没有这个权限"}},
	"other_name":           {http.StatusForbidden, say{"The key is somebody else's", "钥匙是别人的"}},
	"bad_signature":        {http.StatusForbidden, say{"The signature doesn't fit", "签名对不上"}},
	"same_person":          {http.StatusForbidden, say{"A second person has to approve it", "要由第二个人批准"}},
	"not_approved":         {http.StatusUnprocessableEntity, say{"This approves something else", "批准的不是这次操作"}},
	"digest_differs":       {http.StatusUnprocessableEntity, say{"The pack isn't the one that was signed", "口径包不是签名的那一份"}},
	"pack_not_in_order":    {http.StatusUnprocessableEntity, say{"The pack has errors", "口径包有错误"}},
	"sources_differ":       {http.StatusUnprocessableEntity, say{"The pack isn't what its sources make", "口径包与它的源文件不一致"}},
	"version_taken":        {http.StatusConflict, say{"The version was published with other content", "这个版本号已经发布过别的内容"}},
	"ambiguous_version":    {http.StatusConflict, say{"The version was published with several contents", "这个版本号发布过几份不同的内容"}},
	"would_drop":           {http.StatusConflict, say{"Acts wait that this one would drop", "有操作在等待，会因此作废"}},
	"other_pack":           {http.StatusUnprocessableEntity, say{"The act is about another pack", "操作说的是另一个口径包"}},
	"pack_refused":         {http.StatusUnprocessableEntity, say{"The engine refuses the pack", "引擎不接受这个口径包"}},
	"replayed":             {http.StatusConflict, say{"The act was taken before, or another one in its place", "这次操作已经做过，或者别的操作占了它的位置"}},
	"wrong_number":         {http.StatusConflict, say{"The act isn't the next one", "这不是接下来的一次操作"}},
	"previous_differs":     {http.StatusConflict, say{"Another pack is in force than when the act was signed", "签名之后，现行的口径包已经换了"}},
	"precondition_failed":  {http.StatusPreconditionFailed, say{"Another pack is in force than you expect", "现行的口径包不是你以为的那个"}},
	"nothing_to_approve":   {http.StatusConflict, say{"Nothing waits for this approval", "没有等着这个批准的操作"}},
	"unknown_pack":         {http.StatusConflict, say{"That pack was never published", "这个口径包没有发布过"}},
	"outcome_unknown":      {http.StatusInternalServerError, say{"The disk failed, and the outcome is unknown", "磁盘出错，结果不明"}},
	"store_damaged":        {http.StatusInternalServerError, say{"The history of the pack is damaged", "口径包的历史损坏了"}},
	"store_failed":         {http.StatusInternalServerError, say{"The act couldn't be written", "操作没能写下来"}},
	"wrong_host":           {http.StatusMisdirectedRequest, say{"The server doesn't answer for this host", "服务器不以这个名字提供服务"}},
	"engine_failed":        {http.StatusInternalServerError, say{"The engine failed on this case", "引擎处理这个案例时出错"}},
	"internal":             {http.StatusInternalServerError, say{"The server failed", "服务器出错"}},
	"unauthorized":         {http.StatusUnauthorized, say{"The server doesn't know who is asking", "服务器不知道是谁在请求"}},
	"forbidden":            {http.StatusForbidden, say{"The caller may not do this", "请求的人没有这个权限"}},
	"too_many_requests":    {http.StatusTooManyRequests, say{"The caller asks too often", "请求太频繁"}},
	"busy":                 {http.StatusServiceUnavailable, say{"The server has as much to do as it takes", "服务器正忙"}},
	"bad_customer":         {http.StatusBadRequest, say{"The customer's key isn't one", "客户的代号不对"}},
	"facts_unavailable":    {http.StatusServiceUnavailable, say{"What is known of the case couldn't be looked up", "查不到案例需要的事实"}},
	"no_log":               {http.StatusNotFound, say{"The server keeps no decision log", "服务器不保存决定记录"}},
	"log_unavailable":      {http.StatusServiceUnavailable, say{"The decision log can't be written", "决定记录写不进去"}},
	"no_pack":              {http.StatusServiceUnavailable, say{"No pack is loaded", "还没有载入口径包"}},
	"not_ready":            {http.StatusServiceUnavailable, say{"The server is starting or stopping", "服务器正在启动或停止"}},
}

// newProblem makes the document of a code in a language. An unknown code is a mistake in this package, found by its tests.
func newProblem(lang phrase.Lang, code string, detail phrase.Text) problem {
	p := problems[code]
	return problem{Type: "urn:koujing:problem:" + code, Title: p.title.In(lang), Status: p.status, Code: code, Detail: sentence(detail, lang), lang: lang}
}

// sentence is a detail with a full stop.
func sentence(detail phrase.Text, lang phrase.Lang) string {
	text := strings.TrimRight(detail.In(lang), ".。")
	if lang == phrase.ZH {
		return text + "。"
	}
	return text + "."
}

func (p problem) text() []byte {
	text, err := json.Marshal(p)
	if err != nil { // strings and an integer: can't fail
		panic(err)
	}
	return text
}

func (p problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Content-Language", p.lang.String())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("ETag")
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(p.text())
}

// fail answers with a problem, in the language that the client asks for.
func fail(w http.ResponseWriter, code string, detail phrase.Text) {
	newProblem(langOf(w), code, detail).write(w)
}

// langOf is the language of an answer: English where nobody has asked.
func langOf(w http.ResponseWriter) phrase.Lang {
	if r, ok := w.(*recorder); ok {
		return r.lang
	}
	return phrase.EN
}

// asked is the language that a request wants: the better of the two in its Accept-Language.
func asked(req *http.Request) phrase.Lang {
	tag, _ := language.MatchStrings(spoken, req.Header.Values("Accept-Language")...)
	return phrase.LangOf(tag.String())
}

var spoken = language.NewMatcher([]language.Tag{language.English, language.Chinese})
