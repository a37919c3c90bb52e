package module

import (
	"bytes"
	"context"
	"slices"
	"testing"
)

// dead makes a guest that is initialized, and the same without what is dead; names are its functions'.
func dead(t *testing.T, guest string) (ready, dropped []Section, names map[int]string) {
	t.Helper()
	sections, err := Read(build(t, guest, "-buildid="))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sections {
		if s.ID == customSection && s.Name == "name" {
			r := reader{rest: s.Content}
			r.take(r.number())
			names = r.functionNames()
		}
	}
	if sections, err = DropLines(sections); err == nil {
		ready, err = Initialize(context.Background(), sections, testGap)
	}
	if err == nil {
		dropped, err = DropDead(ready)
	}
	if err != nil {
		t.Fatal(err)
	}
	return ready, dropped, names
}

// TestDropDead runs a guest that grows stacks, collects, unwinds and asks values for their methods, before and after.
func TestDropDead(t *testing.T) {
	ready, dropped, names := dead(t, "stack")
	for _, depth := range []uint64{0, 1, 13, 500, 5000} {
		if was, is := run(t, Append(nil, ready), depth), run(t, Append(nil, dropped), depth); was != is {
			t.Errorf("depth %d: %d, was %d", depth, is, was)
		}
	}
	again, err := DropDead(dropped)
	if err != nil || !bytes.Equal(Append(nil, again), Append(nil, dropped)) {
		t.Errorf("dropped twice it differs: %v", err)
	}
	g, err := newGraph(dropped)
	if err != nil {
		t.Fatal(err)
	}
	for name, alive := range map[string]bool{
		// what starts the runtime
		"runtime.schedinit": false, "runtime.goenvs": false,
		// called; started by its address; an end of stacks; a method that only the type knows
		"runtime.mallocgc": true, "runtime.bgsweep": true, "runtime.goexit": true, "runtime.boundsError.Error": true,
		"main.shape.area": true,
	} {
		found := false
		for i, n := range names {
			if n == name {
				found = true
				if is := !bytes.Equal(g.bodies[i-g.imported], []byte{0, unreachable, end}); is != alive {
					t.Errorf("%s is alive: %v", name, is)
				}
			}
		}
		if !found {
			t.Errorf("there is no %s", name)
		}
	}
}

func TestDropDeadRefuses(t *testing.T) {
	ready, _, _ := dead(t, "empty")
	for name, change := range map[string]func(s *Section){
		"an unknown instruction": func(s *Section) {
			if s.ID == codeSection {
				r := reader{rest: s.Content}
				all, initial := r.number(), r.take(r.number())
				s.Content = appendBodies(append([][]byte{initial}, slices.Repeat([][]byte{{0, 0xfe, end}}, all-1)...))
			}
		},
		"another numbering": func(s *Section) {
			if s.ID == elementSection {
				s.Content = slices.Clone(s.Content)
				s.Content[len(s.Content)-1]++
			}
		},
		"a function less": func(s *Section) {
			if s.ID == codeSection {
				s.Content = appendBodies([][]byte{{0, end}})
			}
		},
		"addresses of another form": func(s *Section) {
			if s.ID == dataSection {
				segments, err := readSegments(bytes.Clone(s.Content))
				if err != nil {
					t.Fatal(err)
				}
				m, err := newImage(segments)
				if err != nil {
					t.Fatal(err)
				}
				table, err := findTable(m.text)
				if err != nil {
					t.Fatal(err)
				}
				entry, err := table.entry(1)
				if err != nil {
					t.Fatal(err)
				}
				entry[2] = 1
				s.Content = appendSegments(nil, m.segments(segments))
			}
		},
	} {
		damaged := slices.Clone(ready)
		for i := range damaged {
			change(&damaged[i])
		}
		if _, err := DropDead(damaged); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
