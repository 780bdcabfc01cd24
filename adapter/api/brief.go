package api

import (
	"cmp"
	"slices"
	"time"

	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/figure"
)

// Brief 今早 is what a leader's page of the morning shows, in the same numbers: what he can settle, what came up to him, the meeting to
// come, the month's lights, the promises that will hardly be kept, and what was decided with him and is not done. Reading it is no look:
// what counts as new is counted from the last look at the page.
type Brief struct {
	On      string        `json:"on"`
	Since   string        `json:"since,omitempty"` // his last look on an earlier day
	From    string        `json:"from"`            // what came up after this is new
	Decide  []CaseRow     `json:"decide"`          // options stand there, and he sits where it is decided
	Turns   []CaseRow     `json:"turns"`           // what waits for his own word
	Here    []CaseRow     `json:"here"`
	Climbed []CaseRow     `json:"climbed"`
	Meeting *BriefMeeting `json:"meeting,omitempty"`
	Month   *BriefMonth   `json:"month,omitempty"` // left out where he may not read the district
	Odds    []Forecast    `json:"odds"`            // most hangs on them, and they are more likely broken than kept
	Undone  []BriefTask   `json:"undone"`
	Late    int           `json:"late"` // of what is not done
}

// BriefMeeting is the meeting to come: one that was called, or the next by the rhythm, which has no id yet.
type BriefMeeting struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title"`
	On    string `json:"on"`
	At    string `json:"at,omitempty"`
	State string `json:"state,omitempty"`
	Items int    `json:"items"`
	Mine  int    `json:"mine"` // of them about matters at his level
}

// BriefMonth is the newest month: how many stand under each light, and what turned red in it, the greatest plan first.
type BriefMonth struct {
	Month   string           `json:"month"`
	Figures map[string]Value `json:"figures"`
	Turned  []BriefProject   `json:"turned_red"`
}

// BriefProject names a project.
type BriefProject struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// BriefTask is a task that was decided and is not done.
type BriefTask struct {
	CaseRow
	How     string `json:"how"`
	Meeting string `json:"meeting"`
}

func (c *caller) brief(*struct{}) (*bodyOut[Brief], error) {
	since, err := c.s.o.LookedBefore(c.ctx, c.by)
	if err != nil {
		return nil, err
	}
	b, err := c.s.o.BriefOf(c.ctx, c.by, since)
	if err != nil {
		return nil, err
	}
	out := Brief{On: c.today(), Since: instant(since), From: b.From.UTC().Format(time.RFC3339), Decide: each(b.Decide, c.caseRow), Turns: each(b.Turns, c.caseRow),
		Here: each(b.Here, c.caseRow), Climbed: each(b.Climbed, c.caseRow), Meeting: c.briefMeeting(b), Odds: []Forecast{}, Undone: []BriefTask{}}
	for _, step := range []func(*Brief, *app.Brief) error{c.briefMonth, c.briefOdds, c.briefUndone} {
		if err := step(&out, b); err != nil {
			return nil, err
		}
	}
	return body(out)
}

func (c *caller) briefMeeting(b *app.Brief) *BriefMeeting {
	if m := b.Meeting; m != nil {
		x := &BriefMeeting{ID: m.ID, Title: m.Title, On: m.On, At: m.At, State: string(m.State), Items: len(m.Items)}
		for _, i := range m.Items {
			if slices.ContainsFunc(slices.Concat(b.Decide, b.Turns, b.Here), func(v app.CaseView) bool { return i.Subject == "case/"+v.ID }) {
				x.Mine++
			}
		}
		return x
	}
	if n := b.Planned; n != nil {
		return &BriefMeeting{Title: n.Event.In(c.lang), On: n.On.String(), At: n.Event.At}
	}
	return nil
}

// briefMonth is left out where the caller may not read the district, as on the page.
func (c *caller) briefMonth(out *Brief, _ *app.Brief) error {
	if org.MayAnywhere(c.by, "read.district") != nil {
		return nil
	}
	m, err := c.month(Month{})
	if err != nil {
		return err
	}
	sums, err := c.s.o.GroupFigures(c.ctx, m, app.BriefFigures, []string{app.Everything})
	if err != nil {
		return err
	}
	x := &BriefMonth{Month: m.String(), Figures: map[string]Value{}, Turned: []BriefProject{}}
	for _, n := range app.BriefFigures {
		f := sums.Of(n, app.Everything)
		x.Figures[n] = valueOf(f.Value, f.Unit, c.lang)
	}
	lines, err := c.lines(&projectsIn{}, m)
	if err != nil {
		return err
	}
	names, ids := map[string]string{}, []string{}
	for _, l := range lines {
		names[l.ID] = l.Name
		ids = append(ids, l.ID)
	}
	now, err := c.s.o.Figures(c.ctx, m, "", []string{figure.Overall, "planned_year"}, app.Subjects(ids))
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return now.Of(figure.Overall, "project/"+id).Hue() != "red" })
	if ids, err = c.s.o.TurnedRed(c.ctx, m, ids); err != nil {
		return err
	}
	slices.SortStableFunc(ids, func(a, b string) int {
		x, _ := now.Of("planned_year", "project/"+a).Float()
		y, _ := now.Of("planned_year", "project/"+b).Float()
		return cmp.Compare(y, x)
	})
	x.Turned = each(ids, func(id string) BriefProject { return BriefProject{id, names[id]} })
	out.Month = x
	return nil
}

func (c *caller) briefOdds(out *Brief, _ *app.Brief) error {
	if c.s.o.Assumed == nil || org.MayAnywhere(c.by, "read.forecasts") != nil {
		return nil
	}
	f, err := c.s.o.Foresee(c.ctx)
	if err != nil {
		return err
	}
	sees, err := c.sees()
	if err != nil {
		return err
	}
	out.Odds = each(f.LikelyBroken(sees, c.s.o.Assumed.Slips, app.BriefSlips), forecastOf)
	return nil
}

func (c *caller) briefUndone(out *Brief, b *app.Brief) error {
	for _, t := range b.Undone {
		v, err := c.s.o.CaseView(c.ctx, c.by, t.Case.ID)
		if err != nil {
			return err
		}
		out.Undone = append(out.Undone, BriefTask{c.caseRow(v), t.How, t.Meeting})
		if t.How == app.FollowOverdue {
			out.Late++
		}
	}
	return nil
}
