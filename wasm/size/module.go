package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Module is a WebAssembly module as far as its weight goes.
type Module struct {
	Sections []Section
	// Code is the bytes of function bodies by Go package, from the name section; nil when the
	// module was linked without names.
	Code map[string]int
}

// Section is a part of a module. Name is the standard's, or a custom section's own.
type Section struct {
	Name    string
	Content []byte
}

var sectionNames = [...]string{
	"custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data", "data count", "tag",
}

var errTruncated = errors.New("truncated")

// ReadModule takes a module apart. packages maps the linker's spelling of an import path to the
// path; functions of no such package are put together as "(linker)".
func ReadModule(text []byte, packages map[string]string) (*Module, error) {
	const header = "\x00asm\x01\x00\x00\x00"
	if !strings.HasPrefix(string(text), header) {
		return nil, errors.New("no WebAssembly module of version 1")
	}
	var module Module
	var code, names []byte
	imported := 0
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
		switch name {
		case "custom":
			custom := reader{rest: content}
			name = string(custom.take(custom.number()))
			if name == "name" {
				names = custom.rest
			}
		case "import":
			imports := reader{rest: content}
			imported = imports.importedFunctions()
			if imports.err != nil {
				return nil, fmt.Errorf("import section: %w", imports.err)
			}
		case "code":
			code = content
		}
		module.Sections = append(module.Sections, Section{name, content})
	}
	if names == nil {
		return &module, nil
	}
	called := reader{rest: names}
	functions := called.functionNames()
	bodies := reader{rest: code}
	module.Code = map[string]int{}
	for i := range bodies.number() {
		body := bodies.take(bodies.number())
		module.Code[packageOf(functions[imported+i], packages)] += len(body)
	}
	return &module, errors.Join(called.err, bodies.err)
}

// packageOf undoes the linker's spelling: in "koujing_core_clock.Parse" all that is no letter, digit
// or dot of the path has become an underscore.
func packageOf(function string, packages map[string]string) string {
	prefix, _, _ := strings.Cut(function, ".")
	if path, ok := packages[prefix]; ok {
		return path
	}
	return "(linker)"
}

// spelling is how the linker writes an import path.
func spelling(path string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, path)
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

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.fail()
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

// importedFunctions counts them: they come before the module's own in the numbering.
func (r *reader) importedFunctions() (count int) {
	for range r.number() {
		r.take(r.number()) // module
		r.take(r.number()) // name
		switch kind := r.byte(); kind {
		case 0:
			r.number()
			count++
		default:
			// Go's guests import functions only.
			r.err = fmt.Errorf("an import of kind %d", kind)
			return count
		}
	}
	return count
}

// functionNames is subsection 1 of the name section: names by index.
func (r *reader) functionNames() map[int]string {
	for len(r.rest) > 0 {
		id := r.byte()
		content := r.take(r.number())
		if id != 1 {
			continue
		}
		list := reader{rest: content}
		names := map[int]string{}
		for range list.number() {
			index := list.number()
			names[index] = string(list.take(list.number()))
		}
		r.err = errors.Join(r.err, list.err)
		return names
	}
	return nil
}
