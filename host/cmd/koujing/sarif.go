package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"koujing/core/author"
	"koujing/core/author/phrase"
	"koujing/host/store"
)

// What of SARIF 2.1.0 a check has to say: https://docs.oasis-open.org/sarif/sarif/v2.1.0/.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   map[string]string `json:"properties,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI    string `json:"uri"`
		BaseID string `json:"uriBaseId"`
	}
	sarifRegion struct {
		StartLine   int        `json:"startLine"`
		StartColumn int        `json:"startColumn"`
		EndColumn   int        `json:"endColumn"`
		Snippet     *sarifText `json:"snippet,omitempty"`
	}
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

var (
	ownCheck  = phrase.Text{"A wording check of the pack's own", "口径包自己的用语检查"}
	semicolon = phrase.Text{"; ", "；"}
)

var sarifLevels = map[string]string{author.LevelError: "error", author.LevelWarning: "warning", author.LevelInfo: "note"}

// sarifOf writes findings, told in a language, as SARIF. Files are named from the working folder on, which systems that show findings take for
// the root of the sources; a pack elsewhere, and one that is no folder, by their path in the pack.
func sarifOf(src store.Source, lang phrase.Lang, found []author.Diagnostic) ([]byte, error) {
	driver := sarifDriver{Name: "koujing", Version: programVersion(), Rules: []sarifRule{}}
	index := map[string]int{}
	for _, d := range found {
		index[d.Code] = 0
	}
	for code := range index {
		what, known := author.Codes[code]
		if !known {
			what = ownCheck
		}
		driver.Rules = append(driver.Rules, sarifRule{code, sarifText{what.In(lang)}})
	}
	slices.SortFunc(driver.Rules, func(a, b sarifRule) int { return strings.Compare(a.ID, b.ID) })
	for i, r := range driver.Rules {
		index[r.ID] = i
	}
	results := []sarifResult{}
	for _, d := range found {
		r := sarifResult{RuleID: d.Code, RuleIndex: index[d.Code], Level: sarifLevels[d.Level], Message: sarifText{d.Message}}
		if d.Hint != "" {
			r.Message.Text += semicolon.In(lang) + d.Hint
		}
		if d.Witness != "" {
			r.Properties = map[string]string{"witness": d.Witness}
		}
		region := sarifRegion{StartLine: d.Line, StartColumn: d.Column, EndColumn: d.EndColumn}
		if d.Source != "" {
			region.Snippet = &sarifText{d.Source}
		}
		r.Locations = []sarifLocation{{sarifPhysical{sarifArtifact{uriOf(src, d.File), "%SRCROOT%"}, region}}}
		// The same finding after lines were put before it: code, file and the words of the line.
		sum := sha256.Sum256([]byte(d.Code + "\x00" + d.File + "\x00" + strings.Join(strings.Fields(d.Source), " ")))
		r.Fingerprints = map[string]string{"koujing/v1": hex.EncodeToString(sum[:16])}
		results = append(results, r)
	}
	out := sarifLog{sarifSchema, "2.1.0", []sarifRun{{sarifTool{driver}, "unicodeCodePoints", results}}}
	text, err := json.MarshalIndent(out, "", "  ")
	return append(text, '\n'), err
}

// uriOf is a relative URI of a file of a pack.
func uriOf(src store.Source, file string) string {
	if src.Kind == store.Folder {
		if from, err := filepath.Abs("."); err == nil {
			if folder, err := filepath.Abs(src.Path); err == nil {
				if rel, err := filepath.Rel(from, folder); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
					file = filepath.ToSlash(filepath.Join(rel, filepath.FromSlash(file)))
				}
			}
		}
	}
	parts := strings.Split(file, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}
