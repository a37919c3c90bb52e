// Package bbolt measures what the decision log would be on bbolt: the same records, a transaction a group, the four
// buckets that reading by receipt and erasing by customer need. It is a module of its own, so that nobody else gets bbolt.
// Run it with go test -bench . here, and BenchmarkRecord in host/ledger, on the same disk.
package bbolt

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

type record struct {
	evidence, cases   []byte
	receipt, customer [32]byte
	done              chan error
}

func newRecord() *record {
	r := &record{evidence: make([]byte, 700), cases: make([]byte, 5700), done: make(chan error, 1)}
	rand.Read(r.receipt[:])
	rand.Read(r.customer[:])
	return r
}

var buckets = []string{"evidence", "cases", "receipts", "customers"}

func BenchmarkRecord(b *testing.B) {
	db, err := bbolt.Open(b.TempDir()+"/log.db", 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, NoFreelistSync: true, InitialMmapSize: 4 << 30})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	queue := make(chan *record, 1024)
	go func() {
		var seq uint64
		for r := range queue {
			group := []*record{r}
			for more := true; more && len(group) < 256; {
				select {
				case r := <-queue:
					group = append(group, r)
				default:
					more = false
				}
			}
			err := db.Update(func(tx *bbolt.Tx) error { return put(tx, group, &seq) })
			for _, r := range group {
				r.done <- err
			}
		}
	}()
	const callers = 64
	took := make([][]time.Duration, callers)
	b.ResetTimer()
	var wg sync.WaitGroup
	for g := range callers {
		wg.Go(func() {
			for range b.N/callers + 1 {
				r := newRecord()
				start := time.Now()
				queue <- r
				if err := <-r.done; err != nil {
					b.Error(err)
				}
				took[g] = append(took[g], time.Since(start))
			}
		})
	}
	wg.Wait()
	close(queue)
	all := slices.Concat(took...)
	slices.Sort(all)
	b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
}

func put(tx *bbolt.Tx, group []*record, seq *uint64) error {
	at := func(i int) *bbolt.Bucket { return tx.Bucket([]byte(buckets[i])) }
	evidence, cases, receipts, customers := at(0), at(1), at(2), at(3)
	evidence.FillPercent, cases.FillPercent = 0.95, 0.95
	for _, r := range group {
		*seq++
		key := binary.BigEndian.AppendUint64(nil, *seq)
		for _, err := range []error{
			evidence.Put(key, r.evidence), cases.Put(key, r.cases), receipts.Put(r.receipt[:], key),
			customers.Put(append(r.customer[:16:16], key...), nil),
		} {
			if err != nil {
				return err
			}
		}
	}
	return nil
}
