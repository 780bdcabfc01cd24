package network

// forward gives early dates, predecessors first.
func (p *pass) forward() {
	for _, i := range p.order {
		a := &p.acts[i]
		d := &p.dates[i]
		d.Driver = -1
		switch {
		case a.Kind == Summary || a.Kind == Hammock:
		case a.Finished != None:
			p.done(a, d)
		case a.Started != None:
			p.running(i, a, d)
		default:
			p.waiting(i, a, d)
		}
	}
}

// done takes the actual dates.
func (p *pass) done(a *Activity, d *Dates) {
	d.By, d.EarlyStart, d.EarlyFinish = ByActual, a.Started, a.Finished
	if a.Started == None {
		d.EarlyStart = min(p.hours[a.Calendar].add(a.Finished, -a.Duration), a.Finished)
	}
}

// running keeps the actual start and puts the rest where it can go on.
func (p *pass) running(i int32, a *Activity, d *Dates) {
	h := p.hours[a.Calendar]
	d.By, d.EarlyStart = ByActual, a.Started
	rest := a.remaining()
	at := h.add(a.Started, max(a.Duration-rest, 0)) // where the work done so far would have ended, had it not been interrupted
	if p.Rules.HoldAtDataDate && p.DataDate != None {
		at = max(a.Started, p.DataDate)
	}
	at = max(at, a.Resume)
	if !p.Rules.Override {
		if t := p.bound(i, h, rest); t > at {
			at, d.By = t, ByLink
		}
	}
	d.RestStart = h.next(at)
	d.EarlyFinish = h.add(d.RestStart, rest)
	if rest == 0 {
		d.EarlyFinish = at
	}
	if d.By == ByLink {
		p.drivers(i, h, rest, at)
	}
}

// waiting starts as soon as links, constraints and dates allow.
func (p *pass) waiting(i int32, a *Activity, d *Dates) {
	h := p.hours[a.Calendar]
	at := p.Start
	if at == None {
		at = p.floor()
	}
	d.By = ByStart
	if p.Rules.HoldAtDataDate && p.DataDate > at {
		at, d.By = p.DataDate, ByDataDate
	}
	rest := a.remaining()
	if t := p.bound(i, h, rest); t != None && t >= at {
		at, d.By = t, ByLink
	}
	for _, c := range a.Constraints {
		at, d.By = p.constrain(c, h, rest, at, d.By)
	}
	d.EarlyStart = p.stand(a, h, at)
	d.EarlyFinish = d.EarlyStart
	if rest > 0 {
		d.EarlyFinish = h.add(d.EarlyStart, rest)
	}
	if d.By == ByLink {
		p.drivers(i, h, rest, at)
	}
}

// constrain applies one constraint to an early start.
func (p *pass) constrain(c Constraint, h *hours, rest int64, at Instant, by Bound) (Instant, Bound) {
	switch c.Kind {
	case StartNoEarlier, StartOn:
		if c.At > at {
			return c.At, ByConstraint
		}
	case FinishNoEarlier, FinishOn:
		if t := p.before(h, c.At, rest); t > at {
			return t, ByConstraint
		}
	case MandatoryStart:
		return c.At, ByConstraint
	case MandatoryFinish:
		return p.before(h, c.At, rest), ByConstraint
	}
	return at, by
}

// before is the start from which work ends at t.
func (p *pass) before(h *hours, t Instant, work int64) Instant {
	if work == 0 {
		return t
	}
	return h.add(t, -work)
}

// stand is where an activity can begin that may begin at t: at working time; a milestone also at the end of it.
func (p *pass) stand(a *Activity, h *hours, t Instant) Instant {
	if a.remaining() == 0 && a.Kind != StartMilestone && h.touches(t) {
		return t
	}
	return h.next(t)
}

// linkBound is the earliest start of the successor that a link allows; rest is the successor's remaining work.
func (p *pass) linkBound(l *Link, h *hours, rest int64) Instant {
	from := &p.dates[l.From]
	t := from.EarlyFinish
	if l.Type.fromStart() {
		t = from.EarlyStart
	}
	t = p.lag(l, t)
	if l.Type.toFinish() {
		return p.before(h, t, rest)
	}
	return t
}

// bound is the latest of what the links allow, None without links.
func (p *pass) bound(i int32, h *hours, rest int64) Instant {
	t := None
	for _, k := range p.in.of(i) {
		if b := p.linkBound(&p.links[k], h, rest); t == None || b > t {
			t = b
		}
	}
	return t
}

// drivers marks the links that hold the activity where it is: those whose bound falls on the same working moment.
func (p *pass) drivers(i int32, h *hours, rest int64, at Instant) {
	w := h.work(at)
	for _, k := range p.in.of(i) {
		if h.work(p.linkBound(&p.links[k], h, rest)) == w {
			p.driving[k] = true
			if p.dates[i].Driver < 0 {
				p.dates[i].Driver = int(k)
			}
		}
	}
}

// asLate moves activities that are wanted as late as possible to the end of their free float, successors first.
func (p *pass) asLate() {
	for at := len(p.order) - 1; at >= 0; at-- {
		i := p.order[at]
		a := &p.acts[i]
		if a.Started != None || a.Finished != None || !a.has(AsLate) || len(p.out.of(i)) == 0 {
			continue
		}
		h := p.hours[a.Calendar]
		d := &p.dates[i]
		if w := h.work(p.latestHarmless(i)) - h.work(d.EarlyFinish); w > 0 {
			rest := a.remaining()
			d.EarlyStart = h.start(h.work(d.EarlyStart) + w)
			d.EarlyFinish = d.EarlyStart
			if rest > 0 {
				d.EarlyFinish = h.add(d.EarlyStart, rest)
			}
			d.By, d.Driver = ByConstraint, -1
			for _, k := range p.in.of(i) {
				p.driving[k] = false
			}
		}
	}
}

func (a *Activity) has(k ConstraintKind) bool {
	for _, c := range a.Constraints {
		if c.Kind == k {
			return true
		}
	}
	return false
}

// finish is the latest early finish of what is work.
func (p *pass) finish() {
	first := true
	for i := range p.acts {
		if k := p.acts[i].Kind; k == Summary || k == Hammock {
			continue
		}
		if first || p.dates[i].EarlyFinish > p.end {
			p.end, first = p.dates[i].EarlyFinish, false
		}
	}
}
