package curve

import (
	"math"
	"slices"
	"strings"
)

// Prior 先验 is what is assumed of log(actual/planned) before the ledger has cases. Every number in it is an assumption and is
// shown as one; the domain hands it in out of a pack.
type Prior struct {
	Mean  float64 // of the class of all
	S2    float64 // variance of cases within a class
	Tau2  float64 // variance between classes with one parent
	Nu    float64 // S2 counts like this many cases
	Tau   float64 // Tau2 counts like this many classes
	Shape int     // from this many cases on the shape of the residuals is mixed in by half, from twice as many it is taken alone; 0: never
}

// DefaultPrior and BeforeBuilding are the research's [P]: P50 ×1.22, P80 ×1.71, on time 31 %; wider for permits and land.
var (
	DefaultPrior   = Prior{assumed("prior.mean"), assumed("prior.s2"), assumed("prior.tau2"), assumed("prior.nu"), assumed("prior.tau"), int(assumed("prior.shape"))}
	BeforeBuilding = Prior{assumed("before-building.mean"), assumed("before-building.s2"), DefaultPrior.Tau2, DefaultPrior.Nu, DefaultPrior.Tau, DefaultPrior.Shape}
)

// Case 旧案 is one finished case: its class from the top down (front, type, subtype, unit), and log(actual/planned).
type Case struct {
	Path   []string
	Y      float64
	Weight float64 // 0 counts as 1; below 1 for old cases (see HalfLife)
}

func (c Case) weight() float64 {
	if c.Weight == 0 {
		return 1
	}
	return c.Weight
}

// HalfLife is the weight of a case of some age: half after so many months, since policy changes.
func HalfLife(ageMonths, halfLife float64) float64 { return math.Exp2(-max(0, ageMonths) / halfLife) }

// Outlook 类别的看法 is what a class says of the next case: log(actual/planned) ~ N(Mean, MeanVar + S2).
type Outlook struct {
	Learned
	Mean    float64
	MeanVar float64 // how little the class's mean is known
	S2      float64 // variance of one case around it
	shape   *Table  // of standardised residuals, where enough cases are there
}

// Sd is the standard deviation of the next case.
func (o Outlook) Sd() float64 { return math.Sqrt(o.MeanVar + o.S2) }

// Table of the next case's log ratio.
func (o Outlook) Table() Table {
	t := Table(scores)
	if o.shape != nil {
		t = *o.shape
	}
	return t.Map(func(z float64) float64 { return o.Mean + z*o.Sd() })
}

// Ratio is the quantile of actual over planned.
func (o Outlook) Ratio(p float64) float64 { return math.Exp(o.Table().Quantile(p)) }

func (o Outlook) remark(f *Forecast) {
	switch n := o.N; {
	case n == 0:
		f.note(NoClass)
	case n == 1:
		f.note(OneCase)
	case n < 5:
		f.note(FewCases, "n", float64(n))
	}
}

// Outlook of a prior alone.
func (p Prior) Outlook() Outlook { return Outlook{Mean: p.Mean, MeanVar: p.Tau2, S2: p.S2} }

// Shrink is the one step of empirical Bayes: a class of n cases of mean ybar under a parent's mean. B is the weight that the
// parent keeps. n = 0 gives the parent.
func Shrink(parent, ybar, n, s2, tau2 float64) (b float64, o Outlook) {
	b = 1.0
	if n > 0 {
		b = s2 / (s2 + n*tau2)
	} else {
		ybar = parent
	}
	return b, Outlook{Mean: b*parent + (1-b)*ybar, MeanVar: tau2 * b, S2: s2, Learned: Learned{N: int(n), All: int(n)}}
}

// BetweenClasses is the method of DerSimonian and Laird for classes of means ybar and sampling variances v.
type BetweenClasses struct {
	Fixed  float64 // mean with weights 1/v
	Q, Df  float64
	Tau2   float64
	Random float64 // mean with weights 1/(v+τ²)
	c      float64
}

// DerSimonianLaird estimates the variance between classes.
func DerSimonianLaird(ybar, v []float64) (r BetweenClasses) {
	var sw, sw2, swy float64
	for i, y := range ybar {
		w := 1 / v[i]
		sw, sw2, swy = sw+w, sw2+w*w, swy+w*y
	}
	r.Fixed, r.Df, r.c = swy/sw, float64(len(ybar)-1), sw-sw2/sw
	for i, y := range ybar {
		r.Q += (y - r.Fixed) * (y - r.Fixed) / v[i]
	}
	if r.c > 0 {
		r.Tau2 = max(0, (r.Q-r.Df)/r.c)
	}
	sw, swy = 0, 0
	for i, y := range ybar {
		w := 1 / (v[i] + r.Tau2)
		sw, swy = sw+w, swy+w*y
	}
	r.Random = swy / sw
	return r
}

// Tree 类别树 is the classes with what was learned of each.
type Tree struct {
	root  *node
	tau2  []float64 // by depth: variance of nodes at depth d+1 around their parents
	s2    float64
	prior Prior
	all   int
}

type node struct {
	path        []string
	cases       []Case // at a leaf
	kids        map[string]*node
	n           int
	up, upVar   float64 // what the cases below say of this node's mean
	mean, meanV float64 // what all cases say of it
	shape       *Table
}

// Learn puts cases into a tree and learns from them: s² pooled within the lowest classes, τ² by level after DerSimonian and
// Laird, both weighed against the prior; then the means by one pass up and one down, which for normal classes is exact: no case
// is counted twice, and a class of one case is drawn almost wholly to its parent.
func Learn(prior Prior, cases []Case) *Tree {
	t := &Tree{root: &node{}, prior: prior, all: len(cases)}
	depth := 0
	for _, c := range cases {
		depth = max(depth, len(c.Path))
	}
	for _, c := range cases {
		at := t.root
		at.n++
		for d := range depth { // a case that is told less exactly stands in a class of its own without a name
			name := "\x00"
			if d < len(c.Path) {
				name = c.Path[d]
			}
			at = at.kid(name)
			at.n++
		}
		at.cases = append(at.cases, c)
	}
	t.s2 = t.within()
	t.tau2 = make([]float64, depth)
	for d := depth; d >= 0; d-- {
		t.upward(d)
	}
	t.root.mean, t.root.meanV = combine(prior.Mean, prior.Tau2, t.root.up, t.root.upVar)
	t.downward(t.root, 0)
	return t
}

func (n *node) kid(name string) *node {
	if n.kids == nil {
		n.kids = map[string]*node{}
	}
	k := n.kids[name]
	if k == nil {
		k = &node{path: append(slices.Clone(n.path), name)}
		n.kids[name] = k
	}
	return k
}

// sorted lists the kids in the order of their names, so that sums do not depend on the order of a map.
func (n *node) sorted() []*node {
	names := make([]string, 0, len(n.kids))
	for name := range n.kids {
		names = append(names, name)
	}
	slices.Sort(names)
	out := make([]*node, len(names))
	for i, name := range names {
		out[i] = n.kids[name]
	}
	return out
}

// at lists the nodes of one depth.
func (t *Tree) at(depth int) []*node {
	row := []*node{t.root}
	for range depth {
		var next []*node
		for _, n := range row {
			next = append(next, n.sorted()...)
		}
		row = next
	}
	return row
}

func mean(cases []Case) (m, n float64) {
	for _, c := range cases {
		m, n = m+c.weight()*c.Y, n+c.weight()
	}
	if n > 0 {
		m /= n
	}
	return m, n
}

// within pools the variance inside of the lowest classes.
func (t *Tree) within() float64 {
	ss, df := t.prior.Nu*t.prior.S2, t.prior.Nu
	var walk func(*node)
	walk = func(n *node) {
		m, w := mean(n.cases)
		for _, c := range n.cases {
			ss += c.weight() * (c.Y - m) * (c.Y - m)
		}
		df += max(0, w-1)
		for _, k := range n.sorted() {
			walk(k)
		}
	}
	walk(t.root)
	if !(df > 0) {
		return t.prior.S2
	}
	return ss / df
}

// upward gathers at one depth what the cases below say, and learns how far the next depth scatters.
func (t *Tree) upward(depth int) {
	row := t.at(depth)
	if depth == len(t.tau2) {
		for _, n := range row {
			m, w := mean(n.cases)
			n.up, n.upVar = m, math.Inf(1)
			if w > 0 {
				n.upVar = t.s2 / w
			}
		}
		return
	}
	excess, c, df := 0.0, 0.0, 0.0
	for _, n := range row {
		var y, v []float64
		for _, k := range n.sorted() {
			y, v = append(y, k.up), append(v, k.upVar)
		}
		if len(y) > 1 {
			r := DerSimonianLaird(y, v)
			excess, c, df = excess+r.Q-r.Df, c+r.c, df+r.Df
		}
	}
	seen := t.prior.Tau2
	if c > 0 {
		seen = max(0, excess/c)
	}
	t.tau2[depth] = t.prior.Tau2
	if t.prior.Tau+df > 0 {
		t.tau2[depth] = (t.prior.Tau*t.prior.Tau2 + df*seen) / (t.prior.Tau + df)
	}
	for _, n := range row {
		sw, swy := 0.0, 0.0
		for _, k := range n.sorted() {
			w := 1 / (k.upVar + t.tau2[depth])
			sw, swy = sw+w, swy+w*k.up
		}
		n.up, n.upVar = 0, math.Inf(1)
		if sw > 0 {
			n.up, n.upVar = swy/sw, 1/sw
		}
	}
}

// combine joins two independent statements about one mean.
func combine(m1, v1, m2, v2 float64) (m, v float64) {
	switch {
	case math.IsInf(v2, 1):
		return m1, v1
	case math.IsInf(v1, 1):
		return m2, v2
	case v1 == 0:
		return m1, 0
	}
	to := v1 / (v1 + v2) // by shares and not by 1/v, which a variance next to nothing overflows
	return m1 + to*(m2-m1), to * v2
}

// downward tells each kid what all cases but its own say of it, and joins that with its own.
func (t *Tree) downward(n *node, depth int) {
	n.shape = t.residuals(n)
	if depth == len(t.tau2) {
		return
	}
	for _, k := range n.sorted() {
		m, v := n.mean, n.meanV
		if w := 1 / (k.upVar + t.tau2[depth]); w > 0 && v > 0 && 1/v-w > 1e-12/v { // take the kid's own word out again
			p := 1/v - w
			m, v = (m/v-w*k.up)/p, 1/p
		}
		k.mean, k.meanV = combine(m, v+t.tau2[depth], k.up, k.upVar)
		t.downward(k, depth+1)
	}
}

// residuals gives the shape of the standardised residuals below a node, where they are enough.
func (t *Tree) residuals(n *node) *Table {
	if t.prior.Shape == 0 || n.n < t.prior.Shape {
		return nil
	}
	var z []float64
	var walk func(*node)
	walk = func(n *node) {
		m, w := mean(n.cases)
		for _, c := range n.cases {
			if w > 1 {
				z = append(z, (c.Y-m)/math.Sqrt(t.s2*(1-1/w)))
			}
		}
		for _, k := range n.sorted() {
			walk(k)
		}
	}
	walk(n)
	if len(z) < t.prior.Shape {
		return nil
	}
	shape := TableOfSample(z)
	if len(z) < 2*t.prior.Shape {
		shape = Pool([]Table{Table(scores), shape}, []float64{1, 1})
	}
	return &shape
}

// At is the outlook of a class. A class that no case has reached inherits from the deepest one above that has some, with the
// scatter of every level between added.
func (t *Tree) At(path ...string) Outlook {
	n, depth := t.root, 0
	for depth < len(path) && depth < len(t.tau2) && n.kids[path[depth]] != nil {
		n = n.kids[path[depth]]
		depth++
	}
	o := Outlook{Learned: Learned{Path: n.path, N: n.n, All: t.all}, Mean: n.mean, MeanVar: n.meanV, S2: t.s2, shape: n.shape}
	for d := depth; d < len(t.tau2); d++ {
		o.MeanVar += t.tau2[d]
	}
	return o
}

// Spread tells what was learned of scatter: within the lowest classes, and at each level below the top.
func (t *Tree) Spread() (s2 float64, tau2 []float64) { return t.s2, slices.Clone(t.tau2) }

// String names a class.
func (l Learned) String() string {
	return strings.ReplaceAll(strings.Join(l.Path, " / "), "\x00", "…")
}

// Rate 按期率 is how often promises of a class are kept, as a beta variable.
type Rate struct {
	A, B float64
	N    int
}

// DefaultRate counts like ten promises of which six were kept: the research's [P].
var DefaultRate = Rate{A: assumed("rate.kept"), B: assumed("rate.missed")}

// With adds what happened.
func (r Rate) With(kept, n int) Rate {
	return Rate{A: r.A + float64(kept), B: r.B + float64(n-kept), N: r.N + n}
}

// Mean is the expected rate.
func (r Rate) Mean() float64 { return r.A / (r.A + r.B) }

// CommonShare estimates ρ, the share of variance that the cases of a group have in common, by one-way analysis of variance.
// MeanSquares does the table; m0 is the mean size of a group, less the effect of their being unequal.
func CommonShare(msb, msw, m0 float64) float64 { return (msb - msw) / (msb + (m0-1)*msw) }

// MeanSquares of groups of residuals: between, within, and m0.
func MeanSquares(groups [][]float64) (msb, msw, m0 float64) {
	var n, sum, n2 float64
	for _, g := range groups {
		for _, x := range g {
			sum += x
		}
		n, n2 = n+float64(len(g)), n2+float64(len(g)*len(g))
	}
	k, grand := float64(len(groups)), sum/n
	for _, g := range groups {
		m := 0.0
		for _, x := range g {
			m += x / float64(len(g))
		}
		msb += float64(len(g)) * (m - grand) * (m - grand)
		for _, x := range g {
			msw += (x - m) * (x - m)
		}
	}
	return msb / (k - 1), msw / (n - k), (n - n2/n) / (k - 1)
}
