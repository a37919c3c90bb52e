package page

import (
	_ "embed"
	"html/template"
	"io"
	"strings"

	"koujing/core/author/impact"
)

//go:embed impact.html
var impactPage string

//go:embed impact.css
var impactStyle string

var impactTemplate = template.Must(template.New("impact").Funcs(template.FuncMap{
	"whole": Whole, "signed": Signed, "yuan": Yuan, "signedYuan": SignedYuan, "percent": Percent, "kind": Kind,
	"word":  func(zh, en string) Word { return Word{zh, en} },
	"list":  func(values ...any) []any { return values },
	"style": func() template.CSS { return template.CSS(impactStyle) }, // a file of this package
	"short": func(digest string) string { return digest[:min(len(digest), len("sha256:")+12)] },
	"how": func(how string) string {
		return map[string]string{"from_only": "−", "to_only": "+", "otherwise": "~"}[how]
	},
	"sub": func(a, b int64) int64 { return a - b },
}).Parse(impactPage))

// HTML writes the report as one file: its charts are in it as SVG, each beside a table with the same figures, and nothing
// is fetched. All text is escaped.
func HTML(w io.Writer, r *impact.Report) error {
	return impactTemplate.Execute(w, newView(r))
}

// view is a report with what the page adds to it.
type view struct {
	*impact.Report
	Same             bool // one pack, twice
	Breached         int64
	Closed, Opened   int64
	Sums             []sumRow
	SumChart         *chart
	KindChart        *chart
	RuleChart        *chart
	CategoryChart    *chart
	ClockChart       *chart
	GateChart        *chart
	Turns            []turns
	Files            bool // more than one input, so that places need its name
	Lines, CaseRules []impact.RuleChange
}

type sumRow struct {
	Name Word
	impact.Sum
}

// turns is a table of what went from one value to another.
type turns struct {
	Name Word
	List []impact.Turn
}

func newView(r *impact.Report) *view {
	v := &view{Report: r, Same: r.From.Digest == r.To.Digest, Sums: []sumRow{
		{Word{"应付", "to pay"}, r.Pay}, {Word{"应退总额", "owed in all"}, r.Total}, {Word{"核实后应付", "if confirmed"}, r.Preview},
	}}
	var bars []bar
	for _, s := range v.Sums {
		bars = append(bars, fenBar(s.Name.ZH+" "+s.Name.EN, s.Flow))
	}
	v.SumChart = lay(bars)

	bars = nil
	for _, k := range r.Changes {
		w := Kind(k.Kind)
		bars = append(bars, bar{Label: w.ZH, Right: k.Cases, RightText: Whole(k.Cases)})
	}
	v.KindChart = lay(bars)

	bars = nil
	for _, x := range r.Rules {
		if x.Of == "line" {
			v.Lines = append(v.Lines, x)
			bars = append(bars, fenBar(x.Rule, x.Pay))
		} else {
			v.CaseRules = append(v.CaseRules, x)
		}
	}
	v.RuleChart = lay(bars)

	bars = nil
	for _, x := range r.Categories {
		bars = append(bars, fenBar(x.Category, x.Pay))
	}
	v.CategoryChart = lay(bars)

	bars = nil
	for _, x := range r.Clocks {
		v.Breached += x.Breached
		bars = append(bars, countBar(x.ID, x.Breached, x.Kept))
	}
	v.ClockChart = lay(bars)

	bars = nil
	for _, x := range r.Gates {
		v.Closed += x.Closed
		v.Opened += x.Opened
		bars = append(bars, countBar(x.ID, x.Closed, x.Opened))
	}
	v.GateChart = lay(bars)

	for _, t := range []turns{
		{Word{"受理状态", "Status"}, r.Status}, {Word{"退费状态", "Refund status"}, r.Refund}, {Word{"返还方式", "Means"}, r.Means},
		{Word{"审批层级", "Approval, rung"}, r.Approval}, {Word{"投诉等级", "Severity"}, r.Severity},
		{Word{"升级层级", "Escalation, rung"}, r.Escalation}, {Word{"话术位置", "Talk"}, r.Talk},
	} {
		if len(t.List) > 0 {
			v.Turns = append(v.Turns, t)
		}
	}
	v.Files = severalFiles(r)
	return v
}

// fenBar shows fen more to the right and fen less to the left, in yuan.
func fenBar(label string, f impact.Flow) bar {
	return bar{Label: label, Right: f.More, Left: f.Less, RightText: SignedYuan(f.More), LeftText: SignedYuan(-f.Less)}
}

func countBar(label string, right, left int64) bar {
	return bar{Label: label, Right: right, Left: left, RightText: Whole(right), LeftText: Whole(left)}
}

// severalFiles says whether the places of a report lie in more than one input.
func severalFiles(r *impact.Report) bool {
	var names []string
	for _, k := range r.Changes {
		names = append(names, k.First.File)
	}
	for _, l := range r.Largest {
		names = append(names, l.File)
	}
	return len(names) > 0 && strings.Join(names, "") != strings.Repeat(names[0], len(names))
}
