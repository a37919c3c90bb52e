//go:build wasip1

// Command author is the guest koujing-author.wasm: the compiler of packs, for pages that take a pack's sources. It is
// fetched only then. See ../README.md for the calls.
package main

import (
	"unsafe"

	"github.com/goccy/go-json"

	"koujing/core/author"
	"koujing/core/author/change"
	"koujing/core/author/phrase"
	"koujing/core/author/tidy"
	"koujing/core/digest"
	"koujing/core/pack"
)

func main() {}

// maxBuffer bounds the sources that are handed in.
const maxBuffer = 32 << 20

var (
	buffers = map[uint32][]byte{} // by address: what the host was given, kept until it is freed
	answer  []byte
	desk    author.Workspace // whoever edits asks again after each keystroke
	lang    phrase.Lang      // of what is told to people
)

//go:wasmexport alloc
func alloc(size uint32) uint32 {
	if size == 0 || size > maxBuffer {
		return 0
	}
	b := make([]byte, size)
	at := address(b)
	buffers[at] = b
	return at
}

//go:wasmexport free
func free(at uint32) { delete(buffers, at) }

// speak sets the language of all that is told to people from now on, by its tag. Before, it is English.
//
//go:wasmexport speak
func speak(at, size uint32) uint32 {
	tag, ok := given(at, size)
	if !ok {
		return 0
	}
	lang = phrase.LangOf(string(tag))
	return 1
}

// told are findings as an answer has them.
func told(found []author.Diagnostic) []author.Diagnostic {
	return append([]author.Diagnostic{}, author.In(lang, found)...)
}

// dayEntry is no file of a pack: what stands there is the day on which the pack is to hold, such as 2026-11-22.
const dayEntry = "at"

// checkSteps is how long check searches one decision: a page waits for it.
const checkSteps = 500_000

// outcome is what build and check answer.
type outcome struct {
	OK          bool                `json:"ok"`
	Need        []string            `json:"need,omitempty"`
	Digest      string              `json:"digest,omitempty"`
	Pack        string              `json:"pack,omitempty"`
	Diagnostics []author.Diagnostic `json:"diagnostics"`
}

//go:wasmexport build
func build(at, size uint32) uint64 { return compile(at, size, true) }

//go:wasmexport check
func check(at, size uint32) uint64 { return compile(at, size, false) }

func compile(at, size uint32, whole bool) uint64 {
	out := outcome{Diagnostics: []author.Diagnostic{}}
	src, bad := sources(at, size)
	if bad != "" {
		out.Diagnostics = append(out.Diagnostics, author.Diagnostic{Code: "bad_sources", Level: author.LevelError, Line: 1, Column: 1, EndColumn: 2, Message: bad})
		return reply(out)
	}
	day := src[dayEntry]
	delete(src, dayEntry)
	if whole {
		if out.Need = author.Need(src); len(out.Need) > 0 {
			return reply(out)
		}
	} else {
		out.Diagnostics = told(desk.Check(src, author.Options{At: day, Steps: checkSteps}))
		out.OK = author.InOrder(out.Diagnostics)
		return reply(out)
	}
	built, found := desk.Build(src)
	out.OK = built != nil
	out.Diagnostics = told(found)
	if out.OK {
		out.Digest = "sha256:" + string(digest.AppendHex(nil, pack.Digest(built)))
		out.Pack = string(built)
	}
	return reply(out)
}

// tidied is what format answers.
type tidied struct {
	OK      bool           `json:"ok"`
	Code    string         `json:"code,omitempty"`
	Message string         `json:"message,omitempty"`
	Changed author.Sources `json:"changed"`
	Left    []tidy.Problem `json:"left"`
}

//go:wasmexport format
func format(at, size uint32) uint64 {
	out := tidied{Changed: author.Sources{}, Left: []tidy.Problem{}}
	src, bad := sources(at, size)
	if bad != "" {
		out.Code, out.Message = "bad_sources", bad
		return reply(out)
	}
	delete(src, dayEntry)
	changed, left, err := tidy.Pack(&desk, src)
	if err != nil {
		out.Code, out.Message = "meaning", err.Error()
		return reply(out)
	}
	out.OK, out.Changed, out.Left = true, changed, append(out.Left, left...)
	return reply(out)
}

// compared is what diff answers.
type compared struct {
	OK      bool   `json:"ok"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	*change.Report
}

//go:wasmexport diff
func diff(at, size uint32) uint64 {
	var two struct{ From, To author.Sources }
	if bad := read(at, size, &two); bad != "" {
		return reply(compared{Code: "bad_sources", Message: bad})
	}
	report, err := change.Compare(&desk, two.From, two.To)
	if err != nil {
		return reply(compared{Code: "unreadable", Message: err.Error()})
	}
	report.Changes = author.In(lang, report.Changes)
	return reply(compared{OK: true, Report: report})
}

// sources reads {"pack.yaml":"…"}; of size 0, those that edit keeps.
func sources(at, size uint32) (author.Sources, string) {
	if size == 0 {
		return held, ""
	}
	src := author.Sources{}
	return src, read(at, size, &src)
}

// read reads what the host has written. What it returns is why it cannot.
func read(at, size uint32, into any) string {
	b, ok := given(at, size)
	if !ok {
		return "the sources are not in memory that alloc handed out"
	}
	if err := json.Unmarshal(b, into); err != nil {
		return "the sources are no JSON object of texts: " + err.Error()
	}
	return ""
}

func reply(out any) uint64 {
	b, err := json.MarshalWithOption(out, json.DisableHTMLEscape())
	if err != nil { // nothing in an answer can fail to be written
		b = []byte(`{"ok":false,"diagnostics":[]}`)
	}
	answer = b
	return uint64(address(answer))<<32 | uint64(len(answer))
}

func address(b []byte) uint32 { return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) }
