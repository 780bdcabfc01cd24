package network

import (
	"fmt"

	"shigan/kernel/calendar"
)

const dayMinutes = 24 * 60

// Instant 时刻 is a minute of the local wall clock, counted from the first minute of 1970-01-01. The zero value means "not given".
type Instant int64

// None is an instant that is not given.
const None Instant = 0

var epoch = calendar.MustDate("1970-01-01")

// On is the instant so many minutes after the beginning of a day; 1440 is the end of that day.
func On(d calendar.Date, minute int) Instant { return Instant(d.Sub(epoch)*dayMinutes + minute) }

// day is the number of days since 1970-01-01, of the day that begins at or before t.
func (t Instant) day() int {
	d := int(t) / dayMinutes
	if int(t)%dayMinutes < 0 {
		d--
	}
	return d
}

// minute is the minute within that day, 0 to 1439.
func (t Instant) minute() int { return int(t) - t.day()*dayMinutes }

// Date is the day in which t lies; midnight belongs to the day that begins.
func (t Instant) Date() calendar.Date { return dateOf(t.day()) }

// FinishDate is the day that something ends which is over at t: midnight belongs to the day that ends.
func (t Instant) FinishDate() calendar.Date { return (t - 1).Date() }

// Minute is the time of day in minutes.
func (t Instant) Minute() int { return t.minute() }

// String prints 2022-06-30T17:00, the form that schedule files use.
func (t Instant) String() string {
	if t == None {
		return ""
	}
	return fmt.Sprintf("%sT%02d:%02d", t.Date(), t.minute()/60, t.minute()%60)
}

func dateOf(day int) calendar.Date { return epoch.AddDays(day) }

func dayOf(d calendar.Date) int { return d.Sub(epoch) }
