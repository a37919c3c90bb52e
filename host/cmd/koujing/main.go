// Command koujing decides cases, replays decisions, serves both over HTTP, and looks after packs.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"koujing/host/ledger"
	"koujing/host/store"
)

// Exit codes. They are part of the command's contract.
const (
	exitOK      = 0
	exitFailure = 1 // something didn't work
	exitUsage   = 2 // the command line makes no sense
	exitInvalid = 3 // everything worked, and the answer is no: an invalid case, a decision that differs, a pack with errors
)

type commands struct {
	Decide   decideCmd   `cmd:"" help:"Decide cases."`
	Verify   verifyCmd   `cmd:"" help:"Replay a decision and compare."`
	Impact   impactCmd   `cmd:"" help:"Tell what an edit of a pack changes over past cases."`
	Serve    serveCmd    `cmd:"" help:"Serve the API, the panel, the demo page and the studio."`
	Evidence evidenceCmd `cmd:"" help:"Put a decision into one file that proves it."`
	Log      logCmd      `cmd:"" help:"Look after the decision log: show, export, erase, prune."`
	Pack     packCmd     `cmd:"" help:"Check, build, test, sign and publish packs."`
	Schema   schemaCmd   `cmd:"" help:"Print the JSON Schema of a case or a decision."`
	Token    tokenCmd    `cmd:"" help:"Make a token for a caller of the server."`
	Version  versionCmd  `cmd:"" help:"Print what this program is made of."`

	Lang string `enum:"zh,en," default:"" placeholder:"zh|en" help:"The language in which findings about packs are told; that of the system (LC_ALL, LC_MESSAGES, LANG) if left out, or of the pack where the system names none."`
}

// An app is what a command talks to.
type app struct {
	ctx      context.Context // ends a server; other commands run to their end
	in       io.Reader
	out, err io.Writer
	lang     string // of findings, "" if nobody said
}

// An exit is an error that carries its exit code. Without a message nothing more is printed.
type exit struct {
	code int
	msg  string
}

func (e *exit) Error() string { return e.msg }

func main() {
	os.Exit(run(os.Args[1:], &app{ctx: context.Background(), in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// variables are what the texts of flags refer to.
var variables = kong.Vars{"cache": defaultCache(), "mask": strings.Join(ledger.DefaultMask, ", ")}

func run(args []string, a *app) int {
	var cmds commands
	parser, err := kong.New(&cmds, kong.Name("koujing"), kong.Writers(a.out, a.err),
		kong.Description("What to say and what to pay: decides cases of telecom customer service from a pack of rules and talk tracks."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}), variables)
	if err != nil {
		fmt.Fprintln(a.err, "koujing:", err)
		return exitFailure
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(a.err, "koujing: %v\n%s\n", err, wayOut(err))
		return exitUsage
	}
	a.lang = cmds.Lang
	return a.code(ctx.Run(a))
}

// wayOut says what could have been written instead of a wrong command line.
func wayOut(err error) string {
	command := "koujing"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		at := parse.Context.Model.Node
		if selected := parse.Context.Selected(); selected != nil {
			at = selected
		} else if path := parse.Context.Path; len(path) > 0 && path[len(path)-1].Command != nil {
			at = path[len(path)-1].Command
		}
		if at.Path() != "" {
			command += " " + at.Path()
		}
		if len(at.Children) > 0 {
			var names []string
			for _, c := range at.Children {
				names = append(names, c.Name)
			}
			return fmt.Sprintf("Commands of %s: %s. %s --help tells more.", command, strings.Join(names, ", "), command)
		}
	}
	return command + " --help shows how."
}

// code prints an error, and tells the exit code that stands for it.
func (a *app) code(err error) int {
	var ex *exit
	var build *store.BuildError
	var missing *store.NotFoundError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &ex):
		if ex.msg != "" {
			fmt.Fprintln(a.err, "koujing:", ex.msg)
		}
		return ex.code
	case errors.As(err, &build):
		printDiagnostics(a.err, build.Diagnostics)
		fmt.Fprintln(a.err, "koujing:", err)
	case errors.As(err, &missing):
		fmt.Fprintln(a.err, "koujing:", err)
		return exitUsage
	default:
		fmt.Fprintln(a.err, "koujing:", err)
	}
	return exitFailure
}
