package server

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/goccy/go-json"
)

// Problems are told in the language that the client asks for; their codes are the same in each.
func TestProblemLanguage(t *testing.T) {
	s := newShop(t, "", nil)
	for _, tt := range []struct {
		asks, language, title, detail string
	}{
		{"", "en", "That pack was never published", "Nothing of that version"},
		{"en", "en", "That pack was never published", "Nothing of that version"},
		{"de-DE,fr;q=0.5", "en", "That pack was never published", "Nothing of that version"},
		{"zh-CN", "zh-CN", "这个口径包没有发布过", "没有发布过这个版本号或摘要的口径包"},
		{"zh-Hans,en;q=0.8", "zh-CN", "这个口径包没有发布过", "没有发布过这个版本号或摘要的口径包"},
		{"en;q=0.3, zh;q=0.9", "zh-CN", "这个口径包没有发布过", "没有发布过这个版本号或摘要的口径包"},
		{"zh;q=0.3, en;q=0.9", "en", "That pack was never published", "Nothing of that version"},
		{"\x01;;;q=x", "en", "That pack was never published", "Nothing of that version"},
	} {
		res := s.call(http.MethodPost, "/v1/packs/p/rollback", "application/json", `{"to":"1999.1","who":"a","why":"b"}`, "Accept-Language", tt.asks)
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		var p problem
		if err := json.Unmarshal(text, &p); err != nil || p.Code != "unknown_pack" || p.Title != tt.title || !strings.HasPrefix(p.Detail, tt.detail) || res.Header.Get("Content-Language") != tt.language {
			t.Errorf("%q: %v %s %s", tt.asks, err, res.Header.Get("Content-Language"), text)
		}
	}
}
