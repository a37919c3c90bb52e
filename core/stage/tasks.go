package stage

import (
	"koujing/core/atom"
	"koujing/core/decision"
)

// Tasks asks the pack for tasks, with the outputs id and due. A task that another stage has named already stands.
func Tasks(r *Run, which int) {
	hits := r.Ask(which)
	for i := range hits {
		id := atom.ID(r.Machine.Out(i, 0))
		if !named(r.Out.Tasks, id) {
			r.Out.Tasks = append(r.Out.Tasks, decision.Task{ID: id, DueAt: r.Machine.Out(i, 1), Row: r.Machine.HitRow(i)})
		}
	}
}

func named(tasks []decision.Task, id atom.ID) bool {
	for i := range tasks {
		if tasks[i].ID == id {
			return true
		}
	}
	return false
}
