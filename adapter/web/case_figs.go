package web

import (
	"cmp"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// caseFigs 办件指标 are figures of groups of cases that a page shows, each by its name and group.
type caseFigs struct {
	figs *app.Figures
	seen map[string]string // a group as the page names it → as its reader sees it
}

// caseFigs computes them over the cases that the reader sees.
func (v *view) caseFigs(names []string, groups ...app.CaseGroup) (*caseFigs, error) {
	figs, subjects, err := v.s.o.CaseFigures(v.ctx(), v.By, names, groups)
	if err != nil {
		return nil, err
	}
	c := &caseFigs{figs, map[string]string{}}
	for i, g := range groups {
		c.seen[g.Subject()] = subjects[i]
	}
	return c, nil
}

// Of gives one; a group that was not asked for has no value.
func (c *caseFigs) Of(name string, g app.CaseGroup) app.Fig {
	s := g.Subject()
	return c.figs.Of(name, cmp.Or(c.seen[s], s))
}

// count is a number of cases as a whole, for what hangs on whether there are any.
func count(f app.Fig) int {
	if f.Value.IsMissing() {
		return 0
	}
	n, _ := f.Float()
	return int(n)
}

// saysHTML fills a sentence of the catalogue in which numbers are figures: each leads to its reasons, the words around it do not.
func saysHTML(lang words.Lang, key string, args ...any) template.HTML {
	values := dict(args...)
	var b strings.Builder
	text := words.Say(lang, key)
	for {
		before, rest, open := strings.Cut(text, "{")
		b.WriteString(template.HTMLEscapeString(before))
		if !open {
			return template.HTML(b.String())
		}
		inside, after, _ := strings.Cut(rest, "}")
		text = after
		name, choice, choose := strings.Cut(inside, "|")
		f, isFig := values[name].(app.Fig)
		plain := ""
		if isFig {
			plain = f.In(f.Unit, lang).Text
		} else if values[name] != nil {
			plain = template.HTMLEscapeString(toText(values[name]))
		}
		switch one, many, _ := strings.Cut(choice, "|"); {
		case choose && plain == "1":
			b.WriteString(template.HTMLEscapeString(one))
		case choose:
			b.WriteString(template.HTMLEscapeString(many))
		case isFig:
			b.WriteString(string(numHTML(lang, f, f.Unit, f.Unit == quantity.UnitShare)))
		default:
			b.WriteString(`<span data-plain>` + plain + `</span>`)
		}
	}
}

// cellHTML is a figure in a narrow table: a rate with its sign, one of too few as k/n with the reason behind it.
func cellHTML(lang words.Lang, f app.Fig) template.HTML {
	if k, n, _, few := f.Value.Few(); few {
		return template.HTML(`<a class="w q" ` + attrs(f) + ` title="` + template.HTMLEscapeString(f.Missing(lang)) + `">` + template.HTMLEscapeString(k+"/"+n) + `</a>`)
	}
	return numHTML(lang, f, f.Unit, f.Unit == quantity.UnitShare)
}

func toText(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case int:
		return strconv.Itoa(x)
	}
	return ""
}

// casesUnder are the cases under one fact of a group, as its reasons list them.
type casesUnder struct {
	Label        string
	N            string
	Rows         []caseUnder
	More, Hidden int
	Href         string // the list with all of them, where the page of lists can show it
	Days         bool
}

type caseUnder struct {
	ID, Title, Days, Number string
	Sample                  bool
	Seq                     int64
}

// casesUnder lists the cases under a figure.
func (v *view) casesUnder(t *figure.Tree) ([]casesUnder, error) {
	var out []casesUnder
	for leaf := range t.Leaves() {
		g, ok := app.ParseCaseGroup(leaf.Subject)
		if !ok || len(leaf.Parts)+leaf.Hidden == 0 {
			continue
		}
		u := casesUnder{Label: leaf.Word.Label(v.Lang), More: leaf.More, Hidden: leaf.Hidden, Href: caseListHref(leaf.Name, g), Days: leaf.Word.Unit == quantity.UnitDay,
			N: app.Fig{Unit: leaf.Word.Unit, Value: leaf.Value}.Text(v.Lang).String()}
		var ids []string
		var seqs []int64
		for _, p := range leaf.Parts {
			ids, seqs = append(ids, strings.TrimPrefix(p.Subject, casework.CaseKind+"/")), append(seqs, p.Seq)
		}
		cases, err := app.Named[casework.Case](v.Read(), casework.CaseKind, ids)
		if err != nil {
			return nil, err
		}
		entries, err := v.Read().EntriesIn(seqs)
		if err != nil {
			return nil, err
		}
		for i, p := range leaf.Parts {
			row := caseUnder{ID: ids[i], Title: cases[ids[i]].Title, Seq: p.Seq, Sample: v.sampleCase(cases[ids[i]])}
			if e, ok := entries[p.Seq]; ok {
				row.Number = e.Number()
			}
			if u.Days {
				row.Days = app.Fig{Unit: leaf.Word.Unit, Value: p.Value}.Text(v.Lang).String()
			}
			u.Rows = append(u.Rows, row)
		}
		out = append(out, u)
	}
	return out, nil
}

// caseListHref is the list of what a fact counts, where the list can be narrowed to it.
func caseListHref(word string, g app.CaseGroup) string {
	q := url.Values{"use": {g.Use}}
	switch word {
	case "cases_open":
	case "cases_overdue":
		q.Set("state", "late")
	case "cases_ended":
		q.Set("state", "closed")
	case "cases_all":
		q.Set("state", "all")
	default:
		return ""
	}
	if g.Unit == app.Nobody || g.Next == app.Nobody || g.Meeting != "" || g.Kind != "" {
		return ""
	}
	for k, x := range map[string]string{"unit": g.Unit, "next": g.Next, "nextunit": g.NextOf} {
		if x != "" {
			q.Set(k, x)
		}
	}
	if g.Level > 0 {
		q.Set("level", strconv.Itoa(g.Level))
	}
	return "/owe?" + q.Encode() + "#list"
}

// groupName says which cases a figure is about.
func (v *view) groupName(g app.CaseGroup) string {
	parts := []string{v.T("case.use." + g.Use)}
	if g.Meeting != "" {
		name := g.Meeting
		if m, err := dispatch.MeetingOf(v.Read(), g.Meeting); err == nil {
			name = v.meetingWhen(m) + " " + m.Title
		}
		parts = append(parts, name)
	}
	names := v.unitNames()
	if len(g.Parties) > 0 {
		var of []string
		for _, p := range g.Parties {
			of = append(of, cmp.Or(names[p], p))
		}
		parts = append(parts, v.T("group.of", "who", strings.Join(of, v.T("list.comma"))))
	}
	switch g.Unit {
	case "":
	case app.Nobody:
		parts = append(parts, v.T("case.no-handler"))
	default:
		parts = append(parts, v.T("group.handled", "who", cmp.Or(names[g.Unit], g.Unit)))
	}
	switch {
	case g.Next == app.Nobody:
		parts = append(parts, v.T("owe.turn-of", "who", v.T("owe.keeper")))
	case g.Next != "":
		parts = append(parts, v.T("owe.turn-of", "who", v.party(casework.Party{Post: g.Next})))
	case g.NextOf != "":
		parts = append(parts, v.T("owe.turn-of", "who", v.party(casework.Party{Unit: g.NextOf})))
	}
	if g.Level > 0 {
		parts = append(parts, v.levelName(g.Level))
	}
	if g.Kind != "" {
		parts = append(parts, v.kindName(g.Use, g.Kind))
	}
	return strings.Join(parts, " · ")
}

// kindName is a kind as the desk calls it to which new matters of the use go.
func (v *view) kindName(use, kind string) string {
	if d, err := casework.ForUse(v.Read(), use, v.today().String()); err == nil {
		if k, ok := d.Kind(kind); ok {
			return k.In(v.Lang)
		}
	}
	return kind
}
