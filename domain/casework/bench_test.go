package casework

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"shigan/kernel/calendar"
)

// BenchmarkTheClockLooksAtACase: judging one open case as it is stored; a third of them have to be read.
func BenchmarkTheClockLooksAtACase(b *testing.B) {
	now := calendar.MustDate("2022-07-06").At(9 * 60)
	var raw [][]byte
	for i := range 1000 {
		start := now.Add(-time.Duration(i%60) * 24 * time.Hour)
		c := Case{ID: fmt.Sprintf("P-2022-%04d", i), Level: 1, Seats: []string{"a", "b"}, Clocks: []Clock{{Name: LevelClock, Level: 1, Start: minute(start),
			Limit: Span{40, calendar.InWorkdays}, Near: "1/5", Hours: "09:00-12:00 13:30-17:30"}}}
		body, err := json.Marshal(c.tick())
		if err != nil {
			b.Fatal(err)
		}
		raw = append(raw, body)
	}
	b.ResetTimer()
	for i := range b.N {
		if Early(raw[i%len(raw)], now) {
			continue
		}
		var t Tick
		if err := json.Unmarshal(raw[i%len(raw)], &t); err != nil {
			b.Fatal(err)
		}
		if _, _, err := t.Due(now, holidays()); err != nil {
			b.Fatal(err)
		}
	}
}
