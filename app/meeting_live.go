package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
)

// stillRecording is how long after a line its writer is shown as recording: presence, no rule of anybody's.
const stillRecording = 2 * time.Minute

// Live 会中 is all that whoever follows a running meeting needs, as far as he sees it.
type Live struct {
	Meeting   dispatch.Meeting
	Hidden    int // items that the reader does not see
	Items     []LiveItem
	Tasks     []FollowedTask // of this meeting, in the order of the agenda
	Received  int            // of them
	Recording []Recorder     // posts that noted something in the last two minutes, the latest first
	Behind    int            // minutes behind the agenda, below zero ahead of it; 0 before it begins
	Follow    *FollowUp      // of the meeting before
	At        time.Time
}

// LiveItem is an item with what it is about, as it stands now.
type LiveItem struct {
	dispatch.Item
	Planned  string // "14:40"
	Project  string // id, where one stands behind it
	Case     *casework.Case
	Desk     *casework.Desk
	Standing casework.Standing
	Reds     []string // projects, of the item about all red lights
}

// Recorder 正在记 is a post that notes.
type Recorder struct {
	Post, Item string
	At         string // RFC 3339
}

// LiveMeeting gives a meeting as it runs.
func (o *Office) LiveMeeting(ctx context.Context, by org.Signer, id string) (*Live, error) {
	m, hidden, err := o.Meeting(ctx, by, id)
	if err != nil {
		return nil, err
	}
	r := o.Read(ctx)
	l := &Live{Meeting: m, Hidden: hidden, At: o.Clock()}
	begin, timed := time.Parse("15:04", m.At)
	planned := 0
	for _, x := range m.Items {
		item, err := o.liveItem(ctx, r, by, x)
		if err != nil {
			return nil, err
		}
		if timed == nil {
			item.Planned = begin.Add(time.Duration(planned) * time.Minute).Format("15:04")
		}
		if x.State == dispatch.ItemNow && m.State == dispatch.MeetingRunning {
			l.Behind = behind(m, planned, x.Minutes, l.At)
		}
		planned += x.Minutes
		l.Items = append(l.Items, item)
	}
	if l.Tasks, err = o.follow(ctx, by, m.Tasks()); err != nil {
		return nil, err
	}
	slices.SortStableFunc(l.Tasks, func(a, b FollowedTask) int { return strings.Compare(a.Case.ID, b.Case.ID) })
	for _, t := range l.Tasks {
		if t.Received != "" {
			l.Received++
		}
	}
	l.Recording = recording(m, l.At)
	if m.Previous != "" {
		l.Follow, err = o.FollowUp(ctx, by, m.Previous)
	}
	return l, err
}

// behind is how much later than planned an item is: it should have begun so many minutes after the meeting did, and lasts so many.
func behind(m dispatch.Meeting, planned, minutes int, now time.Time) int {
	started, err := time.Parse(ledger.TimeLayout, m.Started)
	if err != nil {
		return 0
	}
	gone := int(now.Sub(started).Minutes())
	switch {
	case gone > planned+minutes:
		return gone - planned - minutes
	case gone < planned:
		return gone - planned
	}
	return 0
}

func (o *Office) liveItem(ctx context.Context, r Reader, by org.Signer, x dispatch.Item) (LiveItem, error) {
	out := LiveItem{Item: x}
	var err error
	if out.Project, err = dispatch.ProjectOf(r, x); err != nil {
		return out, err
	}
	if id, ok := strings.CutPrefix(x.Subject, casework.CaseKind+"/"); ok && MaySeeCase(r, by, id) == nil {
		c, err := casework.Of(r, id)
		if err != nil {
			return out, err
		}
		if out.Desk, err = casework.Pinned(r, c.Digest); err != nil {
			return out, err
		}
		out.Case = &c
		if out.Standing, err = casework.Stand(out.Desk, c, o.Clock(), calendar.StateCouncil()); err != nil {
			out.Standing.Unknown = err
		}
	}
	if text, ok := strings.CutPrefix(x.Subject, "month/"); ok {
		month, err := calendar.ParseMonth(text)
		if err != nil {
			return out, err
		}
		reds, _, err := o.Reds(ctx, month)
		if err != nil {
			return out, err
		}
		for _, p := range reds {
			if org.May(r, by, "read.project", p.Scope()) == nil {
				out.Reds = append(out.Reds, p.ID)
			}
		}
	}
	return out, nil
}

// recording lists who notes.
func recording(m dispatch.Meeting, now time.Time) []Recorder {
	var out []Recorder
	since := stamp(now.Add(-stillRecording))
	for _, x := range m.Items {
		for _, l := range x.Lines {
			if l.At >= since {
				out = append(out, Recorder{l.By, x.ID, l.At})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Recorder) int { return strings.Compare(b.At, a.At) })
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(r Recorder) bool {
		again := seen[r.Post]
		seen[r.Post] = true
		return again
	})
}

// MeetingPack 会议材料 is one page for each project that the agenda speaks of, in its order, then the red ones.
type MeetingPack struct {
	Meeting dispatch.Meeting
	Items   []LiveItem
	Follow  *FollowUp
	Month   calendar.Month // whose figures they are; zero where no month was opened
	Pages   []PackPage
	Figures *Figures // of all pages; nil without a month
	Names   []string // of the figures on a page: lights first
}

// PackPage is one project as it lies on the table.
type PackPage struct {
	Project project.Project
	Items   []string       // numbers of the items that are about it
	Open    []LiveCase     // its open cases with 难点、原因、办法
	Last    []FollowedTask // tasks about it of the meeting before, and older ones that are open
	Letter  *project.Letter
}

// LiveCase is a case with its standing.
type LiveCase struct {
	Case     casework.Case
	Desk     *casework.Desk
	Standing casework.Standing
}

// packFigures are the figures of a page beside the lights.
var packFigures = []string{"planned_year", "invested_ytd", "invested_share", "time_share", "lag", "invested_month"}

// MeetingPack gathers the pack of a meeting as far as a reader sees it.
func (o *Office) MeetingPack(ctx context.Context, by org.Signer, id string) (*MeetingPack, error) {
	live, err := o.LiveMeeting(ctx, by, id)
	if err != nil {
		return nil, err
	}
	r := o.Read(ctx)
	p := &MeetingPack{Meeting: live.Meeting, Items: live.Items, Follow: live.Follow}
	about := map[string][]string{}
	var ids []string
	note := func(project, item string) {
		if project == "" {
			return
		}
		if about[project] == nil {
			ids = append(ids, project)
		}
		about[project] = append(about[project], item)
	}
	for _, x := range live.Items {
		note(x.Project, x.ID)
	}
	for _, x := range live.Items {
		for _, red := range x.Reds {
			note(red, x.ID)
		}
	}
	docs, err := Named[project.Project](r, project.Kind, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		x := docs[id]
		if org.May(r, by, "read.project", x.Scope()) != nil {
			continue
		}
		page, err := o.packPage(ctx, r, by, p, x)
		if err != nil {
			return nil, err
		}
		page.Items = about[id]
		p.Pages = append(p.Pages, page)
	}
	return p, o.packFigures(ctx, r, p)
}

func (o *Office) packPage(ctx context.Context, r Reader, by org.Signer, p *MeetingPack, x project.Project) (PackPage, error) {
	page := PackPage{Project: x}
	if l, ok := x.CurrentLetter(); ok {
		page.Letter = &l
	}
	subject := project.Kind + "/" + x.ID
	lines, err := o.CasesOf(ctx, by, CaseFilter{Subject: subject, Open: true})
	if err != nil {
		return page, err
	}
	views, err := o.CaseLines(ctx, lines)
	if err != nil {
		return page, err
	}
	for _, v := range views {
		if v.Use != dispatch.TaskUse {
			page.Open = append(page.Open, LiveCase{v.Case, v.Desk, v.Standing})
		}
	}
	if p.Follow != nil {
		for _, t := range slices.Concat(p.Follow.Tasks, p.Follow.Older) {
			if t.Case.Subject == subject {
				page.Last = append(page.Last, t)
			}
		}
	}
	return page, nil
}

func (o *Office) packFigures(ctx context.Context, r Reader, p *MeetingPack) error {
	m, _, err := o.redsNow(ctx, r)
	if err != nil || m.IsZero() {
		return err
	}
	set, err := o.SetFor(ctx, m, "")
	if err != nil {
		return err
	}
	p.Month = m
	if set.Overall != nil {
		p.Names = append(p.Names, figure.Overall)
		for _, l := range set.Overall.Worst {
			p.Names = append(p.Names, rules.LightPrefix+l)
		}
	}
	for _, n := range packFigures {
		if _, isFact := set.Fact(n); isFact || set.Figures[n] != nil {
			p.Names = append(p.Names, n)
		}
	}
	ids := make([]string, len(p.Pages))
	for i, x := range p.Pages {
		ids[i] = x.Project.ID
	}
	p.Figures, err = o.Figures(ctx, m, "", p.Names, Subjects(ids))
	return err
}
