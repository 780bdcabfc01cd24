package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/org"
)

// Account 示例账号 is a login of the demo.
type Account struct {
	Login, Password, Post string
	PostName              org.Name
	Can                   string // key of what one can do with it
}

// Accounts lists the logins of the demo.
func Accounts() []Account {
	d, err := read()
	if err != nil {
		return nil // embedded: the package's test reads it
	}
	var out []Account
	for _, a := range d.people.Accounts {
		out = append(out, Account{Login: a.Login, Password: d.people.Password, Post: a.Post, PostName: d.postName(a.Post), Can: "demo.account." + a.Can})
	}
	return out
}

func (d *data) postName(id string) org.Name {
	for _, p := range d.people.Posts {
		if p.ID == id {
			return org.Name{Zh: p.Zh, En: p.En}
		}
	}
	if unit, kind, ok := strings.Cut(id, "-"); ok {
		k := d.people.Kinds[kind]
		for _, p := range d.named.Projects {
			if p.Owner.ID == unit {
				return org.Name{Zh: p.Owner.Zh + " · " + k.Zh, En: p.Owner.En + " · " + k.En}
			}
		}
		return org.Name{Zh: k.Zh, En: k.En}
	}
	return org.Name{Zh: id}
}

// longAgo is when those sit in their posts since, of whom nothing else is said.
const longAgo = "2020-03-02"

// people founds units, creates posts, registers invented people, seats them and opens the accounts.
func (s *seeding) people(ctx context.Context) error {
	s.say("demo.step.units", 0, 1)
	d, at := s.d, on(s.birth(), 9, 30)
	found := func(u unitData, class org.UnitClass, parent string) {
		place := cond(u.Code != "", u.Code, u.Place)
		s.deed(at, "", org.FoundUnit{On: longAgo, Unit: org.Unit{ID: u.ID, Name: u.name(), Class: class, Parent: parent, Place: place,
			Overlaps: u.Overlaps, Sample: u.Sample, Source: u.Source}})
	}
	u, root := d.units, d.units.District.ID
	found(u.District, org.District, "")
	for _, x := range u.Bodies {
		found(x, org.District, root)
	}
	for _, x := range u.Departments {
		found(x, org.Department, root)
	}
	for _, x := range append(u.Towns, u.Zones...) {
		found(x, cond(x.Zone || x.Code == "", org.Zone, org.Town), root)
	}
	for _, x := range u.Outside {
		found(x, org.Institute, root)
	}
	owners := newFirms(d).units
	for _, x := range owners {
		found(x, org.Enterprise, root)
	}
	posts := d.people.Posts
	have := map[string]bool{}
	for _, p := range posts {
		have[p.ID] = true
	}
	of := func(unit, kind, person string) {
		if id := unit + "-" + kind; !have[id] {
			k := d.people.Kinds[kind]
			have[id] = true
			posts = append(posts, postData{ID: id, Unit: unit, Zh: k.Zh, En: k.En, Roles: k.Roles, Person: person})
		}
	}
	for _, x := range u.Departments {
		of(x.ID, "line", "")
		of(x.ID, "local", "")
	}
	for _, x := range append(u.Towns, u.Zones...) {
		of(x.ID, "local", "")
		of(x.ID, "agent", "")
	}
	person := map[string]string{}
	for _, p := range d.named.Projects {
		person[p.Owner.ID] = p.OwnerPerson
	}
	for _, x := range append(u.Outside, owners...) {
		of(x.ID, "owner", person[x.ID])
	}
	for _, x := range slices.Concat(u.Departments, u.Towns, u.Zones, u.Outside) {
		of(x.ID, "head", "")
	}
	for _, p := range posts {
		s.deed(at, "", org.CreatePost{On: longAgo, Post: org.Post{ID: p.ID, Unit: p.Unit, Name: org.Name{Zh: p.Zh, En: p.En}, Roles: p.Roles, Sample: true}})
	}
	s.heads(at)
	if err := s.play(ctx); err != nil {
		return err
	}
	s.say("demo.step.units", 1, 1)
	login := map[string]string{}
	for _, a := range d.people.Accounts {
		login[a.Post] = a.Login
	}
	rnd := newDice(9)
	used := map[string]bool{}
	for _, p := range posts {
		used[p.Person] = true
	}
	for i, p := range posts {
		for p.Person == "" || p.Person == posts[i].Person && posts[i].Person == "" {
			if name := pick(rnd, d.people.Surnames) + pick(rnd, d.people.Given); !used[name] {
				p.Person, used[name] = name, true
				break
			}
		}
		id := fmt.Sprintf("p%03d", i+1)
		r := s.o.Read(ctx)
		commitment, err := s.o.Vault.Put(r, "person/"+id, "name", p.Person)
		if err != nil {
			return err
		}
		if _, err := s.o.Vault.Put(r, "person/"+id, "phone", fmt.Sprintf("138%08d", rnd.IntN(100_000_000))); err != nil {
			return err
		}
		s.deed(at, "", org.RegisterPerson{On: longAgo, Person: org.Person{ID: id, Login: login[p.ID], Commitment: commitment, Sample: true}})
		s.deed(at, "", org.Seat{PostID: p.ID, PersonID: id, On: cond(p.From != "", p.From, longAgo)})
		s.who[p.ID] = org.Signer{Person: id, Post: p.ID, Unit: p.Unit, Roles: p.Roles}
		if i%50 == 0 {
			s.say("demo.step.people", i, len(posts))
		}
	}
	if err := s.play(ctx); err != nil {
		return err
	}
	for _, a := range d.people.Accounts {
		if err := s.o.SetPassword(ctx, s.who[a.Post].Person, a.Login, d.people.Password); err != nil {
			return err
		}
	}
	s.say("demo.step.people", len(posts), len(posts))
	return nil
}

// turnover changes who sits where in the course of the history.
func (s *seeding) turnover() {
	for _, c := range s.d.people.Turnover {
		at, was := on(c.On, 8, 40), s.who[c.Post]
		if c.PersonOf == "" {
			s.add(event{at: at, post: "security", cmd: func() app.Command {
				return org.Unseat{PostID: c.Post, On: c.On, Reason: c.Reason}
			}, then: func(app.Receipt) { delete(s.who, c.Post) }})
			continue
		}
		by := s.who[c.PersonOf]
		s.add(event{at: at, post: "security", cmd: func() app.Command {
			return org.Seat{PostID: c.Post, PersonID: by.Person, On: c.On}
		}, then: func(app.Receipt) {
			was.Person = by.Person
			s.who[c.Post] = was
		}})
	}
}
