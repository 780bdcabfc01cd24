package app

import (
	"context"
	"slices"

	"shigan/kernel/calendar"
	"shigan/kernel/figure"
)

// BriefFigures are what the brief tells of the whole month, beside the projects that turned red in it.
var BriefFigures = []string{"group_count", "group_red", "group_yellow", "group_green", "group_none", "group_rate", "group_lag"}

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
