package server

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"

	"github.com/goccy/go-json"

	"koujing/core/author/phrase"
	"koujing/host/access"
	"koujing/host/ledger"
)

// maxCustomer bounds a customer's key, in bytes.
const maxCustomer = 256

// erase takes a customer's personal data out of the decision log while the server goes on. The key comes in the body: a
// path would end up in the logs of every proxy on the way.
func (s *Server) erase(w http.ResponseWriter, req *http.Request) {
	if !s.plainBody(w, req) {
		return
	}
	if !isJSON(mediaType(req)) {
		fail(w, "wrong_content_type", phrase.Plain("Send application/json."))
		return
	}
	text, ok := s.readBody(w, req, 4<<10)
	if !ok {
		return
	}
	doc, err := readTexts(text, "customer")
	customer := doc["customer"]
	switch {
	case err != nil:
		fail(w, "bad_request", phrase.Plain(`Send {"customer":"<his key>"}: `+err.Error()+"."))
		return
	case customer == "" || len(customer) > maxCustomer:
		fail(w, "bad_customer", phrase.Plain(fmt.Sprintf("customer is a key of 1 to %d bytes, as the cases or the header %s gave it.", maxCustomer, customerHeader)))
		return
	case s.opt.Ledger == nil:
		fail(w, "no_log", phrase.Plain("The server keeps no decision log, so there is nothing to erase."))
		return
	}
	by := ""
	if c := access.From(req.Context()); c != nil {
		by = c.Name
	}
	done, err := s.opt.Ledger.Erase(req.Context(), customer)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.opt.Patience)) // it may have taken long
	switch {
	case err == nil:
	case errors.Is(err, ledger.ErrClosed):
		fail(w, "not_ready", phrase.Plain("The server is stopping. An erasure that was begun goes on with its next start."))
	case req.Context().Err() != nil:
		w.WriteHeader(clientGone)
	default:
		s.opt.Log.Error("erasure", "by", by, "error", fault(err))
		fail(w, "log_unavailable", phrase.Plain("The erasure isn't finished. The server goes on with it within the hour; sent again, it goes on at once."))
	}
	if err != nil {
		return
	}
	s.opt.Log.Info("erased", "by", by, "cases", done.Cases, "through", done.Through)
	answer, err := json.Marshal(done)
	if err != nil {
		fail(w, "internal", seeLog)
		return
	}
	writeJSON(w, answer)
}

// fault is what went wrong with a disk, without the path: the file of an erasure bears a pseudonym.
func fault(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Op + ": " + at.Err.Error()
	}
	return err.Error()
}
