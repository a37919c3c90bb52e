package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"koujing/host"
	"koujing/host/access"
	"koujing/host/ledger"
	"koujing/host/store"
)

// metrics counts. No label holds anything a client can make up.
type metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	duration  *prometheus.HistogramVec
	decisions *prometheus.CounterVec
	verified  *prometheus.CounterVec
}

func newMetrics(r *host.Runner, s *store.Store, l *ledger.Ledger, a *access.List) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "koujing_http_requests_total", Help: "Requests, by route, method and status.",
		}, []string{"route", "method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "koujing_http_request_seconds", Help: "Time to answer a request, by route.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .1, .5, 2.5, 10},
		}, []string{"route"}),
		decisions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "koujing_decisions_total", Help: "Cases, by the status of their decision; failed is a case without one.",
		}, []string{"status"}),
		verified: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "koujing_verifications_total", Help: "Replays, by outcome.",
		}, []string{"outcome"}),
	}
	m.registry.MustRegister(m.requests, m.duration, m.decisions, m.verified, &engineCollector{r, s, l, a},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) request(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) decision(status string) { m.decisions.WithLabelValues(status).Inc() }

func (m *metrics) stream(s host.StreamStats) {
	for _, c := range []struct {
		status string
		n      int
	}{{"decided", s.Decided}, {"blocked", s.Blocked}, {"invalid", s.Invalid}, {"failed", s.Failed}} {
		m.decisions.WithLabelValues(c.status).Add(float64(c.n))
	}
}

func (m *metrics) verification(v host.Verification) {
	outcome := v.Code
	if v.OK {
		outcome = "ok"
	}
	m.verified.WithLabelValues(outcome).Inc()
}

// engineCollector asks runner and store for their figures when somebody looks.
type engineCollector struct {
	runner *host.Runner
	store  *store.Store
	ledger *ledger.Ledger // may be nil
	access *access.List   // may be nil
}

var (
	instancesDesc = prometheus.NewDesc("koujing_engine_instances", "Engine instances alive.", nil, nil)
	createdDesc   = prometheus.NewDesc("koujing_engine_instances_created_total", "Engine instances made.", nil, nil)
	trapsDesc     = prometheus.NewDesc("koujing_engine_traps_total", "Engine instances thrown away after a failure.", nil, nil)
	memoryDesc    = prometheus.NewDesc("koujing_engine_idle_memory_bytes", "Linear memory of the idle instances.", nil, nil)
	packDesc      = prometheus.NewDesc("koujing_pack_info", "The pack in place; always 1.", []string{"id", "version", "digest"}, nil)
	recordsDesc   = prometheus.NewDesc("koujing_log_records_total", "Decisions written to the decision log.", nil, nil)
	droppedDesc   = prometheus.NewDesc("koujing_log_dropped_total", "Decisions that count and were given away without being recorded.", nil, nil)
	commitsDesc   = prometheus.NewDesc("koujing_log_commits_total", "Flushes of the decision log to disk.", nil, nil)
	bytesDesc     = prometheus.NewDesc("koujing_log_bytes_total", "Bytes written to the decision log.", nil, nil)
	downDesc      = prometheus.NewDesc("koujing_log_down", "1 while the decision log can't be written.", nil, nil)
	erasuresDesc  = prometheus.NewDesc("koujing_log_erasures_total", "Customers erased from the decision log.", nil, nil)
	erasedDesc    = prometheus.NewDesc("koujing_log_erased_cases_total", "Cases whose personal data was erased.", nil, nil)
	begunDesc     = prometheus.NewDesc("koujing_log_erasures_unfinished", "Erasures that are under way, or were interrupted.", nil, nil)
	callersDesc   = prometheus.NewDesc("koujing_access_callers", "Callers on the list in force.", nil, nil)
	reloadsDesc   = prometheus.NewDesc("koujing_access_reloads_total", "Lists of callers put in force since the start.", nil, nil)
	brokenDesc    = prometheus.NewDesc("koujing_access_refused", "1 while the file of callers is broken, and the list before it is in force.", nil, nil)
	refusedDesc   = prometheus.NewDesc("koujing_pack_source_refused", "1 while the pack's source is broken or doesn't answer, and the last good pack decides.", []string{"id"}, nil)
)

// Describe sends nothing: labels change with the pack, and an unchecked collector may do that.
func (c *engineCollector) Describe(chan<- *prometheus.Desc) {}

// Collect sends the figures of this moment.
func (c *engineCollector) Collect(ch chan<- prometheus.Metric) {
	info := c.runner.Info()
	send := func(d *prometheus.Desc, kind prometheus.ValueType, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, kind, v, labels...)
	}
	send(instancesDesc, prometheus.GaugeValue, float64(info.Instances))
	send(createdDesc, prometheus.CounterValue, float64(info.Created))
	send(trapsDesc, prometheus.CounterValue, float64(info.Traps))
	send(memoryDesc, prometheus.GaugeValue, float64(info.Memory))
	if c.ledger != nil {
		info := c.ledger.Info()
		down := 0.0
		if info.Down != nil {
			down = 1
		}
		send(recordsDesc, prometheus.CounterValue, float64(info.Records))
		send(droppedDesc, prometheus.CounterValue, float64(info.Dropped))
		send(commitsDesc, prometheus.CounterValue, float64(info.Commits))
		send(bytesDesc, prometheus.CounterValue, float64(info.Bytes))
		send(downDesc, prometheus.GaugeValue, down)
		send(erasuresDesc, prometheus.CounterValue, float64(info.Erasures))
		send(erasedDesc, prometheus.CounterValue, float64(info.Erased))
		send(begunDesc, prometheus.GaugeValue, float64(info.Unfinished))
	}
	if c.access != nil {
		info := c.access.Info()
		broken := 0.0
		if info.Refused != nil {
			broken = 1
		}
		send(callersDesc, prometheus.GaugeValue, float64(info.Callers))
		send(reloadsDesc, prometheus.CounterValue, float64(info.Reloads))
		send(brokenDesc, prometheus.GaugeValue, broken)
	}
	st := c.store.Status()
	refused := 0.0
	if st.State != store.StateCurrent {
		refused = 1
	}
	send(packDesc, prometheus.GaugeValue, 1, st.ID, st.Version, st.Digest)
	send(refusedDesc, prometheus.GaugeValue, refused, st.ID)
}
