package module

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// DropDead empties the functions that nothing can call: in a module that Initialize has made, those that started Go's
// runtime. Called all the same, one would be a trap.
//
// Alive is what an export calls, and what anything alive calls or has the address of; and whatever has its address in memory,
// as Go's words have it or as the tables of methods do. Anything that looks like an address counts for one. A frame that is left on a
// stack needs no looking at: its function was called by the frame below it, and the lowest by an address in memory.
func DropDead(sections []Section) ([]Section, error) {
	g, err := newGraph(sections)
	if err != nil {
		return nil, err
	}
	if err := g.mark(); err != nil {
		return nil, err
	}
	out := slices.Clone(sections)
	for i, s := range out {
		if s.ID != codeSection {
			continue
		}
		bodies := slices.Clone(g.bodies)
		for n := range bodies {
			if !g.alive[n] {
				bodies[n] = []byte{0, unreachable, end}
			}
		}
		out[i].Content = appendBodies(bodies)
	}
	return out, nil
}

// firstFunction is what Go's linker numbers the module's own functions from, in addresses: an address is this number shifted by
// addressShift, with the place within the function below; an offset as types have it is the number alone.
const (
	firstFunction = 0x1000
	addressShift  = 16
)

// graph is who calls whom. The module's own functions are numbered from 0.
type graph struct {
	imported int
	exports  []int
	bodies   [][]byte
	memory   image
	table    span // the function table within memory, where every function has its address
	alive    []bool
	todo     []int
}

type span struct{ from, to int }

func newGraph(sections []Section) (*graph, error) {
	g := &graph{}
	var elements []byte
	for _, s := range sections {
		r := reader{rest: s.Content}
		switch s.ID {
		case importSection:
			g.imported = r.importedFunctions()
		case exportSection:
			g.exports = r.exportedFunctions()
		case elementSection:
			elements = s.Content
		case codeSection:
			g.bodies = r.bodies()
		case dataSection:
			segments, err := readSegments(s.Content)
			if err != nil {
				return nil, fmt.Errorf("%s section: %w", s.Name, err)
			}
			if g.memory, err = newImage(segments); err != nil {
				return nil, fmt.Errorf("%s section: %w", s.Name, err)
			}
		}
		if r.err != nil {
			return nil, fmt.Errorf("%s section: %w", s.Name, r.err)
		}
	}
	if !slices.Equal(elements, elementsOf(g.imported, len(g.bodies))) {
		return nil, errors.New("functions are not numbered as this linker's are")
	}
	g.alive = make([]bool, len(g.bodies))
	return g, g.findTable()
}

// elementsOf is the section that numbers all functions for calls by address.
func elementsOf(imported, own int) []byte {
	content := append(appendSigned([]byte{1, 0, i32Const}, firstFunction), end)
	content = binary.AppendUvarint(content, uint64(own))
	for i := range own {
		content = binary.AppendUvarint(content, uint64(imported+i))
	}
	return content
}

// findTable finds the function table, and sees that it means by an address what is meant here.
func (g *graph) findTable() error {
	t, err := findTable(g.memory.text)
	if err != nil {
		return fmt.Errorf("function table: %w", err)
	}
	if t.functions != len(g.bodies) {
		return fmt.Errorf("function table: %d functions of %d", t.functions, len(g.bodies))
	}
	end := 0
	for i := range t.functions {
		entry, err := t.entry(i)
		if err != nil {
			return fmt.Errorf("function table: %w", err)
		}
		if binary.LittleEndian.Uint32(entry) != uint32(firstFunction+i) {
			return errors.New("function table: addresses of an unknown form")
		}
		end = max(end, len(t.text)-len(entry)+4*entryWords)
	}
	from := len(g.memory.text) - len(t.text)
	g.table = span{from, from + end}
	return nil
}

func (g *graph) mark() error {
	for _, i := range g.exports {
		g.reach(i - g.imported)
	}
	g.reachWords()
	for len(g.todo) > 0 {
		n := g.todo[len(g.todo)-1]
		g.todo = g.todo[:len(g.todo)-1]
		r := reader{rest: g.bodies[n]}
		r.locals()
		for r.err == nil && len(r.rest) > 0 {
			switch op, value := r.instruction(); op {
			case call:
				g.reach(int(value) - g.imported)
			case i32Const, i64Const:
				g.reach(int(value>>addressShift) - firstFunction)
			}
		}
		if r.err != nil {
			return fmt.Errorf("function %d: %w", g.imported+n, r.err)
		}
	}
	return nil
}

// reachWords marks what has its address in memory.
func (g *graph) reachWords() {
	text := g.memory.text
	for at := -int(g.memory.from) & 3; at+4 <= len(text); at += 4 {
		if g.table.from <= at && at < g.table.to {
			continue
		}
		low := binary.LittleEndian.Uint32(text[at:])
		g.reach(int(low) - firstFunction)
		if low&(1<<addressShift-1) == 0 { // the upper half of an address is 0
			g.reach(int(low>>addressShift) - firstFunction)
		}
	}
}

// reach marks a function, if that is one.
func (g *graph) reach(n int) {
	if n >= 0 && n < len(g.alive) && !g.alive[n] {
		g.alive[n] = true
		g.todo = append(g.todo, n)
	}
}

// exportedFunctions are the indices of all exported functions.
func (r *reader) exportedFunctions() (all []int) {
	for range r.number() {
		r.take(r.number())
		if kind, index := r.byte(), r.number(); kind == exportsFunction {
			all = append(all, index)
		}
	}
	return all
}
