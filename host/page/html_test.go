package page

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"koujing/core/author/impact"
)

// hostile is what a pack or a case may be called by somebody who tries to get into the page.
const hostile = `</td><script>alert(1)</script>"'&<img src=x onerror=alert(1)>`

// full is a report with something everywhere.
func full() *impact.Report {
	at := impact.Where{Case: hostile, File: hostile, Line: 7}
	flow := impact.Flow{More: 1_234_567, Less: 89, MoreCases: 3, LessCases: 2, Net: 1_234_478}
	sum := impact.Sum{From: 100, To: 1_234_578, Flow: flow}
	turns := []impact.Turn{{From: "", To: hostile, Cases: 4, First: at}}
	return &impact.Report{
		From: impact.Pack{ID: hostile, Version: hostile, Digest: "sha256:" + strings.Repeat("0", 64)}, To: impact.Pack{ID: "b", Version: "2", Digest: hostile},
		Cases: 10, Changed: 5, Unchanged: 5, Invalid: impact.Invalid{Both: 1, Newly: 2, NewlyFirst: []impact.Bad{{Where: at, Code: hostile, Path: hostile}}},
		Changes: []impact.Seen{{Kind: "refund.pay", Cases: 5, First: at}, {Kind: hostile, Cases: 3, First: at}}, Pay: sum, Total: sum, Preview: sum,
		Rules: []impact.RuleChange{{Decision: hostile, Rule: hostile, Otherwise: 5, Of: "line", Pay: flow, First: at},
			{Decision: hostile, Rule: hostile, ToOnly: 5, Of: "case", Pay: flow, First: impact.Where{File: "other", Line: 1}}},
		Categories: []impact.CategoryChange{{Category: hostile, Lines: 5, Pay: flow, First: at}},
		Gates:      []impact.GateChange{{ID: hostile, Closed: 31, Opened: 32, First: at}},
		Clocks:     []impact.ClockChange{{ID: hostile, Breached: 41, Kept: 42, First: at}},
		Tasks:      []impact.TaskChange{{ID: hostile, New: 51, First: at}}, Warnings: []impact.WarningChange{{Code: hostile, Gone: 61, First: at}},
		Results: []impact.ResultChange{{Decision: hostile, Cases: 71, First: at}},
		Status:  turns, Refund: turns, Means: turns, Approval: turns, Severity: turns, Escalation: turns, Talk: turns,
		Largest: []impact.LargeChange{{Where: at, PayFrom: 100, PayTo: 300, Rules: []impact.RuleTurn{{Decision: hostile, Rule: hostile, How: "to_only"}}},
			{Where: at, Changes: []string{"refund.pay"}}},
	}
}

func render(t *testing.T, r *impact.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := HTML(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestSelfContained wants a page that fetches nothing and runs nothing, whatever things are called.
func TestSelfContained(t *testing.T) {
	text := render(t, full())
	for _, never := range []string{"<script", "<img", "http:", "https:", "src=", "href=", "url(", "@import", "ZgotmplZ", "<no value>"} {
		if strings.Contains(strings.ReplaceAll(text, "&lt;img src=", ""), never) {
			t.Errorf("%s in the page", never)
		}
	}
	if !strings.Contains(text, "&lt;script&gt;") {
		t.Error("the names are not in the page at all")
	}
	if !strings.Contains(text, "default-src 'none'") {
		t.Error("the page forbids nothing")
	}
}

// TestWellFormed closes every element that is opened, and in order.
func TestWellFormed(t *testing.T) {
	for name, r := range map[string]*impact.Report{"full": full(), "empty": {}} {
		var open []string
		for _, tag := range regexp.MustCompile(`<(/?)([a-z0-9]+)[^<>]*?(/?)>`).FindAllStringSubmatch(render(t, r), -1) {
			switch {
			case tag[3] == "/" || tag[2] == "meta" || tag[2] == "br":
			case tag[1] == "":
				open = append(open, tag[2])
			case len(open) == 0 || open[len(open)-1] != tag[2]:
				t.Fatalf("%s: </%s> inside %q", name, tag[2], open)
			default:
				open = open[:len(open)-1]
			}
		}
		if len(open) != 0 {
			t.Errorf("%s: not closed: %q", name, open)
		}
	}
}

// TestTablesHaveTheFigures looks for every figure of a chart in a table: a chart alone can't be heard.
func TestTablesHaveTheFigures(t *testing.T) {
	text := render(t, full())
	charts := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(text, -1)
	if len(charts) != 6 {
		t.Fatalf("%d charts", len(charts))
	}
	tables := regexp.MustCompile(`(?s)<svg.*?</svg>`).ReplaceAllString(text, "")
	for _, chart := range charts {
		figures := regexp.MustCompile(`class="figure"[^>]*>([^<]+)<`).FindAllStringSubmatch(chart, -1)
		if len(figures) == 0 {
			t.Errorf("no figure in %s", chart)
		}
		for _, f := range figures {
			fen := strings.NewReplacer("-", "", "&#43;", "", ".", "", ",", "").Replace(f[1]) // yuan here, fen there
			if !strings.Contains(strings.ReplaceAll(tables, ",", ""), ">"+strings.TrimLeft(fen, "0")+"<") {
				t.Errorf("%s stands in no table", f[1])
			}
		}
	}
}

func TestLay(t *testing.T) {
	if c := lay([]bar{{Label: "nothing"}}); c != nil {
		t.Errorf("a chart of nothing: %+v", c)
	}
	bars := []bar{{Label: strings.Repeat("长", 40), Right: 100, RightText: "100"}, {Label: "b", Left: 1 << 60, LeftText: "-"}, {Label: "c", Left: 1, Right: 1}}
	c := lay(bars)
	for _, r := range c.Rows {
		if r.LeftX < 0 || r.LeftW > 0 && r.LeftX < labelWidth || r.RightX+r.RightW > chartWidth || r.LeftW < 0 {
			t.Errorf("%+v is outside", r)
		}
	}
	if got := c.Rows[0].Label; len([]rune(got)) > labelChars/2+2 || !strings.HasSuffix(got, "…") || c.Rows[0].Full != bars[0].Label {
		t.Errorf("%q", got)
	}
	if fit("short") != "short" {
		t.Error(fit("short"))
	}
}
