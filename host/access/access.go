// Package access tells who may do what over HTTP: callers with a bearer token or a client certificate, each with roles
// and a rate.
package access

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"go.yaml.in/yaml/v3"
	"golang.org/x/time/rate"
)

// Role is something a caller may do.
type Role string

// The roles. None contains another.
const (
	Decide  Role = "decide"  // decide and verify cases, read packs
	Publish Role = "publish" // publish packs and roll them back
	Approve Role = "approve" // approve packs that another has published
	Privacy Role = "privacy" // erase a customer from the decision log
)

var roles = []Role{Decide, Publish, Approve, Privacy}

// roleNames lists them as errors do.
func roleNames() string {
	var names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// Caller is somebody who is known.
type Caller struct {
	Name  string
	roles []Role
	limit *rate.Limiter // nil: none
}

// May tells whether the caller has a role.
func (c *Caller) May(r Role) bool { return slices.Contains(c.roles, r) }

// Allow takes one request off the caller's rate.
func (c *Caller) Allow() bool { return c.limit == nil || c.limit.Allow() }

// Rate returns how many requests a second the caller has, 0 if there is no limit.
func (c *Caller) Rate() float64 {
	if c.limit == nil {
		return 0
	}
	return float64(c.limit.Limit())
}

// List is the callers of a file: a YAML list, so that an entry can be added at its end. One that was loaded can be read
// again while it is in use.
type List struct {
	now   atomic.Pointer[table]
	check func(*List) error
	path  string // "" for a list that isn't in a file

	reading sync.Mutex
	text    []byte                // what was read last, good or bad
	refused atomic.Pointer[error] // why that isn't in force
	reloads atomic.Uint64
}

// table is who is known at a time.
type table struct {
	byToken       map[[sha256.Size]byte]*Caller
	byCertificate map[string]*Caller
	byName        map[string]*Caller
}

// entry is a caller as it is written.
type entry struct {
	Name        string  `yaml:"name"`
	SHA256      string  `yaml:"sha256"`      // of the token, in hex
	Certificate string  `yaml:"certificate"` // a name that the client's certificate bears
	Roles       []Role  `yaml:"roles"`
	Rate        float64 `yaml:"rate"`  // requests a second
	Burst       int     `yaml:"burst"` // how many at once; default: a second's worth
}

// Load reads a file of callers. Its errors say which caller is wrong, and how. check, if there is one, may refuse a list that
// is well written, now and when it is read again.
func Load(path string, check func(*List) error) (*List, error) {
	l := &List{path: path, check: check}
	if _, err := l.Reload(); err != nil {
		return nil, err
	}
	return l, nil
}

// Parse reads the text of such a file.
func Parse(text []byte) (*List, error) {
	t, err := parse(text)
	if err != nil {
		return nil, err
	}
	l := &List{}
	l.now.Store(t)
	return l, nil
}

func parse(text []byte) (*table, error) {
	var callers []entry
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&callers); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(callers) == 0 {
		return nil, errors.New("no callers in it: koujing token prints one to begin with")
	}
	t := &table{map[[sha256.Size]byte]*Caller{}, map[string]*Caller{}, map[string]*Caller{}}
	for i, e := range callers {
		if e.Name == "" || t.byName[e.Name] != nil {
			return nil, fmt.Errorf("caller %d: each needs a name of its own", i+1)
		}
		if err := t.add(e); err != nil {
			return nil, fmt.Errorf("caller %s: %w", e.Name, err)
		}
	}
	return t, nil
}

func (t *table) add(e entry) error {
	c := &Caller{Name: e.Name, roles: e.Roles}
	t.byName[e.Name] = c
	if len(e.Roles) == 0 {
		return errors.New("no roles: " + roleNames())
	}
	for _, r := range e.Roles {
		if !slices.Contains(roles, r) {
			return fmt.Errorf("there is no role %q: %s", r, roleNames())
		}
	}
	switch {
	case e.Rate < 0 || e.Burst < 0 || e.Burst > 0 && e.Rate == 0:
		return errors.New("rate is requests a second, burst how many of them at once")
	case e.Rate > 0:
		if e.Burst == 0 {
			e.Burst = max(1, int(e.Rate))
		}
		c.limit = rate.NewLimiter(rate.Limit(e.Rate), e.Burst)
	}
	switch {
	case (e.SHA256 == "") == (e.Certificate == ""):
		return errors.New("give sha256, the digest of his token, or certificate, a name in his certificate")
	case e.Certificate != "":
		if t.byCertificate[e.Certificate] != nil {
			return fmt.Errorf("another caller has the certificate %s", e.Certificate)
		}
		t.byCertificate[e.Certificate] = c
		return nil
	}
	sum, err := hex.DecodeString(e.SHA256)
	if err != nil || len(sum) != sha256.Size {
		return errors.New("sha256 is 64 hex digits: koujing token prints them")
	}
	key := [sha256.Size]byte(sum)
	if t.byToken[key] != nil {
		return errors.New("another caller has the same token")
	}
	t.byToken[key] = c
	return nil
}

// Certificates tells whether any caller is known by a certificate.
func (l *List) Certificates() bool { return len(l.now.Load().byCertificate) > 0 }

// Who returns the caller of a request, nil if it is nobody known. A token goes before a certificate. A certificate
// counts only if the connection has verified it.
func (l *List) Who(req *http.Request) *Caller {
	t := l.now.Load()
	if scheme, token, ok := strings.Cut(req.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		// A look-up by digest tells nothing of a token through the time it takes.
		return t.byToken[sha256.Sum256([]byte(strings.TrimSpace(token)))]
	}
	if req.TLS == nil || len(req.TLS.VerifiedChains) == 0 {
		return nil
	}
	cert := req.TLS.VerifiedChains[0][0]
	names := append([]string{cert.Subject.CommonName}, cert.DNSNames...)
	for _, uri := range cert.URIs {
		names = append(names, uri.String())
	}
	for _, name := range names {
		if c := t.byCertificate[name]; c != nil && name != "" {
			return c
		}
	}
	return nil
}

type callerKey struct{}

// With puts the caller into a context; From takes him out again, nil if there is none.
func With(ctx context.Context, c *Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// From returns the caller of a context.
func From(ctx context.Context) *Caller {
	c, _ := ctx.Value(callerKey{}).(*Caller)
	return c
}

// NewToken makes a token, and the digest to write down in its stead.
func NewToken() (token, digest string, err error) {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", "", err
	}
	token = "kj_" + base64.RawURLEncoding.EncodeToString(b[:])
	sum := sha256.Sum256([]byte(token))
	return token, hex.EncodeToString(sum[:]), nil
}
