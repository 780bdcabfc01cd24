package main

import (
	"log/slog"
	"net/http"

	"shigan/adapter/paper"
	"shigan/adapter/sheet"
	"shigan/adapter/web"
	"shigan/app"
)

// handler is everything that the server answers: the pages, and whether it lives.
func (c *call) handler(o *app.Office, log *slog.Logger) (http.Handler, error) {
	pages, err := web.New(o, web.Options{Secure: c.has("tls-in-front"), Log: log, Place: c.lang, Sheets: sheet.Reader{}, Papers: paper.Press{}})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		if err := o.Store.Ping(r.Context()); err != nil {
			log.Error("the database does not answer", "cause", err.Error())
			http.Error(w, "database", http.StatusServiceUnavailable)
			return
		}
		w.Write([]byte("ok\n"))
	})
	mux.Handle("/", pages)
	return mux, nil
}
