package wording

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"koujing/core/pack"
)

// world answers the checks: condition n holds where its bit is set.
type world struct {
	holds   uint
	amounts []int64 // in ascending order
	asked   int
}

func (w *world) Holds(expr int32) bool     { w.asked++; return w.holds>>expr&1 == 1 }
func (w *world) Amounts(_ []int32) []int64 { return w.amounts }

func words(role string, list ...string) pack.WordGroup {
	return pack.WordGroup{Role: role, Words: list, Limit: -1}
}

func checkOf(kind string, groups ...pack.WordGroup) pack.Check {
	return pack.Check{Kind: kind, Code: kind, Level: "fault", Draft: true, Said: true, When: -1, Unless: -1, Limit: -1, Groups: groups}
}

// findIn checks a call written as "a:…|c:…|d:…": the agent, the customer, the draft. It returns the findings as
// "turn:text" with what else there is to say of them.
func findIn(t testing.TB, w *world, call string, checks ...pack.Check) string {
	t.Helper()
	c := New(checks)
	if c == nil {
		t.Fatal("these are no checks")
	}
	add(c, call)
	var out []string
	for _, f := range c.Find(w) {
		out = append(out, show(c, &f))
	}
	return strings.Join(out, " ")
}

func add(c *Checker, call string) {
	c.Begin()
	for _, part := range strings.Split(call, "|") {
		c.Add(Turn{Text: []byte(part[2:]), Agent: part[0] != 'c', Draft: part[0] == 'd'})
	}
}

func show(c *Checker, f *Finding) string {
	s := "call"
	if f.Turn >= 0 {
		s = fmt.Sprintf("%d:%s", f.Turn, c.turns[f.Turn].Text[f.Start:f.End])
	}
	if f.Count >= 0 {
		s += fmt.Sprintf(" %d/%d", f.Count, f.Limit)
	}
	if f.Reached {
		s += " reached"
	}
	if f.Check >= 0 && c.checks[f.Check].kind == structure {
		s += fmt.Sprintf(" lacks %d", f.Group)
	}
	return s
}

// table runs calls against one check.
func table(t *testing.T, w *world, k pack.Check, cases map[string]string) {
	t.Helper()
	for call, want := range cases {
		if got := findIn(t, w, call, k); got != want {
			t.Errorf("%s: %s: %q, want %q", k.Kind, call, got, want)
		}
	}
}

func TestOverused(t *testing.T) {
	k := checkOf("overused", words(pack.RoleWord, "咱们", "咱"), words(pack.RoleWord, "我们"), words(pack.RoleExcept, "咱们家"))
	k.Limit = 2
	table(t, &world{}, k, map[string]string{
		"d:咱们走":           "",
		"d:咱们走，咱走":        "0:咱 2/2 reached",
		"d:咱们，咱们，咱们":      "0:咱们 3/2",
		"a:咱们|c:咱咱咱咱|d:咱": "2:咱 2/2 reached", // the customer's are his
		"a:咱们咱|d:好":       "0:咱 2/2 reached",
		"d:咱们家咱们家咱们":      "", // one is left
		"d:我们我们咱咱们咱":      "0:咱 3/2 0:我们 2/2 reached",
	})
	k.Groups[0].Limit = 0
	if got := findIn(t, &world{}, "d:咱", k); got != "0:咱 1/0" {
		t.Errorf("a word that is never to be said: %q", got)
	}
	if got := findIn(t, &world{}, "d:好", k); got != "" {
		t.Errorf("a word that was not said: %q", got)
	}
}

// TestAlone is LNG-03: 对 as a filler.
func TestAlone(t *testing.T) {
	filler := words(pack.RoleWord, "对", "对的")
	filler.Alone = true
	k := checkOf("overused", filler, words(pack.RoleExcept, "对不起"))
	k.Limit = 1
	for text, want := range map[string]int{
		"对": 1, "对。": 1, "对，是的": 1, "是吗？对": 1, "是 对 的": 1, "对的": 1, "对的，好": 1, "对对": 2, "对对对，好": 3, "“对”": 1,
		"对不起": 0, "对于": 0, "绝对": 0, "核对": 0, "对您说": 0, "不对": 0, "您说得对": 0, "不对，对": 1,
	} {
		got := 0
		c := New([]pack.Check{k})
		add(c, "d:"+text)
		for _, f := range c.Find(&world{}) {
			got = int(f.Count)
		}
		if got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}

func TestPhrase(t *testing.T) {
	table(t, &world{}, checkOf("phrase", words(pack.RoleWord, "绝对", "绝对保密", "密"), words(pack.RoleExcept, "不绝对", "绝对值")), map[string]string{
		"d:绝对保密":         "0:绝对保密",
		"d:密绝对":          "0:密 0:绝对",
		"d:不绝对，绝对值":      "",
		"a:绝对|c:绝对|d:绝对": "0:绝对 2:绝对",
	})
	counted := checkOf("phrase", words(pack.RoleWord, "拨打"))
	counted.Limit = 1
	table(t, &world{}, counted, map[string]string{"d:拨打": "", "a:拨打|d:拨打，拨打": "1:拨打 2/1 1:拨打 3/1"})

	with := checkOf("phrase", words(pack.RoleWord, "反馈"), words(pack.RoleExcept, "不可以"), words(pack.RolePart, "单号", "可以", "反"))
	table(t, &world{}, with, map[string]string{
		"d:反馈":          "0:反馈", // the part is inside the word
		"d:反馈，反馈":       "0:反馈", // once a text
		"d:反馈，单号":       "",
		"d:单号，反馈":       "",
		"d:反馈，不可以":      "0:反馈",
		"a:单号|d:反馈":     "1:反馈",
		"a:反馈|c:单号|d:好": "0:反馈",
	})
	with.Mode = "before"
	table(t, &world{}, with, map[string]string{"a:单号|d:反馈": "", "d:单号，反馈": "", "d:反馈，单号": "0:反馈", "a:反馈|d:单号": "0:反馈"})
	with.Mode = "call"
	table(t, &world{}, with, map[string]string{"a:反馈|d:单号": "", "a:反馈|c:单号": "0:反馈"})

	draft := checkOf("phrase", words(pack.RoleWord, "绝对"))
	draft.Said = false
	table(t, &world{}, draft, map[string]string{"a:绝对|d:绝对": "1:绝对"})
}

func TestConditions(t *testing.T) {
	k := checkOf("phrase", words(pack.RoleWord, "系统故障"))
	k.When, k.Unless = 0, 1
	for holds, want := range []string{"", "0:系统故障", "", ""} {
		if got := findIn(t, &world{holds: uint(holds)}, "d:系统故障", k); got != want {
			t.Errorf("conditions %02b: %q", holds, got)
		}
	}
	w := &world{}
	if findIn(t, w, "d:好", k); w.asked != 0 {
		t.Error("a condition was asked though nothing was found")
	}
}

func TestStructure(t *testing.T) {
	k := checkOf("structure", words(pack.RoleWord, "办不了"), words(pack.RolePart, "抱歉"), words(pack.RolePart, "因为"), words(pack.RolePart, "可以", "办"))
	table(t, &world{}, k, map[string]string{
		"d:抱歉，因为没证件，办不了，可以改天": "",
		"d:办不了":            "0:办不了 lacks 1",
		"d:抱歉，办不了":         "0:办不了 lacks 2",
		"d:抱歉，因为没证件办不了":    "0:办不了 lacks 3", // the word's own 办 is no way out
		"d:可以，因为，抱歉，办不了":   "0:办不了 lacks 2",
		"d:没有触发":           "",
		"a:抱歉|d:办不了，因为，可以": "1:办不了 lacks 1",
		"a:办不了，办不了|d:办不了":  "0:办不了 lacks 1 1:办不了 lacks 1",
	})
}

func TestAnswered(t *testing.T) {
	k := checkOf("answered", words(pack.RoleWord, "谢谢"), words(pack.RoleExcept, "不谢谢"), words(pack.RolePart, "不客气"))
	table(t, &world{}, k, map[string]string{
		"c:谢谢":                     "",
		"c:谢谢|a:好":                 "0:谢谢",
		"c:谢谢|d:好":                 "0:谢谢",
		"c:谢谢|d:不客气":               "",
		"c:谢谢|c:啊|a:不客气":           "",
		"c:谢谢|c:谢谢|a:好":            "0:谢谢", // one answer does for both, and one warning
		"c:谢谢|a:好|c:谢谢|a:不客气|c:谢谢": "0:谢谢",
		"a:谢谢|a:好":                 "",
		"c:不谢谢|a:好":                "",
	})
}

func TestOpening(t *testing.T) {
	table(t, &world{}, checkOf("opening", words(pack.RolePart, "您好", "先生")), map[string]string{
		"a:您好。":          "",
		"a:王先生，请坐。":      "",
		"a:说吧。您好":        "0:说吧",
		"c:喂|a:说吧|a:您好":  "1:说吧",
		"c:喂":            "",
		"c:喂|d:什么事？您好":   "1:什么事",
		"a:。":            "",
		"c:您好|d:说吧":      "1:说吧",
		"a:你好吗！|d:先生，您好": "0:你好吗",
	})
}

func TestAmounts(t *testing.T) {
	w := &world{amounts: []int64{0, 5, 1250, 2000, 123400, 1500000}}
	table(t, w, checkOf("amount", words(pack.RoleExcept, "您要求")), map[string]string{
		"d:退20元": "", "d:退２０元": "", "d:退20.00元": "", "d:退12.5元": "", "d:退12.50元": "", "d:退12元5角": "", "d:退12元5毛": "", "d:退0元5分": "",
		"d:退1,234元": "", "d:退1.5万元": "", "d:￥20": "", "d:¥ 20": "", "d:20块钱": "", "d:20块": "", "d:20块，": "", "d:20 元": "",
		"d:退30元": "0:30元", "d:退３０元": "0:３０元", "d:12.505元": "0:12.505元", "d:12元5分": "0:12元5分", "d:￥30，好": "0:￥30", "d:30块钱吧": "0:30块钱",
		"d:12元5分钟后": "0:12元", "d:99999999999999999999元": "0:99999999999999999999元", "d:1,2345元": "0:2345元", "d:20元30元40元": "0:30元 0:40元",
		"d:30块屏幕": "", "d:30天": "", "d:3万人": "", "d:编号30": "", "d:元": "", "d:30": "", "d:￥": "", "d:二十元": "",
		"d:您要求30元": "", "d:您要求的是30元": "", "d:您要求退，退30元": "0:30元", "d:30元是您要求的": "0:30元", "d:您要求30元，您要求40元，退50元": "0:50元",
		"c:30元": "", "a:30元|d:您要求30元": "0:30元",
	})
}

func TestNumbers(t *testing.T) {
	for mode, cases := range map[string]map[string]string{
		"mobile": {
			"d:13800138000": "0:13800138000", "d:电话138-0013-8000。": "0:138-0013-8000", "d:138 0013 8000": "0:138 0013 8000", "d:１３８００１３８０００": "0:１３８００１３８０００",
			"d:+8613800138000": "0:8613800138000", "d:+86 13800138000": "0:86 13800138000", "d:008613800138000": "0:008613800138000", "d:10 13800138000": "0:13800138000",
			"d:12800138000": "", "d:1380013800": "", "d:138001380001": "", "d:138--00138000": "", "d:10086": "", "d:2026-11-22 10": "", "d:13800138000，13900139000": "0:13800138000 0:13900139000",
		},
		"identity": {
			"d:11010519491231002X": "0:11010519491231002X", "d:11010519491231002x。": "0:11010519491231002x", "d:440524188001010014": "0:440524188001010014",
			"d:110105194912310021": "", "d:11010519491331002X": "", "d:11010519491231002XY": "", "d:110105 19491231 002X": "0:110105 19491231 002X", "d:11010519491231002": "",
		},
		"identity_like": {
			"d:110105194912310021": "0:110105194912310021", "d:11010519491231002X": "", "d:110105194913310021": "", "d:050105194912310021": "", "d:202611221000123456": "", "d:440524188001010015。": "0:440524188001010015",
		},
		"bank_card": {
			"d:6222021234567890128": "0:6222021234567890128", "d:6222 0212 3456 7890 128": "0:6222 0212 3456 7890 128", "d:4111111111111111": "0:4111111111111111",
			"d:6222021234567890127": "", "d:1111111111111117": "", "d:411111111111111": "", "d:41111111111111111111111": "",
		},
	} {
		k := checkOf("number")
		k.Mode = mode
		table(t, &world{}, k, cases)
	}
}

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"13800138000": "138****8000", "138-0013-8000": "138-****-8000", "１３８００１３８０００": "１３８****８０００",
		"11010519491231002X": "**************002X", "6222 0212 3456 7890": "**** **** **** 7890", "8613800138000": "*********8000",
	} {
		if got := string(mask(nil, []byte(text))); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestBlanks(t *testing.T) {
	table(t, &world{}, checkOf("blank", words(pack.RoleWord, "X", "×", "*", "_")), map[string]string{
		"d:费用XX元": "0:XX", "d:XXX套餐": "0:XXX", "d:工号____": "0:____", "d:××先生": "0:××", "d:{{name}}您好": "0:{{name}}", "d:{{" + strings.Repeat("长", 100): "0:{{" + strings.Repeat("长", 62),
		"d:X光": "", "d:XXL码": "", "d:138****8000": "", "d:****8000": "", "d:尾号***": "0:***", "d:X*X": "", "d:{a}": "",
	})
}

func TestLengthAndShare(t *testing.T) {
	k := checkOf("length")
	k.Limit, k.Said = 3, false
	table(t, &world{}, k, map[string]string{"d:一二三": "", "d:一二三四五": "0:四五 5/3", "a:一二三四五|d:一": "", "d:一😀三四": "0:四 4/3"})
	k = checkOf("share")
	k.Limit, k.Least = 30, 10
	table(t, &world{}, k, map[string]string{
		"a:一二三|c:一二三四五六七": "", "a:一二三四|c:一二三四五六": "call 40/30", "a:一二三四|c:一": "", "a:一二三四五六七八九十": "", "a:一二|c:一二三四五六七八|d:一二三四五六七八九十": "",
	})
}

// TestLimits: a text with a thousand faults gives two hundred findings, and one that says how many there were.
func TestLimits(t *testing.T) {
	c := New([]pack.Check{checkOf("phrase", words(pack.RoleWord, "错"))})
	add(c, "d:"+strings.Repeat("错", 1000))
	found := c.Find(&world{})
	if len(found) != MaxFindings+1 {
		t.Fatalf("%d findings", len(found))
	}
	if last := found[MaxFindings]; last.Check != -1 || last.Count != 1000 || last.Limit != MaxFindings {
		t.Errorf("the last one is %+v", last)
	}
	add(c, "d:错")
	if found := c.Find(&world{}); len(found) != 1 {
		t.Errorf("afterwards there are %d", len(found))
	}
	add(c, "d:"+strings.Repeat("z", 2*maxHits))
	c = New([]pack.Check{checkOf("overused", words(pack.RoleWord, "z"))})
	c.checks[0].Limit = 1
	add(c, "d:"+strings.Repeat("z", 2*maxHits))
	if found := c.Find(&world{}); len(found) != 2 || found[0].Count != maxHits || found[1].Check != -1 {
		t.Errorf("more places than are remembered: %+v", found)
	}
}

func TestNoChecks(t *testing.T) {
	for name, k := range map[string]pack.Check{
		"kind": checkOf("spelling"), "role": checkOf("phrase", words("verb", "x")), "word": checkOf("phrase", words(pack.RoleWord, "")),
	} {
		if New([]pack.Check{k}) != nil {
			t.Errorf("an unknown %s is taken", name)
		}
	}
}

// TestLexicon compares with trying every word.
func TestLexicon(t *testing.T) {
	list := []string{"a", "ab", "abc", "abd", "b", "bc", "我", "我们", "我们的", "咱", "咱们", "𠮷", "é"}
	var uses []use
	for i, w := range list {
		uses = append(uses, use{text: w, check: int32(i)})
	}
	l := newLexicon(uses)
	for _, text := range []string{"a", "abcd", "abdz", "az", "bcb", "我们的是", "我门", "咱", "咱么", "𠮷野", "é", "e", "z", "他"} {
		best := ""
		for _, w := range list {
			if strings.HasPrefix(text, w) && len(w) > len(best) {
				best = w
			}
		}
		var got []string
		for w := l.longest([]byte(text)); w >= 0; w = l.words[w].parent {
			got = append(got, l.words[w].text)
		}
		var want []string
		for _, w := range list {
			if strings.HasPrefix(text, w) {
				want = append(want, w)
			}
		}
		slices.Reverse(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func allKinds() []pack.Check {
	counted := checkOf("overused", words(pack.RoleWord, "咱们", "咱"), words(pack.RoleWord, "对"), words(pack.RoleExcept, "对不起"))
	counted.Limit = 2
	counted.Groups[1].Alone = true
	long, share := checkOf("length"), checkOf("share")
	long.Limit, share.Limit = 10, 30
	checks := []pack.Check{counted, checkOf("phrase", words(pack.RoleWord, "绝对", "拨打10086"), words(pack.RoleExcept, "不绝对"), words(pack.RolePart, "可以")),
		checkOf("structure", words(pack.RoleWord, "办不了"), words(pack.RolePart, "抱歉"), words(pack.RolePart, "因为")),
		checkOf("answered", words(pack.RoleWord, "谢谢"), words(pack.RolePart, "不客气")), checkOf("opening", words(pack.RolePart, "您好")),
		checkOf("amount", words(pack.RoleExcept, "您要求")), checkOf("blank", words(pack.RoleWord, "X", "*")), long, share}
	for _, mode := range Modes[number] {
		k := checkOf("number")
		k.Mode = mode
		checks = append(checks, k)
	}
	return checks
}

func TestNothingIsAllocated(t *testing.T) {
	c, w := New(allKinds()), &world{amounts: []int64{2000}}
	turns := []Turn{{Text: []byte("咱们，对，对对，抱歉办不了，绝对"), Agent: true}, {Text: []byte("谢谢")}, {Text: []byte("退30元，打13800138000，XX"), Agent: true, Draft: true}}
	run := func() {
		c.Begin()
		for _, turn := range turns {
			c.Add(turn)
		}
		if found := c.Find(w); len(found) < 7 {
			t.Fatalf("only %d findings", len(found))
		}
	}
	if n := testing.AllocsPerRun(100, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestTampered runs checks that no author of ours makes.
func TestTampered(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	list := []string{"咱", "咱们", "对", "{{", "X", "1", "元", "。", "谢谢"}
	limits := []int64{-1 << 63, -5, -1, 0, 1, 3, 1 << 40, 1<<63 - 1}
	found := 0
	for range 3000 {
		var checks []pack.Check
		for range 1 + dice.IntN(3) {
			k := checkOf(Kinds[dice.IntN(len(Kinds))])
			k.Mode = []string{"", "text", "before", "call", "identity", "none"}[dice.IntN(6)]
			k.Limit, k.Least = limits[dice.IntN(len(limits))], limits[dice.IntN(len(limits))]
			k.When, k.Draft = int32(dice.IntN(2)-1), dice.IntN(2) == 0
			for range dice.IntN(4) {
				g := words(roles[dice.IntN(3)], list[dice.IntN(len(list))], list[dice.IntN(len(list))])
				g.Limit, g.Alone = limits[dice.IntN(len(limits))], dice.IntN(2) == 0
				k.Groups = append(k.Groups, g)
			}
			checks = append(checks, k)
		}
		c := New(checks)
		if c == nil {
			t.Fatalf("refused: %+v", checks)
		}
		add(c, "a:您好，咱们对对，X1元。|c:谢谢，咱|a:{{XX，1.5万元|d:咱，对，谢谢。XX")
		for _, f := range c.Find(&world{holds: uint(dice.IntN(2))}) {
			found++
			if f.Check >= len(checks) || f.Turn > 3 || f.Group >= 4 {
				t.Errorf("%+v of %+v", f, checks)
			}
			if f.Turn >= 0 {
				show(c, &f)
			}
		}
	}
	if found < 3000 {
		t.Errorf("only %d findings try little", found)
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"您好，咱们，咱，咱们家，对，对对对，对不起", "绝对，不绝对，请拨打１００８６", "抱歉，因为，办不了", "退20元，30.505元，￥1,234，1.5万元5角5分", "138 0013 8000 11010519491231002X 6222 0212 3456 7890 128",
		"XX元，{{name，****，138****8000", "谢谢\x00不客气\x00谢谢", "", "\n", "。", "{{", "1", "1.", "1,", "￥", "万元", "𠮷😀é",
	} {
		f.Add(seed)
	}
	c := New(allKinds())
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip() // a case that is not UTF-8 never comes so far
		}
		var first []Finding
		for range 2 {
			c.Begin()
			for i, turn := range strings.Split(text, "\x00") {
				c.Add(Turn{Text: []byte(turn), Agent: i%2 == 0, Draft: i == 2})
			}
			found := c.Find(&world{amounts: []int64{2000}})
			if first == nil {
				first = slices.Clone(found)
			} else if !slices.Equal(first, found) {
				t.Errorf("%q: %v, then %v", text, first, found)
			}
		}
		if len(first) > MaxFindings+1 {
			t.Errorf("%d findings", len(first))
		}
		for _, x := range first {
			if x.Turn < 0 {
				continue
			}
			said := c.turns[x.Turn].Text
			if x.Start < 0 || x.Start > x.End || int(x.End) > len(said) || !utf8.Valid(said[:x.Start]) || !utf8.Valid(said[x.Start:x.End]) ||
				utf8.RuneCount(said[:x.Start]) != int(x.From) || utf8.RuneCount(said[:x.End]) != int(x.To) {
				t.Errorf("%q: a span that is none: %+v", text, x)
			}
		}
	})
}

// BenchmarkFind measures the longest text a case can hold, of words, of figures and of nothing.
func BenchmarkFind(b *testing.B) {
	const size = 240 << 10
	for name, piece := range map[string]string{"nothing": "今天天气很好", "words": "咱们绝对办不了", "figures": "退3元，1380013800", "digits": "1", "talk": "您好，您的账单我看过了，多收的10元按双倍退，一共20元，24日10点前到账。"} {
		text := []byte(strings.Repeat(piece, size/len(piece)))
		b.Run(name, func(b *testing.B) {
			c, w := New(allKinds()), &world{amounts: []int64{1000, 2000}}
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				c.Begin()
				c.Add(Turn{Text: text, Agent: true, Draft: true})
				c.Find(w)
			}
		})
	}
}
