package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"koujing/host"
)

type verifyCmd struct {
	packFlag
	engineFlags
	Case     string `placeholder:"C" help:"The case, as it was sent. - is the standard input."`
	Log      string `placeholder:"DIR" help:"Replays a whole decision log instead, or the data folder it lies in."`
	Evidence string `placeholder:"FILE" help:"Proves a file of koujing evidence instead, with the engine and the pack in it. - is the standard input."`
	JSON     bool   `name:"json" help:"Print the outcome as JSON."`
	Decision string `arg:"" optional:"" name:"DECISION" help:"The decision, as it was received. - is the standard input."`
}

// Help shows how the command is used.
func (verifyCmd) Help() string {
	return `Decides the case again and compares byte by byte. One newline at the end of the decision is not part of it.

Examples:

    koujing verify --pack core/packs/cn-telecom --case case.json decision.json
    koujing decide case.json | koujing verify --case case.json -
    koujing verify --case case.json --engine old/koujing.wasm decision.json
    koujing verify --log ./data
    koujing verify --evidence evidence.json

Exit code: 0 if both are the same to the byte, 3 if they differ, 2 for a wrong command line, 1 for a failure.

It tells apart: engine_differs, pack_differs, case_differs (the receipt names another engine, pack or case), decision_differs (the decision was changed), not_canonical (it says the same in other bytes, or is no JSON).

A log is replayed with the engines and packs that lie in it. Besides those codes it tells: chain_broken, record_damaged, records_missing (the evidence isn't what was written), case_damaged, receipt_differs, outcome_differs (case and evidence don't belong together), engine_missing, pack_missing.`
}

var verdicts = map[string]string{
	host.EngineDiffers:   "it was made by another engine; --engine takes the module that made it",
	host.PackDiffers:     "it was made from another pack, or another version of it; --pack takes the pack it was made from",
	host.CaseDiffers:     "it was made for another case",
	host.DecisionDiffers: "engine, pack and case are the same, but the decision is not what they give",
	host.NotCanonical:    "it isn't written the way the engine writes",
}

// Run replays.
func (c *verifyCmd) Run(a *app) error {
	switch {
	case (c.Log != "" || c.Evidence != "") && (c.Case != "" || c.Decision != ""), c.Log != "" && c.Evidence != "":
		return &exit{exitUsage, "--log and --evidence bring case and decision along: give one of them, and nothing else"}
	case c.Evidence != "":
		return c.verifyEvidence(a)
	case c.Log != "":
		return c.verifyLog(a)
	case c.Case == "" || c.Decision == "":
		return &exit{exitUsage, "give --case C and DECISION, or --log DIR, or --evidence FILE\nkoujing verify --help shows how."}
	}
	if c.Case == "-" && c.Decision == "-" {
		return &exit{exitUsage, "case and decision can't both come from the standard input"}
	}
	caseText, err := a.read(c.Case)
	if err != nil {
		return err
	}
	decision, err := a.read(c.Decision)
	if err != nil {
		return err
	}
	_, p, err := c.compile(a)
	if err != nil {
		return err
	}
	ctx := context.Background()
	r, err := c.start(ctx, host.WithPack(p.Built), host.WithPoolSize(1))
	if err != nil {
		return err
	}
	defer r.Close(ctx)
	v, err := r.Verify(ctx, caseText, bytes.TrimSuffix(decision, []byte("\n")))
	if err != nil {
		return err
	}
	if err := c.print(a, v); err != nil {
		return err
	}
	if !v.OK {
		return &exit{code: exitInvalid}
	}
	return nil
}

func (c *verifyCmd) print(a *app, v host.Verification) error {
	if c.JSON {
		return printJSON(a.out, v)
	}
	if v.OK {
		_, err := fmt.Fprintln(a.out, "ok: the same to the byte")
		return err
	}
	at := ""
	if v.At != "" {
		at = " at " + v.At
	}
	_, err := fmt.Fprintf(a.out, "%s%s: %s\n", v.Code, at, verdicts[v.Code])
	return err
}

// read reads a file, or the standard input for "-".
func (a *app) read(name string) ([]byte, error) {
	in := a.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, host.MaxInput+1))
	if err == nil && len(text) > host.MaxInput {
		err = fmt.Errorf("%s: larger than 32 MiB", name)
	}
	return text, err
}

// printJSON prints one line for other programs.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
