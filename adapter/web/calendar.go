package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"shigan/app"
	"shigan/kernel/fault"
)

// calendarPath begins the addresses of calendars. What follows is a secret: no log has it, and no page leads on from it.
const calendarPath = "/calendar/"

// publicPath is a request's path as a log may keep it.
func publicPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, calendarPath) {
		return calendarPath + "…"
	}
	return r.URL.Path
}

// calendarFeed 日历订阅 answers calendar programs, which cannot sign in: whoever has the address reads what is in it. An address that
// never was, one that was taken back and one of an account that was closed get the same answer, out of the same look-up.
func (v *view) calendarFeed() error {
	h := v.w.Header()
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	secret, ok := strings.CutSuffix(v.r.PathValue("file"), ".ics")
	if !ok {
		secret = ""
	}
	raw, err := v.s.o.Calendar(v.ctx(), secret)
	if f, refused := fault.Of(err); refused && f.Is(app.ErrNoFeed) {
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Type", "text/plain; charset=utf-8")
		v.w.WriteHeader(http.StatusNotFound)
		_, err = v.w.Write([]byte(v.T("fault.app.no-feed") + "\n"))
		return err
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="shigan.ics"`)
	h.Set("Cache-Control", "private, no-cache") // asked for again each time, so that one taken back ends at once
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(v.w, v.r, "", time.Time{}, bytes.NewReader(raw))
	return nil
}
