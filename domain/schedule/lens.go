package schedule

import (
	"math"
	"slices"
	"sort"

	"shigan/engine/curve"
	"shigan/engine/curve/special"
	"shigan/engine/score"
	"shigan/kernel/calendar"
)

// Raw 校准前 is what the models said before the system's own record was put on it. It is kept beside, and what is learned later is learned
// from it, so that the record never learns from itself.
type Raw struct {
	Keep    float64   `json:"keep"`
	Likely  string    `json:"likely,omitempty"`
	Late    string    `json:"late,omitempty"`
	LikelyM int64     `json:"likely_money,omitempty"`
	Q       []float64 `json:"q"`
	From    float64   `json:"from_months"` // the horizon whose record was used, in months ahead
	Cases   int       `json:"cases"`       // promises in it that had been decided
	Worth   float64   `json:"worth"`       // as many independent ones
	Edges   []float64 `json:"edges"`       // chances as the models gave them …
	Map     []float64 `json:"map"`         // … and what they were worth
}

// record 准头 is what past forecasts of one kind and horizon were worth.
type record struct {
	remap score.Remap
	cases int
}

// records by kind and horizon: dates and amounts err in their own ways.
type records [2][]record

// learnRecords learns from what had fallen due: where each outcome lay in what the models had said of it. Forecasts of one promise count
// as one case, those that fell due in one month share its causes, and old ones fade.
func (p *Past) learnRecords(a *Assumed, said []Said, on calendar.Date) {
	r := a.Recalibrate
	for kind := range p.records {
		p.records[kind] = make([]record, len(score.Horizons))
		for h := range score.Horizons {
			times := map[string]float64{}
			var promises, months []string
			for _, s := range said {
				if s.in(kind, h) {
					if times[s.Promise]++; times[s.Promise] == 1 {
						promises, months = append(promises, s.Promise), append(months, s.Due.Month().String())
					}
				}
			}
			if len(promises) < r.Least {
				continue
			}
			weight := map[string]float64{}
			for i, w := range score.Dependent(months, r.Common) {
				weight[promises[i]] = w / times[promises[i]]
			}
			var seen []score.Place
			for _, s := range said {
				if s.in(kind, h) {
					x := s.place()
					x.Weight = weight[s.Promise] * math.Pow(.5, float64(on.Month().Sub(s.Due.Month()))/r.Halflife)
					seen = append(seen, x)
				}
			}
			p.records[kind][h] = record{score.LearnRemap(seen, r.Edges, r.Worth), len(promises)}
		}
	}
}

func (s Said) in(kind, h int) bool { return s.Money == (kind == 1) && score.Stratum(s.Months) == h }

// place is where the outcome fell: a day fills what the forecast gave to that day, and what is open lies beyond.
func (s Said) place() score.Place {
	var q curve.Table
	copy(q[:], s.Q)
	x := score.Place{From: q.CDF(s.Came - 1), To: q.CDF(s.Came)}
	if s.Open {
		x = score.Place{From: q.CDF(s.Came), To: 1}
	}
	return x
}

// record is what holds for a promise; nil where it is late already, nothing of it is a distribution, or too little was decided.
func (in *Inputs) record(c *Cast) *record {
	if c.Promise.Due < c.AsOf || len(c.Sample) == 0 || in.Past.records[0] == nil {
		return nil
	}
	kind := 0
	if c.Money() {
		kind = 1
	}
	if r := &in.Past.records[kind][score.Stratum(c.Ahead())]; r.cases > 0 {
		return r
	}
	return nil
}

// lens 校准镜 reads a sample as the record says that it should be read. Trials keep their order; a heap of equal values (never within any
// horizon, say) is split by the trials' order within it, as its chance asks for.
type lens struct {
	base   []int64 // by trial
	sorted []int64
	image  []int64 // of each rank
	rank   []int   // of each trial
	ties   special.Stream
}

func newLens(base []int64, r score.Remap) *lens {
	n := len(base)
	l := &lens{base: base, sorted: sorted(slices.Clone(base)), image: make([]int64, n), rank: make([]int, n), ties: special.NewStream(0, "ties")}
	order := make([]int, n)
	for t := range order {
		order[t] = t
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case base[a] < base[b]:
			return -1
		case base[a] > base[b]:
			return 1
		}
		return 0
	})
	for i, t := range order {
		l.rank[t] = i
		at := int(r.Inverse((float64(i)+.5)/float64(n)) * float64(n))
		l.image[i] = l.sorted[min(max(at, 0), n-1)]
	}
	return l
}

// of reads another run of the same trials: where it says the same, so does what is read; where it says less, nothing more is read.
func (l *lens) of(y []int64) []int64 {
	out, n := make([]int64, len(y)), len(l.sorted)
	for t, v := range y {
		if v == l.base[t] {
			out[t] = l.image[l.rank[t]]
			continue
		}
		lo := sort.Search(n, func(i int) bool { return l.sorted[i] >= v })
		hi := lo + sort.Search(n-lo, func(i int) bool { return l.sorted[lo+i] > v })
		switch {
		case hi > lo:
			out[t] = l.image[lo+int(float64(hi-lo)*l.ties.U(t))]
		case lo == 0:
			out[t] = v + l.image[0] - l.sorted[0]
		case lo == n:
			out[t] = v + l.image[n-1] - l.sorted[n-1]
		default:
			out[t] = l.image[lo-1]
		}
	}
	return out
}

// read is of, and nothing where there is no record.
func (l *lens) read(y []int64) []int64 {
	if l == nil {
		return y
	}
	return l.of(y)
}

// look puts the record on a forecast that is filled: what is shown from here on is read through it.
func (in *Inputs) look(c *Cast) {
	r := in.record(c)
	if r == nil {
		return
	}
	h := score.Stratum(c.Ahead())
	c.Raw = &Raw{Keep: c.Keep, Likely: c.Likely, Late: c.Late, LikelyM: c.LikelyM, Q: slices.Clone(c.Q), Cases: r.cases, Worth: r.remap.N, Edges: r.remap.Edges, Map: r.remap.Cum}
	if h > 0 {
		c.Raw.From = score.Horizons[h-1]
	}
	c.lens = newLens(c.trials, r.remap)
	c.fill(c.lens.of(c.trials))
}

// lookPlain does so for a forecast without a network: the record is a driver of its own.
func (in *Inputs) lookPlain(c *Cast) {
	was, money := quantile(c.Sample, .5), c.LikelyM
	if in.look(c); c.Raw == nil {
		return
	}
	d := Driver{Key: "record"}
	if c.Money() {
		d.Money = c.LikelyM - money
	} else {
		d.Days = int(quantile(c.Sample, .5) - was)
	}
	c.Drivers = append(c.Drivers, d)
}
