package figure

import (
	"context"
	"slices"
	"testing"
	"testing/fstest"

	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

// book is a source that keeps statements in order, as a ledger does.
type book struct {
	lines   []line
	groups  map[string][]string
	frozen  map[calendar.Month]closed
	columns int // reads of a column
}

type line struct {
	fact, subject string
	month         calendar.Month
	value         rules.Value
}

type closed struct {
	Freeze
	values Table
}

// state adds a statement and gives its entry's number.
func (b *book) state(fact, subject, month string, v rules.Value) int64 {
	b.lines = append(b.lines, line{fact, subject, calendar.MustMonth(month), v})
	return int64(len(b.lines))
}

func (b *book) Column(_ context.Context, w rules.Word, subjects []string, m calendar.Month, at At) (map[string]Datum, error) {
	b.columns++
	out := map[string]Datum{}
	for i, l := range b.lines {
		seq := int64(i + 1)
		if l.fact != w.Name || at.Seq != 0 && seq > at.Seq || !slices.Contains(subjects, l.subject) {
			continue
		}
		if w.Per == rules.PerMonth && l.month == m || w.Per == rules.PerYear && l.month.Year == m.Year && !l.month.After(m) || w.Per == rules.Standing && !l.month.After(m) {
			out[l.subject] = Datum{l.value, seq}
		}
	}
	return out, nil
}

func (b *book) History(ctx context.Context, w rules.Word, subject string, m calendar.Month, at At) ([]Stated, error) {
	col, err := b.Column(ctx, w, []string{subject}, m, at)
	if d, ok := col[subject]; ok {
		return []Stated{{Value: d.Value, Seq: d.Seq, Month: m}}, err
	}
	return nil, err
}

func (b *book) Members(_ context.Context, group string, _ calendar.Month, _ At) ([]string, error) {
	return b.groups[group], nil
}

func (b *book) Frozen(_ context.Context, name string, subjects []string, m calendar.Month) (map[string]rules.Value, *Freeze, error) {
	c, ok := b.frozen[m]
	if !ok {
		return nil, nil, nil
	}
	out := map[string]rules.Value{}
	for _, s := range subjects {
		if v, ok := c.values[name][s]; ok {
			out[s] = v
		}
	}
	return out, &c.Freeze, nil
}

func (b *book) First(context.Context) (calendar.Month, error) {
	var first calendar.Month
	for _, l := range b.lines {
		if first.IsZero() || l.month.Before(first) {
			first = l.month
		}
	}
	return first, nil
}

const testRules = `
figures:
  time_share: {of: project, unit: share, formula: twelfths(month)}
  rate: {of: project, unit: share, formula: done / plan}
  lag: {of: project, unit: points, formula: time_share - rate}
  month_done: {of: project, unit: yuan, formula: "done - either(prior_done, yuan(0))"}
  behind: {of: project, unit: bool, formula: lag > points(0)}
  late: {of: project, unit: bool, formula: "known(due) && due <= month_end && !known(began)"}
  streak: {of: project, unit: month, formula: "late && !either(excused, false) ? either(prior_streak, months(0)) + months(1) : months(0)"}
  moved: {of: project, unit: bool, formula: light_progress != prior_light_progress}
  group_done: {of: group, unit: yuan, sum: done}
  group_plan: {of: group, unit: yuan, sum: plan}
  group_rate: {of: group, unit: share, formula: group_done / group_plan}
  group_behind: {of: group, unit: count, count: behind}
lights:
  progress:
    of: project
    gauge: lag
    rows:
      - {show: red, when: lag > edge}
      - {show: yellow, when: lag >= points(10)}
      - {show: green, when: lag < points(10)}
  start:
    of: project
    applies: known(due) && due <= month_end
    rows:
      - {show: red, when: streak >= months(3)}
      - {show: yellow, when: late}
      - {show: green}
overall: {of: project, worst: [progress, start]}
`

const testParameters = `
edge: {zh: 界, en: edge, unit: points, values: {2022-01-01: {value: "30"}}}
`

// rulebook resolves the test pack; extra is added to its rules, and changes their digest.
func rulebook(t testing.TB, extra string) *rules.Set {
	t.Helper()
	vocab, err := rules.Join([]rules.Word{
		{Name: "done", Of: "project", Unit: quantity.UnitYuan, Per: rules.PerMonth, Movable: true},
		{Name: "plan", Of: "project", Unit: quantity.UnitYuan, Per: rules.PerYear},
		{Name: "due", Of: "project", Unit: rules.UnitDate, Per: rules.Standing},
		{Name: "began", Of: "project", Unit: rules.UnitDate, Per: rules.Standing},
		{Name: "excused", Of: "project", Unit: rules.UnitBool, Per: rules.PerMonth},
	})
	if err != nil {
		t.Fatal(err)
	}
	lib, err := rules.Load(fstest.MapFS{
		"a/b/pack.yaml":       {Data: []byte("name: a/b\neffective_from: 2022-01-01\n")},
		"a/b/parameters.yaml": {Data: []byte(testParameters)},
		"a/b/rules.yaml":      {Data: []byte(testRules + extra)},
	}, vocab)
	if err != nil {
		t.Fatal(err)
	}
	set, err := lib.Resolve("a/b", calendar.MustDate("2022-06-30"), false)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func rulesUnit(s string) quantity.Unit { return quantity.Unit(s) }
