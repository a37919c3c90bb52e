package main

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"koujing/host"
	"koujing/host/store"
)

//go:embed all:embedded
var embedded embed.FS

// Names of the modules, in the embedded folder and beside the page.
const (
	engineModule = "koujing.wasm"
	authorModule = "koujing-author.wasm"
)

// module returns an embedded module, nil if the program was built without.
func module(name string) []byte {
	data, err := embedded.ReadFile("embedded/" + name)
	if err != nil {
		return nil
	}
	return data
}

// site returns the embedded page, nil if the program was built without.
func site() fs.FS {
	if _, err := fs.Stat(embedded, "embedded/site/index.html"); err != nil {
		return nil
	}
	sub, err := fs.Sub(embedded, "embedded/site")
	if err != nil {
		return nil
	}
	return sub
}

// packFlag picks a pack.
type packFlag struct {
	Pack string `short:"p" default:"cn-telecom" placeholder:"P" help:"A pack folder, a built pack file, or the name of an embedded pack (${default})."`
}

func (f packFlag) compile(a *app) (store.Source, *store.Pack, error) {
	src, err := store.Find(f.Pack)
	if err != nil {
		return src, nil, err
	}
	p, err := store.Compile(src)
	return src, p, a.located(src, err)
}

// engineFlags pick the engine and how it starts.
type engineFlags struct {
	Engine string `placeholder:"FILE" help:"Another koujing.wasm than the one inside this program."`
	Cache  string `default:"${cache}" placeholder:"DIR" env:"KOUJING_CACHE" help:"Where compiled machine code is kept (${default}); empty keeps none."`
}

// defaultCache is the user's cache folder; none where the system has no such thing.
func defaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "koujing")
}

func (f engineFlags) module() ([]byte, error) {
	if f.Engine != "" {
		return os.ReadFile(f.Engine)
	}
	if wasm := module(engineModule); wasm != nil {
		return wasm, nil
	}
	return nil, errors.New("this program was built without the engine: run make wasm and build it again, or name a module with --engine")
}

// start makes a runner. Without options it has no pack.
func (f engineFlags) start(ctx context.Context, opts ...host.Option) (*host.Runner, error) {
	wasm, err := f.module()
	if err != nil {
		return nil, err
	}
	return host.New(ctx, append([]host.Option{host.WithModule(wasm), host.WithCacheDir(f.Cache)}, opts...)...)
}
