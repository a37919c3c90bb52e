package module

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// CodeByPackage is the bytes of function bodies by Go package, by the names of the name section; it
// is nil when the module was linked without. packages maps the linker's spelling of an import path
// to the path; functions of no such package are put together as "(linker)".
func CodeByPackage(sections []Section, packages map[string]string) (code map[string]int, err error) {
	var names map[int]string
	var bodies reader
	imported := 0
	for _, s := range sections {
		r := reader{rest: s.Content}
		switch {
		case s.ID == customSection && s.Name == "name":
			r.take(r.number())
			names = r.functionNames()
		case s.ID == importSection:
			imported = r.importedFunctions()
		case s.ID == codeSection:
			bodies = r
		}
		if r.err != nil {
			return nil, fmt.Errorf("%s section: %w", s.Name, r.err)
		}
	}
	if names == nil {
		return nil, nil
	}
	code = map[string]int{}
	for i, body := range bodies.bodies() {
		code[packageOf(names[imported+i], packages)] += len(body)
	}
	return code, bodies.err
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

// Spelling is how the linker writes an import path.
func Spelling(path string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, path)
}

// bodies are the functions of the code section.
func (r *reader) bodies() (all [][]byte) {
	for range r.number() {
		all = append(all, r.take(r.number()))
	}
	return all
}

// appendBodies is a code section.
func appendBodies(all [][]byte) []byte {
	content := binary.AppendUvarint(nil, uint64(len(all)))
	for _, body := range all {
		content = append(binary.AppendUvarint(content, uint64(len(body))), body...)
	}
	return content
}

// importedFunctions counts them: they come before the module's own in the numbering.
func (r *reader) importedFunctions() (count int) {
	for range r.number() {
		r.take(r.number()) // module
		r.take(r.number()) // name
		if kind := r.byte(); kind != 0 && r.err == nil {
			r.err = fmt.Errorf("an import of kind %d, where Go imports functions only", kind)
			return count
		}
		r.number()
		count++
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
