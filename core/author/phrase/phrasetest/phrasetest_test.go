package phrasetest_test

import (
	"testing"

	"koujing/core/author/phrase"
	"koujing/core/author/phrase/phrasetest"
)

func TestFaults(t *testing.T) {
	for _, test := range []struct {
		pair phrase.Text
		want int
	}{
		{phrase.Text{"there is no rule $rule", "没有规则「$rule」"}, 0},
		{phrase.Text{"there is no rule $rule", "没有规则「$role」"}, 1},
		{phrase.Text{"there is no rule $rule", ""}, 2},
		{phrase.Text{"write id", "write id"}, 1},
		{phrase.Text{"write id", "请写 id, 不重复"}, 1},
		{phrase.Text{"write id", "请写id"}, 1},
		{phrase.Text{"write 'id'", "请写“id”"}, 1},
		{phrase.Text{"write id", "请写 id。"}, 1},
		{phrase.Text{"write id.", "请写 id"}, 1},
		{phrase.Text{"请写", "请写"}, 1},
		{phrase.Text{"write id: <id>", "请写 id: <编号>"}, 0},
		{phrase.Text{", ", "、"}, 0},
	} {
		if got := phrasetest.Faults(test.pair); len(got) != test.want {
			t.Errorf("%q: %q", test.pair, got)
		}
	}
}
