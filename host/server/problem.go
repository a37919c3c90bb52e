package server

import (
	"net/http"

	"github.com/goccy/go-json"

	"koujing/core/author"
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
	"publishing_off":       {http.StatusForbidden, "Packs can't be published on this server"},
	"bad_act":              {http.StatusBadRequest, "This is no signed pack, and no act on one"},
	"unsigned":             {http.StatusForbidden, "The act isn't signed"},
	"unknown_key":          {http.StatusForbidden, "The act is signed with a key that doesn't count here"},
	"key_expired":          {http.StatusForbidden, "The key doesn't count today"},
	"key_not_allowed":      {http.StatusForbidden, "The key may not do this"},
	"other_name":           {http.StatusForbidden, "The key is somebody else's"},
	"bad_signature":        {http.StatusForbidden, "The signature doesn't fit"},
	"same_person":          {http.StatusForbidden, "A second person has to approve it"},
	"not_approved":         {http.StatusUnprocessableEntity, "This approves something else"},
	"digest_differs":       {http.StatusUnprocessableEntity, "The pack isn't the one that was signed"},
	"pack_not_in_order":    {http.StatusUnprocessableEntity, "The pack has errors"},
	"sources_differ":       {http.StatusUnprocessableEntity, "The pack isn't what its sources make"},
	"version_taken":        {http.StatusConflict, "The version was published with other content"},
	"ambiguous_version":    {http.StatusConflict, "The version was published with several contents"},
	"would_drop":           {http.StatusConflict, "Acts wait that this one would drop"},
	"other_pack":           {http.StatusUnprocessableEntity, "The act is about another pack"},
	"pack_refused":         {http.StatusUnprocessableEntity, "The engine refuses the pack"},
	"replayed":             {http.StatusConflict, "The act was taken before, or another one in its place"},
	"wrong_number":         {http.StatusConflict, "The act isn't the next one"},
	"previous_differs":     {http.StatusConflict, "Another pack is in force than when the act was signed"},
	"precondition_failed":  {http.StatusPreconditionFailed, "Another pack is in force than you expect"},
	"nothing_to_approve":   {http.StatusConflict, "Nothing waits for this approval"},
	"unknown_pack":         {http.StatusConflict, "That pack was never published"},
	"outcome_unknown":      {http.StatusInternalServerError, "The disk failed, and the outcome is unknown"},
	"store_damaged":        {http.StatusInternalServerError, "The history of the pack is damaged"},
	"store_failed":         {http.StatusInternalServerError, "The act couldn't be written"},
	"wrong_host":           {http.StatusMisdirectedRequest, "The server doesn't answer for this host"},
	"engine_failed":        {http.StatusInternalServerError, "The engine failed on this case"},
	"internal":             {http.StatusInternalServerError, "The server failed"},
	"unauthorized":         {http.StatusUnauthorized, "The server doesn't know who is asking"},
	"forbidden":            {http.StatusForbidden, "The caller may not do this"},
	"too_many_requests":    {http.StatusTooManyRequests, "The caller asks too often"},
	"busy":                 {http.StatusServiceUnavailable, "The server has as much to do as it takes"},
	"bad_customer":         {http.StatusBadRequest, "The customer's key isn't one"},
	"facts_unavailable":    {http.StatusServiceUnavailable, "What is known of the case couldn't be looked up"},
	"no_log":               {http.StatusNotFound, "The server keeps no decision log"},
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
