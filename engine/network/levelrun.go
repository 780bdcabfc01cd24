package network

import "math"

// RunLevelled simulates with shared resources: in every trial the activities are placed one after another, latest planned finish
// first, where their links allow and enough is left (serial generation). A resource is held on every day from start to finish.
// Such trials are not monotone (getting something done earlier can delay the end) and have no driving links, so Run's Trace and
// Keep do not apply; two outcomes of the same seed are still compared trial by trial.
func (m *Model) RunLevelled(r Run, have []Scarce, uses []Use) (*Outcome, error) {
	r.Trace, r.Keep = false, false
	o, err := m.outcome(r)
	if err != nil {
		return nil, err
	}
	l, err := m.levelled(have, uses)
	if err != nil {
		return nil, err
	}
	o.spread(func(w *worker) func(b int) {
		w.rows(make([]row, len(m.nodes)+m.starts))
		work := make([]row, len(m.nodes))
		usage := make([][]int16, len(have))
		for k := range usage {
			usage[k] = make([]int16, tableDays)
		}
		return func(b int) {
			w.share(b * batch)
			for i := range m.nodes {
				w.draw(&work[i], i, &m.nodes[i], b*batch)
			}
			for j := range batch {
				l.trial(w, work, usage, j)
			}
			o.collect(w, b)
		}
	})
	return o, nil
}

// levelledModel is what a levelled trial needs besides the model.
type levelledModel struct {
	*Model
	order []int32 // of nodes, by planned latest finish, predecessors first
	uses  [][]Use // by node
	cap   []int16
}

func (m *Model) levelled(have []Scarce, uses []Use) (*levelledModel, error) {
	l := &levelledModel{Model: m, uses: make([][]Use, len(m.nodes))}
	for _, h := range have {
		l.cap = append(l.cap, int16(min(max(h.Capacity, 0), math.MaxInt16)))
	}
	for _, u := range uses {
		if u.Activity < 0 || u.Activity >= len(m.net.Activities) || u.Resource < 0 || u.Resource >= len(have) {
			return nil, ErrNoActivity.With("activity", u.Activity)
		}
		if u.Amount < 0 || u.Amount > have[u.Resource].Capacity {
			return nil, ErrScarce.With("activity", m.net.Activities[u.Activity].ID, "resource", have[u.Resource].Name, "need", u.Amount, "capacity", have[u.Resource].Capacity)
		}
		if at := m.place[u.Activity]; at >= 0 && u.Amount > 0 {
			l.uses[at] = append(l.uses[at], u)
		}
	}
	s, err := m.net.Schedule()
	if err != nil {
		return nil, err
	}
	late := make([]Instant, len(m.nodes))
	for i := range m.nodes {
		late[i] = math.MaxInt64
		if act := int(m.nodes[i].act); act < len(s.Dates) {
			late[i] = s.Dates[act].LateFinish
		}
	}
	l.order = m.byPriority(late)
	return l, nil
}

// byPriority lists nodes so that predecessors come first and, among those that are ready, the earliest late finish.
func (m *Model) byPriority(late []Instant) []int32 {
	n := len(m.nodes)
	wait := make([]int32, n)
	next := make([][]int32, n)
	for i := range m.nodes {
		for _, a := range m.arcs[m.nodes[i].arcs[0]:m.nodes[i].arcs[1]] {
			next[a.from] = append(next[a.from], int32(i))
			wait[i]++
		}
	}
	var ready heap
	before := func(a, b int32) bool { return late[a] < late[b] || late[a] == late[b] && a < b }
	for i := range int32(n) {
		if wait[i] == 0 {
			ready.push(i, before)
		}
	}
	order := make([]int32, 0, n)
	for len(ready) > 0 {
		i := ready.pop(before)
		order = append(order, i)
		for _, k := range next[i] {
			if wait[k]--; wait[k] == 0 {
				ready.push(k, before)
			}
		}
	}
	return order
}

// heap of node numbers.
type heap []int32

func (h *heap) push(i int32, before func(a, b int32) bool) {
	*h = append(*h, i)
	for k := len(*h) - 1; k > 0; {
		up := (k - 1) / 2
		if !before((*h)[k], (*h)[up]) {
			return
		}
		(*h)[k], (*h)[up] = (*h)[up], (*h)[k]
		k = up
	}
}

func (h *heap) pop(before func(a, b int32) bool) int32 {
	out := (*h)[0]
	last := len(*h) - 1
	(*h)[0] = (*h)[last]
	*h = (*h)[:last]
	for k := 0; ; {
		small := k
		for c := 2*k + 1; c <= 2*k+2 && c < last; c++ {
			if before((*h)[c], (*h)[small]) {
				small = c
			}
		}
		if small == k {
			return out
		}
		(*h)[k], (*h)[small] = (*h)[small], (*h)[k]
		k = small
	}
}

// trial places all activities of one trial.
func (l *levelledModel) trial(w *worker, work []row, usage [][]int16, j int) {
	for k := range usage {
		clear(usage[k])
	}
	for _, i := range l.order {
		nd := &l.nodes[i]
		if nd.kind == nodeDone {
			w.finish[i][j] = nd.ended
			if nd.start >= 0 {
				w.start[nd.start][j] = nd.began
			}
			continue
		}
		d := work[i][j]
		t := l.allowed(w, nd, d, j)
		for {
			conflict := l.conflict(i, t, l.over(nd, t, d), usage)
			if conflict < 0 {
				break
			}
			t = (conflict + 1) * tick
		}
		end := l.over(nd, t, d)
		l.hold(i, t, end, usage)
		w.finish[i][j] = end
		if nd.start >= 0 {
			w.start[nd.start][j] = t
			if nd.kind == nodeRunning {
				w.start[nd.start][j] = nd.began
			}
		}
	}
}

// allowed is the start that dates and links allow in one trial.
func (l *levelledModel) allowed(w *worker, nd *node, d int32, j int) int32 {
	t := max(nd.floor, 0)
	for k := nd.arcs[0]; k < nd.arcs[1]; k++ {
		a := &l.arcs[k]
		c := w.finish[a.from][j]
		if a.kind.fromStart() {
			c = w.start[l.nodes[a.from].start][j]
		}
		switch {
		case a.lag == 0:
		case a.cal < 0:
			c = min(max(c+a.lag, 0), horizon)
		case a.lag > 0:
			c = l.paces[a.cal].add(c, a.lag)
		default:
			c = l.paces[a.cal].back(c, -a.lag)
		}
		if a.kind.toFinish() {
			if nd.cal < 0 {
				c = max(c-d, 0)
			} else {
				c = l.paces[nd.cal].back(c, d)
			}
		}
		t = max(t, c)
	}
	switch p := l.pace(nd); {
	case p == nil:
	case d == 0:
		t = p.stand(t, nd.opens)
	default:
		t = max(t, p.next(p.work(t)))
	}
	return t
}

// pace is a node's calendar, nil for one that is always at work.
func (m *Model) pace(nd *node) *pace {
	if nd.cal < 0 {
		return nil
	}
	return m.paces[nd.cal]
}

// over is the finish of work begun at t, with the dates that bind it.
func (l *levelledModel) over(nd *node, t, d int32) int32 {
	end := min(t+d, horizon)
	if nd.cal >= 0 {
		p := l.paces[nd.cal]
		if d == 0 {
			end = p.stand(t, nd.opens)
		} else {
			end = min(p.add(t, d), horizon)
		}
	}
	end = max(end, nd.endFloor)
	if nd.until > 0 {
		end = min(end, max(nd.until, t))
	}
	return end
}

// conflict is the last day within the time at which too little is left, or −1. Beyond the calendars nothing is scarce.
func (l *levelledModel) conflict(i, from, to int32, usage [][]int16) int32 {
	if to <= from {
		return -1
	}
	for day := min((to-1)/tick, tableDays-1); day >= from/tick; day-- {
		for _, u := range l.uses[i] {
			if usage[u.Resource][day]+int16(u.Amount) > l.cap[u.Resource] {
				return day
			}
		}
	}
	return -1
}

func (l *levelledModel) hold(i, from, to int32, usage [][]int16) {
	if to <= from {
		return
	}
	for day := from / tick; day <= min((to-1)/tick, tableDays-1); day++ {
		for _, u := range l.uses[i] {
			usage[u.Resource][day] += int16(u.Amount)
		}
	}
}
