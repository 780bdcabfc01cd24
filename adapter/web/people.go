package web

import (
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
)

func peopleRoutes() []route {
	return []route{
		{"GET", "/people", "read.people", (*view).peoplePage, 0},
		{"POST", "/people/unit", "org.found-unit", (*view).foundUnit, 0},
		{"POST", "/people/post", "org.create-post", (*view).createPost, 0},
		{"POST", "/people/person", "org.register-person", (*view).registerPerson, 0},
		{"POST", "/people/seat", "org.seat", (*view).seat, 0},
		{"POST", "/people/unseat", "org.unseat", (*view).unseat, 0},
		{"POST", "/people/access", "org.disable", (*view).setAccess, 0},
		{"POST", "/people/password", "set.password", (*view).setPassword, 0},
		{"POST", "/people/reveal", "read.personal", (*view).reveal, 0},
	}
}

// peopleData is units, the posts of one of them, and the three officers.
type peopleData struct {
	Units, PostsN, Empty int
	Tree                 []unitGroup
	Unit                 org.Unit
	UnitName             string
	Posts                []postRow
	History              []tenureRow
	HistoryOf            string
	Officers             []officer
	Accounts, Without    []accountRow // Without: no password yet
	People               []option
	Classes, Roles       []option
	Can                  map[string]bool
	Form                 map[string]string // what a refused form held
	FormRoles            []string
	ErrorIn, Error       string
	Shown, ShownOf       string // a number that was revealed just now
	Key                  string
	Today                string
}

type unitRow struct {
	ID, Name string
	Depth    int
	On       bool
	Sample   bool
	Posts    int
	Empty    int
}

type postRow struct {
	ID, Name, Roles, Person, PersonID, Since, Phone string
	Empty, Sample, On                               bool
	EmptySince                                      string
	Seq                                             int64
}

type tenureRow struct {
	Person, From, To string
	Seq              int64
	Number           string
}

type officer struct {
	Role, Name, Post, Person, PersonID string
	Empty, Sample                      bool
	May, MayNot                        []string
}

type accountRow struct {
	Login, Person, PersonID, Changed, Locked string
	Fails                                    int
	Disabled, Sample, None                   bool
}

func (v *view) peoplePage() error { return v.peopleShow(peopleData{}, 200) }

func (v *view) peopleShow(d peopleData, code int) error {
	r := v.Read()
	d.Today = calendar.DateOf(v.s.o.Clock()).String()
	d.Key = app.NewKey()
	if d.Form == nil {
		d.Form = map[string]string{}
	}
	units, err := app.All[org.Unit](r, org.UnitKind, "")
	if err != nil {
		return err
	}
	posts, err := app.All[org.Post](r, org.PostKind, "")
	if err != nil {
		return err
	}
	d.Units, d.PostsN = len(units), len(posts)
	byUnit := map[string][]org.Post{}
	for _, p := range posts {
		byUnit[p.Unit] = append(byUnit[p.Unit], p)
		if p.Holder(d.Today) == "" {
			d.Empty++
		}
	}
	chosen := v.r.FormValue("unit")
	if chosen == "" { // the unit of the reader, else the first with posts
		if chosen = v.By.Unit; len(byUnit[chosen]) == 0 && len(units) > 0 {
			chosen = units[0].ID
		}
	}
	d.Tree = v.unitTree(units, byUnit, chosen, d.Today)
	for _, u := range units {
		if u.ID == chosen {
			d.Unit, d.UnitName = u, u.Name.In(v.Lang)
		}
	}
	d.Can = map[string]bool{}
	for _, deed := range []string{"org.found-unit", "org.create-post", "org.register-person", "org.seat", "org.unseat", "org.disable", "set.password", "set.address", "read.personal", "read.accounts", "read.audit"} {
		d.Can[deed] = may(v, deed) == nil
	}
	shown := v.r.FormValue("post")
	for _, p := range byUnit[chosen] {
		d.Posts = append(d.Posts, v.peoplePost(p, d.Today, d.Can["read.personal"], shown))
		if p.ID == shown {
			d.HistoryOf = p.Name.In(v.Lang)
			for _, t := range slices.Backward(p.Tenures) {
				d.History = append(d.History, tenureRow{Person: v.s.o.PersonName(v.ctx(), t.Person), From: t.From, To: t.To, Seq: t.Seq})
			}
		}
	}
	v.officers(&d, posts)
	if err := v.accounts(&d); err != nil {
		return err
	}
	for _, c := range []org.UnitClass{org.District, org.Department, org.Town, org.Zone, org.Enterprise, org.Institute} {
		d.Classes = append(d.Classes, option{string(c), v.T("class." + string(c))})
	}
	for _, x := range org.Roles {
		d.Roles = append(d.Roles, option{string(x), v.T("role." + string(x))})
	}
	pg := v.newPage(v.T("people.title"), d)
	pg.Ask = "nav.people"
	return v.s.pages.write(v, code, "people", pg)
}

// unitTree lays the units out by class, as people know them, and within a class as a tree. A long class stays folded, unless the
// chosen unit is in it.
func (v *view) unitTree(units []org.Unit, posts map[string][]org.Post, chosen, today string) []unitGroup {
	byID := map[string]org.Unit{}
	for _, u := range units {
		byID[u.ID] = u
	}
	var out []unitGroup
	for _, class := range []org.UnitClass{org.District, org.Department, org.Institute, org.Zone, org.Town, org.Enterprise} {
		g := unitGroup{Label: v.T("class." + string(class))}
		kids := map[string][]org.Unit{}
		for _, u := range units {
			if u.Class != class {
				continue
			}
			up := u.Parent
			if byID[up].Class != class || up == u.ID {
				up = ""
			}
			kids[up] = append(kids[up], u)
		}
		seen := map[string]bool{}
		var walk func(up string, depth int)
		walk = func(up string, depth int) {
			for _, u := range kids[up] {
				if seen[u.ID] {
					continue // a loop in the data ends here
				}
				seen[u.ID] = true
				row := unitRow{ID: u.ID, Name: u.Name.In(v.Lang), Depth: min(depth, 4), On: u.ID == chosen, Sample: u.Sample, Posts: len(posts[u.ID])}
				for _, p := range posts[u.ID] {
					if p.Holder(today) == "" {
						row.Empty++
					}
				}
				g.Empty += row.Empty
				g.Open = g.Open || row.On
				g.Rows = append(g.Rows, row)
				walk(u.ID, depth+1)
			}
		}
		walk("", 1)
		if g.Open = g.Open || len(g.Rows) <= longClass; len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// longClass is from how many units on a class is folded.
const longClass = 40

type unitGroup struct {
	Label string
	Open  bool
	Empty int
	Rows  []unitRow
}

func (v *view) peoplePost(p org.Post, today string, personal bool, shown string) postRow {
	row := postRow{ID: p.ID, Name: p.Name.In(v.Lang), Sample: p.Sample, Seq: p.Seq, On: p.ID == shown, Empty: true}
	var roles []string
	for _, x := range p.Roles {
		roles = append(roles, v.T("role."+string(x)))
	}
	row.Roles = strings.Join(roles, v.T("import.and"))
	if who := p.Holder(today); who != "" {
		row.Empty, row.PersonID, row.Person = false, who, v.s.o.PersonName(v.ctx(), who)
		if personal {
			row.Phone = v.s.o.Phone(v.ctx(), who)
		}
	}
	for _, t := range p.Tenures {
		if !row.Empty && t.Person == row.PersonID && t.From <= today {
			row.Since = t.From
		}
		if row.Empty && t.To != "" && t.To > row.EmptySince {
			row.EmptySince = t.To
		}
	}
	return row
}

// officerDeeds are what only officers do, in the order in which they are told.
var officerDeeds = []string{"org.found-unit", "org.create-post", "org.register-person", "org.seat", "org.unseat", "org.disable", "set.password", "org.reveal", "read.accounts", "read.audit"}

// officers puts the three side by side: what each may is read from the rights, and so is what he may not.
func (v *view) officers(d *peopleData, posts []org.Post) {
	for _, role := range org.Officers {
		o := officer{Role: string(role), Name: v.T("role." + string(role)), Empty: true}
		for _, p := range posts {
			if !slices.Contains(p.Roles, role) {
				continue
			}
			o.Post, o.Sample = p.Name.In(v.Lang), p.Sample
			if who := p.Holder(d.Today); who != "" && o.Empty {
				o.Empty, o.PersonID, o.Person = false, who, v.s.o.PersonName(v.ctx(), who)
			}
		}
		for _, deed := range officerDeeds {
			if slices.Contains(org.RolesFor(deed), role) {
				o.May = append(o.May, v.T("deed."+deed))
			} else {
				o.MayNot = append(o.MayNot, v.T("deed."+deed))
			}
		}
		d.Officers = append(d.Officers, o)
	}
}

// accounts lists who has an account, for the officers; and everybody for the one who seats.
func (v *view) accounts(d *peopleData) error {
	if !d.Can["read.accounts"] && !d.Can["read.audit"] {
		return nil
	}
	people, err := app.All[org.Person](v.Read(), org.PersonKind, "")
	if err != nil {
		return err
	}
	creds, err := v.Read().Credentials()
	if err != nil {
		return err
	}
	of := map[string]app.Credential{}
	for _, c := range creds {
		of[c.Person] = c
	}
	now := v.s.o.Clock().UTC().Format(ledger.TimeLayout)
	for _, p := range people {
		c, has := of[p.ID]
		row := accountRow{Login: c.Login, PersonID: p.ID, Person: v.s.o.PersonName(v.ctx(), p.ID), Changed: c.ChangedAt, Fails: c.Fails, Disabled: p.Disabled, Sample: p.Sample, None: !has}
		if c.LockedUntil > now {
			row.Locked = c.LockedUntil
		}
		if has || p.Disabled {
			d.Accounts = append(d.Accounts, row)
		} else {
			d.Without = append(d.Without, row)
		}
		d.People = append(d.People, option{p.ID, row.Person})
	}
	slices.SortStableFunc(d.Accounts, func(a, b accountRow) int { return strings.Compare(a.Login, b.Login) })
	return nil
}

// deed does one of the page's deeds and comes back to the unit; a refusal stands beside its form, with what was typed.
func (v *view) peopleDeed(form string, err error) error {
	if f, refusal := app.Refused(err); refusal {
		d := peopleData{ErrorIn: form, Error: sentence(v.Lang, f), Form: map[string]string{}, FormRoles: v.r.Form["roles"]}
		for k := range v.r.PostForm {
			if k != "password" {
				d.Form[k] = v.r.PostFormValue(k)
			}
		}
		return v.peopleShow(d, status[f.Kind])
	}
	if err != nil {
		return err
	}
	to := "/people"
	if u := v.r.FormValue("unit"); u != "" {
		to += "?unit=" + escapePath(u)
	}
	return v.seeOther(to)
}

func (v *view) do(cmd app.Command) error {
	_, err := v.s.o.Do(v.ctx(), v.By, cmd, app.Options{Key: v.r.FormValue("key")})
	return err
}

// idOr is the id that was typed, or a new one.
func (v *view) idOr(field, prefix string) string {
	if id := strings.TrimSpace(v.r.FormValue(field)); id != "" {
		return id
	}
	return prefix + app.NewKey()[:8]
}

func (v *view) named2() org.Name {
	return org.Name{Zh: strings.TrimSpace(v.r.FormValue("name")), En: strings.TrimSpace(v.r.FormValue("name_en"))}
}

func (v *view) foundUnit() error {
	return v.peopleDeed("unit", v.do(org.FoundUnit{Unit: org.Unit{ID: v.idOr("id", "u-"), Name: v.named2(), Class: org.UnitClass(v.r.FormValue("class")), Parent: v.r.FormValue("unit")}, On: v.r.FormValue("on")}))
}

func (v *view) createPost() error {
	if err := v.r.ParseForm(); err != nil {
		return errForm.With("field", "")
	}
	p := org.Post{ID: v.idOr("id", "post-"), Unit: v.r.FormValue("unit"), Name: v.named2()}
	for _, x := range v.r.Form["roles"] {
		p.Roles = append(p.Roles, org.Role(x))
	}
	return v.peopleDeed("post", v.do(org.CreatePost{Post: p, On: v.r.FormValue("on")}))
}

func (v *view) registerPerson() error {
	name := strings.TrimSpace(v.r.FormValue("name"))
	if name == "" {
		return v.peopleDeed("person", org.ErrBlank)
	}
	_, err := v.s.o.Register(v.ctx(), v.By, org.Person{ID: v.idOr("id", "p-"), Login: strings.TrimSpace(v.r.FormValue("login"))}, name, strings.TrimSpace(v.r.FormValue("phone")), app.Options{Key: v.r.FormValue("key")})
	return v.peopleDeed("person", err)
}

func (v *view) seat() error {
	return v.peopleDeed("seat", v.do(org.Seat{PostID: v.r.FormValue("postid"), PersonID: v.r.FormValue("person"), On: v.r.FormValue("on")}))
}

func (v *view) unseat() error {
	return v.peopleDeed("unseat", v.do(org.Unseat{PostID: v.r.FormValue("postid"), On: v.r.FormValue("on"), Reason: v.r.FormValue("reason")}))
}

func (v *view) setAccess() error {
	person, off := v.r.FormValue("person"), v.r.FormValue("to") == "off"
	err := v.do(org.SetAccess{PersonID: person, Disabled: off, Reason: v.r.FormValue("reason")})
	if err == nil && off {
		err = v.Read().EndSessions(person, v.s.o.Clock().UTC().Format(ledger.TimeLayout))
	}
	return v.peopleDeed("access", err)
}

// setPassword gives a first or a new password; whoever has forgotten his is signed out everywhere.
func (v *view) setPassword() error {
	p, err := org.PersonOf(v.Read(), v.r.FormValue("person"))
	if err != nil {
		return v.peopleDeed("password", err)
	}
	login := strings.TrimSpace(v.r.FormValue("login"))
	if login == "" {
		login = p.Login
	}
	if login == "" {
		return v.peopleDeed("password", org.ErrBlank)
	}
	if err = v.s.o.SetPassword(v.ctx(), p.ID, login, v.r.FormValue("password")); err == nil {
		err = v.Read().EndSessions(p.ID, v.s.o.Clock().UTC().Format(ledger.TimeLayout))
	}
	return v.peopleDeed("password", err)
}

// reveal shows one number, once, after the reason is on the ledger.
func (v *view) reveal() error {
	person := v.r.FormValue("person")
	number, err := v.s.o.Reveal(v.ctx(), v.By, person, v.r.FormValue("reason"))
	if err != nil {
		return v.peopleDeed("reveal", err)
	}
	if number == "" {
		number = "—"
	}
	return v.peopleShow(peopleData{Shown: number, ShownOf: person}, 200)
}
