package paper

import (
	"bytes"
	"context"
	"math/big"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// Look shows the first rows of a superior's workbook, so that its columns can be mapped.
func (p Press) Look(form []byte) ([]app.TemplateSheet, error) {
	if len(form) > maxTemplate {
		return nil, ErrTemplateLarge.With("most", maxTemplate>>20)
	}
	f, err := excelize.OpenReader(bytes.NewReader(form), excelize.Options{UnzipSizeLimit: maxUnpacked})
	if err != nil {
		return nil, ErrTemplate.With("why", err.Error())
	}
	defer func() { _ = f.Close() }()
	var out []app.TemplateSheet
	for _, name := range f.GetSheetList() {
		s := app.TemplateSheet{Name: name}
		rows, err := f.Rows(name)
		if err != nil {
			continue
		}
		for len(s.Rows) < 12 && rows.Next() {
			cols, err := rows.Columns()
			if err != nil {
				break
			}
			s.Rows = append(s.Rows, cols[:min(len(cols), 60)])
		}
		_ = rows.Close()
		out = append(out, s)
	}
	return out, nil
}

// Fill writes a month's projects into a superior's workbook. What found no place comes back in words.
func (p Press) Fill(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, form []byte, mapping string) ([]byte, []string, error) {
	mp, err := ParseMapping(mapping)
	if err != nil {
		return nil, nil, err
	}
	recs, err := records(ctx, lang, o, m)
	if err != nil {
		return nil, nil, err
	}
	wanted := map[string]bool{}
	for _, field := range mp.Columns {
		wanted[field] = true
	}
	for _, rec := range recs { // only what the form has a place for; the rest is no miss
		for field := range rec {
			if !wanted[field] {
				delete(rec, field)
			}
		}
	}
	raw, missed, err := FillTemplate(form, mp, recs)
	var notes []string
	for _, x := range missed {
		field := x.Field
		if words.Has("fill." + field) {
			field = words.Say(lang, "fill."+field)
		}
		notes = append(notes, strings.TrimSpace(x.Cell+" "+field)+": "+words.Say(lang, x.Code))
	}
	return raw, notes, err
}

// records are the month's projects by the fields of app.FillFields.
func records(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month) ([]Record, error) {
	r := o.Read(ctx)
	st, err := o.Status(ctx, m)
	if err != nil {
		return nil, err
	}
	names := []string{"total_investment", "planned_year", "invested_month", "invested_ytd", "invested_share", "lag", figure.Overall}
	figs, err := o.Figures(ctx, m, "", names, app.Subjects(st.Members))
	if err != nil {
		return nil, err
	}
	byID, err := app.Named[project.Project](r, project.Kind, st.Members)
	if err != nil {
		return nil, err
	}
	units, err := app.All[org.Unit](r, org.UnitKind, "")
	if err != nil {
		return nil, err
	}
	unit := map[string]string{}
	for _, u := range units {
		unit[u.ID] = u.Name.In(lang)
	}
	label := func(prefix, key string) Num {
		if words.Has(prefix + "." + key) {
			key = words.Say(lang, prefix+"."+key)
		}
		return Num{Text: key}
	}
	out := make([]Record, 0, len(st.Members))
	for i, id := range st.Members {
		p, s := byID[id], "project/"+id
		text := func(a, b string) Num {
			if a == "" {
				a = b
			}
			return Num{Text: a}
		}
		lead, _ := postName(lang, r, p.Duty.Lead)
		rec := Record{"seq": {Text: strconv.Itoa(i + 1)}, "id": {Text: id}, "name": {Text: p.Facts.Name.In(lang)}, "code": {Text: p.Code}, "level": label("level", p.Level), "class": label("class", p.Class),
			"industry": label("industry", p.Industry), "nature": label("nature", p.Nature), "address": {Text: p.Address}, "scope": {Text: p.Facts.Scope}, "owner": text(unit[p.OwnerUnit], p.OwnerText),
			"unit": text(unit[p.LocalUnit], p.LocalText), "line": text(unit[p.LineUnit], p.LineText), "lead": text(lead, p.LeaderText), "stage": label("stage", string(p.Stage)),
			"start": text(p.Start.Actual, p.Start.Now), "finish": text(p.Finish.Actual, p.Finish.Now), "light": label("hue", hueOr(figs.Of(figure.Overall, s).Hue()))}
		for field, name := range map[string]string{"total": "total_investment", "planned": "planned_year", "month": "invested_month", "ytd": "invested_ytd"} {
			f := figs.Of(name, s)
			if !f.Value.IsMissing() {
				rec[field+"_wan"], rec[field+"_yi"] = cell(lang, f, quantity.UnitWanYuan), cell(lang, f, quantity.UnitYiYuan)
			}
		}
		for field, name := range map[string]string{"rate": "invested_share", "lag": "lag"} {
			if f := figs.Of(name, s); !f.Value.IsMissing() {
				rec[field] = cell(lang, f, f.Unit)
			}
		}
		rep, ok, err := dispatch.ReportOf(r, m, id)
		if err != nil {
			return nil, err
		}
		if ok {
			rec["progress"], rec["problem"], rec["measure"] = Num{Text: rep.Content.Progress}, Num{Text: rep.Content.Problem}, Num{Text: rep.Content.Measure}
		}
		out = append(out, rec)
	}
	return out, nil
}

// cell is a number for a form: exact where a decimal can be, printed otherwise, without thousands commas.
func cell(lang words.Lang, f app.Fig, unit quantity.Unit) Num {
	n := numOf(lang, f, unit, nil)
	n.Unit = ""
	if n.Exact == "" {
		if r, ok := new(big.Rat).SetString(strings.ReplaceAll(n.Text, ",", "")); ok {
			n.Exact = decimals(r)
		}
	}
	return n
}
