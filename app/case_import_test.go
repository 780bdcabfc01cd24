package app_test

import (
	"fmt"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

const caseHeads = "编号,项目,问题内容,提出单位,牵头单位,配合单位,交办时间,时限,进展,结果,办结时间\n"

// caseRows is a unit's own ledger (示例): what each row is there for stands in its title.
var caseRows = []string{
	"LQ-01,示例道路工程,两户没有签约,示例建设公司,龙泉街道,区交通运输局、区发展改革局,2022-05-10,2022-08-31,已谈一轮,正在办理,",
	"LQ-02,示例道路工程,时限已过,示例建设公司,区交通运输局,,2022-03-01,2022-04-01,,,",
	"LQ-03,示例道路工程,办结了的,示例建设公司,区交通运输局,,2022-03-01,2022-03-20,已迁完,已销号,2022-03-18",
	"LQ-04,示例道路工程,办不了的,示例建设公司,区交通运输局,,2022-04-01,,,无法解决，已说明,2022-04-21",
	"LQ-05,示例道路工程,单位不认识,示例建设公司,区河长办,,2022-05-01,,,,",
	"LQ-06,不认识的项目,项目不认识,示例建设公司,区交通运输局,,2022-05-01,,,,",
	"LQ-07,示例道路工程,,示例建设公司,区交通运输局,,2022-05-01,,,,",
	"LQ-08,示例道路工程,办结没日期,示例建设公司,区交通运输局,,2022-05-01,,,已办结,",
	"LQ-09,示例道路工程,自己办自己,示例建设公司,示例建设公司,,2022-05-01,,,,",
	"LQ-10,示例道路工程,日子不对,示例建设公司,区交通运输局,,五月下,,,,",
	"LQ-11,,没有项目也没有写谁提出,,龙泉街道,,2022-05-01,长期,,,",
	"LQ-01,示例道路工程,两户没有签约,示例建设公司,龙泉街道,,2022-05-10,2022-08-31,,,",
}

func ledgerOf(t *testing.T, name string, rows ...string) app.CaseLedger {
	t.Helper()
	l, err := testkit.Sheets.CaseLedger(name, []byte("龙泉街道问题台账（示例）\n"+caseHeads+strings.Join(rows, "\n")+"\n"), app.CaseAsk{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func importOffice(t *testing.T) (*app.Office, map[string]org.Signer) {
	t.Helper()
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-06-15"), ledger.SHA256)
	who := testkit.Small(t, o)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "sample/jimo-problem", "china/supervision")
	return o, who
}

func kinds(list []app.RowSay) string {
	var out []string
	for _, s := range list {
		out = append(out, s.Kind)
	}
	return strings.Join(out, " ")
}

func TestALedgerIsTriedRowByRowThenTakenAndTheSameFileTwiceBringsNothing(t *testing.T) {
	o, who := importOffice(t)
	ctx, by := t.Context(), who["dispatcher"]
	plan, err := o.PlanCases(ctx, by, []app.CaseLedger{ledgerOf(t, "台账.csv", caseRows...)}, "problem")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"new  ", "new due-passed ", "closed  ", "closed  ", "unread  no-unit", "unread  no-project", "unread  no-title", "unread  closed-without-day", "unread  own-judge",
		"unread  not-a-day", "new raiser-unknown due-no-day ", "same twice "}
	for i, l := range plan.Lines {
		got := l.State + " " + kinds(l.Notes) + " " + kinds(l.Faults)
		if w := want[i]; got != w && !(strings.Contains(w, "due-no-day") && strings.Contains(got, "due-no-day") && strings.Contains(got, "raiser-unknown")) {
			t.Errorf("row %d %s: %q, want %q", l.Row, l.Title, got, w)
		}
		for _, s := range append(l.Faults, l.Notes...) {
			if !strings.Contains(s.Text.Zh, s.Cell) || strings.Contains(s.Text.Zh+s.Text.En, "{") {
				t.Errorf("%q, %q does not say where", s.Text.Zh, s.Text.En)
			}
		}
	}
	if plan.New != 3 || plan.Closed != 2 || plan.Same != 1 || plan.Unread != 6 || plan.Rows() != 12 {
		t.Fatalf("%d new, %d closed, %d same, %d unread", plan.New, plan.Closed, plan.Same, plan.Unread)
	}
	if lines, err := o.CasesOf(ctx, by, app.CaseFilter{}); err != nil || len(lines) > 0 {
		t.Fatalf("a trial wrote %d cases: %v", len(lines), err)
	}
	done, err := o.ApplyCases(ctx, by, plan)
	if err != nil || len(done.Refused) > 0 || done.Entries != 6 {
		t.Fatalf("%+v %v", done, err)
	}
	lines, err := o.CasesOf(ctx, by, app.CaseFilter{Use: "problem", Sort: "opened"})
	if err != nil || len(lines) != 5 {
		t.Fatalf("%d cases: %v", len(lines), err)
	}
	// the same words in another file, in another order and with more progress: nothing is taken twice
	again := append([]string{}, caseRows...)
	again[0], again[2] = strings.Replace(caseRows[2], "已迁完", "已迁完并验收", 1), strings.Replace(caseRows[0], "已谈一轮", "已谈两轮", 1)
	plan, err = o.PlanCases(ctx, by, []app.CaseLedger{ledgerOf(t, "台账（7月）.csv", again...)}, "problem")
	if err != nil || plan.New+plan.Closed != 0 || plan.Same != 6 {
		t.Fatalf("again: %d new, %d closed, %d same: %v", plan.New, plan.Closed, plan.Same, err)
	}
	if done, err := o.ApplyCases(ctx, by, plan); err != nil || done.Entries != 0 {
		t.Fatalf("again: %+v %v", done, err)
	}
}

func TestAClosedRowIsHistoryAndNobodyConfirmedItHere(t *testing.T) {
	o, who := importOffice(t)
	ctx, by := t.Context(), who["dispatcher"]
	plan, err := o.PlanCases(ctx, by, []app.CaseLedger{ledgerOf(t, "台账.csv", caseRows...)}, "problem")
	if err == nil {
		_, err = o.ApplyCases(ctx, by, plan)
	}
	if err != nil {
		t.Fatal(err)
	}
	lines, err := o.CasesOf(ctx, by, app.CaseFilter{Closed: true, ClosedBy: casework.ByTakeOver, Sort: "closed"})
	if err != nil || len(lines) != 2 {
		t.Fatalf("%+v %v", lines, err)
	}
	c, err := casework.Of(o.Read(ctx), lines[0].ID)
	if err != nil || c.Open() || c.Outcome != "done" || lines[0].Days != 17 || lines[0].Opened[:10] != "2022-02-28" || !strings.Contains(c.Basis, "已迁完") || !strings.Contains(c.Basis, "C5") {
		t.Errorf("%+v %+v %v", c, lines[0], err)
	}
	if lines[1].Rate != "refused" || !lines[1].Unfixed {
		t.Errorf("what could not be done: %+v", lines[1])
	}
	g := app.CaseGroup{Use: "problem"}
	figs, at, err := o.CaseFigures(ctx, by, []string{"closed_ytd_cases", "confirmed_rate", "signed_rate", "unfixed_rate"}, []app.CaseGroup{g})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"closed_ytd_cases": "n:2", "confirmed_rate": "-:missing.few:0/2/10", "signed_rate": "-:missing.few:0/2/10", "unfixed_rate": "-:missing.few:1/2/10"} {
		if got := figs.Of(name, at[0]).Value.Canonical(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	// the raiser may say that it is not done after all: it opens again, a level up
	raiser := who["owner"]
	if _, err := o.Do(ctx, raiser, casework.Make{Case: lines[0].ID, Move: "reopen", From: c.State, Reason: "又断了"}, app.Options{}); err != nil {
		t.Fatal(err)
	}
	if c, _ = casework.Of(o.Read(ctx), lines[0].ID); !c.Open() || c.Reopened != 1 || c.ClosedBy != "" {
		t.Errorf("reopened: %+v", c)
	}
}

func TestAnImportedLedgerIsNotReadThroughOneOfItsCases(t *testing.T) {
	o, who := importOffice(t)
	ctx, by := t.Context(), who["dispatcher"]
	plan, err := o.PlanCases(ctx, by, []app.CaseLedger{ledgerOf(t, "台账.csv", caseRows...)}, "problem")
	if err != nil {
		t.Fatal(err)
	}
	done, err := o.ApplyCases(ctx, by, plan)
	if err != nil {
		t.Fatal(err)
	}
	r := o.Read(ctx)
	e, err := r.Entry(done.Seq)
	if err != nil || len(e.Evidence) != 1 {
		t.Fatalf("%+v %v", e, err)
	}
	if err := o.MaySeeFile(ctx, by, e.Entry); err != nil {
		t.Errorf("the dispatcher: %v", err)
	}
	for _, name := range []string{"owner", "local", "other"} {
		if err := o.MaySeeFile(ctx, who[name], e.Entry); err == nil {
			t.Errorf("%s may have the whole ledger", name)
		}
	}
	lines, err := o.CasesOf(ctx, who["owner"], app.CaseFilter{})
	if err != nil || len(lines) == 0 {
		t.Fatalf("the owner sees none of what he raised: %v", err)
	}
	for _, l := range lines {
		entries, err := r.Entries("case/"+l.ID, 10)
		if err != nil || len(entries) == 0 || len(entries[0].Evidence) > 0 {
			t.Errorf("%s carries the file: %v", l.ID, err)
		}
	}
}

func TestOnlyWhoKeepsTheDeskTakesALedgerIn(t *testing.T) {
	o, who := importOffice(t)
	plan, err := o.PlanCases(t.Context(), who["local"], []app.CaseLedger{ledgerOf(t, "台账.csv", caseRows...)}, "problem")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.ApplyCases(t.Context(), who["local"], plan); err == nil {
		t.Error("a town imports the district's ledger")
	} else if f, ok := fault.Of(err); !ok || f.Kind != fault.Forbidden {
		t.Error(err)
	}
	for i, bad := range [][2]string{{"2022-03-02", "2022-03-01"}, {"2022-03-01", "2022-06-16"}, {"", "2022-03-01"}, {"2022-03-01", "soon"}} {
		_, err := o.Do(t.Context(), who["dispatcher"], casework.TakeOver{Open: casework.Open{Desk: "sample/jimo-problem", Title: fmt.Sprint("示例 ", i), Raiser: casework.Party{Unit: "co"}}, OpenedOn: bad[0], ClosedOn: bad[1]}, app.Options{})
		if f, ok := fault.Of(err); !ok || f.Code != "casework.taken-over" {
			t.Errorf("%v: %v", bad, err)
		}
	}
}
