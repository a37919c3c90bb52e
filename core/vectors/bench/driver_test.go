package bench

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// driver is a Node process that measures in itself and in Chromium: site/tests/bench.
type driver struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// startDriver starts it, and gives it the module, the loads, and what a cold start begins with.
func startDriver(dir, module string, hasher []byte, loads []*load, coldPack, coldCase []byte) (*driver, error) {
	d := &driver{cmd: exec.Command("node", "--import", "tsx", "tests/bench/driver.ts")}
	d.cmd.Dir = filepath.Join("..", "..", "..", "site")
	d.cmd.Stderr = os.Stderr
	var err error
	if d.in, err = d.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	d.out = bufio.NewReaderSize(out, 1<<20)
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	type place struct {
		Pack  string `json:"pack"`
		Cases string `json:"cases"`
	}
	var failed error
	write := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		failed = errors.Join(failed, os.WriteFile(path, text, 0o600))
		return path
	}
	places := map[string]place{}
	for _, l := range loads {
		texts := make([]string, len(l.cases))
		for i, c := range l.cases {
			texts[i] = string(c)
		}
		cases, err := json.Marshal(texts)
		if err != nil {
			return nil, err
		}
		places[l.name] = place{write(l.name+".pack.json", l.pack), write(l.name+".cases.json", cases)}
	}
	files := map[string]any{"wasm": module, "hasher": write("hasher.wasm", hasher), "loads": places,
		"pack": write("cold.pack.json", coldPack), "case": write("cold.case.json", coldCase)}
	if failed != nil {
		return nil, failed
	}
	return d, d.ask(map[string]any{"op": "setup", "files": files}, nil)
}

// ask gives an order and waits for the answer.
func (d *driver) ask(order map[string]any, answer any) error {
	if err := json.NewEncoder(d.in).Encode(order); err != nil {
		return err
	}
	line, err := d.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the driver ended: %w", err)
	}
	var got struct {
		Value   json.RawMessage
		Failure string
	}
	if err := json.Unmarshal(line, &got); err != nil {
		return fmt.Errorf("the driver said %s: %w", line, err)
	}
	if got.Failure != "" {
		return errors.New(got.Failure)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(got.Value, answer)
}

func (d *driver) close() error {
	d.in.Close()
	return d.cmd.Wait()
}

// script is Node or Chromium behind the driver.
type script struct {
	driver *driver
	engine string // as the driver calls it
	title  string
}

func (s script) name() string { return s.title }

func (s script) decide(l *load, span time.Duration) (r round, ok bool, err error) {
	err = s.driver.ask(map[string]any{"op": "decide", "engine": s.engine, "load": l.name, "ms": span.Milliseconds()}, &r)
	return r, true, err
}

func (s script) hash(sizes []int, span time.Duration) (r round, ok bool, err error) {
	err = s.driver.ask(map[string]any{"op": "hash", "engine": s.engine, "sizes": sizes, "ms": span.Milliseconds()}, &r)
	r.Count = r.Count / 2 * hasherTimes
	return r, true, err
}

// memory is bytes of linear memory.
type memory struct{ Loaded, Used uint64 }

func (s script) memory(l *load, decisions int) (m memory, err error) {
	err = s.driver.ask(map[string]any{"op": "memory", "engine": s.engine, "load": l.name, "decisions": decisions}, &m)
	return m, err
}

// cold is the milliseconds of each step of a first decision.
func (s script) cold() (steps map[string]float64, err error) {
	err = s.driver.ask(map[string]any{"op": "cold", "engine": s.engine}, &steps)
	return steps, err
}
