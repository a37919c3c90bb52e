//go:build wasip1

package main

import (
	"errors"

	"koujing/core/author/impact"
)

// What impactAdd answers.
const (
	impactAdded uint32 = iota
	impactNoDecision
	impactTooLarge
	impactBadBuffer
)

var (
	tally    impact.Tally
	comparer impact.Comparer
)

//go:wasmexport impact_start
func impactStart() { tally = impact.Tally{} }

//go:wasmexport impact_case
func impactCase(at, size uint32) uint64 {
	line, ok := given(at, size)
	if !ok {
		return 0
	}
	answer = impact.Case(line)
	return uint64(address(answer))<<32 | uint64(len(answer))
}

//go:wasmexport impact_add
func impactAdd(at, caseSize, fromSize, toSize, line uint32) uint32 {
	all := uint64(caseSize) + uint64(fromSize) + uint64(toSize)
	if all == 0 {
		tally.Skip()
		return impactAdded
	}
	text, ok := given(at, uint32(min(all, maxBuffer+1)))
	if !ok {
		return impactBadBuffer
	}
	behind := caseSize + fromSize
	change, err := comparer.Compare(text[:caseSize], text[caseSize:behind], text[behind:])
	switch {
	case errors.Is(err, impact.ErrTooLarge):
		return impactTooLarge
	case err != nil:
		return impactNoDecision
	}
	tally.Add(impact.Place{Line: int64(line)}, change)
	return impactAdded
}

//go:wasmexport impact_report
func impactReport() uint64 {
	r, err := tally.Report(nil)
	if err != nil {
		return reply(refusal{Code: "too_large", Message: err.Error()})
	}
	return reply(r)
}

// refusal is what comes instead of a report.
type refusal struct {
	OK      bool   `json:"ok"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// given is the beginning of a buffer that alloc handed out.
func given(at, size uint32) ([]byte, bool) {
	b, ok := buffers[at]
	if !ok || uint32(len(b)) < size {
		return nil, false
	}
	return b[:size], true
}
