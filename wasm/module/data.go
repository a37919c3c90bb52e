package module

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// segment is a stretch of memory that an instance begins with.
type segment struct {
	at   int64
	text []byte
}

func readSegments(content []byte) (segments []segment, err error) {
	const active = 0
	r := reader{rest: content}
	for range r.number() {
		if kind := r.number(); kind != active {
			return nil, fmt.Errorf("a segment of kind %d", kind)
		}
		if r.byte() != i32Const {
			return nil, errors.New("a segment whose place is no constant")
		}
		at := r.signed(32)
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
		dst = append(dst, 0, i32Const)
		dst = append(appendSigned(dst, s.at), end)
		dst = binary.AppendUvarint(dst, uint64(len(s.text)))
		dst = append(dst, s.text...)
	}
	return dst
}
