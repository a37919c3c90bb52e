// Package core decides: Load makes an Engine of a built pack, and Engine.Decide answers a case. A decision is a pure
// function of pack and case; the clock is the case's.
package core

import (
	"slices"

	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/clock"
	"koujing/core/closing"
	"koujing/core/complaint"
	"koujing/core/deadline"
	"koujing/core/decision"
	"koujing/core/digest"
	"koujing/core/gate"
	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/refund"
	"koujing/core/scenario"
	"koujing/core/stage"
	"koujing/core/vocabulary"
	"koujing/core/wording"
)

// Engine answers cases by one pack, one at a time. It is not safe for concurrent use; a runner has one per instance.
type Engine struct {
	ID, Version string   // of the pack
	Digest      [32]byte // of the built pack

	decoder *casefile.Decoder
	found   casefile.Case
	machine *program.Machine
	out     decision.Decision
	issuer  decision.Issuer
	run     stage.Run
	guard   *refund.Guard
	book    *scenario.Book
	words   scenario.Words
	checks  *wording.Checks
}

// LoadError is why a pack is refused. Codes: bad_pack, pack_damaged, pack_format, too_big, unknown_name, bad_program,
// too_large. Path is a place in the pack, or the name that the engine does not know.
type LoadError struct {
	Code, Path string
}

func (e *LoadError) Error() string { return e.Code + " at " + e.Path }

// Load makes an engine of a built pack. engine is the SHA-256 of the module that runs, for the receipts; whoever runs
// this package natively passes that of the module it stands for.
func Load(built []byte, engine [32]byte) (*Engine, *LoadError) {
	p, err := pack.ParseProgram(built)
	if err != nil {
		return nil, &LoadError{err.Code, err.Path}
	}
	if !scenario.Sound(p) {
		return nil, &LoadError{"bad_pack", "tracks"}
	}
	cal, ok := clock.NewCalendar(p.UTCOffset, p.Holidays, p.Workdays)
	if !ok {
		return nil, &LoadError{"bad_pack", "workdays"}
	}
	atoms := casefile.NewTable()
	atoms.Reserve(p.Texts()) // nearly all of them become atoms
	e := &Engine{ID: p.ID, Version: p.Version, Digest: pack.Digest(built)}
	e.out.Receipt = decision.Receipt{Engine: engine, Pack: e.Digest}
	e.issuer = decision.NewIssuer(&e.out.Receipt)
	e.decoder = casefile.NewDecoder(atoms, p.Terms())
	layout := vocabulary.NewLayout(e.decoder)
	if layout.Base() > program.FrameSize {
		return nil, &LoadError{"too_large", "facts"}
	}
	linked, bad := program.Link(&p.Program, program.Symbols{Atoms: atoms, Slot: layout.Slot, List: layout.List,
		Column: layout.Column, Base: layout.Base()})
	if bad != nil {
		return nil, &LoadError{bad.Code, bad.Path}
	}
	terms, path := stage.NewTerms(p, linked, layout, atoms, cal)
	if terms == nil {
		return nil, &LoadError{"bad_pack", path}
	}
	e.book = scenario.NewBook(terms)
	e.words = scenario.NewWords(terms)
	if e.checks = wording.NewChecks(terms); e.checks == nil {
		return nil, &LoadError{"bad_pack", "checks"}
	}
	e.guard = refund.NewGuard(terms, e.decoder.Names())
	e.machine = program.NewMachine(linked, atoms, e.found.Rows[:], cal)
	e.found.Slots = e.machine.Frame[:e.decoder.Width()]
	e.run = stage.Run{Terms: terms, Case: &e.found, Machine: e.machine, Out: &e.out}
	return e, nil
}

// Decide appends the canonical decision for a case, a JSON text, to dst. Whatever is wrong with the case is said in the
// decision.
func (e *Engine) Decide(dst, text []byte) []byte {
	e.out.Reset()
	faults := e.decoder.Decode(text, &e.found)
	if len(faults) == 0 {
		e.decide()
	} else {
		e.out.Status = casefile.WordInvalid
		for i := range faults {
			e.fault(e.run.Atoms.Intern([]byte(faults[i].Code)), e.run.Atoms.Intern([]byte(faults[i].Path)))
		}
	}
	e.out.Receipt.Case = digest.Sum(trim(text))
	start := len(dst)
	dst = decision.AppendBody(dst, &e.out, e.run.Atoms, e.found.Offset)
	e.out.Receipt.Decision = digest.Sum(dst[start:])
	return e.issuer.Append(dst, &e.out.Receipt)
}

// decide goes through the stages. Each is a function of the pack, the case, and what the stages before it found.
func (e *Engine) decide() {
	r := &e.run
	r.Begin()
	gate.Decide(r)
	limit := deadline.Limit(r)
	refund.Decide(r, e.guard)
	deadline.Decide(r, limit)
	complaint.Decide(r)
	nowhere := scenario.Decide(r, e.book, &e.words)
	stage.Service(r)
	closing.Decide(r)
	wording.Decide(r, e.checks)
	r.Finish()
	switch {
	case r.Err != nil:
		e.out.Status = casefile.WordInvalid
		e.fault(casefile.WordRuleError, r.Err.Rule)
	case nowhere != nil:
		e.out.Status = casefile.WordInvalid
		e.fault(nowhere.Code, nowhere.Path)
	case len(e.out.Gates) > 0:
		e.out.Status = casefile.WordBlocked
	default:
		e.out.Status = casefile.WordDecided
	}
	e.trace()
}

func (e *Engine) fault(code, path atom.ID) {
	e.out.Errors = append(e.out.Errors, decision.Error{Code: code, Path: path, Message: e.run.Message(code)})
}

// trace sorts what fired into the contract's sections; within one, in the order it happened.
func (e *Engine) trace() {
	fired := e.machine.Trace
	var next [vocabulary.InResults + 1]int // where the next line of a section goes
	for i := range fired {
		for section := fired[i].Section + 1; int(section) < len(next); section++ {
			next[section]++
		}
	}
	e.out.Trace = slices.Grow(e.out.Trace, len(fired))[:len(fired)]
	for i := range fired {
		f := &fired[i]
		e.out.Trace[next[f.Section]] = decision.Fired{Decision: f.Decision, Subject: f.Subject, Rule: f.Rule, Row: f.Row}
		next[f.Section]++
	}
}

// trim takes JSON's white space off both ends.
func trim(text []byte) []byte {
	for len(text) > 0 && space(text[0]) {
		text = text[1:]
	}
	for len(text) > 0 && space(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}

func space(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }
