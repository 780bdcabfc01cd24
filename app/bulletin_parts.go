package app

import (
	"math/big"
	"slices"
	"strings"

	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

// groups lists the frozen groups of a kind, the largest plan first.
func (c *composer) groups(kind string) []string {
	var out []string
	prefix := "group/" + kind + "/"
	for g := range c.snap.Values["group_count"] {
		if n, ok := c.num("group_count", g); ok && strings.HasPrefix(g, prefix) && n.Sign() > 0 {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		x, _ := c.num("group_planned", a)
		y, _ := c.num("group_planned", b)
		if x != nil && y != nil {
			if d := y.Cmp(x); d != 0 {
				return d
			}
		}
		return strings.Compare(a, b)
	})
	return out
}

// closes tells whether groups add up to everything, exactly.
func (c *composer) closes(groups []string) bool {
	for _, name := range []string{"group_count", "group_planned", "group_invested"} {
		total, ok := c.num(name, Everything)
		if !ok {
			return false
		}
		sum := new(big.Rat)
		for _, g := range groups {
			if n, ok := c.num(name, g); ok {
				sum.Add(sum, n)
			}
		}
		if sum.Cmp(total) != 0 {
			return false
		}
	}
	return len(groups) > 0
}

// tables are the month by list, by category, by unit. The six industries and the classes of the other projects stand in one
// table where together they are everything; otherwise each has its own.
func (c *composer) tables(dispatch.Month) error {
	industries, classes := c.groups("industry"), c.groups("class")
	category := slices.Clone(industries)
	for _, g := range classes {
		if g != "group/class/industry" {
			category = append(category, g)
		}
	}
	add := func(by string, groups []string) {
		if len(groups) > 0 {
			c.b.Tables = append(c.b.Tables, GroupTable{By: by, Groups: groups, Total: c.closes(groups)})
		}
	}
	lists, err := c.ownLists()
	if err != nil {
		return err
	}
	add("list", lists)
	if len(industries) > 0 && c.closes(category) {
		add("category", category)
	} else {
		add("industry", industries)
		add("class", classes)
	}
	add("unit", c.groups("local"))
	seen := map[string]bool{}
	for _, t := range append([]GroupTable{{Groups: []string{Everything}}}, c.b.Tables...) {
		for _, g := range t.Groups {
			if seen[g] {
				continue
			}
			seen[g] = true
			c.take(bulletinGroups, g)
			if err := c.groupEntries(g); err != nil {
				return err
			}
			if id, ok := strings.CutPrefix(g, "group/local/"); ok {
				if u, err := org.UnitOf(c.r, id); err == nil {
					c.b.Names[g] = u.Name
				}
			}
		}
	}
	return nil
}

// ownLists are the lists of the monthly dispatch; a list apart (另账) is no part of the month's sums.
func (c *composer) ownLists() ([]string, error) {
	var out []string
	for _, g := range c.groups("list") {
		members, err := c.r.Facts().Members(c.ctx, g, c.b.Month, c.at)
		if err != nil || len(members) == 0 {
			return nil, err
		}
		p, err := project.Of(c.r, strings.TrimPrefix(members[0], "project/"))
		if err != nil {
			return nil, err
		}
		apart := slices.ContainsFunc(p.Lists, func(m project.Membership) bool { return m.Apart && "group/list/"+m.List == g })
		if !apart {
			out = append(out, g)
		}
	}
	return out, nil
}

// ranked orders projects by completion. How large a plan must be and how many places are shown stand in the pack; without,
// every project with a plan is ranked and five places are shown.
func (c *composer) ranked(dispatch.Month) error {
	k := Ranking{By: "invested_share", Places: 5, Least: rules.NumValue(new(big.Rat)).Canonical()}
	least := new(big.Rat)
	if p, ok := c.set.Params["ranked_from"]; ok && !p.Value.IsMissing() {
		least = p.Value.Num.Rat // parameters hold money in yuan, as facts do
		k.Least = p.Value.Canonical()
	}
	if p, ok := c.set.Params["ranked_places"]; ok && !p.Value.IsMissing() && p.Value.Num.Rat.IsInt() {
		k.Places = int(p.Value.Num.Rat.Num().Int64())
	}
	type one struct {
		subject string
		share   *big.Rat
	}
	var all []one
	for _, s := range c.ids {
		plan, ok := c.num("planned_year", s)
		share, known := c.num(k.By, s)
		if ok && known && plan.Cmp(least) >= 0 {
			all = append(all, one{s, share})
		}
	}
	slices.SortStableFunc(all, func(a, b one) int { return b.share.Cmp(a.share) })
	k.Of = len(all)
	n := min(k.Places, len(all)/2)
	for i := range n {
		k.Tops = append(k.Tops, c.line(all[i].subject))
		k.Bottoms = append(k.Bottoms, c.line(all[len(all)-1-i].subject))
	}
	c.b.Ranked = k
	return nil
}

// line takes a project into the bulletin and gives its id.
func (c *composer) line(subject string) string {
	id := strings.TrimPrefix(subject, "project/")
	c.b.Lines[id] = ProjectInBulletin{}
	c.take(bulletinProjects, subject)
	return id
}

// starts are those whose actual start lies in the month.
func (c *composer) starts(dispatch.Month) error {
	for _, s := range c.ids {
		n, ok := c.num("actual_start", s)
		if !ok {
			continue
		}
		if d, ok := rules.DayOf(n); ok && d.Month() == c.b.Month {
			c.b.Starts = append(c.b.Starts, Started{c.line(s), d.String()})
		}
	}
	slices.SortFunc(c.b.Starts, func(a, b Started) int { return strings.Compare(a.On+a.Project, b.On+b.Project) })
	return nil
}

// reds are all that are red overall, the furthest behind first, with the words of the rule that showed red.
func (c *composer) reds(dispatch.Month) error {
	e := &figure.Engine{Set: c.set, Src: c.r.Facts()}
	for _, s := range c.ids {
		if c.value(figure.Overall, s).Text != "red" {
			continue
		}
		red := RedLine{Project: c.line(s)}
		for _, l := range c.set.Overall.Worst {
			if c.value(rules.LightPrefix+l, s).Text != "red" {
				continue
			}
			t, err := e.Explain(c.ctx, rules.LightPrefix+l, s, c.b.Month, figure.At{})
			if err != nil {
				return err
			}
			why := LightWhy{Light: l}
			if t.Chosen >= 0 {
				why.Why = t.Rows[t.Chosen].Why
			}
			red.Lights = append(red.Lights, why)
		}
		rep, ok, err := dispatch.ReportOf(c.r, c.b.Month, red.Project)
		if err != nil {
			return err
		}
		if ok && rep.State != dispatch.Returned {
			x := rep.Content
			red.Problem, red.Measure, red.Who, red.By, red.Seq = x.Problem, x.Measure, x.Who, x.By, rep.Seq
		}
		c.b.Reds = append(c.b.Reds, red)
	}
	slices.SortStableFunc(c.b.Reds, func(x, y RedLine) int {
		a, okA := c.num("lag", "project/"+x.Project)
		b, okB := c.num("lag", "project/"+y.Project)
		switch {
		case okA && okB:
			return b.Cmp(a)
		case okA:
			return -1
		case okB:
			return 1
		}
		return 0
	})
	return nil
}

// moves are the promised days that moved in the month, among its members.
func (c *composer) moves(dispatch.Month) error {
	in := map[string]bool{}
	for _, s := range c.ids {
		in[s] = true
	}
	moved, err := c.r.Projects(ProjectFilter{Moved: true})
	if err != nil {
		return err
	}
	for _, l := range moved {
		if !in["project/"+l.ID] {
			continue
		}
		p, err := project.Of(c.r, l.ID)
		if err != nil {
			return err
		}
		for _, x := range p.Moves {
			on, err := calendar.ParseDay(x.On)
			if err != nil || on.Month() != c.b.Month || x.Seq > c.snap.Known {
				continue
			}
			mv := MovedPromise{Project: c.line("project/" + l.ID), What: x.What, Was: x.Was, Now: x.Now, Reason: x.Reason, On: x.On, Seq: x.Seq}
			if id, ok := strings.CutPrefix(x.What, "milestone/"); ok {
				if ms, ok := p.Milestone(id); ok {
					mv.What, mv.Step = "milestone", ms.Name
				}
			}
			c.b.Moves = append(c.b.Moves, mv)
		}
	}
	slices.SortFunc(c.b.Moves, func(a, b MovedPromise) int { return int(a.Seq - b.Seq) })
	return nil
}

// describe says who each named project is, as the ledger told it when the month was frozen.
func (c *composer) describe(dispatch.Month) error {
	for id := range c.b.Lines {
		p, err := projectAt(c.r, id, c.snap.Known)
		if err != nil {
			return err
		}
		x := ProjectInBulletin{Name: p.Facts.Name, Unit: org.Name{Zh: p.LocalText}, Lead: org.Name{Zh: p.LeaderText}, Sample: p.Sample}
		if u, err := org.UnitOf(c.r, p.LocalUnit); err == nil {
			x.Unit = u.Name
		}
		if post, err := org.PostOf(c.r, p.Duty.Lead); err == nil {
			x.Lead = post.Name
		}
		c.b.Lines[id] = x
	}
	sample := len(c.ids) > 0
	byID, err := Named[struct{ Sample bool }](c.r, project.Kind, trimmed(c.ids))
	if err != nil {
		return err
	}
	for _, p := range byID {
		sample = sample && p.Sample
	}
	c.b.Sample = sample
	return nil
}

func trimmed(subjects []string) []string {
	out := make([]string, len(subjects))
	for i, s := range subjects {
		out[i] = strings.TrimPrefix(s, "project/")
	}
	return out
}

// lede is what a reader needs who reads nothing else.
func (c *composer) lede() {
	use := func(name, as string, unit quantity.Unit) Use { return Use{name, Everything, as, unit} }
	bare := func(names ...string) (out []Use) {
		for _, n := range names {
			out = append(out, use(n, "bare", ""))
		}
		return out
	}
	gap := "even"
	if lag, ok := c.num("group_lag", Everything); !ok {
		gap = "none"
	} else if lag.Sign() > 0 {
		gap = "behind"
	} else if lag.Sign() < 0 {
		gap = "ahead"
	}
	c.b.Lede = append(c.b.Lede,
		Said{"bulletin.lede.money." + gap, []Use{use("group_count", "bare", ""), use("group_invested", "", quantity.UnitYiYuan), use("group_planned", "", quantity.UnitYiYuan),
			use("group_rate", "", ""), use("group_lag", "size", "")}},
		Said{"bulletin.lede.lights", bare("group_green", "group_yellow", "group_red", "group_none")},
		Said{"bulletin.lede.month", append([]Use{use("group_month", "", quantity.UnitYiYuan)}, bare("group_worse", "group_better")...)})
	if n, ok := c.num("group_unreported", Everything); ok && n.Sign() > 0 {
		c.b.Lede = append(c.b.Lede, Said{"bulletin.lede.unreported", bare("group_unreported")})
	}
}
