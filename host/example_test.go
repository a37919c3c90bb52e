package host_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"koujing/host"
	"koujing/host/ledger"
)

// disputed is a line that was charged and not ordered, and that the records confirm.
const disputed = `{"now":"2026-11-22T10:00:00+08:00","lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"metering","verification":"confirmed"}]}`

func Example() {
	ctx := context.Background()
	r, err := host.New(ctx, host.WithModule(module()), host.WithPack(builtPack()))
	if err != nil {
		panic(err)
	}
	defer r.Close(ctx)
	d, err := r.Decide(ctx, []byte(disputed))
	if err != nil {
		panic(err)
	}
	var doc struct {
		Refund struct {
			Status string `json:"status"`
			PayFen int64  `json:"pay_fen"`
		} `json:"refund"`
	}
	if err := d.Decode(&doc); err != nil {
		panic(err)
	}
	fmt.Println(d.Status(), doc.Refund.Status, doc.Refund.PayFen)
	v, err := r.Verify(ctx, []byte(disputed), d.Bytes())
	fmt.Println(v.OK, err)
	changed := strings.Replace(d.String(), `"pay_fen":2000`, `"pay_fen":9000`, 1)
	v, err = r.Verify(ctx, []byte(disputed), []byte(changed))
	fmt.Println(v.OK, v.Code, v.At, err)
	// Output:
	// decided payable 2000
	// true <nil>
	// false decision_differs refund.lines[0].pay_fen <nil>
}

// Many cases, a line each: a decision a line comes out, in the same order.
func ExampleRunner_DecideStream() {
	ctx := context.Background()
	r, err := host.New(ctx, host.WithModule(module()), host.WithPack(builtPack()))
	if err != nil {
		panic(err)
	}
	defer r.Close(ctx)
	var out strings.Builder
	stats, err := r.DecideStream(ctx, strings.NewReader(disputed+"\n{}\n"), &out, host.StreamOptions{})
	fmt.Println(stats.Lines, stats.Decided, stats.Invalid, strings.Count(out.String(), "\n"), err)
	// Output: 2 1 1 2 <nil>
}

// What the sender says of verification doesn't count: the service's own records do.
func ExampleWithFacts() {
	ctx := context.Background()
	records := func(context.Context, []byte) (*host.Facts, error) {
		return &host.Facts{Lines: map[string]host.LineFacts{"L2": {Verification: "confirmed"}}}, nil // nothing of L1
	}
	r, err := host.New(ctx, host.WithModule(module()), host.WithPack(builtPack()), host.WithFacts(records))
	if err != nil {
		panic(err)
	}
	defer r.Close(ctx)
	d, err := r.Decide(ctx, []byte(disputed))
	fmt.Println(strings.Contains(d.String(), `"refund":{"status":"verify_first"`), err)
	// Output: true <nil>
}

// With a decision log, a decision with consequences is on disk before the caller sees it.
func ExampleWithRecorder() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "decisions-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	log, err := ledger.Open(dir, ledger.Options{})
	if err != nil {
		panic(err)
	}
	defer log.Close()
	r, err := host.New(ctx, host.WithModule(module()), host.WithPack(builtPack()), host.WithRecorder(log))
	if err != nil {
		panic(err)
	}
	defer r.Close(ctx)
	_, err = r.Decide(ctx, []byte(disputed))
	switch {
	case errors.Is(err, host.ErrNotRecorded): // nothing is paid: send the case again
	case err != nil:
		panic(err)
	}
	reader, err := ledger.OpenLog(dir, nil)
	if err != nil {
		panic(err)
	}
	for r, err := range reader.Records() {
		fmt.Println(r.Seq, r.Outcome.Refund.Status, r.Outcome.Refund.Pay, r.State, err)
	}
	// Output: 1 payable 2000 exact <nil>
}
