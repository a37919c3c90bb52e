package module

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// initializer is what a runner calls before everything else.
const initializer = "_initialize"

// pageSize is the unit of linear memory.
const pageSize = 64 << 10

// Setting is a variable of the environment that Go's runtime looks at when it starts: GOGC, GOMEMLIMIT.
type Setting struct{ Name, Value string }

// Initialize calls a guest's _initialize, and makes of what it has become a module that begins there: its memory and its
// globals are what they are afterwards, and _initialize does nothing any more. The clock stands at its start and what
// looks random is fixed, so that the same module gives the same bytes. No page then waits for Go's runtime to start, nor
// for the machine code of what starts it.
//
// The data are written anew, in stretches with at most gap zeros on end. Go's linker writes a segment for every eight bytes
// that are not zero after a few that are, some twenty thousand in an empty guest; each costs a line of code to the compressor,
// which deals better with zeros, and a copy to every instance.
func Initialize(ctx context.Context, sections []Section, gap int, settings ...Setting) ([]Section, error) {
	var globals []global
	imported, function := 0, -1
	for _, s := range sections {
		r := reader{rest: s.Content}
		switch s.ID {
		case importSection:
			imported = r.importedFunctions()
		case globalSection:
			globals = r.globals()
		case exportSection:
			function = r.exportedFunction(initializer)
		case dataCountSection:
			// Only bulk memory instructions on passive segments need it, which Go does not write.
			return nil, errors.New("a data count section, whose segments may be counted on")
		}
		if r.err != nil {
			return nil, fmt.Errorf("%s section: %w", s.Name, r.err)
		}
	}
	if function < imported {
		return nil, fmt.Errorf("no function %s of its own", initializer)
	}
	memory, err := initialized(ctx, exportGlobals(sections, len(globals)), globals, settings)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", initializer, err)
	}
	out := slices.Clone(sections)
	for i, s := range out {
		r := reader{rest: s.Content}
		switch s.ID {
		case memorySection:
			out[i].Content = r.memoryOf(len(memory) / pageSize)
		case globalSection:
			out[i].Content = appendGlobals(nil, globals)
		case codeSection:
			out[i].Content = r.emptied(function - imported)
		case dataSection:
			out[i].Content = appendSegments(nil, segmentsOf(memory, gap))
		}
		if r.err != nil {
			return nil, fmt.Errorf("%s section: %w", s.Name, r.err)
		}
	}
	return out, nil
}

// initialized is the memory of an instance after _initialize; the module makes its globals visible. The globals get the values they have then.
func initialized(ctx context.Context, sections []Section, globals []global, settings []Setting) (memory []byte, err error) {
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer func() { err = errors.Join(err, rt.Close(ctx)) }()
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, rt); err != nil {
		return nil, err
	}
	still := func() int64 { return 1 }
	config := wazero.NewModuleConfig().WithStartFunctions(initializer).WithNanotime(still, 1)
	for _, s := range settings {
		config = config.WithEnv(s.Name, s.Value)
	}
	guest, err := rt.InstantiateWithConfig(ctx, Append(nil, sections), config)
	if err != nil {
		return nil, err
	}
	for i := range globals {
		globals[i].value = guest.ExportedGlobal(globalName(i)).Get()
	}
	seen, ok := guest.Memory().Read(0, guest.Memory().Size())
	if !ok {
		return nil, errors.New("the memory cannot be read")
	}
	return slices.Clone(seen), nil
}

// global is a global variable; Go's are all of integers.
type global struct {
	kind, mutable byte
	value         uint64
}

const (
	i32             = 0x7f
	i64             = 0x7e
	exportsGlobal   = 3
	exportsFunction = 0
)

func (r *reader) globals() []global {
	all := make([]global, r.number())
	for i := range all {
		g := &all[i]
		g.kind, g.mutable = r.byte(), r.byte()
		op := r.byte()
		for r.byte()&0x80 != 0 { // its value is worked out anyway
		}
		if r.byte() != end || !(g.kind == i32 && op == i32Const || g.kind == i64 && op == i64Const) {
			r.fail()
			return nil
		}
	}
	return all
}

func appendGlobals(dst []byte, all []global) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(all)))
	for _, g := range all {
		dst = append(dst, g.kind, g.mutable)
		if g.kind == i32 {
			dst = appendSigned(append(dst, i32Const), int64(int32(g.value)))
		} else {
			dst = appendSigned(append(dst, i64Const), int64(g.value))
		}
		dst = append(dst, end)
	}
	return dst
}

func globalName(i int) string { return fmt.Sprint("global ", i) }

func exportGlobals(sections []Section, count int) []Section {
	out := slices.Clone(sections)
	for i, s := range out {
		if s.ID != exportSection {
			continue
		}
		r := reader{rest: s.Content}
		content := binary.AppendUvarint(nil, uint64(r.number()+count))
		content = append(content, r.rest...)
		for g := range count {
			name := globalName(g)
			content = binary.AppendUvarint(content, uint64(len(name)))
			content = append(append(content, name...), exportsGlobal)
			content = binary.AppendUvarint(content, uint64(g))
		}
		out[i].Content = content
	}
	return out
}

// exportedFunction is the index of an exported function, -1 if there is none of that name.
func (r *reader) exportedFunction(name string) int {
	found := -1
	for range r.number() {
		this := string(r.take(r.number()))
		kind, index := r.byte(), r.number()
		if kind == exportsFunction && this == name {
			found = index
		}
	}
	return found
}

// memoryOf is the memory section with another size to begin with.
func (r *reader) memoryOf(pages int) []byte {
	if r.number() != 1 {
		r.fail()
	}
	limits := r.byte()
	r.number()
	out := binary.AppendUvarint([]byte{1, limits}, uint64(pages))
	return append(out, r.rest...)
}

// emptied is the code section with nothing in one of its functions.
func (r *reader) emptied(which int) []byte {
	all := r.bodies()
	if which >= len(all) {
		r.fail()
		return nil
	}
	all[which] = []byte{0, end}
	return appendBodies(all)
}

// segmentsOf are the stretches of a memory that are not zero, but for gaps.
func segmentsOf(memory []byte, gap int) (segments []segment) {
	for at := 0; at < len(memory); {
		if memory[at] == 0 {
			at++
			continue
		}
		start, last := at, at
		for ; at < len(memory) && at-last <= gap+1; at++ {
			if memory[at] != 0 {
				last = at
			}
		}
		segments = append(segments, segment{int64(start), memory[start : last+1]})
	}
	return segments
}
