// Package proof puts a decision into one file with all it was made from: whoever has the file and this program can make
// the decision again, years later and without asking anybody.
package proof

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"koujing/host"
)

// Format is what a file says it is.
const Format = "koujing evidence 1"

// A File is a decision and what it was made from. Case, Decision and Pack are exact texts.
type File struct {
	Format   string          `json:"format"`
	Receipt  host.Receipt    `json:"receipt"`          // the decision's, so that it can be read without reading on
	Record   json.RawMessage `json:"record,omitempty"` // the line of the decision log, if it comes from one
	Case     string          `json:"case"`
	Decision string          `json:"decision"`
	Pack     string          `json:"pack"`
	Engine   []byte          `json:"engine"` // koujing.wasm as gzip
}

// ErrFormat is wrapped by the errors about a file that is none, or is damaged.
var ErrFormat = errors.New("not a file of evidence")

// New makes a file. It checks that the engine is the one the decision names; the rest is Verify's.
func New(caseJSON, decision, pack, engine []byte, record []byte) (*File, error) {
	f := &File{Format: Format, Receipt: host.ParseDecision(decision).Receipt(), Record: record, Case: string(caseJSON), Decision: string(decision), Pack: string(pack)}
	if f.Receipt == (host.Receipt{}) {
		return nil, errors.New("the decision has no receipt")
	}
	if got := digestOf(engine); got != f.Receipt.Engine {
		return nil, fmt.Errorf("the decision was made by the engine %s, and this is %s", f.Receipt.Engine, got)
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(engine)
	}
	if err == nil {
		err = z.Close()
	}
	f.Engine = b.Bytes()
	return f, err
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Write writes the file as one JSON document.
func (f *File) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(f)
}

// Limits of what Read takes: an engine beyond them could not be run.
const (
	maxFile   = 128 << 20
	maxEngine = 64 << 20
)

// Read reads a file.
func Read(r io.Reader) (*File, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%w: larger than 128 MiB", ErrFormat)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	f := &File{}
	if err := dec.Decode(f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if f.Format != Format {
		return nil, fmt.Errorf("%w: it says %q and should say %q", ErrFormat, f.Format, Format)
	}
	return f, nil
}

// Module returns the engine's module.
func (f *File) Module() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(f.Engine))
	if err != nil {
		return nil, fmt.Errorf("%w: the engine: %w", ErrFormat, err)
	}
	module, err := io.ReadAll(io.LimitReader(z, maxEngine+1))
	if err == nil && len(module) > maxEngine {
		err = errors.New("larger than 64 MiB")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: the engine: %w", ErrFormat, err)
	}
	return module, nil
}

// Verify decides the case of the file again with the pack of the file and an engine: module, or the file's own if that
// is nil. Start makes a runner of a module.
//
// That it is OK means: this engine makes this decision of this case with this pack. Whether engine and pack are those
// that were in force then, their digests tell to whoever knows them; a file may bring any engine along.
func (f *File) Verify(ctx context.Context, module []byte, start func(context.Context, []byte) (*host.Runner, error)) (host.Verification, error) {
	made := host.ParseDecision([]byte(f.Decision)).Receipt()
	if made != f.Receipt {
		return host.Verification{Code: host.DecisionDiffers, At: "receipt"}, nil
	}
	if module == nil {
		var err error
		if module, err = f.Module(); err != nil {
			return host.Verification{}, err
		}
	}
	if digestOf(module) != made.Engine {
		return host.Verification{Code: host.EngineDiffers, At: "receipt.engine"}, nil
	}
	r, err := start(ctx, module)
	if err != nil {
		return host.Verification{}, err
	}
	defer func() { _ = r.Close(context.WithoutCancel(ctx)) }()
	p, err := r.Reload(ctx, []byte(f.Pack))
	var refused *host.PackError
	if errors.As(err, &refused) || err == nil && p.Digest != made.Pack {
		return host.Verification{Code: host.PackDiffers, At: "receipt.pack"}, nil
	}
	if err != nil {
		return host.Verification{}, err
	}
	return r.Verify(ctx, []byte(f.Case), []byte(f.Decision))
}
