package org

import (
	"slices"
	"time"

	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// FoundUnit 设立机构.
type FoundUnit struct {
	Unit Unit
	On   string // day
}

func (FoundUnit) Name() string                      { return "org.found-unit" }
func (FoundUnit) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

func (c FoundUnit) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	if c.Unit.ID == "" || c.Unit.Name.Zh == "" {
		return nil, ErrBlank
	}
	if _, err := UnitOf(v, c.Unit.ID); err == nil {
		return nil, ErrExists.With("id", c.Unit.ID)
	}
	if c.Unit.Parent != "" {
		if _, err := UnitOf(v, c.Unit.Parent); err != nil {
			return nil, err
		}
	}
	return one("org.unit-founded/1", "unit/"+c.Unit.ID, day(c.On, at), c.Unit), nil
}

// CreatePost 设岗.
type CreatePost struct {
	Post Post
	On   string
}

func (CreatePost) Name() string                      { return "org.create-post" }
func (CreatePost) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

func (c CreatePost) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	if c.Post.ID == "" || c.Post.Name.Zh == "" {
		return nil, ErrBlank
	}
	if _, err := PostOf(v, c.Post.ID); err == nil {
		return nil, ErrExists.With("id", c.Post.ID)
	}
	if _, err := UnitOf(v, c.Post.Unit); err != nil {
		return nil, err
	}
	officers := 0
	for _, r := range c.Post.Roles {
		if slices.Contains(Officers, r) {
			officers++
		}
	}
	if officers > 1 || officers == 1 && len(c.Post.Roles) > 1 {
		return nil, ErrThree.With("post", c.Post.Name.Zh)
	}
	c.Post.Tenures = nil
	return one("org.post-created/1", "post/"+c.Post.ID, day(c.On, at), c.Post), nil
}

// RegisterPerson 登记人员. The name goes to the vault before; the ledger holds the commitment to it.
type RegisterPerson struct {
	Person Person
	On     string
}

func (RegisterPerson) Name() string                      { return "org.register-person" }
func (RegisterPerson) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

func (c RegisterPerson) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	if c.Person.ID == "" {
		return nil, ErrBlank
	}
	if c.Person.ID == FirstSetUp.Person || c.Person.ID == SystemSigner.Person { // these two are no persons
		return nil, ErrExists.With("id", c.Person.ID)
	}
	if _, err := PersonOf(v, c.Person.ID); err == nil {
		return nil, ErrExists.With("id", c.Person.ID)
	}
	return one("org.person-registered/1", "person/"+c.Person.ID, day(c.On, at), c.Person), nil
}

// Seat 任职 puts a person into a post; whoever sat there leaves it that day.
type Seat struct {
	PostID, PersonID, On string
}

func (Seat) Name() string                      { return "org.seat" }
func (Seat) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

func (c Seat) Decide(v table.Reader, by Signer, at time.Time) ([]ledger.Fact, error) {
	post, err := PostOf(v, c.PostID)
	if err != nil {
		return nil, err
	}
	if _, err := PersonOf(v, c.PersonID); err != nil {
		return nil, err
	}
	if by.Person == c.PersonID {
		return nil, ErrThree.With("post", post.Name.Zh) // nobody gives rights to himself
	}
	on := day(c.On, at)
	if held, err := officerElsewhere(v, c.PersonID, post, on); err != nil {
		return nil, err
	} else if held {
		return nil, ErrThree.With("post", post.Name.Zh)
	}
	return one("org.seated/1", "post/"+c.PostID, on, map[string]string{"post": c.PostID, "person": c.PersonID, "from": on}), nil
}

// officerElsewhere tells whether one person would join the work of an officer with another's, or with the district's.
func officerElsewhere(v table.Reader, person string, into Post, on string) (bool, error) {
	isOfficer := func(p Post) bool {
		return slices.ContainsFunc(p.Roles, func(r Role) bool { return slices.Contains(Officers, r) })
	}
	held, err := PostsOf(v, person, on)
	if err != nil {
		return false, err
	}
	for _, p := range held {
		if p.ID != into.ID && (isOfficer(p) || isOfficer(into)) {
			return true, nil
		}
	}
	return false, nil
}

// PostsOf lists the posts that a person holds on a day.
func PostsOf(v table.Reader, person, on string) ([]Post, error) {
	ids, err := v.IDs(PostKind, "")
	if err != nil {
		return nil, err
	}
	var out []Post
	for _, id := range ids {
		p, err := PostOf(v, id)
		if err != nil {
			return nil, err
		}
		if p.Holder(on) == person {
			out = append(out, p)
		}
	}
	return out, nil
}

// Unseat 离任 leaves the post empty, which shows as red wherever the post answers for something.
type Unseat struct {
	PostID, On, Reason string
}

func (Unseat) Name() string                      { return "org.unseat" }
func (Unseat) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

func (c Unseat) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	post, err := PostOf(v, c.PostID)
	if err != nil {
		return nil, err
	}
	on := day(c.On, at)
	if post.Holder(on) == "" {
		return nil, ErrNoPerson.With("id", c.PostID)
	}
	return one("org.left/1", "post/"+c.PostID, on, map[string]string{"post": c.PostID, "to": on, "reason": c.Reason}), nil
}

// SetAccess 停用、启用账号: Disable or enable a person's account.
type SetAccess struct {
	PersonID string
	Disabled bool
	Reason   string
}

func (c SetAccess) Name() string {
	if c.Disabled {
		return "org.disable"
	}
	return "org.enable"
}
func (SetAccess) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

func (c SetAccess) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	if _, err := PersonOf(v, c.PersonID); err != nil {
		return nil, err
	}
	return one("org.access-set/1", "person/"+c.PersonID, day("", at), map[string]any{"person": c.PersonID, "disabled": c.Disabled, "reason": c.Reason}), nil
}

func one(kind, subject, on string, body any) []ledger.Fact {
	return []ledger.Fact{{Kind: kind, Subject: subject, EffectiveOn: on, Body: body}}
}

// day gives the written day, or today by the house's clock.
func day(on string, at time.Time) string {
	if on != "" {
		return on
	}
	return calendar.DateOf(at).String()
}
