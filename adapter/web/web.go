package web

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed all:assets/dist
var assetFiles embed.FS

// Options of the pages.
type Options struct {
	Secure bool         // cookies only over TLS
	Log    *slog.Logger // nil: the default
	Papers Papers       // nil: no printed documents
	Sheets Sheets       // nil: no import
	Place  words.Lang
}

// Site is the pages of one office.
type Site struct {
	o     *app.Office
	opt   Options
	log   *slog.Logger
	pages *pages
	here  presence // who takes notes in which meeting
}

// New makes the handler of all pages.
func New(o *app.Office, opt Options) (http.Handler, error) {
	p, err := loadPages()
	if err != nil {
		return nil, err
	}
	s := &Site{o: o, opt: opt, log: opt.Log, pages: p}
	if s.log == nil {
		s.log = slog.Default()
	}
	mux := http.NewServeMux()
	for _, r := range routes() {
		mux.HandleFunc(r.Method+" "+r.Path, s.guard(r))
	}
	dist, err := fs.Sub(assetFiles, "assets/dist")
	if err != nil {
		return nil, err
	}
	assets := http.StripPrefix("/assets/", http.FileServerFS(dist))
	mux.HandleFunc("GET /assets/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		assets.ServeHTTP(w, r)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		v := &view{s: s, w: w, r: r, Lang: langOf(r)}
		v.sign()
		s.fail(v, errPage)
	})
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(&view{s: s, w: w, r: r, Lang: langOf(r)}, errOrigin)
	}))
	return s.outer(guard.Handler(mux)), nil
}

var (
	errPage   = fault.New(fault.NotFound, "web.no-page")
	errOrigin = fault.New(fault.Forbidden, "web.other-origin")
	errForm   = fault.New(fault.Invalid, "web.bad-form")
	errBig    = fault.New(fault.TooLarge, "web.too-large")
)

type ctxKey struct{}

// outer gives every request its id, its headers and its line in the log; a panic becomes an error page.
func (s *Site) outer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := app.NewKey()[:12]
		h := w.Header()
		h.Set("X-Request-Id", id)
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
		if s.opt.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		rec := &recorder{ResponseWriter: w, status: 200}
		began := time.Now()
		r = r.WithContext(context.WithValue(r.Context(), ctxKey{}, id))
		defer func() {
			if p := recover(); p != nil {
				s.log.Error("panic", "request", id, "path", publicPath(r), "panic", p, "stack", string(debug.Stack()))
				s.fail(&view{s: s, w: rec, r: r, Lang: langOf(r)}, errors.New("panic"))
			}
			s.log.Info("request", "request", id, "method", r.Method, "path", publicPath(r), "status", rec.status, "ms", time.Since(began).Milliseconds())
		}()
		next.ServeHTTP(rec, r)
	})
}

type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(code int) { r.status = code; r.ResponseWriter.WriteHeader(code) }

// guard signs the request and asks for the route's right before the handler sees it.
func (s *Site) guard(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &view{s: s, w: w, r: r, Lang: langOf(r), route: rt}
		limit := rt.Limit
		if limit == 0 {
			limit = 1 << 20
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		v.sign()
		if rt.Right != public {
			if v.By.Person == "" {
				s.fail(v, v.signErr)
				return
			}
			if rt.Right != anybody {
				if err := may(v, rt.Right); err != nil {
					s.fail(v, err)
					return
				}
			}
		}
		if err := rt.Handle(v); err != nil {
			s.fail(v, err)
		}
	}
}

// may asks for a right without a project; whether a limited right reaches a project is asked where the project is known.
func may(v *view, right string) error { return org.MayAnywhere(v.By, right) }

// view is one request: who, in which language, about which month.
type view struct {
	s       *Site
	w       http.ResponseWriter
	r       *http.Request
	route   route
	Lang    words.Lang
	By      org.Signer
	Session app.Session
	signErr error
	reader  app.Reader
	months  []string
	madeUp  map[string]bool     // posts that were asked whether they are samples
	units   map[string]unitRead // likewise
	plans   map[string]*planNames
	cases   map[string]casework.Case // read ahead for a list of entries
}

func (v *view) ctx() context.Context { return v.r.Context() }

// Read gives the district's reader of this request.
func (v *view) Read() app.Reader {
	if v.reader == nil {
		v.reader = v.s.o.Read(v.ctx())
	}
	return v.reader
}

// T says a text in the reader's language.
func (v *view) T(key string, args ...any) string { return words.Say(v.Lang, key, args...) }

func (v *view) sign() {
	v.signErr = app.ErrSession
	c, err := v.r.Cookie(sessionCookie)
	if err != nil {
		return
	}
	by, ses, err := v.s.o.Signed(v.ctx(), c.Value)
	if err != nil {
		v.signErr = err
		return
	}
	v.By, v.Session = by, ses
}

const (
	sessionCookie = "shigan_session"
	langCookie    = "shigan_lang"
	themeCookie   = "shigan_theme"
)

func langOf(r *http.Request) words.Lang {
	if l := r.URL.Query().Get("lang"); l != "" {
		return words.ParseLang(l)
	}
	if c, err := r.Cookie(langCookie); err == nil {
		return words.ParseLang(c.Value)
	}
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	return words.ParseLang(first)
}

// Months lists the opened months, newest first.
func (v *view) Months() ([]string, error) {
	if v.months == nil {
		ids, err := v.Read().IDs("month", "")
		if err != nil {
			return nil, err
		}
		for i := len(ids) - 1; i >= 0; i-- {
			v.months = append(v.months, ids[i])
		}
	}
	return v.months, nil
}

// month is the month that a page speaks of: the address says it, or it is the newest.
func (v *view) month() (calendar.Month, error) {
	if m := v.r.FormValue("m"); m != "" {
		return calendar.ParseMonth(m)
	}
	if m := v.r.PathValue("month"); m != "" {
		return calendar.ParseMonth(m)
	}
	ms, err := v.Months()
	if err != nil {
		return calendar.Month{}, err
	}
	if len(ms) == 0 {
		return calendar.DateOf(v.s.o.Clock()).Month(), nil
	}
	return calendar.ParseMonth(ms[0])
}

// status of a kind of refusal.
var status = map[fault.Kind]int{fault.Invalid: 422, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409, fault.Unsigned: 401,
	fault.Unavailable: 503, fault.Broken: 500, fault.TooLarge: 413}

// fail shows a refusal as a page: what failed, what is safe, one way on. What is no refusal goes to the log with the request's
// id, and the page shows the id.
func (s *Site) fail(v *view, err error) {
	if tooBig := new(http.MaxBytesError); errors.As(err, &tooBig) {
		err = errBig.With("limit", tooBig.Limit>>20)
	}
	f, ok := app.Refused(err)
	id, _ := v.ctx().Value(ctxKey{}).(string)
	code := 500
	text := v.T("fault.house.unknown", "id", id)
	if ok {
		code, text = status[f.Kind], sentence(v.Lang, f)
	} else {
		s.log.Error("failed", "request", id, "path", publicPath(v.r), "error", err.Error())
	}
	if ok && f.Kind == fault.Unsigned && v.r.Method == http.MethodGet && v.r.Header.Get("X-Part") == "" {
		http.Redirect(v.w, v.r, "/signin?to="+escapePath(v.r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	v.w.Header().Set("Cache-Control", "no-store")
	if v.r.Header.Get("X-Part") != "" {
		v.w.WriteHeader(code)
		v.w.Write([]byte(text))
		return
	}
	name := "error"
	if rerr := s.pages.render(v, code, name, map[string]any{"Title": v.T("error.title"), "Text": text, "Code": code, "Back": back(v.r), "Signed": v.By.Person != ""}); rerr != nil {
		s.log.Error("error page", "request", id, "error", rerr.Error())
		http.Error(v.w, text, code)
	}
}

// sentence is a refusal as its reader reads it.
func sentence(lang words.Lang, f *fault.Fault) string {
	args := map[string]any{}
	for k, val := range f.Args {
		args[k] = readable(lang, val)
	}
	return words.Say(lang, "fault."+f.Code, args)
}

// readable puts keys of the catalogue into words: lights, stages, doubts.
func readable(lang words.Lang, val any) any {
	switch x := val.(type) {
	case rules.Say: // a text in both languages: of a pack, or names of units
		return x.In(lang)
	case []string:
		var parts []string
		for _, s := range x {
			parts = append(parts, readable(lang, s).(string))
		}
		return strings.Join(parts, words.Say(lang, "list.and"))
	case string:
		for _, prefix := range []string{"hue.", "stage.", "doubt."} {
			if words.Has(prefix + x) {
				return words.Say(lang, prefix+x)
			}
		}
		return x
	}
	return val
}

func back(r *http.Request) string {
	if ref := r.Referer(); ref != "" {
		if i := strings.Index(ref, "://"); i >= 0 {
			rest := ref[i+3:]
			if host, path, ok := strings.Cut(rest, "/"); ok && host == r.Host {
				return "/" + path
			}
		}
	}
	return "/"
}
