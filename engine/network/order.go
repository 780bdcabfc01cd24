package network

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// graph is a network made ready for its passes: links by either end, summaries replaced by two milestones each, an order in
// which every predecessor comes first.
type graph struct {
	*Network
	acts  []Activity // those of the network, then the milestones that stand for summaries
	links []Link     // between acts, without those of hammocks
	from  []int32    // which link of the network links[i] was, −1 for those made for summaries
	in    adjacency
	out   adjacency
	order []int32
	hours []*hours // by calendar; nil where no activity uses it
}

// adjacency lists link numbers by activity, without a slice for each.
type adjacency struct {
	first []int32
	link  []int32
}

func (a *adjacency) of(i int32) []int32 { return a.link[a.first[i]:a.first[i+1]] }

func adjoin(n int, links []Link, end func(*Link) int) adjacency {
	a := adjacency{first: make([]int32, n+1), link: make([]int32, len(links))}
	for i := range links {
		a.first[end(&links[i])+1]++
	}
	for i := range n {
		a.first[i+1] += a.first[i]
	}
	next := slices.Clone(a.first[:n])
	for i := range links {
		at := end(&links[i])
		a.link[next[at]] = int32(i)
		next[at]++
	}
	return a
}

// prepare checks what the passes rely on and orders the network.
func (n *Network) prepare() (*graph, error) {
	if err := n.fault(); err != nil {
		return nil, err
	}
	g := &graph{Network: n, acts: n.Activities, links: n.Links}
	g.expand()
	g.in = adjoin(len(g.acts), g.links, func(l *Link) int { return l.To })
	g.out = adjoin(len(g.acts), g.links, func(l *Link) int { return l.From })
	if err := g.sort(); err != nil {
		return nil, err
	}
	return g, nil
}

// fault finds what makes the passes impossible; what only makes their result doubtful is left to Check.
func (n *Network) fault() error {
	if all := n.faults(1); len(all) > 0 {
		return all[0]
	}
	return nil
}

// faults lists up to so many of them, loops aside.
func (n *Network) faults(most int) (all []error) {
	add := func(err error) {
		if err != nil && len(all) < most {
			all = append(all, err)
		}
	}
	if len(n.Activities) == 0 {
		add(ErrEmpty)
	}
	for _, c := range n.Calendars {
		add(c.fault())
	}
	if n.Default < 0 || n.Default >= len(n.Calendars) {
		add(ErrNoCalendar.With("activity", ""))
	}
	seen := make(map[string]struct{}, len(n.Activities))
	for i := range n.Activities {
		a := &n.Activities[i]
		if _, twice := seen[a.ID]; twice {
			add(ErrDoubled.With("activity", a.ID))
		}
		seen[a.ID] = struct{}{}
		add(a.fault(len(n.Calendars)))
	}
	for _, l := range n.Links {
		switch {
		case l.From < 0 || l.To < 0 || l.From >= len(n.Activities) || l.To >= len(n.Activities):
			add(ErrNoActivity.With("activity", max(l.From, l.To)))
		case l.From == l.To:
			add(ErrOwnSuccessor.With("activity", n.Activities[l.To].ID))
		}
	}
	return all
}

// Faults lists what makes the passes impossible, up to so many: values out of range, and, where there are none, every loop. A loop
// is listed once; further ones are looked for after one of its links is thought away.
func (n *Network) Faults(most int) []error {
	if all := n.faults(most); len(all) > 0 {
		return all
	}
	g := &graph{Network: n, acts: n.Activities, links: n.Links}
	g.expand()
	var all []error
	for len(all) < most {
		g.in = adjoin(len(g.acts), g.links, func(l *Link) int { return l.To })
		g.out = adjoin(len(g.acts), g.links, func(l *Link) int { return l.From })
		loop, err := g.walk()
		if err == nil {
			break
		}
		all = append(all, err)
		last, first := int(loop[len(loop)-2]), int(loop[len(loop)-1])
		g.links = slices.DeleteFunc(slices.Clone(g.links), func(l Link) bool { return l.From == last && l.To == first })
	}
	return all
}

func (a *Activity) fault(calendars int) error {
	const longest = 200 * 366 * dayMinutes // two hundred years: a slip of the pen, not a plan
	switch {
	case a.Calendar < 0 || a.Calendar >= calendars:
		return ErrNoCalendar.With("activity", a.ID)
	case a.Duration < 0 || a.Remaining < 0 || a.Duration > longest || a.Remaining > longest:
		return ErrDuration.With("activity", a.label())
	case !(a.Percent >= 0 && a.Percent <= 1):
		return ErrProgress.With("activity", a.label(), "percent", math.Round(a.Percent*1000)/10)
	case a.Started != None && a.Finished != None && a.Finished < a.Started:
		return ErrBackwards.With("activity", a.label(), "start", a.Started.String(), "finish", a.Finished.String())
	}
	return nil
}

// sort puts predecessors first (Kahn), in the order of the file where the links leave a choice, or names a loop.
func (g *graph) sort() error {
	_, err := g.walk()
	return err
}

// walk does it, and gives the loop that it met, its first activity again at the end.
func (g *graph) walk() ([]int32, error) {
	n := len(g.acts)
	open := make([]int32, n)
	for i := range g.links {
		open[g.links[i].To]++
	}
	g.order = make([]int32, 0, n)
	for i := range int32(n) {
		if open[i] == 0 {
			g.order = append(g.order, i)
		}
	}
	for at := 0; at < len(g.order); at++ {
		for _, k := range g.out.of(g.order[at]) {
			to := int32(g.links[k].To)
			if open[to]--; open[to] == 0 {
				g.order = append(g.order, to)
			}
		}
	}
	if len(g.order) == n {
		return nil, nil
	}
	loop := g.loop(open)
	return loop, ErrLoop.With("path", g.name(loop))
}

// loop walks backwards among what could not be ordered until it meets itself.
func (g *graph) loop(open []int32) []int32 {
	at := int32(slices.IndexFunc(open, func(n int32) bool { return n > 0 }))
	place := map[int32]int{}
	var walk []int32
	for {
		if i, met := place[at]; met {
			walk = append(walk[i:], at)
			slices.Reverse(walk)
			return walk
		}
		place[at] = len(walk)
		walk = append(walk, at)
		for _, k := range g.in.of(at) {
			if from := int32(g.links[k].From); open[from] > 0 {
				at = from
				break
			}
		}
	}
}

// name prints a path as ids with names.
func (g *graph) name(path []int32) string {
	parts := make([]string, 0, len(path))
	for _, i := range path {
		a := &g.acts[i]
		if strings.HasSuffix(a.ID, endMark) {
			continue // a summary is named once
		}
		text := strings.TrimSuffix(a.ID, startMark)
		if a.Name != "" && a.Name != text {
			text += " " + a.Name
		}
		parts = append(parts, text)
	}
	if len(parts) > 1 && parts[0] != parts[len(parts)-1] {
		parts = append(parts, parts[0])
	}
	if n := len(parts) - mostNamed; n > 0 {
		parts = slices.Concat(parts[:mostNamed/2], []string{fmt.Sprintf("… (+%d) …", n)}, parts[len(parts)-mostNamed/2:])
	}
	return strings.Join(parts, " → ")
}

// mostNamed activities of a loop are named; of a longer one its two ends.
const mostNamed = 24

// label names an activity for its reader.
func (a *Activity) label() string {
	if a.Name == "" || a.Name == a.ID {
		return a.ID
	}
	return a.ID + " " + a.Name
}

// endings of the ids of milestones that stand for a summary; a control character keeps them out of any file's ids.
const (
	startMark = "\x01start"
	endMark   = "\x01end"
)

// expand replaces every summary that has links or constraints by a milestone before all that stands under it and one after.
// A link that hangs on a summary's start hangs on the earliest moment at which it could begin; one that holds a summary's
// finish cannot be kept and is left out (Check names it).
func (g *graph) expand() {
	used := map[int]bool{}
	for _, l := range g.Links {
		used[l.From], used[l.To] = true, true
	}
	var summaries []int
	hammocks := false
	for i := range g.Activities {
		a := &g.Activities[i]
		hammocks = hammocks || a.Kind == Hammock
		if a.Kind == Summary && (used[i] || len(a.Constraints) > 0 || a.Deadline != None) {
			summaries = append(summaries, i)
		}
	}
	g.from = make([]int32, len(g.Links))
	for i := range g.from {
		g.from[i] = int32(i)
	}
	if len(summaries) == 0 && !hammocks {
		return
	}
	g.acts, g.links, g.from = slices.Clone(g.Activities), nil, g.from[:0]
	begin, end := map[int]int{}, map[int]int{}
	under := g.leaves()
	for _, s := range summaries {
		g.standIn(s, under[g.Activities[s].ID], begin, end)
	}
	for i, l := range g.Links {
		if g.Activities[l.From].Kind == Hammock || g.Activities[l.To].Kind == Hammock {
			continue
		}
		if b, ok := begin[l.From]; ok {
			l.From = end[l.From]
			if l.Type.fromStart() {
				l.From = b
			}
		}
		if b, ok := begin[l.To]; ok {
			if l.Type.toFinish() {
				continue
			}
			l.To = b
		}
		g.links, g.from = append(g.links, l), append(g.from, int32(i))
	}
}

// standIn adds the two milestones of one summary and ties them to what stands under it.
func (g *graph) standIn(s int, leaves []int, begin, end map[int]int) {
	a := g.Activities[s]
	b := Activity{ID: a.ID + startMark, Name: a.Name, Kind: StartMilestone, Calendar: a.Calendar}
	e := Activity{ID: a.ID + endMark, Name: a.Name, Kind: FinishMilestone, Calendar: a.Calendar, Deadline: a.Deadline}
	for _, c := range a.Constraints {
		switch c.Kind {
		case StartNoEarlier, StartNoLater, StartOn:
			b.Constraints = append(b.Constraints, c)
		case FinishNoLater:
			e.Constraints = append(e.Constraints, c)
		}
	}
	begin[s], end[s] = len(g.acts), len(g.acts)+1
	g.acts = append(g.acts, b, e)
	for _, leaf := range leaves {
		g.links = append(g.links, Link{From: begin[s], To: leaf}, Link{From: leaf, To: end[s]})
		g.from = append(g.from, -1, -1)
	}
}

// leaves lists, for every summary, the activities under it that are no summaries, at any depth.
func (n *Network) leaves() map[string][]int {
	up := map[string]string{}
	for i := range n.Activities {
		if a := &n.Activities[i]; a.Kind == Summary {
			up[a.ID] = a.Under
		}
	}
	out := map[string][]int{}
	for i := range n.Activities {
		if n.Activities[i].Kind == Summary {
			continue
		}
		steps := 0
		for s := n.Activities[i].Under; s != "" && steps <= len(up); s, steps = up[s], steps+1 {
			if _, ok := up[s]; !ok {
				break
			}
			out[s] = append(out[s], i)
		}
	}
	return out
}
