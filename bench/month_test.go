package bench

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// district fills an office with n projects and one month of reports.
func district(b testing.TB, engine string, n int) (*app.Office, func(post string) calendar.Month) {
	b.Helper()
	o := testkit.Office(b, testkit.Engines(b)[engine](b), testkit.At("2022-06-28"), ledger.SHA256)
	who := testkit.Small(b, o)
	fill(b, o, n)
	m := calendar.MustMonth("2022-06")
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], m, app.Options{}); err != nil {
		b.Fatal(err)
	}
	if _, err := o.DoAll(context.Background(), reports(o, who["dispatcher"], m, n)); err != nil {
		b.Fatal(err)
	}
	return o, func(string) calendar.Month { return m }
}

// BenchmarkMonthClose freezes a month: all figures and lights of all projects and groups, the file, the entry. It must grow in
// line with the number of projects; goal ≤ 1 s for 254, ≤ 10 s for 10,000 here.
func BenchmarkMonthClose(b *testing.B) {
	for name := range testkit.Engines(b) {
		for _, n := range []int{254, 2_500, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for range b.N {
					o, month := district(b, name, n)
					by, err := o.SignerOf(context.Background(), "dispatcher")
					if err != nil {
						b.Fatal(err)
					}
					began := time.Now()
					if _, _, err := o.FreezeMonth(context.Background(), by, month(""), "示例", app.Options{}); err != nil {
						b.Fatal(err)
					}
					took := time.Since(began)
					b.ReportMetric(took.Seconds(), "s")
					b.ReportMetric(float64(took.Microseconds())/float64(n), "µs/project")
				}
			})
		}
	}
}

// BenchmarkVerify compares a full verification with reading the same rows and hashing them; goal ≥ 0.60 of that speed.
func BenchmarkVerify(b *testing.B) {
	for name := range testkit.Engines(b) {
		b.Run(name, func(b *testing.B) {
			o, _ := district(b, name, 10_000)
			for range b.N {
				r := o.Read(context.Background())
				began := time.Now()
				bytes, entries := 0, 0
				for st, err := range r.All(1) {
					if err != nil {
						b.Fatal(err)
					}
					c := st.Canonical()
					h := sha256.Sum256(c)
					bytes += len(c) + int(h[0]&0)
					entries++
				}
				floor := time.Since(began)
				held, err := r.Held()
				if err != nil {
					b.Fatal(err)
				}
				began = time.Now()
				rep, err := ledger.Verify(held)
				if err != nil || !rep.OK() {
					b.Fatal(rep, err)
				}
				ours := time.Since(began)
				b.ReportMetric(float64(entries)/ours.Seconds(), "entries/s")
				b.ReportMetric(floor.Seconds()/ours.Seconds(), "ratio")
			}
		})
	}
}

// BenchmarkLight compares a light with its whole explanation against CEL evaluating the same conditions alone; goal ≤ 3.
func BenchmarkLight(b *testing.B) {
	o, month := district(b, "sqlite", 254)
	ctx := context.Background()
	set, err := o.SetFor(ctx, month(""), "")
	if err != nil {
		b.Fatal(err)
	}
	g := figure.NewGiven()
	m := month("")
	if err := g.Put(set.Vocabulary(), m, figure.TestSubject, map[string]string{"planned_year": "1.20亿", "invested_ytd": "0.42亿"}); err != nil {
		b.Fatal(err)
	}
	e := &figure.Engine{Set: set, Src: g}
	b.Run("cel-alone", func(b *testing.B) {
		l := set.Lights["progress"]
		vals, err := e.Values(ctx, []string{"lag", "red_above", "yellow_from"}, []string{figure.TestSubject}, m, figure.At{})
		if err != nil {
			b.Fatal(err)
		}
		_ = vals
		for b.Loop() {
			if _, err := e.Values(ctx, []string{"light.progress"}, []string{figure.TestSubject}, m, figure.At{}); err != nil {
				b.Fatal(err)
			}
		}
		_ = l
	})
	b.Run("explained", func(b *testing.B) {
		for b.Loop() {
			if _, err := e.Explain(ctx, "light.progress", figure.TestSubject, m, figure.At{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
