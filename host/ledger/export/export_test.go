package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"koujing/host"
	"koujing/host/internal/behave"
	"koujing/host/ledger"
)

// Both formats hold the same records, without anything personal unless asked for.
func TestWrite(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	l, err := ledger.Open(dir, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	wasm, err := behave.Module()
	if err != nil {
		t.Fatal(err)
	}
	r, err := host.New(ctx, host.WithModule(wasm), host.WithPack([]byte(behave.Pack)), host.WithRecorder(l))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	for i := range 300 {
		for _, c := range []string{fmt.Sprintf(`{"id":"C-%d","do":"pay","pay":%d,"customer":{"surname":"王"}}`, i%7, i), `{"do":"gate"}`, `{"do":"escalate"}`} {
			if _, err := r.Decide(ctx, []byte(c)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := l.Erase(ctx, "C-3"); err != nil {
		t.Fatal(err)
	}
	log, err := ledger.OpenLog(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, personal := range []bool{false, true} {
		var nd, pq bytes.Buffer
		for f, w := range map[Format]io.Writer{NDJSON: &nd, Parquet: &pq} {
			if res, err := Write(w, log, Options{Format: f, Personal: personal}); err != nil || res != (Result{Records: 901}) {
				t.Fatal(f, res, err)
			}
		}
		if bytes.Contains(nd.Bytes(), []byte("王")) != personal {
			t.Errorf("personal %v: a name is there: %v", personal, !personal)
		}
		fromParquet, err := parquet.Read[Row](bytes.NewReader(pq.Bytes()), int64(pq.Len()))
		if err != nil {
			t.Fatal(err)
		}
		var fromLines []Row
		for dec := json.NewDecoder(&nd); dec.More(); {
			var row Row
			if err := dec.Decode(&row); err != nil {
				t.Fatal(err)
			}
			row.At = row.At.Truncate(time.Microsecond)
			fromLines = append(fromLines, row)
		}
		var sum int64
		for i := range fromParquet {
			fromParquet[i].At = fromParquet[i].At.UTC()
			if fromParquet[i].Gates == nil {
				fromParquet[i].Gates = []string{}
			}
			sum += fromParquet[i].Pay
			if i < len(fromLines) && !reflect.DeepEqual(fromParquet[i], fromLines[i]) {
				t.Fatalf("record %d\n%+v\n%+v", i, fromParquet[i], fromLines[i])
			}
		}
		if len(fromParquet) != 901 || len(fromLines) != 901 || sum != 300*299/2 {
			t.Errorf("%d and %d records, sum %d", len(fromParquet), len(fromLines), sum)
		}
	}
	if res, err := Write(io.Discard, log, Options{Format: NDJSON, From: time.Now().Add(time.Hour)}); err != nil || res.Records != 0 {
		t.Error(res, err)
	}
	if res, err := Write(io.Discard, log, Options{Format: NDJSON, To: time.Now().Add(time.Hour)}); err != nil || res.Records != 901 {
		t.Error(res, err)
	}
	if _, err := Write(io.Discard, log, Options{Format: "csv"}); err == nil {
		t.Error("csv was taken")
	}
}
