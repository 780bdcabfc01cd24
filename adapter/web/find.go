package web

import (
	"errors"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/words"
)

// hit is one thing that was found.
type hit struct {
	Kind, Name, Href, Note string
	ID                     string // where people call it by its number
	Hue, Word              string // how a case stands
}

const (
	foundOfKind = 12
	foundUnits  = 20 // units fill the list up to so many
)

// find is the palette: pages, projects, cases, meetings, units and ledger numbers, by name or pinyin initials, each only as far as the
// reader may see it.
func (v *view) find() error {
	q := strings.TrimSpace(v.r.FormValue("q"))
	var hits []hit
	if q != "" {
		for _, look := range []func(string, *[]hit) error{v.findPages, v.findProjects, v.findCases, v.findEntry, v.findUnits} {
			if err := look(q, &hits); err != nil {
				return err
			}
		}
	}
	return v.page("find", v.T("find.title"), map[string]any{"Q": q, "Hits": hits}, nil)
}

// besides are pages that no question of the head names.
var besides = []struct{ key, href, right string }{
	{"meetings", "/meetings", "read.meeting"}, {"visits.title", "/visits", "read.visit"}, {"visit.new", "/visit/new", "visit.log"}, {"register.title", "/register", "read.cases"},
	{"raise", "/raise", "case.open"}, {"weekly", "/weekly", "read.dispatch"},
}

func (v *view) findPages(q string, hits *[]hit) error {
	for _, list := range [][]struct{ key, href, right string }{besides, navigation} {
		for _, n := range list {
			name, also := v.T(n.key), ""
			if k := "find.words." + n.key; words.Has(k) { // what else people call it
				also = v.T(k)
			}
			if strings.Contains(strings.ToLower(name+" "+also), strings.ToLower(q)) && may(v, n.right) == nil {
				*hits = append(*hits, hit{Kind: "page", Name: name, Href: n.href})
			}
		}
	}
	return nil
}

func (v *view) findProjects(q string, hits *[]hit) error {
	m, err := v.month()
	if err != nil {
		return err
	}
	f, err := v.filter(m)
	if err != nil {
		return err
	}
	lines, err := v.Read().Projects(app.ProjectFilter{Query: q, ReachLink: f.ReachLink, ReachUnits: f.ReachUnits, Limit: foundOfKind})
	if err != nil {
		return err
	}
	units := v.unitNames()
	for _, l := range lines {
		*hits = append(*hits, hit{Kind: "project", Name: l.Name, Href: "/project/" + l.ID, Note: units[l.LocalUnit]})
	}
	return nil
}

// findCases finds cases by number, title or pinyin; one who has to do with no cases finds none. Those that are open come first.
func (v *view) findCases(q string, hits *[]hit) error {
	var ids []string
	for _, f := range []app.CaseFilter{{Query: q, Open: true, Limit: foundOfKind}, {Query: q, Closed: true, Sort: "closed", Desc: true}} {
		if f.Limit == 0 {
			if f.Limit = foundOfKind - len(ids); f.Limit < 1 {
				break
			}
		}
		lines, err := v.s.o.CasesOf(v.ctx(), v.By, f)
		if errors.Is(err, org.ErrForbidden) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, l := range lines {
			ids = append(ids, l.ID)
		}
	}
	rows, err := v.caseRows(ids, false)
	for _, r := range rows {
		*hits = append(*hits, hit{Kind: casework.CaseKind, Name: r.Title, Href: r.Href, ID: r.ID, Note: strings.Join([]string{r.Project, r.Unit}, " "), Hue: r.Hue, Word: r.Word})
	}
	return err
}

func (v *view) findEntry(q string, hits *[]hit) error {
	if seq, ok := ledgerNumber(q); ok {
		*hits = append(*hits, hit{Kind: "entry", Name: q, Href: "/entry/" + strconv.FormatInt(seq, 10)})
	}
	return nil
}

func (v *view) findUnits(q string, hits *[]hit) error {
	if may(v, "read.people") != nil {
		return nil
	}
	for _, u := range v.allUnits() {
		if len(*hits) < foundUnits && strings.Contains(u.Name.Zh+" "+strings.ToLower(u.Name.En), strings.ToLower(q)) {
			*hits = append(*hits, hit{Kind: "unit", Name: u.Name.In(v.Lang), Href: "/people?unit=" + u.ID, Note: labelOf(v.Lang, "class", string(u.Class))})
		}
	}
	return nil
}

// ledgerNumber reads L-0628-0402 or a bare number after L.
func ledgerNumber(s string) (int64, bool) {
	rest, ok := strings.CutPrefix(strings.ToUpper(s), "L-")
	if !ok {
		return 0, false
	}
	if i := strings.LastIndex(rest, "-"); i >= 0 {
		rest = rest[i+1:]
	}
	n, err := strconv.ParseInt(rest, 10, 64)
	return n, err == nil && n > 0
}
