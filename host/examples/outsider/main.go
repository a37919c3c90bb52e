// Command outsider is a program of somebody else that decides cases itself, with the host library: it is given the
// engine, a built pack and a case, and prints what is to be paid. Its module is its own, as yours would be.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"koujing/host"
)

func main() {
	engine := flag.String("engine", "koujing.wasm", "the engine's module")
	pack := flag.String("pack", "cn-telecom.json", "a built pack")
	flag.Parse()
	if err := run(*engine, *pack, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(engine, pack string, in io.Reader, out io.Writer) error {
	ctx := context.Background()
	wasm, err := os.ReadFile(engine)
	if err != nil {
		return err
	}
	built, err := os.ReadFile(pack)
	if err != nil {
		return err
	}
	r, err := host.New(ctx, host.WithModule(wasm), host.WithPack(built))
	if err != nil {
		return err
	}
	defer r.Close(ctx)
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	d, err := r.Decide(ctx, text)
	if err != nil {
		return err
	}
	var doc struct {
		Refund struct {
			Status string `json:"status"`
			PayFen int64  `json:"pay_fen"`
		} `json:"refund"`
	}
	if err := d.Decode(&doc); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %s, to pay %d fen\nreceipt %s\n", d.Status(), doc.Refund.Status, doc.Refund.PayFen, d.Receipt().Case)
	return err
}
