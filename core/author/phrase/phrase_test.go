package phrase_test

import (
	"slices"
	"testing"

	"koujing/core/author/phrase"
)

func TestOf(t *testing.T) {
	both := phrase.Text{"rule $rule stands in $file:$line, not in $other", "「$rule」不在 $other，在 $file 第 $line 行"}
	for _, test := range []struct {
		values []any
		en, zh string
	}{
		{[]any{"a", "r.yaml", 3, "s.yaml"}, "rule a stands in r.yaml:3, not in s.yaml", "「a」不在 s.yaml，在 r.yaml 第 3 行"},
		{[]any{phrase.Text{"one", "甲"}, "$line", int64(4), 0}, "rule one stands in $line:4, not in 0", "「甲」不在 0，在 $line 第 4 行"},
		{[]any{"two\nlines\u200b", "", "", ""}, `rule two\nlines\u200b stands in :, not in `, `「two\nlines\u200b」不在 ，在  第  行`},
		{[]any{"too", "few"}, "rule too stands in few:$line, not in $other", "「too」不在 $other，在 few 第 $line 行"},
		{nil, both[phrase.EN], both[phrase.ZH]},
	} {
		got := both.Of(test.values...)
		if got != (phrase.Text{test.en, test.zh}) {
			t.Errorf("%q: %q", test.values, got)
		}
	}
	if got := (phrase.Text{"add it to $file", "加到 $file 里"}).Like("$rule is not in $file", "a", "r.yaml"); got != (phrase.Text{"add it to r.yaml", "加到 r.yaml 里"}) {
		t.Errorf("%q", got)
	}
	if got := (phrase.Text{"5$ and $$x", "5$"}).Of("y"); got != (phrase.Text{"5$ and $y", "5$"}) {
		t.Errorf("%q", got)
	}
}

func TestNames(t *testing.T) {
	if got := phrase.Names("$b 的 $a，$b、$c_d。$1 $"); !slices.Equal(got, []string{"b", "a", "c_d"}) {
		t.Errorf("%q", got)
	}
}

func TestLists(t *testing.T) {
	for n, want := range map[int]phrase.Text{
		0: {},
		1: {"a", "「a」"},
		2: {"a and b", "「a」和「b」"},
		3: {"a, b and c", "「a」、「b」和「c」"},
		8: {"a, b, c, d, e, f, g and h", "「a」、「b」、「c」、「d」、「e」、「f」、「g」和「h」"},
		9: {"a, b, c, d, e, f, g, h and 1 more", "「a」、「b」、「c」、「d」、「e」、「f」、「g」、「h」等，另外还有 1 个"},
	} {
		if got := phrase.And([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}[:n]); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
	if got := phrase.List([]string{"a", "b"}); got != (phrase.Text{"a, b", "a、b"}) {
		t.Errorf("%q", got)
	}
}

func TestLangOf(t *testing.T) {
	for tag, want := range map[string]phrase.Lang{
		"zh": phrase.ZH, "zh-CN": phrase.ZH, "zh_CN.UTF-8": phrase.ZH, "ZH-Hant": phrase.ZH, "zh@x": phrase.ZH,
		"": phrase.EN, "en": phrase.EN, "zha": phrase.EN, "C": phrase.EN, "C.UTF-8": phrase.EN, "de_DE": phrase.EN,
	} {
		if got := phrase.LangOf(tag); got != want {
			t.Errorf("%q is %s", tag, got)
		}
	}
	if got := (phrase.Text{"a", "b"}).In(phrase.Lang(7)); got != "a" {
		t.Errorf("an unknown language is %q", got)
	}
}
