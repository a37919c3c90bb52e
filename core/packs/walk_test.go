package packs_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/casefile"
	"koujing/core/pack"
	"koujing/core/packs"
)

// These tests walk the default pack's talk tracks as a page does: they send back step and stack with one of the replies
// that were offered.

// longestStack is how deep the walks follow tracks that call each other.
const longestStack = 2

// place is where a talk stands.
type place struct{ track, step, stack string }

func (p place) String() string { return p.track + "/" + p.step + " [" + p.stack + "]" }

// view is what a decision shows of a talk.
type view struct {
	Status   string
	Errors   []struct{ Code, Path string }
	Scenario struct {
		ID, Step string
		Stack    []string
		Say      []struct {
			ID   string
			Tags []string
		}
		Replies []struct{ ID string }
		End     bool
	}
	Warnings []struct{ Code string }
}

func (v *view) place() place {
	return place{v.Scenario.ID, v.Scenario.Step, strings.Join(v.Scenario.Stack, " ")}
}

// walker walks the tracks of one pack.
type walker struct {
	engine *core.Engine
	pack   *pack.Pack
	answer []byte
}

func newWalker(t *testing.T) *walker {
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
		t.Fatalf("the pack does not build: %v", found)
	}
	p, bad := pack.Parse(built)
	if bad != nil {
		t.Fatal(bad)
	}
	engine, refused := core.Load(built, [32]byte{})
	if refused != nil {
		t.Fatal(refused)
	}
	return &walker{engine: engine, pack: p}
}

// decide is one step of a talk with the case at hand, a JSON object without its last brace.
func (w *walker) decide(t *testing.T, doc string, at place, reply string) view {
	t.Helper()
	talk := map[string]any{"id": at.track}
	if at.step != "" {
		talk["step"], talk["stack"] = at.step, strings.Fields(at.stack)
	}
	if reply != "" {
		talk["replies"] = []string{reply}
	}
	scenario, err := json.Marshal(talk)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Appendf(nil, `%s,"scenario":%s}`, doc, scenario)
	w.answer = w.engine.Decide(w.answer[:0], text)
	var v view
	if err := json.Unmarshal(w.answer, &v); err != nil {
		t.Fatal(err)
	}
	if v.Status == "invalid" {
		t.Fatalf("%s: %+v", text, v.Errors)
	}
	return v
}

// walk follows every reply from the start of every track, at each place with each of the cases, and shows what comes of it.
func (w *walker) walk(t *testing.T, docs []map[string]any, see func(from place, reply string, v view)) (places int) {
	t.Helper()
	var cases []string
	for _, doc := range docs {
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, strings.TrimSuffix(string(text), "}"))
	}
	var todo []place
	for _, track := range w.pack.Tracks {
		todo = append(todo, place{track: track.ID})
	}
	been := map[place]bool{}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if been[at] {
			continue
		}
		been[at] = true
		come := func(reply string, v view) {
			see(at, reply, v)
			if len(v.Scenario.Stack) <= longestStack {
				todo = append(todo, v.place())
			}
		}
		for _, doc := range cases {
			v := w.decide(t, doc, at, "")
			come("", v)
			if v.place() != at {
				continue // the replies offered are those of another place, whose turn comes
			}
			for _, r := range v.Scenario.Replies {
				come(r.ID, w.decide(t, doc, at, r.ID))
			}
		}
	}
	return len(been)
}

// filled is a case in which everything that a talk track may ask for is known.
func (w *walker) filled() map[string]any {
	doc := map[string]any{"now": "2026-11-22T10:00:00+08:00", "agent": map[string]any{"id": "8812"}, "offer": map[string]any{"id": "O-1"}}
	inputs := map[string]casefile.Info{}
	terms := w.pack.Terms()
	for _, info := range terms.Names() {
		inputs[info.Path] = info
	}
	for _, track := range w.pack.Tracks {
		for _, step := range track.Steps {
			for _, field := range step.Ask {
				section, name, _ := strings.Cut(field, ".")
				if info, ok := inputs[field]; ok && info.Place == casefile.Scalar {
					part, _ := doc[section].(map[string]any)
					if part == nil {
						part = map[string]any{}
						doc[section] = part
					}
					part[name] = w.some(info)
				}
			}
		}
	}
	doc["customer"].(map[string]any)["consent"] = "given"
	return doc
}

// some is a value that an input may have.
func (w *walker) some(info casefile.Info) any {
	switch info.Type {
	case casefile.Bool:
		return true
	case casefile.Time:
		return "2026-11-23T10:00:00+08:00"
	case casefile.Text:
		for _, l := range w.pack.Lists {
			if info.Choice != "" && l.Name == info.Choice {
				return l.Values[0].ID
			}
		}
		if len(info.Fixed) > 0 {
			return casefile.Word(info.Fixed[0])
		}
		return "甲"
	}
	return 100
}

// on is a case on a channel.
func on(channel string, doc map[string]any) map[string]any {
	doc = maps.Clone(doc)
	doc["channel"] = channel
	return doc
}

// TestWalkToAnEnd wants an end in reach of every place that a talk comes to, on every channel, whether the agent knows what
// he is asked for or not yet. What a reply offers must be taken, too.
func TestWalkToAnEnd(t *testing.T) {
	w := newWalker(t)
	filled := w.filled()
	bare := map[string]any{"now": filled["now"], "agent": filled["agent"]}
	ways, ends := map[place][]place{}, map[place]bool{}
	places := w.walk(t, []map[string]any{on("hall", filled), on("hall", bare), on("outbound", filled), on("outbound", bare)}, func(from place, reply string, v view) {
		to := v.place()
		if !slices.Contains(ways[from], to) {
			ways[from] = append(ways[from], to)
		}
		if v.Scenario.End {
			ends[to] = true
		}
		for _, warning := range v.Warnings {
			if warning.Code == "unknown_reply" {
				t.Errorf("%s offers %s and does not know it", from, reply)
			}
		}
	})
	for again := true; again; {
		again = false
		for from, list := range ways {
			if !ends[from] && slices.ContainsFunc(list, func(to place) bool { return ends[to] }) {
				ends[from], again = true, true
			}
		}
	}
	for at := range ways {
		if !ends[at] && len(strings.Fields(at.stack)) < longestStack {
			t.Errorf("no end can be reached from %s", at)
		}
	}
	if places < 500 {
		t.Errorf("only %d places walked", places)
	}
	t.Logf("%d places", places)
}

// TestGatesHold walks every track behind each gate: whatever is replied, no line that sells or books is said.
func TestGatesHold(t *testing.T) {
	w := newWalker(t)
	open := on("outbound", w.filled())
	delete(open, "complaint")
	open["facts"] = map[string]any{"offer_name": "来电管家", "offer_benefit": "骚扰来电会自动拦截", "second_confirmation": true}
	sold := 0
	for name, change := range map[string]map[string]map[string]any{
		"":               {},
		"do_not_contact": {"customer": {"do_not_contact": true}},
		"wants_nothing":  {"customer": {"wants_no_contact": true}},
		"abroad":         {"customer": {"location": "abroad"}},
		"not_owner":      {"customer": {"is_owner": false}},
		"no_consent":     {"customer": {"consent": "none"}},
		"refused":        {"customer": {"consent": "refused"}},
		"open_complaint": {"complaint": {"kind": "tariff", "state": "working"}},
	} {
		doc := maps.Clone(open)
		for section, values := range change {
			part, _ := doc[section].(map[string]any)
			part = maps.Clone(part)
			if part == nil {
				part = map[string]any{}
			}
			maps.Copy(part, values)
			doc[section] = part
		}
		t.Run("behind "+name, func(t *testing.T) {
			w.walk(t, []map[string]any{doc}, func(from place, reply string, v view) {
				if want := map[bool]string{true: "decided", false: "blocked"}[name == ""]; v.Status != want {
					t.Fatalf("%s, %s: %s, want %s", from, reply, v.Status, want)
				}
				for _, l := range v.Scenario.Say {
					if !slices.Contains(l.Tags, "sell") && !slices.Contains(l.Tags, "book") {
						continue
					}
					if sold++; name != "" {
						t.Errorf("%s, %s: %s is said behind the gate %s", from, reply, l.ID, name)
					}
				}
			})
		})
	}
	if sold == 0 {
		t.Error("nothing is sold with all gates open either: the walk shows nothing")
	}
}
