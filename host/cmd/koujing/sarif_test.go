package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"koujing/core/author"
	"koujing/core/author/phrase"
	"koujing/host/store"
)

// sarifLanguage is the schema of SARIF 2.1.0 as OASIS publishes it.
func sarifLanguage(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(sarifSchema, doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(sarifSchema)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestSARIF(t *testing.T) {
	schema := sarifLanguage(t)
	found := author.Check(author.Sources{
		"pack.yaml": "id: t\nversion: 1.0.0\ntitle: t\nlocale: zh-CN\nutc_offset: \"+08:00\"\nfacts: { n: int, m: int }\n",
		"rules/a b.yaml": "decision: own.d # 决定\nhit: unique\nrules:\n  - { id: 甲, when: facts.n > 1, then: { v: 1 } }\n" +
			"  - { id: b, when: facts.n < 5, then: { v: 2 } }\n",
	}, author.Options{})
	at := func(path string) store.Source { return store.Source{Kind: store.Folder, Path: path} }
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, uri string
		src       store.Source
		found     []author.Diagnostic
	}{
		{"nothing", "", at("."), nil},
		{"this folder", "rules/a%20b.yaml", at("."), found},
		{"a folder below", "packs/mine/rules/a%20b.yaml", at("packs/mine"), found},
		{"a folder below, absolute", "packs/mine/rules/a%20b.yaml", at(filepath.Join(here, "packs", "mine")), found},
		{"a folder elsewhere", "rules/a%20b.yaml", at(filepath.Join(here, "..", "..")), found},
		{"an embedded pack", "rules/a%20b.yaml", store.Source{Kind: store.Embedded, Path: "t"}, found},
	} {
		text, err := sarifOf(tt.src, phrase.EN, tt.found)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		var got sarifLog
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		run := got.Runs[0]
		if len(run.Results) != len(tt.found) {
			t.Errorf("%s: %d results of %d", tt.name, len(run.Results), len(tt.found))
		}
		for i, r := range run.Results {
			where, d := r.Locations[0].Physical, tt.found[i]
			if run.Tool.Driver.Rules[r.RuleIndex].ID != d.Code || r.RuleID != d.Code || where.Region.StartLine != d.Line ||
				where.Region.StartColumn != d.Column || where.Region.EndColumn != d.EndColumn || r.Properties["witness"] != d.Witness {
				t.Errorf("%s: %+v is not %+v", tt.name, r, d)
			}
			if d.Code == "overlap" && (where.Artifact.URI != tt.uri || r.Level != "error" || d.Witness == "") {
				t.Errorf("%s: %+v", tt.name, r)
			}
		}
	}
	// The schema does refuse.
	doc, _ := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(`{"version":"2.1.0","runs":[{"results":[{"level":"bad"}]}]}`)))
	if schema.Validate(doc) == nil {
		t.Error("the schema takes anything")
	}
	if len(found) != 2 {
		t.Errorf("%+v", found)
	}
}
