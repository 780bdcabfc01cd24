package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// plan draws a network with one to three predecessors an activity, some thirty layers deep, lognormal durations and common causes.
func plan(b testing.TB, n int, calendars ...*network.Calendar) (*network.Network, []network.Risk) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	if len(calendars) == 0 {
		calendars = []*network.Calendar{network.EveryDay()}
	}
	net := &network.Network{Calendars: calendars, Start: network.On(calendar.MustDate("2022-07-01"), 0)}
	net.Rules.Lag = network.OfPredecessor
	logn, err := network.LogNormal(.2, .4)
	if err != nil {
		b.Fatal(err)
	}
	risks := make([]network.Risk, n)
	for i := range n {
		net.Activities = append(net.Activities, network.Activity{ID: fmt.Sprint(i), Duration: int64(5+r.IntN(30)) * 1440,
			Calendar: r.IntN(len(calendars)), Class: []string{"permits", "land", "funds", "works"}[r.IntN(4)]})
		risks[i].Shape = logn
		lo := max(0, i-n/15-2)
		for range min(1+r.IntN(3), i-lo) {
			net.Links = append(net.Links, network.Link{From: lo + r.IntN(i-lo), To: i})
		}
	}
	return net, risks
}

func model(b testing.TB, net *network.Network, risks []network.Risk, o network.Options) *network.Model {
	b.Helper()
	m, err := network.Compile(net, risks, o)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func simulate(b testing.TB, m *network.Model, r network.Run) *network.Outcome {
	b.Helper()
	o, err := m.Run(r)
	if err != nil {
		b.Fatal(err)
	}
	return o
}

// maxPlus is the floor: the bare maximum over predecessors plus a constant, in rows of 64 as the simulation has them, without
// a draw. It gives seconds for so many trials.
func maxPlus(net *network.Network, trials int) time.Duration {
	preds := make([][]int, len(net.Activities))
	for _, l := range net.Links {
		preds[l.To] = append(preds[l.To], l.From)
	}
	rows := make([][64]int32, len(net.Activities))
	var none [64]int32
	began := time.Now()
	for range trials / 64 {
		for i, p := range preds {
			f, d := &rows[i], int32(20)
			switch a, b, c := &none, &none, &none; len(p) {
			case 0:
				*f = none
			case 1:
				a = &rows[p[0]]
				for j := range f {
					f[j] = a[j] + d
				}
			case 2:
				a, b = &rows[p[0]], &rows[p[1]]
				for j := range f {
					f[j] = max(a[j], b[j]) + d
				}
			default:
				a, b, c = &rows[p[0]], &rows[p[1]], &rows[p[2]]
				for j := range f {
					f[j] = max(a[j], b[j], c[j]) + d
				}
			}
		}
	}
	return time.Since(began)
}

// BenchmarkNetwork is activity-trials a second on one core: the forward pass with its draws and common causes (goal ≥ 300 M),
// with criticality and moments (≥ 100 M), the same with two work calendars (≥ 80 M); beside the bare max-plus loop of this run.
func BenchmarkNetwork(b *testing.B) {
	classes, err := network.Classes(calendar.StateCouncil())
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{60, 1_000, 10_000} {
		const trials = 4096
		plain, risks := plan(b, n)
		dated, _ := plan(b, n, classes["office"], classes["site"])
		for _, k := range []struct {
			name  string
			net   *network.Network
			trace bool
		}{{"forward", plain, false}, {"full", plain, true}, {"full+calendars", dated, true}} {
			b.Run(fmt.Sprintf("%s/%d", k.name, n), func(b *testing.B) {
				m := model(b, k.net, risks, network.Options{Project: "p"})
				repeat := max(1, 4_000_000/(n*64))
				var took, floor time.Duration
				for range b.N {
					for range min(repeat, 40) {
						began := time.Now()
						simulate(b, m, network.Run{Trials: trials, Seed: 1, Workers: 1, Trace: k.trace})
						took += time.Since(began)
						floor += maxPlus(k.net, trials)
					}
				}
				work := float64(n) * trials * float64(b.N*min(repeat, 40)) / 1e6
				b.ReportMetric(work/took.Seconds(), "M/s")
				b.ReportMetric(took.Seconds()/floor.Seconds(), "×floor")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// BenchmarkDistrict recomputes 254 projects of 60 activities, compiling included, 4,096 trials each, with criticality; goal ≤ 1 s.
func BenchmarkDistrict(b *testing.B) {
	classes, err := network.Classes(calendar.StateCouncil())
	if err != nil {
		b.Fatal(err)
	}
	for _, workers := range []int{1, 0} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			net, risks := plan(b, 60, classes["office"], classes["site"])
			for range b.N {
				began := time.Now()
				for p := range 254 {
					m := model(b, net, risks, network.Options{Project: fmt.Sprint(p)})
					simulate(b, m, network.Run{Trials: 4096, Seed: 1, Workers: workers, Trace: true})
				}
				b.ReportMetric(time.Since(began).Seconds(), "s")
			}
		})
	}
}

// BenchmarkTry is one what-if on a network of 1,000 or 10,000 activities, 4,096 trials, one core: a change in the first tenth,
// in the middle, and near the end; goal ≤ 50 ms for 1,000.
func BenchmarkTry(b *testing.B) {
	for _, n := range []int{60, 1_000, 10_000} {
		net, risks := plan(b, n)
		base := simulate(b, model(b, net, risks, network.Options{Project: "p"}), network.Run{Trials: 4096, Seed: 1, Workers: 1, Keep: true})
		for _, at := range []int{n / 10, n / 2, n * 9 / 10} {
			b.Run(fmt.Sprintf("%d/at=%d", n, at), func(b *testing.B) {
				changed := slices.Clone(risks)
				changed[at].Scale = 3
				for range b.N {
					if _, err := base.Try(net, changed, network.Options{Project: "p"}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms")
			})
		}
	}
}

// BenchmarkEdit is the critical path after one edit of 10,000 activities, everything computed anew; goal ≤ 20 ms.
func BenchmarkEdit(b *testing.B) {
	classes, err := network.Classes(calendar.StateCouncil())
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			net, _ := plan(b, n, classes["office"], classes["site"])
			for i := range b.N {
				net.Activities[i%n].Duration += 1440
				if _, err := net.Schedule(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms")
		})
	}
}

// BenchmarkScale is the same run on one core and on all; the outcome is the same bits.
func BenchmarkScale(b *testing.B) {
	net, risks := plan(b, 1_000)
	m := model(b, net, risks, network.Options{Project: "p"})
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				simulate(b, m, network.Run{Trials: 16_384, Seed: 1, Workers: workers, Trace: true})
			}
			b.ReportMetric(1_000*16_384*float64(b.N)/b.Elapsed().Seconds()/1e6, "M/s")
		})
	}
}
