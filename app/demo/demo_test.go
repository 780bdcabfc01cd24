package demo_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"shigan/app"
	"shigan/app/demo"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/vault"
	"shigan/kernel/words"
	"shigan/packs"
	"shigan/testkit"
)

var june = calendar.MustMonth("2022-06")

// seeded fills an office from a month on.
func seeded(t *testing.T, opt demo.Options) *app.Office {
	t.Helper()
	ctx := context.Background()
	s := testkit.Engines(t)["sqlite"](t)
	v := vault.New([]byte("demo-demo-demo-demo-demo-demo-12"))
	if err := app.Found(ctx, s, demo.District, ledger.SHA256, v); err != nil {
		t.Fatal(err)
	}
	clock := demo.NewClock()
	o, err := app.Open(ctx, s, demo.District, testkit.Library(t), v, clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	if o.Desks, err = casework.Load(packs.FS()); err != nil {
		t.Fatal(err)
	}
	if o.Assumed, err = schedule.LoadAssumed(packs.FS(), demo.District); err != nil {
		t.Fatal(err)
	}
	if o.Rhythms, err = dispatch.LoadRhythms(packs.FS()); err != nil {
		t.Fatal(err)
	}
	if o.Messages, err = app.LoadMessageRules(packs.FS(), demo.District); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := demo.SeedWith(ctx, o, clock, opt, func(step string, done, of int) {
		if !words.Has(step) {
			t.Errorf("no text for %s", step)
		}
	}); err != nil {
		t.Fatal(err)
	}
	t.Logf("seeded in %s", time.Since(start))
	if calendar.DateOf(clock.Now()).String() != "2022-07-02" {
		t.Errorf("the clock shows %s", clock.Now())
	}
	return o
}

// check compares the district with what the pages of the design show.
func check(t *testing.T, o *app.Office) {
	t.Helper()
	ctx := context.Background()
	st, err := o.Status(ctx, june)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string][2]int{
		"members": {len(st.Members), 254}, "unreported": {len(st.Unreported), 3}, "returned": {len(st.Returned), 16},
		"waiting": {len(st.Waiting), 37}, "accepted": {len(st.Accepted), 198},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %d, want %d", what, c[0], c[1])
		}
	}
	figures := map[string]string{"group_count": "254", "group_planned": "370.60", "group_invested": "172.70", "group_month": "36.80", "group_rate": "46.6",
		"group_lag": "3.4", "group_green": "171", "group_yellow": "52", "group_red": "19", "group_none": "12", "group_doubtful": "8"}
	groups := map[string]map[string]string{app.Everything: figures,
		"group/list/208":             {"group_count": "208", "group_planned": "282.20"},
		"group/list/46":              {"group_count": "46", "group_planned": "88.40"},
		"group/industry/auto":        {"group_count": "31", "group_invested": "36.70", "group_green": "22", "group_yellow": "6", "group_red": "1", "group_none": "2"},
		"group/industry/textile":     {"group_count": "38", "group_invested": "20.10", "group_green": "28"},
		"group/industry/trade":       {"group_count": "29", "group_invested": "15.20", "group_red": "3"},
		"group/industry/it":          {"group_count": "36", "group_invested": "23.60"},
		"group/industry/marine":      {"group_count": "42", "group_invested": "26.40", "group_yellow": "9"},
		"group/industry/biomed":      {"group_count": "32", "group_invested": "12.90"},
		"group/class/infrastructure": {"group_count": "18", "group_invested": "14.10", "group_red": "4"},
		"group/class/renewal":        {"group_count": "15", "group_invested": "14.40"},
		"group/class/welfare":        {"group_count": "13", "group_invested": "9.30"},
	}
	for group, want := range groups {
		var names []string
		for n := range want {
			names = append(names, n)
		}
		figs, err := o.Figures(ctx, june, "", names, []string{group})
		if err != nil {
			t.Fatal(err)
		}
		for n, w := range want {
			f := figs.Of(n, group)
			if got := f.Text(words.Zh).Text; got != w && f.In(quantity.UnitYiYuan, words.Zh).Text != w {
				t.Errorf("%s %s: %s, want %s", group, n, got, w)
			}
		}
	}
	lags := map[string]string{"2022-01": "5.0", "2022-02": "10.8", "2022-03": "13.4", "2022-05": "14.0", "2022-06": "15.0"}
	for m, want := range lags {
		month := calendar.MustMonth(m)
		if _, err := dispatch.MonthOf(o.Read(ctx), month); err != nil {
			continue // a shorter seed
		}
		figs, err := o.Figures(ctx, month, "", []string{"lag"}, []string{"project/JM-209"})
		if err != nil {
			t.Fatal(err)
		}
		if got := figs.Of("lag", "project/JM-209").Text(words.Zh).Text; got != want {
			t.Errorf("lag of the fast road in %s: %s, want %s", m, got, want)
		}
	}
	checkNamed(t, o)
	for _, i := range []string{"auto", "textile", "trade", "it", "marine", "biomed"} {
		if n, err := o.Read(ctx).CountProjects(app.ProjectFilter{Industry: i}); err != nil || n == 0 || !words.Has("industry."+i) {
			t.Errorf("industry %s: %d projects, %v", i, n, err)
		}
	}
	for _, f := range []string{"projects", "renewal", "reform", "business", "supervision"} {
		if !words.Has("front." + f) {
			t.Errorf("front %s has no name", f)
		}
	}
	held, err := o.Read(ctx).Held()
	if err != nil {
		t.Fatal(err)
	}
	if rep, err := ledger.Verify(held); err != nil || !rep.OK() {
		t.Errorf("%+v %v", rep, err)
	}
	head, _, _, _ := o.Read(ctx).Log()
	rows, diff, err := o.Store.Replay(ctx, demo.District, app.Apply)
	if err != nil || len(diff) > 0 {
		t.Errorf("replay: %d rows, %v, %v", rows, diff, err)
	}
	t.Logf("%d entries, %d rows", head.Size, rows)
}

func TestAShortSeedAddsUp(t *testing.T) {
	o := seeded(t, demo.Options{From: calendar.MustMonth("2022-05"), NoProgramme: testing.Short()})
	check(t, o)
	checkMeetings(t, o, "")
	if !testing.Short() {
		checkProgramme(t, o)
	}
	if err := demo.Seed(context.Background(), o, demo.NewClock(), nil); err == nil {
		t.Error("an office that is not empty was filled again")
	}
	for _, a := range demo.Accounts() {
		if _, _, err := o.SignIn(context.Background(), a.Login, a.Password); err != nil {
			t.Errorf("%s: %v", a.Login, err)
		}
		if !words.Has(a.Can) || a.PostName.Zh == "" {
			t.Errorf("%+v", a)
		}
	}
}

// checkNamed looks at what sources say of two projects, at a letter signed anew, and at the empty post.
func checkNamed(t *testing.T, o *app.Office) {
	t.Helper()
	r := o.Read(context.Background())
	chery, err := project.Of(r, "JM-001")
	if err != nil {
		t.Fatal(err)
	}
	capacities := map[string]bool{}
	for _, n := range chery.Noted {
		if n.Field == "capacity" {
			capacities[n.Value] = true
		}
	}
	if !capacities["300000"] || !capacities["200000"] || chery.Start.Actual != "2021-02-26" || chery.Sample {
		t.Errorf("%+v", chery)
	}
	road, err := project.Of(r, "JM-209")
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := road.CurrentLetter(); !ok || l.Version != 2 || !l.Complete() || road.Letters[0].Void == "" || len(road.Moves) != 1 {
		t.Errorf("%+v", road.Letters)
	}
	agent, err := org.PostOf(r, road.Duty.Agent)
	if err != nil {
		t.Fatal(err)
	}
	line, err := org.PostOf(r, road.Duty.Line)
	if err != nil {
		t.Fatal(err)
	}
	if agent.Holder("2022-07-02") != "" || len(line.Tenures) != 2 {
		t.Errorf("%+v %+v", agent, line)
	}
	april, err := dispatch.MonthOf(r, calendar.MustMonth("2022-04"))
	if err == nil && (len(april.Amendments) != 1 || april.Amendments[0].Was != 36_700*quantity.Wan || april.Amendments[0].Now != 35_300*quantity.Wan) {
		t.Errorf("%+v", april.Amendments)
	}
	last, err := r.Recent(0, 1)
	if err != nil || len(last) != 1 || last[0].RecordedAt >= demo.Today.UTC().Format(ledger.TimeLayout) {
		t.Errorf("%+v %v", last, err)
	}
}

// checkProgramme compares the renewal programme with the article: 190 projects and 428亿, of these 93 and 102亿 in 2022.
func checkProgramme(t *testing.T, o *app.Office) {
	t.Helper()
	for _, c := range []struct{ month, group, name, want string }{
		{"2022-06", "group/list/renewal", "group_count", "190"}, {"2022-06", "group/list/renewal", "group_planned", "102.00"},
		{"2023-06", "group/list/renewal", "group_planned", "167.50"}, {"2024-06", "group/list/renewal", "group_planned", "158.50"},
		{"2022-06", "group/list/renewal-2022", "group_count", "93"}, {"2022-06", "group/list/renewal-2022", "group_planned", "102.00"},
		{"2022-06", "group/list/renewal-2022", "group_invested", "45.90"}, {"2022-06", "group/list/renewal-2022", "group_started", "88"},
		{"2022-06", "group/list/renewal-2022", "group_finished", "13"}, {"2022-06", "group/list/renewal-2022", "group_green", "58"},
		{"2022-06", "group/list/renewal-2022", "group_yellow", "24"}, {"2022-06", "group/list/renewal-2022", "group_red", "7"},
		{"2022-06", "group/list/renewal-2022", "group_none", "4"},
	} {
		figs, err := o.Figures(context.Background(), calendar.MustMonth(c.month), "", []string{c.name}, []string{c.group})
		if err != nil {
			t.Fatal(err)
		}
		if got := figs.Of(c.name, c.group).Text(words.Zh).Text; got != c.want {
			t.Errorf("%s %s %s: %s, want %s", c.month, c.group, c.name, got, c.want)
		}
	}
}

// checkMeetings looks at the days that the rhythm gives from the demo's day on; a seed with the story has called the first of them.
func checkMeetings(t *testing.T, o *app.Office, called string) {
	t.Helper()
	next, err := o.NextMeetings(context.Background(), calendar.MustDate("2022-07-02"), calendar.MustDate("2022-07-31"))
	if err != nil || len(next) != 2 || next[0].On.String() != "2022-07-06" || next[0].Meeting != called || next[1].On.String() != "2022-07-20" || next[1].Meeting != "" {
		t.Errorf("the next meetings: %+v %v", next, err)
	}
}

func TestTheWholeSeedAddsUp(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute")
	}
	o := seeded(t, demo.Options{})
	check(t, o)
	checkProgramme(t, o)
	checkMeetings(t, o, "M-2022-0706-1")
	if m, err := dispatch.MeetingOf(o.Read(context.Background()), "M-2022-0706-1"); err != nil || m.Previous != "M-2022-0622-1" {
		t.Errorf("the meeting to come follows %s: %v", m.Previous, err)
	}
	checkTold(t, o)
}

// checkTold looks at who was told of the story of 15 February, and that those who sign in have something new to read.
func checkTold(t *testing.T, o *app.Office) {
	t.Helper()
	ctx := context.Background()
	r := o.Read(ctx)
	all, err := r.Messages(app.MessageFilter{Oldest: true})
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, m := range all {
		told[m.Subject+" "+m.Topic+" "+m.Post] = true
	}
	for _, want := range []string{
		"meeting/M-2022-0215-1 meeting.called kst-owner", // called in the morning
		"case/F-2022-0001 meeting.decided top",           // what was found on the site was decided
		"case/T-20220215-01 case.assigned lq-local",      // a task was sent
		"case/T-20220215-01 case.climbed lq-local",       // it was not done in time
		"case/T-20220215-01 case.lifted top",             // and came up
		"case/T-20220215-04 case.told jtj-head",          // one is refused with its reason
		"case/T-20220215-03 case.closed jtj-line",        // one is closed by its raiser
		"case/F-2022-0002 case.confirm top",              // who found it confirms it
	} {
		if !told[want] {
			t.Errorf("nobody was told: %s", want)
		}
	}
	reopened, anew := 0, 0
	for _, m := range all {
		if m.Topic == "case.reopened" && strings.HasPrefix(m.Subject, "case/T-20220215") {
			reopened++
		}
	}
	for _, a := range demo.Accounts() {
		_, by, err := o.SignIn(ctx, a.Login, a.Password)
		if err != nil {
			t.Fatal(err)
		}
		n, err := o.Unread(ctx, by, []org.Post{{ID: a.Post}})
		if err != nil {
			t.Fatal(err)
		}
		if n > app.UnreadMost {
			t.Errorf("%s has more new messages than anybody reads", a.Login)
		} else if n > 0 {
			anew++
		}
	}
	if reopened == 0 || anew < 4 {
		t.Errorf("%d were told of a task done again, %d accounts have something new", reopened, anew)
	}
	if _, _, err := o.ChoicesOf(ctx, "nobody"); err != nil {
		t.Errorf("the rules of messages are not set: %v", err)
	}
}

func TestTheSameSeedGivesTheSameDistrict(t *testing.T) {
	if testing.Short() {
		t.Skip("one walk after the other: nothing runs beside another, and the long run has it")
	}
	opt := demo.Options{From: june, NoProgramme: true}
	entries := func() []string {
		var out []string
		for e, err := range seeded(t, opt).Read(context.Background()).All(1) {
			if err != nil {
				t.Fatal(err)
			}
			line := fmt.Sprint(e.Seq, e.Kind, e.Subject, e.EffectiveOn, e.RecordedAt, e.Actor, e.Post)
			if e.Room() != "org" { // commitments to names are salted
				line += string(e.Body)
			}
			out = append(out, line)
		}
		return out
	}
	a, b := entries(), entries()
	if len(a) != len(b) {
		t.Fatalf("%d and %d entries", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("%s\n%s", a[i], b[i])
		}
	}
}
