package network

import (
	"fmt"
	"math"
	"slices"
)

// Risk 工期风险 is what is uncertain about one activity.
type Risk struct {
	Shape *Shape  // nil: as planned
	Scale float64 // days of work per unit of the shape; 0: the planned (or remaining) working days, so that the shape is a ratio
	Loads []Load  // nil: UsualRho with the project and UsualRho with its class; Independent: nothing in common
	Key   string  // of its draws; empty: the activity's id. Equal keys draw the same score.
	Until Instant // over by the end of this instant at the latest, whatever was drawn (a blocker closed by a date)
	Calm  bool    // take the plan instead of the shape: what "without this cause" means
}

// Options of a model.
type Options struct {
	Project string // name of the project's own common cause
	Targets []int  // activities whose finish is asked for; none: the end of the whole, one milestone after all that nothing waits for
}

// Model 模拟模型 is a network with its risks, compiled for simulation. It is not changed afterwards and may be shared.
type Model struct {
	net     *Network
	risks   []Risk
	options Options
	zero    int // day number of the first day

	nodes  []node // in topological order, only what leads to a target
	arcs   []arc
	causes []string // names of common causes
	groups []group  // combinations of them
	paces  []*pace  // by calendar; nil: always at work
	hours  []*hours // by calendar; nil: not asked for
	target []int32  // node of each target
	place  []int32  // node of each activity of the graph, −1 if it leads to no target
	starts int      // how many rows of starts are kept
	ids    []string // of nodes
	plan   []int32  // finish of each target as planned, ticks
}

// node is one activity. Times are ticks.
type node struct {
	act      int32 // position in the graph's activities
	arcs     [2]int32
	key      string
	group    int32 // of common causes
	own      float32
	shape    *Shape // nil: fixed
	scale    float32
	fixed    int32 // work as planned
	cal      int16
	kind     nodeKind
	plain    bool  // worker.plain computes it
	opens    bool  // a milestone at the beginning of working time
	floor    int32 // not before
	endFloor int32 // not over before
	until    int32 // over by
	start    int32 // row of its start, −1 if nobody needs it
	began    int32 // actual start, where start ≥ 0
	ended    int32 // actual finish
}

const noFloor = -1

type nodeKind uint8

const (
	nodeWork    nodeKind = iota
	nodeRunning          // its start is known
	nodeDone             // all is known
)

// arc is a link into a node. A negative lag is a lead.
type arc struct {
	from int32
	kind LinkType
	cal  int16
	lag  int32
}

// group is a combination of common causes with their weights; many activities share one.
type group struct {
	cause  []int32
	weight []float32
	room   float32 // cells that an activity's own score may go to either side of the common one
}

// Compile checks a network and its risks (one for each activity) and makes a model of them.
func Compile(n *Network, risks []Risk, o Options) (*Model, error) { return compile(n, risks, o, nil) }

// compile compares with like, if there is one: the first day is kept, and calendars that both share are not worked out again.
func compile(n *Network, risks []Risk, o Options, like *Model) (*Model, error) {
	if len(risks) != len(n.Activities) {
		return nil, ErrNoActivity.With("activity", len(risks))
	}
	g, err := n.prepare()
	if err != nil {
		return nil, err
	}
	first := g.floor()
	if first == None {
		return nil, ErrNoStart
	}
	m := &Model{net: n, risks: risks, options: o, zero: first.day()}
	if like != nil && like.zero <= m.zero {
		m.zero = like.zero
	} else {
		like = nil
	}
	targets, err := g.targets(o.Targets)
	if err != nil {
		return nil, err
	}
	m.hours = make([]*hours, len(n.Calendars))
	c := &compiler{Model: m, graph: g, like: like, cause: map[string]int32{}, known: map[[3]Load]int32{}}
	if err := c.run(targets); err != nil {
		return nil, err
	}
	return m, nil
}

// targets gives the wanted activities, adding a milestone after everything if none is named.
func (g *graph) targets(want []int) ([]int32, error) {
	out := make([]int32, 0, len(want))
	for _, t := range want {
		if t < 0 || t >= len(g.Activities) || g.Activities[t].Kind == Hammock {
			return nil, ErrNoActivity.With("activity", t)
		}
		if g.Activities[t].Kind == Summary { // the milestone that stands for its end
			at := slices.IndexFunc(g.acts, func(a Activity) bool { return a.ID == g.Activities[t].ID+endMark })
			if at < 0 {
				at = g.join(g.Activities[t].ID+endMark, g.leaves()[g.Activities[t].ID])
			}
			t = at
		}
		out = append(out, int32(t))
	}
	if len(want) == 0 {
		var open []int
		for i := range g.acts {
			if k := g.acts[i].Kind; k != Summary && k != Hammock && !g.followed(int32(i)) {
				open = append(open, i)
			}
		}
		out = append(out, int32(g.join(endMark, open)))
	}
	return out, nil
}

// followed tells whether something waits for the finish of an activity, so that it cannot be what ends last.
func (g *graph) followed(i int32) bool {
	for _, k := range g.out.of(i) {
		l := &g.links[k]
		if to := &g.acts[l.To]; l.Type == FS && l.Lag >= 0 && to.Started == None && to.Finished == None {
			return true
		}
	}
	return false
}

// join adds a milestone after the given activities and sorts again.
func (g *graph) join(id string, after []int) int {
	g.acts, g.links, g.from = slices.Clone(g.acts), slices.Clone(g.links), slices.Clone(g.from)
	at := len(g.acts)
	g.acts = append(g.acts, Activity{ID: id, Kind: FinishMilestone, Calendar: g.Default})
	for _, i := range after {
		g.links, g.from = append(g.links, Link{From: i, To: at}), append(g.from, -1)
	}
	g.in = adjoin(len(g.acts), g.links, func(l *Link) int { return l.To })
	g.out = adjoin(len(g.acts), g.links, func(l *Link) int { return l.From })
	if err := g.sort(); err != nil {
		panic(err) // a last milestone closes no loop
	}
	return at
}

// compiler holds what is needed only while compiling.
type compiler struct {
	*Model
	graph *graph
	like  *Model
	cause map[string]int32
	known map[[3]Load]int32 // groups of up to three causes
}

func (c *compiler) run(targets []int32) error {
	g, m := c.graph, c.Model
	wanted := g.ancestors(targets)
	m.paces = make([]*pace, len(g.Calendars))
	m.place = make([]int32, len(g.acts))
	sure := make([]int32, 0, len(g.acts)) // by node: no trial begins before
	for i := range m.place {
		m.place[i] = -1
	}
	for _, i := range g.order {
		a := &g.acts[i]
		if !wanted[i] || a.Kind == Summary || a.Kind == Hammock {
			continue
		}
		nd, err := c.node(i, a)
		if err != nil {
			return err
		}
		m.place[i] = int32(len(m.nodes))
		nd.arcs[0] = int32(len(m.arcs))
		if nd.kind != nodeDone {
			c.link(i, &nd)
		}
		nd.arcs[1] = int32(len(m.arcs))
		certain := c.certain(&nd, sure)
		sure = append(sure, max(nd.floor, certain))
		if certain >= nd.floor {
			nd.floor = noFloor // predecessors see to it
		}
		nd.plain = c.plain(&nd)
		m.nodes, m.ids = append(m.nodes, nd), append(m.ids, a.ID)
	}
	for _, t := range targets {
		m.target = append(m.target, m.place[t])
	}
	c.keepStarts()
	return nil
}

// plain tells whether worker.plain can compute the node, but for a row of starts that a later link may ask for.
func (c *compiler) plain(nd *node) bool {
	arcs := c.arcs[nd.arcs[0]:nd.arcs[1]]
	for _, a := range arcs {
		if a.kind != FS || a.lag != 0 {
			return false
		}
	}
	return nd.cal < 0 && nd.floor == noFloor && nd.until|nd.endFloor == 0 && len(arcs) > 0 && len(arcs) <= 3
}

// certain is the latest time before which no predecessor lets the node begin, whatever is drawn; −1 if there is none.
func (c *compiler) certain(nd *node, sure []int32) int32 {
	t := int32(-1)
	for _, a := range c.arcs[nd.arcs[0]:nd.arcs[1]] {
		if a.kind == FS && a.lag >= 0 && c.nodes[a.from].until == 0 {
			t = max(t, sure[a.from])
		}
	}
	return t
}

// ancestors marks what leads to the targets.
func (g *graph) ancestors(targets []int32) []bool {
	on := make([]bool, len(g.acts))
	for _, t := range targets {
		on[t] = true
	}
	for at := len(g.order) - 1; at >= 0; at-- {
		if i := g.order[at]; on[i] {
			for _, k := range g.in.of(i) {
				on[g.links[k].From] = true
			}
		}
	}
	return on
}

// table makes sure that a calendar is worked out.
func (c *compiler) table(i int) *hours {
	if c.hours[i] == nil && c.like != nil {
		if k := slices.Index(c.like.net.Calendars, c.graph.Calendars[i]); k >= 0 && c.like.hours[k] != nil {
			c.hours[i], c.paces[i] = c.like.hours[k], c.like.paces[k]
		}
	}
	if c.hours[i] == nil {
		c.hours[i] = newHours(c.graph.Calendars[i], c.zero, c.zero+tableDays)
		c.paces[i] = newPace(c.graph.Calendars[i], c.zero)
	}
	return c.hours[i]
}

// node compiles one activity without its links.
func (c *compiler) node(i int32, a *Activity) (node, error) {
	h := c.table(a.Calendar)
	nd := node{act: i, cal: int16(a.Calendar), start: -1, key: a.ID, opens: a.Kind == StartMilestone}
	if c.paces[a.Calendar] == nil {
		nd.cal = -1
	}
	day := float64(c.graph.Calendars[a.Calendar].DayMinutes)
	nd.fixed = int32(min(float64(a.remaining())/day*tick+0.5, longestWork))
	switch {
	case a.Finished != None:
		nd.kind, nd.ended = nodeDone, c.at(a.Finished, h)
		nd.began = nd.ended
		if a.Started != None {
			nd.began = c.at(a.Started, h)
		}
		return nd, nil
	case a.Started != None:
		nd.kind, nd.began = nodeRunning, c.at(a.Started, h)
	}
	c.floors(&nd, a, h)
	if int(i) >= len(c.risks) {
		return nd, nil
	}
	return nd, c.risk(&nd, a, h, &c.risks[i])
}

// floors sets the dates before which nothing begins or ends. Constraints that pull a date forward (no later, mandatory) cannot
// hold back time: mandatory dates count as "no earlier", the others do not count at all.
func (c *compiler) floors(nd *node, a *Activity, h *hours) {
	from := c.graph.Start
	if from == None {
		from = c.graph.floor()
	}
	if c.graph.DataDate != None {
		from = max(from, c.graph.DataDate) // whatever the rules of the plan: a forecast puts no work into the past
	}
	if a.Started != None && c.graph.DataDate == None {
		from = max(from, h.add(a.Started, max(a.Duration-a.remaining(), 0)))
	}
	from = max(from, a.Resume)
	for _, k := range a.Constraints {
		switch k.Kind {
		case StartNoEarlier, StartOn, MandatoryStart:
			from = max(from, k.At)
		case FinishNoEarlier, FinishOn, MandatoryFinish:
			nd.endFloor = max(nd.endFloor, c.at(k.At, h))
		}
	}
	nd.floor = c.at(from, h)
}

// risk compiles what is uncertain.
func (c *compiler) risk(nd *node, a *Activity, h *hours, r *Risk) error {
	if r.Until != None {
		nd.until = max(c.at(r.Until, h), 1)
	}
	if r.Key != "" {
		nd.key = r.Key
	}
	if r.Shape == nil || r.Calm {
		return nil
	}
	scale := r.Scale
	if scale == 0 {
		scale = float64(a.remaining()) / float64(c.graph.Calendars[a.Calendar].DayMinutes)
	}
	if !(scale >= 0) || scale > 1e6 {
		return ErrShape.With("activity", a.ID, "detail", fmt.Sprintf("scale %v", scale))
	}
	loads := r.Loads
	if loads == nil {
		loads = []Load{{"project:" + c.options.Project, UsualRho}, {"class:" + a.Class, UsualRho}}
	}
	sum := 0.0
	for _, l := range loads {
		if !(l.Rho >= 0) {
			return ErrCorrelation.With("activity", a.ID, "sum", l.Rho)
		}
		sum += l.Rho
	}
	if sum > 1+1e-9 {
		return ErrCorrelation.With("activity", a.ID, "sum", math.Round(sum*100)/100)
	}
	nd.shape, nd.scale = r.Shape.within(scale), float32(scale*tick)
	nd.group, nd.own = c.group(loads), float32(own(loads)*perZ)
	return nil
}

// within is the shape itself, or, where its tail would leave the range of ticks, a copy cut there.
func (s *Shape) within(scale float64) *Shape {
	const most = longestWork / tick
	last := s.cells[zCells-1]
	if scale*(float64(last.at)+float64(last.rise)) <= most {
		return s
	}
	n := &Shape{Mean: s.Mean, SD: s.SD, cells: s.cells}
	for i := range n.cells {
		c := &n.cells[i]
		top := float32(most / scale)
		c.rise = max(0, min(c.rise, top-c.at))
		c.at = min(c.at, top)
	}
	return n
}

// group numbers a combination of causes.
func (c *compiler) group(loads []Load) int32 {
	var key [3]Load
	if copy(key[:], loads) == len(loads) {
		if k, ok := c.known[key]; ok {
			return k
		}
	}
	g := group{room: float32(own(loads) * mostScore * perZ)}
	for _, l := range loads {
		if l.Rho == 0 {
			continue
		}
		k, ok := c.cause[l.Cause]
		if !ok {
			k = int32(len(c.causes))
			c.cause[l.Cause] = k
			c.causes = append(c.causes, l.Cause)
		}
		g.cause, g.weight = append(g.cause, k), append(g.weight, float32(math.Sqrt(l.Rho)*perZ))
	}
	k := int32(len(c.groups))
	if len(loads) <= len(key) {
		c.known[key] = k
	}
	c.groups = append(c.groups, g)
	return k
}

// link compiles the links into a node.
func (c *compiler) link(i int32, nd *node) {
	g := c.graph
	for _, k := range g.in.of(i) {
		l := &g.links[k]
		if nd.kind == nodeRunning && (g.Rules.Override || l.Type == SS) {
			continue // it has begun
		}
		a := arc{from: c.place[l.From], kind: l.Type, cal: -1}
		if a.from < 0 {
			continue
		}
		minutes := float64(dayMinutes)
		if cal := g.calendarOf(l); l.Lag != 0 && cal >= 0 {
			c.table(cal)
			minutes = float64(g.Calendars[cal].DayMinutes)
			if c.paces[cal] != nil {
				a.cal = int16(cal)
			}
		}
		a.lag = int32(math.Round(min(max(float64(l.Lag)/minutes*tick, -longestWork), longestWork)))
		c.arcs = append(c.arcs, a)
	}
}

// keepStarts gives a row to every start that a link hangs on.
func (c *compiler) keepStarts() {
	for _, a := range c.arcs {
		if nd := &c.nodes[a.from]; a.kind.fromStart() && nd.start < 0 {
			nd.start, nd.plain = int32(c.starts), false
			c.starts++
		}
	}
}
