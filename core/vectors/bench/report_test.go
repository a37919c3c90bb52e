package bench

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"koujing/core"
	"koujing/host"
)

var (
	report = flag.Bool("report", false, "measure the engines and print the figures, instead of running the tests")
	rounds = flag.Int("rounds", 11, "rounds, of which the median counts")
	span   = flag.Duration("span", 120*time.Millisecond, "how long an engine works on a load in one round")
	only   = flag.Bool("service", false, "with -report: what a service gets, and nothing else")
)

const modulePath = "../../../host/cmd/koujing/embedded/koujing.wasm"

func TestMain(m *testing.M) {
	flag.Parse()
	if *impactRun != "" {
		if err := measureImpact(*impactRun); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if !*report {
		os.Exit(m.Run())
	}
	dir, err := os.MkdirTemp("", "koujing-bench-")
	if err == nil {
		err = errors.Join(measure(dir), os.RemoveAll(dir))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// measure prints everything there is to know of the engines. Aims stand next to the figures; whether they are met is for
// the reader to see, since it depends on the machine and on what else it does.
func measure(dir string) error {
	ctx := context.Background()
	module, err := os.ReadFile(modulePath)
	if err != nil {
		return err
	}
	loads, sizes, err := allLoads()
	if err != nil {
		return err
	}
	hasher, err := buildHasher(dir)
	if err != nil {
		return err
	}
	cache := filepath.Join(dir, "cache")
	if *only {
		return measureService(ctx, module, cache, loads[1])
	}
	base, err := newBaseline()
	if err != nil {
		return err
	}
	native, err := newNative(loads)
	if err != nil {
		return err
	}
	inWazero, err := newWazero(ctx, module, hasher, cache, loads)
	if err != nil {
		return err
	}
	absolute, err := filepath.Abs(modulePath)
	if err != nil {
		return err
	}
	d, err := startDriver(dir, absolute, hasher, loads, loads[1].pack, loads[1].cases[0])
	if err != nil {
		return err
	}
	node, chromium := script{d, "node", "Node"}, script{d, "chromium", "Chromium, in a Worker"}
	engines := []engine{exprEngine{base}, native, inWazero, node, chromium}

	fmt.Printf("%s/%s, %s, %d CPUs in use, %s, Node %s, %s\n", runtime.GOOS, runtime.GOARCH, cpu(), runtime.GOMAXPROCS(0),
		runtime.Version(), version("node"), version("chromium"))
	fmt.Printf("koujing.wasm %d bytes, sha256 %x\n", len(module), sha256.Sum256(module))
	fmt.Printf("the median of %d rounds, every engine in every round; in a round of %v the fastest pass through the cases counts\n", *rounds, *span)
	times, err := race(engines, loads, sizes)
	if err != nil {
		return err
	}
	printDecide(engines, times)
	printTables(engines, times)
	printReceipt(engines, times, sizes)
	if err := measureService(ctx, module, cache, loads[1]); err != nil {
		return err
	}
	if err := printCold(ctx, module, cache, loads[1], node, chromium); err != nil {
		return err
	}
	if err := printMemory(ctx, module, cache, loads, node, chromium); err != nil {
		return err
	}
	if err := d.close(); err != nil {
		return err
	}
	return printImpact(dir, cache)
}

// timesOf is nanoseconds by engine and load; receipts stand under "hash".
type timesOf map[string]map[string]float64

func race(engines []engine, loads []*load, sizes []int) (timesOf, error) {
	samples := map[string]map[string][]float64{}
	for _, e := range engines {
		samples[e.name()] = map[string][]float64{}
	}
	for range *rounds {
		for _, l := range loads {
			for _, e := range engines {
				r, ok, err := e.decide(l, *span)
				if err != nil {
					return nil, fmt.Errorf("%s, %s: %w", e.name(), l.name, err)
				}
				if ok {
					samples[e.name()][l.name] = append(samples[e.name()][l.name], r.ns())
				}
			}
		}
		for _, e := range engines {
			r, ok, err := e.hash(sizes, *span/2)
			if err != nil {
				return nil, fmt.Errorf("%s, hash: %w", e.name(), err)
			}
			if ok {
				samples[e.name()]["hash"] = append(samples[e.name()]["hash"], r.ns())
			}
		}
	}
	times := timesOf{}
	for name, byLoad := range samples {
		times[name] = map[string]float64{}
		for l, list := range byLoad {
			times[name][l] = median(list)
		}
	}
	return times, nil
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

func heading(format string, values ...any) {
	text := fmt.Sprintf(format, values...)
	fmt.Printf("\n%s\n%s\n", text, strings.Repeat("-", len([]rune(text))))
}

var aims = map[string]string{"native Go": "0.2", "wazero": "1.0", "Node": "1.2", "Chromium, in a Worker": "1.2"}

func printDecide(engines []engine, times timesOf) {
	heading("decide, JSON in and JSON out")
	base := times[engines[0].name()]["rules26"]
	fmt.Printf("%-24s %12s %10s %8s   %14s %10s\n", "", "26 rules, ns", "ratio", "aim", "W-01..W-35, ns", "ratio")
	for _, e := range engines {
		t := times[e.name()]
		fmt.Printf("%-24s %12.0f %10.2f %8s", e.name(), t["rules26"], t["rules26"]/base, aims[e.name()])
		if t["worked"] > 0 {
			fmt.Printf("   %14.0f %10.2f", t["worked"], t["worked"]/base)
		}
		fmt.Println()
	}
	fmt.Println("ratio: to expr's own VM on the 26 rules, in this run")
}

func printTables(engines []engine, times timesOf) {
	heading("a decision table of so many rows")
	fmt.Printf("%-24s", "")
	for _, rows := range tableRows {
		fmt.Printf(" %9d, ns", rows)
	}
	fmt.Printf(" %14s\n", "largest : 10")
	for _, e := range engines[1:] {
		t := times[e.name()]
		fmt.Printf("%-24s", e.name())
		for _, rows := range tableRows {
			fmt.Printf(" %13.0f", t[fmt.Sprintf("table%d", rows)])
		}
		fmt.Printf(" %13.2f%s\n", t["table10000"]/t["table10"], "  (aim 1.5)")
	}
}

func printReceipt(engines []engine, times timesOf, sizes []int) {
	sum := 0
	for _, size := range sizes {
		sum += size
	}
	heading("the receipt's two SHA-256 in a decide of the 26 rules")
	for _, e := range engines[1:] {
		t := times[e.name()]
		fmt.Printf("%-24s %12.0f ns, %2.0f %% of it\n", e.name(), t["hash"], 100*t["hash"]/t["rules26"])
	}
	fmt.Printf("measured by hashing texts as long as case and decision, %d bytes together, with the same code in the same engine\n", 2*sum/len(sizes))
}

func cpu() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, model, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return "unknown processor"
}

func version(program string) string {
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		return program + " of an unknown version"
	}
	return strings.TrimSpace(string(out))
}

// coldRuns is how often a cold start is tried; the median counts.
const coldRuns = 5

func printCold(ctx context.Context, module []byte, cache string, l *load, node, chromium script) error {
	heading("from nothing to a first decision of the default pack, milliseconds")
	type column struct{ name, steps string }
	show := func(title, aim string, run func() (map[string]float64, error), columns ...column) error {
		samples := map[string][]float64{}
		for range coldRuns {
			steps, err := run()
			if err != nil {
				return fmt.Errorf("%s: %w", title, err)
			}
			for name, ms := range steps {
				samples[name] = append(samples[name], ms)
			}
		}
		fmt.Printf("%-28s %9.1f", title, median(samples["total"]))
		for _, c := range columns {
			fmt.Printf("   %s %.1f", c.name, median(samples[c.steps]))
		}
		fmt.Println(aim)
		return nil
	}
	load, first := column{"load", "load"}, column{"first decision", "first"}
	compile := column{"compile", "compile"}
	err := show("native Go", "", func() (map[string]float64, error) {
		watch := newWatch()
		e, refused := core.Load(l.pack, [32]byte{})
		if refused != nil {
			return nil, refused
		}
		watch.step("load")
		e.Decide(nil, l.cases[0])
		return watch.end("first"), nil
	}, load, first)
	for _, warm := range []string{"", cache} {
		title, aim := "wazero, nothing cached", "   (aim for compile: 1200)"
		if warm != "" {
			title, aim = "wazero, compilation cached", "   (aim for compile: 40)"
		}
		err = errors.Join(err, show(title, aim, func() (map[string]float64, error) {
			watch := newWatch()
			r, err := host.New(ctx, host.WithModule(module), host.WithCacheDir(warm), host.WithPoolSize(1))
			if err != nil {
				return nil, err
			}
			defer r.Close(ctx)
			watch.step("compile")
			if _, err := r.Reload(ctx, l.pack); err != nil {
				return nil, err
			}
			watch.step("load")
			_, err = r.Decide(ctx, l.cases[0])
			return watch.end("first"), err
		}, column{"compile and instantiate", "compile"}, column{"instantiate and load", "load"}, first))
	}
	both := column{"instantiate and load", "instantiate_and_load"}
	err = errors.Join(err, show("Node, a new process", "", node.cold, compile, both, first))
	return errors.Join(err, show("Chromium, an empty cache", "   (aim: 80)", chromium.cold,
		column{"script", "import"}, column{"fetch, compile, instantiate and load", "load"}, first))
}

// watch tells the milliseconds between steps.
type watch struct {
	start, last time.Time
	steps       map[string]float64
}

func newWatch() *watch {
	now := time.Now()
	return &watch{now, now, map[string]float64{}}
}

func (w *watch) step(name string) {
	now := time.Now()
	w.steps[name] = now.Sub(w.last).Seconds() * 1000
	w.last = now
}

func (w *watch) end(name string) map[string]float64 {
	w.step(name)
	w.steps["total"] = w.last.Sub(w.start).Seconds() * 1000
	return w.steps
}

func printMemory(ctx context.Context, module []byte, cache string, loads []*load, engines ...script) error {
	const decisions = 10_000
	heading("linear memory of an instance, KiB: pack loaded, after %d decisions", decisions)
	for _, l := range []*load{loads[0], loads[1], loads[len(loads)-1]} {
		r, err := host.New(ctx, host.WithModule(module), host.WithPack(l.pack), host.WithCacheDir(cache), host.WithPoolSize(1))
		if err != nil {
			return err
		}
		m := memory{Loaded: r.Info().Memory}
		var dst []byte
		for i := range decisions {
			if dst, err = r.AppendDecision(ctx, dst[:0], l.cases[i%len(l.cases)]); err != nil {
				return err
			}
		}
		m.Used = r.Info().Memory
		if err := r.Close(ctx); err != nil {
			return err
		}
		fmt.Printf("%-12s wazero %6d %6d", l.name, m.Loaded>>10, m.Used>>10)
		for _, s := range engines {
			m, err := s.memory(l, decisions)
			if err != nil {
				return err
			}
			fmt.Printf("   %s %6d %6d", s.engine, m.Loaded>>10, m.Used>>10)
		}
		fmt.Println()
	}
	return nil
}
