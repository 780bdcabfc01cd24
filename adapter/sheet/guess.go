package sheet

import (
	"math/big"
	"regexp"
	"strings"
)

var (
	codeText   = regexp.MustCompile(`^[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}$`)
	phoneText  = regexp.MustCompile(`(?:^|[^0-9])(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?:$|[^0-9])`)
	personText = regexp.MustCompile(`^\p{Han}{1,3}(?:某{1,2}|\p{Han})?(?:[、,，/]\p{Han}{2,4})*$`)
)

var finishWords = regexp.MustCompile(`竣工|完工|建成|投产`)

// share is the part of the texts for which f holds.
func share(p profile, f func(string) bool) float64 {
	n := 0
	for _, s := range p.texts {
		if f(s) {
			n++
		}
	}
	return float64(n) / float64(max(len(p.texts), 1))
}

var tailBrackets = regexp.MustCompile(`(?:\([^()]*\)|[★▲△☆*●◆※])+$`)

// projectLike tells a text that ends as projects' names do.
func projectLike(s string) bool {
	f := tailBrackets.ReplaceAllString(fold(s), "")
	return len([]rune(f)) >= 4 && endsWithAny(f, words().Rows.ProjectEnds) && !strings.HasSuffix(f, "公司")
}

// distinct is the part of the texts that are not the same as another one.
func distinct(p profile) float64 {
	seen := map[string]bool{}
	for _, s := range p.texts {
		seen[s] = true
	}
	return float64(len(seen)) / float64(max(len(p.texts), 1))
}

// person tells names of people: a surname that is one, and not many characters.
func person(s string) bool {
	return personText.MatchString(s) && strings.ContainsRune(words().Rows.Surnames, []rune(s)[0])
}

// guessName finds the column of names: nearly every row has one, nearly no two are the same, and they end as projects do.
func (t *table) guessName(profiles map[int]profile) *column {
	rows := 0
	for _, p := range profiles {
		rows = max(rows, p.cells)
	}
	var name *column
	best := 0.5
	for _, c := range t.cols {
		p := profiles[c.col]
		if p.cells < 2 || p.cells*10 < rows*7 || kindOf(p) != "words" || distinct(p) < 0.7 || averageLength(p) < 4 {
			continue
		}
		if s := share(p, projectLike); s >= best {
			name, best = c, s+0.001
		}
	}
	return name
}

// guess tells columns by what they hold.
func (t *table) guess(g *grid) {
	w := words()
	profiles := map[int]profile{}
	rows := 0
	for _, c := range t.cols {
		profiles[c.col] = profileOf(g, t, c.col)
		rows = max(rows, profiles[c.col].cells)
	}
	name := t.guessName(profiles)
	if name == nil {
		return
	}
	// The first free field of a few takes the column; a kind that comes twice is often the next one's.
	set := func(c *column, fields ...Field) {
		for _, f := range fields {
			if t.column(f) == nil {
				c.field, c.shown = f, true
				return
			}
		}
	}
	set(name, FieldName)
	var money, times []*column
	for _, c := range t.cols {
		p := profiles[c.col]
		if c == name || p.cells == 0 {
			continue
		}
		ends := func(list ...string) float64 {
			return share(p, func(s string) bool { return endsWithAny(tailBrackets.ReplaceAllString(fold(s), ""), list) })
		}
		switch k := kindOf(p); {
		case c.col < name.col && countSerials(p.texts)*10 >= p.cells*7:
			if t.serial == 0 {
				t.serial, c.serial = c.col, true
			}
		case share(p, codeText.MatchString) > 0.5:
			set(c, FieldCode)
		case share(p, phoneText.MatchString) > 0.5:
			set(c, FieldContact)
		case p.times*10 >= p.cells*7:
			times = append(times, c)
		case k == "numbers" || k == "integers":
			money = append(money, c)
		case c.col > name.col && p.cells*10 < rows*6 && c == t.cols[len(t.cols)-1]:
			set(c, FieldRemark)
		case k == "long":
			set(c, FieldScope)
		case share(p, func(s string) bool { return oneOf(fold(s), w.Rows.Natures) }) > 0.6:
			set(c, FieldNature)
		case share(p, func(s string) bool { return oneOf(fold(s), w.Rows.Levels) }) > 0.6:
			set(c, FieldLevel)
		case ends("公司", "集团", "厂", "合作社") > 0.5:
			set(c, FieldOwner)
		case ends("局", "委", "委员会", "管委会", "厅", "部", "指挥部") > 0.3 && ends(append(w.Rows.UnitEnds, w.Rows.PlaceEnds...)...) > 0.7:
			set(c, FieldResponsible, FieldLine)
		case ends(w.Rows.PlaceEnds...) > 0.5:
			set(c, FieldPlace, FieldResponsible)
		case ends(w.Rows.UnitEnds...) > 0.5:
			set(c, FieldResponsible, FieldLine)
		case share(p, person) > 0.7:
			set(c, FieldLeader)
		case share(p, w.goal.MatchString) > 0.5:
			set(c, FieldGoal)
		case p.cells >= 4 && distinct(p) <= 0.5 && averageLength(p) <= 6:
			set(c, FieldCategory)
		}
	}
	t.guessMoney(g, money)
	t.guessTimes(g, times, profiles)
	if len(money) == 0 && len(times) == 0 && t.column(FieldOwner) == nil && t.column(FieldScope) == nil {
		name.field, name.shown = FieldNone, false // names of something, but nothing says of projects
	}
}

// guessMoney: the total is the column that is never smaller than the others; what was done stands before what is planned.
func (t *table) guessMoney(g *grid, cols []*column) {
	if len(cols) == 0 {
		return
	}
	sum := func(c *column, row int) *big.Rat { return readMoneyCell(g.raw(row, c.col), 4).yuan }
	total := cols[0]
	for _, c := range cols {
		fits, rows := 0, 0
		for _, row := range g.rows {
			if a := sum(c, row); a != nil && row >= t.from {
				rows++
				ok := true
				for _, o := range cols {
					if b := sum(o, row); b != nil && b.Cmp(a) > 0 {
						ok = false
					}
				}
				if ok {
					fits++
				}
			}
		}
		if rows > 0 && fits*10 >= rows*9 {
			total = c
			break
		}
	}
	total.field, total.shown = FieldTotal, true
	var rest []*column
	for _, c := range cols {
		if c.col > total.col {
			rest = append(rest, c)
		}
	}
	switch {
	case len(rest) == 1:
		rest[0].field, rest[0].shown = FieldPlanned, true
		t.unsure = append(t.unsure, rest[0])
	case len(rest) >= 2:
		rest[0].field, rest[0].shown = FieldInvested, true
		rest[1].field, rest[1].shown = FieldPlanned, true
		t.unsure = append(t.unsure, rest[:2]...)
	}
}

func (t *table) guessTimes(g *grid, cols []*column, profiles map[int]profile) {
	if len(cols) == 1 {
		ranges := share(profiles[cols[0].col], func(s string) bool { return readTime(s, 2000).second != nil })
		cols[0].field, cols[0].shown = FieldStart, true
		for _, p := range t.titles(g) {
			if finishWords.MatchString(p.Text) && len([]rune(p.Text)) < 60 {
				cols[0].field = FieldFinish // a list of what is to be finished
			}
		}
		if finishWords.MatchString(g.sheet.Name) {
			cols[0].field = FieldFinish
		}
		if ranges > 0.2 {
			cols[0].field = fieldPeriod
		} else {
			t.unsure = append(t.unsure, cols[0])
		}
	}
	if len(cols) >= 2 {
		cols[0].field, cols[0].shown = FieldStart, true
		cols[1].field, cols[1].shown = FieldFinish, true
	}
}
