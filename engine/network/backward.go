package network

import "math"

// backward gives late dates and floats, successors first.
func (p *pass) backward() {
	end := p.end
	if p.Finish != None {
		end = p.Finish
	}
	for at := len(p.order) - 1; at >= 0; at-- {
		i := p.order[at]
		a := &p.acts[i]
		if a.Kind == Summary || a.Kind == Hammock {
			continue
		}
		p.late(i, a, end)
		p.floats(i, a, end)
	}
}

// late is the latest that successors, deadline and constraints allow.
func (p *pass) late(i int32, a *Activity, end Instant) {
	h, d, rest := p.hours[a.Calendar], &p.dates[i], a.remaining()
	if a.Finished != None {
		d.LateStart, d.LateFinish = d.EarlyStart, d.EarlyFinish
		return
	}
	lf := end
	if len(p.out.of(i)) == 0 && p.Rules.OpenEndsCritical {
		lf = d.EarlyFinish
	}
	for _, k := range p.out.of(i) {
		lf = min(lf, p.lateBound(&p.links[k], h, rest))
	}
	if a.Deadline != None {
		lf = min(lf, a.Deadline)
	}
	for _, c := range a.Constraints {
		switch c.Kind {
		case FinishNoLater, FinishOn:
			lf = min(lf, c.At)
		case MandatoryFinish:
			lf = c.At
		case StartNoLater, StartOn:
			lf = min(lf, p.after(h, c.At, rest))
		case MandatoryStart:
			lf = p.after(h, c.At, rest)
		}
	}
	d.LateFinish = lf
	if rest > 0 || !h.touches(lf) {
		d.LateFinish = h.last(lf)
	}
	d.LateStart = d.LateFinish
	if rest > 0 {
		d.LateStart = h.add(d.LateFinish, -rest)
	}
	if a.Started != None {
		d.LateStart = d.EarlyStart
	}
}

// after is the end of work that begins at t.
func (p *pass) after(h *hours, t Instant, work int64) Instant {
	if work == 0 {
		return t
	}
	return h.add(t, work)
}

// lateBound is the latest finish of the predecessor that a link allows; rest is the predecessor's remaining work.
func (p *pass) lateBound(l *Link, h *hours, rest int64) Instant {
	to := &p.dates[l.To]
	a := &p.acts[l.To]
	t := to.LateStart
	switch {
	case l.Type.toFinish():
		t = to.LateFinish
	case a.Finished != None:
		return math.MaxInt64 // what is over holds nobody back
	case a.Started != None:
		t = p.hours[a.Calendar].add(to.LateFinish, -a.remaining()) // only the rest can still wait
		if p.Rules.Override || l.Type.fromStart() {
			return math.MaxInt64
		}
	}
	if a.Finished != None {
		return math.MaxInt64
	}
	t = p.unlag(l, p.edge(l.To, t))
	if l.Type.fromStart() {
		return p.after(h, t, rest)
	}
	return t
}

// unlag is the last instant from which the lag leads no further than t.
func (p *pass) unlag(l *Link, t Instant) Instant {
	if l.Lag == 0 {
		return t
	}
	c := p.calendarOf(l)
	if c < 0 {
		return t - Instant(l.Lag)
	}
	return p.hours[c].start(p.hours[c].work(t) - l.Lag)
}

// edge widens a bound on an activity's start or finish over the rest that follows it in its calendar: what is due on Friday at
// 17:00 may as well be due before Monday, 8:00. A milestone may stand in between, so its bound stays.
func (p *pass) edge(i int, t Instant) Instant {
	a := &p.acts[i]
	if a.remaining() == 0 && a.Kind != StartMilestone {
		return t
	}
	return p.hours[a.Calendar].next(t)
}

// floats measures total and free float in the activity's working time.
func (p *pass) floats(i int32, a *Activity, end Instant) {
	h, d := p.hours[a.Calendar], &p.dates[i]
	if a.Finished != None {
		return
	}
	d.TotalFloat = h.work(d.LateFinish) - h.work(d.EarlyFinish)
	if a.Started == None && p.Rules.Float != FinishFloat {
		s := h.work(d.LateStart) - h.work(d.EarlyStart)
		if p.Rules.Float == StartFloat || s < d.TotalFloat {
			d.TotalFloat = s
		}
	}
	d.FreeFloat = max(0, h.work(p.latestHarmlessOr(i, end))-h.work(d.EarlyFinish))
}

func (p *pass) latestHarmless(i int32) Instant { return p.latestHarmlessOr(i, math.MaxInt64/2) }

// latestHarmlessOr is the latest finish that moves no early date of a successor; end where there is none.
func (p *pass) latestHarmlessOr(i int32, end Instant) Instant {
	a := &p.acts[i]
	h, rest := p.hours[a.Calendar], a.remaining()
	t := Instant(math.MaxInt64)
	for _, k := range p.out.of(i) {
		l := &p.links[k]
		to, b := &p.dates[l.To], &p.acts[l.To]
		if b.Finished != None || b.Started != None && (l.Type.fromStart() || p.Rules.Override) {
			continue
		}
		at := to.EarlyStart
		switch {
		case l.Type.toFinish():
			at = to.EarlyFinish
		case b.Started != None:
			at = to.RestStart
		}
		at = p.unlag(l, p.edge(l.To, at))
		if l.Type.fromStart() {
			at = p.after(h, at, rest)
		}
		t = min(t, at)
	}
	if t == math.MaxInt64 {
		return max(end, p.dates[i].EarlyFinish)
	}
	return t
}

// hammocks stretch from the first to the last of what they are linked with.
func (p *pass) hammocks() {
	for _, l := range p.Links {
		for _, end := range [2][2]int{{l.From, l.To}, {l.To, l.From}} {
			if p.Activities[end[0]].Kind == Hammock && p.Activities[end[1]].Kind != Hammock {
				p.dates[end[0]].cover(&p.dates[end[1]])
			}
		}
	}
	for i := range p.Activities {
		if p.Activities[i].Kind == Hammock {
			d := &p.dates[i]
			d.Driver = -1
			d.EarlyStart, d.EarlyFinish = p.actual(i, d.EarlyStart, d.EarlyFinish)
		}
	}
}

// actual puts actual dates over computed ones.
func (p *pass) actual(i int, start, finish Instant) (Instant, Instant) {
	a := &p.Activities[i]
	if a.Started != None {
		start = a.Started
	}
	if a.Finished != None {
		finish = a.Finished
	}
	return start, finish
}

// cover widens dates so that they include others.
func (d *Dates) cover(o *Dates) {
	if o.EarlyFinish == None {
		return
	}
	if d.EarlyFinish == None {
		d.EarlyStart, d.EarlyFinish, d.LateStart, d.LateFinish = o.EarlyStart, o.EarlyFinish, o.LateStart, o.LateFinish
		return
	}
	d.EarlyStart, d.EarlyFinish = min(d.EarlyStart, o.EarlyStart), max(d.EarlyFinish, o.EarlyFinish)
	d.LateStart, d.LateFinish = min(d.LateStart, o.LateStart), max(d.LateFinish, o.LateFinish)
}

// rollUp gives every summary the dates of what stands under it.
func (p *pass) rollUp() {
	under := p.leaves()
	for i := range p.Activities {
		a := &p.Activities[i]
		if a.Kind != Summary {
			continue
		}
		d := &p.dates[i]
		d.Driver = -1
		for _, leaf := range under[a.ID] {
			d.cover(&p.dates[leaf])
		}
		h := p.hours[a.Calendar]
		d.TotalFloat = h.work(d.LateFinish) - h.work(d.EarlyFinish)
		for _, leaf := range under[a.ID] {
			d.TotalFloat = min(d.TotalFloat, p.dates[leaf].TotalFloat)
		}
	}
}
