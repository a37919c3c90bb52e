package main

import (
	"fmt"
	"io"
	"strings"

	"koujing/core/author/impact"
	"koujing/host/page"
)

// printImpact writes the report for people on a terminal. What is empty is left out; long lists are cut, and --json has
// them whole.
func printImpact(out io.Writer, r *impact.Report, files []string) error {
	w := &impactPrinter{w: out}
	// where names a case by its place and id; the file only where there are several.
	where := func(p impact.Where) string {
		at := fmt.Sprintf("%s:%d", p.File, p.Line)
		if len(files) == 1 || p.File == "-" {
			at = fmt.Sprintf("line %d", p.Line)
		}
		if p.Case != "" {
			at += " " + p.Case
		}
		return at
	}
	w.head(r)
	w.sums(r)
	w.table("What changes", []string{"cases", "share", "", "first"}, len(r.Changes), func(i int) []string {
		s := r.Changes[i]
		return []string{page.Whole(s.Cases), page.Percent(s.Cases, r.Cases), page.Kind(s.Kind).EN, where(s.First)}
	})
	w.table("By rule", []string{"only from", "only to", "otherwise", "fen more", "fen less", "net yuan", "", "first"}, len(r.Rules), func(i int) []string {
		x := r.Rules[i]
		more, less, net := page.Whole(x.Pay.More), page.Whole(x.Pay.Less), page.SignedYuan(x.Pay.Net)
		switch {
		case x.Of == "case" && x.Pay.More == 0 && x.Pay.Less == 0:
			more, less, net = "", "", ""
		case x.Of == "case": // the whole cases' fen: no part of them need be the rule's doing
			more, less, net = "("+more+")", "("+less+")", "("+net+")"
		}
		return []string{page.Whole(x.FromOnly), page.Whole(x.ToOnly), page.Whole(x.Otherwise), more, less, net, x.Decision + " " + x.Rule, where(x.First)}
	})
	if len(r.Rules) > 0 {
		w.line("Cases in which a rule fired with one pack only, or with both and answers otherwise. Fen to pay: of the rule's bill lines; in brackets those of the whole cases.")
	}
	w.table("By category of bill line", []string{"lines", "fen more", "fen less", "net yuan", "", "first"}, len(r.Categories), func(i int) []string {
		x := r.Categories[i]
		return []string{page.Whole(x.Lines), page.Whole(x.Pay.More), page.Whole(x.Pay.Less), page.SignedYuan(x.Pay.Net), x.Category, where(x.First)}
	})
	w.table("Gates", []string{"closed", "opened", "", "first"}, len(r.Gates), func(i int) []string {
		x := r.Gates[i]
		return []string{page.Whole(x.Closed), page.Whole(x.Opened), x.ID, where(x.First)}
	})
	w.table("Clocks", []string{"breached", "no longer", "earlier", "later", "new", "gone", "", "first"}, len(r.Clocks), func(i int) []string {
		x := r.Clocks[i]
		return []string{page.Whole(x.Breached), page.Whole(x.Kept), page.Whole(x.Earlier), page.Whole(x.Later), page.Whole(x.New), page.Whole(x.Gone), x.ID, where(x.First)}
	})
	for _, t := range []struct {
		title string
		list  []impact.Turn
	}{{"Status", r.Status}, {"Refund status", r.Refund}, {"Means", r.Means}, {"Approval, rung", r.Approval}, {"Severity", r.Severity},
		{"Escalation, rung", r.Escalation}, {"Talk", r.Talk}} {
		w.table(t.title, []string{"cases", "", "first"}, len(t.list), func(i int) []string {
			x := t.list[i]
			return []string{page.Whole(x.Cases), orNone(x.From) + " -> " + orNone(x.To), where(x.First)}
		})
	}
	w.table("Tasks", []string{"new", "gone", "other time", "", "first"}, len(r.Tasks), func(i int) []string {
		x := r.Tasks[i]
		return []string{page.Whole(x.New), page.Whole(x.Gone), page.Whole(x.Moved), x.ID, where(x.First)}
	})
	w.table("Warnings", []string{"new", "gone", "", "first"}, len(r.Warnings), func(i int) []string {
		x := r.Warnings[i]
		return []string{page.Whole(x.New), page.Whole(x.Gone), x.Code, where(x.First)}
	})
	w.table("Own results", []string{"cases", "", "first"}, len(r.Results), func(i int) []string {
		x := r.Results[i]
		return []string{page.Whole(x.Cases), x.Decision, where(x.First)}
	})
	w.table("Newly invalid", []string{"", "", ""}, len(r.Invalid.NewlyFirst), func(i int) []string {
		x := r.Invalid.NewlyFirst[i]
		return []string{where(x.Where), x.Code, x.Path}
	})
	w.table("The largest, by fen to pay", []string{"from fen", "to fen", "net yuan", "", "why"}, len(r.Largest), func(i int) []string {
		x := r.Largest[i]
		return []string{page.Whole(x.PayFrom), page.Whole(x.PayTo), page.SignedYuan(x.PayTo - x.PayFrom), where(x.Where), why(x)}
	})
	if len(r.Largest) > 0 {
		w.line("- the rule fired with the first pack only, + with the second only, ~ with both and answers otherwise.")
	}
	return w.err
}

func cases(n int64) string {
	if n == 1 {
		return "1 case"
	}
	return page.Whole(n) + " cases"
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// why names the rules behind a change, a few of them.
func why(x impact.LargeChange) string {
	const most = 3
	var parts []string
	for _, r := range x.Rules {
		how := map[string]string{"from_only": "-", "to_only": "+", "otherwise": "~"}[r.How]
		parts = append(parts, how+r.Rule)
	}
	if len(parts) > most {
		parts = append(parts[:most], fmt.Sprintf("and %d more", len(parts)-most))
	}
	if len(parts) == 0 {
		return strings.Join(x.Changes, " ")
	}
	return strings.Join(parts, " ")
}

// impactPrinter keeps the first failure to write.
type impactPrinter struct {
	w   io.Writer
	err error
}

func (p *impactPrinter) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *impactPrinter) head(r *impact.Report) {
	p.line("from  %s %s  %s", printable(r.From.ID), printable(r.From.Version), r.From.Digest)
	p.line("to    %s %s  %s", printable(r.To.ID), printable(r.To.Version), r.To.Digest)
	if r.From.Digest == r.To.Digest {
		p.line("The two are the same pack.")
	}
	if !r.Complete {
		p.line("The input was not read to its end: this is on its beginning.")
	}
	p.line("\n%s: %s change (%s), %s do not", cases(r.Cases), page.Whole(r.Changed), page.Percent(r.Changed, r.Cases), page.Whole(r.Unchanged))
	if r.Skipped > 0 {
		p.line("%s lines of the log keep no case", page.Whole(r.Skipped))
	}
	if v := r.Invalid; v.Both+v.Newly+v.NoLonger > 0 {
		p.line("invalid: %s newly (they were paid %s fen), %s no longer (they are paid %s fen), %s with both packs; in no sum below",
			page.Whole(v.Newly), page.Whole(v.NewlyPay), page.Whole(v.NoLonger), page.Whole(v.NoLongPay), page.Whole(v.Both))
	}
}

func (p *impactPrinter) sums(r *impact.Report) {
	rows := []struct {
		name string
		s    impact.Sum
	}{{"to pay", r.Pay}, {"owed in all", r.Total}, {"if confirmed", r.Preview}}
	p.table("Refunds", []string{"from fen", "to fen", "fen more", "cases", "fen less", "cases", "net fen", "net yuan", ""}, len(rows), func(i int) []string {
		s := rows[i].s
		return []string{page.Whole(s.From), page.Whole(s.To), page.Whole(s.More), page.Whole(s.MoreCases), page.Whole(s.Less),
			page.Whole(s.LessCases), page.Signed(s.Net), page.SignedYuan(s.Net), rows[i].name}
	})
}

// table writes a table: figures to the right, up to the first column without a heading; from there on words.
func (p *impactPrinter) table(title string, head []string, n int, row func(int) []string) {
	const most = 20
	if n == 0 || p.err != nil {
		return
	}
	figures := len(head)
	for i, h := range head { // a list of words alone has no heads at all
		if h == "" {
			figures = i
			break
		}
	}
	lines := [][]string{head}
	for i := range min(n, most) {
		lines = append(lines, row(i))
	}
	widths := make([]int, len(head))
	for _, cells := range lines {
		for i := range cells {
			cells[i] = printable(cells[i])
			widths[i] = max(widths[i], columns([]rune(cells[i])))
		}
	}
	p.line("\n%s", title)
	for i, cells := range lines {
		if i == 0 && strings.Join(cells, "") == "" {
			continue
		}
		text := ""
		for i, cell := range cells {
			pad := strings.Repeat(" ", widths[i]-columns([]rune(cell)))
			if i < figures {
				text += "  " + pad + cell
			} else {
				text += "  " + cell + pad
			}
		}
		p.line("%s", strings.TrimRight(text, " "))
	}
	if n > most {
		p.line("  and %d more: --json has all", n-most)
	}
}
