package api

import (
	"shigan/app"
	"shigan/domain/org"
)

func (c *caller) units(*none) (*listOut[org.Unit], error) {
	all, err := app.All[org.Unit](c.read(), org.UnitKind, "")
	return listed(all, ""), err
}

// PostRow is a post with who sits in it today; an empty seat is nobody who answers.
type PostRow struct {
	ID      string       `json:"id"`
	Unit    string       `json:"unit"`
	Name    Name         `json:"name"`
	Roles   []org.Role   `json:"roles"`
	Tenures []org.Tenure `json:"tenures"`
	Holder  string       `json:"holder"`
	Sample  bool         `json:"sample"`
	Seq     int64        `json:"seq"`
}

func (c *caller) postRows(*none) (*listOut[PostRow], error) {
	all, err := app.All[org.Post](c.read(), org.PostKind, "")
	day := c.today()
	return listed(each(all, func(p org.Post) PostRow {
		return PostRow{p.ID, p.Unit, Name(p.Name), some(p.Roles), some(p.Tenures), p.Holder(day), p.Sample, p.Seq}
	}), ""), err
}

// PersonRow is a person; the name stands only where the caller may read it, the telephone nowhere.
type PersonRow struct {
	ID         string `json:"id"`
	Name       string `json:"name,omitempty"`
	Commitment string `json:"commitment"`
	Sample     bool   `json:"sample"`
	Disabled   bool   `json:"disabled"`
	Seq        int64  `json:"seq"`
}

func (c *caller) persons(*none) (*listOut[PersonRow], error) {
	all, err := app.All[org.Person](c.read(), org.PersonKind, "")
	named := c.may("read.personal")
	return listed(each(all, func(p org.Person) PersonRow {
		r := PersonRow{ID: p.ID, Commitment: p.Commitment, Sample: p.Sample, Disabled: p.Disabled, Seq: p.Seq}
		if named {
			r.Name = c.s.o.PersonName(c.ctx, p.ID)
		}
		return r
	}), ""), err
}

// Account is a credential without what it is checked by.
type Account struct {
	Person      string `json:"person"`
	Login       string `json:"login"`
	Fails       int    `json:"fails"`
	LockedUntil string `json:"locked_until"`
	ChangedAt   string `json:"changed_at"`
}

func (c *caller) accounts(*none) (*listOut[Account], error) {
	all, err := c.read().Credentials()
	return listed(each(all, func(a app.Credential) Account {
		return Account{a.Person, a.Login, a.Fails, a.LockedUntil, a.ChangedAt}
	}), ""), err
}

type foundUnitIn struct {
	Deed
	Body struct {
		ID       string   `json:"id" minLength:"1" maxLength:"100"`
		Name     Name     `json:"name"`
		Class    string   `json:"class" enum:"district,department,town,zone,enterprise,institute"`
		Parent   string   `json:"parent,omitempty" maxLength:"100"`
		Place    string   `json:"place,omitempty" maxLength:"40"`
		Overlaps []string `json:"overlaps,omitempty" maxItems:"100"`
		Sample   bool     `json:"sample,omitempty"`
		Source   string   `json:"source,omitempty" maxLength:"400"`
		On       string   `json:"on,omitempty" format:"date"`
	}
}

func (c *caller) foundUnit(in *foundUnitIn) (*receiptOut, error) {
	b := in.Body
	return c.do(in.Deed, org.FoundUnit{Unit: org.Unit{ID: b.ID, Name: org.Name(b.Name), Class: org.UnitClass(b.Class), Parent: b.Parent, Place: b.Place,
		Overlaps: b.Overlaps, Sample: b.Sample, Source: b.Source}, On: b.On})
}

type createPostIn struct {
	Deed
	Body struct {
		ID     string   `json:"id" minLength:"1" maxLength:"100"`
		Unit   string   `json:"unit" minLength:"1" maxLength:"100"`
		Name   Name     `json:"name"`
		Roles  []string `json:"roles" enum:"leader,dispatcher,line,local,owner,rulekeeper,supervisor,system,security,audit" maxItems:"10"`
		Sample bool     `json:"sample,omitempty"`
		On     string   `json:"on,omitempty" format:"date"`
	}
}

func (c *caller) createPost(in *createPostIn) (*receiptOut, error) {
	b := in.Body
	return c.do(in.Deed, org.CreatePost{Post: org.Post{ID: b.ID, Unit: b.Unit, Name: org.Name(b.Name), Sample: b.Sample,
		Roles: each(b.Roles, func(r string) org.Role { return org.Role(r) })}, On: b.On})
}

type leadUnitIn struct {
	Deed
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Head   string `json:"head,omitempty" maxLength:"100" doc:"post"`
		Leader string `json:"leader,omitempty" maxLength:"100" doc:"post"`
		On     string `json:"on,omitempty" format:"date"`
	}
}

func (c *caller) leadUnit(in *leadUnitIn) (*receiptOut, error) {
	return c.do(in.Deed, org.LeadUnit{Unit: in.ID, Head: in.Body.Head, Leader: in.Body.Leader, On: in.Body.On})
}

type registerIn struct {
	Deed
	Body struct {
		ID     string `json:"id" minLength:"1" maxLength:"100"`
		Login  string `json:"login,omitempty" maxLength:"100"`
		Name   string `json:"name" minLength:"1" maxLength:"200"`
		Phone  string `json:"phone,omitempty" maxLength:"40"`
		Sample bool   `json:"sample,omitempty"`
	}
}

// register puts the name into the vault; the ledger holds the commitment.
func (c *caller) register(in *registerIn) (*receiptOut, error) {
	b := in.Body
	return receipt(c.s.o.Register(c.ctx, c.by, org.Person{ID: b.ID, Login: b.Login, Sample: b.Sample}, b.Name, b.Phone, in.options()))
}

// OfPost is where a deed about a post goes.
type OfPost struct {
	ID string `path:"id" maxLength:"100"`
	Deed
}

type seatIn struct {
	OfPost
	Body struct {
		Person string `json:"person" minLength:"1" maxLength:"100"`
		On     string `json:"on,omitempty" format:"date"`
	}
}

func (c *caller) seat(in *seatIn) (*receiptOut, error) {
	return c.do(in.Deed, org.Seat{PostID: in.ID, PersonID: in.Body.Person, On: in.Body.On})
}

type unseatIn struct {
	OfPost
	Body struct {
		On     string `json:"on,omitempty" format:"date"`
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (c *caller) unseat(in *unseatIn) (*receiptOut, error) {
	return c.do(in.Deed, org.Unseat{PostID: in.ID, On: in.Body.On, Reason: in.Body.Reason})
}

type accessIn struct {
	ID string `path:"id" maxLength:"100"`
	Deed
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (c *caller) disable(in *accessIn) (*receiptOut, error) {
	return c.do(in.Deed, org.SetAccess{PersonID: in.ID, Disabled: true, Reason: in.Body.Reason})
}

func (c *caller) enable(in *accessIn) (*receiptOut, error) {
	return c.do(in.Deed, org.SetAccess{PersonID: in.ID, Reason: in.Body.Reason})
}

type revealIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Reason string `json:"reason" maxLength:"1000"`
	}
}

type revealOut struct {
	Body struct {
		Phone string `json:"phone"`
	}
}

// reveal gives a telephone number whole; that somebody looked, and why, is on the ledger before it goes out.
func (c *caller) reveal(in *revealIn) (*revealOut, error) {
	out := &revealOut{}
	var err error
	out.Body.Phone, err = c.s.o.Reveal(c.ctx, c.by, in.ID, in.Body.Reason)
	return out, err
}

type passwordIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Login    string `json:"login" minLength:"1" maxLength:"100"`
		Password string `json:"password" maxLength:"200"`
	}
}

// setPassword gives a person who is registered a login name and a password.
func (c *caller) setPassword(in *passwordIn) (*noContent, error) {
	if _, err := org.PersonOf(c.read(), in.ID); err != nil {
		return nil, err
	}
	return &noContent{}, c.s.o.SetPassword(c.ctx, in.ID, in.Body.Login, in.Body.Password)
}
