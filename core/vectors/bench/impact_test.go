package bench

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"syscall"
	"time"

	"koujing/core/vectors"
	"koujing/core/vectors/stream"
	"koujing/host"
)

var (
	impactCases = flag.Uint64("impact", 100_000, "how many cases the impact of an edit is measured on, next to a tenth of them; 0 leaves it out")
	impactRun   = flag.String("impact-run", "", "measure the impact in this process, on the job in this file, and print it as JSON")
)

const impactSeed = 4

// impactJob is what one process is to measure.
type impactJob struct {
	Module, From, To string // files
	Cache            string
	Cases            uint64
}

// impactFigures is what it measured. The process it ran in is its own, so that the memory is all there was.
type impactFigures struct {
	Seconds  float64 // without making the runners
	Heap     uint64  // bytes of Go objects at the most, dead ones that are not yet collected included
	Cases    int64
	Changed  int64
	LessFen  int64
	Resident int64 // bytes at the most, filled in by who started the process
}

// printImpact turns the default pack's factor from 2 to 1, lets both packs decide generated cases, and shows that ten
// times the cases take ten times as long and no more memory.
func printImpact(dir, cache string) error {
	if *impactCases == 0 {
		return nil
	}
	source, err := vectors.Sources("cn-telecom")
	if err != nil {
		return err
	}
	job := impactJob{Cache: cache, From: filepath.Join(dir, "impact.from.json"), To: filepath.Join(dir, "impact.to.json")}
	if job.Module, err = filepath.Abs(modulePath); err != nil {
		return err
	}
	const rules = "rules/refund.yaml"
	for _, path := range []string{job.From, job.To} {
		built, err := build(source)
		if err == nil {
			err = os.WriteFile(path, built, 0o600)
		}
		if err != nil {
			return err
		}
		before := source[rules]
		if source[rules] = strings.Replace(before, "multiplier: 2", "multiplier: 1", 1); source[rules] == before && path == job.From {
			return errors.New("the default pack has no multiplier of 2 in " + rules)
		}
	}
	heading("impact: the default pack's multiplier from 2 to 1, over generated cases, %d at a time", runtime.GOMAXPROCS(0))
	fmt.Printf("%12s %10s %10s %12s %14s %14s %20s\n", "cases", "seconds", "cases/s", "changed", "resident, MiB", "Go heap, MiB", "less to pay, fen")
	for _, n := range []uint64{*impactCases / 10, *impactCases} {
		job.Cases = n
		f, err := runImpactJob(filepath.Join(dir, "impact.job.json"), job)
		if err != nil {
			return err
		}
		fmt.Printf("%12d %10.1f %10.0f %12d %14.1f %14.1f %20d\n", f.Cases, f.Seconds, float64(f.Cases)/f.Seconds, f.Changed,
			float64(f.Resident)/(1<<20), float64(f.Heap)/(1<<20), f.LessFen)
	}
	fmt.Println("each row is a process of its own, and its most; cases are made as they are read")
	return nil
}

// runImpactJob starts this program once more, for one job.
func runImpactJob(path string, job impactJob) (f impactFigures, err error) {
	text, err := json.Marshal(job)
	if err != nil {
		return f, err
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return f, err
	}
	self, err := os.Executable()
	if err != nil {
		return f, err
	}
	child := exec.Command(self, "-impact-run", path)
	child.Stderr = os.Stderr
	out, err := child.Output()
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(out, &f); err != nil {
		return f, err
	}
	f.Resident = child.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" { // there it is bytes already
		f.Resident <<= 10
	}
	return f, nil
}

// measureImpact does a job in this process.
func measureImpact(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var job impactJob
	if err := json.Unmarshal(text, &job); err != nil {
		return err
	}
	ctx := context.Background()
	module, err := os.ReadFile(job.Module)
	if err != nil {
		return err
	}
	m := &host.Impact{Parallel: runtime.GOMAXPROCS(0)}
	for path, runner := range map[string]**host.Runner{job.From: &m.From, job.To: &m.To} {
		pack, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if *runner, err = host.New(ctx, host.WithModule(module), host.WithPack(pack), host.WithCacheDir(job.Cache)); err != nil {
			return err
		}
	}
	stop := watchHeap()
	start := time.Now()
	if err := m.Read(ctx, stream.New(impactSeed, job.Cases)); err != nil {
		return err
	}
	f := impactFigures{Seconds: time.Since(start).Seconds(), Heap: stop()}
	r, err := m.Report(nil)
	if err != nil {
		return err
	}
	f.Cases, f.Changed, f.LessFen = r.Cases, r.Changed, r.Pay.Less
	return json.NewEncoder(os.Stdout).Encode(f)
}

// watchHeap looks at the heap until it is stopped, and then says how large it was at the most.
func watchHeap() (stop func() uint64) {
	var most uint64
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	look := func() {
		metrics.Read(sample)
		most = max(most, sample[0].Value.Uint64())
	}
	end := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				look()
			case <-end:
				look()
				return
			}
		}
	})
	return func() uint64 {
		close(end)
		watching.Wait()
		return most
	}
}
