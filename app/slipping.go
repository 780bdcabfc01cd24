package app

import (
	"slices"

	"shigan/domain/schedule"
)

// Doubled tells a milestone that is the project's finish under another name: one promise, shown once.
func (f *Foresight) Doubled(c *schedule.Cast) bool {
	if c.Promise.Kind != schedule.ToReach || c.Model != schedule.ByNetwork {
		return false
	}
	return slices.ContainsFunc(f.Of(c.Promise.Project), func(o *schedule.Cast) bool {
		return o.Promise.Kind == schedule.ToFinish && o.Promise.Due == c.Promise.Due && slices.Equal(o.Sample, c.Sample)
	})
}

// YearEnd is the last day of the year of the forecasts.
func (f *Foresight) YearEnd() string { return f.On.String()[:4] + "-12-31" }

// Owed 到期的 lists the promises that fall due up to a day, each once, of projects that the reader sees; those on which most hangs come first.
func (f *Foresight) Owed(sees func(project string) bool, until string) (out []*schedule.Cast) {
	for _, c := range f.Casts {
		if c.Promise.Due <= until && sees(c.Promise.Project) && !f.Doubled(c) {
			out = append(out, c)
		}
	}
	return out
}

// LikelyBroken 会失约的 lists the promises of this year on which most hangs and that are more likely broken than kept, one for each project
// that the reader sees.
func (f *Foresight) LikelyBroken(sees func(project string) bool, under float64, most int) (out []*schedule.Cast) {
	named := map[string]bool{}
	for _, c := range f.Owed(sees, f.YearEnd()) {
		if len(out) < most && !named[c.Promise.Project] && c.Keep < under {
			named[c.Promise.Project] = true
			out = append(out, c)
		}
	}
	return out
}
