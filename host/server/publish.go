package server

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"koujing/core/author"
	"koujing/core/author/phrase"
	"koujing/core/pack"
	"koujing/host"
	"koujing/host/act"
	"koujing/host/store"
)

// publish takes a signed pack; or a built one, where no signature is required: then who, why, active_from and drops are in
// the query.
func (s *Server) publish(w http.ResponseWriter, req *http.Request) {
	text, ok := s.actBody(w, req, act.MaxBundle, "Send a signed pack as "+act.MediaType+", or a built one as application/json.")
	if !ok {
		return
	}
	if !act.IsBundle(text) {
		s.publishBuilt(w, req, text)
		return
	}
	b, err := act.OpenBundle(text)
	switch {
	case err != nil:
		s.refused(w, err)
	case len(b.Envelopes) > 1:
		fail(w, "bad_act", publishedElsewhere)
	default:
		s.take(w, req, b.Acts[0], b.Envelopes[0], b.Pack, b.Attached)
	}
}

func (s *Server) publishBuilt(w http.ResponseWriter, req *http.Request, text []byte) {
	id, version, _, err := pack.Head(text)
	if err != nil {
		fail(w, "bad_act", neitherPack)
		return
	}
	q := req.URL.Query()
	a := &act.Act{Action: act.Publish, Pack: id, Version: version, Digest: act.Digest(text), Drops: q["drops"], Who: q.Get("who"), Why: q.Get("why")}
	if from := q.Get("active_from"); from != "" {
		at, err := time.Parse(time.RFC3339, from)
		if err != nil {
			fail(w, "bad_request", badActiveFrom)
			return
		}
		a.ActiveFrom = at.UTC().Truncate(time.Second)
	}
	s.takeUnsigned(w, req, a, text)
}

// rollback takes a signed act; or, where no signature is required, {"to":…,"who":…,"why":…,"drops":[…]}, all of which may be
// left out.
func (s *Server) rollback(w http.ResponseWriter, req *http.Request) {
	text, ok := s.actBody(w, req, act.MaxEnvelope, `Send an act as `+act.EnvelopeMediaType+`, or {"to":"<version or digest>","who":"…","why":"…"} as application/json.`)
	if !ok {
		return
	}
	id := req.PathValue("id")
	var doc struct {
		Payload      *string
		To, Who, Why string
		Drops        []string
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &doc); err != nil {
			fail(w, "bad_act", phrase.Plain(`The body is neither an act nor {"to":"<version or digest>","who":"…","why":"…"}.`))
			return
		}
	}
	if doc.Payload != nil {
		s.takeEnvelope(w, req, id, act.Rollback, text)
		return
	}
	head, err := s.opt.Archive.Head(id)
	if err != nil {
		s.refused(w, err)
		return
	}
	if head.Seq == 0 && head.InForce == "" {
		fail(w, "pack_not_found", packsAreListed)
		return
	}
	to := doc.To
	if to == "" {
		if to = head.Previous; to == "" {
			fail(w, "unknown_pack", nothingBefore.Of(url.PathEscape(id)))
			return
		}
	}
	p, err := s.opt.Archive.Find(id, to)
	if err != nil {
		s.refused(w, err)
		return
	}
	if p == nil {
		fail(w, "unknown_pack", noSuchVersion.Of(url.PathEscape(id)))
		return
	}
	s.takeUnsigned(w, req, &act.Act{Action: act.Rollback, Pack: id, Version: p.Version, Digest: p.Digest, Drops: doc.Drops, Who: doc.Who, Why: doc.Why}, nil)
}

// approve takes a signed act: without a signature there is no second person.
func (s *Server) approve(w http.ResponseWriter, req *http.Request) {
	text, ok := s.actBody(w, req, act.MaxEnvelope, "Send an act as "+act.EnvelopeMediaType+".")
	if ok {
		s.takeEnvelope(w, req, req.PathValue("id"), act.Approve, text)
	}
}

// actBody reads the body of an act, or answers the request.
func (s *Server) actBody(w http.ResponseWriter, req *http.Request, limit int64, kinds string) ([]byte, bool) {
	switch {
	case s.opt.Archive == nil:
		fail(w, "publishing_off", packFromElsewhere)
		return nil, false
	case !s.plainBody(w, req):
		return nil, false
	case !isJSON(mediaType(req)):
		fail(w, "wrong_content_type", phrase.Plain(kinds))
		return nil, false
	}
	return s.readBody(w, req, limit)
}

func (s *Server) takeEnvelope(w http.ResponseWriter, req *http.Request, id string, action act.Action, text []byte) {
	env, a, err := act.Open(text)
	switch {
	case err != nil:
		s.refused(w, err)
	case a.Action != action || a.Pack != id:
		fail(w, "bad_act", wrongAddress.Of(a.Action.Said(), a.Pack))
	default:
		s.take(w, req, a, env, nil, nil)
	}
}

// takeUnsigned fills in what the host knows, and takes the act if it needs no signature.
func (s *Server) takeUnsigned(w http.ResponseWriter, req *http.Request, a *act.Act, built []byte) {
	head, err := s.opt.Archive.Head(a.Pack)
	if err != nil {
		s.refused(w, err)
		return
	}
	a.Seq, a.Previous, a.At = head.Seq+1, head.InForce, time.Now().UTC().Truncate(time.Second)
	if a.Who == "" {
		a.Who = "not given"
	}
	if a.Why == "" {
		a.Why = "not given"
	}
	env, err := act.Seal(a, nil)
	if err != nil {
		s.refused(w, err)
		return
	}
	s.take(w, req, a, env, built, nil)
}

// take does the act and puts what is then in force in place.
func (s *Server) take(w http.ResponseWriter, req *http.Request, a *act.Act, env *act.Envelope, built, attached []byte) {
	if list := s.opt.Access; list != nil && env.KeyID() == "" {
		if c := list.Who(req); c != nil && c.Name != a.Who { // what isn't signed is his, whatever else he calls himself
			a.Who = c.Name
			var err error
			if env, err = act.Seal(a, nil); err != nil {
				s.refused(w, err)
				return
			}
		}
	}
	expect, ok := ifMatch(req)
	if !ok {
		fail(w, "bad_request", phrase.Plain(`If-Match is one digest in quotes: "sha256:…".`))
		return
	}
	done, err := s.opt.Archive.Take(req.Context(), env, built, attached, expect)
	if err != nil {
		s.refused(w, err)
		return
	}
	s.opt.Log.Info("pack", "action", string(a.Action), "id", a.Pack, "version", a.Version, "digest", a.Digest, "act", done.Seq, "state", string(done.State))
	if a.Pack == s.opt.Store.Source().Path {
		s.opt.Store.Refresh(req.Context())
	}
	text, err := json.Marshal(done.Report())
	if err != nil {
		fail(w, "internal", seeLog)
		return
	}
	h := w.Header()
	if head, err := s.opt.Archive.Head(a.Pack); err == nil && head.InForce != "" {
		h.Set("ETag", `"`+head.InForce+`"`)
	}
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	if a.Action == act.Publish {
		h.Set("Location", "/v1/packs/"+a.Pack+"@"+a.Digest)
		w.WriteHeader(http.StatusCreated)
	}
	_, _ = w.Write(text)
}

// ifMatch reads the digest that the caller holds to be in force, "" if he doesn't care.
func ifMatch(req *http.Request) (digest string, ok bool) {
	values := req.Header.Values("If-Match")
	if len(values) == 0 {
		return "", true
	}
	text := strings.TrimSpace(values[0])
	digest = strings.Trim(text, `"`)
	return digest, len(values) == 1 && text == `"`+digest+`"` && act.ValidDigest(digest)
}

// refused answers for an act that wasn't done.
func (s *Server) refused(w http.ResponseWriter, err error) {
	var no *act.Refusal
	var engine *host.PackError
	var trap *host.TrapError
	var damage *store.DamageError
	var broken *store.BuildError
	var unread *store.ReadError
	switch {
	case errors.As(err, &broken):
		p := newProblem(langOf(w), "pack_not_in_order", broken.Words())
		p.Diagnostics = slices.DeleteFunc(author.In(p.lang, broken.Diagnostics), func(d author.Diagnostic) bool { return d.Level != author.LevelError })
		p.write(w)
	case errors.As(err, &unread):
		fail(w, "bad_act", notBuilt.Of(unread.Err.Error()))
	case errors.As(err, &no):
		code := no.Code
		if _, known := problems[code]; !known {
			code = "bad_act"
		}
		fail(w, code, phrase.Text{no.In(phrase.EN), no.In(phrase.ZH)})
	case errors.As(err, &engine):
		fail(w, "pack_refused", engineRefuses.Of(engine.Code, engine.Path, engine.Message))
	case errors.As(err, &trap):
		s.opt.Log.Error("engine failed", "op", trap.Op, "trap", trap.Error())
		fail(w, "pack_refused", engineBroke)
	case errors.Is(err, host.ErrTooLarge), errors.Is(err, host.ErrClosed):
		s.failed(w, err)
	case errors.As(err, &damage):
		s.opt.Log.Error("data folder damaged", "what", err.Error())
		fail(w, "store_damaged", historyDamaged.Of(damage.What))
	default:
		s.opt.Log.Error("act not done", "error", err.Error())
		fail(w, "store_failed", nothingChanged)
	}
}

// history tells who did what to a pack, when and why.
func (s *Server) history(w http.ResponseWriter, req *http.Request) {
	if s.opt.Archive == nil {
		fail(w, "pack_not_found", noHistory)
		return
	}
	r, err := s.opt.Archive.Report(req.PathValue("id"))
	if err != nil {
		s.refused(w, err)
		return
	}
	text, err := json.Marshal(r)
	if err != nil {
		fail(w, "internal", seeLog)
		return
	}
	writeJSON(w, text)
}
