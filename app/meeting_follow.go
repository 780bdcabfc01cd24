package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/calendar"
)

// How a task of a meeting stands.
const (
	FollowOverdue   = "overdue"
	FollowWorking   = "working"   // in hand, or waiting for its raiser
	FollowDone      = "done"      // done, wholly or in part, and confirmed or signed
	FollowNot       = "not"       // closed without being done, with a reason that was shown to its raiser
	FollowWithdrawn = "withdrawn" // taken back; counted nowhere
)

// FollowUp 跟踪 is how far the decisions of a meeting are, now.
type FollowUp struct {
	Meeting                     string         `json:"meeting"`
	Title                       string         `json:"title"`
	On                          string         `json:"on"`
	Tasks                       []FollowedTask `json:"tasks"`           // overdue ones first, those withdrawn last
	Older                       []FollowedTask `json:"older,omitempty"` // still open from meetings before it
	Done, Working, Overdue, Not int            `json:"-"`               // of Tasks
}

// FollowedTask is one task with its standing.
type FollowedTask struct {
	Item     string            `json:"item"`    // of the meeting that gave it
	Meeting  string            `json:"meeting"` //
	How      string            `json:"how"`
	Received string            `json:"received,omitempty"` // RFC 3339: when its handler took it up
	Case     casework.Case     `json:"case"`
	Desk     *casework.Desk    `json:"-"`
	Standing casework.Standing `json:"-"`
}

// FollowUp gives the tasks of a meeting as they stand now, those that the reader may see, with what is still open of earlier ones.
func (o *Office) FollowUp(ctx context.Context, by org.Signer, meeting string) (*FollowUp, error) {
	m, _, err := o.Meeting(ctx, by, meeting)
	if err != nil {
		return nil, err
	}
	f := &FollowUp{Meeting: m.ID, Title: m.Title, On: m.On}
	if f.Tasks, err = o.follow(ctx, by, m.Tasks()); err != nil {
		return nil, err
	}
	for _, t := range f.Tasks {
		switch t.How {
		case FollowDone:
			f.Done++
		case FollowWorking:
			f.Working++
		case FollowOverdue:
			f.Overdue++
		case FollowNot:
			f.Not++
		}
	}
	f.Older, err = o.older(ctx, by, m)
	return f, err
}

var followOrder = []string{FollowOverdue, FollowWorking, FollowNot, FollowDone, FollowWithdrawn}

// follow reads tasks, worst first; of one kind as they are given.
func (o *Office) follow(ctx context.Context, by org.Signer, ids []string) ([]FollowedTask, error) {
	r := o.Read(ctx)
	cases, err := Named[casework.Case](r, casework.CaseKind, ids)
	if err != nil {
		return nil, err
	}
	var out []FollowedTask
	for _, id := range ids {
		c, ok := cases[id]
		if !ok {
			continue
		}
		if err := MaySeeCase(r, by, id); err != nil {
			if f, refused := Refused(err); refused && f.Is(org.ErrForbidden) {
				continue
			}
			return nil, err
		}
		t, err := o.followed(r, c)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b FollowedTask) int {
		return slices.Index(followOrder, a.How) - slices.Index(followOrder, b.How)
	})
	return out, nil
}

func (o *Office) followed(r Reader, c casework.Case) (FollowedTask, error) {
	t := FollowedTask{Case: c}
	if from, ok := strings.CutPrefix(c.Origin, dispatch.MeetingKind+"/"); ok { // "meeting/M-2022-0706-1/3#T-20220706-01"
		from, _, _ = strings.Cut(from, "#")
		t.Meeting, t.Item, _ = strings.Cut(from, "/")
	}
	var err error
	if t.Desk, err = casework.Pinned(r, c.Digest); err != nil {
		return t, err
	}
	if t.Standing, err = casework.Stand(t.Desk, c, o.Clock(), calendar.StateCouncil()); err != nil {
		t.Standing.Unknown = err // the list of holidays ends: not known to be overdue, and the others go on
	}
	t.How, t.Received = how(t.Desk, c, t.Standing), receivedAt(t.Desk, c)
	return t, nil
}

// how tells how a task stands.
func how(d *casework.Desk, c casework.Case, s casework.Standing) string {
	result, _ := d.Outcome(c.Outcome)
	switch {
	case c.Open() && s.Overdue:
		return FollowOverdue
	case c.Open():
		return FollowWorking
	case result.Rate == "withdrawn":
		return FollowWithdrawn
	case result.Rate == "done" || result.Rate == "part":
		return FollowDone
	}
	return FollowNot
}

// receivedAt 签收 is when the handler took a task up: the first move on from where it was sent ended the clock that ran for that.
// "" as long as nobody has, and where it was sent back instead.
func receivedAt(d *casework.Desk, c casework.Case) string {
	if c.State == d.Start {
		return ""
	}
	for _, m := range d.MovesFrom(d.Start) {
		if m.Does != "" || !slices.Contains(m.Who, casework.Handler) {
			continue
		}
		for _, k := range c.Clocks {
			if slices.Contains(m.Ends, k.Name) && !k.End.IsZero() && c.Returns == 0 {
				return stamp(k.End)
			}
		}
	}
	return ""
}

// mostBack is how many meetings are looked through for what is still open: some years of fortnights.
const mostBack = 120

// older lists the tasks that earlier meetings gave and that are open still, the oldest meeting first: those that a meeting follows up.
func (o *Office) older(ctx context.Context, by org.Signer, m dispatch.Meeting) ([]FollowedTask, error) {
	r := o.Read(ctx)
	ids, err := r.IDs(dispatch.MeetingKind, "M-")
	if err != nil {
		return nil, err
	}
	docs, err := Named[dispatch.Meeting](r, dispatch.MeetingKind, ids[max(0, len(ids)-mostBack):])
	if err != nil {
		return nil, err
	}
	var before []dispatch.Meeting
	for _, p := range docs {
		if p.ID != m.ID && p.State == dispatch.MeetingClosed && p.LeadsTo(m) && p.On+p.At <= m.On+m.At {
			before = append(before, p)
		}
	}
	slices.SortFunc(before, func(a, b dispatch.Meeting) int { return cmp.Compare(a.On+a.At+a.ID, b.On+b.At+b.ID) })
	var tasks []string
	for _, p := range before {
		tasks = append(tasks, p.Tasks()...)
	}
	all, err := o.follow(ctx, by, tasks)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(t FollowedTask) bool { return !t.Case.Open() })
	slices.SortStableFunc(all, func(a, b FollowedTask) int { return slices.Index(tasks, a.Case.ID) - slices.Index(tasks, b.Case.ID) })
	return all, nil
}
