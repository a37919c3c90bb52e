package wording_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/pack"
	"koujing/core/packs"
)

// engine runs the default pack.
func engine(t testing.TB) *core.Engine {
	t.Helper()
	e, refused := core.Load(build(t), [32]byte{})
	if refused != nil {
		t.Fatal(refused)
	}
	return e
}

func build(t testing.TB) []byte {
	t.Helper()
	source, err := fs.Sub(packs.FS, "cn-telecom")
	if err != nil {
		t.Fatal(err)
	}
	files, err := author.ReadFS(source)
	if err != nil {
		t.Fatal(err)
	}
	built, found := author.Build(files)
	if built == nil {
		t.Fatal(found)
	}
	return built
}

func draft(text string) []byte {
	return fmt.Appendf(nil, `{"now":"2026-11-22T10:00:00+08:00","lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed"}],
		"transcript":[{"by":"agent","text":"您好"},{"by":"customer","text":"谢谢"},{"by":"system","text":"咱绝对"},{"by":"agent","text":null}],"draft":%q}`, text)
}

// TestLoadRefuses tampers with the checks of a built pack.
func TestLoadRefuses(t *testing.T) {
	for name, tamper := range map[string]func(*pack.Check){
		"a condition that is not there":    func(k *pack.Check) { k.When = 1 << 20 },
		"a condition below all":            func(k *pack.Check) { k.Unless = -2 },
		"an amount that is not there":      func(k *pack.Check) { k.Amounts = append(k.Amounts, 1<<20) },
		"an amount below all":              func(k *pack.Check) { k.Amounts = append(k.Amounts, -1) },
		"a kind of check that nobody made": func(k *pack.Check) { k.Kind = "spelling" },
		"words that are for nothing":       func(k *pack.Check) { k.Groups[0].Role = "" },
		"an empty word":                    func(k *pack.Check) { k.Groups[0].Words = append(k.Groups[0].Words, "") },
	} {
		p, bad := pack.Parse(build(t))
		if bad != nil {
			t.Fatal(bad)
		}
		tamper(&p.Checks[0])
		if _, refused := core.Load(pack.Append(nil, p), [32]byte{}); refused == nil || refused.Path != "checks" {
			t.Errorf("%s: %v", name, refused)
		}
	}
}

// TestDecideRepeats: the case before leaves nothing behind.
func TestDecideRepeats(t *testing.T) {
	e := engine(t)
	texts := []string{"咱们，咱们，咱们，退50元", "好的", "{{x}}，13800138000，绝对", "", "咱们"}
	var want [][]byte
	for _, text := range texts {
		want = append(want, e.Decide(nil, draft(text)))
	}
	for i := len(texts) - 1; i >= 0; i-- {
		if got := e.Decide(nil, draft(texts[i])); !bytes.Equal(got, want[i]) {
			t.Errorf("%s: %s\nthen %s", texts[i], want[i], got)
		}
	}
	if !bytes.Contains(want[0], []byte(`"at":"draft","span":[10,13],"text":"50元"`)) || !bytes.Contains(want[2], []byte(`"text":"138****8000"`)) {
		t.Errorf("%s\n%s", want[0], want[2])
	}
	if bytes.Contains(want[1], []byte("transcript[2]")) {
		t.Errorf("what neither side said is checked: %s", want[1])
	}
}

func TestDecideAllocatesNothing(t *testing.T) {
	e := engine(t)
	text := draft("咱们，咱们，咱们，退50元，绝对没有{{x}}，13800138000")
	var dst []byte
	dst = e.Decide(dst[:0], text)
	if n := testing.AllocsPerRun(100, func() { dst = e.Decide(dst[:0], text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestDecideLongest decides the longest drafts that a case can hold, and says when there is more to say than it does.
func TestDecideLongest(t *testing.T) {
	e := engine(t)
	for piece, want := range map[string]string{
		"绝对，":          `"code":"more_warnings","level":"warning","at":"transcript","span":null,"text":"","count":`,
		"退３元":          `"limit":200,"message":"提示太多，只列出前面的"`,
		"13800138000 ": `"code":"more_warnings"`,
		"今天天气很好":       `"code":"thanks_unanswered"`,
		"咱":            `"code":"word_overused"`,
	} {
		out := e.Decide(nil, draft(strings.Repeat(piece, (200<<10)/len(piece))))
		if !strings.Contains(string(out), want) || strings.Count(string(out), `"span":`) > 210 {
			t.Errorf("%s: %.3000s", piece, out)
		}
	}
}
