package network

import (
	"slices"
	"sort"
)

// hours 工时表 is a calendar worked out for a range of days: how much working time has passed up to any instant, and back.
// Outside of the range the bare week goes on in both directions, so that no date is out of reach.
type hours struct {
	first    int     // day number of the first row
	cum      []int64 // cum[i]: working minutes before day first+i begins; one more row than there are days
	kind     []int32 // which pattern a day has
	patterns []pattern
	week     [7]int32 // pattern of each weekday, for days outside of the table
	weekSum  int64
}

type pattern struct {
	spans []Span
	sum   int64
}

// newHours works a calendar out for the days first to last.
func newHours(c *Calendar, first, last int) *hours {
	h := &hours{first: first}
	for wd := range 7 {
		h.week[wd] = h.pattern(c.Week[wd])
		h.weekSum += h.patterns[h.week[wd]].sum
	}
	n := last - first + 1
	h.kind = make([]int32, n)
	for i := range h.kind {
		h.kind[i] = h.week[weekday(first+i)]
	}
	for _, e := range c.Exceptions {
		k := h.pattern(e.Spans)
		for d := max(dayOf(e.From), first); d <= min(dayOf(e.To), last); d++ {
			h.kind[d-first] = k
		}
	}
	h.season(c, first, last)
	h.cum = make([]int64, n+1)
	for i, k := range h.kind {
		h.cum[i+1] = h.cum[i] + h.patterns[k].sum
	}
	return h
}

// season shortens the days of seasons; each day counts once, with the smallest capacity.
func (h *hours) season(c *Calendar, first, last int) {
	if len(c.Seasons) == 0 {
		return
	}
	percent := make([]int8, last-first+1)
	for i := range percent {
		percent[i] = 100
	}
	for _, s := range c.Seasons {
		for d := max(dayOf(s.From), first); d <= min(dayOf(s.To), last); d++ {
			percent[d-first] = min(percent[d-first], int8(s.Percent))
		}
	}
	type cut struct {
		kind    int32
		percent int8
	}
	known := map[cut]int32{}
	for i, p := range percent {
		if p == 100 {
			continue
		}
		key := cut{h.kind[i], p}
		k, ok := known[key]
		if !ok {
			k = h.pattern(shorten(h.patterns[key.kind].spans, int64(p)))
			known[key] = k
		}
		h.kind[i] = k
	}
}

// shorten keeps the first percent of the working time of a day.
func shorten(spans []Span, percent int64) []Span {
	left := 0
	for _, s := range spans {
		left += s.To - s.From
	}
	left = int((int64(left)*percent + 50) / 100)
	var out []Span
	for _, s := range spans {
		if left <= 0 {
			break
		}
		n := min(left, s.To-s.From)
		out = append(out, Span{s.From, s.From + n})
		left -= n
	}
	return out
}

// pattern gives the number of a day's hours, adding them if they are new.
func (h *hours) pattern(spans []Span) int32 {
	for i, p := range h.patterns {
		if slices.Equal(p.spans, spans) {
			return int32(i)
		}
	}
	p := pattern{spans: spans}
	for _, s := range spans {
		p.sum += int64(s.To - s.From)
	}
	h.patterns = append(h.patterns, p)
	return int32(len(h.patterns) - 1)
}

// weekday of a day number, Sunday = 0; 1970-01-01 was a Thursday.
func weekday(day int) int { return ((day+4)%7 + 7) % 7 }

// of is the pattern of a day and the working minutes before it.
func (h *hours) of(day int) (*pattern, int64) {
	i := day - h.first
	n := len(h.kind)
	switch {
	case i >= 0 && i < n:
		return &h.patterns[h.kind[i]], h.cum[i]
	case i >= n:
		return &h.patterns[h.week[weekday(day)]], h.cum[n] + h.weeks(h.first+n, day)
	}
	return &h.patterns[h.week[weekday(day)]], -h.weeks(day, h.first)
}

// weeks is the working time of the bare week from the start of one day to the start of another.
func (h *hours) weeks(from, to int) int64 {
	n := to - from
	sum := int64(n/7) * h.weekSum
	for d := from + n/7*7; d < to; d++ {
		sum += h.patterns[h.week[weekday(d)]].sum
	}
	return sum
}

// work is the working time up to t, in minutes; only differences mean anything.
func (h *hours) work(t Instant) int64 {
	p, w := h.of(t.day())
	m := t.minute()
	for _, s := range p.spans {
		if m <= s.From {
			break
		}
		w += int64(min(m, s.To) - s.From)
	}
	return w
}

// end is the first instant by which w minutes of work are done: the moment at which something ends.
func (h *hours) end(w int64) Instant {
	day := h.dayWith(w - 1)
	p, before := h.of(day)
	left := int(w - before)
	for _, s := range p.spans {
		if n := s.To - s.From; left > n {
			left -= n
			continue
		}
		return Instant(day*dayMinutes + s.From + left)
	}
	return Instant(day * dayMinutes) // not reached: dayWith found a day that holds this minute
}

// start is the last instant at which w minutes are done: the moment at which the next minute of work begins.
func (h *hours) start(w int64) Instant { return h.end(w+1) - 1 }

// dayWith is the day in which the working minute after w passes.
func (h *hours) dayWith(w int64) int {
	n := len(h.kind)
	switch {
	case w < 0:
		return h.inWeeks(h.first, w)
	case w >= h.cum[n]:
		return h.inWeeks(h.first+n, w-h.cum[n])
	}
	i := sort.Search(n, func(i int) bool { return h.cum[i+1] > w })
	return h.first + i
}

// inWeeks looks for a working minute in the bare week, counted from the beginning of a day.
func (h *hours) inWeeks(from int, w int64) int {
	n := w / h.weekSum
	if w%h.weekSum < 0 {
		n--
	}
	w -= n * h.weekSum
	day := from + int(n)*7
	for {
		s := h.patterns[h.week[weekday(day)]].sum
		if w < s {
			return day
		}
		w -= s
		day++
	}
}

// next is the first instant at or after t at which work can begin.
func (h *hours) next(t Instant) Instant { return h.start(h.work(t)) }

// last is the last instant at or before t at which work can end.
func (h *hours) last(t Instant) Instant { return h.end(h.work(t)) }

// touches tells whether t lies in working time or on its edge, where a milestone may stand.
func (h *hours) touches(t Instant) bool {
	w := h.work(t)
	return h.end(w) == t || h.start(w) == t
}

// add moves t by working minutes: forward to where they are done, backward to where they would have to begin.
func (h *hours) add(t Instant, minutes int64) Instant {
	switch {
	case minutes > 0:
		return h.end(h.work(t) + minutes)
	case minutes < 0:
		return h.start(h.work(t) + minutes)
	}
	return t
}
