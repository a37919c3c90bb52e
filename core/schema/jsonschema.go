package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"koujing/core/casefile"
)

// dialect is JSON Schema's, of which only the plainest part is used.
const dialect = "https://json-schema.org/draft/2020-12/schema"

// Case is the JSON Schema of a case. Empty terms describe the cases of any pack; a pack's terms close its lists and
// name its facts. What a schema cannot say is in the descriptions: a number is written without point or exponent, and
// two lines with one id are the same line.
func Case(terms *casefile.Terms) []byte {
	root := jsonSchema(caseTree(terms), caseDocs)
	root.Dialect, root.Title = dialect, "Case"
	line := root.Properties.find("lines").Items
	line.If = &jsonNode{
		Properties: properties{{"verification", &jsonNode{Const: casefile.Word(casefile.WordConfirmed)}}},
		Required:   []string{"verification"},
	}
	line.Then = &jsonNode{
		Properties: properties{{"due_fen", &jsonNode{Type: "integer"}}},
		Required:   []string{"due_fen"},
	}
	return indent(root)
}

// Decision is the JSON Schema of a decision.
func Decision() []byte {
	root := jsonSchema(decisionTree(), decisionDocs)
	root.Dialect, root.Title = dialect, "Decision"
	return indent(root)
}

// jsonNode is one schema. Its members are in the order they are published.
type jsonNode struct {
	Dialect     string      `json:"$schema,omitempty"`
	Title       string      `json:"title,omitempty"`
	Description string      `json:"description,omitempty"`
	Type        any         `json:"type,omitempty"` // a name or several
	Format      string      `json:"format,omitempty"`
	Pattern     string      `json:"pattern,omitempty"`
	Const       any         `json:"const,omitempty"`
	Enum        []any       `json:"enum,omitempty"`
	Minimum     *int64      `json:"minimum,omitempty"`
	Maximum     *int64      `json:"maximum,omitempty"`
	Properties  properties  `json:"properties,omitempty"`
	Required    []string    `json:"required,omitempty"`
	Additional  any         `json:"additionalProperties,omitempty"` // false or a schema
	PrefixItems []*jsonNode `json:"prefixItems,omitempty"`
	Items       *jsonNode   `json:"items,omitempty"`
	MinItems    int         `json:"minItems,omitempty"`
	MaxItems    int         `json:"maxItems,omitempty"`
	AnyOf       []*jsonNode `json:"anyOf,omitempty"`
	If          *jsonNode   `json:"if,omitempty"`
	Then        *jsonNode   `json:"then,omitempty"`
}

// properties keep their order, which encoding/json's maps don't.
type properties []property

type property struct {
	name   string
	schema *jsonNode
}

func (p properties) find(name string) *jsonNode {
	i := slices.IndexFunc(p, func(p property) bool { return p.name == name })
	return p[i].schema
}

// MarshalJSON writes the properties as an object.
func (p properties) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, member := range p {
		if i > 0 {
			b = append(b, ',')
		}
		text, err := json.Marshal(member.schema)
		if err != nil {
			return nil, err
		}
		b = append(fmt.Appendf(b, "%q:", member.name), text...)
	}
	return append(b, '}'), nil
}

func indent(root *jsonNode) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic(err) // the tree holds nothing that cannot be encoded
	}
	return out.Bytes()
}

func jsonSchema(n *node, docs map[string]string) *jsonNode {
	s := &jsonNode{Description: docs[n.path]}
	switch n.kind {
	case value:
		s.value(n)
	case object:
		s.Type, s.Additional = n.types("object"), false
		for _, m := range n.members {
			s.Properties = append(s.Properties, property{m.name, jsonSchema(m, docs)})
			if m.required {
				s.Required = append(s.Required, m.name)
			}
		}
	case list:
		s.Type, s.Items, s.MaxItems = n.types("array"), jsonSchema(n.item, docs), n.maxItems
	case pair:
		s.Type, s.PrefixItems = n.types("array"), []*jsonNode{index(), index()}
		s.Items, s.MinItems, s.MaxItems = index(), 2, 2
	case ranges:
		s.Type, s.MaxItems = n.types("array"), n.maxItems
		s.Items = &jsonNode{AnyOf: []*jsonNode{index(), {Type: "array", Items: index(), MinItems: 2, MaxItems: 2}}}
	case facts:
		s.Type, s.Additional = n.types("object"), &jsonNode{Type: []string{"integer", "boolean", "string", "null"}}
	case results:
		scalar := func() *jsonNode { return &jsonNode{Type: []string{"integer", "boolean", "string", "null"}} }
		s.Type = n.types("object")
		s.Additional = &jsonNode{Type: "object", Additional: &jsonNode{AnyOf: []*jsonNode{scalar(), {Type: "array", Items: scalar()}}}}
	case digest:
		s.Type, s.Pattern = "string", "^sha256:[0-9a-f]{64}$"
	}
	return s
}

// index is a position or a serial number.
func index() *jsonNode {
	return &jsonNode{Type: "integer", Minimum: number(0), Maximum: number(casefile.MaxInt)}
}

func (s *jsonNode) value(n *node) {
	switch n.typ {
	case casefile.Bool:
		s.Type = n.types("boolean")
	case casefile.Int, casefile.Fen, casefile.Span:
		s.Type, s.Minimum, s.Maximum = n.types("integer"), n.min, n.max
	case casefile.Time:
		s.Type, s.Format = n.types("string"), "date-time"
	default:
		s.Type = n.types("string")
		for _, text := range n.fixed {
			s.Enum = append(s.Enum, text)
		}
		if n.nullable && len(n.fixed) > 0 {
			s.Enum = append(s.Enum, nil)
		}
	}
}

// types is the name of a type, with null where the value may be that.
func (n *node) types(name string) any {
	if n.nullable {
		return []string{name, "null"}
	}
	return name
}
