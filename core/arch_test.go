package core_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// This file holds who may import whom; language_test.go what the guest's code may say, and
// tree_test.go what may lie in the tree. Each rule is a function from a description to complaints,
// so that it is tried on made-up input as well: a checker nobody has seen fail checks nothing.

const module = "koujing"

// guestStandard is the standard library the guest may import: what decides neither by the clock,
// nor by the machine, nor by chance, and costs next to nothing. Leave fmt, time, regexp, strconv and
// the like out: each alone is worth 50 to 140 KB of the compressed module.
var guestStandard = []string{"bytes", "cmp", "iter", "math", "math/bits", "slices", "unicode/utf8", "unsafe"}

// authorRooms are the rooms of core that run where rules are written and never in koujing.wasm.
// Every other room of core is the guest's.
var authorRooms = []string{"core/author", "core/packs", "core/schema", "core/vectors"}

// nativeOnly are imports behind a build tag that leaves wasm out: the same result, faster.
var nativeOnly = map[string][]string{"core/digest": {"crypto/sha256"}}

// hostRooms are the rooms of core that the host may use: to compile packs and to read them. It
// never decides natively, or the server could answer otherwise than the page.
var hostRooms = []string{"core/author", "core/pack", "core/packs", "core/schema"}

const exprLanguage = "github.com/expr-lang/expr"

// Package is what go list says of one.
type Package struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
	Standard   bool
}

// room is a package's path inside the module, "" for a package of somebody else.
func (p Package) room() string { return room(p.ImportPath) }

func room(importPath string) string {
	inside, ok := strings.CutPrefix(importPath, module+"/")
	if !ok {
		return ""
	}
	return inside
}

// in says whether a path is one of some places or below it.
func in(path string, places []string) bool {
	return slices.ContainsFunc(places, func(place string) bool {
		return path == place || strings.HasPrefix(path, place+"/")
	})
}

func guest(room string) bool { return in(room, []string{"core"}) && !in(room, authorRooms) }

func TestImports(t *testing.T) {
	native := list(t, nil, "./...")
	wasm := list(t, []string{"GOOS=wasip1", "GOARCH=wasm"}, "./core/...")
	if len(native) == 0 || len(wasm) == 0 {
		t.Fatal("go list finds no packages")
	}
	report(t, importFaults(native, nativeOnly))
	report(t, importFaults(wasm, nil))
}

// importFaults complains about the direct imports of the module's packages, tests left out.
func importFaults(packages []Package, exceptions map[string][]string) (faults []string) {
	for _, p := range packages {
		here := p.room()
		for _, imported := range p.Imports {
			inside := room(imported)
			standard := inside == "" && !strings.Contains(imported, ".")
			because := ""
			switch {
			case in(imported, []string{exprLanguage}) && !in(here, []string{"core/author"}):
				because = "only core/author knows the expression language"
			case guest(here) && standard && !slices.Contains(guestStandard, imported) && !slices.Contains(exceptions[here], imported):
				because = "the guest may import " + strings.Join(guestStandard, ", ")
			case guest(here) && inside == "" && !standard:
				because = "the guest stands on the standard library alone"
			case guest(here) && inside != "" && !guest(inside):
				because = "the guest does not know the rooms of the author and the host"
			case in(here, []string{"core"}) && inside != "" && !in(inside, []string{"core"}):
				because = "core is below everything else"
			case in(here, []string{"wasm/engine"}) && inside != "" && !guest(inside):
				because = "koujing.wasm is the guest's rooms and an ABI"
			case in(here, []string{"host"}) && in(inside, []string{"core"}) && !in(inside, hostRooms):
				because = "the host runs the module and does not decide itself; of core it may use " + strings.Join(hostRooms, ", ")
			case in(here, []string{"host"}) && in(inside, []string{"wasm"}), in(here, []string{"wasm"}) && in(inside, []string{"host"}):
				because = "the guests and the host know the ABI of each other, not the code"
			default:
				continue
			}
			faults = append(faults, fmt.Sprintf("%s imports %s: %s", here, imported, because))
		}
	}
	return faults
}

func TestImportFaults(t *testing.T) {
	for _, test := range []struct {
		from, imported string
		fault          string // a part of the complaint, "" where there must be none
	}{
		{"core/author", exprLanguage + "/ast", ""},
		{"core/author/table", exprLanguage + "/parser", ""},
		{"core/authority", exprLanguage + "/parser", "expression language"},
		{"core/program", exprLanguage, "expression language"},
		{"host/server", exprLanguage + "/vm", "expression language"},
		{"core", "slices", ""},
		{"core", "fmt", "may import"},
		{"core/refund", "time", "may import"},
		{"core/refund", "math/rand/v2", "may import"},
		{"core/refund", "encoding/json", "may import"},
		{"core/digest", "crypto/sha256", ""},
		{"core/refund", "crypto/sha256", "may import"},
		{"core/refund", "github.com/goccy/go-json", "standard library alone"},
		{"core/refund", "koujing/core/money", ""},
		{"core/refund", "koujing/core/author", "rooms of the author"},
		{"core/refund", "koujing/core/schema", "rooms of the author"},
		{"core/author", "koujing/host", "below everything"},
		{"core/schema", "fmt", ""},
		{"wasm/engine", "koujing/core", ""},
		{"wasm/engine", "koujing/core/packs", "guest's rooms"},
		{"wasm/author", "koujing/core/author", ""},
		{"wasm/author", "koujing/host", "not the code"},
		{"host/cmd/koujing", "koujing/core/packs", ""},
		{"host", "koujing/core/pack", ""},
		{"host", "koujing/core", "does not decide"},
		{"host/server", "koujing/core/casefile", "does not decide"},
		{"host", "koujing/wasm/engine", "not the code"},
		{"host", "net/http", ""},
	} {
		p := Package{ImportPath: module + "/" + test.from, Imports: []string{"bytes", test.imported}}
		faults := importFaults([]Package{p}, nativeOnly)
		switch {
		case test.fault == "" && len(faults) != 0:
			t.Errorf("%s may import %s, but: %q", test.from, test.imported, faults)
		case test.fault != "" && (len(faults) != 1 || !strings.Contains(faults[0], test.fault)):
			t.Errorf("%s imports %s: got %q, want %q", test.from, test.imported, faults, test.fault)
		}
	}
	p := Package{ImportPath: module + "/core/digest", Imports: []string{"crypto/sha256"}}
	if faults := importFaults([]Package{p}, nil); len(faults) != 1 {
		t.Errorf("crypto/sha256 in wasm: %q", faults)
	}
}

// heavy is what must not be linked into koujing.wasm by any way round, and why its size is what it
// is. Packages of others are all refused, so neither expr nor a JSON library is named here.
var heavy = []string{
	"compress", "context", "crypto", "database", "encoding", "fmt", "go", "hash", "html", "io/fs", "log", "math/big",
	"math/rand", "net", "os", "path", "reflect", "regexp", "sort", "strconv", "syscall", "text", "time",
}

func TestGuestLinksNothingHeavy(t *testing.T) {
	packages := list(t, []string{"GOOS=wasip1", "GOARCH=wasm"}, "-deps", "./wasm/engine")
	if !slices.ContainsFunc(packages, func(p Package) bool { return p.ImportPath == module+"/core/program" }) {
		t.Error("the guest runs no program: the wrong package is looked at")
	}
	report(t, linkFaults(packages))
}

func linkFaults(packages []Package) (faults []string) {
	for _, p := range packages {
		switch {
		case p.Standard && in(p.ImportPath, heavy):
			faults = append(faults, p.ImportPath+" is linked into the guest")
		case !p.Standard && p.room() == "":
			faults = append(faults, p.ImportPath+" of another module is linked into the guest")
		case !p.Standard && !guest(p.room()) && p.room() != "wasm/engine":
			faults = append(faults, p.ImportPath+" is no room of the guest, and linked into it")
		}
	}
	return faults
}

func TestLinkFaults(t *testing.T) {
	for path, want := range map[string]int{
		"slices": 0, "runtime": 0, "internal/strconv": 0, "koujing/core": 0, "koujing/core/program": 0, "koujing/wasm/engine": 0,
		"fmt": 1, "encoding/json": 1, "crypto/sha256": 1, "text/template": 1, "reflect": 1, "time": 1, "sort": 1,
		exprLanguage: 1, "github.com/goccy/go-json": 1, "koujing/core/author": 1, "koujing/host": 1,
	} {
		first, _, _ := strings.Cut(path, "/")
		p := Package{ImportPath: path, Standard: !strings.Contains(first, ".") && first != module}
		if faults := linkFaults([]Package{p}); len(faults) != want {
			t.Errorf("%s: %q", path, faults)
		}
	}
}

func report(t *testing.T, faults []string) {
	t.Helper()
	for _, fault := range faults {
		t.Error(fault)
	}
}

// list runs go list in the module's root.
func list(t *testing.T, environment []string, arguments ...string) (packages []Package) {
	t.Helper()
	command := exec.Command("go", append([]string{"list", "-json=ImportPath,Dir,GoFiles,Imports,Standard"}, arguments...)...)
	command.Dir = ".."
	command.Env = append(command.Environ(), environment...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, &complaints)
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p Package
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
