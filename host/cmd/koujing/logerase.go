package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"koujing/host/ledger"
)

type logEraseCmd struct {
	Dir    string `arg:"" optional:"" name:"DIR" help:"A decision log, or the data folder it lies in, that no server is using."`
	Server string `placeholder:"URL" help:"The server that is using it, as https://koujing.example.com. A token for it, with the role privacy, comes from the environment: KOUJING_TOKEN."`
	maskFlag
	Customer string `required:"" placeholder:"KEY" help:"The customer's key, as cases or the header Koujing-Customer gave it; - reads it from the standard input, where neither the shell's history nor other users of this machine see it."`
	JSON     bool   `name:"json" help:"Print as JSON."`
}

// Help shows how the command is used.
func (logEraseCmd) Help() string {
	return `Overwrites the case and the decision of each of the customer's records on disk, and leaves the masked case without his key. The evidence keeps digests and amounts and proves itself as before. The erasure is recorded. What was begun and interrupted is finished by the next start of the server, or by doing it again.

A server goes on recording meanwhile, and masks as it was told to when it was started. It covers what was recorded before it was asked. Exports and backups that were made before are yours to erase.

Examples:

    koujing log erase --server https://koujing.example.com --customer -
    koujing log erase ./data --customer 13800138000

Exit code: 0, 3 if the server refuses, 2 for a wrong command line, 1 for a failure.`
}

// Run erases.
func (c *logEraseCmd) Run(a *app) error {
	switch {
	case (c.Dir == "") == (c.Server == ""):
		return &exit{exitUsage, "say where: a folder that no server is using, or --server URL"}
	case c.Server != "" && len(c.Mask) > 0:
		return &exit{exitUsage, "a server masks as it was told to when it was started: leave --mask out"}
	}
	key, err := c.key(a.in)
	if err != nil {
		return err
	}
	var done ledger.Forgotten
	if c.Server != "" {
		done, err = eraseOn(a.ctx, c.Server, key)
	} else {
		done, err = c.local(key)
	}
	switch {
	case err != nil:
		return err
	case c.JSON:
		return printJSON(a.out, done)
	}
	_, err = fmt.Fprintf(a.out, "%d cases erased\n", done.Cases)
	return err
}

// key is the customer's.
func (c *logEraseCmd) key(in io.Reader) (string, error) {
	if c.Customer != "-" {
		return c.Customer, nil
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", &exit{exitUsage, "no key on the standard input"}
	}
	return line, nil
}

func (c *logEraseCmd) local(key string) (ledger.Forgotten, error) {
	log, err := logArg{c.Dir}.write(c.Mask, "it need not stop for this. Ask it: koujing log erase --server URL --customer KEY, with a token of the role privacy in "+tokenVar)
	if err != nil {
		return ledger.Forgotten{}, err
	}
	done, err := log.Erase(context.Background(), key)
	return done, errors.Join(err, log.Close())
}

// eraseOn has a server erase. It takes as long as the log is long to read, so nothing but the caller's patience ends it.
func eraseOn(ctx context.Context, server, key string) (done ledger.Forgotten, err error) {
	r, err := newRemote(server, os.Getenv(tokenVar))
	if err != nil {
		return done, err
	}
	r.client.Timeout = 0
	body, err := json.Marshal(map[string]string{"customer": key})
	if err != nil {
		return done, err
	}
	return done, answer(r.do(ctx, http.MethodPost, "/v1/log/erase", "application/json", body, &done))
}

type logPruneCmd struct {
	logArg
	Older    age  `required:"" placeholder:"AGE" help:"Removes what is older, such as 90d. Files go as a whole, so a day more may stay."`
	Evidence bool `help:"Removes the evidence too; without it only cases and decisions."`
}

// Help shows how the command is used.
func (logPruneCmd) Help() string {
	return `Removes old files of cases; with --evidence the records themselves. That it happened is recorded. No server may be using the log: koujing serve --keep-cases AGE removes old cases by itself as it runs.

Examples:

    koujing log prune ./data --older 90d
    koujing log prune ./data --older 3650d --evidence`
}

// Run prunes.
func (c *logPruneCmd) Run(a *app) error {
	log, err := c.write(nil, "it removes old cases by itself if it is started with --keep-cases AGE. For this command, and for evidence, stop it first")
	if err != nil {
		return err
	}
	what := ledger.PruneCases
	if c.Evidence {
		what = ledger.PruneEvidence
	}
	through, err := log.Prune(context.Background(), what, time.Now().Add(-time.Duration(c.Older)))
	if err = errors.Join(err, log.Close()); err != nil {
		return err
	}
	if through == 0 {
		_, err = fmt.Fprintln(a.out, "nothing is that old")
	} else {
		_, err = fmt.Fprintf(a.out, "%s removed through record %d\n", what, through)
	}
	return err
}
