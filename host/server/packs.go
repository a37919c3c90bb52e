package server

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/goccy/go-json"

	"koujing/host/act"
	"koujing/host/ledger"
	"koujing/host/store"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// listPacks tells which packs there are and how they fare: a source that was refused shows here, with its findings. The
// first is the one that decides.
func (s *Server) listPacks(w http.ResponseWriter, _ *http.Request) {
	list := []store.Status{s.opt.Store.Status()}
	if s.opt.Archive != nil {
		others, err := s.others(list[0].ID)
		if err != nil {
			s.refused(w, err)
			return
		}
		list = append(list, others...)
	}
	text, err := json.Marshal(struct {
		Packs []store.Status `json:"packs"`
	}{list})
	if err != nil {
		fail(w, "internal", seeLog)
		return
	}
	writeJSON(w, text)
}

// others are the packs that were published here besides the one that decides.
func (s *Server) others(id string) ([]store.Status, error) {
	ids, err := s.opt.Archive.IDs()
	if err != nil {
		return nil, err
	}
	var list []store.Status
	for _, other := range ids {
		if acts, err := s.opt.Archive.History(other); other == id || err == nil && len(acts) == 0 {
			continue
		}
		st, err := s.opt.Archive.Status(other)
		if err != nil {
			return nil, err
		}
		if st != nil && st.Source == store.Published {
			list = append(list, *st)
		}
	}
	return list, nil
}

// findPack returns the pack that a path names, or answers the request.
func (s *Server) findPack(w http.ResponseWriter, req *http.Request) *store.Pack {
	id, ref, exact := strings.Cut(req.PathValue("name"), "@")
	if exact && ref == "" { // no version is not any version
		s.packNotFound(w)
		return nil
	}
	var p *store.Pack
	if version := exact && !act.ValidDigest(ref); !version || s.opt.Archive == nil {
		p = s.opt.Store.Get(id, ref)
	} // else the archive is asked first: it may have other contents of that version
	if p == nil && s.opt.Archive != nil {
		var err error
		if p, err = s.opt.Archive.Find(id, ref); err != nil {
			s.refused(w, err)
			return nil
		}
	}
	if p == nil {
		p = s.opt.Store.Get(id, ref)
	}
	if p == nil {
		s.packNotFound(w)
	}
	return p
}

func (s *Server) packNotFound(w http.ResponseWriter) {
	detail := packsAreListed
	if now := s.opt.Store.Current(); now != nil {
		detail = inPlace.Of(now.ID, now.Version, detail)
	}
	fail(w, "pack_not_found", detail)
}

// getPack gives out a pack: by id the one that decides, never one that was refused; by id@version or id@digest one that
// was published. Who accepts signed packs gets it with the acts that put it in force, if there are any.
func (s *Server) getPack(w http.ResponseWriter, req *http.Request) {
	p := s.findPack(w, req)
	if p == nil {
		return
	}
	w.Header().Add("Vary", "Accept")
	if p.Bundle != nil && strings.Contains(req.Header.Get("Accept"), act.MediaType) {
		f := &file{kind: act.MediaType, etag: p.Digest, data: p.Bundle.Bytes(), named: true}
		f.serve(w, req)
		return
	}
	if p != s.opt.Store.Current() {
		f := &file{kind: "application/json", etag: p.Digest, data: p.Built, named: true}
		f.serve(w, req)
		return
	}
	s.packFile(p).serve(w, req)
}

// getSources gives out the files a pack was made of, as a JSON object of texts by path, for whoever edits it.
func (s *Server) getSources(w http.ResponseWriter, req *http.Request) {
	p := s.findPack(w, req)
	if p == nil {
		return
	}
	src, err := p.Sources()
	if err != nil {
		fail(w, "internal", seeLog)
		return
	}
	text, err := json.Marshal(src)
	if err != nil {
		fail(w, "internal", seeLog)
		return
	}
	w.Header().Set("ETag", `"`+p.Digest+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	writeJSON(w, text)
}

// packFile is a built pack as a file, compressed once: a page waits for it, and four fifths of it are text.
func (s *Server) packFile(p *store.Pack) *file {
	if f := s.built.Load(); f != nil && f.etag == p.Digest {
		return f
	}
	f := &file{kind: "application/json", etag: p.Digest, data: p.Built, named: true}
	f.pack()
	s.built.Store(f)
	return f
}

// ready tells a load balancer whether to send work.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	p := s.opt.Runner.Pack()
	switch {
	case s.stopping.Load():
		fail(w, "not_ready", stopping)
	case p.Digest == "":
		fail(w, "no_pack", packComing)
	case s.logDown():
		fail(w, "log_unavailable", withheld)
	default:
		text, err := json.Marshal(struct {
			Status string `json:"status"`
			Engine string `json:"engine"`
			Pack   any    `json:"pack"`
		}{"ready", s.opt.Runner.Engine(), p})
		if err != nil {
			fail(w, "internal", seeLog)
			return
		}
		writeJSON(w, text)
	}
}

// logDown tells whether decisions are withheld, since they can't be recorded.
func (s *Server) logDown() bool {
	l := s.opt.Ledger
	return l != nil && l.Mode() == ledger.Strict && l.Info().Down != nil
}
