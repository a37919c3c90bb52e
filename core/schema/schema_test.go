package schema

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"koujing/core/casefile"
	"koujing/core/decision"
)

// TestGolden holds the published files to what is generated. KOUJING_UPDATE=1 writes them.
func TestGolden(t *testing.T) {
	for file, want := range map[string][]byte{
		"case.schema.json":     Case(&casefile.Terms{}),
		"decision.schema.json": Decision(),
		filepath.Join("..", "..", "site", "engine", "types.ts"): TypeScript(),
	} {
		if os.Getenv("KOUJING_UPDATE") != "" {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what is generated: run KOUJING_UPDATE=1 go test ./core/schema (%v)", file, err)
		}
	}
}

// TestDocs wants a description of every value, and none of what is not there.
func TestDocs(t *testing.T) {
	for _, c := range []struct {
		tree *node
		docs map[string]string
	}{{caseTree(&casefile.Terms{}), caseDocs}, {decisionTree(), decisionDocs}} {
		seen := map[string]bool{}
		var walk func(n *node)
		walk = func(n *node) {
			seen[n.path] = true
			text, ok := c.docs[n.path]
			if plain := n.kind == value && n.name == ""; !ok && !plain || text == "" && !plain || strings.Contains(text, "*/") {
				t.Errorf("%s: description %q", n.path, text)
			}
			for _, m := range n.members {
				walk(m)
			}
			if n.item != nil {
				walk(n.item)
			}
		}
		walk(c.tree)
		for path := range c.docs {
			if !seen[path] {
				t.Errorf("%s is described, but not there", path)
			}
		}
	}
}

func TestPartsHaveNames(t *testing.T) {
	text := string(TypeScript())
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, "export interface "); ok {
			if seen[name] {
				t.Errorf("two interfaces %s", name)
			}
			seen[name] = true
		}
	}
}

func compile(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return s.Validate(doc)
}

// TestSchemaAgreesWithDecoder asks both about the same cases.
func TestSchemaAgreesWithDecoder(t *testing.T) {
	terms := casefile.Terms{
		Lists:  []casefile.ValueList{{Name: "category", Values: []string{"metering", "other"}}},
		Facts:  []casefile.Fact{{Name: "affected", Type: casefile.Int}, {Name: "seen_at", Type: casefile.Time, Nullable: true}},
		Ladder: 5, LineCeiling: 100_000_000,
		Scenarios: []string{"hall.x"},
	}
	table := casefile.NewTable()
	decoder := casefile.NewDecoder(table, terms)
	c := casefile.Case{Slots: make([]int64, decoder.Width())}
	s := compile(t, Case(&terms))
	const now = `"now":"2026-11-22T10:00:00+08:00"`
	for _, rest := range []string{
		``, `,"lines":null,"customer":null,"facts":null`, `,"customer":{"emotion":"upset","is_owner":null}`,
		`,"lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"verification":"confirmed","category":"metering"}]`,
		`,"lines":[{"id":"L1","charged_fen":1500}]`,
		`,"facts":{"affected":-5,"seen_at":"2026-11-22T10:00:00Z"}`,
		`,"close":{"invoice_boxes":[{"box":"B1","first":1,"last":9,"used":[[1,2],3],"void":[],"blank":null}]}`,
		`,"scenario":{"stack":["x"],"replies":[],"counters":{"silence":1}},"service":{"waits_sec":[1,2]}`,
		`,"x":1`, `,"customer":{"emotion":"happy"}`, `,"customer":[]`, `,"claim_fen":-1`, `,"claim_fen":100000000001`, `,"claim_fen":1.5`,
		`,"claim_fen":"1"`, `,"draft":1`, `,"agent":{"contractor":1}`,
		`,"lines":[{"id":"L1"}]`, `,"lines":[{"id":null,"charged_fen":1}]`, `,"lines":[null]`,
		`,"lines":[{"id":"L1","charged_fen":1500,"verification":"confirmed"}]`,
		`,"lines":[{"id":"L1","charged_fen":1500,"due_fen":null,"verification":"confirmed"}]`,
		`,"lines":[{"id":"L1","charged_fen":100000001}]`, `,"lines":[{"id":"L1","charged_fen":1,"category":"x"}]`,
		`,"complaint":{"rung":6}`, `,"complaint":{"rung":5}`, `,"facts":{"other":1}`, `,"facts":{"affected":true}`,
		`,"complaint":{"opened_at":"2026-11-22"}`, `,"scenario":{"stack":[null]}`, `,"scenario":{"counters":{"coughs":1}}`,
		`,"close":{"invoice_boxes":[{"used":[[1]]}]}`, `,"service":{"waits_sec":[-1]}`,
		`,"service":{"waits_sec":[` + strings.TrimSuffix(strings.Repeat("1,", 201), ",") + `]}`,
	} {
		text := "{" + now + rest + "}"
		faults := decoder.Decode([]byte(text), &c)
		if err := valid(t, s, text); (err == nil) != (len(faults) == 0) {
			t.Errorf("%s\ndecoder: %v\nschema: %v", text, faults, err)
		}
	}
	if err := valid(t, s, "{}"); err == nil {
		t.Error("a case without now passes")
	}
}

// TestDecisionKeepsToSchema checks what the writer writes against what is published.
func TestDecisionKeepsToSchema(t *testing.T) {
	s := compile(t, Decision())
	table := casefile.NewTable()
	text := table.Fix("text")
	d := decision.Decision{Status: casefile.WordDecided}
	check := func() {
		t.Helper()
		out := string(decision.Append(nil, &d, table, 0))
		if err := valid(t, s, out); err != nil {
			t.Errorf("%s\n%v", out, err)
		}
	}
	check()
	d.Refund = decision.Refund{Present: true, Status: casefile.WordPayable, Means: casefile.WordCash, Flags: decision.DueUnknown,
		Lines: []decision.RefundLine{{ID: text, Status: casefile.WordNone}}}
	d.Clocks = []decision.Clock{{ID: casefile.WordDesk, Status: casefile.WordMet}}
	d.Warnings = []decision.Warning{{Code: text, Level: casefile.WordFault, From: 1, To: 2}}
	d.Complaint = decision.Complaint{Present: true, State: text, Severity: casefile.WordMajor, Next: d.Complaint.Next}
	d.Scenario.Present, d.Close.Present, d.Cash.Present = true, true, true
	d.Results.Decision(table.Fix(decision.Head("x")))
	d.Results.List(table.Fix(decision.Key("x", true)), casefile.Int)
	d.Results.Item(5)
	check()
	d.Refund.Means = text
	if out := string(decision.Append(nil, &d, table, 0)); valid(t, s, out) == nil {
		t.Error("a refund in no known means passes")
	}
	if !json.Valid(Decision()) {
		t.Error("not JSON")
	}
}
