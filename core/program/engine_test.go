package program_test

import (
	"testing"

	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/clock"
	"koujing/core/program"
)

// engine is a small stand-in for the real one: eight ints a to h in the slots 0 to 7, two texts s and t in 8 and 9, and a
// list xs with the columns n and t.
type engine struct {
	atoms *atom.Table
	lists []casefile.Rows
}

const engineBase = 16

func newEngine() *engine {
	return &engine{atoms: atom.New(), lists: make([]casefile.Rows, 1)}
}

func (e *engine) symbols() program.Symbols {
	return program.Symbols{
		Atoms: e.atoms,
		Base:  engineBase,
		Slot: func(name string) (int, bool) {
			switch {
			case len(name) == 1 && name[0] >= 'a' && name[0] <= 'h':
				return int(name[0] - 'a'), true
			case name == "s" || name == "t":
				return 8 + int(name[0]-'s'), true
			}
			return 0, false
		},
		List: func(name string) (int, bool) { return 0, name == "xs" },
		Column: func(name string) (list, column int, ok bool) {
			switch name {
			case "xs.n":
				return 0, 0, true
			case "xs.t":
				return 0, 1, true
			}
			return 0, 0, false
		},
	}
}

// machine links p and fills the inputs with something.
func (e *engine) machine(t testing.TB, p *program.Program) (*program.Machine, *program.Linked) {
	t.Helper()
	l, err := program.Link(p, e.symbols())
	if err != nil {
		t.Fatal(err)
	}
	return e.start(t, l), l
}

func (e *engine) start(t testing.TB, l *program.Linked) *program.Machine {
	t.Helper()
	cal, ok := clock.NewCalendar(8*clock.Hour, nil, nil)
	if !ok {
		t.Fatal("no calendar")
	}
	m := program.NewMachine(l, e.atoms, e.lists, cal)
	m.Reset()
	for i := range int64(8) {
		m.Frame[i] = 1_000 * i
	}
	m.Frame[8], m.Frame[9] = int64(e.atoms.Intern([]byte("您好"))), int64(e.atoms.Intern([]byte("好")))
	e.lists[0] = casefile.Rows{Stride: 2}
	for i := range int64(200) {
		e.lists[0].Data = append(e.lists[0].Data, i, m.Frame[8])
		e.lists[0].Len++
	}
	return m
}
