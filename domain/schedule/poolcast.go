package schedule

import (
	"math"
	"slices"

	"shigan/engine/curve"
	"shigan/engine/curve/special"
	"shigan/engine/score"
	"shigan/kernel/calendar"
)

// Side 单独说 is what one of two models says of a promise by itself. The odds that are shown are pooled from all sides.
type Side struct {
	Model  curve.Model `json:"model"`
	Weight float64     `json:"weight"`           // share of the trials that it speaks for; all sides' sum to 1
	Scored int         `json:"scored,omitempty"` // promises by whose outcomes the weight was learned; 0: it is the pack's
	Keep   float64     `json:"keep"`
	Likely string      `json:"likely"`
	Late   string      `json:"late"`
	Q      []float64   `json:"q"` // days after the forecast, at curve.Levels
}

// Pooled tells whether two models speak of the promise.
func (c *Cast) Pooled() bool { return len(c.Sides) > 1 }

// Models is what the forecast was made by, for those who show it: the pool's name where there are two.
func (c *Cast) Models() curve.Model {
	if c.Pooled() {
		return curve.ByPool
	}
	return c.Model
}

// blend 合并 puts the money's forecast into a network's sample, trial by trial.
type blend struct {
	base  []int64 // the network's days as it stands
	money []int64 // the money's days, in an order of their own
	takes []bool  // trials for which the money speaks
}

// of pools a run of the network with the money. The money knows nothing of steps: where a run differs from the network as it stands,
// its days move by as much, but not past what the run itself says, so that an action gives neither model more than it can reach.
func (b *blend) of(net []int64) []int64 {
	if b == nil {
		return net
	}
	out := slices.Clone(net)
	for t, takes := range b.takes {
		if takes {
			out[t] = moved(b.money[t], b.base[t], net[t])
		}
	}
	return out
}

// moved shifts a day as far as another moved, at most to where that one arrived. It never rises when now falls.
func moved(x, was, now int64) int64 {
	if now < was {
		return max(x+now-was, min(x, now))
	}
	return min(x+now-was, max(x, now))
}

// pool joins the money's forecast of the project's end to the network's, where the plans' money reaches the total. Which model a
// trial follows is a stateless draw, so that a larger weight only adds trials.
func (in *Inputs) pool(c *Cast, net []int64) {
	if in.stepOf(c.Promise) != in.Plan.Last() || in.Project.Start.Actual == "" {
		return
	}
	if _, ok := in.moneyShare(); !ok {
		return
	}
	alone, m := &Cast{Promise: c.Promise, AsOf: c.AsOf}, &Cast{Promise: c.Promise, AsOf: c.AsOf}
	if alone.fill(net); !in.castWhole(m) {
		return
	}
	w, scored := in.Past.weight(c.Ahead(), in.Assumed)
	if c.Sides = []Side{alone.side(ByNetwork, 1-w, scored), m.side(curve.ByPace, w, scored)}; w <= 0 {
		c.Sides = nil
		return
	}
	n, order := len(net), special.NewStream(in.Seed, "money", in.Project.ID)
	rank := make([]int, n)
	for t := range rank {
		rank[t] = t
	}
	slices.SortFunc(rank, func(a, b int) int {
		if order.Bits(a) < order.Bits(b) {
			return -1
		}
		return 1
	})
	b := &blend{base: net, money: make([]int64, n), takes: curve.Takes(w, n, in.Seed, in.Project.ID)}
	for i, t := range rank {
		b.money[t] = quantile(m.Sample, (float64(i)+.5)/float64(n))
	}
	c.blend = b
	if days := calendar.MustDate(m.Likely).Sub(calendar.MustDate(alone.Likely)); max(days, -days) > in.Assumed.Differ {
		c.Notes = append(c.Notes, curve.Note{Code: curve.Disagree, Values: map[string]float64{"days": float64(max(days, -days))}})
	}
}

// voices are what else moves a network's promise: each is a driver of its own.
func (c *Cast) voices() (out []Driver) {
	if c.blend != nil {
		out = append(out, Driver{Key: "pace", Cause: "money"})
	}
	if c.lens != nil {
		out = append(out, Driver{Key: "record"})
	}
	return out
}

// heard gives the days of a promise with some of the voices, a bit for each in their order.
func (c *Cast) heard(net []int64, voices int) []int64 {
	if c.blend != nil {
		if voices&1 != 0 {
			net = c.blend.of(net)
		}
		voices >>= 1
	}
	if voices&1 != 0 {
		net = c.lens.read(net)
	}
	return net
}

// median of whole days; x keeps its order.
func median(x []int64) int64 {
	lo, hi := slices.Min(x), slices.Max(x)
	if hi-lo > 4*far {
		return quantile(sorted(slices.Clone(x)), .5)
	}
	count := make([]int, hi-lo+1)
	for _, v := range x {
		count[v-lo]++
	}
	for v, left := int64(0), (len(x)+1)/2; ; v++ {
		if left -= count[v]; left <= 0 {
			return v + lo
		}
	}
}

func (c *Cast) side(m curve.Model, w float64, scored int) Side {
	return Side{Model: m, Weight: w, Scored: scored, Keep: c.Keep, Likely: c.Likely, Late: c.Late, Q: slices.Clone(c.Q)}
}

// Ahead 提前 is how many months lie between the forecast and the promised day.
func (c *Cast) Ahead() float64 {
	return float64(calendar.MustDate(c.Promise.Due).Sub(calendar.MustDate(c.AsOf))) * 12 / 365.25
}

// Said 说过的 is a kept forecast whose promised day has passed, with what came of it.
type Said struct {
	Promise string // with its day: forecasts of one promise stand for one case together
	Money   bool
	Months  float64 // from the forecast to the promised day
	Due     calendar.Date
	Q       []float64 // at curve.Levels, as the models had it
	Sides   []Side
	Came    float64 // days after the forecast, or fen
	Open    bool    // it has not come: it lies beyond Came
}

// loss is the CRPS of quantiles, up to what is known.
func (s Said) loss(q []float64) float64 {
	top := math.Inf(1)
	if s.Open {
		top = s.Came
	}
	return score.CRPSQuantiles(curve.Levels[:], q, s.Came, top)
}

// poolWeight is the weight of the money for one horizon.
type poolWeight struct {
	money  float64
	scored int
}

// learnWeights holds the two models against what came, horizon by horizon. Forecasts of one promise count as one.
func (p *Past) learnWeights(a *Assumed, said []Said) {
	p.weights = make([]poolWeight, len(score.Horizons))
	type pair struct {
		loss [2]float64
		n    float64
	}
	by := make([]map[string]pair, len(score.Horizons))
	for _, s := range said {
		if len(s.Sides) != 2 {
			continue
		}
		h := score.Stratum(s.Months)
		if by[h] == nil {
			by[h] = map[string]pair{}
		}
		x := by[h][s.Promise]
		for i, side := range s.Sides {
			x.loss[i] += s.loss(side.Q)
		}
		x.n++
		by[h][s.Promise] = x
	}
	for h, cases := range by {
		p.weights[h].money = a.Pool.Pace
		if len(cases) < a.Pool.Enough {
			continue
		}
		var sum [2][]float64
		for _, x := range cases {
			sum[0], sum[1] = append(sum[0], x.loss[0]/x.n), append(sum[1], x.loss[1]/x.n)
		}
		mean := func(x []float64) (m float64) {
			slices.Sort(x) // the same sum in whatever order a map gives them
			for _, v := range x {
				m += v / float64(len(x))
			}
			return m
		}
		w := curve.PoolWeights([]float64{mean(sum[0]), mean(sum[1])}, []int{len(cases), len(cases)}, a.Pool.Enough)
		p.weights[h] = poolWeight{w[1], len(cases)}
	}
}

// weight of the money beside a network, for a promise so many months ahead.
func (p *Past) weight(months float64, a *Assumed) (money float64, scored int) {
	if p.weights == nil {
		return a.Pool.Pace, 0
	}
	w := p.weights[score.Stratum(months)]
	return w.money, w.scored
}
