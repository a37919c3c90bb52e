package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"koujing/core/author/impact"
	"koujing/host"
	"koujing/host/page"
	"koujing/host/store"
)

type impactCmd struct {
	engineFlags
	From   string   `required:"" placeholder:"A" help:"The pack as it is: a folder, a built pack file, or the name of an embedded pack."`
	To     string   `required:"" placeholder:"B" help:"The pack as it would be."`
	JSON   bool     `name:"json" help:"Print the report as JSON."`
	HTML   string   `name:"html" placeholder:"FILE" help:"Write the report as one HTML file too, with charts."`
	FailOn []string `name:"fail-on" placeholder:"WHAT,…" enum:"any,fen,clock,gate,invalid" help:"End with code 3 if this changes: any (anything), fen (an amount), clock (one newly breached), gate (one closed or opened), invalid (a case newly invalid)."`
	Files  []string `arg:"" optional:"" name:"CASES" help:"Files with cases, one a line. - or none is the standard input."`
}

// Help shows how the command is used.
func (impactCmd) Help() string {
	return `Both packs decide every case, and the decisions are compared: amounts, clocks, gates, steps of the talk, tasks, and the rules behind them. A line may be a case, or a line of a decision log that keeps it under "case" or "masked_case". The report names cases by id and line, and nothing else of them. Ctrl-C ends early, with the report on what was read until then.

Examples:

    koujing impact --from cn-telecom --to core/packs/cn-telecom cases.ndjson
    koujing impact --from old.json --to new.json --html impact.html cases.ndjson
    koujing impact --from cn-telecom --to ./pack --json < cases.ndjson | jq .pay
    koujing impact --from cn-telecom --to ./pack --fail-on fen,gate cases.ndjson

Exit code: 0 if the report was made, 3 if it has something that --fail-on names, 2 for a wrong command line, 1 for a failure or a report cut short.`
}

// Run compares.
func (c *impactCmd) Run(a *app) error {
	ctx, stop := signal.NotifyContext(a.ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	m := &host.Impact{Parallel: runtime.GOMAXPROCS(0)}
	for _, side := range []struct {
		spec   string
		runner **host.Runner
	}{{c.From, &m.From}, {c.To, &m.To}} {
		src, err := store.Find(side.spec)
		if err != nil {
			return err
		}
		p, err := store.Compile(src)
		if err != nil {
			return a.located(src, err)
		}
		r, err := c.start(ctx, host.WithPack(p.Built))
		if err != nil {
			return err
		}
		defer r.Close(context.Background())
		*side.runner = r
	}
	if len(c.Files) == 0 {
		c.Files = []string{"-"}
	}
	err := c.read(ctx, a, m)
	stop() // a second Ctrl-C ends the program at once
	cut := errors.Is(err, context.Canceled) && ctx.Err() != nil
	if err != nil && !cut {
		return err
	}
	r, err := m.Report(c.Files)
	if err != nil {
		return err
	}
	r.Complete = !cut
	if err := c.write(a, r); err != nil {
		return err
	}
	switch found := fails(r, c.FailOn); {
	case cut:
		return &exit{exitFailure, fmt.Sprintf("stopped after %s: the report is on these alone", cases(r.Cases))}
	case len(found) > 0:
		return &exit{exitInvalid, "the change is not let pass: " + strings.Join(found, ", ")}
	case r.Cases == 0:
		fmt.Fprintln(a.err, "koujing: there is no case in the input")
	}
	return nil
}

func (c *impactCmd) read(ctx context.Context, a *app, m *host.Impact) error {
	p := newImpactProgress(a, m, c.Files)
	defer p.stop()
	for _, name := range c.Files {
		if err := readCases(ctx, a, m, name, p); err != nil {
			if name != "-" && !errors.Is(err, context.Canceled) {
				err = fmt.Errorf("%s: %w", name, err)
			}
			return err
		}
	}
	return nil
}

func readCases(ctx context.Context, a *app, m *host.Impact, name string, p *impactProgress) error {
	in, done, err := openInput(a, name)
	if err != nil {
		return err
	}
	defer done()
	single, stream, err := frame(p.reader(in))
	if err != nil {
		return err
	}
	if stream == nil {
		var line bytes.Buffer
		if err := json.Compact(&line, single); err != nil {
			return err
		}
		stream = &line
	}
	return m.Read(ctx, stream)
}

func (c *impactCmd) write(a *app, r *impact.Report) error {
	if c.HTML != "" {
		var text bytes.Buffer
		if err := page.HTML(&text, r); err != nil {
			return err
		}
		if err := store.WriteFile(c.HTML, text.Bytes()); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(a.out, r)
	}
	return printImpact(a.out, r, c.Files)
}

// fails lists what --fail-on names and the report has.
func fails(r *impact.Report, on []string) []string {
	var gates, clocks int64
	for _, g := range r.Gates {
		gates += g.Closed + g.Opened
	}
	for _, k := range r.Clocks {
		clocks += k.Breached
	}
	fen := slices.ContainsFunc([]impact.Sum{r.Pay, r.Total, r.Preview}, func(s impact.Sum) bool { return s.More > 0 || s.Less > 0 })
	is := map[string]bool{"any": r.Changed > 0, "fen": fen, "clock": clocks > 0, "gate": gates > 0, "invalid": r.Invalid.Newly > 0}
	var found []string
	for _, name := range on {
		if is[name] && !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	return found
}
