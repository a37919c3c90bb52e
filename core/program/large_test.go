package program_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"koujing/core/program"
)

// tariffs is a table as operators have them: a code, a few regions a row, and a range of amounts.
func tariffs(t testing.TB, rows int) *table {
	t.Helper()
	b := &table{hit: program.First, columns: []*column{&columns[0], &columns[2], &columns[3]}}
	for i := range rows {
		code := fmt.Sprintf("plan%05d", i/2)
		low := int64(i%2) * 1000
		b.rows = append(b.rows, row{id: fmt.Sprint("r", i), v: int64(i), w: "p", cells: []cell{
			{code, func(x input) bool { return x.s == code }},
			{"gold, silver", func(x input) bool { return x.s == "gold" || x.s == "silver" }},
			{fmt.Sprintf("[%d..%d]", low, low+999), func(x input) bool { return low <= x.n && x.n <= low+999 }},
		}})
	}
	b.compile(t)
	return b
}

// queries are inputs that hit rows all over the table.
func (b *table) queries(dice *rand.Rand, n int) [][]input {
	out := make([][]input, n)
	for i := range out {
		r := dice.IntN(len(b.rows))
		out[i] = []input{{s: fmt.Sprintf("plan%05d", r/2)}, {s: []string{"gold", "silver"}[dice.IntN(2)]}, {n: int64(r%2)*1000 + dice.Int64N(1000)}}
	}
	return out
}

// TestLargeTable counts the steps that a question costs: they do not grow with the table.
func TestLargeTable(t *testing.T) {
	most := map[int]int{}
	for _, rows := range []int{10, 10_000} {
		b := tariffs(t, rows)
		for _, inputs := range b.queries(rand.New(rand.NewPCG(1, 1)), 200) {
			b.fill(t, b.linked, inputs)
			if got, want := b.ask(b.linked), b.naive(inputs); got != want {
				t.Fatalf("%v: %v, want %v", inputs, got, want)
			}
			most[rows] = max(most[rows], b.linked.Spent())
		}
	}
	if most[10_000] > most[10] {
		t.Errorf("10 rows take up to %d steps, 10,000 up to %d", most[10], most[10_000])
	}
}

// BenchmarkTable asks tables of three sizes; x10rows is how much longer than ten rows.
func BenchmarkTable(b *testing.B) {
	var ten float64
	for _, rows := range []int{10, 1_000, 10_000} {
		tb := tariffs(b, rows)
		queries := tb.queries(rand.New(rand.NewPCG(1, 1)), 256)
		frames := make([]program.Frame, len(queries))
		for i, q := range queries {
			tb.fill(b, tb.linked, q)
			frames[i] = tb.linked.Frame
		}
		slots := make([]int, len(tb.columns))
		for i, c := range tb.columns {
			slots[i], _ = tb.layout.Slot(c.name)
		}
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			b.ReportAllocs()
			m := tb.linked
			for i := 0; b.Loop(); i++ {
				f := &frames[i%len(frames)]
				for _, s := range slots {
					m.Frame[s] = f[s]
				}
				m.Reset()
				if hits, err := m.Ask(tb.decision); hits != 1 || err != nil {
					b.Fatal(hits, err)
				}
			}
			ns := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			if rows == 10 {
				ten = ns
			}
			b.ReportMetric(ns/ten, "x10rows")
		})
	}
}
