package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"koujing/core/author"
	"koujing/host"
	"koujing/host/access"
	"koujing/host/act"
	"koujing/host/server"
	"koujing/host/store"
	"koujing/host/upstream"
)

type serveCmd struct {
	Pack string `short:"p" default:"cn-telecom" placeholder:"P" help:"A pack folder or a built or signed pack file, which is watched; an address that gives one; the name of an embedded pack; with --data, the id of a published one (${default})."`
	engineFlags
	listenFlags
	recordFlags
	originFlags
	trustFlag
	Data  string        `placeholder:"DIR" help:"Keeps what is published here, and the decision log; of a folder, a file or an address, the last good pack, for a start when that is broken or out of reach."`
	Poll  time.Duration `default:"30s" placeholder:"TIME" help:"How often an address is asked for its pack (${default})."`
	Facts string        `placeholder:"URL" help:"Asks this service for agent, time and records of verification, and puts them into every case in place of what the sender says. Without an answer no decision is made."`
	Site  string        `placeholder:"DIR" help:"Serves the page from a folder, read anew each time, for working on it."`
	Log   string        `enum:"text,json,off" default:"text" help:"How requests are logged: text, json or off (${default})."`
}

// Help shows how the command is used.
func (serveCmd) Help() string {
	return `Follows a pack folder: a good edit is live at once, a bad one is refused with its errors, and the last good pack goes on deciding. With --data and without a folder, packs are published here: koujing pack publish --help. With an address, the pack is taken from another server, and asked for again and again. Listens on this machine only, unless --addr says otherwise.

Examples:

    koujing serve
    koujing serve --pack core/packs/cn-telecom --data ./data
    koujing serve --data ./data --trust trust.yaml
    koujing serve --data ./data --keep-cases 90d --customer facts.customer_number
    koujing serve --addr 0.0.0.0:8443 --access access.yaml --tls-cert cert.pem --tls-key key.pem
    koujing serve --pack https://koujing.example.com/v1/packs/cn-telecom --trust trust.yaml --data ./data
    koujing serve --allow-origin https://crm.example
    curl -H 'Content-Type: application/json' -d @case.json http://127.0.0.1:8080/v1/decide

With --trust, only signed packs decide, besides the one inside the program: koujing pack keygen --help shows the file. A token for the other server comes from the environment: KOUJING_TOKEN.

With --data, a decision with consequences (a refund to be paid, a gate, a step up the ladder) is on disk before it is given away; koujing log looks after what is recorded.

The API is described at /openapi.json. The log holds no path, body or address.`
}

// How long running requests may take to finish when the server stops.
const farewell = 10 * time.Second

// Run serves until it is told to stop.
func (c *serveCmd) Run(a *app) error {
	ctx, stop := signal.NotifyContext(a.ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // whoever asks a second time doesn't want to wait
	trust, err := c.read()
	if err != nil {
		return err
	}
	src, archive, err := c.source(trust)
	if err != nil {
		return err
	}
	list, err := c.callers()
	if err != nil {
		return err
	}
	listener, err := c.listen(list)
	if err != nil {
		return err
	}
	defer listener.Close()
	tell := &announcer{app: a, src: src}
	log, err := c.recordFlags.open(c.Data, tell.log)
	if err != nil {
		return err
	}
	var opts []host.Option
	if log != nil {
		defer log.Close()
		opts = append(opts, host.WithRecorder(log))
	}
	if c.Facts != "" {
		facts, err := upstream.Facts(c.Facts, nil)
		if err != nil {
			return &exit{exitUsage, err.Error()}
		}
		opts = append(opts, host.WithFacts(facts))
	}
	runner, err := c.start(ctx, opts...)
	if err != nil && ctx.Err() != nil {
		return nil // told to stop before it had begun
	}
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		_ = runner.Close(end)
	}()
	if archive != nil {
		archive.TryWith(func(ctx context.Context, built []byte) error { _, err := runner.Try(ctx, built); return err })
	}
	packs, err := store.Open(ctx, src, store.Options{
		DataDir: c.Data, Archive: archive, Trust: trust,
		Fetch:  store.FetchOptions{Every: c.Poll, Token: os.Getenv(tokenVar)},
		Accept: func(ctx context.Context, built []byte) error { _, err := runner.Reload(ctx, built); return err },
		Notify: tell.outcome,
	})
	if err != nil {
		return c.noPack(a, src, err)
	}
	opt, err := c.options(a, listener.Addr())
	if err != nil {
		return err
	}
	opt.Runner, opt.Store, opt.Archive, opt.Ledger, opt.Access, opt.MaxRunning = runner, packs, archive, log, list, c.MaxRunning
	traces, stopTraces, err := c.tracer(ctx)
	if err != nil {
		return err
	}
	defer stopTraces()
	if traces != nil { // a nil pointer in an interface is none
		opt.Tracer = traces
	}
	srv, err := server.New(opt)
	if err != nil {
		return err
	}
	tell.start(c, listener.Addr(), runner, packs)
	return c.run(ctx, srv, packs, listener, list, func(err error) { tell.callers(list, err, opt.Log) })
}

// noPack says what to do where a server can't start for want of a pack.
func (c *serveCmd) noPack(a *app, src store.Source, err error) error {
	var refused *act.Refusal
	switch {
	case src.Kind == store.URL && c.Data == "":
		return fmt.Errorf("%s: %w. With --data DIR a server that has had a pack before starts with that one", redacted(src.Path), err)
	case src.Kind == store.URL:
		return fmt.Errorf("%s: %w. The data folder has no good pack from there yet", redacted(src.Path), err)
	case src.Kind == store.Published && errors.As(err, &refused):
		return fmt.Errorf("nothing that was published in %s counts by %s: %w. Publish anew, into the folder: koujing pack publish P --data %s --trust %s --key FILE; or mend the trust file",
			c.Data, c.Trust, err, c.Data, c.Trust)
	case src.Kind == store.Published:
		return fmt.Errorf("no pack in %s can be used: %w", c.Data, err)
	}
	return a.located(src, err)
}

// source tells where the pack comes from. With a data folder, an embedded name or the id of something published there
// means what is in force there.
func (c *serveCmd) source(trust *act.Trust) (store.Source, *store.Archive, error) {
	if c.Data != "" {
		if info, err := os.Stat(c.Data); err == nil && !info.IsDir() {
			return store.Source{}, nil, &exit{exitUsage, "--data " + c.Data + " is a file: a folder is needed, which is made if it is not there"}
		}
		archive := store.OpenArchive(c.Data, store.ArchiveOptions{Trust: trust})
		ids, err := archive.IDs()
		if err != nil {
			return store.Source{}, nil, err
		}
		if slices.Contains(ids, c.Pack) {
			return store.Source{Kind: store.Published, Path: c.Pack}, archive, nil
		}
	}
	if strings.HasPrefix(c.Pack, "https://") || strings.HasPrefix(c.Pack, "http://") {
		return store.Source{Kind: store.URL, Path: c.Pack}, nil, nil
	}
	src, err := store.Find(c.Pack)
	return src, nil, err
}

func (c *serveCmd) options(a *app, addr net.Addr) (server.Options, error) {
	engine, err := c.module() // the page runs the module that the server runs
	if err != nil {
		return server.Options{}, err
	}
	opt := server.Options{
		Hosts: c.Host, Site: site(),
		Modules: map[string][]byte{engineModule: engine, authorModule: module(authorModule)},
	}
	if c.Site != "" {
		opt.Site, opt.Live = os.DirFS(c.Site), true
	}
	if err := c.allow(&opt); err != nil {
		return server.Options{}, err
	}
	if loopback(addr) {
		opt.Hosts = append(slices.Clone(c.Host), "localhost", "127.0.0.1", "::1")
	}
	switch c.Log {
	case "text":
		opt.Log = slog.New(slog.NewTextHandler(a.err, nil))
	case "json":
		opt.Log = slog.New(slog.NewJSONHandler(a.err, nil))
	}
	return opt, nil
}

// run serves until ctx ends. callers, if there are any, are followed, and reread is told what became of that.
func (c *serveCmd) run(ctx context.Context, srv *server.Server, packs *store.Store, l net.Listener, callers *access.List, reread func(error)) error {
	var watching sync.WaitGroup
	defer watching.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watching.Go(func() { _ = packs.Watch(ctx) })
	if callers != nil {
		again := make(chan os.Signal, 1)
		signal.Notify(again, syscall.SIGHUP)
		defer signal.Stop(again)
		watching.Go(func() { callers.Watch(ctx, again, reread) })
	}
	h := srv.HTTP()
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	srv.Stopping()
	time.Sleep(c.Drain)
	end, cancelEnd := context.WithTimeout(context.Background(), farewell)
	defer cancelEnd()
	if err := h.Shutdown(end); err != nil {
		_ = h.Close() // streams that don't end by themselves
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// An announcer tells the person who started the server what it does.
type announcer struct {
	*app
	src     store.Source
	mu      sync.Mutex
	started bool
	before  []store.Outcome // what happened before there was an address to print
}

func (t *announcer) start(c *serveCmd, addr net.Addr, r *host.Runner, packs *store.Store) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := packs.Current()
	where := "inside this program"
	switch t.src.Kind {
	case store.Folder:
		where = "from " + t.src.Path + ", watched"
	case store.Built:
		where = "from " + t.src.Path + ", watched"
	case store.URL:
		where = "from " + redacted(t.src.Path) + ", asked for every " + c.Poll.String()
	case store.Published:
		if p.Bundle != nil {
			what := p.Bundle.Acts[0]
			where = fmt.Sprintf("from %s: act %d, %s by %s", c.Data, what.Seq, what.Action, printable(what.Who))
		}
		where += "; " + published[c.Trust != ""]
	}
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	fmt.Fprintf(t.out, "Koujing listens on %s://%s/\n  pack    %s %s  %s\n          %s\n  engine  %s\n",
		scheme, shown(addr), p.ID, p.Version, p.Digest, where, r.Engine())
	switch {
	case c.Data == "":
		fmt.Fprintln(t.out, "  log     none: with --data DIR, decisions with consequences are recorded")
	case c.Record == "off":
		fmt.Fprintln(t.out, "  log     off")
	default:
		fmt.Fprintf(t.out, "  log     %s  %s\n", filepath.Join(c.Data, decisionsDir), c.Record)
	}
	if site() == nil && c.Site == "" {
		fmt.Fprintln(t.out, "  page    not in this program: run make wasm and build it again")
	}
	t.started = true
	for _, o := range t.before {
		t.tell(o)
	}
	t.before = nil
}

var published = map[bool]string{true: "signed packs can be published", false: "packs can be published, signed or not"}

// redacted is an address without the password in it.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address"
	}
	return u.Redacted()
}

// shown is the address as one types it into a browser.
func shown(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", fmt.Sprint(tcp.Port))
	}
	return addr.String()
}

// log says that the decision log can't be written, or can be again.
func (t *announcer) log(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := time.Now().Format(time.TimeOnly)
	if err == nil {
		fmt.Fprintf(t.out, "%s the decision log can be written again\n", at)
		return
	}
	fmt.Fprintf(t.out, "%s the decision log can't be written: %v\n", at, err)
}

// callers says that the list of callers was read again, to the person and, for machines, in the log.
func (t *announcer) callers(list *access.List, err error, log *slog.Logger) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := time.Now().Format(time.TimeOnly)
	n := list.Info().Callers
	if err == nil {
		fmt.Fprintf(t.out, "%s callers: %d on the list now\n", at, n)
	} else {
		fmt.Fprintf(t.out, "%s callers: the list of %d goes on; the file is refused: %s\n", at, n, printable(err.Error()))
	}
	switch {
	case log == nil:
	case err == nil:
		log.Info("callers read again", "callers", n)
	default:
		log.Error("callers refused", "callers", n, "error", err.Error())
	}
}

func (t *announcer) outcome(o store.Outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.started:
		t.tell(o)
	case o.Err != nil || o.SaveErr != nil || len(o.Pack.Warnings) > 0: // else start says all there is to say
		t.before = append(t.before, o)
	}
}

func (t *announcer) tell(o store.Outcome) {
	at := o.At.Format(time.TimeOnly)
	took := o.Took.Round(time.Millisecond)
	if o.Err == nil {
		fmt.Fprintf(t.out, "%s pack %s %s is live  %s  (%v)%s\n", at, o.Pack.ID, o.Pack.Version, o.Pack.Digest, took, count(o.Pack.Warnings))
		t.findings(o.Pack.Warnings)
	} else {
		kept := "goes on"
		if o.Kept {
			kept = "from the data folder decides"
		}
		what := "pack refused"
		var unheard *store.FetchError
		if errors.As(o.Err, &unheard) {
			what = "no pack from the address"
		}
		fmt.Fprintf(t.out, "%s %s; %s %s %s: %s\n", at, what, o.Pack.ID, o.Pack.Version, kept, printable(o.Err.Error()))
		var build *store.BuildError
		if errors.As(o.Err, &build) {
			t.findings(build.Diagnostics)
		}
	}
	if o.SaveErr != nil {
		fmt.Fprintf(t.out, "%s the pack couldn't be kept in the data folder: %v\n", at, o.SaveErr)
	}
}

func (t *announcer) findings(found []author.Diagnostic) {
	printDiagnostics(t.out, t.locate(t.src, found))
}
