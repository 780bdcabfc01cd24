package main

import (
	"crypto/rand"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
)

var (
	errRole  = fault.New(fault.Invalid, "cli.bad-role")
	errClass = fault.New(fault.Invalid, "cli.bad-class")
)

func peopleCommands() []command {
	return []command{
		{name: "unit add", args: "UNIT", min: 1, max: 1, flags: []string{"name=", "class=", "parent=", "on=", "key=", "dry-run"}, run: unitAdd},
		{name: "post add", args: "POST", min: 1, max: 1, flags: []string{"name=", "unit=", "role=+", "on=", "key=", "dry-run"}, run: postAdd},
		{name: "post list", run: postList},
		{name: "user add", args: "LOGIN", min: 1, max: 1, flags: []string{"name=", "phone=", "post=+", "on=", "password-file="}, run: userAdd},
		{name: "user seat", args: "LOGIN POST", min: 2, max: 2, flags: []string{"on=", "key=", "dry-run"}, run: userSeat},
		{name: "user password", args: "LOGIN", min: 1, max: 1, flags: []string{"password-file="}, run: userPassword},
		{name: "user list", run: userList},
	}
}

func unitAdd(c *call) error {
	name, err := c.need("name")
	if err != nil {
		return err
	}
	class := org.UnitClass(cmpOr(c.text("class"), string(org.Department)))
	known := []org.UnitClass{org.District, org.Department, org.Town, org.Zone, org.Enterprise, org.Institute}
	if !slices.Contains(known, class) {
		return errClass.With("class", class, "known", known)
	}
	return c.do(org.FoundUnit{Unit: org.Unit{ID: c.arg(0), Name: org.Name{Zh: name}, Class: class, Parent: c.text("parent")}, On: c.text("on")})
}

func postAdd(c *call) error {
	name, err := c.need("name")
	if err != nil {
		return err
	}
	unit, err := c.need("unit")
	if err != nil {
		return err
	}
	known := org.Roles
	var roles []org.Role
	for _, r := range c.list("role") {
		if !slices.Contains(known, org.Role(r)) {
			return errRole.With("role", r, "known", known)
		}
		roles = append(roles, org.Role(r))
	}
	return c.do(org.CreatePost{Post: org.Post{ID: c.arg(0), Unit: unit, Name: org.Name{Zh: name}, Roles: roles}, On: c.text("on")})
}

// postLine is one post in the list.
type postLine struct {
	ID     string     `json:"id"`
	Unit   string     `json:"unit"`
	Name   string     `json:"name"`
	Roles  []org.Role `json:"roles"`
	Holder string     `json:"holder"` // "" for an empty post
}

// postList lists the posts. It asks nobody who he is, since this is where one looks what --as may be; nothing personal is in it.
func postList(c *call) error {
	o, err := c.office()
	if err != nil {
		return err
	}
	posts, err := app.All[org.Post](o.Read(c.ctx), org.PostKind, "")
	if err != nil {
		return err
	}
	day := calendar.DateOf(o.Clock()).String()
	out, rows := []postLine{}, [][]string{}
	for _, p := range posts {
		l := postLine{p.ID, p.Unit, p.Name.In(c.lang), p.Roles, p.Holder(day)}
		roles := make([]string, len(p.Roles))
		for i, r := range p.Roles {
			roles[i] = c.word("role." + string(r))
		}
		out, rows = append(out, l), append(rows, []string{l.ID, l.Unit, l.Name, strings.Join(roles, c.word("cli.comma")), cmpOr(l.Holder, c.word("cli.post.empty"))})
	}
	return c.give(out, func() { c.table(rows) })
}

// do does one deed as whoever acts, and prints its receipt.
func (c *call) do(cmd app.Command) error {
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	rec, err := o.Do(c.ctx, by, cmd, c.options())
	if err != nil {
		return err
	}
	return c.give(rec, func() { c.receipt(rec) })
}

// account is what a new account gets; the password is shown once, and only where the program made it.
type account struct {
	Person   string   `json:"person"`
	Login    string   `json:"login"`
	Posts    []string `json:"posts"`
	Password string   `json:"password,omitempty"`
}

// personID of a login name.
func personID(login string) string { return "p-" + strings.ToLower(strings.TrimSpace(login)) }

// userAdd registers a person, seats him and opens his account. Three officers share this work: what the acting post may not do
// is refused before anything is done.
func userAdd(c *call) error {
	name, err := c.need("name")
	if err != nil {
		return err
	}
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	deeds := []string{"org.register-person"}
	if len(c.list("post")) > 0 {
		deeds = append(deeds, "org.seat")
	}
	setUp := by.Person == org.FirstSetUp.Person
	if setUp || c.text("password-file") != "" {
		deeds = append(deeds, "set.password")
	}
	r := o.Read(c.ctx)
	for _, d := range deeds {
		if err := org.May(r, by, d, org.Scope{}); err != nil {
			return err
		}
	}
	for _, p := range c.list("post") {
		if _, err := org.PostOf(r, p); err != nil {
			return err
		}
	}
	out := account{Person: personID(c.arg(0)), Login: strings.ToLower(c.arg(0)), Posts: list(c.list("post"))}
	if _, err := org.PersonOf(r, out.Person); err == nil {
		return org.ErrExists.With("id", out.Person)
	}
	password := ""
	if slices.Contains(deeds, "set.password") {
		if password, out.Password, err = c.password(); err != nil {
			return err
		}
	}
	if _, err := o.Register(c.ctx, by, org.Person{ID: out.Person, Login: out.Login}, name, c.text("phone"), app.Options{}); err != nil {
		return err
	}
	for _, p := range out.Posts {
		if _, err := o.Do(c.ctx, by, org.Seat{PostID: p, PersonID: out.Person, On: c.text("on")}, app.Options{}); err != nil {
			return err
		}
	}
	if password != "" {
		if err := o.SetPassword(c.ctx, out.Person, out.Login, password); err != nil {
			return err
		}
	}
	return c.give(out, func() { c.printAccount(out) })
}

func (c *call) printAccount(a account) {
	c.say("cli.user.done", "login", a.Login, "person", a.Person, "posts", cmpOr(strings.Join(a.Posts, ", "), "—"))
	if a.Password != "" {
		c.say("cli.user.password", "password", a.Password)
	}
}

// password reads one from a file or standard input ("-"); without, it makes one and shows it. A password on the command line
// would stand in the list of processes.
func (c *call) password() (password, shown string, err error) {
	if file := c.text("password-file"); file != "" {
		raw, err := c.readFile(file)
		password = strings.TrimRight(string(raw), "\r\n")
		if err == nil {
			_, err = app.HashPassword(password) // too short is said before anything is done
		}
		return password, "", err
	}
	password = strings.ToLower(rand.Text()[:14])
	return password, password, nil
}

func userSeat(c *call) error {
	return c.do(org.Seat{PostID: c.arg(1), PersonID: personID(c.arg(0)), On: c.text("on")})
}

// userPassword gives a new password; the old one and the lock fall.
func userPassword(c *call) error {
	o, by, err := c.reading("set.password")
	if err != nil {
		return err
	}
	id := personID(c.arg(0))
	person, err := org.PersonOf(o.Read(c.ctx), id)
	if err != nil {
		return err
	}
	if person.ID == by.Person {
		return org.ErrThree.With("post", by.Post)
	}
	password, shown, err := c.password()
	if err != nil {
		return err
	}
	if err := o.SetPassword(c.ctx, id, cmpOr(person.Login, c.arg(0)), password); err != nil {
		return err
	}
	if err := o.Read(c.ctx).EndSessions(id, o.Clock().UTC().Format(ledger.TimeLayout)); err != nil {
		return err
	}
	out := account{Person: id, Login: cmpOr(person.Login, c.arg(0)), Posts: []string{}, Password: shown}
	return c.give(out, func() {
		c.say("cli.user.changed", "login", out.Login)
		if shown != "" {
			c.say("cli.user.password", "password", shown)
		}
	})
}

// userLine is one account in the list; no name: that lies in the vault and is revealed with a reason.
type userLine struct {
	Login    string   `json:"login"`
	Person   string   `json:"person"`
	Posts    []string `json:"posts"`
	Disabled bool     `json:"disabled"`
	Password bool     `json:"has_password"`
	Locked   bool     `json:"locked"`
}

func userList(c *call) error {
	o, _, err := c.reading("read.accounts")
	if err != nil {
		return err
	}
	r := o.Read(c.ctx)
	people, err := app.All[org.Person](r, org.PersonKind, "")
	if err != nil {
		return err
	}
	posts, err := app.All[org.Post](r, org.PostKind, "")
	if err != nil {
		return err
	}
	creds, err := r.Credentials()
	if err != nil {
		return err
	}
	day, now := calendar.DateOf(o.Clock()).String(), o.Clock().UTC().Format(ledger.TimeLayout)
	held := map[string][]string{}
	for _, p := range posts {
		held[p.Holder(day)] = append(held[p.Holder(day)], p.ID)
	}
	out := []userLine{}
	for _, p := range people {
		l := userLine{Login: p.Login, Person: p.ID, Posts: list(held[p.ID]), Disabled: p.Disabled}
		for _, cr := range creds {
			if cr.Person == p.ID {
				l.Password, l.Locked = true, cr.LockedUntil > now
			}
		}
		out = append(out, l)
	}
	return c.give(out, func() {
		var rows [][]string
		for _, l := range out {
			var marks []string
			for mark, on := range map[string]bool{"disabled": l.Disabled, "locked": l.Locked, "no-password": !l.Password} {
				if on {
					marks = append(marks, c.word("cli.user."+mark))
				}
			}
			slices.Sort(marks)
			rows = append(rows, []string{l.Login, l.Person, strings.Join(l.Posts, ", "), strings.Join(marks, c.word("cli.comma"))})
		}
		c.table(rows)
	})
}
