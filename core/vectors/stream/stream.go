// Package stream makes as many cases as a load test wants: contacts such as the default pack sees them, the same ones for
// the same seed. They are for tests and benchmarks; nobody's real case is among them.
package stream

import (
	"io"
	"math/rand/v2"
	"strconv"
	"time"
)

// Reader gives cases as NDJSON. It holds one at a time.
type Reader struct {
	seed    uint64
	next, n uint64
	line    []byte // the current case
	rest    []byte // what of it is still to be read
}

// New makes a reader of n cases, numbered from 1 in their ids.
func New(seed, n uint64) *Reader { return &Reader{seed: seed, n: n} }

// Read is io.Reader's.
func (r *Reader) Read(b []byte) (n int, err error) {
	for n < len(b) {
		if len(r.rest) == 0 {
			if r.next == r.n {
				if n == 0 {
					return 0, io.EOF
				}
				return n, nil
			}
			r.next++
			r.line = append(Append(r.line[:0], r.seed, r.next), '\n')
			r.rest = r.line
		}
		k := copy(b[n:], r.rest)
		r.rest = r.rest[k:]
		n += k
	}
	return n, nil
}

// Append appends case i of a seed. Every case is made by itself, so that any one of a stream can be had without the
// others.
func Append(dst []byte, seed, i uint64) []byte {
	m := maker{dst: dst, dice: rand.NewPCG(seed, i)}
	m.int(`{"id":"C-`, int64(i))
	m.raw(`","now":"` + moment(0) + `"`)
	switch k := m.roll(100); {
	case k < 55:
		m.dispute()
	case k < 70:
		m.complaint()
	case k < 85:
		m.call()
	case k < 97:
		m.counter()
	default:
		m.dispute()
		m.talk()
	}
	m.raw(`}`)
	return m.dst
}

// maker draws a case. Each drawing is written at once.
type maker struct {
	dst  []byte
	dice *rand.PCG
}

// day is when all cases play.
var day = time.Date(2026, 11, 22, 10, 0, 0, 0, time.FixedZone("", 8*3600))

func moment(minutes int) string {
	return day.Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339)
}

// moments are written once: formatting a time takes longer than all else.
var moments = func() []string {
	list := make([]string, 20*24)
	for i := range list {
		list[i] = moment(-47 * i)
	}
	return list
}()

func (m *maker) roll(n int) int { return int(m.dice.Uint64() % uint64(n)) }

func (m *maker) one(of ...string) string { return of[m.roll(len(of))] }

func (m *maker) raw(s string) { m.dst = append(m.dst, s...) }

func (m *maker) int(lead string, n int64) {
	m.dst = strconv.AppendInt(append(m.dst, lead...), n, 10)
}

// text writes a member, with whatever leads up to its value.
func (m *maker) text(lead, value string) { m.raw(lead + `"` + value + `"`) }

func (m *maker) flag(lead string, percent int) {
	if m.roll(100) < percent {
		m.raw(lead + "true")
	} else {
		m.raw(lead + "false")
	}
}

// past writes a time up to so many hours ago.
func (m *maker) past(lead string, hours int) {
	m.text(lead, moments[m.roll(min(len(moments), hours*60/47+1))])
}

// customer writes the members about who is there. An amount must not depend on any of it.
func (m *maker) customer() {
	m.text(`,"customer":{"surname":`, m.one("王", "李", "张", "刘", "陈", "杨", "赵", "黄"))
	m.text(`,"form":`, m.one("mr", "ms"))
	m.text(`,"emotion":`, m.one("calm", "calm", "calm", "upset", "heated"))
	m.text(`,"accepts":`, m.one("unasked", "unasked", "yes", "no"))
	m.flag(`,"is_owner":`, 80)
	m.flag(`,"has_id":`, 70)
	m.flag(`,"wants_cash":`, 10)
	m.flag(`,"asks_for_leader":`, 8)
	m.raw(`}`)
}

// lines writes bill lines, each with an id of its own. One case in some hundred lacks what the contract requires.
func (m *maker) lines() {
	m.raw(`,"lines":[`)
	for i := range 1 + m.roll(4) {
		if i > 0 {
			m.raw(`,`)
		}
		m.int(`{"id":"L`, int64(i+1))
		charged := []int{500, 1000, 1500, 2990, 9876, 100_000}[m.roll(6)] + m.roll(400)
		m.int(`","charged_fen":`, int64(charged))
		verification := m.one("confirmed", "confirmed", "confirmed", "pending", "refuted")
		if missing := m.roll(1000); missing > 2 && (verification != "pending" || missing < 700) {
			m.int(`,"due_fen":`, int64(m.roll(charged+charged/8)))
		}
		if m.roll(4) == 0 {
			m.int(`,"refunded_fen":`, int64(m.roll(charged)))
		}
		m.text(`,"category":`, m.one("bill_item", "call_record", "voice_prompt", "metering", "border_roaming", "order_form", "information_service", "other"))
		m.text(`,"verification":`, verification)
		if verification == "confirmed" {
			m.past(`,"confirmed_at":`, 100)
		}
		if m.roll(3) == 0 {
			m.text(`,"consented_by":`, m.one("owner", "other", "nobody", "unknown"))
		}
		m.raw(`}`)
	}
	m.raw(`]`)
	if m.roll(3) == 0 {
		m.int(`,"claim_fen":`, int64(m.roll(20_000)))
	}
}

func (m *maker) dispute() {
	m.text(`,"channel":`, m.one("hall", "hall", "hotline"))
	m.text(`,"intent":`, m.one("fee_not_ordered", "wrong_bill", "bill_question"))
	m.text(`,"agent":{"id":"8812","role":`, m.one("clerk", "consultant"))
	if m.roll(2) == 0 {
		m.int(`,"authority_fen":`, int64(1000*m.roll(60)))
	}
	m.raw(`}`)
	m.customer()
	if m.roll(10) == 0 {
		m.text(`,"account":{"state":`, m.one("suspended", "closed"))
		m.raw(`}`)
	}
	m.lines()
	if m.roll(4) == 0 {
		m.handled()
	}
}

// handled writes the complaint that goes with a case.
func (m *maker) handled() {
	state := m.one("taken_in", "analysis", "working", "with_support", "settled", "answered", "closed")
	m.text(`,"complaint":{"kind":`, m.one("tariff", "fault", "suspension", "subscription", "policy", "attitude", "spam"))
	m.text(`,"motive":`, m.one("vent", "respect", "compensation"))
	m.text(`,"state":`, state)
	m.text(`,"owner":`, "8812")
	m.int(`,"rung":`, int64(m.roll(3)))
	m.past(`,"opened_at":`, 300)
	if m.roll(2) == 0 {
		m.past(`,"first_answer_at":`, 100)
	}
	if state == "with_support" {
		m.past(`,"handed_at":`, 40)
	}
	if m.roll(3) == 0 {
		m.past(`,"promised_at":`, 20)
	}
	m.flag(`,"demand_above_authority":`, 10)
	m.raw(`}`)
}

func (m *maker) complaint() {
	m.text(`,"channel":`, m.one("hall", "hotline"))
	m.text(`,"intent":`, m.one("complaint", "complaint_outage", "complaint_policy", "complaint_subscription", "complaint_attitude"))
	m.customer()
	m.handled()
	if m.roll(2) == 0 {
		m.lines()
	}
	if m.roll(3) == 0 {
		m.int(`,"facts":{"customers_affected":`, int64(m.roll(200)))
		m.raw(`}`)
	}
}

func (m *maker) call() {
	m.raw(`,"channel":"outbound"`)
	m.text(`,"intent":`, m.one("outbound_open", "asks_identity", "asks_terms", "second_call"))
	m.flag(`,"customer":{"is_owner":`, 80)
	m.flag(`,"do_not_contact":`, 5)
	m.text(`,"location":`, m.one("home", "home", "home", "roaming", "abroad"))
	m.text(`,"consent":`, m.one("none", "given", "refused"))
	m.raw(`},"offer":{"id":"O-7"`)
	m.int(`,"fee_fen":`, int64(100*m.roll(90)))
	m.raw(`}`)
	if m.roll(6) == 0 {
		m.handled()
	}
}

func (m *maker) counter() {
	m.text(`,"channel":"hall","zone":"counter","intent":`, m.one("cash_payment", "detail_list", "new_number", "no_identity", "long_wait"))
	m.customer()
	m.text(`,"service":{"kind":`, m.one("general", "payment", "handset", "new_line", "broadband"))
	m.past(`,"started_at":`, 2)
	m.int(`,"waits_sec":[`, int64(m.roll(1500)))
	m.int(`,`, int64(m.roll(1500)))
	m.raw(`]}`)
	if m.roll(2) == 0 {
		due := m.roll(20_000)
		m.int(`,"cash":{"due_fen":`, int64(due))
		m.int(`,"received_fen":`, int64(max(0, due+m.roll(5_000)-300)))
		m.raw(`}`)
	}
}

// talk writes what was said, and what is about to be.
func (m *maker) talk() {
	m.raw(`,"transcript":[`)
	for i := range 2 + m.roll(6) {
		if i > 0 {
			m.raw(`,`)
		}
		m.raw(m.one(`{"by":"agent","text":"您好，咱们一起看一下账单，请稍等。"}`, `{"by":"customer","text":"这个费用我没有订过，到底怎么回事？"}`,
			`{"by":"agent","text":"对，对，这笔费用是20元，我帮您核对。"}`, `{"by":"customer","text":"好的，谢谢。"}`))
	}
	m.text(`],"draft":`, m.one("经核实，我们将退还您20元。", "这个不归我们管，您打热线吧。", "请您放心，我们会在48小时内答复您。"))
}
