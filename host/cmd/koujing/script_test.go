package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"koujing/core/packs"
	"koujing/host"
)

func TestMain(m *testing.M) {
	testscript.Main(suite{m}, map[string]func(){"koujing": main})
}

// A suite is the tests with a compilation cache of their own: the module is compiled once, and the user's cache is left
// alone.
type suite struct{ *testing.M }

func (s suite) Run() int {
	dir, err := os.MkdirTemp("", "koujing-cache-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	os.Setenv(cacheVar, dir)
	return s.M.Run()
}

const cacheVar = "KOUJING_CACHE"

// needEngine skips what can't run before the module is there. make test builds it first.
func needEngine(t testing.TB) {
	t.Helper()
	if module(engineModule) == nil {
		t.Skip("no engine in this program: run make wasm first")
	}
}

func copyPack(dir string) error {
	sub, err := fs.Sub(packs.FS, "cn-telecom")
	if err != nil {
		return err
	}
	return os.CopyFS(dir, sub)
}

func TestScripts(t *testing.T) {
	needEngine(t)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("KOUJING_UPDATE") == "1",
		Setup: func(env *testscript.Env) error {
			env.Setenv(cacheVar, os.Getenv(cacheVar))
			env.Setenv("LANG", "C.UTF-8") // the language of findings; language.txtar has others
			// $WORK/pack is a copy of the default pack, to be edited.
			return copyPack(filepath.Join(env.WorkDir, "pack"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": wantCode, "sub": substitute, "tag": tagModule, "digest": setDigest, "mklog": makeLog, "cell": typeCell,
		},
	})
}

// code N command args… runs a command that must end with exit code N.
func wantCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command args…")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("%v", err)
		}
		got = ended.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// sub file old new replaces a text that must be in the file; \\n in new is a line break.
func substitute(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: sub file old new")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("no %q in %s", args[1], args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], strings.ReplaceAll(args[2], `\n`, "\n"), 1)), 0o644))
}

// cell file sheet cell text|number content types something into a cell of a workbook.
func typeCell(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: cell file sheet cell text|number content")
	}
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	switch args[3] {
	case "text":
		ts.Check(f.SetCellStr(args[1], args[2], args[4]))
	case "number":
		ts.Check(f.SetCellDefault(args[1], args[2], args[4]))
	default:
		ts.Fatalf("%s is neither text nor number", args[3])
	}
	ts.Check(f.Save())
}

// digest file sets $DIGEST to the digest of a built pack.
func setDigest(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: digest file")
	}
	ts.Setenv("DIGEST", digest([]byte(ts.ReadFile(args[0]))))
}

// mklog dir case… decides cases as a server with that data folder does, and leaves its decision log.
func makeLog(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: mklog dir case…")
	}
	ctx := context.Background()
	log, err := recordFlags{Record: "strict", Customer: "id"}.open(ts.MkAbs(args[0]), nil)
	ts.Check(err)
	defer func() { ts.Check(log.Close()) }()
	_, p, err := packFlag{"cn-telecom"}.compile(&app{})
	ts.Check(err)
	r, err := engineFlags{Cache: os.Getenv(cacheVar)}.start(ctx, host.WithPack(p.Built), host.WithRecorder(log))
	ts.Check(err)
	defer r.Close(ctx)
	for _, name := range args[1:] {
		_, err := r.Decide(ctx, []byte(ts.ReadFile(name)))
		ts.Check(err)
	}
}

// tag file writes the engine with one more custom section: it does the same, and is another module.
func tagModule(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: tag file")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(module(engineModule), 0, 5, 3, 't', 'a', 'g', 0), 0o644))
}
