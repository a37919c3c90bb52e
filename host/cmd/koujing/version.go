package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCmd struct {
	JSON bool `name:"json" help:"Print it as JSON."`
}

// Help shows how the command is used.
func (versionCmd) Help() string {
	return `The engine's digest is what receipts name.

Examples:

    koujing version
    koujing version --json`
}

type version struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	Engine  string `json:"engine"` // digest, "" without the module
	Author  string `json:"author"`
	Page    bool   `json:"page"`
}

func programVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

// Run prints.
func (c *versionCmd) Run(a *app) error {
	v := version{Version: programVersion(), Go: runtime.Version(), Engine: digest(module(engineModule)), Author: digest(module(authorModule)), Page: site() != nil}
	if c.JSON {
		return printJSON(a.out, v)
	}
	page := "yes"
	if !v.Page {
		page = missingPart
	}
	_, err := fmt.Fprintf(a.out, "koujing %s, %s\nengine  %s\nauthor  %s\npage    %s\n", v.Version, v.Go,
		orMissing(v.Engine), orMissing(v.Author), page)
	return err
}

const missingPart = "not in this program: run make wasm and build it again"

func orMissing(s string) string {
	if s == "" {
		return missingPart
	}
	return s
}

func digest(data []byte) string {
	if data == nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}
