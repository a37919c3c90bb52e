package module

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// DropLines empties the tables in which Go's linker keeps name and file of every function, the line of every instruction and
// which functions were inlined where: what a traceback prints, and nothing else reads. The tables are a tenth of what a
// page fetches. Stack sizes and stack maps, which the collector lives on, stay as they are; so does every address: an
// engine names the functions of a trap by their numbers, and the same sources built with names say which those are.
func DropLines(sections []Section) ([]Section, error) {
	out := slices.Clone(sections)
	for i, s := range out {
		if s.ID != dataSection {
			continue
		}
		segments, err := readSegments(s.Content)
		if err != nil {
			return nil, fmt.Errorf("data section: %w", err)
		}
		m, err := newImage(segments)
		if err != nil {
			return nil, fmt.Errorf("data section: %w", err)
		}
		if err := dropLines(m.text); err != nil {
			return nil, fmt.Errorf("function table: %w", err)
		}
		out[i].Content = appendSegments(nil, m.segments(segments))
	}
	return out, nil
}

// image is the stretch that the data segments cover, as an instance begins with it.
type image struct {
	from int64
	text []byte
}

func newImage(segments []segment) (m image, err error) {
	if len(segments) == 0 {
		return m, errors.New("no data")
	}
	first := slices.MinFunc(segments, func(a, b segment) int { return cmp.Compare(a.at, b.at) })
	end := int64(0)
	for _, s := range segments {
		end = max(end, s.at+int64(len(s.text)))
	}
	const most = 256 << 20
	if end-first.at > most {
		return m, fmt.Errorf("%d bytes of data", end-first.at)
	}
	m = image{first.at, make([]byte, end-first.at)}
	for _, s := range segments {
		copy(m.text[s.at-m.from:], s.text)
	}
	return m, nil
}

// segments cuts the image where it was cut before.
func (m image) segments(like []segment) []segment {
	out := make([]segment, len(like))
	for i, s := range like {
		at := s.at - m.from
		out[i] = segment{s.at, m.text[at : at+int64(len(s.text))]}
	}
	return out
}

// The function table as Go 1.20 and later write it (runtime.pcHeader, runtime._func).
var tableMagic = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

const (
	headerSize = 72
	// words of a function's entry
	wordName, wordStack, wordFile, wordLine, wordTables, wordUnit, wordStart = 1, 4, 5, 6, 7, 8, 9
	entryWords                                                               = 11
	inlineTable                                                              = 2 // PCDATA_InlTreeIndex
)

// table is a function table within a memory.
type table struct {
	text            []byte // from its header on
	functions       int
	names, units    uint64 // where the names of functions and the numbers of their files begin
	values, entries uint64 // where pctab and the functab begin; before it are the names of files
}

// findTable finds the one function table.
func findTable(text []byte) (t table, err error) {
	found := false
	for from := 0; ; {
		i := bytes.Index(text[from:], tableMagic)
		if i < 0 {
			break
		}
		if c, ok := readTable(text[from+i:]); ok {
			if found {
				return t, errors.New("two of them")
			}
			t, found = c, true
		}
		from += i + len(tableMagic)
	}
	if !found {
		return t, errors.New("none of a known version")
	}
	return t, nil
}

// readTable takes a header for one when its parts follow each other.
func readTable(text []byte) (t table, ok bool) {
	if len(text) < headerSize {
		return t, false
	}
	var word [8]uint64
	for i := range word {
		word[i] = binary.LittleEndian.Uint64(text[8+8*i:])
	}
	names, units, files, values, entries := word[3], word[4], word[5], word[6], word[7]
	size := uint64(len(text))
	ok = names >= headerSize && names < units && units < files && files < values && values < entries && entries < size &&
		word[0] > 0 && word[0] < size/8
	return table{text, int(word[0]), names, units, values, entries}, ok
}

// asked are functions that the runtime asks for by their names, to find their arguments.
var asked = []string{"reflect.makeFuncStub", "reflect.methodValueCall"}

// dropLines points every function's name, file, line and inline tables at nothing, and clears what no other table uses:
// the linker lets equal tables share their bytes.
func dropLines(text []byte) error {
	t, err := findTable(text)
	if err != nil {
		return err
	}
	used := make([]bool, t.entries)
	used[t.values] = true
	for i := range t.functions {
		entry, err := t.entry(i)
		if err != nil {
			return err
		}
		word := func(n int) []byte { return entry[4*n : 4*n+4] }
		for _, n := range []int{wordFile, wordLine, wordUnit, wordStart} {
			clear(word(n))
		}
		if err := t.dropName(used, word(wordName)); err != nil {
			return err
		}
		keep := []uint32{binary.LittleEndian.Uint32(word(wordStack))}
		for n := range int(binary.LittleEndian.Uint32(word(wordTables))) {
			if n == inlineTable {
				clear(word(entryWords + n))
				continue
			}
			keep = append(keep, binary.LittleEndian.Uint32(word(entryWords+n)))
		}
		for _, at := range keep {
			if err := t.use(used, at); err != nil {
				return err
			}
		}
	}
	for i := t.names; i < t.entries; i++ {
		if !used[i] {
			t.text[i] = 0
		}
	}
	return nil
}

// dropName points a function's name at the first byte of the names, which is none, or marks the name as used.
func (t *table) dropName(used []bool, place []byte) error {
	at := t.names + uint64(binary.LittleEndian.Uint32(place))
	if at >= t.units {
		return errors.New("a name outside the names")
	}
	length := bytes.IndexByte(t.text[at:t.units], 0)
	if length < 0 {
		return errors.New("a name without an end")
	}
	if at == t.names || !slices.Contains(asked, string(t.text[at:at+uint64(length)])) {
		clear(place)
		return nil
	}
	for i := range length {
		used[at+uint64(i)] = true
	}
	return nil
}

// entry is the entry of a function, with all its tables' places.
func (t *table) entry(i int) ([]byte, error) {
	place := t.entries + uint64(i)*8 + 4
	if place+4 > uint64(len(t.text)) {
		return nil, errors.New("truncated")
	}
	at := t.entries + uint64(binary.LittleEndian.Uint32(t.text[place:]))
	if at+4*entryWords > uint64(len(t.text)) {
		return nil, errors.New("truncated")
	}
	entry := t.text[at:]
	tables := uint64(binary.LittleEndian.Uint32(entry[4*wordTables:]))
	if tables > 16 || at+4*(entryWords+tables) > uint64(len(t.text)) {
		return nil, fmt.Errorf("function %d with %d tables", i, tables)
	}
	return entry, nil
}

// use marks the bytes of a table of values: pairs of varints, the first of which ends it where it is zero, but for the
// first pair.
func (t *table) use(used []bool, at uint32) error {
	if at == 0 {
		return nil
	}
	values := t.text[t.values:t.entries]
	for p, first := uint64(at), true; ; first = false {
		if p >= uint64(len(values)) {
			return errors.New("a table of values without an end")
		}
		delta, n := binary.Uvarint(values[p:])
		m := 0
		if n > 0 && (delta != 0 || first) {
			_, m = binary.Uvarint(values[p+uint64(n):])
		}
		if n <= 0 || m < 0 || (m == 0 && (delta != 0 || first)) {
			return errors.New("a table of values that breaks off")
		}
		for i := range uint64(n + m) {
			used[t.values+p+i] = true
		}
		if delta == 0 && !first {
			return nil
		}
		p += uint64(n + m)
	}
}
