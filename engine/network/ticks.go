package network

import "shigan/kernel/calendar"

// Simulated time is counted in ticks of 1/256 day from the model's first day. Work is counted in ticks of 1/256 working day.
// Both are whole numbers: sums are exact, and what ends on a Friday evening never slips to Monday by rounding.
const (
	tick        = 256
	horizon     = 1<<24 - 1      // 65,535 days, 179 years: what would end later ends here
	longestWork = 1<<23 - 1      // of one activity, 32,767 days
	HorizonDays = horizon / tick // in days
	tableDays   = 20 * 366       // calendars are worked out so far; after that their usual week goes on evenly
)

// batch is the number of trials that are computed together: one bit each in a word.
const batch = 64

type row [batch]int32

// pace 工作节拍 is a calendar for simulation: work done up to the beginning of each day, and the day in which each working day
// is completed. Work spreads evenly over a day, so that a winter day of 10 % carries a tenth.
type pace struct {
	days []workday // by day
	done []workday // done[k]: the first day by whose end more than k working days are done
	rate float64   // ticks of work per tick of time after the last day
}

// workday is a day with the time at which it begins, the work done before it and the work that it holds, in ticks.
type workday struct{ from, before, holds int32 }

// newPace works out a calendar from the model's first day on. It is nil for one that is always at work, which needs no table.
func newPace(c *Calendar, zero int) *pace {
	h := newHours(c, zero, zero+tableDays-1)
	p := &pace{days: make([]workday, tableDays), done: make([]workday, 0, tableDays), rate: float64(h.weekSum) / 7 / float64(c.DayMinutes)}
	even, sum := true, int32(0)
	for d := range int32(tableDays) {
		w := workday{d * tick, sum, int32((h.patterns[h.kind[d]].sum*tick + int64(c.DayMinutes)/2) / int64(c.DayMinutes))}
		even = even && w.holds == tick
		p.days[d] = w
		sum += w.holds
		for int32(len(p.done))*tick < sum {
			p.done = append(p.done, w)
		}
	}
	if even {
		return nil
	}
	return p
}

// total is the work of all days of the table.
func (p *pace) total() int32 {
	last := p.days[tableDays-1]
	return last.before + last.holds
}

// work is the work done up to time t.
func (p *pace) work(t int32) int32 {
	if d := uint(t >> 8); d < uint(len(p.days)) {
		w := &p.days[d]
		return w.before + (t&(tick-1))*w.holds>>8
	}
	return p.total() + int32(float64(t-tableDays*tick)*p.rate)
}

// until is the first time by which w ticks of work are done, w > 0.
func (p *pace) until(w int32) int32 {
	if k := uint(w-1) >> 8; k < uint(len(p.done)) {
		if d := &p.done[k]; d.holds == tick { // the usual day: all of it works
			return d.from + w - d.before
		}
	}
	return p.untilSlow(w)
}

// untilSlow goes through short days, and on after the last day of the table.
func (p *pace) untilSlow(w int32) int32 {
	if total := p.total(); w > total {
		return min(tableDays*tick+int32(min(float64(w-total)/p.rate, horizon)), horizon)
	}
	d := &p.done[(w-1)>>8]
	for d.before+d.holds < w {
		d = &p.days[d.from>>8+1]
	}
	return d.from + ((w-d.before)*tick+d.holds-1)/d.holds
}

// add moves a time by work, to where it is done; no work moves nothing.
func (p *pace) add(t, work int32) int32 {
	if work <= 0 {
		return t
	}
	return max(t, p.until(p.work(t)+work))
}

// addRow adds work to a row of times; until's usual case stands here too, because a call for each trial would cost as much again.
func (p *pace) addRow(f, from, work *row, opens bool) {
	done := p.done
	for j := range f {
		t, d := from[j], work[j]
		if d == 0 {
			f[j] = p.stand(t, opens)
			continue
		}
		w := p.work(t) + d
		if k := uint(w-1) >> 8; k < uint(len(done)) && done[k].holds == tick {
			f[j] = done[k].from + w - done[k].before
			continue
		}
		f[j] = min(max(t, p.untilSlow(w)), horizon)
	}
}

// back is the latest time from which work is done by t.
func (p *pace) back(t, work int32) int32 {
	if work <= 0 {
		return t
	}
	w := p.work(t) - work
	if w < 0 {
		return 0
	}
	return p.next(w)
}

// next is the last time at which no more than w ticks are done: where the following work begins.
func (p *pace) next(w int32) int32 { return p.until(w+1) - 1 }

// stand is where a milestone stands that may stand at t: in working time or on its edge; one that opens work not at its end.
func (p *pace) stand(t int32, opens bool) int32 {
	w := p.work(t)
	if !opens && w > 0 && p.until(w) == t {
		return t
	}
	return max(t, p.next(w))
}

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
