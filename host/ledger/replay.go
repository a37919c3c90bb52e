package ledger

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sync"

	"koujing/host"
)

// Report is the outcome of a replay of a log.
type Report struct {
	Records int `json:"records"` // read
	Proved  int `json:"proved"`  // decided again, the same to the byte
	// Masked were decided again without their personal fields, which are not there any more, with the same outcome: the
	// same gates, amounts and escalation.
	Masked int `json:"masked"`
	// Unproved is evidence only: the case is gone, or a personal field took part in its outcome.
	Unproved int `json:"unproved"`
	Acts     int `json:"acts"` // erasures and prunes
	// Differences are records that are not what was written, or don't say what their case gives.
	Differences int         `json:"differences"`
	First       *Difference `json:"first,omitempty"`
	// Last is the number of the last record, Chain its digest. Kept elsewhere, they show later that nothing was cut off
	// the end, which the log itself can't tell.
	Last  uint64 `json:"last"`
	Chain string `json:"chain"`
}

// Difference is a record that is not as it should be.
type Difference struct {
	Seq  uint64 `json:"seq"`
	Code string `json:"code"` // of a Damage, of a host.Verification, or one of those below
	At   string `json:"at"`   // a path in the decision, or the file
}

// Codes of a Difference besides those of Damage and host.Verification.
const (
	CaseDamaged    = "case_damaged"    // the case or the decision can't be read
	OutcomeDiffers = "outcome_differs" // the evidence says another thing than the decision it is about
	ReceiptDiffers = "receipt_differs" // the decision isn't the one the evidence names
	EngineMissing  = "engine_missing"  // the module that decided isn't with the log
	PackMissing    = "pack_missing"    // nor the pack
)

// Replay is how a log is replayed.
type Replay struct {
	// Start makes a runner of an engine's module. It should have a place in its pool for each of GOMAXPROCS.
	Start func(ctx context.Context, module []byte) (*host.Runner, error)
	// Progress, if there is one, is told now and then how many records are done.
	Progress func(records int)
}

// Run decides every case of the log again, with the engine and the pack that decided it then. The error is about
// reading and running; what doesn't fit is in the report.
func (p Replay) Run(ctx context.Context, l *Log) (Report, error) {
	v := &replaying{Replay: p, log: l, ctx: ctx}
	defer v.close()
	for r, err := range l.Records() {
		if ctx.Err() != nil {
			return v.report, ctx.Err()
		}
		var d *Damage
		switch {
		case errors.As(err, &d):
			if err := v.flush(); err != nil {
				return v.report, err
			}
			v.differs(Difference{d.Seq, d.Code, d.File})
			continue
		case err != nil:
			return v.report, err
		}
		if err := v.add(r); err != nil {
			return v.report, err
		}
	}
	return v.report, v.flush()
}

const replayTogether = 512

// replaying is where Run stands. Records of one engine and pack that follow each other are decided together.
type replaying struct {
	Replay
	ctx     context.Context
	log     *Log
	report  Report
	pending []Record
	runner  *host.Runner
	engine  string // of the runner
}

func (v *replaying) close() {
	if v.runner != nil {
		_ = v.runner.Close(context.Background())
	}
}

func (v *replaying) differs(d Difference) {
	if v.report.Differences++; v.report.First == nil {
		v.report.First = &d
	}
}

func (v *replaying) add(r Record) error {
	v.report.Records++
	v.report.Last, v.report.Chain = r.Seq, r.Chain
	if r.Kind != Decided || r.Receipt == nil || r.Outcome == nil {
		v.report.Acts++
		return nil
	}
	if n := len(v.pending); n == replayTogether || n > 0 && !sameMaterial(v.pending[0], r) {
		if err := v.flush(); err != nil {
			return err
		}
	}
	v.pending = append(v.pending, r)
	return nil
}

func sameMaterial(a, b Record) bool {
	return a.Receipt.Engine == b.Receipt.Engine && a.Receipt.Pack == b.Receipt.Pack
}

// use brings the runner to the engine and the pack of a receipt. code says what is missing.
func (v *replaying) use(r *host.Receipt) (code string, err error) {
	if v.runner == nil || v.engine != r.Engine {
		module, err := v.log.Material(host.EngineModule, r.Engine)
		if errors.Is(err, ErrMaterial) {
			return EngineMissing, nil
		}
		if err != nil {
			return "", err
		}
		v.close()
		v.runner = nil
		if v.runner, err = v.Start(v.ctx, module); err != nil {
			return "", err
		}
		v.engine = r.Engine
	}
	if v.runner.Engine() != r.Engine {
		return EngineMissing, nil // the file isn't the module it is named after
	}
	if v.runner.Pack().Digest == r.Pack {
		return "", nil
	}
	built, err := v.log.Material(host.BuiltPack, r.Pack)
	if errors.Is(err, ErrMaterial) {
		return PackMissing, nil
	}
	if err != nil {
		return "", err
	}
	loaded, err := v.runner.Reload(v.ctx, built)
	var refused *host.PackError
	if errors.As(err, &refused) || err == nil && loaded.Digest != r.Pack {
		return PackMissing, nil
	}
	return "", err
}

// flush decides what is pending, and counts in the order of the log.
func (v *replaying) flush() error {
	if len(v.pending) == 0 {
		return nil
	}
	defer func() { v.pending = v.pending[:0] }()
	code, err := v.use(v.pending[0].Receipt)
	if err != nil {
		return fmt.Errorf("record %d: %w", v.pending[0].Seq, err)
	}
	if code != "" {
		for _, r := range v.pending {
			v.differs(Difference{r.Seq, code, "receipt"})
		}
		return nil
	}
	found := make([]verdict, len(v.pending))
	workers := min(runtime.GOMAXPROCS(0), len(v.pending))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(v.pending); i += workers {
				found[i] = v.judge(&v.pending[i])
			}
		})
	}
	wg.Wait()
	for i, f := range found {
		switch {
		case f.err != nil:
			return fmt.Errorf("record %d: %w", v.pending[i].Seq, f.err)
		case f.code != "":
			v.differs(Difference{v.pending[i].Seq, f.code, f.at})
		default:
			*f.count(&v.report)++
		}
	}
	if v.Progress != nil {
		v.Progress(v.report.Records)
	}
	return nil
}

// verdict is what became of a record: a difference, or where it counts.
type verdict struct {
	code, at string
	count    func(*Report) *int
	err      error
}

func proved(r *Report) *int   { return &r.Proved }
func byMasked(r *Report) *int { return &r.Masked }
func unproved(r *Report) *int { return &r.Unproved }

func (v *replaying) judge(r *Record) verdict {
	switch {
	case r.State == Damaged:
		return verdict{code: CaseDamaged, at: casesDir}
	case r.State == Exact:
		return v.judgeExact(r)
	case r.Case.Masked == nil:
		return verdict{count: unproved}
	}
	replay, err := v.runner.Replay(v.ctx, r.Case.Masked)
	if err != nil {
		return verdict{err: err}
	}
	o, _, err := outcomeOf(replay.Bytes())
	if err == nil && reflect.DeepEqual(o, r.Outcome) {
		return verdict{count: byMasked}
	}
	return verdict{count: unproved}
}

func (v *replaying) judgeExact(r *Record) verdict {
	if given := host.ParseDecision(r.Case.Decision).Receipt(); given != *r.Receipt {
		return verdict{code: ReceiptDiffers, at: "receipt"}
	}
	found, err := v.runner.Verify(v.ctx, r.Case.Case, r.Case.Decision)
	if err != nil {
		return verdict{err: err}
	}
	if !found.OK {
		return verdict{code: found.Code, at: found.At}
	}
	o, _, err := outcomeOf(r.Case.Decision)
	if err != nil || !reflect.DeepEqual(o, r.Outcome) {
		return verdict{code: OutcomeDiffers, at: "outcome"}
	}
	return verdict{count: proved}
}
