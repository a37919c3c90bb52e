package author

import (
	"github.com/expr-lang/expr/parser"
)

// Workspace builds the same pack again and again while somebody edits it. It keeps what files and expressions were parsed
// as, so that the next build parses only what has changed; the findings and the built pack are the same bytes that a first
// build gives. The zero Workspace is ready. It serves one build at a time.
type Workspace struct {
	kept library
}

// Build is Build with what the builds before it have parsed.
func (w *Workspace) Build(src Sources) (built []byte, found []Diagnostic) {
	b := w.begin(src)
	b.compile()
	if !b.log.failed() {
		built = b.write()
	}
	w.kept.forget()
	return built, b.log.sorted()
}

// Glance finds what keeps a pack from being built, and leaves out what only a search shows: for whoever types, and wants to
// see a mistake before the next key. Names come with it, as Names gives them; nil of a pack that can't be read.
func (w *Workspace) Glance(src Sources) ([]Diagnostic, []Known) {
	b := w.begin(src)
	b.compile()
	w.kept.forget()
	return b.log.sorted(), b.known()
}

// Check is Check with what the builds before it have parsed.
func (w *Workspace) Check(src Sources, options Options) []Diagnostic {
	b := w.begin(src)
	b.check(options)
	w.kept.forget()
	return b.log.sorted()
}

func (w *Workspace) begin(src Sources) *build {
	b := newBuild(src)
	b.log.kept = &w.kept
	return b
}

// library holds parsed files and expressions. Nobody changes a tree once it is here.
type library struct {
	round int // the build at hand
	files map[string]*yamlFile
	trees map[string]*expression
}

type yamlFile struct {
	text  string
	docs  []node
	err   error // where reading ended, nil at the end of the file
	uses  []Use // the rows it names, nil until they are asked for
	round int
}

type expression struct {
	tree  *parser.Tree
	err   error
	round int
}

// memory is for how many builds something is kept that none of them had a use for: a build reads no tests, a check does.
const memory = 8

// forget drops what the last builds had no use for, and begins another round.
func (k *library) forget() {
	for path, f := range k.files {
		if k.round-f.round >= memory {
			delete(k.files, path)
		}
	}
	for text, e := range k.trees {
		if k.round-e.round >= memory {
			delete(k.trees, text)
		}
	}
	k.round++
}

// read parses a YAML file, or remembers how it was parsed. A nil library remembers nothing.
func (k *library) read(path, text string) *yamlFile {
	if k == nil {
		k = &library{}
	}
	f := k.files[path]
	if f == nil || f.text != text {
		f = &yamlFile{text: text}
		f.docs, f.err = parseYAML(path, text)
		if k.files == nil {
			k.files = map[string]*yamlFile{}
		}
		k.files[path] = f
	}
	f.round = k.round
	return f
}

// parse parses an expression, or remembers it.
func (k *library) parse(text string) (*parser.Tree, error) {
	if k == nil {
		return parser.Parse(text)
	}
	e := k.trees[text]
	if e == nil {
		e = &expression{}
		e.tree, e.err = parser.Parse(text)
		if k.trees == nil {
			k.trees = map[string]*expression{}
		}
		k.trees[text] = e
	}
	e.round = k.round
	return e.tree, e.err
}

func parseYAML(path, text string) (docs []node, err error) {
	read, err := Documents(text)
	for _, n := range read {
		docs = append(docs, node{n, path})
	}
	return docs, err
}
