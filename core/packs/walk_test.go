package packs_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"koujing/core"
	"koujing/core/packs"
)

// What the walker fills in when a talk asks for a field of the contract, being agreeable and being difficult. Facts
// are filled in by their type.
var contractAnswers = map[string][2]any{
	"cash.due_fen":               {8500, 8500},
	"cash.received_fen":          {10000, 8000},
	"complaint.needs_department": {false, true},
	"complaint.promised_at":      {"2026-11-23T10:00:00+08:00", "2026-11-23T10:00:00+08:00"},
	"customer.consent":           {"given", "refused"},
	"customer.has_id":            {true, false},
	"customer.is_owner":          {true, false},
	"offer.fee_fen":              {500, 0},
}

// place is where a talk stands and what has been filled in on the way.
type place struct{ id, step, stack, filled string }

type talk struct {
	ID, Step, Aim string
	Stack         []string
	Say, Held     []any
	Ask           []struct{ Field string }
	Replies       []struct{ ID string }
	End           bool
}

// walker takes every reply that is offered, at every step it comes to.
type walker struct {
	engine  *core.Engine
	channel string
	answers func(field string) (any, bool)
	at      map[place]talk
	ways    map[place][]place
}

// TestWalkTracks walks every talk track of every pack, answering what it asks for: nowhere may the agent sit in front of
// a step with nothing to say, to fill in or to press, and from everywhere the talk can be brought to an end.
func TestWalkTracks(t *testing.T) { packs.EachPack(t, walkTracks) }

// A talk track that is not named after a channel may come up in any of them.
var channels = []string{"hall", "hotline", "outbound"}

func walkTracks(t *testing.T, name string) {
	source, engine := load(t, name)
	tracks, err := fs.Glob(source, "scenarios/*.yaml")
	if err != nil || len(tracks) == 0 {
		t.Fatalf("no talk tracks: %v", err)
	}
	facts := packAnswers(t, source)
	for mood, name := range []string{"agreeable", "difficult"} {
		answers := func(field string) (any, bool) {
			if a, ok := contractAnswers[field]; ok {
				return a[mood], true
			}
			a, ok := facts[field]
			return a[mood], ok
		}
		for _, file := range tracks {
			id := strings.TrimSuffix(strings.TrimPrefix(file, "scenarios/"), ".yaml")
			of, _, _ := strings.Cut(id, ".")
			for _, channel := range channels {
				if slices.Contains(channels, of) && of != channel {
					continue
				}
				t.Run(name+"/"+channel+"/"+id, func(t *testing.T) {
					w := walker{engine: engine, channel: channel, answers: answers, at: map[place]talk{}, ways: map[place][]place{}}
					w.walk(t, id)
				})
			}
		}
	}
}

// packAnswers gives each fact of the pack two values of its type, and each choice of the contract the first and the last
// of the pack's list.
func packAnswers(t *testing.T, pack fs.FS) map[string][2]any {
	t.Helper()
	text, err := fs.ReadFile(pack, "pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Facts map[string]yaml.Node
		Lists map[string]yaml.Node
	}
	if err := yaml.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	byType := map[string][2]any{"int": {1, 0}, "fen": {500, 0}, "bool": {true, false}, "text": {"甲", "乙"}, "duration": {60, 0},
		"time": {"2026-11-23T10:00:00+08:00", "2026-11-21T10:00:00+08:00"}}
	ends := func(list string) [2]any {
		values := p.Lists[list].Content // keys and values in turn
		if len(values) == 0 {
			t.Fatalf("there is no list %s", list)
		}
		return [2]any{values[0].Value, values[len(values)-2].Value}
	}
	out := map[string][2]any{"complaint.kind": ends("kind"), "service.kind": ends("service_kind")}
	for name, n := range p.Facts {
		f := struct{ Type string }{n.Value}
		if n.Kind == yaml.MappingNode {
			if err := n.Decode(&f); err != nil {
				t.Fatal(err)
			}
		}
		kind := strings.TrimSuffix(f.Type, "?")
		if list, ok := strings.CutPrefix(kind, "one_of "); ok {
			out["facts."+name] = ends(list)
			continue
		}
		a, ok := byType[kind]
		if !ok {
			t.Fatalf("facts.%s: the walker has no answers of type %q", name, f.Type)
		}
		out["facts."+name] = a
	}
	return out
}

func (w *walker) walk(t *testing.T, id string) {
	start := w.decide(t, place{id: id}, "")
	todo := []place{start}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		if _, known := w.ways[at]; known || w.over(at) {
			continue
		}
		here := w.at[at]
		w.ways[at] = nil
		if len(here.Replies) == 0 && len(here.Ask) == 0 {
			t.Errorf("%s: nothing to press and nothing to fill in at %+v", here.Step, at)
		}
		if here.Aim == "" && len(here.Say)+len(here.Held)+len(here.Ask) == 0 {
			t.Errorf("%s: an empty step at %+v", here.Step, at)
		}
		if filled := w.fill(t, at, here); filled != at.filled {
			w.ways[at] = append(w.ways[at], w.decide(t, place{at.id, at.step, at.stack, filled}, ""))
		}
		for _, r := range here.Replies {
			w.ways[at] = append(w.ways[at], w.decide(t, at, r.ID))
		}
		todo = append(todo, w.ways[at]...)
	}
	ends := map[place]bool{}
	for again := true; again; {
		again = false
		for at := range w.at {
			if !ends[at] && (w.over(at) || slices.ContainsFunc(w.ways[at], func(p place) bool { return ends[p] })) {
				ends[at], again = true, true
			}
		}
	}
	for at := range w.at {
		if !ends[at] {
			t.Errorf("%s: no way to an end from %+v", at.step, at)
		}
	}
}

// over says whether the walk need not go on from here: the talk has ended, or another track was called, which has a walk
// of its own and comes back to the step that called.
func (w *walker) over(at place) bool {
	return w.at[at].End || at.stack != ""
}

// fill adds what the step asks for to what has been filled in.
func (w *walker) fill(t *testing.T, at place, here talk) string {
	t.Helper()
	filled := map[string]bool{}
	for f := range strings.FieldsSeq(at.filled) {
		filled[f] = true
	}
	for _, a := range here.Ask {
		if _, ok := w.answers(a.Field); !ok {
			t.Fatalf("%s asks for %s: say in contractAnswers what the walker fills in", here.Step, a.Field)
		}
		filled[a.Field] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(filled)), " ")
}

// decide asks the engine where a reply leads from here.
func (w *walker) decide(t *testing.T, at place, reply string) place {
	t.Helper()
	scenario := map[string]any{"id": at.id}
	if at.step != "" {
		scenario["step"] = at.step
	}
	if at.stack != "" {
		scenario["stack"] = strings.Fields(at.stack)
	}
	if reply != "" {
		scenario["replies"] = []string{reply}
	}
	doc := map[string]any{"now": "2026-11-22T10:00:00+08:00", "channel": w.channel, "agent": map[string]any{"id": "8812"}, "scenario": scenario}
	for field := range strings.FieldsSeq(at.filled) {
		section, name, _ := strings.Cut(field, ".")
		if doc[section] == nil {
			doc[section] = map[string]any{}
		}
		doc[section].(map[string]any)[name], _ = w.answers(field)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	answer := w.engine.Decide(nil, text)
	var got struct {
		Status   string
		Scenario talk
	}
	if err := json.Unmarshal(answer, &got); err != nil || got.Status == "invalid" || got.Scenario.ID == "" {
		t.Fatalf("%v\n%s\n%s", err, text, answer)
	}
	to := place{got.Scenario.ID, got.Scenario.Step, strings.Join(got.Scenario.Stack, " "), at.filled}
	w.at[to] = got.Scenario
	if len(w.at) > 20000 {
		t.Fatalf("the walk does not come to an end: %d places", len(w.at))
	}
	return to
}
