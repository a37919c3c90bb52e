// Package schema publishes what a case and a decision look like, for people and programs that don't read Go: JSON Schema
// and TypeScript declarations, both made of the tables that the decoder and the writer themselves go by.
package schema

import (
	"strings"

	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/decision"
)

// kind is the form of a value's JSON.
type kind uint8

const (
	value   kind = iota
	object       // with the members of the table
	list         // of items
	pair         // of two integers
	ranges       // serials and pairs of serials
	facts        // members the pack declares
	results      // outputs by decision
	digest       // sha256:…
)

// node is a value of the case or of the decision.
type node struct {
	name     string // of the member, "" for an item
	path     string
	kind     kind
	typ      casefile.Type // of a value
	fixed    []string      // the only texts it may be
	nullable bool
	required bool
	min, max *int64 // of a number
	maxItems int    // of a list; 0: any number
	item     *node  // of a list
	members  []*node
}

// at finds the object at a path below n, and makes those on the way that are not there.
func (n *node) at(path string) *node {
	for path != "" {
		var name string
		name, path, _ = strings.Cut(path, ".")
		bare := strings.TrimSuffix(name, "[]")
		m := n.member(bare)
		if m == nil {
			m = &node{name: bare, path: join(n.path, bare), kind: object}
			n.members = append(n.members, m)
		}
		n = m
		if bare != name {
			n = n.item
		}
	}
	return n
}

func (n *node) member(name string) *node {
	for _, m := range n.members {
		if m.name == name {
			return m
		}
	}
	return nil
}

// add puts a node at its path.
func (n *node) add(m *node) {
	parent, name := "", m.path
	if i := strings.LastIndexByte(m.path, '.'); i >= 0 {
		parent, name = m.path[:i], m.path[i+1:]
	}
	m.name = name
	in := n.at(parent)
	in.members = append(in.members, m)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func texts(ids []atom.ID) []string {
	var all []string
	for _, id := range ids {
		all = append(all, casefile.Word(id))
	}
	return all
}

func number(n int64) *int64 { return &n }

// caseTree is the case of packs with these terms; of any pack, if they are empty.
func caseTree(terms *casefile.Terms) *node {
	root := &node{kind: object}
	for _, info := range terms.Names() {
		if info.Derived {
			continue
		}
		m := &node{path: info.Path, typ: info.Type, fixed: texts(info.Fixed), required: info.Required, nullable: !info.Required}
		if len(m.fixed) == 0 {
			m.fixed = choices(terms, info.Choice)
		}
		switch info.Type {
		case casefile.Int, casefile.Fen, casefile.Span:
			m.min, m.max = bounds(terms, &info)
		}
		switch info.Place {
		case casefile.Objects:
			m.kind, m.maxItems = list, casefile.MaxItems
			m.item = &node{path: info.Path + "[]", kind: object}
		case casefile.Plain:
			m.kind, m.maxItems = list, casefile.MaxItems
		case casefile.Ranges:
			m.kind, m.maxItems = ranges, casefile.MaxItems
		case casefile.Column:
			if plain, ok := strings.CutSuffix(info.Path, "[]"); ok {
				m.nullable = false
				root.at(plain).item = m
				continue
			}
		}
		root.add(m)
	}
	if len(terms.Facts) == 0 {
		root.add(&node{path: "facts", kind: facts})
	}
	root.absentMayBeNull()
	return root
}

// absentMayBeNull marks the objects made on the way to their members: in a case null is absent everywhere.
func (n *node) absentMayBeNull() {
	for _, m := range n.members {
		m.nullable = !m.required
		m.absentMayBeNull()
		if m.item != nil {
			m.item.absentMayBeNull()
		}
	}
}

// choices are the values of a list of the pack, nil for any text.
func choices(terms *casefile.Terms, name string) []string {
	for _, l := range terms.Lists {
		if l.Name == name {
			return l.Values
		}
	}
	return nil
}

func bounds(terms *casefile.Terms, info *casefile.Info) (low, high *int64) {
	limit := int64(casefile.MaxInt)
	if info.Type == casefile.Fen {
		limit = casefile.MaxFen
		if info.Place == casefile.Column && info.List == casefile.Lines && terms.LineCeiling > 0 {
			limit = min(limit, terms.LineCeiling)
		}
	}
	if info.Place == casefile.Scalar && info.Field == casefile.ComplaintRung && terms.Ladder > 0 {
		limit = int64(terms.Ladder)
	}
	if info.Signed {
		return number(-limit), number(limit)
	}
	return number(0), number(limit)
}

// decisionTree is the decision.
func decisionTree() *node {
	root := &node{kind: object}
	for _, info := range decision.Schema() {
		m := &node{path: info.Path, typ: info.Type, nullable: info.Nullable, required: !info.Optional}
		switch info.Shape {
		case decision.Value:
			m.fixed = texts(info.Fixed)
			if strings.HasPrefix(info.Path, "receipt.") {
				m.kind = digest
			}
		case decision.Object:
			m.kind = object
		case decision.Objects:
			m.kind, m.item = list, &node{path: info.Path + "[]", kind: object}
		case decision.Texts:
			m.kind, m.item = list, &node{path: info.Path + "[]", fixed: texts(info.Fixed)}
		case decision.Pair:
			m.kind = pair
		case decision.Named:
			m.kind = results
		}
		root.add(m)
	}
	return root
}
