package server

import (
	"math"
	"net/http"
	"slices"
	"strconv"

	"koujing/host/access"
)

// A guard decides whether a request may come in at all: who sends it, how often, and how many are there already.
type guard struct {
	access *access.List  // nil: everybody may do everything
	room   chan struct{} // a place for each request that occupies the engine
}

// admit answers a request that may not come in, and returns one that may with its caller. leave must be called when it
// is done.
func (g *guard) admit(w http.ResponseWriter, req *http.Request, r route) (in *http.Request, leave func(), ok bool) {
	if g.access != nil && len(r.roles) > 0 {
		roles := r.roles
		if req.Method == http.MethodPost && r.posts != nil {
			roles = r.posts
		}
		c := g.access.Who(req)
		switch {
		case c == nil:
			w.Header().Set("WWW-Authenticate", `Bearer realm="koujing"`)
			fail(w, "unauthorized", sendToken)
			return nil, nil, false
		case !slices.ContainsFunc(roles, c.May):
			fail(w, "forbidden", noRole)
			return nil, nil, false
		case !c.Allow():
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(1/c.Rate()))))
			fail(w, "too_many_requests", rateUsedUp)
			return nil, nil, false
		}
		req = req.WithContext(access.With(req.Context(), c))
	}
	if !r.engine {
		return req, func() {}, true
	}
	select {
	case g.room <- struct{}{}:
		return req, func() { <-g.room }, true
	default:
		fail(w, "busy", allRunning)
		return nil, nil, false
	}
}

// still tells whether the caller of a request that goes on and on may send it now: the list may be another.
func (g *guard) still(req *http.Request, role access.Role) bool {
	if g.access == nil {
		return true
	}
	c := g.access.Who(req)
	return c != nil && c.May(role)
}
