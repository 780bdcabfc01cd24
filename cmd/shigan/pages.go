package main

import (
	"log/slog"
	"net/http"

	"shigan/app"
)

// handler is everything that the server answers. Pages and API hang here; until they do, it only says that it lives.
func (c *call) handler(o *app.Office, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		if err := o.Store.Ping(r.Context()); err != nil {
			log.Error("the database does not answer", "cause", err.Error())
			http.Error(w, "database", http.StatusServiceUnavailable)
			return
		}
		w.Write([]byte("ok\n"))
	})
	return mux
}
