package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"koujing/host"
	"koujing/host/ledger"
	"koujing/host/ledger/export"
)

type logCmd struct {
	Show   logShowCmd   `cmd:"" help:"Show what a log holds, or one record."`
	Export logExportCmd `cmd:"" help:"Write a log as NDJSON or Parquet."`
	Erase  logEraseCmd  `cmd:"" help:"Erase a customer's personal data; the evidence stays."`
	Prune  logPruneCmd  `cmd:"" help:"Remove what is older than an age."`
}

// logArg picks a log.
type logArg struct {
	Dir string `arg:"" name:"DIR" help:"A decision log, or the data folder it lies in."`
}

func (l logArg) read(mask []string) (*ledger.Log, error) {
	log, err := ledger.OpenLog(logDir(l.Dir), mask)
	if errors.Is(err, os.ErrNotExist) {
		err = &exit{exitUsage, l.Dir + " holds no decision log: koujing serve --data DIR makes one"}
	}
	return log, err
}

// write opens a log to change it. Where a server is using it, instead is what can be done.
func (l logArg) write(mask []string, instead string) (*ledger.Ledger, error) {
	if _, err := l.read(nil); err != nil { // Open would make a new one
		return nil, err
	}
	log, err := ledger.Open(logDir(l.Dir), ledger.Options{Mask: mask})
	if errors.Is(err, ledger.ErrLocked) {
		err = &exit{exitFailure, "a server is writing to " + l.Dir + ": " + instead}
	}
	return log, err
}

type maskFlag struct {
	Mask []string `placeholder:"PATH" help:"A personal field of a case; may be repeated. Without it: ${mask}."`
}

type logShowCmd struct {
	logArg
	maskFlag
	Receipt  string `arg:"" optional:"" name:"RECEIPT" help:"The digest of a case or a decision, its first 8 digits, or the number of a record: shows that record."`
	Personal bool   `help:"Shows case and decision as they were."`
	JSON     bool   `name:"json" help:"Print as JSON."`
}

// Help shows how the command is used.
func (logShowCmd) Help() string {
	return `Without a receipt: how many records there are, of what and since when. With one: that record, with its case masked unless --personal is given. A server may go on writing meanwhile.

Examples:

    koujing log show ./data
    koujing log show ./data 54524202
    koujing log show ./data 54524202 --personal --json

Exit code: 0, 3 if there is no such record, 2 for a wrong command line, 1 for a failure.`
}

// summary is what a log holds.
type summary struct {
	Records  int            `json:"records"`
	From     *time.Time     `json:"from"`
	To       *time.Time     `json:"to"`
	Outcomes map[string]int `json:"outcomes"`
	Cases    map[string]int `json:"cases"`
	PayFen   int64          `json:"pay_fen"` // of all refunds that were payable
	Damaged  int            `json:"damaged"`
	Chain    string         `json:"chain"`
}

// Run shows.
func (c *logShowCmd) Run(a *app) error {
	log, err := c.read(c.Mask)
	if err != nil {
		return err
	}
	if c.Receipt != "" {
		return c.record(a, log)
	}
	s := summary{Outcomes: map[string]int{}, Cases: map[string]int{}}
	for r, err := range log.Records() {
		var d *ledger.Damage
		if errors.As(err, &d) {
			s.Damaged++
			continue
		}
		if err != nil {
			return err
		}
		s.add(&r)
	}
	if c.JSON {
		return printJSON(a.out, s)
	}
	return s.print(a.out)
}

func (s *summary) add(r *ledger.Record) {
	s.Records++
	at := r.At
	if s.From == nil {
		s.From = &at
	}
	s.To, s.Chain = &at, r.Chain
	if r.Outcome == nil {
		s.Outcomes[string(r.Kind)]++
		return
	}
	s.Cases[string(r.State)]++
	if f := r.Outcome.Refund; f != nil && f.Status != "none" {
		s.Outcomes["refund "+f.Status]++
		if f.Status == "payable" {
			s.PayFen += f.Pay
		}
	}
	for _, g := range r.Outcome.Gates {
		s.Outcomes["gate "+g]++
	}
	if e := r.Outcome.Escalate; e != nil {
		s.Outcomes["escalation to "+e.Role]++
	}
}

func (s *summary) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "records\t%d\n", s.Records)
	if s.Records > 0 {
		fmt.Fprintf(t, "from\t%s\nto\t%s\npayable\t%d.%02d\n", s.From.Format(time.RFC3339), s.To.Format(time.RFC3339), s.PayFen/100, s.PayFen%100)
		for _, name := range slices.Sorted(maps.Keys(s.Outcomes)) {
			fmt.Fprintf(t, "%s\t%d\n", name, s.Outcomes[name])
		}
		for _, name := range slices.Sorted(maps.Keys(s.Cases)) {
			fmt.Fprintf(t, "cases %s\t%d\n", name, s.Cases[name])
		}
		fmt.Fprintf(t, "chain\t%s\n", s.Chain)
	}
	if s.Damaged > 0 {
		fmt.Fprintf(t, "damaged\t%d places: koujing verify --log tells which\n", s.Damaged)
	}
	return t.Flush()
}

func (c *logShowCmd) record(a *app, log *ledger.Log) error {
	r, err := find(log, c.Receipt)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(a.out, export.RowOf(&r, c.Personal))
	}
	t := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "record\t%d, %s\n", r.Seq, r.At.Format(time.RFC3339))
	fmt.Fprintf(t, "status\t%s\n", r.Outcome.Status)
	if f := r.Outcome.Refund; f != nil {
		fmt.Fprintf(t, "refund\t%s, to pay %d.%02d of %d.%02d\n", f.Status, f.Pay/100, f.Pay%100, f.Total/100, f.Total%100)
	}
	if len(r.Outcome.Gates) > 0 {
		fmt.Fprintf(t, "gates\t%s\n", strings.Join(r.Outcome.Gates, ", "))
	}
	if e := r.Outcome.Escalate; e != nil {
		fmt.Fprintf(t, "escalation\tto %s, rung %d\n", e.Role, e.To)
	}
	fmt.Fprintf(t, "engine\t%s\npack\t%s\ncase\t%s\ndecision\t%s\n", r.Receipt.Engine, r.Receipt.Pack, r.Receipt.Case, r.Receipt.Decision)
	if err := t.Flush(); err != nil {
		return err
	}
	switch {
	case c.Personal && r.Case.Case != nil:
		fmt.Fprintf(a.out, "\n%s\n\n%s\n", r.Case.Case, r.Case.Decision)
	case r.Case.Masked != nil:
		fmt.Fprintf(a.out, "\n%s (%s)\n", r.Case.Masked, r.State)
	default:
		fmt.Fprintf(a.out, "\nThe case is %s.\n", r.State)
	}
	return nil
}

// find returns a record of a decision.
func find(log *ledger.Log, name string) (ledger.Record, error) {
	r, err := log.Find(name)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return r, &exit{exitInvalid, "the log has no record " + name}
	case err != nil:
		return r, &exit{exitUsage, err.Error()}
	case r.Receipt == nil:
		return r, &exit{exitInvalid, "record " + name + " is no decision but a note: " + string(r.Kind)}
	}
	return r, nil
}

type logExportCmd struct {
	logArg
	maskFlag
	Format   string    `enum:"ndjson,parquet" default:"ndjson" help:"ndjson or parquet (${default})."`
	Out      string    `short:"o" default:"-" placeholder:"FILE" help:"Where to; - is the standard output (${default})."`
	From     time.Time `format:"2006-01-02" placeholder:"DAY" help:"From this day on, UTC, as 2026-11-22."`
	To       time.Time `format:"2006-01-02" placeholder:"DAY" help:"Up to the beginning of this day, UTC."`
	Personal bool      `help:"With case and decision as they were; without it only the masked case."`
}

// Help shows how the command is used.
func (logExportCmd) Help() string {
	return `A record a line or a row: outcome, amounts in fen, digests, the masked case. A server may go on writing meanwhile.

Examples:

    koujing log export ./data | head -1
    koujing log export ./data --format parquet -o november.parquet --from 2026-11-01 --to 2026-12-01`
}

// Run exports.
func (c *logExportCmd) Run(a *app) error {
	log, err := c.read(c.Mask)
	if err != nil {
		return err
	}
	out := a.out
	var f *os.File
	if c.Out != "-" {
		if f, err = os.OpenFile(c.Out, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600); err != nil {
			return err
		}
		out = f
	}
	res, err := export.Write(out, log, export.Options{Format: export.Format(c.Format), From: c.From, To: c.To, Personal: c.Personal})
	if f != nil {
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return err
	}
	if res.Damaged > 0 {
		fmt.Fprintf(a.err, "koujing: %d places of the log can't be read: koujing verify --log %s tells which\n", res.Damaged, c.Dir)
	}
	if f != nil {
		fmt.Fprintf(a.err, "%d records written to %s\n", res.Records, c.Out)
	}
	return nil
}

// verifyLog replays a log.
func (c *verifyCmd) verifyLog(a *app) error {
	log, err := logArg{c.Log}.read(nil)
	if err != nil {
		return err
	}
	progress := newProgress(a)
	replay := ledger.Replay{Start: c.startModule, Progress: func(n int) { progress.lines.Store(int64(n)) }}
	report, err := replay.Run(context.Background(), log)
	progress.stop()
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(a.out, report)
	} else {
		err = printReport(a.out, c.Log, report)
	}
	if err == nil && report.Differences > 0 {
		return &exit{code: exitInvalid}
	}
	return err
}

func (f engineFlags) startModule(ctx context.Context, module []byte) (*host.Runner, error) {
	return host.New(ctx, host.WithModule(module), host.WithCacheDir(f.Cache))
}

func printReport(w io.Writer, name string, r ledger.Report) error {
	if r.First == nil {
		fmt.Fprintf(w, "ok: %d records of %s, none differs\n", r.Records, name)
	} else {
		fmt.Fprintf(w, "%s at record %d, %s: the first of %d differences in %d records\n", r.First.Code, r.First.Seq, r.First.At, r.Differences, r.Records)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range []struct {
		n    int
		what string
	}{
		{r.Proved, "decided again, the same to the byte"},
		{r.Masked, "decided again without their personal fields, with the same outcome"},
		{r.Unproved, "evidence only: the case is gone, or a personal field took part"},
		{r.Acts, "erasures and prunes"},
	} {
		if line.n > 0 {
			fmt.Fprintf(t, "  %d\t%s\n", line.n, line.what)
		}
	}
	if r.Last > 0 {
		fmt.Fprintf(t, "  last\trecord %d, chain %s\n", r.Last, r.Chain)
	}
	return t.Flush()
}
