package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"koujing/host/ledger"
)

// personalCase is a payment to a customer whose name is the same wherever he is named.
func personalCase(customer, pay int) string {
	return strings.ReplaceAll(string(richCase(pay)), "王", fmt.Sprintf("王%d号", customer))
}

// namesOnDisk tells whose names are in the cases of a data folder.
func namesOnDisk(t *testing.T, data string, customers int) (found []int) {
	t.Helper()
	var all []byte
	err := filepath.WalkDir(filepath.Join(data, decisionsDir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".wasm" {
			return err
		}
		text, err := os.ReadFile(path)
		all = append(all, text...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for c := range customers {
		if bytes.Contains(all, fmt.Appendf(nil, "王%d号", c)) {
			found = append(found, c)
		}
	}
	return found
}

func postFor(url string, customer int, body string) error {
	req, err := http.NewRequest("POST", url+"/v1/decide", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Koujing-Customer", fmt.Sprint("1380013800", customer))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && !bytes.Contains(text, []byte(`"pay_fen":2000`)) {
		err = fmt.Errorf("%s: %s", res.Status, text)
	}
	return err
}

// The day of whoever answers a customer's request: the folder is in use, the server does it, the log proves itself.
func TestLogErase(t *testing.T) {
	needEngine(t)
	data := t.TempDir()
	code, entry, told := command(t, "token", "privacy-desk", "--role", "privacy")
	if code != 0 || !strings.Contains(entry, "roles: [privacy]") {
		t.Fatal(entry)
	}
	token := strings.TrimSpace(told[strings.LastIndex(told, "Bearer ")+len("Bearer "):])
	_, other, told := command(t, "token", "crm")
	decider := strings.TrimSpace(told[strings.LastIndex(told, "Bearer ")+len("Bearer "):])
	list := filepath.Join(t.TempDir(), "access.yaml")
	if err := os.WriteFile(list, []byte(entry+other), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t, "--data", data)
	for i := range 9 {
		if err := postFor(s.url, i%3, personalCase(i%3, i)); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, errs := command(t, "log", "erase", data, "--customer", "13800138001"); code != exitFailure || !strings.Contains(errs, "koujing log erase --server URL --customer KEY") {
		t.Errorf("%d %s", code, errs)
	}
	if code, _, errs := command(t, "log", "prune", data, "--older", "1d"); code != exitFailure || !strings.Contains(errs, "--keep-cases AGE") {
		t.Errorf("%d %s", code, errs)
	}
	var out, errs bytes.Buffer
	stdin := &app{ctx: t.Context(), in: strings.NewReader("13800138001\n"), out: &out, err: &errs}
	if code := run([]string{"log", "erase", "--server", s.url, "--customer", "-"}, stdin); code != 0 || out.String() != "3 cases erased\n" {
		t.Errorf("%d %s%s", code, &out, &errs)
	}
	if got := namesOnDisk(t, data, 3); fmt.Sprint(got) != "[0 2]" {
		t.Errorf("on disk are %v", got)
	}
	if code, out, _ := command(t, "verify", "--log", data); code != 0 || !strings.Contains(out, "ok: 10 records") {
		t.Errorf("%d %s", code, out)
	}
	for want, args := range map[string][]string{
		"say where":        {},
		"leave --mask out": {"--server", s.url, "--mask", "id"},
		"can't be reached": {"--server", "http://127.0.0.1:1"},
	} {
		if code, _, errs := command(t, append([]string{"log", "erase", "--customer", "x"}, args...)...); code == 0 || !strings.Contains(errs, want) {
			t.Errorf("%v: %d %s", args, code, errs)
		}
	}
	s.stop()

	s = serve(t, "--data", data, "--access", list)
	for env, want := range map[string]struct {
		code int
		text string
	}{"": {exitFailure, "Set KOUJING_TOKEN"}, decider: {exitInvalid, "hasn't got the role"}, token: {0, `{"cases":3,"through":10}`}} {
		t.Setenv(tokenVar, env)
		code, out, errs := command(t, "log", "erase", "--server", s.url, "--customer", "13800138000", "--json")
		if code != want.code || !strings.Contains(out+errs, want.text) {
			t.Errorf("%d %s%s, want %v", code, out, errs, want)
		}
	}
	s.stop()
	if code, out, errs := command(t, "log", "erase", data, "--customer", "13800138002"); code != 0 || out != "3 cases erased\n" {
		t.Errorf("%d %s%s", code, out, errs)
	}
	if got := namesOnDisk(t, data, 3); got != nil {
		t.Errorf("on disk are %v", got)
	}
}

// Whatever the moment at which a server that erases under load is killed: an erasure that was answered is done, one that
// wasn't is done when it has been repeated, nobody else loses anything, and the log proves itself.
func TestEraseKilled(t *testing.T) {
	program, data := binary(t), t.TempDir()
	rounds := either(100, 4)
	answered, interrupted, kept := 0, 0, 0
	for round := range rounds {
		p := launch(t, program, data)
		gone, stays := 2*round, 2*round+1
		for i := range 300 {
			if err := postFor(p.url, gone+i%2, personalCase(gone+i%2, i)); err != nil {
				t.Fatal(err)
			}
		}
		kept += 150
		done := make(chan error, 1)
		go func() {
			_, err := eraseOn(context.Background(), p.url, fmt.Sprint("1380013800", gone))
			done <- err
		}()
		var others sync.WaitGroup
		others.Go(func() { p.crowd(4, time.Second, 0, nil) })
		err := context.Canceled
		if round%4 == 0 {
			err = <-done
		} else {
			time.Sleep(time.Duration(rand.IntN(20)*rand.IntN(20)) * time.Millisecond) // early more often than late
		}
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		others.Wait()
		if round%4 != 0 {
			err = <-done
		}
		if err == nil {
			answered++
		} else {
			interrupted++
			p := launch(t, program, data)
			if _, err := eraseOn(t.Context(), p.url, fmt.Sprint("1380013800", gone)); err != nil {
				t.Fatal(err)
			}
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
		for _, c := range namesOnDisk(t, data, stays+1) {
			if c%2 == 0 {
				t.Fatalf("round %d: 王%d号 is on disk", round, c)
			}
		}
	}
	t.Logf("%d rounds: %d erasures answered before the kill, %d repeated", rounds, answered, interrupted)
	log, err := ledger.OpenLog(filepath.Join(data, decisionsDir), nil)
	if err != nil {
		t.Fatal(err)
	}
	states := map[ledger.State]int{}
	for r, err := range log.Records() {
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(r.Case.Case), "号") || r.State == ledger.Erased {
			states[r.State]++
		}
	}
	if states[ledger.Exact] != kept || states[ledger.Erased] != kept {
		t.Errorf("%v, want %d of each", states, kept)
	}
	if code, out, errs := command(t, "verify", "--log", data); code != 0 || strings.Contains(out, "differences") {
		t.Errorf("%d %s%s", code, out, errs)
	}
}
