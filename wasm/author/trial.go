//go:build wasip1

package main

import (
	"github.com/goccy/go-json"

	"koujing/core/author"
	"koujing/core/author/phrase"
)

// trial is a run of a pack's own tests: whoever holds an engine decides their cases, and has the decisions judged here.
var trial struct {
	tests    []author.Test
	coverage *author.Coverage
}

// trialTest is a test as tests answers it.
type trialTest struct {
	Name string `json:"name"`
	Row  string `json:"row"`
	File string `json:"file"`
	Line int    `json:"line"`
	Case string `json:"case"`
}

// tests begins a run, and answers the tests of the pack with their cases; none where the pack does not build.
//
//go:wasmexport tests
func tests(at, size uint32) uint64 {
	src, bad := sources(at, size)
	if bad != "" {
		return reply(map[string]any{"ok": false, "message": bad})
	}
	built, found := desk.Build(src)
	listed, more := author.Tests(src)
	found = append(found, more...)
	if built == nil {
		return reply(map[string]any{"ok": false, "message": "the pack does not build", "diagnostics": told(found)})
	}
	trial.tests, trial.coverage = listed, desk.Coverage(src)
	out := make([]trialTest, len(listed))
	for i, t := range listed {
		out[i] = trialTest{t.Name, t.Row, t.File, t.Line, string(t.Case)}
	}
	return reply(map[string]any{"ok": true, "tests": out, "diagnostics": told(found)})
}

// judge answers where a decision differs from what the test expects, one line a difference: {"test":0,"decision":"…"} in.
//
//go:wasmexport judge
func judge(at, size uint32) uint64 {
	b, ok := buffers[at]
	if !ok || uint32(len(b)) < size {
		return reply(map[string]any{"ok": false, "message": "the decision is not in memory that alloc handed out"})
	}
	var given struct {
		Test     int    `json:"test"`
		Decision string `json:"decision"`
	}
	if err := json.Unmarshal(b[:size], &given); err != nil || given.Test < 0 || given.Test >= len(trial.tests) {
		return reply(map[string]any{"ok": false, "message": "a decision to judge is {\"test\":<number>,\"decision\":\"…\"}, after tests"})
	}
	problems := phrase.In(lang, trial.tests[given.Test].Judge([]byte(given.Decision)))
	trial.coverage.Note([]byte(given.Decision))
	return reply(map[string]any{"ok": true, "problems": problems})
}

// coverage answers what the decisions judged so far have reached of the pack.
//
//go:wasmexport coverage
func coverage(uint32, uint32) uint64 {
	if trial.coverage == nil {
		return reply(map[string]any{"ok": false, "message": "no tests were begun"})
	}
	trial.coverage.Sum()
	return reply(map[string]any{"ok": true, "coverage": trial.coverage})
}
