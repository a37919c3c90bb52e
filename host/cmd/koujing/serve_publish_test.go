package main

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"koujing/host"
	"koujing/host/store"
)

func must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := command(t, args...)
	if code != exitOK {
		t.Fatalf("koujing %s: %d\n%s", strings.Join(args, " "), code, errs)
	}
	return out
}

// pays waits until a server decides the dispute with this amount, and returns the digest of the pack it did that with.
func (s *served) pays(fen string) string {
	s.t.Helper()
	var got string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		_, got = s.post("/v1/decide", disputeCase)
		if strings.Contains(got, `"pay_fen":`+fen+`,`) {
			return host.ParseDecision([]byte(got)).Receipt().Pack
		}
	}
	s.t.Fatalf("never paid %s: %s\n%s", fen, got, s.text())
	return ""
}

// A pack's way: signed by one, approved by another, live on the server and on those that follow it; rolled back in the
// same way; still there after a restart; published from the same machine without the server.
func TestServePublished(t *testing.T) {
	needEngine(t)
	dir := t.TempDir()
	t.Chdir(dir)
	if err := copyPack("pack"); err != nil {
		t.Fatal(err)
	}
	must(t, "pack", "keygen", "wang", "--who", "王芳")
	must(t, "pack", "keygen", "li", "--who", "李强")
	const trust = "two_persons: true\nkeys:\n  - { who: 王芳, public: wang.pub }\n  - { who: 李强, public: li.pub }\n"
	if err := os.WriteFile("trust.yaml", []byte(trust), 0o644); err != nil {
		t.Fatal(err)
	}
	s := serve(t, "--data", "d", "--trust", "trust.yaml")
	at := strings.TrimSuffix(s.url, "/")
	wang := []string{"--server", at, "--key", "wang.key", "--who", "王芳"}
	li := []string{"--server", at, "--key", "li.key", "--who", "李强"}
	first := s.pays("2000")

	// A follower needs a signed pack, and there is none yet.
	if code, _, errs := command(t, "serve", "--addr", "127.0.0.1:0", "--pack", at+"/v1/packs/cn-telecom", "--trust", "trust.yaml"); code != exitFailure || !strings.Contains(errs, "isn't signed") {
		t.Errorf("%d %s", code, errs)
	}
	edit(t, filepath.Join("pack", "rules", "refund.yaml"), "multiplier: 2", "multiplier: 1")
	edit(t, filepath.Join("pack", "pack.yaml"), "version: ", "version: 9.")
	if out := must(t, append([]string{"pack", "publish", "pack", "--why", "只退一倍"}, wang...)...); !strings.Contains(out, "waits for a second person") {
		t.Error(out)
	}
	s.pays("2000")
	_, _, built := command(t, "pack", "build", "pack", "-o", "built.json")
	digest := regexp.MustCompile(`sha256:[0-9a-f]{64}`).FindString(built)
	if code, _, errs := command(t, append([]string{"pack", "approve", "cn-telecom", digest, "--why", "x"}, wang...)...); code != exitInvalid || !strings.Contains(errs, "can't approve it too") {
		t.Errorf("%d %s", code, errs)
	}
	must(t, append([]string{"pack", "approve", "cn-telecom", digest, "--why", "已复核"}, li...)...)
	if got := s.pays("1000"); got != digest {
		t.Errorf("decided with %s, published %s", got, digest)
	}

	follower := serve(t, "--pack", at+"/v1/packs/cn-telecom", "--trust", "trust.yaml", "--data", "d2", "--poll", "30ms")
	if got := follower.pays("1000"); got != digest {
		t.Errorf("the follower decides with %s, published %s", got, digest)
	}
	if code, _, errs := command(t, "pack", "publish", "pack", "--server", strings.TrimSuffix(follower.url, "/"), "--key", "wang.key", "--who", "王芳", "--why", "x"); code != exitInvalid || !strings.Contains(errs, "takes its pack from elsewhere") {
		t.Errorf("%d %s", code, errs)
	}
	must(t, append([]string{"pack", "rollback", "cn-telecom", "--why", "客户投诉"}, li...)...)
	must(t, append([]string{"pack", "approve", "cn-telecom", first, "--why", "同意"}, wang...)...)
	if got := s.pays("2000"); got != first {
		t.Errorf("back to %s, was %s", got, first)
	}
	if got := follower.pays("2000"); got != first {
		t.Errorf("the follower is back to %s, was %s", got, first)
	}
	history := must(t, "pack", "history", "--server", at)
	for _, want := range []string{"   3  rollback  ", "      in force, approved by act 4\n", "      approves act 3\n", "      why: 客户投诉\n", "by 李强, "} {
		if !strings.Contains(history, want) {
			t.Errorf("no %q in\n%s", want, history)
		}
	}
	if list := must(t, "pack", "list", "--server", at); !strings.Contains(list, first) || !strings.Contains(list, "published") {
		t.Error(list)
	}
	if code := s.stop(); code != exitOK {
		t.Errorf("%d %s", code, s.text())
	}
	// The follower goes on without its origin.
	follower.wait("no pack from the address")
	follower.pays("2000")

	// Nobody runs: the same acts on the folder itself, and a server started again finds them.
	must(t, "pack", "publish", "pack", "--data", "d", "--trust", "trust.yaml", "--key", "wang.key", "--who", "王芳", "--why", "再来")
	s = serve(t, "--data", "d", "--trust", "trust.yaml")
	s.pays("2000")
	must(t, "pack", "approve", "cn-telecom", digest, "--data", "d", "--trust", "trust.yaml", "--key", "li.key", "--who", "李强", "--why", "同意")
	s.pays("1000") // it looks by itself

	// Somebody writes into the folder who has no key: it doesn't count, now or after a restart.
	must(t, "pack", "rollback", "cn-telecom", "--data", "d", "--who", "eve", "--why", "x")
	s.wait("pack refused")
	s.pays("1000")
	s.stop()
	s = serve(t, "--data", "d", "--trust", "trust.yaml")
	s.wait("act 7 doesn't count: the act isn't signed")
	s.pays("1000")
	if _, list := s.get("/v1/packs"); !strings.Contains(list, `"state":"refused"`) {
		t.Error(list)
	}
}

// A real server is killed while packs are published on it, again and again. Started anew it decides with the last pack
// that was acknowledged, or with the one that was on its way.
func TestServeKilled(t *testing.T) {
	needEngine(t)
	rounds := 4
	if testing.Short() {
		rounds = 1
	}
	dir := t.TempDir()
	t.Chdir(dir)
	if err := copyPack("pack"); err != nil {
		t.Fatal(err)
	}
	var packs [2][]byte
	rules := filepath.Join("pack", "rules", "refund.yaml")
	for i := range packs {
		if i == 1 {
			edit(t, rules, "multiplier: 2", "multiplier: 1")
			edit(t, filepath.Join("pack", "pack.yaml"), "version: ", "version: 9.")
		}
		p, err := store.Compile(store.Source{Kind: store.Folder, Path: "pack"})
		if err != nil {
			t.Fatal(err)
		}
		packs[i] = p.Built
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "koujing")
	if err := os.Symlink(self, program); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	last, acked, lost := "", 0, 0
	for round := range rounds + 1 {
		cmd := exec.Command(program, "serve", "--addr", "127.0.0.1:0", "--log", "off", "--data", "d")
		s := &served{t: t}
		cmd.Stdout, cmd.Stderr = s, s
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		s.url = regexp.MustCompile(`http://\S+`).FindString(s.wait("\n  engine  sha256:"))
		_, ready := s.get("/readyz")
		var report store.Report
		_, text := s.get("/v1/packs/cn-telecom/history")
		if err := json.Unmarshal([]byte(text), &report); err != nil {
			t.Fatal(err, text)
		}
		if last != "" && (len(report.Acts) < acked || report.Damage != "" || !strings.Contains(ready, report.InForce)) {
			t.Fatalf("round %d: %d acts were acknowledged: %s %s", round, acked, ready, text)
		}
		if len(report.Acts) > acked {
			lost++ // acknowledged by the disk, and the word of it lost on the way
		} else if last != "" && report.InForce != last {
			t.Fatalf("round %d: in force is %s, acknowledged was %s", round, report.InForce, last)
		}
		acked, last = len(report.Acts), report.InForce
		if round == rounds {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			break
		}
		killed := time.AfterFunc(rand.N(1500*time.Millisecond), func() { _ = cmd.Process.Kill() })
		for i := 0; ; i++ {
			res, err := http.Post(s.url+"/v1/packs", "application/json", bytes.NewReader(packs[(acked+i)%2]))
			if err != nil {
				break
			}
			_, err = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if err != nil {
				break
			}
			if res.StatusCode != http.StatusCreated {
				t.Fatalf("%d", res.StatusCode)
			}
			acked, last = acked+1, strings.Trim(res.Header.Get("ETag"), `"`)
		}
		killed.Stop()
		_ = cmd.Wait()
	}
	t.Logf("%d kills, %d acts in the end; %d times the act on its way was done though nobody was told", rounds, acked, lost)
}
