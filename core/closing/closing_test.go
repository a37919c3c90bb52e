package closing_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"koujing/core/atom"
	"koujing/core/casefile"
	"koujing/core/closing"
	"koujing/core/decision"
	"koujing/core/program"
	"koujing/core/stage"
	"koujing/core/vocabulary"
)

// bench runs the stage alone on a case.
type bench struct {
	run     stage.Run
	decoder *casefile.Decoder
	c       casefile.Case
	out     decision.Decision
}

func newBench() *bench {
	atoms := casefile.NewTable()
	b := &bench{decoder: casefile.NewDecoder(atoms, casefile.Terms{})}
	b.c.Slots = make([]int64, b.decoder.Width())
	b.run = stage.Run{Terms: &stage.Terms{Atoms: atoms}, Case: &b.c, Machine: &program.Machine{}, Out: &b.out}
	return b
}

func (b *bench) decide(t testing.TB, sections string) *decision.Decision {
	t.Helper()
	b.run.Atoms.Reset()
	b.out.Reset()
	b.run.Machine.Trace = b.run.Machine.Trace[:0]
	if faults := b.decoder.Decode([]byte(`{"now":"2026-11-22T18:00:00+08:00",`+sections+`}`), &b.c); len(faults) > 0 {
		t.Fatalf("%s: %v", sections, faults)
	}
	closing.Decide(&b.run)
	return &b.out
}

// trace is what the trace says, a line for each "subject rule row".
func (b *bench) trace(t testing.TB) (lines []string) {
	t.Helper()
	for _, fired := range b.run.Machine.Trace {
		if fired.Section != uint8(vocabulary.InClosing) || b.text(fired.Decision) != "close" {
			t.Errorf("the trace has %v", fired)
		}
		lines = append(lines, strings.TrimSpace(b.text(fired.Subject)+" "+b.text(fired.Rule)+" "+b.text(fired.Row)))
	}
	return lines
}

func (b *bench) text(id atom.ID) string { return string(b.run.Atoms.Text(id)) }

// TestChange is SVC-26: 100 yuan received and 15 yuan change, for 85 due.
func TestChange(t *testing.T) {
	b := newBench()
	for _, test := range []struct {
		cash   string
		change int64 // -1: none is told
		short  bool
	}{
		{`{"received_fen":10000,"due_fen":8500}`, 1500, false},
		{`{"received_fen":8500,"due_fen":8500}`, 0, false},
		{`{"received_fen":8499,"due_fen":8500}`, -1, true},
		{`{"received_fen":0,"due_fen":100000000000}`, -1, true},
		{`{"received_fen":10000}`, -1, false},
		{`{"due_fen":8500}`, -1, false},
		{`{}`, -1, false},
		{`null`, -1, false},
	} {
		out := b.decide(t, `"cash":`+test.cash)
		if out.Cash.Present != (test.change >= 0) || out.Cash.Present && out.Cash.Change != test.change {
			t.Errorf("%s: %+v, want %d", test.cash, out.Cash, test.change)
		}
		if test.short != (len(out.Warnings) == 1) {
			t.Fatalf("%s: %d warnings", test.cash, len(out.Warnings))
		}
		if !test.short {
			continue
		}
		if w := out.Warnings[0]; w.Code != casefile.WordCashShort || b.text(w.At) != "cash.received_fen" || b.text(w.Row) != "SVC-26" || w.From != atom.Null {
			t.Errorf("%s: %+v", test.cash, w)
		}
	}
}

func TestNothingToClose(t *testing.T) {
	b := newBench()
	for _, sections := range []string{`"id":"C-1"`, `"close":null`} {
		if out := b.decide(t, sections); out.Close.Present || out.Cash.Present || len(out.Warnings) > 0 {
			t.Errorf("%s: %+v", sections, out)
		}
	}
}

func TestClose(t *testing.T) {
	const right = `{"item":"sim_card","opening":10,"in":5,"out":7,"counted":8}`
	b := newBench()
	for _, test := range []struct {
		name, close string
		trace       string // empty: they may leave
	}{
		{"nothing to count", `{}`, ""},
		{"SHF-18, books equal goods", `{"counters":[` + right + `]}`, ""},
		{"SHF-18, one too few", `{"counters":[` + right + `,{"item":"value_card","opening":10,"in":5,"out":7,"counted":7}]}`, "value_card close.ledger_differs SHF-18"},
		{"SHF-18, one too many", `{"counters":[{"item":"invoice","opening":0,"in":0,"out":0,"counted":1}]}`, "invoice close.ledger_differs SHF-18"},
		{"no deliveries, no sales", `{"counters":[{"item":"float","opening":50000,"counted":50000}]}`, ""},
		{"not counted", `{"counters":[{"item":"float","opening":50000,"in":0,"out":0}]}`, "float close.not_counted SHF-18"},
		{"no opening", `{"counters":[{"item":"float","in":5,"counted":5}]}`, "float close.not_counted SHF-18"},
		{"more sold than there was", `{"counters":[{"item":"sim_card","opening":1,"in":0,"out":3,"counted":0}]}`, "sim_card close.ledger_differs SHF-18"},

		{"SHF-27, all deposited", `{"takings_fen":123456,"deposited_fen":123456}`, ""},
		{"SHF-27, one fen short", `{"takings_fen":123456,"deposited_fen":123455}`, "close.deposited_fen close.amounts_differ SHF-27"},
		{"SHF-28, slip and report agree", `{"slip_fen":5,"report_fen":5}`, ""},
		{"SHF-28, they do not", `{"slip_fen":5,"report_fen":6}`, "close.report_fen close.amounts_differ SHF-28"},
		{"all four", `{"takings_fen":0,"deposited_fen":0,"slip_fen":0,"report_fen":0}`, ""},
		{"zero is an amount", `{"takings_fen":0,"report_fen":1}`, "close.report_fen close.amounts_differ SHF-28"},
		{"null is none", `{"takings_fen":null,"deposited_fen":7,"slip_fen":7}`, ""},
		{"two of four", `{"takings_fen":7,"deposited_fen":8,"slip_fen":7,"report_fen":9}`,
			"close.deposited_fen close.amounts_differ SHF-27; close.report_fen close.amounts_differ SHF-28"},

		{"SHF-30, a box of 3000", box(`"first":1,"last":3000,"used":[[1,2990]],"void":[2991],"blank":[[2992,3000]]`), ""},
		{"in any order", box(`"first":1,"last":9,"used":[9,[3,4],1],"void":[8,5],"blank":[[6,7],2]`), ""},
		{"SHF-32, a page missing", box(`"first":1,"last":3000,"used":[[1,2990]],"blank":[[2992,3000]]`), "B1 close.serial_missing SHF-32"},
		{"the last missing", box(`"first":1,"last":10,"used":[[1,9]]`), "B1 close.serial_missing SHF-32"},
		{"the first missing", box(`"first":1,"last":10,"blank":[[2,10]]`), "B1 close.serial_missing SHF-32"},
		{"nothing said of the serials", box(`"first":1,"last":10`), "B1 close.serial_missing SHF-32"},
		{"used and void", box(`"first":1,"last":10,"used":[[1,10]],"void":[5]`), "B1 close.serial_twice SHF-32"},
		{"used twice", box(`"first":1,"last":10,"used":[[1,5],[5,10]]`), "B1 close.serial_twice SHF-32"},
		{"one range in another", box(`"first":1,"last":10,"used":[[1,10],[2,3]]`), "B1 close.serial_twice SHF-32"},
		{"as many as there should be", box(`"first":1,"last":10,"used":[[1,5]],"void":[5],"blank":[[7,10]]`), "B1 close.serial_twice SHF-32"},
		{"of another box", box(`"first":1,"last":10,"used":[[1,11]]`), "B1 close.not_of_the_box SHF-30"},
		{"before the box", box(`"first":5,"last":10,"used":[[4,10]]`), "B1 close.not_of_the_box SHF-30"},
		{"a range backwards", box(`"first":1,"last":10,"used":[[1,10]],"blank":[[9,8]]`), "B1 close.not_of_the_box SHF-30"},
		{"a box backwards", box(`"first":10,"last":1`), "B1 close.not_of_the_box SHF-30"},
		{"a box of one", box(`"first":7,"last":7,"void":[7]`), ""},
		{"a box of which little is known", box(`"first":1`), "B1 close.box_unknown SHF-30"},
		{"serials of each box its own", `{"invoice_boxes":[
			{"box":"B1","first":1,"last":5,"used":[[1,5]]},{"box":"B2","first":6,"last":9,"blank":[[6,9]]},
			{"box":"B3","first":10,"last":12,"used":[10,11],"void":[12]}]}`, ""},
		{"the second of three", `{"invoice_boxes":[
			{"box":"B1","first":1,"last":5,"used":[[1,5]]},{"box":"B2","first":6,"last":9,"used":[[6,8]]},
			{"box":"B3","first":10,"last":12,"used":[9,10,11],"void":[12]}]}`, "B2 close.serial_missing SHF-32; B3 close.not_of_the_box SHF-30"},

		{"SHF-19, everything at once", `{"counters":[` + right + `],"takings_fen":1,"deposited_fen":1,"slip_fen":1,"report_fen":1,
			"invoice_boxes":[{"box":"B1","first":1,"last":2,"used":[1],"blank":[2]}]}`, ""},
	} {
		out := b.decide(t, `"close":`+test.close)
		if got := strings.Join(b.trace(t), "; "); got != test.trace {
			t.Errorf("%s: %q, want %q", test.name, got, test.trace)
		}
		if !out.Close.Present || out.Close.MayLeave != (test.trace == "") {
			t.Errorf("%s: may leave: %t", test.name, out.Close.MayLeave)
		}
	}
}

func box(serials string) string { return `{"invoice_boxes":[{"box":"B1",` + serials + `}]}` }

func TestLedger(t *testing.T) {
	b := newBench()
	out := b.decide(t, `"close":{"counters":[
		{"item":"sim_card","opening":10,"in":5,"out":7,"counted":8},
		{"item":"value_card","opening":10,"in":5,"out":7,"counted":5},
		{"item":"float","opening":50000,"counted":50010},
		{"item":"invoice","opening":3}]}`)
	null := int64(atom.Null)
	want := []struct {
		item                          string
		expected, counted, difference int64
	}{{"sim_card", 8, 8, 0}, {"value_card", 8, 5, -3}, {"float", 50000, 50010, 10}, {"invoice", 3, null, null}}
	if len(out.Close.Differences) != len(want) {
		t.Fatalf("%d differences", len(out.Close.Differences))
	}
	for i, d := range out.Close.Differences {
		if w := want[i]; b.text(d.Item) != w.item || d.Expected != w.expected || d.Counted != w.counted || d.Difference != w.difference {
			t.Errorf("%s: %+v, want %+v", b.text(d.Item), d, w)
		}
	}
}

// TestSerialsByCounting compares with counting each serial, over random boxes.
func TestSerialsByCounting(t *testing.T) {
	b := newBench()
	random := rand.New(rand.NewPCG(1, 2))
	seen := map[bool]int{}
	for range 3000 {
		size := 1 + random.IntN(12)
		counts := make([]int, size+3) // with room before and behind
		lists := [3][]string{}
		for serial := 1; serial <= size; {
			to := min(serial+random.IntN(4), size)
			if random.IntN(12) == 0 {
				to++ // over the edge, or over the next
			}
			l := random.IntN(3)
			lists[l] = append(lists[l], fmt.Sprintf("[%d,%d]", serial, to))
			for s := serial; s <= to; s++ {
				counts[s]++
			}
			if serial = to + 1; random.IntN(12) == 0 {
				serial += random.IntN(3) - 1
			}
		}
		right := counts[0] == 0 && counts[size+1] == 0 && counts[size+2] == 0
		for _, n := range counts[1 : size+1] {
			right = right && n == 1
		}
		for _, l := range lists {
			random.Shuffle(len(l), func(i, k int) { l[i], l[k] = l[k], l[i] })
		}
		text := box(fmt.Sprintf(`"first":1,"last":%d,"used":[%s],"void":[%s],"blank":[%s]`,
			size, strings.Join(lists[0], ","), strings.Join(lists[1], ","), strings.Join(lists[2], ",")))
		if out := b.decide(t, `"close":`+text); out.Close.MayLeave != right {
			t.Fatalf("%s: may leave: %t", text, out.Close.MayLeave)
		}
		seen[right]++
	}
	if seen[true] < 500 || seen[false] < 500 {
		t.Errorf("%d right and %d wrong boxes try little", seen[true], seen[false])
	}
}

func TestNothingIsAllocated(t *testing.T) {
	b := newBench()
	b.decide(t, `"cash":{"received_fen":1,"due_fen":2},"close":{"counters":[{"item":"a","opening":1,"counted":2}],"takings_fen":1,"slip_fen":2,
		"invoice_boxes":[{"box":"B1","first":1,"last":9,"used":[9,5,1]}]}`)
	if n := testing.AllocsPerRun(100, func() {
		b.out.Reset()
		b.run.Machine.Trace = b.run.Machine.Trace[:0]
		closing.Decide(&b.run)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
