package host

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// memory is a Recorder that keeps what it is given, and refuses what it is told to.
type memory struct {
	mu     sync.Mutex
	kept   []string
	cases  []string
	refuse func(text string) error
}

func (m *memory) Keep(_ context.Context, mat Material) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.refuse(string(mat.Bytes)); err != nil {
		return err
	}
	m.kept = append(m.kept, string(mat.Kind)+" "+mat.Digest+" "+fmt.Sprint(mat.Digest == sha(mat.Bytes)))
	return nil
}

func (m *memory) Record(_ context.Context, made []Made) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range made {
		if err := m.refuse(string(d.Case)); err != nil {
			return err
		}
	}
	for _, d := range made {
		if ParseDecision(d.Decision).Receipt().Case != sha(d.Case) {
			return errors.New("another case's decision")
		}
		m.cases = append(m.cases, string(d.Case))
	}
	return nil
}

var errFull = errors.New("full")

func refusing(word string) func(string) error {
	return func(text string) error {
		if strings.Contains(text, word) {
			return errFull
		}
		return nil
	}
}

// What the recorder refuses is not given away; what it takes, it has seen before the caller.
func TestRecorder(t *testing.T) {
	ctx := context.Background()
	m := &memory{refuse: refusing("unlucky")}
	r := newRunner(t, WithRecorder(m))
	if want := []string{"engine " + r.Engine() + " true", "pack " + r.Pack().Digest + " true"}; !slices.Equal(m.kept, want) {
		t.Errorf("kept %q, want %q", m.kept, want)
	}
	d := decide(t, r, `{"a":1}`)
	if v, err := r.Verify(ctx, []byte(`{"a":1}`), d.Bytes()); !v.OK || err != nil {
		t.Error(v, err)
	}
	if _, err := r.Decide(ctx, []byte(`{"a":"unlucky"}`)); !errors.Is(err, ErrNotRecorded) || !errors.Is(err, errFull) {
		t.Error(err)
	}
	if got := []string{`{"a":1}`}; !slices.Equal(m.cases, got) {
		t.Errorf("recorded %q, want %q: replays are no decisions", m.cases, got)
	}
	before := r.Pack()
	if _, err := r.Reload(ctx, []byte(`{"id":"p","version":"unlucky"}`)); !errors.Is(err, ErrNotRecorded) || r.Pack() != before {
		t.Error(err, r.Pack())
	}
	wasm, pack := WithModule(tinyGuest()), WithPack([]byte(packA))
	for _, word := range []string{"asm", "version"} {
		if r, err := New(ctx, wasm, pack, WithRecorder(&memory{refuse: refusing(word)})); !errors.Is(err, ErrNotRecorded) {
			r.Close(ctx)
			t.Errorf("%s: %v", word, err)
		}
	}
}

// In a stream, only the lines that can't be recorded are withheld.
func TestRecorderStream(t *testing.T) {
	m := &memory{refuse: refusing("unlucky")}
	r := newRunner(t, WithRecorder(m))
	in := "{\"i\":0}\n{\"i\":1,\"a\":\"unlucky\"}\n{\"do\":\"trap\"}\n{\"i\":2}\n"
	var out strings.Builder
	stats, err := r.DecideStream(context.Background(), strings.NewReader(in), &out, StreamOptions{Failed: func(n int, err error) ([]byte, error) {
		return fmt.Appendf(nil, "%d %v", n, errors.Is(err, ErrNotRecorded)), nil
	}})
	want := decide(t, r, `{"i":0}`).String() + "\n2 true\n3 false\n" + decide(t, r, `{"i":2}`).String() + "\n"
	if err != nil || out.String() != want || stats != (StreamStats{Lines: 4, Decided: 2, Failed: 2}) {
		t.Errorf("%v %+v\n%s\nwant\n%s", err, stats, out.String(), want)
	}
	if got := []string{`{"i":0}`, `{"i":2}`, `{"i":0}`, `{"i":2}`}; !slices.Equal(m.cases, got) {
		t.Errorf("recorded %q", m.cases)
	}
}
