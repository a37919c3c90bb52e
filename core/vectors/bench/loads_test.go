package bench

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/vectors"
	"koujing/core/vectors/workload"
)

// rules26 is the workload; its cases go to expr's own VM as plain inputs.
func rules26() (*load, error) {
	source, err := workload.Pack()
	if err != nil {
		return nil, err
	}
	cases, err := workload.Cases()
	if err != nil {
		return nil, err
	}
	l := &load{name: "rules26"}
	for i := range cases {
		l.cases = append(l.cases, cases[i].Document())
		l.plain = append(l.plain, cases[i].In)
	}
	l.pack, err = build(source)
	return l, err
}

// worked is the catalogue's refund examples on the default pack.
func worked() (*load, error) {
	list, err := vectors.Load("worked")
	if err != nil {
		return nil, err
	}
	source, err := vectors.Sources("cn-telecom")
	if err != nil {
		return nil, err
	}
	l := &load{name: "worked"}
	for i := range list {
		l.cases = append(l.cases, list[i].Case)
	}
	l.pack, err = build(source)
	return l, err
}

// table is a decision table of so many rows, told apart by a text and a range of a number, and cases that hit rows all over it.
func table(rows int) (*load, error) {
	var csv strings.Builder
	csv.WriteString("# hit: first\nid,facts.plan,facts.city,facts.minutes,=> fee\n")
	for i := range rows {
		fmt.Fprintf(&csv, "row%d,plan%d,%d,>= %d,%d\n", i, i%100, i/100, i%7, 100+i)
	}
	l := &load{name: fmt.Sprintf("table%d", rows)}
	random := rand.New(rand.NewPCG(uint64(rows), 0))
	for range 100 {
		i := random.IntN(rows)
		l.cases = append(l.cases, fmt.Appendf(nil,
			`{"now":"2026-11-22T10:00:00+08:00","facts":{"plan":"plan%d","city":%d,"minutes":%d}}`, i%100, i/100, random.IntN(10)))
	}
	var err error
	l.pack, err = build(author.Sources{"tables/tariff.csv": csv.String(), "pack.yaml": `id: table
version: 1.0.0
title: table
locale: zh-CN
utc_offset: "+08:00"
engine: ">=1 <2"
facts: { plan: text, city: int, minutes: int }
`})
	return l, err
}

func build(source author.Sources) ([]byte, error) {
	built, found := author.Build(source)
	if built == nil {
		return nil, fmt.Errorf("the pack does not build: %+v", found)
	}
	return built, nil
}

// TestTable sees to it that the tables are hit, or they would be no measure.
func TestTable(t *testing.T) {
	l, err := table(1000)
	if err != nil {
		t.Fatal(err)
	}
	e, refused := core.Load(l.pack, [32]byte{})
	if refused != nil {
		t.Fatal(refused)
	}
	hits := 0
	for _, text := range l.cases {
		if strings.Contains(string(e.Decide(nil, text)), `"fee"`) {
			hits++
		}
	}
	if hits < 60 || hits == len(l.cases) {
		t.Errorf("%d of %d cases hit a row", hits, len(l.cases))
	}
}

// allLoads are all of them, and what the receipts of the first hash: the case's bytes and the decision's, in turns.
func allLoads() (loads []*load, sizes []int, err error) {
	var failed error
	add := func(l *load, err error) {
		failed = errors.Join(failed, err)
		loads = append(loads, l)
	}
	add(rules26())
	add(worked())
	for _, rows := range tableRows {
		add(table(rows))
	}
	if failed != nil {
		return nil, nil, failed
	}
	e, refused := core.Load(loads[0].pack, [32]byte{})
	if refused != nil {
		return nil, nil, refused
	}
	for i := 0; i < len(loads[0].cases); i += 10 {
		text := loads[0].cases[i]
		body, _, _ := strings.Cut(string(e.Decide(nil, text)), `,"receipt":`)
		sizes = append(sizes, len(text), len(body)+1)
	}
	return loads, sizes, nil
}

var tableRows = [...]int{10, 1000, 10000}
