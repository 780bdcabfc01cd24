package api

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/words"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are for the operator: how much is asked and how long it takes, how the writer commits, how large the ledger is.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	commits  *prometheus.CounterVec
	deeds    prometheus.Histogram
	entries  prometheus.Counter
	took     prometheus.Histogram
	refused  prometheus.Counter
	rounds   *prometheus.CounterVec
	clock    *prometheus.CounterVec
	tries    *prometheus.CounterVec
	handler  http.Handler
}

func newMetrics(o *app.Office) *metrics {
	help := func(name string) string { return words.Say(words.En, "api.metric."+name) }
	m := &metrics{registry: prometheus.NewRegistry()}
	m.requests = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shigan_http_requests_total", Help: help("requests")}, []string{"route", "method", "status"})
	m.latency = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "shigan_http_request_seconds", Help: help("latency"),
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route"})
	m.commits = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shigan_commits_total", Help: help("commits")}, []string{"result"})
	m.deeds = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "shigan_commit_deeds", Help: help("deeds"), Buckets: prometheus.ExponentialBuckets(1, 2, 9)})
	m.entries = prometheus.NewCounter(prometheus.CounterOpts{Name: "shigan_entries_total", Help: help("entries")})
	m.took = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "shigan_commit_seconds", Help: help("took"), Buckets: prometheus.ExponentialBuckets(.0005, 2, 14)})
	m.refused = prometheus.NewCounter(prometheus.CounterOpts{Name: "shigan_sign_ins_refused_total", Help: help("refused")})
	m.rounds = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shigan_clock_rounds_total", Help: help("rounds")}, []string{"result"})
	m.clock = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shigan_clock_deeds_total", Help: help("clock")}, []string{"what"})
	m.tries = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shigan_delivery_tries_total", Help: help("tries")}, []string{"channel", "result"})
	waiting := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "shigan_deliveries_waiting", Help: help("waiting")}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		all, err := o.Read(ctx).CountDeliveries()
		if err != nil {
			return -1
		}
		n := 0
		for _, c := range all {
			if c.State == app.Waiting {
				n += c.N
			}
		}
		return float64(n)
	})
	size := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "shigan_ledger_entries", Help: help("ledger")}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		head, _, _, err := o.Read(ctx).Log()
		if err != nil {
			return -1
		}
		return float64(head.Size)
	})
	m.registry.MustRegister(m.requests, m.latency, m.commits, m.deeds, m.entries, m.took, m.refused, m.rounds, m.clock, m.tries, waiting, size,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, r := range []app.EventKind{app.Committed, app.CommitFailed} {
		m.commits.WithLabelValues(string(r)) // shown as zero from the beginning
	}
	o.Watch(m.event)
	m.handler = promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Timeout: 10 * time.Second})
	return m
}

func (m *metrics) event(e app.Event) {
	switch e.Kind {
	case app.SignInRefused:
		m.refused.Inc()
		return
	case app.ClockRan, app.ClockFailed:
		m.round(e)
		return
	case app.Committed:
		m.deeds.Observe(float64(e.Deeds))
		m.entries.Add(float64(e.Entries))
		m.took.Observe(e.Took.Seconds())
	}
	m.commits.WithLabelValues(string(e.Kind)).Inc()
}

// round counts what the clock did and what was sent.
func (m *metrics) round(e app.Event) {
	m.rounds.WithLabelValues(string(e.Kind)).Inc()
	for what, n := range map[string]int{"climb": e.Round.Climbed, "slip": e.Round.Slips, "reminder": e.Round.Reminded, "delivery": e.Round.Fixed} {
		m.clock.WithLabelValues(what).Add(float64(n))
	}
	for result, by := range map[string]map[string]int{"through": e.Round.Sent.Through, "failed": e.Round.Sent.Failed, "given-up": e.Round.Sent.GivenUp} {
		for channel, n := range by {
			m.tries.WithLabelValues(channel, result).Add(float64(n))
		}
	}
}

// otherRoute counts what is no address of ours, so that a scanner makes no new series.
const otherRoute = "other"

func (m *metrics) request(route, method string, status int, took time.Duration) {
	if route == "" || route == "/api/" || route == "/" {
		route = otherRoute
	}
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodHead:
	default:
		method = otherRoute
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(route).Observe(took.Seconds())
}

// healthz says that the process lives.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) }

// readyz says that the database answers and the writer runs.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if err := s.o.Ready(ctx); err != nil {
		if _, ok := app.Refused(err); !ok {
			s.log.Error("not ready", "request", requestOf(r.Context()).id, "error", err.Error())
			err = app.ErrNoWriter
		}
		writeProblem(w, r, err)
		return
	}
	w.Write([]byte("ok\n"))
}

// serveMetrics answers the machine itself, and from outside whoever may read them.
func (s *server) serveMetrics(w http.ResponseWriter, r *http.Request) {
	if !local(r) {
		c := &caller{s: s, ctx: r.Context(), lang: requestOf(r.Context()).lang}
		err := c.sign(r.Header.Get("Authorization"))
		if err == nil {
			err = org.May(c.read(), c.by, "read.metrics", org.Scope{})
		}
		if err != nil {
			writeProblem(w, r, err)
			return
		}
	}
	s.metrics.handler.ServeHTTP(w, r)
}

// local tells whether the request came from this machine and through no proxy.
func local(r *http.Request) bool {
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}
