// Package module takes WebAssembly modules of Go's linker apart, to weigh them and to make them
// smaller and sooner ready: tools of the build, nothing that is shipped.
package module

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Section is a part of a module.
type Section struct {
	ID      byte
	Name    string // the standard's, or a custom section's own
	Content []byte // without id and length; a custom section's begins with its name
}

const (
	customSection    = 0
	importSection    = 2
	memorySection    = 5
	globalSection    = 6
	exportSection    = 7
	elementSection   = 9
	codeSection      = 10
	dataSection      = 11
	dataCountSection = 12
)

var sectionNames = [...]string{
	"custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data", "data count", "tag",
}

const header = "\x00asm\x01\x00\x00\x00"

var errTruncated = errors.New("truncated")

// Read splits a module into its sections, which share its memory.
func Read(text []byte) (sections []Section, err error) {
	if !strings.HasPrefix(string(text[:min(len(text), len(header))]), header) {
		return nil, errors.New("no WebAssembly module of version 1")
	}
	r := reader{rest: text[len(header):]}
	for len(r.rest) > 0 {
		id := r.byte()
		content := r.take(r.number())
		if r.err != nil {
			return nil, r.err
		}
		if int(id) >= len(sectionNames) {
			return nil, fmt.Errorf("unknown section %d", id)
		}
		name := sectionNames[id]
		if id == customSection {
			custom := reader{rest: content}
			if name = string(custom.take(custom.number())); custom.err != nil {
				return nil, fmt.Errorf("custom section: %w", custom.err)
			}
		}
		sections = append(sections, Section{id, name, content})
	}
	return sections, nil
}

// Append writes a module.
func Append(dst []byte, sections []Section) []byte {
	dst = append(dst, header...)
	for _, s := range sections {
		dst = append(dst, s.ID)
		dst = binary.AppendUvarint(dst, uint64(len(s.Content)))
		dst = append(dst, s.Content...)
	}
	return dst
}

// reader reads the binary format; after the first error it gives zeros.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = errTruncated
	}
	r.rest = nil
}

func (r *reader) byte() byte {
	if len(r.rest) == 0 {
		r.fail()
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

// number is an unsigned LEB128 of 32 bits.
func (r *reader) number() int {
	n, length := binary.Uvarint(r.rest)
	if length <= 0 || n > 1<<32-1 {
		r.fail()
		return 0
	}
	r.rest = r.rest[length:]
	return int(n)
}

// signed is a signed LEB128 of so many bits, 32 or 64.
func (r *reader) signed(bits int) int64 {
	n := int64(0)
	for shift := 0; shift < bits; shift += 7 {
		b := r.byte()
		n |= int64(b&0x7f) << shift
		if b&0x80 == 0 {
			if b&0x40 != 0 {
				n |= -1 << (shift + 7)
			}
			return n
		}
	}
	r.fail()
	return 0
}

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.fail()
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

// appendSigned writes a signed LEB128.
func appendSigned(dst []byte, n int64) []byte {
	for {
		b := byte(n & 0x7f)
		n >>= 7
		if n == 0 && b&0x40 == 0 || n == -1 && b&0x40 != 0 {
			return append(dst, b)
		}
		dst = append(dst, b|0x80)
	}
}
