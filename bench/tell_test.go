package bench

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// untold is app.Apply without telling anybody, for the rooms that this benchmark writes.
func untold(b app.Batch, e ledger.Entry) error {
	switch e.Room() {
	case "org":
		return org.Apply(b, e)
	case "case":
		return casework.Apply(b, e)
	}
	return nil
}

// BenchmarkTell is the writer with messages beside the writer without. The writer always tells, so what telling costs is taken from
// two rebuilds of the same log, one that tells and one that does not; ratio is the writer's time without that over its time as it
// is. Goal: ≥ 0.8. bell is counting 99 new messages of somebody who has never looked, inbox his first page.
func BenchmarkTell(b *testing.B) {
	for name, start := range testkit.Engines(b) {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				const n = 3_000
				ctx, s := context.Background(), start(b)
				o := testkit.Office(b, s, testkit.At("2022-06-20"), ledger.SHA256)
				who := testkit.Small(b, o)
				const desk = "sample/jimo-problem"
				testkit.AdoptDesks(b, o, who["rulekeeper"], desk)
				var raise, accept, assign []app.Deed
				for i := range n {
					id := fmt.Sprintf("P-2022-%04d", i+1)
					raise = append(raise, app.Deed{By: who["owner"], Cmd: casework.Open{Desk: desk, Title: fmt.Sprintf("问题 %d：管线没有迁走", i), Subject: "project/JM-001",
						Chain: map[string]string{"lead": "leader", "head": "local", "deputy": "line", "chief": "leader"}, Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}}})
					accept = append(accept, app.Deed{By: who["dispatcher"], Cmd: casework.Make{Case: id, Move: "accept", From: "raised"}})
					assign = append(assign, app.Deed{By: who["dispatcher"], Cmd: casework.Make{Case: id, Move: "assign", From: "accepted", Handler: casework.Party{Unit: "lq"}, Assists: []casework.Party{{Post: "line"}}}})
				}
				deeds := slices.Concat(raise, accept, assign)
				began := time.Now()
				for part := range slices.Chunk(deeds, 5_000) {
					if _, err := o.DoAll(ctx, part); err != nil {
						b.Fatal(err)
					}
				}
				ours := time.Since(began)
				told, err := o.Read(ctx).Messages(app.MessageFilter{})
				if err != nil || len(told) < 3*n {
					b.Fatal(len(told), err)
				}
				rebuild := func(apply func(app.Batch, ledger.Entry) error) time.Duration {
					began := time.Now()
					if _, err := s.Rebuild(ctx, testkit.Code, apply); err != nil {
						b.Fatal(err)
					}
					return time.Since(began)
				}
				silent, loud := time.Hour, time.Hour
				for range 3 { // the first of each three empties the table of messages, so that neither of the others has them to delete
					rebuild(untold)
					silent, loud = min(silent, rebuild(untold)), min(loud, rebuild(app.Apply))
				}
				telling := max(loud-silent, 0)
				b.ReportMetric(float64(len(deeds))/ours.Seconds(), "deeds/s")
				b.ReportMetric(float64(len(told))/float64(len(deeds)), "told/deed")
				b.ReportMetric(float64(telling.Microseconds())/float64(len(told)), "µs/told")
				b.ReportMetric((ours-telling).Seconds()/ours.Seconds(), "ratio")

				post := []org.Post{{ID: "dispatcher"}}
				took := func(what string, do func() error) {
					const times = 50
					began := time.Now()
					for range times {
						if err := do(); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(time.Since(began).Microseconds())/times, what)
				}
				took("bell-µs", func() error { _, err := o.Unread(ctx, who["dispatcher"], post); return err })
				took("inbox-µs", func() error { _, err := o.Inbox(ctx, who["dispatcher"], app.InboxAsk{Limit: 30}); return err })
			}
		})
	}
}
