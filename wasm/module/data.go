package module

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// segment is a stretch of memory that an instance begins with.
type segment struct {
	at   int64
	text []byte
}

// JoinData joins the data segments that lie at most gap zero bytes apart. Go's linker writes one
// for every eight bytes that are not zero after a few that are, some twenty thousand in an empty
// guest; each costs a line of code to the compressor, which deals better with zeros, and a copy to
// every instance. The module does exactly the same afterwards.
func JoinData(sections []Section, gap int) ([]Section, error) {
	joined := slices.Clone(sections)
	for i, s := range joined {
		switch s.ID {
		case dataSection:
			segments, err := readSegments(s.Content)
			if err != nil {
				return nil, fmt.Errorf("data section: %w", err)
			}
			if segments, err = join(segments, gap); err != nil {
				return nil, fmt.Errorf("data section: %w", err)
			}
			joined[i].Content = appendSegments(nil, segments)
		case dataCountSection:
			// Only bulk memory instructions on passive segments need it, which Go does not write.
			return nil, errors.New("a data count section, whose segments may be counted on")
		}
	}
	return joined, nil
}

func readSegments(content []byte) (segments []segment, err error) {
	const active, i32Const, end = 0, 0x41, 0x0b
	r := reader{rest: content}
	for range r.number() {
		if kind := r.number(); kind != active {
			return nil, fmt.Errorf("a segment of kind %d", kind)
		}
		if r.byte() != i32Const {
			return nil, errors.New("a segment whose place is no constant")
		}
		at := r.signed()
		if at < 0 || r.byte() != end {
			return nil, errors.New("a segment whose place is no plain constant")
		}
		segments = append(segments, segment{at, r.take(r.number())})
	}
	if r.err == nil && len(r.rest) > 0 {
		r.err = errors.New("something behind the last segment")
	}
	return segments, r.err
}

func appendSegments(dst []byte, segments []segment) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(segments)))
	for _, s := range segments {
		dst = append(dst, 0, 0x41)
		dst = append(appendSigned(dst, s.at), 0x0b)
		dst = binary.AppendUvarint(dst, uint64(len(s.text)))
		dst = append(dst, s.text...)
	}
	return dst
}

// join sorts the segments; where no two overlap, as from a linker, their order makes no difference.
func join(segments []segment, gap int) (joined []segment, err error) {
	sorted := slices.SortedFunc(slices.Values(segments), func(a, b segment) int { return cmp.Compare(a.at, b.at) })
	for _, s := range sorted {
		if n := len(joined); n > 0 {
			last := &joined[n-1]
			between := s.at - (last.at + int64(len(last.text)))
			if between < 0 {
				return nil, fmt.Errorf("segments overlap at %d", s.at)
			}
			if between <= int64(gap) {
				last.text = append(last.text, make([]byte, between)...)
				last.text = append(last.text, s.text...)
				continue
			}
		}
		joined = append(joined, segment{s.at, slices.Clone(s.text)})
	}
	return joined, nil
}
