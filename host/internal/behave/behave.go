// Package behave builds the guest that host/testdata/guests/behave describes, for the tests of the runner and of what
// stands on it.
package behave

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Pack is a pack the guest takes: any JSON object with an id and a version. {"trouble":"refuse"} is one it refuses.
const Pack = `{"id":"p","version":"A"}`

// Module returns the guest, built with the go tool once a process. Go's build cache makes later runs cheap.
var Module = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "koujing-guest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "behave.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", file, "koujing/host/testdata/guests/behave")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=-buildvcs=false")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the test guest: %w\n%s", err, out)
	}
	return os.ReadFile(file)
})
