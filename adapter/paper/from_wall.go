package paper

import (
	"context"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/project"
	"shigan/engine/draw"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// Wall sets the wall chart of a front: svg (one sheet: "projects/2" is the second), html or pdf (all sheets).
func (p Press) Wall(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, front string, format string) ([]byte, error) {
	front, sheet, _ := strings.Cut(front, "/")
	w, err := wallOf(ctx, lang, o, m, front)
	if err != nil {
		return nil, err
	}
	if p.Base != "" { // a code that leads nowhere is worse than none
		w.Live = p.live("/wall/" + front + "?m=" + m.String())
	}
	sheets := w.Split()
	if format == "svg" {
		n, err := strconv.Atoi(sheet)
		if sheet != "" && err != nil || n > len(sheets) || n < 0 {
			return nil, ErrFormat.With("format", sheet)
		}
		return WallChartSVG(lang, sheets[max(n, 1)-1])
	}
	if format != "html" && format != "pdf" {
		return nil, ErrFormat.With("format", format)
	}
	var body strings.Builder
	for _, s := range sheets {
		h, err := WallChartHTML(lang, s)
		if err != nil {
			return nil, err
		}
		body.WriteString(string(h))
	}
	if format == "html" {
		return []byte(body.String()), nil
	}
	return p.pdf(ctx, lang, w.Front, template.HTML(body.String()))
}

var fourLights = [4]string{"start", "progress", "money", "library"}

func wallOf(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, front string) (WallChart, error) {
	r := o.Read(ctx)
	members, err := r.Facts().Members(ctx, "group/front/"+front, m, figure.At{})
	if err != nil {
		return WallChart{}, err
	}
	title := front
	if words.Has("front.short." + front) {
		title = words.Say(lang, "front.short."+front)
	}
	if len(members) == 0 {
		return WallChart{}, ErrNoRows.With("month", m, "front", title)
	}
	names := []string{"planned_year", figure.Overall}
	for _, l := range fourLights {
		names = append(names, rules.LightPrefix+l)
	}
	figs, err := o.Figures(ctx, m, "", names, members)
	if err != nil {
		return WallChart{}, err
	}
	slices.SortStableFunc(members, func(a, b string) int {
		x, y := figs.Of("planned_year", a).Value, figs.Of("planned_year", b).Value
		switch {
		case x.IsMissing() && y.IsMissing():
			return strings.Compare(a, b)
		case x.IsMissing():
			return 1
		case y.IsMissing():
			return -1
		}
		return y.Num.Rat.Cmp(x.Num.Rat)
	})
	ids := make([]string, len(members))
	for i, s := range members {
		ids[i] = strings.TrimPrefix(s, "project/")
	}
	byID, err := app.Named[project.Project](r, project.Kind, ids)
	if err != nil {
		return WallChart{}, err
	}
	w := WallChart{Front: title, District: placeOf(lang, r, o.District), From: m.YearStart().First().At(0), Months: 14, AsOf: m.Last().At(0), Pack: figs.Set.Pack.Say.In(lang), Sample: true}
	if figs.Freeze != nil {
		w.Issue = m.Month
	}
	counts := map[string]int{}
	for i, subject := range members {
		p := byID[ids[i]]
		row := wallRow(lang, r, p, m)
		row.Light = hueOr(figs.Of(figure.Overall, subject).Hue())
		counts[row.Light]++
		for k, l := range fourLights {
			row.Four[k] = hueOr(figs.Of(rules.LightPrefix+l, subject).Hue())
		}
		w.Sample = w.Sample && p.Sample
		w.Rows = append(w.Rows, row)
	}
	w.Summary = words.Say(lang, "paper.wall.summary", "n", len(members), "green", counts["green"], "yellow", counts["yellow"], "red", counts["red"], "none", counts["none"])
	w.Code = codeOf([]byte(m.String() + front + w.Summary))
	return w, nil
}

func wallRow(lang words.Lang, r app.Reader, p project.Project, m calendar.Month) WallRow {
	last := m.Last().String()
	row := WallRow{Name: p.Facts.Name.In(lang), Unit: unitName(lang, r, p.LocalUnit, p.LocalText), Sample: p.Sample, Due: dayTime(p.Finish.Now)}
	row.Leader, _ = postName(lang, r, p.Duty.Lead)
	if row.Leader == "" {
		row.Leader = p.LeaderText
	}
	if !row.Due.IsZero() {
		row.Promise = words.Say(lang, "paper.wall.promise.finish")
	}
	if p.Start.Actual != "" && p.Start.Actual <= last {
		row.Start = dayTime(p.Start.Actual)
	}
	if p.Finish.Actual != "" && p.Finish.Actual <= last {
		row.Likely = dayTime(p.Finish.Actual) // the ink ends where the work did
	}
	for _, ms := range p.Milestones {
		f := Flag{On: dayTime(ms.Promised), Kind: draw.Ahead, Name: ms.Name.In(lang)}
		switch {
		case ms.Actual != "" && ms.Actual <= last:
			f.On, f.Kind = dayTime(ms.Actual), draw.Done
		case ms.Promised <= last:
			f.Kind = draw.Overdue
		}
		row.Flags = append(row.Flags, f)
		if ms.Baseline != "" && ms.Baseline != ms.Promised {
			row.Flags = append(row.Flags, Flag{On: dayTime(ms.Baseline), Kind: draw.Moved})
		}
	}
	return row
}
