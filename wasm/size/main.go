// Command size weighs koujing.wasm: as it is, compressed as a page would fetch it, beside a guest
// that does nothing, and by the packages its code comes from. It fails when the module is heavier
// than it may be.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"

	"koujing/wasm/module"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("size: ")
	limit := flag.Int("limit", 560_000, "the most bytes after brotli -q 11")
	directory := flag.String("dir", ".build/size", "where engine.wasm, engine-named.wasm, empty.wasm and empty-named.wasm are;\nnamed ones are linked with names")
	flag.Parse()

	packages, err := linked("./wasm/engine")
	if err != nil {
		log.Fatal(err)
	}
	engine, empty := weigh(*directory+"/engine", packages), weigh(*directory+"/empty", packages)
	fmt.Printf("%-28s %10s %10s\n", "bytes ("+compressor()+")", "raw", "brotli")
	fmt.Printf("%-28s %10d %10d\n", "koujing.wasm", engine.raw, engine.brotli)
	fmt.Printf("%-28s %10d %10d\n", "an empty guest", empty.raw, empty.brotli)
	fmt.Printf("%-28s %10d %10d\n\n", "difference", engine.raw-empty.raw, engine.brotli-empty.brotli)
	printSections(engine, empty)
	printCode(engine, empty)

	if engine.brotli > *limit {
		log.Fatalf("koujing.wasm is %d bytes compressed, %d over the limit of %d", engine.brotli, engine.brotli-*limit, *limit)
	}
	fmt.Printf("koujing.wasm is %d bytes under the limit of %d\n", *limit-engine.brotli, *limit)
}

// weight is one guest: the module as shipped, and its parts.
type weight struct {
	raw, brotli int
	sections    []module.Section
	code        map[string]int
}

func weigh(name string, packages map[string]string) weight {
	shipped, err := os.ReadFile(name + ".wasm")
	if err != nil {
		log.Fatal(err)
	}
	named, err := os.ReadFile(name + "-named.wasm")
	if err != nil {
		log.Fatal(err)
	}
	sections, err := module.Read(shipped)
	if err != nil {
		log.Fatalf("%s.wasm: %v", name, err)
	}
	parts, err := module.Read(named)
	if err != nil {
		log.Fatalf("%s-named.wasm: %v", name, err)
	}
	code, err := module.CodeByPackage(parts, packages)
	if err != nil {
		log.Fatalf("%s-named.wasm: %v", name, err)
	}
	if code == nil {
		log.Fatalf("%s-named.wasm has no names", name)
	}
	return weight{len(shipped), compressed(shipped), sections, code}
}

// printSections shows each section compressed alone, which adds up to a little more than the whole.
func printSections(engine, empty weight) {
	fmt.Printf("%-28s %10s %10s %10s\n", "by section", "raw", "brotli", "difference")
	alone := map[string]int{}
	for _, s := range empty.sections {
		alone[s.Name] = compressed(s.Content)
	}
	for _, s := range engine.sections {
		if size := compressed(s.Content); len(s.Content) >= 1000 {
			fmt.Printf("  %-26s %10d %10d %+10d\n", s.Name, len(s.Content), size, size-alone[s.Name])
		}
	}
	fmt.Println()
}

// printCode shows function bodies by package, largest first. What the runtime's tables and constants
// of a package add to the data section is not in these figures.
func printCode(engine, empty weight) {
	fmt.Printf("%-28s %10s %21s\n", "code by package", "raw", "difference")
	var paths []string
	for path := range engine.code {
		paths = append(paths, path)
	}
	slices.SortFunc(paths, func(a, b string) int {
		if byDifference := (engine.code[b] - empty.code[b]) - (engine.code[a] - empty.code[a]); byDifference != 0 {
			return byDifference
		}
		return strings.Compare(a, b)
	})
	other := 0
	for _, path := range paths {
		size := engine.code[path]
		if difference := size - empty.code[path]; difference >= 500 || difference <= -500 {
			fmt.Printf("  %-26s %10d %+21d\n", path, size, difference)
		} else {
			other += size
		}
	}
	fmt.Printf("  %-26s %10d %21s\n\n", "all others", other, "each under 500")
}

// linked is the packages of a guest by the linker's spelling of their import paths.
func linked(guest string) (map[string]string, error) {
	command := exec.Command("go", "list", "-deps", guest)
	command.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%v: %w", command, err)
	}
	packages := map[string]string{"main": guest[len("./"):]}
	for _, path := range strings.Fields(string(out)) {
		packages[module.Spelling(path)] = path
	}
	return packages, nil
}

// compressor names what compressed uses: the brotli command, or the library where there is none.
func compressor() string {
	if path, err := exec.LookPath("brotli"); err == nil && path != "" {
		return "brotli -q 11"
	}
	return "brotli library, level 11"
}

func compressed(text []byte) int {
	if path, err := exec.LookPath("brotli"); err == nil {
		command := exec.Command(path, "-q", "11", "-c")
		command.Stdin = bytes.NewReader(text)
		command.Stderr = os.Stderr
		out, err := command.Output()
		if err != nil {
			log.Fatalf("%v: %v", command, err)
		}
		return len(out)
	}
	var count counter
	writer := brotli.NewWriterLevel(&count, brotli.BestCompression)
	if _, err := io.Copy(writer, bytes.NewReader(text)); err != nil {
		log.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		log.Fatal(err)
	}
	return int(count)
}

// counter is a writer that keeps the length only.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
