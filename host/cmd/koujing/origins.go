package main

import (
	"os"

	"koujing/host/server"
)

// originFlags name the pages elsewhere that may use the server.
type originFlags struct {
	AllowOrigin []string `placeholder:"ORIGIN" help:"A page of this origin, as https://crm.example, may fetch packs and decisions and embed the frame; may be repeated."`
	Frame       string   `type:"existingfile" placeholder:"FILE" help:"koujing-frame.json: whom the frame listens to, and how; its origins are allowed as well."`
}

func (f originFlags) allow(opt *server.Options) (err error) {
	opt.AllowOrigins = f.AllowOrigin
	if f.Frame != "" {
		opt.Frame, err = os.ReadFile(f.Frame)
	}
	return err
}
