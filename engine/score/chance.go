package score

import (
	"math"
	"slices"
)

// Brier is the mean squared difference between chances and outcomes. Open promises whose day has passed count as not kept.
func Brier(p []float64, o []bool) float64 {
	s := 0.0
	for i, x := range p {
		s += square(x-indicator(o[i])) / float64(len(p))
	}
	return s
}

func square(x float64) float64 { return x * x }

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Skill is 1 − score/rival: above 0 better than the rival, 1 perfect.
func Skill(score, rival float64) float64 { return 1 - score/rival }

// Climatology is the Brier score of always saying the rate that came out.
func Climatology(o []bool) float64 {
	r := rateOf(o)
	return r * (1 - r)
}

func rateOf(o []bool) (r float64) {
	for _, x := range o {
		r += indicator(x) / float64(len(o))
	}
	return r
}

// Bin 一档 is the forecasts that said about the same.
type Bin struct {
	From, To  float64 // chances in it, To included in the last
	N         int
	Said      float64 // mean chance
	Happened  float64 // share of outcomes
	Low, High float64 // Wilson's 95 % interval of Happened
}

// Parts of a Brier score after Murphy: Brier = Reliability − Resolution + Uncertainty + Within. Within is what the bins' own width
// leaves over; it is zero where all forecasts of a bin are equal.
type Parts struct {
	Reliability, Resolution, Uncertainty, Within float64
	Bins                                         []Bin
}

// Decompose a Brier score over bins of equal width; ten are the ten ticks that readers see. Empty bins are left out.
func Decompose(p []float64, o []bool, bins int) (d Parts) {
	n, rate := float64(len(p)), rateOf(o)
	rows := make([][]int, bins)
	for i, x := range p {
		b := min(bins-1, max(0, int(x*float64(bins))))
		rows[b] = append(rows[b], i)
	}
	for b, row := range rows {
		if len(row) == 0 {
			continue
		}
		k := Bin{From: float64(b) / float64(bins), To: float64(b+1) / float64(bins), N: len(row)}
		m, hits := float64(len(row)), 0
		for _, i := range row {
			k.Said += p[i] / m
			k.Happened += indicator(o[i]) / m
			if o[i] {
				hits++
			}
		}
		k.Low, k.High = Wilson(hits, len(row), 0.95)
		d.Reliability += m / n * square(k.Said-k.Happened)
		d.Resolution += m / n * square(k.Happened-rate)
		d.Bins = append(d.Bins, k)
	}
	d.Uncertainty = rate * (1 - rate)
	d.Within = Brier(p, o) - (d.Reliability - d.Resolution + d.Uncertainty)
	return d
}

// Log is the mean negative logarithm of the chance given to what happened. A chance of 0 for what happened would cost the earth;
// chances are held between floor and 1 − floor, so that one blunder does not hide all else. floor 0 leaves them.
func Log(p []float64, o []bool, floor float64) float64 {
	s := 0.0
	for i, x := range p {
		if !o[i] {
			x = 1 - x
		}
		s -= math.Log(min(1-floor, max(floor, x))) / float64(len(p))
	}
	return s
}

// AUC is the chance that one that happened had been given more than one that did not; ties count half. NaN without both.
func AUC(p []float64, o []bool) float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	sum, pos := 0.0, 0.0
	for i := 0; i < len(order); {
		j, hits := i, 0.0
		for ; j < len(order) && p[order[j]] == p[order[i]]; j++ {
			hits += indicator(o[order[j]])
		}
		sum += hits * float64(i+j+1) / 2 // mean rank of a tie
		pos += hits
		i = j
	}
	neg := float64(len(o)) - pos
	if pos == 0 || neg == 0 {
		return math.NaN()
	}
	return (sum - pos*(pos+1)/2) / (pos * neg)
}
