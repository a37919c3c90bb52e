package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"koujing/core/author"
	"koujing/host/act"
	"koujing/host/store"
)

type packKeygenCmd struct {
	Name string `arg:"" name:"NAME" help:"Where the keys go: NAME.key and NAME.pub."`
	Who  string `placeholder:"NAME" help:"Whose key it is, for the lines to put into the trust file. Default: NAME."`
}

// Help shows how the command is used.
func (packKeygenCmd) Help() string {
	return `Makes a pair of Ed25519 keys, as PEM files: NAME.key (PKCS #8, mode 0600) stays with its owner, NAME.pub goes to those who run servers. They name it in a trust file, and start the server with --trust:

    two_persons: true            # somebody else has to approve what one has signed; false or left out: one is enough
    keys:
      - who: 王芳
        public: wang.pub         # a file beside this one, or the PEM text itself
        may: [publish, rollback] # publish, rollback, approve; left out: all three
        from: 2026-01-01         # days begin at midnight UTC; both may be left out
        until: 2028-01-01

With a trust file every act has to be signed. A key that is past its date does no more, and undoes nothing; to undo what was done with a key, take it out of the file.

Examples:

    koujing pack keygen wang --who 王芳

Exit code: 0, 2 for a wrong command line, 1 for a failure.`
}

// Run makes the keys.
func (c *packKeygenCmd) Run(a *app) error {
	private, public, err := act.NewKey()
	if err != nil {
		return err
	}
	id, err := act.KeyID(public)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		text []byte
		mode os.FileMode
	}{{c.Name + ".key", private, 0o600}, {c.Name + ".pub", public, 0o644}} {
		if err := create(f.name, f.text, f.mode); err != nil {
			return err
		}
	}
	who := c.Who
	if who == "" {
		who = filepath.Base(c.Name)
	}
	_, err = fmt.Fprintf(a.out, "%s.key  keep it to yourself: it signs in your name\n%s.pub  key %.12s, for the trust file of the servers:\n\nkeys:\n  - who: %s\n    public: %s.pub\n",
		c.Name, c.Name, id, who, filepath.Base(c.Name))
	return err
}

// create writes a file that must not be there yet.
func create(name string, text []byte, mode os.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if os.IsExist(err) {
		return fmt.Errorf("%s is there already; a key is never overwritten: choose another name", name)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

type packSignCmd struct {
	packArg
	placeFlags
	signFlags
	dropFlag
	ActiveFrom string `name:"active-from" placeholder:"TIME" help:"When it comes into force; at once if left out. Without an offset: in this machine's time zone."`
	Seq        int64  `placeholder:"N" help:"The number of the act, where neither server nor data folder can be asked for it: the last one's plus 1."`
	Previous   string `placeholder:"DIGEST" help:"With --seq: the digest of the pack in force, as koujing pack history shows it; left out if there is none."`
	Out        string `short:"o" placeholder:"FILE" help:"Where the signed pack goes. Default: ID-VERSION.signed.json."`
}

// Help shows how the command is used.
func (packSignCmd) Help() string {
	return `Checks the pack as pack check does, builds it and signs that it is to be published: which pack, in place of which one, by whom, why, and from when on. Tests and row index go along, for those who edit the pack next. Nothing is published. The signed pack fits once, at one place: after another act there it has to be signed again.

Examples:

    koujing pack sign core/packs/cn-telecom --server https://koujing.example.com --key wang.key --who 王芳 --why '国庆加倍赔付'
    koujing pack sign core/packs/cn-telecom --data ./data --key wang.key --who 王芳 --why 更正话术 --active-from 2026-12-01
    koujing pack sign core/packs/cn-telecom --seq 8 --previous sha256:… --key wang.key --who 王芳 --why 更正话术

Exit code: 0, 3 if the pack has errors, 2 for a wrong command line, 1 for a failure.`
}

// Run signs.
func (c *packSignCmd) Run(a *app) error {
	if c.Key == "" {
		return &exit{exitUsage, "say which key to sign with: --key FILE. koujing pack keygen makes one"}
	}
	p, err := ready(a, c.packArg, c.ActiveFrom)
	if err != nil {
		return err
	}
	attached, err := p.Attached()
	if err != nil {
		return err
	}
	var env *act.Envelope
	if c.Seq > 0 {
		if c.Server != "" || c.Data != "" {
			return &exit{exitUsage, "--seq is for where neither --server nor --data can be asked"}
		}
		env, err = publication(p, attached, c.ActiveFrom, &store.Report{Seq: c.Seq - 1, InForce: c.Previous}, &c.dropFlag, &c.signFlags)
	} else {
		var at place
		var end func()
		if at, end, err = c.open(a); err != nil {
			return err
		}
		defer end()
		env, err = ask(a.ctx, at, p, attached, c.ActiveFrom, &c.dropFlag, &c.signFlags)
	}
	if err != nil {
		return answer(err)
	}
	out := c.Out
	if out == "" {
		out = p.ID + "-" + p.Version + ".signed.json"
	}
	b := act.Bundle{Envelopes: []*act.Envelope{env}, Attached: attached, Pack: p.Built}
	if err := store.WriteFile(out, b.Bytes()); err != nil {
		return err
	}
	_, what, err := act.Open(env.Bytes())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s: %s %s  %s, signed as act %d in place of %s\n", out, p.ID, p.Version, p.Digest, what.Seq, inPlaceOf(what.Previous))
	return err
}

func inPlaceOf(digest string) string {
	if digest == "" {
		return "none"
	}
	return brief(digest)
}

// ready compiles a pack that is to be signed or published. Unless that has happened to it already, everything is looked for
// that pack check finds, for the day on which it comes into force: with an error no act is made, warnings are shown.
func ready(a *app, p packArg, from string) (*store.Pack, error) {
	at, err := when(from)
	if err != nil {
		return nil, err
	}
	if at.IsZero() {
		at = time.Now()
	}
	src, err := p.find()
	if err != nil {
		return nil, err
	}
	built, err := store.Compile(src)
	if broken, ok := err.(*store.BuildError); ok {
		return nil, notInOrder(a, p, a.locate(src, broken.Diagnostics))
	}
	if err != nil || built.Bundle != nil {
		return built, err
	}
	texts, err := built.Sources()
	if err != nil {
		return nil, err
	}
	found := a.locate(src, author.Check(texts, author.Options{At: at.Local().Format(time.DateOnly)}))
	if !author.InOrder(found) {
		return nil, notInOrder(a, p, found)
	}
	printDiagnostics(a.err, found)
	return built, nil
}

// notInOrder shows what is wrong with a pack, and is the refusal to sign or publish it.
func notInOrder(a *app, p packArg, found []author.Diagnostic) error {
	printDiagnostics(a.err, found)
	return &exit{exitInvalid, fmt.Sprintf("%s: not in order%s. Nothing was signed or published", p.Pack, count(found))}
}

// publication is the act that publishes a pack after what a report tells.
func publication(p *store.Pack, attached []byte, from string, r *store.Report, drop *dropFlag, sign *signFlags) (*act.Envelope, error) {
	at, err := when(from)
	if err != nil {
		return nil, err
	}
	drops, err := drop.drops(r, at)
	if err != nil {
		return nil, err
	}
	what := &act.Act{Action: act.Publish, Pack: p.ID, Version: p.Version, Digest: p.Digest, Previous: r.InForce, Seq: r.Seq + 1, Drops: drops, ActiveFrom: at}
	if attached != nil {
		what.Attached = act.Digest(attached)
	}
	return sign.seal(what)
}

// ask makes the act that publishes a pack at a place.
func ask(ctx context.Context, at place, p *store.Pack, attached []byte, from string, drop *dropFlag, sign *signFlags) (*act.Envelope, error) {
	r, err := at.report(ctx, p.ID)
	if isNothing(err) {
		r, err = &store.Report{}, nil // the first of its id
	}
	if err != nil {
		return nil, err
	}
	return publication(p, attached, from, r, drop, sign)
}

type packPublishCmd struct {
	packArg
	placeFlags
	signFlags
	dropFlag
	ActiveFrom string `name:"active-from" placeholder:"TIME" help:"When it comes into force; at once if left out. Without an offset: in this machine's time zone."`
}

// Help shows how the command is used.
func (packPublishCmd) Help() string {
	return `Publishes a pack: a signed one as koujing pack sign writes it, or a folder, which is checked as pack check does, built, and signed on the spot with --key. With errors it isn't published, warnings are shown. The engine tries it first; a pack that is refused changes nothing. A version names one content: for another, count it up in pack.yaml. Tests and row index are kept beside the pack, for whoever edits it next. Where the trust file asks for two persons, it waits for koujing pack approve; what waits already is dropped only with --drop.

Examples:

    koujing pack publish core/packs/cn-telecom --data ./data --who 王芳 --why 国庆加倍赔付
    koujing pack publish core/packs/cn-telecom --server https://koujing.example.com --key wang.key --who 王芳 --why 更正话术
    koujing pack publish cn-telecom-2026.11.2.signed.json --server https://koujing.example.com
    koujing pack publish core/packs/cn-telecom --data ./data --who 王芳 --why 新资费 --active-from 2026-12-01

Exit code: 0 if it is published, 3 if it is refused or the pack has errors, 2 for a wrong command line, 1 for a failure.`
}

// Run publishes.
func (c *packPublishCmd) Run(a *app) error {
	p, err := ready(a, c.packArg, c.ActiveFrom)
	if err != nil {
		return err
	}
	at, end, err := c.open(a)
	if err != nil {
		return err
	}
	defer end()
	var env *act.Envelope
	var attached []byte
	switch {
	case p.Bundle == nil:
		if attached, err = p.Attached(); err == nil {
			env, err = ask(a.ctx, at, p, attached, c.ActiveFrom, &c.dropFlag, &c.signFlags)
		}
	case c.Key != "" || c.ActiveFrom != "" || c.Why != "" || len(c.Drop) > 0:
		return &exit{exitUsage, c.Pack + " is signed already, with who, when, why and what it drops in it: leave --key, --why, --active-from and --drop out"}
	case len(p.Bundle.Envelopes) > 1:
		return &exit{exitUsage, c.Pack + " has been published and approved elsewhere. Publish the pack itself, and have it approved here"}
	default:
		env, attached = p.Bundle.Envelopes[0], p.Bundle.Attached
	}
	if err != nil {
		return answer(err)
	}
	done, err := at.take(a.ctx, env, p.Built, attached)
	if err != nil {
		return answer(err)
	}
	defer c.dropped(a)
	return told(a, at, p.ID, done)
}

type packApproveCmd struct {
	placeFlags
	signFlags
	ID     string `arg:"" name:"ID" help:"The id of the pack."`
	Digest string `arg:"" name:"DIGEST" help:"The digest of the pack you approve, or its first twelve digits at least: of what you looked at, not of what the server says."`
}

// Help shows how the command is used.
func (packApproveCmd) Help() string {
	return `Gives the second person's word on a publish or a rollback, with a key of his own. koujing pack history shows what waits; koujing pack build of the sources you reviewed shows their digest.

Examples:

    koujing pack approve cn-telecom c84df3c50355 --server https://koujing.example.com --key li.key --who 李强 --why 已复核
    koujing pack approve cn-telecom sha256:c84df3c50355… --data ./data --trust trust.yaml --key li.key --who 李强 --why 已复核

Exit code: 0 if it is approved, 3 if that is refused, 2 for a wrong command line, 1 for a failure.`
}

// Run approves.
func (c *packApproveCmd) Run(a *app) error {
	at, end, err := c.open(a)
	if err != nil {
		return err
	}
	defer end()
	r, err := at.report(a.ctx, c.ID)
	if err != nil {
		return answer(err)
	}
	waits := r.Waiting()
	switch {
	case waits == nil:
		return &exit{exitInvalid, "nothing waits for an approval. koujing pack history shows what there is"}
	case !matches(c.Digest, waits.Digest):
		return &exit{exitInvalid, fmt.Sprintf("what waits is %s %s, by %s: not what you want to approve (give twelve digits of the digest at least)", waits.Version, waits.Digest, printable(waits.Who))}
	}
	env, err := c.seal(&act.Act{Action: act.Approve, Pack: r.ID, Version: waits.Version, Digest: waits.Digest, Previous: waits.Previous, Seq: r.Seq + 1, Approves: waits.Act})
	if err != nil {
		return answer(err)
	}
	done, err := at.take(a.ctx, env, nil, nil)
	if err != nil {
		return answer(err)
	}
	return told(a, at, c.ID, done)
}

type packRollbackCmd struct {
	placeFlags
	signFlags
	dropFlag
	ID string `arg:"" name:"ID" help:"The id of the pack."`
	To string `placeholder:"V" help:"The version or the digest to go back to. Default: what was in force before."`
}

// Help shows how the command is used.
func (packRollbackCmd) Help() string {
	return `Puts a pack in force again that was published before. A rollback is an act like any other: it is signed, it has a reason, and where two persons are asked for, it waits for the second. What waits already is dropped only with --drop.

Examples:

    koujing pack rollback cn-telecom --data ./data --who 王芳 --why 新规则多付了一倍
    koujing pack rollback cn-telecom --to 2026.11.1 --server https://koujing.example.com --key wang.key --who 王芳 --why 新规则多付了一倍

Exit code: 0 if it is done, 3 if it is refused, 2 for a wrong command line, 1 for a failure.`
}

// Run rolls back.
func (c *packRollbackCmd) Run(a *app) error {
	at, end, err := c.open(a)
	if err != nil {
		return err
	}
	defer end()
	r, err := at.report(a.ctx, c.ID)
	if err != nil {
		return answer(err)
	}
	version, digest, err := c.target(r)
	if err != nil {
		return err
	}
	drops, err := c.drops(r, time.Time{})
	if err != nil {
		return err
	}
	env, err := c.seal(&act.Act{Action: act.Rollback, Pack: r.ID, Version: version, Digest: digest, Previous: r.InForce, Seq: r.Seq + 1, Drops: drops})
	if err != nil {
		return answer(err)
	}
	done, err := at.take(a.ctx, env, nil, nil)
	if err != nil {
		return answer(err)
	}
	defer c.dropped(a)
	return told(a, at, c.ID, done)
}

// target finds what to go back to. Its version is asked for too: the act names both.
func (c *packRollbackCmd) target(r *store.Report) (version, digest string, err error) {
	want := c.To
	if want == "" {
		if want = r.Previous; want == "" {
			return "", "", &exit{exitInvalid, "nothing was in force before. koujing pack history shows what there is"}
		}
	}
	// Archives of earlier releases may hold a version with several contents.
	var found []string
	add := func(v, d, from string) {
		if (v == want || matches(want, d)) && !slices.ContainsFunc(found, func(text string) bool { return strings.HasPrefix(text, d) }) {
			version, digest, found = v, d, append(found, d+" "+from)
		}
	}
	for _, e := range r.Acts {
		if e.Action != act.Approve && e.State != store.Pending {
			add(e.Version, e.Digest, fmt.Sprintf("by %s in act %d, %s", printable(e.Who), e.Seq, shownTime(e.AcceptedAt)))
		}
	}
	if r.Base != nil {
		add(r.Base.Version, r.Base.Digest, "from before the first act")
	}
	switch len(found) {
	case 1:
		return version, digest, nil
	case 0:
	default:
		return "", "", &exit{exitInvalid, fmt.Sprintf("version %s was published with %d contents; say which one by its digest, --to DIGEST:\n  %s", printable(want), len(found), strings.Join(found, "\n  "))}
	}
	return "", "", &exit{exitInvalid, fmt.Sprintf("%s was never in force. koujing pack history shows what was", printable(strings.TrimSpace(want)))}
}
