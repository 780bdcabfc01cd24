package schedule

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"shigan/domain/project"
	"shigan/engine/curve"
	"shigan/engine/curve/special"
	"shigan/kernel/calendar"
)

// monthDays is the mean length of a month.
const monthDays = 365.25 / 12

// far is a day beyond any plan: what may never come is put there, so that a sample stays whole.
const far = 36_500

// even takes a distribution's quantiles at the middles of equal shares: a sample without chance in it.
func even(n int, q func(p float64) float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = q((float64(i) + .5) / float64(n))
	}
	return out
}

// days rounds a sample up to whole days: what ends during a day is over on it.
func days(x []float64) []int64 {
	out := make([]int64, len(x))
	for i, v := range x {
		out[i] = int64(min(math.Ceil(max(v, 0)-1e-9), far))
	}
	return out
}

// plain forecasts a promise that no network serves, by the model that its facts allow.
func (in *Inputs) plain(c *Cast) {
	switch c.Promise.Kind {
	case ToSpend:
		in.castYear(c)
	case ToStart:
		in.castStart(c)
	case ToReach:
		if !in.castChain(c) {
			in.castUnknown(c)
		}
	case ToFinish:
		if !in.castWhole(c) {
			in.castUnknown(c)
		}
	}
}

// castYear is model E: the year's money by the share that months usually carry.
func (in *Inputs) castYear(c *Cast) {
	target := float64(c.Promise.Amount)
	y := curve.Year{Month: in.Money.Month, Done: float64(in.Money.Done()), Expect: in.Past.OfPlan * target, Target: target, Shares: in.shares()}
	y.Class = curve.Learned{N: in.Past.Years, All: in.Past.Years}
	f := y.Forecast()
	c.Model, c.Class, c.Notes = f.Model, f.Class, f.Notes
	sample := even(in.Assumed.Trials.Shown, f.Q.Quantile)
	out, most := make([]int64, len(sample)), in.mostOfYear(c.Promise.Amount)
	for i, v := range sample {
		out[i] = min(int64(math.Round(v)), most)
	}
	c.fill(out)
	// What moves the total away from the promise: what plans usually leave undone, and the months so far against their season.
	usual := y.Expect - target
	c.Drivers = []Driver{{Key: "class", Money: int64(math.Round(usual))}}
	c.Drivers = append(c.Drivers, Driver{Key: "reports", Cause: "money", Money: c.LikelyM - c.Promise.Amount - c.Drivers[0].Money})
}

// fan spreads the year's end over the months to come, by their usual shares.
func (in *Inputs) fan(c *Cast) {
	if !c.Money() {
		return
	}
	done, g := in.Money.Done(), in.shares().Cum
	for m := in.Money.Month + 1; m <= 12 && g[in.Money.Month] < 1; m++ {
		row := Month{Month: m}
		for i, p := range []float64{.1, .25, .5, .75, .9} {
			rest := float64(quantile(c.Sample, p) - done)
			row.P[i] = done + int64(math.Round(rest*(g[m]-g[in.Money.Month])/(1-g[in.Money.Month])))
		}
		c.Fan = append(c.Fan, row)
	}
}

// mostOfYear is what the year can bring at most: a project spends no more than its total. A plan that does not fit into the total says
// nothing of it.
func (in *Inputs) mostOfYear(plan int64) int64 {
	left := int64(in.Project.Total) - in.Money.Before
	if in.Project.Total <= 0 || left < plan {
		return math.MaxInt64
	}
	return max(left, in.Money.Done())
}

// shares are the usual shares of the months; of a project that begins within the year, only the months from its start on carry money.
func (in *Inputs) shares() curve.Shares {
	s := in.Past.Shares
	begin := cmp.Or(in.Project.Start.Actual, in.Project.Start.Now)
	if begin == "" || calendar.MustDate(begin).Year() != in.AsOf.Year() {
		return s
	}
	from := calendar.MustDate(begin).Month().Month - 1 // months before the start
	if s.Cum[from] >= 1 || from > in.Money.Month {
		return s // it has not begun: what is expected stands for the whole
	}
	out := s
	for m := range out.Cum {
		out.Cum[m] = max(0, (s.Cum[m]-s.Cum[from])/(1-s.Cum[from]))
	}
	return out
}

// castStart is model F: something that has not begun, by how long it has waited.
func (in *Inputs) castStart(c *Cast) {
	w := in.Past.Waiting
	due := calendar.MustDate(c.Promise.Due)
	w.Idle, w.Due = waits(calendar.MustDate(in.Project.Start.First), in.AsOf), float64(due.Sub(in.AsOf))/monthDays
	f := w.Forecast()
	c.Model, c.Class, c.Notes = f.Model, f.Class, f.Notes
	lead := float64(due.Sub(in.AsOf))
	c.fill(days(in.starts(w, lead)))
	fresh := w
	fresh.Idle = 0
	base := int64(quantile(sorted(days(in.starts(fresh, lead))), .5))
	c.Drivers = []Driver{{Key: "waited", Days: int(quantile(c.Sample, .5) - base)}}
}

func sorted(x []int64) []int64 { slices.Sort(x); return x }

// starts draws days until it begins: the turn by its chance, the day evenly within the turn. What is promised for a day to come, lead
// days away, has its first turn in the month up to that day and not before: nobody begins next month what is promised for 2024.
func (in *Inputs) starts(w curve.Waiting, lead float64) []float64 {
	still, m := []float64{1}, 0
	from := func(turn int) (day, length float64) {
		switch {
		case lead <= 0:
			return float64(turn) * monthDays, monthDays
		case turn == 0:
			return max(lead-monthDays, 0), min(lead, monthDays)
		}
		return lead + float64(turn-1)*monthDays, monthDays
	}
	return even(in.Assumed.Trials.Shown, func(p float64) float64 { // p rises, so the month never falls
		for {
			if m+1 == len(still) {
				still = append(still, w.StillWaiting(m+1))
			}
			if 1-still[m+1] >= p || m*30 > far {
				part := 1.0
				if still[m] > still[m+1] {
					part = (p - (1 - still[m])) / (still[m] - still[m+1])
				}
				day, length := from(m)
				return min(day+part*length, far)
			}
			m++
		}
	})
}

// castChain is model B: milestones one after another, with nothing else known.
func (in *Inputs) castChain(c *Cast) bool {
	all := slices.DeleteFunc(slices.Clone(in.Project.Milestones), func(m project.Milestone) bool { return m.Baseline == "" })
	slices.SortStableFunc(all, func(a, b project.Milestone) int { return strings.Compare(a.Baseline, b.Baseline) })
	at := slices.IndexFunc(all, func(m project.Milestone) bool { return m.ID == c.Promise.What })
	begin := in.Project.Start.Actual
	if at < 0 || begin == "" {
		return false
	}
	ch := curve.Chain{Due: float64(calendar.MustDate(c.Promise.Due).Sub(in.AsOf)), Class: in.Past.Project(in.Project), Rho: in.Assumed.Shares.Project + in.Assumed.Shares.Cause,
		Trials: in.Assumed.Trials.Shown, Seed: in.Seed}
	plan, last := calendar.MustDate(in.Project.Start.First), calendar.MustDate(begin)
	if in.Project.Start.First == "" {
		plan = last
	}
	logic := 0.0
	for _, m := range all[:at+1] {
		base := calendar.MustDate(m.Baseline)
		g := curve.Gap{Name: m.ID, Plan: float64(base.Sub(plan))}
		plan = base
		if m.Actual != "" {
			reached := calendar.MustDate(m.Actual)
			g.Took = max(float64(reached.Sub(last)), 0.5)
			if last = reached; g.Plan <= 0 {
				continue
			}
		} else if g.Plan <= 0 {
			continue
		} else {
			logic += g.Plan
		}
		ch.Gaps = append(ch.Gaps, g)
	}
	ch.Elapsed = max(float64(in.AsOf.Sub(last)), 0)
	f := ch.Forecast()
	if f.Q.Empty() {
		return false
	}
	c.Model, c.Class, c.Notes = f.Model, f.Class, f.Notes
	x := even(in.Assumed.Trials.Shown, f.Q.Quantile)
	c.fill(days(x))
	in.against(c, max(logic-ch.Elapsed, 0), f.Effects)
	in.burdenChain(c, x)
	return true
}

// burdenChain adds the problems that may come up until the milestone: the longer it takes, the more of them.
func (in *Inputs) burdenChain(c *Cast, x []float64) {
	if in.Past.Hurdles.Rate <= 0 {
		return
	}
	without, months := quantile(c.Sample, .5), make([]float64, len(x))
	for t, d := range x {
		months[t] = d / monthDays
	}
	for t, d := range in.Past.future(in.Assumed, 0).Delays(in.Seed, months, in.Project.ID, c.Promise.What) {
		x[t] += d
	}
	c.fill(days(x))
	c.Drivers = append(c.Drivers, Driver{Key: "future", Days: int(quantile(c.Sample, .5) - without)})
}

// castWhole is a project as one piece of work: its class, how long it has run, and, where the plan's money reaches the project's
// total, the share of the money that is done. One that has not begun is begun first (model F).
func (in *Inputs) castWhole(c *Cast) bool {
	pr := in.Project
	due := calendar.MustDate(c.Promise.Due)
	class := in.Past.Project(pr)
	c.Model, c.Class = curve.ByPace, class.Learned
	if pr.Start.Actual == "" {
		return in.castLater(c, class)
	}
	start := calendar.MustDate(pr.Start.Actual)
	plan, ran := float64(calendar.MustDate(pr.Finish.First).Sub(start)), float64(in.AsOf.Sub(start))
	if plan <= 0 || ran < 0 {
		return false
	}
	rep := curve.Report{Plan: plan, Elapsed: ran, Done: math.NaN(), Kappa: in.Assumed.Kappa}
	if share, ok := in.moneyShare(); ok {
		rep.Done, rep.Stalled = share, in.stalled()
	} else {
		c.Notes = append(c.Notes, curve.Note{Code: "money-does-not-fit"})
	}
	if due.Before(in.AsOf) {
		c.Notes = append(c.Notes, curve.Note{Code: curve.Overdue})
	}
	rest := func(o curve.Outlook, r curve.Report) []int64 {
		post := curve.Progress(o, r).Table()
		return days(even(in.Assumed.Trials.Shown, func(p float64) float64 { return post.Quantile(p) - ran }))
	}
	c.fill(rest(class, rep))
	blind := rep
	blind.Done = math.NaN()
	byClass := quantile(sorted(rest(class, blind)), .5)
	logic := max(plan-ran, 0)
	c.Logic = c.Day(int64(math.Ceil(logic)))
	likely := quantile(c.Sample, .5)
	c.Drivers = []Driver{{Key: "class", Days: int(byClass - int64(math.Ceil(logic)))}}
	if !math.IsNaN(rep.Done) {
		c.Drivers = append(c.Drivers, Driver{Key: "reports", Cause: "money", Days: int(likely - byClass)})
	}
	return true
}

// castLater draws the start and the length apart; the two have nothing in common but the trial's number.
func (in *Inputs) castLater(c *Cast, class curve.Outlook) bool {
	if in.Project.Start.First == "" || in.Project.Finish.First == "" {
		return false
	}
	plan := float64(calendar.MustDate(in.Project.Finish.First).Sub(calendar.MustDate(in.Project.Start.First)))
	if plan <= 0 {
		return false
	}
	w := in.Past.Waiting
	w.Idle = waits(calendar.MustDate(in.Project.Start.First), in.AsOf)
	begin, table := in.starts(w, float64(calendar.MustDate(cmp.Or(in.Project.Start.Now, in.Project.Start.First)).Sub(in.AsOf))), class.Table()
	stream := special.NewStream(in.Seed, "length", in.Project.ID)
	x := make([]float64, len(begin))
	for t := range x {
		x[t] = begin[t] + plan*math.Exp(table.Quantile(special.NormalCDF(stream.Normal(t))))
	}
	c.Model = curve.ByStart
	c.fill(days(x))
	usual := quantile(sorted(days(begin)), .5)
	first := max(float64(calendar.MustDate(in.Project.Start.Now).Sub(in.AsOf)), 0)
	logic := int64(math.Ceil(first + plan))
	c.Logic = c.Day(logic)
	late := int(usual) - int(math.Ceil(first))
	c.Drivers = []Driver{{Key: "waited", Days: late}, {Key: "class", Days: int(quantile(c.Sample, .5)-logic) - late}}
	return true
}

// castUnknown is a promise of which nothing is known but that it was made: the rate at which promises are kept, and no day.
func (in *Inputs) castUnknown(c *Cast) {
	f := curve.Unknown(in.Past.Rate, in.Past.Project(in.Project), math.NaN(), math.NaN())
	c.Model, c.Keep, c.Class, c.Notes = f.Model, f.Keep, f.Class, f.Notes
}

// moneyShare is the share of the total that is done, where the plans' money reaches the total: else money says nothing of the end.
func (in *Inputs) moneyShare() (float64, bool) {
	pr := in.Project
	year := pr.Finish.First
	if len(year) < 4 || pr.Total <= 0 {
		return 0, false
	}
	plan, ok := pr.Plans[year[:4]]
	if !ok || float64(plan.ToLastYear+plan.Planned) < in.Assumed.Fits*float64(pr.Total) {
		return 0, false
	}
	done := float64(in.Money.Before + in.Money.Done())
	if done <= 0 {
		return 0, false
	}
	return min(done/float64(pr.Total), .99), true
}

// stalled is for how many months no money was reported.
func (in *Inputs) stalled() (n float64) {
	m := in.Money.Months
	for i := len(m) - 1; i > 0 && m[i] == m[i-1]; i-- {
		n++
	}
	return n
}

// against says what moved the likely day away from the plan's logic: each input's effect, and the class for the rest.
func (in *Inputs) against(c *Cast, logic float64, effects []curve.Effect) {
	l := int64(math.Ceil(logic))
	c.Logic = c.Day(l)
	total := int(quantile(c.Sample, .5) - l)
	reached := 0
	for _, e := range effects {
		if e.Input == "reached" {
			reached = int(math.Round(e.Moved))
		}
	}
	c.Drivers = []Driver{{Key: "class", Days: total - reached}}
	if reached != 0 {
		c.Drivers = append(c.Drivers, Driver{Key: "reached", Days: reached})
	}
}
