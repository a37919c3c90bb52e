package tidy

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// differs compares what two files say, comments and all. It returns the first node of a that b does not have, nil if
// there is none.
func differs(a, b *source, sh *shape) *yaml.Node {
	if len(a.docs) != len(b.docs) || !slices.Equal(a.comments(), b.comments()) {
		return &yaml.Node{}
	}
	for i := range a.docs {
		if n := unlike(a.docs[i], b.docs[i], sh); n != nil {
			return n
		}
	}
	return nil
}

// comments are the comments of a file, sorted: they move with what they stand at.
func (s *source) comments() []string {
	var out []string
	for _, r := range s.remarks {
		if r.kind == comment {
			out = append(out, r.text)
		}
	}
	slices.Sort(out)
	return out
}

func unlike(a, b *yaml.Node, sh *shape) *yaml.Node {
	if a.Kind != b.Kind || a.Tag != b.Tag || a.Value != b.Value || a.Anchor != b.Anchor || len(a.Content) != len(b.Content) {
		return a
	}
	if a.Kind == yaml.SequenceNode {
		for i := range a.Content {
			if n := unlike(a.Content[i], b.Content[i], sh.of("")); n != nil {
				return n
			}
		}
		return nil
	}
	// The names of a record come in its own order; those of an author stay in theirs.
	orderA, orderB := sh.order(a, false), sh.order(b, false)
	for i := range orderA {
		keyA, keyB := a.Content[2*orderA[i]], b.Content[2*orderB[i]]
		if n := unlike(keyA, keyB, nil); n != nil {
			return n
		}
		if n := unlike(a.Content[2*orderA[i]+1], b.Content[2*orderB[i]+1], sh.of(keyA.Value)); n != nil {
			return n
		}
	}
	return nil
}
