package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"koujing/core/author/phrase"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
)

// site serves the page and the modules from memory, each file with a strong ETag, compressed for those who take it.
type site struct {
	files  map[string]*file // by path, without the leading slash
	live   fs.FS            // read at every request, for what files hasn't got
	empty  bool
	packed chan struct{} // closed when what is to be compressed is
}

// A file is one thing to serve.
type file struct {
	kind string
	etag string
	data []byte
	// The etag names the content, however it is coded: a pack's is its digest, which callers compare.
	named bool
	// The file as brotli: nil until it is made, or if that isn't worth it.
	packed atomic.Pointer[[]byte]
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
	s := &site{files: map[string]*file{}, empty: from == nil, packed: make(chan struct{})}
	for name, data := range modules {
		if len(data) > 0 {
			s.files[name] = newFile(name, data)
		}
	}
	if live {
		s.live, from = from, nil
	}
	if err := s.read(from); err != nil {
		return nil, err
	}
	go s.pack()
	return s, nil
}

// read takes the files of a folder into memory.
func (s *site) read(from fs.FS) error {
	if from == nil {
		return nil
	}
	return fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
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
		case s.find(name+"/index.html") != nil: // its files are named from the folder
			http.Redirect(w, req, "/"+name+"/", http.StatusPermanentRedirect)
		case s.empty && name == "index.html":
			fail(w, "not_found", phrase.Plain("This program was built without the page. Run make wasm and build it again. The API is described in /openapi.json."))
		case strings.HasSuffix(name, ".wasm"):
			fail(w, "not_found", phrase.Plain("This program was built without this module. Run make wasm and build it again."))
		default:
			fail(w, "not_found", phrase.Plain("The page has no such file."))
		}
		return
	}
	f.serve(w, req)
}

func (f *file) serve(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "no-cache") // keep it, but ask each time whether it is still the same
	h.Add("Vary", "Accept-Encoding")
	data, etag := f.data, f.etag
	if packed := f.packed.Load(); packed != nil && req.Header.Get("Range") == "" && acceptsBrotli(req.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "br")
		data = *packed
		if !f.named {
			etag += "-br"
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(data))
}

// Level 6 takes a quarter of a second for the engine and gives 646 KB; 9 takes twice as long and gives 638.
const brotliLevel = 6

// pack compresses the files, one after the other and the small ones first. It runs beside the server: until a file is
// ready it is served as it is, so that nobody waits.
func (s *site) pack() {
	defer close(s.packed)
	files := slices.SortedFunc(maps.Values(s.files), func(a, b *file) int { return len(a.data) - len(b.data) })
	for _, f := range files {
		if len(f.data) < 512 || strings.HasPrefix(f.kind, "image/") && f.kind != "image/svg+xml" || f.kind == "font/woff2" {
			continue
		}
		f.pack()
	}
}

// pack makes the compressed form, where that is worth it.
func (f *file) pack() {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotliLevel)
	_, err := w.Write(f.data)
	if err = errors.Join(err, w.Close()); err == nil && b.Len() < len(f.data)*9/10 {
		packed := b.Bytes()
		f.packed.Store(&packed)
	}
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
