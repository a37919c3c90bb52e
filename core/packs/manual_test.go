package packs_test

import (
	"os"
	"regexp"
	"testing"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/author/phrase"
)

// block is an example of the manual that is a file of a pack: ```yaml rules/refund.yaml.
var block = regexp.MustCompile("(?ms)^```(?:yaml|csv) (\\S+)\n(.*?)^```$")

// The examples of the manual for operators are one pack. It is in order, and decides what its tests say.
func TestManual(t *testing.T) {
	text, err := os.ReadFile("README.zh-CN.md")
	if err != nil {
		t.Fatal(err)
	}
	src := author.Sources{}
	for _, m := range block.FindAllSubmatch(text, -1) {
		src[string(m[1])] += string(m[2])
	}
	if len(src) < 8 {
		t.Fatalf("there are only %d files in it", len(src))
	}
	for _, d := range author.In(phrase.ZH, author.Check(src, author.Options{At: "2026-11-22"})) {
		t.Errorf("%s:%d:%d: %s: %s (%s)", d.File, d.Line, d.Column, d.Level, d.Message, d.Hint)
	}
	built, _ := author.Build(src)
	if built == nil {
		t.FailNow()
	}
	engine, bad := core.Load(built, [32]byte{})
	if bad != nil {
		t.Fatal(bad)
	}
	tests, _ := author.Tests(src)
	if len(tests) < 3 {
		t.Errorf("there are only %d tests in it", len(tests))
	}
	for _, test := range tests {
		for _, wrong := range test.Judge(engine.Decide(nil, test.Case)) {
			t.Errorf("%s: %s", test.Name, wrong.In(phrase.ZH))
		}
	}
}
