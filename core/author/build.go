// Package author is where packs are written: it reads a pack's sources, checks every name and type in them, explains
// what is wrong with file, line and column, and compiles the rest to a built pack. It is the only importer of expr.
package author

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"koujing/core/casefile"
	"koujing/core/pack"
	"koujing/core/program"
	"koujing/core/refund"
	"koujing/core/vocabulary"
)

// Sources are the files of a pack, by their path in it, with slashes.
type Sources map[string]string

// MaxSource bounds one source file, and the sources of a pack together.
const (
	MaxSource  = 4 << 20
	MaxSources = 12 << 20
)

// build is one compilation of one pack.
type build struct {
	src                                   Sources
	paths                                 []string
	log                                   *log
	refused                               bool // the files are not even read
	named                                 bool // they are read, and what they name is known
	asm                                   *assembler
	names                                 *names
	pack                                  pack.Pack
	decisions                             []*decisionSource
	tracks                                []*trackSource
	checks                                []node // of what is said
	spoken                                []spokenLine
	codes                                 map[string]place // of checks
	ruleIDs                               map[string]place
	ownMoment                             map[string]vocabulary.Moment
	labelPlaces                           map[string]place
	settingPlaces, factPlaces, listPlaces map[string]place
	dayKinds                              map[int64]string // of the calendars: holiday or working day
	rows                                  []Row            // the index
	conditions                            []soloCondition  // of talk tracks and checks
	unitless                              []member         // settings that are numbers without a unit
	validUntil                            place            // of the pack
	latestDay                             int64            // of the calendars
	lastDay                               place            // and where it stands
	looked                                bool             // at every decision: what was found is all there is
	probed                                *question        // what a case is asked, see probe; nil in a pack that is for use
}

// fileKind says what a file of a pack is, by its path.
type fileKind uint8

const (
	unknownFile fileKind = iota
	packYAML
	rulesFile
	tableFile
	trackFile
	calendarFile
	testsFile
	rowsFile
	wordingFile
)

func kindOf(p string) fileKind {
	dir, ext := path.Dir(p), path.Ext(p)
	switch {
	case p == packFile:
		return packYAML
	case dir == "rules" && ext == ".yaml":
		return rulesFile
	case dir == "tables" && ext == ".csv":
		return tableFile
	case dir == "scenarios" && ext == ".yaml":
		return trackFile
	case dir == "calendar" && ext == ".yaml":
		return calendarFile
	case dir == "tests" && ext == ".yaml":
		return testsFile
	case dir == "rows" && ext == ".yaml":
		return rowsFile
	case dir == "wording" && ext == ".yaml":
		return wordingFile
	}
	return unknownFile
}

// ReadFS reads the sources of a pack from a folder: the files that belong to one, and nothing else in it.
func ReadFS(fsys fs.FS) (Sources, error) {
	src := Sources{}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || kindOf(p) == unknownFile {
			return err
		}
		// Asked before it is opened: to open a pipe is to wait for a writer.
		if info, err := fs.Stat(fsys, p); err != nil || !info.Mode().IsRegular() {
			return fmt.Errorf("%s is no plain file of this folder: a pack holds nothing else", p)
		}
		text, err := fs.ReadFile(fsys, p)
		src[p] = string(text)
		return err
	})
	return src, err
}

// Need lists the files that pack.yaml names and src lacks, for a page that fetches a pack file by file.
func Need(src Sources) []string {
	var need []string
	for _, doc := range readYAML(newLog(src), packFile, src[packFile]) {
		for _, p := range doc.fields(newLog(src), "", "files")["files"].texts(newLog(src), "files") {
			if _, ok := src[p]; !ok && needed(p) {
				need = append(need, p)
			}
		}
	}
	return need
}

func newBuild(src Sources) *build {
	return &build{src: src, paths: slices.Sorted(maps.Keys(src)), log: newLog(src), asm: newAssembler(),
		ruleIDs: map[string]place{}, codes: map[string]place{}, ownMoment: map[string]vocabulary.Moment{}, labelPlaces: map[string]place{}, settingPlaces: map[string]place{}, factPlaces: map[string]place{}, listPlaces: map[string]place{}, dayKinds: map[int64]string{},
		names: &names{inputs: map[string]input{}, lists: map[string]map[string]input{}, settings: map[string]operand{}, outputs: map[string]ownOutput{}, used: map[string]bool{}, lost: map[string]bool{}}}
}

// Build compiles a pack. built is nil when a diagnostic is an error.
func Build(src Sources) (built []byte, found []Diagnostic) { return new(Workspace).Build(src) }

// compile reads and compiles everything, and ties it to an engine.
func (b *build) compile() {
	if b.refused = !b.admit(); !b.refused && b.readAll() {
		b.compileAll()
		b.named = true
	}
	if !b.log.failed() {
		b.link()
	}
}

// link ties the program to an engine, as loading the pack will: what comes out of here, the engine takes.
func (b *build) link() {
	atoms := casefile.NewTable()
	layout := vocabulary.NewLayout(casefile.NewDecoder(atoms, b.pack.Terms()))
	if !b.asm.finish() || layout.Base()+b.asm.prog.Regs > program.FrameSize {
		b.log.error(place{file: packFile}, tooManyNames.of(max(0, program.FrameSize-layout.Base())))
		return
	}
	b.pack.Program = b.asm.prog
	_, err := program.Link(&b.pack.Program, program.Symbols{Atoms: atoms, Slot: layout.Slot, List: layout.List, Column: layout.Column, Base: layout.Base()})
	if err != nil {
		b.log.error(place{file: packFile}, engineRefuses.of(err.Path).coded(err.Code))
	}
}

// write makes the built pack, nil if it is too large.
func (b *build) write() []byte {
	for _, p := range b.paths {
		if needed(p) { // so that a page that fetches only these builds the same bytes
			b.pack.Source = append(b.pack.Source, pack.File{Path: p, Text: b.src[p]})
		}
	}
	built := pack.Append(nil, &b.pack)
	if len(built) > pack.MaxBytes {
		b.log.error(place{file: packFile}, packTooLarge.of(len(built), pack.MaxBytes))
		return nil
	}
	return built
}

// admit checks the files before anything is parsed.
func (b *build) admit() bool {
	if _, ok := b.src[packFile]; !ok {
		b.log.error(place{file: packFile}, noPackFile.of())
		return false
	}
	total := 0
	for _, p := range b.paths {
		text := b.src[p]
		total += len(text)
		at := place{file: p}
		switch {
		case kindOf(p) == unknownFile:
			b.log.error(at, strayFile.of(p))
		case len(text) > MaxSource || total > MaxSources:
			b.log.error(at, fileTooBig.of(p, MaxSource>>20, MaxSources>>20))
		case !utf8.ValidString(text):
			b.log.error(at, notUnicode.of(p))
		case strings.ContainsRune(text, 0):
			b.log.error(at, zeroByte.of(p))
		}
	}
	return !b.log.failed()
}

// readAll reads every file. Without a pack.yaml that can be read there are no names, and every other finding would only
// follow from that.
func (b *build) readAll() bool {
	if !b.readPackFile(b.src[packFile]) {
		return false
	}
	b.declareNames()
	for _, p := range b.paths {
		text := b.src[p]
		switch kindOf(p) {
		case rulesFile:
			b.readRules(p, text)
		case tableFile:
			b.readTable(p, text)
		case trackFile:
			b.readTrack(p, text)
		case calendarFile:
			b.readCalendar(p, text)
		case wordingFile:
			b.checks = append(b.checks, readYAML(b.log, p, text)...)
		}
	}
	b.checkDecisionNames()
	return true
}

// declareNames lists everything that expressions may name before any decision is read.
func (b *build) declareNames() {
	terms := b.pack.Terms()
	for _, info := range terms.Names() {
		t := b.caseType(&info)
		switch info.Place {
		case casefile.Scalar:
			if _, fact := b.names.inputs[info.Path]; !fact {
				b.names.inputs[info.Path] = input{typ: t, blind: refund.Hidden(&info)}
			}
		case casefile.Objects, casefile.Plain:
			b.names.lists[info.Path] = map[string]input{}
		case casefile.Column:
			list, column, _ := strings.Cut(info.Path, "[]")
			column = strings.TrimPrefix(column, ".")
			in := input{typ: t}
			if info.Derived { // the refund stage fills it, and then it is never absent
				in.typ.nullable, in.known = false, vocabulary.AtMeans
			}
			b.names.lists[list][column] = in
			if list == "lines" && info.Column < vocabulary.LineColumns {
				b.names.inputs["line."+column] = input{typ: t, line: true, blind: refund.Hidden(&info)}
			}
		}
	}
	for _, r := range vocabulary.Results {
		b.names.inputs[r.Path] = input{typ: typ{base: r.Type, nullable: r.Nullable, values: r.Values, of: strings.Join(r.Values, ", ")}, known: r.Known, blind: true}
	}
}

// caseType is the type of a value of the case, with the texts that it can be.
func (b *build) caseType(info *casefile.Info) typ {
	t := typ{nullable: info.Nullable}
	switch info.Type {
	case casefile.Bool:
		t.base = program.Bool
	case casefile.Time:
		t.base = program.Time
	case casefile.Text:
		t.base = program.Text
		switch {
		case info.Fixed != nil:
			for _, id := range info.Fixed {
				t.values = append(t.values, casefile.Word(id))
			}
			t.of = strings.Join(t.values, ", ")
		case info.Choice != "":
			t.values, t.of = b.listValues(info.Choice), "list "+info.Choice
		}
	}
	return t
}

// checkDecisionNames finds decisions that stand twice, and names that are probably meant to be the core's.
func (b *build) checkDecisionNames() {
	seen := map[string]place{}
	var core []string
	for _, d := range vocabulary.Decisions {
		core = append(core, d.Name)
	}
	for _, d := range b.decisions {
		if first, dup := seen[d.name]; dup {
			d.broken = true
			b.log.error(d.at, decisionTwice.of(d.name, first.file, first.line))
		}
		seen[d.name] = d.at
		if coreDecision(d.name) != nil {
			continue
		}
		if near := nearest(d.name, core); near != "" && strings.Split(near, ".")[0] == strings.Split(d.name, ".")[0] {
			b.log.error(d.at, nearlyCore.of(d.name, near).means(near))
		}
		if b.reserved(d.name) {
			b.log.error(d.at, languageName.of(d.name))
		}
		for _, part := range strings.Split(d.name, ".") {
			if !factPattern.MatchString(part) {
				b.log.error(d.at, badDecisionName.of(d.name))
				break
			}
		}
	}
}

// compileAll compiles the operator's own decisions first, each after what it reads, then what the core asks for in
// the order it asks, then the talk tracks.
func (b *build) compileAll() {
	b.compileDecisions()
	b.checkSight()
	b.compileTracks()
	b.compileChecks()
	b.proofread()
	b.checkRows()
}

func (b *build) compileDecisions() {
	own := b.orderOwn()
	b.looked = len(b.names.lost) == 0
	for _, d := range own {
		if !b.names.lost[d.name] {
			b.compileDecision(d)
			b.declareOutputs(d)
		}
	}
	for i := range vocabulary.Decisions {
		for _, d := range b.decisions {
			if d.name == vocabulary.Decisions[i].Name && !b.names.lost[d.name] {
				b.compileDecision(d)
			}
		}
	}
}

// lower prepares the compilation of one expression.
func (b *build) lower(src exprSource, sc *scope) *lowering {
	return &lowering{asm: b.asm, scope: sc, log: b.log, src: src}
}

// reserved reports whether a decision's results would hide a name that is there already.
func (b *build) reserved(name string) bool {
	root, _, _ := strings.Cut(name, ".")
	if slices.Contains([]string{"settings", "facts", "line", "money", "true", "false", "nil", "not", "and", "or", "in", "let"}, root) {
		return true
	}
	_, input := b.names.inputs[name]
	_, list := b.names.lists[name]
	return input || list || slices.Contains(functions, name) || slices.Contains(builtins, name)
}
