package main

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

const deploy = "../../deploy"

// parses tells whether the program takes a command line, without running it.
func parses(t *testing.T, args []string) *serveCmd {
	t.Helper()
	var cmds commands
	parser, err := kong.New(&cmds, kong.Name("koujing"), kong.Writers(io.Discard, io.Discard), variables)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(args); err != nil {
		t.Errorf("koujing %s: %v", strings.Join(args, " "), err)
	}
	return &cmds.Serve
}

func deployFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(deploy, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wellServed holds what every deployment must have: callers, where others reach it, and a place for the decision log.
func wellServed(t *testing.T, name string, c *serveCmd) {
	t.Helper()
	if c.Access == "" || c.Data == "" || c.Record != "strict" || c.Drain == 0 || !strings.HasPrefix(c.Addr, "0.0.0.0:") {
		t.Errorf("%s: %+v", name, c)
	}
}

// The command lines of the deployment files are such as the program takes.
func TestDeployments(t *testing.T) {
	var entry, cmd []string
	user, from := "", ""
	for line := range strings.SplitSeq(deployFile(t, "Containerfile"), "\n") {
		word, rest, _ := strings.Cut(line, " ")
		var err error
		switch word {
		case "ENTRYPOINT":
			err = json.Unmarshal([]byte(rest), &entry)
		case "CMD":
			err = json.Unmarshal([]byte(rest), &cmd)
		case "USER":
			user = rest
		case "FROM":
			from = rest
		case "", "#", "COPY", "ENV", "VOLUME", "EXPOSE":
		default:
			t.Errorf("Containerfile: %s", line)
		}
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if len(entry) != 1 || from != "scratch" || user == "" || strings.HasPrefix(user, "0") || strings.HasPrefix(user, "root") {
		t.Errorf("entry point %q, from %q, user %q", entry, from, user)
	}
	wellServed(t, "Containerfile", parses(t, cmd))

	var set struct {
		Spec struct {
			Template struct {
				Spec struct{ Containers []struct{ Args []string } }
			}
		}
	}
	if err := yaml.Unmarshal([]byte(strings.SplitN(deployFile(t, "kubernetes.yaml"), "\n---\n", 2)[1]), &set); err != nil {
		t.Fatal(err)
	}
	wellServed(t, "kubernetes.yaml", parses(t, set.Spec.Template.Spec.Containers[0].Args))

	for line := range strings.SplitSeq(deployFile(t, "koujing.service"), "\n") {
		if start, ok := strings.CutPrefix(line, "ExecStart=/usr/local/bin/koujing "); ok {
			wellServed(t, "koujing.service", parses(t, strings.Fields(start)))
			return
		}
	}
	t.Error("koujing.service starts nothing")
}

// The container file builds without a daemon, and what comes out decides a case: the program alone, as a user who owns
// nothing. Where buildah isn't on the machine, or may not work there, this is skipped and says so.
func TestImage(t *testing.T) {
	needEngine(t)
	if testing.Short() {
		t.Skip("builds the program and an image of it")
	}
	if _, err := exec.LookPath("buildah"); err != nil {
		t.Skipf("the container file is not built: %v", err)
	}
	dir := t.TempDir()
	buildah := func(stdin string, args ...string) (string, error) {
		cmd := exec.Command("buildah", append([]string{"--root", filepath.Join(dir, "root"), "--runroot", filepath.Join(dir, "run"), "--storage-driver", "vfs"}, args...)...)
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.CombinedOutput()
		return strings.TrimSpace(string(out)), err
	}
	if out, err := buildah("", "from", "--name", "empty", "scratch"); err != nil {
		t.Skipf("the container file is not built: buildah may not work here: %v\n%s", err, out)
	}
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "context", ".build", "koujing"), "koujing/host/cmd/koujing")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, args := range [][]string{
		{"build", "--isolation", "chroot", "-f", filepath.Join(deploy, "Containerfile"), "-t", "koujing", filepath.Join(dir, "context")},
		{"from", "--name", "koujing", "localhost/koujing"},
	} {
		if out, err := buildah("", args...); err != nil {
			t.Fatalf("buildah %s: %v\n%s", args[0], err, out)
		}
	}
	if out, err := buildah("", "inspect", "--format", "{{.OCIv1.Config.User}} {{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.Volumes}}", "koujing"); err != nil || out != "65532:65532 [/koujing] map[/cache:{} /data:{}]" {
		t.Errorf("%s %v", out, err)
	}
	if out, err := buildah(disputeCase, "run", "--isolation", "chroot", "koujing", "--", "/koujing", "decide"); err != nil || !strings.Contains(out, `"pay_fen":2000`) {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := buildah("", "rm", "--all"); err != nil { // unmounts what it has mounted
		t.Errorf("%v\n%s", err, out)
	}
}

// systemd takes the unit, where it is on the machine.
func TestUnit(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip(err)
	}
	// The program isn't installed where the unit looks for it.
	unit := filepath.Join(t.TempDir(), "koujing.service")
	text := strings.ReplaceAll(deployFile(t, "koujing.service"), "/usr/local/bin/koujing", "/bin/true")
	if err := os.WriteFile(unit, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(analyze, "verify", "--man=no", unit).CombinedOutput(); err != nil || strings.Contains(string(out), "koujing.service:") {
		t.Errorf("%v\n%s", err, out)
	}
}
