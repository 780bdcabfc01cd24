package app

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

// CasePack has the figures of cases for a district whose own rules have none.
const CasePack = "china/cases"

// counts 件数 is a source of facts that also answers words of groups of cases: out of the counts and indexes that the store keeps, never
// case by case. Each word is a filter of the list, so that a number and the cases behind it are one thing asked twice.
type counts struct {
	Facts
	r      Reader
	now    time.Time
	closed map[string][]CaseCount // of this request: one look at the closed cases answers a dozen words
}

func (o *Office) facts(ctx context.Context) *counts {
	r := o.Read(ctx)
	return &counts{Facts: r.Facts(), r: r, now: o.Clock(), closed: map[string][]CaseCount{}}
}

// caseWords say which cases of a group a word counts; now: known for the running month only.
var caseWords = map[string]struct {
	now    bool
	narrow func(f *CaseFilter, m calendar.Month, now string)
}{
	"cases_all":     {true, func(f *CaseFilter, _ calendar.Month, _ string) {}},
	"cases_ended":   {true, func(f *CaseFilter, _ calendar.Month, _ string) { f.Closed = true }},
	"cases_open":    {true, func(f *CaseFilter, _ calendar.Month, _ string) { f.Open = true }},
	"cases_overdue": {true, func(f *CaseFilter, _ calendar.Month, now string) { f.Open, f.DueBefore = true, now }},
	"cases_near":    {true, func(f *CaseFilter, _ calendar.Month, now string) { f.Open, f.NearBefore = true, now }},
	"cases_opened": {narrow: func(f *CaseFilter, m calendar.Month, _ string) {
		f.OpenedFrom, f.OpenedTo = m.First().String(), m.Last().String()
	}},
	"cases_closed":   {narrow: func(f *CaseFilter, m calendar.Month, _ string) { f.ClosedIn = m.String() }},
	"cases_climbed":  {narrow: func(f *CaseFilter, m calendar.Month, _ string) { f.Climbed = m.String() }},
	"cases_reopened": {narrow: func(f *CaseFilter, m calendar.Month, _ string) { f.ReopenedIn = m.String() }},

	"cases_called":    {narrow: answered(casework.Called)},
	"cases_responded": {narrow: answered("responded")},
	"cases_solved":    {narrow: answered("solved")},
	"cases_satisfied": {narrow: answered("satisfied")},

	"cases_closed_ytd":    {narrow: toDate(func(f *CaseFilter) {})},
	"cases_confirmed_ytd": {narrow: toDate(func(f *CaseFilter) { f.ClosedBy = "confirmed" })},
	"cases_signed_ytd":    {narrow: toDate(func(f *CaseFilter) { f.ClosedBy = "signed" })},
	"cases_unfixed_ytd":   {narrow: toDate(func(f *CaseFilter) { f.Unfixed = true })},
	"cases_again_ytd":     {narrow: toDate(func(f *CaseFilter) { f.Reopened = true })},
	"cases_fast_ytd":      {narrow: toDate(func(f *CaseFilter) { f.Fast = true })},
	"cases_done_ytd":      {narrow: toDate(func(f *CaseFilter) { f.Rate = "done" })},
	"cases_part_ytd":      {narrow: toDate(func(f *CaseFilter) { f.Rate = "part" })},
	"cases_refused_ytd":   {narrow: toDate(func(f *CaseFilter) { f.Rate = "refused" })},
	"cases_not_ours_ytd":  {narrow: toDate(func(f *CaseFilter) { f.Rate = "not-ours" })},
	"cases_withdrawn_ytd": {narrow: toDate(func(f *CaseFilter) { f.Rate = "withdrawn" })},
	"cases_not_true_ytd":  {narrow: toDate(func(f *CaseFilter) { f.Rate = "not-true" })},
	"cases_excluded_ytd":  {narrow: toDate(func(f *CaseFilter) { f.Rate = "excluded" })},
	"cases_days_mean":     {narrow: toDate(func(f *CaseFilter) {})},
	"cases_days_median":   {narrow: toDate(func(f *CaseFilter) {})},
}

// answered narrows to what was closed in the month and whose raiser answered so.
func answered(mark string) func(*CaseFilter, calendar.Month, string) {
	return func(f *CaseFilter, m calendar.Month, _ string) { f.ClosedIn, f.Mark = m.String(), mark }
}

// toDate narrows to what was closed in the month's year up to its end.
func toDate(more func(f *CaseFilter)) func(*CaseFilter, calendar.Month, string) {
	return func(f *CaseFilter, m calendar.Month, _ string) {
		f.Closed, f.ClosedFrom, f.ClosedTo = true, m.YearStart().First().String(), m.Last().String()
		more(f)
	}
}

func (s *counts) instant() string { return s.now.UTC().Format(time.RFC3339) }

// behind is the filter of the cases that a word counts in a group and month, the ones that matter most first.
func (s *counts) behind(word string, g CaseGroup, m calendar.Month) (CaseFilter, error) {
	f, err := g.filter(s.r)
	caseWords[word].narrow(&f, m, s.instant())
	if f.Closed || f.ClosedIn != "" {
		f.Sort, f.Desc = "closed", true
	}
	return f, err
}

// Column counts words of groups of cases, groups of one kind with one question.
func (s *counts) Column(ctx context.Context, w rules.Word, subjects []string, m calendar.Month, at figure.At) (map[string]figure.Datum, error) {
	if w.Of != casework.GroupWords {
		return s.Facts.Column(ctx, w, subjects, m, at)
	}
	out := map[string]figure.Datum{}
	word, ok := caseWords[w.Name]
	if !ok || at.Seq != 0 || word.now && m != calendar.DateOf(s.now).Month() {
		for _, x := range subjects {
			out[x] = figure.Datum{Value: rules.NoValue("missing.cases-now:" + w.Name)}
		}
		return out, nil
	}
	alike := map[string][]CaseGroup{} // those that one question tells apart
	for _, x := range subjects {
		if g, ok := ParseCaseGroup(x); ok {
			key := strings.Join(append([]string{g.Use, g.Meeting, CaseGroup{Parties: g.Parties}.Subject()}, g.by()...), "/")
			alike[key] = append(alike[key], g)
		}
	}
	for _, groups := range alike {
		got, err := s.count(w.Name, groups, m)
		if err != nil {
			return nil, err
		}
		for i, v := range got {
			out[groups[i].Subject()] = figure.Datum{Value: v}
		}
	}
	return out, nil
}

// count answers a word for groups that differ only in the values of their columns.
func (s *counts) count(word string, groups []CaseGroup, m calendar.Month) ([]rules.Value, error) {
	by := groups[0].by()
	g := groups[0]
	if len(groups) > 1 {
		g = CaseGroup{Use: g.Use, Parties: g.Parties, Meeting: g.Meeting}
	}
	f, err := s.behind(word, g, m)
	if err != nil {
		return nil, err
	}
	var found []CaseCount
	switch days := strings.HasPrefix(word, "cases_days_"); {
	case days:
		found, err = s.once(f, append(by, "days"))
	case f.Closed && f.ClosedFrom != "":
		wide := f
		wide.Rate, wide.ClosedBy, wide.Unfixed, wide.Reopened, wide.Fast = "", "", false, false, false
		if found, err = s.once(wide, append(by, "rate", "closed_by", "unfixed", "again", "fast")); err == nil {
			found = slices.DeleteFunc(slices.Clone(found), func(c CaseCount) bool { return !c.told(f) })
		}
	default:
		found, err = s.r.CountCases(f, by...)
	}
	out := make([]rules.Value, len(groups))
	for i, g := range groups {
		days, n := map[int]int{}, 0
		for _, c := range found {
			if len(groups) == 1 || g.holds(c.By) {
				n += c.N
				d, _ := strconv.Atoi(c.By["days"])
				days[d] += c.N
			}
		}
		switch word {
		case "cases_days_mean", "cases_days_median":
			out[i] = daysOf(word, days, n)
		default:
			out[i] = rules.NumValue(big.NewRat(int64(n), 1))
		}
	}
	return out, err
}

// told tells whether cases that were counted together are those of a filter's outcome.
func (c CaseCount) told(f CaseFilter) bool {
	return (f.Rate == "" || c.By["rate"] == f.Rate) && (f.ClosedBy == "" || c.By["closed_by"] == f.ClosedBy) &&
		(!f.Unfixed || c.By["unfixed"] == "1") && (!f.Reopened || c.By["again"] == "1") && (!f.Fast || c.By["fast"] == "1")
}

// once asks the same question once in a request.
func (s *counts) once(f CaseFilter, by []string) ([]CaseCount, error) {
	f.Sort, f.Desc = "", false
	key := fmt.Sprintf("%+v %v", f, by)
	if got, ok := s.closed[key]; ok {
		return got, nil
	}
	got, err := s.r.CountCases(f, by...)
	if err == nil {
		s.closed[key] = got
	}
	return got, err
}

// daysOf is the mean or the median of days; of an even number the median lies between the two in the middle.
func daysOf(word string, by map[int]int, n int) rules.Value {
	if n == 0 {
		return rules.NoValue("missing.divided-by-zero")
	}
	sum, order := 0, make([]int, 0, len(by))
	for d, k := range by {
		sum += d * k
		order = append(order, d)
	}
	r := big.NewRat(int64(sum), int64(n))
	if word == "cases_days_median" {
		slices.Sort(order)
		at := func(i int) int {
			for _, d := range order {
				if i -= by[d]; i < 0 {
					return d
				}
			}
			return 0
		}
		r = big.NewRat(int64(at((n-1)/2)+at(n/2)), 2)
	}
	return rules.NumValue(r.Mul(r, quantity.UnitDay.Scale()))
}

// History of a group's word is nothing that somebody stated: the cases stand under it (Explain).
func (s *counts) History(ctx context.Context, w rules.Word, subject string, m calendar.Month, at figure.At) ([]figure.Stated, error) {
	if w.Of == casework.GroupWords {
		return nil, nil
	}
	return s.Facts.History(ctx, w, subject, m, at)
}

// Frozen knows no groups of cases: a closed month keeps figures of projects.
func (s *counts) Frozen(ctx context.Context, name string, subjects []string, m calendar.Month) (map[string]rules.Value, *figure.Freeze, error) {
	if len(subjects) > 0 && strings.HasPrefix(subjects[0], groupPrefix) {
		return nil, nil, nil
	}
	return s.Facts.Frozen(ctx, name, subjects, m)
}

// CaseFigures 办件指标 computes figures of groups of the cases that a signer sees, in the running month: by the rules in force, or by the
// country's where these have none. The groups come back as they are seen, in their order.
func (o *Office) CaseFigures(ctx context.Context, by org.Signer, names []string, groups []CaseGroup) (*Figures, []string, error) {
	r := o.Read(ctx)
	subjects := make([]string, len(groups))
	seen, err := sighted(r, by, CaseFilter{})
	if err != nil {
		return nil, nil, err
	}
	for i, g := range groups {
		g.Parties = seen.Parties
		subjects[i] = g.Subject()
	}
	figs, err := o.caseFigures(ctx, names, subjects)
	return figs, subjects, err
}

// DeskFigures are those of a desk's whole, whoever reads them: what a desk makes of its cases is open to all who read cases.
func (o *Office) DeskFigures(ctx context.Context, by org.Signer, names []string, groups []CaseGroup) (*Figures, []string, error) {
	subjects := make([]string, len(groups))
	for i, g := range groups {
		if err := MaySeeGroup(o.Read(ctx), by, g); err != nil {
			return nil, nil, err
		}
		subjects[i] = g.Subject()
	}
	figs, err := o.caseFigures(ctx, names, subjects)
	return figs, subjects, err
}

func (o *Office) caseFigures(ctx context.Context, names, subjects []string) (*Figures, error) {
	m := calendar.DateOf(o.Clock()).Month()
	pack, err := o.casePack(ctx, m, names)
	if err != nil {
		return nil, err
	}
	return o.Figures(ctx, m, pack, names, subjects)
}

// casePack is "" where the rules in force have the figures.
func (o *Office) casePack(ctx context.Context, m calendar.Month, names []string) (string, error) {
	set, err := o.SetFor(ctx, m, "")
	if errors.Is(err, ErrNoRules) {
		return CasePack, nil
	}
	if err != nil {
		return "", err
	}
	for _, n := range names {
		if _, ok := set.Figures[n]; !ok {
			return CasePack, nil
		}
	}
	return "", nil
}

// partsShown is how many cases stand under a number; the list behind it shows all.
const partsShown = 30

// caseParts puts the cases under the first word of a tree: those that the reader sees, and how many he does not. Under a rate these are the
// part; the whole has a tree of its own.
func (o *Office) caseParts(ctx context.Context, by org.Signer, t *figure.Tree) error {
	s := o.facts(ctx)
	sight, err := SightOf(s.r, by)
	if err != nil {
		return err
	}
	for leaf := range t.Leaves() {
		g, ok := ParseCaseGroup(leaf.Subject)
		if leaf.Word == nil || leaf.Word.Of != casework.GroupWords || !ok || leaf.Value.IsMissing() {
			continue
		}
		f, err := s.behind(leaf.Word.Name, g, leaf.Month)
		if err != nil {
			return err
		}
		all, err := s.r.CountCases(f)
		if err != nil {
			return err
		}
		if f, err = sight.limit(s.r, f); err != nil {
			return err
		}
		seen, err := s.r.CountCases(f)
		if err != nil {
			return err
		}
		f.Limit = partsShown
		lines, err := s.r.Cases(f)
		if err != nil {
			return err
		}
		for _, l := range lines {
			v := rules.NumValue(big.NewRat(1, 1))
			if leaf.Word.Unit == quantity.UnitDay {
				v = rules.NumValue(new(big.Rat).Mul(big.NewRat(int64(l.Days), 1), quantity.UnitDay.Scale()))
			}
			leaf.Parts = append(leaf.Parts, figure.Part{Subject: casework.CaseKind + "/" + l.ID, Value: v, Seq: l.Seq})
		}
		leaf.Hidden, leaf.More = total(all)-total(seen), max(0, total(seen)-len(lines))
		return nil
	}
	return nil
}
