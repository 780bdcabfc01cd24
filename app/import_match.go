package app

import (
	"fmt"
	"slices"
	"strings"

	"shigan/domain/project"
)

// match finds for each row the project that it speaks of. What agrees in everything goes first, over all rows; only then are
// rows matched whose unit, place or name moved a little, so that a near row never takes what belongs to an exact one. Within
// one table every row is a project of its own, even two equal rows; across tables the same words mean the same project.
func (im *importer) match() {
	taken := map[string]map[string]bool{} // block → project
	take := func(r *importRow, w *wish) {
		if taken[r.block] == nil {
			taken[r.block] = map[string]bool{}
		}
		taken[r.block][w.id] = true
		r.wish = w
		w.rows = append(w.rows, r)
	}
	byID := map[string]*wish{}
	of := func(id string) *wish {
		if byID[id] == nil {
			byID[id] = &wish{id: id, old: new(im.known[id])}
			im.spoken[id] = true
		}
		return byID[id]
	}
	free := func(r *importRow, ids []string) []string {
		return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return taken[r.block][id] })
	}
	for _, r := range im.rows {
		exact := free(r, im.byKey["key/"+matchKey(r.name, r.address, r.unit, r.parentName())])
		if len(exact) > 0 {
			take(r, of(im.nearest(r, exact)))
		}
	}
	for _, r := range im.rows {
		if r.wish != nil {
			continue
		}
		if id := im.alike(r, free(r, im.byKey["code/"+r.code]), free(r, im.byKey["name/"+matchKey(r.name, r.parentName())])); id != "" {
			take(r, of(id))
		}
	}
	fresh := map[string][]*wish{} // new projects of these files, by key, so that a second sheet finds them again
	for _, r := range im.rows {
		if r.wish != nil {
			continue
		}
		key := matchKey(r.name, r.address, r.unit, r.parentName())
		for _, w := range fresh[key] {
			if r.wish == nil && !taken[r.block][w.id] {
				take(r, w)
			}
		}
		if r.wish == nil {
			im.next++
			w := &wish{id: fmt.Sprintf("%s%03d", im.prefix, im.next)}
			fresh[key] = append(fresh[key], w)
			take(r, w)
		}
	}
	for _, r := range im.rows {
		if !slices.Contains(im.wishes, r.wish) {
			im.wishes = append(im.wishes, r.wish)
		}
		if r.parent != nil && r.parent.wish != r.wish {
			r.wish.parent = r.parent.wish
		}
	}
}

func (r *importRow) parentName() string {
	if r.parent == nil {
		return ""
	}
	return r.parent.name
}

// nearest is the one among equals whose sums agree too, or the first.
func (im *importer) nearest(r *importRow, ids []string) string {
	for _, id := range ids {
		if p := im.known[id]; r.total != nil && p.Total == *r.total && im.samePlan(p, r) {
			return id
		}
	}
	return ids[0]
}

func (im *importer) samePlan(p project.Project, r *importRow) bool {
	plan, ok := p.Plans[fmt.Sprint(im.year)]
	return r.planned == nil || ok && plan.Planned == project.DispatchMoney(*r.planned)
}

// alike finds the project of a row that is not told in the very same words. The code decides, where the names do not speak
// against it; else the name, where at most one of place, unit and owner differs and two things agree: the same name in
// another town is another project.
func (im *importer) alike(r *importRow, byCode, byName []string) string {
	if r.code != "" {
		for _, id := range byCode {
			if squeeze(im.known[id].Facts.Name.Zh) == squeeze(r.name) {
				return id
			}
		}
		if len(byCode) == 1 && len(im.rowsWithCode(r.code)) == 1 {
			return byCode[0] // renamed
		}
	}
	for _, id := range byName {
		p := im.known[id]
		if r.code != "" && p.Code != "" && squeeze(p.Code) != r.code {
			continue
		}
		agree, differ := 0, 0
		for _, pair := range [][2]string{{p.Address, r.address}, {p.LocalText, r.unit}, {p.OwnerText, r.owner}} {
			a, b := squeeze(pair[0]), squeeze(pair[1])
			switch {
			case a == "" || b == "":
			case a == b:
				agree++
			default:
				differ++
			}
		}
		if r.total != nil && p.Total == *r.total {
			agree++
		}
		if differ == 0 || differ == 1 && agree >= 2 {
			return id
		}
	}
	return ""
}

func (im *importer) rowsWithCode(code string) []*importRow {
	return slices.DeleteFunc(slices.Clone(im.rows), func(r *importRow) bool { return r.code != code })
}

// unit finds a unit whose name the list writes, in full or without the district before it.
func (im *importer) unit(text string) string {
	text = squeeze(text)
	if text == "" {
		return ""
	}
	for _, u := range im.units {
		n := squeeze(u.Name.Zh)
		if n == text || n == "区"+text || "区"+n == text || len(n) > 9 && strings.HasSuffix(text, n) {
			return u.ID
		}
	}
	return ""
}
