package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
)

// site serves the page and the modules from memory, each file with a strong ETag, compressed for those who take it.
type site struct {
	files map[string]*file // by path, without the leading slash
	live  fs.FS            // read at every request, for what files hasn't got
	empty bool
}

// A file is one thing to serve.
type file struct {
	kind string
	etag string
	data []byte
	// Compressed when somebody first asks, and kept: the start of the server doesn't wait for it.
	once   sync.Once
	packed []byte
}

// kinds are the types of the page's files, by extension: the system's own table differs from machine to machine.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".json": "application/json", ".map": "application/json", ".wasm": "application/wasm",
	".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".ico": "image/x-icon", ".woff2": "font/woff2",
	".txt": "text/plain; charset=utf-8", ".yaml": "text/yaml; charset=utf-8", ".csv": "text/csv; charset=utf-8",
}

func kindOf(name string) string {
	if k := kinds[strings.ToLower(path.Ext(name))]; k != "" {
		return k
	}
	return "application/octet-stream"
}

func newFile(name string, data []byte) *file {
	sum := sha256.Sum256(data)
	return &file{kind: kindOf(name), etag: hex.EncodeToString(sum[:16]), data: data}
}

func newSite(from fs.FS, live bool, modules map[string][]byte) (*site, error) {
	s := &site{files: map[string]*file{}, empty: from == nil}
	for name, data := range modules {
		if len(data) > 0 {
			s.files[name] = newFile(name, data)
		}
	}
	if from == nil {
		return s, nil
	}
	if live {
		s.live = from
		return s, nil
	}
	return s, fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, name)
		if err != nil {
			return fmt.Errorf("read the page: %w", err)
		}
		if s.files[name] == nil { // the modules of the program win over copies beside the page
			s.files[name] = newFile(name, data)
		}
		return nil
	})
}

// find returns what a path names, nil if nothing.
func (s *site) find(name string) *file {
	if f := s.files[name]; f != nil {
		return f
	}
	if s.live == nil || !fs.ValidPath(name) {
		return nil
	}
	data, err := fs.ReadFile(s.live, name)
	if err != nil {
		return nil
	}
	return newFile(name, data)
}

func (s *site) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	name := strings.TrimPrefix(path.Clean(req.URL.Path), "/")
	if name == "" || strings.HasSuffix(req.URL.Path, "/") {
		name = path.Join(name, "index.html")
	}
	f := s.find(name)
	if f == nil {
		switch {
		case s.empty && name == "index.html":
			fail(w, "not_found", "This program was built without the page. Run make wasm and build it again. The API is described in /openapi.json.")
		case strings.HasSuffix(name, ".wasm"):
			fail(w, "not_found", "This program was built without this module. Run make wasm and build it again.")
		default:
			fail(w, "not_found", "The page has no such file.")
		}
		return
	}
	f.serve(w, req, s.live == nil || strings.HasSuffix(name, ".wasm"))
}

func (f *file) serve(w http.ResponseWriter, req *http.Request, pack bool) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "no-cache") // keep it, but ask each time whether it is still the same
	h.Add("Vary", "Accept-Encoding")
	data, etag := f.data, f.etag
	if pack && req.Header.Get("Range") == "" && acceptsBrotli(req.Header.Get("Accept-Encoding")) {
		if packed := f.compressed(); packed != nil {
			h.Set("Content-Encoding", "br")
			data, etag = packed, f.etag+"-br"
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(data))
}

// Level 9 takes a fifth of a second for the engine and is within a few percent of 11, which takes five.
const brotliLevel = 9

// compressed returns the file as brotli, nil if that isn't worth it.
func (f *file) compressed() []byte {
	f.once.Do(func() {
		if len(f.data) < 512 || strings.HasPrefix(f.kind, "image/") && f.kind != "image/svg+xml" || f.kind == "font/woff2" {
			return
		}
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, brotliLevel)
		_, err := w.Write(f.data)
		if err = errors.Join(err, w.Close()); err == nil && b.Len() < len(f.data)*9/10 {
			f.packed = b.Bytes()
		}
	})
	return f.packed
}

func acceptsBrotli(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "br") {
			continue
		}
		q := strings.ReplaceAll(params, " ", "")
		return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
	}
	return false
}
