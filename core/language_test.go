package core_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGuestLanguage reads the guest's code, with types, for what an import rule cannot see: floats,
// whose results differ where a processor fuses operations; ranging over maps, whose order is
// random; goroutines and channels, which a module of one call at a time has no use for.
func TestGuestLanguage(t *testing.T) {
	exports := exportData(t)
	files := token.NewFileSet()
	imports := importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	looked := 0
	for _, p := range list(t, []string{"GOOS=wasip1", "GOARCH=wasm"}, "./core/...", "./wasm/engine") {
		if !guest(p.room()) && p.room() != "wasm/engine" {
			continue
		}
		var syntax []*ast.File
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			syntax = append(syntax, file)
		}
		looked += len(syntax)
		faults, err := languageFaults(files, p.ImportPath, syntax, imports)
		if err != nil {
			t.Fatal(err)
		}
		report(t, faults)
	}
	if looked == 0 {
		t.Error("no file of the guest was looked at")
	}
}

func languageFaults(files *token.FileSet, path string, syntax []*ast.File, imports types.Importer) (faults []string, err error) {
	info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if _, err := (&types.Config{Importer: imports}).Check(path, files, syntax, &info); err != nil {
		return nil, err
	}
	complain := func(node ast.Node, format string, arguments ...any) {
		at := files.Position(node.Pos())
		faults = append(faults, fmt.Sprintf("%s/%s:%d: %s", path, filepath.Base(at.Filename), at.Line, fmt.Sprintf(format, arguments...)))
	}
	for _, file := range syntax {
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.GoStmt:
				complain(node, "a goroutine in the guest")
			case *ast.ChanType:
				complain(node, "a channel in the guest")
			case *ast.RangeStmt:
				if _, ok := info.Types[node.X].Type.Underlying().(*types.Map); ok {
					complain(node, "a map's order is random, in the guest nothing is")
				}
			case ast.Expr:
				// A constant like 1e9 is a number of the type it is used as; that one counts.
				if basic, ok := typeOf(&info, node); ok && basic.Info()&(types.IsFloat|types.IsComplex) != 0 && basic.Info()&types.IsUntyped == 0 {
					complain(node, "%s in the guest, which counts in integers", basic)
					return false
				}
			}
			return true
		})
	}
	return faults, nil
}

func typeOf(info *types.Info, node ast.Expr) (*types.Basic, bool) {
	known, ok := info.Types[node]
	if !ok || known.Type == nil {
		return nil, false
	}
	basic, ok := known.Type.Underlying().(*types.Basic)
	return basic, ok
}

func TestLanguageFaults(t *testing.T) {
	for source, want := range map[string]string{
		`func f(m map[string]int) (n int) { for _, x := range []int{m["a"], len(m)} { n += x }; return n }`: "",
		`const second = 1e9; func f(n int64) int64 { return n * second }`:                                   "",
		`func f(m map[int]int) (n int) { for k := range m { n = k }; return n }`:                            "order is random",
		`type table map[int]int; func f(m table) (n int) { for k := range m { n = k }; return n }`:          "order is random",
		`func f() { go f() }`:                                      "goroutine",
		`func f(c chan int) int { return <-c }`:                    "channel",
		`func f(n int64) int64 { return int64(float64(n) * 1.5) }`: "float64",
		`type rate float32`:                                        "float32",
		`var x = 1.5`:                                              "float64",
		`var c = 1i`:                                               "complex128",
	} {
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, "made_up.go", "package p\n"+source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		faults, err := languageFaults(files, "p", []*ast.File{file}, nil)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case want == "" && len(faults) != 0:
			t.Errorf("%s\nis fine, but: %q", source, faults)
		case want != "" && (len(faults) == 0 || !strings.Contains(faults[0], want)):
			t.Errorf("%s\ngives %q, want %s", source, faults, want)
		}
	}
}

// exportData has the compiler's export data of everything the guest imports, by import path.
func exportData(t *testing.T) map[string]string {
	t.Helper()
	command := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export", "./core/...", "./wasm/engine")
	command.Dir = ".."
	command.Env = append(command.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, &complaints)
	}
	exports := map[string]string{}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p struct{ ImportPath, Export string }
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return exports
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
	}
}
