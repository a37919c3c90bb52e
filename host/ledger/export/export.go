// Package export writes a decision log for other programs: as NDJSON, or as Parquet for those that count over millions
// of records.
package export

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/goccy/go-json"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"koujing/host/ledger"
)

// Format is how a log is written.
type Format string

// The formats.
const (
	NDJSON  Format = "ndjson"
	Parquet Format = "parquet"
)

// Options say what is written.
type Options struct {
	Format   Format
	From, To time.Time // records from From on and before To; zero means no bound
	Personal bool      // case and decision as they were, where they are still there; else only the masked case
}

// Row is a record as it is exported. Amounts are in fen. A text that isn't there is empty.
type Row struct {
	Seq      uint64    `json:"seq" parquet:"seq"`
	At       time.Time `json:"at" parquet:"at,timestamp(microsecond)"`
	Kind     string    `json:"kind" parquet:"kind,dict"`
	Status   string    `json:"status" parquet:"status,dict"`
	Gates    []string  `json:"gates" parquet:"gates,list"`
	Refund   string    `json:"refund_status" parquet:"refund_status,dict"`
	Diff     int64     `json:"diff_fen" parquet:"diff_fen"`
	Total    int64     `json:"total_fen" parquet:"total_fen"`
	Pay      int64     `json:"pay_fen" parquet:"pay_fen"`
	Means    string    `json:"means" parquet:"means,dict"`
	Approval bool      `json:"approval" parquet:"approval"`
	Rung     int32     `json:"rung" parquet:"rung"`
	DueBy    string    `json:"due_by" parquet:"due_by"`
	// EscalateTo is the rung a complaint goes to, 0 if it doesn't.
	EscalateTo      int32  `json:"escalate_to" parquet:"escalate_to"`
	EscalateRole    string `json:"escalate_role" parquet:"escalate_role,dict"`
	EscalateAllowed bool   `json:"escalate_allowed" parquet:"escalate_allowed"`
	Engine          string `json:"engine" parquet:"engine,dict"`
	Pack            string `json:"pack" parquet:"pack,dict"`
	CaseDigest      string `json:"case_digest" parquet:"case_digest"`
	DecisionDigest  string `json:"decision_digest" parquet:"decision_digest"`
	State           string `json:"case_state" parquet:"case_state,dict"`
	// Customer is a pseudonym; it tells which records belong together.
	Customer string `json:"customer" parquet:"customer"`
	// Masked, Case and Decision are JSON texts.
	Masked   string `json:"masked_case" parquet:"masked_case,zstd"`
	Case     string `json:"case" parquet:"case,zstd"`
	Decision string `json:"decision" parquet:"decision,zstd"`
	Chain    string `json:"chain" parquet:"chain"`
}

// RowOf makes the row of a record; personal as in Options.
func RowOf(r *ledger.Record, personal bool) Row {
	row := Row{Seq: r.Seq, At: r.At.UTC(), Kind: string(r.Kind), Gates: []string{}, State: string(r.State), Customer: r.Case.Customer, Masked: string(r.Case.Masked), Chain: r.Chain}
	if row.Customer == "" {
		row.Customer = r.Customer
	}
	if o := r.Outcome; o != nil {
		row.Status = o.Status
		row.Gates = append(row.Gates, o.Gates...)
		if f := o.Refund; f != nil {
			row.Refund, row.Diff, row.Total, row.Pay, row.Means = f.Status, f.Diff, f.Total, f.Pay, f.Means
			row.Approval, row.Rung, row.DueBy = f.Approval, int32(f.Rung), f.DueBy
		}
		if e := o.Escalate; e != nil {
			row.EscalateTo, row.EscalateRole, row.EscalateAllowed = int32(e.To), e.Role, e.Allowed
		}
	}
	if c := r.Receipt; c != nil {
		row.Engine, row.Pack, row.CaseDigest, row.DecisionDigest = c.Engine, c.Pack, c.Case, c.Decision
	}
	if personal {
		row.Case, row.Decision = string(r.Case.Case), string(r.Case.Decision)
	}
	return row
}

// Write writes a log and returns how many records. Damaged places are left out; Result counts them.
func Write(w io.Writer, log *ledger.Log, opt Options) (Result, error) {
	var put func(Row) error
	end := func() error { return nil }
	switch opt.Format {
	case NDJSON:
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		put = func(r Row) error { return enc.Encode(r) }
	case Parquet:
		pw := parquet.NewGenericWriter[Row](w, parquet.Compression(&zstd.Codec{}), parquet.MaxRowsPerRowGroup(100_000))
		rows := make([]Row, 0, 256)
		flush := func() error {
			_, err := pw.Write(rows)
			rows = rows[:0]
			return err
		}
		put = func(r Row) error {
			if rows = append(rows, r); len(rows) == cap(rows) {
				return flush()
			}
			return nil
		}
		end = func() error { return errors.Join(flush(), pw.Close()) }
	default:
		return Result{}, fmt.Errorf("a log is exported as ndjson or parquet, not as %q", opt.Format)
	}
	var res Result
	for r, err := range log.Records() {
		var d *ledger.Damage
		switch {
		case errors.As(err, &d):
			res.Damaged++
			continue
		case err != nil:
			return res, err
		case r.At.Before(opt.From) || !opt.To.IsZero() && !r.At.Before(opt.To):
			continue
		}
		if err := put(RowOf(&r, opt.Personal)); err != nil {
			return res, err
		}
		res.Records++
	}
	return res, end()
}

// Result counts an export.
type Result struct {
	Records int `json:"records"`
	Damaged int `json:"damaged"` // places that can't be read
}
