package paper

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
	"shigan/testkit"
)

// frozen is a district whose May 2022 is frozen, with one red project.
func frozenDistrict(t *testing.T) (*app.Office, calendar.Month) {
	t.Helper()
	ctx := context.Background()
	clock := testkit.At("2022-05-05")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	testkit.AddProject(t, o, "JM-002", "示例冷链中心", 8_000*quantity.Wan)
	testkit.Do(t, o, who["local"], project.Happen{ID: "JM-001", Stage: project.Started, On: "2022-05-04", Source: "示例施工许可"})
	may := calendar.MustMonth("2022-05")
	clock.Set("2022-05-31")
	if _, err := o.OpenMonth(ctx, who["dispatcher"], may, app.Options{}); err != nil {
		t.Fatal(err)
	}
	for id, ytd := range map[string]quantity.Fen{"JM-001": 3_333 * quantity.Wan, "JM-002": 123_456_789} {
		rec, _, err := o.Report(ctx, who["owner"], dispatch.SubmitReport{Project: id, Month: may, Content: dispatch.Content{Month: project.DispatchMoney(100 * quantity.Wan), YTD: project.DispatchMoney(ytd),
			Progress: "示例", Measure: "示例", Who: "示例", By: "2022-08-31", Explain: "示例"}}, app.Options{})
		if err != nil {
			t.Fatal(err)
		}
		testkit.Do(t, o, who["line"], dispatch.AcceptReport{Project: id, Month: may, Seq: rec.Last})
	}
	if _, _, err := o.FreezeMonth(ctx, who["dispatcher"], may, "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.SendSlips(ctx, who["dispatcher"], may, "2022-06-15", app.Options{}); err != nil {
		t.Fatal(err)
	}
	return o, may
}

func TestEveryPrintedNumberIsItsFigureRoundedOnce(t *testing.T) {
	ctx := context.Background()
	o, may := frozenDistrict(t)
	b, err := o.Bulletin(ctx, may)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []words.Lang{words.Zh, words.En} {
		x, err := fromBulletin(lang, b, nil)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for n := range nums(&x) {
			if n.Figure == "" {
				continue
			}
			u, err := url.Parse(n.Figure)
			if err != nil {
				t.Fatal(err)
			}
			name, subject := u.Query().Get("f"), u.Query().Get("s")
			live, err := o.Figures(ctx, may, "", []string{name}, []string{subject})
			if err != nil {
				t.Fatal(n.Figure, err)
			}
			f := live.Of(name, subject) // what the page shows today
			ok := false
			for _, unit := range []quantity.Unit{f.Unit, quantity.UnitYiYuan, quantity.UnitWanYuan} {
				ok = ok || strings.TrimPrefix(f.In(unit, lang).Text, "-") == n.Text || strings.Contains(n.Text, strings.TrimPrefix(f.In(unit, lang).Text, "-"))
			}
			if !ok {
				t.Errorf("%s prints %s, the figure shows %s", n.Figure, n.Text, f.Text(lang))
			}
			if len(n.Entries) == 0 {
				t.Errorf("%s leads to no ledger entry", n.Figure)
			}
			seen++
		}
		if seen < 40 {
			t.Errorf("only %d numbers were looked at", seen)
		}
	}
}

func TestALetterVoidedByAMovedDateAsksForANewSignature(t *testing.T) {
	ctx := context.Background()
	clock := testkit.At("2022-02-21")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	draw := project.DrawLetter{ID: "JM-001", Year: 2022}
	testkit.Do(t, o, who["dispatcher"], draw)
	for _, post := range []string{"leader", "line", "local", "owner"} {
		testkit.Do(t, o, who[post], project.SignLetter{ID: "JM-001", Version: 1})
	}
	l, err := letterOf(ctx, words.Zh, o, "JM-001", 0)
	if err != nil || len(l.Signatures) != 4 || l.Signatures[0].Name == "" || l.Number != "" {
		t.Fatalf("%+v %v", l, err)
	}
	clock.Set("2022-04-10")
	testkit.Do(t, o, who["dispatcher"], project.PromiseDate{ID: "JM-001", What: "finish", Day: "2024-06-30", Reason: "海运晚到"})
	if l, err = letterOf(ctx, words.Zh, o, "JM-001", 1); err != nil || !strings.Contains(l.Number, "须重签") {
		t.Errorf("the voided version does not say so: %q %v", l.Number, err)
	}
	if _, err := o.Do(ctx, who["owner"], project.SignLetter{ID: "JM-001", Version: 1}, app.Options{}); err == nil {
		t.Error("a void version was signed")
	}
	testkit.Do(t, o, who["dispatcher"], draw)
	if l, err = letterOf(ctx, words.Zh, o, "JM-001", 0); err != nil {
		t.Fatal(err)
	}
	if l.Version != 2 || l.Signatures[0].Name != "" {
		t.Errorf("the new version came signed: %+v", l.Signatures)
	}
	if len(l.Changes) != 1 || l.Changes[0].Was != "2023-12-31" || l.Changes[0].Now != "2024-06-30" || l.Changes[0].Reason != "海运晚到" {
		t.Errorf("%+v", l.Changes)
	}
}

func TestEveryPaperOfADistrictIsSet(t *testing.T) {
	ctx := context.Background()
	o, may := frozenDistrict(t)
	var p Press
	for _, lang := range []words.Lang{words.Zh, words.En} {
		for name, set := range map[string]func(string) ([]byte, error){
			"slip html": func(f string) ([]byte, error) { return p.Slip(ctx, lang, o, may, "JM-002", "html") },
			"slip docx": func(f string) ([]byte, error) { return p.Slip(ctx, lang, o, may, "JM-002", "docx") },
			"wall svg":  func(f string) ([]byte, error) { return p.Wall(ctx, lang, o, may, "projects/1", "svg") },
			"wall html": func(f string) ([]byte, error) { return p.Wall(ctx, lang, o, may, "projects", "html") },
			"bulletin":  func(f string) ([]byte, error) { return p.Bulletin(ctx, lang, o, may, "html") },
		} {
			raw, err := set(name)
			if err != nil || len(raw) < 500 || strings.Contains(string(raw), "⟦") {
				t.Errorf("%s %s: %d bytes, %v", lang, name, len(raw), err)
			}
		}
	}
	if _, err := p.Wall(ctx, words.Zh, o, may, "reform", "svg"); err == nil {
		t.Error("a front without projects has a wall chart")
	}
}
