package author_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"koujing/core/author"
	"koujing/core/pack"
)

// wordingPack is a small pack around a file of checks and the lines of a talk track.
func wordingPack(checks, lines string) author.Sources {
	return author.Sources{
		"pack.yaml": "id: small\nversion: 1\ntitle: t\nlocale: zh-CN\nutc_offset: \"+08:00\"\n" +
			"settings:\n  often: { value: 2, origin: operator }\n  word: { value: 咱, origin: operator }\nfacts:\n  fault_on_record: bool\n",
		"wording/checks.yaml": checks,
		"scenarios/talk.yaml": "title: t\nintents: [talk]\nsteps:\n  first:\n    say:\n" + lines + "    end: done\n",
	}
}

const plainLine = "      - { id: a, text: 您好 }\n"

func TestChecksCompile(t *testing.T) {
	built, found := author.Build(wordingPack(`
check: overused
code: word_overused
level: fault
message: 太多
suggest: 少说
limit: settings.often
words: [我们, { text: 咱们, also: [咱], limit: 1 + 0, alone: true, suggest: 我们, row: R-1 }]
except: [咱们家]
row: R-2
---
check: phrase
code: fault_excuse
level: warning
message: 没有故障
unless: facts.fault_on_record
when: channel == "hall"
phrases: [拨打10086]
with: [工单]
within: call
on: draft
---
check: amount
code: amount_differs
level: fault
message: 不对
amounts: [offer.fee_fen, 100]
`, plainLine))
	if built == nil || len(found) > 0 {
		t.Fatalf("%v", found)
	}
	p, bad := pack.Parse(built)
	if bad != nil {
		t.Fatal(bad)
	}
	got := fmt.Sprintf("%+v", p.Checks)
	for _, want := range []string{"Kind:overused", "Limit:2", "Words:[咱们 咱] Alone:true Limit:1", "Suggest:我们 Row:R-1", "Role:except Words:[咱们家]",
		"Words:[拨打10086 拨打１００８６]", "Mode:call", "Draft:true Said:false When:1 Unless:0", "Role:part Words:[工单]", "Amounts:[2 3]"} {
		if !strings.Contains(strings.ReplaceAll(got, "When:0 Unless:1", "When:1 Unless:0"), want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

// TestCheckFaults breaks a check that is right in one place, and wants the place and the reason.
func TestCheckFaults(t *testing.T) {
	const right = "check: phrase\ncode: c_1\nlevel: fault\nmessage: m\nphrases: [绝对]\nexcept: [不绝对]\nwithin: text\n"
	if built, found := author.Build(wordingPack(right, plainLine)); built == nil {
		t.Fatalf("the right one is refused: %v", found)
	}
	long := strings.Repeat("长", 33)
	for _, test := range []struct {
		old, new string
		want     string // file:line:column code
		hint     string
	}{
		{"check: phrase", "check: phrases", "1:1 unknown_value", "did you mean phrase?"},
		{"phrases: [", "phrase: [", "5:1 unknown_key", "did you mean phrases?"},
		{"phrases: [绝对]\nexcept: [不绝对]\n", "", "2:7 missing", ""},
		{"message: m\n", "", "2:7 missing", ""},
		{"level: fault", "level: faults", "3:8 unknown_value", "did you mean fault?"},
		{"code: c_1", "code: C 1", "2:7 bad_id", ""},
		{"within: text", "within: tex", "2:7 unknown_value", "did you mean text?"},
		{"within: text", "on: drafts", "7:5 unknown_value", "did you mean draft?"},
		{"within: text", "limit: -1", "7:8 wrong_type", ""},
		{"within: text", "limit: settings.word", "7:8 wrong_type", ""},
		{"within: text", "limit: customer.emotion", "7:8 wrong_type", ""},
		{"within: text", "unless: facts.fault_on_recrd", "7:9 unknown_name", "did you mean facts.fault_on_record?"},
		{"within: text", "when: claim_fen", "7:7 ", ""},
		{"within: text", "amounts: [claim_fen]", "7:1 unknown_key", ""},
		{"[不绝对]", "[不觉对]", "6:10 useless_exception", ""},
		{"[不绝对]", "[绝对]", "6:10 useless_exception", ""},
		{"[绝对]", "[绝对, 绝对]", "5:15 duplicate_key", ""},
		{"[绝对]", "[绝对, \" x\"]", "5:15 bad_word", ""},
		{"[绝对]", "[绝对, " + long + "]", "5:15 too_long", ""},
		{"within: text\n", "within: text\n---\n" + strings.ReplaceAll(right, "within: text\n", ""), "10:7 duplicate_key", ""},
	} {
		src := wordingPack(strings.Replace(right, test.old, test.new, 1), plainLine)
		built, found := author.Build(src)
		if built != nil || len(found) == 0 {
			t.Errorf("%s: taken", test.new)
			continue
		}
		if !slices.ContainsFunc(found, func(d author.Diagnostic) bool {
			got := fmt.Sprintf("%d:%d %s", d.Line, d.Column, d.Code)
			return d.File == "wording/checks.yaml" && strings.HasPrefix(got, test.want) && strings.Contains(d.Hint, test.hint)
		}) {
			t.Errorf("%s: %+v, want %s (%s)", test.new, found, test.want, test.hint)
		}
	}
}

func TestChecksOfEveryKind(t *testing.T) {
	for kind, faults := range map[string][]string{
		"overused":  {"words: [咱]", "limit: 1"},
		"structure": {"phrases: [办不了]", "parts: [{ words: [抱歉] }]"},
		"answered":  {"after: [谢谢]", "with: [不客气]"},
		"opening":   {"with: [您好]"},
		"number":    {"number: mobile"},
		"blank":     {"marks: [X]"},
		"length":    {"limit: 10"},
		"share":     {"limit: 30"},
	} {
		head := "check: " + kind + "\ncode: c\nlevel: hint\nmessage: m\n"
		if built, found := author.Build(wordingPack(head+strings.Join(faults, "\n")+"\n", plainLine)); built == nil {
			t.Errorf("%s: %v", kind, found)
		}
		for i := range faults {
			rest := append(append([]string{}, faults[:i]...), faults[i+1:]...)
			if built, _ := author.Build(wordingPack(head+strings.Join(rest, "\n")+"\n", plainLine)); built != nil {
				t.Errorf("%s is taken without %s", kind, faults[i])
			}
		}
	}
	if built, _ := author.Build(wordingPack("check: number\ncode: c\nlevel: hint\nmessage: m\nnumber: passport\n", plainLine)); built != nil {
		t.Error("a number that nobody can recognise is taken")
	}
}

// TestProofread is LNG-06: the pack's own lines are held to its checks.
func TestProofread(t *testing.T) {
	const checks = "check: phrase\ncode: absolute\nlevel: %s\nmessage: 谁也保证不了\nsuggest: 说时间\nphrases: [绝对]\nwith: [点前, 元]\nrow: LNG-24\n%s"
	line := func(rest string) string { return "      - { id: a, text: 您好 }\n      - { id: b, " + rest + " }\n" }
	for _, test := range []struct {
		name, level, more, lines string
		want                     string
	}{
		{"a fault is an error", "fault", "", line("text: 我们绝对保密"), "error 7:26 absolute"},
		{"what a warning misses may come in the next step", "warning", "", line("text: 我们绝对保密"), ""},
		{"a warning that misses nothing is one", "warning", "alone", line("text: 我们绝对保密"), "warning 7:26 absolute"},
		{"a hint is for the agent", "hint", "", line("text: 我们绝对保密"), ""},
		{"a line that is right", "fault", "", line("text: 我们会保密"), ""},
		{"what makes it right stands in the step", "fault", "", line("text: 绝对在三点前"), ""},
		{"placeholders sound like what they are", "fault", "", line(`text: "绝对是{{money(claim_fen)}}"`), ""},
		{"without the truth a line needs a condition", "fault", "unless: facts.fault_on_record\n", line("text: 绝对保密"), "error 7:24 absolute"},
		{"with its condition it may be true", "fault", "unless: facts.fault_on_record\n", line("when: facts.fault_on_record, text: 绝对保密"), ""},
		{"a condition is no excuse elsewhere", "fault", "", line("when: facts.fault_on_record, text: 绝对保密"), "error 7:53 absolute"},
		{"what only some cases want is not known here", "fault", "when: channel == \"hall\"\n", line("text: 绝对保密"), ""},
		{"a step of one text", "fault", "", "      绝对保密\n", "error 6:7 absolute"},
	} {
		source := fmt.Sprintf(checks, test.level, test.more)
		if test.more == "alone" {
			source = strings.Replace(fmt.Sprintf(checks, test.level, ""), "with: [点前, 元]\n", "", 1)
		}
		built, found := author.Build(wordingPack(source, test.lines))
		got := ""
		for _, d := range found {
			got += fmt.Sprintf("%s %d:%d %s", d.Level, d.Line, d.Column, d.Code)
			if d.File != "scenarios/talk.yaml" || !strings.Contains(d.Message, "谁也保证不了 (LNG-24)") || d.Hint != "说时间" {
				t.Errorf("%s: %+v", test.name, d)
			}
		}
		if got != test.want || (built == nil) != strings.HasPrefix(test.want, "error") {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
