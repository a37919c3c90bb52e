package core_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// topLevel is everything that lies beside the .git folder, apart from dot files.
var topLevel = []string{"wasm", "core", "host", "site", "go.mod", "go.sum", "Makefile", "README.md"}

// longestFile is the most lines a file of code may have: what is longer holds two things.
const longestFile = 600

// generated begins a file that nobody writes by hand.
var generated = regexp.MustCompile(`^// .*\b[Gg]enerated (by|from) `)

// machinePath is a folder of somebody's machine; no clone has it. Split, so as not to name one.
var machinePath = regexp.MustCompile(`(^|[^\w./$})-])/(wo` + `rk|ro` + `ot|tm` + `p|ho` + `me|Us` + `ers)/`)

// registryHost is where packages come from, which is the business of each machine's set-up.
var registryHost = regexp.MustCompile(`https?://[^/\s"]*(regi` + `stry|pro` + `xy)[^/\s"]*`)

func TestTree(t *testing.T) {
	names := tracked(t)
	report(t, placeFaults(names))
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		if os.IsNotExist(err) {
			continue // removed, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		report(t, textFaults(name, text))
	}
}

// tracked is the files of the tree: those under version control and those about to be.
func tracked(t *testing.T) []string {
	t.Helper()
	command := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	command.Dir = ".."
	out, err := command.Output()
	if err != nil {
		t.Skipf("not a checkout: %v", err)
	}
	names := strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
	if !slices.Contains(names, "core/tree_test.go") {
		t.Fatalf("%d files, this one is not among them", len(names))
	}
	return names
}

func placeFaults(names []string) (faults []string) {
	seen := map[string]bool{}
	for _, name := range names {
		top, _, _ := strings.Cut(name, "/")
		if !seen[top] && !strings.HasPrefix(top, ".") && !slices.Contains(topLevel, top) {
			faults = append(faults, fmt.Sprintf("%s: the top level holds %s", top, strings.Join(topLevel, " ")))
		}
		seen[top] = true
	}
	return faults
}

func textFaults(name string, text []byte) (faults []string) {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil // an image or the like
	}
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	switch path.Ext(name) {
	case ".go", ".ts", ".mts", ".js", ".mjs":
		if len(lines) > longestFile && !generated.Match(lines[0]) {
			faults = append(faults, fmt.Sprintf("%s: %d lines, at most %d", name, len(lines), longestFile))
		}
	}
	for i, line := range lines {
		if machinePath.Match(line) {
			faults = append(faults, fmt.Sprintf("%s:%d: a path of one machine: %s", name, i+1, bytes.TrimSpace(line)))
		}
		if registryHost.Match(line) {
			faults = append(faults, fmt.Sprintf("%s:%d: the address of a registry: %s", name, i+1, bytes.TrimSpace(line)))
		}
	}
	return faults
}

func TestTreeFaults(t *testing.T) {
	for name, want := range map[string]int{
		"core/money/money.go": 0, ".gitignore": 0, ".ci/run": 0, "Makefile": 0, "README.md": 0, "tools/x.go": 1, "NOTES.md": 1, "core": 0,
	} {
		if faults := placeFaults([]string{name, name}); len(faults) != want {
			t.Errorf("%s: %q", name, faults)
		}
	}
	long := strings.Repeat("x\n", longestFile+1)
	for _, test := range []struct {
		name, text string
		want       int
	}{
		{"a.go", long[2:], 0},
		{"a.go", long, 1},
		{"site/a.ts", long, 1},
		{"a.md", long, 0},
		{"a.ts", "// Types. Generated from core.\n" + long, 0},
		{"a.ts", "// generated\n" + long, 1},
		{"a.ts", "\n// Generated from core.\n" + long, 1},
		{"a.md", "see /wo" + "rk/notes", 1},
		{"a.md", "/ro" + "ot/x\nfine\n'/tm" + "p/x'", 2},
		{"a.md", "https://example.org/wo" + "rk/x, ./ro" + "ot/, $HOME/tm" + "p/x, the /home" + "page", 0},
		{"package-lock.json", `"resolved": "https://regi` + `stry.example.org/x.tgz"`, 1},
		{"a.png", "\x00/wo" + "rk/", 0},
	} {
		if faults := textFaults(test.name, []byte(test.text)); len(faults) != test.want {
			t.Errorf("%s of %d bytes: %q", test.name, len(test.text), faults)
		}
	}
}
