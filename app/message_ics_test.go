package app

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"shigan/kernel/calendar"

	ics "github.com/arran4/golang-ical"
)

// plainText is a text as a calendar can hold it: whole characters, ends of lines of one kind, no control characters.
func plainText(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// FuzzCalendar: whatever people write into a title, a place or a name of a list, a calendar program reads the same text back, in a
// calendar with the same number of entries.
func FuzzCalendar(f *testing.F) {
	for _, s := range []string{"", "管线; 迁改, 二期", `a\nb\\n;`, "BEGIN:VEVENT\r\nUID:x", "\r", "一" + strings.Repeat("长", 60), strings.Repeat("😀", 40), "\x00\x1b[2J", "\xff\xfe", "END:VCALENDAR", "x\ty", " 前空"} {
		f.Add(s, s, s)
	}
	at := time.Date(2022, 5, 20, 6, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, summary, text, place string) {
		events := []calEvent{{UID: "a@x", Seq: 3, Changed: at, At: at, Minutes: 45, Summary: summary, Description: text, Place: place, Busy: true},
			{UID: "b@x", Seq: 4, Changed: at, Day: calendar.MustDate("2022-05-20"), Summary: summary, URL: "https://shigan.example.cn/case/" + place}}
		raw := writeCalendar(text, "-//Shigan//ZH", events)
		for _, line := range strings.Split(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n\x00") {
				t.Fatalf("no line of the format: %q", line)
			}
		}
		cal, err := ics.ParseCalendar(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%v\n%s", err, raw)
		}
		if len(cal.Events()) != 2 {
			t.Fatalf("%d entries for two:\n%s", len(cal.Events()), raw)
		}
		read := func(e *ics.VEvent, p ics.ComponentProperty) string {
			if x := e.GetProperty(p); x != nil {
				return x.Value
			}
			return ""
		}
		e := cal.Events()[0]
		for p, want := range map[ics.ComponentProperty]string{ics.ComponentPropertySummary: summary, ics.ComponentPropertyDescription: text, ics.ComponentPropertyLocation: place} {
			if got := read(e, p); got != plainText(want) {
				t.Errorf("%s: read %q, written %q", p, got, plainText(want))
			}
		}
		if start, err := e.GetStartAt(); err != nil || !start.Equal(at) {
			t.Errorf("begins %v: %v", start, err)
		}
		if end, err := e.GetEndAt(); err != nil || end.Sub(at) != 45*time.Minute {
			t.Errorf("ends %v: %v", end, err)
		}
		if day, err := cal.Events()[1].GetAllDayStartAt(); err != nil || day.Format("2006-01-02") != "2022-05-20" {
			t.Errorf("day %v: %v", day, err)
		}
	})
}
