//go:build unix

package bench

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// reports makes n deeds of one month: one report per project.
func reports(o *app.Office, by org.Signer, m calendar.Month, n int) []app.Deed {
	out := make([]app.Deed, n)
	for i := range out {
		out[i] = app.Deed{By: by, Cmd: dispatch.SubmitReport{Project: fmt.Sprintf("B-%05d", i), Month: m, Content: dispatch.Content{
			Month: project.DispatchMoney(700 * quantity.Wan), YTD: project.DispatchMoney(700 * quantity.Wan), Progress: "主体结构施工到三层，设备基础完成一半，下月吊装",
			Measure: "加一班人", Who: "项目单位", By: "2022-12-31", Explain: "示例"}}}
	}
	return out
}

// fill lists n projects with a plan of 2022.
func fill(b testing.TB, o *app.Office, n int) {
	b.Helper()
	var deeds []app.Deed
	for i := range n {
		id := fmt.Sprintf("B-%05d", i)
		deeds = append(deeds,
			app.Deed{By: org.FirstSetUp, Cmd: project.List{ID: id, List: "208", On: "2022-01-01", Start: "2022-03-31", Finish: "2023-12-31", Stage: project.Ready,
				Facts: project.Facts{Name: org.Name{Zh: fmt.Sprintf("示例项目%05d号", i)}, Level: "district", Class: "industry", Front: "projects", Industry: []string{"auto", "textile", "marine"}[i%3],
					OwnerUnit: "co", LocalUnit: "lq", LineUnit: "jtj", Total: 10 * quantity.Yi, Sample: true}}},
			app.Deed{By: org.FirstSetUp, Cmd: project.SetPlan{ID: id, Year: 2022, Planned: quantity.Fen(1000+i) * quantity.Wan, Category: project.NewStart}})
	}
	if _, err := o.DoAll(context.Background(), deeds); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkAppend compares durable deeds with their projections against inserting the very same rows into the same tables, in
// transactions of the same size, with nothing computed. Both take turns, five times, and the best of each counts. ratio is deeds per
// second over raw rows' deeds per second, by the clock; goal ≥ 0.60. ratio-cpu is the same of this process's processor time, without
// PostgreSQL's own.
func BenchmarkAppend(b *testing.B) {
	for name, start := range testkit.Engines(b) {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				const n, rounds = 1_000, 5
				s := start(b)
				o := testkit.Office(b, s, testkit.At("2022-06-28"), ledger.SHA256)
				who := testkit.Small(b, o)
				fill(b, o, rounds*n)
				m := calendar.MustMonth("2022-06")
				if _, err := o.OpenMonth(context.Background(), who["dispatcher"], m, app.Options{}); err != nil {
					b.Fatal(err)
				}
				ours, raw, oursCPU, rawCPU := time.Hour, time.Hour, time.Hour, time.Hour
				for part := range slices.Chunk(reports(o, who["dispatcher"], m, rounds*n), n) {
					began := time.Now()
					oursCPU = min(oursCPU, spent(b, func() {
						if _, err := o.DoAll(context.Background(), part); err != nil {
							b.Fatal(err)
						}
					}))
					ours = min(ours, time.Since(began))
					took, cpu, err := s.RawCopy(context.Background(), testkit.Code, n, 256, func() time.Duration { return cpu(b) })
					if err != nil {
						b.Fatal(err)
					}
					raw, rawCPU = min(raw, took), min(rawCPU, cpu)
				}
				b.ReportMetric(n/ours.Seconds(), "deeds/s")
				b.ReportMetric(n/raw.Seconds(), "raw/s")
				b.ReportMetric(raw.Seconds()/ours.Seconds(), "ratio")
				b.ReportMetric(rawCPU.Seconds()/oursCPU.Seconds(), "ratio-cpu")
				b.ReportMetric(float64(oursCPU.Microseconds())/n, "cpu-µs/deed")
			}
		})
	}
}

// BenchmarkSingles is what people feel: one deed after the other from 1 and from 64 callers, each on disk when it returns.
func BenchmarkSingles(b *testing.B) {
	for name, start := range testkit.Engines(b) {
		for _, callers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/%d", name, callers), func(b *testing.B) {
				for range b.N {
					const n = 1_000
					o := testkit.Office(b, start(b), testkit.At("2022-06-28"), ledger.SHA256)
					who := testkit.Small(b, o)
					fill(b, o, n)
					m := calendar.MustMonth("2022-06")
					if _, err := o.OpenMonth(context.Background(), who["dispatcher"], m, app.Options{}); err != nil {
						b.Fatal(err)
					}
					deeds := reports(o, who["dispatcher"], m, n)
					began := time.Now()
					var wg sync.WaitGroup
					next := make(chan app.Deed)
					for range callers {
						wg.Go(func() {
							for d := range next {
								if _, err := o.Do(context.Background(), d.By, d.Cmd, app.Options{}); err != nil {
									b.Error(err)
								}
							}
						})
					}
					for _, d := range deeds {
						next <- d
					}
					close(next)
					wg.Wait()
					b.ReportMetric(n/time.Since(began).Seconds(), "deeds/s")
				}
			})
		}
	}
}
