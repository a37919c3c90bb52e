package author_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"koujing/core/author"
)

// A mistake is an edit of the default pack that somebody makes in a hurry: in a file, old becomes new (or new is put behind
// all), and the finding that must come is at the first place of mark, in that file or the one before a colon.
type mistake struct {
	name, file, old, new string
	code, mark           string
	hint                 string // a part of the hint
}

// everything is the whole text of a file.
const everything = "\x00"

var mistakes = []mistake{
	{"misspelt fact", "rules/complaint.yaml", "facts.safety_risk", "facts.saftey_risk", "unknown_name", "facts.saftey_risk", "did you mean facts.safety_risk?"},
	{"misspelt field of a line", "rules/refund.yaml", "line.category in", "line.catgory in", "unknown_name", "line.catgory", "did you mean line.category?"},
	{"misspelt setting in a table", "tables/refund.approval.csv", "> settings.rung.handler_fen", "> settings.rung.handler_fn", "unknown_name", "settings.rung.handler_fn", "settings.rung.handler_fen"},
	{"text compared with a number", "rules/gates.yaml", `customer.location == "abroad"`, "customer.location == 3", "wrong_type", "== 3", ""},
	{"value that is not in a list", "rules/complaint.yaml", `complaint.kind == "suspension" and`, `complaint.kind == "suspention" and`, "unknown_value", `"suspention"`, "did you mean suspension?"},
	{"status that no refund has", "rules/refund.yaml", `refund.status in ["payable", "overdue", "settled"]`, `refund.status in ["payable", "overdue", "setled"]`, "unknown_value", `"setled"`, "did you mean settled?"},
	{"status that no clock has", "rules/complaint.yaml", `clocks.interim.status != "met"`, `clocks.interim.status != "meet"`, "unknown_value", `"meet"`, "did you mean met?"},
	{"rule covered by two", "rules/complaint.yaml", "  - id: severity.ordinary\n", "  - id: severity.few\n    when: facts.customers_affected < 110\n    then: { severity: ordinary }\n    row: ESC-11\n  - id: severity.none\n    when: facts.customers_affected in 50..200\n    then: { severity: major }\n    row: ESC-11\n  - id: severity.ordinary\n", "unreachable_rule", "severity.none", "narrow them"},
	{"conditions that exclude each other", "rules/gates.yaml", `(offer.id ?? "") != "" and customer.location == "abroad"`, `(offer.id ?? "") == "" and offer.id == "x"`, "unreachable_rule", `channel == "outbound" and (offer.id ?? "") == ""`, ""},
	{"overlap of ranges", "tables/rung.limits.csv", everything, "# hit: unique\n# ranges meet at 5\nid,complaint.state,complaint.rung,=> within,=> authority_fen,row,note\nlow,\"not(null, closed)\",[0..5],1,1,ESC-12,\nhigh,\"not(null, closed)\",>= 5,2,2,ESC-12,\n", "overlap", "high", "narrow one of them"},
	{"gap between ranges", "tables/rung.limits.csv", everything, "# hit: unique\n# nothing at 3\nid,complaint.state,complaint.rung,=> within,=> authority_fen,row,note\nlow,\"not(null, closed)\",[0..2],1,1,ESC-12,\nhigh,\"not(null, closed)\",>= 4,2,2,ESC-12,\n", "gap", "#", "default"},
	{"the last rule of a core decision gone", "tables/refund.approval.csv", "approval.none,-,-,0,,ESC-12,the amount stays the same whoever agrees\n", "", "gap", "#", "default"},
	{"same rule id twice", "rules/complaint.yaml", "id: next.close\n", "id: next.answer\n", "duplicate_rule", "", "of its own"},
	{"decisions in a circle", "rules/coaching.yaml", "", "---\ndecision: ring.one\nhit: first\nrules: [{ id: ring.a, then: { v: ring.two.v }, row: SVC-44 }]\n---\ndecision: ring.two\nhit: first\nrules: [{ id: ring.b, then: { v: ring.one.v }, row: SVC-44 }]\n", "cycle", "ring.one", "read the case"},
	{"unknown placeholder", "scenarios/hall.cash.yaml", "{{money(cash.due_fen)}}，您付", "{{money(cash.due)}}，您付", "unknown_name", "cash.due)", "did you mean cash.due_fen?"},
	{"amount spoken as it is", "scenarios/hall.cash.yaml", "一共{{money(cash.due_fen)}}", "一共{{due(cash.due_fen)}}", "wrong_type", "cash.due_fen)", "money(fen)"},
	{"dead step", "scenarios/hall.cash.yaml", "steps:\n", "steps:\n  forgotten: { say: 您好, end: done }\n", "unreachable_step", "forgotten", "name it in a to"},
	{"step to an unknown track", "scenarios/hall.cash.yaml", "to: received }\n      other:", "to: hall.cach }\n      other:", "unknown_step", "hall.cach", "did you mean hall.cash?"},
	{"track that never ends", "scenarios/hall.crowd.yaml", everything, "title: 人多\nintents: [crowd]\nsteps:\n  talk:\n    say: 您好\n    replies: { again: { label: 再说, to: listen } }\n  listen:\n    say: 请说\n    replies: { again: { label: 再说, to: talk } }\n", "dead_end", "talk:\n", "end"},
	{"reply that leads nowhere", "scenarios/hall.cash.yaml", "to: received }\n      other:", "too: received }\n      other:", "unknown_key", "too", "did you mean to?"},
	{"setting without a value", "pack.yaml", "rung.gm_within:              { value: 12h, ", "rung.gm_within:              { ", "missing", "rung.gm_within", ""},
	{"setting without a unit", "pack.yaml", "{ value: 30, unit: percent, origin: source, row: SVC-04", "{ value: 30, origin: source, row: SVC-04", "no_unit", "service.talk_share", "unit"},
	{"unsettled setting", "pack.yaml", "recommend.limit:          { value: 3m", "recommend.limit:          { value: unsettled", "unsettled", "unsettled, origin", "choose"},
	{"misspelt duration", "pack.yaml", "complaint.support:        { value: 24h", "complaint.support:        { value: 24hrs", "wrong_type", "24hrs", "write 24h"},
	{"duration in Chinese", "pack.yaml", "complaint.find_out:       { value: 24h", "complaint.find_out:       { value: 24小时", "wrong_type", "24小时", "write 24h"},
	{"yuan with a fraction", "pack.yaml", "severity.major_above:     { value: 50000", "severity.major_above:     { value: 500.00", "no_floats", "500.00", "fen"},
	{"row that is not in the index", "rules/refund.yaml", "row: REF-08\n", "row: REF-80\n", "unknown_row", "REF-80", "did you mean REF-08?"},
	{"row of a series that does not exist", "rules/refund.yaml", "row: REF-08\n", "row: RFE-08\n", "unknown_row", "RFE-08", "did you mean REF-08?"},
	{"rule without a row", "rules/refund.yaml", "    row: REF-08\n", "", "no_basis", "refund.double", "basis"},
	{"row that is past", "rows/01-refund.yaml", "REF-08: { ", "REF-08: { until: 2026-06-30, ", "past", "rules/refund.yaml:REF-08", "row"},
	{"words that break the pack's own check", "scenarios/hall.cash.yaml", "正好，不用找零，谢谢您。", "正好，XX不用找零，谢谢您。", "blank_left", "XX", ""},
	{"day that stands twice", "calendar/2026.yaml", "  - 2026-02-14\n", "  - 2026-02-15\n", "duplicate_key", "", ""},
	{"day that is none", "calendar/2026.yaml", "- 2026-06-19\n", "- 2026-06-31\n", "bad_time", "2026-06-31", "write 2026-11-22"},
	{"cell of the wrong type", "tables/rung.limits.csv", `rung.handler,"not(null, closed)",0,`, `rung.handler,"not(null, closed)",zero,`, "wrong_type", "zero", "fen"},
	{"row with a cell too few", "tables/rung.limits.csv", `rung.handler,"not(null, closed)",0,`, `rung.handler,0,`, "wrong_columns", "rung.handler", "quotes"},
	{"column that names nothing", "tables/rung.limits.csv", "id,complaint.state,complaint.rung,", "id,complaint.state,complaint.rang,", "unknown_name", "complaint.rang", "did you mean complaint.rung?"},
	{"output missing in one rule", "rules/refund.yaml", "then: { means: credit }\n", "then: { reason: \"'x'\" }\n", "missing_output", "means.credit", "add means"},
	{"output that the core does not know", "rules/refund.yaml", "then: { multiplier: 2, review: false }", "then: { multiplier: 2, reveiw: false }", "unknown_output", "reveiw", "did you mean review?"},
	{"function that does not exist", "rules/records.yaml", "refund.total_fen > 0\n", "money.round(refund.total_fen) > 0\n", "unknown_function", "money.round", ""},
	{"expression without end", "rules/gates.yaml", "customer.is_owner == false\n", "customer.is_owner == false" + strings.Repeat(" or customer.is_owner == false", 80) + "\n", "expression_too_long", `channel == "outbound" and (offer.id ?? "") != "" and customer.is_owner`, "split it"},
	{"test of a rule that is gone", "tests/refund.yaml", "fires: [refund.double", "fires: [refund.dubble", "unknown_rule", "refund.dubble", "did you mean refund.double?"},
	{"test of an intent that is gone", "tests/hall.yaml", "intent: fee_not_ordered", "intent: fee_not_orderd", "unknown_intent", "fee_not_orderd", "did you mean fee_not_ordered?"},
	{"bracket left open", "rules/gates.yaml", `and (customer.do_not_contact or`, `and ((customer.do_not_contact or`, "syntax", "", "bracket"},
	{"= for ==", "rules/gates.yaml", `customer.location == "abroad"`, `customer.location = "abroad"`, "syntax", `= "abroad"`, "write =="},
	{"full-width colon", "rules/refund.yaml", "hit: first\n", "hit：first\n", "yaml", "：", "write :"},
	{"tab for spaces", "rules/refund.yaml", "    when: line.category", "\twhen: line.category", "yaml", "", "spaces"},
	{"key that stands twice", "rules/refund.yaml", "    row: REF-08\n", "    row: REF-08\n    row: REF-09\n", "duplicate_key", "row: REF-09", ""},
	{"rule behind the one without a condition", "rules/refund.yaml", "  - id: means.closed\n", "  - id: means.any\n    then: { means: credit }\n    row: REF-04\n  - id: means.closed\n", "unreachable_rule", "means.closed", "to the end"},
	{"the amount depends on the mood", "rules/refund.yaml", "when: line.category in settings.refund.doubled", `when: line.category in settings.refund.doubled and customer.emotion == "heated"`, "guardrail", "customer.emotion", "never depends"},
	{"factor of three", "rules/refund.yaml", "multiplier: 2, review", "multiplier: 3, review", "guardrail", "3, review", "twice"},
	{"setting that nothing reads any more", "rules/complaint.yaml", "now + settings.complaint.find_out", "now + hours(24)", "unused", "pack.yaml:complaint.find_out", ""},
	{"file that is not listed", "rules/refund2.yaml", "", "decision: own.x\nhit: first\nrules: [{ id: own.x, then: { v: 1 }, row: REF-08 }]\n", "unlisted_file", "pack.yaml:- rules/refund.yaml", "rules/refund2.yaml"},
	{"label for a field that does not exist", "pack.yaml", "\nlabels:\n", "\nlabels:\n  customer.has_idd: 证件\n", "unknown_name", "customer.has_idd", "did you mean customer.has_id?"},
	{"hit policy misspelt", "rules/refund.yaml", "hit: collect\n", "hit: colect\n", "unknown_value", "colect", "did you mean collect?"},
	{"text without its quotes", "rules/refund.yaml", `reason: "'账户已销户，无法充值，改为现金返还'"`, "reason: closed", "unknown_name", "closed }", "quoted"},
}

// made is the default pack with a mistake in it.
func (m *mistake) made(t *testing.T, whole author.Sources) author.Sources {
	t.Helper()
	src := maps.Clone(whole)
	switch text := src[m.file]; {
	case m.old == everything:
		src[m.file] = m.new
	case m.old == "":
		src[m.file] = text + m.new
	case !strings.Contains(text, m.old):
		t.Fatalf("%s does not hold %q", m.file, m.old)
	default:
		src[m.file] = strings.Replace(text, m.old, m.new, 1)
	}
	return src
}

// placeOf is file:line:column of the first time that mark stands in a file, which may stand before a colon.
func placeOf(src author.Sources, file, mark string) string {
	for path := range src {
		if rest, ok := strings.CutPrefix(mark, path+":"); ok {
			file, mark = path, rest
		}
	}
	before, _, found := strings.Cut(src[file], mark)
	if !found {
		return "nowhere"
	}
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return fmt.Sprintf("%s:%d:%d", file, 1+strings.Count(before, "\n"), 1+utf8.RuneCountInString(line))
}

// is tells the finding that the mistake must come to.
func (m *mistake) is(src author.Sources) func(author.Diagnostic) bool {
	at := placeOf(src, m.file, m.mark)
	return func(d author.Diagnostic) bool {
		return d.Code == m.code && (m.mark == "" || at == fmt.Sprintf("%s:%d:%d", d.File, d.Line, d.Column)) && strings.Contains(d.Hint, m.hint)
	}
}

const today = "2026-11-22"

// TestMistakes makes each mistake alone and wants it found where it stands.
func TestMistakes(t *testing.T) {
	whole := telecom(t)
	var w author.Workspace // so that only what the mistake changes is parsed
	for _, m := range mistakes {
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			src := m.made(t, whole)
			found := w.Check(src, author.Options{At: today})
			if !slices.ContainsFunc(found, m.is(src)) {
				t.Errorf("want %s at %s, hint %q; got", m.code, placeOf(src, m.file, m.mark), m.hint)
				for _, d := range found {
					t.Log(render(d))
				}
			}
		})
	}
}

// TestMistakesTogether makes many at once: none may hide another.
func TestMistakesTogether(t *testing.T) {
	src := telecom(t)
	together := []string{"misspelt field of a line", "misspelt setting in a table", "text compared with a number", "value that is not in a list", "rule covered by two",
		"overlap of ranges", "same rule id twice", "decisions in a circle", "unknown placeholder", "dead step", "setting without a unit", "unsettled setting",
		"misspelt duration", "yuan with a fraction", "row of a series that does not exist", "words that break the pack's own check", "day that is none",
		"output missing in one rule", "function that does not exist", "test of a rule that is gone", "bracket left open", "label for a field that does not exist"}
	var made []mistake
	for _, m := range mistakes {
		if slices.Contains(together, m.name) {
			src = m.made(t, src)
			made = append(made, m)
		}
	}
	if len(made) != len(together) {
		t.Fatalf("%d of %d mistakes are known", len(made), len(together))
	}
	found := author.Check(src, author.Options{At: today})
	for _, m := range made {
		if !slices.ContainsFunc(found, m.is(src)) {
			t.Errorf("%s: no %s at %s", m.name, m.code, placeOf(src, m.file, m.mark))
		}
	}
	if t.Failed() {
		for _, d := range found {
			t.Log(render(d))
		}
	}
}

// TestNoFalseAlarm: the default packs are in order, also as an editor on another system saves them.
func TestNoFalseAlarm(t *testing.T) {
	for _, name := range []string{"cn-telecom", "cn-broadband"} {
		for how, save := range map[string]func(string) string{
			"as it is":  func(s string) string { return s },
			"with CRLF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
			"with BOM":  func(s string) string { return "\ufeff" + s },
		} {
			src := defaultPack(t, name)
			for path, text := range src {
				src[path] = save(text)
			}
			for _, d := range author.Check(src, author.Options{At: today}) {
				t.Errorf("%s %s: %s", name, how, render(d))
			}
		}
	}
}
