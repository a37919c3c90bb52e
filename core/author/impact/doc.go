// Package impact tells what an edit of a pack changes: it compares the decisions of two packs on the same case, and sums
// the differences over as many cases as there are.
//
//	var c impact.Comparer
//	var t impact.Tally
//	change, err := c.Compare(caseJSON, from, to) // the two decisions, as the engine wrote them
//	t.Add(impact.Place{Line: 1}, change)
//	report, err := t.Report(nil)
//
// Decisions are compared as they are written, receipts left out: two that are the same to the byte are unchanged, and of
// those that are not, only the sections that differ are read. Sums are exact int64, checked. A Tally holds what the packs
// name (rules, clocks, gates, …) and never a case, so that it does not grow with their number; and it comes to the same
// report in whatever order cases were added and tallies merged. Of a case it keeps the id, the line it stands on and
// its sums, and nothing a customer said or is called.
package impact
