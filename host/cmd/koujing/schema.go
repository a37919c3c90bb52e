package main

import (
	"fmt"

	"koujing/core/pack"
	"koujing/core/schema"
)

type schemaCmd struct {
	packFlag
	Document string `arg:"" enum:"case,decision" name:"DOCUMENT" help:"case or decision."`
}

// Help shows how the command is used.
func (schemaCmd) Help() string {
	return `JSON Schema 2020-12. That of a case knows the pack's own values and facts.

Examples:

    koujing schema case
    koujing schema case --pack core/packs/cn-telecom
    koujing schema decision`
}

// Run prints.
func (c *schemaCmd) Run(a *app) error {
	text := schema.Decision()
	if c.Document == "case" {
		_, built, err := c.compile(a)
		if err != nil {
			return err
		}
		p, perr := pack.Parse(built.Built)
		if perr != nil {
			return fmt.Errorf("%s: %w", c.Pack, perr)
		}
		terms := p.Terms()
		text = schema.Case(&terms)
	}
	_, err := a.out.Write(text)
	return err
}
