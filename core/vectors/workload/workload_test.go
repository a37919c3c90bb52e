package workload_test

import (
	"reflect"
	"testing"

	"koujing/core"
	"koujing/core/author"
	"koujing/core/vectors/workload"
)

func load(t testing.TB) (*core.Engine, []workload.Case) {
	t.Helper()
	source, err := workload.Pack()
	if err != nil {
		t.Fatal(err)
	}
	built, found := author.Build(source)
	if len(found) > 0 {
		t.Fatalf("%+v", found)
	}
	engine, refused := core.Load(built, [32]byte{})
	if refused != nil {
		t.Fatal(refused)
	}
	cases, err := workload.Cases()
	if err != nil || len(cases) != 200 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	return engine, cases
}

// TestAnswers decides the 200 cases natively.
func TestAnswers(t *testing.T) {
	engine, cases := load(t)
	fired := map[string]bool{}
	for i := range cases {
		decision := engine.Decide(nil, cases[i].Document())
		answer, err := workload.ReadAnswer(decision)
		if err != nil {
			t.Fatalf("case %d: %v\n%s", i, err, decision)
		}
		if !reflect.DeepEqual(answer, cases[i].Out) {
			t.Errorf("case %d: %+v, want %+v", i, answer, cases[i].Out)
		}
		for _, id := range answer.Trace {
			fired[id] = true
		}
	}
	if len(fired) != 26 {
		t.Errorf("only %d of the 26 rules ever fire", len(fired))
	}
}
