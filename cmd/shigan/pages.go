package main

import (
	"log/slog"
	"net/http"

	"shigan/adapter/api"
	"shigan/adapter/paper"
	"shigan/adapter/sheet"
	"shigan/adapter/web"
	"shigan/app"
)

// handler is everything that the server answers: the pages, and beside them the API, health and metrics.
func (c *call) handler(o *app.Office, log *slog.Logger) (http.Handler, error) {
	pages, err := web.New(o, web.Options{Secure: c.has("tls-in-front"), Log: log, Place: c.lang, Sheets: sheet.Reader{}, Papers: paper.Press{Base: c.getenv("SHIGAN_URL")}})
	if err != nil {
		return nil, err
	}
	return api.New(o, api.Options{Secure: c.has("tls-in-front"), Log: log, Pages: pages, Sheets: sheet.Reader{}, Papers: paper.Press{Base: c.getenv("SHIGAN_URL")}})
}
