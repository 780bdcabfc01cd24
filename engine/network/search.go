package network

import (
	"math"
	"slices"
)

// search generates up to so many schedules and keeps the shortest: one by the rule, then sampled ones, each pushed to the right
// and back to the left while that helps. It stops when the bound is reached.
func (p *rcpsp) search(schedules int, seed uint64) []int32 {
	n := len(p.dur)
	r := &sampler{rcpsp: p, left: schedules, state: mix64(seed + golden), best: make([]int32, n), now: make([]int32, n), list: make([]int32, n), length: math.MaxInt32}
	r.late, r.backLate = p.latest(), p.back.latest()
	lower := p.lower()
	r.listed(r.list, r.late)
	r.forward()
	r.justify()
	for k := 0; r.left > 0 && r.length > lower; k++ {
		switch {
		case k%4 == 1:
			r.parallel()
		case k%2 == 0 || k < 20:
			r.sample()
			r.forward()
		default:
			r.near()
			r.forward()
		}
		r.justify()
	}
	p.made = schedules - r.left
	return r.best
}

// lower is a bound that no schedule beats: the longest path, or the work of a resource spread over all of it.
func (p *rcpsp) lower() int32 {
	bound := p.bound()
	for k := range p.kinds {
		work := int64(0)
		for i, d := range p.dur {
			work += int64(d) * int64(p.needs[i*p.kinds+k])
		}
		if p.cap[k] > 0 {
			bound = max(bound, int32((work+int64(p.cap[k])-1)/int64(p.cap[k])))
		}
	}
	return bound
}

type sampler struct {
	*rcpsp
	left           int // schedules that may still be made
	state          uint64
	late, backLate []int32
	list           []int32
	now, best      []int32
	length         int32
}

// unit is the next random number in [0, 1).
func (r *sampler) unit() float64 {
	r.state += golden
	return float64(mix64(r.state)>>11) / (1 << 53)
}

// keep remembers the schedule if it is the shortest so far.
func (r *sampler) keep(length int32) {
	if length < r.length {
		r.length = length
		copy(r.best, r.now)
	}
}

// forward makes a schedule of the list.
func (r *sampler) forward() {
	r.left--
	r.keep(r.serial(r.list, r.now))
}

// sample fills the list by regret-based biased random sampling (Drexl 1991): who would be regretted most if passed over is likely first.
func (r *sampler) sample() {
	r.choose(r.list, func(open []int32) int {
		worst := int32(math.MinInt32)
		for _, i := range open {
			worst = max(worst, r.late[i])
		}
		sum := 0.0
		for _, i := range open {
			sum += regret(worst - r.late[i])
		}
		u := r.unit() * sum
		for k, i := range open {
			if u -= regret(worst - r.late[i]); u < 0 {
				return k
			}
		}
		return len(open) - 1
	})
}

func regret(v int32) float64 { return float64(v+1) * float64(v+1) }

// near shakes the best schedule: its order, each start moved by up to a few steps.
func (r *sampler) near() {
	key := make([]int32, len(r.best))
	width := 2 + 0.15*float64(r.length)*r.unit()
	for i, s := range r.best {
		key[i] = int32(64 * (float64(s) + width*(r.unit()-0.5)))
	}
	r.listed(r.list, key)
}

// justify pushes a schedule to the right, latest finish first, and back to the left, earliest start first, as long as it shortens.
func (r *sampler) justify() {
	key := make([]int32, len(r.now))
	for before := int32(math.MaxInt32); r.left >= 2; {
		length := r.rcpsp.length(r.now)
		if length >= before {
			return
		}
		before = length
		for i, s := range r.now {
			key[i] = -(s + r.dur[i])
		}
		r.back.listed(r.list, key)
		late := make([]int32, len(r.now))
		r.back.serial(r.list, late)
		for i, s := range late {
			key[i] = -(s + r.dur[i]) // the start counted from the end: earliest start first
		}
		r.listed(r.list, key)
		r.left -= 2
		r.keep(r.serial(r.list, r.now))
	}
}

// parallel generates a schedule by going through time (Kelley 1963): at each moment it starts, among those that are ready and
// fit, first whom the sampling picks. It finds other schedules than the serial one: none that leaves a job waiting that fits.
func (r *sampler) parallel() {
	r.left--
	n := len(r.dur)
	clear(r.usage)
	placed, ends := make([]bool, n), []int32{0}
	for done := 0; done < n; {
		slices.Sort(ends)
		t := ends[0]
		ends = slices.Compact(ends)[1:]
		for {
			ready, next := r.ready(t, placed)
			if next >= 0 && (len(ends) == 0 || next < ends[0]) {
				ends = append(ends, next)
				slices.Sort(ends)
			}
			if len(ready) == 0 {
				break
			}
			i := ready[r.pick(ready)]
			r.put(i, t)
			placed[i] = true
			done++
			ends = append(ends, t+r.dur[i])
		}
		if len(ends) == 0 {
			break
		}
	}
	if slices.Contains(placed, false) { // negative lags can outrun a pass through time; the serial way is always whole
		r.sample()
		r.serial(r.list, r.now)
	}
	r.keep(r.rcpsp.length(r.now))
}

// ready lists the jobs that may start at t and fit, and the next moment at which another may (−1: none known).
func (r *sampler) ready(t int32, placed []bool) (ready []int32, next int32) {
	next = -1
	for _, i := range r.order {
		if placed[i] {
			continue
		}
		at, known := r.release[i], true
		for _, s := range r.in[i] {
			if known = known && placed[s.job]; known {
				at = max(at, r.now[s.job]+s.lag)
			}
		}
		switch {
		case !known:
		case at > t:
			if next < 0 || at < next {
				next = at
			}
		case r.fits(i, t):
			ready = append(ready, i)
		}
	}
	return ready, next
}

func (p *rcpsp) fits(i, t int32) bool {
	need := p.needs[int(i)*p.kinds : int(i+1)*p.kinds]
	for at := t; at < min(t+p.dur[i], p.horizon); at++ {
		row := p.usage[int(at)*p.kinds : int(at+1)*p.kinds]
		for k, v := range need {
			if v > 0 && row[k]+v > p.cap[k] {
				return false
			}
		}
	}
	return true
}

// put starts a job at t.
func (r *sampler) put(i, t int32) {
	r.now[i] = t
	need := r.needs[int(i)*r.kinds : int(i+1)*r.kinds]
	for at := t; at < min(t+r.dur[i], r.horizon); at++ {
		row := r.usage[int(at)*r.kinds : int(at+1)*r.kinds]
		for k, v := range need {
			row[k] += v
		}
	}
}

// pick chooses among ready jobs as sample does.
func (r *sampler) pick(ready []int32) int {
	worst := int32(math.MinInt32)
	for _, i := range ready {
		worst = max(worst, r.late[i])
	}
	sum := 0.0
	for _, i := range ready {
		sum += regret(worst - r.late[i])
	}
	u := r.unit() * sum
	for k, i := range ready {
		if u -= regret(worst - r.late[i]); u < 0 {
			return k
		}
	}
	return len(ready) - 1
}
