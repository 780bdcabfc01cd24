//go:build unix

package bench

import (
	"fmt"
	"math/rand/v2"
	"runtime"
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

// maxPlus is the floor: the bare maximum over predecessors plus a constant, in rows of 64 as the simulation has them, without a draw.
func maxPlus(preds [][]int, rows [][64]int32, trials int) {
	var none [64]int32
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
}

// floor is the time of the bare loop for a network.
func floor(b testing.TB, net *network.Network, trials int) time.Duration {
	preds, rows := make([][]int, len(net.Activities)), make([][64]int32, len(net.Activities))
	for _, l := range net.Links {
		preds[l.To] = append(preds[l.To], l.From)
	}
	return spent(b, func() { maxPlus(preds, rows, trials) })
}

func classes(b testing.TB) map[string]*network.Calendar {
	b.Helper()
	c, err := network.Classes(calendar.StateCouncil())
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkNetwork is activity-trials for each second of one core's time: the forward pass with its draws and common causes (goal
// ≥ 300 M), with criticality and moments (≥ 100 M), the same with two work calendars (≥ 80 M); beside the bare max-plus loop of this run, and the draws alone.
func BenchmarkNetwork(b *testing.B) {
	c := classes(b)
	for _, n := range []int{60, 1_000, 10_000} {
		const trials = 16_384
		plain, risks := plan(b, n)
		dated, _ := plan(b, n, c["office"], c["site"])
		loose, _ := plan(b, n)
		loose.Links = nil // nothing waits for anything: what is left are the draws
		for _, k := range []struct {
			name  string
			net   *network.Network
			trace bool
		}{{"draws", loose, false}, {"forward", plain, false}, {"full", plain, true}, {"full+calendars", dated, true}} {
			b.Run(fmt.Sprintf("%s/%d", k.name, n), func(b *testing.B) {
				m := model(b, k.net, risks, network.Options{Project: "p"})
				repeat := max(1, 150_000_000/(n*trials))
				best, bare := time.Duration(1<<62), time.Duration(1<<62) // of several blocks: what the machine can do when left alone
				for range 5 * b.N {
					best = min(best, spent(b, func() {
						for range repeat {
							simulate(b, m, network.Run{Trials: trials, Seed: 1, Workers: 1, Trace: k.trace})
						}
					}))
					if len(k.net.Links) > 0 {
						bare = min(bare, floor(b, k.net, trials*repeat))
					}
				}
				b.ReportMetric(float64(n)*trials*float64(repeat)/1e6/best.Seconds(), "M/s")
				if len(k.net.Links) > 0 {
					b.ReportMetric(best.Seconds()/bare.Seconds(), "×floor")
					b.ReportMetric(float64(n)*trials*float64(repeat)/1e6/bare.Seconds(), "floor-M/s")
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// BenchmarkPeer is the forward pass against numpy, vectorised over 1,000 trials, in the same run.
func BenchmarkPeer(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			peer := numpy(b, "testdata/forward.py", n, 1000)
			if peer == 0 {
				b.Skip("no numpy here")
			}
			net, risks := plan(b, n)
			m := model(b, net, risks, network.Options{Project: "p"})
			best := time.Duration(1 << 62)
			for range 5 * b.N {
				best = min(best, spent(b, func() { simulate(b, m, network.Run{Trials: 16_384, Seed: 1, Workers: 1}) }))
			}
			ours := float64(n) * 16_384 / 1e6 / best.Seconds()
			b.ReportMetric(peer, "numpy-M/s")
			b.ReportMetric(ours, "M/s")
			b.ReportMetric(ours/peer, "×numpy")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkDistrict recomputes 254 projects of 60 activities with calendars, compiling included, 4,096 trials each, with criticality;
// goal ≤ 1 s of one core. What compiling takes of it is beside it.
func BenchmarkDistrict(b *testing.B) {
	c := classes(b)
	net, risks := plan(b, 60, c["office"], c["site"])
	for range b.N {
		best, compiling := time.Duration(1<<62), time.Duration(1<<62)
		for range 5 {
			best = min(best, spent(b, func() {
				for p := range 254 {
					simulate(b, model(b, net, risks, network.Options{Project: fmt.Sprint(p)}), network.Run{Trials: 4096, Seed: 1, Workers: 1, Trace: true})
				}
			}))
			compiling = min(compiling, spent(b, func() {
				for p := range 254 {
					model(b, net, risks, network.Options{Project: fmt.Sprint(p)})
				}
			}))
		}
		b.ReportMetric(best.Seconds(), "s")
		b.ReportMetric(compiling.Seconds(), "s-compiling")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkTry is one what-if on a kept outcome, 4,096 trials, one core, compiling included: a change in the first tenth, in the middle,
// and near the end; goal ≤ 50 ms.
func BenchmarkTry(b *testing.B) {
	for _, n := range []int{60, 1_000, 10_000} {
		net, risks := plan(b, n)
		base := simulate(b, model(b, net, risks, network.Options{Project: "p"}), network.Run{Trials: 4096, Seed: 1, Workers: 1, Keep: true})
		for _, at := range []int{n / 10, n / 2, n * 9 / 10} {
			b.Run(fmt.Sprintf("%d/at=%d", n, at), func(b *testing.B) {
				changed := slices.Clone(risks)
				changed[at].Scale = 3
				best := time.Duration(1 << 62)
				for range 5 * b.N {
					best = min(best, spent(b, func() {
						if _, err := base.Try(net, changed, network.Options{Project: "p"}); err != nil {
							b.Fatal(err)
						}
					}))
				}
				b.ReportMetric(best.Seconds()*1000, "ms")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// BenchmarkEdit is the critical path after one edit, everything computed anew; goal ≤ 20 ms for 10,000 activities.
func BenchmarkEdit(b *testing.B) {
	c := classes(b)
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			net, _ := plan(b, n, c["office"], c["site"])
			best := time.Duration(1 << 62)
			for i := range 10 * b.N {
				net.Activities[i%n].Duration += 1440
				best = min(best, spent(b, func() {
					if _, err := net.Schedule(); err != nil {
						b.Fatal(err)
					}
				}))
			}
			b.ReportMetric(best.Seconds()*1000, "ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkScale is the same run on one core and on all: how much faster by the clock, and how much more processor time it takes. The
// outcome is the same bits.
func BenchmarkScale(b *testing.B) {
	net, risks := plan(b, 1_000)
	m := model(b, net, risks, network.Options{Project: "p"})
	run := func(workers int) (wall, core time.Duration) {
		wall, core = 1<<62, 1<<62
		for range 7 {
			began := time.Now()
			core = min(core, spent(b, func() { simulate(b, m, network.Run{Trials: 65_536, Seed: 1, Workers: workers, Trace: true}) }))
			wall = min(wall, time.Since(began))
		}
		return wall, core
	}
	for range b.N {
		one, oneCore := run(1)
		for workers := 2; workers <= runtime.NumCPU(); workers *= 2 {
			w, c := run(workers)
			b.ReportMetric(one.Seconds()/w.Seconds(), fmt.Sprintf("speedup-%d", workers))
			b.ReportMetric(c.Seconds()/oneCore.Seconds(), fmt.Sprintf("×cpu-%d", workers))
		}
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkMemory is what one more trial costs: with its rows kept for what-ifs, and without. Beside it what a worker needs once.
func BenchmarkMemory(b *testing.B) {
	net, risks := plan(b, 1_000)
	m := model(b, net, risks, network.Options{Project: "p"})
	bytesOf := func(r network.Run) float64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		simulate(b, m, r)
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	for range b.N {
		for name, keep := range map[string]bool{"bytes/trial": false, "bytes/trial-kept": true} {
			few, lots := bytesOf(network.Run{Trials: 4096, Seed: 1, Workers: 1, Trace: !keep, Keep: keep}), bytesOf(network.Run{Trials: 16_384, Seed: 1, Workers: 1, Trace: !keep, Keep: keep})
			b.ReportMetric((lots-few)/(16_384-4096), name)
			if !keep {
				b.ReportMetric(few-(lots-few)/3, "bytes/worker")
			}
		}
	}
	b.ReportMetric(0, "ns/op")
}
