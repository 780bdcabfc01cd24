package network

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// MostTrials keeps all sums within 64 bits.
const MostTrials = 1 << 17

// Run 模拟参数.
type Run struct {
	Trials  int    // rounded up to a multiple of 64; 4,096 on screen, 16,384 for what is frozen
	Seed    uint64 // same seed, same trials
	Workers int    // 0: one for each processor
	Trace   bool   // criticality, and what influence is measured by
	Keep    bool   // keep all rows (4 bytes an activity and trial), so that Try computes only what a change touches
}

// Outcome 模拟结果.
type Outcome struct {
	model  *Model
	run    Run
	Trials int
	Finish []*Sample // by target, in the order of Options.Targets
	sums   []sums
	kept   []row // by batch: all nodes, then all starts
}

// Run simulates. The same model, trials and seed give the same outcome on any number of workers.
func (m *Model) Run(r Run) (*Outcome, error) {
	o, err := m.outcome(r)
	if err != nil {
		return nil, err
	}
	per := len(m.nodes) + m.starts
	if r.Keep {
		o.kept = make([]row, per*(o.Trials/batch))
	}
	workers := o.spread(func(w *worker) func(b int) {
		if !r.Keep {
			w.rows(make([]row, per))
		}
		return func(b int) {
			if r.Keep {
				w.rows(o.kept[b*per : (b+1)*per])
			}
			w.forward(b * batch)
			o.collect(w, b)
			if r.Trace {
				for k := range m.target {
					w.trace(k)
				}
			}
		}
	})
	if r.Trace {
		o.sums = workers[0].sums
		for _, w := range workers[1:] {
			for k := range w.sums {
				o.sums[k].merge(&w.sums[k])
			}
		}
	}
	return o, nil
}

func (m *Model) outcome(r Run) (*Outcome, error) {
	if r.Trials < 1 || r.Trials > MostTrials {
		return nil, ErrTrials.With("n", r.Trials, "limit", MostTrials)
	}
	o := &Outcome{model: m, run: r, Trials: (r.Trials + batch - 1) / batch * batch}
	for range m.target {
		o.Finish = append(o.Finish, &Sample{model: m, Ticks: make([]int32, o.Trials)})
	}
	return o, nil
}

// spread hands batches to workers as they become free.
func (o *Outcome) spread(job func(*worker) func(b int)) []*worker {
	n := o.run.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	batches := o.Trials / batch
	n = min(n, batches)
	workers := make([]*worker, n)
	var next atomic.Int64
	var wait sync.WaitGroup
	for i := range workers {
		workers[i] = newWorker(o.model, o.run.Seed, o.run.Trace)
		do := job(workers[i])
		wait.Go(func() {
			for b := int(next.Add(1)) - 1; b < batches; b = int(next.Add(1)) - 1 {
				do(b)
			}
		})
	}
	wait.Wait()
	return workers
}

// collect copies the targets' rows of a batch.
func (o *Outcome) collect(w *worker, b int) {
	for k, t := range o.model.target {
		copy(o.Finish[k].Ticks[b*batch:], w.finish[t][:])
	}
}

func (s *sums) merge(o *sums) {
	for i := range s.critical {
		s.critical[i] += o.critical[i]
		s.d[i] += o.d[i]
		s.dd[i] += o.dd[i]
		s.dt[i] += o.dt[i]
	}
}

// Try 试改 simulates a changed network, with the same trials and seed, beside one that was kept. Rows of activities that the
// change does not reach are taken over, so it costs as much as what hangs on the change; the draws of all activities are the
// same, so the difference of the two outcomes is the effect of the change and not of chance. The changed network may have
// other durations, links, dates, activities; activities are known by id. Its own risks and targets come with it.
func (o *Outcome) Try(n *Network, risks []Risk, opt Options) (*Outcome, error) {
	if o.kept == nil {
		return nil, ErrNotKept
	}
	m, err := compile(n, risks, opt, o.model)
	if err != nil {
		return nil, err
	}
	r := o.run
	r.Trace, r.Keep = false, false
	p, err := m.outcome(r)
	if err != nil {
		return nil, err
	}
	c := compared(o.model, m)
	per := len(o.model.nodes) + o.model.starts
	p.spread(func(w *worker) func(b int) {
		own, touched := make([]row, c.fresh+c.freshStarts), make([]bool, len(m.nodes))
		return func(b int) {
			kept := o.kept[b*per : (b+1)*per]
			c.borrow(w, kept)
			w.share(b * batch)
			for at, i := range c.compute {
				k := c.twin[i]
				if k >= 0 && !m.reached(i, touched) {
					c.take(w, kept, int(i), k)
					touched[i] = false
					continue
				}
				c.lend(w, own, at)
				w.node(int(i), b*batch)
				touched[i] = k < 0 || !c.unmoved(w, kept, int(i), k)
			}
			p.collect(w, b)
		}
	})
	return p, nil
}

// reached tells whether something that a node waits for has moved in this batch.
func (m *Model) reached(i int32, touched []bool) bool {
	nd := &m.nodes[i]
	for k := nd.arcs[0]; k < nd.arcs[1]; k++ {
		if touched[m.arcs[k].from] {
			return true
		}
	}
	return false
}

// comparison says which rows of a changed model are those of the old one.
type comparison struct {
	old                *Model
	from               []int32 // by new node: the old node whose rows hold whatever is drawn, or −1
	named              []int32 // by new node: the old node of the same id, or −1
	twin               []int32 // by new node: that old node, if it is the same but for when those before it end, or −1
	compute            []int32 // new nodes that may move, in order
	startRow           []int32 // by compute: which of the fresh rows of starts, −1: none
	fresh, freshStarts int
}

// compared finds the nodes that differ and all that hangs on them. Whether they move is seen batch by batch: a change that is taken up
// by float goes no further.
func compared(old, changed *Model) *comparison {
	c := &comparison{old: old, from: make([]int32, len(changed.nodes)), named: make([]int32, len(changed.nodes)), twin: make([]int32, len(changed.nodes))}
	var at map[string]int32
	for i := range changed.nodes {
		k := int32(i)
		if i >= len(old.ids) || old.ids[i] != changed.ids[i] {
			if at == nil {
				at = make(map[string]int32, len(old.ids))
				for j, id := range old.ids {
					at[id] = int32(j)
				}
			}
			var ok bool
			if k, ok = at[changed.ids[i]]; !ok {
				k = -1
			}
		}
		c.named[i] = k
		if k < 0 || old.zero != changed.zero || !c.same(old, changed, int(k), i) {
			k = -1
		}
		c.twin[i] = k
		if k < 0 || c.waits(changed, i) {
			k = -1
			c.compute = append(c.compute, int32(i))
			row := int32(-1)
			if changed.nodes[i].start >= 0 {
				row = int32(c.freshStarts)
				c.freshStarts++
			}
			c.startRow = append(c.startRow, row)
			c.fresh++
		}
		c.from[i] = k
	}
	return c
}

// waits tells whether something before a node may move.
func (c *comparison) waits(changed *Model, i int) bool {
	nd := &changed.nodes[i]
	for k := nd.arcs[0]; k < nd.arcs[1]; k++ {
		if c.from[changed.arcs[k].from] < 0 {
			return true
		}
	}
	return false
}

// same tells whether a node of the changed model is one of the old model, and waits for the same ones.
func (c *comparison) same(old, changed *Model, k, i int) bool {
	a, b := &old.nodes[k], &changed.nodes[i]
	if a.key != b.key || a.own != b.own || a.shape != b.shape || a.scale != b.scale || a.kind != b.kind || a.opens != b.opens || a.floor != b.floor ||
		a.endFloor != b.endFloor || a.until != b.until || a.began != b.began || a.ended != b.ended || a.shape == nil && a.fixed != b.fixed ||
		b.start >= 0 && a.start < 0 || !samePace(old, changed, a.cal, b.cal) {
		return false
	}
	if a.shape != nil && !sameGroup(old, changed, a.group, b.group) {
		return false
	}
	x, y := old.arcs[a.arcs[0]:a.arcs[1]], changed.arcs[b.arcs[0]:b.arcs[1]]
	if len(x) != len(y) {
		return false
	}
	for j := range x {
		if c.named[y[j].from] != x[j].from || x[j].kind != y[j].kind || x[j].lag != y[j].lag || !samePace(old, changed, x[j].cal, y[j].cal) {
			return false
		}
	}
	return true
}

func samePace(old, changed *Model, a, b int16) bool {
	if a < 0 || b < 0 {
		return a == b
	}
	return old.net.Calendars[a] == changed.net.Calendars[b]
}

func sameGroup(old, changed *Model, a, b int32) bool {
	g, h := &old.groups[a], &changed.groups[b]
	if !slices.Equal(g.weight, h.weight) {
		return false
	}
	for j := range g.cause {
		if old.causes[g.cause[j]] != changed.causes[h.cause[j]] {
			return false
		}
	}
	return true
}

// lend gives the worker a row of its own for what is computed.
func (c *comparison) lend(w *worker, own []row, at int) {
	i := c.compute[at]
	w.finish[i] = &own[at]
	if r := c.startRow[at]; r >= 0 {
		w.start[w.m.nodes[i].start] = &own[c.fresh+int(r)]
	}
}

// take points a node at its row in the old outcome.
func (c *comparison) take(w *worker, kept []row, i int, k int32) {
	w.finish[i] = &kept[k]
	if s := w.m.nodes[i].start; s >= 0 {
		w.start[s] = &kept[len(c.old.nodes)+int(c.old.nodes[k].start)]
	}
}

// unmoved tells whether a node came out as in the old outcome, in all trials of the batch.
func (c *comparison) unmoved(w *worker, kept []row, i int, k int32) bool {
	if *w.finish[i] != kept[k] {
		return false
	}
	s := w.m.nodes[i].start
	return s < 0 || *w.start[s] == kept[len(c.old.nodes)+int(c.old.nodes[k].start)]
}

// borrow points all that cannot move at its rows in the old outcome.
func (c *comparison) borrow(w *worker, kept []row) {
	for i, k := range c.from {
		if k >= 0 {
			c.take(w, kept, i, k)
		}
	}
}
