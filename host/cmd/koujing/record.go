package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"koujing/host/ledger"
)

// recordFlags say how decisions are recorded.
type recordFlags struct {
	Record     string   `enum:"strict,sample,off" default:"strict" help:"How decisions with consequences are recorded in the folder of --data: strict withholds what can't be recorded, sample never holds up anything, off records nothing (${default})."`
	Sample     float64  `default:"1" placeholder:"SHARE" help:"The share that --record sample records (${default}: all that the disk can take)."`
	Mask       []string `placeholder:"PATH" help:"A personal field of a case, such as customer.surname, lines[].item or facts.*:text; may be repeated. Without it: ${mask}."`
	MaskedOnly bool     `help:"Records only masked cases, so that nothing personal is on disk. Such records can't be replayed to the byte."`
	Customer   string   `default:"id" placeholder:"PATH" help:"The field of a case that tells whose it is (${default}), for koujing log erase. The header Koujing-Customer goes before it."`
	KeepCases  age      `placeholder:"AGE" help:"Removes recorded cases after so long, such as 90d; the evidence stays. Without it they are kept."`
}

// An age is a time span that may be written in days.
type age time.Duration

// UnmarshalText reads 90d, or what Go takes for a duration.
func (a *age) UnmarshalText(text []byte) error {
	if days, ok := strings.CutSuffix(string(text), "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		*a = age(time.Duration(n) * 24 * time.Hour)
		if err == nil {
			return nil
		}
	}
	d, err := time.ParseDuration(string(text))
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is no time span: write 90d or 12h", text)
	}
	*a = age(d)
	return nil
}

// The decision log's place in the data folder.
const decisionsDir = "decisions"

// open opens the decision log of a data folder; nil if there is to be none.
func (f recordFlags) open(dataDir string, notify func(error)) (*ledger.Ledger, error) {
	if dataDir == "" || f.Record == "off" {
		return nil, nil
	}
	l, err := ledger.Open(filepath.Join(dataDir, decisionsDir), ledger.Options{
		Mode: ledger.Mode(f.Record), Share: f.Sample, Mask: f.Mask, MaskedOnly: f.MaskedOnly,
		Customer: f.Customer, KeepCases: time.Duration(f.KeepCases), Notify: notify,
	})
	if errors.Is(err, ledger.ErrLocked) {
		err = &exit{exitFailure, "another koujing is using " + dataDir + ": give this one a data folder of its own"}
	}
	return l, err
}

// logDir finds the decision log that a folder is, or holds.
func logDir(dir string) string {
	inside := filepath.Join(dir, decisionsDir)
	if _, err := os.Stat(inside); err == nil {
		return inside
	}
	return dir
}
