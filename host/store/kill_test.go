package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"koujing/host/act"
)

const (
	childVar = "KOUJING_STORE_CHILD" // the data folder: this process publishes into it until it is killed
	killsVar = "KOUJING_KILLS"       // how often TestKill kills
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVar); dir != "" {
		if err := publishForEver(dir); err != nil {
			fmt.Println("failed", err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// publishForEver publishes and rolls back, and says before each act what it will do, and after it that it is done.
func publishForEver(dir string) error {
	a := OpenArchive(dir, ArchiveOptions{Check: unchecked})
	for {
		h, err := a.Head("p")
		if err != nil {
			return err
		}
		version := strconv.FormatInt(h.Seq+1, 10)
		built := builtPack(version, strings.Repeat("x", rand.IntN(100_000)))
		what := act.Act{Action: act.Publish, Pack: "p", Version: version, Digest: act.Digest(built), Previous: h.InForce, Seq: h.Seq + 1, Who: "child", Why: "test", At: time.Now().UTC().Truncate(time.Second)}
		if h.Previous != "" && h.Seq%3 == 2 {
			p, err := a.Find("p", h.Previous)
			if err != nil || p == nil {
				return fmt.Errorf("%s is gone: %v", h.Previous, err)
			}
			what.Action, what.Version, what.Digest = act.Rollback, p.Version, p.Digest
		}
		env, err := act.Seal(&what, nil)
		if err != nil {
			return err
		}
		fmt.Println("try", what.Seq, what.Digest)
		if _, err := a.Take(context.Background(), env, built, nil, ""); err != nil {
			return err
		}
		fmt.Println("done", what.Seq, what.Digest)
	}
}

// A process that publishes and rolls back is killed at any moment, again and again. The next one finds every act that
// was acknowledged, and in force is the last of them, or the one that was being done: nothing else, and nothing half.
func TestKill(t *testing.T) {
	kills := 30
	if n, err := strconv.Atoi(os.Getenv(killsVar)); err == nil {
		kills = n
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var dir string
	var acked []string // the digests, by number
	total, oldStayed, newStayed, between, swept := 0, 0, 0, 0, 0
	for round := range kills {
		if round%50 == 0 { // the folder grows, and every process reads it
			dir, acked = t.TempDir(), nil
		}
		tried, done, err := killedChild(self, dir)
		if err != nil {
			t.Fatal(err)
		}
		acked = append(acked, done...)
		total += len(done)
		left, _ := filepath.Glob(filepath.Join(dir, "*", "*", tmpPrefix+"*"))
		more, _ := filepath.Glob(filepath.Join(dir, "*", tmpPrefix+"*"))
		swept += len(left) + len(more)

		a := OpenArchive(dir, ArchiveOptions{})
		all, err := a.History("p")
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if len(all) < len(acked) {
			t.Fatalf("round %d: %d acts were acknowledged, and %d are here", round, len(acked), len(all))
		}
		for i, digest := range acked {
			if all[i].Digest != digest {
				t.Fatalf("round %d: act %d was about %s, and is about %s", round, i+1, digest, all[i].Digest)
			}
		}
		switch {
		case len(all) == len(acked) && tried == "":
			between++
		case len(all) == len(acked):
			oldStayed++
		case len(all) == len(acked)+1 && all[len(acked)].Digest == tried:
			newStayed++
			acked = append(acked, tried)
		default:
			t.Fatalf("round %d: %d acts were acknowledged, and %d are here", round, len(acked), len(all))
		}
		if len(acked) == 0 {
			continue
		}
		p, err := a.Find("p", "") // reads it and holds it against its digest
		if err != nil || p == nil || p.Digest != acked[len(acked)-1] {
			t.Fatalf("round %d: in force is %+v (%v), want %s", round, p, err, acked[len(acked)-1])
		}
	}
	t.Logf("%d kills, %d acts acknowledged before them, none lost. Killed within an act: the old pack stayed %d times, the new one was in place %d times; between two acts: %d. Half-written files left behind: %d, none of them taken for one",
		kills, total, oldStayed, newStayed, between, swept)
	if kills >= 30 && oldStayed+newStayed == 0 {
		t.Error("never killed within an act: this shows nothing")
	}
}

// killedChild lets a child work for a while, kills it, and returns what it had begun and not acknowledged, and what it
// had acknowledged.
func killedChild(self, dir string) (tried string, done []string, err error) {
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childVar+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n') // it is at work
	if err == nil {
		time.Sleep(rand.N(40 * time.Millisecond))
	}
	_ = cmd.Process.Kill()
	rest, _ := io.ReadAll(lines)
	_ = cmd.Wait()
	for line := range strings.Lines(first + string(rest)) {
		word := strings.Fields(line)
		switch {
		case !strings.HasSuffix(line, "\n") && len(word) > 0: // the pipe holds whole lines or nothing of them
			return "", nil, fmt.Errorf("half a line: %q", line)
		case len(word) == 3 && word[0] == "try":
			tried = word[2]
		case len(word) == 3 && word[0] == "done" && word[2] == tried:
			tried, done = "", append(done, tried)
		default:
			return "", nil, fmt.Errorf("the child says %q", line)
		}
	}
	return tried, done, nil
}
