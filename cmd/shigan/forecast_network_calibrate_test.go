package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"shigan/engine/network"
	"shigan/engine/network/schedulefile"
	"shigan/engine/score"
	"shigan/kernel/calendar"
)

// Simulation-based calibration of model A, the network, as the command forecasts it: plans are drawn, lives of their work out of the
// prior, a day of report and what is reported on it, and the true end must fall into each tenth of the forecast equally often.

// sbcPlans is 200 in the quick tests; make calibrate sets 2,000.
func sbcPlans() int {
	if n, err := strconv.Atoi(os.Getenv("SHIGAN_SBC")); err == nil && n > 0 {
		return n
	}
	return 200
}

// drawnPlan is a plan with the truth of it: how long each activity takes.
type drawnPlan struct {
	net   *network.Network
	preds [][]int
	lives []float64
	start []float64
	end   float64
}

const sbcMean, sbcSD = .2, .4

// drawPlan draws up to nine activities in layers, their plans and their lives; rho of the variance is shared, half by all, half by class.
func drawPlan(r *rand.Rand, rho float64) *drawnPlan {
	n := 3 + r.IntN(7)
	p := &drawnPlan{net: &network.Network{Calendars: []*network.Calendar{network.EveryDay()}, Start: network.On(calendar.MustDate("2022-07-01"), 0)}, preds: make([][]int, n),
		lives: make([]float64, n), start: make([]float64, n)}
	project, classes := r.NormFloat64(), []float64{r.NormFloat64(), r.NormFloat64()}
	for i := range n {
		class := r.IntN(2)
		days := 5 + r.IntN(60)
		p.net.Activities = append(p.net.Activities, network.Activity{ID: fmt.Sprint(i), Class: fmt.Sprint("k", class), Duration: int64(days) * 1440})
		for j := range i {
			if r.Float64() < .35 {
				p.net.Links = append(p.net.Links, network.Link{From: j, To: i})
				p.preds[i] = append(p.preds[i], j)
				p.start[i] = max(p.start[i], p.start[j]+p.lives[j])
			}
		}
		z := math.Sqrt(rho/2)*project + math.Sqrt(rho/2)*classes[class] + math.Sqrt(1-rho)*r.NormFloat64()
		p.lives[i] = float64(days) * math.Exp(sbcMean+sbcSD*z)
		p.end = max(p.end, p.start[i]+p.lives[i])
	}
	return p
}

// report lets the plan run up to a day and writes down what is seen of it then.
func (p *drawnPlan) report(r *rand.Rand, day int) bool {
	first := p.net.Start
	p.net.DataDate = first + network.Instant(day*1440)
	for i := range p.net.Activities {
		a := &p.net.Activities[i]
		from, to := p.start[i], p.start[i]+p.lives[i]
		minute := func(days float64) network.Instant { return first + network.Instant(days*1440) }
		switch {
		case to <= float64(day):
			a.Started, a.Finished, a.Percent = minute(from), minute(to), 1
		case from < float64(day):
			a.Started = minute(from)
			f := (float64(day) - from) / p.lives[i]
			y := math.Log(p.lives[i]*1440/float64(a.Duration)) + .35*math.Sqrt((1-f)/f)*r.NormFloat64()
			if a.Percent = (float64(day) - from) * 1440 / (float64(a.Duration) * math.Exp(y)); a.Percent >= .99 {
				return false // nobody reports all done of what is not; which reports are left out depends on the report alone
			}
		}
	}
	return p.end > float64(day)
}

// ends simulates the plan and gives the ends of all trials, in ticks of 1/256 day.
func (p *drawnPlan) ends(t *testing.T, seed uint64, o networkOptions) []int32 {
	t.Helper()
	file := &plan{File: &schedulefile.File{Network: p.net, Tasks: make([]schedulefile.Task, len(p.net.Activities)), Name: "p"}}
	o.mean, o.sd, o.stated = sbcMean, sbcSD, true
	risks, _, err := file.risks(o)
	if err != nil {
		t.Fatal(err)
	}
	m, err := network.Compile(p.net, risks, network.Options{Project: "p"})
	if err != nil {
		t.Fatal(err)
	}
	run, err := m.Run(network.Run{Trials: 512, Seed: seed, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	return run.Finish[0].Ticks
}

// placed gives where the true end falls among the trials.
func (p *drawnPlan) placed(t *testing.T, r *rand.Rand, rho float64) float64 {
	t.Helper()
	ticks := p.ends(t, r.Uint64(), networkOptions{rho: rho})
	below, same, end := 0, 0, int32(math.Round(p.end*256))
	for _, v := range ticks {
		if v < end {
			below++
		} else if v == end {
			same++
		}
	}
	return (float64(below) + r.Float64()*float64(same+1)) / float64(len(ticks)+1)
}

// TestWhatIsFinishedTellsOfTheRest: where causes are in common, listening to finished and running work makes forecasts sharper, by the
// continuous ranked probability score.
func TestWhatIsFinishedTellsOfTheRest(t *testing.T) {
	var listens, deaf, n float64
	for i := uint64(0); n < 400; i++ {
		r := rand.New(rand.NewPCG(11, i))
		p := drawPlan(r, .6)
		if !p.report(r, 40+r.IntN(80)) {
			continue
		}
		seed := r.Uint64()
		listens += score.CRPSSample(inDays(p.ends(t, seed, networkOptions{rho: .6})), p.end, true)
		deaf += score.CRPSSample(inDays(p.ends(t, seed, networkOptions{rho: .6, deaf: true})), p.end, true)
		n++
	}
	t.Logf("CRPS %.2f days, deaf %.2f", listens/n, deaf/n)
	if listens > .97*deaf {
		t.Errorf("CRPS %.3f, without listening %.3f", listens/n, deaf/n)
	}
}

func inDays(ticks []int32) []float64 {
	out := make([]float64, len(ticks))
	for i, v := range ticks {
		out[i] = float64(v) / 256
	}
	return out
}

func TestANetworkIsCalibratedOnItsOwnPrior(t *testing.T) {
	for name, tc := range map[string]struct {
		rho     float64
		started bool
	}{"not begun, independent": {0, false}, "not begun, common causes": {.3, false}, "under way, independent": {0, true}, "under way, common causes": {.3, true}, "under way, strong common causes": {.6, true}} {
		t.Run(name, func(t *testing.T) {
			var u []float64
			for i := uint64(0); len(u) < sbcPlans(); i++ {
				r := rand.New(rand.NewPCG(20260101, i))
				p := drawPlan(r, tc.rho)
				if tc.started && !p.report(r, 1+r.IntN(120)) {
					continue
				}
				u = append(u, p.placed(t, r, tc.rho))
			}
			pit := score.Uniform(u, 10)
			t.Logf("χ² %.1f, p %.3f, %v", pit.Chi2, pit.P, pit.Bins)
			if pit.P < .001 {
				t.Errorf("the true end does not fall evenly: χ² %.1f, p %.5f, bins %v", pit.Chi2, pit.P, pit.Bins)
			}
		})
	}
}

// TestIndependenceIsCaughtByCalibration holds the harness against the commonest error of schedule risk tools: the truth shares six tenths
// of its variance and the forecast does not know it.
func TestIndependenceIsCaughtByCalibration(t *testing.T) {
	var u []float64
	for i := range uint64(max(400, sbcPlans())) {
		r := rand.New(rand.NewPCG(7, i))
		u = append(u, drawPlan(r, .6).placed(t, r, 0))
	}
	if pit := score.Uniform(u, 10); pit.P > 1e-6 {
		t.Errorf("χ² %.1f, p %.5f: it should have been caught", pit.Chi2, pit.P)
	}
}
