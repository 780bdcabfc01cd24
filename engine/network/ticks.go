package network

import "shigan/kernel/calendar"

// Simulated time is counted in ticks of 1/256 day from the model's first day. Work is counted in ticks of 1/256 working day.
// Both are whole numbers: sums are exact, and what ends on a Friday evening never slips to Monday by rounding.
const (
	tick        = 256
	horizon     = 1<<24 - 1 // 65,535 days, 179 years: what would end later ends here
	longestWork = 1<<23 - 1 // of one activity, 32,767 days
	tableDays   = 20 * 366  // calendars are worked out so far; after that their usual week goes on evenly
)

// batch is the number of trials that are computed together: one bit each in a word.
const batch = 64

type row [batch]int32

// pace 工作节拍 is a calendar for simulation: work done up to the beginning of each day, and the day in which each working day
// is completed. Work spreads evenly over a day, so that a winter day of 10 % carries a tenth.
type pace struct {
	work []int32 // work[d]: ticks done before day d; one more than there are days
	day  []int32 // day[k]: the first day by whose end more than k working days are done
	rate float64 // ticks of work per tick of time after the last day
}

// newPace works out a calendar from the model's first day on. It is nil for one that is always at work, which needs no table.
func newPace(c *Calendar, zero int) *pace {
	h := newHours(c, zero, zero+tableDays-1)
	p := &pace{work: make([]int32, tableDays+1), rate: float64(h.weekSum) / 7 / float64(c.DayMinutes)}
	even := true
	for d := range tableDays {
		w := (h.patterns[h.kind[d]].sum*tick + int64(c.DayMinutes)/2) / int64(c.DayMinutes)
		even = even && w == tick
		p.work[d+1] = p.work[d] + int32(w)
		for int32(len(p.day))*tick < p.work[d+1] {
			p.day = append(p.day, int32(d))
		}
	}
	if even {
		return nil
	}
	return p
}

// done is the work done up to time t.
func (p *pace) done(t int32) int32 {
	d := t / tick
	if int(d) >= tableDays {
		return p.work[tableDays] + int32(float64(t-tableDays*tick)*p.rate)
	}
	w := p.work[d]
	return w + (t%tick)*(p.work[d+1]-w)/tick
}

// until is the first time by which w ticks of work are done, w > 0.
func (p *pace) until(w int32) int32 {
	if w > p.work[tableDays] {
		return min(tableDays*tick+int32(min(float64(w-p.work[tableDays])/p.rate, horizon)), horizon)
	}
	d := p.day[(w-1)/tick]
	for p.work[d+1] < w {
		d++
	}
	from := p.work[d]
	rest, day := w-from, p.work[d+1]-from
	if day != tick {
		rest = (rest*tick + day - 1) / day
	}
	return d*tick + rest
}

// add moves a time by work, to where it is done; no work moves nothing.
func (p *pace) add(t, work int32) int32 {
	if work <= 0 {
		return t
	}
	return max(t, p.until(p.done(t)+work))
}

// back is the latest time from which work is done by t.
func (p *pace) back(t, work int32) int32 {
	if work <= 0 {
		return t
	}
	w := p.done(t) - work
	if w < 0 {
		return 0
	}
	return p.next(w)
}

// next is the last time at which no more than w ticks are done: where the following work begins.
func (p *pace) next(w int32) int32 { return p.until(w+1) - 1 }

// at turns an instant into a time of the model, by the share of its day's working hours that has passed.
func (m *Model) at(t Instant, h *hours) int32 {
	day := t.day()
	share := float64(t.minute()) / dayMinutes
	if h != nil {
		if p, _ := h.of(day); p.sum > 0 {
			share = float64(h.work(t)-h.work(Instant(day*dayMinutes))) / float64(p.sum)
		}
	}
	return int32(min(max(float64(day-m.zero)+share, 0)*tick+0.5, horizon))
}

// Date is the day on which something is over that ends at a time of the model.
func (m *Model) Date(ticks int32) calendar.Date { return dateOf(m.zero + int(ticks+tick-1)/tick - 1) }

// Ticks is the end of a day: what is over by then has kept that day.
func (m *Model) Ticks(d calendar.Date) int32 {
	return int32(min(max(dayOf(d)+1-m.zero, 0), horizon/tick) * tick)
}
