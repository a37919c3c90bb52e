package host_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"

	"koujing/core/author"
	"koujing/core/packs"
)

// module reads koujing.wasm; a program of one's own would embed it. A checkout that was never built builds it first.
func module() []byte {
	const path = "cmd/koujing/embedded/koujing.wasm"
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if out, err := exec.Command("make", "-C", "..", "guests").CombinedOutput(); err != nil {
			panic(fmt.Sprintf("make guests: %v\n%s", err, out))
		}
	}
	wasm, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return wasm
}

// builtPack is the default pack, as koujing pack build makes it.
func builtPack() []byte { return edition("") }

// edition is the default pack with something behind its version.
func edition(suffix string) []byte {
	sources := author.Sources{}
	root, err := fs.Sub(packs.FS, "cn-telecom")
	if err != nil {
		panic(err)
	}
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, path)
		sources[path] = string(text)
		return err
	})
	if err != nil {
		panic(err)
	}
	version := regexp.MustCompile(`(?m)^version: *"?([^"\s]+)"?`)
	sources["pack.yaml"] = version.ReplaceAllString(sources["pack.yaml"], `version: "${1}`+suffix+`"`)
	built, found := author.Build(sources)
	if built == nil {
		panic(found)
	}
	return built
}
