package app

import (
	"strings"
	"time"
	"unicode/utf8"

	"shigan/kernel/calendar"
)

// Calendar text after RFC 5545: lines end in CRLF, none is longer than 75 octets, and a character is never cut.

// zoneName and its rule: China has had one clock time all year since 1992.
const zoneName = "Asia/Shanghai"

var zoneLines = []string{"BEGIN:VTIMEZONE", "TZID:" + zoneName, "BEGIN:STANDARD", "DTSTART:19920101T000000", "TZOFFSETFROM:+0800", "TZOFFSETTO:+0800", "TZNAME:CST",
	"END:STANDARD", "END:VTIMEZONE"}

// calEvent 日程 is one entry of a calendar. Day is set for one that takes a whole day, At for one at an instant.
type calEvent struct {
	UID         string
	Seq         int64     // grows with each change
	Changed     time.Time // when it last changed
	Day         calendar.Date
	At          time.Time
	Minutes     int // 0: not known
	Summary     string
	Description string
	Place       string
	URL         string
	Off         bool // called off
	Busy        bool // it takes its reader's time; a deadline does not
}

// writeCalendar gives a calendar as clients subscribe to it.
func writeCalendar(title, product string, events []calEvent) []byte {
	var w icsWriter
	for _, l := range []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:" + escapeICS(product), "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:" + escapeICS(title),
		"X-WR-TIMEZONE:" + zoneName, "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"} {
		w.line(l)
	}
	for _, l := range zoneLines {
		w.line(l)
	}
	for _, e := range events {
		e.write(&w)
	}
	w.line("END:VCALENDAR")
	return []byte(w.b.String())
}

func (e calEvent) write(w *icsWriter) {
	utc := func(t time.Time) string { return t.UTC().Format("20060102T150405Z") }
	here := func(t time.Time) string { return t.In(calendar.Zone).Format("20060102T150405") }
	w.line("BEGIN:VEVENT")
	w.line("UID:" + escapeICS(e.UID))
	w.line("DTSTAMP:" + utc(e.Changed))
	w.line("LAST-MODIFIED:" + utc(e.Changed))
	w.line("SEQUENCE:" + decimal(e.Seq))
	if !e.Day.IsZero() {
		day := func(d calendar.Date) string { return strings.ReplaceAll(d.String(), "-", "") }
		w.line("DTSTART;VALUE=DATE:" + day(e.Day))
		w.line("DTEND;VALUE=DATE:" + day(e.Day.AddDays(1)))
	} else {
		w.line("DTSTART;TZID=" + zoneName + ":" + here(e.At))
		if e.Minutes > 0 {
			w.line("DTEND;TZID=" + zoneName + ":" + here(e.At.Add(time.Duration(e.Minutes)*time.Minute)))
		}
	}
	w.line("SUMMARY:" + escapeICS(e.Summary))
	for _, f := range [][2]string{{"DESCRIPTION", e.Description}, {"LOCATION", e.Place}} {
		if f[1] != "" {
			w.line(f[0] + ":" + escapeICS(f[1]))
		}
	}
	if e.URL != "" {
		w.line("URL:" + printable(strings.ToValidUTF8(e.URL, "")))
	}
	w.line("CLASS:PRIVATE")
	if e.Busy && !e.Off {
		w.line("TRANSP:OPAQUE")
	} else {
		w.line("TRANSP:TRANSPARENT")
	}
	if e.Off {
		w.line("STATUS:CANCELLED")
	} else {
		w.line("STATUS:CONFIRMED")
	}
	w.line("END:VEVENT")
}

type icsWriter struct{ b strings.Builder }

// line writes a content line, folded.
func (w *icsWriter) line(s string) {
	const most = 75
	room := most
	for len(s) > room {
		cut := room
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		w.b.WriteString(s[:cut] + "\r\n ")
		s, room = s[cut:], most-1
	}
	w.b.WriteString(s + "\r\n")
}

var icsEscaper = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// escapeICS writes a text value. Control characters that the format has no place for are left out.
func escapeICS(s string) string {
	return printable(icsEscaper.Replace(strings.ToValidUTF8(s, "\uFFFD")))
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
