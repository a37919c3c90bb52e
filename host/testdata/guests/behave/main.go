// Guest behave speaks the engine's ABI and does what a case asks of it: answer, trap, exit, spin, eat memory. The
// runner's tests use it to meet on purpose what the engine must never do.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strconv"
	"time"
	"unsafe"
)

var (
	buffers = map[uint32][]byte{}
	answer  []byte
	engine  string
	pack    struct{ digest, version string }
	calls   int
	hoard   [][]byte
)

func main() {}

//go:wasmexport alloc
func alloc(size int32) int32 {
	if size < 1 || size > 32<<20 {
		return 0
	}
	b := make([]byte, size)
	ptr := uint32(uintptr(unsafe.Pointer(&b[0])))
	buffers[ptr] = b
	return int32(ptr)
}

//go:wasmexport free
func free(ptr int32) { delete(buffers, uint32(ptr)) }

//go:wasmexport load
func load(packPtr, packLen, enginePtr int32) int64 {
	text := view(packPtr, packLen)
	var doc struct{ ID, Version, Trouble string }
	if err := json.Unmarshal(text, &doc); err != nil {
		return span([]byte(`{"ok":false,"code":"syntax","path":"","message":"no JSON"}`))
	}
	switch doc.Trouble {
	case "trap":
		panic("told to trap in load")
	case "garbage":
		return span([]byte("garbage"))
	case "refuse":
		return span([]byte(`{"ok":false,"code":"bad_rule","path":"program.rules[3]","message":"told to refuse"}`))
	}
	engine = "sha256:" + hex.EncodeToString(view(enginePtr, 32))
	pack.digest, pack.version = digest(text), doc.Version
	return span([]byte(`{"ok":true,"id":"` + doc.ID + `","version":"` + doc.Version + `","pack":"` + pack.digest + `"}`))
}

//go:wasmexport decide
func decide(ptr, n int32) int64 {
	calls++
	text := bytes.Trim(view(ptr, n), " \t\r\n")
	var c struct {
		Do       string
		Times    int
		Pay      int // fen; a refund of so much is payable
		Customer struct{ Surname string }
	}
	status, sections := "decided", ""
	if json.Unmarshal(text, &c) != nil {
		status = "invalid"
	}
	note := "null"
	switch c.Do {
	case "trap":
		panic("told to trap")
	case "nil":
		var p *int
		*p = 1
	case "exit":
		os.Exit(7)
	case "spin":
		for {
			calls++
		}
	case "grow":
		for {
			hoard = append(hoard, make([]byte, 1<<20))
		}
	case "deep":
		note = strconv.Itoa(deep(1 << 30))
	case "work":
		sum := text
		for range c.Times {
			s := sha256.Sum256(sum)
			sum = s[:]
		}
		note = `"` + hex.EncodeToString(sum) + `"`
	case "pay": // what counts as evidence, and a name where talk tracks have one
		amount := strconv.Itoa(c.Pay)
		sections = `,"refund":{"status":"payable","lines":[],"diff_fen":` + amount + `,"total_fen":` + amount + `,"pay_fen":` + amount +
			`,"preview_fen":0,"means":"credit","means_reason":"","approval":{"needed":false,"rung":0,"reason":""},"due_by":"2026-11-24T10:00:00+08:00","flags":[]}`
		note = strconv.Quote("for " + c.Customer.Surname)
	case "gate":
		status, sections = "blocked", `,"gates":[{"id":"not_owner","blocks":"booking","reason":"","row":""}]`
	case "escalate":
		sections = `,"complaint":{"state":"taken_in","severity":"ordinary","owner":"","rung":0,"next":[],"escalate":{"to":1,"role":"team_leader","parallel":false,"allowed":true,"reason":""}}`
	case "calls":
		note = strconv.Itoa(calls)
	case "ambient":
		var b [8]byte
		rand.Read(b[:])
		note = `"` + hex.EncodeToString(b[:]) + " " + strconv.FormatInt(time.Now().UnixNano(), 10) + `"`
	case "outside":
		return -1<<48 | 100 // far beyond what it may ever have
	case "garbage":
		return span([]byte("garbage"))
	case "empty":
		return 0
	}
	body := `{"status":"` + status + `"` + sections + `,"results":{"guest":{"length":` + strconv.Itoa(len(text)) + `,"note":` + note +
		`,"version":"` + pack.version + `"}},"trace":[]`
	receipt := `,"receipt":{"engine":"` + engine + `","pack":"` + pack.digest + `","case":"` + digest(text) +
		`","decision":"` + digest([]byte(body+"}")) + `"}}`
	return span([]byte(body + receipt))
}

//go:noinline
func deep(n int) int {
	if n == 0 {
		return 0
	}
	var big [64]int
	big[n%64] = deep(n - 1)
	return big[n%64] + 1
}

func digest(b []byte) string {
	s := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(s[:])
}

func view(ptr, n int32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(uintptr(uint32(ptr)))), n)
}

func span(b []byte) int64 {
	answer = b
	return int64(uint64(uintptr(unsafe.Pointer(&b[0])))<<32 | uint64(len(b)))
}
