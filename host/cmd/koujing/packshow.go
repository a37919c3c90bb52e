package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"koujing/core/author"
	"koujing/core/pack"
)

type packShowCmd struct {
	packArg
	placeFlags
	Settings bool `name:"settings" help:"Only the settings: value, unit, and whether the source gives it or an operator has to choose it."`
	JSON     bool `name:"json" help:"Print as JSON."`
}

// Help shows how the command is used.
func (packShowCmd) Help() string {
	return `A setting with the origin operator is one that the sources do not give: the pack ships a cautious default, and each operator should choose again.

Examples:

    koujing pack show core/packs/cn-telecom
    koujing pack show --settings core/packs/cn-telecom
    koujing pack show cn-telecom@2026.11.2 --server https://koujing.example.com
    koujing pack show --settings --json | jq '.settings[] | select(.origin == "operator")'

Exit code: 0, 3 if the pack has errors, 2 for a wrong command line, 1 for a failure.`
}

// shownSetting is a setting as people read it.
type shownSetting struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Unit   string `json:"unit"`
	Origin string `json:"origin"`
	Row    string `json:"row"`
	Note   string `json:"note"`
}

// shownPack is what a pack is made of.
type shownPack struct {
	ID        string         `json:"id"`
	Version   string         `json:"version"`
	Title     string         `json:"title"`
	Digest    string         `json:"digest"`
	Bytes     int            `json:"bytes"`
	Decisions int            `json:"decisions"`
	Rules     int            `json:"rules"`
	Tracks    int            `json:"tracks"`
	Steps     int            `json:"steps"`
	Lines     int            `json:"lines"`
	Checks    int            `json:"checks"`
	Facts     int            `json:"facts"`
	Tests     int            `json:"tests"` // 0 too where they didn't come along: a built pack carries none
	Settings  []shownSetting `json:"settings"`
}

// Run shows.
func (c *packShowCmd) Run(a *app) error {
	src, texts, err := c.texts(a, c.packArg)
	if err != nil {
		return err
	}
	built, found := author.Build(texts)
	if built == nil {
		printDiagnostics(a.err, a.locate(src, found))
		return &exit{exitInvalid, fmt.Sprintf("%s: not in order%s", c.Pack, count(found))}
	}
	p, bad := pack.ParseProgram(built)
	if bad != nil {
		return bad
	}
	shown := describe(p, built)
	tests, _ := author.Tests(texts)
	shown.Tests = len(tests)
	if c.JSON {
		return printJSON(a.out, shown)
	}
	if !c.Settings {
		fmt.Fprintf(a.out, "%s %s  %s\n%s, %d bytes\n%d decisions with %d rules; %d talk tracks with %d steps and %d lines; %d wording checks; %d facts; %d settings; %d tests\n\n",
			shown.ID, shown.Version, printable(shown.Title), shown.Digest, shown.Bytes, shown.Decisions, shown.Rules, shown.Tracks, shown.Steps, shown.Lines, shown.Checks, shown.Facts, len(shown.Settings), shown.Tests)
	}
	return printSettings(a.out, shown.Settings)
}

func describe(p *pack.Pack, built []byte) shownPack {
	s := shownPack{ID: p.ID, Version: p.Version, Title: p.Title, Digest: fmt.Sprintf("sha256:%x", pack.Digest(built)), Bytes: len(built),
		Decisions: len(p.Program.Decisions), Tracks: len(p.Tracks), Checks: len(p.Checks), Facts: len(p.Facts), Settings: []shownSetting{}}
	for _, d := range p.Program.Decisions {
		s.Rules += len(d.Rules)
	}
	for _, t := range p.Tracks {
		s.Steps += len(t.Steps)
		for _, step := range t.Steps {
			s.Lines += len(step.Say)
		}
	}
	for i := range p.Settings {
		set := &p.Settings[i]
		s.Settings = append(s.Settings, shownSetting{set.Name, set.Value(), set.Unit, set.Origin, set.Row, set.Note})
	}
	return s
}

// printSettings lists the operator's own choices first: they are what somebody has to answer for.
func printSettings(out io.Writer, settings []shownSetting) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, origin := range []string{"operator", "source", ""} {
		for _, s := range settings {
			if s.Origin == origin {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.Name, strings.TrimSpace(printable(s.Value)+" "+s.Unit), s.Origin, s.Row, printable(s.Note))
			}
		}
	}
	return w.Flush()
}
