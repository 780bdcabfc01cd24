package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"shigan/app"
	"shigan/kernel/words"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Options of the API.
type Options struct {
	Log    *slog.Logger // nil: the default
	Sheets Sheets       // nil: no import
	Papers Papers       // nil: no printed documents
	Pages  http.Handler // what is not for programs; nil: nothing
	Secure bool         // tell browsers to come over TLS only
}

// Sheets reads workbooks; adapter/sheet does it, cmd wires it.
type Sheets interface {
	Recognise(name string, data []byte, ask app.SheetAsk) (app.Recognised, error)
	CaseLedger(name string, data []byte, ask app.CaseAsk) (app.CaseLedger, error)
}

// server answers for one office.
type server struct {
	o       *app.Office
	opt     Options
	log     *slog.Logger
	api     huma.API
	mux     *http.ServeMux
	metrics *metrics
	ops     []operation
}

// prefix of all operations; the next version will stand beside it.
const prefix = "/api/v1"

// New makes the handler of everything under /api/, of /healthz, /readyz and /metrics, and hands the rest to the pages.
func New(o *app.Office, opt Options) (http.Handler, error) {
	s, err := newServer(o, opt)
	if err != nil {
		return nil, err
	}
	return s.outer(s.mux), nil
}

func newServer(o *app.Office, opt Options) (*server, error) {
	s := &server{o: o, opt: opt, log: opt.Log, mux: http.NewServeMux()}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.metrics = newMetrics(o)
	s.api = humago.New(s.mux, config())
	s.ops = s.operations()
	for _, op := range s.ops {
		op.register(s, op)
	}
	s.serveDocument()
	s.mux.HandleFunc("GET /healthz", s.healthz)
	s.mux.HandleFunc("GET /readyz", s.readyz)
	s.mux.HandleFunc("GET /metrics", s.serveMetrics)
	s.mux.HandleFunc("/api/", s.notFound)
	if opt.Pages != nil {
		s.mux.Handle("/", opt.Pages)
	} else {
		s.mux.HandleFunc("/", s.notFound)
	}
	return s, nil
}

// notFound refuses an address that is no operation, or a known one under another method.
func (s *server) notFound(w http.ResponseWriter, r *http.Request) {
	var allow []string
	for _, m := range []string{"GET", "POST", "PUT", "DELETE"} {
		other := r.Clone(r.Context())
		other.Method = m
		if _, pattern := s.mux.Handler(other); m != r.Method && pattern != "/api/" && pattern != "/" && pattern != "" {
			allow = append(allow, m)
		}
	}
	if len(allow) > 0 {
		w.Header().Set("Allow", strings.Join(allow, ", "))
		writeProblem(w, r, errMethod.With("method", r.Method))
		return
	}
	writeProblem(w, r, errPath.With("path", r.URL.Path))
}

// request is what is known of one request from its first moment on.
type request struct {
	id    string
	lang  words.Lang
	log   *slog.Logger
	route string // the operation's path, once it is known
	post  string // who acts, once it is known
}

type requestKey struct{}

func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{lang: words.Zh, log: slog.Default()}
}

var goodID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// pagesRoute is how everything that the pages answer is counted.
const pagesRoute = "pages"

// outer gives every request its id, its headers, its place in the metrics and its line in the log.
func (s *server) outer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ours(r.URL.Path) && s.opt.Pages != nil {
			rec, began := &recorder{ResponseWriter: w, status: http.StatusOK}, time.Now()
			s.opt.Pages.ServeHTTP(rec, r) // the pages write their own headers and log
			s.metrics.request(pagesRoute, r.Method, rec.status, time.Since(began))
			return
		}
		q := &request{id: r.Header.Get("X-Request-Id"), lang: langOf(r), log: s.log}
		if !goodID.MatchString(q.id) {
			q.id = app.NewKey()[:12]
		}
		h := w.Header()
		h.Set("X-Request-Id", q.id)
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Add("Vary", "Accept-Language, Authorization")
		if s.opt.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		rec, began := &recorder{ResponseWriter: w, status: http.StatusOK}, time.Now()
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, q))
		defer func() {
			if p := recover(); p != nil {
				s.log.Error("panic", "request", q.id, "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
				if !rec.wrote {
					writeProblem(rec, r, errors.New("panic"))
				}
			}
			took := time.Since(began)
			route := q.route
			if route == "" {
				route = r.Pattern[strings.Index(r.Pattern, " ")+1:]
			}
			s.metrics.request(route, r.Method, rec.status, took)
			s.log.Info("request", "request", q.id, "method", r.Method, "path", r.URL.Path, "route", route, "status", rec.status, "ms", took.Milliseconds(), "post", q.post)
		}()
		next.ServeHTTP(rec, r)
	})
}

func ours(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/problems/") || path == "/healthz" || path == "/readyz" || path == "/metrics"
}

type recorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (r *recorder) WriteHeader(code int) {
	if !r.wrote {
		r.status, r.wrote = code, true
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(b []byte) (int, error) { r.wrote = true; return r.ResponseWriter.Write(b) }

// Unwrap lets http.ResponseController reach what is below.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func langOf(r *http.Request) words.Lang {
	if l := r.URL.Query().Get("lang"); l != "" {
		return words.ParseLang(l)
	}
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	return words.ParseLang(strings.TrimSpace(first))
}
