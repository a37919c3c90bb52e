package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"koujing/host"
)

// Kind is what a record is about.
type Kind string

// The kinds of a record.
const (
	Decided Kind = "decision" // a decision that counts
	Erasure Kind = "erasure"  // a customer's cases were erased
	Pruned  Kind = "prune"    // old files were removed
)

// Evidence is a record without anything personal. A decision counts if money is at stake (the refund is payable,
// needs_approval, offered or overdue), if a gate is closed, or if a complaint goes up the ladder.
type Evidence struct {
	Seq   uint64    `json:"seq"`   // from 1, without a hole
	Group uint64    `json:"group"` // the first record of those that were flushed together
	Size  int       `json:"size"`  // and how many they are
	At    time.Time `json:"at"`    // when it was recorded, by this machine's clock

	Kind Kind `json:"kind"`
	// Of a decision.
	Outcome *Outcome      `json:"outcome,omitempty"`
	Receipt *host.Receipt `json:"receipt,omitempty"`
	// Of an erasure or a prune.
	Customer string `json:"customer,omitempty"` // the pseudonym
	Cases    int    `json:"cases,omitempty"`    // how many were erased
	Through  uint64 `json:"through,omitempty"`  // the last record it covers, or whose file was removed
	What     string `json:"what,omitempty"`     // cases or evidence

	Chain string `json:"chain"` // SHA-256 over the chain of the record before and this line up to here, in hex
}

// Outcome is the part of a decision that has consequences.
type Outcome struct {
	Status   string    `json:"status"`
	Gates    []string  `json:"gates,omitempty"`
	Refund   *Refund   `json:"refund,omitempty"`
	Escalate *Escalate `json:"escalate,omitempty"`
}

// Refund is the sum of a refund. Amounts are in fen.
type Refund struct {
	Status   string `json:"status"`
	Diff     int64  `json:"diff_fen"`
	Total    int64  `json:"total_fen"`
	Pay      int64  `json:"pay_fen"`
	Means    string `json:"means"`
	Approval bool   `json:"approval"`
	Rung     int    `json:"rung"`
	DueBy    string `json:"due_by"`
}

// Escalate is a step up the ladder.
type Escalate struct {
	To      int    `json:"to"`
	Role    string `json:"role"`
	Allowed bool   `json:"allowed"`
}

var moneyAtStake = []string{"payable", "needs_approval", "offered", "overdue"}

// outcomeOf reads a decision; nil if it doesn't count.
func outcomeOf(decision []byte) (*Outcome, *host.Receipt, error) {
	// Most decisions don't count, and it shows in their bytes: no text that a customer writes holds an unescaped quote.
	if !bytes.Contains(decision, []byte(`,"gates":[`)) && !bytes.Contains(decision, []byte(`,"refund":{`)) && !bytes.Contains(decision, []byte(`,"complaint":{`)) {
		return nil, nil, nil
	}
	var doc struct {
		Status string `json:"status"`
		Gates  []struct {
			ID string `json:"id"`
		} `json:"gates"`
		Refund *struct {
			Status   string `json:"status"`
			Diff     int64  `json:"diff_fen"`
			Total    int64  `json:"total_fen"`
			Pay      int64  `json:"pay_fen"`
			Means    string `json:"means"`
			Approval struct {
				Needed bool `json:"needed"`
				Rung   int  `json:"rung"`
			} `json:"approval"`
			DueBy string `json:"due_by"`
		} `json:"refund"`
		Complaint *struct {
			Escalate *Escalate `json:"escalate"`
		} `json:"complaint"`
		Receipt *host.Receipt `json:"receipt"`
	}
	if err := json.Unmarshal(decision, &doc); err != nil {
		return nil, nil, fmt.Errorf("a decision that can't be read: %w", err)
	}
	o := &Outcome{Status: doc.Status}
	counts := false
	for _, g := range doc.Gates {
		o.Gates, counts = append(o.Gates, g.ID), true
	}
	if r := doc.Refund; r != nil {
		counts = counts || slices.Contains(moneyAtStake, r.Status)
		o.Refund = &Refund{r.Status, r.Diff, r.Total, r.Pay, r.Means, r.Approval.Needed, r.Approval.Rung, r.DueBy}
	}
	if c := doc.Complaint; c != nil && c.Escalate != nil {
		o.Escalate, counts = c.Escalate, true
	}
	switch {
	case !counts:
		return nil, nil, nil
	case doc.Receipt == nil || doc.Receipt.Decision == "":
		return nil, nil, fmt.Errorf("a decision without a receipt")
	}
	return o, doc.Receipt, nil
}

// A batch is what one caller wants recorded.
type batch struct {
	records []record
	done    chan error // one place, so that nobody waits for a caller who has gone
}

// A record is two lines but for their beginning and the evidence's end, which the committer knows.
type record struct{ evidence, cases []byte }

// gather makes a batch of the decisions that count; nil if none does.
func (l *Ledger) gather(ctx context.Context, made []host.Made) (*batch, error) {
	var b *batch
	for _, m := range made {
		o, receipt, err := outcomeOf(m.Decision)
		if err != nil {
			return nil, err
		}
		if o == nil {
			continue
		}
		if !l.kept(receipt.Engine) || !l.kept(receipt.Pack) {
			return nil, ErrMaterial
		}
		if l.opt.Mode == Sample && !l.chosen(receipt) {
			l.dropped.Add(1)
			continue
		}
		ev, err := evidenceBody(&Evidence{Kind: Decided, Outcome: o, Receipt: receipt})
		if err != nil {
			return nil, err
		}
		if b == nil {
			b = &batch{done: make(chan error, 1)}
		}
		b.records = append(b.records, record{ev, l.caseBody(ctx, m)})
	}
	return b, nil
}

// chosen picks a share of the decisions by the digest of their case: the same everywhere, and nobody can steer it.
func (l *Ledger) chosen(r *host.Receipt) bool {
	digest := strings.TrimPrefix(r.Case, "sha256:")
	n, err := strconv.ParseUint(digest[:min(len(digest), 12)], 16, 64)
	return err != nil || float64(n) < l.opt.Share*(1<<48)
}

// evidenceBody is a line from its kind on, without chain and end.
func evidenceBody(e *Evidence) ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	from, to := bytes.Index(text, []byte(`,"kind":`)), bytes.LastIndex(text, []byte(`,"chain":`))
	return text[from:to], nil
}

// appendEvidence writes a whole line and returns its chain.
func appendEvidence(dst []byte, seq, group uint64, size int, at time.Time, body []byte, before string) (line []byte, chain string) {
	start := len(dst)
	dst = append(dst, `{"seq":`...)
	dst = strconv.AppendUint(dst, seq, 10)
	dst = append(dst, `,"group":`...)
	dst = strconv.AppendUint(dst, group, 10)
	dst = append(dst, `,"size":`...)
	dst = strconv.AppendInt(dst, int64(size), 10)
	dst = append(dst, `,"at":"`...)
	dst = at.UTC().AppendFormat(dst, time.RFC3339Nano)
	dst = append(dst, '"')
	dst = append(dst, body...)
	chain = link(before, dst[start:])
	dst = append(dst, `,"chain":"`...)
	dst = append(dst, chain...)
	return append(dst, "\"}\n"...), chain
}

// link is the chain of a line: over the chain before it and the line up to its own.
func link(before string, line []byte) string {
	h := sha256.New()
	h.Write([]byte(before))
	h.Write(line)
	return hex.EncodeToString(h.Sum(nil))
}

const chainTail = len(`,"chain":"`) + 2*sha256.Size + len(`"}`)

// parseEvidence reads a line without its newline, and tells whether its chain fits the one before.
func parseEvidence(line []byte, before string) (e Evidence, fits bool, err error) {
	if err := json.Unmarshal(line, &e); err != nil {
		return e, false, err
	}
	if len(line) <= chainTail {
		return e, false, nil
	}
	return e, link(before, line[:len(line)-chainTail]) == e.Chain, nil
}
