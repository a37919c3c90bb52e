// Package atom gives every text of a decision a number.
//
// All values of the rule program are int64 slots; a text in a slot is an atom's ID. Two equal interned texts have the
// same ID, so that a rule compares texts by comparing integers. Permanent atoms are the pack's and the core's own words,
// made once at load; transient ones belong to the case being decided and are forgotten by Reset.
package atom

import (
	"math"
	"slices"
)

// Null is "absent" in every int64 slot, whatever the slot's type.
const Null = math.MinInt64

// ID is a text's number. Zero is the empty text, so that a zeroed slot is a valid text.
type ID int64

// Empty is the atom of "" in every table.
const Empty ID = 0

// looks says what is known about the escaping of an atom's text.
type looks uint8

const (
	unseen looks = iota
	plain
	escaped
)

// text is one atom: a piece of the arena.
type text struct {
	off, size uint32
	slot      int32 // where the hash table holds it; -1 when it is not to be found
	looks     looks
}

// Table holds the atoms. It is not safe for concurrent use. The zero Table is not ready: use New.
type Table struct {
	arena []byte
	texts []text
	// slots is the hash table, open addressing with linear probing: upper half of the hash above, 1+ID below, 0 is free.
	slots []uint64
	mask  uint32
	used  int // occupied slots

	permanent      int // texts[:permanent] survive Reset
	permanentArena int // as do arena[:permanentArena]
}

// New returns a table that holds the empty text alone.
func New() *Table {
	t := &Table{slots: make([]uint64, 256), mask: 255, arena: make([]byte, 0, 1024)}
	t.Fix("")
	return t
}

// Fix makes a permanent atom, or finds it. It is for loading: transient atoms are forgotten by it, as by Reset.
func (t *Table) Fix(s string) ID {
	if len(t.texts) > t.permanent {
		t.Reset()
	}
	// Where it would lie anyway, so that no copy has to be made to look for it.
	t.arena = append(t.arena, s...)
	b := t.arena[t.permanentArena:]
	h := Hash(b)
	id, slot := t.probe(b, h)
	if id >= 0 {
		t.arena = t.arena[:t.permanentArena]
		return id
	}
	id = t.enter(h, slot, t.permanentArena, len(s))
	t.permanent, t.permanentArena = len(t.texts), len(t.arena)
	return id
}

// FixAll fixes texts one by one.
func (t *Table) FixAll(texts []string) []ID {
	ids := make([]ID, len(texts))
	for i, s := range texts {
		ids[i] = t.Fix(s)
	}
	return ids
}

// Reserve makes room for so many more texts of so many bytes together.
func (t *Table) Reserve(texts, bytes int) {
	t.texts = slices.Grow(t.texts, texts)
	t.arena = slices.Grow(t.arena, bytes)
	size := len(t.slots)
	for size < 2*(t.used+texts) {
		size *= 2
	}
	if size > len(t.slots) {
		t.grow(size)
	}
}

// Find looks a text up, permanent or transient.
func (t *Table) Find(b []byte) (ID, bool) {
	id, _ := t.probe(b, Hash(b))
	return id, id >= 0
}

// Intern finds or makes the atom of a text. What it makes is transient, and copied: b may be reused.
func (t *Table) Intern(b []byte) ID {
	h := Hash(b)
	id, slot := t.probe(b, h)
	if id >= 0 {
		return id
	}
	t.arena = append(t.arena, b...)
	return t.enter(h, slot, len(t.arena)-len(b), len(b))
}

// enter makes the atom of a text that lies in the arena already, and that probe would put into slot.
func (t *Table) enter(h uint64, slot uint32, off, size int) ID {
	if 2*(t.used+1) > len(t.slots) {
		t.grow(2 * len(t.slots))
		_, slot = t.probe(t.arena[off:off+size], h)
	}
	id := ID(len(t.texts))
	t.texts = append(t.texts, text{off: uint32(off), size: uint32(size), slot: int32(slot)})
	t.slots[slot] = h&^math.MaxUint32 | uint64(id+1)
	t.used++
	return id
}

// Append makes a transient atom without looking for an equal one, for texts that are written out and never compared.
func (t *Table) Append(b []byte) ID {
	t.texts = append(t.texts, text{off: uint32(len(t.arena)), size: uint32(len(b)), slot: -1})
	t.arena = append(t.arena, b...)
	return ID(len(t.texts) - 1)
}

// Text is an atom's text, nil for Null and for IDs the table does not know. It is valid until Reset and must not be changed.
func (t *Table) Text(id ID) []byte {
	if uint64(id) >= uint64(len(t.texts)) {
		return nil
	}
	x := &t.texts[id]
	return t.arena[x.off : x.off+x.size : x.off+x.size]
}

// Plain reports whether an atom's text needs no escaping in JSON. It is worked out once an atom.
func (t *Table) Plain(id ID) bool {
	if uint64(id) >= uint64(len(t.texts)) {
		return true
	}
	x := &t.texts[id]
	if x.looks == unseen {
		x.looks = look(t.arena[x.off : x.off+x.size])
	}
	return x.looks == plain
}

// Lasting reports whether an atom outlives the case: whether it is permanent.
func (t *Table) Lasting(id ID) bool { return uint64(id) < uint64(t.permanent) }

// Len is the number of atoms, transient ones included.
func (t *Table) Len() int { return len(t.texts) }

// Reset forgets the transient atoms. Their memory is kept for the next case.
func (t *Table) Reset() {
	for i := len(t.texts) - 1; i >= t.permanent; i-- {
		if s := t.texts[i].slot; s >= 0 {
			t.slots[s] = 0
			t.used--
		}
	}
	t.texts = t.texts[:t.permanent]
	t.arena = t.arena[:t.permanentArena]
}

// probe finds a text, or with id -1 the free slot it would take.
//
// Emptying slots in Reset needs no tombstones: transient atoms are the younger ones, so no permanent atom was ever
// pushed past the slot of a transient one.
func (t *Table) probe(b []byte, h uint64) (id ID, slot uint32) {
	slot = uint32(h>>32) & t.mask
	for {
		s := t.slots[slot]
		if s == 0 {
			return -1, slot
		}
		if (s^h)>>32 == 0 {
			x := &t.texts[uint32(s)-1]
			if string(t.arena[x.off:x.off+x.size]) == string(b) {
				return ID(uint32(s) - 1), slot
			}
		}
		slot = (slot + 1) & t.mask
	}
}

// grow makes the hash table larger. Atoms enter in the order of their IDs, which keeps the younger behind the older.
func (t *Table) grow(size int) {
	old := t.slots
	t.slots = make([]uint64, size)
	t.mask = uint32(len(t.slots) - 1)
	for i := range t.texts {
		x := &t.texts[i]
		if x.slot < 0 {
			continue
		}
		entry := old[x.slot]
		slot := uint32(entry>>32) & t.mask
		for t.slots[slot] != 0 {
			slot = (slot + 1) & t.mask
		}
		t.slots[slot] = entry
		x.slot = int32(slot)
	}
}

func look(b []byte) looks {
	for _, c := range b {
		if c < 0x20 || c == '"' || c == '\\' {
			return escaped
		}
	}
	return plain
}
