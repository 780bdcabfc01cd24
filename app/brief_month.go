package app

import (
	"context"
	"slices"

	"shigan/domain/schedule"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
)

// BriefFigures are what the brief tells of the whole month, beside the projects that turned red in it.
var BriefFigures = []string{"group_count", "group_red", "group_yellow", "group_green", "group_none"}

// BriefSlips is how many promises the brief names, of those on which most hangs and that are more likely broken than kept.
const BriefSlips = 3

// TurnedRed keeps of some projects, all red in a month, those that were not in the month before.
func (o *Office) TurnedRed(ctx context.Context, m calendar.Month, reds []string) ([]string, error) {
	before, err := o.Figures(ctx, m.Prev(), "", []string{figure.Overall}, Subjects(reds))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(reds), func(id string) bool { return before.Of(figure.Overall, "project/"+id).Hue() == "red" }), nil
}

// Doubled tells a milestone that is the project's finish under another name: one promise, shown once.
func (f *Foresight) Doubled(c *schedule.Cast) bool {
	if c.Promise.Kind != schedule.ToReach || c.Model != schedule.ByNetwork {
		return false
	}
	return slices.ContainsFunc(f.Of(c.Promise.Project), func(o *schedule.Cast) bool {
		return o.Promise.Kind == schedule.ToFinish && o.Promise.Due == c.Promise.Due && slices.Equal(o.Sample, c.Sample)
	})
}

// LikelyBroken lists the promises of this year on which most hangs and that are more likely broken than kept, one for each project that the
// reader sees.
func (f *Foresight) LikelyBroken(sees func(project string) bool, under float64, most int) (out []*schedule.Cast) {
	until, named := f.On.String()[:4]+"-12-31", map[string]bool{}
	for _, c := range f.Casts {
		if id := c.Promise.Project; len(out) < most && !named[id] && c.Keep < under && c.Promise.Due <= until && sees(id) && !f.Doubled(c) {
			named[id] = true
			out = append(out, c)
		}
	}
	return out
}
