// Package vectors is the golden decisions: one corpus of cases and exact answers, which every engine has to give byte for
// byte. README.md says how it is written and read.
package vectors

import (
	"bytes"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"koujing/core/author"
	"koujing/core/packs"
)

//go:embed corpus packs packs.json
var files embed.FS

// Vector is a case and the decision it must get.
type Vector struct {
	Name string // unique in the corpus
	Row  string // of the catalogue, "" if there is none
	Pack string // see Sources
	Case []byte
	// Decision is exact but for two digests of its receipt, which Expect puts in: the engine's is not known before the module
	// is built, and the pack's stands once for all vectors in packs.json. nil in a vector that was never decided.
	Decision []byte
	written  entry
}

// entry is a vector as it is written. The case stands as what it is where its compact form is exactly what is fed in, as a
// text where white space, escapes or damage matter, and in base64 where it is not even UTF-8.
type entry struct {
	Name     string          `json:"name"`
	Row      string          `json:"row,omitempty"`
	Pack     string          `json:"pack"`
	Case     json.RawMessage `json:"case,omitempty"`
	Text     *string         `json:"case_text,omitempty"`
	Base64   string          `json:"case_base64,omitempty"`
	Size     int             `json:"case_size,omitempty"` // spaces fill the case up to so many bytes
	Decision json.RawMessage `json:"decision,omitempty"`
}

// Placeholders in the receipt of a written decision.
const (
	engineDigest = "sha256:<engine>"
	packDigest   = "sha256:<pack>"
)

// Expect is the decision with the digests of the engine and the pack that made it, as "sha256:…".
func (v *Vector) Expect(engine, pack string) []byte {
	head, receipt, found := bytes.Cut(v.Decision, []byte(`,"receipt":`))
	if !found {
		return v.Decision
	}
	receipt = bytes.Replace(receipt, []byte(engineDigest), []byte(engine), 1)
	receipt = bytes.Replace(receipt, []byte(packDigest), []byte(pack), 1)
	return bytes.Join([][]byte{head, receipt}, []byte(`,"receipt":`))
}

// Areas are the files of the corpus, without their ending.
func Areas() ([]string, error) {
	names, err := fs.Glob(files, "corpus/*.json")
	for i := range names {
		names[i] = strings.TrimSuffix(path.Base(names[i]), ".json")
	}
	return names, err
}

// Load reads the vectors of an area.
func Load(area string) ([]Vector, error) {
	text, err := files.ReadFile("corpus/" + area + ".json")
	if err != nil {
		return nil, err
	}
	var entries []entry
	if err := json.Unmarshal(text, &entries); err != nil {
		return nil, fmt.Errorf("%s: %w", area, err)
	}
	list := make([]Vector, len(entries))
	for i := range entries {
		if list[i], err = entries[i].vector(); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", area, entries[i].Name, err)
		}
	}
	return list, nil
}

func (e *entry) vector() (v Vector, err error) {
	v = Vector{Name: e.Name, Row: e.Row, Pack: e.Pack, written: *e}
	switch {
	case e.Case != nil && e.Text == nil && e.Base64 == "":
		v.Case, err = compact(e.Case)
	case e.Case == nil && e.Text != nil && e.Base64 == "":
		v.Case = []byte(*e.Text)
	case e.Case == nil && e.Text == nil:
		v.Case, err = base64.StdEncoding.DecodeString(e.Base64)
	default:
		err = errors.New("the case is written twice")
	}
	if fill := e.Size - len(v.Case); fill > 0 {
		v.Case = append(v.Case, bytes.Repeat([]byte{' '}, fill)...)
	}
	if err == nil && e.Decision != nil {
		v.Decision, err = compact(e.Decision)
	}
	return v, err
}

// compact takes away the white space that makes a file readable; all else stays as it is, byte for byte.
func compact(text []byte) ([]byte, error) {
	var b bytes.Buffer
	err := json.Compact(&b, text)
	return b.Bytes(), err
}

// Digest is the digest of a built pack that the corpus was decided with, "" if it is not known.
func Digest(pack string) (string, error) {
	text, err := files.ReadFile("packs.json")
	if err != nil {
		return "", err
	}
	digests := map[string]string{}
	err = json.Unmarshal(text, &digests)
	return digests[pack], err
}

// Sources are the sources of a pack by the name that vectors call it: one of packs/, else a default pack.
func Sources(pack string) (author.Sources, error) {
	if sub, err := fs.Sub(files, "packs/"+pack); err == nil {
		if _, err := fs.Stat(sub, "pack.yaml"); err == nil {
			return author.ReadFS(sub)
		}
	}
	sub, err := fs.Sub(packs.FS, pack)
	if err != nil {
		return nil, err
	}
	return author.ReadFS(sub)
}
