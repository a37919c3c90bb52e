package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// frameConfig is what koujing-frame.html reads to know whom it listens to. A Frame of the options takes its place.
const frameConfig = "koujing-frame.json"

// An origins knows the pages elsewhere that may use the server: fetch packs and decisions, and embed the frame.
type origins struct {
	allowed []string
	csp     string // of the frame's page: embedded by those allowed
	frame   *file
}

// newOrigins checks what the operator has allowed. An origin is a scheme and a host, with a port where it has one.
func newOrigins(allow []string, frame []byte) (*origins, error) {
	config := map[string]json.RawMessage{}
	if frame != nil {
		if err := json.Unmarshal(frame, &config); err != nil {
			return nil, fmt.Errorf("read the frame's configuration: %w", err)
		}
	}
	var listed []string
	if raw, ok := config["origins"]; ok {
		if err := json.Unmarshal(raw, &listed); err != nil {
			return nil, fmt.Errorf("read the frame's configuration: origins is a list of texts: %w", err)
		}
	}
	o := &origins{allowed: []string{}}
	for _, origin := range append(listed, allow...) {
		if u, err := url.Parse(origin); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Contains(u.Host, "*") || u.Scheme+"://"+u.Host != origin {
			return nil, fmt.Errorf("%q is no origin: it is a scheme and a host, as in https://crm.example, with a port where it has one, without a path and without *", origin)
		}
		if !slices.Contains(o.allowed, origin) {
			o.allowed = append(o.allowed, origin)
		}
	}
	o.csp = strings.Replace(csp, "frame-ancestors 'self'", "frame-ancestors "+strings.Join(append([]string{"'self'"}, o.allowed...), " "), 1)
	if frame == nil && len(o.allowed) == 0 {
		return o, nil
	}
	var err error
	if config["origins"], err = json.Marshal(o.allowed); err != nil {
		return nil, err
	}
	text, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	o.frame = newFile(frameConfig, text)
	return o, nil
}

// answer says what a page of another origin may do, and answers where that is all the request asks. Only the page's files, packs,
// decisions and replays are open to them; what was recorded is not, and a pack is published from the server's own origin or not from a browser.
func (o *origins) answer(w http.ResponseWriter, req *http.Request) (done bool) {
	h := w.Header()
	if strings.HasSuffix(req.URL.Path, "/koujing-frame.html") {
		h.Set("Content-Security-Policy", o.csp)
	}
	if o.frame != nil && path.Clean(req.URL.Path) == "/"+frameConfig && (req.Method == http.MethodGet || req.Method == http.MethodHead) {
		o.frame.serve(w, req)
		return true
	}
	if len(o.allowed) == 0 {
		return false
	}
	h.Add("Vary", "Origin")
	origin := req.Header.Get("Origin")
	if !slices.Contains(o.allowed, origin) || !open(req) {
		return false
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "ETag")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if req.Method != http.MethodOptions || req.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// open tells whether a request, or the one a preflight asks for, is of a kind that is open to other origins.
func open(req *http.Request) bool {
	method := req.Method
	if method == http.MethodOptions {
		method = req.Header.Get("Access-Control-Request-Method")
	}
	switch method {
	case http.MethodGet, http.MethodHead:
		p := req.URL.Path
		return p != "/metrics" && (!strings.HasPrefix(p, "/v1/") || p == "/v1/packs" || strings.HasPrefix(p, "/v1/packs/"))
	case http.MethodPost:
		return req.URL.Path == "/v1/decide" || req.URL.Path == "/v1/verify"
	}
	return false
}
