package curve

import (
	"math"
	"slices"
)

// Piece is what is known of one piece of a project: its class and how far log(actual/planned) fell from what was expected, in standard
// deviations. Of a finished piece that is exact; of one under way it is known with a variance (see Sighted). Those under way must not be
// left out: what is finished early is what went fast, and alone it would promise too much.
type Piece struct {
	Class string
	Score float64
	Var   float64 // of the sighting; 0: finished
}

// Sighted makes a piece out of a posterior of its score that began from a standard normal one: the normal sighting that would have moved
// it so. ok is false where nothing was seen.
func Sighted(class string, mean, variance float64) (p Piece, ok bool) {
	precision := 1/variance - 1
	if !(precision > 1e-6) {
		return p, false
	}
	return Piece{class, mean / variance / precision, 1 / precision}, true
}

// Common 共同原因 is what a project's pieces say about what they have in common with the rest. A score is
// √ρp·Zp + √ρk·Zk + √(1−ρp−ρk)·ε with Zp the project's and Zk the class's; pieces are sightings of it, so the posterior of
// Zp and all Zk is normal. Of a piece still to come it gives mean and variance of the score, and how much of that variance is shared.
type Common struct {
	RhoProject, RhoClass float64
	at                   map[string]int
	precision, cov       [][]float64 // of Zp, then the classes
	sight, mean          []float64
	N                    int
}

// LearnCommon conditions on what was seen. Classes without a piece keep their prior.
func LearnCommon(pieces []Piece, rhoProject, rhoClass float64) *Common {
	c := &Common{RhoProject: rhoProject, RhoClass: rhoClass, at: map[string]int{}, N: len(pieces)}
	for _, p := range pieces {
		if _, ok := c.at[p.Class]; !ok {
			c.at[p.Class] = len(c.at) + 1
		}
	}
	k := len(c.at) + 1
	c.precision, c.sight = make([][]float64, k), make([]float64, k)
	for i := range c.precision {
		c.precision[i] = make([]float64, k)
		c.precision[i][i] = 1
	}
	for _, p := range pieces {
		c.add(p, 1)
	}
	c.solve()
	return c
}

// Without is the same less one of its pieces: what all others say about it.
func (c *Common) Without(p Piece) *Common {
	o := &Common{RhoProject: c.RhoProject, RhoClass: c.RhoClass, at: c.at, N: c.N - 1, sight: slices.Clone(c.sight), precision: make([][]float64, len(c.precision))}
	for i := range o.precision {
		o.precision[i] = slices.Clone(c.precision[i])
	}
	o.add(p, -1)
	o.solve()
	return o
}

// add puts a piece in, or takes it out.
func (c *Common) add(p Piece, times float64) {
	j := c.at[p.Class]
	a, b := math.Sqrt(c.RhoProject), math.Sqrt(c.RhoClass)
	w := times / (max(1-c.RhoProject-c.RhoClass, 1e-6) + p.Var)
	c.precision[0][0] += a * a * w
	c.precision[0][j] += a * b * w
	c.precision[j][0] += a * b * w
	c.precision[j][j] += b * b * w
	c.sight[0] += a * p.Score * w
	c.sight[j] += b * p.Score * w
}

func (c *Common) solve() {
	c.cov, c.mean = inverse(c.precision), make([]float64, len(c.sight))
	for i := range c.mean {
		c.mean[i] = dot(c.cov[i], c.sight)
	}
}

// Ahead is the score of a piece still to come: its mean, its variance (1 where nothing is known), and the shares of that variance that it
// has in common with every piece of the project and with its class. The share with the project is that between two classes that know as
// much; it is not below zero.
func (c *Common) Ahead(class string) (mean, variance, project, own float64) {
	a, b := math.Sqrt(c.RhoProject), math.Sqrt(c.RhoClass)
	j, seen := c.at[class]
	mean = a * c.mean[0]
	shared := a*a*c.cov[0][0] + b*b
	between := a * a * c.cov[0][0]
	if seen {
		mean += b * c.mean[j]
		shared = a*a*c.cov[0][0] + 2*a*b*c.cov[0][j] + b*b*c.cov[j][j]
		between += 2 * a * b * c.cov[0][j] // what a class knows of itself it has explained away for the others
	}
	between = min(max(between, 0), shared)
	variance = shared + 1 - c.RhoProject - c.RhoClass
	return mean, variance, between / variance, (shared - between) / variance
}
