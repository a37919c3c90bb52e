package stage

import (
	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/decision"
	"koujing/core/vocabulary"
)

// Service asks the pack for warnings and tasks about the service itself: waiting, norms, the shift, the close.
func Service(r *Run) {
	hits := r.Ask(vocabulary.ServiceWarnings)
	for i := range hits {
		w := decision.Warning{Code: atom.ID(r.Machine.Out(i, 0)), Message: atom.ID(r.Machine.Out(i, 1)), Level: atom.ID(r.Machine.Out(i, 2)),
			Suggestion: atom.ID(r.Machine.Out(i, 3)), From: atom.Null, Count: atom.Null, Limit: atom.Null, Row: r.Machine.HitRow(i)}
		if w.Level == atom.Empty || w.Level == atom.Null {
			w.Level = casefile.WordWarning
		}
		r.Out.Warnings = append(r.Out.Warnings, w)
	}
	Tasks(r, vocabulary.ServiceTasks)
}
