//go:build wasip1

package main

import (
	"slices"

	"github.com/goccy/go-json"

	"koujing/core/author"
)

// held are the sources that somebody edits: calls of size 0 are about them, so that a keystroke does not send the pack.
var held = author.Sources{}

// edit changes the sources that calls of size 0 are about: a text, or null for a file that is gone.
//
//go:wasmexport edit
func edit(at, size uint32) uint64 {
	b, ok := buffers[at]
	if !ok || uint32(len(b)) < size {
		return reply(map[string]any{"ok": false, "message": "the edit is not in memory that alloc handed out"})
	}
	changes := map[string]*string{}
	if err := json.Unmarshal(b[:size], &changes); err != nil {
		return reply(map[string]any{"ok": false, "message": "an edit is a JSON object of texts and nulls: " + err.Error()})
	}
	for path, text := range changes {
		if text == nil {
			delete(held, path)
			continue
		}
		held[path] = *text
	}
	return reply(map[string]any{"ok": true, "files": len(held)})
}

// named is what could be named at the last glance.
var named []author.Known

// glance answers what keeps the pack from being built, quickly; and what expressions may say, where that is other than at the
// last glance.
//
//go:wasmexport glance
func glance(at, size uint32) uint64 {
	src, bad := sources(at, size)
	if bad != "" {
		return reply(map[string]any{"ok": false, "message": bad, "diagnostics": []author.Diagnostic{}})
	}
	found, known := desk.Glance(src)
	answer := map[string]any{"ok": author.InOrder(found), "diagnostics": told(found)}
	if known != nil && !slices.Equal(known, named) {
		named = known
		answer["names"] = known
	}
	return reply(answer)
}

// names answers everything that expressions of the pack may say.
//
//go:wasmexport names
func names(at, size uint32) uint64 {
	src, bad := sources(at, size)
	if bad != "" {
		return reply(map[string]any{"names": []author.Known{}, "message": bad})
	}
	known, _ := desk.Names(src)
	return reply(map[string]any{"names": append([]author.Known{}, author.In(lang, known)...)})
}

// whynot answers a pack that tells why a rule did not apply: {"rule":"…"} of the held sources.
//
//go:wasmexport whynot
func whynot(at, size uint32) uint64 {
	b, ok := buffers[at]
	if !ok || uint32(len(b)) < size {
		return reply(map[string]any{"ok": false, "message": "the question is not in memory that alloc handed out"})
	}
	var ask struct {
		Rule string `json:"rule"`
	}
	if err := json.Unmarshal(b[:size], &ask); err != nil {
		return reply(map[string]any{"ok": false, "message": "a question is {\"rule\":\"…\"}: " + err.Error()})
	}
	made, found := desk.WhyNot(held, ask.Rule)
	return reply(map[string]any{"ok": made != nil, "inquiry": made, "diagnostics": told(found)})
}
