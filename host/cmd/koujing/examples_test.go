package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const examples = "../../examples"

// The clients of the documents get a decision, with a token, from a server that is busy at first.
func TestExampleClients(t *testing.T) {
	needEngine(t)
	dir := t.TempDir()
	caseFile, accessFile := filepath.Join(dir, "case.json"), filepath.Join(dir, "access.yaml")
	_, entry, told := command(t, "token", "crm")
	token := strings.TrimSpace(told[strings.LastIndex(told, "Bearer ")+len("Bearer "):])
	for file, text := range map[string]string{caseFile: disputeCase, accessFile: strings.Replace(entry, "# rate: 200 #", "rate: 5 #", 1)} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, "--access", accessFile)
	for {
		req, _ := http.NewRequest("GET", s.url+"v1/packs", nil)
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode == http.StatusTooManyRequests { // the burst is used up: the first client has to come again
			break
		}
	}
	for name, args := range map[string][]string{
		"curl":    {filepath.Join(examples, "clients", "decide.sh")},
		"python3": {"python3", filepath.Join(examples, "clients", "decide.py")},
		"javac":   {"java", filepath.Join(examples, "clients", "Decide.java")}, // a java without its compiler runs no source
		"go":      {"go", "run", "koujing/host/examples/clients/decide"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil {
				t.Skip(err)
			}
			run := func(token string) (string, error) {
				cmd := exec.Command(args[0], append(args[1:len(args):len(args)], caseFile)...)
				cmd.Env = append(os.Environ(), "KOUJING_URL="+strings.TrimSuffix(s.url, "/"), "KOUJING_TOKEN="+token)
				out, err := cmd.CombinedOutput()
				return strings.ReplaceAll(string(out), " ", ""), err
			}
			if out, err := run(token); err != nil || !strings.Contains(out, `"pay_fen":2000`) {
				t.Errorf("%v\n%s", err, out)
			}
			if err := os.WriteFile(caseFile, []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := run(token); name != "curl" && err == nil || !strings.Contains(out, `"status":"invalid"`) {
				t.Errorf("an invalid case: %v\n%s", err, out)
			}
			if err := os.WriteFile(caseFile, []byte(disputeCase), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := run(token + "x"); err == nil || !strings.Contains(out, "unauthorized") {
				t.Errorf("a wrong token: %v\n%s", err, out)
			}
		})
	}
}

// A module of somebody else imports the library and decides with it.
func TestExampleOutsider(t *testing.T) {
	needEngine(t)
	if testing.Short() {
		t.Skip("compiles the library again")
	}
	dir := t.TempDir()
	program, engine, pack := filepath.Join(dir, "outsider"), filepath.Join(dir, "koujing.wasm"), filepath.Join(dir, "pack.json")
	if err := os.WriteFile(engine, module(engineModule), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, "pack", "build", "-o", pack, "cn-telecom"); code != 0 {
		t.Fatal(errs)
	}
	for _, name := range []string{"go.mod", "go.sum"} { // copies: the go tool may want to bring them up to date
		text, err := os.ReadFile(filepath.Join(examples, "outsider", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-mod=mod", "-modfile", filepath.Join(dir, "go.mod"), "-o", program, ".")
	build.Dir = filepath.Join(examples, "outsider")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	decide := exec.Command(program, "-engine", engine, "-pack", pack)
	decide.Stdin = strings.NewReader(disputeCase)
	if out, err := decide.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "decided: payable, to pay 2000 fen\nreceipt sha256:") {
		t.Errorf("%v\n%s", err, out)
	}
}
