package api

import (
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/org"
)

// Me is who asks, in which post, and what that post may.
type Me struct {
	Person string     `json:"person"`
	Name   string     `json:"name"`
	Post   string     `json:"post"`
	Unit   string     `json:"unit"`
	Roles  []org.Role `json:"roles"`
	Posts  []string   `json:"posts"`
	Rights []string   `json:"rights"`
	Kind   string     `json:"kind" enum:"web,token"`
}

func (c *caller) me(*none) (*bodyOut[Me], error) {
	posts, err := org.PostsOf(c.read(), c.by.Person, c.today())
	if err != nil {
		return nil, err
	}
	out := Me{Person: c.by.Person, Name: c.s.o.PersonName(c.ctx, c.by.Person), Post: c.by.Post, Unit: c.by.Unit, Roles: some(c.by.Roles),
		Posts: each(posts, func(p org.Post) string { return p.ID }), Rights: []string{}, Kind: c.session.Kind}
	for _, d := range org.Deeds() {
		if slices.ContainsFunc(org.RolesFor(d), c.by.Has) {
			out.Rights = append(out.Rights, d)
		}
	}
	return body(out)
}

type signInIn struct {
	Body struct {
		Login    string `json:"login" maxLength:"200"`
		Password string `json:"password" maxLength:"200"`
	}
}

// Session 会话 is what to send as a bearer token.
type Session struct {
	Token string     `json:"token"`
	Post  string     `json:"post"`
	Unit  string     `json:"unit"`
	Roles []org.Role `json:"roles"`
}

func (c *caller) signIn(in *signInIn) (*bodyOut[Session], error) {
	token, by, err := c.s.o.SignIn(c.ctx, in.Body.Login, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return body(Session{token, by.Post, by.Unit, some(by.Roles)})
}

func (c *caller) signOut(*none) (*noContent, error) {
	return &noContent{}, c.s.o.SignOut(c.ctx, c.token)
}

type switchIn struct {
	Body struct {
		Post string `json:"post" minLength:"1" maxLength:"100"`
	}
}

func (c *caller) switchPost(in *switchIn) (*noContent, error) {
	return &noContent{}, c.s.o.SwitchPost(c.ctx, c.token, in.Body.Post)
}

// TokenRow is a token without the token itself.
type TokenRow struct {
	ID        string `json:"id"`
	Label     string `json:"label"`
	Post      string `json:"post"`
	CreatedAt string `json:"created_at"`
	SeenAt    string `json:"seen_at"`
	ExpiresAt string `json:"expires_at"`
}

func (c *caller) tokens(*none) (*listOut[TokenRow], error) {
	all, err := c.read().Sessions(c.by.Person, "token")
	return listed(each(all, func(s app.Session) TokenRow {
		return TokenRow{s.Token[:16], s.Label, s.Post, s.CreatedAt, s.SeenAt, s.ExpiresAt}
	}), ""), err
}

type issueIn struct {
	Body struct {
		Label string `json:"label" minLength:"1" maxLength:"100"`
	}
}

// NewToken is shown once.
type NewToken struct {
	Token string `json:"token"`
}

// issue makes a token for whoever has signed in; a token makes no tokens, so that a stolen one ends when it is taken back.
func (c *caller) issue(in *issueIn) (*bodyOut[NewToken], error) {
	if c.session.Kind != "web" {
		return nil, errSignIn
	}
	token, err := c.s.o.IssueToken(c.ctx, c.by, in.Body.Label)
	if err != nil {
		return nil, err
	}
	return body(NewToken{token})
}

type revokeIn struct {
	ID string `path:"id" minLength:"16" maxLength:"64"`
}

func (c *caller) revoke(in *revokeIn) (*noContent, error) {
	all, err := c.read().Sessions(c.by.Person, "token")
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if strings.HasPrefix(s.Token, in.ID) {
			return &noContent{}, c.read().EndSession(s.Token)
		}
	}
	return nil, errNothing.With("id", in.ID)
}

// DraftIn names one draft.
type DraftIn struct {
	Form string `path:"form" maxLength:"200"`
}

// Draft of a form, as it was left.
type Draft struct {
	Body    string `json:"body" maxLength:"100000"`
	SavedAt string `json:"saved_at,omitempty" readOnly:"true"`
}

func (c *caller) draft(in *DraftIn) (*bodyOut[Draft], error) {
	text, at, err := c.read().Draft(c.by.Person, in.Form)
	if err != nil {
		return nil, err
	}
	return body(Draft{text, at})
}

type saveDraftIn struct {
	DraftIn
	Body struct {
		Body string `json:"body" maxLength:"100000"`
	}
}

func (c *caller) saveDraft(in *saveDraftIn) (*noContent, error) {
	return &noContent{}, c.read().PutDraft(c.by.Person, in.Form, in.Body.Body, c.s.o.Clock().UTC().Format(timeLayout))
}

// View is a filter of the list of projects that was kept under a name; pages and API share them.
type View struct {
	Name  string `json:"name" minLength:"1" maxLength:"100" pattern:"^[^\\t\\n]+$"`
	Query string `json:"query" maxLength:"1000" pattern:"^[^\\t\\n]*$"`
}

func (c *caller) views(*none) (*listOut[View], error) {
	saved, err := c.read().Setting("views/" + c.by.Person)
	var out []View
	for line := range strings.SplitSeq(saved, "\n") {
		if name, query, ok := strings.Cut(line, "\t"); ok {
			out = append(out, View{name, query})
		}
	}
	return listed(out, ""), err
}

type saveViewsIn struct {
	Body struct {
		Items []View `json:"items" maxItems:"50"`
	}
}

// saveViews replaces them all.
func (c *caller) saveViews(in *saveViewsIn) (*noContent, error) {
	lines := each(in.Body.Items, func(v View) string { return v.Name + "\t" + v.Query })
	return &noContent{}, c.read().PutSetting("views/"+c.by.Person, strings.Join(lines, "\n"))
}
