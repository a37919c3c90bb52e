package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	"golang.org/x/net/netutil"

	"koujing/host/access"
)

// listenFlags say where a server listens, and to whom.
type listenFlags struct {
	Addr           string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen (${default}). Port 0 takes a free one."`
	Host           []string      `placeholder:"NAME" help:"Another host name to answer for; may be repeated."`
	Access         string        `placeholder:"FILE" help:"Who may do what: callers with the digests of their tokens or the names in their certificates, their roles (decide, publish, approve, privacy) and rates. Needed where others than this machine can reach the server; koujing token makes an entry. Read again when it changes, and at once on SIGHUP."`
	TLSCert        string        `placeholder:"FILE" help:"The server's certificate, for https."`
	TLSKey         string        `placeholder:"FILE" help:"And its key."`
	ClientCA       string        `name:"client-ca" placeholder:"FILE" help:"Who signs the certificates of callers that have no token."`
	MaxRunning     int           `default:"256" placeholder:"N" help:"How many decisions may run or wait at a time (${default}); what is more gets 503."`
	MaxConnections int           `default:"4096" placeholder:"N" help:"How many connections may be open (${default}); more wait."`
	Drain          time.Duration `placeholder:"TIME" help:"How long /readyz says no before the server stops taking requests, so that a load balancer looks elsewhere."`
	Traces         string        `placeholder:"URL" help:"Sends OpenTelemetry traces there over HTTP, such as http://127.0.0.1:4318."`
}

// callers reads the list of callers; nil where everybody is this machine.
func (f *listenFlags) callers() (*access.List, error) {
	if f.Access == "" {
		return nil, nil
	}
	list, err := access.Load(f.Access, func(l *access.List) error {
		if l.Certificates() && f.ClientCA == "" {
			return errNoAuthority
		}
		return nil
	})
	if errors.Is(err, errNoAuthority) {
		err = &exit{exitUsage, err.Error()}
	}
	return list, err
}

var errNoAuthority = errors.New("callers have certificates: --client-ca says who signs them")

// listen opens the address, with TLS if there is a certificate. An address that others can reach takes a list of
// callers.
func (f *listenFlags) listen(list *access.List) (net.Listener, error) {
	secure, err := f.tls()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", f.Addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use; choose another address with --addr, or port 0 for any free one", f.Addr)
	case err != nil:
		return nil, fmt.Errorf("can't listen on %s: %w", f.Addr, err)
	}
	if list == nil && !loopback(l.Addr()) {
		_ = l.Close()
		return nil, &exit{exitUsage, "others can reach " + f.Addr + ", and anybody could decide cases there. Name the callers with --access FILE (koujing token makes an entry), or listen on 127.0.0.1"}
	}
	if f.MaxConnections > 0 {
		l = netutil.LimitListener(l, f.MaxConnections)
	}
	if secure != nil {
		l = tls.NewListener(l, secure)
	}
	return l, nil
}

func (f *listenFlags) tls() (*tls.Config, error) {
	if f.TLSCert == "" && f.TLSKey == "" {
		if f.ClientCA != "" {
			return nil, &exit{exitUsage, "--client-ca takes --tls-cert and --tls-key as well"}
		}
		return nil, nil
	}
	if f.TLSCert == "" || f.TLSKey == "" {
		return nil, &exit{exitUsage, "--tls-cert and --tls-key belong together"}
	}
	cert, err := tls.LoadX509KeyPair(f.TLSCert, f.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("the server's certificate: %w", err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	if f.ClientCA != "" {
		text, err := os.ReadFile(f.ClientCA)
		if err != nil {
			return nil, err
		}
		config.ClientCAs = x509.NewCertPool()
		if !config.ClientCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s holds no certificate", f.ClientCA)
		}
		config.ClientAuth = tls.VerifyClientCertIfGiven // a token does as well
	}
	return config, nil
}

// tracer sends spans to the URL of --traces; stop sends what is left.
func (f *listenFlags) tracer(ctx context.Context) (provider *trace.TracerProvider, stop func(), err error) {
	if f.Traces == "" {
		return nil, func() {}, nil
	}
	to, err := url.Parse(f.Traces)
	if err == nil && (to.Host == "" || to.Scheme != "http" && to.Scheme != "https") {
		err = errors.New("write a URL such as http://127.0.0.1:4318")
	}
	if err != nil {
		return nil, nil, &exit{exitUsage, "--traces " + f.Traces + ": " + err.Error()}
	}
	if strings.Trim(to.Path, "/") == "" {
		to.Path = "/v1/traces"
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(to.String()))
	if err != nil {
		return nil, nil, fmt.Errorf("--traces %s: %w", f.Traces, err)
	}
	about := resource.NewSchemaless(attribute.String("service.name", "koujing"), attribute.String("service.version", programVersion()))
	provider = trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(about))
	return provider, func() {
		end, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		_ = provider.Shutdown(end) // whoever collects them may be gone
	}, nil
}

func loopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

type tokenCmd struct {
	Name string   `arg:"" name:"NAME" help:"Whose token it is."`
	Role []string `default:"decide" enum:"decide,publish,approve,privacy" placeholder:"ROLE" help:"decide, publish, approve, or privacy, which erases customers from the decision log; may be repeated (${default})."`
}

// Help shows how the command is used.
func (tokenCmd) Help() string {
	return `Prints a new token, for the caller, and the entry with its digest for the file of koujing serve --access. Nobody can tell the token from the digest: keep it where the caller keeps secrets.

Example:

    koujing token crm >> access.yaml        # the token itself goes to the terminal
    koujing token office --role publish`
}

// Run makes a token.
func (c *tokenCmd) Run(a *app) error {
	token, digest, err := access.NewToken()
	if err != nil {
		return err
	}
	fmt.Fprintf(a.err, "The token of %s, shown this once: %s\n", c.Name, token)
	fmt.Fprintf(a.err, "Send it as: Authorization: Bearer %s\n", token)
	_, err = fmt.Fprintf(a.out, "- name: %q\n  sha256: %s\n  roles: [%s]\n  # rate: 200 # requests a second\n", c.Name, digest, strings.Join(c.Role, ", "))
	return err
}
