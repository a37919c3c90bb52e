package module

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"testing"
)

const testGap = 64

// TestInitialize runs a guest from its beginning and from behind its _initialize.
func TestInitialize(t *testing.T) {
	text := build(t, "stack", "-s -w")
	sections, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	ready, err := Initialize(context.Background(), sections, testGap)
	if err != nil {
		t.Fatal(err)
	}
	for _, depth := range []uint64{0, 1, 13, 500, 5000} {
		if was, is := run(t, text, depth), run(t, Append(nil, ready), depth); was != is {
			t.Errorf("depth %d: %d, was %d", depth, is, was)
		}
	}
	again, err := Initialize(context.Background(), sections, testGap)
	if err != nil || !bytes.Equal(Append(nil, again), Append(nil, ready)) {
		t.Errorf("a second time it comes out differently: %v", err)
	}
	if was, is := len(data(t, sections)), len(data(t, ready)); is > was/10 {
		t.Errorf("%d segments of data, %d before", is, was)
	}
	// Once more on what is initialized: nothing happens, so nothing may change.
	if twice, err := Initialize(context.Background(), ready, testGap); err != nil || !bytes.Equal(Append(nil, twice), Append(nil, ready)) {
		t.Errorf("its _initialize still does something: %v", err)
	}
}

func TestInitializeRefuses(t *testing.T) {
	sections, err := Read(build(t, "empty", "-s -w"))
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]Section{
		"no export":         {ID: exportSection, Content: []byte{0}},
		"an unknown global": {ID: globalSection, Content: []byte{1, 0x7d, 1, 0x43, 0, 0, 0, 0, end}},
		"two memories":      {ID: memorySection, Content: []byte{2, 0, 1, 0, 1}},
		"no code":           {ID: codeSection, Content: []byte{0}},
		"a data count":      {ID: dataCountSection, Content: []byte{1}},
	} {
		damaged := []Section{damage}
		for _, s := range sections {
			if s.ID != damage.ID {
				damaged = append(damaged, s)
			}
		}
		slices.SortStableFunc(damaged, func(a, b Section) int { return cmp.Compare(a.ID, b.ID) })
		if _, err := Initialize(context.Background(), damaged, testGap); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestSegmentsOf(t *testing.T) {
	memory := []byte("\x00\x00ab\x00\x00cd\x00\x00\x00\x00e\x00")
	segments := segmentsOf(memory, 2)
	if len(segments) != 2 || segments[0].at != 2 || string(segments[0].text) != "ab\x00\x00cd" || segments[1].at != 12 || string(segments[1].text) != "e" {
		t.Errorf("%v", segments)
	}
}
