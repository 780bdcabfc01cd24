package network

import "math/bits"

// worker computes batches of a model, one after another, in memory of its own. Nothing is allocated after newWorker.
type worker struct {
	m      *Model
	keys   []uint64 // of draws, by node
	causes []uint64 // of common causes
	normal *[normalCells]cell

	finish []*row // by node
	start  []*row // by Model.starts
	work   []row  // by node, traced runs only
	cause  [][batch]float32
	common [][batch]float32 // by group

	mask []uint64 // by arc: in which trials it drives; traced runs only
	on   []uint64 // by node: in which trials it is critical
	sums []sums   // by target

	acc, lag, dur row
}

// sums are exact whole numbers, so that it does not matter in which order batches come.
type sums struct {
	critical []uint32 // trials
	d, dd    []uint64 // Σ work, Σ work², in ticks
	dt       []uint64 // Σ work × target
}

func newWorker(m *Model, seed uint64, trace bool) *worker {
	n := len(m.nodes)
	w := &worker{m: m, normal: normal(), keys: make([]uint64, n), causes: make([]uint64, len(m.causes)), finish: make([]*row, n),
		start: make([]*row, m.starts), cause: make([][batch]float32, len(m.causes)), common: make([][batch]float32, len(m.groups))}
	for i := range m.nodes {
		w.keys[i] = keyOf(seed, ofActivity, m.nodes[i].key)
	}
	for i, c := range m.causes {
		w.causes[i] = keyOf(seed, ofCause, c)
	}
	if trace {
		w.work, w.mask, w.on = make([]row, n), make([]uint64, len(m.arcs)), make([]uint64, n)
		for range m.target {
			w.sums = append(w.sums, sums{make([]uint32, n), make([]uint64, n), make([]uint64, n), make([]uint64, n)})
		}
	}
	return w
}

// rows lends the worker rows for all nodes and starts.
func (w *worker) rows(slab []row) {
	n := len(w.finish)
	for i := range w.finish {
		w.finish[i] = &slab[i]
	}
	for i := range w.start {
		w.start[i] = &slab[n+i]
	}
}

// share fills the rows of common causes for the batch that begins at a trial.
func (w *worker) share(first int) {
	for i := range w.cause {
		causeRow(&w.cause[i], w.causes[i], first)
	}
	for i := range w.common {
		c := &w.common[i]
		for j := range c {
			c[j] = zSpan * perZ
		}
		g := &w.m.groups[i]
		for k, at := range g.cause {
			z, by := &w.cause[at], g.weight[k]
			for j := range c {
				c[j] += float32(z[j] * by)
			}
		}
		for j := range c {
			c[j] = min(max(c[j], g.room), zCells-1-g.room)
		}
	}
}

// draw fills a row with the work of a node.
func (w *worker) draw(d *row, i int, nd *node, first int) {
	if nd.shape == nil {
		for j := range d {
			d[j] = nd.fixed
		}
		return
	}
	drawRow(d, &w.common[nd.group], w.normal, &nd.shape.cells, w.keys[i]+uint64(first/4)*golden, nd.own, nd.scale)
}

// forward computes the nodes from..to of a batch.
func (w *worker) forward(first int) {
	w.share(first)
	for i := range w.m.nodes {
		w.node(i, first)
	}
}

// node computes one activity for a batch of trials.
func (w *worker) node(i, first int) {
	nd, f := &w.m.nodes[i], w.finish[i]
	if nd.kind == nodeDone {
		fill(f, nd.ended)
		if nd.start >= 0 {
			fill(w.start[nd.start], nd.began)
		}
		return
	}
	d := &w.dur
	if w.work != nil {
		d = &w.work[i]
	}
	w.draw(d, i, nd, first)
	if nd.plain && w.mask == nil {
		w.plain(nd, f, d)
		return
	}
	acc := w.bound(nd, d)
	w.begin(nd, acc, d)
	w.end(nd, f, acc, d)
}

// plain computes a node whose links are up to three finish–start ones without lag, in one sweep.
func (w *worker) plain(nd *node, f, d *row) {
	arcs := w.m.arcs[nd.arcs[0]:nd.arcs[1]]
	a := w.finish[arcs[0].from]
	switch len(arcs) {
	case 1:
		for j := range f {
			f[j] = min(a[j]+d[j], horizon)
		}
	case 2:
		b := w.finish[arcs[1].from]
		for j := range f {
			f[j] = min(max(a[j], b[j])+d[j], horizon)
		}
	default:
		b, c := w.finish[arcs[1].from], w.finish[arcs[2].from]
		for j := range f {
			f[j] = min(max(a[j], b[j], c[j])+d[j], horizon)
		}
	}
}

// bound is the latest of what links and dates allow as a start.
func (w *worker) bound(nd *node, d *row) *row {
	var now *row
	if nd.floor != noFloor || nd.arcs[0] == nd.arcs[1] {
		now = &w.acc
		fill(now, max(nd.floor, 0))
	}
	for k := nd.arcs[0]; k < nd.arcs[1]; k++ {
		c := w.allowed(nd, &w.m.arcs[k], d)
		switch {
		case now == nil:
			now = c
			if c == &w.lag {
				w.acc = w.lag
				now = &w.acc
			}
			if w.mask != nil {
				w.mask[k] = ^uint64(0)
			}
			continue
		case w.mask == nil:
			for j := range w.acc {
				w.acc[j] = max(now[j], c[j])
			}
		default:
			more, same := maxTraced(&w.acc, now, c)
			for p := nd.arcs[0]; p < k; p++ {
				w.mask[p] &^= more
			}
			w.mask[k] = more | same
		}
		now = &w.acc
	}
	return now
}

// allowed is the start that one link allows.
func (w *worker) allowed(nd *node, a *arc, d *row) *row {
	c := w.finish[a.from]
	if a.kind.fromStart() {
		c = w.start[w.m.nodes[a.from].start]
	}
	if a.lag != 0 {
		w.delay(&w.lag, c, a)
		c = &w.lag
	}
	if a.kind.toFinish() {
		w.backFrom(&w.lag, c, d, nd)
		c = &w.lag
	}
	return c
}

// maxTraced gives the larger of two rows and says in which trials that is c, and in which they are the same.
func maxTraced(dst, now, c *row) (more, same uint64) {
	for j := range dst {
		a, b := now[j], c[j]
		var x, y uint64
		if b > a {
			x = 1
		}
		if b == a {
			y = 1
		}
		dst[j] = max(a, b)
		more, same = more>>1|x<<63, same>>1|y<<63
	}
	return more, same
}

// delay moves a row by a lag.
func (w *worker) delay(dst, src *row, a *arc) {
	if a.cal < 0 {
		for j := range dst {
			dst[j] = min(max(src[j]+a.lag, 0), horizon)
		}
		return
	}
	p := w.m.paces[a.cal]
	for j := range dst {
		if a.lag > 0 {
			dst[j] = p.add(max(src[j], 0), a.lag)
		} else {
			dst[j] = p.back(max(src[j], 0), -a.lag)
		}
	}
}

// backFrom turns a bound on the finish into one on the start.
func (w *worker) backFrom(dst, src, d *row, nd *node) {
	if nd.cal < 0 {
		for j := range dst {
			dst[j] = max(src[j]-d[j], 0)
		}
		return
	}
	p := w.m.paces[nd.cal]
	for j := range dst {
		dst[j] = p.back(src[j], d[j])
	}
}

// begin keeps the start where a link hangs on it.
func (w *worker) begin(nd *node, acc, d *row) {
	if nd.start < 0 {
		return
	}
	s := w.start[nd.start]
	switch {
	case nd.kind == nodeRunning:
		fill(s, nd.began)
	case nd.cal < 0:
		*s = *acc
	default:
		p := w.m.paces[nd.cal]
		for j := range s {
			if d[j] > 0 {
				s[j] = max(acc[j], p.next(p.work(acc[j])))
			} else {
				s[j] = p.stand(acc[j], nd.opens)
			}
		}
	}
}

// end adds the work to the start and applies the dates that bind the finish.
func (w *worker) end(nd *node, f, acc, d *row) {
	if nd.cal < 0 {
		for j := range f {
			f[j] = min(acc[j]+d[j], horizon)
		}
	} else {
		w.m.paces[nd.cal].addRow(f, acc, d, nd.opens)
	}
	if nd.endFloor > 0 {
		w.unmark(nd, raise(f, nd.endFloor))
	}
	if nd.until > 0 {
		w.unmark(nd, cut(f, acc, nd.until))
	}
}

// unmark takes trials away from the links into a node: there a date holds it, not a predecessor.
func (w *worker) unmark(nd *node, trials uint64) {
	if w.mask == nil {
		return
	}
	for k := nd.arcs[0]; k < nd.arcs[1]; k++ {
		w.mask[k] &^= trials
	}
}

func fill(r *row, v int32) {
	for j := range r {
		r[j] = v
	}
}

// raise lifts a row to a floor and says where.
func raise(f *row, to int32) (where uint64) {
	for j := range f {
		if f[j] < to {
			f[j] = to
			where |= 1 << j
		}
	}
	return where
}

// cut ends a row by a date, but not before its start, and says where.
func cut(f, from *row, by int32) (where uint64) {
	for j := range f {
		if t := max(by, from[j]); f[j] > t {
			f[j] = t
			where |= 1 << j
		}
	}
	return where
}

// trace counts, for one target, in which trials each activity is critical, following the driving links back, and sums what its
// influence is measured by.
func (w *worker) trace(k int) {
	clear(w.on)
	t := w.m.target[k]
	w.on[t] = ^uint64(0)
	s, end := &w.sums[k], w.finish[t]
	for i := int(t); i >= 0; i-- {
		nd := &w.m.nodes[i]
		if on := w.on[i]; on != 0 {
			s.critical[i] += uint32(bits.OnesCount64(on))
			for a := nd.arcs[0]; a < nd.arcs[1]; a++ {
				w.on[w.m.arcs[a].from] |= on & w.mask[a]
			}
		}
		if nd.shape != nil {
			s.add(i, &w.work[i], end)
		}
	}
}

func (s *sums) add(i int, d, end *row) {
	var x, xx, xt uint64
	for j := range d {
		v := uint64(uint32(d[j]))
		x += v
		xx += v * v
		xt += v * uint64(uint32(end[j]))
	}
	s.d[i] += x
	s.dd[i] += xx
	s.dt[i] += xt
}
