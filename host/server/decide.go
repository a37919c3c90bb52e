package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"koujing/core/author/phrase"
	"koujing/host"
	"koujing/host/access"
	"koujing/host/act"
	"koujing/host/ledger"
)

func writeJSON(w http.ResponseWriter, text []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(text)
}

// decide answers a case with its decision, or a stream of cases with a stream of decisions.
func (s *Server) decide(w http.ResponseWriter, req *http.Request) {
	kind := mediaType(req)
	switch {
	case !s.plainBody(w, req):
	case kind == "application/x-ndjson" || kind == "application/jsonl":
		s.decideStream(w, req)
	case isJSON(kind):
		s.decideOne(w, req)
	default:
		fail(w, "wrong_content_type", phrase.Plain("Send a case as application/json, or a case a line as application/x-ndjson."))
	}
}

func (s *Server) decideOne(w http.ResponseWriter, req *http.Request) {
	ctx, ok := s.customer(w, req)
	if !ok {
		return
	}
	text, ok := s.readBody(w, req, s.opt.MaxBody)
	if !ok {
		return
	}
	d, err := s.opt.Runner.Decide(ctx, text)
	if err != nil {
		s.failedFor(w, req, err)
		return
	}
	s.metrics.decision(d.Status())
	decided(req, d.Status(), s.opt.Runner.Pack().ID)
	writeJSON(w, d.Bytes())
}

// customerHeader tells whose case is decided, for the decision log: the key by which his personal data can be erased. It
// need not stand in the case itself.
const customerHeader = "Koujing-Customer"

// customer puts the customer's key into the context of a request, or answers it.
func (s *Server) customer(w http.ResponseWriter, req *http.Request) (context.Context, bool) {
	switch key := req.Header.Get(customerHeader); {
	case key == "":
		return req.Context(), true
	case len(key) > maxCustomer:
		fail(w, "bad_customer", phrase.Plain(fmt.Sprintf("%s takes at most %d bytes.", customerHeader, maxCustomer)))
		return nil, false
	default:
		return ledger.WithCustomer(req.Context(), key), true
	}
}

func (s *Server) decideStream(w http.ResponseWriter, req *http.Request) {
	ctx, ok := s.customer(w, req)
	if !ok {
		return
	}
	rc := http.NewResponseController(w)
	// Errors of these mean that the connection can't do it: then answers wait for the end of the body.
	_ = rc.EnableFullDuplex()
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy that gathers the answers would undo the back-pressure
	out := &streamWriter{s, rc, w, req}
	out.patient()
	stats, err := s.opt.Runner.DecideStream(ctx, req.Body, out, host.StreamOptions{
		MaxLine: int(s.opt.MaxBody), Parallel: s.opt.Runner.PoolSize(),
		Flush: rc.Flush,
		Failed: func(line int, err error) ([]byte, error) {
			code, detail := s.explain(err)
			if code == "body_too_large" {
				code = "line_too_large"
			}
			if code == "engine_failed" || code == "line_too_large" || code == "log_unavailable" || code == "facts_unavailable" {
				return newProblem(langOf(w), code, detail).text(), nil
			}
			return nil, err // the runner is closing, or the client has gone
		},
	})
	s.metrics.stream(stats)
	if err == nil {
		return
	}
	if !errors.Is(err, context.Canceled) {
		s.opt.Log.Info("stream ended early", "lines", stats.Lines, "code", streamCode(err))
	}
	if stats.Lines == 0 && !errors.Is(err, context.Canceled) {
		s.failedFor(w, req, err)
		return
	}
	panic(http.ErrAbortHandler) // an answer that was cut off must not look whole
}

// A streamWriter writes answers. Each gives the client time for the next line, and each is an occasion to look whether he
// may still ask: a stream may go on for days.
type streamWriter struct {
	s   *Server
	rc  *http.ResponseController
	w   io.Writer
	req *http.Request
}

func (w *streamWriter) patient() {
	next := time.Now().Add(w.s.opt.Patience)
	_ = w.rc.SetReadDeadline(next)
	_ = w.rc.SetWriteDeadline(next)
}

func (w *streamWriter) Write(p []byte) (int, error) {
	if !w.s.guard.still(w.req, access.Decide) {
		return 0, errRevoked
	}
	w.patient()
	defer w.patient()
	return w.w.Write(p)
}

// errRevoked ends a stream whose caller isn't on the list any more, or hasn't got the role.
var errRevoked = errors.New("the caller may not decide any more")

func streamCode(err error) string {
	switch {
	case errors.Is(err, host.ErrClosed):
		return "closing"
	case errors.Is(err, errRevoked):
		return "revoked"
	}
	return "connection"
}

// explain turns an error of the runner into a problem.
func (s *Server) explain(err error) (code string, detail phrase.Text) {
	var trap *host.TrapError
	switch {
	case errors.Is(err, host.ErrTooLarge):
		return "body_too_large", tooLarge(s.opt.MaxBody)
	case errors.Is(err, host.ErrNoPack):
		return "no_pack", packComing
	case errors.Is(err, host.ErrClosed), errors.Is(err, ledger.ErrClosed):
		return "not_ready", stopping
	case errors.Is(err, host.ErrNoFacts):
		s.opt.Log.Error("facts", "error", "the service that knows them doesn't answer as it should") // its words may quote the case
		return "facts_unavailable", noDecision
	case errors.Is(err, ledger.ErrUnavailable):
		return "log_unavailable", notRecorded
	case errors.As(err, &trap):
		// What the engine said may quote the case, so it goes nowhere.
		s.opt.Log.Error("engine failed", "op", trap.Op, "trap", trap.Error())
		return "engine_failed", instanceGone
	}
	if errors.Is(err, host.ErrNotRecorded) {
		s.opt.Log.Error("decision log", "error", err.Error()) // names no case: that is in its own files
	}
	return "internal", seeLog
}

// clientGone is the status of a request whose client didn't wait for the answer, for figures and log; nobody is sent it.
const clientGone = 499

// failedFor answers a request that got no decision, unless its client has gone: that is no failure of the server.
func (s *Server) failedFor(w http.ResponseWriter, req *http.Request, err error) {
	if req.Context().Err() != nil {
		w.WriteHeader(clientGone)
		return
	}
	s.failed(w, err)
}

func (s *Server) failed(w http.ResponseWriter, err error) {
	code, detail := s.explain(err)
	fail(w, code, detail)
}

// verify replays a decision. Case and decision come as strings, since it is their very bytes that count.
func (s *Server) verify(w http.ResponseWriter, req *http.Request) {
	if !s.plainBody(w, req) {
		return
	}
	if !isJSON(mediaType(req)) {
		fail(w, "wrong_content_type", phrase.Plain("Send application/json."))
		return
	}
	text, ok := s.readBody(w, req, 4*s.opt.MaxBody)
	if !ok {
		return
	}
	doc, err := readTexts(text, "pack", "case", "decision")
	if err != nil {
		fail(w, "bad_request", phrase.Plain(`Send {"pack":"sha256:…","case":"<exact text>","decision":"<exact text>"}, case and decision as strings that hold the exact texts: `+err.Error()+"."))
		return
	}
	caseText, hasCase := doc["case"]
	decision, hasDecision := doc["decision"]
	if !hasCase || !hasDecision {
		fail(w, "bad_request", phrase.Plain("Both case and decision must be given, as strings that hold the exact texts."))
		return
	}
	v, err := s.replay(req.Context(), doc["pack"], []byte(caseText), []byte(decision))
	if err != nil {
		s.failedFor(w, req, err)
		return
	}
	s.metrics.verification(v)
	answer, err := json.Marshal(v)
	if err != nil {
		fail(w, "internal", seeLog)
		return
	}
	writeJSON(w, answer)
}

// replay verifies a decision by the pack its receipt names, which has to be the one of that digest unless it is "". A pack that is
// neither in place nor was published here differs from every one there is.
func (s *Server) replay(ctx context.Context, digest string, caseJSON, decision []byte) (host.Verification, error) {
	made := host.ParseDecision(decision).Receipt().Pack
	var v host.Verification
	built, err := s.published(made)
	switch {
	case err != nil:
	case built != nil:
		v, err = s.opt.Runner.VerifyWith(ctx, built, caseJSON, decision)
	default:
		v, err = s.opt.Runner.Verify(ctx, caseJSON, decision)
	}
	if v.OK && digest != "" && made != digest {
		v = host.Verification{Code: host.PackDiffers, At: "receipt.pack"}
	}
	return v, err
}

// published returns the pack of a digest that was published here and isn't the one in place; nil if there is none.
func (s *Server) published(digest string) ([]byte, error) {
	if s.opt.Archive == nil || !act.ValidDigest(digest) || digest == s.opt.Runner.Pack().Digest {
		return nil, nil
	}
	ids, err := s.opt.Archive.IDs()
	for _, id := range ids {
		if p, err := s.opt.Archive.Find(id, digest); err == nil && p != nil {
			return p.Built, nil
		}
	}
	return nil, err
}

func mediaType(req *http.Request) string {
	kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// isJSON tells whether a body is sent as JSON. A missing type doesn't count: what a browser sends to another site
// without asking never says JSON, and this keeps it out.
func isJSON(kind string) bool { return kind == "application/json" || strings.HasSuffix(kind, "+json") }

// plainBody refuses compressed bodies: their size isn't known before they are unpacked.
func (s *Server) plainBody(w http.ResponseWriter, req *http.Request) bool {
	if e := req.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		fail(w, "unsupported_encoding", phrase.Plain("Send the body as it is."))
		return false
	}
	return true
}

// readBody reads a bounded body, or answers the request.
func (s *Server) readBody(w http.ResponseWriter, req *http.Request, limit int64) ([]byte, bool) {
	text, err := io.ReadAll(http.MaxBytesReader(w, req.Body, limit))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		fail(w, "body_too_large", tooLarge(limit))
		return nil, false
	case err != nil:
		fail(w, "body_unreadable", endedEarly)
		return nil, false
	}
	return text, true
}

func tooLarge(limit int64) phrase.Text { return bodyTooLarge.Of(sizeText(limit)) }

func sizeText(n int64) string {
	if n >= 1<<20 {
		return itoa(n>>20) + " MiB"
	}
	return itoa(n) + " bytes"
}
