package demo

import (
	"fmt"
	"slices"

	"shigan/domain/org"
	"shigan/domain/project"
)

// firms are the sample enterprises that own industrial projects.
type firms struct {
	d     *data
	units []unitData
	by    map[string][]unitData // by industry
}

func newFirms(d *data) *firms {
	f := &firms{d: d, by: map[string][]unitData{}}
	n := 0
	for ci, c := range d.targets.Categories {
		if c.Industry == "" {
			continue
		}
		w := d.words.Industry[c.Industry]
		for i, prefix := range deal(newDice(uint64(200+ci)), d.words.Prefixes, min(len(d.words.Prefixes), c.N*3/5)) {
			n++
			u := unitData{ID: fmt.Sprintf("e%03d", n), Zh: prefix + w.Noun[0] + d.words.Suffix[0], En: fmt.Sprintf("%s %d%s", w.Noun[1], i+1, d.words.Suffix[1]), Sample: true}
			f.units, f.by[c.Industry] = append(f.units, u), append(f.by[c.Industry], u)
		}
	}
	for i, o := range d.words.Owners {
		u := unitData{ID: fmt.Sprintf("g%02d", i+1), Zh: o[0], En: o[1], Sample: true}
		f.units, f.by[""] = append(f.units, u), append(f.by[""], u)
	}
	for _, p := range d.named.Projects {
		f.units = append(f.units, p.Owner)
	}
	return f
}

// place gives the 12-digit code of a unit's territory.
func (d *data) place(unit string) string {
	for _, t := range d.units.Towns {
		if t.ID == unit {
			return t.Code
		}
	}
	for _, z := range d.units.Zones {
		if z.ID == unit {
			return z.Place
		}
	}
	return ""
}

func (d *data) isDepartment(unit string) bool {
	return slices.ContainsFunc(d.units.Departments, func(u unitData) bool { return u.ID == unit })
}

// describe gives each project of a category its name, place, units and posts.
func describe(d *data, c categoryData, rnd dice, items []*item, f *firms) {
	var names []pair
	natures := make([]string, len(items))
	if c.Industry != "" {
		type combo struct {
			n      pair
			nature string
		}
		var combos []combo
		for _, t := range d.words.Industry[c.Industry].Things {
			for _, k := range d.words.Kinds {
				combos = append(combos, combo{pair{t[0] + k[0], capital(t[1]) + " " + k[1]}, d.words.Nature[k[0]]})
			}
		}
		for i, x := range deal(rnd, combos, len(items)) {
			names, natures[i] = append(names, x.n), x.nature
		}
	} else {
		names = d.words.Classes[c.Class]
	}
	towns := make([]string, len(d.units.Towns))
	for i, t := range d.units.Towns {
		towns[i] = t.Code
	}
	gov := 0
	for i, it := range items {
		it.list, it.stage = "208", project.Ready
		x := project.Facts{Level: c.Levels[len(c.Levels)-1], Class: "industry", Front: "projects", Industry: c.Industry, LineUnit: c.Line, Sample: true, Nature: "new"}
		if rnd.Float64() < .35 {
			x.Level = pick(rnd, c.Levels)
		}
		if c.Class != "" {
			it.list, x.Class, x.Domain = "46", c.Class, d.words.Domains[c.Class]
		}
		owner := f.by[c.Industry][(i*7+rnd.IntN(3))%len(f.by[c.Industry])]
		x.LocalUnit = pick(rnd, c.Locals)
		lead, line, agent := c.Lead, c.Line+"-line", ""
		if n := it.named; n != nil {
			x.Name, x.Source, x.Sample = org.Name{Zh: n.Zh, En: n.En}, n.Source, n.Source == ""
			x.Level, x.LocalUnit, x.Address, x.Scope, x.Place = n.Level, n.Local, n.Address, n.Scope, n.Place
			x.Nature, x.Domain, owner = cond(n.Nature != "", n.Nature, "new"), cond(n.Domain != "", n.Domain, x.Domain), n.Owner
			if n.Line != "" {
				x.LineUnit, line = n.Line, n.Line+"-line"
			}
			if n.Source != "" {
				x.Remark = d.named.Remark
			}
			lead, line, agent = cond(n.Duty.Lead != "", n.Duty.Lead, lead), cond(n.Duty.Line != "", n.Duty.Line, line), n.Duty.Agent
		} else {
			k := i
			if c.Industry == "" {
				k, gov = gov, gov+1
			} else {
				x.Nature = natures[i]
			}
			x.Name = org.Name{Zh: names[k][0], En: names[k][1]}
		}
		if x.Place == "" {
			x.Place = cond(d.place(x.LocalUnit) != "", d.place(x.LocalUnit), pick(rnd, towns))
		}
		x.OwnerUnit = owner.ID
		it.ownerPost, it.localPost, it.linePost = owner.ID+"-owner", x.LocalUnit+"-local", x.LineUnit+"-line"
		if it.named != nil && it.named.Duty.Local != "" {
			it.localPost = it.named.Duty.Local
		}
		if agent == "" && !d.isDepartment(x.LocalUnit) {
			agent = x.LocalUnit + "-agent"
		}
		it.agentPost = agent
		it.duty = project.Duty{Top: "top", Lead: lead, Line: line, Local: it.localPost, Owner: it.ownerPost, Agent: agent}
		it.facts = x
	}
}
