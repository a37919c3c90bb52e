package server

import (
	"net/http"

	"github.com/goccy/go-json"
)

// A problem is what a request gets that never came as far as a decision: an RFC 9457 document. Its code is stable; the
// rest is for people. An invalid case is no problem but a decision.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// problems lists every code, with its status and title. The openapi document is checked against it.
var problems = map[string]struct {
	status int
	title  string
}{
	"not_found":            {http.StatusNotFound, "There is nothing here"},
	"pack_not_found":       {http.StatusNotFound, "There is no such pack"},
	"method_not_allowed":   {http.StatusMethodNotAllowed, "The path doesn't take this method"},
	"wrong_content_type":   {http.StatusUnsupportedMediaType, "The body is of a type this path doesn't take"},
	"unsupported_encoding": {http.StatusUnsupportedMediaType, "The body is compressed"},
	"body_too_large":       {http.StatusRequestEntityTooLarge, "The body is too large"},
	"line_too_large":       {http.StatusRequestEntityTooLarge, "A line of the stream is too large"},
	"body_unreadable":      {http.StatusBadRequest, "The body couldn't be read"},
	"bad_request":          {http.StatusBadRequest, "The body isn't what this path takes"},
	"wrong_host":           {http.StatusMisdirectedRequest, "The server doesn't answer for this host"},
	"engine_failed":        {http.StatusInternalServerError, "The engine failed on this case"},
	"internal":             {http.StatusInternalServerError, "The server failed"},
	"unauthorized":         {http.StatusUnauthorized, "The server doesn't know who is asking"},
	"forbidden":            {http.StatusForbidden, "The caller may not do this"},
	"too_many_requests":    {http.StatusTooManyRequests, "The caller asks too often"},
	"busy":                 {http.StatusServiceUnavailable, "The server has as much to do as it takes"},
	"bad_customer":         {http.StatusBadRequest, "The customer's key isn't one"},
	"log_unavailable":      {http.StatusServiceUnavailable, "The decision log can't be written"},
	"no_pack":              {http.StatusServiceUnavailable, "No pack is loaded"},
	"not_ready":            {http.StatusServiceUnavailable, "The server is starting or stopping"},
}

// newProblem makes the document of a code. An unknown code is a mistake in this package, found by its tests.
func newProblem(code, detail string) problem {
	p := problems[code]
	return problem{Type: "urn:koujing:problem:" + code, Title: p.title, Status: p.status, Code: code, Detail: detail}
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
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("ETag")
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(p.text())
}

func fail(w http.ResponseWriter, code, detail string) { newProblem(code, detail).write(w) }
