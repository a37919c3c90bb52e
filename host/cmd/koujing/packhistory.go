package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"koujing/host/act"
	"koujing/host/store"
)

type packListCmd struct {
	placeFlags
	JSON bool `name:"json" help:"Print the list as JSON."`
}

// Help shows how the command is used.
func (packListCmd) Help() string {
	return `Examples:

    koujing pack list
    koujing pack list --data ./data
    koujing pack list --server https://koujing.example.com --json`
}

// listed is a pack in the list. Of those inside the program, only the first four are known.
type listed struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Title   string `json:"title"`
	Digest  string `json:"digest"`
}

// Run lists.
func (c *packListCmd) Run(a *app) error {
	if c.Server != "" || c.Data != "" {
		return c.published(a)
	}
	list := []listed{}
	for _, name := range store.Names() {
		p, err := store.Compile(store.Source{Kind: store.Embedded, Path: name})
		if err != nil {
			return err
		}
		list = append(list, listed{p.ID, p.Version, p.Title, p.Digest})
	}
	if c.JSON {
		return printJSON(a.out, list)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, e := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.ID, e.Version, e.Digest, e.Title)
	}
	return w.Flush()
}

// published lists what a place has.
func (c *packListCmd) published(a *app) error {
	at, end, err := c.open(a)
	if err != nil {
		return err
	}
	defer end()
	defer caveat(a, at)
	list, err := at.list(a.ctx)
	if err != nil {
		return answer(err)
	}
	if c.JSON {
		return printJSON(a.out, list)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, e := range list {
		since := ""
		if !e.Since.IsZero() {
			since = "since " + shownTime(e.Since)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", e.ID, printable(e.Version), e.Digest, e.Source, since, printable(e.Title))
		if e.Error != "" {
			fmt.Fprintf(w, "  %s: %s\n", e.State, printable(e.Error))
		}
	}
	return w.Flush()
}

type packHistoryCmd struct {
	placeFlags
	ID   string `arg:"" optional:"" default:"cn-telecom" name:"ID" help:"The id of the pack (${default})."`
	JSON bool   `name:"json" help:"Print as JSON, with the signed acts themselves."`
}

// Help shows how the command is used.
func (packHistoryCmd) Help() string {
	return `Shows the acts on a pack, the last one first: what was done, to which pack, by whom, when, why, with which key, and how it stands.

Examples:

    koujing pack history cn-telecom --data ./data
    koujing pack history cn-telecom --server https://koujing.example.com --json | jq -r '.acts[] | [.at, .who, .why] | @tsv'

Exit code: 0, 3 if there is no such pack or its history is damaged, 2 for a wrong command line, 1 for a failure.`
}

var stateWords = map[store.State]string{
	store.InForce: "in force", store.Planned: "planned", store.Pending: "waits for a second person", store.Past: "past",
	store.Dropped: "dropped: another act came before it", store.Untrusted: "doesn't count by the present trust file",
}

// Run shows.
func (c *packHistoryCmd) Run(a *app) error {
	at, end, err := c.open(a)
	if err != nil {
		return err
	}
	defer end()
	r, err := at.report(a.ctx, c.ID)
	if err != nil {
		return answer(err)
	}
	defer caveat(a, at)
	if c.JSON {
		if err := printJSON(a.out, r); err != nil {
			return err
		}
	} else {
		c.print(a, r)
	}
	if r.Damage != "" {
		return &exit{exitInvalid, "the history is damaged behind act " + fmt.Sprint(len(r.Acts)) + ": " + printable(r.Damage) +
			". Nothing can be published until the file is put back, from a backup or another host"}
	}
	return nil
}

func (c *packHistoryCmd) print(a *app, r *store.Report) {
	var b strings.Builder
	if r.InForce == "" {
		fmt.Fprintf(&b, "%s  nothing in force\n", r.ID)
	} else {
		fmt.Fprintf(&b, "%s  in force: %s  %s\n", r.ID, printable(r.Version), r.InForce)
	}
	for i := len(r.Acts) - 1; i >= 0; i-- {
		e := &r.Acts[i]
		state := stateWords[e.State]
		if e.State == store.Planned {
			state = "comes into force at " + shownTime(*e.ActiveFrom)
		}
		if e.DroppedBy > 0 {
			state = fmt.Sprintf("dropped by act %d", e.DroppedBy)
		}
		if e.SameAs > 0 {
			state += fmt.Sprintf(", the same pack as in act %d", e.SameAs)
		}
		if e.ApprovedBy > 0 {
			state += fmt.Sprintf(", approved by act %d", e.ApprovedBy)
		}
		if e.Action == act.Approve {
			state = "approves what is above it in time" // replaced below by the number
			for k := range r.Acts[:i] {
				if r.Acts[k].ApprovedBy == e.Seq {
					state = fmt.Sprintf("approves act %d", r.Acts[k].Seq)
				}
			}
		}
		key := "not signed"
		if e.Key != "" {
			key = "key " + e.Key[:min(12, len(e.Key))]
		}
		fmt.Fprintf(&b, "\n%4d  %-8s  %s  %s\n      %s\n      by %s, %s, %s\n      why: %s\n", e.Seq, e.Action, printable(e.Version), e.Digest, state,
			printable(e.Who), shownTime(e.AcceptedAt), key, printable(e.Why))
	}
	if r.Base != nil {
		fmt.Fprintf(&b, "\n   0  before it all: %s  %s\n", printable(r.Base.Version), r.Base.Digest)
	}
	fmt.Fprint(a.out, b.String())
}
