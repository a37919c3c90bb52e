package decision_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/decision"
)

// fill makes a decision with everything in it; n stands for every number.
func fill(d *decision.Decision, t *atom.Table, n int64) {
	text := func(s string) atom.ID {
		if n == atom.Null {
			return atom.Null
		}
		return t.Intern([]byte(s))
	}
	d.Reset()
	d.Status = casefile.WordDecided
	d.Errors = append(d.Errors, decision.Error{Code: casefile.WordRuleError, Path: text("r.1"), Message: text("\"…\"\n")})
	d.Gates = append(d.Gates, decision.Gate{ID: text("abroad"), Blocks: text("booking"), Reason: text("why"), Row: text("OUT-60")})
	all := decision.CashOnApproval | decision.ClaimAboveTotal | decision.DueUnknown | decision.DuplicateLine |
		decision.ExecutedNotBooked | decision.OverpaidBefore | decision.ReviewCategory
	line := decision.RefundLine{ID: text("L1"), Status: casefile.WordPayable, Diff: n, Multiplier: n, Total: n, Pay: n, Preview: n, Rule: text("refund.double"), Flags: all}
	lines := append(d.Refund.Lines, line, line)
	d.Refund = decision.Refund{Present: true, Status: casefile.WordPayable, Lines: lines, Diff: n, Total: n, Pay: n, Preview: n,
		Means: casefile.WordCredit, MeansReason: text("m"), Approval: decision.Approval{Needed: true, Rung: n, Reason: text("a")}, DueBy: n, Flags: all}
	d.Complaint = decision.Complaint{Present: true, State: casefile.WordAnalysis, Severity: casefile.WordMajor, Owner: text("8812"), Rung: n,
		Next:     append(d.Complaint.Next, casefile.WordSettled, casefile.WordWorking),
		Escalate: decision.Escalate{Present: n != atom.Null, To: n, Role: text("gm"), Parallel: true, Allowed: true, Reason: text("e")}}
	d.Clocks = append(d.Clocks, decision.Clock{ID: casefile.WordDesk, DueAt: n, Status: casefile.WordOK, Remaining: n})
	s := &d.Scenario
	s.Present, s.End = true, true
	s.ID, s.Title, s.Step, s.Aim, s.TitleGloss, s.AimGloss = text("i"), text("t"), text("s"), text("a"), text("tg"), text("ag")
	s.Stack = append(s.Stack, text("x"))
	s.Say = append(s.Say, decision.Say{ID: text("l1"), Text: text("您好"), Gloss: text("hello"), Tags: []atom.ID{text("feelings")}, Row: text("REF-25")})
	h := s.AddHeld(text("l2"))
	h.Missing = append(h.Missing, text("complaint.promised_at"))
	s.Ask = append(s.Ask, decision.Ask{Field: text("customer.has_id"), Label: text("label"), Gloss: text("g")})
	s.Replies = append(s.Replies, decision.Reply{ID: text("calmer"), Label: text("l"), Gloss: text("g"), Count: text("silence")})
	d.Warnings = append(d.Warnings, decision.Warning{Code: text("word_overused"), Level: casefile.WordFault, At: text("draft"), From: n, To: n,
		Text: text("咱们"), Count: n, Limit: n, Message: text("m"), Suggestion: text("我们"), Row: text("LNG-05")})
	d.Tasks = append(d.Tasks, decision.Task{ID: text("pay"), DueAt: n, Row: text("REF-05")})
	d.Cash = decision.Cash{Present: true, Change: n}
	d.Close = decision.Close{Present: true, MayLeave: true,
		Differences: append(d.Close.Differences, decision.Difference{Item: text("sim_card"), Expected: n, Counted: n, Difference: n})}
	r := &d.Results
	head := func(name string) atom.ID { return t.Intern([]byte(decision.Head(name))) }
	key := func(name string, first bool) atom.ID { return t.Intern([]byte(decision.Key(name, first))) }
	r.Decision(head("credit.limit"))
	r.Value(key("limit_fen", true), casefile.Fen, n)
	r.List(key("roles", false), casefile.Text)
	r.Item(int64(casefile.WordStaff))
	r.Item(int64(casefile.WordCustomer))
	r.Decision(head("empty"))
	r.Decision(head("more"))
	r.List(key("none", true), casefile.Int)
	r.Value(key("is", false), casefile.Bool, 1)
	r.Value(key("at", false), casefile.Time, 0)
	d.Trace = append(d.Trace, decision.Fired{Decision: text("refund.multiplier"), Subject: text("L1"), Rule: text("refund.double"), Row: text("REF-08")})
}

func TestCanonicalForm(t *testing.T) {
	table := casefile.NewTable()
	var d decision.Decision
	fill(&d, table, 7)
	const offset = 8 * 3600
	const want = `{"status":"decided",` +
		`"errors":[{"code":"rule_error","path":"r.1","message":"\"…\"\n"}],` +
		`"gates":[{"id":"abroad","blocks":"booking","reason":"why","row":"OUT-60"}],` +
		`"refund":{"status":"payable","lines":[` + wantLine + `,` + wantLine + `],"diff_fen":7,"total_fen":7,"pay_fen":7,"preview_fen":7,` +
		`"means":"credit","means_reason":"m","approval":{"needed":true,"rung":7,"reason":"a"},"due_by":"1970-01-01T08:00:07+08:00","flags":` + wantFlags + `},` +
		`"complaint":{"state":"analysis","severity":"major","owner":"8812","rung":7,"next":["settled","working"],` +
		`"escalate":{"to":7,"role":"gm","parallel":true,"allowed":true,"reason":"e"}},` +
		`"clocks":[{"id":"desk","due_at":"1970-01-01T08:00:07+08:00","status":"ok","remaining_sec":7}],` +
		`"scenario":{"id":"i","title":"t","step":"s","stack":["x"],"aim":"a",` +
		`"say":[{"id":"l1","text":"您好","gloss":"hello","tags":["feelings"],"row":"REF-25"}],"held":[{"id":"l2","missing":["complaint.promised_at"]}],` +
		`"ask":[{"field":"customer.has_id","label":"label","gloss":"g"}],"replies":[{"id":"calmer","label":"l","gloss":"g","count":"silence"}],` +
		`"end":true,"title_gloss":"tg","aim_gloss":"ag"},` +
		`"warnings":[{"code":"word_overused","level":"fault","at":"draft","span":[7,7],"text":"咱们","count":7,"limit":7,"message":"m","suggestion":"我们","row":"LNG-05"}],` +
		`"tasks":[{"id":"pay","due_at":"1970-01-01T08:00:07+08:00","row":"REF-05"}],"cash":{"change_fen":7},` +
		`"close":{"may_leave":true,"differences":[{"item":"sim_card","expected":7,"counted":7,"difference":7}]},` +
		`"results":{"credit.limit":{"limit_fen":7,"roles":["staff","customer"]},"empty":{},"more":{"none":[],"is":true,"at":"1970-01-01T08:00:00+08:00"}},` +
		`"trace":[{"decision":"refund.multiplier","subject":"L1","rule":"refund.double","row":"REF-08"}]`
	body := decision.AppendBody(nil, &d, table, offset)
	if string(body) != want+"}" {
		t.Errorf("body\n%s\nwant\n%s}", body, want)
	}
	d.Receipt = decision.Receipt{Engine: [32]byte{1}, Pack: [32]byte{2}, Case: [32]byte{3}, Decision: [32]byte{31: 0xfa}}
	zeros := strings.Repeat("0", 62)
	whole := want + `,"receipt":{"engine":"sha256:01` + zeros + `","pack":"sha256:02` + zeros + `","case":"sha256:03` + zeros + `","decision":"sha256:` + zeros + `fa"}}`
	if got := decision.Append([]byte("before"), &d, table, offset); string(got) != "before"+whole {
		t.Errorf("whole\n%s\nwant\nbefore%s", got, whole)
	}
}

const (
	wantFlags = `["cash_on_approval","claim_above_total","due_unknown","duplicate_line","executed_not_booked","overpaid_before","review_category"]`
	wantLine  = `{"id":"L1","status":"payable","diff_fen":7,"multiplier":7,"total_fen":7,"pay_fen":7,"preview_fen":7,"rule":"refund.double","flags":` + wantFlags + `}`
)

func TestLeast(t *testing.T) {
	table := casefile.NewTable()
	var d decision.Decision
	fill(&d, table, 7)
	d.Reset()
	d.Status = casefile.WordDecided
	if got := string(decision.AppendBody(nil, &d, table, 0)); got != `{"status":"decided","trace":[]}` {
		t.Error(got)
	}
	d.Refund.Present, d.Complaint.Present, d.Scenario.Present, d.Close.Present = true, true, true, true
	if got := string(decision.AppendBody(nil, &d, table, 0)); !strings.Contains(got, `"escalate":null`) || strings.Contains(got, "L1") {
		t.Error(got)
	}
}

func TestInvalidHoldsNothingElse(t *testing.T) {
	table := casefile.NewTable()
	var d decision.Decision
	fill(&d, table, 7)
	d.Status = casefile.WordInvalid
	want := `{"status":"invalid","errors":[{"code":"rule_error","path":"r.1","message":"\"…\"\n"}],"trace":[]}`
	if got := string(decision.AppendBody(nil, &d, table, 0)); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// member is a member of a JSON object, in the order it stands.
type member struct {
	path string
	kind string
}

// members lists a JSON text's members in order, each path once, with the type of its value.
func members(t *testing.T, text []byte) []member {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var all []member
	note := func(path, kind string) {
		if m := (member{path, kind}); path != "" && !strings.HasSuffix(path, "[]") && !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	var walk func(path string)
	walk = func(path string) {
		tok, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch v := tok.(type) {
		case json.Delim:
			note(path, v.String())
			for dec.More() {
				if v == '[' {
					walk(path + "[]")
					continue
				}
				name, _ := dec.Token()
				walk(strings.TrimPrefix(path+"."+name.(string), "."))
			}
			dec.Token()
		case nil:
			note(path, "null")
		default:
			note(path, fmt.Sprintf("%T", v))
		}
	}
	walk("")
	return all
}

// TestWriterKeepsToSchema holds the writer to the table: the same members in the same order, of the same types, and
// null only where the table says so.
func TestWriterKeepsToSchema(t *testing.T) {
	table := casefile.NewTable()
	var d decision.Decision
	fill(&d, table, 7)
	text := decision.Append(nil, &d, table, 0)
	var want []member
	for _, info := range decision.Schema() {
		m := member{info.Path, ""}
		switch info.Shape {
		case decision.Object, decision.Named:
			m.kind = "{"
		case decision.Objects, decision.Texts, decision.Pair:
			m.kind = "["
		case decision.Value:
			switch info.Type {
			case casefile.Text, casefile.Time:
				m.kind = "string"
			case casefile.Bool:
				m.kind = "bool"
			default:
				m.kind = "json.Number"
			}
		}
		want = append(want, m)
	}
	got := members(t, text)
	// What is within results is the operator's.
	got = slices.DeleteFunc(got, func(m member) bool { return strings.HasPrefix(m.path, "results.") })
	if !slices.Equal(got, want) {
		t.Errorf("written\n%v\nin the table\n%v", got, want)
	}

	fill(&d, table, atom.Null)
	null := map[string]bool{}
	for _, m := range members(t, decision.Append(nil, &d, table, 0)) {
		null[m.path] = m.kind == "null"
	}
	for _, info := range decision.Schema() {
		// A number is null for the writer whenever it is Null; the stages must not leave it so where the table forbids it.
		number := info.Shape == decision.Value && info.Type != casefile.Text && info.Type != casefile.Bool
		if info.Nullable && !null[info.Path] || !info.Nullable && null[info.Path] && !number {
			t.Errorf("%s: null %t, the table says %t", info.Path, null[info.Path], info.Nullable)
		}
	}
}

func TestHeldKeepsMemory(t *testing.T) {
	table := casefile.NewTable()
	var d decision.Decision
	dst := make([]byte, 0, 1<<16)
	texts := map[string]atom.ID{}
	for _, s := range []string{"a", "b", "c"} {
		texts[s] = table.Fix(s)
	}
	head, key := table.Fix(decision.Head("a")), table.Fix(decision.Key("b", true))
	write := func() {
		d.Reset()
		d.Status = casefile.WordDecided
		d.Scenario.Present = true
		for range 3 {
			h := d.Scenario.AddHeld(texts["a"])
			h.Missing = append(h.Missing, texts["b"], texts["c"])
		}
		d.Refund.Lines = append(d.Refund.Lines, decision.RefundLine{Flags: decision.DueUnknown})
		d.Refund.Present = true
		d.Results.Decision(head)
		d.Results.Value(key, casefile.Int, 5)
		dst = decision.AppendBody(dst[:0], &d, table, 0)
	}
	write()
	if n := testing.AllocsPerRun(100, write); n != 0 {
		t.Errorf("%v allocations a decision after warm-up", n)
	}
	if n := strings.Count(string(dst), `{"id":"a","missing":["b","c"]}`); n != 3 {
		t.Errorf("%d held lines in %s", n, dst)
	}
}

// TestRuleOfTwoDecisions writes a rule's id that two decisions share, in turns: each line is right, and remembering how
// lines were written takes no more room with every turn.
func TestRuleOfTwoDecisions(t *testing.T) {
	table := casefile.NewTable()
	var d decision.Decision
	a, b, rule := table.Fix("a"), table.Fix("b"), table.Fix("same")
	dst := make([]byte, 0, 1<<16)
	write := func() {
		d.Reset()
		d.Status = casefile.WordDecided
		for range 50 {
			d.Trace = append(d.Trace, decision.Fired{Decision: a, Rule: rule}, decision.Fired{Decision: b, Rule: rule})
		}
		dst = decision.AppendBody(dst[:0], &d, table, 0)
	}
	write()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 2000 {
		write()
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("2,000 decisions took %d bytes after warm-up", grown)
	}
	one := `{"decision":"a","subject":"","rule":"same","row":""},{"decision":"b","subject":"","rule":"same","row":""}`
	if n := strings.Count(string(dst), one); n != 50 {
		t.Errorf("%d pairs of lines in %s", n, dst)
	}
}

func BenchmarkAppend(b *testing.B) {
	table := casefile.NewTable()
	var d decision.Decision
	fill(&d, table, 1700000000)
	dst := decision.Append(nil, &d, table, 28800)
	b.SetBytes(int64(len(dst)))
	b.ReportAllocs()
	for b.Loop() {
		dst = decision.AppendBody(dst[:0], &d, table, 28800)
	}
}
