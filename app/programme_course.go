package app

import (
	"slices"

	"shigan/domain/schedule"
)

// course fills the money of a list by month, in fen from the year's beginning: what was reported, then P10, P25, P50, P75 and P90 of the
// joint trials' sum. Between the last report and the end of the year the rest comes in as the parts' likely months say.
func (p *ProgrammeCast) course(f *Foresight, casts []*schedule.Cast, ended []string) {
	last := 0
	ids := slices.Clone(ended)
	for _, c := range casts {
		ids = append(ids, c.Promise.Project)
	}
	for _, id := range ids {
		last = max(last, f.Money[id].Month)
	}
	if last == 0 {
		return
	}
	p.Done = make([]float64, last+1)
	likely := make([]float64, 13)
	for _, id := range ids {
		m := f.Money[id]
		for k := 1; k <= last; k++ {
			if n := min(k, m.Month); n > 0 {
				p.Done[k] += float64(m.Months[n-1])
			}
		}
	}
	for _, id := range ended {
		m := f.Money[id]
		for k := last + 1; k <= 12; k++ {
			likely[k] += float64(m.Done())
		}
	}
	for _, c := range casts {
		m := f.Money[c.Promise.Project]
		at := float64(m.Done())
		for k := last + 1; k <= 12; k++ {
			for _, row := range c.Fan {
				if row.Month == k {
					at = float64(row.P[2])
				}
			}
			if k == 12 {
				at = float64(c.LikelyM)
			}
			likely[k] += at
		}
	}
	done := p.Done[last]
	rest := likely[12] - done
	for k := last + 1; k <= 12; k++ {
		share := 1.0
		if rest > 0 {
			share = min(max((likely[k]-done)/rest, 0), 1)
		}
		var row [5]float64
		for i, level := range []float64{.1, .25, .5, .75, .9} {
			row[i] = done + (p.Q.Quantile(level)-done)*share
		}
		p.Bands = append(p.Bands, row)
	}
}
