package app

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"sync"

	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/curve"
	"shigan/engine/score"
	"shigan/kernel/calendar"
)

// Scored 已见分晓 is one kept forecast whose promised day has come.
type Scored struct {
	Cast      *schedule.Cast
	Month     calendar.Month // under which it was kept
	Kept      bool
	Actual    string  // the day, where it was reached
	Months    float64 // from the forecast to the promised day
	Inside    *bool   // within P10 to P90; nil where nobody can say yet
	RawInside *bool   // the same of what the models had said, where it was recalibrated
	Project   string
	Front     string
}

// Record 我们准不准 is how the system's own forecasts came out.
type Record struct {
	From, To calendar.Month // months whose files were read
	Asked    int            // forecasts that were kept
	Scored   []Scored
	Promises int // different promises among them
	Bins     []score.Bin
	Brier    float64
	Cover    score.Coverage
	Read     Recalibrated
	Strata   []Stratum
	Fronts   []FrontRecord
	Worst    []Scored // said most against what came
}

// Stratum is one horizon, in months before the promised day.
type Stratum struct {
	From, To float64 // To +Inf: beyond
	N        int
	Brier    float64
	Skill    map[string]float64 // against each rival, where it said something of all
	Cover    score.Coverage
	Read     Recalibrated
}

// Recalibrated 校准过的 are those among scored forecasts that were read through the record of their day: as they were said, and as the
// models had them.
type Recalibrated struct {
	N                 int
	Brier, RawBrier   float64
	Inside, RawInside int // of Of
	Of                int
}

// FrontRecord is one front's count, scored like a horizon.
type FrontRecord struct {
	Front string
	Kept  int
	Stratum
}

// rivalNames in the order of the page.
var rivalNames = []string{"promised", "class", "linear"}

// Calibration scores every kept forecast whose promised day has come. What is open after its day counts as not kept.
func (o *Office) Calibration(ctx context.Context) (*Record, error) {
	r := o.Read(ctx)
	head, _, _, err := r.Log()
	if err != nil {
		return nil, err
	}
	day := calendar.DateOf(o.Clock())
	o.record.mu.Lock()
	defer o.record.mu.Unlock()
	if o.record.last != nil && o.record.size == head.Size && o.record.day == day {
		return o.record.last, nil
	}
	rec, err := o.calibrate(r, day)
	if err == nil {
		o.record.last, o.record.size, o.record.day = rec, head.Size, day
	}
	return rec, err
}

// recordCache keeps the record until the ledger grows or the day ends.
type recordCache struct {
	mu   sync.Mutex
	size int64
	day  calendar.Date
	last *Record
}

func (o *Office) calibrate(r Reader, on calendar.Date) (*Record, error) {
	kept, err := All[schedule.Kept](r, schedule.KeptKind, "")
	if err != nil {
		return nil, err
	}
	projects, err := projectsByID(r)
	if err != nil {
		return nil, err
	}
	years := map[int]bool{}
	for _, k := range kept {
		years[k.Month.Year] = true
	}
	money, err := outcomeMoney(r, slices.Sorted(maps.Keys(years)))
	if err != nil {
		return nil, err
	}
	rec := &Record{}
	for _, k := range kept {
		f, err := keptFile(r, k)
		if err != nil {
			return nil, err
		}
		if rec.From.IsZero() {
			rec.From = k.Month
		}
		rec.To = k.Month
		rec.Asked += len(f.Casts)
		for _, c := range f.Casts {
			if s, ok := scoredOf(c, projects[c.Promise.Project], money[c.Promise.Project], on); ok {
				s.Month = k.Month
				rec.Scored = append(rec.Scored, s)
			}
		}
	}
	rec.sum()
	return rec, nil
}

// Said finds how often something said with about these odds came true: the class of ten that the odds fall into.
func (rec *Record) Said(odds float64) (kept, n int) {
	for _, b := range rec.Bins {
		if odds >= b.From && (odds < b.To || b.To == 1) {
			return int(math.Round(b.Happened * float64(b.N))), b.N
		}
	}
	return 0, 0
}

func scoredOf(c *schedule.Cast, p project.Project, money map[string]int64, on calendar.Date) (Scored, bool) {
	if p.ID == "" || c.Promise.Due < c.AsOf { // what was late already is no forecast
		return Scored{}, false
	}
	if _, ok := money[c.Promise.What]; c.Money() && !ok {
		return Scored{}, false // the year's end was not reported
	}
	kept, known, actual := schedule.Outcome(p, c.Promise, money, on)
	if !known {
		return Scored{}, false
	}
	asOf := calendar.MustDate(c.AsOf)
	s := Scored{Cast: c, Kept: kept, Actual: actual, Project: p.ID, Front: cmp.Or(p.Class, "industry")}
	s.Months = float64(calendar.MustDate(c.Promise.Due).Sub(asOf)) * 12 / 365.25
	switch {
	case len(c.Q) != len(curve.Levels):
	case c.Money():
		s.inside(float64(money[c.Promise.What]), false)
	case actual != "":
		s.inside(float64(calendar.MustDate(actual).Sub(asOf)), false)
	default:
		s.inside(float64(on.Sub(asOf)), true)
	}
	return s, true
}

func recalibrated(list []Scored) (r Recalibrated) {
	for _, s := range list {
		raw := s.Cast.Raw
		if raw == nil {
			continue
		}
		r.N++
		r.Brier += square(s.Cast.Keep - indicate(s.Kept))
		r.RawBrier += square(raw.Keep - indicate(s.Kept))
		if s.Inside != nil && s.RawInside != nil {
			r.Of++
			r.Inside += int(indicate(*s.Inside))
			r.RawInside += int(indicate(*s.RawInside))
		}
	}
	if r.N > 0 {
		r.Brier, r.RawBrier = r.Brier/float64(r.N), r.RawBrier/float64(r.N)
	}
	return r
}

func level(p float64) int { return slices.Index(curve.Levels[:], p) }

// inside tells whether x came within the interval. What is still open at x is outside once P90 is past, whatever comes; before that
// nobody can say.
func (s *Scored) inside(x float64, open bool) {
	within := func(q []float64) *bool {
		in := x >= q[level(.1)] && x <= q[level(.9)]
		if open && x <= q[level(.9)] {
			return nil
		}
		return &in
	}
	if s.Inside = within(s.Cast.Q); s.Cast.Raw != nil {
		s.RawInside = within(s.Cast.Raw.Q)
	}
}

func (rec *Record) sum() {
	var p []float64
	var kept []bool
	names := map[string]bool{}
	fronts := map[string][]Scored{}
	for _, s := range rec.Scored {
		p, kept = append(p, s.Cast.Keep), append(kept, s.Kept)
		names[s.Cast.Promise.Key()+s.Cast.Promise.Due] = true
		fronts[s.Front] = append(fronts[s.Front], s)
	}
	rec.Promises = len(names)
	if len(p) == 0 {
		return
	}
	rec.Brier, rec.Bins = score.Brier(p, kept), score.Decompose(p, kept, 10).Bins
	rec.Cover = cover(rec.Scored)
	rec.Read = recalibrated(rec.Scored)
	from := 0.0
	for i, to := range score.Horizons {
		st := Stratum{From: from, To: to, Skill: map[string]float64{}}
		from = to
		var in []Scored
		for _, s := range rec.Scored {
			if score.Stratum(s.Months) == i {
				in = append(in, s)
			}
		}
		st.fill(in)
		rec.Strata = append(rec.Strata, st)
	}
	for _, name := range slices.Sorted(maps.Keys(fronts)) {
		f := FrontRecord{Front: name, Stratum: Stratum{Skill: map[string]float64{}}}
		f.fill(fronts[name])
		for _, s := range fronts[name] {
			f.Kept += int(indicate(s.Kept))
		}
		rec.Fronts = append(rec.Fronts, f)
	}
	rec.Worst = worst(rec.Scored)
}

func square(x float64) float64 { return x * x }

func indicate(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func cover(list []Scored) score.Coverage {
	hits, n := 0, 0
	for _, s := range list {
		if s.Inside != nil {
			n++
			if *s.Inside {
				hits++
			}
		}
	}
	return score.Cover(hits, n, .8)
}

func (st *Stratum) fill(in []Scored) {
	if st.N = len(in); st.N == 0 {
		return
	}
	st.Cover = cover(in)
	st.Read = recalibrated(in)
	ours := 0.0
	for _, s := range in {
		ours += square(s.Cast.Keep - indicate(s.Kept))
	}
	st.Brier = ours / float64(st.N)
	for _, name := range rivalNames {
		mine, theirs, n := 0.0, 0.0, 0
		for _, s := range in {
			i := slices.IndexFunc(s.Cast.Rivals, func(r schedule.Rival) bool { return r.Name == name })
			if i < 0 {
				continue
			}
			n++
			mine += square(s.Cast.Keep - indicate(s.Kept))
			theirs += square(s.Cast.Rivals[i].Keep - indicate(s.Kept))
		}
		if n > 0 && theirs > 0 {
			st.Skill[name] = score.Skill(mine, theirs)
		} else if n > 0 {
			st.Skill[name] = math.NaN()
		}
	}
}

// worst are the three promises of which most was said against what came, one forecast of each.
func worst(list []Scored) []Scored {
	all := slices.Clone(list)
	slices.SortStableFunc(all, func(a, b Scored) int {
		return cmp.Compare(math.Abs(b.Cast.Keep-indicate(b.Kept)), math.Abs(a.Cast.Keep-indicate(a.Kept)))
	})
	var out []Scored
	for _, s := range all {
		if len(out) < 3 && !slices.ContainsFunc(out, func(x Scored) bool { return x.Project == s.Project }) {
			out = append(out, s)
		}
	}
	return out
}
