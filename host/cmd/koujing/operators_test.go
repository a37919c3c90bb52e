package main

import (
	"context"
	"testing"

	"koujing/host/store"
)

// TestTwoOperators gives one running engine first the pack of one operator, then of the other, then the first again: the
// same line of a bill is worth what each has laid down, and the receipts name the same engine and case.
func TestTwoOperators(t *testing.T) {
	needEngine(t)
	runner, _ := newRunner(t)
	const bill = `{"now":"2026-11-22T10:00:00+08:00","lines":[{"id":"L1","charged_fen":1500,"due_fen":500,"category":"bill_item",` +
		`"verification":"confirmed"}]}`
	receipts := map[string]map[string]string{}
	for _, c := range []struct {
		pack string
		pay  int
	}{{"cn-telecom", 2000}, {"cn-broadband", 1000}, {"cn-telecom", 2000}} {
		p, err := store.Compile(store.Source{Kind: store.Embedded, Path: c.pack})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := runner.Reload(context.Background(), p.Built); err != nil {
			t.Fatal(err)
		}
		d, err := runner.Decide(context.Background(), []byte(bill))
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Refund struct {
				Pay int `json:"pay_fen"`
			}
			Receipt map[string]string
		}
		if err := d.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if got.Refund.Pay != c.pay {
			t.Errorf("%s: pays %d, want %d", c.pack, got.Refund.Pay, c.pay)
		}
		if got.Receipt["engine"] != runner.Engine() || got.Receipt["pack"] != p.Digest {
			t.Errorf("%s: another engine or pack in the receipt: %v", c.pack, got.Receipt)
		}
		if before, again := receipts[c.pack]; again && before["decision"] != got.Receipt["decision"] {
			t.Errorf("%s: another decision after the other operator's: %s, %s", c.pack, before["decision"], got.Receipt["decision"])
		}
		receipts[c.pack] = got.Receipt
	}
	one, other := receipts["cn-telecom"], receipts["cn-broadband"]
	if one["case"] != other["case"] || one["pack"] == other["pack"] || one["decision"] == other["decision"] {
		t.Errorf("the receipts do not tell the operators apart: %v %v", one, other)
	}
}
