package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"koujing/host"
	"koujing/host/ledger"
	"koujing/host/proof"
	"koujing/host/store"
)

type evidenceCmd struct {
	packFlag
	engineFlags
	Log     string `placeholder:"DIR" help:"The decision log to take it from, or the data folder it lies in."`
	Case    string `placeholder:"C" help:"Without a log: the case, as it was sent. RECEIPT is then a file with the decision."`
	Out     string `short:"o" required:"" placeholder:"FILE" help:"Where to; - is the standard output."`
	Receipt string `arg:"" name:"RECEIPT" help:"The digest of a case or a decision, its first 8 digits, or the number of a record."`
}

// Help shows how the command is used.
func (evidenceCmd) Help() string {
	return `Puts a decision into one file with its case, its pack and its engine. koujing verify --evidence proves it with nothing but the file. The file holds the personal data of the case.

Examples:

    koujing evidence --log ./data 10490062 -o evidence.json
    koujing evidence --case case.json --pack core/packs/cn-telecom decision.json -o evidence.json
    koujing verify --evidence evidence.json

Exit code: 0, 3 if there is no such decision or it isn't what case and pack give, 2 for a wrong command line, 1 for a failure.`
}

// Run writes the file.
func (c *evidenceCmd) Run(a *app) error {
	var f *proof.File
	var err error
	switch {
	case c.Log != "" && c.Case != "":
		return &exit{exitUsage, "give --log DIR or --case C, not both"}
	case c.Log != "":
		f, err = c.fromLog()
	case c.Case != "":
		f, err = c.fromFiles(a)
	default:
		return &exit{exitUsage, "say where the decision is: --log DIR, or --case C for a decision in a file"}
	}
	if err != nil {
		return err
	}
	// What is handed to others should prove what it says.
	v, err := f.Verify(context.Background(), nil, c.startModule)
	if err != nil {
		return err
	}
	if !v.OK {
		return &exit{exitInvalid, fmt.Sprintf("%s at %s: %s", v.Code, v.At, verdicts[v.Code])}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return err
	}
	if c.Out == "-" {
		_, err = a.out.Write(b.Bytes())
		return err
	}
	if err := store.WriteFile(c.Out, b.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(a.err, "%s: %d KB, proves the decision %s\n", c.Out, b.Len()>>10, f.Receipt.Decision)
	return nil
}

func (c *evidenceCmd) fromLog() (*proof.File, error) {
	log, err := logArg{c.Log}.read(nil)
	if err != nil {
		return nil, err
	}
	r, err := find(log, c.Receipt)
	if err != nil {
		return nil, err
	}
	if r.State != ledger.Exact {
		return nil, &exit{exitInvalid, "the case of this decision is " + string(r.State) + ": there is nothing to prove it with"}
	}
	pack, err := log.Material(host.BuiltPack, r.Receipt.Pack)
	if err != nil {
		return nil, err
	}
	engine, err := log.Material(host.EngineModule, r.Receipt.Engine)
	if err != nil {
		return nil, err
	}
	record, err := json.Marshal(r.Evidence)
	if err != nil {
		return nil, err
	}
	return proof.New(r.Case.Case, r.Case.Decision, pack, engine, record)
}

func (c *evidenceCmd) fromFiles(a *app) (*proof.File, error) {
	caseText, err := a.read(c.Case)
	if err != nil {
		return nil, err
	}
	decision, err := a.read(c.Receipt)
	if err != nil {
		return nil, err
	}
	_, p, err := c.compile(a)
	if err != nil {
		return nil, err
	}
	engine, err := c.module()
	if err != nil {
		return nil, err
	}
	f, err := proof.New(caseText, bytes.TrimSuffix(decision, []byte("\n")), p.Built, engine, nil)
	if err != nil {
		err = &exit{exitInvalid, err.Error()}
	}
	return f, err
}

// verifyEvidence proves a file of evidence.
func (c *verifyCmd) verifyEvidence(a *app) error {
	text, err := a.read(c.Evidence)
	if err != nil {
		return err
	}
	f, err := proof.Read(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%s: %w", c.Evidence, err)
	}
	var module []byte
	if c.Engine != "" {
		if module, err = c.module(); err != nil {
			return err
		}
	}
	v, err := f.Verify(context.Background(), module, c.startModule)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Evidence, err)
	}
	own := f.Receipt.Engine == digest(embeddedEngine())
	if c.JSON {
		err = printJSON(a.out, struct {
			OK        bool         `json:"ok"`
			Code      string       `json:"code,omitempty"`
			At        string       `json:"at,omitempty"`
			Receipt   host.Receipt `json:"receipt"`
			OwnEngine bool         `json:"own_engine"` // the engine is the one inside this program
		}{v.OK, v.Code, v.At, f.Receipt, own})
	} else if err = c.print(a, v); err == nil && v.OK {
		err = explainProof(a.out, f, own, c.Engine != "")
	}
	if err == nil && !v.OK {
		return &exit{code: exitInvalid}
	}
	return err
}

// explainProof says what was proved, and what is left to trust.
func explainProof(w io.Writer, f *proof.File, own, given bool) error {
	engine := "brought along by the file: compare its digest with the release it should be from"
	switch {
	case own:
		engine = "the one inside this program"
	case given:
		engine = "the one that --engine names"
	}
	_, err := fmt.Fprintf(w, "  engine    %s\n            %s\n  pack      %s\n  case      %s\n  decision  %s\n",
		f.Receipt.Engine, engine, f.Receipt.Pack, f.Receipt.Case, f.Receipt.Decision)
	return err
}

func embeddedEngine() []byte { return module(engineModule) }
