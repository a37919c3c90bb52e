package ledger

import (
	"context"
	"strings"
	"testing"
)

// A log that keeps masked cases only never writes a name.
func TestMaskedOnly(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{MaskedOnly: true})
	r := runner(t, l)
	decide(t, r, pay("C-1", 7))
	if onDisk(t, dir, "王") {
		t.Error("the name is on disk")
	}
	if all := readAll(t, dir); all[0].State != Masked || all[0].Case.Decision != nil {
		t.Errorf("%+v", all[0])
	}
	if rep := replay(t, dir); rep.Masked != 1 || rep.Differences != 0 {
		t.Errorf("%+v", rep)
	}
	if done, err := l.Erase(context.Background(), "C-1"); done.Cases != 1 || err != nil {
		t.Error(done, err)
	}
	if rep := replay(t, dir); rep.Masked != 1 || rep.Differences != 0 {
		t.Errorf("erased: %+v", rep)
	}
}

// A personal field that took part in the outcome: the record can't be proved any more, which is no difference.
func TestMaskedTookPart(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{MaskedOnly: true, Mask: []string{"pay"}})
	r := runner(t, l)
	decide(t, r, pay("C-1", 7))
	if rep := replay(t, dir); rep.Unproved != 1 || rep.Masked != 0 || rep.Differences != 0 {
		t.Errorf("%+v", rep)
	}
}

func TestMask(t *testing.T) {
	const c = `{"id":"C","customer":{"surname":"王","is_owner":true},"lines":[{"id":"L1","item":"彩铃<1>","charged_fen":1500},{"id":"L2","item":null}],` +
		`"transcript":[{"by":"agent","text":"您好"}],"draft":"…","facts":{"a":"text","b":5,"c":{"d":"text","e":true},"f":["text",1]}}`
	for _, tt := range []struct {
		rules      []string
		text, want string
	}{
		{DefaultMask, c, `{"id":"C","customer":{"surname":null,"is_owner":true},"lines":[{"id":"L1","item":null,"charged_fen":1500},{"id":"L2","item":null}],` +
			`"transcript":null,"draft":null,"facts":{"a":null,"b":5,"c":{"d":null,"e":true},"f":[null,1]}}`},
		{[]string{"customer", "lines[].id:text", "facts.*"}, c, `{"id":"C","customer":null,"lines":[{"id":null,"item":"彩铃<1>","charged_fen":1500},{"id":null,"item":null}],` +
			`"transcript":[{"by":"agent","text":"您好"}],"draft":"…","facts":{"a":null,"b":null,"c":null,"f":null}}`},
		{[]string{"transcript[]"}, c, strings.Replace(c, `{"by":"agent","text":"您好"}`, "null", 1)},
		{[]string{}, c, c},
		{DefaultMask, `{"now": "x" , "a" :[ ] }`, `{"now":"x","a":[]}`},
		{DefaultMask, `{"a":`, "null"}, {DefaultMask, "", "null"},
	} {
		m, err := newMask(tt.rules)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(m.append([]byte("x"), []byte(tt.text), nil)); got != "x"+tt.want {
			t.Errorf("%v:\n%s\nwant\n%s", tt.rules, got[1:], tt.want)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add(`{"customer":{"surname":"王"},"facts":{"a":["x",{"b":"y"}]},"lines":[{"item":"z"}]}`)
	m, err := newMask(DefaultMask)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := m.append(nil, []byte(text), nil)
		if twice := m.append(nil, once, nil); string(twice) != string(once) {
			t.Errorf("%q masked is %s, masked again %s", text, once, twice)
		}
	})
}
