package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"koujing/core/author"
	"koujing/core/pack"
	"koujing/host"
	"koujing/host/access"
	"koujing/host/act"
	"koujing/host/internal/behave"
	"koujing/host/store"
)

// builtPack is a pack that the test guest takes and whose name can be read as that of a real one.
func builtPack(id, version, more string) string {
	return fmt.Sprintf(`{"format":%q,"id":%q,"version":%q,"title":"测试","locale":"zh-CN","engine":"","valid_from":"","valid_until":""%s}`, pack.Format, id, version, more)
}

// shop is a server that packs are published on. Every answer is held against the document that describes it.
type shop struct {
	*world
	t      testing.TB
	router routers.Router
	keys   map[string]*act.PrivateKey
}

func newShop(t testing.TB, trust string, change func(*Options)) *shop {
	t.Helper()
	wasm, err := behave.Module()
	if err != nil {
		t.Fatal(err)
	}
	return newShopOf(t, wasm, []byte(builtPack("p", "A", "")), trust, change)
}

// newShopOf is a shop with the engine and the first version of the pack p given.
func newShopOf(t testing.TB, wasm, built []byte, trust string, change func(*Options)) *shop {
	t.Helper()
	ctx := context.Background()
	r, err := host.New(ctx, host.WithModule(wasm), host.WithCacheDir(cacheDir), host.WithPoolSize(2))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(ctx) })
	s := &shop{world: &world{runner: r, dir: t.TempDir()}, t: t, keys: map[string]*act.PrivateKey{}}
	archive := store.OpenArchive(s.dir, store.ArchiveOptions{
		Trust: s.trust(trust),
		Check: func(built []byte, _ author.Sources, _ time.Time) error {
			if bytes.Contains(built, []byte(`"trouble":"overlap"`)) {
				return &store.BuildError{Diagnostics: []author.Diagnostic{{Code: "overlap", Level: author.LevelError, File: "rules/a.yaml", Line: 3, Column: 1, EndColumn: 2, Message: "they overlap"}, {Level: author.LevelWarning}}}
			}
			return nil
		},
		Try: func(ctx context.Context, built []byte) error { _, err := r.Try(ctx, built); return err },
		Base: func(id string) (*store.Pack, error) {
			if id != "p" {
				return nil, nil
			}
			return store.Read("", built)
		},
	})
	st, err := store.Open(ctx, store.Source{Kind: store.Published, Path: "p"}, store.Options{
		Archive: archive, Accept: func(ctx context.Context, built []byte) error { _, err := r.Reload(ctx, built); return err },
	})
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{Runner: r, Store: st, Archive: archive}
	if change != nil {
		change(&opt)
	}
	if s.Server, err = New(opt); err != nil {
		t.Fatal(err)
	}
	if s.router, err = gorillamux.NewRouter(loadOpenAPI(t, s.openapi)); err != nil {
		t.Fatal(err)
	}
	return s
}

// trust reads a trust file; the key of each name in it is made on the way.
func (s *shop) trust(text string) *act.Trust {
	if text == "" {
		return nil
	}
	tr, err := act.ReadTrust([]byte(text), func(name string) ([]byte, error) {
		private, public, err := act.NewKey()
		if err != nil {
			return nil, err
		}
		s.keys[name], err = act.ReadPrivateKey(private)
		return public, err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return tr
}

// call sends a request, and fails if the answer isn't what the document says.
func (s *shop) call(method, path, kind, text string, headers ...string) *http.Response {
	s.t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(text))
	req.Header.Set("Content-Type", kind)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	route, params, err := s.router.FindRoute(req)
	if err != nil {
		s.t.Fatal(method, path, err)
	}
	answer := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 rec.Code, Header: rec.Header(),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), answer.SetBodyBytes(rec.Body.Bytes())); err != nil {
		s.t.Errorf("%s %s: %v\n%s", method, path, err, rec.Body)
	}
	return rec.Result()
}

// want calls, and fails unless the status is what is wanted, and for a problem its code. It returns the body.
func (s *shop) want(status int, problem, method, path, kind, text string, headers ...string) string {
	s.t.Helper()
	res := s.call(method, path, kind, text, headers...)
	got := body(s.t, res)
	var doc struct{ Code, Detail string }
	_ = json.Unmarshal([]byte(got), &doc)
	if res.StatusCode != status || doc.Code != problem && problem != "" {
		s.t.Errorf("%s %s: %d %s, want %d %s", method, path, res.StatusCode, got, status, problem)
	}
	if problem != "" && !strings.HasSuffix(doc.Detail, ".") {
		s.t.Errorf("%s: %q", problem, doc.Detail)
	}
	return got
}

// decides fails unless this version decides, is given out, and is in force by the history.
func (s *shop) decides(version string) {
	s.t.Helper()
	if got := s.want(200, "", "POST", "/v1/decide", "application/json", "{}"); !strings.Contains(got, `"version":"`+version+`"`) {
		s.t.Errorf("want %s, got %s", version, got)
	}
	res := s.call("GET", "/v1/packs/p", "", "")
	if got := body(s.t, res); !strings.Contains(got, `"version":"`+version+`"`) || res.Header.Get("ETag") != `"`+act.Digest([]byte(got))+`"` {
		s.t.Errorf("want %s, got %s %v", version, got, res.Header)
	}
	if r := s.report("p"); r.Version != version {
		s.t.Errorf("want %s, got %+v", version, r)
	}
}

func (s *shop) report(id string) *store.Report {
	s.t.Helper()
	var r store.Report
	if err := json.Unmarshal([]byte(s.want(200, "", "GET", "/v1/packs/"+id+"/history", "", "")), &r); err != nil {
		s.t.Fatal(err)
	}
	return &r
}

// signed makes a signed pack, or an act for the other actions.
func (s *shop) signed(action act.Action, built, who string, change func(*act.Act)) string {
	s.t.Helper()
	r := s.report("p")
	id, version, _, err := pack.Head([]byte(built))
	if err != nil {
		s.t.Fatal(err)
	}
	a := &act.Act{Action: action, Pack: id, Version: version, Digest: act.Digest([]byte(built)), Previous: r.InForce, Seq: r.Seq + 1, Who: who, At: time.Now().UTC().Truncate(time.Second), Why: "test"}
	if w := r.Waiting(); w != nil && action == act.Approve {
		a.Approves = w.Act
	}
	if change != nil {
		change(a)
	}
	env, err := act.Seal(a, s.keys[who])
	if err != nil {
		s.t.Fatal(err)
	}
	if action == act.Publish {
		b := act.Bundle{Envelopes: []*act.Envelope{env}, Pack: []byte(built)}
		return string(b.Bytes())
	}
	return string(env.Bytes())
}

const plain = "application/json"

// TestVerifyAfterPublish replays a decision by the pack that made it when another one is in force already.
func TestVerifyAfterPublish(t *testing.T) {
	s := newShop(t, "", nil)
	a := act.Digest([]byte(builtPack("p", "A", "")))
	before := s.want(200, "", "POST", "/v1/decide", plain, "{}")
	s.want(201, "", "POST", "/v1/packs", plain, builtPack("p", "B", ""))
	now := s.want(200, "", "POST", "/v1/decide", plain, "{}")
	b := act.Digest([]byte(builtPack("p", "B", "")))
	for _, tt := range []struct{ name, pack, decision, want string }{
		{"by the pack before", a, before, `{"ok":true}`},
		{"by the pack before, not named", "", before, `{"ok":true}`},
		{"changed", a, strings.Replace(before, "decided", "blocked", 1), `{"ok":false,"code":"decision_differs","at":"status"}`},
		{"another pack named", b, before, `{"ok":false,"code":"pack_differs","at":"receipt.pack"}`},
		{"the pack before named", a, now, `{"ok":false,"code":"pack_differs","at":"receipt.pack"}`},
		{"by a pack that nobody published", "", strings.Replace(before, a, "sha256:"+strings.Repeat("0", 64), 1), `{"ok":false,"code":"pack_differs","at":"receipt.pack"}`},
		{"by the one in force", b, now, `{"ok":true}`},
	} {
		req := map[string]string{"case": "{}", "decision": tt.decision}
		if tt.pack != "" {
			req["pack"] = tt.pack
		}
		text, _ := json.Marshal(req)
		if got := s.want(200, "", "POST", "/v1/verify", plain, string(text)); got != tt.want {
			t.Errorf("%s: %s", tt.name, got)
		}
	}
	s.decides("B")
}

func TestPublish(t *testing.T) {
	s := newShop(t, "", nil)
	s.decides("A")
	a, b := builtPack("p", "A", ""), builtPack("p", "B", "")
	res := s.call("POST", "/v1/packs?who=%E7%8E%8B%E8%8A%B3&why=test", plain, b)
	tag := `"` + act.Digest([]byte(b)) + `"`
	if res.StatusCode != 201 || res.Header.Get("ETag") != tag || res.Header.Get("Location") != "/v1/packs/p@"+act.Digest([]byte(b)) {
		t.Errorf("%d %v %s", res.StatusCode, res.Header, body(t, res))
	}
	s.decides("B")
	if r := s.report("p"); len(r.Acts) != 1 || r.Acts[0].Who != "王芳" || r.Acts[0].Why != "test" || r.Base.Version != "A" || r.Acts[0].State != store.InForce {
		t.Errorf("%+v", r)
	}
	if got := s.want(200, "", "GET", res.Header.Get("Location"), "", ""); got != b {
		t.Error(got)
	}

	// Who reads what was in force before doesn't overwrite what came since.
	c := builtPack("p", "C", "")
	s.want(412, "precondition_failed", "POST", "/v1/packs", plain, c, "If-Match", `"`+act.Digest([]byte(a))+`"`)
	s.want(400, "bad_request", "POST", "/v1/packs", plain, c, "If-Match", "*")
	s.decides("B")
	s.want(201, "", "POST", "/v1/packs", plain, c, "If-Match", tag)
	s.decides("C")
	s.want(412, "precondition_failed", "POST", "/v1/packs/p/rollback", plain, "", "If-Match", tag)
	s.want(200, "", "POST", "/v1/packs/p/rollback", plain, "")
	s.decides("B")
	s.want(200, "", "POST", "/v1/packs/p/rollback", plain, `{"to":"C","who":"李强","why":"还是新的"}`)
	s.decides("C")

	// Refused, and nothing changes.
	before := len(s.report("p").Acts)
	for _, tt := range []struct {
		status                   int
		problem, path, kind, doc string
	}{
		{422, "pack_refused", "/v1/packs", plain, builtPack("p", "D", `,"trouble":"refuse"`)},
		{422, "pack_refused", "/v1/packs", plain, builtPack("p", "D", `,"trouble":"trap"`)},
		{422, "pack_not_in_order", "/v1/packs", plain, builtPack("p", "D", `,"trouble":"overlap"`)},
		{409, "version_taken", "/v1/packs", plain, builtPack("p", "B", `,"trouble":"another"`)},
		{400, "bad_act", "/v1/packs", plain, "{}"},
		{400, "bad_act", "/v1/packs", plain, ""},
		{400, "bad_act", "/v1/packs", plain, `{"acts":[{}],"pack":{}}`},
		{400, "bad_act", "/v1/packs?who=a%0Ab", plain, b},
		{400, "bad_request", "/v1/packs?active_from=tomorrow", plain, b},
		{415, "wrong_content_type", "/v1/packs", "text/plain", b},
		{415, "wrong_content_type", "/v1/packs/p/rollback", "", ""},
		{409, "unknown_pack", "/v1/packs/p/rollback", plain, `{"to":"Z"}`},
		{404, "pack_not_found", "/v1/packs/q/rollback", plain, ""},
		{400, "bad_act", "/v1/packs/p/rollback", plain, "[]"},
		{400, "bad_act", "/v1/packs/p/approve", act.EnvelopeMediaType, "{}"},
	} {
		s.want(tt.status, tt.problem, "POST", tt.path, tt.kind, tt.doc)
	}
	s.want(404, "pack_not_found", "GET", "/v1/packs/q/history", "", "")
	s.want(404, "pack_not_found", "GET", "/v1/packs/p@Z", "", "")
	s.want(413, "body_too_large", "POST", "/v1/packs", plain, strings.Repeat(" ", act.MaxBundle+1))
	s.decides("C")
	if n := len(s.report("p").Acts); n != before {
		t.Errorf("%d acts, were %d", n, before)
	}

	// A pack of another id is kept and given out, and decides nothing here.
	other := builtPack("other", "1", "")
	s.want(201, "", "POST", "/v1/packs", plain, other)
	if got := s.want(200, "", "GET", "/v1/packs/other", "", ""); got != other {
		t.Error(got)
	}
	if list := s.want(200, "", "GET", "/v1/packs", "", ""); strings.Count(list, `"source":"published"`) != 2 || !strings.Contains(list, `"id":"other"`) {
		t.Error(list)
	}
	s.want(201, "", "POST", "/v1/packs?active_from=2999-01-01T00:00:00%2B08:00", plain, builtPack("p", "E", ""))
	s.decides("C")
	r := s.report("p")
	planned := r.Acts[len(r.Acts)-1]
	if planned.State != store.Planned {
		t.Errorf("%+v", r)
	}

	// A plan is dropped by those who name it.
	f := builtPack("p", "F", "")
	if got := s.want(409, "would_drop", "POST", "/v1/packs", plain, f); !strings.Contains(got, "'s publish of E (not given), which is planned for 2998-12-31T16:00:00Z") {
		t.Error(got)
	}
	s.want(409, "would_drop", "POST", "/v1/packs/p/rollback", plain, `{"to":"B"}`)
	s.want(201, "", "POST", "/v1/packs?drops="+planned.Act, plain, f)
	s.decides("F")
	if got := s.report("p").Acts[planned.Seq-1]; got.State != store.Dropped || got.DroppedBy != planned.Seq+1 {
		t.Errorf("%+v", got)
	}
	if got := s.want(422, "pack_not_in_order", "POST", "/v1/packs", plain, builtPack("p", "G", `,"trouble":"overlap"`)); strings.Count(got, `"code"`) != 2 || !strings.Contains(got, `"file":"rules/a.yaml","line":3`) {
		t.Error(got)
	}
	// The same content again is told as what it is.
	if got := s.want(201, "", "POST", "/v1/packs", plain, f); !strings.Contains(got, fmt.Sprintf(`"same_as":%d,`, planned.Seq+1)) {
		t.Error(got)
	}
}

func TestPublishSigned(t *testing.T) {
	s := newShop(t, "keys: [{who: 王芳, public: 王芳}, {who: 李强, public: 李强, may: [approve]}, {who: 赵敏, public: 赵敏, until: 2026-01-01}]", nil)
	b, c := builtPack("p", "B", ""), builtPack("p", "C", "")
	good := s.signed(act.Publish, b, "王芳", nil)
	late := s.signed(act.Publish, c, "王芳", nil)
	s.want(403, "unsigned", "POST", "/v1/packs", plain, b)
	s.want(403, "unsigned", "POST", "/v1/packs", act.MediaType, s.signed(act.Publish, b, "nobody", nil))
	s.want(403, "key_not_allowed", "POST", "/v1/packs", act.MediaType, s.signed(act.Publish, b, "李强", nil))
	s.want(403, "key_expired", "POST", "/v1/packs", act.MediaType, s.signed(act.Publish, b, "赵敏", nil))
	s.want(409, "wrong_number", "POST", "/v1/packs", act.MediaType, s.signed(act.Publish, b, "王芳", func(a *act.Act) { a.Seq = 7 }))
	s.want(409, "previous_differs", "POST", "/v1/packs", act.MediaType, s.signed(act.Publish, b, "王芳", func(a *act.Act) { a.Previous = "" }))
	s.want(422, "digest_differs", "POST", "/v1/packs", act.MediaType, strings.Replace(good, `"pack":`+b, `"pack":`+c, 1))
	s.decides("A")
	s.want(201, "", "POST", "/v1/packs", act.MediaType, good)
	s.decides("B")
	s.want(409, "replayed", "POST", "/v1/packs", act.MediaType, good)
	s.want(409, "replayed", "POST", "/v1/packs", act.MediaType, late)
	s.want(403, "unsigned", "POST", "/v1/packs/p/rollback", plain, `{"to":"A"}`)
	s.want(400, "bad_act", "POST", "/v1/packs/q/rollback", act.EnvelopeMediaType, s.signed(act.Rollback, builtPack("p", "A", ""), "王芳", nil))
	s.want(400, "bad_act", "POST", "/v1/packs/p/approve", act.EnvelopeMediaType, s.signed(act.Rollback, builtPack("p", "A", ""), "王芳", nil))
	s.want(409, "unknown_pack", "POST", "/v1/packs/p/rollback", act.EnvelopeMediaType, s.signed(act.Rollback, c, "王芳", nil))
	s.decides("B")

	// The pack with its act, for those who check it themselves.
	res := s.call("GET", "/v1/packs/p", "", "", "Accept", act.MediaType)
	if got := body(t, res); got != good || res.Header.Get("Content-Type") != act.MediaType || !strings.Contains(strings.Join(res.Header.Values("Vary"), ","), "Accept") {
		t.Errorf("%v %s", res.Header, got)
	}
	s.want(200, "", "POST", "/v1/packs/p/rollback", act.EnvelopeMediaType, s.signed(act.Rollback, builtPack("p", "A", ""), "王芳", nil))
	s.decides("A")

	// Every bit of the envelope, over HTTP: nothing changes.
	text := []byte(s.signed(act.Publish, c, "王芳", nil))
	end := len(text) - len(c) - 1
	for i := range end {
		bit := byte(1) << (i % 8) // the other bits are turned where no server stands in between
		text[i] ^= bit
		if res := s.do("POST", "/v1/packs", act.MediaType, string(text)); res.StatusCode/100 != 4 {
			t.Fatalf("byte %d: %d", i, res.StatusCode)
		}
		text[i] ^= bit
	}
	s.decides("A")
	s.want(201, "", "POST", "/v1/packs", act.MediaType, string(text))
	s.decides("C")
}

func TestPublishTwoPersons(t *testing.T) {
	s := newShop(t, "two_persons: true\nkeys: [{who: 王芳, public: 王芳}, {who: 李强, public: 李强}]", nil)
	b := builtPack("p", "B", "")
	s.want(201, "", "POST", "/v1/packs", act.MediaType, s.signed(act.Publish, b, "王芳", nil))
	s.decides("A")
	s.want(403, "same_person", "POST", "/v1/packs/p/approve", act.EnvelopeMediaType, s.signed(act.Approve, b, "王芳", nil))
	s.want(422, "not_approved", "POST", "/v1/packs/p/approve", act.EnvelopeMediaType, s.signed(act.Approve, b, "李强", func(a *act.Act) { a.Version, a.Digest = "A", act.Digest([]byte(builtPack("p", "A", ""))) }))
	s.decides("A")
	s.want(200, "", "POST", "/v1/packs/p/approve", act.EnvelopeMediaType, s.signed(act.Approve, b, "李强", nil))
	s.decides("B")
	s.want(409, "nothing_to_approve", "POST", "/v1/packs/p/approve", act.EnvelopeMediaType, s.signed(act.Approve, b, "李强", func(a *act.Act) { a.Approves = a.Digest }))
	both := s.want(200, "", "GET", "/v1/packs/p", "", "", "Accept", act.MediaType)
	s.want(400, "bad_act", "POST", "/v1/packs", act.MediaType, both)
}

func TestPublishingOff(t *testing.T) {
	s := newShop(t, "", func(o *Options) { o.Archive = nil })
	for _, path := range []string{"/v1/packs", "/v1/packs/p/rollback", "/v1/packs/p/approve"} {
		if got := s.want(403, "publishing_off", "POST", path, plain, builtPack("p", "B", "")); !strings.Contains(got, "--data") {
			t.Error(got)
		}
	}
	for path, allow := range map[string]string{"/v1/packs": "GET, HEAD, POST", "/v1/packs/p/rollback": "POST", "/v1/packs/p/history": "GET, HEAD"} {
		if res := s.do("PUT", path, "", ""); res.StatusCode != 405 || res.Header.Get("Allow") != allow {
			t.Errorf("%s: %d %v", path, res.StatusCode, res.Header)
		}
	}
}

// With a list of callers, publishing takes a role, and what isn't signed is the caller's, whatever he calls himself.
func TestPublishRoles(t *testing.T) {
	tokens, file := map[string]string{}, ""
	for _, role := range []string{"decide", "publish", "approve"} {
		token, digest, err := access.NewToken()
		if err != nil {
			t.Fatal(err)
		}
		tokens[role] = token
		file += "- { name: the one who may " + role + ", sha256: " + digest + ", roles: [" + role + "] }\n"
	}
	list, err := access.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	s := newShop(t, "", func(o *Options) { o.Access = list })
	b := builtPack("p", "B", "")
	for _, tt := range []struct{ method, path, kind, text, role string }{
		{"POST", "/v1/packs?who=x", plain, b, "publish"},
		{"POST", "/v1/packs/p/rollback", plain, `{"who":"x"}`, "publish"},
		{"POST", "/v1/packs/p/approve", act.EnvelopeMediaType, "{}", "approve"},
	} {
		s.want(401, "unauthorized", tt.method, tt.path, tt.kind, tt.text)
		for role, token := range tokens {
			res := s.call(tt.method, tt.path, tt.kind, tt.text, "Authorization", "Bearer "+token)
			if (res.StatusCode == 403) != (role != tt.role) {
				t.Errorf("%s with the role %s: %d %s", tt.path, role, res.StatusCode, body(t, res))
			}
		}
	}
	// Nor does an envelope without a signature make him somebody else.
	c, files := builtPack("p", "C", ""), act.Attach(map[string]string{"tests/a.yaml": "甲"})
	env, err := act.Seal(&act.Act{Action: act.Publish, Pack: "p", Version: "C", Digest: act.Digest([]byte(c)), Attached: act.Digest(files), Previous: act.Digest([]byte(builtPack("p", "A", ""))), Seq: 3,
		Who: "x", At: time.Now().UTC().Truncate(time.Second), Why: "test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	bundle := act.Bundle{Envelopes: []*act.Envelope{env}, Attached: files, Pack: []byte(c)}
	s.want(201, "", "POST", "/v1/packs", act.MediaType, string(bundle.Bytes()), "Authorization", "Bearer "+tokens["publish"])
	for role, token := range tokens {
		if got := s.want(200, "", "GET", "/v1/packs/p/history", "", "", "Authorization", "Bearer "+token); strings.Count(got, `"who":"the one who may publish"`) != 3 {
			t.Errorf("%s: %s", role, got)
		}
	}
}

// Of many who publish at once on top of the same pack, one is taken.
func TestPublishAtOnce(t *testing.T) {
	s := newShop(t, "", nil)
	tag := `"` + act.Digest([]byte(builtPack("p", "A", ""))) + `"`
	const n = 8
	status := make(chan int, n)
	for i := range n {
		go func() {
			status <- s.do("POST", "/v1/packs", plain, builtPack("p", fmt.Sprint(i), ""), "If-Match", tag).StatusCode
		}()
	}
	count := map[int]int{}
	for range n {
		count[<-status]++
	}
	if count[201] != 1 || count[201]+count[409]+count[412] != n {
		t.Errorf("%v", count)
	}
	if r := s.report("p"); len(r.Acts) != 1 {
		t.Errorf("%+v", r)
	} else {
		s.decides(r.Version)
	}
}
