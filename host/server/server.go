// Package server offers the engine over HTTP: decisions and their replay, the packs, the page with its modules, and
// what an operator's monitoring asks for. It holds no state of its own.
package server

import (
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"koujing/core/author/phrase"
	"koujing/host"
	"koujing/host/access"
	"koujing/host/ledger"
	"koujing/host/store"
)

// Options are what a Server works with. Runner and Store must be given.
type Options struct {
	Runner *host.Runner
	Store  *store.Store
	// Ledger is the decision log that Runner records to; nil if there is none. The server reports how it fares, and has
	// customers erased in it.
	Ledger *ledger.Ledger
	// Archive is where packs are published; nil if they come from elsewhere.
	Archive *store.Archive
	// Site is the page, index.html at its top; nil if the program was built without.
	Site fs.FS
	// Live reads Site anew at every request, for a folder that somebody is working on.
	Live bool
	// Modules are served beside the page, by file name: koujing.wasm, koujing-author.wasm.
	Modules map[string][]byte
	// Log gets a line a request of the API: route, status, sizes, duration. Never a path, a body or an address.
	Log *slog.Logger
	// Hosts are the names, without port, that the server answers for. Empty means any. A server on the loopback
	// interface names it here, so that a page elsewhere can't reach it through a name of its own (DNS rebinding).
	Hosts []string
	// AllowOrigins are the origins of pages elsewhere that may fetch packs and decisions and embed koujing-frame.html.
	AllowOrigins []string
	// Frame is koujing-frame.json, whose origins are allowed too; nil for one that lists AllowOrigins.
	Frame []byte
	// Access tells who may do what; nil lets everybody do everything, which is for the loopback interface only.
	Access *access.List
	// MaxRunning is how many requests to decide or verify may run at a time, a stream counting as one. What is above it
	// gets 503 at once instead of waiting in memory. Default 256.
	MaxRunning int
	// Tracer makes a span a request; nil makes none.
	Tracer trace.TracerProvider
	// MaxBody bounds a case, a line of a stream, and a quarter of a verify request, in bytes. Default 1 MiB: four times
	// what the contract allows, so that a case a little too big still gets its decision.
	MaxBody int64
	// Patience is how long a client may take to send the next line of a stream, or to take an answer. Default 2 minutes.
	Patience time.Duration
}

// Server is an http.Handler.
type Server struct {
	opt      Options
	mux      *http.ServeMux
	metrics  *metrics
	guard    *guard
	tracer   trace.Tracer
	site     *site
	origins  *origins
	built    atomic.Pointer[file] // the pack given out last
	openapi  []byte
	stopping atomic.Bool
	bodyTime time.Duration // how long a client may take to send a whole body; tests shorten it
}

// New makes a Server. It fails if the site can't be read.
func New(opt Options) (*Server, error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.MaxBody <= 0 {
		opt.MaxBody = 1 << 20
	}
	if opt.Patience <= 0 {
		opt.Patience = 2 * time.Minute
	}
	if opt.MaxRunning <= 0 {
		opt.MaxRunning = 256
	}
	if opt.Tracer == nil {
		opt.Tracer = noop.NewTracerProvider()
	}
	s := &Server{
		opt: opt, mux: http.NewServeMux(), metrics: newMetrics(opt.Runner, opt.Store, opt.Ledger, opt.Access),
		guard:  &guard{opt.Access, make(chan struct{}, opt.MaxRunning)},
		tracer: opt.Tracer.Tracer("koujing/host/server"), bodyTime: 30 * time.Second,
	}
	var err error
	if s.site, err = newSite(opt.Site, opt.Live, opt.Modules); err != nil {
		return nil, err
	}
	if s.origins, err = newOrigins(opt.AllowOrigins, opt.Frame); err != nil {
		return nil, err
	}
	if s.openapi, err = openapiDocument(); err != nil {
		return nil, err
	}
	for _, r := range s.routes() {
		s.mux.Handle(r.pattern, s.observe(r))
	}
	return s, nil
}

// A route is a path of the API with its methods. GET answers HEAD too.
type route struct {
	pattern string // as http.ServeMux writes it
	methods map[string]http.HandlerFunc
	roles   []access.Role // one of them is needed; none: open to everybody
	posts   []access.Role // for a POST, where that needs another
	engine  bool          // occupies the engine while it runs
	page    bool          // part of the page: counted, not logged
}

func (s *Server) routes() []route {
	get := func(h http.HandlerFunc) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodGet: h}
	}
	post := func(h http.HandlerFunc) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodPost: h}
	}
	decide, publish := []access.Role{access.Decide}, []access.Role{access.Publish}
	read := []access.Role{access.Decide, access.Publish, access.Approve}
	return []route{
		{pattern: "/v1/decide", methods: post(s.decide), roles: decide, engine: true},
		{pattern: "/v1/verify", methods: post(s.verify), roles: decide, engine: true},
		{pattern: "/v1/log/erase", methods: post(s.erase), roles: []access.Role{access.Privacy}},
		{pattern: "/v1/packs", methods: map[string]http.HandlerFunc{http.MethodGet: s.listPacks, http.MethodPost: s.publish}, roles: read, posts: publish},
		{pattern: "/v1/packs/{name}", methods: get(s.getPack), roles: read},
		{pattern: "/v1/packs/{name}/sources", methods: get(s.getSources), roles: read},
		{pattern: "/v1/packs/{id}/history", methods: get(s.history), roles: read},
		{pattern: "/v1/packs/{id}/rollback", methods: post(s.rollback), roles: publish},
		{pattern: "/v1/packs/{id}/approve", methods: post(s.approve), roles: []access.Role{access.Approve}},
		{pattern: "/v1/", methods: nil},
		{pattern: "/healthz", methods: get(s.health), page: true},
		{pattern: "/readyz", methods: get(s.ready), page: true},
		{pattern: "/metrics", methods: get(s.metrics.handler().ServeHTTP), page: true},
		{pattern: "/openapi.json", methods: get(s.openapiJSON), page: true},
		{pattern: "/", methods: get(s.site.ServeHTTP), page: true},
	}
}

// method picks the handler of a request, or answers it.
func (r route) method(w http.ResponseWriter, req *http.Request) http.HandlerFunc {
	if r.methods == nil {
		fail(w, "not_found", phrase.Plain("The API has /v1/decide, /v1/verify, /v1/packs and /v1/log/erase. It is described in /openapi.json."))
		return nil
	}
	name := req.Method
	if name == http.MethodHead {
		name = http.MethodGet
	}
	if h := r.methods[name]; h != nil {
		return h
	}
	var allow []string
	for m := range r.methods {
		allow = append(allow, m)
	}
	if r.methods[http.MethodGet] != nil {
		allow = append(allow, http.MethodHead)
	}
	slices.Sort(allow)
	w.Header().Set("Allow", strings.Join(allow, ", "))
	fail(w, "method_not_allowed", phrase.Plain("This path takes "+strings.Join(allow, ", ")+"."))
	return nil
}

// csp lets the page run its own scripts and the engine, and nothing else.
const csp = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data:; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'self'; require-trusted-types-for 'script'"

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", csp)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	s.hurry(w, req)
	if !s.answersFor(req.Host) {
		fail(w, "wrong_host", phrase.Plain("Start the server with --host to let it answer for other names."))
		return
	}
	if s.origins.answer(w, req) {
		return
	}
	s.mux.ServeHTTP(w, req)
}

// hurry bounds how long a client may hold the connection, let in or not: by a body that doesn't come, which net/http waits
// for after an answer too, and by not reading the answer.
func (s *Server) hurry(w http.ResponseWriter, req *http.Request) {
	rc, now := http.NewResponseController(w), time.Now()
	if req.ContentLength != 0 {
		_ = rc.SetReadDeadline(now.Add(s.bodyTime))
	}
	_ = rc.SetWriteDeadline(now.Add(s.opt.Patience))
}

func (s *Server) answersFor(hostport string) bool {
	if len(s.opt.Hosts) == 0 {
		return true
	}
	name := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.Trim(name, "[]"), ".")
	for _, h := range s.opt.Hosts {
		if strings.EqualFold(h, name) {
			return true
		}
	}
	return false
}

// observe wraps a route: a panic becomes a problem, and every request is counted, logged and traced.
func (s *Server) observe(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w, lang: asked(req)}
		method := req.Method
		if r.methods[method] == nil && method != http.MethodHead {
			method = "other" // whatever a client makes up must not make a new series
		}
		if !r.page {
			var span trace.Span
			req, span = s.span(req, method+" "+r.pattern)
			defer func() { endSpan(span, rec.status) }()
		}
		defer func() {
			v := recover()
			if v == http.ErrAbortHandler {
				defer panic(v) // when it is counted
			} else if v != nil {
				// The value may quote the case; the stack is code.
				s.opt.Log.Error("panic", "route", r.pattern, "stack", string(debug.Stack()))
				if rec.status == 0 {
					fail(rec, "internal", seeLog)
				}
			}
			took := time.Since(start)
			s.metrics.request(r.pattern, method, rec.status, took)
			if !r.page {
				s.opt.Log.Info("request", "method", method, "route", r.pattern, "status", rec.status,
					"bytes", rec.bytes, "ms", float64(took.Microseconds())/1000)
			}
		}()
		h := r.method(rec, req)
		if h == nil {
			return
		}
		if in, leave, ok := s.guard.admit(rec, req, r); ok {
			defer leave()
			h(rec, in)
		}
	})
}

// recorder remembers status and size of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
	lang   phrase.Lang // in which problems are told
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Stopping turns /readyz to not ready, so that a load balancer looks elsewhere while running requests finish.
func (s *Server) Stopping() { s.stopping.Store(true) }

// HTTP returns an http.Server with limits on how long a client may dawdle.
func (s *Server) HTTP() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.opt.Log.Handler(), slog.LevelDebug), // names addresses: debug only
	}
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, []byte(`{"status":"ok"}`))
}
